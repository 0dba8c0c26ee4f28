"""How a defective program fails, shown and in words.

In: a proved program and a mutant. Out: `Failure`s (input, what is right, what came), facts for
prompt templates about one of them, and a symptom that is true of all of them.
"""

from dataclasses import dataclass
from random import Random

from generation.programs.cases import same_runs
from generation.programs.program import Mutant, Program, Proved
from generation.programs.rerunning import run_texts
from generation.tasks.prose import fence, show_call, show_value
from generation.tasks.sentences import upper_first, with_article
from generation.tasks.shrinking import Shrinker
from generation.tasks.wrapping import wrap_line
from generation.values import Outcome, decode, encode

MAX_STEPS = 20_000  # honest calls take a few hundred
MAX_INLINE_CHARS = 100  # of a call within a sentence
MAX_SESSIONS = 8  # tried for one that can be shown
MAX_SHOWN_CHARS = 260  # of an input or outcome that is shown in a prompt


@dataclass(frozen=True)
class Failure:
    """One input (text) with the right outcomes and the defective ones."""

    input: str
    right: tuple[Outcome, ...]
    wrong: tuple[Outcome, ...]

    @property
    def at(self) -> int:
        """Index of the first operation that differs (0 for a function)."""
        pairs = zip(self.right, self.wrong, strict=False)
        differing = (i for i, (r, w) in enumerate(pairs) if not same_runs((r,), (w,)))
        return next(differing, min(len(self.right), len(self.wrong)) - 1)


def find_failures(proved: Proved, mutant: Mutant) -> list[Failure]:
    """Return every proved input on which the mutant fails, in order."""
    program = proved.program
    wrong = run_texts(mutant.source, program.entry_point, proved.inputs, program.kind, MAX_STEPS)
    triples = zip(proved.inputs, proved.expected, wrong, strict=True)
    return [Failure(text, r, w) for text, r, w in triples if not same_runs(r, w)]


def choose_failure(program: Program, mutant: Mutant, failures: list[Failure]) -> Failure | None:
    """Return the one that is shortest to show, those that only change an argument last.

    A session ends with the call that differs, and no call in it raises before; None where no session can be made so.
    """
    short = sorted(failures, key=lambda f: (f.right[f.at][:2] == f.wrong[f.at][:2], len(f.input), len(str(f.wrong))))
    if program.kind == "function":
        return short[0]
    shrinker = Shrinker(program)
    made = (_leave_out_errors(program, mutant, failure, shrinker) for failure in short[:MAX_SESSIONS])
    return next(filter(None, made), None)


def _leave_out_errors(program: Program, mutant: Mutant, failure: Failure, shrinker: Shrinker) -> Failure | None:
    """Return the failure without the calls that raise before it, None where it is gone with them: it is run again."""
    init, operations = decode(failure.input)
    before = zip(operations[: failure.at - 1], failure.right[1:], strict=False) if failure.at else ()
    kept = [operation for operation, outcome in before if outcome.raised is None]
    value = (init, (*kept, *operations[failure.at - 1 : failure.at]) if failure.at else ())
    right, text = shrinker.agreed(value), encode(value)
    (wrong,) = run_texts(mutant.source, program.entry_point, [text], program.kind, MAX_STEPS)
    if right is None or same_runs(right, wrong):
        return None
    made = Failure(text, right, wrong)
    ends_there = made.at == len(value[1]) and not any(outcome.raised for outcome in right[: made.at])
    return made if ends_there else None


def say_verb(outcome: Outcome, third: bool) -> str:
    """Return what a call comes to as a verb phrase, "returns `3`" (third person) or "return `3`"."""
    if outcome.raised == "StepLimit":
        return "never returns" if third else "return"
    if outcome.raised == "ForeignValue":
        return "returns something that is no plain value" if third else "return"
    if outcome.raised is not None:
        return f"raises `{outcome.raised}`" if third else f"raise `{outcome.raised}`"
    value = show_value(outcome.value or "None")
    return f"returns `{value}`" if third else f"return `{value}`"


def failure_facts(program: Program, failure: Failure, rng: Random) -> dict[str, str]:
    """Return template facts about one failure: failure (a sentence), and for a function that shows it plainly also
    call, gives, gives_right, test, session. Empty where it is too long to show.
    """
    right, wrong = failure.right[failure.at], failure.wrong[failure.at]
    if len(failure.input) + len(str(right.value)) + len(str(wrong.value)) > MAX_SHOWN_CHARS:
        return {}
    if program.kind == "class":
        return _class_facts(program, failure, right, wrong)
    call = show_call(program.entry_point, failure.input)
    if right[:2] == wrong[:2]:
        return {"failure": f"`{call}` changes its argument, which it must not do."} if not right.args_after else {}
    if wrong.raised == "ForeignValue":
        return {}
    gives, should = say_verb(wrong, True), say_verb(right, False)
    facts = {"call": call, "gives": gives, "gives_right": say_verb(right, True)}
    facts["failure"] = _show_failure(call, gives, should, rng)
    facts["test"] = fence(_test(program.entry_point, call, right, rng))
    if wrong.raised is None:
        facts["session"] = fence(f">>> {call}\n{wrong.value}", "pycon")
    elif wrong.raised != "StepLimit":
        facts["session"] = fence(f">>> {call}\nTraceback (most recent call last):\n  ...\n{wrong.raised}: ...", "pycon")
    return facts


