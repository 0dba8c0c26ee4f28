"""Key columns and set columns as Arrow holds them, read without copying more than is at hand.

In: chunked Arrow columns (a memory-mapped file, or tables that came from Spark). Out: keys ready
for binary search, one column at a time, and the sets of the rows that are asked for. This is
where the memory of deduplication is decided.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from generation.dedup.tokens import Ragged, join_ragged, offsets_of


class SetColumn:
    """A column of sets of numbers: its chunks are viewed where they lie, rows are fetched on demand."""

    def __init__(self, column: pa.ChunkedArray):
        chunks = [chunk for chunk in column.chunks if len(chunk)]
        self._chunks = [Ragged(chunk.flatten().to_numpy(), _start_at_zero(chunk.offsets)) for chunk in chunks]
        self._starts = offsets_of(np.array([len(chunk) for chunk in chunks], dtype=np.int64))

    def take(self, rows: np.ndarray) -> Ragged:
        """Return the sets of the rows, which ascend."""
        edges = np.searchsorted(rows, self._starts)
        parts = [
            self._chunks[place].take(rows[edges[place] : edges[place + 1]] - self._starts[place])
            for place in np.flatnonzero(np.diff(edges)).tolist()
        ]
        return parts[0] if len(parts) == 1 else join_ragged(parts)


def _start_at_zero(offsets: pa.Array) -> np.ndarray:
    numbers = offsets.to_numpy()
    return numbers - numbers[0] if numbers[0] else numbers


def read_matrix(column: pa.ChunkedArray) -> np.ndarray:
    """Return a column of equally long lists as a matrix (rows, columns) whose columns lie together."""
    width = column.type.list_size
    matrix = np.empty((len(column), width), dtype=column.type.value_type.to_pandas_dtype(), order="F")
    start = 0
    for chunk in column.chunks:
        matrix[start : start + len(chunk)] = chunk.flatten().to_numpy().reshape(-1, width)
        start += len(chunk)
    return matrix


def shrink_keys(keys: np.ndarray) -> np.ndarray:
    """Return the upper halves of 64-bit keys: enough to find candidates, which are all verified; 0 stays 0."""
    return np.where(keys == 0, 0, np.maximum(keys >> np.uint64(32), np.uint64(1))).astype(np.uint32)


def sort_column(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return uint32 keys ascending and the place of each (uint32), equal keys in order of place."""
    packed = keys.astype(np.uint64) << np.uint64(32)
    packed |= np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    return (packed >> np.uint64(32)).astype(np.uint32), packed.astype(np.uint32)


class SortedKeys:
    """Key columns of some rows, ascending: each is sorted when its turn comes, and only one is held.

    read_keys: returns the matrix (rows, columns); it is called when the columns are first asked for.
    """

    def __init__(self, read_keys: Callable[[], np.ndarray], places: np.ndarray):
        self._read_keys = read_keys
        self._places = places

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield each column's keys, and the row of each key."""
        keys = self._read_keys()
        for column in range(keys.shape[1]):
            values, order = sort_column(keys[self._places, column])
            yield values, self._places[order]


class StoredKeys(NamedTuple):
    """The same from an index file, where they lie sorted: both of shape (columns, rows)."""

    values: np.ndarray
    rows: np.ndarray

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield each column's keys, and the row of each key."""
        return zip(self.values, self.rows, strict=True)
