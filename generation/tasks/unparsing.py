"""Code back from a tree, without the doubled brackets that `ast.unparse` puts around a lone generator.

In: a tree. Out: its text, otherwise as `ast.unparse` writes it.
"""

import ast


def unparse(node: ast.AST) -> str:
    """Return the node's code: `any(x for x in y)`, not `any((x for x in y))`."""
    text = ast.unparse(node)
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and len(part.args) == 1 and not part.keywords:
            inside = part.args[0]
            if isinstance(inside, ast.GeneratorExp):
                written = ast.unparse(inside)
                text = text.replace(f"({written})", written)
    return text
