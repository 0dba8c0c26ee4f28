"""Prove a candidate: reference against oracle, worth, behaviour, mutants and the tests that kill them.

In: a Program. Out: a Proved (all data), or Refused where the candidate is not worth a row, or
BrokenFamily where it contradicts itself. Proof is staged: `prove_program` with few inputs when
drawing, `extend_inputs` for the programs that are posed. It covers kinds "function" and "class";
it proves agreement on inputs, not for all inputs.
"""

import dataclasses
import hashlib
import itertools
from collections.abc import Iterator
from random import Random

from generation.programs.degenerate import find_degeneracy
from generation.programs.difficulty import measure_difficulty
from generation.programs.execution import Prepared, Runner, load_callable, load_source, prepare_input
from generation.programs.killing import Kills, kill_mutants
from generation.programs.program import BrokenFamily, Program, Proved, Refused
from generation.values import ForeignValue, Outcome, same_outcome

CANONICAL_DRAWS = 32  # drawn from a fixed seed: behaviour is hashed on the edges and these
SURVIVOR_DRAWS = 200  # further inputs to look for one that kills a surviving mutant
FRUITLESS_DRAWS = 8  # a generator that repeats itself this often per wanted input has no more to give


def prove_program(program: Program, inputs: int = 40) -> Proved:
    """Return the program with its proof on at least `inputs` distinct inputs, edge inputs included.

    Fewer only where the generator has no more to give; more where the hash of behaviour or a
    surviving mutant needed them. Raises Refused(reason) for constant or nearly constant outcomes,
    identities, ignored arguments and programs without a killable mutant; BrokenFamily where
    reference and oracle disagree, an undocumented error appears or the step limit is passed.
    """
    proof = _Proof(program)
    proof.take(_edges_and_canonical(program))
    behaviour = proof.hash_outcomes()
    fresh = _draw_fresh(program, "fresh")
    proof.take_until(inputs, fresh)
    reason = find_degeneracy(program.kind, proof.given, proof.expected, proof.reference)
    if reason:
        raise Refused(reason)
    kills = kill_mutants(program, proof.given, proof.expected, proof.most_steps)
    if kills.survivors:
        first = len(proof.given)
        proof.take(itertools.islice(_draw_fresh(program, "survivors"), SURVIVOR_DRAWS))
        kills.hunt_survivors(proof.given, proof.expected, first)
        used = kills.find_used(first)
        proof.keep_only([*range(first), *used])
        kills.renumber({old: first + new for new, old in enumerate(used)})
    if not kills.mutants:
        raise Refused("no_mutant")
    return _finish(proof, behaviour, kills)


def extend_inputs(proved: Proved, inputs: int) -> Proved:
    """Return the proof with at least `inputs` distinct inputs; what was proved before keeps its indices.

    Fewer only where the generator has no more to give. Raises BrokenFamily like `prove_program`.
    """
    if len(proved.inputs) >= inputs:
        return proved
    program = proved.program
    proof = _Proof(program)
    proof.known = set(proved.inputs)
    proof.take_until(inputs - len(proved.inputs), _draw_fresh(program, "extended"))
    return dataclasses.replace(
        proved,
        inputs=proved.inputs + tuple(given.text for given in proof.given),
        expected=proved.expected + tuple(proof.expected),
    )


def _finish(proof: "_Proof", behaviour: str, kills: Kills) -> Proved:
    texts = tuple(given.text for given in proof.given)
    return Proved(
        program=proof.program,
        inputs=texts,
        expected=tuple(proof.expected),
        tests=tuple(sorted(kills.tests, key=lambda i: (len(texts[i]), i))),
        mutants=tuple(kills.mutants),
        mutants_tried=kills.tried,
        behaviour=behaviour,
        difficulty=measure_difficulty(proof.program),
    )


def _edges_and_canonical(program: Program) -> Iterator[tuple]:
    yield from program.edge_inputs
    rng = Random("canonical inputs")
    for _ in range(CANONICAL_DRAWS):
        yield program.draw_input(rng)


