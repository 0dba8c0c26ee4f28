"""Code quoted in a sentence.

In: a tree of our own code. Out: its source in backticks, as short as a sentence bears it.
"""

import ast

from generation.tasks.unparsing import unparse

MAX_SHOWN_CHARS = 64  # of an expression quoted in a sentence


def show(node: ast.AST) -> str:
    """Return the node's code in backticks, "" where it is too long to quote."""
    text = unparse(node)
    text = text if "\\" in text or '"' in text else text.replace("'", '"')
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store):
        text = text[1:-1]
    return f"`{text}`" if len(text) <= MAX_SHOWN_CHARS and "`" not in text and "\n" not in text else ""
