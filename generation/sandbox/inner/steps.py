"""Count the steps of a run: loop iterations and function entries, never time.

In: source. Out: code that counts while it runs. The counter is C's (`itertools.count`, which can only
go on), and the code holds it as a constant, so that no name, list or dict leads to it that a job could
rebind or reset. It does not count what C code does inside one call (`sorted`, `sum`), nor code that
the job makes by itself (`exec`): a count is a lower bound.
"""

import ast
import itertools
import types
import warnings

PLACE = "the counter's place, \x00 filled in once compiled"


class _Marker(ast.NodeTransformer):
    """Puts one counting call into each function body, loop body and comprehension."""

    def _mark_body(self, node: ast.AST) -> ast.AST:
        self.generic_visit(node)
        mark = ast.Expr(_count_call())
        first = node.body[0] if node.body else None
        docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        at = 1 if docstring and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else 0
        node.body.insert(at, mark)
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_For = visit_AsyncFor = visit_While = _mark_body

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.generic_visit(node)
        node.body = ast.Subscript(ast.Tuple([_count_call(), node.body], ast.Load()), ast.Constant(1), ast.Load())
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        node.ifs.insert(0, _count_call())
        return node


def _count_call() -> ast.Call:
    return ast.Call(ast.Constant(PLACE), [], [])


class Counter:
    """Counts steps of the code compiled by it."""

    def __init__(self) -> None:
        self._ticks = itertools.count(1)  # never 0: a comprehension counts in its condition
        self._start = 0

    def reset(self) -> None:
        """Start again at 0."""
        self._start = next(self._ticks)

    def read(self) -> int:
        """Return the steps since the last reset."""
        return next(self._ticks) - self._start - 1

    def compile(self, source: str, filename: str, mode: str) -> types.CodeType:
        """Compile source with counting in it; raises as `compile` does."""
        tree = ast.fix_missing_locations(_Marker().visit(ast.parse(source, filename, mode)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # a text that is called: it is replaced below
            return self._fill(compile(tree, filename, mode))

    def _fill(self, code: types.CodeType) -> types.CodeType:
        """Put the counter where its place was kept, in this code and all inside it."""
        step = self._ticks.__next__
        filled = tuple(
            step if type(kept) is str and kept == PLACE else self._fill(kept) if type(kept) is types.CodeType else kept
            for kept in code.co_consts
        )
        return code.replace(co_consts=filled)
