"""A Random whose common draws cost a third: inputs are drawn by the million.

In: a seed. Out: what `random.Random` offers. Numbers below 2**32 are taken from one `random()`, whose
bias there is below one in a million; it is not meant for anything that must not be guessed.
"""

from collections.abc import MutableSequence, Sequence
from random import Random
from typing import Any

_SMALL = 1 << 32


class QuickRandom(Random):
    """Another sequence than Random's for the same seed, and as good for drawing inputs."""

    def choice(self, seq: Sequence) -> Any:
        """Return one item; IndexError where there is none."""
        return seq[int(self.random() * len(seq))]

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        """Return one number of `range(start, stop, step)`; ValueError where that is empty."""
        if stop is None:
            start, stop = 0, start
        if step == 1 and 0 < stop - start < _SMALL:
            return start + int(self.random() * (stop - start))
        return super().randrange(start, stop, step)

    def randint(self, a: int, b: int) -> int:
        """Return a number from a to b, both included; ValueError where there is none."""
        return self.randrange(a, b + 1)

    def shuffle(self, x: MutableSequence) -> None:
        """Put the items in another order, in place."""
        random = self.random
        for last in range(len(x) - 1, 0, -1):
            other = int(random() * (last + 1))
            x[last], x[other] = x[other], x[last]
