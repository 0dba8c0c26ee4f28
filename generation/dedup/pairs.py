"""Candidate pairs from shared keys, and their exact Jaccard similarity; all of it in numpy.

In: key matrices and shingle sets. Out: pairs of row numbers and similarities. It decides nothing.
"""

import numpy as np

from generation.dedup.tokens import Ragged, offsets_of

PAIRS_A_PASS = 50_000  # bounds the memory of one pass (about 400 numbers a pair)


def pair_within(keys: np.ndarray) -> np.ndarray:
    """Return the pairs (i, j), i < j, of rows that share a key in some column; keys of 0 match nothing.

    keys: uint64 of shape (rows, columns). Returns int64 of shape (pairs, 2), ascending, no pair twice.
    """
    rows = len(keys)
    found = np.empty(0, dtype=np.int64)
    for column in range(keys.shape[1]):
        order = np.argsort(keys[:, column], kind="stable")
        ordered = keys[order, column]
        order, ordered = order[ordered != 0], ordered[ordered != 0]
        if len(order) < 2:
            continue
        heads = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        sizes = np.diff(np.append(heads, len(ordered)))
        # The member at place k of its bucket pairs with the k members before it.
        place = np.arange(len(ordered)) - np.repeat(heads, sizes)
        later = np.repeat(np.arange(len(ordered)), place)
        back = np.arange(len(later)) - np.repeat(offsets_of(place)[:-1], place) + 1
        new = order[later - back] * rows + order[later]
        found = unite_sorted(found, new)
    return np.stack(np.divmod(found, rows), axis=1) if rows else np.empty((0, 2), dtype=np.int64)


def unite_sorted(found: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return the distinct numbers of both arrays, ascending."""
    both = np.sort(np.concatenate([found, new]))
    return both[np.append(True, both[1:] != both[:-1])] if len(both) else both


def pair_across(keys: np.ndarray, sorted_keys: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return the pairs (earlier row, new row) that share a key, looked up in the earlier rows' sorted keys.

    keys: (new rows, columns). sorted_keys, order: (columns, earlier rows), each column ascending.
    Costs in proportion to the new rows and the matches.
    """
    rows, earlier_rows = len(keys), sorted_keys.shape[1]
    found = np.empty(0, dtype=np.int64)
    for column in range(keys.shape[1]):
        wanted = np.argsort(keys[:, column], kind="stable")
        wanted = wanted[keys[wanted, column] != 0]
        values = keys[wanted, column]
        low = np.searchsorted(sorted_keys[column], values, side="left")
        counts = np.searchsorted(sorted_keys[column], values, side="right") - low
        new = np.repeat(wanted, counts)
        place = np.repeat(low, counts) + np.arange(len(new)) - np.repeat(offsets_of(counts)[:-1], counts)
        found = unite_sorted(found, order[column][place].astype(np.int64) * rows + new)
    if not rows or not earlier_rows:
        return np.empty((0, 2), dtype=np.int64)
    return np.stack(np.divmod(found, rows), axis=1)


def measure_jaccard(left: Ragged, right: Ragged, pairs: np.ndarray) -> np.ndarray:
    """Return |A ∩ B| / |A ∪ B| of each pair (row of left, row of right); 0 where both are empty."""
    out = np.zeros(len(pairs))
    for start in range(0, len(pairs), PAIRS_A_PASS):
        part = pairs[start : start + PAIRS_A_PASS]
        sizes_left, sizes_right = left.lengths()[part[:, 0]], right.lengths()[part[:, 1]]
        keys = np.sort(np.concatenate([_tag(left, part[:, 0], sizes_left), _tag(right, part[:, 1], sizes_right)]))
        shared = keys[1:][keys[1:] == keys[:-1]] >> np.uint64(32)
        both = np.bincount(shared.astype(np.int64), minlength=len(part))
        either = sizes_left + sizes_right - both
        out[start : start + len(part)] = both / np.maximum(either, 1)
    return out


def _tag(sets: Ragged, rows: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return the rows' numbers with the place of the pair in the upper 32 bits."""
    place = np.repeat(np.arange(len(rows)), sizes)
    where = np.arange(len(place)) + np.repeat(sets.offsets[rows] - offsets_of(sizes)[:-1], sizes)
    return (place.astype(np.uint64) << np.uint64(32)) | sets.values[where].astype(np.uint64)
