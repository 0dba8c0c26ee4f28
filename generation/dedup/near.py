"""Near-duplicates: candidates by shared keys, every one verified, the earliest (round, slot) kept.

In: texts, or work rows signed by `sign_rows` and the indexes of earlier rounds. Out: which rows
repeat another, and how. A row is dropped only for a row that is kept, so that a new round decides
exactly as one run over all rounds would, and chains do not carry a family away.

Two rows of one task type are repeats where
- "same prompt": the requests, their phrasing taken out, are the same tokens;
- "renamed": the code is the same but for names, messages, comments and layout, and the requests agree;
- "near": the texts overlap from `min_jaccard`, and either the requests are the same and the code
  does the same, or no code is there, or one side's code is broken and both texts overlap.
Opposite words in the requests, or sound code that differs in an operator, a branch, a call, or,
told in other words, a number, make siblings, never repeats. Not covered: one request in other
words and with other code (equal behaviour is refused when programs are drawn).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import datasets
import numpy as np
import pyarrow as pa

from generation.dedup.compare import KINDS, verify_pairs
from generation.dedup.features import LOOSE_JACCARD, SIGN_JACCARD, Features, read_features, sign_table
from generation.dedup.index import SIGN_BATCH_ROWS, Lookup, RoundIndex
from generation.dedup.pairs import measure_jaccard, pair_across, pair_within
from generation.dedup.signatures import choose_bands, load_text_dedup, sign_shingles
from generation.dedup.tokens import shingle_texts

FIRST_BLOCK_ROWS = 4_096  # a round is decided in blocks that double, so that a heap of copies stays cheap


class Duplicate(NamedTuple):
    """A row that goes: its id and slot, the id of the kept row that it repeats, how, and how alike (0 to 1)."""

    id: str
    slot: int
    duplicate_of: str
    kind: str
    similarity: float


def survive_near_dedup(texts: Sequence[str], min_jaccard: float = 0.7, shingle_tokens: int = 5) -> list[int]:
    """Return the numbers of the texts that no earlier survivor resembles, ascending.

    Two texts are alike where the exact Jaccard similarity of their sets of `shingle_tokens` tokens
    in a row is at least `min_jaccard`. Candidates come from MinHash bands, so a pair close above
    the threshold can be missed; none below it is ever taken.
    """
    shingles = shingle_texts(texts, shingle_tokens)
    pairs = pair_within(sign_shingles(shingles, [choose_bands(min_jaccard)])[0])
    similarity = measure_jaccard(shingles, shingles, pairs)
    alike = similarity >= min_jaccard
    return np.flatnonzero(mark_later(len(texts), pairs[alike], similarity[alike]) < 0).tolist()


def mark_later(rows: int, pairs: np.ndarray, similarity: np.ndarray) -> np.ndarray:
    """Return, for each row, the place in `pairs` that drops it, or -1 where it is kept.

    pairs: (earlier, later) row numbers, both in the order of survival; of the kept rows that it
    repeats the most similar is named.
    """
    dropped_by = np.full(rows, -1, dtype=np.int64)
    order = np.lexsort((pairs[:, 0], -similarity, pairs[:, 1]))
    for at, (earlier, later) in zip(order.tolist(), pairs[order].tolist(), strict=True):
        if dropped_by[later] < 0 and dropped_by[earlier] < 0:
            dropped_by[later] = at
    return dropped_by


def sign_rows(rows: datasets.Dataset, workers: int = 1, cache_file: Path | None = None) -> datasets.Dataset:
    """Return the features of each row (`features.sign_table`), made by `datasets.map`.

    cache_file: where the features go; a temporary file of `datasets` (or memory) without it.
    """
    load_text_dedup()  # before workers are forked, so that they need not import it again
    for jaccard in (SIGN_JACCARD, LOOSE_JACCARD):
        choose_bands(jaccard)
    signed = rows.with_format("arrow").map(
        sign_table,
        batched=True,
        batch_size=SIGN_BATCH_ROWS,
        num_proc=workers if workers > 1 else None,
        remove_columns=rows.column_names,
        cache_file_name=str(cache_file) if cache_file else None,
        load_from_cache_file=False,
        desc="sign",
    )
    return signed.with_format(None)


def find_near_duplicates(
    signed: datasets.Dataset | pa.Table, earlier: Sequence[RoundIndex] = (), min_jaccard: float = 0.7
) -> list[Duplicate]:
    """Return the rows that repeat a kept row of an earlier round or of this one, by (round, slot).

    signed: what `sign_rows` gave; earlier: the rounds before, oldest first; min_jaccard in
    [0.5, 1]. The outcome does not depend on the order of `signed` nor on how it was made.
    """
    if not len(signed):
        return []
    rows = read_features(signed if isinstance(signed, pa.Table) else signed.with_format("arrow")[:])
    found: dict[int, Duplicate] = {}
    left = np.arange(len(rows.ids))
    for index in earlier:
        found |= _find_against(rows, left, index.lookup, min_jaccard)
        left = _without(left, found)
    kept, start, size = left[:0], 0, FIRST_BLOCK_ROWS
    while start < len(left):
        block = left[start : start + size]
        if len(kept):
            found |= _find_against(rows, block, Lookup(rows, kept), min_jaccard)
            block = _without(block, found)
        found |= _find_within(rows, block, min_jaccard)
        kept = np.concatenate([kept, _without(block, found)])
        start, size = start + size, max(size, start + size)
    return [found[place] for place in sorted(found)]


def _without(places: np.ndarray, found: dict[int, Duplicate]) -> np.ndarray:
    return np.array([place for place in places.tolist() if place not in found], dtype=np.int64)


def _find_against(rows: Features, places: np.ndarray, earlier: Lookup, min_jaccard: float) -> dict[int, Duplicate]:
    """Return the rows at `places` that repeat a row of `earlier`, none of which goes."""
    pairs = pair_across(rows.keys[places], *earlier.sorted_keys)
    pairs = np.concatenate([pairs, _pair_broken(rows, places, earlier)])
    pairs[:, 1] = places[pairs[:, 1]]
    said = verify_pairs(earlier.rows, rows, pairs, min_jaccard)
    order = np.lexsort((said.pairs[:, 0], -said.similarity, said.pairs[:, 1]))
    later, first = np.unique(said.pairs[order, 1], return_index=True)
    return {
        place: Duplicate(
            rows.ids[place],
            int(rows.slots[place]),
            earlier.rows.ids[said.pairs[at, 0]],
            KINDS[said.kind[at]],
            float(said.similarity[at]),
        )
        for place, at in zip(later.tolist(), order[first].tolist(), strict=True)
    }


def _pair_broken(rows: Features, places: np.ndarray, earlier: Lookup) -> np.ndarray:
    """Return the candidates of which one side's code is broken, so that what it does cannot be a key."""
    broken = np.flatnonzero(~rows.sound[places])
    pairs = [np.empty((0, 2), dtype=np.int64)]
    if len(broken):
        found = pair_across(rows.loose[places[broken]], *earlier.sorted_loose)
        pairs.append(np.stack([found[:, 0], broken[found[:, 1]]], axis=1))
    if len(earlier.broken):
        pairs.append(pair_across(rows.loose[places], *earlier.sorted_broken))
    return np.concatenate(pairs)


def _find_within(rows: Features, places: np.ndarray, min_jaccard: float) -> dict[int, Duplicate]:
    """Return the rows at `places` (ascending) that repeat a kept row among them."""
    pairs = pair_within(rows.keys[places])
    found = _pair_broken(rows, places, Lookup(rows, places))
    inverse = np.full(len(rows.ids), -1, dtype=np.int64)
    inverse[places] = np.arange(len(places))
    found = np.sort(np.stack([inverse[found[:, 0]], found[:, 1]], axis=1), axis=1)
    pairs = places[np.unique(np.concatenate([pairs, found[found[:, 0] != found[:, 1]]]), axis=0)]
    said = verify_pairs(rows, rows, pairs, min_jaccard)
    dropped_by = mark_later(len(places), inverse[said.pairs], said.similarity)
    return {
        int(places[at]): Duplicate(
            rows.ids[places[at]],
            int(rows.slots[places[at]]),
            rows.ids[said.pairs[by, 0]],
            KINDS[said.kind[by]],
            float(said.similarity[by]),
        )
        for at, by in enumerate(dropped_by.tolist())
        if by >= 0
    }
