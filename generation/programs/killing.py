"""Run mutants against proved inputs: which inputs kill which, and the few that kill them all.

In: a program, its inputs and the oracle's outcomes. Out: a `Kills`. A mutant is kept where some
inputs kill it and others do not: one that fails everywhere is no realistic defect, one that fails
nowhere may be equivalent.
"""

from collections.abc import Iterator

from generation.programs.cases import Case, same_raws
from generation.programs.execution import Raw, Runner, load_source
from generation.programs.grafting import Stock
from generation.programs.program import Edit, Mutant, Proved

STEP_FACTOR = 20  # a mutant that takes so many times the reference's steps has lost its exit
MIN_STEPS = 2_000
MAX_TRIALS = 96  # inputs a mutant is tried on; of 1,000 kills 6 were the work of a later one among 200
_CLUMSY = frozenset(("TypeError", "NameError", "UnboundLocalError", "AttributeError", "RecursionError", "StepLimit"))


class Kills:
    """The mutants of one program and what kills them; `tests` holds one killer of every killed mutant."""

    def __init__(self) -> None:
        self.tests: list[int] = []
        self.mutants: list[Mutant] = []
        self.survivors: list[tuple[Edit, Runner]] = []
        self.tried = 0

    def try_mutant(self, edit: Edit, runner: Runner, cases: list[Case], first: int = 0, number: int = 0) -> bool:
        """Run one mutant on the cases from `first` on, those of `tests` before others; True where one killed it.

        number: what the first case is called in `tests` and `killed_by`, where earlier cases are not at hand.
        """
        killer, passes, clumsy = None, first > 0, False
        for at in _order(self.tests, first, len(cases), number):
            given, _, wanted, key, _ = cases[at]
            got = runner.run_raw(given)
            agrees = same_raws(wanted, key, got)
            turned = runner.run_turned(given)
            if turned is not None and agrees != same_raws(wanted, key, turned):
                return True  # whether it shows would depend on the hash seed: no defect to build on
            if agrees:
                passes = True
            elif _is_clumsy(got, wanted):
                clumsy, killer = True, at + number
                break
            elif killer is None:
                killer = at + number
            if killer is not None and passes:
                break
        if killer is None:
            return False
        if passes or not number:
            self.tests += [killer] * (killer not in self.tests)
        if passes and not clumsy:
            self.mutants.append(
                Mutant(edit.operator, edit.source, edit.line, edit.before, edit.after, edit.cause, killer)
            )
        return True

    def find_killed_survivor(self, case: Case) -> bool:
        """Tell whether the case kills any survivor."""
        return any(not case.agrees(runner) for _, runner in self.survivors)

    def retry_survivors(self, cases: list[Case], first: int) -> None:
        """Run the survivors on the cases from `first` on; those that none kills stay survivors."""
        self.survivors = [
            (edit, runner) for edit, runner in self.survivors if not self.try_mutant(edit, runner, cases, first)
        ]


def _is_clumsy(got: tuple[Raw, ...], wanted: tuple[Raw, ...]) -> bool:
    """True for a crash that the first run would show, and for code that never ends: no defect to set a task on."""
    if len(got) > len(wanted):
        return False
    pairs = zip(got, wanted, strict=False)
    return any(raised in _CLUMSY and raised != other for (_, raised, _), (_, other, _) in pairs)


def _order(tests: list[int], first: int, count: int, number: int) -> Iterator[int]:
    yield from [at - number for at in tests if at - number >= first]
    known = {at - number for at in tests}
    yield from (at for at in range(first, count) if at not in known)


def kill_mutants(stock: Stock, cases: list[Case]) -> Kills:
    """Return what the inputs do to the mutants."""
    kills = Kills()
    cases = cases[:MAX_TRIALS]
    for edit, runner in stock.load_mutants(_limit_steps(cases)):
        kills.tried += 1
        if not kills.try_mutant(edit, runner, cases):
            kills.survivors.append((edit, runner))
    return kills


def resume_kills(proved: Proved, cases: list[Case]) -> Kills:
    """Return the proof's kills, with those that new cases (numbered after the proof's own) add."""
    kills = Kills()
    kills.tests, kills.mutants, kills.tried = list(proved.tests), list(proved.mutants), proved.mutants_tried
    cases = cases[: max(0, MAX_TRIALS - len(proved.inputs))]
    program, limit = proved.program, _limit_steps(cases)
    for edit in proved.survivors:
        runner = load_source(edit.source, program.entry_point, program.kind, limit)
        if not kills.try_mutant(edit, runner, cases, 0, len(proved.inputs)):
            kills.survivors.append((edit, runner))
    return kills


def _limit_steps(cases: list[Case]) -> int:
    return max(MIN_STEPS, STEP_FACTOR * max((case.steps for case in cases), default=0))
