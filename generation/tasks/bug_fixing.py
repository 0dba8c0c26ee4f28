"""bug_fixing: a mutant of the reference, shown with a failing input, a symptom, or its spec alone.

In: a proved program with mutants. Out: the defective code and what is known of its failure; an
answer is the corrected code with the line and the cause. The judge runs the code on all cases and
looks for the planted change in the explanation; other statements of the prose are not checked.
"""

from random import Random
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from generation.programs.causes import tells_consequence
from generation.programs.program import Mutant, Program, Proved
from generation.tasks.accounts import comments_by_line
from generation.tasks.backing import unbacked_words
from generation.tasks.consequences import say_divergence, say_lesson, say_purpose, say_session
from generation.tasks.failures import (
    choose_failure,
    describe_symptom,
    failure_facts,
    find_failures,
    say_verb,
)
from generation.tasks.judging import (
    Code,
    Prose,
    agree,
    choose_cases,
    fails_as_shown,
    find_bad_code,
    find_bad_prose,
    make_proof,
    same_tree,
)
from generation.tasks.naming import Defect, find_unnamed
from generation.tasks.prose import (
    DOCSTRING_STYLES,
    base_facts,
    fence,
    lower_first,
    phrase,
    upper_first,
    with_docstring,
)
from generation.tasks.task import MAX_OUTPUT_CHARS, Judgement, Posed, Unsuited

REQUEST = """Find the one defect in the code and fix it.
code: the complete corrected code, no Markdown fence, same names and parameters. line: the number of the defective line,
counted from 1 in the code shown; where a line is missing, the line at which it belongs. explanation: 1 to 5 sentences
of Markdown that say what is wrong in which line and why it fails, quoting the defective piece of code.
order: whether the explanation is shown before the code or after it."""


MAX_CODE_CHARS = 1_700  # leaves room for the prompt around it and the explanation


class Answer(BaseModel):
    """The corrected code, the defective line (from 1, in the code shown) and the cause."""

    model_config = ConfigDict(extra="forbid")

    line: int
    explanation: Prose
    code: Code
    order: Literal["explanation_first", "code_first"] = "explanation_first"


def pose(proved: Proved, rng: Random) -> Posed:
    """Return the task; Unsuited where no mutant fails in a way worth showing."""
    program = proved.program
    if not proved.mutants:
        raise Unsuited("no_mutant")
    mutant = rng.choice(proved.mutants)
    failures = find_failures(proved, mutant)
    if not failures:
        raise Unsuited("mutant_never_fails")
    style, documented = _document(program, mutant.source, rng)
    plain = mutant.source.rstrip("\n")
    failure = choose_failure(program, mutant, failures)
    facts = {
        **base_facts(program, rng, exists=True),
        "plain": fence(plain),
        "symptom": describe_symptom(failures, rng),
        **(failure_facts(program, failure, rng) if failure else {}),
    }
    if documented:
        facts["documented"] = fence(documented)
    phrased = phrase("bug_fixing", facts, rng)
    shown = documented if "documented" in phrased.used else plain
    cases = sorted({*choose_cases(proved), mutant.killed_by})
    proof = make_proof(
        proved,
        shown,
        cases,
        shown=shown,
        line=find_shown_line(mutant.source, shown, mutant.line),
        before=mutant.before,
        after=mutant.after,
        cause=mutant.cause,
        operator=mutant.operator,
        style=style if shown == documented else "",
        fails_on=cases.index(mutant.killed_by),
    )
    return Posed("bug_fixing", phrased.instruction, phrased.input, phrased.template_id, proof)


def _document(program: Program, source: str, rng: Random) -> tuple[str, str]:
    """Return a docstring style and the source with such a docstring; "" and "" where every style is too long."""
    for style in rng.sample(DOCSTRING_STYLES, len(DOCSTRING_STYLES)):
        text = with_docstring(source, program.spec, program.entry_point, style).rstrip("\n")
        if len(text) <= MAX_CODE_CHARS:
            return style, text
    return "", ""


def find_shown_line(source: str, shown: str, line: int) -> int:
    """Return the 1-based line of `shown` (the source with docstrings put in) that is the source's `line`."""
    lines = source.split("\n")
    at = 0
    for number, text in enumerate(shown.split("\n"), start=1):
        if at < len(lines) and text == lines[at]:
            at += 1
            if at == line:
                return number
    return len(shown.split("\n"))


