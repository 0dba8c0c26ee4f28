# ruff: noqa: E501 (sentences and tables read better on one line)
"""The spec of the nested shape in English: what is left out, how deep it goes, what counts, what is asked.

In: a nested tree and a Random. Out: `Words`.
"""

from random import Random
from typing import NamedTuple

from generation.programs.compose.english import a, say, sentence
from generation.programs.compose.nested_domains import MARK
from generation.programs.compose.wording import Words
from generation.programs.program import Param, Spec

PATH = 'A path joins the names from the outside in with "/".'
SKIPPED = Param("skipped", "set[str]", "names to leave out together with everything below them")
MAX_LEVEL = Param("max_level", "int", "the deepest level that counts, at least 1")
_SKIP_RULES = {
    "hidden": (
        'What begins with "_" is left out, with everything below it.',
        'Names that begin with "_" are hidden: leave them out together with all they contain.',
    ),
    "skip_arg": (
        "A name in `skipped` is left out, with everything below it.",
        "Nothing named in `skipped`, or below such a name, counts.",
    ),
}


class Asked(NamedTuple):
    """What is asked for, what comes back, its annotation, the function's name and the rules that it needs."""

    title: str
    returns: str
    annotation: str
    entry: str
    rules: tuple[str, ...] = ()


def write(tree, rng: Random) -> Words:
    """Return the words of one tree."""
    w = tree.wood
    one, many = (w.leaf, w.leaves) if tree.in_dicts else ("entry", "entries")
    rules = _form_rule(tree, rng) + _skip_rule(tree, rng) + _level_rule(tree) + _keep_rule(tree, many, rng)
    rng.random()  # a draw that no word uses; taken all the same, so that the words of a number stay what they are
    asked = _ask(tree, one, many)
    rules += asked.rules
    if tree.in_dicts:
        empty = f"{a(w.inner).capitalize()} without {w.leaves} adds nothing.", f"Empty {w.inners} make no difference."
        rules.append(say(rng, *empty))
    spec = Spec(
        title=asked.title,
        summary=sentence(say(rng, "Return", "Work out", "Determine") + f" {asked.title}"),
        rules=(*_step_rule(tree), *rules),
        params=tuple(_params(tree, many)),
        returns=asked.returns,
        return_annotation=asked.annotation,
        context=say(rng, *w.contexts),
    )
    return Words(spec, asked.entry.replace(" ", "_"))


def _params(tree, many: str) -> list[Param]:
    w = tree.wood
    if tree.in_dicts:
        meaning = f"names of {w.leaves} with their {w.measured}, and names of {w.inners} with a dict of the same kind"
        params = [Param(w.arg, "dict[str, int | dict]", meaning)]
    else:
        meaning = f"an entry as a (name, {w.measured}, list of entries below it) tuple"
        params = [Param(w.arg, "tuple[str, int, list]", meaning)]
    if tree.skip == "skip_arg":
        params.append(SKIPPED)
    if tree.deep == "arg":
        params.append(MAX_LEVEL)
    if "least_arg" in tree.keeps:
        params.append(Param("at_least", "int", f"the smallest {w.number} that is large enough"))
    if "only_arg" in tree.keeps:
        params.append(Param("wanted", "set[str]", f"names of {many} to look for"))
    return params


def _form_rule(tree, rng: Random) -> list[str]:
    if tree.in_dicts:
        return []
    number = a(tree.wood.number)
    return [
        say(
            rng,
            f"Entries with others below them have {number} of their own, like those without.",
            f"Every entry has {number} of its own, whether or not others are below it.",
        )
    ]


def _skip_rule(tree, rng: Random) -> list[str]:
    return [say(rng, *_SKIP_RULES[tree.skip])] if tree.skip else []


def _first_level(tree) -> str:
    """Return the clause that says what is on level 1."""
    return ("The outermost entries are" if tree.in_dicts else "The given entry itself is") + " on level 1"


def _level_rule(tree) -> list[str]:
    if not tree.deep:
        return []
    limit = "`max_level`" if tree.deep == "arg" else "2"
    return [f"{_first_level(tree)}, and what lies below level {limit} does not count."]


