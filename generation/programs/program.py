"""What a Program is: an original synthetic function and the means to prove answers about it.

In: nothing. Out: the frozen records that families build (`Program`), that proving adds to
(`Proved`). Nothing here runs code or draws numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, NamedTuple

from generation.faults import Fault
from generation.values import Outcome


@dataclass(frozen=True)
class Param:
    """One argument: its name, its annotation as source text, and what it means, as a noun phrase."""

    name: str
    annotation: str
    meaning: str


@dataclass(frozen=True)
class Raises:
    """One documented error: the builtin exception's name and the condition, as a clause after "if"."""

    exception: str
    condition: str


@dataclass(frozen=True)
class Method:
    """One public method of a class-kind program, `__init__` included."""

    name: str
    params: tuple[Param, ...]
    returns: str
    annotation: str
    summary: str
    raises: tuple[Raises, ...] = ()


@dataclass(frozen=True)
class Spec:
    """What the program must do, complete enough that another person's code passes every test.

    summary: one imperative sentence with a full stop ("Return the longest gap between two visits.").
    rules: complete sentences, each one decision that the summary leaves open (ties, empty input,
        bounds, order, errors). Together with summary, params, returns and raises they are the whole spec.
    title: a short noun phrase for prose ("the longest gap between two visits").
    returns: a noun phrase for what comes back ("the gap in minutes, 0 for fewer than two visits").
    context: one sentence of who needs it and why, in the domain's words.
    """

    title: str
    summary: str
    rules: tuple[str, ...]
    params: tuple[Param, ...]
    returns: str
    return_annotation: str
    raises: tuple[Raises, ...] = ()
    context: str = ""
    methods: tuple[Method, ...] = ()


@dataclass(frozen=True)
class Program:
    """One drawn candidate, rendered: nothing has been run yet.

    source: the reference as a person would write it, formatted (4 spaces, <= 88 columns), typed
        signature, no docstring and no comments; imports of the standard library on top.
    commented: the same source with `#` comments that say why (never what the line already says).
        Taking the comments out of `commented` gives `source` exactly.
    oracle: the same behaviour written another way (brute force or another algorithm), a Python
        callable for kind "function" (called with the arguments), a class for kind "class".
    draw_input: from a seeded Random, one input. For kind "function" a tuple of arguments; for
        "class" a tuple (init arguments, ((method, arguments), ...)). Only Python literals
        (None, bool, int, float, str, bytes, list, tuple, dict, set).
    edge_inputs: inputs that must always be tried (empty, single, ties, each documented error).
    complexity: time, e.g. "O(n log n)", or "" where no honest bound is short enough to say;
        complexity_terms says what n (and m, k) stand for.
    idiom: how the reference is written ("loop", "comprehension", "recursion", "library", ...).
    depth: number of composed steps; 1 for an algorithm family.
    choice: the semantic parameters that were chosen, as flat (name, value) pairs of strings.
    """

    seed: int
    number: int
    family: str
    domain: str
    idiom: str
    depth: int
    choice: tuple[tuple[str, str], ...]
    kind: Literal["function", "class"]
    entry_point: str
    spec: Spec
    source: str
    commented: str
    oracle: Callable[..., Any]
    draw_input: Callable[[Random], tuple]
    edge_inputs: tuple[tuple, ...]
    complexity: str = ""
    complexity_terms: str = ""


class Edit(NamedTuple):
    """One planted defect that nothing has been run on yet.

    source: the whole mutant. line: 1-based line of the change in it. before, after: the changed
    code without indentation; where lines are missing, after is "" and before holds all of them.
    cause: one true sentence.
    """

    operator: str
    source: str
    line: int
    before: str
    after: str
    cause: str


@dataclass(frozen=True)
class Mutant:
    """One defect planted in a reference.

    line: 1-based line of the changed code in `source` (the mutant's own text).
    before, after: the changed line without its indentation, as it was and as it is.
    cause: one true sentence that names the defect ("The comparison `<` should be `<=`, so ...").
    killed_by: index into the proof's inputs of one input on which it fails.
    """

    operator: str
    source: str
    line: int
    before: str
    after: str
    cause: str
    killed_by: int


@dataclass(frozen=True)
class Proved:
    """A program with its proof, all of it data.

    inputs: repr of each input, edge inputs first. expected: the oracle's outcomes, one list an
    input (one Outcome for a function, one an operation for a class).
    tests: indices of the few inputs that together kill the mutants (>= 95 %), smallest first.
    behaviour: hex hash of the outcomes on canonical inputs; equal behaviour means equal program.
    difficulty: a number >= 0 computed from the program, rounded to 2 decimals.
    survivors: mutants tried that no input kills; some of them are equivalent to the reference.
    """

    program: Program
    inputs: tuple[str, ...]
    expected: tuple[tuple[Outcome, ...], ...]
    tests: tuple[int, ...]
    mutants: tuple[Mutant, ...]
    mutants_tried: int
    behaviour: str
    difficulty: float
    survivors: tuple[Edit, ...] = ()


class Refused(Exception):
    """A candidate that is not worth a row; `reason` is a short snake_case word for the statistics."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class BrokenFamily(Fault):
    """A family that contradicts itself (reference against oracle); stops the build, names family and number."""
