"""The reference of the grouping shape: seven idioms of folding, then a finish for each presentation.

In: a `Parts` record of code pieces. Out: commented source text. It knows no English but comments.
"""

from dataclasses import dataclass, field

from generation.programs.compose.conditions import Condition
from generation.programs.compose.layout import define, gather, shift, source, test
from generation.programs.compose.measures import Measure
from generation.programs.compose.table import Table

FINALS = {
    "count": "len({x})",
    "sum": "sum({x})",
    "largest": "max({x})",
    "smallest": "min({x})",
    "mean": "sum({x}) // len({x})",
    "range": "max({x}) - min({x})",
    "distinct": "len(set({x}))",
    "ids": "sorted({x})",
    "common_name": "min(set({x}), key=lambda word: (-{x}.count(word), word))",
    "common_first": "Counter({x}).most_common(1)[0][0]",
    "low_first": "min({x}, key=lambda pair: pair[0])[1]",
    "low_name": "min({x})[1]",
    "high_first": "max({x}, key=lambda pair: pair[0])[1]",
    "high_name": "min({x}, key=lambda pair: (-pair[0], pair[1]))[1]",
}
WHY_PAIR = {
    "low_first": "# Only a strictly lower one takes over, so the first of equals stays.",
    "high_first": "# Only a strictly higher one takes over, so the first of equals stays.",
    "low_name": "# Comparing whole pairs lets the smaller {ident} win among equals.",
    "high_name": "# The value is negated, so the smallest pair has the highest one.",
}


@dataclass
class Parts:
    """What the code of one tree is made of. value: None for a plain count."""

    table: Table
    entry: str
    params: list[str]
    returns: str
    keep: Condition | None
    group: str
    aggregate: str
    measure: Measure | None
    present: str
    having: str
    having_bound: str
    prep: str
    bad: tuple[str, str, str]
    idiom: str
    limit: str
    key_names: tuple[str, ...]
    key_code: tuple[str, ...]
    acc: str
    roles: set[str]
    acc_value: str
    done: str
    nothing: str
    share: bool
    imports: set[str] = field(default_factory=set)


def key_type(p: Parts) -> str:
    """Return the annotation of a group's key."""
    return "tuple[str, str]" if p.group == "pair" else "int" if p.group == "bucket" else "str"


def _value(p: Parts) -> str:
    """Return the expression that a group collects, "" for a count."""
    ref = p.table.ref
    kind = p.aggregate
    if kind == "count":
        return ""
    if kind == "distinct":
        return ref("owner")
    if kind == "ids":
        return ref("ident")
    if kind.startswith("common"):
        return ref("status")
    if kind.startswith(("low", "high")):
        first = p.measure.code(ref) if p.measure else ref("start")
        negative = kind == "high_name" and p.idiom in ("loop", "generator", "helper")
        first = (
            (
                f"-({first})"
                if " " in first and first[-1] != "(" and not first.startswith(("max(", "min(", "abs("))
                else f"-{first}"
            )
            if negative
            else first
        )
        return f"({first}, {ref('ident')})"
    return p.measure.code(ref)


def _value_type(p: Parts) -> str:
    if p.aggregate in ("distinct", "ids") or p.aggregate.startswith("common"):
        return "str"
    return "tuple[int, str]" if p.aggregate.startswith(("low", "high")) else "int"


def _key(p: Parts) -> str:
    """Return the key as one expression."""
    return f"({', '.join(p.key_code)})" if len(p.key_code) > 1 else p.key_code[0]


def _name(p: Parts) -> str:
    """Return the name of a key where it is a loop variable."""
    return "group" if len(p.key_names) > 1 else p.key_names[0]


def render(p: Parts) -> str:
    """Return the commented source of the tree."""
    helpers, body, final = _fold(p)
    body = _prepare(p) + body
    body += _finish(p, final)
    head = [f"from {module} import {names}" for module, names in _imports(p)]
    head += ["", ""] if head else []
    helpers = [*helpers, "", ""] if helpers else []
    return source(head, helpers, define(p.entry, p.params, p.returns), shift(body))


def _imports(p: Parts) -> list[tuple[str, str]]:
    homes = {
        "Counter": "collections",
        "defaultdict": "collections",
        "groupby": "itertools",
        "Iterator": "collections.abc",
        "itemgetter": "operator",
        "nsmallest": "heapq",
    }
    out: dict[str, list[str]] = {}
    for name in sorted(p.imports):
        out.setdefault(homes[name], []).append(name)
    return [(home, ", ".join(names)) for home, names in sorted(out.items())]


