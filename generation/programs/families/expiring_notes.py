"""Notes that lapse after a while (a class, times are given). Choices: renewal, the last moment, missing notes."""

from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.program import Method, Param, Raises
from generation.programs.renaming import with_names
from generation.programs.stateful import Call, Story, begin, draw_size, fetch, make_class

TOPIC = "caches"
SPACE = {
    "reading": ("renews", "leaves"),
    "edge": ("still_valid", "lapsed"),
    "rewriting": ("new_time", "old_time"),
    "missing": ("none", "raise"),
    "idiom": ("pairs", "two_dicts"),
}

# (domain, class name, key, value, several values, time unit, who needs it)
DOMAINS = (
    ("ski passes", "PassBoard", "skier", "lift", "lifts", "minutes", "A ski resort remembers for a while which lift a skier took last."),
    ("library desk", "DeskMemory", "reader", "request", "requests", "minutes", "A library desk keeps a request of each reader for a while."),
    ("ferry radio", "RadioLog", "ferry", "berth", "berths", "minutes", "A harbour keeps the last reported berth of each ferry for a while."),
    ("greenhouse", "MistMemory", "bed", "setting", "settings", "hours", "A greenhouse keeps the setting of each bed for some hours."),
)  # fmt: skip
# What stands in inputs for the letters drawn, by domain; in ascending order.
LETTERS = "ABpqxyz"
NAMES = {
    "ski passes": ("Anton", "Berta", "Gipfel", "Nord", "See", "West", "Zinne"),
    "library desk": ("Costa", "Novak", "atlas", "diary", "letters", "map", "novel"),
    "ferry radio": ("Aurora", "Nixe", "P1", "P2", "P3", "P4", "P5"),
    "greenhouse": ("bed 1", "bed 2", "dry", "fine", "heavy", "mist", "off"),
}  # fmt: skip

SOURCE = """
class $cls:
    def __init__(self, life: int) -> None:
        if life < 1:
            raise ValueError("life must be positive")
        self._life = life
        $fields

    def _alive(self, $key: str, now: int) -> bool:
        return $key in $since and now - $begun $op self._life

    def put(self, $key: str, $value: str, now: int) -> None:
        $put

    def get(self, $key: str, now: int) -> $got:
        if not self._alive($key, now):
            $miss
        $read

    def alive(self, now: int) -> list[str]:
        return sorted($key for $key in $since if self._alive($key, now))
"""


class Board(NamedTuple):
    """One domain: the class, the key, the value, several values, the unit of time, who needs it."""

    domain: str
    cls: str
    key: str
    value: str
    values: str
    unit: str
    context: str

    @property
    def keys(self) -> str:
        """Several keys."""
        return "ferries" if self.key == "ferry" else f"{self.key}s"


def draw(choice: dict[str, str], rng: Random) -> Draft:
    board = Board(*rng.choice(DOMAINS))
    renews, valid = choice["reading"] == "renews", choice["edge"] == "still_valid"
    new_time, raising = choice["rewriting"] == "new_time", choice["missing"] == "raise"
    write = _write_pairs if choice["idiom"] == "pairs" else _write_two_dicts
    draft = make_class(
        board.cls,
        _tell(board, renews, valid, new_time),
        _methods(board, raising),
        _fill(board, valid, raising, **write(board, renews, new_time)),
        _make_oracle(renews, valid, new_time, raising),
        _draw_input,
        EDGES,
        board.domain,
        choice["idiom"],
    )
    return with_names(draft, LETTERS, NAMES[board.domain])


def _fill(board: Board, valid: bool, raising: bool, **pieces: str) -> str:
    return fill(
        SOURCE,
        cls=board.cls,
        key=board.key,
        value=board.value,
        op="<=" if valid else "<",
        got="str" if raising else "str | None",
        miss=f"raise KeyError({board.key})" if raising else "return None",
        **pieces,
    )


def _write_pairs(board: Board, renews: bool, new_time: bool) -> dict[str, str]:
    """Return the pieces where one dict holds times and values."""
    key, value = board.key, board.value
    note = f"self._notes[{key}]"
    keep_old = [
        "since = now",
        f"if self._alive({key}, now):",
        f"    # A corrected {value} does not live any longer for it.",
        f"    since = {note}[0]",
        f"{note} = since, {value}",
    ]
    renewal = [f"{note} = now, {value}"] if renews else []
    return {
        "fields": f"# The time at the front is when the {value} counts from.\nself._notes: dict[str, tuple[int, str]] = {{}}",
        "since": "self._notes",
        "begun": f"{note}[0]",
        "put": f"{note} = now, {value}" if new_time else "\n".join(keep_old),
        "read": "\n".join([f"{value} = {note}[1]", *renewal, f"return {value}"]),
    }