def answer(proved: Proved, posed: Posed, rng: Random) -> Answer:
    """Return the reference, in the form in which the code was shown, with the planted defect named."""
    program, proof = proved.program, posed.proof
    mutant = next(
        (
            m
            for m in proved.mutants
            if m.cause == proof["cause"]
            and m.after == proof["after"]
            and find_shown_line(m.source, proof["shown"], m.line) == proof["line"]
        ),
        None,
    )
    if mutant is None:
        raise Unsuited("mutant_not_found")
    code = program.source
    if proof["style"]:
        code = with_docstring(code, program.spec, program.entry_point, proof["style"])
    order = rng.choice(("explanation_first", "explanation_first", "explanation_first", "code_first"))
    for attempt in range(6):
        text = _explain(proved, posed, mutant, rng)
        if attempt >= 3:  # say less
            text = text.split("\n\n")[0]
        made = Answer(line=proof["line"], explanation=text, code=code.rstrip("\n") + "\n", order=order)
        if len(render(made)) <= MAX_OUTPUT_CHARS:
            return made
    raise Unsuited("too_long")


LEAD_SHARE = 0.4  # of the explanations that begin with what comes out, where a short call shows it
# Prompts that ask what the defect leads to, or for an input that shows it.
ASKS_FOR_EFFECT = ("student", "handover", "spec_only", "symptom_docstring", "review_symptom")


def _explain(proved: Proved, posed: Posed, mutant: Mutant, rng: Random) -> str:
    """Return place and cause, then why it matters: what the line is for, where a run goes wrong, what comes out."""
    program, line = proved.program, posed.proof["line"]
    at = _reference_line(program.source, mutant)
    why = [text for number, text in comments_by_line(program) if number == at][:1]
    if tells_consequence(mutant.cause):
        why = []
    elif mutant.after and (not why or rng.random() < 0.4):
        why = [text for text in [say_purpose(program.source, at, rng)] if text]
    asked = posed.template.rsplit("/", 1)[-1] in ASKS_FOR_EFFECT
    effect, diverges, lead = _effect(proved, mutant, posed.input, asked, rng)
    if posed.template.endswith("/student") and not effect:  # it asks for the consequence in so many words
        raise Unsuited("nothing_to_show")
    first = _place_and_cause(mutant, line, rng)
    if lead and rng.random() < LEAD_SHARE:
        first, effect = _lead_to_cause(lead, mutant, line, rng), ""
    lesson = say_lesson(mutant.operator, rng) if rng.random() < 0.6 else ""
    diverges = diverges if rng.random() < 0.7 else ""
    rest = [*(why if rng.random() < 0.7 else []), *filter(None, (effect, diverges, lesson))]
    if mutant.after and "\n" not in mutant.before and rng.random() < 0.25:
        diff = fence(f"- {mutant.after}\n+ {mutant.before}", "diff")
        return "\n\n".join(filter(None, (first, diff, " ".join(rest))))
    if len(rest) > 1 and rng.random() < 0.25:
        return f"{first}\n\n" + "\n".join(f"- {text}" for text in rest)
    return f"{first}\n\n{' '.join(rest)}" if rest and rng.random() < 0.5 else " ".join([first, *rest])


def _lead_to_cause(lead: str, mutant: Mutant, line: int, rng: Random) -> str:
    """Return what comes out and should not, then the line and the cause behind it."""
    cause = upper_first(mutant.cause)
    if not mutant.after:
        return f"Because of what is missing at line {line}, {lower_first(lead)}. {cause}"
    return rng.choice(
        (
            f"Because of line {line}, {lower_first(lead)}. {cause}",
            f"{lead}. The reason is on line {line}. {cause}",
            f"{lead}, and line {line} is why. {cause}",
        )
    )


def _place_and_cause(mutant: Mutant, line: int, rng: Random) -> str:
    cause = upper_first(mutant.cause)
    if not mutant.after:
        return rng.choice(
            (
                f"{cause} It belongs at line {line}.",
                f"A piece of the code is not there at line {line}. {cause}",
                f"**Line {line}:** {cause}",
                f"What is wrong is what isn't there. {cause} Its place is line {line}.",
            )
        )
    return rng.choice(
        (
            f"Line {line} is the problem. {cause}",
            f"{cause} That is line {line}.",
            f"**Line {line}:** {cause}",
            f"The defect is on line {line}. {cause}",
            f"Look at line {line}. {cause}"
            if mutant.after in cause or "`" in mutant.after
            else f"Look at line {line}, `{mutant.after}`. {cause}",
            f"{cause} The line in question is {line}.",
            f"It goes wrong on line {line}. {cause}",
            f"{cause} You will find it on line {line}.",
            f"Line {line} needs to change. {cause}",
            f"The trouble starts at line {line}. {cause}",
        )
    )


def _reference_line(source: str, mutant: Mutant) -> int:
    """Return the line of the reference that the mutant changed, 0 where it can't be told."""
    first = mutant.before.split("\n")[0]
    lines = [number for number, text in enumerate(source.split("\n"), start=1) if text.strip() == first]
    return min(lines, key=lambda n: abs(n - mutant.line), default=0)


