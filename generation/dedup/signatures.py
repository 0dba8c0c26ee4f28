"""MinHash band keys by text-dedup, over shingles that are already numbers.

In: shingle sets (`tokens.Ragged`). Out: one 64-bit key a row and band; rows that share a key are
candidates. text-dedup's `embed_func` gets each row as a text whose words are the row's shingles,
so that what is signed is exactly the set that is verified later. This is the one place that
imports `text_dedup.minhash`, which changes the process's start method: it is put back.
"""

import functools
import multiprocessing
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generation.dedup.tokens import Ragged, mix

NUM_PERM = 128
SEED = 20_261_122  # our own permutations: text-dedup's come from a module-global generator
_MAX_HASH = np.uint32((1 << 32) - 1)
_PRIME = np.uint32((1 << 32) - 5)  # Source: text-dedup 0.4.0, its 32-bit configuration


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
    """
    embed_func, _ = load_text_dedup()
    options = {
        "num_perm": NUM_PERM,
        "ngram_size": 1,
        "min_length": 0,
        "hashranges": [(0, NUM_PERM)],
        "permutations": _permutations(NUM_PERM),
        "hash_func": int,  # a word is a number in digits, scrambled already
        "dtype": np.uint32,
        "max_hash": _MAX_HASH,
        "modulo_prime": _PRIME,
    }
    words = pc.cast(pa.array(shingles.values), pa.string())
    texts = pc.binary_join(pa.ListArray.from_arrays(pa.array(shingles.offsets, pa.int32()), words), " ").to_pylist()
    packed = b"".join([embed_func(text or "0", 0, **options)["__signatures__"][0] for text in texts])
    minima = np.frombuffer(packed, dtype=np.uint32).reshape(len(texts), NUM_PERM)
    made = [_band_keys(minima[:, : bands * width].reshape(len(texts), bands, width)) for bands, width in families]
    for keys in made:
        keys[shingles.lengths() == 0] = 0
    return made


def _band_keys(minima: np.ndarray) -> np.ndarray:
    """Return one number a row and band of minima (rows, bands, width); the same minima in two bands differ."""
    keys = np.zeros(minima.shape[:2], dtype=np.uint64)
    for k in range(minima.shape[2]):
        keys = mix(keys * np.uint64(31) + minima[:, :, k])
    return mix(keys + np.arange(1, minima.shape[1] + 1, dtype=np.uint64))
