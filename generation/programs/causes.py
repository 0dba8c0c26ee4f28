"""What is wrong in a planted defect, in one or two sentences that are true of the change.

In: a `Change` and its SourceText. Out: the cause, with the code as it is and as it was quoted. Where
the change sits in a condition, the sentence says what the code does for it (raises, skips, ends the
loop), read from the tree; what one input comes to is generation.tasks.consequences' business.
"""

import ast
import re
from random import Random
from typing import NamedTuple

from generation.programs.source_text import Change, SourceText

CONSEQUENCE_SHARE = 0.7  # of the conditions whose consequence is known
MAX_QUOTED = 34  # characters of an operand or statement inside a sentence on consequences
MAX_TEST = 64  # characters of a condition there

_COLON = re.compile(r"(?P<head>.+): `(?P<wrong>[^`]+)` should be `(?P<right>[^`]+)`\.")
_LATER = re.compile(r"(?P<head>.+)[:;] (?P<what>it|the call|the key) should be `(?P<right>[^`]+)`\.")
_CHANGES = (
    "{head}: `{wrong}` should be `{right}`.",
    "{head}: it says `{wrong}` where it has to say `{right}`.",
    "{head}. Instead of `{wrong}`, the line needs `{right}`.",
    "{head}: `{wrong}` is written in place of `{right}`.",
    "{head}. Change `{wrong}` to `{right}`.",
    "{head}. Replacing `{wrong}` with `{right}` mends it.",
    "{head}; the code has `{wrong}`, and `{right}` is right.",
)
_MENDS = (
    "{head}; {what} should be `{right}`.",
    "{head}; {what} has to be `{right}`.",
    "{head}. Make it `{right}`.",
    "{head}; `{right}` is what belongs there.",
    "{head}. The right code is `{right}`.",
    "{head}. Change it to `{right}`.",
)
_TOLD = re.compile(
    r"is (?:not )?(?:raised|skipped|left|let through|left out|returned|taken)\b|is passed over|the loop (?:goes on|ends)"
    r"|\bruns?\b"
)
_SIDES = {"<": "less than", "<=": "at most", ">": "greater than", ">=": "at least"}


class Turn(NamedTuple):
    """What the code does where a condition holds, and where it does not: two clauses."""

    taken: str
    skipped: str


def say_cause(change: Change, code: SourceText, rng: Random) -> str:
    """Return the sentence(s) on what is wrong; lines taken out are told by the change's own phrases."""
    if change.new is None:
        return rng.choice(change.phrases)
    right, wrong = code.show_change(change)
    told = say_consequences(change, code, right, wrong)
    if told and rng.random() < CONSEQUENCE_SHARE:
        return rng.choice(told)
    return vary(rng.choice(change.phrases), rng).replace("{right}", right).replace("{wrong}", wrong)


def tells_consequence(cause: str) -> bool:
    """Tell whether a cause says already what the code does for the defect."""
    return bool(_TOLD.search(cause))


def vary(phrase: str, rng: Random) -> str:
    """Return the phrase with its "`C` should be `C2`" put in one of several ways."""
    for pattern, forms in ((_COLON, _CHANGES), (_LATER, _MENDS)):
        found = pattern.fullmatch(phrase)
        if found:
            return rng.choice(forms).format(**found.groupdict())
    return phrase


def say_consequences(change: Change, code: SourceText, right: str, wrong: str) -> tuple[str, ...]:
    """Return sentences on what a changed condition makes the code do; empty where the tree does not say."""
    node = change.node
    turn = find_turn(node, code)
    if turn is None or len(right) > MAX_TEST or right == wrong:
        return ()
    match change.operator, node:
        case "boundary", ast.Compare(ops=[_], left=left, comparators=[limit]):
            return _say_limit(code, left, limit, right, wrong, turn, "=" in change.new)
        case "wrong_comparison", ast.Compare(ops=[op], left=left, comparators=[limit]):
            if isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
                return _say_direction(code, left, limit, right, wrong, turn, change.new)
            return _say_inverted(right, wrong, turn)
        case "dropped_not", _:
            lost = f"The `not` has been lost, so {turn.taken} exactly where `{right}` is false; `{wrong}` has to be negated."
            return (*_say_inverted(right, wrong, turn), lost)
        case "wrong_connective", ast.BoolOp(values=[_, _]):
            return _say_connective(right, wrong, turn, change.new)
        case "lost_condition", ast.BoolOp(op=op, values=[first, second]):
            lost = code.text(second if code.text(first) == wrong else first)
            return _say_lost(lost, right, turn, isinstance(op, ast.And)) if lost else ()
    return ()


