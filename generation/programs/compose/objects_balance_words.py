# ruff: noqa: E501 (sentences and tables read better on one line)
"""The spec of a class of balances in English.

In: a balance tree and a Random. Out: `Spec`.
"""

from random import Random
from typing import NamedTuple

from generation.programs.compose.english import a, say, sentence
from generation.programs.program import Method, Param, Raises, Spec

CAP = 50  # no balance may exceed it, where there is a cap


class Change(NamedTuple):
    """What adding or taking gives back: its annotation and meaning, and the rule for too much."""

    annotation: str
    back: str
    rule: str


_TAKING = {
    "raise": Change("None", "nothing", "Taking more than there is raises ValueError and changes nothing."),
    "refuse": Change("bool", "whether it was done", "Taking more than there is changes nothing and gives False, otherwise True."),
    "partial": Change("int", "how much was really taken", "Of a larger amount than there is only what is there is taken."),
}  # fmt: skip
_ADDING = {
    "none": Change("None", "nothing", ""),
    "clip": Change("int", "how much did not fit", f"A balance never exceeds {CAP}; what does not fit is left over."),
    "raise": Change("None", "nothing", f"Adding that would lift a balance above {CAP} raises ValueError and changes nothing."),
    "refuse": Change("bool", "whether it was done", f"Adding that would lift a balance above {CAP} changes nothing and gives False, otherwise True."),
}  # fmt: skip


def write(tree, rng: Random) -> Spec:
    """Return the spec of one tree."""
    t = tree.theme
    return Spec(
        title=f"balances of {t.many}",
        summary=sentence(f"Write a class {t.cls} that keeps a balance in {t.unit} for each {t.one}"),
        rules=tuple(_rules(tree, rng)),
        params=(),
        returns="",
        return_annotation="",
        context=t.context,
        methods=(
            Method("__init__", (), "nothing", "None", "Begin without any balance."),
            _add_method(tree),
            _take_method(tree),
            _balance_method(tree),
            _extra_method(tree),
            _report_method(tree),
        ),
    )


def _rules(tree, rng: Random) -> list[str]:
    one = tree.theme.one
    rules = [_ADDING[tree.cap].rule] if tree.cap != "none" else []
    rules.append(_TAKING[tree.short].rule)
    if not tree.raises_unknown:
        never = f"{a(one).capitalize()} that was never used has a balance of 0."
        rules.append(say(rng, never, f"An unknown {one} counts as having 0."))
    return [*rules, _extra_rule(tree)]


def _extra_rule(tree) -> str:
    t = tree.theme
    room = f" and room for the amount in the target up to {CAP}, unless both are the same" if tree.cap != "none" else ""
    return {
        "move": f"A move needs enough in the source{room}; otherwise nothing changes.",
        "undo": f"Undoing puts back the state before the last {t.add} or {t.take} that changed a balance; it can be repeated.",
        "freeze": f"A frozen {t.one} can still be read. Freezing needs no earlier use and cannot be taken back.",
        "close": f"Closing hands out the whole balance and forgets the {t.one}.",
        "scale": "Expiring divides every balance by the given number and rounds down.",
    }[tree.extra]


def _name(tree) -> Param:
    return Param("name", "str", f"the {tree.theme.one}")


def _amount(tree) -> Param:
    return Param("amount", "int", f"the amount in {tree.theme.unit}, above 0")


def _unknown(tree) -> tuple[Raises, ...]:
    """Return the error for a name that was never added for, if it is one."""
    closed = " or it was closed" if tree.extra == "close" else ""
    error = Raises("KeyError", f"nothing was ever added for the {tree.theme.one}{closed}")
    return (error,) if tree.raises_unknown else ()


def _frozen(tree) -> tuple[Raises, ...]:
    return (Raises("PermissionError", f"the {tree.theme.one} is frozen"),) if tree.extra == "freeze" else ()


def _add_method(tree) -> Method:
    t, (annotation, back, _) = tree.theme, _ADDING[tree.cap]
    full = (Raises("ValueError", f"the balance would exceed {CAP}"),) if tree.cap == "raise" else ()
    summary = f"Add an amount to the balance of {a(t.one)}."
    return Method(t.add, (_name(tree), _amount(tree)), back, annotation, summary, _frozen(tree) + full)


def _take_method(tree) -> Method:
    t, (annotation, back, _) = tree.theme, _TAKING[tree.short]
    short = (Raises("ValueError", "there is less than that"),) if tree.short == "raise" else ()
    summary = f"Take an amount from the balance of {a(t.one)}."
    errors = _frozen(tree) + _unknown(tree) + short
    return Method(t.take, (_name(tree), _amount(tree)), back, annotation, summary, errors)


def _balance_method(tree) -> Method:
    t, summary = tree.theme, f"Return the balance of {a(tree.theme.one)}."
    return Method("balance", (_name(tree),), f"the balance in {t.unit}", "int", summary, _unknown(tree))


def _extra_method(tree) -> Method:
    one, name = tree.theme.one, _name(tree)
    match tree.extra:
        case "move":
            ends = Param("source", "str", f"the {one} to take from"), Param("target", "str", f"the {one} to add to")
            errors = (Raises("KeyError", "nothing was ever added for the source"),) if tree.raises_unknown else ()
            summary = f"Move an amount from one {one} to another."
            return Method("move", (*ends, _amount(tree)), "whether it was done", "bool", summary, errors)
        case "undo":
            back = "False if there is nothing to undo, else True"
            return Method("undo", (), back, "bool", "Take the last change back.")
        case "freeze":
            return Method("freeze", (name,), "nothing", "None", f"Refuse further changes of {a(one)}.")
        case "close":
            return Method("close", (name,), "the balance that it had", "int", f"Close {a(one)}.", _unknown(tree))
    divisor = Param("divisor", "int", "the number to divide by, at least 1")
    return Method("expire", (divisor,), "nothing", "None", "Shrink all balances.")


def _report_method(tree) -> Method:
    one, many = tree.theme.one, tree.theme.many
    match tree.report:
        case "total":
            return Method("total", (), f"the sum in {tree.theme.unit}", "int", "Return the sum of all balances.")
        case "leaders":
            limit = Param("limit", "int", "the largest number of names")
            summary = f"Return the {many} with the largest balances, largest first, ties by name."
            return Method("leaders", (limit,), f"the {many}", "list[str]", summary)
        case "low":
            summary = f"Return the {many} added to before whose balance is below a level."
            return Method("below", (Param("level", "int", "the level"),), f"the {many}, sorted", "list[str]", summary)
        case "listing":
            summary = "Return all balances above 0, sorted by name."
            return Method("listing", (), "(name, balance) tuples", "list[tuple[str, int]]", summary)
    summary = f"Return how many calls changed the balance of {a(one)} by adding or taking."
    return Method("times", (_name(tree),), "the number", "int", summary)
