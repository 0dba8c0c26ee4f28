"""A line with limited places (a class). Choices: what a full line does, joining twice, an empty line."""

from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.program import Method, Param, Raises
from generation.programs.stateful import Call, Story, begin, draw_calls, draw_size, fetch, make_class

TOPIC = "queues"
SPACE = {
    "full": ("refuse", "drop_first", "raise"),
    "twice": ("ignored", "to_the_end"),
    "empty": ("none", "raise"),
    "idiom": ("list", "dict"),
}

# (domain, class name, one, several, joining, calling, who needs it)
DOMAINS = (
    ("doctor's surgery", "Surgery", "patient", "patients", "arrive", "call_next", "A surgery has few chairs and calls its patients in turn."),
    ("phone hotline", "Hotline", "caller", "callers", "hold", "connect", "A hotline holds a limited number of callers on the line."),
    ("repair drop-off", "DropOff", "customer", "customers", "sign_in", "serve", "A workshop keeps a short list of customers who wait for a repair."),
    ("open stage", "OpenStage", "singer", "singers", "sign_up", "announce", "An open stage keeps a list of singers for the evening."),
)  # fmt: skip

SOURCE = """
class $cls:
    def __init__(self, places: int) -> None:
        if places < 1:
            raise ValueError("places must be at least 1")
        self._places = places
        $line

    def $join(self, $one: str) -> $joined:
        if $one in self._line:
            $again
        $gone
        if len(self._line) == self._places:
            $full
        $append
        return $told

    def $call(self) -> $got:
        if not self._line:
            $empty
        $take

    def leave(self, $one: str) -> bool:
        $leave

    def waiting(self) -> list[str]:
        return list(self._line)
"""
# How each idiom keeps the line.
STORES = {
    "list": {
        "line": "self._line: list[str] = []",
        "append": "self._line.append($one)",
        "remove": "self._line.remove($one)",
        "drop": "gone = self._line.pop(0)",
        "take": "return self._line.pop(0)",
        "leave": """if $one not in self._line:
    return False
# Those behind move up by themselves.
self._line.remove($one)
return True""",
    },
    "dict": {
        "line": """# Only the keys matter; a dict keeps them in order and finds them fast.
self._line: dict[str, None] = {}""",
        "append": "self._line[$one] = None",
        "remove": "del self._line[$one]",
        "drop": "gone = next(iter(self._line))\ndel self._line[gone]",
        "take": "first = next(iter(self._line))\ndel self._line[first]\nreturn first",
        "leave": "known = $one in self._line\nself._line.pop($one, None)\nreturn known",
    },
}


class Line(NamedTuple):
    """One domain: the class, who waits, the methods that join and call, who needs it."""

    domain: str
    cls: str
    one: str
    many: str
    join: str
    call: str
    context: str


def draw(choice: dict[str, str], rng: Random) -> Draft:
    line = Line(*rng.choice(DOMAINS))
    return make_class(
        line.cls,
        _tell(line, choice),
        _methods(line, choice),
        _source(line, choice),
        _make_oracle(line, choice),
        lambda rng: _draw_input(line, rng),
        _edges(line),
        line.domain,
        choice["idiom"],
    )


def _source(line: Line, choice: dict[str, str]) -> str:
    one, dropping, raising = line.one, choice["full"] == "drop_first", choice["empty"] == "raise"
    pieces = {name: text.replace("$one", one) for name, text in STORES[choice["idiom"]].items()}
    if choice["twice"] == "to_the_end":
        pieces["again"] = f"# Taken out first, so that there is room again.\n{pieces['remove']}"
    else:
        pieces["again"] = "return None" if dropping else "return False"
    full = {
        "refuse": "return False",
        "drop_first": pieces["drop"],
        "raise": 'raise OverflowError("all places are taken")',
    }
    return fill(
        SOURCE,
        cls=line.cls,
        one=one,
        join=line.join,
        call=line.call,
        joined="str | None" if dropping else "bool",
        gone="gone = None" if dropping else "",
        full=full[choice["full"]],
        told="gone" if dropping else "True",
        got="str" if raising else "str | None",
        empty='raise IndexError("nobody is waiting")' if raising else "return None",
        **pieces,
    )


