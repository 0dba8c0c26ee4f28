"""Deduplication and decontamination measured: `python benchmarks/dedup.py [--short] [--benchmarks FOLDER]`

In: nothing but seeds (and, for decontamination, the benchmark files). Out: a table "what | figure |
target". Times are wall and processor seconds of one run on one machine, ours and text-dedup's own
functions side by side. --peers: a Python with other libraries installed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import datasets
import numpy as np
from dedup_corpus import Corpus, draw_corpus
from dedup_once import spent

from generation.dedup.index import index_table, read_index, write_index
from generation.dedup.near import find_near_duplicates, sign_rows
from generation.dedup.signatures import load_text_dedup

TABLE: list[tuple[str, str, str]] = []


def report(what: str, figure: str, target: str = "") -> None:
    """Add a line to the table and print it."""
    TABLE.append((what, figure, target))
    print(f"{what} | {figure} | {target}", flush=True)


def to_dataset(rows: list[dict], folder: Path, name: str) -> datasets.Dataset:
    """Return the rows as a memory-mapped dataset, as a build has them."""
    return datasets.load_from_disk(write_rows(rows, folder, name))


def write_rows(rows: list[dict], folder: Path, name: str) -> str:
    """Write the rows to a folder as memory-mappable Arrow files and return its path."""
    datasets.Dataset.from_list(rows).save_to_disk(folder / name)
    return str(folder / name)


def deduplicate_once(path: str, folder: Path, workers: int) -> dict:
    """Return what `dedup_once.py` says of written rows, in a process of its own."""
    script = str(Path(__file__).with_name("dedup_once.py"))
    command = [sys.executable, script, path, str(folder), str(workers)]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def score(corpus: Corpus, found: list[list[str]]) -> dict[str, float]:
    """Return precision of the pairs (row, row that it repeats), recall of the planted repeats, F1, originals lost."""
    place = {row["id"]: i for i, row in enumerate(corpus.rows)}
    pairs = [(place[row], place[first]) for row, first in found]
    original = corpus.originals
    right = sum(original[row] == original[first] for row, first in pairs)
    planted = sum(i != o for i, o in enumerate(original))
    lost = sum(original[row] == row and original[first] != row for row, first in pairs)
    precision, recall = right / max(1, len(found)), right / max(1, planted)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(1e-9, precision + recall),
        "lost": lost,
        "originals": len(original) - planted,
    }


def measure_quality_and_growth(sizes: list[int], seed: int, folder: Path) -> None:
    """Report quality, time and memory at each size, and the growth of time from 30,000 rows to the largest."""
    used = {}
    for size in sizes:
        corpus = draw_corpus(size, seed)
        text_mb = sum(len(r["input"].encode()) + len(r["output"].encode()) for r in corpus.rows) / 1e6
        said = deduplicate_once(write_rows(corpus.rows, folder, f"quality-{size}"), folder, workers=2)
        rates = score(corpus, said["found"])
        used[size] = said["cpu_s"]
        report(f"pair precision, {size:,} rows", f"{rates['precision']:.5f}", ">= .999")
        report(f"pair F1, {size:,} rows, seed {seed}", f"{rates['f1']:.4f} (recall {rates['recall']:.4f})", ">= .97")
        report(f"originals lost, {size:,} rows", f"{rates['lost']:.0f} of {rates['originals']:,}", "<= 1 per 10,000")
        report(
            f"time, {size:,} rows, 2 workers",
            f"{said['wall_s']:.1f} s wall, {said['cpu_s']:.1f} s of processor, of it {said['decide_cpu_s']:.1f} to decide",
            "<= 60 s a core at 100k",
        )
        report(
            f"memory above the start, {size:,} rows",
            f"{said['peak_mb'] / text_mb:.2f}x the text ({said['peak_mb']:.0f} MB of {text_mb:.0f}; a worker"
            f" {said['worker_mb']:.0f} MB)",
            "<= 2.5x",
        )
    if len(sizes) > 1:
        first = max(sizes[0], min(30_000, sizes[-2]))
        report(f"growth {first:,} -> {sizes[-1]:,}", f"{used[sizes[-1]] / used[first]:.1f}x", "<= 12x for 10x")


def run_text_dedup(texts: list[str]) -> int:
    """Deduplicate with text-dedup's own functions and defaults (no verification); return the rows kept."""
    embed, optimal = load_text_dedup()
    from text_dedup.utils import UnionFind, xxh3_32hash

    perm, (bands, width) = 250, optimal(0.7, 250, 0.5, 0.5)
    rng, prime = np.random.RandomState(42), np.uint64((1 << 61) - 1)
    options = {
        "num_perm": perm, "ngram_size": 5, "min_length": 0, "hash_func": xxh3_32hash, "dtype": np.uint64,
        "max_hash": np.uint32((1 << 32) - 1), "modulo_prime": prime,
        "hashranges": [(i * width, (i + 1) * width) for i in range(bands)],
        "permutations": tuple(rng.randint(low, prime, size=perm, dtype=np.uint64) for low in (1, 0)),
    }  # fmt: skip
    tables: list[dict[bytes, set[int]]] = [defaultdict(set) for _ in range(bands)]
    for place, text in enumerate(texts):
        for table, key in zip(tables, embed(text, place, **options)["__signatures__"], strict=True):
            table[key].add(place)
    clusters = UnionFind()
    for table in tables:
        for members in table.values():
            for member in members:
                clusters.union(member, min(members))
    return sum(clusters.find(place) == place for place in range(len(texts)))


