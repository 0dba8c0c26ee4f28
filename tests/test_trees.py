"""Trees of source text: the fast walks see what `ast.walk` sees, in its order."""

import ast

import pytest

from generation.programs import draw_program
from generation.programs.program import Refused
from generation.tasks.trees import copy_tree, read_tree, walk, walk_statements

EVERY_BLOCK = """
class Box:
    def get(self, key):
        for k in self.keys:
            while k:
                k -= 1
            else:
                break
        else:
            pass
        try:
            with open(key) as (a, b), c:
                x = [lambda y: (y if y else {z: -z for z in y}) for _ in a]
        except (KeyError, OSError) as error:
            raise ValueError(f"{error!r:>{x}}") from None
        else:
            x[1:2], *rest = yield
        finally:
            del x
        match key:
            case {"a": [1, *others]} if others:
                return 1
            case _:
                async def inner(): await key
"""


def sources():
    """Every kind of block, and two hundred programs as they are drawn."""
    yield EVERY_BLOCK
    for number in range(200):
        try:
            program = draw_program(41, number)
        except Refused:
            continue
        yield program.commented


def test_walks_keep_the_order_of_ast_walk():
    seen = 0
    for source in sources():
        tree = ast.parse(source)
        plain = list(ast.walk(tree))
        assert walk(tree) == [n for n in plain if not isinstance(n, ast.expr_context)]
        blocks = (ast.Module, ast.stmt, ast.ExceptHandler, ast.match_case)
        assert walk_statements(tree) == [n for n in plain if isinstance(n, blocks)]
        seen += len(plain)
    assert seen > 10_000


def test_a_copied_tree_is_equal_and_apart():
    """Places and marks are copied with it, and nothing but load and store marks is shared."""
    for source in (EVERY_BLOCK, "def f(x):\n    return x + 1\n"):
        tree = ast.parse(source)
        tree.body[0].made = True
        copy = copy_tree(tree)
        assert ast.dump(copy, include_attributes=True) == ast.dump(tree, include_attributes=True)
        assert copy.body[0].made and not hasattr(copy, "made")
        assert not {id(node) for node in walk(tree)} & {id(node) for node in walk(copy)}


def test_a_source_is_read_once():
    assert read_tree("a = 1\n") is read_tree("a = 1\n")
    with pytest.raises(SyntaxError):
        read_tree("a = = 1\n")
