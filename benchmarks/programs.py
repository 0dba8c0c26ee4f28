"""Measure the supply of programs: distinctness, survival, agreement, mutants, speed, compression.

`python benchmarks/programs.py [--short] [--seed S]` prints one table. In: nothing but the code. Out:
figures of this run beside their targets. The mutation operators here are not the project's own.
"""

import argparse
import ast
import gzip
import importlib
import random
import re
import sys
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import numpy as np

from generation.programs.execution import load_callable, load_source, prepare_input
from generation.programs.normal import normalise_code
from generation.programs.program import Program, Proved, Refused
from generation.programs.proving import extend_inputs, prove_program
from generation.programs.sampler import draw_program
from generation.tasks import TASK_TYPES
from generation.values import same_outcome

SHINGLE, PERMUTATIONS, BANDS, MIN_JACCARD = 5, 64, 16, 0.7
WORDS = re.compile(r"\w+|[^\w\s]")


def shingle(text: str) -> frozenset[int]:
    """Return hashes of the 5-token shingles; operators are tokens."""
    tokens = WORDS.findall(text)
    return frozenset(
        zlib.crc32(" ".join(tokens[i : i + SHINGLE]).encode()) for i in range(max(1, len(tokens) - SHINGLE + 1))
    )


def count_near_survivors(texts: Iterable[str]) -> int:
    """Return how many texts remain when each with Jaccard >= 0.7 to an earlier kept one goes.

    Candidates come from MinHash bands, the Jaccard of a candidate is exact.
    """
    rng = np.random.default_rng(7)
    factors = rng.integers(1, 2**61, PERMUTATIONS, dtype=np.uint64) | np.uint64(1)
    offsets = rng.integers(0, 2**61, PERMUTATIONS, dtype=np.uint64)
    buckets: dict[tuple, list[int]] = {}
    kept: list[frozenset[int]] = []
    rows = PERMUTATIONS // BANDS
    for text in texts:
        own = shingle(text)
        values = np.fromiter(own, dtype=np.uint64)
        least = ((values[:, None] * factors + offsets) >> np.uint64(17)).min(axis=0)
        keys = [(band, *least[band * rows : (band + 1) * rows].tolist()) for band in range(BANDS)]
        candidates = {at for key in keys for at in buckets.get(key, ())}
        if any(len(own & kept[at]) >= MIN_JACCARD * len(own | kept[at]) for at in candidates):
            continue
        for key in keys:
            buckets.setdefault(key, []).append(len(kept))
        kept.append(own)
    return len(kept)


def draw_many(seed: int, count: int) -> Iterator[Program]:
    for number in range(count):
        try:
            yield draw_program(seed, number)
        except Refused:
            continue


def render(program: Program) -> str:
    spec = program.spec
    lines = [spec.context, spec.summary, *spec.rules, f"Returns {spec.returns}."]
    lines += [f"{p.name}: {p.meaning}" for p in spec.params]
    lines += [f"{r.exception} if {r.condition}." for r in spec.raises]
    return program.source + "\n" + "\n".join(lines)


def disagree(program: Program, count: int) -> int:
    """Return on how many of `count` fresh inputs reference and oracle differ, or an argument is changed unsaid."""
    rng = Random(f"benchmark/{program.seed}/{program.number}")
    reference = load_source(program.source, program.entry_point, program.kind)
    oracle = load_callable(program.oracle, program.kind)
    said = "in place" in " ".join((program.spec.summary, *program.spec.rules))
    wrong = 0
    for _ in range(count):
        given = prepare_input(program.draw_input(rng), program.kind)
        got, expected = reference.run(given), oracle.run(given)
        same = len(got) == len(expected) and all(map(same_outcome, expected, got))
        wrong += not same or (not said and program.kind == "function" and any(o.args_after for o in got))
    return wrong


