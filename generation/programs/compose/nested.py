# ruff: noqa: E501 (sentences and tables read better on one line)
"""Shape: nested dicts or nodes, walked with a rule for what counts, summed up or rebuilt.

In: choices decoded from a number, a Random for words. Out: a Draft. The references recurse, yield
or keep a stack; the oracle first lists every path to a leaf, level by level.
"""

import re
from dataclasses import dataclass
from random import Random

from generation.programs.compose.english import a, say, sentence
from generation.programs.compose.layout import define, shift, source
from generation.programs.compose.space import make_plan
from generation.programs.family import Draft
from generation.programs.program import Param, Spec

FAMILY = "compose_nested"
WEIGHT = 2
FORMS = ("dict", "node")
KEEPS = ("least", "most", "least_arg", "even_depth", "only_arg")
SIZES = KEEPS[:3]
PAIRS = tuple(f"{size} {word} {other}" for size in SIZES for word in ("and", "or") for other in KEEPS[3:])
SKIPS = ("hidden", "skip_arg")
DEEPS = ("two", "arg")
RESULTS = ("total", "count", "deepest", "paths", "flat", "largest", "levels", "tops", "names", "shallowest")
IDIOMS = ("recursion", "generator", "stack")
_BASE = {"form": FORMS, "result": RESULTS, "idiom": IDIOMS}
PLANS = (
    make_plan("walk_keep", 2, keep=KEEPS, **_BASE),
    make_plan("walk_keep_both", 3, keep=PAIRS, **_BASE),
    make_plan("skip_walk", 3, skip=SKIPS, **_BASE),
    make_plan("skip_walk_keep", 4, skip=SKIPS, keep=KEEPS + PAIRS, **_BASE),
    make_plan("limit_walk_keep", 4, deep=DEEPS, keep=SIZES + PAIRS, **_BASE),
    make_plan("skip_limit_walk_keep", 5, skip=SKIPS, deep=DEEPS, keep=SIZES + PAIRS, **_BASE),
)
PLAN_WEIGHTS = (1, 2, 1, 3, 3, 4)


@dataclass(frozen=True)
class Wood:
    """One domain: the root argument, a leaf, an inner entry, the number, names of both, the mark."""

    name: str
    arg: str
    leaf: str
    leaves: str
    inner: str
    inners: str
    number: str
    unit: str
    words: tuple[str, ...]
    contexts: tuple[str, ...]


WOODS = (
    Wood(
        "disk folders",
        "folder",
        "file",
        "files",
        "folder",
        "folders",
        "size",
        "kilobytes",
        ("docs", "img", "notes", "old", "src"),
        ("The disk is filling up and somebody has to see where.", "The backup only copies part of the disk."),
    ),
    Wood(
        "town budget",
        "budget",
        "item",
        "items",
        "chapter",
        "chapters",
        "cost",
        "thousand euros",
        ("parks", "roads", "schools", "staff", "water"),
        ("The council debates the budget chapter by chapter.", "The treasurer prepares a summary for the council."),
    ),
    Wood(
        "parts list",
        "assembly",
        "part",
        "parts",
        "assembly",
        "assemblies",
        "weight",
        "grams",
        ("axle", "bolt", "frame", "motor", "seat"),
        ("The bicycle maker reads parts lists from its designers.", "Shipping depends on what an assembly weighs."),
    ),
    Wood(
        "staff plan",
        "unit",
        "post",
        "posts",
        "unit",
        "units",
        "number of hours",
        "hours",
        ("desk", "field", "lab", "north", "south"),
        ("The staff plan is drawn as a tree of units.", "Human resources checks the plan before it is signed."),
    ),
    Wood(
        "garden map",
        "garden",
        "bed",
        "beds",
        "section",
        "sections",
        "area",
        "square metres",
        ("herbs", "lawn", "pond", "roses", "shed"),
        ("The gardeners share one map of the grounds.", "Watering is planned from the garden map."),
    ),
    Wood(
        "cookbook",
        "chapter",
        "recipe",
        "recipes",
        "chapter",
        "chapters",
        "cooking time",
        "minutes",
        ("bread", "fish", "rice", "soup", "tart"),
        ("The cookbook's contents are kept as a tree.", "The editor looks for gaps in the contents."),
    ),
    Wood(
        "exhibition plan",
        "hall",
        "stand",
        "stands",
        "hall",
        "halls",
        "rent",
        "euros",
        ("art", "books", "crafts", "music", "toys"),
        ("The fair rents out stands in nested halls.", "The organiser settles the rents after the fair."),
    ),
    Wood(
        "reading list",
        "shelf",
        "book",
        "books",
        "shelf",
        "shelves",
        "number of pages",
        "pages",
        ("atlas", "essays", "novels", "plays", "poems"),
        ("A library arranges its shelves within shelves.", "The reading club picks from the catalogue tree."),
    ),
)
MARK = 20


