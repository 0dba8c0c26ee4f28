"""The canary drill: fake secrets planted in a copy of the round, and how many the filter finds.

In: the kept rows. Out: counts, the figure that the card calls "canaries". The canaries' kinds come
from a list that the filter's rules were not written from. Nothing planted is ever written to disk.
"""

from random import Random
from typing import Any, NamedTuple

from generation.checks.canaries import make_canaries, plant
from generation.checks.secret_filter import find_secrets

CANARIES = 200


class Drill(NamedTuple):
    """planted, found: counts. missed: kind and context of each canary that was not found."""

    planted: int
    found: int
    missed: tuple[str, ...]


def run_drill(rows: Any, seed: int, round_number: int) -> Drill:
    """Plant CANARIES canaries, each in a copy of one row, and scan; nothing is planted without rows.

    They are drawn anew for each seed and round, and the same again for the same ones.
    """
    if not len(rows):
        return Drill(0, 0, ())
    rng = Random(f"canaries {seed} {round_number}")
    fields = rows.select_columns(["instruction", "input", "output"])
    canaries = make_canaries(rng, CANARIES)
    planted = [plant(fields[rng.randrange(len(rows))], canary, rng) for canary in canaries]
    drops = find_secrets(planted)
    missed = [f"{canary.kind} in {canary.context}" for canary, drop in zip(canaries, drops, strict=True) if drop is None]
    return Drill(len(canaries), len(canaries) - len(missed), tuple(missed))
