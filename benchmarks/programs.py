"""Measure the supply of programs: distinctness, survival, agreement, mutants, speed, compression.

`python benchmarks/programs.py [--short] [--seed S]` prints one table. In: nothing but the code. Out:
figures of this run beside their targets. The mutation operators here are not the project's own.
"""

import argparse
import ast
import gzip
import hashlib
import itertools
import random
import re
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from random import Random

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import numpy as np

from generation.programs.execution import BrokenSource, load_callable, load_source, prepare_input
from generation.programs.normal import normalise_code
from generation.programs.program import Program, Proved, Refused
from generation.programs.proving import extend_inputs, prove_program
from generation.programs.sampler import draw_program
from generation.tasks import TASK_TYPES, load_task
from generation.tasks.task import Unsuited
from generation.values import same_outcome
from generation.workers import spare_collector

Row = tuple[str, str, str]  # what, figure, target
SHINGLE, PERMUTATIONS, BANDS, MIN_JACCARD = 5, 64, 16, 0.7
WIDE_EACH = 4  # one program in so many is proved on 200 inputs: as many task types ask for that
WIDTH = 84
WORDS = re.compile(r"\w+|[^\w\s]")


def shingle(text: str) -> np.ndarray:
    """Return the distinct hashes of the 5-token shingles in order; operators are tokens."""
    tokens = WORDS.findall(text)
    hashes = {zlib.crc32(" ".join(tokens[i : i + SHINGLE]).encode()) for i in range(max(1, len(tokens) - SHINGLE + 1))}
    return np.array(sorted(hashes), dtype=np.uint32)


class NearDedup:
    """Texts one by one; each with Jaccard >= 0.7 to an earlier kept one goes.

    Candidates come from MinHash bands, the Jaccard of a candidate is exact.
    """

    def __init__(self) -> None:
        rng = np.random.default_rng(7)
        self._factors = rng.integers(1, 2**61, PERMUTATIONS, dtype=np.uint64) | np.uint64(1)
        self._offsets = rng.integers(0, 2**61, PERMUTATIONS, dtype=np.uint64)
        self._buckets: dict[tuple, list[int]] = {}
        self._kept: list[np.ndarray] = []
        self.seen = 0

    @property
    def rate(self) -> float:
        """Kept of seen."""
        return len(self._kept) / max(1, self.seen)

    def add(self, text: str) -> None:
        """Keep the text or let it go."""
        self.seen += 1
        own = shingle(text)
        values = own.astype(np.uint64)
        least = ((values[:, None] * self._factors + self._offsets) >> np.uint64(17)).min(axis=0)
        rows = PERMUTATIONS // BANDS
        keys = [(band, *least[band * rows : (band + 1) * rows].tolist()) for band in range(BANDS)]
        if any(self._is_near(own, at) for at in {at for key in keys for at in self._buckets.get(key, ())}):
            return
        for key in keys:
            self._buckets.setdefault(key, []).append(len(self._kept))
        self._kept.append(own)

    def _is_near(self, own: np.ndarray, at: int) -> bool:
        other = self._kept[at]
        shared = len(np.intersect1d(own, other, assume_unique=True))
        return shared >= MIN_JACCARD * (len(own) + len(other) - shared)


def draw_many(seed: int) -> Iterator[Program | None]:
    """Yield the program of each number, None where it was refused."""
    for number in itertools.count():
        try:
            yield draw_program(seed, number)
        except Refused:
            yield None


def render(program: Program) -> str:
    spec = program.spec
    lines = [spec.context, spec.summary, *spec.rules, f"Returns {spec.returns}."]
    lines += [f"{p.name}: {p.meaning}" for p in spec.params]
    lines += [f"{r.exception} if {r.condition}." for r in spec.raises]
    return program.source + "\n" + "\n".join(lines)


def disagree(proved: Proved, count: int) -> tuple[int, int]:
    """Return (fresh inputs run, those on which reference and oracle differ or an argument is changed unsaid).

    Fresh: by another generator seed and not among the proof's own inputs; fewer than `count` where there are no more.
    """
    program, known = proved.program, set(proved.inputs)
    rng = Random(f"benchmark/{program.seed}/{program.number}")
    reference = load_source(program.source, program.entry_point, program.kind)
    oracle = load_callable(program.oracle, program.kind)
    said = "in place" in " ".join((program.spec.summary, *program.spec.rules))
    run = wrong = 0
    for _ in range(2 * count):
        given = prepare_input(program.draw_input(rng), program.kind)
        if given.text in known:
            continue
        got, expected = reference.run(given), oracle.run(given)
        same = len(got) == len(expected) and all(map(same_outcome, expected, got))
        wrong += not same or (not said and program.kind == "function" and any(o.args_after for o in got))
        run += 1
        if run == count:
            break
    return run, wrong


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
        try:
            runner = load_source(source, program.entry_point, program.kind, 20_000)
        except BrokenSource:
            continue  # it fails before it is called: nobody's tests are needed for that
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