def draw(choice: dict[str, str], rng: Random) -> Draft:
    """Return the Draft of one decoded choice."""
    c, w = choice, rng.choice(WOODS)
    spec, entry = _spec(c, w, rng)
    names = [x.name for x in spec.params]

    def oracle(*args):
        return answer(c, args[0], dict(zip(names[1:], args[1:], strict=True)))

    def draw_input(rng: Random, depth: int = -1) -> tuple:
        depth = rng.choice((0, 1, 2, 3, 3)) if depth < 0 else depth
        tree = _grow_dict(w, rng, depth) if c["form"] == "dict" else _grow_node(w, rng, depth)
        extra: list = []
        if c.get("skip") == "skip_arg":
            extra.append(set(rng.sample(w.words, rng.choice((1, 2)))))
        if c.get("deep") == "arg":
            extra.append(rng.choice((1, 2, 3)))
        if "least_arg" in c.get("keep", ""):
            extra.append(rng.choice((1, MARK - 1, MARK)))
        if "only_arg" in c.get("keep", ""):
            extra.append(set(rng.sample(w.words, rng.choice((1, 2, 3)))))
        return (tree, *extra)

    edge_rng = Random(29)
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=_code(c, w, spec, entry),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=tuple(draw_input(edge_rng, depth) for depth in (0, 1, 2, 3, 3, 4)),
        domain=w.name,
        idiom=c["idiom"],
    )


def _name(w: Wood, rng: Random) -> str:
    return ("_" if rng.random() < 0.12 else "") + rng.choice(w.words)


def _amount(rng: Random) -> int:
    return rng.choice((0, 1, MARK - 1, MARK, MARK + 1, rng.randrange(3 * MARK)))


def _grow_dict(w: Wood, rng: Random, depth: int) -> dict:
    out = {}
    for _ in range(rng.choice((0, 2, 3, 4)) if depth else rng.choice((0, 1))):
        out[_name(w, rng)] = _grow_dict(w, rng, depth - 1) if depth > 0 and rng.random() < 0.5 else _amount(rng)
    return out


def _grow_node(w: Wood, rng: Random, depth: int) -> tuple:
    children = [_grow_node(w, rng, depth - 1) for _ in range(rng.choice((1, 2, 3)) if depth else 0)]
    return (_name(w, rng), _amount(rng), children)