def _source_of(p: Parts) -> str:
    return "remaining.values()" if p.prep.endswith("per_ident") else ""


def _prepare(p: Parts) -> list[str]:
    """Return the statements before the fold: duplicates resolved, or bad records refused up front."""
    table, ref = p.table, p.table.ref
    if p.prep.endswith("per_ident"):
        many, var = table.domain.vars, table.domain.var
        ident = ref("ident") if table.form == "dicts" else f"{var}[0]"
        kind = "dict" if table.form == "dicts" else table.annotation.removeprefix("list[").removesuffix("]")
        if p.prep == "first_per_ident":
            return [
                f"remaining: dict[str, {kind}] = {{}}",
                f"for {var} in {many}:",
                f"    remaining.setdefault({ident}, {var})",
            ]
        return [
            f"remaining: dict[str, {kind}] = {{}}",
            f"for {var} in {many}:",
            "    # Taken out first, so that the order is that of the ones that stay.",
            f"    remaining.pop({ident}, None)",
            f"    remaining[{ident}] = {var}",
        ]
    if p.prep == "raise_negative" and p.idiom in ("comprehension", "groupby", "generator", "defaultdict"):
        bad, roles, message = p.bad
        lines = gather("if ", "any(", bad, [table.head(set(roles.split()))], "):")
        return [*lines, f'    raise ValueError("{message}")']
    return []


def _loop_checks(p: Parts) -> list[str]:
    """Return the statements at the top of a loop's body that deal with bad records."""
    bad, _, message = p.bad
    if p.prep == "raise_negative" and p.idiom in ("loop", "guard", "helper"):
        return [f"if {bad}:", f'    raise ValueError("{message}")']
    return []


def _tests(p: Parts) -> tuple[list[str], str]:
    """Return the condition's parts as code and their joiner; skipping a bad record is one more part."""
    parts, joiner = [], "and"
    if p.keep:
        ref = p.table.ref
        parts = [c.code(ref) for c in p.keep.parts] if p.keep.parts else [p.keep.code(ref)]
        joiner = p.keep.joiner
    if p.prep == "skip_negative":
        good = p.bad[0].replace(" < ", " >= ")
        parts = [good, *parts] if joiner == "and" else [good, f"({' or '.join(parts)})"]
        joiner = "and"
    return parts, joiner


def _clauses(p: Parts) -> list[str]:
    """Return the for/if clauses of a comprehension over the records that count."""
    parts, joiner = _tests(p)
    head = p.table.head(_used(p), _source_of(p))
    return [head] + ([f"if {f' {joiner} '.join(parts)}"] if parts else [])


def _used(p: Parts) -> set[str]:
    return p.roles


def _stream(p: Parts, key: str, value: str) -> list[str]:
    """Return the statements that add one value to the accumulator."""
    acc, kind = p.acc, p.aggregate
    if p.idiom == "guard":
        start = {"count": "0", "sum": "0"}.get(kind, "[]")
        add = {"count": f"{acc}[{key}] += 1", "sum": f"{acc}[{key}] += {value}"}.get(
            kind, f"{acc}[{key}].append({value})"
        )
        return [f"if {key} not in {acc}:", f"    {acc}[{key}] = {start}", add]
    if p.idiom == "defaultdict":
        return {
            "count": [f"{acc}[{key}] += 1"],
            "sum": [f"{acc}[{key}] += {value}"],
            "distinct": [f"{acc}[{key}].add({value})"],
        }.get(kind, [f"{acc}[{key}].append({value})"])
    if kind == "count":
        return [f"{acc}[{key}] = {acc}.get({key}, 0) + 1"]
    if kind == "sum":
        return [f"{acc}[{key}] = {acc}.get({key}, 0) + {value}"]
    if kind in ("largest", "smallest"):
        word = "max" if kind == "largest" else "min"
        lines = [] if value.isidentifier() else [f"{p.measure.word} = {value}"]
        name = value if value.isidentifier() else p.measure.word
        return [*lines, f"{acc}[{key}] = {word}({name}, {acc}.get({key}, {name}))"]
    if kind == "distinct":
        return [f"{acc}.setdefault({key}, set()).add({value})"]
    if kind.startswith(("low", "high")):
        why = WHY_PAIR[kind].format(ident=p.table.domain.ident.noun)
        if kind.endswith("first"):
            sign = "<" if kind == "low_first" else ">"
            lines = [f"candidate = {value}"] if value != "candidate" else []
            return [
                *lines,
                why,
                f"if {key} not in {acc} or candidate[0] {sign} {acc}[{key}][0]:",
                f"    {acc}[{key}] = candidate",
            ]
        lines = [f"candidate = {value}"] if value != "candidate" else []
        return [*lines, why, f"{acc}[{key}] = min(candidate, {acc}.get({key}, candidate))"]
    return [f"{acc}.setdefault({key}, []).append({value})"]


