"""The secret filter measured: `python benchmarks/secret_filter_rates.py [--short]`

In: nothing but seeds and the standard library. Out: a table "what | figure | target". Times are of
one process on this machine, beside a fixed loop of pure Python in the same run, as a yardstick.
"""

import argparse
import json
import subprocess
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from hard_negatives import HARD_NEGATIVES
from secret_cases import PLACES, make_cases
from secret_examples import make_examples
from secret_formats import KINDS

from generation.checks.secret_filter import check_batch, find_secrets
from generation.rows import Drop

CHUNK_CHARS = 2_000
BATCH_ROWS = 64  # of the secrets stage
TRUE_DATA = ("email_address",)  # authors' addresses in the standard library are personal data, not false alarms


def report(what: str, figure: str, target: str = "") -> None:
    """Print a line of the table."""
    print(f"{what} | {figure} | {target}", flush=True)


def scan(texts: Iterable[str]) -> Iterator[Drop | None]:
    """Yield what each text is dropped for, scanned in batches as a build does."""
    left = iter(texts)
    while batch := list(islice(left, BATCH_ROWS)):
        yield from find_secrets([{"output": text} for text in batch])


def measure_cases(count: int) -> None:
    """Find generated secrets, and count what is missed by kind, place and disguise."""
    cases = make_cases(1, count)
    missed = [case for case, drop in zip(cases, scan(case.text for case in cases), strict=True) if drop is None]
    kinds, contexts = len(KINDS.strip().splitlines()), len(PLACES)
    report(
        f"generated cases found ({count:,}: {kinds} kinds, {contexts} places)",
        f"{1 - len(missed) / count:.2%}",
        "100 %",
    )
    for part in ("kind", "place", "disguise"):
        if missed:
            report(f"  missed by {part}", str(Counter(getattr(case, part) for case in missed).most_common(5)))


def measure_examples() -> None:
    """Find the examples of both samples, and name the lines that are missed."""
    examples = make_examples(1, 4)
    missed = [e for e, drop in zip(examples, scan(e.text for e in examples), strict=True) if drop is None]
    for sample in (1, 2):
        whole, lost = (sum(e.sample == sample for e in part) for part in (examples, missed))
        report(f"examples found, sample {sample} ({whole:,})", f"{1 - lost / whole:.2%}", ">= 97 %")
    if missed:
        report("  missed", str(Counter(example.line for example in missed).most_common(8)))


def measure_library(share: float, tests: bool) -> None:
    """Count the chunks of the standard library that are flagged, true addresses of people apart."""
    flagged: Counter[str] = Counter()
    chunks = 0
    for drop in scan(read_library(share, tests)):
        chunks += 1
        if drop:
            flagged[drop.detail.split()[1]] += 1
    true = sum(flagged[rule] for rule in TRUE_DATA)
    false = flagged.total() - true
    name = "included" if tests else "excluded"
    report(
        f"library, tests {name}: flagged of {chunks:,} chunks", f"{false / chunks:.3%}", "0.4 %" if tests else "0.05 %"
    )
    report("  besides, with an author's e-mail address", f"{true / chunks:.3%}")
    report("  by rule", str(flagged.most_common(8)))


def read_library(share: float, tests: bool) -> Iterator[str]:
    """Yield a share of the library's source in chunks of CHUNK_CHARS."""
    rng = Random("library")
    for path in sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py")):
        parts = set(path.parts)
        if "site-packages" in parts or (not tests and parts & {"test", "tests", "idle_test", "lib2to3"}):
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        yield from (text[at : at + CHUNK_CHARS] for at in range(0, len(text), CHUNK_CHARS) if rng.random() < share)


def measure_negatives() -> None:
    """Count flagged hard negatives."""
    flagged = [drop for drop in scan(HARD_NEGATIVES) if drop]
    report(f"hard negatives flagged of {len(HARD_NEGATIVES)}", str(len(flagged)), "<= 1")


def measure_speed() -> None:
    """Count rows of ~2 KB a second: library code as output, a prompt and metadata beside it; best of five."""
    texts = [text[:1_400] for text in read_library(0.05, False)][:256]
    batch = {
        "input": [f"Mend the function and say what was wrong.\n{text[:500]}" for text in texts],
        "output": texts,
        "answer": [json.dumps({"code": text}) for text in texts],
        "family": ["merge_intervals"] * len(texts),
    }
    check_batch({name: values[:8] for name, values in batch.items()})
    best_s = best_loop_s = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        check_batch(batch)
        best_s = min(best_s, time.perf_counter() - started)
        started = time.perf_counter()
        sum(i * i for i in range(1_000_000))
        best_loop_s = min(best_loop_s, time.perf_counter() - started)
    report("rows of ~2 KB a second and process", f"{len(texts) / best_s:.0f}", ">= 700")
    report("  a loop of 1,000,000 steps of pure Python took", f"{best_loop_s:.3f} s", "(0.05 s on an idle core)")


def measure_start() -> None:
    """Time a process that loads and proves the engines, less what an empty one takes; best of three."""
    code = "from generation.checks.secret_engines import scan_text; scan_text('x')"
    times = {name: min(_run(what) for _ in range(3)) for name, what in (("full", code), ("empty", "pass"))}
    report("start-up with warm cache", f"{times['full'] - times['empty']:.2f} s", "<= 2 s")


def _run(code: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    return time.perf_counter() - started


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="fewer cases, a tenth of the library")
    short = parser.parse_args().short
    report("what", "figure", "target")
    measure_cases(2_000 if short else 20_400)
    measure_examples()
    measure_negatives()
    measure_library(0.1 if short else 1, tests=False)
    measure_library(0.02 if short else 0.25, tests=True)
    measure_speed()
    measure_start()


if __name__ == "__main__":
    main()
