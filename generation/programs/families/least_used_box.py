"""A box that gives up what was used least often (a class). Choices: equal counts, re-adding, returning, full box."""

from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.program import Method, Param, Raises
from generation.programs.renaming import with_names
from generation.programs.stateful import Call, Story, begin, draw_calls, draw_size, make_class

TOPIC = "caches"
SPACE = {
    "tie": ("oldest", "newest", "name"),
    "again": ("counts", "raise", "resets"),
    "unknown": ("raise", "false"),
    "idiom": ("dict", "list"),
}

# (domain, class name, thing, several, use verb, used, who needs it)
DOMAINS = (
    ("tool belt", "ToolBelt", "tool", "tools", "use", "used", "A joiner's belt holds a few tools, and what is hardly used goes back to the van."),
    ("spice shelf", "SpiceShelf", "spice", "spices", "take", "taken", "A cook keeps the spices that are taken most within reach."),
    ("playlist", "ShortList", "song", "songs", "play", "played", "A radio desk keeps a short list of the songs that are played most."),
    ("chart table", "ChartTable", "chart", "charts", "consult", "consulted", "A skipper keeps the charts that are consulted most on the chart table."),
)  # fmt: skip
# What stands in inputs for the letters drawn, by domain; in ascending order.
LETTERS = "ABCDEZ"
NAMES = {
    "tool belt": ("chisel", "hammer", "pliers", "ruler", "saw", "square"),
    "spice shelf": ("anise", "basil", "cumin", "dill", "mace", "thyme"),
    "playlist": ("Ahoy", "Blue Hour", "Cinders", "Drift", "Ember", "Zenith"),
    "chart table": ("Baltic", "Channel", "Fjords", "Kattegat", "Orkney", "Sound"),
}  # fmt: skip

SOURCE = """
class $cls:
    def __init__(self, room: int) -> None:
        if room < 1:
            raise ValueError("room must be positive")
        self._room = room
        $store

    def add(self, $thing: str) -> str | None:
        if $thing in $held:
            $again
        gone = None
        if len($held) == self._room:
            $drop
        $new
        return gone

    def $use(self, $thing: str) -> $back:
        if $thing not in $held:
            $unknown
        $bump
        $told

    def counts(self) -> dict[str, int]:
        $listing
"""
# How each idiom keeps things and their uses, and by the tie how it drops one.
STORES = {
    "dict": {
        "held": "self._uses",
        "store": "# How often each $thing has been $used, in the order of coming in.\nself._uses: dict[str, int] = {}",
        "new": "self._uses[$thing] = 0",
        "bump": "self._uses[$thing] += 1",
        "reset": "self._uses[$thing] = 0",
        "listing": "return dict(self._uses)",
        "oldest": "# Of equals, min keeps the first one it meets.\ngone = min(self._uses, key=self._uses.__getitem__)\ndel self._uses[gone]",
        "newest": "# Of equals, min keeps the first one it meets.\ngone = min(reversed(self._uses), key=self._uses.__getitem__)\ndel self._uses[gone]",
        "name": "# The name decides among equals.\ngone = min(self._uses, key=lambda $thing: (self._uses[$thing], $thing))\ndel self._uses[gone]",
    },
    "list": {
        "held": "self._$things",
        "store": "# Both lists run in parallel, in the order of coming in.\nself._$things: list[str] = []\nself._counts: list[int] = []",
        "new": "self._$things.append($thing)\nself._counts.append(0)",
        "bump": "self._counts[self._$things.index($thing)] += 1",
        "reset": "self._counts[self._$things.index($thing)] = 0",
        "listing": "return dict(zip(self._$things, self._counts))",
        "oldest": "# The first of equals has been here longest.\nplace = self._counts.index(min(self._counts))\ngone = self._$things.pop(place)\ndel self._counts[place]",
        "newest": "# Counted from the end, the last of equals comes first.\nplace = len(self._counts) - 1 - self._counts[::-1].index(min(self._counts))\ngone = self._$things.pop(place)\ndel self._counts[place]",
        "name": "# The name decides among equals.\n_, gone = min(zip(self._counts, self._$things))\nplace = self._$things.index(gone)\ndel self._$things[place], self._counts[place]",
    },
}


class Box(NamedTuple):
    """One domain: the class, a thing, several, the method that uses one, its participle, who needs it."""

    domain: str
    cls: str
    thing: str
    things: str
    use: str
    used: str
    context: str

    def put_into(self, text: str) -> str:
        """Return the text with this domain's words."""
        return text.replace("$things", self.things).replace("$thing", self.thing).replace("$used", self.used)


def draw(choice: dict[str, str], rng: Random) -> Draft:
    box = Box(*rng.choice(DOMAINS))
    tie, again, raising = choice["tie"], choice["again"], choice["unknown"] == "raise"
    draft = make_class(
        box.cls,
        _tell(box, tie, again),
        _methods(box, again, raising),
        _source(box, choice),
        _make_oracle(box.use, tie, again, raising),
        lambda rng: _draw_input(box.use, rng),
        _edges(box.use),
        box.domain,
        choice["idiom"],
    )
    return with_names(draft, LETTERS, NAMES[box.domain])


