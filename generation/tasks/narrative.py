"""What a piece of code does, told from its tree.

In: statements of our own code and a seeded Random. Out: a sentence, a few sentences, or a numbered
list that names what each statement does, with the code quoted. Nothing is said that the statements
don't show; a statement that can't be told shortly makes the whole account empty.
"""

import ast
from random import Random

from generation.tasks.prose import join_words, upper_first
from generation.tasks.unparsing import unparse

MAX_SHOWN_CHARS = 64  # of an expression quoted in a sentence
MAX_IN_SENTENCE = 3  # more steps than this are told in several sentences or as a list
MAX_STEPS = 7


def narrate(statements: list[ast.stmt], rng: Random, subject: str) -> str:
    """Return what the statements do: "`f` sets ... and returns ...", or steps; "" where it can't be told shortly."""
    steps = list(dict.fromkeys(step for s in statements for step in [_tell(s)]))
    if not all(steps) or len(steps) > MAX_STEPS:
        return ""
    has_inner = any(", where " in step for step in steps[:-1])
    if len(steps) <= MAX_IN_SENTENCE and not has_inner:
        return f"{subject} {join_words(steps)}."
    if len(steps) == 2:
        return f"{subject} {steps[0]}. {rng.choice(('After that', 'Then', 'In the end'))} it {steps[1]}."
    if rng.random() < 0.5:
        return "\n".join(f"{number}. {upper_first(step)}." for number, step in enumerate(steps, start=1))
    middle = join_words(steps[2:-1])
    return (
        f"{subject} first {join_words(steps[:2])}. "
        + (f"Then it {middle}. " if middle else "")
        + f"In the end it {steps[-1]}."
    )


def show(node: ast.AST) -> str:
    """Return the node's code in backticks, "" where it is too long to quote."""
    text = unparse(node)
    text = text if "\\" in text or '"' in text else text.replace("'", '"')
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store):
        text = text[1:-1]
    return f"`{text}`" if len(text) <= MAX_SHOWN_CHARS and "`" not in text and "\n" not in text else ""


def _tell(node: ast.stmt) -> str:
    """Return what a statement does, as a verb in the third person with its object; "" where that isn't plain."""
    match node:
        case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
            return _tell_assignment(target, value)
        case ast.AugAssign(op=ast.Add() | ast.Sub() as op, target=target, value=value) if show(value) and show(target):
            plus = isinstance(op, ast.Add)
            return f"{'adds' if plus else 'takes'} {show(value)} {'to' if plus else 'from'} {show(target)}"
        case ast.AugAssign(target=target) if show(target):
            return f"updates {show(target)}"
        case ast.For(target=target, iter=over, body=body, orelse=[]):
            return _tell_loop(target, over, body)
        case ast.While(test=test) if show(test):
            return f"repeats while {show(test)} holds"
        case ast.If():
            return _tell_branch(node)
        case ast.Return(value=ast.expr() as value):
            return f"returns {show(value)}" if show(value) else _tell_value("returns", value)
        case ast.Raise(exc=ast.Call(func=ast.Name(id=name)) | ast.Name(id=name)):
            return f"raises `{name}`"
        case ast.Continue():
            return "goes on with the next one"
        case ast.Break():
            return "leaves the loop"
        case ast.Expr(value=ast.Call() as call):
            return _tell_call(call)
        case ast.FunctionDef():
            return f"defines the helper `{node.name}`"
    return ""


def _tell_assignment(target: ast.expr, value: ast.expr) -> str:
    name = show(target)
    if not name:
        return ""
    match target, value:
        case ast.Subscript(), ast.BinOp(left=ast.Call(func=ast.Attribute(attr="get")), op=ast.Add(), right=right) if (
            show(right)
        ):
            return f"adds {show(right)} to {name}"
    match value:
        case ast.List(elts=[]) | ast.Dict(keys=[]):
            return f"starts with an empty {name}"
        case ast.Call(func=ast.Name(id="set" | "list" | "dict" | "deque" | "Counter"), args=[]):
            return f"starts with an empty {name}"
        case ast.Call(func=ast.Name(id="defaultdict"), args=[_]):
            return f"starts with an empty {name}"
    return f"sets {name} to {show(value)}" if show(value) else _tell_value(f"sets {name} to", value)


def _tell_value(verb: str, value: ast.expr) -> str:
    """Tell a value that is too long to quote whole."""
    match value:
        case ast.ListComp(elt=elt, generators=[part]) | ast.SetComp(elt=elt, generators=[part]) if show(elt) and show(
            part.iter
        ):
            what = "a list" if isinstance(value, ast.ListComp) else "the set"
            return f"{verb} {what} of {show(elt)} for {show(part.target)} in {show(part.iter)}{_where(part)}"
        case ast.DictComp(key=key, value=held, generators=[part]) if show(key) and show(part.iter):
            to = show(held) or "its value"
            return f"{verb} a dict from {show(key)} to {to}, taken from {show(part.iter)}{_where(part)}"
        case ast.Call(func=ast.Name(id="sorted" | "min" | "max" | "sum" as called), args=[first, *_]) if show(first):
            what = {"sorted": "sorted", "min": "the smallest of", "max": "the largest of", "sum": "the sum of"}[called]
            key = next((k.value for k in value.keywords if k.arg == "key"), None)
            by = f" by {show(key.body)}" if isinstance(key, ast.Lambda) and show(key.body) else ""
            return f"{verb} {show(first)} {what}{by}" if called == "sorted" else f"{verb} {what} {show(first)}{by}"
    return verb.replace("sets", "works out").removesuffix(" to") if verb.startswith("sets") else f"{verb} the result"


def _where(part: ast.comprehension) -> str:
    tests = [show(test) for test in part.ifs]
    return f", where {join_words(tests)}" if tests and all(tests) else ""


def _tell_loop(target: ast.expr, over: ast.expr, body: list[ast.stmt]) -> str:
    head = f"goes through {show(over)}" if show(over) else "goes through the items"
    told = [_tell(s) for s in body]
    if len(told) > 3 or not all(told) or any(" it " in t or "goes through" in t for t in told):
        return head
    return f"{head}, where it {join_words(told)}"


def _tell_branch(node: ast.If) -> str:
    test = show(node.test)
    if not test:
        return ""
    if node.orelse or len(node.body) > 1:
        return f"treats the case {test} separately"
    inner = _tell(node.body[0])
    if isinstance(node.body[0], ast.Continue):
        return f"passes over those with {test}"
    return (
        f"{inner} if {test}"
        if inner and " if " not in inner and "goes through" not in inner
        else f"treats the case {test} separately"
    )


def _tell_call(call: ast.Call) -> str:
    match call:
        case ast.Call(func=ast.Attribute(value=held, attr="append" | "add" | "appendleft"), args=[item]) if show(
            item
        ) and show(held):
            return f"adds {show(item)} to {show(held)}"
        case ast.Call(func=ast.Attribute(value=held, attr="sort")) if show(held):
            return f"sorts {show(held)}"
    return f"calls {show(call)}" if show(call) else ""