def measure_against_text_dedup(size: int, seed: int, folder: Path) -> None:
    """Report our time (two workers, verified) over text-dedup's own functions in one process, on the same rows."""
    corpus = draw_corpus(size, seed)
    rows = to_dataset(corpus.rows, folder, f"peer-{size}")
    start = spent()
    kept = size - len(find_near_duplicates(sign_rows(rows, workers=2)))
    ours = spent()
    texts = [f"{row['input']}\n{row['output']}" for row in corpus.rows]
    middle = spent()
    theirs_kept = run_text_dedup(texts)
    theirs = spent()
    originals = sum(i == o for i, o in enumerate(corpus.originals))
    report(
        f"wall, {size:,} rows, ours over text-dedup's functions",
        f"{(ours[0] - start[0]) / (theirs[0] - middle[0]):.2f}x"
        f" ({ours[0] - start[0]:.1f} s; {theirs[0] - middle[0]:.1f} s)",
        "<= 0.7x",
    )
    report("  processor seconds", f"{ours[1] - start[1]:.1f}; {theirs[1] - middle[1]:.1f}")
    report("  rows kept (originals planted)", f"{kept:,}; {theirs_kept:,} ({originals:,})")


def measure_peers(size: int, seed: int, python: str, folder: Path) -> None:
    """Report time and rows kept of ours and of other libraries (in a Python of their own), each in one process."""
    corpus = draw_corpus(size, seed)
    originals = {place for place, first in enumerate(corpus.originals) if place == first}
    path = write_rows(corpus.rows, folder, f"peers-{size}")
    ours = deduplicate_once(path, folder, workers=1)
    gone = {row for row, _ in ours["found"]}
    kept = [place for place, row in enumerate(corpus.rows) if row["id"] not in gone]
    said = [("this project, verified", ours["wall_s"], ours["cpu_s"], kept)]
    texts = [f"{row['input']}\n{row['output']}" for row in corpus.rows]
    command = [python, str(Path(__file__).with_name("dedup_peers.py")), str(folder / "peers.json")]
    subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
    said += json.loads((folder / "peers.json").read_text())
    for name, wall, cpu, kept in said:
        lost, left = len(originals - set(kept)), len(set(kept) - originals)
        report(
            f"{name}, {size:,} rows",
            f"{wall:.1f} s wall, {cpu:.1f} s of processor; loses {lost:,} of {len(originals):,} originals,"
            f" leaves {left:,} of {size - len(originals):,} repeats",
        )