def _tell(line: Line, choice: dict[str, str]) -> Story:
    one, many = line.one, line.many
    again = {
        "to_the_end": f"A {one} who joins while waiting already gives up the old place and goes to the end.",
        "ignored": f"A {one} who joins while waiting already keeps the old place, and nothing else happens.",
    }[choice["twice"]]
    full = {
        "refuse": (f"A {one} who finds all places taken does not join.",),
        "drop_first": (f"If all places are taken, the {one} who has waited longest goes without being called, and the new one joins.",),
        "raise": (),
    }[choice["full"]]  # fmt: skip
    return Story(
        title=f"a line of {many} with limited places",
        summary=f"Write a class that keeps the line of waiting {many}, with a limited number of places.",
        rules=(again, *full),
        returns=f"an object that holds the waiting {many}",
        context=line.context,
    )


def _methods(line: Line, choice: dict[str, str]) -> tuple[Method, ...]:
    one = line.one
    who = (Param(one, "str", f"the name of the {one}"),)
    joined, returned = "bool", f"whether the {one} joined"
    if choice["full"] == "drop_first":
        joined, returned = "str | None", f"the {one} who had to go, or None"
    elif choice["twice"] == "to_the_end":
        returned += " or moved"
    full = (Raises("OverflowError", f"all places are taken and the {one} is not among those waiting"),)
    call = Method(
        line.call, (), f"the {one} called", "str", f"Call the {one} who stands first and take the name off the line."
    )
    return (
        begin("Begin with nobody waiting.", Param("places", "int", "how many can wait at the same time"), error="there is less than 1 place"),
        Method(line.join, who, returned, joined, "Join at the end of the line.", full if choice["full"] == "raise" else ()),
        fetch(call, choice["empty"] == "raise", Raises("IndexError", "nobody waits")),
        Method("leave", who, f"whether the {one} was waiting", "bool", "Leave the line without being called."),
        Method("waiting", (), "the names in order", "list[str]", "List who is waiting, first to last."),
    )  # fmt: skip


def _make_oracle(line: Line, choice: dict[str, str]) -> type:
    full, to_end, raising = choice["full"], choice["twice"] == "to_the_end", choice["empty"] == "raise"
    dropping = full == "drop_first"

    class Oracle:
        """Give everybody a ticket number and never move anything."""

        def __init__(self, places: int) -> None:
            if places <= 0:
                raise ValueError("places")
            self.places, self.ticket, self.tickets = places, 0, {}

        def waiting(self) -> list[str]:
            return sorted(self.tickets, key=lambda name: self.tickets[name])

        def leave(self, name: str) -> bool:
            return self.tickets.pop(name, None) is not None

        def join(self, name: str):
            gone = None
            if name in self.tickets:
                if not to_end:
                    return None if dropping else False
            elif len(self.tickets) >= self.places:
                if full == "refuse":
                    return False
                if full == "raise":
                    raise OverflowError("full")
                gone = self.call()
            self.ticket += 1
            self.tickets[name] = self.ticket
            return gone if dropping else True

        def call(self):
            if not self.tickets:
                if raising:
                    raise IndexError("empty")
                return None
            name = min(self.tickets, key=lambda key: self.tickets[key])
            self.leave(name)
            return name

    setattr(Oracle, line.join, Oracle.join)
    setattr(Oracle, line.call, Oracle.call)
    return Oracle


WAITING = ("waiting", ())


def _edges(line: Line) -> tuple[tuple, ...]:
    ada, bo, cy = ((line.join, (name,)) for name in ("Ada", "Bo", "Cy"))
    call = (line.call, ())
    return (
        ((0,), ()),
        ((2,), (call, WAITING, ("leave", ("Bo",)))),
        ((1,), (ada, bo, WAITING, call, call)),
        ((2,), (ada, bo, ada, WAITING, cy, WAITING)),
        ((3,), (ada, bo, ("leave", ("Ada",)), WAITING, ada, call, call, call)),
        ((2,), (ada, ada, bo, bo, cy, call, WAITING)),
        ((1,), (ada, ada, WAITING, call, ada, WAITING)),
    )


def _draw_input(line: Line, rng: Random) -> tuple:
    calls = draw_calls(rng, (2, 5, 8, 12), lambda rng: _draw_call(line, rng))
    return ((draw_size(rng, (1, 2, 2, 3)),), (*calls, WAITING))


def _draw_call(line: Line, rng: Random) -> Call:
    name = rng.choice(("Ada", "Bo", "Cy", "Di"))
    join = (line.join, (name,))
    return rng.choice((join, join, join, (line.call, ()), ("leave", (name,)), WAITING))
