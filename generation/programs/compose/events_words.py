# ruff: noqa: E501 (sentences and tables read better on one line)
"""The spec of the events shape in English.

In: an events tree and a Random. Out: `Words`.
"""

from random import Random

from generation.programs.compose.english import a, both, say, sentence
from generation.programs.compose.wording import Words
from generation.programs.program import Param, Raises, Spec


def write(tree, rng: Random) -> Words:
    """Return the words of one tree."""
    w = tree.world
    asked, returns, annotation, entry = _result(tree)
    rules = [_moves(tree, rng)]
    begin = say(rng, f'Every {w.one} begins as "{w.states[0]}".', f'At first each {w.one} is "{w.states[0]}".')
    if tree.start == "implied":
        begin = say(
            rng,
            f'{a(w.one).capitalize()} is "{w.states[0]}" before its first event.',
            f'Before its first event {a(w.one)} is "{w.states[0]}".',
        )
    rules += [begin, *_wrong(tree, rng)]
    if tree.start == "listed_ignore":
        rules.append(
            say(
                rng, f"Events of {w.many} that are not listed are ignored.", f"Skip events that name no listed {w.one}."
            )
        )
    if tree.order == "sorted":
        rules.append(
            say(
                rng,
                "Events may come in any order and are taken in order of time; those of the same time keep their order.",
                "Sort the events by time first, leaving equal times as they come.",
            )
        )
    if tree.until:
        rules.append(
            "Events after `until` do not count."
            if tree.until == "until_arg"
            else "Only events before `until` count; one exactly at `until` does not."
        )
    rules += _result_rules(tree, rng)
    kind = (
        "list[dict]"
        if tree.form == "dicts"
        else "list[tuple[int, str, str]]"
        if tree.timed
        else "list[tuple[str, str]]"
    )
    time = "time in minutes, " if tree.timed else ""
    shape = (
        f"({time}{w.one}, action) tuples"
        if tree.form == "tuples"
        else (
            f"one dict each with the keys {'time (in minutes), ' if tree.timed else ''}name (of the {w.one}) and action"
        )
    )
    sorted_note = "" if tree.order != "" or not tree.timed else ", in order of time"
    params = [
        Param(
            "events",
            kind,
            f"the log as {shape}{sorted_note}" if tree.form == "tuples" else f"the log, {shape}{sorted_note}",
        )
    ]
    if tree.start != "implied":
        params.append(Param(w.many, "list[str]", f"the names of all {w.many}"))
    if tree.until:
        params.append(Param("until", "int", "the time up to which events count, in minutes"))
    if tree.needs_end:
        params.append(Param("end", "int", "the time at which counting ends, not before the last event"))
    raises = []
    if tree.order == "raise_backwards":
        raises.append(
            Raises(
                "ValueError",
                "an event has a smaller time than the one before it"
                + (", even if neither counts" if tree.until else ""),
            )
        )
    if tree.wrong == "raise":
        raises.append(
            Raises(
                "ValueError",
                "an action that counts is not allowed in the current state"
                if tree.until
                else "an action is not allowed in the current state",
            )
        )
    if tree.start == "listed_raise":
        raises.append(Raises("KeyError", f"an event that is read names {a(w.one)} that is not listed"))
    spec = Spec(
        title=asked,
        summary=sentence(
            say(
                rng,
                f"Replay a log of {w.one} events and return {asked}",
                f"Work out from a log of {w.one} events {asked}",
                f"Return {asked}, given a log of what happened to them",
            )
        ),
        rules=tuple(rules),
        params=tuple(params),
        returns=returns,
        return_annotation=annotation,
        raises=tuple(raises),
        context=say(rng, *w.contexts),
    )
    return Words(spec, say(rng, *entry))


def _moves(tree, rng: Random) -> str:
    by_action: dict[tuple[str, str], list[str]] = {}
    for (s, act), t in tree.moves.items():
        by_action.setdefault((act, t), []).append(s)
    parts = [
        f'"{act}" from {both([f"{s!r}" for s in sources], "or")} to "{t}"'.replace("'", '"')
        for (act, t), sources in by_action.items()
    ]
    return say(rng, "The allowed moves are ", "An action moves a state: ") + both(parts) + "."


def _wrong(tree, rng: Random) -> list[str]:
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


