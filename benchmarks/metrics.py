"""Time and memory of a round's numbers, page and card, at 10,000 and 100,000 rows.

In: nothing (rows are made from this project's own source lines). Out: a table "what | figure | target".
Not covered: cleaning, signatures and the secret scan, which have benchmarks of their own.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import datasets  # noqa: E402
import pyarrow as pa  # noqa: E402

from generation import metrics  # noqa: E402
from generation.asking import _write_dataset  # noqa: E402
from generation.canary_drill import Drill  # noqa: E402
from generation.cleaning import Cleaned, Funnel  # noqa: E402
from generation.plan import Plan  # noqa: E402
from generation.report import Seen, write_report  # noqa: E402
from generation.run import Run  # noqa: E402
from generation.settings import Settings  # noqa: E402
from generation.tasks import TASK_TYPES  # noqa: E402

TARGET_S = 60
DROPPED_EVERY = 20


def make_rows(count: int) -> Iterator[dict]:
    """Yield rows of about 1,200 characters each of input and output, with every column that is measured."""
    lines = [line for path in sorted((ROOT / "generation").rglob("*.py")) for line in path.read_text().splitlines()]
    rng = Random("metrics benchmark")
    for slot in range(1, count + 1):
        prompt, output = ("\n".join(rng.choices(lines, k=28))[:1_800] for _ in range(2))
        yield {
            "slot": slot, "id": f"round_1_{slot:04d}", "task_type": TASK_TYPES[(slot - 1) % 8], "instruction": lines[0],
            "input": prompt, "output": output, "code": output, "behaviour": f"{slot:032x}", "rung": "namespaces",
            "completions": json.dumps([{"text": output, "finish_reason": "stop", "retries": 0, "prompt_tokens": 400,
                                        "completion_tokens": 380}]),
            "difficulty": rng.uniform(2, 20), "family": f"family_{slot % 60}", "domain": f"domain_{slot % 90}",
            "idiom": "loop", "kind": "function", "template": f"plain_{slot % 40}", "depth": slot % 6,
            "proof_kind": "full", "tests_run": 40, "mutants": 8, "mutants_killed": 8, "attempts": 1,
        }  # fmt: skip


def open_rows(count: int, folder: Path) -> datasets.Dataset:
    """The rows as a memory-mapped Dataset, as a build has them."""
    first = next(make_rows(1))
    types = {int: "int64", float: "float64", str: "string"}
    features = {name: datasets.Value(types[type(value)]) for name, value in first.items()}
    return _write_dataset(make_rows(count), features, folder / f"rows-{count}.arrow")


def watch_memory(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what `work` returns, its seconds of processor time, and by how many MB anonymous memory grew at most."""
    peak, done = [0], threading.Event()
    before = read_anonymous_kb()

    def watch() -> None:
        while not done.wait(0.05):
            peak[0] = max(peak[0], read_anonymous_kb())

    thread = threading.Thread(target=watch)
    thread.start()
    start = time.process_time()  # of this process alone: other work on the machine does not count
    result = work()
    seconds = time.process_time() - start
    done.set()
    thread.join()
    return result, seconds, max(0, peak[0] - before) / 1_024


def read_anonymous_kb() -> int:
    """Memory of this process that no file backs; mapped rows do not count, the kernel takes them back."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("RssAnon")).split()[1])


def measure(count: int, folder: Path) -> dict[str, tuple[float, float]]:
    """Return seconds and MB of the numbers and of the page."""
    rows = open_rows(count, folder)
    drops = [
        {
            "slot": slot,
            "task_type": TASK_TYPES[(slot - 1) % 8],
            "stage": "proof",
            "reason": "proof_failed",
            "detail": "",
        }
        for slot in range(DROPPED_EVERY, count + 1, DROPPED_EVERY)
    ]
    kept = rows.select([place for place in range(count) if (place + 1) % DROPPED_EVERY])
    index = SimpleNamespace(table=pa.table({"sequence": pa.array(range(len(kept)), pa.uint64())}))
    counts = {"first_completions": count, "first_parsed": count, "parsed": count, "in_form": count}
    cleaned = Cleaned(kept, Funnel(count, drops), index, counts)
    run = Run(folder, 1, Settings(rows=count, teacher="gpt-4o-mini"), "asking", "2026-01-01T00:00:00", 0)
    drill, plan = Drill(200, 200, ()), Plan(rows, count, metrics.Counter())
    told = watch_memory(lambda: metrics.measure_round(run, plan, rows, cleaned, drill, folder / "none"))
    page = watch_memory(lambda: write_report(run, told[0], [], Seen(rows, cleaned, drill, folder / "none")))
    return {"numbers": told[1:], "page": page[1:]}


def main() -> int:
    """Print the table; return 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="2,000 and 20,000 rows")
    few, many = (2_000, 20_000) if parser.parse_args().short else (10_000, 100_000)
    datasets.disable_progress_bars()
    with tempfile.TemporaryDirectory() as name:
        measure(500, Path(name))  # imports, fonts and engines are warm before anything is timed
        small, large = measure(few, Path(name)), measure(many, Path(name))
    print("what | figure | target")
    for what in ("numbers", "page"):
        print(f"{what} of {few:,} rows | {small[what][0]:.1f} CPU s, +{small[what][1]:.0f} MB |")
        print(f"{what} of {many:,} rows | {large[what][0]:.1f} CPU s, +{large[what][1]:.0f} MB | <= {TARGET_S} s")
    growth = large["numbers"][1] - small["numbers"][1]
    print(f"memory for {many - few:,} rows more | {1_024 * growth / (many - few):.2f} kB a row | < 1 kB a row")
    return int(large["numbers"][0] > TARGET_S or 1_024 * growth / (many - few) >= 1)


if __name__ == "__main__":
    sys.exit(main())
