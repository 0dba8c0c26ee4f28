"""From one number to one program: which shape, which plan, which choices; then the shape draws it.

In: an index in [0, SIZE) and a Random. Out: a Draft. The index alone settles what the program does
and how it is written; the Random settles domain, names and wording.
"""

from dataclasses import replace
from functools import lru_cache
from random import Random

from generation.programs.compose import grouping, lines, series
from generation.programs.compose.space import Plan, share_out
from generation.programs.family import Draft

SHAPES = (grouping, series, lines)
_PLAN_SIZES = tuple(tuple(plan.size for plan in shape.PLANS) for shape in SHAPES)
_SIZES = tuple(sum(sizes) for sizes in _PLAN_SIZES)
_WEIGHTS = tuple(shape.WEIGHT for shape in SHAPES)
SIZE = sum(_SIZES)


@lru_cache(maxsize=4096)
def _decode(index: int) -> tuple[int, Plan, dict[str, str]]:
    which, local = share_out(index, _SIZES, _WEIGHTS)
    shape = SHAPES[which]
    plan, number = share_out(local, _PLAN_SIZES[which], shape.PLAN_WEIGHTS)
    return which, shape.PLANS[plan], shape.PLANS[plan].decode(number)


def family_of(index: int) -> str:
    """Return the family's name; raises IndexError outside [0, SIZE)."""
    return SHAPES[_decode(index)[0]].FAMILY


def choice_of(index: int) -> tuple[tuple[str, str], ...]:
    """Return the semantic choices as (name, value) pairs; no two indexes have the same family and choices."""
    return tuple(_decode(index)[2].items())


def draw(index: int, rng: Random) -> Draft:
    """Return the program of an index; raises IndexError outside [0, SIZE)."""
    which, plan, choice = _decode(index)
    return replace(SHAPES[which].draw(dict(choice), rng), depth=plan.depth)
