"""Tell plain literal text from anything else, in linear time and without recursion.

In: text from a job. Out: whether it is canonical text of `generation.values.encode`. The scan comes
before the parser, so that no nesting or operator chain made inside can exhaust the host's stack.
"""

import re

from generation import values

TOKEN = re.compile(
    r"""(?P<text>b?'(?:[^'\\\n]|\\.)*'|b?"(?:[^"\\\n]|\\.)*")"""
    r"""|(?P<number>(?:\d[\d.]*(?:e[+-]?\d+)?|inf|nan)j?)"""
    r"""|(?P<name>None|True|False|set|frozenset)"""
    r"""|(?P<open>[\[({])|(?P<close>[\])}])|(?P<sign>[-+])|(?P<mark>, |,|: )"""
)
MAX_DEPTH = 3 * values.MAX_DEPTH  # a set opens three brackets


def is_plain_literal(text: str) -> bool:
    """Tell whether `text` is exactly what `values.encode` gives for some value."""
    position, depth, sign_before = 0, 0, False
    while position < len(text):
        token = TOKEN.match(text, position)
        if token is None:
            return False
        sign = token.lastgroup == "sign"
        if sign and sign_before:
            return False
        sign_before = sign
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        if not 0 <= depth <= MAX_DEPTH:
            return False
        position = token.end()
    try:
        canonical = values.encode(values.decode(text))
        return canonical == text or "j" in text  # the sign of a complex zero does not survive reading
    except (ValueError, TypeError, RecursionError, MemoryError, values.ForeignValue):
        return False
