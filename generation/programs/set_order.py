"""Give sets an order that we choose, so that results which hang on hash order show in one process.

In: a module's tree. Out: the same tree, asking `__ordered__` and `__pop_any__` wherever it walks
through what may be a set. Run once ascending and once descending, code that depends on the order
of a set gives itself away, and what we record does not depend on PYTHONHASHSEED. It does not cover
unpacking of a set into names.
"""

import ast
import re
from collections.abc import Callable
from typing import Any

_WALKERS = frozenset(
    "list tuple sorted min max sum enumerate zip iter map filter next deque Counter reversed join extend fromkeys "
    "chain product combinations permutations groupby accumulate heapify reduce islice".split()
)
_BRACES = re.compile(r"\{[^{}:]+(?:\}|$)", re.MULTILINE)  # `{a, b}`, `{f(x) for x in xs}`, a fill-in too
_PLACE = {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}


def uses_sets(source: str) -> bool:
    """Tell from the text whether the source may hold a set; True more often than needed."""
    return "set" in source or _BRACES.search(source) is not None


def order_sets(tree: ast.Module) -> ast.Module:
    """Weave the order in, in place, and return the tree."""
    for node in ast.walk(tree):
        match node:
            case ast.For() | ast.comprehension():
                node.iter = _wrap(node.iter)
            case ast.Starred():
                node.value = _wrap(node.value)
            case ast.Call(func=ast.Attribute(attr="pop", value=owner), args=[], keywords=[]):
                node.func, node.args = _name("__pop_any__"), [owner]
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _WALKERS:
                node.args = [arg if isinstance(arg, ast.Starred) else _wrap(arg) for arg in node.args]
    return tree


def _name(identifier: str) -> ast.Name:
    return ast.Name(identifier, ast.Load(), **_PLACE)


def _wrap(node: ast.expr) -> ast.expr:
    plain = isinstance(node, ast.Constant | ast.List | ast.Lambda | ast.GeneratorExp | ast.ListComp)
    return node if plain else ast.Call(_name("__ordered__"), [node], [], **_PLACE)


def make_orderers(descending: bool) -> dict[str, Callable[[Any], Any]]:
    """Return the two functions by the names that the woven code asks for."""

    def order(value: Any) -> Any:
        if type(value) is not set and type(value) is not frozenset:
            return value
        try:
            return sorted(value, reverse=descending)
        except TypeError:
            return sorted(value, key=repr, reverse=descending)

    def pop_any(value: Any) -> Any:
        if type(value) is not set or not value:
            return value.pop()
        chosen = order(value)[0]
        value.remove(chosen)
        return chosen

    return {"__ordered__": order, "__pop_any__": pop_any}
