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
from generation.tasks.prose import join_words, lower_first, show_call, show_outcome, upper_first, with_stop
from generation.values import decode

MAX_SHOWN_CHARS = 60  # of an expression quoted in a sentence
MAX_CLAUSES = 4  # more statements than this read like a listing, not like a sentence
MAX_EXAMPLE_CHARS = 110  # of a call and its value in a sentence

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


_NEEDS_PLACE = re.compile(
    r"(?:From here|Here|This|These|That|Those|It|Otherwise|Now|So|Then|Only|Else|The (?:same|rest|other))\b"
)


def anchor_comment(program: Program, line: int, sentence: str, rng: Random) -> str:
    """Return the comment's sentence, with the code that it speaks of in front where it needs it or by chance."""
    code = program.source.split("\n")[line - 1].strip().rstrip(":").strip()
    if "`" in code or not 3 < len(code) <= MAX_SHOWN_CHARS or code.count("(") != code.count(")"):
        return sentence
    if not _NEEDS_PLACE.match(sentence) and rng.random() < 0.55:
        return sentence
    return f"`{code}`: {lower_first(sentence)}"


def describe_block(statements: list[ast.stmt]) -> str:
    """Return what the statements do as verbs in the third person, joined ("sets `x` and returns `y`"); "" if unclear or long."""
    clauses = [_describe(s) for s in statements]
    if not all(clauses) or len(clauses) > MAX_CLAUSES:
        return ""
    return join_words(list(dict.fromkeys(clauses)))


def describe_entry(program: Program) -> str:
    """Return what the entry point's statements do, like `describe_block`; "" for a class."""
    node = next(n for n in ast.parse(program.source).body if getattr(n, "name", "") == program.entry_point)
    return describe_block(node.body) if isinstance(node, ast.FunctionDef) else ""


def _show(node: ast.AST) -> str:
    text = ast.unparse(node)
    text = text if "\\" in text or '"' in text else text.replace("'", '"')
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store):
        text = text[1:-1]
    return f"`{text}`" if len(text) <= MAX_SHOWN_CHARS and "`" not in text and "\n" not in text else ""


def _describe(node: ast.stmt) -> str:
    match node:
        case ast.Assign(targets=[target]) | ast.AnnAssign(target=target, value=ast.expr()):
            value = _show(node.value)
            name = _show(target)
            return f"sets {name} to {value}" if name and value else (f"works out {name}" if name else "")
        case ast.AugAssign(op=ast.Add()):
            shown, name = _show(node.value), _show(node.target)
            return f"adds {shown} to {name}" if shown and name else ""
        case ast.AugAssign():
            return f"updates {_show(node.target)}" if _show(node.target) else ""
        case ast.For():
            return f"goes through {_show(node.iter)}" if _show(node.iter) else "loops"
        case ast.While():
            return f"repeats while {_show(node.test)} holds" if _show(node.test) else ""
        case ast.If(body=[ast.Raise(exc=ast.Call(func=ast.Name(id=name)))], orelse=[]) if _show(node.test):
            return f"raises `{name}` if {_show(node.test)}"
        case ast.If(body=[ast.Return(value=ast.expr() as value)], orelse=[]) if _show(node.test) and _show(value):
            return f"returns {_show(value)} if {_show(node.test)}"
        case ast.If(body=[ast.Continue()], orelse=[]) if _show(node.test):
            return f"skips the rest of the pass if {_show(node.test)}"
        case ast.If() if _show(node.test):
            return f"tests {_show(node.test)}"
        case ast.Return(value=ast.expr() as value):
            return f"returns {_show(value)}" if _show(value) else "returns the result"
        case ast.Expr(value=ast.Call()):
            return f"calls {_show(node.value)}" if _show(node.value) else ""
        case ast.FunctionDef():
            return f"defines the helper `{node.name}`"
    return ""


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
        if len(call) + len(shown) <= MAX_EXAMPLE_CHARS and outcome.raised != "StepLimit":
            trivial = outcome.value in ("0", "[]", "''", "None", "False", "{}", "()", "set([])", "0.0")
            found.append((outcome.raised is not None, trivial, rng.random(), call, shown))
    found.sort(key=lambda item: item[:3])
    return [(call, shown, raised) for raised, _, _, call, shown in found[:count]]


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