def _spec(c: dict[str, str], w: Wood, rng: Random) -> tuple[Spec, str]:
    dict_form = c["form"] == "dict"
    one, many = (w.leaf, w.leaves) if dict_form else ("entry", "entries")
    params = [
        Param(
            w.arg,
            "dict[str, int | dict]",
            f"names of {w.leaves} with their {_measured(w)}, and names of {w.inners} with a dict of the same kind",
        )
        if dict_form
        else Param(
            w.arg,
            "tuple[str, int, list]",
            f"an entry as a (name, {_measured(w)}, list of entries below it) tuple",
        )
    ]
    rules = []
    if not dict_form:
        rules.append(
            say(
                rng,
                f"Entries with others below them have {a(w.number)} of their own, like those without.",
                f"Every entry has {a(w.number)} of its own, whether or not others are below it.",
            )
        )
    level = "The outermost entries" if dict_form else "The given entry itself"
    if c.get("skip") == "hidden":
        rules.append(
            say(
                rng,
                'What begins with "_" is left out, with everything below it.',
                'Names that begin with "_" are hidden: leave them out together with all they contain.',
            )
        )
    if c.get("skip") == "skip_arg":
        params.append(Param("skipped", "set[str]", "names to leave out together with everything below them"))
        rules.append(
            say(
                rng,
                "A name in `skipped` is left out, with everything below it.",
                "Nothing named in `skipped`, or below such a name, counts.",
            )
        )
    if c.get("deep") == "arg":
        params.append(Param("max_level", "int", "the deepest level that counts, at least 1"))
    if c.get("deep"):
        limit = "`max_level`" if c["deep"] == "arg" else "2"
        verb = "are" if dict_form else "is"
        rules.append(f"{level} {verb} on level 1, and what lies below level {limit} does not count.")
    rules += _keep_rule(c, w, one, many, params, rng)
    asked, returns, annotation, entry, more = _result(c, w, one, many, rng)
    if (c["result"] in ("levels", "deepest", "shallowest") or "even_depth" in c.get("keep", "")) and not c.get("deep"):
        rules.insert(0, f"{level} {'are' if dict_form else 'is'} on level 1, and each step down adds one.")
    rules += more
    if dict_form:
        rules.append(
            say(
                rng,
                f"{a(w.inner).capitalize()} without {w.leaves} adds nothing.",
                f"Empty {w.inners} make no difference.",
            )
        )
    spec = Spec(
        title=asked,
        summary=sentence(say(rng, "Return", "Work out", "Determine") + f" {asked}"),
        rules=tuple(rules),
        params=tuple(params),
        returns=returns,
        return_annotation=annotation,
        context=say(rng, *w.contexts),
    )
    return spec, entry.replace(" ", "_")


def _measured(w: Wood) -> str:
    """Return the number with its unit, unless it already names what it counts."""
    return w.number if w.number.startswith("number of") else f"{w.number} in {w.unit}"


def _keep_rule(c: dict[str, str], w: Wood, one: str, many: str, params: list[Param], rng: Random) -> list[str]:
    keep = c.get("keep", "")
    if not keep:
        return []
    names = [name for name in keep.split() if name not in ("and", "or")]
    if "least_arg" in names:
        params.append(Param("at_least", "int", f"the smallest {w.number} that is large enough"))
    if "only_arg" in names:
        params.append(Param("wanted", "set[str]", f"names of {many} to look for"))
    unit = "" if w.number.startswith("number of") else f" {w.unit}"
    clauses = {
        "least": say(rng, f"whose {w.number} is at least {MARK}{unit}", f"whose {w.number} is {MARK}{unit} or more"),
        "most": say(rng, f"whose {w.number} is at most {MARK}{unit}", f"whose {w.number} is {MARK}{unit} or less"),
        "least_arg": f"whose {w.number} is at least `at_least`",
        "even_depth": "that lie on even levels",
        "only_arg": "whose own name is in `wanted`",
    }
    chosen = " or ".join(clauses[name] for name in names) if " or " in keep else " and ".join(clauses[n] for n in names)
    below = (
        ""
        if c["form"] == "dict"
        else say(
            rng,
            " What is below the others is looked at all the same.",
            " Others are passed over, but not what is below them.",
        )
    )
    return [say(rng, f"Only {many} {chosen} count.", f"Count only {many} {chosen}.") + below]