def _streams_whole(p: Parts) -> bool:
    """True where the accumulator holds finished values (a number) and needs no last pass."""
    if p.idiom in ("guard", "defaultdict"):
        return p.aggregate in ("count", "sum")
    return p.aggregate in ("count", "sum", "largest", "smallest")


def _acc_type(p: Parts) -> str:
    if _streams_whole(p):
        return "int"
    if p.aggregate == "distinct" and p.idiom != "guard":
        return "set[str]"
    if p.aggregate.startswith(("low", "high")) and p.idiom not in ("guard", "defaultdict"):
        return "tuple[int, str]"
    return f"list[{_value_type(p)}]"


def _last_pass(p: Parts, name: str) -> str:
    """Return the expression that turns one accumulated value into the finished one, "" where it is finished."""
    if _streams_whole(p):
        return ""
    if _acc_type(p) == "set[str]":
        return f"len({name})"
    if _acc_type(p) == "tuple[int, str]":
        return f"{name}[1]"
    if p.aggregate == "common_first":
        p.imports.add("Counter")
    return FINALS[p.aggregate].format(x=name)


def _fold(p: Parts) -> tuple[list[str], list[str], tuple[str, str]]:
    """Return helper functions, the fold's statements, and (accumulator, last pass over `values`)."""
    if p.idiom == "comprehension":
        return [], *_comprehension(p)
    if p.idiom == "groupby":
        return [], *_groupby(p)
    if p.idiom == "generator":
        return _generator(p)
    key, setup = _key(p), []
    if not _plain_name(key) and (_stream(p, key, "x").__str__().count(key) > 1 or len(key) > 24):
        setup = [f"{_name(p)} = {key}"]
        key = _name(p)
    if setup and p.table.form != "dicts" and p.group in ("key", "owner", "status"):
        setup, key = [], _key(p)
    adding = setup + _stream(p, key, _value(p))
    if p.idiom == "defaultdict":
        factory = {"count": "int", "sum": "int", "distinct": "set"}.get(p.aggregate, "list")
        made = f"defaultdict({factory})"
        p.imports.add("defaultdict")
    else:
        made = "{}"
    made_as = "dict" if p.idiom == "defaultdict" and not p.share else ""
    start = [f"{p.acc}: dict[{key_type(p)}, {_acc_type(p)}] = {made}"]
    body = _loop_checks(p)
    helpers: list[str] = []
    parts, joiner = _tests(p)
    if parts and p.idiom == "helper":
        helpers, call_line = _predicate(p, parts, joiner)
        body += [call_line, *shift(adding)]
    elif parts and p.idiom == "guard":
        body += [*_skip(p), "    continue", *adding]
    elif parts:
        body += [*test("if", parts, joiner), *shift(adding)]
    else:
        body += adding
    return (
        helpers,
        [*start, p.table.head(_used(p), _source_of(p)) + ":", *shift(body)],
        (p.acc, _last_pass(p, "values") or made_as),
    )


def _plain_name(text: str) -> bool:
    return text.isidentifier()


def _skip(p: Parts) -> list[str]:
    """Return the inverted condition, for `continue`."""
    ref = p.table.ref
    inverse = []
    other = "or"
    if p.keep:
        if p.keep.parts:
            inverse = [c.inverse(ref) for c in p.keep.parts]
            other = "or" if p.keep.joiner == "and" else "and"
        else:
            inverse = [p.keep.inverse(ref)]
    if p.prep == "skip_negative":
        bad = p.bad[0]
        inverse = [bad, *inverse] if other == "or" else [bad, f"({' and '.join(inverse)})"]
        other = "or"
    return test("if", inverse, other)


