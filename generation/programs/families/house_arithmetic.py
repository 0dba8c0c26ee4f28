"""Evaluate sums and products by house rules. Choices: what binds tighter, brackets, the empty text."""

import re
from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "parsing"
SPACE = {
    "binding": ("usual", "left_to_right", "sums_first"),
    "brackets": ("round", "none"),
    "empty": ("zero", "raise"),
    "idiom": ("descent", "stacks"),
}

# (domain, entry, the text's name, what the text is, who needs it)
DOMAINS = (
    ("board game", "score_of_card", "formula", "the formula on the card", "The cards of a board game carry little formulas that are worth points."),
    ("old calculator", "calculator_reading", "keys", "the keys as they were pressed", "A museum shows what a desk calculator of long ago would have displayed."),
    ("carpentry", "length_of_note", "note", "the note on the plank", "A carpenter jots sums and products of lengths on the wood."),
    ("knitting", "stitches_of_row", "row", "the row as the pattern gives it", "A knitting pattern writes the stitches of a row as a small sum."),
)  # fmt: skip

DESCENT = """
import re
from operator import add, mul, sub
def $entry($text: str) -> int:
    apply = {"+": add, "-": sub, "*": mul}
    tokens = re.findall(r"\\d+|\\S", $text)[::-1]
    $empty

    def operand() -> int:
        token = tokens.pop() if tokens else ""
        $bracket
        if not token.isdecimal():
            raise ValueError(f"expected a number, found {token!r}")
        return int(token)

    $chains

    result = $top()
    if tokens:
        raise ValueError(f"unexpected {tokens[-1]!r}")
    return result
"""
CHAIN = """
def $name() -> int:
    value = $inner()
    while tokens and tokens[-1] $operators:
        operator = apply[tokens.pop()]
        value = operator(value, $inner())
    return value
"""
STACKS = """
import re
from operator import add, mul, sub
def $entry($text: str) -> int:
    $no_tokens
    apply = {"+": add, "-": sub, "*": mul}
    strength = $strength
    values: list[int] = []
    waiting: list[str] = []

    def settle(least: int) -> None:
        # Apply what waits on top and binds at least this strongly.
        while waiting and strength[waiting[-1]] >= least:
            right = values.pop()
            values.append(apply[waiting.pop()](values.pop(), right))

    number_next = True
    for token in re.findall(r"\\d+|\\S", $text):
        if number_next and token.isdecimal():
            values.append(int(token))
            number_next = False
        $open
        elif not number_next and token in apply:
            settle(strength[token])
            waiting.append(token)
            number_next = True
        $close
        else:
            raise ValueError(f"unexpected {token!r}")
    if number_next:
        raise ValueError("$incomplete")
    settle(1)
    $unclosed
    return values[0]
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, entry, text, meaning, context = rng.choice(DOMAINS)
    binding, brackets, zero = choice["binding"], choice["brackets"] == "round", choice["empty"] == "zero"
    levels = {"usual": ("+-", "*"), "left_to_right": ("+-*",), "sums_first": ("*", "+-")}[binding]
    title = {"+-": "total", "*": "product", "+-*": "chain"}
    if choice["idiom"] == "descent":
        names = [title[level] for level in levels] + ["operand"]
        chains = [
            fill(CHAIN, name=name, inner=inner, operators=f'in "{ops}"' if len(ops) > 1 else f'== "{ops}"')
            for name, inner, ops in zip(names, names[1:], levels, strict=False)
        ]
        commented = fill(
            DESCENT,
            entry=entry,
            text=text,
            empty="if not tokens:\n    return 0" if zero else "",
            bracket=f'if token == "(":\n    # Inside of brackets everything starts over.\n    value = {names[0]}()\n    if not tokens or tokens.pop() != ")":\n        raise ValueError("a bracket is not closed")\n    return value'
            if brackets
            else "",
            chains="\n".join(chains),
            top=names[0],
        )  # fmt: skip
        if not brackets:
            commented = commented.replace("    def operand", "    # Tokens are reversed, so that pop takes the next one.\n    def operand")
    else:
        strong = {op: 1 + i for i, ops in enumerate(levels) for op in ops}
        table = ", ".join(f'"{op}": {strong[op]}' for op in "+-*")
        commented = fill(
            STACKS,
            entry=entry,
            text=text,
            strength="{" + table + (', "(": 0}' if brackets else "}"),
            open='elif number_next and token == "(":\n    waiting.append(token)' if brackets else "",
            close='elif not number_next and token == ")":\n    settle(1)\n    if not waiting:\n        raise ValueError("a bracket was never opened")\n    waiting.pop()'
            if brackets
            else "",
            no_tokens=f"if not {text}.strip():\n    return 0" if zero else "",
            unclosed='if waiting:\n    raise ValueError("a bracket is not closed")' if brackets else "",
            incomplete=f"the {text} is incomplete" if text != "keys" else "the keys are incomplete",
        )  # fmt: skip
    order = {
        "usual": "`*` binds tighter than `+` and `-`; equal ones are worked off from left to right.",
        "left_to_right": "All operators are worked off strictly from left to right; `*` has no precedence.",
        "sums_first": "`+` and `-` bind tighter than `*`; equal ones are worked off from left to right.",
    }[binding]
    rules = ["The text holds whole numbers without sign and the operators `+`, `-` and `*`" + (", with round brackets at will;" if brackets else ", and no brackets;") + " spaces between them do not matter.", order]
    if brackets:
        rules.append("What stands in brackets is worked out first.")
    if zero:
        rules.append("A text without anything but spaces gives 0.")
    spec = Spec(
        title=f"the value of {meaning}",
        summary=f"Return the value of {meaning}.",
        rules=tuple(rules),
        params=(Param(text, "str", meaning),),
        returns="the value, which may be negative",
        return_annotation="int",
        raises=(Raises("ValueError", "the text is not such an expression" + ("" if zero else ", as where it is empty")),),
        context=context,
    )  # fmt: skip

    def flat(items: list) -> int:
        if len(items) % 2 == 0 or any(isinstance(item, int) != (i % 2 == 0) for i, item in enumerate(items)):
            raise ValueError("malformed")
        for ops in reversed(levels):
            if not set(items[1::2]) <= set("+-*"):
                raise ValueError("operator")
            while any(op in ops for op in items[1::2]):
                at = next(i for i in range(1, len(items), 2) if items[i] in ops)
                a, op, b = items[at - 1 : at + 2]
                items = [*items[: at - 1], a + b if op == "+" else a - b if op == "-" else a * b, *items[at + 2 :]]
        return items[0]

    def oracle(source: str) -> int:
        """Replace innermost brackets by their value until none is left."""
        items = [int(t) if t.isdigit() else t for t in re.split(r"(\d+|[^\s\d])", source) if t.strip()]
        if not items and zero:
            return 0
        while brackets and ")" in items:
            end = items.index(")")
            start = max((i for i in range(end) if items[i] == "("), default=-1)
            if start < 0:
                raise ValueError("bracket")
            items = [*items[:start], flat(items[start + 1 : end]), *items[end + 1 :]]
        return flat(items)

    def expression(rng: Random, depth: int) -> str:
        parts = []
        for _ in range(rng.choice((1, 2, 3, 4))):
            inner = f"({expression(rng, depth - 1)})" if brackets and depth and rng.random() < 0.35 else str(rng.randrange(13))
            parts += [inner, rng.choice("+-*")]
        return rng.choice(("", " ")).join(parts[:-1])

    def draw_input(rng: Random) -> tuple:
        made = expression(rng, 2)
        if rng.random() < 0.15:
            at = rng.randrange(len(made) + 1)
            made = made[:at] + rng.choice("+*()x 7") + made[at + rng.choice((0, 1)) :]
        return (made,)

    edges = (("",), ("   ",), ("7",), ("2+3*4",), ("2*3+4*5",), ("9-2-3",), ("2-3*4-5",), ("(2+3)*4",), ("((1))",), ("4+",), ("*4",), ("2 3",), ("(2",), ("2)",), ("()",), ("-3",), ("2*(3-(4-1))*2",), ("1 2 +",), ("3 % 2",))  # fmt: skip
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
    )
