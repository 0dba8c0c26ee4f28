# ruff: noqa: E501 (sentences and tables read better on one line)
"""Classes that keep people or things waiting: order, capacity, duplicates, one extra, one report.

In: choices, a Random for the theme. Out: a Draft of kind "class".
"""

from random import Random

from generation.programs.compose.english import a, say, sentence
from generation.programs.compose.layout import shift, source
from generation.programs.family import Draft
from generation.programs.program import Method, Param, Raises, Spec

DEPTH = 4
# The front of a line is only well defined for those who cannot be overtaken by joining.
_EXTRAS = {"fifo": ("leave", "skip", "hold", "put_back"), "lifo": ("leave", "hold")}
SLOTS = {
    "line": tuple(
        f"{order}/{extra}/{report}/{store}"
        for order in ("fifo", "lifo", "priority", "low_priority")
        for extra in _EXTRAS.get(order, ("leave", "skip", "hold"))
        for report in ("position", "waiting", "served", "peek")
        for store in (("list",) if order in _EXTRAS else ("list", "keyed"))
    ),
    "full": ("unbounded", "refuse", "raise", "evict"),
    "again": ("allow", "ignore", "raise", "renew"),
    "empty": ("none", "raise"),
}
# (domain, class, who waits, several, joining, serving, context)
THEMES = (
    (
        "clinic waiting room",
        "WaitingRoom",
        "patient",
        "patients",
        "arrive",
        "call_next",
        "The clinic calls patients one at a time.",
    ),
    ("print spooler", "PrintSpool", "job", "jobs", "submit", "print_next", "One printer serves the whole office."),
    ("ferry ramp", "FerryRamp", "car", "cars", "line_up", "board_next", "Cars board the ferry one after another."),
    ("repair bench", "RepairBench", "device", "devices", "drop_off", "take_next", "The bench has one technician."),
    ("help line", "CallQueue", "caller", "callers", "hold_on", "answer", "The help line has a single agent at night."),
    ("kitchen pass", "OrderRail", "dish", "dishes", "order", "cook_next", "The cook takes the dishes from a rail."),
    (
        "landing queue",
        "ApproachList",
        "flight",
        "flights",
        "request",
        "clear_next",
        "The tower clears one flight at a time.",
    ),
)
SIZE = 3


def draw(choice: dict[str, str], rng: Random) -> Draft:
    """Return the Draft of one choice."""
    theme = rng.choice(THEMES)
    c = {**choice, **dict(zip(("order", "extra", "report", "store"), choice["line"].split("/"), strict=True))}
    names = ("ash", "elm", "fir", "oak", "yew")

    def draw_input(rng: Random, size: int = -1) -> tuple:
        size = rng.choice((2, 6, 9, 12)) if size < 0 else size
        return ((), tuple(_draw_call(c, theme, rng, names) for _ in range(size)))

    edge_rng = Random(19)
    return Draft(
        entry_point=theme[1],
        spec=_spec(c, theme, rng),
        commented=_code(c, theme),
        oracle=_oracle(c, theme),
        draw_input=draw_input,
        edge_inputs=tuple(draw_input(edge_rng, size) for size in (1, 4, 7, 11, 15, 18)),
        domain=theme[0],
        idiom=c["store"],
        kind="class",
        depth=DEPTH,
    )


def _ranked(c: dict[str, str]) -> bool:
    return c["order"].endswith("priority")


def _draw_call(c, theme, rng: Random, names) -> tuple:
    kind, name = rng.random(), rng.choice(names)
    if kind < 0.5:
        return (theme[4], (name, rng.randrange(1, 4)) if _ranked(c) else (name,))
    if kind < 0.7:
        return (theme[5], ())
    if kind < 0.84:
        return {
            "leave": ("leave", (name,)),
            "skip": ("skip", ()),
            "hold": ("hold", (name,)),
            "put_back": ("put_back", ()),
        }[c["extra"]]
    return {
        "position": ("position", (name,)),
        "waiting": ("waiting", ()),
        "served": ("served", ()),
        "peek": ("peek", ()),
    }[c["report"]]


