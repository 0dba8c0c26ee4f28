"""Steps that write an expression out as statements: comprehensions, any, sum, max, joins, conditionals.

In: a block of statements and a place in it. Out: a `Rewrite` in which the expression was worked
out before the statement, or None where the statement holds no such expression.
"""

import ast
from collections.abc import Callable, Iterator
from random import Random

from generation.tasks.clumsy_parts import Fresh, Rewrite, is_repeatable, names_in, quote, show, statements, with_body
from generation.tasks.trees import walk

Written = tuple[list[ast.stmt], str, str]  # statements, the name that holds the value, the note


def _hoistable(statement: ast.stmt) -> Iterator[tuple[ast.AST, str, int, ast.expr]]:
    """Yield (parent, field, index or -1, expression) of what is evaluated once each time the statement runs."""
    tops = {
        ast.Assign: "value",
        ast.AnnAssign: "value",
        ast.AugAssign: "value",
        ast.Return: "value",
        ast.If: "test",
        ast.Expr: "value",
        ast.For: "iter",
    }
    field = tops.get(type(statement))
    if field is None or getattr(statement, field) is None:
        return
    waiting: list[tuple[ast.AST, str, int, ast.expr]] = [(statement, field, -1, getattr(statement, field))]
    while waiting:
        place = waiting.pop()
        yield place
        node = place[3]
        if isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.IfExp):
            continue
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.expr):
                waiting.append((node, name, -1, value))
            elif isinstance(value, list):
                waiting += [(node, name, at, item) for at, item in enumerate(value) if isinstance(item, ast.expr)]


def _hoist(block: list[ast.stmt], i: int, write: Callable[[ast.expr, str], Written | None]) -> Rewrite | None:
    statement = block[i]
    for parent, field, at, node in _hoistable(statement):
        name = ""
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is node and name not in names_in(node):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is node and name not in names_in(node):
                pass
            case _:
                name = ""
        found = write(node, name)
        if found is None:
            continue
        made, holder, note = found
        if holder == name:
            return Rewrite(1, made, note)
        if at < 0:
            setattr(parent, field, ast.Name(holder, ast.Load()))
        else:
            getattr(parent, field)[at] = ast.Name(holder, ast.Load())
        return Rewrite(1, [*made, statement], note)
    return None


def _loop(generators: list[ast.comprehension], innermost: list[ast.stmt]) -> ast.stmt:
    """Return the loops and conditions of a comprehension around the statements."""
    body = innermost
    for part in reversed(generators):
        for test in reversed(part.ifs):
            body = [with_body(f"if {show(test)}:", body)]
        body = [with_body(f"for {show(part.target)} in {show(part.iter)}:", body)]
    return body[0]


def unroll_comprehension(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """x = [e for v in it if c]  ->  x = [] / for v in it: if c: x.append(e)"""

    def write(node: ast.expr, target: str) -> Written | None:
        match node:
            case ast.ListComp(elt=elt):
                start, add, what = "[]", f".append({show(elt)})", "list"
            case ast.SetComp(elt=elt):
                start, add, what = "set()", f".add({show(elt)})", "set"
            case ast.DictComp(key=key, value=value):
                start, add, what = "{}", f"[{show(key)}] = {show(value)}", "dict"
            case _:
                return None
        name = target or fresh.name("items", "collected", "found", "kept", "values")
        made = [*statements(f"{name} = {start}"), _loop(node.generators, statements(f"{name}{add}"))]
        place = f"`{name}`" if target else f"the {what} that was collected in `{name}`"
        note = rng.choice(
            (
                f"A {what} comprehension builds {place}, in place of the loop that filled it.",
                f"{place[0].upper() + place[1:]} comes from a {what} comprehension; the loop that filled it is gone.",
            )
        )
        return made, name, note

    return _hoist(block, i, write)


def write_out_any(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """any(c for v in it)  ->  found = False / for v in it: if c: found = True"""

    def write(node: ast.expr, target: str) -> Written | None:
        match node:
            case ast.Call(func=ast.Name(id="any" | "all" as called), args=[ast.GeneratorExp() as inside], keywords=[]):
                name = target or (
                    fresh.name("found", "flag", "seen_one") if called == "any" else fresh.name("ok", "good", "all_good")
                )
                test = show(inside.elt) if called == "any" else f"not ({show(inside.elt)})"
                hit = with_body(f"if {test}:", statements(f"{name} = {called == 'any'}"))
                made = [*statements(f"{name} = {called != 'any'}"), _loop(inside.generators, [hit])]
                note = rng.choice(
                    (
                        f"`{called}` says in one call what took a loop and the flag `{name}`.",
                        f"The flag `{name}` and the loop that set it became a call of `{called}`.",
                    )
                )
                return made, name, note
        return None

    return _hoist(block, i, write)


def _adding(name: str, item: ast.expr) -> list[ast.stmt]:
    """Return the statements that add one item of a sum by hand; a truth value is counted where it holds."""
    match item:
        case ast.UnaryOp(op=ast.Not()) | ast.Compare() | ast.BoolOp():
            counted = True
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)):
            counted = called.startswith("is")
        case _:
            counted = False
    if counted:
        return statements(f"if {show(item)}:\n    {name} = {name} + 1")
    return statements(f"{name} = {name} + {show(item)}")


