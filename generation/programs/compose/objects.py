"""Shape: small classes with state: balances, waiting lists, rate limits, bounded shelves.

In: choices decoded from a number, a Random for words. Out: a Draft of kind "class". The references
keep state; the oracles keep a journal and work everything out of it anew at each call.
"""

from random import Random

from generation.programs.compose import objects_balance, objects_queue
from generation.programs.compose.space import make_plan
from generation.programs.family import Draft

FAMILY = "compose_objects"
WEIGHT = 2
KINDS = {
    "balance": objects_balance,
    "queue": objects_queue,
}
PLANS = tuple(make_plan(name, module.DEPTH, **module.SLOTS) for name, module in KINDS.items())
PLAN_WEIGHTS = (1, 1)


def draw(choice: dict[str, str], rng: Random) -> Draft:
    """Return the Draft of one decoded choice."""
    return KINDS[choice["plan"]].draw(choice, rng)
