"""Load many mutants of one source at the price of one compilation: all of them in one text, one switched on.

In: a reference's SourceText and edits of it. Out: Runners. Each changed statement stands beside the
reference's own, behind a switch that is a global name; a mutant is the same code with its switch on.
A change that cannot be cut out as whole statements, or that would change which names a function
owns, is loaded from its whole text. # Source: Untch, Offutt, Harrold 1993 (mutant schemata).
"""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from types import CodeType

from generation.programs.execution import (
    BrokenSource,
    Compiled,
    Runner,
    load_source,
    make_runner,
    remember_compiled,
)
from generation.programs.instrumenting import instrument
from generation.programs.program import Edit
from generation.programs.set_order import uses_sets
from generation.programs.source_text import SourceText

_PLACE = {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class _Place:
    """A statement with the list it stands in and its function or class; lines are 1-based and inclusive."""

    def __init__(self, node: ast.stmt, body: list[ast.stmt], scope: ast.AST, in_while: bool):
        self.node, self.body, self.scope, self.in_while = node, body, scope, in_while
        self.first, self.last = node.lineno, node.end_lineno or node.lineno


class Stock:
    """A woven reference with the changed statements of its mutants beside the right ones, compiled once.

    It takes over the tree of `code`: whatever else is to be read from that must have been read before.
    """

    def __init__(self, code: SourceText, entry_point: str, kind: str, edits: Sequence[Edit] = ()):
        self._entry_point = entry_point
        self._kind = kind
        self._has_sets = uses_sets("\n".join(code.lines))
        self._tree = code.tree
        self._lines = code.lines
        self._places: list[_Place] = []
        for node in self._tree.body if edits else ():
            self._collect(node, self._tree, False)
        self._places.sort(key=lambda place: place.last - place.first)
        self._owned: dict[int, Counter[str]] = {}
        self.edits = edits
        grafts = self._cut_out()
        instrument(self._tree, self._has_sets)
        self._code = self._compile_with(grafts)

    def _collect(self, node: ast.AST, scope: ast.AST, in_while: bool) -> None:
        kind = type(node)
        in_while = in_while or kind is ast.While
        scope = node if kind in _SCOPES else scope
        for name in kind._fields:
            body = getattr(node, name) if name in _BODIES else None
            if type(body) is not list:
                continue
            for child in body:
                if isinstance(child, ast.stmt) and not self._lines[child.lineno - 1].lstrip().startswith("elif "):
                    self._places.append(_Place(child, body, scope, in_while))
                if type(child) in _COMPOUND:
                    self._collect(child, scope, in_while)

    def load_reference(self, max_steps: int = 200_000) -> Runner:
        """Return the Runner of the reference itself."""
        return self._make("\n".join(self._lines), max_steps)

    def load_mutants(self, max_steps: int) -> Iterator[tuple[Edit, Runner]]:
        """Yield each mutant that can be loaded with its Runner, in order."""
        for edit, switch in zip(self.edits, self._switches, strict=True):
            try:
                if switch is None:
                    yield edit, load_source(edit.source, self._entry_point, self._kind, max_steps)
                else:
                    yield edit, self._make(edit.source, max_steps, switch)
            except (SyntaxError, BrokenSource):
                continue

    def _cut_out(self) -> list[tuple[_Place, str, list[ast.stmt]]]:
        """Return the statements to graft; settles the switch of each edit, None where it is to be loaded whole."""
        self._switches: list[str | None] = []
        grafts = []
        for number, edit in enumerate(self.edits):
            place, removed = self._find_place(edit)
            new = None if place is None else self._parse_part(edit, place, removed)
            if place is None or new is None or not self._keeps_names(edit, place, new):
                self._switches.append(None)
                continue
            switch = f"__mutant_{number}__"
            self._switches.append(switch)
            grafts.append((place, switch, instrument(new, self._has_sets, place.in_while).body))
        return grafts

    def _find_place(self, edit: Edit) -> tuple[_Place | None, int]:
        """Return the smallest statement that holds the change, and how many lines the change takes out."""
        removed = edit.before.count("\n") + 1 if edit.after == "" else 0
        last = edit.line + max(removed - 1, 0)
        return next((p for p in self._places if p.first <= edit.line and last <= p.last), None), removed

    def _parse_part(self, edit: Edit, place: _Place, removed: int) -> ast.Module | None:
        """Return the statement as the mutant has it, or None where it cannot be cut out."""
        if removed == place.last - place.first + 1:
            return ast.Module([], []) if len(place.body) > 1 else None
        indent = place.node.col_offset
        lines = self._lines[place.first - 1 : place.last]
        at = edit.line - place.first
        changed = lines[at][: len(lines[at]) - len(lines[at].lstrip())] + edit.after
        lines[at : at + max(removed, 1)] = [] if removed else [changed]
        if any(line[:indent].strip() for line in lines):
            return None
        try:
            return ast.parse("\n".join([line[indent:] for line in lines]))
        except SyntaxError:  # of the part: what is left of a block may still belong to the one above
            return None

    def _keeps_names(self, edit: Edit, place: _Place, new: ast.Module) -> bool:
        """Tell whether function and class own the same names with the change, and are generators as before."""
        if edit.after:
            return ":=" not in edit.before and "yield" not in edit.before
        lost = _count_owned([place.node]) - _count_owned(new.body)
        if not lost:
            return True
        owned = self._owned.get(id(place.scope))
        if owned is None:
            owned = self._owned[id(place.scope)] = _count_owned(ast.iter_child_nodes(place.scope))
        return all(owned[name] > count for name, count in lost.items())

    def _compile_with(self, grafts: list[tuple[_Place, str, list[ast.stmt]]]) -> CodeType:
        """Compile the reference with all grafts behind their switches; without any where the compiler refuses one."""
        chains: dict[int, tuple[_Place, ast.stmt]] = {}
        for place, switch, body in grafts:
            _, otherwise = chains.get(id(place.node), (place, place.node))
            test = ast.Name(switch, ast.Load(), **_PLACE)
            chains[id(place.node)] = place, ast.If(test, body or [ast.Pass(**_PLACE)], [otherwise], **_PLACE)
        for place, chain in chains.values():
            place.body[place.body.index(place.node)] = chain
        try:
            return _compile_tree(self._tree)
        except (SyntaxError, RecursionError):
            if not chains:
                raise
        for place, chain in chains.values():
            place.body[place.body.index(chain)] = place.node
        self._switches = [None] * len(self.edits)
        return _compile_tree(self._tree)

    def _make(self, source: str, max_steps: int, switch: str = "") -> Runner:
        compiled = Compiled(self._code, self._has_sets, {name: name == switch for name in self._switches if name})
        remember_compiled(source, compiled)
        return make_runner(compiled, self._entry_point, self._kind, max_steps)


_BODIES = frozenset(("body", "orelse", "finalbody", "handlers", "cases"))
_COMPOUND = frozenset(
    (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.For, ast.While, ast.With, ast.Try,
     ast.ExceptHandler, ast.Match, ast.match_case)
)  # fmt: skip


def _compile_tree(tree: ast.Module) -> CodeType:
    return compile(tree, "<program>", "exec", dont_inherit=True)


def _count_owned(nodes: Iterable[ast.AST]) -> Counter[str]:
    """Count what makes a name the enclosing function's own (or, under "yield", the function a generator)."""
    owned: Counter[str] = Counter()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind is ast.Name:
            if type(node.ctx) is not ast.Load:
                owned[node.id] += 1
            continue
        if kind is ast.Constant or kind is ast.Load:
            continue
        match node:
            case ast.arg(arg=name):
                owned[name] += 1
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                owned[name] += 1
            case ast.MatchMapping(rest=str(name)):
                owned[name] += 1
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                owned.update((alias.asname or alias.name).split(".")[0] for alias in aliases)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                owned.update(names)
            case ast.Yield() | ast.YieldFrom() | ast.Await():
                owned["yield"] += 1
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                owned[name] += 1
                continue
            case ast.Lambda():
                continue
        waiting += [node.iter, *node.ifs] if isinstance(node, ast.comprehension) else ast.iter_child_nodes(node)
    return owned