def _show_failure(call: str, gives: str, should: str, rng: Random) -> str:
    """Return the failure as a sentence, or with the call in a block of its own where it is long."""
    if len(call) > MAX_INLINE_CHARS:
        block = fence("\n".join(wrap_line(call)))
        return f"This call {gives}:\n\n{block}\n\nIt should {should}."
    return rng.choice(
        (
            f"`{call}` {gives}, but it should {should}.",
            f"I expected `{call}` to {should}; it {gives}.",
            f"`{call}` should {should}, yet it {gives}.",
            f"At the moment `{call}` {gives}. It should {should}.",
        )
    )


def _test(entry: str, call: str, right: Outcome, rng: Random) -> str:
    if right.raised is not None:
        body = f"with pytest.raises({right.raised}):\n    {call}"
    else:
        value = show_value(right.value or "None")
        singleton = right.value in ("None", "True", "False")
        body = "\n".join(wrap_line(f"assert {call} {'is' if singleton else '=='} {value}"))
    if rng.random() < 0.5 or right.raised is not None:
        return f"def test_{entry}():\n    " + body.replace("\n", "\n    ")
    return body


def _class_facts(program: Program, failure: Failure, right: Outcome, wrong: Outcome) -> dict[str, str]:
    init, operations = decode(failure.input)
    shown = show_call(program.entry_point, encode((init, operations[: failure.at])), "class")
    if right[:2] == wrong[:2] or wrong.raised == "ForeignValue":
        return {}
    subject = "the last call" if failure.at else "the construction"
    text = "In this session" if failure.at > 1 else "Here"
    gives = say_verb(wrong, True) if failure.at or wrong.raised else "goes through"
    return {"failure": f"{text}, {subject} {gives}, but it should {say_verb(right, False)}:\n\n{fence(shown)}"}


# --- a symptom in words, true of every failure -------------------------------------------------


def describe_symptom(failures: list[Failure], rng: Random) -> str:
    """Return one or two sentences on how it fails, true of all failures."""
    pairs = [(f.right[f.at], f.wrong[f.at]) for f in failures]
    raised = {w.raised for _, w in pairs}
    if raised == {"StepLimit"}:
        return rng.choice(
            ("On some inputs it never comes back.", "Now and then it hangs.", "For certain inputs it runs for ever.")
        )
    if len(raised) == 1 and None not in raised:
        name = raised.pop()
        if all(r.raised is None for r, _ in pairs):
            return rng.choice(
                (
                    f"Some perfectly good inputs end in {with_article(name)}.",
                    f"It sometimes dies with `{name}` on input that is fine.",
                    f"{upper_first(with_article(name))} comes up where a result was expected.",
                )
            )
        return f"It ends in {with_article(name)} where it should not."
    if raised == {None} and all(r.raised is not None for r, _ in pairs):
        return rng.choice(
            (
                "Input that should be refused goes through without an error.",
                "An error that should be raised does not appear.",
            )
        )
    if raised == {None} and all(r.raised is None for r, _ in pairs):
        return _describe_values([(decode(r.value or "None"), decode(w.value or "None")) for r, w in pairs], rng)
    return rng.choice(
        (
            "Some inputs give a wrong result or the wrong kind of ending.",
            "It does the wrong thing for some inputs: a wrong result, or an error in the wrong place.",
        )
    )


def _describe_values(pairs: list[tuple], rng: Random) -> str:
    if all(type(r) is type(w) and type(r) in (int, float) for r, w in pairs):
        if all(w > r for r, w in pairs):
            return rng.choice(
                (
                    "The number it returns is sometimes too high.",
                    "Where it is wrong, the result is too large.",
                    "Results come out too big on some inputs.",
                )
            )
        if all(w < r for r, w in pairs):
            return rng.choice(
                (
                    "The number it returns is sometimes too low.",
                    "Where it is wrong, the result is too small.",
                    "Results come out too small on some inputs.",
                )
            )
        return rng.choice(("The number is wrong for some inputs.", "Some results are off."))
    if all(type(r) is bool for r, _ in pairs):
        if all(r and w is False for r, w in pairs):
            return "It sometimes says `False` where the answer is `True`."
        if all(not r and w is True for r, w in pairs):
            return "It sometimes says `True` where the answer is `False`."
        return "The answer is sometimes the opposite of the right one."
    if all(type(r) is type(w) is list for r, w in pairs):
        return _describe_lists([([repr(v) for v in r], [repr(v) for v in w]) for r, w in pairs], rng)
    if all(w is None for _, w in pairs):
        return rng.choice(
            (
                "It sometimes returns `None` where there is a result.",
                "Some inputs give `None` although there is an answer.",
            )
        )
    return (
        rng.choice(
            (
                "Most inputs look fine, but some give a wrong result.",
                "Some results are wrong.",
                "The result is not right for every input.",
            )
        )[:]
        if len(pairs) < 12
        else "Many results are wrong."
    )


def _describe_lists(pairs: list[tuple[list[str], list[str]]], rng: Random) -> str:
    if all(sorted(r) == sorted(w) for r, w in pairs):
        return rng.choice(
            ("The right items come back, but in the wrong order.", "The order of the result is wrong at times.")
        )
    if all(len(w) < len(r) for r, w in pairs):
        return rng.choice(
            ("Something is missing from the result on some inputs.", "Where it is wrong, the result has too few items.")
        )
    if all(len(w) > len(r) for r, w in pairs):
        return rng.choice(
            ("The result sometimes holds more than it should.", "Where it is wrong, the result has too many items.")
        )
    if all(len(w) == len(r) for r, w in pairs):
        return rng.choice(
            ("The result has the right length, but wrong items in it.", "Some items of the result are wrong.")
        )
    return rng.choice(("The result is wrong on some inputs.", "On some inputs the wrong items come back."))
