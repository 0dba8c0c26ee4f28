"""Defects of whole statements: lost guards and updates, wrong exits, accumulators, variables.

In: a node and its SourceText. Out: `Change`s with sentences that are true of every such change.
"""

import ast
import itertools
from collections.abc import Iterator

from generation.programs.source_text import Change, SourceText

_EXITS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_MAX_GUARD_LINES = 4
_UPDATES = ("append", "add", "pop", "popleft", "appendleft", "update", "remove", "discard", "clear", "extend", "sort")


def find_statement_changes(node: ast.AST, code: SourceText) -> Iterator[Change]:
    """Yield every defect that can be planted at this statement."""
    match node:
        case ast.If(body=[only], orelse=[]) if isinstance(only, _EXITS):
            yield from _drop_guard(node, only, code)
        case ast.AugAssign() | ast.Assign() | ast.Expr(value=ast.Call()):
            yield from _drop_update(node, code)
            yield from _change_accumulator(node, code)
        case ast.Break():
            phrases = (
                "The loop goes on where it should stop: `continue` should be `break`.",
                "`continue` only skips one round of the loop; it should be `break`.",
            )
            yield from code.replace(node, "continue", "missing_break", *phrases)
        case ast.Continue():
            phrases = (
                "The loop stops for good where it should only go on to the next round: `break` should be `continue`.",
                "`break` leaves the loop too early; it should be `continue`.",
            )
            yield from code.replace(node, "break", "early_exit", *phrases)
        case (
            ast.For(target=ast.Tuple(elts=[ast.Name(id=one), ast.Name(id=two), *_]))
            | ast.comprehension(target=ast.Tuple(elts=[ast.Name(id=one), ast.Name(id=two), *_]))
        ):
            yield from _mix_names(node, one, two, code)
        case ast.FunctionDef():
            yield from _mix_parameters(node, code)
    if isinstance(node, ast.If):
        yield from _change_branch(node, code)


def _drop_guard(node: ast.If, only: ast.stmt, code: SourceText) -> Iterator[Change]:
    test = code.text(node.test)
    lines = (node.end_lineno or 0) - node.lineno + 1
    if not test or lines > _MAX_GUARD_LINES or not _has_company(node, code):
        return
    word = code.lines[node.lineno - 1].split(None, 1)[0]
    shown = f"{word} {test}:"
    match only:
        case ast.Raise(exc=ast.Call(func=ast.Name(id=name)) | ast.Name(id=name)):
            operator = "missing_error"
            phrases = (
                f"The check `{shown}` that raises `{name}` is missing.",
                f"No `{name}` is raised when `{test}` holds: the check is missing.",
                f"Nothing stops a call for which `{test}` holds; it has to end in `{name}`, and the check is missing.",
            )
        case ast.Return(value=value):
            back = f"return {code.text(value)}" if value is not None and code.text(value) else "return"
            operator = "lost_edge_case"
            phrases = (
                f"The special case `{shown}` with `{back}` is missing.",
                f"The case `{test}` is not handled: `{shown}` with its `{back}` is missing.",
                f"When `{test}` holds, `{back}` should end it; that check is missing, so the code below runs as well.",
            )
        case ast.Continue():
            operator = "lost_guard"
            phrases = (
                f"The check `{shown}` with `continue` is missing, so such rounds are not skipped.",
                f"Rounds where `{test}` holds should be skipped, but the check with `continue` is missing.",
                f"Nothing skips the rounds for which `{test}` holds: the check with `continue` is missing.",
            )
        case ast.Break():
            operator = "missing_break"
            phrases = (
                f"The check `{shown}` with `break` is missing, so the loop does not stop there.",
                f"When `{test}` holds, the loop has to end, but the check with `break` is missing.",
            )
        case _:
            return
    yield from code.delete(node, operator, *phrases)


def _has_company(node: ast.stmt, code: SourceText) -> bool:
    parent = code.parents[node]
    bodies = [getattr(parent, name, []) for name in ("body", "orelse", "finalbody")]
    body = next((b for b in bodies if isinstance(b, list) and node in b), [])
    is_elif = code.lines[node.lineno - 1].lstrip().startswith("elif ")
    return len(body) > 1 or is_elif


def _drop_update(node: ast.stmt, code: SourceText) -> Iterator[Change]:
    text = code.text(node)
    if not text or not _has_company(node, code):
        return
    in_loop = _is_inside(node, (ast.For, ast.While), code)
    in_method = _is_inside(node, (ast.ClassDef,), code) and ("self." in text)
    if not in_loop and not in_method:
        return
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]):
            stores = sum(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) for n in code.nodes)
            if stores < 2:
                return
        case ast.Assign(targets=[ast.Tuple()]):
            return
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=attr))) if attr not in _UPDATES:
            return
        case ast.Expr(value=ast.Call(func=ast.Name())):
            return
    where = "the loop" if in_loop else "the method"
    phrases = (
        f"The line `{text}` is missing from {where}.",
        f"An update is missing: {where} never does `{text}`.",
    )
    phrases = (*phrases, *_say_standstill(node, text, code)) if in_loop else phrases
    alone = sum(line.strip() == text for line in code.lines) == 1
    yield from code.delete(node, "missing_update", *phrases[: None if alone else 1])