class Foreign(ast.NodeTransformer):
    """Plant one defect at the n-th place, by operators of another design than the project's own."""

    def __init__(self, place: int, rng: random.Random):
        self.left, self.rng, self.done = place, rng, False

    def _now(self) -> bool:
        self.left -= 1
        self.done = self.done or self.left == -1
        return self.left == -1

    def visit_Compare(self, node):
        self.generic_visit(node)
        if self._now():
            others = [ast.Lt, ast.GtE, ast.Eq, ast.NotEq, ast.LtE, ast.Gt]
            node.ops[0] = self.rng.choice([o for o in others if not isinstance(node.ops[0], o)])()
        return node

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if self._now():
            others = [ast.Add, ast.Sub, ast.Mult, ast.FloorDiv]
            node.op = self.rng.choice([o for o in others if not isinstance(node.op, o)])()
        return node

    def visit_Constant(self, node):
        if type(node.value) is int and self._now():
            return ast.Constant(self.rng.choice([node.value + 2, -node.value - 1, node.value * 2 + 3]))
        if type(node.value) is str and self._now():
            return ast.Constant(node.value + "x")
        return node

    def visit_Assign(self, node):
        self.generic_visit(node)
        if isinstance(node.targets[0], ast.Subscript) and self._now():
            return ast.Pass()
        return node

    def visit_Expr(self, node):
        self.generic_visit(node)
        return ast.Pass() if isinstance(node.value, ast.Call) and self._now() else node

    def visit_If(self, node):
        self.generic_visit(node)
        if self._now():
            node.test = ast.Constant(self.rng.random() < 0.5)
        return node

    def visit_Return(self, node):
        self.generic_visit(node)
        return ast.Return(ast.Constant(None)) if node.value is not None and self._now() else node

    def visit_FunctionDef(self, node):
        node.body = [self.visit(line) for line in node.body]  # annotations and defaults stay
        return node

    def visit_AnnAssign(self, node):
        node.value = self.visit(node.value) if node.value else None
        return node

    def visit_Raise(self, node):
        return node


def plant_foreign(source: str, rng: random.Random, most: int) -> Iterator[str]:
    original = ast.unparse(ast.parse(source))
    for place in rng.sample(range(60), 60):
        if most == 0:
            return
        planter = Foreign(place, rng)
        tree = ast.fix_missing_locations(planter.visit(ast.parse(source)))
        text = ast.unparse(tree)
        if planter.done and text != original:
            most -= 1
            yield text


def catch_foreign(proved: Proved, most: int, search: int) -> tuple[int, int, int]:
    """Return (non-equivalent, caught by the proof's inputs, caught by its tests) over foreign mutants.

    A mutant counts as non-equivalent where any of the proof's inputs or `search` fresh ones tells it apart.
    """
    program = proved.program
    rng = Random(f"foreign/{program.seed}/{program.number}")
    fresh = [program.draw_input(rng) for _ in range(search)]
    oracle = load_callable(program.oracle, program.kind)
    given = [prepare_input(ast.literal_eval(t), program.kind) for t in proved.inputs if "set(" not in t]
    if len(given) != len(proved.inputs):
        return 0, 0, 0
    more = [prepare_input(value, program.kind) for value in fresh]
    wanted = list(proved.expected) + [None] * len(more)
    alive = caught = tested = 0
    for source in plant_foreign(program.source, rng, most):
        runner = load_source(source, program.entry_point, program.kind, 20_000)
        killed_at = -1
        killers = [at for at in range(len(given)) if _differs(runner.run(given[at]), proved.expected[at])]
        if not killers:
            for at, one in enumerate(more):
                if wanted[len(given) + at] is None:
                    wanted[len(given) + at] = oracle.run(one)
                if _differs(runner.run(one), wanted[len(given) + at]):
                    killed_at = at
                    break
        alive += bool(killers) or killed_at >= 0
        caught += bool(killers)
        tested += bool(set(killers) & set(proved.tests))
    return alive, caught, tested


def _differs(got, expected) -> bool:
    return len(got) != len(expected) or not all(map(same_outcome, expected, got))


