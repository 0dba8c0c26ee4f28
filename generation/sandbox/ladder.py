"""Choose the rung: the strongest way to run untrusted code that holds on this machine.

In: whether the code is our own. Out: an open `Sandbox`, or SandboxUnavailable.
"""

from generation.sandbox.host import Sandbox
from generation.sandbox.verdicts import SandboxError, SandboxUnavailable, Verdict


def open_sandbox(trusted: bool = False) -> Sandbox:
    """Open a sandbox on the first rung that holds.

    trusted: the code is our own (the embedded teacher's), so a plain process with limits will do
    where nothing stronger holds. Raises SandboxUnavailable, naming each rung and what it missed.
    """
    missed = []
    for rung in ("namespaces", "trusted") if trusted else ("namespaces",):
        sandbox = Sandbox(rung)
        try:
            result = sandbox.call("def f(a):\n    return a + 1\n", "f", ["(1,)"])
            if result.verdict is Verdict.PASSED and result.outcomes[0][0].value == "2":
                return sandbox
            missed.append(f"{rung}: positive control gave {result.verdict} {result.detail}")
        except SandboxError as error:
            missed.append(f"{rung}: {error}")
        sandbox.close()
    raise SandboxUnavailable("; ".join(missed))
