"""Defects inside an expression: comparisons, arithmetic, constants, indices, conditions.

In: a node and its SourceText. Out: `Change`s with sentences that are true of every such change.
"""

import ast
from collections.abc import Iterator

from generation.programs.defects_in_calls import find_call_changes
from generation.programs.source_text import Change, SourceText

_BOUNDARIES = {ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">")}
_REVERSED = {
    ast.Lt: ("<", ">"), ast.LtE: ("<=", ">="), ast.Gt: (">", "<"), ast.GtE: (">=", "<="), ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"), ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}  # fmt: skip
_ARITHMETIC = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "+"), ast.FloorDiv: ("//", "%"), ast.Mod: ("%", "//"),
    ast.Div: ("/", "//"), ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"), ast.BitXor: ("^", "|"),
    ast.LShift: ("<<", ">>"), ast.RShift: (">>", "<<"),
}  # fmt: skip
# What an operator does, of numbers.
_DOES = {
    "-": ("subtracts", "subtract"), "*": ("multiplies", "multiply"), "//": ("divides and rounds down", "divide"),
    "%": ("takes the remainder", "take the remainder"), "/": ("divides", "divide"),
    "<<": ("shifts to the left", "shift to the left"), ">>": ("shifts to the right", "shift to the right"),
}  # fmt: skip


def find_expression_changes(node: ast.AST, code: SourceText) -> Iterator[Change]:
    """Yield every defect that can be planted at this expression."""
    match node:
        case ast.Compare(ops=[op], comparators=[right]):
            yield from _change_comparison(node, op, right, code)
        case ast.Compare(left=left, ops=[first, *_], comparators=[right, *_]) if type(first) in _BOUNDARIES:
            old, new = _BOUNDARIES[type(first)]
            phrases = _end_phrases(code.text(left), code.text(right), new)
            yield from code.replace_between(left, right, old, new, "boundary", node, *phrases)
        case ast.BinOp():
            yield from _change_arithmetic(node, code)
        case ast.BoolOp():
            yield from _change_condition(node, code)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            phrases = (
                "The `not` is missing: `{wrong}` should be `{right}`.",
                "`{wrong}` tests the opposite of what is meant; it should be `{right}`.",
            )
            yield from code.replace(node, code.text(operand) or "", "dropped_not", *phrases, around=False)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Name() | ast.Subscript() | ast.Call() as operand):
            phrases = (
                "The minus sign is missing: `{wrong}` should be `{right}`.",
                "`{wrong}` has lost its minus sign; it should be `{right}`.",
            )
            yield from code.replace(node, code.text(operand) or "", "wrong_sign", *phrases)
        case ast.Constant():
            yield from _change_constant(node, code)
        case ast.Call():
            yield from find_call_changes(node, code)
        case ast.Subscript():
            yield from _change_subscript(node, code)
        case ast.IfExp(body=body, orelse=orelse) if code.text(node):
            new = f"{code.text(orelse)} if {code.text(node.test)} else {code.text(body)}"
            phrases = (
                "The two branches are swapped: `{wrong}` should be `{right}`.",
                "`{wrong}` picks the wrong branch; it should be `{right}`.",
            )
            yield from code.replace(node, new, "swapped_branches", *phrases, around=False)
        case ast.comprehension(ifs=[_, *_]):
            yield from _drop_filter(node, code)
        case ast.Tuple(elts=[_, _, *_]) if isinstance(code.parents.get(node), ast.Lambda):
            yield from _weaken_key(node, code)


def _boundary_phrases(new: str) -> tuple[str, ...]:
    if "=" in new:
        return (
            "`{wrong}` also holds when both sides are equal; it should be `{right}`.",
            "The boundary is wrong: `{wrong}` includes the equal case, `{right}` does not.",
            "The comparison should be strict: `{right}`, not `{wrong}`.",
        )
    return (
        "`{wrong}` leaves out the case where both sides are equal; it should be `{right}`.",
        "The boundary is wrong: `{wrong}` excludes the equal case, which `{right}` includes.",
        "The comparison must allow equality: `{right}`, not `{wrong}`.",
    )


