"""The 200 inputs and more on which code that is written anew is proved.

In: a proved program. Out: a proof wide enough, and which of its inputs are published: the shortest.
"""

from generation.programs.program import Proved
from generation.programs.proving import extend_inputs
from generation.tasks.judging import choose_cases
from generation.tasks.task import Unsuited

MIN_INPUTS, WANTED_INPUTS = 200, 205
DRAWN_INPUTS, MOST_INPUTS = 224, 320  # the latter where too many of the former are too long to publish
MAX_CASE_CHARS = 1_200


def choose_many(proved: Proved) -> tuple[Proved, list[int]]:
    """Return the program proved on more inputs, and the positions of those to publish; Unsuited where they are few."""
    for drawn in (DRAWN_INPUTS, MOST_INPUTS):
        wide = extend_inputs(proved, drawn)
        cases = choose_cases(wide, WANTED_INPUTS, MAX_CASE_CHARS)
        if len(cases) >= MIN_INPUTS:
            return wide, cases
    raise Unsuited("too_few_inputs")
