"""How varied texts are: distinct n-grams, compression, and what rows share with each other.

In: texts. Out: ratios, measured on at most SAMPLED_ROWS rows, chosen by the hash of their ids: such
ratios fall with the number of rows, so that only equal numbers compare. Text only: whether two
rows do the same is the business of `generation.dedup`.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

SAMPLED_ROWS = 2_000
TEXT_COLUMNS = ("id", "input", "output")
BATCH_ROWS = 1_000
DISTINCT_N = (1, 2, 4)
REPEATED_N = 8
GZIP_LEVEL = 9
_TOKEN = re.compile(r"\w+|[^\w\s]")


def choose_ids(ids: Iterable[str], rows: int = SAMPLED_ROWS) -> set[str]:
    """Return the ids of the rows that are measured: those whose BLAKE2b digests come first."""
    return set(sorted(ids, key=lambda name: hashlib.blake2b(name.encode(), digest_size=16).digest())[:rows])


def measure_rows(batches: Iterable[dict[str, list]], ids: Iterable[str]) -> dict:
    """Return the measures of `input` and of `output` over the chosen ones of some rows, and how many these are.

    batches: the rows with TEXT_COLUMNS, in an order that the compression ratio depends on. ids: of all of them.
    """
    chosen = choose_ids(ids)
    texts = [
        (prompt, output)
        for batch in batches
        for name, prompt, output in zip(*(batch[column] for column in TEXT_COLUMNS), strict=True)
        if name in chosen
    ]
    return {
        "sampled_rows": len(texts),
        "input": measure_texts([prompt for prompt, _ in texts]),
        "output": measure_texts([output for _, output in texts]),
    }


def read_shards(shards: Sequence[Path], columns: Sequence[str]) -> Iterator[dict[str, list]]:
    """Yield some columns of Parquet files in batches."""
    import pyarrow.parquet as pq

    for shard in shards:
        for batch in pq.ParquetFile(shard).iter_batches(BATCH_ROWS, columns=list(columns)):
            yield batch.to_pydict()


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
    order = np.lexsort((owners, hashes))
    hashes, owners = hashes[order], owners[order]
    new_hash = np.append(True, hashes[1:] != hashes[:-1])
    first = new_hash | np.append(True, owners[1:] != owners[:-1])  # of each n-gram in each text
    group = np.cumsum(new_hash)[first]
    shared = np.bincount(group)[group] > 1
    each, of = np.bincount(owners[first], weights=shared), np.bincount(owners[first])
    return round(float((each[of > 0] / of[of > 0]).mean()), 6)
