"""How benchmark tasks are recognised: word runs of their statements, and function bodies without names.

In: texts and Python source. Out: numbers to look up. Used alike by the check and by the script that builds
its index. It knows no benchmark and no row.
"""

import ast
import builtins
import textwrap
from collections.abc import Iterable, Sequence

import numpy as np
import xxhash

from generation.dedup.tokens import Ragged, hash_tokens, hash_word, mix, offsets_of
from generation.tasks.trees import walk

RUN_WORDS = 6  # words in a run; shorter statements are one run of their own length
MIN_RUN_WORDS = 4
MIN_BODY_TOKENS = 10  # a shorter body (`return sum(v0)`) is an idiom that any program may contain
_SIGNS = "( ) [ ] { } , : . ; \" ' ` \\ + - * / % < > = ! & | ^ ~ @ # $ ? <= >= == != -> ** // += -= *= << >>".split()
_BUILTINS = frozenset(dir(builtins))
_UNSEEN_FIELDS = frozenset(["ctx", "kind", "type_comment", "type_params"])
_SURELY_LONG_WORDS = 80  # of a shape; fewer may yet be fewer than MIN_BODY_TOKENS tokens of code


def hash_words(texts: Sequence[str]) -> Ragged:
    """Return the hashes of each text's words, signs left out, lower-cased."""
    tokens = hash_tokens(texts)
    signs = np.array([hash_word(sign) for sign in _SIGNS], dtype=np.uint64)
    kept = ~np.isin(tokens.values, signs)
    lengths = np.bincount(tokens.row_of_value()[kept], minlength=len(texts))
    return Ragged(tokens.values[kept], offsets_of(lengths))


def hash_runs(words: Ragged, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the 64-bit hashes of all runs of `size` words, and the row of each."""
    counts = np.maximum(words.lengths() - size + 1, 0)
    row = np.repeat(np.arange(len(counts)), counts)
    start = np.arange(len(row)) + np.repeat(words.offsets[:-1] - offsets_of(counts)[:-1], counts)
    hashes = np.full(len(row), size, dtype=np.uint64)
    for k in range(size):
        hashes = mix(hashes * np.uint64(31) + words.values[start + k])
    return hashes, row


class _Shape:
    """The form of statements as words: kinds of nodes and literals; names by order of appearance.

    Annotations, docstrings and names of keyword arguments are left out; builtins and attributes stay.
    """

    def __init__(self, bound: set[str]) -> None:
        self.words: list[str] = []
        self._names: dict[str, str] = {}
        self._kept = _BUILTINS - bound  # `sum` is the builtin only where nothing else is called so

    def add(self, value: object) -> None:
        """Add a node, a list of nodes, or a field's plain value."""
        if isinstance(value, ast.AST):
            self._add_node(value)
        elif isinstance(value, list):
            self.words.append("[")
            for one in value:
                self.add(one)
            self.words.append("]")
        else:
            self.words.append(repr(value))

    def _add_node(self, node: ast.AST) -> None:
        words = self.words
        match node:
            case ast.Name():
                words.append(self._rename(node.id))
            case ast.arg():
                words.append(self._rename(node.arg))
            case ast.keyword():
                words.append("keyword" if node.arg else "**")
                self.add(node.value)
            case ast.JoinedStr():
                words.append("f-string")
            case ast.AnnAssign(value=None):
                words.append("Pass")
            case ast.AnnAssign():
                words.append("Assign")
                self.add([node.target])
                self.add(node.value)
            case ast.alias():
                words += ["alias", node.name, self._rename(node.asname) if node.asname else ""]
            case ast.ExceptHandler():
                words += ["ExceptHandler", self._rename(node.name) if node.name else ""]
                self.add(node.type)
                self.add(node.body)
            case ast.FunctionDef():
                words += ["FunctionDef", self._rename(node.name)]
                self.add(node.args)
                self.add(without_docstring(node.body))
                self.add(node.decorator_list)
            case _:
                words.append(type(node).__name__)
                for name in node._fields:
                    if name not in _UNSEEN_FIELDS:
                        self.add(getattr(node, name, None))

    def _rename(self, name: str) -> str:
        return name if name in self._kept else self._names.setdefault(name, f"v{len(self._names)}")


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements without a leading string, `pass` where nothing else is there."""
    first = body[0] if body else None
    is_text = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return (body[1:] if is_text else body) or [ast.Pass()]


def hash_bodies(code: str) -> set[int]:
    """Return the hashes of every function body of the code, and of the code itself where it is a bare body.

    Bodies of fewer than MIN_BODY_TOKENS tokens have none; nor has code that does not parse.
    """
    code = textwrap.dedent(code)
    try:
        tree = ast.parse(code)
        nodes = walk(tree)
        bound = find_bound(nodes)
        found = {_hash_body(body, bound) for body in _find_bodies(tree, nodes)}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return found - {0}


def _find_bodies(tree: ast.Module, nodes: list[ast.AST]) -> list[list[ast.stmt]]:
    found = [node.body for node in nodes if isinstance(node, ast.FunctionDef)]
    return [tree.body, *found] if any(isinstance(node, ast.Return) for node in tree.body) else found


def find_bound(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names that the code of these nodes itself gives a meaning."""
    bound = set()
    for node in nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
    return bound


def _hash_body(body: list[ast.stmt], bound: set[str]) -> int:
    """Return the hash of the form of statements; 0 for fewer than MIN_BODY_TOKENS tokens."""
    statements = without_docstring(body)
    shape = _Shape(bound)
    shape.add(statements)
    if len(shape.words) < _SURELY_LONG_WORDS:
        text = ast.unparse(ast.Module(statements, []))
        if len(hash_tokens([text]).values) < MIN_BODY_TOKENS:
            return 0
    return xxhash.xxh3_64_intdigest("\0".join(shape.words).encode("utf-8", "surrogatepass"))
