"""The immutable index of one round: what later rounds need to find and verify repeats of its rows.

In: the signed rows that a round kept. Out: one Arrow file beside the run, memory-mapped when
read, refused where its version or parameters are not today's. A new round is looked up in it by
binary search, so that adding a round costs in proportion to that round. No text is stored.
"""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generation.dedup import features, signatures
from generation.dedup.features import Features, read_features, sign_table
from generation.faults import Fault

if TYPE_CHECKING:
    import datasets

VERSION = 2
SIGN_BATCH_ROWS = 500


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


def sort_keys(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each column of (rows, columns) keys ascending, and the row of each, both (columns, rows)."""
    order = np.argsort(keys.T, axis=1, kind="stable")
    return np.take_along_axis(keys.T, order, axis=1), order.astype(np.uint32)


class Lookup:
    """Rows that are kept, ready for binary search: each key column sorted, with the row of each key.

    rows: features; places: which of them (ascending). Sorted arrays have shape (columns, rows) and
    are made when first asked for, unless given.
    """

    def __init__(self, rows: Features, places: np.ndarray):
        self.rows = rows
        self.places = places

    @cached_property
    def sorted_keys(self) -> tuple[np.ndarray, np.ndarray]:
        """The tight keys, and the row of each."""
        return self._sort(self.rows.keys, self.places)

    @cached_property
    def sorted_loose(self) -> tuple[np.ndarray, np.ndarray]:
        """The loose keys, and the row of each."""
        return self._sort(self.rows.loose, self.places)

    @cached_property
    def broken(self) -> np.ndarray:
        """The rows whose code does not compile."""
        return self.places[~self.rows.sound[self.places]]

    @cached_property
    def sorted_broken(self) -> tuple[np.ndarray, np.ndarray]:
        """The loose keys of the broken rows alone, and the row of each."""
        return self._sort(self.rows.loose, self.broken)

    @staticmethod
    def _sort(keys: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values, order = sort_keys(keys[places])
        return values, places[order]


class RoundIndex:
    """The index of one round. table: as written to the file; rows: views of it, in order of survival."""

    def __init__(self, table: pa.Table):
        self.table = table
        self.rows: Features = read_features(table)

    def __len__(self) -> int:
        return self.table.num_rows

    @cached_property
    def lookup(self) -> Lookup:
        """The rows ready for binary search; the sorted keys come from the file."""
        made = Lookup(self.rows, np.arange(len(self)))
        made.sorted_keys = self._read_sorted("keys")
        made.sorted_loose = self._read_sorted("loose")
        return made

    def find_exact(self, hashes: Sequence[str]) -> dict[str, str]:
        """Return, of the given exact hashes, those that a row here has, with that row's id."""
        wanted = pa.array(list(hashes), pa.string())
        at = pc.index_in(wanted, value_set=self.table.column("exact").combine_chunks()).to_pylist()
        return {h: self.rows.ids[i] for h, i in zip(hashes, at, strict=True) if i is not None}

    def _read_sorted(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        columns = (self.table.column(f"sorted_{name}"), self.table.column(f"order_{name}"))
        values, order = (c.combine_chunks().flatten().to_numpy().reshape(c.type.list_size, -1) for c in columns)
        return values, order


def build_index(kept: "datasets.Dataset") -> RoundIndex:
    """Return the index of a round from the signed rows (`near.sign_rows`) that it keeps."""
    return index_table(kept.with_format("arrow")[:] if len(kept) else kept.data.table.slice(0, 0))


def index_table(signed: pa.Table) -> RoundIndex:
    """Return the index of a table made by `features.sign_table`."""
    order = np.lexsort((signed.column("slot").to_numpy(), signed.column("round").to_numpy()))
    signed = signed.take(pa.array(order)).combine_chunks()
    rows = read_features(signed)
    for name, keys in (("keys", rows.keys), ("loose", rows.loose)):
        # Column-major in a column of row-sized lists: one flat buffer that a memory map serves as it is.
        width = keys.shape[1]
        values, where = sort_keys(keys)
        signed = signed.append_column(f"sorted_{name}", _flat_lists(values, width))
        signed = signed.append_column(f"order_{name}", _flat_lists(where, width))
    return RoundIndex(signed.replace_schema_metadata({"parameters": json.dumps(current_parameters())}))


def _flat_lists(matrix: np.ndarray, width: int) -> pa.FixedSizeListArray:
    return pa.FixedSizeListArray.from_arrays(pa.array(matrix.reshape(-1)), width)


def write_index(index: RoundIndex, path: Path) -> None:
    """Write the index to a file, whole or not at all."""
    beside = path.with_name(f".{path.name}.part")
    with pa.OSFile(str(beside), "wb") as sink, pa.ipc.new_file(sink, index.table.schema) as writer:
        writer.write_table(index.table.combine_chunks())
    beside.replace(path)


def read_index(path: Path) -> RoundIndex:
    """Return the index in a file, memory-mapped.

    FileNotFoundError; IndexUnreadable; IndexMismatch where it was made by another version or with other parameters.
    """
    try:
        table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        made_with = json.loads((table.schema.metadata or {})[b"parameters"])
    except (pa.ArrowInvalid, KeyError, ValueError) as error:
        raise IndexUnreadable(f"{path} is no duplicate index; delete it, it is rebuilt from the folder") from error
    if made_with != current_parameters():
        raise IndexMismatch(f"{path} was made by another version; delete it, it is rebuilt from the folder")
    return RoundIndex(table)


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