def _spec(c, theme, rng: Random) -> Spec:
    _domain, cls, one, many, join, serve, context = theme
    p_name = Param("name", "str", f"the {one}")
    p_rank = Param("rank", "int", f"the rank of the {one}")
    refuses = c["full"] == "refuse" or c["again"] == "ignore"
    join_raises = ()
    if c["again"] == "raise":
        join_raises += (Raises("ValueError", f"the {one} is waiting already"),)
    if c["full"] == "raise":
        join_raises += (Raises("OverflowError", f"{SIZE} {many} are waiting already"),)
    empty = (
        (Raises("IndexError", "nobody can be served" if c["extra"] == "hold" else "nothing is waiting"),)
        if c["empty"] == "raise"
        else ()
    )
    gives = ("str", f"the {one}") if empty else ("str | None", f"the {one}, or None if there is none")
    methods = [
        Method("__init__", (), "nothing", "None", f"Begin without any {many}."),
        Method(
            join,
            (p_name, p_rank) if _ranked(c) else (p_name,),
            "whether there was a place" if refuses else "nothing",
            "bool" if refuses else "None",
            f"Let {a(one)} join.",
            join_raises,
        ),
        Method(serve, (), gives[1], gives[0], f"Remove and return the {one} whose turn it is.", empty),
        {
            "leave": Method(
                "leave", (p_name,), "how many entries were removed", "int", f"Remove {a(one)} from wherever it waits."
            ),
            "skip": Method(
                "skip",
                (),
                "nothing",
                "None",
                f"Send the {one} whose turn it is behind all others of the same standing.",
            ),
            "hold": Method(
                "hold", (p_name,), "nothing", "None", f"Switch whether {a(one)} is passed over when serving."
            ),
            "put_back": Method(
                "put_back", (), "whether there was one", "bool", f"Return the {one} served last to the very front."
            ),
        }[c["extra"]],
        {
            "position": Method(
                "position",
                (p_name,),
                "the place, or 0 for a name that is not waiting",
                "int",
                f"Return the place of {a(one)} in the order of serving, from 1.",
            ),
            "waiting": Method(
                "waiting", (), f"the {many} in the order of serving", "list[str]", f"List all {many} that wait."
            ),
            "served": Method(
                "served", (), f"the {many}, first served first", "list[str]", f"List the {many} served so far."
            ),
            "peek": Method(
                "peek",
                (),
                gives[1],
                gives[0],
                f"Return the {one} that would be served next, without removing it.",
                empty,
            ),
        }[c["report"]],
    ]
    return Spec(
        title=f"waiting {many}",
        summary=sentence(f"Write a class {cls} in which {many} wait and are served one at a time"),
        rules=tuple(_rules(c, one, many, rng)),
        params=(),
        returns="",
        return_annotation="",
        context=context,
        methods=tuple(methods),
    )


def _rules(c, one: str, many: str, rng: Random) -> list[str]:
    rules = [
        {
            "fifo": say(
                rng, "Whoever joined first is served first.", f"The {one} that has waited longest is served first."
            ),
            "lifo": say(rng, "Whoever joined last is served first.", f"The newest {one} is served first."),
            "priority": "The highest rank is served first, and among equal ranks whoever joined first.",
            "low_priority": "The smallest rank is served first, and among equal ranks whoever joined first.",
        }[c["order"]]
    ]
    if c["again"] == "allow":
        rules.append(
            f"The same {one} may wait several times"
            + ("; the place is that of the entry served first." if c["report"] == "position" else ".")
        )
    if c["again"] == "ignore":
        rules.append(
            f"{a(one).capitalize()} that is waiting already does not join again; the answer is then False, otherwise True."
        )
    if c["again"] == "renew":
        rules.append("Joining while waiting already gives up the old place first.")
    if c["full"] == "refuse":
        rules.append(
            f"At most {SIZE} wait at a time; when it is full nobody joins and the answer is False, otherwise True."
        )
    if c["full"] == "evict":
        rules.append(
            f"At most {SIZE} wait at a time: if it is full, the one that would be served last has to go before the new one joins."
        )
    if c["full"] == "raise":
        rules.append(f"At most {SIZE} wait at a time.")
    if c["again"] == "raise" and c["full"] == "raise":
        rules.append("Whether the name is waiting already is checked first.")
    if c["extra"] == "skip":
        rules.append(
            "Skipping does nothing if nobody waits; it counts as leaving and joining anew"
            + (" with the same rank." if _ranked(c) else ".")
        )
    if c["extra"] == "hold":
        rules.append(
            f"{many.capitalize()} on hold keep their place and count for everything but serving"
            + (" and peeking." if c["report"] == "peek" else ".")
        )
    if c["extra"] == "put_back":
        rules.append(f"Putting back ignores all limits and can be repeated until no served {one} is left.")
    return rules


