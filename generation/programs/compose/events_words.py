# ruff: noqa: E501 (sentences and tables read better on one line)
"""The spec of the events shape in English.

In: an events tree and a Random. Out: `Words`.
"""

from random import Random
from typing import NamedTuple

from generation.programs.compose.english import a, both, say, sentence
from generation.programs.compose.wording import Words
from generation.programs.program import Param, Raises, Spec


class Asked(NamedTuple):
    """What is asked for, what comes back, its annotation, names for the function.

    {one} and {many} stand for the things, {state} and {word} for the state asked about, quoted and in a name.
    """

    title: str
    returns: str
    annotation: str
    entries: tuple[str, ...]


_ASKED = {
    "final": Asked("the last state of each of the {many}", "a dict from {one} to state", "dict[str, str]", ("replay_{many}", "final_states_of_{many}")),
    "in_state": Asked("which {many} are {state} at the end", "their names, sorted", "list[str]", ("{word}_{many}", "find_{word}_{many}")),
    "moves": Asked("the number of allowed moves that the {many} make", "the number of moves made", "int", ("count_{one}_moves", "moves_of_{many}")),
    "refused": Asked("the number of refused actions on the {many}", "the number of refused actions", "int", ("count_refused_{one}_actions", "refused_{one}_actions")),
    "refused_list": Asked("the refused actions on the {many}", "({one}, action) tuples in the order in which they were refused", "list[tuple[str, str]]", ("list_refused_{one}_actions", "refusals_of_{many}")),
    "visits": Asked("the number of allowed moves of each of the {many}", "a dict from {one} to number of moves", "dict[str, int]", ("moves_per_{one}", "count_moves_by_{one}")),
    "first_time": Asked("when each of the {many} first became {state}", "a dict from {one} to time, without those that never did", "dict[str, int]", ("first_{word}_times", "when_{many}_became_{word}")),
    "reached": Asked("which {many} were ever {state}", "their names, sorted", "list[str]", ("ever_{word}_{many}", "{many}_that_became_{word}")),
    "never": Asked("which {many} were never {state}", "their names, sorted", "list[str]", ("never_{word}_{many}", "{many}_not_yet_{word}")),
    "tally": Asked("how many {many} are in each state at the end", "a dict from state to number, without empty states", "dict[str, int]", ("tally_{one}_states", "count_{many}_by_state")),
    "last_change": Asked("the time of the last change of state of each of the {many}", "a dict from {one} to time, without those that never changed", "dict[str, int]", ("last_{one}_changes", "when_{many}_last_changed")),
    "path": Asked("all states that each of the {many} went through", "a dict from {one} to its states in order, the first one included", "dict[str, list[str]]", ("{one}_histories", "trace_{many}")),
    "time_in": Asked("how long each of the {many} was {state} in total", "a dict from {one} to minutes", "dict[str, int]", ("{word}_time_per_{one}", "minutes_{word}_by_{one}")),
    "longest_in": Asked("the longest uninterrupted time that any of the {many} was {state}", "the minutes, 0 if there is none", "int", ("longest_{word}_time", "longest_time_{word}")),
    "waiting": Asked("which {many} have been {state} for 5 minutes or more at the end", "their names, sorted", "list[str]", ("stuck_{word}_{many}", "long_{word}_{many}")),
    "total_time": Asked("the total time that the {many} were {state}, added up over all of them", "the minutes, 0 if there are none", "int", ("total_{word}_time", "sum_{word}_minutes")),
}  # fmt: skip


def write(tree, rng: Random) -> Words:
    """Return the words of one tree."""
    w, asked = tree.world, _ask(tree)
    rules = [_moves(tree, rng), _begin_rule(tree, rng), *_wrong_rule(tree, rng), *_listed_rule(tree, rng)]
    rules += [*_order_rule(tree, rng), *_until_rule(tree), *_result_rules(tree)]
    spec = Spec(
        title=asked.title,
        summary=sentence(
            say(
                rng,
                f"Replay a log of {w.one} events and return {asked.title}",
                f"Work out from a log of {w.one} events {asked.title}",
                f"Return {asked.title}, given a log of what happened to them",
            )
        ),
        rules=tuple(rules),
        params=tuple(_params(tree)),
        returns=asked.returns,
        return_annotation=asked.annotation,
        raises=tuple(_raises(tree)),
        context=say(rng, *w.contexts),
    )
    return Words(spec, say(rng, *asked.entries))


def _ask(tree) -> Asked:
    w, word = tree.world, tree.target.replace(" ", "_")

    def named(text: str) -> str:
        return text.format(one=w.one, many=w.many, state=f'"{tree.target}"', word=word)

    title, returns, annotation, entries = _ASKED[tree.result]
    return Asked(named(title), named(returns), annotation, tuple(named(entry) for entry in entries))


def _params(tree) -> list[Param]:
    w = tree.world
    params = [_log(tree)]
    if tree.start != "implied":
        params.append(Param(w.many, "list[str]", f"the names of all {w.many}"))
    if tree.until:
        params.append(Param("until", "int", "the time up to which events count, in minutes"))
    if tree.needs_end:
        params.append(Param("end", "int", "the time at which counting ends, not before the last event"))
    return params


