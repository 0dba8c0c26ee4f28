"""Gaps in code: where lines can be taken out, and whether the lines around a gap stayed the same.

In: source text. Out: `Gap`s (the source with FRAME_MARK in the place of some statements), and the
reason why an answer changed a given line. Lines are compared by tokens: comments, blank lines,
quotes and the wrapping of docstrings don't count. Nothing is run here.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from generation.tasks.judging import code_tokens
from generation.tasks.trees import read_tree, walk_statements

FRAME_MARK = "__gap__"
MIN_LINES, MAX_SHARE = 2, 0.75  # of a gap that is not the whole body: lines, share of the body's lines
PREFIX = ("r", "R", "u", "U", "b", "B", "f", "F")


@dataclass(frozen=True)
class Gap:
    """One place to take code out of.

    frame: the source with FRAME_MARK instead of the removed lines. removed: their statements.
    span: their first and last line in the source. indent: blanks in front of the mark.
    lines: how many lines of code went. whole: a function's or method's whole body went. code: the source.
    """

    frame: str
    removed: tuple[ast.stmt, ...]
    span: tuple[int, int]
    indent: str
    lines: int
    whole: bool
    code: str


@lru_cache(maxsize=16)  # posing asks for the gaps of the same few texts as answering
def find_gaps(source: str, entry_point: str) -> tuple[Gap, ...]:
    """Return every gap worth filling in the entry point, in the order of the code."""
    lines = source.split("\n")
    tree = read_tree(source)
    entry = next(n for n in tree.body if getattr(n, "name", "") == entry_point)
    functions = (
        [entry] if isinstance(entry, ast.FunctionDef) else [n for n in entry.body if isinstance(n, ast.FunctionDef)]
    )
    found = []
    for function in functions:
        body = _without_docstring(function)
        total = body[-1].end_lineno - _top(body[0]) + 1 if body else 0
        for block in _blocks(function):
            found += _runs(block, lines, total, block is function.body)
    return tuple(found)


def _without_docstring(node: ast.AST) -> list[ast.stmt]:
    body = node.body
    first = body[0] if body else None
    is_text = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return body[1:] if is_text else body


def _top(node: ast.stmt) -> int:
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])


def _blocks(function: ast.FunctionDef) -> Iterator[list[ast.stmt]]:
    for node in walk_statements(function):
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if not block:
                continue
            # An elif is a block of its own only to the tree.
            if name == "body" or not isinstance(node, ast.If) or not isinstance(block[0], ast.If):
                yield block


def _runs(block: list[ast.stmt], lines: list[str], total: int, of_function: bool) -> Iterator[Gap]:
    statements = _without_docstring(ast.Module(block, [])) if of_function else block
    for i in range(len(statements)):
        for j in range(i, len(statements)):
            whole = of_function and i == 0 and j == len(statements) - 1
            first, last = _top(statements[i]), statements[j].end_lineno
            count = sum(1 for line in lines[first - 1 : last] if line.strip() and not line.strip().startswith("#"))
            if whole or MIN_LINES <= count <= max(MIN_LINES, int(total * MAX_SHARE)):
                yield _cut(statements[i : j + 1], lines, first, last, count, whole)


def _cut(removed: list[ast.stmt], lines: list[str], first: int, last: int, count: int, whole: bool) -> Gap:
    # A comment right above the gap speaks of the missing lines and goes with them.
    while lines[first - 2].strip().startswith("#"):
        first -= 1
    indent = " " * removed[0].col_offset
    frame = "\n".join([*lines[: first - 1], indent + FRAME_MARK, *lines[last:]])
    return Gap(frame, tuple(removed), (first, last), indent, count, whole, "\n".join(lines))


def find_given_change(code: str, frame: str) -> str | None:
    """Return which given line the code changed, None where everything around the gap is still there.

    Imports may be added, so may functions, classes, constants and an `if __name__` block at top
    level.
    """
    try:
        given, answered = ast.parse(frame), ast.parse(code)
    except SyntaxError as error:
        return f"not code: {error.msg}"
    lost = _imports(given) - _imports(answered)
    if lost:
        return f"a given import is gone: {sorted(lost)[0]}"
    names = {_key(node) for node in given.body}
    kept = [node for node in answered.body if _key(node) in names]
    wanted = _tokens(given.body, frame)
    found = _tokens(kept, code)
    at = wanted.index(FRAME_MARK)
    before, after = wanted[:at], wanted[at + 2 :]  # the mark is a line of its own: its NEWLINE goes too
    if found[: len(before)] != before:
        return "given code before the gap was changed: " + _where(before, found)
    if len(found) < len(before) + len(after) or (after and found[-len(after) :] != after):
        return "given code after the gap was changed: " + _where(after[::-1], found[::-1])
    return None


def _imports(tree: ast.Module) -> set[str]:
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", "") or ""
            found |= {f"{module}:{alias.name}:{alias.asname or ''}" for alias in node.names}
    return found


def _key(node: ast.stmt) -> str:
    """A name for a top-level node by which the given one is found again; imports have none."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return "import"
    return getattr(node, "name", "") or ast.dump(node)


def _tokens(nodes: list[ast.stmt], text: str) -> list[str]:
    lines = text.split("\n")
    places = [(_top(node) - 1, node.end_lineno) for node in nodes if _key(node) != "import"]
    found = [token for first, last in places for token in code_tokens("\n".join(lines[first:last]))]
    return [_plain_text(token) for token in found]


def _plain_text(token: str) -> str:
    """Return a string token by its content, blanks squeezed, so that quotes and wrapping don't count."""
    if token[:1] not in "\"'" + "".join(PREFIX) or token[-1:] not in ("'", '"'):
        return token
    try:
        value = ast.literal_eval(token)
    except (ValueError, SyntaxError):
        return token
    return "text " + " ".join(value.split()) if isinstance(value, str) else token


def _where(wanted: list[str], found: list[str]) -> str:
    for left, right in zip(wanted, found, strict=False):
        if left != right:
            return f"{right!r} instead of {left!r}"[:120]
    return "it ends early"
