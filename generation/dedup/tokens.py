"""Text as tokens and shingles, as numbers, for thousands of rows at once.

In: lists of strings. Out: `Ragged` arrays (flat numbers and row offsets): token hashes in which
operators are tokens like words, and sets of shingle hashes. Everything is done on one concatenated
byte array with numpy, because a Python loop over tokens is the slowest part of every
deduplicator. It knows nothing of Python syntax (see `canonical`) or of rows.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

BATCH_ROWS = 500  # rows hashed in one numpy pass: small enough for the caches; the result is the same

_SPACE, _OPERATOR, _WORD = 0, 1, 2
_BASE = np.uint64(0x9E3779B97F4A7C15 | 1)  # odd, so that it has an inverse modulo 2**64
_BASE_INVERSE = np.uint64(pow(int(_BASE), -1, 1 << 64))


def _byte_classes() -> np.ndarray:
    kinds = np.full(256, _OPERATOR, dtype=np.uint8)
    for byte in range(256):
        if (chr(byte).isalnum() and byte < 128) or byte == ord("_") or byte >= 128:
            kinds[byte] = _WORD  # bytes of other scripts are letters
        elif byte <= 32 or byte == 127:
            kinds[byte] = _SPACE
    return kinds


_CLASSES = _byte_classes()
_LOWER = np.arange(256, dtype=np.uint8)
_LOWER[65:91] += 32
_BEFORE_EQUALS = np.isin(np.arange(256), np.frombuffer(b"<>=!+-*/%:|&^@", dtype=np.uint8))


class Ragged(NamedTuple):
    """Rows of different length: row i is `values[offsets[i]:offsets[i + 1]]`."""

    values: np.ndarray
    offsets: np.ndarray

    def lengths(self) -> np.ndarray:
        """Return the number of values of each row."""
        return np.diff(self.offsets)

    def row_of_value(self) -> np.ndarray:
        """Return, for each value, the row that it belongs to."""
        return np.repeat(np.arange(len(self.offsets) - 1), self.lengths())

    def take(self, rows: np.ndarray) -> "Ragged":
        """Return the rows with these numbers, in that order."""
        starts = self.offsets[rows].astype(np.int64)
        lengths = self.offsets[rows + 1] - starts
        offsets = offsets_of(lengths)
        where = np.repeat(starts - offsets[:-1], lengths)
        where += np.arange(len(where))
        return Ragged(self.values[where], offsets)


def join_ragged(parts: Sequence[Ragged]) -> Ragged:
    """Return the rows of all parts, one after another."""
    if not parts:
        return Ragged(np.empty(0, dtype=np.uint32), np.zeros(1, dtype=np.int64))
    lengths = np.concatenate([part.lengths() for part in parts])
    return Ragged(np.concatenate([part.values for part in parts]), offsets_of(lengths))


def offsets_of(lengths: np.ndarray) -> np.ndarray:
    """Return the offsets (int64, one more than rows) of rows of the given lengths."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def mix(numbers: np.ndarray) -> np.ndarray:
    """Return 64-bit numbers well scrambled. Source: the finaliser of splitmix64 (Steele et al. 2014)."""
    x = numbers.astype(np.uint64)
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x


def hash_tokens(texts: Sequence[str]) -> Ragged:
    """Return the 64-bit token hashes of each text, lower-cased, in order.

    A token is a run of letters, digits, `_` and non-ASCII characters, or one operator; `<=`, `**`,
    `//=` and their like are one operator, so `a < b` and `a <= b` differ in one token.
    """
    starts, ends, raw, byte_offsets = find_tokens(texts)
    # A prefix polynomial gives the hash of any stretch with two look-ups: no loop over tokens.
    powers = np.empty(len(raw) + 1, dtype=np.uint64)
    powers[0] = 1
    powers[1:] = _BASE
    inverse = powers.copy()
    inverse[1:] = _BASE_INVERSE
    np.multiply.accumulate(powers, out=powers)
    np.multiply.accumulate(inverse, out=inverse)
    prefix = np.zeros(len(raw) + 1, dtype=np.uint64)
    np.cumsum((raw.astype(np.uint64) + np.uint64(1)) * powers[:-1], out=prefix[1:])
    hashes = mix((prefix[ends] - prefix[starts]) * inverse[starts])
    return Ragged(hashes, np.searchsorted(starts, byte_offsets).astype(np.int64))