def _predicate(p: Parts, parts: list[str], joiner: str) -> tuple[list[str], str]:
    """Return a predicate function over the fields that the condition reads, and the `if` that calls it."""
    d, table = p.table.domain, p.table
    reads = list(dict.fromkeys(p.keep.roles if p.keep else ()))
    if p.prep == "skip_negative":
        reads = list(dict.fromkeys([*p.bad[1].split(), *reads]))
    extra = [param for param, _ in (p.keep.arguments if p.keep else ())]
    name = f"is_relevant_{d.var}"
    if table.form == "dicts":
        params, args = [f"{d.var}: dict"], [d.var]
    else:
        order = [role for role in table.roles if role in reads]
        kinds = {"flag": "bool"}
        params = [
            f"{table.ref(r)}: {kinds.get(r, 'str' if r in ('ident', 'key', 'owner', 'status') else 'int')}"
            for r in order
        ]
        args = [table.ref(r) for r in order]
    params += [f"{x.name}: {x.annotation}" for x in extra]
    args += [x.name for x in extra]
    lines = define(name, params, "bool") + shift(test("return", parts, joiner, tail=""))
    return lines, f"if {name}({', '.join(args)}):"


def _pair(p: Parts) -> str:
    value = _value(p)
    return f"({_key(p)}, {value})" if value else _key(p)


def _comprehension(p: Parts) -> tuple[list[str], tuple[str, str]]:
    name, kept = _name(p), "kept"
    lines = gather(f"{kept} = ", "[", _pair(p), _clauses(p), "]")
    if p.aggregate == "count":
        p.imports.add("Counter")
        return [*lines, f"{p.acc} = Counter({kept})"], (p.acc, "dict")
    lines += [
        f"values_of: dict[{key_type(p)}, list[{_value_type(p)}]] = {{}}",
        f"for {name}, value in {kept}:",
        f"    values_of.setdefault({name}, []).append(value)",
    ]
    if p.aggregate == "common_first":
        p.imports.add("Counter")
    return lines, ("values_of", FINALS[p.aggregate].format(x="values"))


def _groupby(p: Parts) -> tuple[list[str], tuple[str, str]]:
    p.imports.add("groupby")
    name = _name(p)
    if p.aggregate == "count":
        lines = gather("kept = ", "sorted(", _pair(p), _clauses(p), ")")
        lines += ["# groupby only joins neighbours, hence the sorting."]
        lines += gather(f"{p.acc} = ", "{", f"{name}: len(list(run))", [f"for {name}, run in groupby(kept)"], "}")
        return lines, (p.acc, "")
    p.imports.add("itemgetter")
    lines = gather("kept = ", "[", _pair(p), _clauses(p), "]")
    lines += [
        "# groupby only joins neighbours; the sort is stable, so each group keeps its order.",
        "kept.sort(key=itemgetter(0))",
    ]
    lines += gather(
        "values_of = ",
        "{",
        f"{name}: [value for _, value in run]",
        [f"for {name}, run in groupby(kept, key=itemgetter(0))"],
        "}",
    )
    if p.aggregate == "common_first":
        p.imports.add("Counter")
    return lines, ("values_of", FINALS[p.aggregate].format(x="values"))


def _generator(p: Parts) -> tuple[list[str], list[str], tuple[str, str]]:
    p.imports.add("Iterator")
    d = p.table.domain
    pair = _pair(p)
    value = _value(p)
    kind = f"tuple[{key_type(p)}, {_value_type(p)}]" if value else key_type(p)
    parts, joiner = _tests(p)
    given = [f"{x.name}: {x.annotation}" for x, _ in (p.keep.arguments if p.keep else ())]
    source_param = (
        "remaining: dict[str, dict]"
        if p.prep.endswith("per_ident") and p.table.form == "dicts"
        else (
            f"remaining: dict[str, {p.table.annotation.removeprefix('list[').removesuffix(']')}]"
            if p.prep.endswith("per_ident")
            else f"{d.vars}: {p.table.annotation}"
        )
    )
    name = f"relevant_{d.vars}"
    shown = pair[1:-1] if value else pair
    inner = [*test("if", parts, joiner), f"    yield {shown}"] if parts else [f"yield {shown}"]
    helper = define(name, [source_param, *given], f"Iterator[{kind}]")
    helper += shift([p.table.head(_used(p), _source_of(p)) + ":", *shift(inner)])
    args = [
        "remaining" if p.prep.endswith("per_ident") else d.vars,
        *[x.name for x, _ in (p.keep.arguments if p.keep else ())],
    ]
    call = f"{name}({', '.join(args)})"
    if p.aggregate == "count":
        p.imports.add("Counter")
        return helper, [f"{p.acc} = Counter({call})"], (p.acc, "dict")
    key = _name(p)
    value_name = "candidate" if value.startswith("(") and p.aggregate[:3] in ("low", "hig") else "value"
    start = [f"{p.acc}: dict[{key_type(p)}, {_acc_type(p)}] = {{}}", f"for {key}, {value_name} in {call}:"]
    return helper, start + shift(_stream(p, key, value_name)), (p.acc, _last_pass(p, "values"))


