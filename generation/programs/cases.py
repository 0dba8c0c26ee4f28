"""One proved input: what is put in and what must come out, compared quickly.

In: a Prepared input and what the reference did. Out: whether other code does the same. Equal
marshal bytes settle nearly every comparison; values are compared only where the bytes differ.
"""

import re
from typing import NamedTuple

from generation.programs.execution import Prepared, Raw, Runner, make_key
from generation.values import Outcome, same_outcome, same_value


class Case(NamedTuple):
    """An input with its expected outcomes; raws and key (`make_key`) are what the reference did, in `steps` steps."""

    given: Prepared
    expected: tuple[Outcome, ...]
    raws: tuple[Raw, ...]
    key: bytes | None
    steps: int = 0

    def agrees(self, runner: Runner) -> bool:
        """Run the code on this input and tell whether it does what the reference did."""
        return same_raws(self.raws, self.key, runner.run_raw(self.given))


def same_raws(raws: tuple[Raw, ...], key: bytes | None, got: tuple[Raw, ...]) -> bool:
    """Tell whether two runs came to the same, floats within tolerance and dicts in any order."""
    if key is not None and make_key(got) == key:
        return True
    return len(raws) == len(got) and all(map(_same_raw, raws, got))


def _same_raw(one: Raw, other: Raw) -> bool:
    value, raised, arguments = one
    other_value, other_raised, other_arguments = other
    if raised != other_raised or not same_value(value, other_value):
        return False
    return arguments is other_arguments or same_value(arguments, other_arguments)


# Text of values without a float in them: equal ones read the same, but for the order in dicts.
_EXACT = re.compile(r"(?:[-\d ,:()\[\]{}]|True|False|None|'[^'\\]*')*")


def same_runs(expected: tuple[Outcome, ...], got: tuple[Outcome, ...]) -> bool:
    """Tell whether two lists of outcomes of our own code agree one by one (their texts are by `encode`)."""
    if got == expected:
        return True
    try:
        return len(expected) == len(got) and all(map(_same_run, expected, got))
    except ValueError:  # arguments that became foreign have no value to compare
        return False


def _same_run(one: Outcome, other: Outcome) -> bool:
    return not _differ_plainly(one.value, other.value) and same_outcome(one, other)


def _differ_plainly(text: str | None, other: str | None) -> bool:
    """Tell whether two texts by `encode` show without reading them that their values differ; False where unsure."""
    if text is None or other is None or text == other or not _EXACT.fullmatch(text):
        return False
    return "{" not in text or len(text) != len(other)
