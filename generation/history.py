"""What earlier rounds leave behind, so that nothing of theirs comes again.

In: the published folder (the Hub's rounds fetched into it) and the run folders. Out: the
behaviours of all published programs and the deduplication index of each round. An index that is
lost or of another version is made anew from the published folder.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pyarrow
import pyarrow.parquet

from generation.dedup import index


class Earlier(NamedTuple):
    """behaviours: hashes of all earlier programs. indexes: one a round, ascending."""

    behaviours: set[str]
    indexes: list[index.RoundIndex]


def read_earlier(folder: Path, runs: Path, rounds: Iterable[int], leave_out: int) -> Earlier:
    """Return what the published rounds leave behind, the round being (re)built left out."""
    behaviours: set[str] = set()
    indexes = []
    for number in rounds:
        if number == leave_out:
            continue
        behaviours.update(read_view(folder, "evidence", number, ["behaviour"])["behaviour"].to_pylist())
        indexes.append(read_round_index(folder, runs, number))
    return Earlier(behaviours, indexes)


def read_round_index(folder: Path, runs: Path, number: int) -> index.RoundIndex:
    """Return one round's index, rebuilt from its published files where it is not at hand."""
    place = index_path(runs, number)
    try:
        return index.read_index(place)
    except (FileNotFoundError, index.IndexMismatch, index.IndexUnreadable):
        evidence = read_view(folder, "evidence", number, ["id", "answer", "proof"])
        rebuilt = index.rebuild_index(read_view(folder, "data", number), evidence)
        place.parent.mkdir(parents=True, exist_ok=True)
        index.write_index(rebuilt, place)
        return rebuilt


def read_view(folder: Path, view: str, number: int, columns: list[str] | None = None) -> pyarrow.Table:
    """Return one round's rows of one view, its shards in order."""
    shards = sorted((folder / view).glob(f"round_{number}-*.parquet"))
    return pyarrow.concat_tables([pyarrow.parquet.read_table(shard, columns=columns) for shard in shards])


def index_path(runs: Path, number: int) -> Path:
    """Return where a round's index is kept."""
    return runs / f"round_{number}" / "index.arrow"
