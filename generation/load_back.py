"""Load published rounds from the Hub as a stranger would, and compare them row by row with the folder.

In: repository, revision, folder and round numbers as arguments; the Hub's address, token and an empty
cache in the environment. Out: exit 0 and the number of rows compared; 1 and one line where a row
differs. Run as a program of its own, so that nothing cached answers for the Hub. It needs only `datasets`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import datasets
import pyarrow.parquet as pq

BATCH = 1_000
VIEWS = {"default": "data", "chat": "chat", "evidence": "evidence"}


def compare_rounds(repo_id: str, revision: str, folder: Path, numbers: list[int]) -> int:
    """Return how many rows were loaded and found equal in every view; SystemExit with one line where one is not."""
    compared, sizes = {}, {}
    for config, view in VIEWS.items():
        loaded = datasets.load_dataset(repo_id, config, revision=revision)
        sizes[config] = sum(split.num_rows for split in loaded.values())
        compared[view] = sum(compare_split(loaded, folder, view, number) for number in numbers)
    sizes["all"] = datasets.load_dataset(repo_id, "all", revision=revision, split="train").num_rows
    if len(set(sizes.values())) != 1:
        raise SystemExit(f"the configs differ in rows: {sizes}")
    return compared["data"]


def compare_split(loaded: datasets.DatasetDict, folder: Path, view: str, number: int) -> int:
    """Return the number of rows of one round in one view, all equal to the folder's."""
    name = f"round_{number}"
    if name not in loaded:
        raise SystemExit(f"{view} has no split {name}")
    split = loaded[name]
    count = 0
    for count, row in enumerate(_read_folder(folder, view, number), 1):
        if count > split.num_rows or split[count - 1] != row:
            raise SystemExit(f"row {count} of {name} in {view} is not the one in the folder")
    if count != split.num_rows:
        raise SystemExit(f"{name} in {view} has {split.num_rows} rows, the folder {count}")
    return count


def _read_folder(folder: Path, view: str, number: int) -> Iterator[dict]:
    for shard in sorted((folder / view).glob(f"round_{number}-*.parquet")):
        for batch in pq.ParquetFile(shard).iter_batches(BATCH):
            yield from batch.to_pylist()


if __name__ == "__main__":
    datasets.disable_progress_bars()
    print(compare_rounds(sys.argv[1], sys.argv[2], Path(sys.argv[3]), [int(text) for text in sys.argv[4:]]))
