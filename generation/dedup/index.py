"""The immutable index of one round: what later rounds need to find and verify repeats of its rows.

In: the signed rows that a round kept. Out: one Arrow file beside the run, memory-mapped when
read, refused where its version or parameters are not today's. A new round is looked up in it by
binary search, so that adding a round costs in proportion to that round. No text is stored.
"""

import json
import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import xxhash

from generation.dedup import features, signatures
from generation.dedup.columns import SortedKeys, StoredKeys, read_matrix, sort_column
from generation.dedup.features import Features, read_features, sign_table, sort_signed
from generation.faults import Fault

if TYPE_CHECKING:
    import datasets

VERSION = 4
SIGN_BATCH_ROWS = 500
CHECKSUM_BYTES = 16  # XXH3 of the Arrow file before it; reads at several GB/s


class IndexMismatch(Fault):
    """An index that another version or other parameters made: it cannot be compared with this round."""


class IndexUnreadable(Fault):
    """A file that is no index, or a damaged one."""


def current_parameters() -> dict:
    """Return what two indexes must have in common to be comparable."""
    return {
        "version": VERSION,
        "num_perm": signatures.NUM_PERM,
        "seed": signatures.SEED,
        "shingle_tokens": features.SHINGLE_TOKENS,
        "bands": [list(signatures.choose_bands(t)) for t in (features.SIGN_JACCARD, features.LOOSE_JACCARD)],
    }


class Lookup(NamedTuple):
    """Rows that are kept, ready to be looked up: their features, and their keys by column, ascending.

    tight: `keys`; loose: those that do not regard what the code does; broken: the loose keys of the rows
    whose code is broken (`has_broken` tells whether there are any).
    """

    rows: Features
    tight: Iterable[tuple[np.ndarray, np.ndarray]]
    loose: Iterable[tuple[np.ndarray, np.ndarray]]
    broken: Iterable[tuple[np.ndarray, np.ndarray]]
    has_broken: bool


class RoundIndex:
    """The index of one round. table: as written to the file; rows: views of it, in order of survival."""

    def __init__(self, table: pa.Table):
        self.table = table
        self.rows: Features = read_features(table)

    def __len__(self) -> int:
        return self.table.num_rows

    @cached_property
    def lookup(self) -> Lookup:
        """The rows ready for binary search in the file's sorted keys."""
        tight, loose = self._read_sorted("keys"), self._read_sorted("loose")
        broken = np.flatnonzero(~self.rows.sound)
        if not len(broken):
            return Lookup(self.rows, tight, loose, (), has_broken=False)
        keys = np.zeros((len(self), len(loose.rows)), dtype=np.uint32, order="F")
        for column, (values, rows) in enumerate(loose):
            keys[rows, column] = values
        return Lookup(self.rows, tight, loose, SortedKeys(lambda: keys, broken), has_broken=True)

    def find_exact(self, hashes: Sequence[str]) -> dict[str, str]:
        """Return, of the given exact hashes, those that a row here has, with that row's id."""
        known, rows = next(iter(self._read_sorted("exact"))) if len(self) else (np.empty(0, np.uint64), ())
        found = {}
        starts = np.searchsorted(known, _leading_bits(hashes))
        for text, start in zip(hashes, starts.tolist(), strict=True):
            bits = int(text[:16], 16)
            for place in range(start, len(known)):
                if known[place] != bits:
                    break
                row = int(rows[place])
                if self.table.column("exact")[row].as_py() == text:
                    found[text] = self.rows.ids[row].as_py()
                    break
        return found

    def _read_sorted(self, name: str) -> StoredKeys:
        columns = (self.table.column(f"sorted_{name}"), self.table.column(f"order_{name}"))
        values, rows = (c.combine_chunks().flatten().to_numpy().reshape(c.type.list_size, -1) for c in columns)
        return StoredKeys(values, rows)


def _leading_bits(hashes: Sequence[str]) -> np.ndarray:
    """Return the first 64 bits of hashes in hexadecimal digits."""
    return np.array([int(text[:16], 16) for text in hashes], dtype=np.uint64)


def build_index(kept: "datasets.Dataset") -> RoundIndex:
    """Return the index of a round from the signed rows (`near.sign_rows`) that it keeps."""
    return index_table(kept.with_format("arrow")[:] if len(kept) else kept.data.table.slice(0, 0))


