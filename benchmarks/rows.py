"""Measure whole rows of the embedded teacher: how varied they are, and how often a program comes back.

`python benchmarks/rows.py [--short] [--rows N] [--seed S]` poses and answers N rows as a build plans them, and prints
one table beside the targets. Nothing is judged or cleaned here: what a build drops is in its own funnel.
"""

import argparse
import contextlib
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks.programs import MIN_JACCARD, WIDTH, NearDedup, Row
from generation.plan import PlanRequest, plan_round
from generation.tasks import load_task

OPENING_WORDS = 5
INSTRUCTION_ROWS = 2_000  # the size that issue 4's figures on instructions are about


def measure(rows: int, seed: int, workers: int) -> Iterator[Row]:
    """Yield all figures of one plan."""
    whole, answers = NearDedup(), NearDedup()
    instructions: list[str] = []
    openings: dict[str, Counter] = {"instruction": Counter(), "input": Counter(), "output": Counter()}
    programs: Counter = Counter()
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_round(PlanRequest(seed, 0, rows, embedded=True), set(), Path(folder), workers)
        for row in plan.rows:
            task = load_task(row["task_type"])
            output = task.render(task.Answer.model_validate_json(row["completion"]))
            whole.add("\n".join((row["instruction"], row["input"], output)))
            answers.add(output)
            instructions.append(row["instruction"])
            programs[row["behaviour"]] += 1
            for name, text in (("instruction", row["instruction"]), ("input", row["input"]), ("output", output)):
                openings[name][" ".join(text.split()[:OPENING_WORDS])] += 1
    yield f"of {rows:,} whole rows: survive near-dedup at {MIN_JACCARD}", f"{whole.rate:.2%}", ">= 95 %"
    yield "... their answers alone", f"{answers.rate:.2%}", "-"
    some = instructions[:INSTRUCTION_ROWS]
    yield f"of {len(some):,} instructions: distinct", f"{len(set(some)) / len(some):.1%}", ">= 60 %"
    for name, counts in openings.items():
        (words, most), *_ = counts.most_common(1)
        target = "-" if name == "output" else "<= 3 %"
        yield f"commonest first five words of an {name}: {words[:34]!r}", f"{most / rows:.2%}", target
    yield "programs used by more than three rows", str(sum(n > 3 for n in programs.values())), "0"
    asked = plan.next_number
    yield f"of {asked:,} candidates: posed", f"{rows / asked:.1%}", "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="2,000 rows")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    print(f"{'what':{WIDTH}} | {'figure':>10} | target\n{'-' * WIDTH}-|-{'-' * 10}-|-------")
    with contextlib.suppress(BrokenPipeError):
        for what, figure, target in measure(2_000 if arguments.short else arguments.rows, arguments.seed, arguments.workers):
            print(f"{what:{WIDTH}} | {figure:>10} | {target}", flush=True)


if __name__ == "__main__":
    main()
