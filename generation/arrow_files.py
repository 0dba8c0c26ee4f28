"""Arrow tables on disk: written whole or taken for missing, and read row by row at the price of batches.

In: batches of rows. Out: a file that is on the disk before it has its name, so that power loss leaves no
empty one under it. What is found damaged all the same is made anew by the caller, not read.
"""

import os
import pickle
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import datasets

BATCH_ROWS = 1_000
MAPPED_ROWS = 10_000  # read before a file is mapped anew: what was read of it counts as memory of the process till then


def write_stream(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    """Write tables as one Arrow stream, whole or not at all; `*.tmp` beside it is a killed writer's."""
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    with beside.open("wb") as sink:
        with pa.ipc.new_stream(sink, schema) as writer:
            for table in tables:
                writer.write_table(table)
        sink.flush()
        os.fsync(sink.fileno())
    beside.replace(path)


def is_whole(path: Path, rows: int) -> bool:
    """Tell whether the file is there and can be read to its end, with so many rows."""
    try:
        with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as stream:
            return sum(batch.num_rows for batch in stream) == rows
    except (OSError, pa.ArrowException):
        return False


def read_rows(rows: "datasets.Dataset", columns: Iterable[str]) -> Iterator[dict]:
    """Yield each row's values of some columns: a tenth of what going through the Dataset row by row costs."""
    for table in read_tables(rows.select_columns(list(columns))):
        yield from table.to_pylist()


def remap(rows: "datasets.Dataset") -> "datasets.Dataset":
    """Return the same rows, their files mapped anew: what reading has brought into memory goes with the old ones."""
    return pickle.loads(pickle.dumps(rows))  # of a file that is mapped, the path alone is pickled


def read_tables(rows: "datasets.Dataset") -> Iterator[pa.Table]:
    """Yield the rows as tables of BATCH_ROWS; only MAPPED_ROWS of them are in memory at a time."""
    for start in range(0, len(rows), MAPPED_ROWS):
        part = remap(rows).select(range(start, min(len(rows), start + MAPPED_ROWS)))
        yield from part.with_format("arrow").iter(BATCH_ROWS)


def join_columns(rows: "datasets.Dataset", added: "datasets.Dataset", path: Path) -> "datasets.Dataset":
    """Return rows with the columns of `added` beside theirs, in the same order, written to a file of its own.

    What `concatenate_datasets(axis=1)` does, which first copies rows that were selected, all in one go.
    """
    import datasets

    features = datasets.Features({**rows.features, **added.features})
    tables = (
        pa.table([*left.columns, *right.columns], schema=features.arrow_schema)
        for left, right in zip(read_tables(rows), read_tables(added), strict=True)
    )
    write_stream(path, features.arrow_schema, tables)
    return datasets.Dataset.from_file(str(path))
