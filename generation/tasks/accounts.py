"""True sentences about a program, for the embedded teacher's explanations.

In: a program (or its source) and a seeded Random. Out: sentences: the author's own comments, what
a block of statements does, a worked call with the value that running the reference gave, the
time bound. Nothing here reads expected values; nothing is said that the code doesn't show.
"""

import ast
import re
from random import Random

from generation.programs.execution import run_calls
from generation.programs.program import Program, Proved
from generation.tasks.insights import SAID_BY_TELLING, list_insights
from generation.tasks.narrative import narrate
from generation.tasks.prose import lower_first, show_call, show_outcome, upper_first, with_stop
from generation.values import decode

MIN_QUOTED_CHARS = 6
MAX_REMARKS, ENOUGH_REMARKS = 4, 3
MAX_TOLD_CHARS = 420  # of an account statement by statement
MAX_ANCHOR_CHARS = 80  # of a line of code quoted in front of a comment
MAX_EXAMPLE_CHARS = 140  # of a call and its value in a sentence

_CODE_WORD = re.compile(
    r"(?<![`\w])([A-Za-z_]\w*(?:\[[^\]\s]*(?: [-+] [^\]\s]+)?\])+|[A-Za-z]\w*_\w+|[A-Za-z_][\w.]*\(\))(?![`\w])"
)


def mark_code(sentence: str) -> str:
    """Return the sentence with what is plainly code (`a_b`, `a[i]`, `f()`) in backticks, unless some already is."""
    return sentence if "`" in sentence else _CODE_WORD.sub(r"`\1`", sentence)


def comments_by_line(program: Program) -> list[tuple[int, str]]:
    """Return (line of `source` that it is about, sentence) for each comment of `commented`, in order."""
    found: list[tuple[int, str]] = []
    pending: list[str] = []
    source = program.source.split("\n")
    number = 0
    for line in program.commented.split("\n"):
        stripped = line.strip()
        if stripped.startswith("#"):
            pending.append(stripped.lstrip("#").strip())
            continue
        number += 1
        if pending:
            found.append((number, " ".join(pending)))
            pending = []
        code = source[number - 1] if number <= len(source) else line
        if line != code and line.startswith(code):
            found.append((number, line[len(code) :].strip().lstrip("#").strip()))
    return [(n, upper_first(mark_code(with_stop(text)))) for n, text in found if text]


_GOOD_START = re.compile(r"(?:Each|Every|Equal|Two|No|If|Where|Without|`)\b|`")


_NEEDS_CODE = re.compile(r"\w+(?:,|ed\b)|(?:From|Here|This|These|That|It|Otherwise|Now|So|Then)\b")


def anchor_comment(program: Program, line: int, sentence: str, rng: Random) -> str:
    """Return the comment's sentence with the code that it speaks of in front; "" where it makes no sense without."""
    code = program.source.split("\n")[line - 1].strip().rstrip(":").strip()
    if "`" in code or not 3 < len(code) <= MAX_ANCHOR_CHARS or not _is_balanced(code):
        return "" if _NEEDS_CODE.match(sentence) else sentence
    if _GOOD_START.match(sentence) and rng.random() < 0.4:
        return sentence
    return f"`{code}`: {lower_first(sentence)}"


def _is_balanced(code: str) -> bool:
    return all(code.count(left) == code.count(right) for left, right in ("()", "[]", "{}")) and code[-1] not in "([{,"


def remark_on(statements: list[ast.stmt], rng: Random, subject: str, said: list[str] | None = None) -> list[str]:
    """Return what there is to say about the statements: insights, and what they do where those are few.

    An insight that quotes what one of the sentences `said` quotes already is left out.
    """
    found = list_insights(statements, rng)
    spoken = {piece for text in said or [] for piece in _quoted(text)}
    for kind in [k for k, text in found.items() if any(p in q for p in _quoted(text) for q in spoken)]:
        del found[kind]
    while len(found) > MAX_REMARKS:
        del found[rng.choice(list(found))]
    if len(found) >= ENOUGH_REMARKS:
        return list(found.values())
    functions = [s for s in statements if isinstance(s, ast.FunctionDef)]
    # Of a whole module, what its last function does says most.
    told = narrate(functions[-1].body if functions else statements, rng, subject)
    if not told or len(told) > MAX_TOLD_CHARS:
        return list(found.values())
    return [told, *(text for kind, text in found.items() if kind not in SAID_BY_TELLING)]


def _quoted(text: str) -> list[str]:
    """Return the pieces of code, long enough to tell one from another, that a sentence quotes."""
    return [piece for piece in re.findall(r"`([^`]+)`", text) if len(piece) > MIN_QUOTED_CHARS]


def is_telling(value: str) -> bool:
    """Tell whether a value (text) says more than "nothing there": some digit other than 0, or a letter."""
    return bool(re.search(r"[1-9A-Za-z]", re.sub(r"None|False|set", "", value)))


def worked_calls(proved: Proved, rng: Random, count: int = 1) -> list[tuple[str, str, bool]]:
    """Return up to `count` (call, what it came to, raised) of short telling inputs, found by running the reference.

    Only for functions; calls that raise come last. An empty list where nothing is short enough.
    """
    program = proved.program
    if program.kind != "function":
        return []
    texts = [t for t in proved.inputs if len(t) < MAX_EXAMPLE_CHARS]
    outcomes = run_calls(program.source, program.entry_point, [decode(t) for t in texts], program.kind)
    found = []
    for text, (outcome,) in zip(texts, outcomes, strict=True):
        call, shown = show_call(program.entry_point, text), show_outcome(outcome)
        fits = len(call) + len(shown) <= MAX_EXAMPLE_CHARS and outcome.raised != "StepLimit"
        if fits and (outcome.raised is not None or is_telling(outcome.value or "")):
            found.append((outcome.raised is not None, rng.random(), call, shown))
    found.sort(key=lambda item: item[:2])
    return [(call, shown, raised) for raised, _, call, shown in found[:count]]


def example_sentence(proved: Proved, rng: Random) -> str:
    """Return one sentence with a worked call, "" where none is short enough."""
    for call, shown, raised in worked_calls(proved, rng):
        if raised:
            return rng.choice((f"`{call}` raises `{shown}`.", f"For instance, `{call}` raises `{shown}`."))
        return rng.choice(
            (
                f"For instance, `{call}` gives `{shown}`.",
                f"`{call}` returns `{shown}`.",
                f"As a check, `{call}` comes to `{shown}`.",
                f"An example: `{call}` evaluates to `{shown}`.",
            )
        )
    return ""


def complexity_sentence(program: Program, rng: Random) -> str:
    """Return one sentence on the time bound, "" where the program states none."""
    if not program.complexity:
        return ""
    bound, terms = program.complexity, program.complexity_terms
    where = f", where {terms}" if terms else ""
    return rng.choice(
        (
            f"It runs in {bound} time{where}.",
            f"The running time is {bound}{where}.",
            f"Time: {bound}{where}.",
            f"This takes {bound} steps{where}.",
        )
    )


def arrange(parts: list[str], rng: Random) -> str:
    """Return the sentences as one paragraph, two paragraphs or bullets; a list among them keeps its lines."""
    if any("\n" in part for part in parts):
        return "\n\n".join(parts)
    if len(parts) > 2 and rng.random() < 0.35:
        return "\n".join(f"- {part}" for part in parts)
    if len(parts) > 1 and rng.random() < 0.45:
        return " ".join(parts[:-1]) + "\n\n" + parts[-1]
    return " ".join(parts)
