"""How many planted benchmark tasks and solutions are found, and how many rows of ours are hit by mistake.

In: a folder with the published benchmark files. Out: lines for the table of `benchmarks/dedup.py`.
"""

import ast
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

from generation.checks.contamination import find_in_rows
from generation.programs import draw_program
from generation.programs.program import Refused

FILES = {"HumanEval": "HumanEval.jsonl.gz", "MBPP": "mbpp.jsonl", "BigCodeBench": "BigCodeBench.jsonl.gz"}


def measure_contamination(folder: Path, report: Callable[[str, str, str], None], programs: int = 5_000) -> None:
    """Report the shares found of prompts and of renamed solutions, and the share of false hits."""
    for name, file in FILES.items():
        tasks = read_tasks(folder / file)
        prompts = [task.get("text") or task["prompt"] for task in tasks]
        bare = [re.sub(r"(?i)^write a (?:python )?function to ", "", re.sub(r"\b\w+_\w+\b", "it", p)) for p in prompts]
        codes = [
            task.get("code") or task.get("prompt_wo_doc", task["prompt"]) + task["canonical_solution"] for task in tasks
        ]
        renamed = [rename_all(code) for code in codes]
        report(
            f"{name}: prompts found",
            share([make_row(f"Dear all, we need this. {p}\nThanks!") for p in prompts]),
            ">= 98 %",
        )
        report(f"{name}: prompts without names and lead", share([make_row(p) for p in bare]), "")
        report(f"{name}: solutions, all names changed", share([make_row("Do it.", c) for c in renamed]), ">= 90 %")
    report(f"false hits on {programs:,} programs", share(draw_rows(programs)), "<= 0.1 %")


def read_tasks(path: Path) -> list[dict]:
    """Return the tasks of a JSON lines file, compressed or not."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        return [json.loads(line) for line in lines]


def make_row(prompt: str, code: str = "") -> dict:
    """Return a row that holds the prompt, and the code in a fence of its answer."""
    return {
        "instruction": "Please do this.",
        "input": prompt,
        "output": f"Like so:\n```python\n{code}\n```\n",
        "code": "",
    }


def share(rows: list[dict]) -> str:
    """Return the share of the rows that the check drops."""
    found = sum(drop is not None for drop in find_in_rows(rows))
    return f"{100 * found / len(rows):.2f} % of {len(rows):,}"


def rename_all(code: str) -> str:
    """Return the code with every name that it binds changed; as it is where it does not parse."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return code
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            names.setdefault(node.arg, f"renamed_{len(names)}")
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.setdefault(node.id, f"renamed_{len(names)}")
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.setdefault(node.name, f"renamed_{len(names)}")
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.arg = names.get(node.arg, node.arg)
        elif isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.name = names.get(node.name, node.name)
    return ast.unparse(tree)


def draw_rows(count: int) -> list[dict]:
    """Return rows of our own programs: their whole specification and code."""
    rows = []
    for number in range(count):
        try:
            program = draw_program(5, number)
        except Refused:
            continue
        spec = program.spec
        text = " ".join([spec.context, spec.summary, *spec.rules, spec.returns, *(p.meaning for p in spec.params)])
        rows.append(make_row(text, program.commented) | {"instruction": spec.summary, "code": program.source})
    return rows
