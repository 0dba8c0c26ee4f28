"""How benchmark tasks are recognised: word runs of their statements, and function bodies without names.

In: texts and Python source. Out: numbers to look up. Used alike by the check and by the script that builds
its index. It knows no benchmark and no row.
"""

import ast
import builtins
import textwrap
from collections.abc import Sequence

import numpy as np
import xxhash

from generation.dedup.tokens import Ragged, hash_tokens, hash_word, mix, offsets_of

RUN_WORDS = 6  # words in a run; shorter statements are one run of their own length
MIN_RUN_WORDS = 4
MIN_BODY_TOKENS = 10  # a shorter body (`return sum(v0)`) is an idiom that any program may contain
_SIGNS = "( ) [ ] { } , : . ; \" ' ` \\ + - * / % < > = ! & | ^ ~ @ # $ ? <= >= == != -> ** // += -= *= << >>".split()
_BUILTINS = frozenset(dir(builtins))


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


class _NamesAway(ast.NodeTransformer):
    """Names by order of appearance; annotations, docstrings and keywords away; literals, builtins, attributes stay."""

    def __init__(self, bound: set[str]) -> None:
        self.names: dict[str, str] = {}
        self.kept = _BUILTINS - bound  # `sum` is the builtin only where nothing else is called so

    def rename(self, name: str) -> str:
        """Return the name's stand-in."""
        return name if name in self.kept else self.names.setdefault(name, f"v{len(self.names)}")

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.rename(node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(self.rename(node.arg))

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        return ast.keyword("k" if node.arg else None, self.visit(node.value))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.Constant:
        return ast.Constant("f-string")

    def visit_alias(self, node: ast.alias) -> ast.alias:
        return ast.alias(node.name, self.rename(node.asname) if node.asname else None)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        node.name = self.rename(node.name) if node.name else None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        if node.value is None:
            return ast.Pass()
        return ast.Assign([self.visit(node.target)], self.visit(node.value))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.name, node.returns = self.rename(node.name), None
        node.body = without_docstring(node.body)
        return self.generic_visit(node)


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
        bound = find_bound(tree)
        # A fresh tree for each: taking the names out changes it, and functions nest.
        found = {_hash_body(_find_bodies(ast.parse(code))[i], bound) for i in range(len(_find_bodies(tree)))}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return found - {0}


def _find_bodies(tree: ast.Module) -> list[list[ast.stmt]]:
    found = [node.body for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [tree.body, *found] if any(isinstance(node, ast.Return) for node in tree.body) else found


def find_bound(tree: ast.AST) -> set[str]:
    """Return the names that the code itself gives a meaning."""
    bound = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
    return bound


def _hash_body(body: list[ast.stmt], bound: set[str]) -> int:
    """Return the hash of statements with their names taken out; 0 for fewer than MIN_BODY_TOKENS tokens."""
    module = ast.Module(without_docstring(body), [])
    text = ast.unparse(ast.fix_missing_locations(_NamesAway(bound).visit(module)))
    if len(hash_tokens([text]).values) < MIN_BODY_TOKENS:
        return 0
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"))
