"""The reference of the events shape: a transition rule in four forms and one walk over the log.

In: an events tree and its words. Out: commented source text.
"""

from dataclasses import dataclass, field

from generation.programs.compose.layout import define, shift, source

# Results that add up time look at the state before it changes.
_SPANS = ("time_in", "longest_in", "total_time")
_TIMED = ("first_time", "last_change", "waiting", *_SPANS)


def render(tree, words) -> str:
    """Return the commented source of the tree."""
    rule, call = _rule(tree)
    params = [f"{p.name}: {p.annotation}" for p in words.spec.params]
    body = _order(tree) + _walk(tree, call)
    return source(*rule, define(words.entry, params, words.spec.return_annotation), shift(body))


def _rule(tree) -> tuple[list[list[str]], str]:
    """Return the blocks that hold the transitions, and the expression for the next state, None where refused."""
    moves = tree.moves
    if tree.idiom == "table":
        lines = ["MOVES = {", *[f'    ("{s}", "{a}"): "{t}",' for (s, a), t in moves.items()], "}"]
        return [lines, ["", ""]], "MOVES.get((state, action))"
    if tree.idiom == "nested":
        table: dict[str, list[str]] = {}
        for (s, a), t in moves.items():
            table.setdefault(s, []).append(f'"{a}": "{t}"')
        lines = ["MOVES = {", *[f'    "{s}": {{{", ".join(parts)}}},' for s, parts in table.items()], "}"]
        return [lines, ["", ""]], "MOVES.get(state, {}).get(action)"
    head = define("next_state", ["state: str", "action: str"], "str | None")
    if tree.idiom == "match":
        lines = ["match state, action:"]
        for (s, a), t in moves.items():
            lines += [f'    case "{s}", "{a}":', f'        return "{t}"']
        return [head, shift([*lines, "return None"]), ["", ""]], "next_state(state, action)"
    by_target: dict[tuple[str, str], list[str]] = {}
    for (s, a), t in moves.items():
        by_target.setdefault((a, t), []).append(s)
    lines = []
    for (a, t), sources in by_target.items():
        test = (
            f'state == "{sources[0]}"'
            if len(sources) == 1
            else "state in (" + ", ".join(f'"{s}"' for s in sources) + ")"
        )
        lines += [f'if action == "{a}" and {test}:', f'    return "{t}"']
    return [head, shift([*lines, "return None"]), ["", ""]], "next_state(state, action)"


def _order(tree) -> list[str]:
    time = 'event["time"]' if tree.form == "dicts" else "event[0]"
    if tree.order == "sorted":
        return [
            "# Stable, so events of the same time keep their order.",
            f"ordered = sorted(events, key=lambda event: {time})",
        ]
    if tree.order == "raise_backwards":
        a, b = ('earlier["time"]', 'later["time"]') if tree.form == "dicts" else ("earlier[0]", "later[0]")
        return [
            "for earlier, later in zip(events, events[1:]):",
            f"    if {a} > {b}:",
            '        raise ValueError("events are not in order of time")',
        ]
    return []


@dataclass(frozen=True)
class Record:
    """What a result adds to the walk: before it, for a new name, a move and a refusal, and after it."""

    opening: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    move: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)


def _walk(tree, call: str) -> list[str]:
    """Return the walk over the log; call: the expression for the next state, None where refused."""
    record = _record(tree)
    change = "states[name] = target"
    move = [*record.move, change] if tree.result in _SPANS else [change, *record.move]
    body = [
        *_fields(tree),
        *_until(tree),
        *_state(tree, record.new),
        f"target = {call}",
        "if target is None:",
        *shift(_refusal(tree, record)),
        *move,
    ]
    return [*_states(tree), *record.opening, *_banned(tree), _head(tree), *shift(body), *record.closing]


def _states(tree) -> list[str]:
    if tree.start == "implied":
        return ["states: dict[str, str] = {}"]
    return [f'states = dict.fromkeys({tree.world.many}, "{tree.world.states[0]}")']


def _banned(tree) -> list[str]:
    return ["banned: set[str] = set()"] if tree.wrong == "ban" else []


def _wants_time(tree) -> bool:
    return bool(tree.until) or tree.result in _TIMED


def _head(tree) -> str:
    logged = "ordered" if tree.order == "sorted" else "events"
    if tree.form == "dicts":
        return f"for event in {logged}:"
    time = ("time, " if _wants_time(tree) else "_, ") if tree.timed else ""
    return f"for {time}name, action in {logged}:"


def _fields(tree) -> list[str]:
    """Return the statement that reads an event's fields, where the loop's head does not."""
    if tree.form != "dicts":
        return []
    if _wants_time(tree):
        return ['time, name, action = event["time"], event["name"], event["action"]']
    return ['name, action = event["name"], event["action"]']


def _until(tree) -> list[str]:
    if not tree.until:
        return []
    limit = "time > until" if tree.until == "until_arg" else "time >= until"
    # In order of time nothing that follows can count.
    return [f"if {limit}:", "    break" if tree.order else "    continue"]


