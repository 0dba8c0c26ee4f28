"""Load many mutants of one source cheaply: only the changed statement is parsed and woven again.

In: a reference's source and edits of it. Out: Runners. A mutant costs one compilation instead of
parsing, weaving and compiling all of it; where a change cannot be cut out as whole statements the
mutant is loaded in full.
"""

import ast
from types import CodeType

from generation.programs.execution import Runner, load_source, make_runner
from generation.programs.instrumenting import instrument
from generation.programs.mutants import Edit
from generation.programs.set_order import uses_sets


class _Place:
    """A statement with the list it stands in; lines are 1-based and inclusive."""

    def __init__(self, node: ast.stmt, body: list[ast.stmt], in_while: bool):
        self.node, self.body, self.in_while = node, body, in_while
        self.first, self.last = node.lineno, node.end_lineno or node.lineno


class Stock:
    """A woven reference onto which one changed statement at a time is grafted."""

    def __init__(self, source: str, entry_point: str, kind: str):
        self._entry_point = entry_point
        self._kind = kind
        self._has_sets = uses_sets(source)
        self._tree = ast.parse(source)
        lines = source.split("\n")
        self._places: list[_Place] = []
        for node in self._tree.body:
            self._collect(node, lines, False)
        self._places.sort(key=lambda place: place.last - place.first)
        instrument(self._tree, self._has_sets)
        self._code = _compile_tree(self._tree)
        # Functions meet only when called, so a changed one can be laid over the reference's.
        plain = (ast.FunctionDef, ast.Import, ast.ImportFrom)
        self._is_plain = all(isinstance(node, plain) for node in self._tree.body)

    def _collect(self, node: ast.AST, lines: list[str], in_while: bool) -> None:
        in_while = in_while or isinstance(node, ast.While)
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            body = getattr(node, name, None)
            if not isinstance(body, list):
                continue
            for child in body:
                if isinstance(child, ast.stmt) and not lines[child.lineno - 1].lstrip().startswith("elif "):
                    self._places.append(_Place(child, body, in_while))
                self._collect(child, lines, in_while)

    def load_reference(self, max_steps: int = 200_000) -> Runner:
        """Return the Runner of the reference itself."""
        return self._make([self._code], max_steps)

    def load_mutant(self, edit: Edit, max_steps: int) -> Runner:
        """Return the Runner of a mutant; SyntaxError or BrokenSource where it cannot be loaded."""
        removed = edit.before.count("\n") + 1 if edit.after == "" else 0
        last = edit.line + max(removed - 1, 0)
        place = next((p for p in self._places if p.first <= edit.line and last <= p.last), None)
        new = None if place is None else _parse_part(edit.source, place, removed)
        if place is None or new is None or (not new.body and len(place.body) < 3):  # a tick and one statement
            return load_source(edit.source, self._entry_point, self._kind, max_steps)
        at = place.body.index(place.node)
        place.body[at : at + 1] = instrument(new, self._has_sets, place.in_while).body
        try:
            code = self._compile_around(place.first)
        finally:
            place.body[at : at + len(new.body)] = [place.node]
        return self._make([self._code, code] if self._is_plain else [code], max_steps)

    def _compile_around(self, line: int) -> CodeType:
        """Compile the changed function alone where that is enough, else all of the tree."""
        if not self._is_plain:
            return _compile_tree(self._tree)
        function = next(node for node in self._tree.body if node.lineno <= line <= (node.end_lineno or 0))
        return _compile_tree(ast.Module([function], []))

    def _make(self, codes: list[CodeType], max_steps: int) -> Runner:
        return make_runner(codes, self._entry_point, self._kind, max_steps, self._has_sets)


def _compile_tree(tree: ast.Module) -> CodeType:
    return compile(tree, "<program>", "exec", dont_inherit=True)


def _parse_part(source: str, place: _Place, removed: int) -> ast.Module | None:
    """Return the statement as the mutant has it, or None where it cannot be cut out."""
    indent = place.node.col_offset
    lines = source.split("\n")[place.first - 1 : place.last - removed]
    if any(line[:indent].strip() for line in lines):
        return None
    return ast.parse("\n".join([line[indent:] for line in lines]))