def _effect(proved: Proved, mutant: Mutant, prompt: str, asked: bool, rng: Random) -> tuple[str, str, str]:
    """Return a sentence on what one input did and does now, one on where its run goes wrong, and a clause to begin with.

    All come from running the code; "" where it is too long, or the prompt shows that input already and does not ask.
    """
    program = proved.program
    failures = find_failures(proved, mutant)
    failure = choose_failure(program, mutant, failures) if failures else None
    if failure is None:
        return "", "", ""
    if program.kind == "class":
        good, bad = failure.right[failure.at], failure.wrong[failure.at]
        if not failure.at or good[:2] == bad[:2] or bad.raised in ("ForeignValue", "StepLimit"):
            return "", "", ""
        gives, should = say_verb(bad, True), say_verb(good, False)
        return say_session(program, failure.input, failure.at, gives, should, rng), "", ""
    facts = failure_facts(program, failure, rng)
    if "call" not in facts:
        return "", "", ""
    call, gives, should = facts["call"], facts["gives"], facts["gives_right"]
    raised = failure.wrong[0].raised or failure.right[0].raised
    diverges = "" if raised else say_divergence(program, mutant, failure.input, rng)
    if call in prompt and not asked:
        lead = rng.choice((f"Follow `{call}` through the code: ", f"What happens in `{call}`: "))
        told = (
            f"That is why the call above {gives}; with the fix it {should}.",
            f"With the fix, the call above {should}.",
            f"It explains what you see: the call {gives}, and once this is mended it {should}.",
            "",
        )
        return rng.choice(told), lead + lower_first(diverges) if diverges else "", f"The call above {gives}"
    if len(call) > (150 if asked else 100):
        return "", "", ""
    return (
        rng.choice(
            (
                f"With it, `{call}` {gives}; corrected, it {should}.",
                f"That is why `{call}` {gives}. After the fix it {should}.",
                f"For example, `{call}` {gives}, whereas the corrected code {should}.",
                f"With the defect, `{call}` {gives}; without it, it {should}.",
                f"Unfixed, `{call}` {gives}; fixed, it {should}.",
                f"Try `{call}`: it {gives}, but the corrected code {should}.",
                f"An input that shows it is `{call}`, which {gives} now and {should} after the fix.",
            )
        ),
        diverges,
        f"`{call}` {gives}{', where' if len(call) > 60 else ' where'} it should {say_verb(failure.right[0], False)}",
    )


def render(answer: Answer) -> str:
    """Return the published Markdown."""
    blocks = [answer.explanation, fence(answer.code)]
    return "\n\n".join(reversed(blocks) if answer.order == "code_first" else blocks)


def find_bad_form(answer: Answer, proof: dict) -> str | None:
    """Return why the form is wrong, None where it is right."""
    lines = len(proof["shown"].split("\n"))
    if not 1 <= answer.line <= lines + 1:
        return f"line {answer.line} is not one of the {lines} lines shown"
    return find_bad_code(answer.code, proof["entry_point"], proof["kind"]) or find_bad_prose(answer.explanation)


def judge(answer: Answer, proof: dict, sandbox: Any) -> Judgement:
    """Pass code that agrees on every case where the shown code fails, with the planted defect named."""
    bad = find_bad_form(answer, proof)
    if bad:
        return Judgement(False, "bad_form", bad)
    if same_tree(answer.code, proof["shown"]):
        return Judgement(False, "bug_given_back", "the code has the same tree as the defective one")
    unnamed = find_unnamed(answer.explanation, answer.line, Defect(proof["line"], proof["before"], proof["after"]))
    if unnamed:
        return Judgement(False, "defect_not_named", f"the explanation does not name the {unnamed}: {proof['cause']}")
    if not fails_as_shown(proof["shown"], proof, sandbox):
        return Judgement(False, "shown_code_passes", "the defective code passes every case, so nothing is proved")
    # Cause and line are proved; what else the prose says (an effect, a reason) is not.
    kind = "partial" if _words_beyond(answer.explanation, proof) else "full"
    return agree(answer.code, proof, sandbox).judgement(proof_kind=kind, mutants_killed=1, mutants=1)


# What may be said of the line.
PLACES = (
    "Line {line} is the problem.", "That is line {line}.", "Line {line}:", "The defect is on line {line}.",
    "Look at line {line}.", "Look at line {line}, `{after}`.", "The line in question is {line}.",
    "It goes wrong on line {line}.", "You will find it on line {line}.", "Line {line} needs to change.",
    "The trouble starts at line {line}.",
)  # fmt: skip
PLACES_OF_MISSING = (
    "It belongs at line {line}.", "Something is missing at line {line}.", "Its place is line {line}.",
    "What is wrong is what isn't there.", "A piece of the code is not there at line {line}.",
)  # fmt: skip


def _words_beyond(explanation: str, proof: dict) -> list[str]:
    """Return the words beyond the planted cause and where it is."""
    places = [form.format(line=proof["line"], after=proof["after"]) for form in (*PLACES, *PLACES_OF_MISSING)]
    return unbacked_words(explanation, [proof["cause"], *places])