def _end_phrases(left: str | None, right: str | None, new: str) -> tuple[str, ...]:
    """Return sentences on one end of a range `a < b < c`: which two are compared has to be said."""
    does = "lets in" if "=" in new else "leaves out"
    if left and right and left.isdigit():  # "`at` equals `0`", not the other way round
        left, right = right, left
    return (
        f"`{{wrong}}` {does} the case where `{left}` equals `{right}`; it should be `{{right}}`.",
        f"One end of the range is wrong: `{{wrong}}` {does} the case in which `{left}` equals `{right}`, "
        "unlike `{right}`.",
    )


def _change_comparison(node: ast.Compare, op: ast.cmpop, right: ast.expr, code: SourceText) -> Iterator[Change]:
    if type(op) in _BOUNDARIES:
        old, new = _BOUNDARIES[type(op)]
        yield from code.replace_between(node.left, right, old, new, "boundary", node, *_boundary_phrases(new))
    if type(op) in _REVERSED:
        old, new = _REVERSED[type(op)]
        what = "points the wrong way" if type(op) in _BOUNDARIES else "tests the opposite of what is needed"
        phrases = (
            "The comparison is the wrong way round: `{wrong}` should be `{right}`.",
            f"`{{wrong}}` {what}; it should be `{{right}}`.",
            "Wrong comparison: the code has `{wrong}` where `{right}` is needed.",
        )
        yield from code.replace_between(node.left, right, old, new, "wrong_comparison", node, *phrases)


def _change_arithmetic(node: ast.BinOp, code: SourceText) -> Iterator[Change]:
    if type(node.op) in _ARITHMETIC:
        old, new = _ARITHMETIC[type(node.op)]
        phrases = (
            "The wrong operator is used: `{wrong}` should be `{right}`.",
            f"`{{wrong}}` computes with `{new}` where `{old}` is needed; it should be `{{right}}`.",
            f"The operator `{new}` in `{{wrong}}` should be `{old}`.",
            *_compare_operators(old, new),
        )
        yield from code.replace_between(node.left, node.right, old, new, "wrong_operator", node, *phrases)
    left, right = code.text(node.left), code.text(node.right)
    if not left or not right or (code.text(node) or "").count("(") != (left + right).count("("):
        return
    if isinstance(node.op, ast.Add | ast.Sub) and isinstance(node.right, ast.Constant) and node.right.value == 1:
        size = "small" if isinstance(node.op, ast.Add) else "large"
        phrases = (
            "Off by one: `{wrong}` should be `{right}`.",
            f"`{left}` is one too {size} here: `{{wrong}}` should be `{{right}}`.",
        )
        yield from code.replace(node, left, "off_by_one", *phrases)
    if isinstance(node.op, ast.Sub | ast.FloorDiv | ast.Mod | ast.Div) and _are_atoms(node.left, node.right):
        sign = (code.text(node) or "")[len(left) : -len(right)]
        phrases = (
            "The operands are swapped: `{wrong}` should be `{right}`.",
            "`{wrong}` has its two operands the wrong way round; it should be `{right}`.",
        )
        yield from code.replace(node, f"{right}{sign}{left}", "swapped_operands", *phrases, around=False)


def _compare_operators(old: str, new: str) -> tuple[str, ...]:
    """Return sentences on what both operators do; none of `+`, which also joins text and lists."""
    if old not in _DOES or new not in _DOES:
        return ()
    return (
        f"`{{wrong}}` {_DOES[new][0]}, but the line has to {_DOES[old][1]}: `{{right}}`.",
        f"Here `{new}` {_DOES[new][0]}. What the line needs is `{{right}}`, with `{old}`.",
    )


def _are_atoms(*nodes: ast.AST) -> bool:
    return all(isinstance(n, ast.Name | ast.Subscript | ast.Attribute | ast.Call) for n in nodes)


