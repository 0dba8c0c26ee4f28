"""A shelf of limited size that gives things up by age or use (a class). Choices: what counts as use, what is missing."""

from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.program import Method, Param, Raises
from generation.programs.renaming import with_names
from generation.programs.stateful import Call, Story, begin, draw_calls, draw_size, fetch, make_class

TOPIC = "caches"
SPACE = {
    "reading": ("renews", "changes_nothing"),
    "writing": ("renews", "keeps_place"),
    "missing": ("none", "raise"),
    "idiom": ("ordered_dict", "dict"),
}

# (domain, class name, key's name, value's name, what is kept, who needs it)
DOMAINS = (
    ("map viewer", "TileShelf", "tile", "picture", "map tiles", "A map viewer keeps the pictures of some map tiles at hand."),
    ("translation tool", "PhraseShelf", "phrase", "rendering", "phrases", "A translation tool remembers the renderings of phrases for a while."),
    ("radio library", "JingleShelf", "jingle", "file", "jingles", "A radio desk has room for a few jingles at a time."),
    ("name server", "HostShelf", "host", "address", "hosts", "A name server remembers the addresses of some hosts."),
)  # fmt: skip
# What stands in inputs for the letters drawn, by domain; in ascending order.
LETTERS = "1239abcdpqr"
NAMES = {
    "map viewer": ("cliff.png", "coast.png", "dunes.png", "fen.png", "forest", "harbour", "island", "lagoon", "lake.png", "moor.png", "town.png"),
    "translation tool": ("adieu", "bonjour", "bonsoir", "ciao", "evening", "hello", "later", "morning", "oui", "salut", "voila"),
    "radio library": ("a.wav", "b.wav", "c.wav", "d.wav", "evening", "morning", "news", "traffic", "x.wav", "y.wav", "z.wav"),
    "name server": ("a-lan", "b-lan", "c-lan", "d-lan", "db", "mail", "proxy", "web", "x-lan", "y-lan", "z-lan"),
}  # fmt: skip

IS_FULL = "len(self._kept) == self._capacity"
SOURCE = """
$imports
class $cls:
    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError("capacity must be at least 1")
        self._capacity = capacity
        # Whatever goes first when room is needed stands first.
        self._kept: $kind = $empty

    def put(self, $key: str, $value: str) -> str | None:
        gone = None
        $before
        $evict
        self._kept[$key] = $value
        $after
        return gone

    def get(self, $key: str) -> $got:
        $read

    def listing(self) -> list[str]:
        return list(self._kept)
"""


class Shelf(NamedTuple):
    """One domain: the class, the key, the value, what is kept, who needs it."""

    domain: str
    cls: str
    key: str
    value: str
    things: str
    context: str


def draw(choice: dict[str, str], rng: Random) -> Draft:
    shelf = Shelf(*rng.choice(DOMAINS))
    reading, writing, raising = (
        choice["reading"] == "renews",
        choice["writing"] == "renews",
        choice["missing"] == "raise",
    )
    write = _write_ordered if choice["idiom"] == "ordered_dict" else _write_dict
    draft = make_class(
        shelf.cls,
        _tell(shelf, reading, writing),
        _methods(shelf, raising),
        write(shelf, reading, writing, raising),
        _make_oracle(reading, writing, raising),
        _draw_input,
        EDGES,
        shelf.domain,
        choice["idiom"],
    )
    return with_names(draft, LETTERS, NAMES[shelf.domain])


def _write_ordered(shelf: Shelf, reading: bool, writing: bool, raising: bool) -> str:
    key = shelf.key
    renew = f"self._kept.move_to_end({key})"
    return _fill(
        shelf,
        raising,
        imports="from collections import OrderedDict",
        kind="OrderedDict[str, str]",
        empty="OrderedDict()",
        before="",
        evict=f"if {key} not in self._kept and {IS_FULL}:\n    gone, _ = self._kept.popitem(last=False)",
        after=renew if writing else "",
        renew=renew if reading else "",
    )


def _write_dict(shelf: Shelf, reading: bool, writing: bool, raising: bool) -> str:
    key = shelf.key
    # What was taken out before is new by now.
    new = "" if writing else f"{key} not in self._kept and "
    taken_out = f"# Taken out and put in again, it comes to stand last.\nself._kept.pop({key}, None)"
    return _fill(
        shelf,
        raising,
        imports="",
        kind="dict[str, str]",
        empty="{}",
        before=taken_out if writing else "",
        evict=f"if {new}{IS_FULL}:\n    gone = next(iter(self._kept))\n    del self._kept[gone]",
        after="",
        renew=f"self._kept[{key}] = self._kept.pop({key})" if reading else "",
    )


