"""From one number to one program: which shape, which plan, which choices; then the shape draws it.

In: an index in [0, SIZE) and a Random. Out: a Draft. The index alone settles what the program does
and how it is written; the Random settles domain, names and wording.
"""

from dataclasses import replace
from functools import lru_cache
from random import Random

from generation.programs.compose import allocation, events, grouping, joins, lines, nested, objects, series, validation
from generation.programs.compose.layout import WIDTH
from generation.programs.compose.space import Plan, share_out
from generation.programs.family import Draft
from generation.programs.program import Refused

# A prompt of spec and code must fit 1,800 characters, headings and request included.
MAX_CODE_CHARS = 1_250
MAX_SPEC_CHARS = 1_000
SHAPES = (grouping, series, lines, joins, events, objects, allocation, nested, validation)
_PLAN_SIZES = tuple(tuple(plan.size for plan in shape.PLANS) for shape in SHAPES)
_SIZES = tuple(sum(sizes) for sizes in _PLAN_SIZES)
_WEIGHTS = tuple(shape.WEIGHT for shape in SHAPES)
FORMS = sum(_SIZES)
# The numbers fall into epochs. Within one, no two programs have the same form; each epoch begins
# at another place of every plan, so that only plans smaller than an epoch's share come round again.
EPOCH = 1_000_000
SIZE = 1_000 * EPOCH


@lru_cache(maxsize=4096)
def _decode(index: int) -> tuple[int, Plan, dict[str, str]]:
    if not 0 <= index < SIZE:
        raise IndexError(f"index {index} lies outside [0, {SIZE})")
    epoch, inner = divmod(index, EPOCH)
    which, local = share_out(inner, _SIZES, _WEIGHTS)
    shape = SHAPES[which]
    place, number = share_out(local, _PLAN_SIZES[which], shape.PLAN_WEIGHTS)
    plan = shape.PLANS[place]
    return which, plan, plan.decode((number + epoch * _share(which, place)) % plan.size)


def _share(which: int, place: int) -> int:
    """Return how many programs of a plan one epoch deals, roughly; at least an odd step for small plans."""
    weights = SHAPES[which].PLAN_WEIGHTS
    return EPOCH * _WEIGHTS[which] * weights[place] // (sum(_WEIGHTS) * sum(weights)) | 1


def family_of(index: int) -> str:
    """Return the family's name; raises IndexError outside [0, SIZE)."""
    return SHAPES[_decode(index)[0]].FAMILY


def choice_of(index: int) -> tuple[tuple[str, str], ...]:
    """Return the semantic choices as (name, value) pairs; those of an epoch all differ."""
    return tuple(_decode(index)[2].items())


def draw(index: int, rng: Random) -> Draft:
    """Return the program of an index; raises IndexError outside [0, SIZE), Refused where it grows too long."""
    which, plan, choice = _decode(index)
    draft = SHAPES[which].draw(dict(choice), rng)
    if len(draft.commented) > MAX_CODE_CHARS:
        raise Refused("too_long")
    if any(len(line) > WIDTH for line in draft.commented.split("\n")):
        raise Refused("line_too_long")
    if _spec_chars(draft) > MAX_SPEC_CHARS:
        raise Refused("spec_too_long")
    return replace(draft, depth=plan.depth)


def _spec_chars(draft: Draft) -> int:
    spec = draft.spec
    texts = [spec.summary, spec.returns, spec.context, *spec.rules, *(p.meaning for p in spec.params)]
    texts += [m.summary for m in spec.methods] + [r.condition for r in spec.raises]
    return sum(len(text) + 1 for text in texts)
