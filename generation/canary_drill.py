"""The canary drill: fake secrets planted in a copy of the round, and how many the filter finds.

In: the kept rows. Out: counts, the figure that the card calls "canaries". The canaries' kinds come
from a list that the filter's rules were not written from. Nothing planted is ever written to disk.
"""

from random import Random
from typing import Any, NamedTuple

from generation.checks.canaries import make_canaries, plant
from generation.checks.secret_filter import find_secret

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
    missed = []
    fields = rows.select_columns(["instruction", "input", "output"])
    canaries = make_canaries(rng, CANARIES)
    for canary in canaries:
        row = plant(fields[rng.randrange(len(rows))], canary, rng)
        if find_secret(row) is None:
            missed.append(f"{canary.kind} in {canary.context}")
    return Drill(len(canaries), len(canaries) - len(missed), tuple(missed))
