"""One proved input: what is put in and what must come out, compared quickly.

In: a Prepared input and the outcomes expected. Out: whether some code agrees. Equal marshal bytes
settle nearly every comparison; text and tolerance are used only where the bytes differ.
"""

from typing import NamedTuple

from generation.programs.execution import Prepared, Runner, make_key, make_outcomes
from generation.values import Outcome, same_outcome


class Case(NamedTuple):
    """An input with its expected outcomes; `key` is `make_key` of the reference's run, or None."""

    given: Prepared
    expected: tuple[Outcome, ...]
    key: bytes | None

    def agrees(self, runner: Runner) -> bool:
        """Run the code on this input and tell whether its outcomes are those expected."""
        raws = runner.run_raw(self.given)
        if self.key is not None and make_key(raws) == self.key:
            return True
        return agree(self.expected, make_outcomes(raws, self.given))


def agree(expected: tuple[Outcome, ...], got: tuple[Outcome, ...]) -> bool:
    """Tell whether two lists of outcomes agree one by one."""
    if got == expected:
        return True
    try:
        return len(expected) == len(got) and all(map(same_outcome, expected, got))
    except ValueError:  # arguments that became foreign have no value to compare
        return False