def pose(proved: Proved, turn: int) -> str:
    """Return a prompt as posed, by the first task from `turn` on that suits the program; "" where none does."""
    for step in range(len(TASK_TYPES)):
        task = load_task(TASK_TYPES[(turn + step) % len(TASK_TYPES)])
        try:
            posed = task.pose(proved, Random(f"pose/{turn}"))
        except Unsuited:
            continue
        return posed.instruction + "\n" + posed.input
    return ""


def measure_code(seed: int, many: int, some: int) -> Iterator[Row]:
    """Yield the figures of drawn code: distinct, near-duplicates, compression."""
    distinct: set[bytes] = set()
    near = NearDedup()
    rendered: list[str] = []
    for at, program in enumerate(filter(None, itertools.islice(draw_many(seed), many))):
        text = normalise_code(program.source)
        distinct.add(hashlib.sha256(text.encode()).digest())
        if near.seen < some:
            near.add(text)
        if at < 1_000:
            rendered.append(render(program))
    yield f"of {many:,} drawn: distinct normalised code", f"{len(distinct):,} ({len(distinct) / many:.0%})", ">= 60 %"
    yield f"of {near.seen:,}: survive near-dedup of normalised code", f"{near.rate:.1%}", ">= 40 %"
    raw = "\n".join(rendered).encode()
    ratio = len(raw) / len(gzip.compress(raw, 9))
    yield f"gzip -9 ratio of {len(rendered):,} references and specs", f"{ratio:.2f}", "<= 4.5"


def measure_proofs(seed: int, rows: int, checked: list[Proved], check: int) -> Iterator[Row]:
    """Yield the figures of proving and posing `rows` programs; the first `check` are left in `checked`."""
    behaviours: set[str] = set()
    near, spent = NearDedup(), 0.0
    spare_collector()
    drawn = kept = tried = mutants = wide = 0
    for number in itertools.count():
        if kept == rows:
            break
        drawn += 1
        started = time.process_time()
        one = prove(seed, number, behaviours, wide=kept % WIDE_EACH == 0)
        spent += time.process_time() - started
        if one is None:
            continue
        wide += kept % WIDE_EACH == 0
        kept += 1
        tried, mutants = tried + one.mutants_tried, mutants + len(one.mutants)
        if len(checked) < check:
            checked.append(one)
        text = pose(one, kept)
        if text:
            near.add(text)
        if kept % 500 == 0:
            spare_collector()  # as in a plan's workers, which keep nothing of what this benchmark keeps
    yield f"of {drawn:,} candidates: neither refused nor equal", f"{kept / drawn:.1%}", ">= 50 %"
    yield f"proved a second and core ({wide:,} of {kept:,} on 200 inputs)", f"{kept / spent:.0f}", ">= 120"
    yield f"of {near.seen:,} prompts: survive near-dedup of the whole", f"{near.rate:.1%}", ">= 97 %"
    yield "own mutants kept of those tried", f"{mutants / tried:.0%} ({mutants / kept:.1f} a program)", "-"


def prove(seed: int, number: int, behaviours: set[str], wide: bool) -> Proved | None:
    """Draw and prove a candidate, on 200 inputs where it is to be posed; None where refused or known."""
    try:
        one = prove_program(draw_program(seed, number))
    except Refused:
        return None
    if one.behaviour in behaviours:
        return None
    behaviours.add(one.behaviour)
    return extend_inputs(one, 200) if wide else one


def measure_trust(checked: list[Proved]) -> Iterator[Row]:
    """Yield the figures of agreement on fresh inputs and of defects caught."""
    run, wrong = np.array([disagree(one, 10 * len(one.inputs)) for one in checked]).sum(axis=0)
    what = f"{len(checked):,} programs on {run:,} fresh inputs (10 times the proofs' own): agreement"
    yield what, f"{1 - wrong / run:.4%}", "100 %"
    counts = np.array([catch_foreign(one, 8, 300) for one in checked]).sum(axis=0)
    what = f"of {counts[0]:,} foreign mutants: caught on the proof's inputs"
    yield what, f"{counts[1] / counts[0]:.1%}", ">= 95 %"
    yield "... caught by the few tests alone", f"{counts[2] / counts[0]:.1%}", "-"


def measure(seed: int, short: bool) -> Iterator[Row]:
    """Yield all figures, as each is known."""
    many, some, rows, check = (3_000, 2_000, 400, 60) if short else (100_000, 20_000, 20_000, 1_000)
    checked: list[Proved] = []
    yield from measure_code(seed, many, some)
    yield from measure_proofs(seed, rows, checked, check)
    yield from measure_trust(checked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print(f"{'what':{WIDTH}} | {'figure':>19} | target\n{'-' * WIDTH}-|-{'-' * 19}-|-------")
    for what, figure, target in measure(arguments.seed, arguments.short):
        print(f"{what:{WIDTH}} | {figure:>19} | {target}", flush=True)


if __name__ == "__main__":
    main()
