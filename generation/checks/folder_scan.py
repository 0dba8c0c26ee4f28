"""The last scan: every file that is about to be published, read from disk, and the stamp of what was scanned.

In: a folder of finished files. Out: `scan.json`, file name to SHA-256, or SecretsFound. The views hold the
same rows in the same order, so that a part of the rows is scanned in all of them together and a text that
stands in several is scanned once; parts go to worker processes.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from generation.checks.secret_engines import prove_engines
from generation.checks.secret_faults import SecretsFound, StampFault
from generation.checks.secret_filter import GEOMETRY, find_secret, find_secrets
from generation.folder import hash_file, own_files, write_text
from generation.workers import Workers

BATCH_ROWS, SCANNED_ROWS = 512, 256
MIN_PART_ROWS, MAX_PART_ROWS = 400, 1_500  # a new process takes as long to open its engines as a hundred rows take
PARTS = 4  # of a small round: as even for two workers as a large round's many


class Piece(NamedTuple):
    """Rows `first` to `first + rows` of a file, from 0; `offset`: the byte where they begin in a JSONL file."""

    path: Path
    name: str
    first: int = 0
    rows: int | None = None
    offset: int = 0


def scan_folder(folder: Path, stamp: Path, workers: int = 1, progress: Callable[[int], object] = lambda rows: None):
    """Scan every published file of a folder from disk and write the stamp: JSON, file name to SHA-256.

    progress: called with the rows that each part had. Raises SecretsFound, EngineFault.
    """
    prove_engines()
    names = own_files(folder)
    hashes = {name: hash_file(folder / name) for name in names}
    parts = _cut(folder, names, _part_rows(folder, names))
    with Workers(min(workers, len(parts))) as pool:
        for part, found in zip(parts, pool.map(_scan_part, parts), strict=True):
            if found:
                raise SecretsFound(f"{found}; the round is not published")
            progress(max(piece.rows or 0 for piece in part))
    for name in names:
        if hash_file(folder / name) != hashes[name]:
            raise SecretsFound(f"{name} changed while it was scanned; scan again")
    prove_engines()
    write_text(stamp, json.dumps(hashes, indent=1, sort_keys=True) + "\n")


def check_stamp(folder: Path, stamps: list[Path]) -> None:
    """Raise StampFault where a published file is not one that a scan from disk has passed.

    The card and the licence file are written after the scan, from numbers: they are scanned here.
    """
    known: dict[str, str] = {}
    for stamp in stamps:
        try:
            known |= json.loads(stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError, TypeError):
            raise StampFault(f"{stamp} is missing or broken; build the round again") from None
    for name in own_files(folder):
        if name.endswith(".md") or name.startswith("assets/"):
            _check_made(folder / name, name)
        elif known.get(name) != hash_file(folder / name):
            raise StampFault(f"{name} is not the file that was scanned for secrets; build the round again")
    missing = sorted(set(known) - set(own_files(folder)))
    if missing:
        raise StampFault(f"{missing[0]} was scanned but is not in {folder}; build the round again")


def _check_made(path: Path, name: str) -> None:
    if path.suffix != ".png":
        drop = find_secret({"text": _read_text(path)})
        if drop:
            raise SecretsFound(f"{name}: {drop.detail}; nothing is pushed")


def _cut(folder: Path, names: Iterable[str], size: int) -> list[list[Piece]]:
    """Return the parts of so many rows: the same rows of every view, and the files without rows with the first of them."""
    parts: dict[int, list[Piece]] = {}
    passed: dict[Path, int] = {}  # rows of a view in its earlier shards
    for name in names:
        path = folder / name
        if path.suffix not in (".parquet", ".jsonl"):
            parts.setdefault(0, []).append(Piece(path, name))
            continue
        view = path.parent if path.suffix == ".parquet" else path
        before = passed.get(view, 0)
        offsets, rows = _measure(path, -before % size, size)
        for first, offset in offsets:
            last = min(rows, first + size - (before + first) % size)
            piece = Piece(path, name, first, last - first, offset)
            parts.setdefault((before + first) // size, []).append(piece)
        passed[view] = before + rows
    return [parts[k] for k in sorted(parts)]


def _part_rows(folder: Path, names: Iterable[str]) -> int:
    """Return how many rows a part is to have, from those of the longest view."""
    import pyarrow.parquet as pq

    rows: Counter[str] = Counter()
    for name in names:
        if name.endswith(".parquet"):
            rows[name.partition("/")[0]] += pq.read_metadata(folder / name).num_rows
    return max(MIN_PART_ROWS, min(MAX_PART_ROWS, -(-max(rows.values(), default=0) // PARTS)))


def _measure(path: Path, to_next_part: int, size: int) -> tuple[list[tuple[int, int]], int]:
    """Return (first row, byte offset) of each piece of a file, and its rows. to_next_part: rows until a part begins."""
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        rows = pq.ParquetFile(path).metadata.num_rows
        return [(first, 0) for first in sorted({0, *range(to_next_part, rows, size)})], rows
    offsets, offset, rows = [], 0, 0
    with path.open("rb") as lines:
        for line in lines:
            if rows == 0 or rows % size == to_next_part:
                offsets.append((rows, offset))
            offset += len(line)
            rows += 1
    return offsets, rows


def _scan_part(part: list[Piece]) -> str:
    """Return file, row, rule and place of a part's first finding, "" where there is none."""
    prove_engines()
    rows = _read_new(part)
    while batch := list(islice(rows, SCANNED_ROWS)):
        for (place, _), drop in zip(batch, find_secrets([row for _, row in batch]), strict=True):
            if drop:
                return f"{place}: {drop.detail}"
    prove_engines()
    return ""