def _result(c: dict[str, str], w: Wood, one: str, many: str, rng: Random) -> tuple[str, str, str, str, list[str]]:
    number = w.number
    path = 'A path joins the names from the outside in with "/".'
    say(
        rng,
        "in the order in which they are met from top to bottom",
        "in the order of a walk that goes into each entry before the next one",
    )
    short = number.removeprefix("number of ").replace(" ", "_")
    return {
        "total": (
            f"the total {number} of the {many} that count in {a(w.arg)}",
            f"the total in {w.unit}",
            "int",
            f"total_{short}",
            [],
        ),
        "count": (f"the number of {many} that count in {a(w.arg)}", "the number", "int", f"count_{many}", []),
        "deepest": (
            f"the deepest level on which {a(one)} counts",
            "the level, 0 if nothing counts",
            "int",
            f"deepest_{one}_level",
            [],
        ),
        "shallowest": (
            f"the level closest to the top on which {a(one)} counts",
            "the level, 0 if nothing counts",
            "int",
            f"first_{one}_level",
            [],
        ),
        "paths": (
            f"the paths of the {many} that count in {a(w.arg)}",
            "the paths, sorted",
            "list[str]",
            f"list_{one}_paths",
            [path],
        ),
        "flat": (
            f"a flat list of the {many} that count in {a(w.arg)}",
            f"(path, {number}) tuples, sorted by path, then by {number}",
            "list[tuple[str, int]]",
            f"flatten_{w.arg}",
            [path],
        ),
        "largest": (
            f"the path of the {one} with the largest {number} that counts",
            "the path, or None if nothing counts",
            "str | None",
            f"largest_{one}_path",
            [path, "Of equal ones take the path that sorts first."],
        ),
        "levels": (
            f"the total {number} of the {many} that count on each level",
            "a dict from level to total, without levels on which nothing counts",
            "dict[int, int]",
            f"{short}_by_level",
            [],
        ),
        "tops": (
            f"the total {number} below each outermost name"
            if c["form"] == "dict"
            else f"the total {number} of each part directly below the given entry",
            f"a dict from name to total of what counts, the {one} of that name itself included; names for which nothing counts are left out",
            "dict[str, int]",
            f"{short}_by_{w.inner}",
            []
            if c["form"] == "dict"
            else ["The given entry itself adds to no part, and parts with the same name are added up."],
        ),
        "names": (
            f"how often each name occurs among the {many} that count",
            "a dict from name to number",
            "dict[str, int]",
            f"count_{one}_names",
            [],
        ),
    }[c["result"]]


def _code(c: dict[str, str], w: Wood, spec: Spec, entry: str) -> str:
    """Return the source: a walk that gathers what counts, and the result made of it."""
    dict_form, idiom = c["form"] == "dict", c["idiom"]
    extra = list(spec.params[1:])
    kind = "dict[str, int | dict]" if dict_form else "tuple[str, int, list]"
    typed = [f"{x.name}: {x.annotation}" for x in extra]
    passed = "".join(f", {x.name}" for x in extra)
    closing = _closing(c, w)
    body: list[str] = []
    skip = {"hidden": 'name.startswith("_")', "skip_arg": "name in skipped"}.get(c.get("skip", ""))
    limit = {"two": "2", "arg": "max_level"}.get(c.get("deep", ""))
    codes = {
        "least": f"amount >= {MARK}",
        "most": f"amount <= {MARK}",
        "least_arg": "amount >= at_least",
        "even_depth": "len(path) % 2 == 0",
        "only_arg": "name in wanted",
    }
    keep = " ".join(codes.get(word, word) for word in c.get("keep", "").split()) or None
    item = "(path, amount)"
    if idiom == "stack":
        body = _stack(dict_form, w.arg, skip, limit, keep)
        return source(define(entry, [f"{w.arg}: {kind}", *typed], spec.return_annotation), shift([*body, *closing]))
    if (
        idiom == "recursion"
        and c["result"] in ("total", "count")
        and not limit
        and "even_depth" not in c.get("keep", "")
    ):
        return _direct(c, w, spec, entry, skip, keep)
    walk = f"walk_{w.arg}"
    generator = idiom == "generator"
    returns = "Iterator[tuple[tuple[str, ...], int]]" if generator else "list[tuple[tuple[str, ...], int]]"
    head = define(walk, [f"{w.arg}: {kind}", "parents: tuple[str, ...]", *typed], returns)
    add = [f"yield {item[1:-1]}"] if generator else [f"found.append({item})"]
    add = [f"if {keep}:", *shift(add)] if keep else add
    if dict_form:
        into = f"{walk}(value, path{passed})"
        loop = [f"for name, value in {w.arg}.items():"]
        inner = [f"if {skip}:", "    continue"] if skip else []
        inner += ["path = (*parents, name)", "if isinstance(value, dict):"]
        deeper = [f"yield from {into}"] if generator else [f"found += {into}"]
        if limit:
            deeper = [f"if len(path) < {limit}:", *shift(deeper)]
        inner += shift(deeper)
        add = [line.replace("amount", "value") for line in add]
        inner += [f"elif {add[0].removeprefix('if ')}", *add[1:]] if keep else ["else:", *shift(add)]
        steps = [*([] if generator else ["found = []"]), *loop, *shift(inner), *([] if generator else ["return found"])]
    else:
        steps = [f"name, amount, children = {w.arg}"]
        steps += [f"if {skip}:", "    return" if generator else "    return []"] if skip else []
        steps += ["path = (*parents, name)"]
        gathered = add if generator else [*(["found = []"]), *add]
        deeper = [
            "for child in children:",
            f"    yield from {walk}(child, path{passed})" if generator else f"    found += {walk}(child, path{passed})",
        ]
        if limit:
            deeper = [f"if len(path) < {limit}:", *shift(deeper)]
        steps += [*gathered, *deeper, *([] if generator else ["return found"])]
    imports = ["from collections.abc import Iterator", "", ""] if generator else []
    call = f"{walk}({w.arg}, (){passed})"
    found = f"found = list({call})" if generator else f"found = {call}"
    return source(
        imports,
        head,
        shift(steps),
        ["", ""],
        define(entry, [f"{w.arg}: {kind}", *typed], spec.return_annotation),
        shift(_bound_once(found, closing)),
    )


