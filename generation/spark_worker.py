"""What an executor runs: a named row function on batches that came as Arrow bytes.

In: record batches of (place, payload). Out: the same, each payload the function's table. Apart
from `spark` so that an executor starts without importing `datasets`, which takes seconds.
"""

import importlib
import io
import pickle
from collections.abc import Iterator

import pyarrow as pa


def apply_to_batches(
    batches: Iterator[pa.RecordBatch], module: str, name: str, fn_kwargs: bytes, as_columns: bool
) -> Iterator[pa.RecordBatch]:
    """Apply `module.name` to each payload: from columns to columns, or from table to table."""
    function, options = getattr(importlib.import_module(module), name), pickle.loads(fn_kwargs)
    for batch in batches:
        for place, payload in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            table = unpack_table(payload)
            said = pa.table(function(table.to_pydict(), **options)) if as_columns else function(table, **options)
            yield pa.RecordBatch.from_arrays([pa.array([place]), pa.array([pack_table(said)])], ["place", "payload"])


def pack_table(table: pa.Table) -> bytes:
    """Return the table as an Arrow stream."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return sink.getvalue()


def unpack_table(payload: bytes) -> pa.Table:
    """Return the table of an Arrow stream."""
    return pa.ipc.open_stream(payload).read_all()