def _log(tree) -> Param:
    one = tree.world.one
    in_order = ", in order of time" if tree.timed and not tree.order else ""
    if tree.form == "dicts":
        keys = ("time (in minutes), " if tree.timed else "") + f"name (of the {one}) and action"
        return Param("events", "list[dict]", f"the log, one dict each with the keys {keys}{in_order}")
    shape = ("time in minutes, " if tree.timed else "") + f"{one}, action"
    kind = "list[tuple[int, str, str]]" if tree.timed else "list[tuple[str, str]]"
    return Param("events", kind, f"the log as ({shape}) tuples{in_order}")


def _raises(tree) -> list[Raises]:
    raises = []
    if tree.order == "raise_backwards":
        even = ", even if neither counts" if tree.until else ""
        raises.append(Raises("ValueError", f"an event has a smaller time than the one before it{even}"))
    if tree.wrong == "raise":
        counting = " that counts" if tree.until else ""
        raises.append(Raises("ValueError", f"an action{counting} is not allowed in the current state"))
    if tree.start == "listed_raise":
        raises.append(Raises("KeyError", f"an event that is read names {a(tree.world.one)} that is not listed"))
    return raises


def _begin_rule(tree, rng: Random) -> str:
    w, first = tree.world, f'"{tree.world.states[0]}"'
    begin = say(rng, f"Every {w.one} begins as {first}.", f"At first each {w.one} is {first}.")
    if tree.start != "implied":
        return begin
    return say(
        rng,
        f"{a(w.one).capitalize()} is {first} before its first event.",
        f"Before its first event {a(w.one)} is {first}.",
    )


def _listed_rule(tree, rng: Random) -> list[str]:
    if tree.start != "listed_ignore":
        return []
    w = tree.world
    return [
        say(rng, f"Events of {w.many} that are not listed are ignored.", f"Skip events that name no listed {w.one}.")
    ]


def _order_rule(tree, rng: Random) -> list[str]:
    if tree.order != "sorted":
        return []
    return [
        say(
            rng,
            "Events may come in any order and are taken in order of time; those of the same time keep their order.",
            "Sort the events by time first, leaving equal times as they come.",
        )
    ]


def _until_rule(tree) -> list[str]:
    if not tree.until:
        return []
    if tree.until == "until_arg":
        return ["Events after `until` do not count."]
    return ["Only events before `until` count; one exactly at `until` does not."]


def _moves(tree, rng: Random) -> str:
    by_action: dict[tuple[str, str], list[str]] = {}
    for (s, act), t in tree.moves.items():
        by_action.setdefault((act, t), []).append(s)
    parts = [
        f'"{act}" from {both([f"{s!r}" for s in sources], "or")} to "{t}"'.replace("'", '"')
        for (act, t), sources in by_action.items()
    ]
    return say(rng, "The allowed moves are ", "An action moves a state: ") + both(parts) + "."


def _wrong_rule(tree, rng: Random) -> list[str]:
    w = tree.world
    return {
        "raise": [],
        "ignore": [
            say(
                rng,
                "An action that the current state does not allow changes nothing.",
                "Actions that are not allowed at the time are refused and change nothing.",
            )
        ],
        "reset": [
            f'An action that is not allowed is refused and sends the {w.one} back to "{w.states[0]}", which is not an allowed move.'
        ],
        "ban": [
            f"After the first refused action of {a(w.one)}, one that is not allowed, all its later events are ignored."
        ],
        "stop": [
            say(
                rng,
                "At the first action that is not allowed the replay stops; what was reached until then counts.",
                "An action that is not allowed ends the replay, and everything after it is not read.",
            )
        ],
    }[tree.wrong]


def _result_rules(tree) -> list[str]:
    who = (
        "all that are listed" if tree.start != "implied" else f"every {tree.world.one} that an event counted for names"
    )
    out = _timing_rule(tree)
    if tree.result in ("final", "visits", "path", "time_in"):
        out.append(f"The result covers {who}.")
    if tree.result == "never":
        out.append(f"Consider {who}.")
    after = {
        ("refused", "ban"): "Events that are ignored are not refused.",
        ("refused_list", "ban"): "Ignored events are not listed.",
        ("last_change", "reset"): "Being sent back counts as a change of state.",
        ("path", "reset"): "Being sent back adds a state as well.",
    }.get((tree.result, tree.wrong))
    return [*out, after] if after else out


def _timing_rule(tree) -> list[str]:
    """Return how time is counted, where the result is about time spent in a state."""
    end = "`until`" if tree.until else "`end`"
    if tree.result in ("time_in", "longest_in", "total_time"):
        return [f'Time in "{tree.target}" runs from entering it, until the next change or {end}.']
    if tree.result != "waiting":
        return []
    begin = "time 0" if tree.start != "implied" else "its first event"
    waiting = f"The waiting time runs from the last change of state, or from {begin} if there was none, to {end}."
    back = " A return after a refused action counts as a change." if tree.wrong == "reset" else ""
    return [waiting + back]