def find_tokens(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return starts and ends of all tokens in the concatenated bytes, those bytes, and where texts begin."""
    column = pa.array(texts, pa.large_string())
    _, offset_buffer, data_buffer = column.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int64)[: len(column) + 1]
    data = np.frombuffer(data_buffer, dtype=np.uint8) if data_buffer is not None else np.empty(0, dtype=np.uint8)
    raw = _LOWER[data[: offsets[-1]]]
    kind = _CLASSES[raw]
    first = np.ones(len(raw), dtype=bool)  # does this byte begin a token (or a gap)?
    if len(raw) > 1:
        here, before = raw[1:], raw[:-1]
        first[1:] = (kind[1:] != kind[:-1]) | (kind[1:] == _OPERATOR)
        pair = (here == ord("=")) & _BEFORE_EQUALS[before]
        pair |= (here == ord(">")) & ((before == ord("-")) | (before == ord(">")))
        for double in b"*/<":
            pair |= (here == double) & (before == double)
        first[1:] &= ~pair
    first[offsets[:-1][offsets[:-1] < len(raw)]] = True
    edges = np.append(np.flatnonzero(first), len(raw))
    starts, ends = edges[:-1], edges[1:]
    wanted = kind[starts] != _SPACE
    return starts[wanted], ends[wanted], raw, offsets


def hash_word(word: str) -> int:
    """Return the hash that `hash_tokens` gives this one token."""
    return int(hash_tokens([word]).values[0])


def make_shingles(tokens: Ragged, size: int) -> Ragged:
    """Return each row's set of shingle hashes (uint32, ascending) of `size` tokens in a row.

    A row with fewer tokens than `size` has one shingle, all its tokens; an empty row has none.
    32 bits: two sets of 200 share a shingle by chance once in 100,000 pairs.
    """
    lengths = tokens.lengths()
    counts = np.where(lengths >= size, lengths - size + 1, (lengths > 0).astype(np.int64))
    row = np.repeat(np.arange(len(lengths)), counts)
    within = np.arange(len(row)) - np.repeat(offsets_of(counts)[:-1], counts)
    start = tokens.offsets[row] + within
    end = tokens.offsets[row + 1]
    hashes = np.zeros(len(row), dtype=np.uint64)
    padded = np.append(tokens.values, np.zeros(size, dtype=np.uint64))
    for k in range(size):
        token = np.where(start + k < end, padded[start + k], np.uint64(k + 1))
        hashes = hashes * _BASE + token
    return make_sets(Ragged(mix(hashes) >> np.uint64(32), offsets_of(counts)))


def make_sets(numbers: Ragged) -> Ragged:
    """Return each row's distinct numbers (below 2**32), ascending, as uint32."""
    row = numbers.row_of_value().astype(np.uint64)
    keys = np.sort((row << np.uint64(32)) | numbers.values.astype(np.uint64))
    keys = keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys
    lengths = np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=len(numbers.offsets) - 1)
    return Ragged((keys & np.uint64(0xFFFFFFFF)).astype(np.uint32), offsets_of(lengths))


def shingle_texts(texts: Sequence[str], size: int) -> Ragged:
    """Return `make_shingles` of the texts, in batches so that memory stays in proportion."""
    parts = [
        make_shingles(hash_tokens(texts[start : start + BATCH_ROWS]), size)
        for start in range(0, len(texts), BATCH_ROWS)
    ]
    return join_ragged(parts)
