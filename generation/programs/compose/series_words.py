# ruff: noqa: E501 (sentences and tables read better on one line)
"""The spec of the series shape in English.

In: a series tree and a Random. Out: `Words` (spec and entry point).
"""

from random import Random
from typing import NamedTuple

from generation.programs.compose.english import a, say, sentence, spell
from generation.programs.compose.wording import Words
from generation.programs.program import Param, Raises, Spec


class Asked(NamedTuple):
    """What is asked for, what comes back, its annotation, and the result where nothing is found.

    {event}, {events}, {thing} and {things} stand for what is searched and what the series consists of.
    """

    title: str
    returns: str
    annotation: str
    empty: str


_OF_POINTS = {
    "count": Asked("the number of {events}", "the number of {events}", "int", "0"),
    "positions": Asked("where {events} occur", "the positions of the {events}, ascending", "list[int]", "an empty list"),
    "values": Asked("the {things} at all {events}", "the {things} in order of time", "list[int]", "an empty list"),
    "first": Asked("the position of the first {event}", "a position, or -1", "int", "-1"),
    "last": Asked("the position of the last {event}", "a position, or -1", "int", "-1"),
    "widest_gap": Asked("the widest gap between two successive {events}", "the gap in positions, 0 for fewer than two", "int", "0"),
    "highest": Asked("the position of the {event} with the largest {thing} (the earliest one in a tie)", "a position, or None", "int | None", "None"),
    "pairs": Asked("all {events} with their {things}", "(position, {thing}) tuples in order of time", "list[tuple[int, int]]", "an empty list"),
}  # fmt: skip
_OF_RUNS = {
    "count": Asked("the number of {events}", "the number of {events}", "int", "0"),
    "longest": Asked("the length of the longest {event}", "the length as a number of {things}", "int", "0"),
    "longest_first": Asked("where the longest {event} begins (the earliest one in a tie)", "its first position, or None", "int | None", "None"),
    "longest_last": Asked("where the longest {event} begins (the latest one in a tie)", "its first position, or None", "int | None", "None"),
    "total": Asked("the total length of all {events}", "the number of {things} in them", "int", "0"),
    "starts": Asked("where the {events} begin", "their first positions, ascending", "list[int]", "an empty list"),
    "lengths": Asked("the {events} with their lengths", "(first position, length) tuples in order of time", "list[tuple[int, int]]", "an empty list"),
    "inclusive": Asked("the first and last positions of all {events}", "(first, last) tuples in order of time", "list[tuple[int, int]]", "an empty list"),
    "best_sum": Asked("the largest sum of the {things} in one {event}", "the sum, or None", "int | None", "None"),
    "extremes": Asked("the largest {thing} of each {event}", "one {thing} for each, in order of time", "list[int]", "an empty list"),
    "first": Asked("where the first {event} begins", "its first position, or -1", "int", "-1"),
    "share": Asked("what percentage of the {things} lies in {events}", "a whole percentage, rounded down", "int", "0"),
    "gaps": Asked("how many {things} lie between one {event} and the next", "the lengths of the gaps in order of time, empty for fewer than two {events}", "list[int]", "an empty list"),
    "last_end": Asked("where the last {event} ends", "its last position, or -1", "int", "-1"),
}  # fmt: skip
# Results that hold positions.
_PLACED = ("starts", "lengths", "inclusive", "first", "last_end", "longest_first", "longest_last", "positions", "last", "pairs", "highest")  # fmt: skip
# Cleaning steps after which a value's position is not that in the input.
_SHIFTING = ("skip_none", "carry", "in_range", "collapse")


