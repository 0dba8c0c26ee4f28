"""Code with the names and literals taken out, so that two renamed copies read the same.

In: Python source. Out: one line of text. It does not see that two different trees do the same;
that is the behaviour hash's work (generation.programs.proving).
"""

import ast
import builtins

_KEPT = frozenset(dir(builtins)) | {"self"}


class _Normaliser(ast.NodeTransformer):
    """Names by order of appearance (builtins and attributes of modules stay), literals by type."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def _rename(self, name: str) -> str:
        return name if name in _KEPT else self.names.setdefault(name, f"v{len(self.names)}")

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._rename(node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = self._rename(node.arg)
        self.generic_visit(node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.name = self._rename(node.name) if not node.name.startswith("__") else node.name
        _drop_docstring(node)
        self.generic_visit(node)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        node.name = self._rename(node.name)
        _drop_docstring(node)
        self.generic_visit(node)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        self.generic_visit(node)
        if node.attr in self.names:
            node.attr = self.names[node.attr]
        elif isinstance(node.value, ast.Name) and node.value.id == "self":
            node.attr = self._rename(node.attr)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.Name:
        kind = "None" if node.value is None else type(node.value).__name__.upper()
        return ast.copy_location(ast.Name(kind, ast.Load()), node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.Name:
        return ast.copy_location(ast.Name("STR", ast.Load()), node)


def _drop_docstring(node: ast.FunctionDef | ast.ClassDef) -> None:
    if ast.get_docstring(node, clean=False) is not None:
        node.body = node.body[1:] or [ast.Pass()]


def normalise_code(source: str) -> str:
    """Return the code unparsed with names by order of appearance and literals by type; SyntaxError where it is none."""
    tree = ast.parse(source)
    if ast.get_docstring(tree, clean=False) is not None:
        tree.body = tree.body[1:]
    return ast.unparse(ast.fix_missing_locations(_Normaliser().visit(tree)))
