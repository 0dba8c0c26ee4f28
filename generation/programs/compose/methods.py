"""A class in code: the heads of its methods follow from the spec, the bodies are given.

In: the spec's methods and a body each. Out: commented source text.
"""

from generation.programs.compose.layout import shift, source
from generation.programs.program import Method


def render_class(name: str, methods: tuple[Method, ...], bodies: list[list[str]], private: list[str]) -> str:
    """Return the class: one body for each method in turn, and at the end the lines of a private method, if any."""
    blocks = [[_head(method), *shift(body)] for method, body in zip(methods, bodies, strict=True)]
    blocks += [private] if private else []
    lines = [line for block in blocks for line in ("", *block)]
    return source([f"class {name}:"], shift(lines[1:]))


def _head(method: Method) -> str:
    params = ["self", *(f"{x.name}: {x.annotation}" for x in method.params)]
    return f"def {method.name}({', '.join(params)}) -> {method.annotation}:"
