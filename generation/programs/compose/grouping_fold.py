"""The fold of the grouping shape: seven idioms of collecting each group's values.

In: `Parts`. Out: `Folded`, the statements up to a dict of groups.
"""

from dataclasses import dataclass, field

from generation.programs.compose.grouping_parts import Parts
from generation.programs.compose.layout import define, gather, shift, test

# What a group's collected values come to.
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
_WHY_PAIR = {
    "low_first": "# Only a strictly lower one takes over, so the first of equals stays.",
    "high_first": "# Only a strictly higher one takes over, so the first of equals stays.",
    "low_name": "# Comparing whole pairs lets the smaller {ident} win among equals.",
    "high_name": "# The value is negated, so the smallest pair has the highest one.",
}
_LONG_KEY = 24  # characters from which a key is better named


@dataclass(frozen=True)
class Folded:
    """The groups in code. last: the expression that finishes one group's `values`, "" where nothing is left to do.

    name: the dict of groups. is_dict: False for a Counter or defaultdict, which must not be returned as it is.
    """

    body: list[str]
    name: str
    last: str = ""
    is_dict: bool = True
    helpers: list[str] = field(default_factory=list)


def fold(p: Parts) -> Folded:
    """Return the fold of the tree in its idiom."""
    if p.idiom == "comprehension":
        return _comprehension(p)
    if p.idiom == "groupby":
        return _groupby(p)
    return _generator(p) if p.idiom == "generator" else _loop(p)


def _finished(p: Parts) -> bool:
    """Tell whether the accumulator holds finished numbers and needs no last pass."""
    plain = p.aggregate in ("count", "sum")
    return plain or (p.idiom not in ("guard", "defaultdict") and p.aggregate in ("largest", "smallest"))


def _acc_type(p: Parts) -> str:
    """Return the annotation of one group in the accumulator."""
    if _finished(p):
        return "int"
    if p.aggregate == "distinct" and p.idiom != "guard":
        return "set[str]"
    if p.collects_pairs and p.idiom not in ("guard", "defaultdict"):
        return "tuple[int, str]"
    return f"list[{p.value_type}]"


def _last_pass(p: Parts) -> str:
    """Return the expression that finishes one group's `values`, "" where they are finished."""
    finals = {"int": "", "set[str]": "len(values)", "tuple[int, str]": "values[1]"}
    return finals.get(_acc_type(p), FINALS[p.aggregate].format(x="values"))


def _add(p: Parts, key: str, value: str) -> list[str]:
    """Return the statements that add one value to the accumulator."""
    group = f"{p.acc}[{key}]"
    if p.idiom == "guard":
        start = "0" if p.aggregate in ("count", "sum") else "[]"
        return [f"if {key} not in {p.acc}:", f"    {group} = {start}", _grow(p, group, value)]
    if p.idiom == "defaultdict":
        return [f"{group}.add({value})"] if p.aggregate == "distinct" else [_grow(p, group, value)]
    match p.aggregate:
        case "count":
            return [f"{group} = {p.acc}.get({key}, 0) + 1"]
        case "sum":
            return [f"{group} = {p.acc}.get({key}, 0) + {value}"]
        case "largest" | "smallest":
            return _add_extreme(p, key, value)
        case "distinct":
            return [f"{p.acc}.setdefault({key}, set()).add({value})"]
    return _add_pair(p, key, value) if p.collects_pairs else [f"{p.acc}.setdefault({key}, []).append({value})"]


def _grow(p: Parts, group: str, value: str) -> str:
    """Return the statement that adds to a group which is there already."""
    return {"count": f"{group} += 1", "sum": f"{group} += {value}"}.get(p.aggregate, f"{group}.append({value})")


def _add_extreme(p: Parts, key: str, value: str) -> list[str]:
    word = "max" if p.aggregate == "largest" else "min"
    named = value.isidentifier()
    name = value if named else p.measure.word
    lines = [] if named else [f"{name} = {value}"]
    return [*lines, f"{p.acc}[{key}] = {word}({name}, {p.acc}.get({key}, {name}))"]


def _add_pair(p: Parts, key: str, value: str) -> list[str]:
    lines = [f"candidate = {value}"] if value != "candidate" else []
    lines.append(_WHY_PAIR[p.aggregate].format(ident=p.table.domain.ident.noun))
    if p.aggregate.endswith("name"):
        return [*lines, f"{p.acc}[{key}] = min(candidate, {p.acc}.get({key}, candidate))"]
    sign = "<" if p.aggregate == "low_first" else ">"
    better = f"candidate[0] {sign} {p.acc}[{key}][0]"
    return [*lines, f"if {key} not in {p.acc} or {better}:", f"    {p.acc}[{key}] = candidate"]


def _loop(p: Parts) -> Folded:
    """Return the fold as a loop over the records: plain, with a guard, a defaultdict or a predicate."""
    factory = {"count": "int", "sum": "int", "distinct": "set"}.get(p.aggregate, "list")
    made = f"defaultdict({factory})" if p.idiom == "defaultdict" else "{}"
    start = f"{p.acc}: dict[{p.key_type}, {_acc_type(p)}] = {made}"
    helpers, body = _take(p, _add_named(p))
    if p.prep == "raise_negative" and not p.checks_first:
        body = [f"if {p.bad.test}:", f'    raise ValueError("{p.bad.message}")', *body]
    is_dict = p.idiom != "defaultdict" or p.share
    return Folded([start, f"{p.head}:", *shift(body)], p.acc, _last_pass(p), is_dict, helpers)