def _code(c, theme) -> str:
    _, cls, _one, _many, join, serve, _ = theme
    keyed = c["store"] == "keyed"
    init = _init(c)
    parts = [["def __init__(self) -> None:", *shift(init)], _join_code(c, join), _serve_code(c, serve)]
    parts += [_extra_code(c), _report_code(c)]
    if keyed and (c["report"] in ("position", "waiting") or c["extra"] == "hold"):
        parts.append(
            [
                "def _ordered(self) -> list[tuple[int, int, str]]:",
                *shift(
                    ["# The running number keeps equal ranks in the order of joining.", "return sorted(self._entries)"]
                ),
            ]
        )
    lines: list[str] = []
    for part in parts:
        lines += [*part, ""]
    return source([f"class {cls}:"], shift(lines[:-1]))


def _init(c) -> list[str]:
    keyed, ranked = c["store"] == "keyed", _ranked(c)
    kind = "tuple[int, int, str]" if keyed else "tuple[int, str]" if ranked else "str"
    lines = [f"self._entries: list[{kind}] = []"]
    if keyed:
        lines.append("self._number = 0")
    if c["extra"] == "hold":
        lines.append("self._held: set[str] = set()")
    if c["extra"] == "put_back" or c["report"] == "served":
        lines.append("self._served: list[str] = []")
    return lines


def _names(c) -> str:
    """Return the expression for the waiting names in the order of serving."""
    if c["store"] == "keyed":
        return "[entry[-1] for entry in self._ordered()]"
    return "[entry[-1] for entry in self._entries]" if _ranked(c) else "self._entries"


def _is_waiting(c) -> str:
    if c["store"] == "keyed" or _ranked(c):
        return "any(entry[-1] == name for entry in self._entries)"
    return "name in self._entries"


def _remove_lines(c) -> str:
    if c["store"] == "keyed" or _ranked(c):
        return "self._entries = [entry for entry in self._entries if entry[-1] != name]"
    return "self._entries = [other for other in self._entries if other != name]"


def _join_code(c, join: str) -> list[str]:
    ranked, keyed = _ranked(c), c["store"] == "keyed"
    refuses = c["full"] == "refuse" or c["again"] == "ignore"
    body: list[str] = []
    if c["again"] in ("ignore", "raise"):
        body += [
            f"if {_is_waiting(c)}:",
            "    return False" if c["again"] == "ignore" else '    raise ValueError(f"{name} is waiting already")',
        ]
    if c["again"] == "renew":
        body.append(_remove_lines(c))
    if c["full"] in ("refuse", "raise"):
        body += [
            f"if len(self._entries) >= {SIZE}:",
            "    return False" if c["full"] == "refuse" else '    raise OverflowError("full")',
        ]
    if c["full"] == "evict":
        body += [
            f"if len(self._entries) >= {SIZE}:",
            "    " + ("self._entries.remove(max(self._entries))" if keyed else "self._entries.pop()"),
        ]
    body += _insert(c, "name", "rank")
    if refuses:
        body.append("return True")
    params = "self, name: str, rank: int" if ranked else "self, name: str"
    return [f"def {join}({params}) -> {'bool' if refuses else 'None'}:", *shift(body)]


