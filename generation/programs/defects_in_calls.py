"""Defects of calls: the wrong function, swapped, lost and mutated arguments, ranges off by one.

In: a call's node and its SourceText. Out: `Change`s with sentences that are true of every such change.
"""

import ast
from collections.abc import Iterator

from generation.programs.source_text import Change, SourceText

_SIBLINGS = {
    "min": "max", "max": "min", "any": "all", "all": "any", "bisect_left": "bisect_right", "bisect": "bisect_left",
    "bisect_right": "bisect_left", "insort": "insort_left", "popleft": "pop", "appendleft": "append", "find": "rfind",
    "rfind": "find", "index": "rindex", "startswith": "endswith", "endswith": "startswith", "lstrip": "rstrip",
    "rstrip": "lstrip", "isalnum": "isalpha", "isalpha": "isalnum", "isdigit": "isalnum", "ceil": "floor",
    "floor": "ceil", "lower": "upper", "upper": "lower", "union": "intersection", "intersection": "union",
    "partition": "rpartition", "rpartition": "partition", "issubset": "issuperset", "ljust": "rjust", "rjust": "ljust",
    "gcd": "lcm", "lcm": "gcd", "isupper": "islower", "islower": "isupper",
}  # fmt: skip
# What a function does, in words that are true wherever it is called.
_DOES = {
    "min": "takes the smallest", "max": "takes the largest", "any": "is content with a single hit",
    "all": "wants every item to pass", "popleft": "takes from the front", "pop": "takes from the back",
    "appendleft": "adds at the front", "append": "adds at the end", "find": "looks for the first occurrence",
    "rfind": "looks for the last occurrence", "index": "looks for the first occurrence",
    "rindex": "looks for the last occurrence", "startswith": "looks at the beginning",
    "endswith": "looks at the end", "lstrip": "strips the left end", "rstrip": "strips the right end",
    "isalnum": "accepts letters and digits", "isalpha": "accepts letters only", "isdigit": "accepts digits only",
    "ceil": "rounds up", "floor": "rounds down", "lower": "makes small letters", "upper": "makes capitals",
    "union": "keeps what is on either side", "intersection": "keeps only what is on both sides",
    "partition": "splits at the first separator", "rpartition": "splits at the last separator",
    "ljust": "pads on the right", "rjust": "pads on the left", "gcd": "gives the greatest common divisor",
    "lcm": "gives the least common multiple", "bisect_left": "goes before equal items",
    "bisect_right": "goes after equal items", "bisect": "goes after equal items",
}  # fmt: skip
_DROPPABLE = ("strip", "lower", "upper", "casefold", "lstrip", "rstrip", "abs", "sorted", "set", "reversed", "title")
_COPIES = ("list", "dict", "set", "deepcopy", "copy")
_FIXED_ORDER = ("get", "setdefault", "isinstance", "zip", "getattr", "cast")


def find_call_changes(node: ast.Call, code: SourceText) -> Iterator[Change]:
    """Yield every defect that can be planted at this call."""
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name in _SIBLINGS and code.place(node.func):
        line, _, end = code.place(node.func)
        phrases = (
            f"`{_SIBLINGS[name]}` is called where `{name}` is needed: `{{wrong}}` should be `{{right}}`.",
            f"The wrong function is called: `{_SIBLINGS[name]}` should be `{name}`.",
            *_compare_functions(name, _SIBLINGS[name]),
        )
        operator = "wrong_tie_break" if name.startswith("bisect") else "wrong_function"
        yield Change(operator, line, end - len(name), end, _SIBLINGS[name], phrases, node)
    if name == "range":
        yield from _change_range(node, code)
    if name in ("sorted", "sort", "min", "max"):
        yield from _drop_keyword(node, code)
    if name in _DROPPABLE:
        yield from _drop_call(node, name, code)
    match node.args:
        case [ast.Name(id=first), ast.Name(id=second)] if (
            first != second and not node.keywords and name not in _FIXED_ORDER
        ):
            at, to = code.place(node.args[0]), code.place(node.args[1])
            if at and to and at[0] == to[0]:
                between = code.lines[at[0] - 1][at[2] : to[1]]
                phrases = (
                    "The arguments are swapped: `{wrong}` should be `{right}`.",
                    f"`{second}` and `{first}` are passed in the wrong order; the call should be `{{right}}`.",
                )
                yield Change("swapped_arguments", at[0], at[1], to[2], second + between + first, phrases, node)
        case [ast.Name(id=only)] if (
            name in _COPIES and isinstance(code.parents.get(node), ast.Assign) and not node.keywords
        ):
            phrases = (
                "`{wrong}` works on the original instead of a copy; it should be `{right}`.",
                f"No new object is made of `{only}`: `{{wrong}}` should be `{{right}}`.",
            )
            yield from code.replace(node, only, "mutated_argument", *phrases)


