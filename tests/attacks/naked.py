"""No sandbox at all: the attacks' own positive control. An attack that does not land here proves nothing.

In: attack sources marked `naked`. Out: which of them landed. Run `python -m tests.attacks.naked`.
Only for harmless attacks: a plain child process of this user runs them.
"""

import subprocess
import sys

from generation.values import Outcome
from tests.attacks.escapes import ESCAPES
from tests.attacks.syscalls import SYSCALL_ESCAPES
from tests.attacks.world import World

_RUN = """
import sys
space = {"__name__": "attacked"}
exec(sys.argv[1], space)
print("GAVE", repr(space["attack"](sys.argv[2], eval(sys.argv[3]))), flush=True)
"""


def run_naked(source: str, mark: str, facts: dict, timeout_s: float = 6.0) -> str:
    """Run `attack(mark, facts)` in a plain child that inherits every descriptor; return all it printed."""
    command = [sys.executable, "-c", _RUN, source, mark, repr(facts)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=timeout_s, close_fds=False, check=False)
    except subprocess.TimeoutExpired:
        return "timed out"
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def find_toothless() -> list[tuple[str, str]]:
    """Return the harmless attacks that do nothing even without a sandbox, with what they gave."""
    toothless = []
    for escape in (*ESCAPES, *SYSCALL_ESCAPES):
        if not escape.naked:
            continue
        with World() as world:
            mark = world.make_mark()
            gave = run_naked(escape.source, mark, world.facts)
            if not world.find_escape(mark, gave):
                toothless.append((escape.name, str(Outcome(value=gave[-200:]))))
    return toothless


if __name__ == "__main__":
    for name, gave in find_toothless():
        print(f"{name}: {gave}")