def find_turn(node: ast.AST, code: SourceText) -> Turn | None:
    """Return what the condition `node` decides by itself; None for a part of one, an `elif` or any other value."""
    parent = code.parents.get(node)
    match parent:
        case ast.If(test=test) if test is node:
            is_elif = code.lines[parent.lineno - 1].lstrip().startswith("elif ")
            return None if is_elif else _turn_of_if(parent, code)
        case ast.While(test=test) if test is node:
            return Turn("the loop goes on", "the loop ends")
        case ast.comprehension(ifs=[only], target=target) if only is node:
            item = f"`{target.id}`" if isinstance(target, ast.Name) else "the item"
            return Turn(f"{item} is let through", f"{item} is left out")
        case ast.IfExp(test=test, body=body, orelse=orelse) if test is node:
            one, other = _quote(body, code), _quote(orelse, code)
            return Turn(f"{one} is taken", f"{other} is taken") if one and other else None
        case ast.Return() if isinstance(node, ast.Compare) or _is_not(node):
            return Turn("`True` is returned", "`False` is returned")
    return None


def _is_not(node: ast.AST) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def _quote(node: ast.AST, code: SourceText) -> str:
    text = code.text(node)
    return f"`{text}`" if text and len(text) <= MAX_QUOTED else ""


def _turn_of_if(node: ast.If, code: SourceText) -> Turn:
    match node.body[-1]:
        case ast.Raise(exc=ast.Call(func=ast.Name(id=name)) | ast.Name(id=name)):
            return Turn(f"`{name}` is raised", f"no `{name}` is raised")
        case ast.Continue():
            return Turn("the round is skipped", "the round is not skipped")
        case ast.Break():
            return Turn("the loop is left", "the loop is not left")
        case ast.Return(value=value) if value is not None and _quote(value, code):
            shown = _quote(value, code)
            return Turn(f"{shown} is returned", f"{shown} is not returned at that point")
    if node.orelse:
        return Turn("the first branch is taken", "the first branch is passed over")
    only = _quote(node.body[0], code) if len(node.body) == 1 else ""
    if only:
        return Turn(f"{only} runs", f"{only} does not run")
    return Turn("the block below it runs", "the block below it does not run")


def _say_limit(
    code: SourceText, left: ast.AST, limit: ast.AST, right: str, wrong: str, turn: Turn, holds: bool
) -> tuple[str, ...]:
    """Return sentences on the equal case; holds: whether the wrong test is true of it."""
    if isinstance(left, ast.Constant):
        left, limit = limit, left
    one, other = _quote(left, code), _quote(limit, code)
    if not one or not other:
        return ()
    does = turn.taken if holds else turn.skipped
    said, meant = ("holds", "is false then") if holds else ("does not hold", "is true then")
    return (
        f"When {one} equals {other}, `{wrong}` {said}, so {does}; `{right}` {meant}.",
        f"The equal case falls on the wrong side: with {one} equal to {other}, {does}, since the test is `{wrong}` "
        f"and not `{right}`.",
        f"The limit itself is treated wrongly. If {one} is exactly {other}, {does}; `{right}` in place of `{wrong}` "
        "settles that case the other way.",
    )


def _say_direction(
    code: SourceText, left: ast.AST, limit: ast.AST, right: str, wrong: str, turn: Turn, new: str
) -> tuple[str, ...]:
    one, other = _quote(left, code), _quote(limit, code)
    if not one or not other:
        return ()
    side = f"{one} is {_SIDES[new]} {other}"
    return (
        f"The comparison points the wrong way: {turn.taken} when {side}, but `{right}` is what is meant, not `{wrong}`.",
        f"`{wrong}` is the wrong way round. As it stands, {turn.taken} when {side}; the test has to be `{right}`.",
    )


def _say_inverted(right: str, wrong: str, turn: Turn) -> tuple[str, ...]:
    return (
        f"The test is inverted: with `{wrong}`, {turn.taken} exactly where `{right}` is false.",
        f"`{wrong}` is the opposite of the test that is needed, `{right}`: where that is true, {turn.skipped}.",
        f"Where `{right}` is true, {turn.skipped}, because the code asks for `{wrong}` instead.",
    )


def _say_connective(right: str, wrong: str, turn: Turn, new: str) -> tuple[str, ...]:
    if new == "or":
        return (
            f"With `or`, one true side is enough: {turn.taken} even when the other side is false. `{right}` needs both.",
            f"`{wrong}` is satisfied by either side alone, so {turn.taken} in cases that `{right}` excludes.",
        )
    return (
        f"With `and`, both sides have to be true: when only one is, {turn.skipped}. `{right}` is satisfied by either.",
        f"`{wrong}` asks for both sides at once, so {turn.skipped} when only one of them is true; "
        f"`{right}` covers those cases.",
    )


def _say_lost(lost: str, right: str, turn: Turn, both: bool) -> tuple[str, ...]:
    if both:
        return (
            f"Nothing checks `{lost}`, so {turn.taken} even when that is false. The test has to be `{right}`.",
            f"`{lost}` plays no part in the test: {turn.taken} even when it is false. What belongs there is `{right}`.",
        )
    return (
        f"Nothing checks `{lost}`, so {turn.skipped} when that alone is true. The test has to be `{right}`.",
        f"`{lost}` plays no part in the test: when it alone is true, {turn.skipped}. What belongs there is `{right}`.",
    )