def _finish(p: Parts, final: tuple[str, str]) -> list[str]:
    """Return the statements from the folded groups to the returned value."""
    name, last = final
    key = _name(p)
    lines: list[str] = []
    present = p.present
    if last == "dict":
        last, as_dict = "", True
    else:
        as_dict = False
    value = p.acc_value
    if last:
        made = gather("", "{", f"{key}: {last}", [f"for {key}, values in {name}.items()"], "}")
        if present == "dict" and not p.having and not p.share:
            return _returned(made)
        name, summed = ("totals", name) if p.share else (p.done, name)
        lines += gather(f"{name} = ", "{", f"{key}: {last}", [f"for {key}, values in {summed}.items()"], "}")
    if p.share:
        lines += [f"whole = sum({name}.values())"]
        lines += ["# Without any amount there is nothing to divide by."]
        made = gather(
            f"{p.done} = ",
            "{",
            f"{key}: 100 * total // whole if whole else 0",
            [f"for {key}, total in {name}.items()"],
            "}",
        )
        if present == "dict" and not p.having:
            return lines[:1] + lines[1:] + _returned([made[0].removeprefix(f"{p.done} = "), *made[1:]])
        lines += made
        name = p.done
    if p.having:
        condition = {
            "at_least": f"{value} >= {p.having_bound}",
            "at_least_arg": f"{value} >= {p.having_bound}",
            "not_zero": f"{value} > 0",
            "above_mean": f"{value} * len({name}) > everything",
        }[p.having]
        if p.having == "above_mean":
            lines += [f"everything = sum({name}.values())", "# Multiplied out, so that the mean needs no rounding."]
        made = gather(
            "selected = ", "{", f"{key}: {value}", [f"for {key}, {value} in {name}.items()", f"if {condition}"], "}"
        )
        if present == "dict":
            return lines + _returned([made[0].removeprefix("selected = "), *made[1:]])
        lines += made
        name = "selected"
    return lines + _presented(p, name, key, value, as_dict)


def _returned(lines: list[str]) -> list[str]:
    return ["return " + lines[0], *lines[1:]]


def _presented(p: Parts, name: str, key: str, value: str, as_dict: bool) -> list[str]:
    present = p.present
    pair = p.group == "pair"
    largest = "key=lambda item: (-item[1], item[0])"
    if present == "dict":
        return [f"return dict({name})" if as_dict and not p.having else f"return {name}"]
    if present in ("pairs_key", "pairs_desc", "pairs_asc", "top", "top_arg"):
        order = {"pairs_key": "", "pairs_asc": ", key=lambda item: (item[1], item[0])"}.get(present, f", {largest}")
        ranked = f"sorted({name}.items(){order})"
        if pair:
            names = ", ".join(p.key_names)
            return gather("return ", "[", f"({names}, {value})", [f"for ({names}), {value} in {ranked}"], "]")
        if present in ("top", "top_arg"):
            if p.idiom in ("generator", "groupby", "defaultdict"):
                p.imports.add("nsmallest")
                return [
                    "# Negated values make the largest come first, ties by name.",
                    *gather("return ", "nsmallest(", f"{p.limit}, {name}.items(), {largest}", [], ")"),
                ]
            return [f"ranked = {ranked}", f"return ranked[:{p.limit}]"]
        return gather("return ", "", ranked, [], "")
    if present == "lines":
        shown = "/".join(f"{{{k}}}" for k in p.key_names)
        target = f"({', '.join(p.key_names)})" if pair else key
        return gather(
            "return ", "[", f'f"{shown}: {{{value}}}"', [f"for {target}, {value} in sorted({name}.items())"], "]"
        )
    if present == "names":
        return gather("return ", "sorted(", f"{name}, key=lambda {key}: (-{name}[{key}], {key})", [], ")")
    if present == "spread":
        return [f"values = {name}.values()", "return max(values, default=0) - min(values, default=0)"]
    empty = [f"if not {name}:", "    return None" if present == "winner" else f'    raise ValueError("{p.nothing}")']
    return [
        *empty,
        "# Among equals the smaller name wins, hence the negated value.",
        *gather("return ", "min(", f"{name}, key=lambda {key}: (-{name}[{key}], {key})", [], ")"),
    ]
