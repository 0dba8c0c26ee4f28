"""Time bounds that can be checked by counting steps as the input grows.

In: a program with a bound in one variable, one list whose length that variable is, and small
inputs drawn by its own generator. Out: inputs of doubling size (texts), or None where they cannot
be made honestly; and whether counted steps keep a bound. Work inside one C call (sorting, `in` on
a list) is not counted.
"""

import math
import re
from collections.abc import Callable, Sequence
from random import Random

from generation.programs.execution import load_source, prepare_input
from generation.programs.program import Program
from generation.values import encode

SIZES = (8, 16, 32, 64, 128)
MAX_GROWING_CHARS = 16_000  # of all growing inputs of one proof together
# Slope tolerance in log-log: n log n against n^2 differs by about 0.8 at these sizes, so half of it separates them.
SLOPE_TOLERANCE = 0.4
MIN_GROWTH = 0.6  # slope below which the inputs do not make the program work harder

BOUNDS: dict[str, Callable[[float], float]] = {
    "O(n)": lambda n: n,
    "O(n log n)": lambda n: n * math.log2(n),
    "O(n^2)": lambda n: n * n,
    "O(n²)": lambda n: n * n,
    "O(n**2)": lambda n: n * n,
}

# Words of a precondition that putting inputs together would break without the reference noticing.
_PRECONDITION = re.compile(
    r"\b(no two|distinct|sorted|ascending|descending|ordered|unique|equally long|permutation|increasing)\b"
)


def slope(values: Sequence[float], sizes: Sequence[int]) -> float:
    """Return the growth exponent over the larger sizes: slope of log(value) in log(size), two sizes left out."""
    first, last = 2, len(sizes) - 1
    return math.log(max(values[last], 1) / max(values[first], 1)) / math.log(sizes[last] / sizes[first])


def keeps_bound(steps: Sequence[int], sizes: Sequence[int], bound: str) -> bool:
    """Tell whether counted steps grow no faster than the bound (a key of BOUNDS), within SLOPE_TOLERANCE."""
    allowed = slope([BOUNDS[bound](n) for n in sizes], sizes)
    return slope(steps, sizes) <= allowed + SLOPE_TOLERANCE


def make_growing(program: Program) -> list[str] | None:
    """Return one input a size of SIZES, or None where the bound can't be checked on honest inputs.

    The one list argument is put together from the generator's own draws; every other argument comes
    from the first draw. The reference must run on them without an error, work harder as they grow,
    and keep its own bound.
    """
    place = _find_list(program)
    if place is None or program.complexity not in BOUNDS:
        return None
    rng = Random(f"{program.seed}/{program.number}/growing")
    made = [_grow(program, place, size, rng) for size in SIZES]
    if any(value is None for value in made):
        return None
    texts = [encode(value) for value in made]
    if sum(map(len, texts)) > MAX_GROWING_CHARS:
        return None
    runner = load_source(program.source, program.entry_point, program.kind)
    steps = []
    for value in made:
        (outcome,) = runner.run(prepare_input(value))
        if outcome.raised is not None:
            return None
        steps.append(runner.steps)
    honest = slope(steps, SIZES) >= MIN_GROWTH and keeps_bound(steps, SIZES, program.complexity)
    return texts if honest else None


def _find_list(program: Program) -> int | None:
    """Return the index of the one list parameter whose length is n, None where that isn't plain."""
    spec = program.spec
    if program.kind != "function" or not re.match(r"n is the number of ", program.complexity_terms):
        return None
    if re.search(r"[,;]| and [a-z] ", program.complexity_terms):
        return None
    lists = [i for i, p in enumerate(spec.params) if p.annotation.startswith("list[")]
    sized = [p for p in spec.params if re.search(r"\b(list|dict|set|str|tuple)\b", p.annotation)]
    if len(lists) != 1 or len(sized) != 1 or re.match(r"list\[(list|set)\b", spec.params[lists[0]].annotation):
        return None
    return None if _PRECONDITION.search(spec.params[lists[0]].meaning) else lists[0]


def _grow(program: Program, place: int, size: int, rng: Random) -> tuple | None:
    base = None
    items: list = []
    runner = load_source(program.source, program.entry_point)
    for _ in range(size * 3):
        drawn = program.draw_input(rng)
        (outcome,) = runner.run(prepare_input(drawn))
        if outcome.raised is not None or not drawn[place]:
            continue
        base = base or drawn
        items += drawn[place]
        if len(items) >= size:
            return (*base[:place], items[:size], *base[place + 1 :])
    return None
