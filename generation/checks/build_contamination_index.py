"""Rebuild the shipped hash index of benchmark tasks: `python -m generation.checks.build_contamination_index FILES...`

In: benchmark files as published (HumanEval, MBPP, BigCodeBench; .jsonl or .jsonl.gz), or any JSON
lines with a statement and a solution under the same names. Out: `contamination_index.npz`, hashes
only: no text can be read back from it. Runs of words that several statements share are idioms and left out.
"""

import argparse
import ast
import gzip
import json
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from generation.checks import contamination
from generation.checks.restatement import MIN_RUN_WORDS, RUN_WORDS, hash_bodies, hash_runs, hash_words

MAX_RUNS = 32  # runs kept a statement, those with the smallest hashes: a fair draw, at most 8 bytes each
IDIOM_STATEMENTS = 3  # a run in so many different statements says nothing
# What follows the statement in a docstring: parameters, examples, requirements.
STATEMENT_END = re.compile(
    r"^\s*(?:>>>|(?:args|arguments|parameters|params|returns?|output|raises|requirements?|notes?|constraints?"
    r"|for example|examples?|e\.g\.)\b\s*[:\n(]|-{3,})",
    re.I | re.M,
)
LEAD = re.compile(r"^\s*write (?:an? |the )?(?:python )?(?:function|program|code)(?: to| that| which| for)? ", re.I)
MIN_STATEMENT_WORDS = 5


class Benchmark(NamedTuple):
    """One file's tasks: several statements (whole and shortened) and solutions each."""

    name: str
    statements: list[list[str]]
    solutions: list[list[str]]


def read_benchmark(path: Path) -> Benchmark:
    """Return the tasks of one file; ValueError, naming the line, for a task without statement or solution."""
    statements, solutions = [], []
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            task = json.loads(line)
            statements.append(find_statements(task))
            solutions.append(find_solutions(task))
            if not statements[-1] or not solutions[-1]:
                raise ValueError(f"{path.name}, line {number}: no statement or no solution found")
    return Benchmark(path.name.partition(".")[0], statements, solutions)


def find_statements(task: dict) -> list[str]:
    """Return the ways in which a task is stated: MBPP's text, docstrings, the instruction in prose."""
    if "text" in task:
        return [strip_lead(task["text"])] if task["text"].strip() else []
    found = [shorten(read_docstring(task.get("prompt", "")))]
    if "doc" in task:
        found.append(shorten("\n".join(task["doc"]["description"])))
    return [text for text in dict.fromkeys(found) if text]


def strip_lead(text: str) -> str:
    """Return the text without "Write a function to", which says nothing, where enough is left."""
    rest = LEAD.sub("", text)
    return rest if len(hash_words([rest]).values) >= MIN_STATEMENT_WORDS else text


def read_docstring(prompt: str) -> str:
    """Return the text of the last function's docstring, or all the prompt's comments and strings without one."""
    try:
        tree = ast.parse(prompt)
    except SyntaxError:
        return prompt
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return next((text for node in reversed(functions) if (text := ast.get_docstring(node))), prompt)


def shorten(docstring: str) -> str:
    """Return the statement at the head of a docstring; the whole of it where hardly any words come first."""
    end = STATEMENT_END.search(docstring)
    head = docstring[: end.start()].strip() if end else docstring
    return head if len(head.split()) >= MIN_STATEMENT_WORDS else docstring


def find_solutions(task: dict) -> list[str]:
    """Return the solution, with its signature."""
    if "code" in task:
        return [task["code"]]
    return [task.get("prompt_wo_doc", task["prompt"]) + task["canonical_solution"]]


def build_index(benchmarks: Sequence[Benchmark]) -> contamination.BenchmarkIndex:
    """Return the index of the benchmarks, the same for the same files in the same order."""
    statements = [texts for benchmark in benchmarks for texts in benchmark.statements]
    solutions = [codes for benchmark in benchmarks for codes in benchmark.solutions]
    starts = np.cumsum([0] + [len(benchmark.statements) for benchmark in benchmarks])[:-1]
    runs = _choose_runs(statements)
    bodies: dict[int, int] = {}
    for task, codes in enumerate(solutions):
        for body in sorted(set().union(*(hash_bodies(code) for code in codes))):
            bodies.setdefault(body, task)
    return contamination.BenchmarkIndex(
        runs=np.array([h for h, _, _ in runs], dtype=np.uint64),
        run_tasks=np.array([task for _, task, _ in runs], dtype=np.uint16),
        sizes=np.array(sorted({size for _, _, size in runs}), dtype=np.uint8),
        run_counts=np.bincount([task for _, task, _ in runs], minlength=len(statements)).astype(np.uint16),
        bodies=np.array(sorted(bodies), dtype=np.uint64),
        body_tasks=np.array([bodies[body] for body in sorted(bodies)], dtype=np.uint16),
        names=np.array([benchmark.name for benchmark in benchmarks]),
        starts=starts.astype(np.uint16),
        version=np.array([contamination.INDEX_VERSION], dtype=np.uint16),
    )


def _choose_runs(statements: Sequence[Sequence[str]]) -> list[tuple[int, int, int]]:
    """Return (hash, task, size) of each task's runs, ascending by hash, idioms left out where others remain."""
    found: list[dict[int, int]] = []
    shared: defaultdict[int, set[str]] = defaultdict(set)
    for texts in statements:
        runs: dict[int, int] = {}
        for text in texts:
            words = hash_words([text])
            size = max(MIN_RUN_WORDS, min(RUN_WORDS, len(words.values)))
            for value in hash_runs(words, size)[0].tolist():
                runs[value] = size
                shared[value].add(" ".join(text.lower().split()))
        found.append(runs)
    chosen = []
    for task, runs in enumerate(found):
        telling = [value for value in runs if len(shared[value]) < IDIOM_STATEMENTS]
        chosen += [(value, task, runs[value]) for value in sorted(telling or runs)[:MAX_RUNS]]
    return sorted(chosen)


def main(argv: list[str] | None = None) -> int:
    """Build the index from the named files and write it beside the check."""
    parser = argparse.ArgumentParser(prog="build_contamination_index", description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+", type=Path, help="benchmark files, .jsonl or .jsonl.gz")
    parser.add_argument("--out", type=Path, default=contamination.INDEX_FILE, help="where to write the index")
    args = parser.parse_args(argv)
    try:
        benchmarks = [read_benchmark(path) for path in args.files]
    except (OSError, ValueError, KeyError) as error:
        print(f"cannot read the benchmarks: {error}", file=sys.stderr)
        return 2
    index = build_index(benchmarks)
    np.savez(args.out, **index._asdict())
    for benchmark in benchmarks:
        print(f"{benchmark.name}: {len(benchmark.statements)} tasks")
    print(f"{len(index.runs)} runs of words, {len(index.bodies)} function bodies, {args.out.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