def _source(box: Box, choice: dict[str, str]) -> str:
    thing, raising = box.thing, choice["unknown"] == "raise"
    store = {name: box.put_into(text) for name, text in STORES[choice["idiom"]].items()}
    again = {
        "counts": f"{store['bump']}\nreturn None",
        "raise": f'raise ValueError(f"{{{thing}}} is here already")',
        "resets": f"{store['reset']}\nreturn None",
    }[choice["again"]]
    return fill(
        SOURCE,
        cls=box.cls,
        thing=thing,
        use=box.use,
        held=store["held"],
        store=store["store"],
        again=again,
        drop=store[choice["tie"]],
        new=store["new"],
        back="None" if raising else "bool",
        unknown=f"raise KeyError({thing})" if raising else "return False",
        bump=store["bump"],
        told="" if raising else "return True",
        listing=store["listing"],
    )


def _tell(box: Box, tie: str, again: str) -> Story:
    thing, things, used = box.thing, box.things, box.used
    goes = {
        "oldest": "of several such, the one that came in first goes",
        "newest": "of several such, the one that came in last goes",
        "name": "of several such, the one whose name comes first as a string goes",
    }[tie]
    place = "it keeps its place in the order of coming in."
    reset = f"Adding a {thing} that is there already sets its number of uses to 0"
    added = {
        "counts": (f"Adding a {thing} that is there already counts as one use of it.",),
        "resets": (f"{reset}. {place.capitalize()}" if tie == "name" else f"{reset}, but {place}",),
        "raise": (),
    }[again]
    return Story(
        title=f"a place for the {things} {used} most",
        summary=f"Write a class that has room for a few {things} and gives up the one that is {used} least often.",
        rules=(
            f"A {thing} that comes in has been {used} 0 times; uses of an earlier stay are forgotten.",
            f"If there is no room for a new {thing}, the one {used} least often goes before it comes in; {goes}.",
            *added,
        ),
        returns=f"an object that holds a few {things}",
        context=box.context,
    )


def _methods(box: Box, again: str, raising: bool) -> tuple[Method, ...]:
    thing, things = box.thing, box.things
    who = (Param(thing, "str", f"the name of the {thing}"),)
    twice = (Raises("ValueError", f"the {thing} is there already"),) if again == "raise" else ()
    use = f"Count one use of a {thing}."
    if raising:
        used = Method(box.use, who, "nothing", "None", use, (Raises("KeyError", f"the {thing} is not there"),))
    else:
        used = Method(box.use, who, f"whether the {thing} is there", "bool", use)
    return (
        begin("Begin empty.", Param("room", "int", f"how many {things} have room"), error="the room is less than 1"),
        Method("add", who, f"the name of the {thing} that had to go, or None", "str | None", f"Put in a {thing}.", twice),
        used,
        Method("counts", (), f"a dict from each {thing} that is there to its number of uses, in the order of coming in", "dict[str, int]", "Tell what is there."),
    )  # fmt: skip


def _make_oracle(use: str, tie: str, again: str, raising: bool) -> type:
    class Oracle:
        """Log every use as a line and count the lines."""

        def __init__(self, room: int) -> None:
            if room <= 0:
                raise ValueError("room")
            self.room, self.arrivals, self.lines = room, [], []

        def add(self, name: str):
            if name in self.arrivals:
                if again == "raise":
                    raise ValueError(name)
                if again == "resets":
                    self.lines = [n for n in self.lines if n != name]
                else:
                    self.lines.append(name)
                return None
            gone = None
            if len(self.arrivals) >= self.room:
                least = min(self.lines.count(n) for n in self.arrivals)
                rare = [n for n in self.arrivals if self.lines.count(n) == least]
                gone = {"oldest": rare[0], "newest": rare[-1], "name": sorted(rare)[0]}[tie]
                self.arrivals = [n for n in self.arrivals if n != gone]
                self.lines = [n for n in self.lines if n != gone]
            self.arrivals.append(name)
            return gone

        def _use(self, name: str):
            if name not in self.arrivals:
                if raising:
                    raise KeyError(name)
                return False
            self.lines.append(name)
            return None if raising else True

        def counts(self) -> dict[str, int]:
            return {n: self.lines.count(n) for n in self.arrivals}

    setattr(Oracle, use, Oracle._use)
    return Oracle


COUNTS = ("counts", ())


def _edges(use: str) -> tuple[tuple, ...]:
    a, b, c, d, e = (("add", (name,)) for name in "ABCDE")
    use_a, use_b, use_z = ((use, (name,)) for name in "ABZ")
    return (
        ((0,), ()),
        ((1,), (COUNTS, use_a, a, b, COUNTS)),
        ((2,), (b, a, c, COUNTS)),
        ((2,), (b, use_b, a, c, COUNTS, a, COUNTS)),
        ((2,), (a, use_a, a, COUNTS, b, c, COUNTS)),
        ((3,), (c, a, b, use_a, d, COUNTS, e, COUNTS, use_z)),
        ((2,), (a, use_a, use_a, b, b, c, a, COUNTS)),
    )


def _draw_input(use: str, rng: Random) -> tuple:
    calls = draw_calls(rng, (4, 7, 10, 13), lambda rng: _draw_call(use, rng))
    return ((draw_size(rng, (1, 2, 3)),), (*calls, COUNTS))


def _draw_call(use: str, rng: Random) -> Call:
    name = rng.choice("ABCD")
    add, used = ("add", (name,)), (use, (name,))
    return rng.choice((add, add, used, used, COUNTS))
