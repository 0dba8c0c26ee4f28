"""Candidate pairs from shared keys, and their exact Jaccard similarity; all of it in numpy.

In: key matrices and sets of numbers. Out: pairs of row numbers and similarities. It decides nothing.
"""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

import numpy as np

from generation.dedup.columns import sort_column
from generation.dedup.tokens import Ragged, offsets_of

# Bounds on memory: pairs whose sets are fetched at once (about 700 bytes a pair), and pairs compared
# in one pass (about 5 kB a pair, so that a pass stays in the processor's cache).
PAIRS_A_FETCH = 8_192
PAIRS_A_PASS = 1_024


class Sets(Protocol):
    """Sets by row: `tokens.Ragged`, or a column of a file."""

    def take(self, rows: np.ndarray) -> Ragged:
        """Return the sets of the rows, which ascend."""


def pair_within(columns: Iterable[np.ndarray], rows: int) -> np.ndarray:
    """Return the pairs (i, j), i < j, of rows that share a key in some column; keys of 0 match nothing.

    columns: keys, uint32, one a row. Returns int64 of shape (pairs, 2), ascending, no pair twice.
    """
    found = np.empty(0, dtype=np.int64)
    for keys in columns:
        ordered, order = sort_column(keys)
        first = np.searchsorted(ordered, 1)
        order, ordered = order[first:].astype(np.int64), ordered[first:]
        if len(order) < 2:
            continue
        heads = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        sizes = np.diff(np.append(heads, len(ordered)))
        # The member at place k of its bucket pairs with the k members before it.
        place = np.arange(len(ordered)) - np.repeat(heads, sizes)
        later = np.repeat(np.arange(len(ordered)), place)
        back = np.arange(len(later)) - np.repeat(offsets_of(place)[:-1], place) + 1
        found = unite_sorted(found, order[later - back] * rows + order[later])
    return np.stack(np.divmod(found, rows), axis=1) if rows else np.empty((0, 2), dtype=np.int64)


def unite_sorted(found: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return the distinct numbers of both arrays, ascending; `found` ascends already."""
    if not len(new):
        return found
    both = np.concatenate([found, np.sort(new)])
    both.sort(kind="stable")  # two ascending runs: merged, not sorted anew
    return both[np.append(True, both[1:] != both[:-1])]


def pair_across(
    columns: Iterable[np.ndarray], rows: int, earlier: Iterable[tuple[np.ndarray, np.ndarray]]
) -> np.ndarray:
    """Return the pairs (earlier row, new row) that share a key, looked up in the earlier rows' sorted keys.

    columns: the new rows' keys, uint32. earlier: for each column its keys, ascending, and the row of each key.
    Costs in proportion to the new rows and the matches. Ascending, no pair twice.
    """
    found = np.empty(0, dtype=np.int64)
    for keys, (sorted_keys, order) in zip(columns, earlier, strict=True):
        values, wanted = sort_column(keys)
        first = np.searchsorted(values, 1)
        values, wanted = values[first:], wanted[first:].astype(np.int64)
        low = np.searchsorted(sorted_keys, values, side="left")
        counts = np.searchsorted(sorted_keys, values, side="right") - low
        new = np.repeat(wanted, counts)
        place = np.repeat(low, counts) + np.arange(len(new)) - np.repeat(offsets_of(counts)[:-1], counts)
        found = unite_sorted(found, order[place].astype(np.int64) * rows + new)
    return np.stack(np.divmod(found, rows), axis=1) if rows else np.empty((0, 2), dtype=np.int64)


class Overlap(NamedTuple):
    """One entry a pair of sets: numbers in both, numbers in the left one, numbers in the right one."""

    both: np.ndarray
    left: np.ndarray
    right: np.ndarray

    def jaccard(self) -> np.ndarray:
        """Return |A ∩ B| / |A ∪ B|; 0 where both are empty."""
        return self.both / np.maximum(self.left + self.right - self.both, 1)


def count_shared(left: Sets, right: Sets, pairs: np.ndarray) -> Overlap:
    """Return what the sets of each pair (row of left, row of right) have in common."""
    counts = np.zeros((3, len(pairs)), dtype=np.int64)
    for start in range(0, len(pairs), PAIRS_A_FETCH):
        rows_left, at_left = np.unique(pairs[start : start + PAIRS_A_FETCH, 0], return_inverse=True)
        rows_right, at_right = np.unique(pairs[start : start + PAIRS_A_FETCH, 1], return_inverse=True)
        sets_left, sets_right = left.take(rows_left), right.take(rows_right)
        for at in range(0, len(at_left), PAIRS_A_PASS):
            some_left, some_right = at_left[at : at + PAIRS_A_PASS], at_right[at : at + PAIRS_A_PASS]
            some = _compare_sets(sets_left.take(some_left), sets_right.take(some_right))
            counts[:, start + at : start + at + len(some_left)] = some
    return Overlap(*counts)


def measure_jaccard(left: Sets, right: Sets, pairs: np.ndarray) -> np.ndarray:
    """Return the Jaccard similarity of each pair (row of left, row of right); 0 where both are empty."""
    return count_shared(left, right, pairs).jaccard()


def _compare_sets(left: Ragged, right: Ragged) -> Overlap:
    """Return what row i of left and row i of right, whose sets ascend, have in common."""
    keys = np.concatenate([_tag(left), _tag(right)])
    keys.sort(kind="stable")  # two ascending runs: merged, not sorted anew
    shared = keys[1:][keys[1:] == keys[:-1]] >> np.uint64(32)
    both = np.bincount(shared.astype(np.int64), minlength=len(left.offsets) - 1)
    return Overlap(both, left.lengths(), right.lengths())


def _tag(sets: Ragged) -> np.ndarray:
    """Return the numbers of all rows with the row's place in the upper 32 bits."""
    return (sets.row_of_value().astype(np.uint64) << np.uint64(32)) | sets.values