def _bound_once(found: str, closing: list[str]) -> list[str]:
    """Return the body that walks and closes; what is walked through once, and not counted, needs no name."""
    call = found.removeprefix("found = ")
    uses = [line for line in closing if re.search(r"\bfound\b", line)]
    if len(uses) != 1 or len(re.findall(r"\bfound\b", uses[0])) != 1 or " in found" not in uses[0]:
        return [found, *closing]
    walked = call.removeprefix("list(").removesuffix(")") if call.startswith("list(") else call
    return [line.replace(" in found", f" in {walked}") for line in closing]


def _direct(c: dict[str, str], w: Wood, spec: Spec, entry: str, skip: str | None, keep: str | None) -> str:
    """Return a function that calls itself and adds up, where no path is asked for."""
    params = [f"{x.name}: {x.annotation}" for x in spec.params]
    passed = "".join(f", {x.name}" for x in spec.params[1:])
    add = "1" if c["result"] == "count" else "amount"
    if c["form"] == "dict":
        inner = [f"if {skip}:", "    continue"] if skip else []
        inner += ["if isinstance(amount, dict):", f"    total += {entry}(amount{passed})"]
        inner += [f"elif {keep}:" if keep else "else:", f"    total += {add}"]
        body = ["total = 0", f"for name, amount in {w.arg}.items():", *shift(inner), "return total"]
        if "name" not in " ".join(inner):
            body[1] = f"for amount in {w.arg}.values():"
        return source(define(entry, params, spec.return_annotation), shift(body))
    test = f"{add} if {keep} else 0" if keep else add
    body = [f"name, amount, children = {w.arg}"]
    body += [f"if {skip}:", "    # Nothing below it counts either.", "    return 0"] if skip else []
    body += [f"own = {test}", f"return own + sum({entry}(child{passed}) for child in children)"]
    used = " ".join(body[1:])
    names = [
        "name" if re.search(r"\bname\b", used) else "_",
        "amount" if re.search(r"\bamount\b", used) else "_",
        "children",
    ]
    return source(define(entry, params, spec.return_annotation), shift([f"{', '.join(names)} = {w.arg}", *body[1:]]))


def _stack(dict_form: bool, arg: str, skip: str | None, limit: str | None, keep: str | None) -> list[str]:
    """Return a walk with a stack of what is still to be opened; the order of the findings is its own."""
    add = [f"if {keep}:", "    found.append((path, amount))"] if keep else ["found.append((path, amount))"]
    lines = [
        "found: list[tuple[tuple[str, ...], int]] = []",
        "# What is still to be opened, with the names that lead to it.",
    ]
    if dict_form:
        inner = [f"if {skip}:", "    continue"] if skip else []
        inner += ["path = (*parents, name)", "if isinstance(value, dict):"]
        inner += (
            [f"    if len(path) < {limit}:", "        waiting.append((path, value))"]
            if limit
            else ["    waiting.append((path, value))"]
        )
        add = [line.replace("amount", "value") for line in add]
        inner += [f"elif {add[0].removeprefix('if ')}", *add[1:]] if keep else ["else:", *shift(add)]
        return [
            *lines,
            f"waiting = [((), {arg})]",
            "while waiting:",
            "    parents, inside = waiting.pop()",
            "    for name, value in inside.items():",
            *shift(inner, 2),
        ]
    inner = ["parents, (name, amount, children) = waiting.pop()"]
    inner += [f"if {skip}:", "    continue"] if skip else []
    inner += ["path = (*parents, name)", *add]
    push = ["waiting += [(path, child) for child in children]"]
    inner += [f"if len(path) < {limit}:", *shift(push)] if limit else push
    return [*lines, f"waiting = [((), {arg})]", "while waiting:", *shift(inner)]


