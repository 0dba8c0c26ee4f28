"""Steps that make the shape of the code clumsy: nesting, copied branches, index loops.

In: a block of statements and a place in it. Out: a `Rewrite` or None where the step does not suit.
"""

import ast
from random import Random

from generation.tasks.clumsy_parts import (
    Fresh,
    Rewrite,
    is_repeatable,
    leaves_block,
    names_in,
    negate,
    quote,
    show,
    statements,
    with_body,
)
from generation.tasks.trees import copy_tree, walk


def add_needless_else(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """if c: return ... / rest  ->  if c: return ... else: rest"""
    node = block[i]
    rest = block[i + 1 :]
    if not isinstance(node, ast.If) or node.orelse or not rest or not leaves_block(node.body):
        return None
    if isinstance(rest[0], ast.If) and len(rest) <= 2:  # an `elif`, now or after another step
        return None
    word = leaves_block(node.body)
    note = rng.choice(
        (
            f"The `else` after `{word}` is gone, so what follows is one level less deep.",
            f"`{word}` already leaves, so the code after it needs no `else`.",
            f"The case {quote(node.test)} is now a guard clause with `{word}`, without an `else`."
            if quote(node.test)
            else f"The `{word}` is now in a guard clause without an `else`.",
        )
    )
    node.orelse = rest
    return Rewrite(len(block) - i, [node], note)


def turn_guard_inside_out(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """if c: continue / rest  ->  if not c: rest"""
    node = block[i]
    rest = block[i + 1 :]
    if not isinstance(node, ast.If) or node.orelse or not rest or not isinstance(node.body[0], ast.Continue):
        return None
    skipped = quote(node.test) or "the case to skip"
    note = rng.choice(
        (
            f"A guard with `continue` takes care of {skipped} first; the body of the loop is no longer inside an `if`.",
            f"The loop skips {skipped} with `continue` instead of wrapping everything in an `if`.",
        )
    )
    return Rewrite(len(block) - i, [with_body(f"if {negate(node.test)}:", rest)], note)


def split_condition(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """if a and b: ...  ->  if a: if b: ..."""
    node = block[i]
    match node:
        case ast.If(test=ast.BoolOp(op=ast.And(), values=[first, *others]), orelse=[]):
            rest = others[0] if len(others) == 1 else ast.BoolOp(ast.And(), others)
            inner = with_body(f"if {show(rest)}:", node.body)
            both = quote(node.test)
            note = rng.choice(
                (
                    f"The two nested `if`s are one condition, {both}."
                    if both
                    else "The two nested `if`s are one condition with `and`.",
                    f"One `if` with `and` replaces an `if` inside an `if`{f' ({both})' if both else ''}.",
                )
            )
            return Rewrite(1, [with_body(f"if {show(first)}:", [inner])], note)
    return None


def split_alternatives(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """if a or b: leave  ->  if a: leave / if b: leave"""
    node = block[i]
    match node:
        case ast.If(test=ast.BoolOp(op=ast.Or(), values=values), orelse=[]) if leaves_block(node.body):
            made = [with_body(f"if {show(v)}:", list(map(copy_tree, node.body))) for v in values]
            word = leaves_block(node.body)
            times = "twice" if len(values) == 2 else f"{len(values)} times"
            note = rng.choice(
                (
                    f"The checks that all ended in the same `{word}` are joined with `or`.",
                    f"One condition with `or` leads to the `{word}` that was written {times}.",
                )
            )
            return Rewrite(1, made, note)
    return None


def copy_tail_into_branches(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """if c: A else: B / tail  ->  if c: A; tail else: B; tail"""
    node = block[i]
    tail = block[i + 1 : i + 3]
    if not isinstance(node, ast.If) or not tail or leaves_block(node.body) or leaves_block(node.orelse):
        return None
    if any(isinstance(s, ast.FunctionDef | ast.For | ast.While) for s in tail):
        return None
    if any(isinstance(s, ast.If) for s in node.orelse):
        return None
    made = copy_tree(node)
    made.body += map(copy_tree, tail)
    made.orelse += map(copy_tree, tail)
    for part in walk(made):
        part.made = True
    last = quote(tail[0], 60)
    note = rng.choice(
        (
            f"What both branches did, {last}, stands once after the `if`."
            if last
            else "What both branches did stands once after the `if`.",
            f"{last} no longer appears in both branches."
            if last
            else "The lines that both branches repeated are written once.",
        )
    )
    return Rewrite(1 + len(tail), [made], note)


def count_an_index(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """for x in xs: ...  ->  i = 0 / while i < len(xs): x = xs[i]; i += 1; ..."""
    node = block[i]
    if not isinstance(node, ast.For) or node.orelse or not isinstance(node.iter, ast.Name | ast.Call):
        return None
    called = getattr(getattr(node.iter, "func", None), "id", "")
    if called in ("range", "zip", "enumerate", "reversed", "map", "filter") or (
        isinstance(node.iter, ast.Call) and called != "sorted"
    ):
        return None
    index = fresh.name("i", "index", "position", "k") if rng.random() < 0.5 else fresh.name("index", "pos", "idx")
    made: list[ast.stmt] = []
    source = show(node.iter)
    if not isinstance(node.iter, ast.Name):
        source = fresh.name("ordered", "in_order", "sequence")
        made += statements(f"{source} = {show(node.iter)}")
    body = statements(f"{show(node.target)} = {source}[{index}]\n{index} = {index} + 1") + node.body
    made += [*statements(f"{index} = 0"), with_body(f"while {index} < len({source}):", body)]
    over = quote(node.iter) or "the items"
    note = rng.choice(
        (
            f"A `for` loop goes over {over}; the counter `{index}` and its bookkeeping are gone.",
            f"The `while` loop with `{index}` became a `for` loop over {over}.",
            f"`{index}` served only to fetch items one by one, which `for` does by itself.",
        )
    )
    return Rewrite(1, made, note)


def index_by_range(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """for x in xs: ...  ->  for i in range(len(xs)): x = xs[i]; ..."""
    node = block[i]
    if not isinstance(node, ast.For) or not isinstance(node.iter, ast.Name) or node.orelse:
        return None
    if show(node.target) == "_":  # nobody fetches an item that is not used
        return None
    index = fresh.name("i", "index", "n")
    fetch = statements(f"{show(node.target)} = {show(node.iter)}[{index}]")
    note = rng.choice(
        (
            f"The loop takes its items from `{show(node.iter)}` directly, without `range(len(...))`.",
            f"`for {show(node.target).strip('()')} in {show(node.iter)}` replaces the loop over indices.",
        )
    )
    return Rewrite(1, [with_body(f"for {index} in range(len({show(node.iter)})):", fetch + node.body)], note)


def count_by_hand(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """for v in range(a, b): ...  ->  v = a / while v < b: ...; v += 1"""
    node = block[i]
    match node:
        case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), args=[*args]), orelse=[]):
            inside = [n for s in node.body for n in walk(s)]
            stored = {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            if len(args) > 2 or name in stored or any(isinstance(n, ast.Continue) for n in inside):
                return None
            if names_in(args[-1]) & stored:
                return None
            first = show(args[0]) if len(args) == 2 else "0"
            over = show(node.iter)
            loop = with_body(f"while {name} < {show(args[-1])}:", node.body + statements(f"{name} = {name} + 1"))
            note = rng.choice(
                (
                    f"`for {name} in {over}` counts by itself, so `{name}` is no longer set and raised by hand.",
                    f"The hand-made counter `{name}` became a `for` loop over `{over}`.",
                )
            )
            return Rewrite(1, [*statements(f"{name} = {first}"), loop], note)
    return None


def repeat_computation(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """x = f(y) / g(x, x)  ->  g(f(y), f(y))"""
    node = block[i]
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() | ast.BinOp() | ast.Subscript()):
            rest = block[i + 1 :]
            nodes = [n for s in rest for n in walk(s)]
            uses = [n for n in nodes if isinstance(n, ast.Name) and n.id == name]
            stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            inner = any(isinstance(n, ast.FunctionDef | ast.Lambda) for n in nodes)
            if (
                not 2 <= len(uses) <= 4
                or name in stored
                or names_in(node.value) & stored
                or inner
                or not is_repeatable(node.value)
            ):
                return None
            swap = _Swap(name, node.value)
            made = [swap.visit(copy_tree(s)) for s in rest]
            shown = quote(node.value)
            note = rng.choice(
                (
                    f"{shown or 'The repeated expression'} is worked out once and kept in `{name}`.",
                    f"`{name}` holds {shown} instead of {len(uses)} copies of it."
                    if shown
                    else f"`{name}` keeps what was worked out {len(uses)} times.",
                )
            )
            return Rewrite(len(block) - i, made, note)
    return None


class _Swap(ast.NodeTransformer):
    """Puts an expression in the place of a name that is read."""

    def __init__(self, name: str, value: ast.expr):
        self._name, self._value = name, value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return the expression for the name, anything else unchanged."""
        return copy_tree(self._value) if node.id == self._name else node


BLOCK_STEPS = (
    add_needless_else,
    turn_guard_inside_out,
    split_condition,
    split_alternatives,
    copy_tail_into_branches,
    count_an_index,
    index_by_range,
    count_by_hand,
    repeat_computation,
)
