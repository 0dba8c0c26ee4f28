"""How hard a program is, as a number computed from its code and spec.

In: a Program. Out: a float >= 0. It measures size and shape, not how people fare with it.
"""

import ast

from generation.programs.program import Program

_BRANCHES = (ast.If, ast.IfExp, ast.For, ast.While, ast.ExceptHandler, ast.comprehension, ast.match_case)
_NESTING = (ast.For, ast.While, ast.If, ast.Try, ast.With, ast.FunctionDef, ast.comprehension)


def count_branches(tree: ast.AST) -> int:
    """Return the cyclomatic complexity of all code under the tree, counted once.

    # Source: McCabe 1976: decisions + 1; each extra operand of and/or is a decision.
    """
    decisions = 0
    for node in ast.walk(tree):
        if isinstance(node, _BRANCHES):
            decisions += 1
        elif isinstance(node, ast.BoolOp):
            decisions += len(node.values) - 1
    return decisions + 1


def measure_nesting(node: ast.AST) -> int:
    """Return the deepest nesting of loops, branches and inner functions."""
    own = isinstance(node, _NESTING)
    return own + max((measure_nesting(child) for child in ast.iter_child_nodes(node)), default=0)


def measure_difficulty(program: Program) -> float:
    """Return 0.5 per decision + 0.01 per tree node + 0.75 per level + 0.5 per composed step + 0.25 per rule or error.

    The weights put a two-line filter near 2 and a page of dynamic programming near 15. # Source: chosen by
    reading 50 programs sorted by it.
    """
    tree = ast.parse(program.source)
    nodes = sum(1 for _ in ast.walk(tree))
    rules = len(program.spec.rules) + len(program.spec.raises)
    rules += sum(1 + len(method.raises) for method in program.spec.methods)
    value = (
        0.5 * (count_branches(tree) - 1)
        + 0.01 * nodes
        + 0.75 * measure_nesting(tree)
        + 0.5 * program.depth
        + 0.25 * rules
    )
    return round(value, 2)
