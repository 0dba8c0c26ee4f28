"""Choose the rung: the strongest way to run untrusted code that holds on this machine.

In: whether the code is our own. Out: an open `Sandbox`, or SandboxUnavailable. Each rung is tried with
all probes once a process; one miss disqualifies it. HEIDI_SANDBOX_FORBID (rungs, comma-separated)
takes rungs away, for tests and for the careful; nothing opens one that does not hold.
"""

import logging
import os

from generation.faults import Fault
from generation.sandbox.host import Sandbox
from generation.sandbox.probes import PROBES, TWICE, find_missed
from generation.sandbox.verdicts import SandboxError, SandboxUnavailable

RUNGS = ("namespaces", "landlock", "wasm")
RUNGS_FOR_OUR_OWN = ("namespaces", "trusted")
FORBID_VARIABLE = "HEIDI_SANDBOX_FORBID"

_missed: dict[str, str] = {}  # rung: what it missed in this process, "" where it held
log = logging.getLogger(__name__)


class ForbidFault(Fault, ValueError):
    """HEIDI_SANDBOX_FORBID names what is no rung."""


def open_sandbox(trusted: bool = False) -> Sandbox:
    """Open a sandbox on the first rung that holds.

    trusted: the code is our own (the embedded teacher's), so that a plain process with limits will do where
    nothing better starts. Raises SandboxUnavailable, naming each rung and the probe it missed, and
    ValueError for an unknown rung in HEIDI_SANDBOX_FORBID.
    """
    forbidden = read_forbidden()
    reasons = []
    for rung in RUNGS_FOR_OUR_OWN if trusted else RUNGS:
        sandbox = Sandbox(rung)
        reason = "forbidden by " + FORBID_VARIABLE if rung in forbidden else _try_once(rung, sandbox)
        if not reason:
            sandbox.ours = trusted
            return sandbox  # the servers that the probes started are warm
        sandbox.close()
        reasons.append(f"{rung}: {reason}")
    raise SandboxUnavailable("no way to run untrusted code holds here (docs/sandbox.md): " + "; ".join(reasons))


def read_forbidden() -> frozenset[str]:
    """Return the rungs that the environment takes away; ValueError for a name that is none."""
    names = frozenset(name.strip() for name in os.environ.get(FORBID_VARIABLE, "").split(",") if name.strip())
    if unknown := names - {*RUNGS, *RUNGS_FOR_OUR_OWN}:
        raise ForbidFault(f"{FORBID_VARIABLE} names no rung: {', '.join(sorted(unknown))}")
    return names


def try_rung(rung: str) -> str:
    """Return what a rung misses on this machine, "" where it holds; tried once a process."""
    with Sandbox(rung) as sandbox:
        return _try_once(rung, sandbox)


def _try_once(rung: str, sandbox: Sandbox) -> str:
    if rung not in _missed:
        if rung == "wasm":
            log.warning("trying the sandbox's wasm rung: its first use on a machine compiles for some minutes")
        try:
            _missed[rung] = _try_trusted(sandbox) if rung == "trusted" else _try_all_probes(sandbox)
        except SandboxError as error:
            _missed[rung] = f"does not start ({error})"
        if _missed[rung]:
            log.info("the sandbox's rung %s does not hold here: %s", rung, _missed[rung])
    return _missed[rung]


def _try_all_probes(sandbox: Sandbox) -> str:
    missed, _ = find_missed(sandbox)
    return f"missed the probe: {missed}" if missed else ""


def _try_trusted(sandbox: Sandbox) -> str:
    """The trusted rung promises no wall: only that honest jobs run and endless ones end."""
    for probe in PROBES:
        if probe.name in ("an honest job gives its value", "time is bounded"):
            result = sandbox.call(probe.source, "probe", ["('', 0, 0)"], limits=probe.limits)
            if not probe.held(result, None):
                return f"missed the probe: {probe.name} ({result.verdict} {result.detail})"
    return ""


def count_probes(runs_suites: bool) -> int:
    """Return how many probes a rung must hold."""
    return len(PROBES) + len(TWICE) + runs_suites
