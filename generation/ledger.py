"""The ledger of a round: every completion a teacher gave, written the moment it arrives.

In: `Completion` records. Out: the same records, after any crash. One line a completion, in a
file that only grows: eight hex digits of CRC-32, a space, JSON. A kill loses nothing that `append`
was given (the line has left the process). A thread makes what was appended durable, in groups, so
that nobody waits for the disk; power loss costs at most what came in the last SYNC_S and one sync.
It does not cover parsing: rejected completions are kept too, they were paid for.
"""

import contextlib
import dataclasses
import fcntl
import json
import os
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from generation.faults import Fault

# Source: measured, one fdatasync a row gives ~300 rows/s, one in 50 ms ~25,000 rows/s.
SYNC_S = 0.05


class LedgerFault(Fault):
    """A ledger that is busy, damaged before its last line, or of another round or request."""


@dataclass(frozen=True)
class Completion:
    """One teacher's reply. Key: (slot, attempt); the file belongs to one round.

    request_hash: hex SHA-256 of the request body. text: the completion as sent ("" with none).
    finish_reason: as the endpoint says it ("stop", "length", ...), or "gave_up" where retries ran
    out. refusal: the endpoint's own refusal text. model: the version the server says it used. batch: it came by the
    Batch API, at half the price.
    """

    slot: int
    attempt: int
    request_hash: str
    text: str
    finish_reason: str
    refusal: str = ""
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    retries: int = 0
    raw: str = ""
    batch: bool = False


@dataclass
class Usage:
    """What completions took: how many came, requests sent again, tokens in and out."""

    completions: int = 0
    retries: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Ledger:
    """An open ledger; one process at a time. Use as a context manager."""

    def __init__(self, path: Path, round_number: int):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("a+b", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise LedgerFault(f"another process is writing {path}; wait for it or stop it") from None
        self._places: dict[tuple[int, int], tuple[int, int]] = {}
        self.usage = {False: Usage(), True: Usage()}  # by `batch`, of everything in the ledger
        with contextlib.ExitStack() as undo:
            undo.callback(self._file.close)
            self._load(round_number)
            self._disk = _DiskWriter(self._file.fileno(), path)
            undo.pop_all()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: tuple[int, int]) -> bool:
        return key in self._places

    def close(self) -> None:
        """Make everything durable and let go of the file."""
        if not self._file.closed:
            try:
                self._disk.close()
            finally:
                self._file.close()

    def append(self, completion: Completion) -> None:
        """Write one completion; it outlives a kill when this returns. A key may be written once only."""
        key = (completion.slot, completion.attempt)
        if key in self._places:
            raise LedgerFault(f"slot {key[0]} attempt {key[1]} is already in {self.path}")
        self._write(_as_record(completion), key)
        self._count(completion.batch, completion.retries, completion.prompt_tokens, completion.completion_tokens)
        self._disk.note()

    def read(self, slot: int, attempt: int) -> Completion:
        """Return one completion; KeyError where there is none."""
        start, size = self._places[slot, attempt]
        return Completion(**json.loads(os.pread(self._file.fileno(), size, start)[9:]))

    def attempts(self, slot: int) -> list[Completion]:
        """Return a slot's completions in order of attempt, possibly none."""
        found = []
        while (slot, len(found) + 1) in self._places:
            found.append(self.read(slot, len(found) + 1))
        return found

    def __iter__(self) -> Iterator[Completion]:
        """Yield every completion in the order of writing."""
        for slot, attempt in list(self._places):
            yield self.read(slot, attempt)

    def check_request(self, slot: int, attempt: int, request_hash: str, text: str | None = None) -> None:
        """Raise LedgerFault where the slot was asked with another request body than today's.

        text: the answer, where that is known beforehand too: the embedded teacher's comes from code that may change.
        """
        found = self.read(slot, attempt)
        if found.request_hash != request_hash or (text is not None and found.text != text):
            raise LedgerFault(
                f"slot {slot} of {self.path} was asked with another request: rows, seed, teacher or the generator "
                "has changed since; set them back, or start a new round with --skip-round"
            )

    def _write(self, record: dict, key: tuple[int, int] | None) -> None:
        body = json.dumps(record, ensure_ascii=True, separators=(",", ":")).encode()
        line = b"%08x %s\n" % (zlib.crc32(body), body)
        start = self._file.seek(0, os.SEEK_END)
        written = 0
        try:
            while written < len(line):
                written += self._file.write(line[written:])
        except OSError as error:
            os.ftruncate(self._file.fileno(), start)  # a full disk must not leave half a line behind
            raise LedgerFault(f"cannot write {self.path}: {error.strerror}; free some space and run again") from None
        if key is not None:
            self._places[key] = (start, len(line))

    def _load(self, round_number: int) -> None:
        size = os.fstat(self._file.fileno()).st_size
        with self.path.open("rb") as lines:
            start = 0
            for number, line in enumerate(lines):
                record = _read_line(line)
                if record is None:
                    if start + len(line) < size:
                        raise LedgerFault(
                            f"{self.path} is damaged at line {number + 1}; restore it from a backup, "
                            "or start a new round with --skip-round"
                        )
                    os.ftruncate(self._file.fileno(), start)  # the torn tail of a crash
                    break
                if number == 0:
                    if record.get("ledger") != 1 or record.get("round") != round_number:
                        raise LedgerFault(f"{self.path} is not the ledger of round {round_number}")
                else:
                    self._places[record["slot"], record["attempt"]] = (start, len(line))
                    tokens = record["prompt_tokens"], record["completion_tokens"]
                    self._count(record.get("batch", False), record["retries"], *tokens)
                start += len(line)
        if start == 0:
            self._write({"ledger": 1, "round": round_number}, None)
            _sync_folder(self.path.parent)

    def _count(self, batch: bool, retries: int, prompt_tokens: int, completion_tokens: int) -> None:
        used = self.usage[batch]
        used.completions += 1
        used.retries += retries
        used.prompt_tokens += prompt_tokens
        used.completion_tokens += completion_tokens


class _DiskWriter:
    """A thread that makes a file durable soon after each note; a disk error stops whoever appends next."""

    def __init__(self, file: int, path: Path):
        self._file, self._path = file, path
        self._noted, self._ending = threading.Event(), threading.Event()
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def note(self) -> None:
        """Say that something was appended; LedgerFault where an earlier line did not reach the disk."""
        if self._error is not None:
            raise LedgerFault(f"the disk does not take {self._path}: {self._error.strerror}; mend it and run again")
        self._noted.set()

    def close(self) -> None:
        """Return when everything is durable."""
        self._ending.set()
        self._noted.set()
        self._thread.join()
        self.note()

    def _run(self) -> None:
        while not self._ending.is_set():
            self._noted.wait()
            self._noted.clear()
            try:
                os.fdatasync(self._file)
            except OSError as error:
                self._error = error
                return
            self._ending.wait(SYNC_S)
        try:
            os.fdatasync(self._file)
        except OSError as error:
            self._error = error


def _as_record(completion: Completion) -> dict:
    return {name: getattr(completion, name) for name in _FIELDS}  # asdict would copy each text


_FIELDS = tuple(field.name for field in dataclasses.fields(Completion))


def _sync_folder(folder: Path) -> None:
    """Make a new file's name durable too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read_line(line: bytes) -> dict | None:
    """Return a line's record, or None where checksum, JSON or the line's end are wrong."""
    if len(line) < 11 or line[8:9] != b" " or not line.endswith(b"\n"):
        return None
    try:
        if int(line[:8], 16) != zlib.crc32(line[9:-1]):
            return None
        return json.loads(line[9:])
    except ValueError:
        return None