def write(tree, rng: Random) -> Words:
    """Return the words of one tree."""
    d = tree.domain
    thing, things = _things(tree)
    event, events = _event(tree, rng)
    asked = Asked(*(text.format(event=event, events=events, thing=thing, things=things) for text in _ask(tree)))
    found = _point_rules if tree.points else _run_rules
    rules = _clean_rules(tree, rng) + _change_rules(tree, rng, thing, things) + found(tree, rng, thing, things, event)
    rules += _place_rule(tree, rng, things)
    rules.append(
        say(
            rng,
            sentence(f"if there is no such {event}, {asked.empty} is returned"),
            sentence(f"the result is {asked.empty} if no {event} is found"),
        )
    )
    based = {"delta": f"the changes of the {d.many}", "moving_sum": f"sums of the {d.many}"}
    context = say(rng, *d.contexts)
    spec = Spec(
        title=f"{asked.title} in {based.get(tree.change, f'the {d.many}')}",
        summary=sentence(_verb(rng, tree) + f" {asked.title} in a series of {d.many}"),
        rules=tuple(rules),
        params=tuple(_params(tree, things, event, events)),
        returns=asked.returns,
        return_annotation=asked.annotation,
        raises=_raises(tree),
        context=context,
    )
    return Words(spec, _entry(tree, rng, event, events))


def _ask(tree) -> Asked:
    return (_OF_POINTS if tree.points else _OF_RUNS)[tree.result]


def _place_rule(tree, rng: Random, things: str) -> list[str]:
    """Return where positions count from, where the result holds any."""
    if tree.result not in _PLACED:
        return []
    where = f"the {things}" if tree.change else "what remains after that" if tree.clean in _SHIFTING else "the input"
    return [say(rng, f"Positions count from 0 in {where}.", f"Positions are indexes into {where}, starting at 0.")]


def _params(tree, things: str, event: str, events: str) -> list[Param]:
    d = tree.domain
    kind = "list[int | None]" if tree.optional else "list[int]"
    gap = ", None where it is missing" if tree.optional else ""
    unit = "" if d.unit.removesuffix("s") in d.many else f" in {d.unit}"  # not "step counts in steps"
    params = [Param(d.arg, kind, f"the {d.many}{unit}, one for each {d.pace}{gap}, in order of time")]
    if tree.detect.endswith("_arg"):
        params.append(Param(tree.arg, "int", f"the value that {things} are compared with"))
    if tree.least == "arg":
        params.append(Param("min_length", "int", f"the smallest number of {things} in {a(event)}, at least 1"))
    if tree.apart == "arg":
        meaning = f"the smallest distance in positions between two {events}, 0 or more"
        params.append(Param("min_distance", "int", meaning))
    return params


def _raises(tree) -> tuple[Raises, ...]:
    d = tree.domain
    if tree.clean == "raise_none":
        return (Raises("ValueError", f"any {d.one} is missing"),)
    if tree.clean == "raise_low":
        return (Raises("ValueError", f"any {d.one} is below {d.low}"),)
    return ()


def _verb(rng: Random, tree) -> str:
    if tree.result == "count":
        return say(rng, "Return", "Determine", "Work out")
    return say(rng, "Return", "Find", "Determine")


def _things(tree) -> tuple[str, str]:
    """Return what the search looks at, one and several."""
    d = tree.domain
    return {
        "delta": ("change", "changes"),
        "lag": ("change", "changes"),
        "moving_sum": ("window sum", "window sums"),
        "moving_mean": ("moving average", "moving averages"),
        "moving_max": ("window maximum", "window maxima"),
        "moving_range": ("window range", "window ranges"),
        "running_total": ("running total", "running totals"),
        "drawdown": ("drop", "drops"),
        "chunks": ("block sum", "block sums"),
        "full_chunks": ("block sum", "block sums"),
        "median3": ("median", "medians"),
        "from_mean": ("distance", "distances"),
    }.get(tree.change, (d.one, d.many))


def _event(tree, rng: Random) -> tuple[str, str]:
    if tree.points:
        return {
            "rise_through": ("upward crossing", "upward crossings"),
            "fall_through": ("downward crossing", "downward crossings"),
            "peak": ("peak", "peaks"),
            "valley": ("dip", "dips"),
            "record": ("new record", "new records"),
            "jump": ("jump", "jumps"),
            "turn": ("turning point", "turning points"),
        }[tree.detect]
    high = tree.detect in ("ge", "gt", "ge_arg", "hysteresis", "debounce") and not tree.change
    word = (
        tree.domain.event
        if high and rng.random() < 0.6
        else {
            "hysteresis": "alarm",
            "debounce": "alarm",
            "lt": "low stretch",
            "le": "low stretch",
            "lt_arg": "low stretch",
            "between": "steady stretch",
            "outside": "unusual stretch",
        }.get(tree.detect, "high stretch")
    )
    return word, (
        {"rush": "rushes", "stretch": "stretches"}.get(word.split()[-1], "")
        and (word[: -len(word.split()[-1])] + {"rush": "rushes", "stretch": "stretches"}[word.split()[-1]])
    ) or word + "s"