def _say_standstill(node: ast.stmt, text: str, code: SourceText) -> tuple[str, ...]:
    """Return a sentence on what a lost update leaves as it was; none where other code changes it too."""
    match node:
        case ast.AugAssign(target=ast.Name(id=name)):
            stores = [
                n for n in code.nodes if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)
            ]
            if len(stores) == 2 and not _is_inside(stores[0], (ast.For, ast.While), code):
                return (f"`{text}` is missing from the loop, so `{name}` keeps the value with which it starts.",)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "add"))):
            uses = [n.attr for n in code.nodes if isinstance(n, ast.Attribute) and _is_name(n.value, name)]
            stores = [n for n in code.nodes if isinstance(n, ast.Subscript) and _is_name(n.value, name)]
            starts = [n for n in code.nodes if isinstance(n, ast.Assign | ast.AnnAssign) and _starts_empty(n, name)]
            if len(starts) == len(uses) == 1 and not stores:
                return (f"`{text}` is missing from the loop, so nothing ever gets into `{name}`.",)
    return ()


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _starts_empty(node: ast.Assign | ast.AnnAssign, name: str) -> bool:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    empty = (ast.List(elts=[], ctx=ast.Load()), ast.Call(func=ast.Name("set", ast.Load()), args=[], keywords=[]))
    value = node.value
    return _is_name(target, name) and value is not None and ast.dump(value) in map(ast.dump, empty)


def _is_inside(node: ast.AST, kinds: tuple[type, ...], code: SourceText) -> bool:
    above = code.parents.get(node)
    while above is not None:
        if isinstance(above, kinds):
            return True
        above = code.parents.get(above)
    return False


def _change_accumulator(node: ast.stmt, code: SourceText) -> Iterator[Change]:
    at = code.place(node)
    if not at:
        return
    line, start, end = at
    text = code.lines[line - 1][start:end]
    match node:
        case ast.AugAssign(op=ast.Add() | ast.Sub(), target=target):
            sign, other = ("+=", "-=") if isinstance(node.op, ast.Add) else ("-=", "+=")
            phrases = (
                f"`{{wrong}}` overwrites `{code.text(target)}` instead of updating it; it should be `{{right}}`.",
                f"The old value of `{code.text(target)}` is lost: `{{wrong}}` should be `{{right}}`.",
            )
            at_sign = start + text.index(sign)
            yield Change("wrong_accumulator", line, at_sign, at_sign + 2, "=", phrases, node)
            phrases = (
                f"`{{wrong}}` changes `{code.text(target)}` in the wrong direction; it should be `{{right}}`.",
                "The wrong operator is used: `{wrong}` should be `{right}`.",
            )
            yield Change("wrong_operator", line, at_sign, at_sign + 2, other, phrases, node)
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append"), args=[argument])) if code.text(argument):
            shown = code.text(argument)
            new = text[: text.index(".append(")] + f".insert(0, {shown})"
            if text.endswith(f".append({shown})"):
                phrases = (
                    "`{wrong}` collects the items in reverse; it should be `{right}`.",
                    "New items go to the front instead of the end: `{wrong}` should be `{right}`.",
                )
                yield Change("wrong_order", line, start, end, new, phrases, node)
        case ast.Assign(value=ast.Call(func=ast.Name(id="max" | "min"), args=[ast.Name(), other])) if code.text(other):
            phrases = (
                "`{wrong}` forgets the best value so far; it should be `{right}`.",
                "The old value is overwritten: `{wrong}` should be `{right}`.",
            )
            target = code.text(node.targets[0])
            if target == code.text(node.value.args[0]):
                yield from code.replace(node.value, code.text(other) or "", "wrong_accumulator", *phrases)


def _change_branch(node: ast.If, code: SourceText) -> Iterator[Change]:
    line = code.lines[node.lineno - 1]
    start = len(line) - len(line.lstrip())
    if line[start:].startswith("elif ") and code.text(node.test):
        test = code.text(node.test)
        phrases = (
            f"`if {test}:` is tested even after an earlier branch was taken; it should be `elif {test}:`.",
            f"The branches should exclude each other: `if {test}:` should be `elif {test}:`.",
        )
        yield Change("lost_else", node.lineno, start, start + 4, "if", phrases, node.test)


def _mix_names(node: ast.AST, one: str, two: str, code: SourceText) -> Iterator[Change]:
    scope = node.body if isinstance(node, ast.For) else [code.parents[node]]
    for part in scope:
        for name in code.list_reads(part):
            yield from _rename(name, one, two, code)


def _mix_parameters(node: ast.FunctionDef, code: SourceText) -> Iterator[Change]:
    """Parameters of one type are easily mistaken for each other."""
    arguments = [a for a in node.args.args if a.annotation is not None]
    for left, right in itertools.pairwise(arguments):
        if code.text(left.annotation) == code.text(right.annotation):
            for name in code.list_reads(node):
                yield from _rename(name, left.arg, right.arg, code)


def _rename(name: ast.Name, one: str, two: str, code: SourceText) -> Iterator[Change]:
    if name.id in (one, two) and not one.startswith("_") and not two.startswith("_"):
        other = two if name.id == one else one
        parent = code.parents[name]
        if isinstance(parent, ast.Compare | ast.BinOp | ast.Call | ast.Subscript) and any(
            isinstance(child, ast.Name) and child.id == other for child in ast.iter_child_nodes(parent)
        ):
            return  # `start < start` is no slip that anyone makes
        phrases = (
            "The wrong variable is used: `{wrong}` should be `{right}`.",
            f"`{other}` stands where `{name.id}` is meant: `{{wrong}}` should be `{{right}}`.",
        )
        yield from code.replace(name, other, "wrong_variable", *phrases)
