"""Count the steps of a run: loop iterations and function entries, never time.

In: source. Out: code that counts while it runs. It does not count what C code does inside one call
(`sorted`, `sum`), and code that wants to fool its own counter can.
"""

import ast
import builtins
import types

STEP_NAME = "__step__"


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
    return ast.Call(ast.Name(STEP_NAME, ast.Load()), [], [])


class Counter:
    """Counts steps of the code compiled by it; `reset` between inputs."""

    def __init__(self) -> None:
        self.count = 0

    def reset(self) -> None:
        """Start again at 0."""
        self.count = 0

    def step(self) -> bool:
        """Count one step."""
        self.count += 1
        return True

    def compile(self, source: str, filename: str, mode: str) -> types.CodeType:
        """Compile source with counting in it; SyntaxError as `compile`."""
        setattr(builtins, STEP_NAME, self.step)
        tree = ast.fix_missing_locations(_Marker().visit(ast.parse(source, filename, mode)))
        return compile(tree, filename, mode)
