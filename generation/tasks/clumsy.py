"""Working code made clumsy, one step at a time: what a refactoring task starts from.

In: a reference's source and a seeded Random. Out: clumsier source and, for each step, a sentence
on what undoing it does. A step rewrites statements of the reference only, never what an earlier
step made, so that each sentence stays true of the whole. Whether the behaviour is kept is not
decided here: the caller runs both and throws away what differs.
"""

import ast
import builtins
from collections.abc import Callable, Iterator
from random import Random

from generation.programs.layout import lay_out
from generation.tasks.clumsy_blocks import BLOCK_STEPS
from generation.tasks.clumsy_expressions import EXPRESSION_STEPS
from generation.tasks.clumsy_parts import Fresh, Rewrite, is_made, mark_made
from generation.tasks.trees import read_tree, walk, walk_statements
from generation.tasks.unparsing import cut_out, unparse
from generation.tasks.wrapping import wrap_line

MAX_COLUMNS = 100

Step = Callable[[list[ast.stmt], int, Fresh, Random], Rewrite | None]
Place = tuple[list[ast.stmt], bool, int]  # a block, whether it is an `else`, the index of a statement in it
STEPS: tuple[Step, ...] = (*BLOCK_STEPS, *EXPRESSION_STEPS)


def make_clumsy(source: str, rng: Random, wanted: int) -> tuple[str, list[str]] | None:
    """Return the source after up to `wanted` steps and a sentence a step, None where no step fits."""
    tree = ast.parse(source)
    strings = _literals(source, tree)
    fresh = Fresh({n.id for n in walk(tree) if isinstance(n, ast.Name)} | set(dir(builtins)) | _arguments(tree))
    notes: list[str] = []
    steps = list(STEPS)
    rng.shuffle(steps)
    places = _find_places(tree)
    for step in steps:
        if len(notes) == wanted:
            break
        note = _apply(step, places, fresh, rng)
        if note:
            places = _find_places(tree)
            notes += [note] * (note not in notes)
    if not notes:
        return None
    text = _format(tree, strings)
    return (text, notes) if all(len(line) <= MAX_COLUMNS for line in text.split("\n")) else None


def _arguments(tree: ast.AST) -> set[str]:
    return {n.arg for n in walk(tree) if isinstance(n, ast.arg)} | {
        n.name for n in walk_statements(tree) if hasattr(n, "name") and isinstance(n, ast.stmt)
    }


def _blocks(tree: ast.AST) -> Iterator[tuple[list[ast.stmt], bool]]:
    """Yield each block, and whether it is an `else` (which a lone `if` would turn into an `elif`)."""
    for node in walk_statements(tree):
        if isinstance(node, ast.FunctionDef | ast.If | ast.For | ast.While) and not is_made(node):
            yield node.body, False
            if getattr(node, "orelse", None):
                yield node.orelse, isinstance(node, ast.If)


def _find_places(tree: ast.Module) -> list[Place]:
    """Return every statement that no step has made, by its block and its index there."""
    return [(b, is_else, i) for b, is_else in _blocks(tree) for i in range(len(b)) if not is_made(b[i])]


def _apply(step: Step, places: list[Place], fresh: Fresh, rng: Random) -> str:
    """Apply one step at one of the places that suits it, in place; return its sentence or ""."""
    places = places.copy()
    rng.shuffle(places)
    for block, is_else, i in places:
        if is_else and len(block) <= 2:
            continue
        rewrite = step(block, i, fresh, rng)
        if rewrite is not None:
            old = {id(node) for statement in block for node in walk(statement)}
            for statement in rewrite.statements:
                mark_made(statement, old)
            block[i : i + rewrite.count] = rewrite.statements
            return rewrite.note
    return ""


def _format(tree: ast.Module, strings: dict[str, str]) -> str:
    """Return the tree as text: the author's own string literals, a formatter's empty lines, no needless brackets."""
    for node in walk_statements(tree):
        node.lineno = getattr(node, "lineno", 1)  # `ast.unparse` asks statements for it, and steps make some without
    plain = unparse(tree).split("\n")
    lines: list[str] = []
    for line in plain:
        written = _open_tuple(_requote(line, strings))
        lines += [written] if written.lstrip().startswith("def ") else wrap_line(written)
    return lay_out("\n".join(_separate_functions(lines)))


def _requote(line: str, strings: dict[str, str]) -> str:
    """Return the line with double quotes; as it was where an f-string or a backslash makes that unsafe."""
    if "f'" in line or 'f"' in line:
        return line
    for plain, literal in strings.items():
        line = line.replace(plain, literal)
    return line.replace("'", '"') if "'" in line and '"' not in line and "\\" not in line else line


def _literals(source: str, tree: ast.Module) -> dict[str, str]:
    """Return how the author wrote each string, by how `ast.unparse` writes it."""
    found = {}
    lines = source.split("\n")
    nodes = walk(tree)
    inside = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in walk(node)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            written, plain = cut_out(lines, node), ast.unparse(node)
            if written and "\n" not in written and plain != written and node.value:
                found[plain] = written
    return found


def _open_tuple(line: str) -> str:
    """Return `a, b = c, d` for `a, b = (c, d)`."""
    head, sign, value = line.partition(" = (")
    if not sign or not value.endswith(")"):
        return line
    try:
        node = ast.parse("(" + value, mode="eval").body
    except SyntaxError:
        return line
    is_tuple = isinstance(node, ast.Tuple) and len(node.elts) > 1 and node.end_col_offset == len(value) + 1
    opens = is_tuple and not any(isinstance(item, ast.Starred | ast.NamedExpr) for item in node.elts)
    return f"{head} = {value[:-1]}" if opens else line


def _separate_functions(lines: list[str]) -> list[str]:
    """Put an empty line after each nested function."""
    if not any(line.startswith(" ") and line.lstrip().startswith("def ") for line in lines):
        return lines
    tree = read_tree("\n".join(lines))
    ends = {n.end_lineno for n in walk_statements(tree) if isinstance(n, ast.FunctionDef) and n.col_offset}
    out = []
    for number, line in enumerate(lines, start=1):
        out.append(line)
        if number in ends and number < len(lines) and lines[number].strip():
            out.append("")
    return out
