"""Other deduplicators on the same texts, run by `benchmarks/dedup.py --peers` in a Python that has them.

In: a JSON list of texts on standard input. Out: in the file named, a JSON list of (name, wall seconds, processor seconds, places of the
rows kept). Whole rows, 5-grams of words, Jaccard .7, 112 to 128 permutations, as their documentation shows; of rows
that match the first stays. None of them verifies. Imports are not counted.
Installed by `pip install datasketch rensa daft "datatrove[processing]" spacy`, in an environment of their own.
"""

import importlib.util
import json
import logging
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path


def split_shingles(text: str) -> set[str]:
    """Return the sets of five words in a row."""
    words = _words(text)
    return {" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))}


def run_datasketch(texts: list[str]) -> list[int]:
    """Return the rows kept by datasketch's MinHashLSH."""
    from datasketch import MinHash, MinHashLSH

    index, kept = MinHashLSH(threshold=0.7, num_perm=128), []
    for place, text in enumerate(texts):
        signature = MinHash(num_perm=128)
        signature.update_batch([shingle.encode() for shingle in split_shingles(text)])
        if not index.query(signature):
            index.insert(str(place), signature)
            kept.append(place)
    return kept


def run_rensa(texts: list[str]) -> list[int]:
    """Return the rows kept by rensa's RMinHash and its LSH."""
    from rensa import RMinHash, RMinHashLSH

    index, kept = RMinHashLSH(threshold=0.7, num_perm=128, num_bands=16), []
    for place, text in enumerate(texts):
        signature = RMinHash(num_perm=128, seed=42)
        signature.update(list(split_shingles(text)))
        if not index.query(signature):
            index.insert(place, signature)
            kept.append(place)
    return kept


def run_daft(texts: list[str]) -> list[int]:
    """Return the first row of each cluster: Daft's minhash, 16 bands of 8 rows grouped by Daft, joined here."""
    import daft
    from daft import col

    table = daft.from_pydict({"place": list(range(len(texts))), "text": [" ".join(_words(text)) for text in texts]})
    table = table.with_column("band", col("text").minhash(num_hashes=128, ngram_size=5, seed=42))
    table = table.select("place", col("band").chunk(8)).with_column("number", daft.lit(list(range(16))))
    buckets = table.explode("band", "number").groupby("number", "band").agg(col("place").list_agg().alias("rows"))
    return _keep_first(len(texts), buckets.select("rows").to_pydict()["rows"])


def run_datatrove(texts: list[str]) -> list[int]:
    """Return the rows kept by datatrove's four MinHash stages: 14 buckets of 8 hashes, as in FineWeb, one process."""
    from datatrove.data import Document
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import (
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.dedup.minhash import MinhashConfig

    config, kept = MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8), []
    documents = [Document(text=text, id=str(place)) for place, text in enumerate(texts)]

    def collect(data: Iterable, rank: int = 0, world_size: int = 1) -> Iterable:
        for document in data:
            kept.append(int(document.id))
            yield document

    with tempfile.TemporaryDirectory() as folder:
        signed, matched, removed = (f"{folder}/{name}" for name in ("signatures", "buckets", "removed"))
        stages = [
            ([documents, MinhashDedupSignature(signed, config=config)], 1),
            ([MinhashDedupBuckets(signed, matched, config=config)], 14),
            ([MinhashDedupCluster(matched, removed, config=config)], 1),
            ([documents, MinhashDedupFilter(removed), collect], 1),
        ]
        for number, (pipeline, tasks) in enumerate(stages):
            logs = f"{folder}/logs{number}"
            LocalPipelineExecutor(pipeline=pipeline, tasks=tasks, workers=1, logging_dir=logs).run()
    return sorted(kept)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text.lower())


def _keep_first(rows: int, groups: list[list[int]]) -> list[int]:
    """Return the first row of each cluster of rows that share a group."""
    above = list(range(rows))

    def find(row: int) -> int:
        while above[row] != row:
            above[row] = above[above[row]]
            row = above[row]
        return row

    for group in groups:
        roots = sorted({find(row) for row in group})
        for root in roots[1:]:
            above[root] = roots[0]
    return [row for row in range(rows) if find(row) == row]


RUNS = {"datasketch": run_datasketch, "rensa": run_rensa, "daft": run_daft, "datatrove": run_datatrove}


def main() -> None:
    """Time each library that is installed."""
    texts, said = json.load(sys.stdin), []
    logging.disable(logging.CRITICAL)
    for name, run in RUNS.items():
        if importlib.util.find_spec(name):
            run(texts[:20])  # imports and first compilations
            start, used = time.perf_counter(), os.times()
            kept = run(texts)
            now = os.times()
            cpu = now.user + now.system + now.children_user + now.children_system
            cpu -= used.user + used.system + used.children_user + used.children_system
            said.append((name, time.perf_counter() - start, cpu, kept))
    Path(sys.argv[1]).write_text(json.dumps(said))


if __name__ == "__main__":
    main()
