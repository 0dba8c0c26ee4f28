# ruff: noqa: E501 (sentences and tables read better on one line)
"""The spec of a class in which things wait, in English.

In: a queue tree and a Random. Out: `Spec`.
"""

from random import Random

from generation.programs.compose.english import a, say, sentence
from generation.programs.program import Method, Param, Raises, Spec

SIZE = 3  # how many may wait, where there is a limit


def write(tree, rng: Random) -> Spec:
    """Return the spec of one tree."""
    t = tree.theme
    return Spec(
        title=f"waiting {t.many}",
        summary=sentence(f"Write a class {t.cls} in which {t.many} wait and are served one at a time"),
        rules=(_order_rule(tree, rng), *_again_rules(tree), *_full_rules(tree), *_extra_rules(tree)),
        params=(),
        returns="",
        return_annotation="",
        context=t.context,
        methods=(
            Method("__init__", (), "nothing", "None", f"Begin without any {t.many}."),
            _join_method(tree),
            _serve_method(tree),
            _extra_method(tree),
            _report_method(tree),
        ),
    )


def _name(tree) -> Param:
    return Param("name", "str", f"the {tree.theme.one}")


def _join_method(tree) -> Method:
    t = tree.theme
    rank = (Param("rank", "int", f"the rank of the {t.one}"),) if tree.ranked else ()
    errors = (Raises("ValueError", f"the {t.one} is waiting already"),) if tree.again == "raise" else ()
    if tree.full == "raise":
        errors += (Raises("OverflowError", f"{SIZE} {t.many} are waiting already"),)
    back, annotation = ("whether there was a place", "bool") if tree.refuses else ("nothing", "None")
    return Method(t.join, (_name(tree), *rank), back, annotation, f"Let {a(t.one)} join.", errors)


def _next(tree) -> tuple[str, str, tuple[Raises, ...]]:
    """Return what serving and peeking give, its annotation, and the error where there is nobody."""
    if tree.empty != "raise":
        return f"the {tree.theme.one}, or None if there is none", "str | None", ()
    nobody = "nobody can be served" if tree.extra == "hold" else "nothing is waiting"
    return f"the {tree.theme.one}", "str", (Raises("IndexError", nobody),)


def _serve_method(tree) -> Method:
    back, annotation, errors = _next(tree)
    summary = f"Remove and return the {tree.theme.one} whose turn it is."
    return Method(tree.theme.serve, (), back, annotation, summary, errors)


def _extra_method(tree) -> Method:
    one, name = tree.theme.one, _name(tree)
    match tree.extra:
        case "leave":
            summary = f"Remove {a(one)} from wherever it waits."
            return Method("leave", (name,), "how many entries were removed", "int", summary)
        case "skip":
            summary = f"Send the {one} whose turn it is behind all others of the same standing."
            return Method("skip", (), "nothing", "None", summary)
        case "hold":
            summary = f"Switch whether {a(one)} is passed over when serving."
            return Method("hold", (name,), "nothing", "None", summary)
    summary = f"Return the {one} served last to the very front."
    return Method("put_back", (), "whether there was one", "bool", summary)


def _report_method(tree) -> Method:
    one, many = tree.theme.one, tree.theme.many
    match tree.report:
        case "position":
            back = "the place, or 0 for a name that is not waiting"
            summary = f"Return the place of {a(one)} in the order of serving, from 1."
            return Method("position", (_name(tree),), back, "int", summary)
        case "waiting":
            back = f"the {many} in the order of serving"
            return Method("waiting", (), back, "list[str]", f"List all {many} that wait.")
        case "served":
            return Method(
                "served", (), f"the {many}, first served first", "list[str]", f"List the {many} served so far."
            )
    back, annotation, errors = _next(tree)
    summary = f"Return the {one} that would be served next, without removing it."
    return Method("peek", (), back, annotation, summary, errors)


def _order_rule(tree, rng: Random) -> str:
    one = tree.theme.one
    longest = f"The {one} that has waited longest is served first."
    return {
        "fifo": say(rng, "Whoever joined first is served first.", longest),
        "lifo": say(rng, "Whoever joined last is served first.", f"The newest {one} is served first."),
        "priority": "The highest rank is served first, and among equal ranks whoever joined first.",
        "low_priority": "The smallest rank is served first, and among equal ranks whoever joined first.",
    }[tree.order]


def _again_rules(tree) -> list[str]:
    one = tree.theme.one
    place = "; the place is that of the entry served first" if tree.report == "position" else ""
    rules = {
        "allow": f"The same {one} may wait several times{place}.",
        "ignore": f"{a(one).capitalize()} that is waiting already does not join again; the answer is then False, otherwise True.",
        "renew": "Joining while waiting already gives up the old place first.",
    }
    return [rules[tree.again]] if tree.again in rules else []


def _full_rules(tree) -> list[str]:
    rules = {
        "refuse": [f"At most {SIZE} wait at a time; when it is full nobody joins and the answer is False, otherwise True."],
        "evict": [f"At most {SIZE} wait at a time: if it is full, the one that would be served last has to go before the new one joins."],
        "raise": [f"At most {SIZE} wait at a time."],
    }.get(tree.full, [])  # fmt: skip
    both = tree.again == tree.full == "raise"
    return rules + (["Whether the name is waiting already is checked first."] if both else [])


def _extra_rules(tree) -> list[str]:
    one, many = tree.theme.one, tree.theme.many
    rank = " with the same rank" if tree.ranked else ""
    peeking = " and peeking" if tree.report == "peek" else ""
    rules = {
        "skip": f"Skipping does nothing if nobody waits; it counts as leaving and joining anew{rank}.",
        "hold": f"{many.capitalize()} on hold keep their place and count for everything but serving{peeking}.",
        "put_back": f"Putting back ignores all limits and can be repeated until no served {one} is left.",
    }
    return [rules[tree.extra]] if tree.extra in rules else []
