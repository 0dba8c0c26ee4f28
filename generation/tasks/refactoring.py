"""refactoring: a working but clumsy variant of the reference, and the measure to improve.

In: a proved program. Out: clumsy code that was run against the proof's 200 inputs, with what to
improve; an answer is better code. The judge compares outcomes (exceptions and changed arguments
included), the tree, and the named measure. What the prose says is not checked ("partial").
"""

import re
from random import Random
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from generation.programs.cases import same_runs
from generation.programs.execution import BrokenSource
from generation.programs.program import Program, Proved
from generation.programs.rerunning import run_each
from generation.tasks.clumsy import make_clumsy
from generation.tasks.judging import (
    Code,
    Prose,
    agree,
    find_bad_code,
    find_bad_prose,
    make_proof,
    same_tree,
)
from generation.tasks.many_inputs import MIN_INPUTS, choose_many
from generation.tasks.measures import MEASURES, measure
from generation.tasks.prose import base_facts, fence, lower_first, phrase, upper_first
from generation.tasks.task import MAX_OUTPUT_CHARS, Judgement, Posed, Unsuited

MAX_STEPS = 20_000  # a call of a variant; a lost exit must not cost more
DRAWS = 20  # tries at a clumsy variant before a program is given up
# By how much the clumsy variant must be worse than the reference, so that there is something to gain.
MIN_WORSE = {"complexity": 2, "nesting": 1, "length": 4, "duplication": 12}

REQUEST = """Refactor the code: same behaviour on every input (results, errors, no argument changed that was not
changed before), and the measure that the prompt names must improve.
code: the complete refactored code, no Markdown fence, same name and parameters. explanation: 1 to 6 short sentences or
bullets of Markdown on what you changed and why. order: whether the explanation is shown before the code or after it."""

AIMS = {
    "complexity": (
        "bring its cyclomatic complexity down",
        "get rid of some of its branches",
        "lower the number of branches",
    ),
    "nesting": ("make it less deeply nested", "flatten its nesting", "reduce its nesting"),
    "length": ("make it shorter", "say the same in fewer lines", "cut down its length"),
    "duplication": ("remove the duplication", "get rid of the repeated code", "stop it from repeating itself"),
}
NAMES = {  # each with the preposition that it takes
    "complexity": "cyclomatic complexity of",
    "nesting": "nesting depth of",
    "length": "number of lines in",
    "duplication": "amount of repeated code in",
}