def _write_two_dicts(board: Board, renews: bool, new_time: bool) -> dict[str, str]:
    """Return the pieces where values and times have a dict each."""
    key, value = board.key, board.value
    held, since = f"self._{board.values}[{key}]", f"self._since[{key}]"
    fields = [
        f"self._{board.values}: dict[str, str] = {{}}",
        f"# When each {value} counts from.",
        "self._since: dict[str, int] = {}",
    ]
    keep_old = [
        f"# A corrected {value} does not live any longer for it.",
        f"if not self._alive({key}, now):",
        f"    {since} = now",
        f"{held} = {value}",
    ]
    return {
        "fields": "\n".join(fields),
        "since": "self._since",
        "begun": since,
        "put": f"{held}, {since} = {value}, now" if new_time else "\n".join(keep_old),
        "read": (f"{since} = now\n" if renews else "") + f"return {held}",
    }


def _tell(board: Board, renews: bool, valid: bool, new_time: bool) -> Story:
    key, value = board.key, board.value
    if valid:
        lapse = f"A {value} has lapsed when more than its life has passed since it was put in"
    else:
        lapse = f"A {value} has lapsed when its life has passed since it was put in, also at that very moment"
    again = ", and its life begins anew."
    if not new_time:
        again = (
            "; if that one had not lapsed, the new one keeps the time of the old one, otherwise its life begins anew."
        )
    return Story(
        title=f"{board.values} that lapse after a while",
        summary=f"Write a class that keeps a {value} for each {key} until it has lapsed.",
        rules=(
            lapse + (" or last read." if renews else "; reading it changes nothing about that."),
            f"A {value} put in for a {key} takes the place of an earlier one{again}",
            "The times given never go back from call to call.",
        ),
        returns=f"an object that keeps {board.values} for a while",
        context=board.context,
    )


def _methods(board: Board, raising: bool) -> tuple[Method, ...]:
    key, value = board.key, board.value
    life = Param("life", "int", f"the life of a {value} in {board.unit}")
    who, when = (
        Param(key, "str", f"the name of the {key}"),
        Param("now", "int", f"the time of the call in {board.unit}"),
    )
    get = Method("get", (who, when), f"the {value}", "str", f"Return the {value} of a {key}.")
    missing = Raises("KeyError", f"there is no {value} or it has lapsed")
    return (
        begin("Begin without any.", life, error="the life is less than 1"),
        Method("put", (who, Param(value, "str", f"the {value}"), when), "nothing", "None", f"Keep a {value} for a {key}."),
        fetch(get, raising, missing, "there is none or it has lapsed"),
        Method("alive", (when,), f"the names of the {board.keys} in alphabetical order", "list[str]", f"List for whom a {value} is kept that has not lapsed; this does not count as reading."),
    )  # fmt: skip


def _make_oracle(renews: bool, valid: bool, new_time: bool, raising: bool) -> type:
    class Oracle:
        """Keep a log of all events and replay it for every question."""

        def __init__(self, life: int) -> None:
            if life <= 0:
                raise ValueError("life")
            self.life, self.log = life, []

        def _state(self, name: str, now: int):
            content, until = None, -1
            for who_, kind, text, time in self.log:
                if who_ != name:
                    continue
                living = content is not None and time <= until
                if kind == "put":
                    content = text
                    if new_time or not living:
                        until = time + self.life - (0 if valid else 1)
                elif living and renews:
                    until = time + self.life - (0 if valid else 1)
            return content if content is not None and now <= until else None

        def put(self, name: str, text: str, now: int) -> None:
            self.log.append((name, "put", text, now))

        def get(self, name: str, now: int):
            found = self._state(name, now)
            self.log.append((name, "get", "", now))
            if found is None and raising:
                raise KeyError(name)
            return found

        def alive(self, now: int) -> list[str]:
            return [n for n in sorted({row[0] for row in self.log}) if self._state(n, now) is not None]

    return Oracle


def _put(name: str, text: str, now: int) -> Call:
    return ("put", (name, text, now))


def _get(name: str, now: int) -> Call:
    return ("get", (name, now))


def _alive(now: int) -> Call:
    return ("alive", (now,))


EDGES = (
    ((0,), ()),
    ((3,), (_get("A", 0), _alive(0))),
    ((3,), (_put("A", "x", 1), _get("A", 3), _get("A", 4), _get("A", 6), _alive(7))),
    ((2,), (_put("A", "x", 0), _get("A", 2), _get("A", 3))),
    ((4,), (_put("B", "x", 0), _put("B", "y", 3), _get("B", 4), _get("B", 5), _alive(6), _put("A", "z", 7), _alive(7))),
    ((2,), (_put("A", "x", 0), _put("A", "y", 5), _alive(6), _get("A", 7), _get("A", 8))),
    ((5,), (_put("B", "p", 1), _put("A", "q", 2), _alive(5), _alive(6), _alive(8))),
)


def _draw_input(rng: Random) -> tuple:
    calls: list[Call] = []
    now = rng.randrange(5)
    for _ in range(rng.choice((3, 6, 9, 11))):
        name = rng.choice("AB")
        calls.append(rng.choice((_put(name, rng.choice("xyz"), now), _get(name, now), _get(name, now), _alive(now))))
        now += rng.choice((0, 1, 2, 3))
    return ((draw_size(rng, (2, 3, 4)),), (*calls, _alive(now)))
