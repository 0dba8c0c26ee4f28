# ruff: noqa: E501 (sentences and tables read better on one line)
"""The spec of the allocation shape in English: who is served first, what is kept back, what a shortage does.

In: an allocation tree and a Random. Out: `Words`.
"""

from random import Random
from typing import NamedTuple

from generation.programs.compose.english import a, say, sentence
from generation.programs.compose.wording import Words
from generation.programs.program import Param, Raises, Spec

_SHORTAGE = Raises("ValueError", "a request exceeds what is left when its turn comes")


class Asked(NamedTuple):
    """What is asked for, what comes back, its annotation, the function's name and a rule of its own or ""."""

    title: str
    returns: str
    annotation: str
    entry: str
    rule: str = ""


def write(tree, rng: Random) -> Words:
    """Return the words of one tree."""
    p, asked = tree.place, _ask(tree)
    rules = [_order_rule(tree, rng), *_reserve_rule(tree, rng), *_cap_rule(tree, rng), *_batch_rule(tree, rng)]
    rules += _shortage_rules(tree, rng)
    verb = say(rng, "Return", "Work out", "Determine")
    summary = say(rng, f"Share out {p.unit} among {p.many} and return {asked.title}", f"{verb} {asked.title}")
    spec = Spec(
        title=asked.title,
        summary=sentence(summary),
        rules=(*rules, asked.rule) if asked.rule else tuple(rules),
        params=tuple(_params(tree)),
        returns=asked.returns,
        return_annotation=asked.annotation,
        raises=(_SHORTAGE,) if tree.short == "raise" else (),
        context=say(rng, *p.contexts),
    )
    return Words(spec, asked.entry.replace(" ", "_"))


def _of_each(tree) -> str:
    return f" of each {tree.place.kind}" if tree.in_kinds else ""


def _params(tree) -> list[Param]:
    p = tree.place
    fields = [(p.one, "str"), *([(p.kind, "str")] if tree.in_kinds else []), (f"requested {p.unit}", "int")]
    fields += [(p.rank, "int")] if tree.ranked else []
    shape, row = (", ".join(column) for column in zip(*fields, strict=True))
    each = f"; each {p.kind} is one of `{p.stock}`" if tree.in_kinds else ""
    params = [
        Param(p.stock, "dict[str, int]" if tree.in_kinds else "int", f"the {p.unit} there are{_of_each(tree)}"),
        Param("requests", f"list[tuple[{row}]]", f"({shape}) tuples{each}"),
    ]
    if tree.cap == "arg":
        params.append(Param("cap", "int", f"the most {p.unit} that one request may count for, above 0"))
    if tree.reserve == "arg":
        params.append(Param("reserve", "int", f"the {p.unit} to keep back{_of_each(tree)}"))
    return params


def _order_rule(tree, rng: Random) -> str:
    p = tree.place
    return {
        "given": say(
            rng,
            "Requests are served in the order given.",
            f"The {p.many} are served in the order of the list.",
        ),
        "rank": say(
            rng,
            f"The request with the highest {p.rank} is served first; equal ones keep the order of the list.",
            f"Serve by {p.rank}, highest first, and leave ties in the order of the list.",
        ),
        "small": say(
            rng,
            "The smallest request is served first; equal ones keep the order of the list.",
            "Small requests come before larger ones, and ties stay in the order of the list.",
        ),
        "large": say(
            rng,
            "The largest request is served first; equal ones keep the order of the list.",
            "Large requests come before smaller ones, and ties stay in the order of the list.",
        ),
    }[tree.order]


def _reserve_rule(tree, rng: Random) -> list[str]:
    if not tree.reserve:
        return []
    p = tree.place
    much = f"`reserve` {p.unit}" if tree.reserve == "arg" else f"{tree.reserve_size} {p.unit}"
    much += f" of {a(p.kind)}" if tree.in_kinds else ""
    return [
        say(
            rng,
            f"The last {much} are kept back; if there are no more than that, nothing can be granted.",
            f"Only what exceeds a reserve of {much} may be granted.",
        )
    ]


