"""What a family file hands over: a Draft, and the two small tools for writing one.

A family is a module of `generation.programs.families` with

    TOPIC = "intervals"                        # one of the topics listed in CONTRIBUTING.md
    SPACE = {"touching": ("join", "keep"), "idiom": ("loop", "reduce")}   # semantic choices
    def draw(choice: dict[str, str], rng: Random) -> Draft: ...

`draw` is pure: the same choice and the same rng state give the same Draft. The choice settles
what the program does and how it is written; the rng settles domain, names and wording only.
"""

import io
import tokenize
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from generation.programs.program import Spec


@dataclass(frozen=True)
class Draft:
    """A family's work: every field as in `Program`, with the commented source only."""

    entry_point: str
    spec: Spec
    commented: str
    oracle: Callable[..., Any]
    draw_input: Callable[[Random], tuple]
    edge_inputs: tuple[tuple, ...]
    domain: str
    idiom: str
    complexity: str = ""
    complexity_terms: str = ""
    kind: Literal["function", "class"] = "function"
    depth: int = 1


def fill(template: str, **names: str) -> str:
    """Return the template with each `$name` replaced; a block's `$name` alone on a line keeps its indentation.

    A value of several lines is indented to where `$name` stands; an empty value takes its whole
    line away. Raises KeyError for a `$name` that is not given. (`string.Template` does neither.)
    """
    out = []
    for line in template.strip("\n").split("\n"):
        stripped = line.strip()
        if stripped.startswith("$") and stripped[1:].isidentifier():
            value = names[stripped[1:]]
            indent = line[: len(line) - len(line.lstrip())]
            out += [indent + part if part else part for part in value.strip("\n").split("\n")] if value else []
            continue
        out.append(_fill_line(line, names))
    return "\n".join(out) + "\n"


def _fill_line(line: str, names: dict[str, str]) -> str:
    parts = line.split("$")
    done = parts[0]
    for part in parts[1:]:
        size = next((i for i, c in enumerate(part) if not (c.isalnum() or c == "_")), len(part))
        done += names[part[:size]] + part[size:]
    return done


def strip_comments(source: str) -> str:
    """Return the source without `#` comments; lines that held nothing else go away entirely."""
    lines = source.split("\n")
    for token in reversed(list(tokenize.generate_tokens(io.StringIO(source).readline))):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            kept = lines[row - 1][:column].rstrip()
            if kept:
                lines[row - 1] = kept
            else:
                del lines[row - 1]
    return "\n".join(lines)
