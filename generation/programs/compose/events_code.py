"""The reference of the events shape: a transition rule in four forms and one walk over the log.

In: an events tree and its words. Out: commented source text.
"""

from generation.programs.compose.layout import define, shift, source


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


def _walk(tree, call: str) -> list[str]:
    w, result = tree.world, tree.result
    first, _target = w.states[0], tree.target
    logged = "ordered" if tree.order == "sorted" else "events"
    wants_time = bool(tree.until) or result in (
        "first_time",
        "last_change",
        "time_in",
        "longest_in",
        "waiting",
        "total_time",
    )
    listed = tree.start != "implied"
    opening, on_new, on_move, on_refusal, closing = _result(tree, listed)
    lines: list[str] = []
    if listed:
        lines += [f'states = dict.fromkeys({w.many}, "{first}")']
    else:
        lines += ["states: dict[str, str] = {}"]
    lines += opening
    if tree.wrong == "ban":
        lines.append("banned: set[str] = set()")
    body = []
    if tree.form == "dicts":
        head = f"for event in {logged}:"
        body += (
            ['time, name, action = event["time"], event["name"], event["action"]']
            if wants_time
            else ['name, action = event["name"], event["action"]']
        )
    else:
        first_part = ("time, " if wants_time else "_, ") if tree.timed else ""
        head = f"for {first_part}name, action in {logged}:"
    if tree.until:
        limit = "time > until" if tree.until == "until_arg" else "time >= until"
        body += [f"if {limit}:", "    break" if tree.order else "    continue"]
    if tree.start == "listed_raise":
        body += ["if name not in states:", "    raise KeyError(name)"]
    elif tree.start == "listed_ignore":
        body += ["if name not in states:", "    continue"]
    new = ["if name not in states:", *shift([f'states[name] = "{first}"', *on_new])] if not listed and on_new else []
    body += new
    if tree.wrong == "ban" and tree.start == "listed_ignore":
        body = [*body[:-2], "if name not in states or name in banned:", "    continue", "state = states[name]"]
    elif tree.wrong == "ban":
        if not listed and not new:
            body += [f'state = states.setdefault(name, "{first}")', "if name in banned:", "    continue"]
        else:
            body += ["if name in banned:", "    continue", "state = states[name]"]
    elif listed or new:
        body += ["state = states[name]"]
    else:
        body += [f'state = states.setdefault(name, "{first}")']
    body += [f"target = {call}", "if target is None:"]
    refusal = list(on_refusal)
    if tree.wrong == "raise":
        refusal = ['raise ValueError(f"{name}: cannot {action} while {state}")']
    elif tree.wrong == "stop":
        refusal += ["break"]
    elif tree.wrong == "ban":
        refusal += ["banned.add(name)", "continue"]
    elif tree.wrong == "ignore":
        refusal += ["continue"]
    else:
        refusal += [*_reset_move(tree, on_move, first)]
    body += shift(refusal)
    body += (
        [*on_move, "states[name] = target"]
        if result in ("time_in", "longest_in", "total_time")
        else ["states[name] = target", *on_move]
    )
    return [*lines, head, *shift(body), *closing]


def _reset_move(tree, on_move: list[str], first: str) -> list[str]:
    """Return what a refusal does that sends the thing back to its first state."""
    result = tree.result
    if result in ("time_in", "longest_in", "total_time"):
        return [*on_move, f'states[name] = "{first}"', "continue"]
    extra = {
        "last_change": ["changed[name] = time"],
        "path": [f'paths[name].append("{first}")'],
        "waiting": ["since[name] = time"],
    }.get(result, [])
    return [f'states[name] = "{first}"', *extra, "continue"]


def _result(tree, listed: bool) -> tuple[list[str], list[str], list[str], list[str], list[str]]:
    """Return the opening, what a new name, a move and a refusal add, and the closing statements."""
    w, target, result = tree.world, tree.target, tree.result
    first, many = w.states[0], w.many
    end = "until" if tree.until else "end"
    if result == "final":
        return [], [], [], [], ["return states"]
    if result == "in_state":
        return [], [], [], [], [f'return sorted(name for name, state in states.items() if state == "{target}")']
    if result == "tally":
        return (
            [],
            [],
            [],
            [],
            [
                "tally: dict[str, int] = {}",
                "for state in states.values():",
                "    tally[state] = tally.get(state, 0) + 1",
                "return tally",
            ],
        )
    if result in ("moves", "refused"):
        add = ["number += 1"]
        return (
            ["number = 0"],
            [],
            add if result == "moves" else [],
            add if result == "refused" else [],
            ["return number"],
        )
    if result == "refused_list":
        return ["refused: list[tuple[str, str]] = []"], [], [], ["refused.append((name, action))"], ["return refused"]
    if result == "visits":
        if listed:
            return [f"moves = dict.fromkeys({many}, 0)"], [], ["moves[name] += 1"], [], ["return moves"]
        return ["moves: dict[str, int] = {}"], ["moves[name] = 0"], ["moves[name] += 1"], [], ["return moves"]
    if result == "first_time":
        return (
            ["reached: dict[str, int] = {}"],
            [],
            [f'if target == "{target}":', "    reached.setdefault(name, time)"],
            [],
            ["return reached"],
        )
    if result in ("reached", "never"):
        last = "return sorted(reached)" if result == "reached" else "return sorted(set(states) - reached)"
        return ["reached: set[str] = set()"], [], [f'if target == "{target}":', "    reached.add(name)"], [], [last]
    if result == "last_change":
        return ["changed: dict[str, int] = {}"], [], ["changed[name] = time"], [], ["return changed"]
    if result == "path":
        if listed:
            return (
                [f'paths = {{name: ["{first}"] for name in {many}}}'],
                [],
                ["paths[name].append(target)"],
                [],
                ["return paths"],
            )
        return (
            ["paths: dict[str, list[str]] = {}"],
            [f'paths[name] = ["{first}"]'],
            ["paths[name].append(target)"],
            [],
            ["return paths"],
        )
    start = [f"since = dict.fromkeys({many}, 0)"] if listed else ["since: dict[str, int] = {}"]
    new = [] if listed else ["since[name] = time"]
    if result == "waiting":
        last = [f'return sorted(name for name in states if states[name] == "{target}" and {end} - since[name] >= 5)']
        return start, new, ["since[name] = time"], [], last
    if result == "time_in":
        spent = [f"spent = dict.fromkeys({many}, 0)"] if listed else ["spent: dict[str, int] = {}"]
        add = [f'if state == "{target}":', "    spent[name] += time - since[name]", "since[name] = time"]
        last = [
            "# What is still in the state stays there until the end.",
            "for name, state in states.items():",
            f'    if state == "{target}":',
            f"        spent[name] += {end} - since[name]",
            "return spent",
        ]
        return [*start, *spent], [*new, *([] if listed else ["spent[name] = 0"])], add, [], last
    if result == "longest_in":
        add = [f'if state == "{target}":', "    longest = max(longest, time - since[name])", "since[name] = time"]
        last = [
            "# What is still in the state stays there until the end.",
            "for name, state in states.items():",
            f'    if state == "{target}":',
            f"        longest = max(longest, {end} - since[name])",
            "return longest",
        ]
        return [*start, "longest = 0"], new, add, [], last
    add = [f'if state == "{target}":', "    total += time - since[name]", "since[name] = time"]
    last = [
        "# What is still in the state stays there until the end.",
        "for name, state in states.items():",
        f'    if state == "{target}":',
        f"        total += {end} - since[name]",
        "return total",
    ]
    return [*start, "total = 0"], new, add, [], last
