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


def measure_nesting(tree: ast.AST) -> int:
    """Return the deepest nesting of loops, branches and inner functions."""
    deepest = 0
    waiting = [(tree, 0)]
    while waiting:
        node, level = waiting.pop()
        if isinstance(node, _NESTING):
            level += 1
            deepest = max(deepest, level)
        waiting += [(child, level) for child in ast.iter_child_nodes(node)]
    return deepest


def measure_difficulty(program: Program) -> float:
    """Return 0.5 a decision + 0.01 a tree node + 0.75 a level + 0.5 a composed step + 0.25 a rule or error.

    The weights are ours; they put a two-line filter near 3 and a page of dynamic programming near 12.
    """
    tree = ast.parse(program.source)
    nodes = sum(1 for _ in ast.walk(tree))
    rules = len(program.spec.rules) + len(program.spec.raises)
    rules += sum(1 + len(method.raises) for method in program.spec.methods)
    shape = 0.5 * (count_branches(tree) - 1) + 0.01 * nodes + 0.75 * measure_nesting(tree)
    return round(shape + 0.5 * program.depth + 0.25 * rules, 2)
