"""Code back from a tree, without the doubled brackets that `ast.unparse` puts around a lone generator.

In: a tree. Out: its text, otherwise as `ast.unparse` writes it; or the text that a node has in a
source of ours.
"""

import ast

from generation.tasks.trees import walk


def unparse(node: ast.AST) -> str:
    """Return the node's code: `any(x for x in y)`, not `any((x for x in y))`."""
    text = ast.unparse(node)
    if "((" not in text:
        return text
    for part in walk(node):
        if isinstance(part, ast.Call) and len(part.args) == 1 and not part.keywords:
            inside = part.args[0]
            if isinstance(inside, ast.GeneratorExp):
                written = ast.unparse(inside)
                text = text.replace(f"({written})", written)
    return text


def cut_out(lines: list[str], node: ast.AST) -> str:
    """Return the node's text in a source of these lines, "" for a node without a place in it.

    What `ast.get_source_segment` does, which splits the whole source again for every node.
    """
    if getattr(node, "end_lineno", None) is None:
        return ""
    inside = lines[node.lineno - 1 : node.end_lineno]
    if not all(map(str.isascii, inside)):  # columns count bytes
        inside = [line.encode().decode("latin-1") for line in inside]
    inside[-1] = inside[-1][: node.end_col_offset]
    inside[0] = inside[0][node.col_offset :]
    text = "\n".join(inside)
    return text if text.isascii() else text.encode("latin-1").decode()
