"""Signatures, calls, values and outcomes as a person writes them.

In: a spec, or encoded inputs and outcomes. Out: source text. Nothing is run.
"""

import builtins
import keyword
import re

from generation.programs.program import Method, Param, Spec
from generation.programs.rerunning import read_value
from generation.values import Outcome, decode, encode

WIDTH = 88  # columns of code


def _params(params: tuple[Param, ...], of_method: bool = False) -> str:
    shown = [f"{p.name}: {p.annotation}" if p.annotation else p.name for p in params]
    return ", ".join((["self"] if of_method else []) + shown)


def method_signature(method: Method) -> str:
    """Return `def name(self, a: int) -> int` of one method."""
    arrow = f" -> {method.annotation}" if method.annotation else ""
    return f"def {method.name}({_params(method.params, of_method=True)}){arrow}"


def signature_of(spec: Spec, entry_point: str) -> str:
    """Return `def f(a: int) -> int` for a function, `class C` with one method a line for a class."""
    if spec.methods:
        return "\n".join([f"class {entry_point}:"] + [f"    {method_signature(m)}: ..." for m in spec.methods])
    return f"def {entry_point}({_params(spec.params)}) -> {spec.return_annotation}"


def signature_lines(spec: Spec, entry_point: str) -> str:
    """Return a function's signature with its colon, broken over lines where it is wider than WIDTH."""
    line = signature_of(spec, entry_point) + ":"
    if len(line) <= WIDTH:
        return line
    inside = _params(spec.params)
    if len(inside) + 4 > WIDTH:
        inside = ",\n    ".join(f"{p.name}: {p.annotation}" for p in spec.params) + ","
    return f"def {entry_point}(\n    {inside}\n) -> {spec.return_annotation}:"


def _arguments(args: tuple) -> str:
    return ", ".join(_literal(a) for a in args)


def _literal(value: object) -> str:
    """Return the value as a person writes it: sets in braces, else `encode`."""
    if type(value) is set and value:
        return "{" + ", ".join(sorted(map(_literal, value))) + "}"
    if type(value) is list:
        return "[" + ", ".join(map(_literal, value)) + "]"
    if type(value) is tuple:
        return "(" + ", ".join(map(_literal, value)) + ("," if len(value) == 1 else "") + ")"
    if type(value) is dict:
        return "{" + ", ".join(f"{_literal(k)}: {_literal(v)}" for k, v in value.items()) + "}"
    text = encode(value)
    return "set()" if text == "set([])" else text


def show_call(entry_point: str, input_text: str, kind: str = "function", name: str = "") -> str:
    """Return the call of one input (text by `encode`) as source.

    A function gives one expression. A class gives one line an operation: the construction,
    assigned to `name` (by default the class's own name in small letters), then each method call.
    """
    value = read_value(input_text)
    if kind == "function":
        return f"{entry_point}({_arguments(value)})"
    name = name or instance_name(entry_point)
    init, operations = value
    lines = [f"{name} = {entry_point}({_arguments(init)})"]
    return "\n".join(lines + [f"{name}.{method}({_arguments(args)})" for method, args in operations])


def instance_name(entry_point: str) -> str:
    """Return the variable a person would give an object of the class: its last word in small letters.

    Where that is a word of Python's own (`list`), it is all words of the class.
    """
    words = re.findall(r"[A-Z][a-z0-9]*|[a-z0-9]+", entry_point)
    for name in (words[-1].lower() if words else "item", "_".join(words).lower()):
        if not (hasattr(builtins, name) or keyword.iskeyword(name) or name == entry_point):
            return name
    return f"my_{name}"


def show_value(text: str) -> str:
    """Return an encoded value as a person writes it (sets in braces)."""
    return _literal(decode(text)) if "set(" in text else text


def show_outcome(outcome: Outcome) -> str:
    """Return what a call came to, as code: the value, or the bare name of the exception."""
    return outcome.raised if outcome.raised is not None else show_value(outcome.value or "None")
