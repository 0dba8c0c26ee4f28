"""Plant realistic defects in a reference, one changed or missing line each, and say what was done.

In: the reference's formatted source. Out: `Edit`s; the rest of the text stays as it was. Which
defects there are is said in defects_in_expressions.py and defects_in_statements.py; whether one
shows on some input is generation.programs.killing's business.
"""

import ast
from collections.abc import Iterator
from random import Random

from generation.programs.causes import say_cause
from generation.programs.defects_in_expressions import find_expression_changes
from generation.programs.defects_in_statements import find_statement_changes
from generation.programs.program import Edit
from generation.programs.source_text import Change, SourceText

_EXPRESSIONS, _STATEMENTS = (ast.expr, ast.comprehension), (ast.stmt, ast.comprehension)
_LEFT_ALONE = frozenset((ast.Name, ast.Attribute))  # the most frequent nodes, and nothing to change at them


def plan_mutants(code: SourceText, rng: Random, most: int) -> list[Edit]:
    """Return up to `most` mutants of the source, all of different text; operators take turns.

    The same source and rng state give the same mutants.
    """
    by_operator: dict[str, list[Change]] = {}
    for change in _find_changes(code):
        by_operator.setdefault(change.operator, []).append(change)
    groups = list(by_operator.values())
    for group in groups:
        rng.shuffle(group)
    rng.shuffle(groups)
    edits: dict[str, Edit] = {}
    while groups and len(edits) < most:
        for group in groups:
            edit = _apply(code, group.pop(), rng)
            edits.setdefault(edit.source, edit)
        groups = [group for group in groups if group]
    return list(edits.values())[:most]


def _find_changes(code: SourceText) -> Iterator[Change]:
    for node in code.nodes:
        if type(node) in _LEFT_ALONE:
            continue
        if isinstance(node, _EXPRESSIONS):
            yield from find_expression_changes(node, code)
        if isinstance(node, _STATEMENTS):
            yield from find_statement_changes(node, code)


def _apply(code: SourceText, change: Change, rng: Random) -> Edit:
    lines = code.lines
    cause = say_cause(change, code, rng)
    if change.new is None:
        removed = lines[change.line - 1 : change.end_line]
        indent = len(removed[0]) - len(removed[0].lstrip())
        before, after = "\n".join(line[indent:] for line in removed), ""
        kept = [*lines[: change.line - 1], *lines[change.end_line :]]
    else:
        line = lines[change.line - 1]
        changed = line[: change.start] + change.new + line[change.end :]
        before, after = line.strip(), changed.strip()
        kept = [*lines[: change.line - 1], changed, *lines[change.line :]]
    return Edit(change.operator, "\n".join(kept), change.line, before, after, cause)