def _compare_functions(right: str, wrong: str) -> tuple[str, ...]:
    """Return sentences on what both functions do; none where that takes more than a few words."""
    if right not in _DOES or wrong not in _DOES:
        return ()
    return (
        f"`{wrong}` {_DOES[wrong]}, but `{right}` is needed here, which {_DOES[right]}: `{{right}}`.",
        f"In `{{wrong}}`, `{wrong}` {_DOES[wrong]}. The code needs `{right}`, which {_DOES[right]}.",
        f"`{{wrong}}` calls a function that {_DOES[wrong]}; `{{right}}` calls the one that {_DOES[right]}, as needed.",
    )


def _change_range(node: ast.Call, code: SourceText) -> Iterator[Change]:
    if node.keywords or not 1 <= len(node.args) <= 2:
        return
    stop = node.args[-1]
    text = code.text(stop)
    if not text or isinstance(stop, ast.Constant):
        return
    if text.endswith(" + 1"):
        shorter = text[:-4]
    else:
        shorter = f"{text} - 1" if isinstance(stop, ast.Name | ast.Call | ast.Attribute | ast.BinOp) else ""
    phrases = (
        "The range ends one too early: `{wrong}` should be `{right}`.",
        "The last number is left out: `{wrong}` should be `{right}`.",
    )
    if shorter:
        yield from code.replace(stop, shorter, "off_by_one", *phrases)
    if not text.endswith(" + 1") and isinstance(stop, ast.Name | ast.Call | ast.BinOp):
        longer = text[:-4] if text.endswith(" - 1") else f"{text} + 1"
        phrases = (
            "The range goes one too far: `{wrong}` should be `{right}`.",
            "The range takes in one number too many: `{wrong}` should be `{right}`.",
        )
        yield from code.replace(stop, longer, "off_by_one", *phrases)


def _drop_keyword(node: ast.Call, code: SourceText) -> Iterator[Change]:
    for keyword in node.keywords:
        at = code.place(keyword)
        if not at or keyword.arg not in ("key", "reverse"):
            continue
        line, start, end = at
        if code.lines[line - 1][start - 2 : start] == ", ":
            start -= 2
        elif len(node.keywords) > 1 or code.lines[line - 1][end : end + 1] != ")":
            continue
        operator = "lost_key" if keyword.arg == "key" else "wrong_order"
        phrases = (
            f"The `{keyword.arg}` argument is missing: `{{wrong}}` should be `{{right}}`.",
            f"Without `{code.text(keyword)}` the order is wrong: the call should be `{{right}}`.",
        )[: 2 if code.text(node) and "max" not in code.text(node) and "min" not in code.text(node) else 1]
        if not code.text(node):  # the call spans several lines
            phrases = (f"The call lacks its `{keyword.arg}` argument: `{code.text(keyword)}`.",)
        yield Change(operator, line, start, end, "", phrases, node)


def _drop_call(node: ast.Call, name: str, code: SourceText) -> Iterator[Change]:
    if isinstance(node.func, ast.Attribute):
        kept = code.text(node.func.value)
    else:
        kept = code.text(node.args[0]) if len(node.args) == 1 and not node.keywords else None
    if kept and name == "sorted":
        phrases = (
            "The values are not sorted: `{wrong}` should be `{right}`.",
            "`{wrong}` keeps the order as it comes; it should be `{right}`.",
        )
        yield from code.replace(node, f"list({kept})", "lost_sort", *phrases)
    elif kept and not isinstance(code.parents.get(node), ast.Expr):
        phrases = (
            f"The call of `{name}` is missing: `{{wrong}}` should be `{{right}}`.",
            f"`{{wrong}}` leaves out `{name}`; it should be `{{right}}`.",
        )
        yield from code.replace(node, kept, "missing_call", *phrases)