def measure_adding_a_round(size: int, seed: int, folder: Path) -> None:
    """Report what a round of a tenth costs beside an index of `size` rows, against all rows anew."""
    corpus = draw_corpus(size + size // 10, seed)
    for place, row in enumerate(corpus.rows):
        row["round"] = 1 if place < size else 2
    all_rows = to_dataset(corpus.rows, folder, f"adding-{size}")
    start = spent()
    signed = sign_rows(all_rows, workers=1)
    at_once = {d.id for d in find_near_duplicates(signed)}
    anew = spent()
    ids = all_rows["id"][:]  # one by one, a lazy column takes a millisecond each
    first = signed.select([i for i in range(size) if ids[i] not in at_once])
    write_index(index_table(first.with_format("arrow")[:]), folder / "index.arrow")
    middle = spent()
    new = all_rows.select(range(size, len(all_rows)))
    gone = {d.id for d in find_near_duplicates(sign_rows(new, workers=1), [read_index(folder / "index.arrow")])}
    added = spent()
    same = gone == {name for name in at_once if name in set(ids[size:])}
    ratio = (anew[1] - start[1]) / (added[1] - middle[1])
    report(f"adding {size // 10:,} rows to {size:,}", f"{ratio:.1f}x faster than all anew", ">= 6x")
    report("  rows kept", "the same" if same else "DIFFERENT", "the same")
    report("  index on disk", f"{(folder / 'index.arrow').stat().st_size / len(first):,.0f} bytes a row")


def measure_spark(size: int, seed: int) -> None:
    """Report whether a local Spark keeps the rows that one process keeps."""
    from generation.spark import sign_rows_on_spark

    rows = datasets.Dataset.from_list(draw_corpus(size, seed).rows)
    alone = sign_rows(rows)
    start = time.perf_counter()
    spread = sign_rows_on_spark(rows, "local[2]")
    wall = time.perf_counter() - start
    same = find_near_duplicates(spread) == find_near_duplicates(alone)
    same &= spread.with_format("arrow")[:].equals(alone.with_format("arrow")[:])
    report(f"local[2], {size:,} rows", f"{'identical' if same else 'DIFFERENT'} ({wall:.0f} s)", "identical")


def main() -> None:
    """Run what was asked and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--short", action="store_true", help="small sizes, a few minutes")
    parser.add_argument("--seed", type=int, default=77, help="of the corpus; tuning used 1 and 2")
    parser.add_argument("--sizes", type=int, nargs="*", help="rows of the quality runs, ascending")
    parser.add_argument("--only", nargs="*", default=["quality", "wall", "peers", "adding", "spark", "contamination"])
    parser.add_argument("--benchmarks", type=Path, help="folder of HumanEval, MBPP and BigCodeBench as published")
    parser.add_argument("--peers", help="a Python that has datasketch, rensa, daft and datatrove")
    parser.add_argument("--adding-to", type=int, help="rows of the rounds before, for the run that adds a tenth")
    parser.add_argument("--peer-rows", type=int, default=10_000)
    args = parser.parse_args()
    datasets.disable_progress_bars()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "quality" in args.only:
            sizes = [3_000, 10_000, 30_000] if args.short else [10_000, 30_000, 100_000, 300_000]
            measure_quality_and_growth(args.sizes or sizes, args.seed, folder)
        if "wall" in args.only:
            measure_against_text_dedup(10_000 if args.short else 100_000, args.seed, folder)
        if "peers" in args.only and args.peers:
            measure_peers(args.peer_rows, args.seed, args.peers, folder)
        if "adding" in args.only:
            measure_adding_a_round(args.adding_to or (20_000 if args.short else 300_000), args.seed, folder)
        if "spark" in args.only:
            measure_spark(2_000, args.seed)
        if "contamination" in args.only and args.benchmarks:
            from contamination_rates import measure_contamination

            measure_contamination(args.benchmarks, report)
    width = max(len(what) for what, _, _ in TABLE)
    print("\n" + "\n".join(f"{what:<{width}} | {figure} | {target}" for what, figure, target in TABLE))


if __name__ == "__main__":
    main()