def _cap_rule(tree, rng: Random) -> list[str]:
    if not tree.cap:
        return []
    much, unit = "`cap`" if tree.cap == "arg" else str(tree.cap_size), tree.place.unit
    return [
        say(
            rng,
            f"A request for more than {much} {unit} is treated as one for {much}.",
            f"No request counts for more than {much} {unit}.",
        )
    ]


def _batch_rule(tree, rng: Random) -> list[str]:
    if not tree.batched:
        return []
    size, unit = tree.place.size, tree.place.unit
    return [
        say(
            rng,
            f"Every grant is rounded down to a multiple of {size} {unit}, even if more is left.",
            f"{unit.capitalize()} are only granted in full lots of {size}, so each grant is rounded down to a multiple of that.",
        )
    ]


def _shortage_rules(tree, rng: Random) -> list[str]:
    rule = {
        "partial": say(
            rng,
            "If less is left than a request wants, the rest that is left is granted.",
            "A request that exceeds what is left gets all that is left.",
        ),
        "skip": say(
            rng,
            "A request that exceeds what is left gets nothing, but later ones may still be served.",
            "Where too little is left nothing is granted, and the next request is tried.",
        ),
        "stop": say(
            rng,
            "The first request that exceeds what is left gets nothing, and neither does any after it.",
            "Once a request exceeds what is left, granting ends: it and all later ones get nothing.",
        ),
        "raise": "Whether enough is left is judged for each request in turn.",
    }[tree.short]
    if not tree.batched:
        return [rule]
    return [
        rule,
        "Rounding comes last." if tree.short == "partial" else "Whether enough is left is decided before rounding.",
    ]


def _ask(tree) -> Asked:
    p = tree.place
    match tree.result:
        case "granted":
            title = f"how many {p.unit} each of the {p.many} gets in all"
            rule = f"Only {p.many} that get something appear."
            return Asked(
                title, f"a dict from {p.one} to granted {p.unit}", "dict[str, int]", f"{p.unit}_per_{p.one}", rule
            )
        case "left":
            title = f"how many {p.unit} are left after all requests were served"
            returns = f"the {p.unit} left{_of_each(tree)}" + (", the reserve included" if tree.reserve else "")
            return Asked(title, returns, "dict[str, int]" if tree.in_kinds else "int", f"{p.unit}_left")
        case "missing":
            title = f"how many {p.unit} are asked for but not granted"
            rule = "What was asked for is the request as it stands in the list."
            return Asked(title, f"the number of {p.unit}", "int", f"missing_{p.unit}", rule)
        case "share":
            title, returns = f"what percentage of all requested {p.unit} is granted", "a whole percentage, rounded down"
            return Asked(title, returns, "int", f"granted_{p.unit}_percentage", "Without requests the result is 100.")
    return _ask_requests(tree)


def _ask_requests(tree) -> Asked:
    """Return what is asked where the result is about single requests."""
    p = tree.place
    match tree.result:
        case "rows":
            returns = f"({p.one}, granted) tuples in the order of serving"
            rule = "Requests that get nothing are listed with 0."
            return Asked(
                f"what each request for {p.unit} is granted", returns, "list[tuple[str, int]]", f"grant_{p.unit}", rule
            )
        case "unfilled":
            title, returns = f"which {p.many} get less than they asked for", f"the {p.many} in the order of serving"
            rule = f"What was asked for is the request as it stands in the list; {a(p.one)} is named once for each such request."
            return Asked(title, returns, "list[str]", f"unfilled_{p.many}", rule)
        case "full":
            rule = "A request is granted in full if it gets exactly what stands in the list."
            entry = f"count_full_{p.unit}_grants"
            return Asked("how many requests are granted in full", "the number of requests", "int", entry, rule)
    title = f"the first of the {p.many}, in the order of serving, whose request gets nothing at all"
    rule = "If every request gets something, the result is None."
    return Asked(title, f"the {p.one}, or None", "str | None", f"first_{p.one}_without_{p.unit}", rule)
