"""A formatted source with its tree: where each node stands in the text, and small text changes.

In: source text. Out: the nodes in which a defect may be planted, their text, and `Change`s made of
it. Nodes that span lines have no text here. It knows nothing of defects.
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple

MAX_SHOWN = 56  # characters of code quoted in a sentence, where more context would still fit one line


class Change(NamedTuple):
    """One change of one line (columns start to end become `new`), or, with new None, lines taken out.

    phrases: sentences for the cause, one is picked; `{right}` and `{wrong}` stand for the code
    around `node` as it was and as it is (without `around`: exactly the node's own).
    """

    operator: str
    line: int
    start: int
    end: int
    new: str | None
    phrases: tuple[str, ...]
    node: ast.AST
    end_line: int = 0
    around: bool = True


class SourceText:
    """Lines, the nodes worth changing (annotations, messages and f-strings left out), and their parents."""

    def __init__(self, source: str):
        self.lines = source.split("\n")
        self.tree = ast.parse(source)
        self.parents: dict[ast.AST, ast.AST] = {}
        self.nodes: list[ast.AST] = []
        self._spans: dict[ast.AST, tuple[int, int]] = {}
        self._gather(self.tree)
        self._ascii = source.isascii()
        self.indices = {name for node in self.nodes for name in _list_indices(node)}

    def _gather(self, node: ast.AST) -> None:
        """Collect the nodes in which a defect makes sense to a reader, in order of appearance."""
        first = len(self.nodes)
        self.nodes.append(node)
        kind = type(node)
        if kind in _CLOSED:
            self._spans[node] = first, first + 1
            return
        for name in kind._fields:
            if name in _PASSED_OVER or (kind is ast.ExceptHandler and name != "body"):
                continue
            value = getattr(node, name, None)
            for child in value if type(value) is list else (value,):
                if isinstance(child, ast.AST):
                    self.parents[child] = node
                    self._gather(child)
        self._spans[node] = first, len(self.nodes)

    def list_reads(self, node: ast.AST) -> list[ast.Name]:
        """Return the names that are read inside a node, in order of appearance."""
        first, last = self._spans.get(node, (0, 0))
        return [n for n in self.nodes[first:last] if type(n) is ast.Name and type(n.ctx) is ast.Load]

    def place(self, node: ast.AST) -> tuple[int, int, int] | None:
        """Return (line, start column, end column) of a node on one line, else None."""
        if getattr(node, "lineno", 0) == 0 or node.lineno != node.end_lineno:
            return None
        start, end = node.col_offset, node.end_col_offset
        if not self._ascii:  # offsets count bytes
            raw = self.lines[node.lineno - 1].encode()
            start, end = len(raw[:start].decode()), len(raw[:end].decode())
        return node.lineno, start, end

    def text(self, node: ast.AST) -> str | None:
        """Return the text of a node on one line, else None."""
        at = self.place(node)
        return self.lines[at[0] - 1][at[1] : at[2]] if at else None

    def replace(self, node: ast.AST, new: str, operator: str, *phrases: str, around: bool = True) -> Iterator[Change]:
        """Yield the change of a node's whole text, if it stands on one line."""
        at = self.place(node)
        if at and new and self.text(node) != new:
            yield Change(operator, *at, new, phrases, node, around=around)

    def replace_between(
        self, left: ast.AST, right: ast.AST, old: str, new: str, operator: str, node: ast.AST, *phrases: str
    ) -> Iterator[Change]:
        """Yield the change of the operator that stands between two nodes on one line; only `node` is quoted."""
        first, last = self.place(left), self.place(right)
        if first and last and first[0] == last[0]:
            gap = self.lines[first[0] - 1][first[2] : last[1]]
            if gap.count(old) == 1:
                start = first[2] + gap.index(old)
                yield Change(operator, first[0], start, start + len(old), new, phrases, node, around=False)

    def delete(self, node: ast.stmt, operator: str, *phrases: str) -> Iterator[Change]:
        """Yield the change that takes a statement's lines out."""
        yield Change(operator, node.lineno, 0, 0, None, phrases, node, node.end_lineno or node.lineno)

    def show_change(self, change: Change) -> tuple[str, str]:
        """Return the code around the change as it was and as it is: the widest that is short enough to quote."""
        line = self.lines[change.line - 1]
        start, end = change.start, change.end
        node: ast.AST | None = change.node
        whole = False
        while isinstance(node, _QUOTED):
            at = self.place(node)
            if at and at[0] == change.line and at[1] <= start and at[2] >= end:
                if whole and (at[2] - at[1] > MAX_SHOWN or not change.around):
                    break
                start, end, whole = at[1], at[2], True
            node = self.parents.get(node)
        wrong = line[start : change.start] + change.new + line[change.end : end]
        return line[start:end], wrong


_CLOSED = frozenset((ast.Raise, ast.JoinedStr, ast.Import, ast.ImportFrom, ast.Constant, ast.Name))
_PASSED_OVER = frozenset(
    ("annotation", "returns", "decorator_list", "bases", "type_comment", "type_params", "ctx", "op", "ops")
)
_QUOTED = (ast.expr, ast.keyword, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)


def _list_indices(node: ast.AST) -> Iterator[str]:
    """Names that count: targets of range and enumerate, and what is stepped by a constant."""
    match node:
        case ast.For() | ast.comprehension():
            match node.target, node.iter:
                case ast.Name(id=name), ast.Call(func=ast.Name(id="range")):
                    yield name
                case ast.Tuple(elts=[ast.Name(id=name), *_]), ast.Call(func=ast.Name(id="enumerate")):
                    yield name
        case ast.AugAssign(target=ast.Name(id=name), value=ast.Constant()):
            yield name