def _read_new(part: list[Piece]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield file and row, and of the row what no earlier row of the part had; nothing of a row that has nothing new."""
    seen: set[bytes] = set()
    for piece in part:
        for place, row in read_piece(piece):
            new = {k: v for k, v in flatten(row) if _is_new(v, seen)}
            if new:
                yield f"{piece.name}, {place}", new


def read_piece(piece: Piece) -> Iterator[tuple[str, Any]]:
    """Yield each row with its id or number; any file that is no Parquet and no JSONL is one row."""
    path = piece.path
    if path.suffix == ".parquet":
        rows: Iterable[Any] = _read_parquet(piece)
    elif path.suffix == ".jsonl":
        rows = _read_lines(piece)
    elif path.suffix == ".png":
        rows = []
    else:
        rows = [{"text": _read_text(path)}]
    for number, row in enumerate(rows, piece.first + 1):
        yield str(row.get("id", f"row {number}") if isinstance(row, dict) else f"row {number}"), row


def _read_parquet(piece: Piece) -> Iterator[dict]:
    """Yield the piece's rows; batch by batch, for a row group of proofs takes hundreds of MB when it is read at once."""
    import pyarrow.parquet as pq

    file, begin = pq.ParquetFile(piece.path), 0
    end = file.metadata.num_rows if piece.rows is None else piece.first + piece.rows
    for group in range(file.metadata.num_row_groups):
        after = begin + file.metadata.row_group(group).num_rows
        if begin < end and after > piece.first:
            at = begin
            for batch in file.iter_batches(BATCH_ROWS, row_groups=[group]):
                if at + len(batch) > piece.first:
                    yield from batch[max(0, piece.first - at) : end - at].to_pylist()
                at += len(batch)
                if at >= end:
                    return
        begin = after


def _read_lines(piece: Piece) -> Iterator[Any]:
    with piece.path.open("rb") as lines:
        lines.seek(piece.offset)
        for line in islice(lines, piece.rows):
            if line.strip():
                yield json.loads(line)


def _read_text(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return GEOMETRY.sub('=""', text) if path.suffix == ".svg" else text


def flatten(row: Any) -> Iterator[tuple[str, Any]]:
    """Yield a row's fields, those of lists of objects one by one."""
    if not isinstance(row, dict):
        yield "text", row
        return
    for key, value in row.items():
        if isinstance(value, list):
            for i, inner in enumerate(value):
                yield from ((f"{key}.{i}.{k}", v) for k, v in flatten(inner))
        else:
            yield key, value


def _is_new(value: Any, seen: set[bytes]) -> bool:
    if not isinstance(value, str | dict):
        return False
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
    if digest in seen:
        return False
    seen.add(digest)
    return True