def _step_rule(tree) -> list[str]:
    """Return how levels are counted, where they matter and no limit has said it."""
    matters = tree.result in ("levels", "deepest", "shallowest") or "even_depth" in tree.keeps
    return [f"{_first_level(tree)}, and each step down adds one."] if matters and not tree.deep else []


def _keep_rule(tree, many: str, rng: Random) -> list[str]:
    if not tree.keep:
        return []
    number, unit = tree.wood.number, "" if tree.wood.counts else f" {tree.wood.unit}"
    clauses = {
        "least": say(rng, f"whose {number} is at least {MARK}{unit}", f"whose {number} is {MARK}{unit} or more"),
        "most": say(rng, f"whose {number} is at most {MARK}{unit}", f"whose {number} is {MARK}{unit} or less"),
        "least_arg": f"whose {number} is at least `at_least`",
        "even_depth": "that lie on even levels",
        "only_arg": "whose own name is in `wanted`",
    }
    chosen = (" or " if tree.keeps_either else " and ").join(clauses[name] for name in tree.keeps)
    below = "" if tree.in_dicts else say(
        rng,
        " What is below the others is looked at all the same.",
        " Others are passed over, but not what is below them.",
    )  # fmt: skip
    return [say(rng, f"Only {many} {chosen} count.", f"Count only {many} {chosen}.") + below]


def _ask(tree, one: str, many: str) -> Asked:
    w = tree.wood
    match tree.result:
        case "total":
            title = f"the total {w.number} of the {many} that count in {a(w.arg)}"
            return Asked(title, f"the total in {w.unit}", "int", f"total_{w.short}")
        case "count":
            title = f"the number of {many} that count in {a(w.arg)}"
            return Asked(title, "the number", "int", f"count_{many}")
        case "deepest":
            title = f"the deepest level on which {a(one)} counts"
            return Asked(title, "the level, 0 if nothing counts", "int", f"deepest_{one}_level")
        case "shallowest":
            title = f"the level closest to the top on which {a(one)} counts"
            return Asked(title, "the level, 0 if nothing counts", "int", f"first_{one}_level")
        case "levels":
            title = f"the total {w.number} of the {many} that count on each level"
            returns = "a dict from level to total, without levels on which nothing counts"
            return Asked(title, returns, "dict[int, int]", f"{w.short}_by_level")
        case "names":
            title = f"how often each name occurs among the {many} that count"
            return Asked(title, "a dict from name to number", "dict[str, int]", f"count_{one}_names")
        case "tops":
            return _ask_tops(tree, one)
        case _:
            return _ask_paths(tree, one, many)


def _ask_tops(tree, one: str) -> Asked:
    w = tree.wood
    returns = f"a dict from name to total of what counts, the {one} of that name itself included; names for which nothing counts are left out"
    if tree.in_dicts:
        title, rules = f"the total {w.number} below each outermost name", ()
    else:
        title = f"the total {w.number} of each part directly below the given entry"
        rules = ("The given entry itself adds to no part, and parts with the same name are added up.",)
    return Asked(title, returns, "dict[str, int]", f"{w.short}_by_{w.inner}", rules)


def _ask_paths(tree, one: str, many: str) -> Asked:
    """Return what is asked where the result shows paths."""
    w = tree.wood
    if tree.result == "paths":
        title = f"the paths of the {many} that count in {a(w.arg)}"
        return Asked(title, "the paths, sorted", "list[str]", f"list_{one}_paths", (PATH,))
    if tree.result == "flat":
        title = f"a flat list of the {many} that count in {a(w.arg)}"
        returns = f"(path, {w.number}) tuples, sorted by path, then by {w.number}"
        return Asked(title, returns, "list[tuple[str, int]]", f"flatten_{w.arg}", (PATH,))
    title = f"the path of the {one} with the largest {w.number} that counts"
    rules = (PATH, "Of equal ones take the path that sorts first.")
    return Asked(title, "the path, or None if nothing counts", "str | None", f"largest_{one}_path", rules)
