"""Facts about a round's finished files: sizes as `datasets` checks them, and what a replacement changed.

In: a staged round and the folder that it will go to. Out: JSON-ready dicts, stored in
`metrics/round_N.json`, so that the card can be made from numbers alone.
"""

import hashlib
from pathlib import Path

from generation.folder import FolderFault, published_rounds, read_numbers

VIEWS = ("data", "chat", "evidence")
BATCH_ROWS = 1_000


def describe_files(folder: Path, number: int) -> dict:
    """Return by view: rows, num_bytes (in memory, as Arrow), download_size (the Parquet files), shards.

    `rows_fingerprint` is a 48-bit hash of `clean_round_N.jsonl`, the same for the same rows whatever wrote the
    Parquet; a number, since the secret filter takes a long hexadecimal text near a word of its list for a secret.
    """
    import pyarrow.parquet as pq

    told: dict = {}
    for view in VIEWS:
        shards = sorted((folder / view).glob(f"round_{number}-*.parquet"))
        files = [pq.ParquetFile(shard) for shard in shards]
        told[view] = {
            "rows": sum(file.metadata.num_rows for file in files),
            "num_bytes": sum(batch.nbytes for file in files for batch in file.iter_batches(BATCH_ROWS)),
            "download_size": sum(shard.stat().st_size for shard in shards),
            "shards": len(shards),
        }
    with (folder / f"clean_round_{number}.jsonl").open("rb") as lines:
        told["rows_fingerprint"] = int(hashlib.file_digest(lines, "sha256").hexdigest()[:12], 16)
    return told


def list_changes(numbers: dict, folder: Path) -> list[dict]:
    """Return the round's replacements, oldest first: the published one's own, and this one where its rows differ.

    numbers: this round's, with `files`. Each entry tells the rows kept before and after, and how many
    the maintainer took back by id.
    """
    number = numbers["round"]
    if not folder.is_dir() or number not in published_rounds(folder):
        return []
    try:
        before = read_numbers(folder, number)
    except FolderFault:
        return []  # a damaged round is built again: what was changed in it before is not known any more
    if before["files"]["rows_fingerprint"] == numbers["files"]["rows_fingerprint"]:
        return before["changes"]
    withdrawn = numbers["dropped"].get("withdrawn", 0)
    change = {"kept_before": before["kept"], "kept": numbers["kept"], "withdrawn": withdrawn}
    return [*before["changes"], change | {"revision": len(before["changes"]) + 2}]
