"""Run mutants against proved inputs: which inputs kill which, and the few that kill them all.

In: a program, its inputs and the oracle's outcomes. Out: a `Kills`. A mutant is kept where some
inputs kill it and others do not: one that fails everywhere is no realistic defect, one that fails
nowhere may be equivalent.
"""

from collections.abc import Iterable
from random import Random

from generation.programs.execution import Prepared, Runner, load_source
from generation.programs.mutants import Edit, plan_mutants
from generation.programs.program import Mutant, Program
from generation.values import Outcome, same_outcome

MAX_TRIED = 24  # mutants a program; more cost time and add little, operators take turns
STEP_FACTOR = 20  # a mutant that takes so many times the reference's steps has lost its exit
MIN_STEPS = 2_000


class Kills:
    """The mutants of one program and what kills them; `tests` holds one killer of every killed mutant."""

    def __init__(self) -> None:
        self.tests: list[int] = []
        self.mutants: list[Mutant] = []
        self.survivors: list[tuple[Edit, Runner]] = []
        self.tried = 0

    def try_mutant(
        self, edit: Edit, runner: Runner, given: list[Prepared], expected: list[tuple[Outcome, ...]], first: int = 0
    ) -> bool:
        """Run one mutant on the inputs from `first` on, those of `tests` before others; True where one killed it."""
        killer, passes = None, first > 0
        for at in _order(self.tests, first, len(given)):
            if _agree(expected[at], runner.run(given[at])):
                passes = True
            elif killer is None:
                killer = at
            if killer is not None and passes:
                break
        if killer is None:
            return False
        if killer not in self.tests:
            self.tests.append(killer)
        if passes:
            self.mutants.append(
                Mutant(edit.operator, edit.source, edit.line, edit.before, edit.after, edit.cause, killer)
            )
        return True

    def hunt_survivors(self, given: list[Prepared], expected: list[tuple[Outcome, ...]], first: int) -> None:
        """Run the survivors on the inputs from `first` on; those that none kills stay survivors."""
        self.survivors = [
            (edit, runner)
            for edit, runner in self.survivors
            if not self.try_mutant(edit, runner, given, expected, first)
        ]

    def find_used(self, first: int) -> list[int]:
        """Return the tests from index `first` on, in order."""
        return sorted(at for at in self.tests if at >= first)

    def renumber(self, moved: dict[int, int]) -> None:
        """Follow inputs that moved to other indices."""
        self.tests = [moved.get(at, at) for at in self.tests]
        self.mutants = [_follow(m, moved) for m in self.mutants]


def _follow(mutant: Mutant, moved: dict[int, int]) -> Mutant:
    values = {**mutant.__dict__, "killed_by": moved.get(mutant.killed_by, mutant.killed_by)}
    return Mutant(**values)


def _order(tests: list[int], first: int, count: int) -> Iterable[int]:
    yield from (at for at in tests if at >= first)
    known = set(tests)
    yield from (at for at in range(first, count) if at not in known)


def _agree(expected: tuple[Outcome, ...], got: tuple[Outcome, ...]) -> bool:
    if got == expected:
        return True
    try:
        return len(expected) == len(got) and all(map(same_outcome, expected, got))
    except ValueError:  # arguments that became foreign have no value to compare
        return False


def kill_mutants(
    program: Program, given: list[Prepared], expected: list[tuple[Outcome, ...]], most_steps: int
) -> Kills:
    """Return what the inputs do to up to MAX_TRIED mutants; `most_steps` is the reference's longest run."""
    kills = Kills()
    limit = max(MIN_STEPS, STEP_FACTOR * most_steps)
    for edit in plan_mutants(program.source, Random(f"{program.seed}/{program.number}/mutants"), MAX_TRIED):
        try:
            runner = load_source(edit.source, program.entry_point, program.kind, limit)
        except SyntaxError:
            continue
        kills.tried += 1
        if not kills.try_mutant(edit, runner, given, expected):
            kills.survivors.append((edit, runner))
    return kills