def _clean_rules(tree, rng: Random) -> list[str]:
    d = tree.domain
    return {
        "": [],
        "skip_none": [
            say(
                rng,
                f"Missing {d.many} are left out; their neighbours then follow each other.",
                f"A missing {d.one} is skipped, as if it had never been there.",
            )
        ],
        "carry": [
            say(
                rng,
                f"A missing {d.one} is replaced by the last known one before it; missing ones at the very start are left out.",
                f"Fill a gap with the last {d.one} known before it, and drop gaps at the start.",
            )
        ],
        "raise_none": [],
        "raise_low": [],
        "clamp": [
            say(
                rng,
                f"First, {d.many} below {d.low} are raised to {d.low} and those above {d.high} lowered to {d.high}.",
                f"Before anything else, every {d.one} is clamped to the range from {d.low} to {d.high}.",
            )
        ],
        "in_range": [
            say(
                rng,
                f"Values below {d.low} or above {d.high} are faults of the instrument and are left out first.",
                f"Only {d.many} from {d.low} to {d.high} (both included) are used; drop the others first.",
            )
        ],
        "collapse": [
            say(
                rng,
                f"Equal {d.many} that follow each other directly count as one.",
                f"Of several equal {d.many} in a row only one is kept.",
            )
        ],
    }[tree.clean]


def _change_rules(tree, rng: Random, thing: str, things: str) -> list[str]:
    d, _k, w = tree.domain, tree.width, spell(tree.width)
    used = f"The search looks at {things}"
    return {
        "": [],
        "delta": [f"{used}: each {d.one} minus the one before it."],
        "lag": [f"{used}: each {d.one} minus the one {w} places before it."],
        "moving_sum": [
            say(
                rng,
                f"{used}: the sums of {w} {d.many} in a row, one for every full window.",
                f"What matters is the window sum, the sum of {w} {d.many} in a row, for every full window.",
            )
        ],
        "moving_mean": [f"{used}: the averages of {w} {d.many} in a row, rounded down, one for every full window."],
        "moving_max": [f"{used}: the largest of {w} {d.many} in a row, one for every full window."],
        "moving_range": [
            f"{used}: the largest minus the smallest of {w} {d.many} in a row, one for every full window."
        ],
        "running_total": [
            say(
                rng,
                f"{used}: the sum of all {d.many} up to and including each one.",
                f"Add the {d.many} up one by one and look at the running totals.",
            )
        ],
        "drawdown": [
            say(
                rng,
                f"{used}: how far each {d.one} lies below the highest {d.one} up to then.",
                f"For each {d.one} take its drop, the highest {d.one} so far minus itself.",
            )
        ],
        "chunks": [
            f"The {d.many} are cut into blocks of {w}, the last of which may be shorter, and {things} are looked at."
        ],
        "full_chunks": [
            f"The {d.many} are cut into blocks of {w}, an incomplete last block is dropped, and {things} are looked at."
        ],
        "median3": [f"{used}: the middle one of each three neighbouring {d.many} by size."],
        "from_mean": [f"{used}: how far each {d.one} lies from the average of all of them, which is rounded down."],
    }[tree.change]