def _state(tree, new: list[str]) -> list[str]:
    """Return the statements that find a thing's state and pass over what is unlisted or banned."""
    first, known = tree.world.states[0], ["state = states[name]"]
    banned = ["if name in banned:", "    continue"] if tree.wrong == "ban" else []
    if tree.start == "listed_ignore":
        test = "if name not in states or name in banned:" if banned else "if name not in states:"
        return [test, "    continue", *known]
    if tree.start == "listed_raise":
        return ["if name not in states:", "    raise KeyError(name)", *banned, *known]
    if new:
        return ["if name not in states:", *shift([f'states[name] = "{first}"', *new]), *banned, *known]
    return [f'state = states.setdefault(name, "{first}")', *banned]


def _refusal(tree, record: Record) -> list[str]:
    """Return what happens to an action that is not allowed."""
    if tree.wrong == "raise":
        return ['raise ValueError(f"{name}: cannot {action} while {state}")']
    then = {"stop": ["break"], "ban": ["banned.add(name)", "continue"], "ignore": ["continue"]}
    return [*record.refusal, *(then[tree.wrong] if tree.wrong in then else _reset(tree, record.move))]


def _reset(tree, move: list[str]) -> list[str]:
    """Return what a refusal does that sends the thing back to its first state."""
    first = tree.world.states[0]
    back = f'states[name] = "{first}"'
    if tree.result in _SPANS:
        return [*move, back, "continue"]
    extra = {
        "last_change": ["changed[name] = time"],
        "path": [f'paths[name].append("{first}")'],
        "waiting": ["since[name] = time"],
    }.get(tree.result, [])
    return [back, *extra, "continue"]


def _record(tree) -> Record:
    """Return what the result adds to the walk."""
    asked = f'"{tree.target}"'
    reached = [f"if target == {asked}:", "    reached.add(name)"]
    match tree.result:
        case "final":
            return Record(closing=["return states"])
        case "in_state":
            return Record(closing=[f"return sorted(name for name, state in states.items() if state == {asked})"])
        case "tally":
            return Record(closing=_TALLY)
        case "moves":
            return Record(["number = 0"], move=["number += 1"], closing=["return number"])
        case "refused":
            return Record(["number = 0"], refusal=["number += 1"], closing=["return number"])
        case "refused_list":
            opening = ["refused: list[tuple[str, str]] = []"]
            return Record(opening, refusal=["refused.append((name, action))"], closing=["return refused"])
        case "first_time":
            move = [f"if target == {asked}:", "    reached.setdefault(name, time)"]
            return Record(["reached: dict[str, int] = {}"], move=move, closing=["return reached"])
        case "reached":
            return Record(["reached: set[str] = set()"], move=reached, closing=["return sorted(reached)"])
        case "never":
            closing = ["return sorted(set(states) - reached)"]
            return Record(["reached: set[str] = set()"], move=reached, closing=closing)
        case "last_change":
            return Record(["changed: dict[str, int] = {}"], move=["changed[name] = time"], closing=["return changed"])
        case "visits" | "path":
            return _record_each(tree)
    return _record_time(tree)


_TALLY = [
    "tally: dict[str, int] = {}",
    "for state in states.values():",
    "    tally[state] = tally.get(state, 0) + 1",
    "return tally",
]


def _record_each(tree) -> Record:
    """Return what counts or lists the moves of each thing."""
    many, first = tree.world.many, tree.world.states[0]
    if tree.result == "visits":
        move, closing = ["moves[name] += 1"], ["return moves"]
        if tree.start != "implied":
            return Record([f"moves = dict.fromkeys({many}, 0)"], move=move, closing=closing)
        return Record(["moves: dict[str, int] = {}"], ["moves[name] = 0"], move, closing=closing)
    move, closing = ["paths[name].append(target)"], ["return paths"]
    if tree.start != "implied":
        return Record([f'paths = {{name: ["{first}"] for name in {many}}}'], move=move, closing=closing)
    return Record(["paths: dict[str, list[str]] = {}"], [f'paths[name] = ["{first}"]'], move, closing=closing)


def _record_time(tree) -> Record:
    """Return what keeps since when each thing is in its state, and adds up the time in the one asked about."""
    listed, many, target = tree.start != "implied", tree.world.many, tree.target
    end = "until" if tree.until else "end"
    start = [f"since = dict.fromkeys({many}, 0)"] if listed else ["since: dict[str, int] = {}"]
    new = [] if listed else ["since[name] = time"]
    if tree.result == "waiting":
        last = f'return sorted(name for name in states if states[name] == "{target}" and {end} - since[name] >= 5)'
        return Record(start, new, ["since[name] = time"], closing=[last])
    if tree.result == "time_in":
        start += [f"spent = dict.fromkeys({many}, 0)"] if listed else ["spent: dict[str, int] = {}"]
        new += [] if listed else ["spent[name] = 0"]
        add, out = "spent[name] += {span}", "spent"
    elif tree.result == "longest_in":
        start += ["longest = 0"]
        add, out = "longest = max(longest, {span})", "longest"
    else:
        start += ["total = 0"]
        add, out = "total += {span}", "total"
    leave = [f'if state == "{target}":', "    " + add.format(span="time - since[name]"), "since[name] = time"]
    closing = [
        "# What is still in the state stays there until the end.",
        "for name, state in states.items():",
        f'    if state == "{target}":',
        "        " + add.format(span=f"{end} - since[name]"),
        f"return {out}",
    ]
    return Record(start, new, leave, closing=closing)