def index_table(signed: pa.Table) -> RoundIndex:
    """Return the index of a table made by `features.sign_table`."""
    signed = sort_signed(signed).combine_chunks()
    for name in ("keys", "loose"):
        # Column-major in a column of row-sized lists: one flat buffer that a memory map serves as it is.
        keys = read_matrix(signed.column(name))
        columns = [sort_column(keys[:, column]) for column in range(keys.shape[1])]
        signed = signed.append_column(f"sorted_{name}", _flat_lists([values for values, _ in columns]))
        signed = signed.append_column(f"order_{name}", _flat_lists([rows for _, rows in columns]))
    exact = _leading_bits(signed.column("exact").to_pylist())
    order = np.argsort(exact, kind="stable")
    signed = signed.append_column("sorted_exact", _flat_lists([exact[order]]))
    signed = signed.append_column("order_exact", _flat_lists([order.astype(np.uint32)]))
    signed = signed.drop_columns(["keys", "loose"])
    return RoundIndex(signed.replace_schema_metadata({"parameters": json.dumps(current_parameters())}))


def _flat_lists(columns: list[np.ndarray]) -> pa.FixedSizeListArray:
    return pa.FixedSizeListArray.from_arrays(pa.array(np.concatenate(columns)), len(columns))


def write_index(index: RoundIndex, path: Path) -> None:
    """Write the index to a file, whole or not at all: an Arrow file, and its checksum after it."""
    beside = path.with_name(f".{path.name}.part")
    with pa.OSFile(str(beside), "wb") as sink, pa.ipc.new_file(sink, index.table.schema) as writer:
        writer.write_table(index.table.combine_chunks())
    with pa.memory_map(str(beside)) as made:
        checksum = _check_sum(made.read_buffer(made.size()))
    with beside.open("ab") as sink:
        sink.write(checksum)
        sink.flush()
        os.fsync(sink.fileno())
    beside.replace(path)


def read_index(path: Path) -> RoundIndex:
    """Return the index in a file, memory-mapped.

    FileNotFoundError; IndexUnreadable for a damaged or foreign file; IndexMismatch where it was made by another
    version or with other parameters.
    """
    try:
        with pa.memory_map(str(path)) as file:
            body, checksum = file.read_buffer(max(0, file.size() - CHECKSUM_BYTES)), file.read(CHECKSUM_BYTES)
        if checksum != _check_sum(body):
            raise ValueError("its checksum is wrong")
        table = pa.ipc.open_file(pa.BufferReader(body)).read_all()
        made_with = json.loads((table.schema.metadata or {})[b"parameters"])
    except FileNotFoundError:
        raise
    except (pa.ArrowInvalid, KeyError, ValueError, OSError) as error:
        raise IndexUnreadable(f"{path} is no duplicate index; delete it, it is rebuilt from the folder") from error
    if made_with != current_parameters():
        raise IndexMismatch(f"{path} was made by another version; delete it, it is rebuilt from the folder")
    return RoundIndex(table)


def _check_sum(body: pa.Buffer) -> bytes:
    return xxhash.xxh3_128_digest(memoryview(body))


def rebuild_index(rows: pa.Table, evidence: pa.Table) -> RoundIndex:
    """Return the index of a round from its published rows (config `default`) and its evidence."""
    proofs = dict(zip(evidence.column("id").to_pylist(), evidence.column("proof").to_pylist(), strict=True))
    answers = dict(zip(evidence.column("id").to_pylist(), evidence.column("answer").to_pylist(), strict=True))
    work = [work_row(row, answers[row["id"]], proofs[row["id"]]) for row in rows.to_pylist()]
    signed = [
        sign_table(pa.Table.from_pylist(work[at : at + SIGN_BATCH_ROWS], schema=WORK_SCHEMA))
        for at in range(0, max(1, len(work)), SIGN_BATCH_ROWS)
    ]
    return index_table(pa.concat_tables(signed))


WORK_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("id", "task_type", "subject", "input", "output", "code", "proof")]
    + [("round", pa.int64()), ("slot", pa.int64())]
)


def work_row(row: dict, answer: str, proof: str) -> dict:
    """Return the columns that deduplication reads, from a published row and its evidence (two JSON texts)."""
    return {
        "id": row["id"],
        "round": row["metadata"]["round"],
        "slot": int(row["id"].rpartition("_")[2]),
        "task_type": row["metadata"]["task_type"],
        "subject": json.loads(proof)["subject"],
        "input": row["input"],
        "output": row["output"],
        "code": json.loads(answer).get("code", ""),
        "proof": proof,
    }