class Answer(BaseModel):
    """The refactored code and what was changed."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    explanation: Prose
    order: Literal["explanation_first", "code_first"] = "explanation_first"


def pose(proved: Proved, rng: Random) -> Posed:
    """Return the task; Unsuited where no clumsy variant keeps the behaviour, or too few inputs prove it."""
    program = proved.program
    wide, cases = choose_many(proved)
    inputs, expected = [wide.inputs[i] for i in cases], [wide.expected[i] for i in cases]
    for _ in range(DRAWS):
        found = make_clumsy(program.source, rng, rng.choice((2, 3, 4, 5, 6)))
        worse = _worse(found[0], program.source) if found else []
        if not found or not worse or not _behaves(found[0], program, inputs, expected):
            continue
        clumsy, notes = found
        name = rng.choice(worse)
        phrased = phrase("refactoring", _facts(program, clumsy, name, rng), rng)
        proof = make_proof(wide, clumsy, cases, shown=clumsy, measure=name, notes=notes)
        return Posed("refactoring", phrased.instruction, phrased.input, phrased.template_id, proof)
    raise Unsuited("no_clumsy_variant")


def _worse(clumsy: str, source: str) -> list[str]:
    worse = [m for m in MEASURES if measure(m, clumsy) - measure(m, source) >= MIN_WORSE[m]]
    # Layout must not hide a gain in length from the reader.
    return [m for m in worse if m != "length" or _count_lines(clumsy) - _count_lines(source) >= 2]


def _count_lines(code: str) -> int:
    """Lines with code, as a reader counts them."""
    return sum(1 for line in code.split("\n") if line.strip() and not line.strip().startswith("#"))


def _behaves(code: str, program: Program, inputs: list[str], expected: list) -> bool:
    """Tell whether our own clumsy code gives every expected outcome."""
    try:
        got = run_each(code, program.entry_point, inputs, program.kind, MAX_STEPS)
        return all(map(same_runs, expected, got))  # up to the first difference
    except (SyntaxError, BrokenSource):
        return False


def _facts(program: Program, clumsy: str, name: str, rng: Random) -> dict[str, Any]:
    facts = base_facts(program, rng, exists=True)
    aim = rng.choice(AIMS[name])
    return facts | {
        "code": fence(clumsy),
        "aim": aim,
        "aim_first": upper_first(aim),
        "measure_name": NAMES[name],
        "state": _state(name, clumsy, rng),
        "summary_lower": lower_first(facts["summary"]),
    }


def _state(name: str, clumsy: str, rng: Random) -> str:
    """Return one true sentence on the measure of the code as shown."""
    value = measure(name, clumsy)
    return rng.choice(
        {
            "complexity": (
                f"Its cyclomatic complexity is {value}.",
                f"At a cyclomatic complexity of {value} it is hard to test.",
                "There are too many branches in it.",
                "Too many paths lead through it.",
                f"The complexity checker reports {value} for it.",
            ),
            "nesting": (
                f"It goes {value} levels deep.",
                f"The deepest block sits {value} levels down.",
                "The nesting is too deep.",
                "Reading it means keeping too many conditions in mind at once.",
            ),
            "length": (
                "It takes many lines for what it does.",
                "It is wordier than it needs to be.",
                "The same could be said in fewer lines.",
                "There is too much code for too little work.",
                "It is longer than it has to be.",
            ),
            "duplication": (
                "The same code stands in it more than once.",
                "It repeats itself.",
                "Some of it is written out more than once.",
            ),
        }[name]
    )


def answer(proved: Proved, posed: Posed, rng: Random) -> Answer:
    """Return the reference and what undoing the clumsy steps changed."""
    program, proof = proved.program, posed.proof
    order = rng.choice(("explanation_first", "code_first"))
    # Whoever counts lines would count those of comments too.
    for commented in (rng.random() < 0.3 and proof["measure"] != "length", False):
        code = program.commented if commented else program.source
        made = Answer(code=code.rstrip("\n") + "\n", explanation=_explain(proof, program, rng), order=order)
        if len(render(made)) <= MAX_OUTPUT_CHARS:
            return made
    raise Unsuited("too_long")


def _with_raw_patterns(note: str) -> str:
    """Return the note with quoted strings that double their backslashes as raw strings, as the code has them."""
    return re.sub(r'(?<![\w\\])"([^"`]*\\\\[^"`]*)"', lambda m: 'r"' + m[1].replace("\\\\", "\\") + '"', note)


def _explain(proof: dict, program: Program, rng: Random) -> str:
    notes = [_with_raw_patterns(note) for note in proof["notes"]]
    rng.shuffle(notes)
    name = proof["measure"]
    before, after = measure(name, proof["shown"]), measure(name, program.source)
    shown = _count_lines(proof["shown"])
    saved = shown - _count_lines(program.source)
    gain = {
        "complexity": (
            f"The cyclomatic complexity goes from {before} to {after}.",
            f"Cyclomatic complexity: {before} before, {after} now.",
            f"That brings the cyclomatic complexity from {before} down to {after}.",
        ),
        "nesting": (
            f"The deepest block is now {after} {'level' if after == 1 else 'levels'} down instead of {before}.",
            f"Nesting depth: {before} before, {after} now.",
            f"That takes the nesting from {before} levels to {after}.",
        ),
        "length": (
            f"It is {saved} lines shorter.",
            f"In total that is {saved} lines fewer.",
            f"From {shown} lines of code it is down to {shown - saved}.",
            f"That saves {saved} of {shown} lines.",
            f"{shown} lines became {shown - saved}.",
        ),
        "duplication": (
            *(
                ("Nothing of that is written twice any more.", "Each thing is said once now.")
                if after == 0
                else ("There is less repetition now.", "Less of it is written out twice.")
            ),
        ),
    }[name]
    same = rng.choice(
        (
            "Results and errors stay the same.",
            "The behaviour is unchanged.",
            "Results, errors and the signature are as before.",
            "What it returns and raises has not changed.",
            "For every input it returns and raises the same as before.",
            "Nothing changes for callers.",
            "Only the form has changed.",
            "",
        )
    )
    tail = " ".join(filter(None, (rng.choice(gain), same)))
    if len(notes) > 1 and rng.random() < 0.6:
        return (
            rng.choice(("What changed:\n\n", "Changes:\n\n", "", ""))
            + "\n".join(f"- {note}" for note in notes)
            + f"\n\n{tail}"
        )
    if rng.random() < 0.3:
        return f"{tail}\n\n" + " ".join(notes)
    return " ".join([*notes, tail])


def render(answer: Answer) -> str:
    """Return the published Markdown."""
    blocks = [answer.explanation, fence(answer.code)]
    return "\n\n".join(reversed(blocks) if answer.order == "code_first" else blocks)


def find_bad_form(answer: Answer, proof: dict) -> str | None:
    """Return why the form is wrong, None where it is right."""
    return find_bad_code(answer.code, proof["entry_point"], proof["kind"]) or find_bad_prose(answer.explanation)


def judge(answer: Answer, proof: dict, sandbox: Any) -> Judgement:
    """Pass code with another tree, a better measure, and the same outcomes on every case."""
    bad = find_bad_form(answer, proof)
    if bad:
        return Judgement(False, "bad_form", bad)
    if len(proof["inputs"]) < MIN_INPUTS:
        return Judgement(False, "too_few_inputs", f"{len(proof['inputs'])} inputs prove too little")
    if same_tree(answer.code, proof["shown"]):
        return Judgement(False, "nothing_changed", "the tree is that of the code as posed")
    name = proof["measure"]
    before, after = measure(name, proof["shown"]), measure(name, answer.code)
    if after >= before:
        return Judgement(False, "measure_not_improved", f"{name}: {before} before, {after} after")
    found = agree(answer.code, proof, sandbox)
    return found.judgement(proof_kind="partial", facts={"before": before, "after": after})
