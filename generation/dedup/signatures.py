"""MinHash band keys by text-dedup, over shingles that are already numbers.

In: shingle sets (`tokens.Ragged`). Out: one 64-bit key a row and band; rows that share a key are
candidates. The signatures are those of text-dedup's `embed_func`, given each row as a text whose
words are the row's shingles, so that what is signed is exactly the set that is verified later.
They are made for a whole batch at once, ten times faster than by one call a row; in every batch
`embed_func` itself signs one row, and another result stops the build. This is the one place that
imports `text_dedup.minhash`, which changes the process's start method: it is put back.
"""

import functools
import multiprocessing
from collections.abc import Callable, Sequence

import numpy as np

from generation.dedup.tokens import Ragged, mix
from generation.faults import Fault

NUM_PERM = 128
SEED = 20_261_122  # our own permutations: text-dedup's come from a module-global generator
_MAX_HASH = np.uint32((1 << 32) - 1)
_PRIME = np.uint32((1 << 32) - 5)  # Source: text-dedup 0.4.0, its 32-bit configuration


class SignatureMismatch(Fault):
    """The installed text-dedup signs otherwise than this project expects: keys could not be compared."""


@functools.cache
def load_text_dedup() -> tuple[Callable, Callable]:
    """Return text-dedup's `embed_func` and `optimal_param`, the start method as it was before."""
    before = multiprocessing.get_start_method(allow_none=True)
    from text_dedup.minhash import embed_func
    from text_dedup.utils import optimal_param

    multiprocessing.set_start_method(before, force=True)
    return embed_func, optimal_param


@functools.cache
def choose_bands(min_jaccard: float, num_perm: int = NUM_PERM) -> tuple[int, int]:
    """Return (bands, rows a band) for a similarity threshold in (0, 1].

    A missed pair weighs nine times a needless candidate, since every candidate is verified.
    """
    _, optimal_param = load_text_dedup()
    return optimal_param(min_jaccard, num_perm, 0.1, 0.9)


@functools.cache
def _permutations(num_perm: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.RandomState(SEED)
    factors = rng.randint(1, int(_PRIME), size=num_perm, dtype=np.uint32)
    return factors, rng.randint(0, int(_PRIME), size=num_perm, dtype=np.uint32)


def sign_shingles(shingles: Ragged, families: Sequence[tuple[int, int]]) -> list[np.ndarray]:
    """Return one key matrix, uint64 of shape (rows, bands), for each (bands, rows a band) of `families`.

    All families read the same NUM_PERM minima. A row without shingles has keys of 0, which match nothing.
    SignatureMismatch where text-dedup's `embed_func` signs a row of these otherwise.
    """
    minima = minhash_sets(shingles)
    _compare_with_embed_func(shingles, minima)
    rows = len(minima)
    made = [_band_keys(minima[:, : bands * width].reshape(rows, bands, width)) for bands, width in families]
    for keys in made:
        keys[shingles.lengths() == 0] = 0
    return made


def minhash_sets(shingles: Ragged) -> np.ndarray:
    """Return the signature that `embed_func` gives each row, uint32 of shape (rows, NUM_PERM), for all rows at once.

    The arithmetic is `embed_func`'s: (hash * a + b) modulo 2**32, then modulo the prime, then the least of each row,
    its bytes swapped. A row without shingles has zeros.
    """
    minima = np.zeros((NUM_PERM, len(shingles.offsets) - 1), dtype=np.uint32)
    filled = shingles.lengths() > 0
    starts = shingles.offsets[:-1][filled]
    if not len(starts):
        return minima.T
    hashes, less = shingles.values.astype(np.uint32), np.empty(len(shingles.values), dtype=np.uint32)
    scrambled = np.empty_like(less)
    for place, (a, b) in enumerate(zip(*_permutations(NUM_PERM), strict=True)):
        np.multiply(hashes, a, out=scrambled)
        np.add(scrambled, b, out=scrambled)
        # x % prime without a division: x is below twice the prime, and x - prime wraps to more than x where x is less.
        np.subtract(scrambled, _PRIME, out=less)
        np.minimum(scrambled, less, out=less)
        minima[place, filled] = np.minimum.reduceat(less, starts)
    return minima.T.byteswap()


def embed_row(numbers: np.ndarray) -> np.ndarray:
    """Return the signature (uint32, NUM_PERM) of one row's shingles as text-dedup's `embed_func` makes it."""
    embed_func, _ = load_text_dedup()
    made = embed_func(
        " ".join(map(str, numbers.tolist())),
        0,
        num_perm=NUM_PERM,
        ngram_size=1,
        min_length=0,
        hashranges=[(0, NUM_PERM)],
        permutations=_permutations(NUM_PERM),
        hash_func=int,  # a word is a number in digits, scrambled already
        dtype=np.uint32,
        max_hash=_MAX_HASH,
        modulo_prime=_PRIME,
    )
    return np.frombuffer(made["__signatures__"][0], dtype=np.uint32)


def _compare_with_embed_func(shingles: Ragged, minima: np.ndarray) -> None:
    """Raise SignatureMismatch unless `embed_func` itself signs the longest row as we did."""
    if shingles.lengths().max(initial=0) == 0:
        return
    row = int(np.argmax(shingles.lengths()))
    if not np.array_equal(embed_row(shingles.values[shingles.offsets[row] : shingles.offsets[row + 1]]), minima[row]):
        raise SignatureMismatch("text-dedup's embed_func gives other signatures; install text-dedup==0.4.0")


def _band_keys(minima: np.ndarray) -> np.ndarray:
    """Return one number a row and band of minima (rows, bands, width); the same minima in two bands differ."""
    keys = np.zeros(minima.shape[:2], dtype=np.uint64)
    for k in range(minima.shape[2]):
        keys = mix(keys * np.uint64(31) + minima[:, :, k])
    return mix(keys + np.arange(1, minima.shape[1] + 1, dtype=np.uint64))