def pose_rows(programs: list[Proved]) -> list[str]:
    """Return prompts as posed, the task types taking turns; [] where the tasks are not there."""
    try:
        modules = [importlib.import_module(f"generation.tasks.{name}") for name in TASK_TYPES]
    except ImportError:
        return []
    from generation.tasks.task import Unsuited

    texts = []
    for at, proved in enumerate(programs):
        for turn in range(len(modules)):
            try:
                posed = modules[(at + turn) % len(modules)].pose(proved, Random(f"pose/{at}"))
            except Unsuited:
                continue
            texts.append(posed.instruction + "\n" + posed.input)
            break
    return texts


def measure(seed: int, short: bool) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    many, some, proofs, posed_each = (3_000, 2_000, 300, 4) if short else (100_000, 20_000, 20_000, 4)
    distinct: set[str] = set()
    normal: list[str] = []
    rendered: list[str] = []
    for at, program in enumerate(draw_many(seed, many)):
        text = normalise_code(program.source)
        distinct.add(text)
        if at < some:
            normal.append(text)
        if at < 1_000:
            rendered.append(render(program))
    rows.append(
        (f"of {many:,} drawn: distinct normalised code", f"{len(distinct):,} ({len(distinct) / many:.0%})", ">= 60 %")
    )
    left = count_near_survivors(normal)
    rows.append((f"of {some:,}: near-dedup of normalised code", f"{left:,} ({left / some:.0%})", ">= 40 %"))

    proved, behaviours, drawn, extended = [], set(), 0, 0
    started = time.process_time()
    for program in draw_many(seed, proofs):
        drawn += 1
        try:
            one = prove_program(program)
        except Refused:
            continue
        if one.behaviour in behaviours:
            continue
        behaviours.add(one.behaviour)
        if len(proved) % posed_each == 0:
            one = extend_inputs(one, 200)
            extended += 1
        proved.append(one)
    speed = len(proved) / (time.process_time() - started)
    rows.append((f"of {drawn:,} candidates: neither refused nor equal", f"{len(proved) / drawn:.1%}", ">= 50 %"))
    rows.append((f"proved a second and core ({extended} of them on 200 inputs)", f"{speed:.0f}", ">= 120"))

    texts = pose_rows(proved[:20_000])
    if texts:
        left = count_near_survivors(texts)
        rows.append((f"of {len(texts):,} prompts: near-dedup of the whole", f"{left / len(texts):.1%}", ">= 97 %"))
    checked = proved[: 60 if short else 1_000]
    wrong = sum(disagree(one.program, 400) for one in checked)
    rows.append((f"{len(checked)} programs x 400 fresh inputs: disagreements", str(wrong), "0"))
    counts = np.array([catch_foreign(one, 8, 300) for one in checked]).sum(axis=0)
    rows.append(
        (f"of {counts[0]:,} foreign mutants: caught on the proof's inputs", f"{counts[1] / counts[0]:.1%}", ">= 95 %")
    )
    rows.append(("... caught by the few tests alone", f"{counts[2] / counts[0]:.1%}", "-"))
    own = sum(len(one.mutants) for one in proved)
    tried = sum(one.mutants_tried for one in proved)
    rows.append(("own mutants kept of those tried", f"{own / tried:.0%} ({own / len(proved):.1f} a program)", "-"))
    raw = "\n".join(rendered).encode()
    rows.append(
        (
            f"gzip -9 ratio of {len(rendered):,} references and specs",
            f"{len(raw) / len(gzip.compress(raw, 9)):.2f}",
            "<= 4.5",
        )
    )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rows = measure(arguments.seed, arguments.short)
    width = max(len(what) for what, _, _ in rows)
    print(f"{'what':{width}} | {'figure':>16} | target\n{'-' * width}-|-{'-' * 16}-|-------")
    for what, figure, target in rows:
        print(f"{what:{width}} | {figure:>16} | {target}")


if __name__ == "__main__":
    main()
