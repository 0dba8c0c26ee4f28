"""How varied texts are: distinct n-grams, compression, and what rows share with each other.

In: texts. Out: ratios, measured on at most SAMPLED_ROWS rows, chosen by the hash of their ids: such
ratios fall with the number of rows, so that only equal numbers compare. Text only: whether two
rows do the same is the business of `generation.dedup`.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence

import numpy as np

SAMPLED_ROWS = 2_000
DISTINCT_N = (1, 2, 4)
REPEATED_N = 8
GZIP_LEVEL = 9
_TOKEN = re.compile(r"\w+|[^\w\s]")


def choose_ids(ids: Iterable[str], rows: int = SAMPLED_ROWS) -> set[str]:
    """Return the ids of the rows that are measured: those whose BLAKE2b digests come first."""
    return set(sorted(ids, key=lambda name: hashlib.blake2b(name.encode(), digest_size=16).digest())[:rows])


def measure_texts(texts: Sequence[str]) -> dict[str, float]:
    """Return the ratios of some texts, 0.0 where there is nothing to measure.

    distinct_N: different token N-grams ÷ all of them. compression_ratio: bytes ÷ bytes after gzip, the
    texts joined by line feeds (more is more alike). self_repetition: share of a text's 8-grams that
    stand in another of the texts too, mean over the texts.
    Source: Li et al. 2016 (distinct-n); Shaib et al. 2024 (compression ratio); the last is this
    project's own, after the self-repetition of Salkar et al. 2022.
    """
    tokens, owners = _read_tokens(texts)
    measured = {f"distinct_{n}": _share_distinct(_hash_ngrams(tokens, owners, n)[0]) for n in DISTINCT_N}
    measured["compression_ratio"] = _compression_ratio("\n".join(texts).encode())
    measured["self_repetition"] = _self_repetition(*_hash_ngrams(tokens, owners, REPEATED_N))
    return measured


def _read_tokens(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the tokens of all texts as numbers, and the text that each is of."""
    known: dict[str, int] = {}
    numbers, counts = [], []
    for text in texts:
        found = [known.setdefault(token, len(known) + 1) for token in _TOKEN.findall(text)]
        numbers += found
        counts.append(len(found))
    return np.array(numbers, dtype=np.uint64), np.repeat(np.arange(len(texts)), counts)


def _hash_ngrams(tokens: np.ndarray, owners: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a hash for each n-gram that lies within one text, and that text."""
    count = max(0, len(tokens) - n + 1)
    mixed = tokens * np.uint64(0x9E3779B97F4A7C15)  # spread small numbers over 64 bits
    mixed ^= mixed >> np.uint64(29)
    hashes = np.zeros(count, dtype=np.uint64)
    for place in range(n):
        hashes = hashes * np.uint64(0xBF58476D1CE4E5B9) + mixed[place : place + count]
        hashes ^= hashes >> np.uint64(31)
    within = owners[:count] == owners[n - 1 : n - 1 + count]
    return hashes[within], owners[:count][within]


def _share_distinct(hashes: np.ndarray) -> float:
    return round(len(np.unique(hashes)) / len(hashes), 6) if len(hashes) else 0.0


def _compression_ratio(data: bytes) -> float:
    import pyarrow as pa  # its own zlib: the system's differs from machine to machine

    if not data:
        return 0.0
    return round(len(data) / len(pa.Codec("gzip", compression_level=GZIP_LEVEL).compress(data)), 6)


def _self_repetition(hashes: np.ndarray, owners: np.ndarray) -> float:
    if not len(hashes):
        return 0.0
    pairs = np.unique(np.stack([hashes, owners.astype(np.uint64)]), axis=1)
    _, where, rows = np.unique(pairs[0], return_inverse=True, return_counts=True)
    shared = (rows[where] > 1).astype(float)
    each = np.bincount(pairs[1].astype(np.int64), weights=shared)
    of = np.bincount(pairs[1].astype(np.int64))
    return round(float((each[of > 0] / of[of > 0]).mean()), 6)