def write_out_sum(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """sum(e for v in it)  ->  total = 0 / for v in it: total = total + e"""

    def write(node: ast.expr, target: str) -> Written | None:
        match node:
            case ast.Call(func=ast.Name(id="sum"), args=[ast.GeneratorExp() as inside], keywords=[]):
                name = target or fresh.name("total", "amount", "running")
                made = [
                    *statements(f"{name} = 0"),
                    _loop(inside.generators, _adding(name, inside.elt)),
                ]
                return (
                    made,
                    name,
                    rng.choice(
                        (
                            f"`sum` adds up what the loop added to `{name}` by hand.",
                            f"`sum` replaces the loop over `{name}`'s parts.",
                        )
                    ),
                )
            case ast.Call(
                func=ast.Attribute(value=ast.Constant(value=""), attr="join"), args=[ast.GeneratorExp() as inside]
            ):
                name = target or fresh.name("text", "built", "joined")
                made = [
                    *statements(f"{name} = ''"),
                    _loop(inside.generators, _adding(name, inside.elt)),
                ]
                return (
                    made,
                    name,
                    f'`"".join` puts the pieces together that the loop appended to `{name}` one at a time.',
                )
        return None

    return _hoist(block, i, write)


def write_out_max(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """max(a, b)  ->  largest = a / if b > largest: largest = b"""

    def write(node: ast.expr, target: str) -> Written | None:
        match node:
            case ast.Call(func=ast.Name(id="max" | "min" as called), args=[first, second, *more], keywords=[]):
                if any(isinstance(a, ast.Starred) or not is_repeatable(a) for a in (second, *more)):
                    return None
                sign, side = (">", "larger") if called == "max" else ("<", "smaller")
                name = target or (
                    fresh.name("largest", "bigger", "highest")
                    if called == "max"
                    else fresh.name("smallest", "lower", "lowest")
                )
                made = statements(f"{name} = {show(first)}")
                for other in (second, *more):
                    made.append(with_body(f"if {show(other)} {sign} {name}:", statements(f"{name} = {show(other)}")))
                shown = quote(node)
                return (
                    made,
                    name,
                    rng.choice(
                        (
                            f"{shown or f'`{called}`'} replaces the comparison written out by hand.",
                            f"The `if` that picked the {side} value by hand is now {shown or f'a call of `{called}`'}.",
                        )
                    ),
                )
            case ast.Call(
                func=ast.Name(id="max" | "min" as called),
                args=[ast.GeneratorExp() as inside],
                keywords=[ast.keyword(arg="default", value=default)],
            ) if is_repeatable(inside.elt):
                sign = ">" if called == "max" else "<"
                name = target or fresh.name("best", "champion", "leader")
                test = f"if {name} is None or {show(inside.elt)} {sign} {name}:"
                made = [
                    *statements(f"{name} = None"),
                    _loop(inside.generators, [with_body(test, statements(f"{name} = {show(inside.elt)}"))]),
                ]
                made.append(with_body(f"if {name} is None:", statements(f"{name} = {show(default)}")))
                return made, name, f"`{called}` with `default` finds what the loop looked for with `{name}`."
        return None

    return _hoist(block, i, write)


def write_out_conditional(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """a if c else b  ->  if c: chosen = a else: chosen = b"""

    def write(node: ast.expr, target: str) -> Written | None:
        if not isinstance(node, ast.IfExp):
            return None
        name = target or fresh.name("chosen", "picked", "value", "outcome")
        made = with_body(f"if {show(node.test)}:", statements(f"{name} = {show(node.body)}"))
        made.orelse = statements(f"{name} = {show(node.orelse)}")
        shown = quote(node)
        note = rng.choice(
            (
                f"{shown or 'A conditional expression'} takes the place of the four-line `if`/`else`.",
                f"The `if`/`else` that only chose a value is {shown or 'a conditional expression'}.",
            )
        )
        return [made], name, note

    return _hoist(block, i, write)


def write_out_get(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """d[k] = d.get(k, 0) + e  ->  if k in d: d[k] = d[k] + e else: d[k] = e"""
    match block[i]:
        case ast.Assign(
            targets=[ast.Subscript(value=ast.Name(id=name), slice=key)],
            value=ast.BinOp(
                left=ast.Call(func=ast.Attribute(value=ast.Name(id=other), attr="get"), args=[asked, start]),
                op=op,
                right=step,
            ),
        ) if name == other and ast.dump(key) == ast.dump(asked):
            place = f"{name}[{show(key)}]"
            sign = {ast.Add: "+", ast.Sub: "-", ast.BitOr: "|"}.get(type(op))
            if sign is None:
                return None
            zero = show(start) == "0" and sign == "+"
            made = with_body(f"if {show(key)} in {name}:", statements(f"{place} = {place} {sign} {show(step)}"))
            made.orelse = statements(
                f"{place} = {show(step)}" if zero else f"{place} = {show(start)} {sign} {show(step)}"
            )
            note = rng.choice(
                (
                    f"`{name}.get` with a default covers the first time as well, so the `if`/`else` is gone.",
                    f"`{name}.get` has a default, so nothing asks any more whether {quote(key)} is in `{name}`.",
                )
            )
            return Rewrite(1, [made], note)
    return None


def write_out_condition(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """return a and b  ->  if a and b: return True else: return False"""
    match block[i]:
        case ast.Return(value=ast.BoolOp(values=parts) as test) if all(_is_bool(p) for p in parts):
            pass
        case ast.Return(value=ast.Compare() as test):
            pass
        case _:
            return None
    made = with_body(f"if {show(test)}:", statements("return True"))
    made.orelse = statements("return False")
    shown = quote(test)
    note = rng.choice(
        (
            f"The condition {shown or 'itself'} is returned directly; it is `True` or `False` anyway.",
            f"`return True` and `return False` became one `return` of the condition{f' {shown}' if shown else ''}.",
        )
    )
    return Rewrite(1, [made], note)


def _is_bool(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Compare)
        or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))
        or (isinstance(node, ast.BoolOp) and all(map(_is_bool, node.values)))
    )


def write_out_key(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """sorted(xs, key=lambda x: e)  ->  def sort_key(x): return e / sorted(xs, key=sort_key)"""
    for node in walk(block[i]) if isinstance(block[i], ast.Assign | ast.Return) else ():
        match node:
            case ast.Call(func=ast.Name(id="sorted" | "min" | "max" as called), keywords=keywords):
                for word in keywords:
                    if word.arg == "key" and isinstance(word.value, ast.Lambda):
                        name = fresh.name("sort_key" if called == "sorted" else "get_key", "key_of")
                        made = statements(
                            f"def {name}({show(word.value.args)}):\n    made = {show(word.value.body)}\n    return made"
                        )
                        word.value = ast.Name(name, ast.Load())
                        note = rng.choice(
                            (
                                f"The key of `{called}` is a short `lambda`, so the inner function `{name}` is gone.",
                                f"A `lambda` says in place what the helper `{name}` was defined for.",
                            )
                        )
                        return Rewrite(1, [*made, block[i]], note)
    return None


def name_the_result(block: list[ast.stmt], i: int, fresh: Fresh, rng: Random) -> Rewrite | None:
    """return f(x)  ->  result = f(x) / return result"""
    match block[i]:
        case ast.Return(value=ast.Call() | ast.BinOp() | ast.ListComp() as value):
            name = fresh.name("result", "answer", "outcome")
            made = statements(f"{name} = {show(value)}\nreturn {name}")
            note = rng.choice(
                (
                    f"`{name}` only carried the value from one line to the next, so it is returned directly.",
                    f"The `return` holds the expression itself; `{name}` named it for a single line and said nothing more.",
                    f"There is no `{name}` any more: what it held is returned where it is worked out.",
                    f"Dropped `{name}`, which was assigned once and returned right away.",
                    f"Naming a value `{name}` just to return it adds a line and no meaning, so the name is gone.",
                    f"The expression itself is returned instead of being stored in `{name}` first.",
                    f"One line less: the detour through `{name}` is gone.",
                )
            )
            return Rewrite(1, made, note)
    return None


EXPRESSION_STEPS = (
    write_out_get,
    write_out_condition,
    write_out_key,
    name_the_result,
    unroll_comprehension,
    write_out_any,
    write_out_sum,
    write_out_max,
    write_out_conditional,
)
