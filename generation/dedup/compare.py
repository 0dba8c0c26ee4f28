"""Verify candidate pairs: is the later row a repeat of the earlier one, and how?

In: the features of both sides and pairs of row numbers. Out: the pairs that are repeats, each with
its kind and similarity. The rules are in `near`'s docstring. It looks for no candidates.
"""

from typing import NamedTuple

import numpy as np

from generation.dedup.features import Features, axis_masks
from generation.dedup.pairs import count_shared, measure_jaccard

KINDS = ("same prompt", "renamed", "near")
# Overlap of the requests' words from which equal code means equal tasks. Source: benchmarks/dedup.py;
# below it, short functions of unrelated tasks share their code by chance.
MIN_WORDS = 0.3
MIN_WORDS_OF_IDIOMS = 0.5
IDIOM_SHINGLES = 24  # an answer of fewer is an idiom, `return 4 * side`, that other tasks share more easily
MIN_ANSWER_SHINGLES = 8  # fewer ("Yes, in both cases.") are no sign of the same question


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
    # One side only: two codes of which neither compiles may be siblings in another language.
    broken = (left.sound[a] != right.sound[b]) & ~copied & ~no_code
    opposed = find_opposites(left.poles[a], right.poles[b])
    # Sound programs that differ in names or numbers alone may be siblings: only one and the same text joins them.
    same_prose = same_meaning & (left.prose[a] == right.prose[b]) & (left.prose[a] != 0)
    possible = same_prompt | (copied | no_code | broken | same_prose) & ~opposed
    pairs, same_prompt, copied, broken, no_code = (x[possible] for x in (pairs, same_prompt, copied, broken, no_code))
    asked = measure_jaccard(left.prompt, right.prompt, pairs)
    answers = count_shared(left.answer, right.answer, pairs)
    requests = count_shared(left.words, right.words, pairs)
    answered, words = answers.jaccard(), requests.jaccard()
    idiom = np.minimum(answers.left, answers.right) < IDIOM_SHINGLES
    renamed = copied & (words >= np.where(idiom, MIN_WORDS_OF_IDIOMS, MIN_WORDS))
    both, one = np.minimum(asked, answered), np.maximum(asked, answered)
    # Without code, a word of the one request in place of another may make it another question: a list, a set.
    # Then the answers tell, or, where they are too short for that, both texts must say the same.
    exchanged = (requests.both < requests.left) & (requests.both < requests.right)
    telling = np.minimum(answers.left, answers.right) >= MIN_ANSWER_SHINGLES
    of_prose = np.where(exchanged, np.where(telling, answered, both), np.where(telling, one, asked))
    # What broken code was to do is unknown: both texts must say the same. With code that agrees one is enough.
    alike = np.where(broken, both, np.where(no_code, of_prose, one))
    near = (alike >= min_jaccard) & (~copied & (words >= MIN_WORDS))
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