def _change_condition(node: ast.BoolOp, code: SourceText) -> Iterator[Change]:
    old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    first, second = node.values[:2]
    says = "only if both sides are" if new == "and" else "as soon as one side is"
    phrases = (
        f"`{new}` should be `{old}`: the condition is `{{wrong}}` instead of `{{right}}`.",
        f"`{{wrong}}` holds {says} true; it should be `{{right}}`.",
    )
    if len(node.values) == 2:
        yield from code.replace_between(first, second, old, new, "wrong_connective", node, *phrases)
        whole, left, right = code.text(node), code.text(first), code.text(second)
        if whole and left and right and whole == f"{left} {old} {right}":
            for lost, kept in ((right, left), (left, right)):
                lost_phrases = (
                    f"The condition `{lost}` is missing: `{{wrong}}` should be `{{right}}`.",
                    "`{wrong}` has lost a part of its condition; it should be `{right}`.",
                )
                yield from code.replace(node, kept, "lost_condition", *lost_phrases, around=False)


def _change_constant(node: ast.Constant, code: SourceText) -> Iterator[Change]:
    value, parent = node.value, code.parents.get(node)
    if type(value) is bool:
        phrases = (
            f"`{not value}` is the wrong value here: `{{wrong}}` should be `{{right}}`.",
            "The truth value is the wrong way round: `{wrong}` should be `{right}`.",
        )
        yield from code.replace(node, str(not value), "wrong_value", *phrases)
    elif type(value) is int and value < 1_000_000:
        above = code.parents.get(parent) if isinstance(parent, ast.UnaryOp) else parent
        operator, phrases = _constant_phrases(above)
        for other in _pick_constants(value, parent, above):
            stepped = _say_step(operator, value, other, parent, above)
            yield from code.replace(node, str(other), operator, *phrases, *stepped)


def _say_step(operator: str, value: int, other: int, parent: ast.AST | None, above: ast.AST | None) -> tuple[str, ...]:
    """Return sentences that name both numbers, for those that stand by themselves."""
    if isinstance(parent, ast.UnaryOp):
        return ()
    size = "large" if other > value else "small"
    if operator == "wrong_constant":
        return (
            f"The `{other}` in `{{wrong}}` is one too {size}; it has to be `{value}`, as in `{{right}}`.",
            f"`{{wrong}}` uses `{other}`, which is one too {size}: the number is `{value}`.",
        )
    if operator == "wrong_initial_value" and isinstance(above, ast.Assign | ast.AnnAssign):
        target = above.targets[0] if isinstance(above, ast.Assign) else above.target
        name = target.id if isinstance(target, ast.Name) else ""
        return (
            f"`{name}` has to start at `{value}`, but `{{wrong}}` starts it at `{other}`.",
            f"With `{{wrong}}`, `{name}` is one too {size} before anything has happened; the start is `{{right}}`.",
        )
    return ()


def _pick_constants(value: int, parent: ast.AST | None, above: ast.AST | None) -> tuple[int, ...]:
    """The slips that somebody might make: no `x + 0`, no division by 0, no third item of a pair."""
    if isinstance(above, ast.Subscript):
        return {0: (1,), 1: (2,) if parent is not above else (0,)}.get(value, (value - 1,))
    if isinstance(parent, ast.BinOp) and value <= 1:
        return (value + 1,)
    return (value + 1, value - 1) if value > isinstance(parent, ast.UnaryOp) else (value + 1,)


def _constant_phrases(parent: ast.AST | None) -> tuple[str, tuple[str, ...]]:
    match parent:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return "wrong_initial_value", (
                f"`{name}` starts from the wrong value: `{{wrong}}` should be `{{right}}`.",
                "The initial value is wrong: `{wrong}` should be `{right}`.",
            )
        case ast.Return():
            return "wrong_return_value", ("The wrong value is returned: `{wrong}` should be `{right}`.",)
        case ast.Call(func=ast.Attribute(attr="pop"), args=[_]):
            return "wrong_index", (
                "The wrong item is taken out: `{wrong}` should be `{right}`.",
                "`{wrong}` takes the wrong item; it should be `{right}`.",
            )
        case ast.Call(func=ast.Attribute(attr="get" | "pop" | "setdefault"), args=[_, _]) | ast.keyword(arg="default"):
            return "wrong_default", (
                "The default is wrong: `{wrong}` should be `{right}`.",
                "Where the key is missing, the wrong default is taken: `{wrong}` should be `{right}`.",
            )[: 1 if isinstance(parent, ast.keyword) else 2]
        case ast.Call(func=ast.Name(id="range")):
            return "off_by_one", (
                "The range is off by one: `{wrong}` should be `{right}`.",
                "`{wrong}` covers the wrong numbers, off by one; it should be `{right}`.",
            )
        case ast.Subscript() | ast.Slice():
            return "wrong_index", (
                "The index is off by one: `{wrong}` should be `{right}`.",
                "`{wrong}` reaches for the wrong position; it should be `{right}`.",
            )
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add() | ast.Sub()):
            return "wrong_constant", (
                f"`{name}` moves by the wrong step: `{{wrong}}` should be `{{right}}`.",
                f"`{{wrong}}` is the wrong step for `{name}`; it should be `{{right}}`.",
            )
    return "wrong_constant", (
        "A constant is off by one: `{wrong}` should be `{right}`.",
        "The number in `{wrong}` is wrong; it should be `{right}`.",
    )


