"""What the steps towards clumsy code share: rewrites, fresh names, and code from text.

In: trees. Out: trees. It knows no step.
"""

import ast
from dataclasses import dataclass

from generation.tasks.trees import walk
from generation.tasks.unparsing import unparse

_INVERSE = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


@dataclass(frozen=True)
class Rewrite:
    """`count` statements of a block give way to `statements`; note: a sentence on what undoing this does."""

    count: int
    statements: list[ast.stmt]
    note: str


class Fresh:
    """Names that the code does not use yet."""

    def __init__(self, used: set[str]):
        self._used = set(used)

    def name(self, *wishes: str) -> str:
        """Return the first wish that is free, else a wish with a number, and take it."""
        numbered = (f"{wish}{n}" for n in range(2, 50) for wish in wishes)
        found = next(w for w in (*wishes, *numbered) if w not in self._used)
        self._used.add(found)
        return found


def statements(text: str) -> list[ast.stmt]:
    """Return the statements of a text."""
    return ast.parse(text).body


def with_body(header: str, body: list[ast.stmt]) -> ast.stmt:
    """Return the compound statement of a header line ("if x:") with this body."""
    node = ast.parse(f"{header}\n    pass").body[0]
    node.body = body
    return node


def show(node: ast.AST) -> str:
    """Return the node's text."""
    return unparse(node)


def quote(node: ast.AST, max_chars: int = 50) -> str:
    """Return the node's text in backticks, "" where it is too long to quote."""
    text = show(node).replace("'", '"')
    return f"`{text}`" if len(text) <= max_chars and "`" not in text and "\n" not in text else ""


def negate(test: ast.expr) -> str:
    """Return the text of the opposite condition."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return show(test.operand)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        turned = ast.Compare(test.left, [_INVERSE[type(test.ops[0])]()], test.comparators)
        return show(turned)
    return f"not ({show(test)})" if isinstance(test, ast.BoolOp) else f"not {show(test)}"


def names_in(node: ast.AST) -> set[str]:
    """Return the names that occur in a node."""
    return {n.id for n in walk(node) if isinstance(n, ast.Name)}


_CHANGING = {
    "pop",
    "popleft",
    "popitem",
    "append",
    "add",
    "remove",
    "discard",
    "extend",
    "update",
    "setdefault",
    "sort",
    "heappop",
    "heappush",
    "heappushpop",
    "heapreplace",
    "next",
    "insert",
    "clear",
}


def is_repeatable(node: ast.AST) -> bool:
    """Tell whether the expression calls nothing that changes something, so that it may stand there twice."""
    called = [n.func for n in walk(node) if isinstance(n, ast.Call)]
    names = {getattr(f, "attr", getattr(f, "id", "")) for f in called}
    return not names & _CHANGING and not any(isinstance(n, ast.NamedExpr) for n in walk(node))


def leaves_block(block: list[ast.stmt]) -> str:
    """Return the keyword by which the block is left for good at its end ("return", ...), "" where it goes on."""
    kinds = {ast.Return: "return", ast.Raise: "raise", ast.Continue: "continue", ast.Break: "break"}
    return kinds.get(type(block[-1]), "") if block else ""


def mark_made(node: ast.stmt, old: set[int]) -> None:
    """Mark what a step made, so that no later step rewrites it; `old` holds ids of the nodes that were there before."""
    for part in walk(node):
        if id(part) not in old:
            part.made = True


def is_made(node: ast.AST) -> bool:
    """Tell whether a step made this node."""
    return getattr(node, "made", False)
