"""Near-duplicates: candidates by MinHash bands, every one verified by exact Jaccard, the earliest kept.

In: texts, or work rows signed by `sign_rows`. Out: which survive, and what each other one repeats.
"""

from collections.abc import Sequence

import numpy as np

from generation.dedup.pairs import measure_jaccard, pair_within
from generation.dedup.signatures import choose_bands, sign_shingles
from generation.dedup.tokens import shingle_texts


def survive_near_dedup(texts: Sequence[str], min_jaccard: float = 0.7, shingle_tokens: int = 5) -> list[int]:
    """Return the numbers of the texts that no earlier survivor resembles, ascending.

    Two texts are alike where the exact Jaccard similarity of their sets of `shingle_tokens` tokens
    in a row is at least `min_jaccard`. Candidates come from MinHash bands, so a pair close above
    the threshold can be missed; none below it is ever taken.
    """
    shingles = shingle_texts(texts, shingle_tokens)
    pairs = pair_within(sign_shingles(shingles, choose_bands(min_jaccard)))
    pairs = pairs[measure_jaccard(shingles, shingles, pairs) >= min_jaccard]
    dropped = mark_later(len(texts), pairs)
    return np.flatnonzero(dropped < 0).tolist()


def mark_later(rows: int, pairs: np.ndarray) -> np.ndarray:
    """Return, for each row, the earliest kept row that it repeats, or -1 where it is kept itself.

    pairs: (earlier, later) row numbers, both in the order of survival. A row is dropped only for a
    row that is kept, so chains do not carry a whole family away, and a new round decides as one run would.
    """
    repeats = np.full(rows, -1, dtype=np.int64)
    for earlier, later in pairs[np.lexsort((pairs[:, 0], pairs[:, 1]))].tolist():
        if repeats[later] < 0 and repeats[earlier] < 0:
            repeats[later] = earlier
    return repeats