def _insert(c, name: str, rank: str) -> list[str]:
    """Return the statements that put a new entry at its place."""
    order = c["order"]
    if c["store"] == "keyed":
        key = f"-{rank}" if order == "priority" else rank
        return ["self._number += 1", f"self._entries.append(({key}, self._number, {name}))"]
    if order == "fifo":
        return [f"self._entries.append({name})"]
    if order == "lifo":
        return [f"self._entries.insert(0, {name})"]
    sign = ">=" if order == "priority" else "<="
    return [
        "# Behind everyone of the same or a better rank.",
        f"place = sum(other {sign} {rank} for other, _ in self._entries)",
        f"self._entries.insert(place, ({rank}, {name}))",
    ]


def _last(c) -> str:
    return "entry[-1]" if c["store"] == "keyed" or _ranked(c) else "entry"


def _serve_code(c, serve: str) -> list[str]:
    keyed = c["store"] == "keyed"
    gives = "str" if c["empty"] == "raise" else "str | None"
    nothing = ['raise IndexError("nothing to serve")'] if c["empty"] == "raise" else ["return None"]
    keep = c["extra"] == "put_back" or c["report"] == "served"
    if c["extra"] == "hold":
        walk = f"for entry in {'self._ordered()' if keyed else 'self._entries'}:"
        name = _last(c)
        body = [walk, f"    if {name} not in self._held:", "        self._entries.remove(entry)"]
        body += ([f"        self._served.append({name})"] if keep else []) + [f"        return {name}", *nothing]
        return [f"def {serve}(self) -> {gives}:", *shift(body)]
    body = ["if not self._entries:", *shift(nothing)]
    if keyed:
        body += ["entry = min(self._entries)", "self._entries.remove(entry)"]
    else:
        body += ["entry = self._entries.pop(0)"]
    body += [f"self._served.append({_last(c)})"] if keep else []
    if body[-1] == "entry = self._entries.pop(0)" and _last(c) == "entry":
        return [f"def {serve}(self) -> {gives}:", *shift([*body[:-1], "return self._entries.pop(0)"])]
    return [f"def {serve}(self) -> {gives}:", *shift([*body, f"return {_last(c)}"])]


def _extra_code(c) -> list[str]:
    keyed, ranked, extra = c["store"] == "keyed", _ranked(c), c["extra"]
    if extra == "leave":
        return [
            "def leave(self, name: str) -> int:",
            *shift(["before = len(self._entries)", _remove_lines(c), "return before - len(self._entries)"]),
        ]
    if extra == "hold":
        return [
            "def hold(self, name: str) -> None:",
            "    # The symmetric difference adds a missing name and removes a present one.",
            "    self._held ^= {name}",
        ]
    if extra == "skip":
        if keyed:
            move = [
                "entry = min(self._entries)",
                "self._entries.remove(entry)",
                "rank, _, name = entry",
                "self._number += 1",
            ]
            move.append("self._entries.append((rank, self._number, name))")
        elif ranked:
            move = ["rank, name = self._entries.pop(0)", *_insert(c, "name", "rank")]
        else:
            move = ["name = self._entries.pop(0)", *_insert(c, "name", "")]
        return ["def skip(self) -> None:", *shift(["if self._entries:", *shift(move)])]
    body = ["if not self._served:", "    return False", "name = self._served.pop()"]
    body += ["self._entries.insert(0, name)"]
    return ["def put_back(self) -> bool:", *shift([*body, "return True"])]


