"""Plant realistic defects in a reference, one changed or missing line each, and say what was done.

In: the reference's formatted source. Out: `Edit`s, the text otherwise untouched. Whether a defect
shows on some input is generation.programs.killing's business.
"""

import ast
from collections.abc import Iterator
from random import Random
from typing import NamedTuple


class Edit(NamedTuple):
    """One planted defect.

    source: the whole mutant. line: 1-based line of the change in it. before, after: the changed
    code without indentation; after "" where lines are missing, and before then holds all of them.
    cause: one true sentence.
    """

    operator: str
    source: str
    line: int
    before: str
    after: str
    cause: str


def plan_mutants(source: str, rng: Random, most: int) -> list[Edit]:
    """Return up to `most` different mutants of the source; operators take turns."""
    lines = source.split("\n")
    swaps = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">"}
    edits = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and type(node.ops[0]) in swaps and node.lineno == node.end_lineno:
            line = lines[node.lineno - 1]
            a, b = node.left.end_col_offset, node.comparators[0].col_offset
            new = line[:a] + f" {swaps[type(node.ops[0])]} " + line[b:]
            edits.append(Edit("comparison", "\n".join([*lines[: node.lineno - 1], new, *lines[node.lineno :]]), node.lineno, line.strip(), new.strip(), f"`{new.strip()}` should be `{line.strip()}`."))
    rng.shuffle(edits)
    return edits[:most]
