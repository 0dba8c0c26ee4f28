"""What earlier rounds leave behind, so that nothing of theirs comes again.

In: the published folder (the Hub's rounds fetched into it) and the run folders. Out: the
behaviours of all published programs and the deduplication index of each round. An index that is
lost, damaged, of another version or of other rows than the published ones (a rejected rebuild
leaves such a one) is made anew from the published folder, which alone must be whole.
"""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pyarrow
import pyarrow.parquet

from generation.dedup import index
from generation.dedup.exact import exact_hash
from generation.faults import Fault

LOG = logging.getLogger(__name__)
COMPARED_ROWS = 8  # of each round, whose text is compared with the index; all ids are


class RoundUnreadable(Fault):
    """A published round of which files are missing or damaged."""


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
    """Return one round's index, rebuilt from its published files where it is not at hand; RoundUnreadable."""
    place = index_path(runs, number)
    try:
        found = index.read_index(place)
        if _is_of_published_rows(found, folder, number):
            return found
        LOG.info("round %d: the duplicate index is of other rows; rebuilt from %s", number, folder)
    except FileNotFoundError:
        pass
    except (index.IndexMismatch, index.IndexUnreadable) as error:
        LOG.info("round %d: %s; rebuilt from %s", number, error, folder)
    evidence = read_view(folder, "evidence", number, ["id", "answer", "proof"])
    try:
        rebuilt = index.rebuild_index(read_view(folder, "data", number), evidence)
    except (KeyError, ValueError) as error:
        raise RoundUnreadable(f"round {number} in {folder}: its evidence does not fit its rows ({error})") from error
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        index.write_index(rebuilt, place)
    except OSError as error:  # the build goes on without the file; the next one rebuilds it again
        LOG.warning("round %d: its duplicate index cannot be kept: %s", number, error)
    return rebuilt


def _is_of_published_rows(found: index.RoundIndex, folder: Path, number: int) -> bool:
    """Tell whether the index has the ids that are published, and the text of the first rows."""
    ids = {name: place for place, name in enumerate(found.rows.ids.to_pylist())}
    if ids.keys() != set(read_view(folder, "data", number, ["id"])["id"].to_pylist()):
        return False
    exact = found.table.column("exact")
    with pyarrow.parquet.ParquetFile(_list_shards(folder, "data", number)[0]) as shard:
        first = next(shard.iter_batches(COMPARED_ROWS, columns=["id", "input", "output"]), None)
    return first is None or all(exact[ids[row["id"]]].as_py() == exact_hash(row) for row in first.to_pylist())


def read_view(folder: Path, view: str, number: int, columns: list[str] | None = None) -> pyarrow.Table:
    """Return one round's rows of one view, its shards in order; RoundUnreadable."""
    try:
        shards = [pyarrow.parquet.read_table(shard, columns=columns) for shard in _list_shards(folder, view, number)]
        return pyarrow.concat_tables(shards)
    except (pyarrow.ArrowException, OSError) as error:
        line = str(error).splitlines()[0]
        raise RoundUnreadable(f"round {number} in {folder}: {view}/ is missing or damaged ({line})") from error


def _list_shards(folder: Path, view: str, number: int) -> list[Path]:
    """Return the files of one view of a round, in order; RoundUnreadable where there is none."""
    shards = sorted((folder / view).glob(f"round_{number}-*.parquet"))
    if not shards:
        raise RoundUnreadable(f"round {number} in {folder}: {view}/ has no file of it; fetch the folder again")
    return shards


def index_path(runs: Path, number: int) -> Path:
    """Return where a round's index is kept."""
    return runs / f"round_{number}" / "index.arrow"
