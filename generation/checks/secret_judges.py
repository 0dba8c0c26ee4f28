"""What a shape is, and how the value that it holds is judged.

In: a value where a secret would stand. Out: whether it is one. Shapes are listed in secret_shapes
(formats) and secret_commands (command lines, calls, devices' settings).
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from generation.checks.secret_made import is_made_up
from generation.checks.secret_values import is_password, is_placeholder, is_token


class Shape(NamedTuple):
    """literals: where the pattern is tried. judge: how group `value` is judged, None for not at all."""

    rule: str
    literals: tuple[str, ...]
    pattern: re.Pattern[str]
    judge: Callable[[str], bool] | None


def judge_chosen(value: str) -> bool:
    """Return whether somebody chose a value as a password in a place for nothing else; a plain word counts too."""
    return is_made_up(value) or is_password(value, True, True)


def judge_url(value: str) -> bool:
    """Return whether the part of a URL before @ is a password, not a stand-in or a port."""
    return not is_placeholder(value) and not value.isdigit() and not value.startswith("/")


def judge_password(value: str) -> bool:
    """Return whether a value in a place that may hold a path or an option too is a password."""
    return is_made_up(value) or (is_password(value, True) and not value.startswith(("-", "$", "<", "{")))


def judge_mixed(value: str) -> bool:
    """Return whether a value in a place where words stand too is a password: it has letters and digits."""
    value = value.rstrip(".,;:)")
    varied = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return varied and is_password(value, True) and not value.lower().startswith(("http", "utf", "/"))


def judge_token(value: str) -> bool:
    """Return whether a value looks random."""
    return is_token(value, True, 5)


def judge_key(value: str) -> bool:
    """Return whether a value looks random, or made up by a person."""
    return is_made_up(value) or judge_token(value)


def make_shape(rule: str, literals: str, pattern: str, judge: Callable[[str], bool] | None = None) -> Shape:
    """Return a shape; literals are parted by ¦."""
    return Shape(rule, tuple(literals.split("¦")), re.compile(pattern), judge)