def _fill(shelf: Shelf, raising: bool, renew: str, **pieces: str) -> str:
    """Return the source; where nothing is renewed and nothing raised, `get` is one call."""
    key = shelf.key
    missing = f"raise KeyError({key})" if raising else "return None"
    read = (
        f"if {key} not in self._kept:\n    {missing}\n" + (f"{renew}\n" if renew else "") + f"return self._kept[{key}]"
    )
    if not renew and not raising:
        read = f"return self._kept.get({key})"
    got = "str" if raising else "str | None"
    return fill(SOURCE, cls=shelf.cls, key=key, value=shelf.value, got=got, read=read, **pieces)


def _tell(shelf: Shelf, reading: bool, writing: bool) -> Story:
    key, value = shelf.key, shelf.value
    uses, rest = {
        (True, True): ("putting it in, replacing it and getting it count as use", "."),
        (True, False): ("putting it in and getting it count as use", "; replacing does not change its place."),
        (False, True): ("putting it in and replacing it count as use", "; getting does not change its place."),
        (False, False): ("putting it in counts as use", "; neither replacing nor getting changes its place."),
    }[reading, writing]
    values = f"{value}s" if not value.endswith("s") else f"the {value}"
    return Story(
        title=f"a shelf of limited size for {shelf.things}",
        summary=f"Write a class that keeps {values} by {key} and gives up the least recently used when room is needed.",
        rules=(
            f"What stands on the shelf is ordered by its last use: {uses}{rest}",
            f"When a new {key} would exceed the capacity, the one whose last use is longest ago goes.",
        ),
        returns=f"an object that keeps a limited number of {shelf.things}",
        context=shelf.context,
    )


def _methods(shelf: Shelf, raising: bool) -> tuple[Method, ...]:
    key, value, things = shelf.key, shelf.value, shelf.things
    text = (Param(key, "str", f"the {key}"),)
    article = "an" if value[0] in "aeiou" else "a"
    return (
        begin("Make an empty shelf.", Param("capacity", "int", f"how many {things} have room"), error="the capacity is less than 1"),
        Method("put", (*text, Param(value, "str", f"its {value}")), f"the {key} that had to go, or None", "str | None", f"Keep {article} {value} for a {key}, in place of any earlier one."),
        fetch(Method("get", text, f"its {value}", "str", f"Look up the {value} of a {key}."), raising, Raises("KeyError", f"the {key} is not kept")),
        Method("listing", (), f"the {things}, the next one to go first", "list[str]", "List what is kept."),
    )  # fmt: skip


def _make_oracle(reading: bool, writing: bool, raising: bool) -> type:
    class Oracle:
        """Remember all uses with a running number and search for the smallest."""

        def __init__(self, capacity: int) -> None:
            if capacity <= 0:
                raise ValueError("capacity")
            self.capacity, self.now, self.rows = capacity, 0, []

        def _find(self, name: str):
            return next((row for row in self.rows if row[1] == name), None)

        def put(self, name: str, content: str):
            self.now += 1
            row, gone = self._find(name), None
            if row is None:
                if len(self.rows) >= self.capacity:
                    oldest = min(self.rows)
                    self.rows.remove(oldest)
                    gone = oldest[1]
                self.rows.append([self.now, name, content])
            else:
                row[2] = content
                if writing:
                    row[0] = self.now
            return gone

        def get(self, name: str):
            self.now += 1
            row = self._find(name)
            if row is None:
                if raising:
                    raise KeyError(name)
                return None
            if reading:
                row[0] = self.now
            return row[2]

        def listing(self) -> list[str]:
            return [name for _, name, _ in sorted(self.rows)]

    return Oracle


LISTING = ("listing", ())
FULL = (("put", ("a", "1")), ("put", ("b", "2")))
EDGES = (
    ((0,), ()),
    ((1,), (("get", ("a",)), LISTING, ("put", ("a", "1")), ("put", ("b", "2")), ("get", ("a",)), LISTING)),
    ((2,), (*FULL, ("get", ("a",)), ("put", ("c", "3")), LISTING, ("get", ("b",)))),
    ((2,), (*FULL, ("put", ("a", "9")), ("put", ("c", "3")), LISTING, ("get", ("a",)))),
    ((3,), (*FULL, ("put", ("a", "9")), LISTING, ("get", ("a",)))),
)


def _draw_input(rng: Random) -> tuple:
    calls = draw_calls(rng, (2, 5, 9, 13), _draw_call)
    return ((draw_size(rng, (1, 2, 3)),), (*calls, LISTING))


def _draw_call(rng: Random) -> Call:
    name = rng.choice("abcd")
    puts = [("put", (name, rng.choice("pqr"))) for _ in range(2)]
    return rng.choice((*puts, ("get", (name,)), LISTING))