def _draw_fresh(program: Program, purpose: str) -> Iterator[tuple]:
    rng = Random(f"{program.seed}/{program.number}/{purpose}")
    while True:
        yield program.draw_input(rng)


class _Proof:
    """Inputs proved so far, in order, with the oracle's outcomes."""

    def __init__(self, program: Program):
        self.program = program
        self.reference: Runner = load_source(program.source, program.entry_point, program.kind)
        self.oracle: Runner = load_callable(program.oracle, program.kind)
        self.documented = _list_documented(program)
        self.known: set[str] = set()
        self.given: list[Prepared] = []
        self.expected: list[tuple[Outcome, ...]] = []
        self.most_steps = 0

    def take(self, values: Iterator[tuple]) -> None:
        """Prove each new input; one that was proved before is passed over."""
        for value in values:
            try:
                given = prepare_input(value, self.program.kind)
            except (ForeignValue, TypeError, IndexError) as error:
                raise self._broken(repr(value), f"the input is no tuple of literals: {error!r}") from error
            if given.text not in self.known:
                self.known.add(given.text)
                self._prove(given)

    def take_until(self, count: int, values: Iterator[tuple]) -> None:
        """Prove new inputs until there are `count`, or the generator only repeats itself."""
        for _ in range(FRUITLESS_DRAWS * max(count, 1)):
            if len(self.given) >= count:
                return
            self.take(iter((next(values),)))

    def keep_only(self, indices: list[int]) -> None:
        self.given = [self.given[i] for i in indices]
        self.expected = [self.expected[i] for i in indices]

    def hash_outcomes(self) -> str:
        """Return the behaviour: a hash of kind, arity and outcomes so far, names left out."""
        digest = hashlib.sha256(f"{self.program.kind}/{len(self.program.spec.params)}".encode())
        for outcomes in self.expected:
            digest.update(repr([tuple(o) for o in outcomes]).encode())
        return digest.hexdigest()[:32]

    def _prove(self, given: Prepared) -> None:
        got = self.reference.run(given)
        expected = self.oracle.run(given)
        if got != expected and not _agree(expected, got):
            raise self._broken(given.text, f"the reference gives {_show(got)}, the oracle {_show(expected)}")
        for place, outcome in enumerate(got):
            if outcome.raised is not None and outcome.raised not in self._allowed(given, place):
                raise self._broken(given.text, f"undocumented {outcome.raised}")
        self.most_steps = max(self.most_steps, self.reference.steps)
        self.given.append(given)
        self.expected.append(expected)

    def _allowed(self, given: Prepared, place: int) -> frozenset[str]:
        if self.program.kind == "function":
            return self.documented[""]
        name = given.value[1][place - 1][0] if place else "__init__"
        return self.documented.get(name, frozenset()) | self.documented[""]

    def _broken(self, text: str, what: str) -> BrokenFamily:
        program = self.program
        choice = ", ".join(f"{name}={value}" for name, value in program.choice)
        return BrokenFamily(
            f"family {program.family}, seed {program.seed}, number {program.number} ({choice}): {what}; input {text[:300]}"
        )


def _list_documented(program: Program) -> dict[str, frozenset[str]]:
    documented = {"": frozenset(r.exception for r in program.spec.raises)}
    for method in program.spec.methods:
        documented[method.name] = frozenset(r.exception for r in method.raises)
    return documented


def _agree(expected: tuple[Outcome, ...], got: tuple[Outcome, ...]) -> bool:
    return len(expected) == len(got) and all(map(same_outcome, expected, got))


def _show(outcomes: tuple[Outcome, ...]) -> str:
    return "; ".join(_show_one(o) for o in outcomes)[:400]


def _show_one(outcome: Outcome) -> str:
    text = outcome.value if outcome.raised is None else f"raises {outcome.raised}"
    return f"{text} and leaves the arguments as {outcome.args_after}" if outcome.args_after else str(text)