def _closing(c: dict[str, str], w: Wood) -> list[str]:
    top = 0 if c["form"] == "dict" else 1
    return {
        "total": ["return sum(amount for _, amount in found)"],
        "count": ["return len(found)"],
        "deepest": ["return max((len(path) for path, _ in found), default=0)"],
        "shallowest": ["return min((len(path) for path, _ in found), default=0)"],
        "paths": ['return sorted("/".join(path) for path, _ in found)'],
        "flat": ['return sorted(("/".join(path), amount) for path, amount in found)'],
        "largest": [
            "if not found:",
            "    return None",
            "# Negated, so that the smallest pair is the largest amount and then the first path.",
            'return min((-amount, "/".join(path)) for path, amount in found)[1]',
        ],
        "levels": [
            "totals: dict[int, int] = {}",
            "for path, amount in found:",
            "    totals[len(path)] = totals.get(len(path), 0) + amount",
            "return totals",
        ],
        "tops": [
            "totals: dict[str, int] = {}",
            "for path, amount in found:",
            *(["    if len(path) > 1:"] if top else []),
            ("    " if top else "") + f"    totals[path[{top}]] = totals.get(path[{top}], 0) + amount",
            "return totals",
        ],
        "names": [
            "counts: dict[str, int] = {}",
            "for path, _ in found:",
            "    counts[path[-1]] = counts.get(path[-1], 0) + 1",
            "return counts",
        ],
    }[c["result"]]


def answer(c: dict[str, str], tree, given: dict):
    """Interpret the tree level by level; a path is dropped if any rule speaks against any of its names."""
    level = [((k,), v) for k, v in tree.items()] if c["form"] == "dict" else [((tree[0],), tree)]
    listed: list[tuple[tuple[str, ...], int]] = []
    while level:
        below = []
        for path, value in level:
            if c["form"] == "node":
                listed.append((path, value[1]))
                below += [((*path, child[0]), child) for child in value[2]]
            elif isinstance(value, dict):
                below += [((*path, k), v) for k, v in value.items()]
            else:
                listed.append((path, value))
        level = below
    deepest = {"two": 2, "arg": given.get("max_level", 0)}.get(c.get("deep", ""), 10**6)
    out = []
    for path, amount in listed:
        hidden = (
            any(n[:1] == "_" for n in path)
            if c.get("skip") == "hidden"
            else any(n in given.get("skipped", ()) for n in path)
        )
        verdicts = {
            "least": amount > MARK - 1,
            "most": amount < MARK + 1,
            "least_arg": amount >= given.get("at_least", 0),
            "even_depth": len(path) in range(0, 100, 2),
            "only_arg": path[-1] in given.get("wanted", ()),
        }
        asked = [verdicts[word] for word in c.get("keep", "").split() if word in verdicts]
        keep = any(asked) if " or " in c.get("keep", "") else all(asked)
        if keep and not hidden and len(path) <= deepest:
            out.append((path, amount))
    top = 0 if c["form"] == "dict" else 1
    depths = sorted(len(p) for p, _ in out)
    ranked = sorted((("/".join(p), n) for p, n in out), key=lambda item: (-item[1], item[0]))

    def totals(pairs):
        return {k: sum(n for o, n in pairs if o == k) for k, _ in pairs}

    return {
        "total": lambda: sum(n for _, n in out),
        "count": lambda: len(out),
        "deepest": lambda: depths[-1] if depths else 0,
        "shallowest": lambda: depths[0] if depths else 0,
        "paths": lambda: sorted(p for p, _ in ranked),
        "flat": lambda: sorted(ranked),
        "largest": lambda: ranked[0][0] if ranked else None,
        "levels": lambda: totals([(len(p), n) for p, n in out]),
        "tops": lambda: totals([(p[top], n) for p, n in out if len(p) > top]),
        "names": lambda: totals([(p[-1], 1) for p, _ in out]),
    }[c["result"]]()