def _run_rules(tree, rng: Random, thing: str, things: str, event: str) -> list[str]:
    low, high, detect = tree.low, tree.high, tree.detect
    least = {"": "", "two": "two", "three": "three", "arg": "`min_length`"}[tree.least]
    size = f" of at least {least}" if least else " of"
    longest = say(rng, "as long as possible", "not part of a longer one")
    if detect == "hysteresis":
        rules = [
            say(
                rng,
                f"{a(event).capitalize()} begins with {a(thing)} of at least {high} and lasts until one below {low}, which is outside.",
                f"Once {a(thing)} reaches {high}, {a(event)} is on until the first {thing} below {low}, which no longer belongs to it.",
            )
        ]
    elif detect == "debounce":
        rules = [
            say(
                rng,
                f"{a(event).capitalize()} is on at every {thing} that is at least {high} and follows directly on another such one.",
                f"A single {thing} of at least {high} is not enough: {a(event)} is on from the second in a row until they stop.",
            )
        ]
    else:
        what = {
            "ge": f"are at least {high}",
            "gt": f"are above {high}",
            "lt": f"are below {low}",
            "le": f"are at most {low}",
            "ge_arg": f"are at least `{tree.arg}`",
            "lt_arg": f"are below `{tree.arg}`",
            "between": f"lie between {low} and {high} (both included)",
            "outside": f"are below {low} or above {high}",
        }[detect]
        return [
            say(
                rng,
                f"{a(event).capitalize()} is a run{size} {things} in a row that {what}, {longest}.",
                f"{things.capitalize()} in a row that {what} form {a(event)}, {longest}"
                + (f", if there are at least {least}." if least else "."),
            )
        ]
    if least:
        rules.append(
            f"Only {event if event.endswith('s') else _many(event)} that last for at least {least} {things} count."
        )
    return rules


def _many(event: str) -> str:
    return event + ("es" if event.endswith(("sh", "ch")) else "s")


def _point_rules(tree, rng: Random, thing: str, things: str, event: str) -> list[str]:
    high = tree.high
    jump = max(2, (tree.domain.high - tree.domain.low) // 6)
    rules = [
        {
            "rise_through": f"{a(event).capitalize()} is {a(thing)} of at least {high} directly after one below {high}.",
            "fall_through": f"{a(event).capitalize()} is {a(thing)} below {high} directly after one of at least {high}.",
            "peak": f"A peak is {a(thing)} that is larger than both its neighbours; the first and the last one are never peaks.",
            "valley": f"A dip is {a(thing)} that is smaller than both its neighbours; the first and the last one are never dips.",
            "record": f"A new record is {a(thing)} that is larger than all before it; the very first one is a record too.",
            "jump": f"A jump is {a(thing)} that differs from the one directly before it by at least {jump}, in either direction.",
            "turn": f"A turning point is {a(thing)} at which a rise is directly followed by a fall or the other way round.",
        }[tree.detect]
    ]
    distance = {"": "", "two": "2", "four": "4", "arg": "`min_distance`"}[tree.apart]
    if distance:
        rules.append(
            say(
                rng,
                f"Going from left to right, one that lies fewer than {distance} positions after the last that counted is ignored.",
                f"Counting from the start, {a(event)} fewer than {distance} positions after the last accepted one does not count.",
            )
        )
    return rules


def _entry(tree, rng: Random, event: str, events: str) -> str:
    one, many = event.replace(" ", "_"), events.replace(" ", "_")
    base = tree.domain.one.replace(" ", "_")
    name = {
        "count": f"count_{many}",
        "longest": f"longest_{one}",
        "longest_first": f"find_longest_{one}",
        "longest_last": f"last_longest_{one}",
        "total": f"total_{one}_length",
        "starts": f"{one}_starts",
        "lengths": f"list_{many}",
        "inclusive": f"find_{many}",
        "best_sum": f"largest_{one}_sum",
        "extremes": f"{one}_extremes",
        "first": f"first_{one}",
        "share": f"{one}_share",
        "gaps": f"gaps_between_{many}",
        "last_end": f"last_{one}_end",
        "positions": f"find_{many}",
        "values": f"{one}_values",
        "last": f"last_{one}",
        "widest_gap": f"widest_{one}_gap",
        "highest": f"highest_{one}",
        "pairs": f"list_{many}",
    }[tree.result]
    return say(
        rng,
        name,
        f"{name}_of_{tree.domain.arg}",
        f"{base}_{name}" if not name.startswith(("count", "find", "list")) else name,
    )