def _result_rules(tree, rng: Random) -> list[str]:
    w, target = tree.world, tree.target
    who = "all that are listed" if tree.start != "implied" else f"every {w.one} that an event counted for names"
    timing = tree.result in ("time_in", "longest_in", "waiting", "total_time")
    out = []
    if timing:
        end = "`until`" if tree.until else "`end`"
        begin = "time 0" if tree.start != "implied" else "its first event"
        if tree.result == "waiting":
            out.append(
                f"The waiting time runs from the last change of state, or from {begin} if there was none, to {end}."
                + (" A return after a refused action counts as a change." if tree.wrong == "reset" else "")
            )
        else:
            out.append(f'Time in "{target}" runs from entering it, until the next change or {end}.')
    if tree.result in ("final", "visits", "path", "time_in"):
        out.append(f"The result covers {who}.")
    if tree.result == "never":
        out.append(f"Consider {who}.")
    if tree.result == "refused" and tree.wrong == "ban":
        out.append("Events that are ignored are not refused.")
    if tree.result == "refused_list" and tree.wrong == "ban":
        out.append("Ignored events are not listed.")
    if tree.wrong == "reset" and tree.result in ("last_change", "path"):
        out.append(
            "Being sent back counts as a change of state."
            if tree.result == "last_change"
            else "Being sent back adds a state as well."
        )
    return out


def _result(tree) -> tuple[str, str, str, tuple[str, ...]]:
    w, target = tree.world, tree.target
    one, many = w.one, w.many
    q = f'"{target}"'
    word = target.replace(" ", "_")
    return {
        "final": (
            f"the last state of each of the {many}",
            f"a dict from {one} to state",
            "dict[str, str]",
            (f"replay_{many}", f"final_states_of_{many}"),
        ),
        "in_state": (
            f"which {many} are {q} at the end",
            "their names, sorted",
            "list[str]",
            (f"{word}_{many}", f"find_{word}_{many}"),
        ),
        "moves": (
            f"the number of allowed moves that the {many} make",
            "the number of moves made",
            "int",
            (f"count_{one}_moves", f"moves_of_{many}"),
        ),
        "refused": (
            f"the number of refused actions on the {many}",
            "the number of refused actions",
            "int",
            (f"count_refused_{one}_actions", f"refused_{one}_actions"),
        ),
        "refused_list": (
            f"the refused actions on the {many}",
            f"({one}, action) tuples in the order in which they were refused",
            "list[tuple[str, str]]",
            (f"list_refused_{one}_actions", f"refusals_of_{many}"),
        ),
        "visits": (
            f"the number of allowed moves of each of the {many}",
            f"a dict from {one} to number of moves",
            "dict[str, int]",
            (f"moves_per_{one}", f"count_moves_by_{one}"),
        ),
        "first_time": (
            f"when each of the {many} first became {q}",
            f"a dict from {one} to time, without those that never did",
            "dict[str, int]",
            (f"first_{word}_times", f"when_{many}_became_{word}"),
        ),
        "reached": (
            f"which {many} were ever {q}",
            "their names, sorted",
            "list[str]",
            (f"ever_{word}_{many}", f"{many}_that_became_{word}"),
        ),
        "never": (
            f"which {many} were never {q}",
            "their names, sorted",
            "list[str]",
            (f"never_{word}_{many}", f"{many}_not_yet_{word}"),
        ),
        "tally": (
            f"how many {many} are in each state at the end",
            "a dict from state to number, without empty states",
            "dict[str, int]",
            (f"tally_{one}_states", f"count_{many}_by_state"),
        ),
        "last_change": (
            f"the time of the last change of state of each of the {many}",
            f"a dict from {one} to time, without those that never changed",
            "dict[str, int]",
            (f"last_{one}_changes", f"when_{many}_last_changed"),
        ),
        "path": (
            f"all states that each of the {many} went through",
            f"a dict from {one} to its states in order, the first one included",
            "dict[str, list[str]]",
            (f"{one}_histories", f"trace_{many}"),
        ),
        "time_in": (
            f"how long each of the {many} was {q} in total",
            f"a dict from {one} to minutes",
            "dict[str, int]",
            (f"{word}_time_per_{one}", f"minutes_{word}_by_{one}"),
        ),
        "longest_in": (
            f"the longest uninterrupted time that any of the {many} was {q}",
            "the minutes, 0 if there is none",
            "int",
            (f"longest_{word}_time", f"longest_time_{word}"),
        ),
        "waiting": (
            f"which {many} have been {q} for 5 minutes or more at the end",
            "their names, sorted",
            "list[str]",
            (f"stuck_{word}_{many}", f"long_{word}_{many}"),
        ),
        "total_time": (
            f"the total time that the {many} were {q}, added up over all of them",
            "the minutes, 0 if there are none",
            "int",
            (f"total_{word}_time", f"sum_{word}_minutes"),
        ),
    }[tree.result]