def _add_named(p: Parts) -> list[str]:
    """Return the statements that add a record's value; a key that is long or used twice gets a name first."""
    if p.key.isidentifier():
        return _add(p, p.key, p.value)
    uses = " ".join(_add(p, p.key, "x")).count(p.key)
    if uses > 1 or len(p.key) > _LONG_KEY:
        return [f"{p.name} = {p.key}", *_add(p, p.name, p.value)]
    return _add(p, p.key, p.value)


def _take(p: Parts, adding: list[str]) -> tuple[list[str], list[str]]:
    """Return a helper, if the idiom has one, and the statements that add a record if it counts."""
    parts, joiner = p.tests
    if not parts:
        return [], adding
    if p.idiom == "helper":
        helper, call = _predicate(p)
        return helper, [f"if {call}:", *shift(adding)]
    if p.idiom == "guard":
        return [], [*test("if", *p.inverse_tests), "    continue", *adding]
    return [], [*test("if", parts, joiner), *shift(adding)]


def _predicate(p: Parts) -> tuple[list[str], str]:
    """Return a predicate function over the fields that the condition reads, and its call."""
    d, table = p.table.domain, p.table
    name = f"is_relevant_{d.var}"
    if table.form == "dicts":
        params, args = [f"{d.var}: dict"], [d.var]
    else:
        read = set(p.keep.roles if p.keep else ()) | (set(p.bad.roles) if p.prep == "skip_negative" else set())
        order = [role for role in table.roles if role in read]
        kinds = {"flag": "bool"} | dict.fromkeys(("ident", "key", "owner", "status"), "str")
        params = [f"{table.ref(role)}: {kinds.get(role, 'int')}" for role in order]
        args = [table.ref(role) for role in order]
    params += [f"{x.name}: {x.annotation}" for x in p.arguments]
    args += [x.name for x in p.arguments]
    lines = define(name, params, "bool") + shift(test("return", *p.tests, tail=""))
    return lines, f"{name}({', '.join(args)})"


def _comprehension(p: Parts) -> Folded:
    lines = gather("kept = ", "[", p.pair, p.clauses, "]")
    if p.aggregate == "count":
        return Folded([*lines, f"{p.acc} = Counter(kept)"], p.acc, is_dict=False)
    lines += [
        f"values_of: dict[{p.key_type}, list[{p.value_type}]] = {{}}",
        f"for {p.name}, value in kept:",
        f"    values_of.setdefault({p.name}, []).append(value)",
    ]
    return Folded(lines, "values_of", FINALS[p.aggregate].format(x="values"))


def _groupby(p: Parts) -> Folded:
    if p.aggregate == "count":
        lines = gather("kept = ", "sorted(", p.pair, p.clauses, ")")
        lines += ["# groupby only joins neighbours, hence the sorting."]
        runs = [f"for {p.name}, run in groupby(kept)"]
        lines += gather(f"{p.acc} = ", "{", f"{p.name}: len(list(run))", runs, "}")
        return Folded(lines, p.acc)
    lines = gather("kept = ", "[", p.pair, p.clauses, "]")
    lines += [
        "# groupby only joins neighbours; the sort is stable, so each group keeps its order.",
        "kept.sort(key=itemgetter(0))",
    ]
    runs = [f"for {p.name}, run in groupby(kept, key=itemgetter(0))"]
    lines += gather("values_of = ", "{", f"{p.name}: [value for _, value in run]", runs, "}")
    return Folded(lines, "values_of", FINALS[p.aggregate].format(x="values"))


def _generator(p: Parts) -> Folded:
    """Return a fold over a generator of the records that count."""
    d = p.table.domain
    relevant = f"relevant_{d.vars}"
    args = ["remaining" if p.per_ident else d.vars, *[x.name for x in p.arguments]]
    call = f"{relevant}({', '.join(args)})"
    helper = _relevant(p, relevant)
    if p.aggregate == "count":
        return Folded([f"{p.acc} = Counter({call})"], p.acc, is_dict=False, helpers=helper)
    value = "candidate" if p.collects_pairs else "value"
    lines = [f"{p.acc}: dict[{p.key_type}, {_acc_type(p)}] = {{}}", f"for {p.name}, {value} in {call}:"]
    return Folded(lines + shift(_add(p, p.name, value)), p.acc, _last_pass(p), helpers=helper)


def _relevant(p: Parts, name: str) -> list[str]:
    """Return a generator function that yields the key, and the value if there is one, of each record that counts."""
    d = p.table.domain
    records = f"remaining: dict[str, {p.record_type}]" if p.per_ident else f"{d.vars}: {p.table.annotation}"
    given = [f"{x.name}: {x.annotation}" for x in p.arguments]
    kind = f"tuple[{p.key_type}, {p.value_type}]" if p.value else p.key_type
    yielded = [f"yield {p.pair[1:-1] if p.value else p.pair}"]
    parts, joiner = p.tests
    inner = [*test("if", parts, joiner), *shift(yielded)] if parts else yielded
    return define(name, [records, *given], f"Iterator[{kind}]") + shift([f"{p.head}:", *shift(inner)])
