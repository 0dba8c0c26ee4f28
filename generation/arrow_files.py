"""Arrow files that a later try of the same round may find: whole, or taken for missing.

In: batches of rows. Out: a file that is on the disk before it has its name, so that power loss leaves no
empty one under it. What is found damaged all the same is made anew by the caller, not read.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa


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
