"""Verify candidate pairs: is the later row a repeat of the earlier one, and how?

In: the features of both sides and pairs of row numbers. Out: the pairs that are repeats, each with
its kind and similarity. The rules are in `near`'s docstring. It looks for no candidates.
"""

from typing import NamedTuple

import numpy as np

from generation.dedup.features import Features, axis_masks
from generation.dedup.pairs import measure_jaccard

KINDS = ("same prompt", "renamed", "near")
# Overlap of the requests' words from which equal code means equal tasks. Source: benchmarks/dedup.py;
# below it, short functions of unrelated tasks share their code by chance.
MIN_WORDS = 0.3


class Verified(NamedTuple):
    """pairs: int64 (n, 2); kind: places in KINDS; similarity: 0 to 1."""

    pairs: np.ndarray
    kind: np.ndarray
    similarity: np.ndarray


def verify_pairs(left: Features, right: Features, pairs: np.ndarray, min_jaccard: float) -> Verified:
    """Return the pairs (row of left, row of right) that are repeats; none below the thresholds is among them."""
    a, b = pairs[:, 0], pairs[:, 1]
    same_prompt = (left.same_prompt[a] == right.same_prompt[b]) & (left.same_prompt[a] != 0)
    same_meaning = left.meaning[a] == right.meaning[b]
    same_code = left.sequence[a] == right.sequence[b]
    no_code = same_code & (left.sequence[a] == 0)
    copied = same_code & ~no_code & (left.literals[a] == right.literals[b])
    broken = (~left.sound[a] | ~right.sound[b]) & ~copied & ~no_code
    opposed = find_opposites(left.poles[a], right.poles[b])
    # Sound programs that differ in names or numbers alone may be siblings: only one and the same text joins them.
    same_prose = same_meaning & (left.prose[a] == right.prose[b]) & (left.prose[a] != 0)
    possible = same_prompt | (copied | no_code | broken | same_prose) & ~opposed
    pairs, same_prompt, copied, broken, no_code = (x[possible] for x in (pairs, same_prompt, copied, broken, no_code))
    asked = measure_jaccard(left.prompt, right.prompt, pairs)
    answered = measure_jaccard(left.answer, right.answer, pairs)
    words = measure_jaccard(left.words, right.words, pairs)
    renamed = copied & (words >= MIN_WORDS)
    both = np.minimum(asked, answered) >= min_jaccard
    # What broken code was to do is unknown: both texts must say the same. Elsewhere one is enough.
    near = np.where(broken, both, np.maximum(asked, answered) >= min_jaccard) & (~copied & (words >= MIN_WORDS))
    repeat = same_prompt | renamed | near
    kind = np.where(same_prompt, 0, np.where(renamed, 1, 2))
    similarity = np.where(same_prompt, 1.0, np.maximum(asked, answered))
    return Verified(pairs[repeat], kind[repeat], similarity[repeat])


def find_opposites(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Tell which pairs of requests name opposite poles of some axis, and share none of it."""
    out = np.zeros(len(left), dtype=bool)
    for axis in axis_masks():
        out |= ((left & axis) != 0) & ((right & axis) != 0) & ((left & right & axis) == 0)
    return out