def _report_code(c) -> list[str]:
    report = c["report"]
    if report == "waiting":
        shown = _names(c)
        return [
            "def waiting(self) -> list[str]:",
            f"    return {'list(self._entries)' if shown == 'self._entries' else shown}",
        ]
    if report == "served":
        return ["def served(self) -> list[str]:", "    return list(self._served)"]
    if report == "position":
        if _names(c) == "self._entries":
            return [
                "def position(self, name: str) -> int:",
                "    return self._entries.index(name) + 1 if name in self._entries else 0",
            ]
        return [
            "def position(self, name: str) -> int:",
            *shift([f"names = {_names(c)}", "return names.index(name) + 1 if name in names else 0"]),
        ]
    nothing = ['raise IndexError("nothing to serve")'] if c["empty"] == "raise" else ["return None"]
    gives = "str" if c["empty"] == "raise" else "str | None"
    if c["extra"] == "hold":
        shown = "self._ordered()" if c["store"] == "keyed" else "self._entries"
        body = [
            f"for entry in {shown}:",
            f"    if {_last(c)} not in self._held:",
            f"        return {_last(c)}",
            *nothing,
        ]
        return [f"def peek(self) -> {gives}:", *shift(body)]
    first = (
        "min(self._entries)[-1]"
        if c["store"] == "keyed"
        else "self._entries[0][-1]"
        if _ranked(c)
        else "self._entries[0]"
    )
    return [f"def peek(self) -> {gives}:", *shift(["if not self._entries:", *shift(nothing), f"return {first}"])]


def _oracle(c, theme) -> type:
    """Return a class that numbers arrivals and finds whose turn it is by comparing all of them."""

    class Arrivals:
        def __init__(self):
            self.clock = 0
            self.here: list[dict] = []
            self.done: list[str] = []
            self.passed: list[str] = []

        def ahead(self, a, b) -> bool:
            keys = {"fifo": "at", "lifo": "at", "priority": "rank", "low_priority": "rank"}
            if a["front"] != b["front"]:
                return a["front"] > b["front"]
            x, y = a[keys[c["order"]]], b[keys[c["order"]]]
            if x == y:
                return a["at"] < b["at"]
            return x > y if c["order"] in ("lifo", "priority") else x < y

        def line(self) -> list[dict]:
            return sorted(self.here, key=lambda e: sum(self.ahead(o, e) for o in self.here if o is not e))

        def join(self, name, rank=0):
            present = name in [e["name"] for e in self.here]
            if present and c["again"] == "ignore":
                return False
            if present and c["again"] == "raise":
                raise ValueError
            if c["again"] == "renew":
                self.here = [e for e in self.here if e["name"] != name]
            if len(self.here) >= SIZE and c["full"] != "unbounded":
                if c["full"] == "raise":
                    raise OverflowError
                if c["full"] == "refuse":
                    return False
                self.here.remove(self.line()[-1])
            self.clock += 1
            self.here.append({"name": name, "rank": rank, "at": self.clock, "front": 0})
            return True if "refuse" in c["full"] or c["again"] == "ignore" else None

        def first(self):
            free = [e for e in self.line() if self.passed.count(e["name"]) % 2 == 0]
            if not free and c["empty"] == "raise":
                raise IndexError
            return free[0] if free else None

        def serve(self):
            entry = self.first()
            if entry is None:
                return None
            self.here = [e for e in self.here if e is not entry]
            self.done.append(entry["name"])
            return entry["name"]

        def peek(self):
            entry = self.first()
            return entry and entry["name"]

        def leave(self, name):
            gone = [e for e in self.here if e["name"] == name]
            self.here = [e for e in self.here if e["name"] != name]
            return len(gone)

        def hold(self, name):
            self.passed.append(name)

        def skip(self):
            if self.here:
                self.clock += 1
                entry = self.line()[0]
                entry["at"] = self.clock

        def put_back(self):
            if not self.done:
                return False
            self.clock += 1
            self.here.append({"name": self.done.pop(), "rank": 0, "at": 0, "front": self.clock})
            return True

        def position(self, name):
            return next((i + 1 for i, e in enumerate(self.line()) if e["name"] == name), 0)

        def waiting(self):
            return [e["name"] for e in self.line()]

        def served(self):
            return self.done[:]

    setattr(Arrivals, theme[4], Arrivals.join)
    setattr(Arrivals, theme[5], Arrivals.serve)
    return Arrivals
