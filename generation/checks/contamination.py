"""Drop rows that contain or restate a task or solution of a public benchmark.

In: work rows (instruction, input, output, code). Out: a drop with the benchmark's name, or None.
Works from hashes alone (`contamination_index.npz`, made by `build_contamination_index`): runs of
words of each task's statement, and function bodies with their names taken out. It does not see a
statement told in other words, nor a solution written another way.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from generation.checks.restatement import hash_bodies, hash_runs, hash_words
from generation.dedup.canonical import split_code
from generation.rows import Drop, DropReason

INDEX_FILE = Path(__file__).with_name("contamination_index.npz")
INDEX_VERSION = 2
# Share of a statement's runs that a row must hold. Source: measured, see benchmarks/dedup.py: whole
# statements hold nearly all of them, unrelated requests at most a few that are common English.
MIN_SHARE = 0.6
_TEXTS = ("instruction", "input", "output")


class IndexDamaged(Exception):
    """The shipped hash index is missing, damaged or of another version; it is rebuilt by the script."""


class BenchmarkIndex(NamedTuple):
    """runs: sorted hashes, run_tasks: the task of each; sizes: run lengths that occur; run_counts: runs a task.

    bodies: sorted hashes, body_tasks: the task of each. names: the benchmarks; starts: each one's first task.
    """

    runs: np.ndarray
    run_tasks: np.ndarray
    sizes: np.ndarray
    run_counts: np.ndarray
    bodies: np.ndarray
    body_tasks: np.ndarray
    names: np.ndarray
    starts: np.ndarray
    version: np.ndarray

    def name_of(self, task: int) -> str:
        """Return the benchmark that a task belongs to."""
        return str(self.names[np.searchsorted(self.starts, task, side="right") - 1])


@cache
def load_index() -> BenchmarkIndex:
    """Return the shipped index, read once a process; IndexDamaged."""
    try:
        with np.load(INDEX_FILE, allow_pickle=False) as stored:
            index = BenchmarkIndex(**{name: stored[name] for name in BenchmarkIndex._fields})
    except (OSError, ValueError, KeyError) as error:
        raise IndexDamaged(f"{INDEX_FILE.name}: {error}") from error
    if int(index.version[0]) != INDEX_VERSION:
        raise IndexDamaged(f"{INDEX_FILE.name} has version {int(index.version[0])}, not {INDEX_VERSION}")
    return index


def find_contamination(row: dict) -> Drop | None:
    """Return a BENCHMARK_CONTAMINATION drop for a row that holds a benchmark's task or solution, else None."""
    return find_in_rows([row])[0]


def check_batch(batch: dict[str, list]) -> dict[str, list]:
    """Return `drop_reason` ("" to keep) and `drop_detail` for a batch of work rows, as columns."""
    names = list(batch)
    drops = find_in_rows([dict(zip(names, values, strict=True)) for values in zip(*batch.values(), strict=True)])
    return {
        "drop_reason": [str(drop.reason) if drop else "" for drop in drops],
        "drop_detail": [drop.detail if drop else "" for drop in drops],
    }


def find_in_rows(rows: list[dict]) -> list[Drop | None]:
    """Return `find_contamination` of each row; faster for many at once."""
    index = load_index()
    said = _find_statements([" ".join(row[name] for name in _TEXTS) for row in rows], index)
    return [said.get(i) or _find_solution(row, index) for i, row in enumerate(rows)]


def _find_statements(texts: list[str], index: BenchmarkIndex) -> dict[int, Drop]:
    """Return the drop of each text that holds MIN_SHARE of the runs of some task's statement."""
    words = hash_words(texts)
    hits = [np.empty((0, 2), dtype=np.int64)]
    for size in index.sizes.tolist():
        hashes, row = hash_runs(words, size)
        first = np.searchsorted(index.runs, hashes, side="left")
        counts = np.searchsorted(index.runs, hashes, side="right") - first
        for step in range(int(counts.max(initial=0))):
            found = counts > step
            places = first[found] + step
            hits.append(np.unique(np.stack([row[found], places], axis=1), axis=0))
    row, place = np.unique(np.concatenate(hits), axis=0).T
    pairs, counts = np.unique(np.stack([row, index.run_tasks[place]], axis=1), axis=0, return_counts=True)
    share = counts / index.run_counts[pairs[:, 1]] if len(pairs) else np.empty(0)
    return {
        int(i): Drop(DropReason.BENCHMARK_CONTAMINATION, f"states a task of {index.name_of(task)}")
        for i, task in pairs[share >= MIN_SHARE][::-1]
    }


def _find_solution(row: dict, index: BenchmarkIndex) -> Drop | None:
    """Return a drop where a function of the row is a benchmark's solution but for its names."""
    texts = (row.get("code") or "", split_code(row["input"])[1], split_code(row["output"])[1])
    codes = {text.strip("\n") for text in texts} - {""}  # an answer's code stands in its output too
    for body in sorted(set().union(*(hash_bodies(code) for code in sorted(codes)))):
        place = int(np.searchsorted(index.bodies, np.uint64(body)))
        if place < len(index.bodies) and int(index.bodies[place]) == body:
            name = index.name_of(int(index.body_tasks[place]))
            return Drop(DropReason.BENCHMARK_CONTAMINATION, f"holds a solution of {name}")
    return None