def _change_subscript(node: ast.Subscript, code: SourceText) -> Iterator[Change]:
    where = node.slice
    phrases = (
        "The wrong element is taken: `{wrong}` should be `{right}`.",
        "`{wrong}` reaches for the wrong position; it should be `{right}`.",
    )
    match where:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            yield from code.replace(where, "0", "wrong_index", *phrases)
        case ast.Constant(value=0):
            yield from code.replace(where, "-1", "wrong_index", *phrases)
        case ast.Slice(lower=ast.Constant(value=1), upper=None, step=None):
            yield from code.replace(
                where, ":", "wrong_slice", "The slice keeps the first item: `{wrong}` should be `{right}`."
            )
        case ast.Slice(upper=ast.Name() as upper, step=None):
            short = (
                "The slice ends one item too early: `{wrong}` should be `{right}`.",
                "`{wrong}` loses the last item of the slice; it should be `{right}`.",
            )
            yield from code.replace(upper, f"{upper.id} - 1", "wrong_slice", *short)
            yield from code.replace(
                upper,
                f"{upper.id} + 1",
                "wrong_slice",
                "The slice reaches one item too far: `{wrong}` should be `{right}`.",
            )
        case ast.Slice(lower=None, upper=None, step=ast.UnaryOp()):
            yield from code.replace(
                where, ":", "wrong_order", "The values are not reversed: `{wrong}` should be `{right}`."
            )
        case ast.Name(id=name) if isinstance(node.ctx, ast.Load) and name in code.indices:
            yield from code.replace(where, f"{name} - 1", "wrong_index", *phrases)


def _drop_filter(node: ast.comprehension, code: SourceText) -> Iterator[Change]:
    test = node.ifs[-1]
    at, before = code.place(test), code.place(node.ifs[-2] if len(node.ifs) > 1 else node.iter)
    if not at:
        return
    line = code.lines[at[0] - 1]
    phrases = (
        f"The condition `{code.text(test)}` of the comprehension is missing.",
        f"The comprehension does not filter by `{code.text(test)}`.",
    )
    if line[: at[1]].strip() == "if" and line[at[2] :].strip() == "":
        yield Change("lost_filter", at[0], 0, 0, None, phrases, node, at[0])
    elif before and before[0] == at[0]:
        start = line.rfind(" if ", 0, at[1])
        if start >= before[2]:
            yield Change("lost_filter", at[0], start, at[2], "", phrases, node)


def _weaken_key(node: ast.Tuple, code: SourceText) -> Iterator[Change]:
    texts = [code.text(element) for element in node.elts]
    if None in texts:
        return
    first = texts[0] if len(texts) == 2 else f"({', '.join(texts[:-1])})"
    phrases = (
        f"Ties are not broken by `{texts[-1]}`: the key should be `{code.text(node)}`.",
        f"The key lacks the tie-break `{texts[-1]}`; it should be `{code.text(node)}`.",
    )
    yield from code.replace(node, first, "wrong_tie_break", *phrases)
    last = texts[-1]
    flipped = last[1:] if last.startswith("-") else f"-{last}"
    phrases = (f"Ties are broken the wrong way round: `{flipped}` in the key should be `{last}`.",)
    yield from code.replace(node.elts[-1], flipped, "wrong_tie_break", *phrases)
