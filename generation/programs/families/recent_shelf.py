"""A shelf of limited size that gives things up by age or use (a class). Choices: what counts as use, what is missing.

How a class fills Spec: `params` are those of `__init__`, `returns` says what an object keeps,
`return_annotation` is "None", and `methods` describes every public method, `__init__` first.
Errors stand at their methods only.
"""

from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Method, Param, Raises, Spec

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
        $missing
        $renew
        return self._kept[$key]

    def listing(self) -> list[str]:
        return list(self._kept)
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, cls, key, value, things, context = rng.choice(DOMAINS)
    reading, writing, raising = choice["reading"] == "renews", choice["writing"] == "renews", choice["missing"] == "raise"
    ordered = choice["idiom"] == "ordered_dict"
    first = "gone, _ = self._kept.popitem(last=False)" if ordered else "gone = next(iter(self._kept))\ndel self._kept[gone]"
    before = ""
    after = ""
    if writing and ordered:
        after = f"self._kept.move_to_end({key})"
    elif writing:
        before = f"# Taken out and put in again, it comes to stand last.\nself._kept.pop({key}, None)"
    evict = f"if {key} not in self._kept and len(self._kept) == self._capacity:\n    " + first.replace("\n", "\n    ")
    if writing and not ordered:
        evict = "if len(self._kept) == self._capacity:\n    " + first.replace("\n", "\n    ")
    commented = fill(
        SOURCE,
        imports="from collections import OrderedDict" if ordered else "",
        cls=cls,
        key=key,
        value=value,
        kind="OrderedDict[str, str]" if ordered else "dict[str, str]",
        empty="OrderedDict()" if ordered else "{}",
        before=before,
        evict=evict,
        after=after,
        got="str" if raising else "str | None",
        missing=f"if {key} not in self._kept:\n    {f'raise KeyError({key})' if raising else 'return None'}",
        renew="" if not reading else f"self._kept.move_to_end({key})" if ordered else f"self._kept[{key}] = self._kept.pop({key})",
    )  # fmt: skip
    if not reading and not raising:
        commented = commented.replace(
            f"        if {key} not in self._kept:\n            return None\n        return self._kept[{key}]", f"        return self._kept.get({key})"
        )
    counts = " and ".join(["putting it in"] + (["replacing it"] if writing else []) + (["getting it"] if reading else []))
    if writing and reading:
        counts = "putting it in, replacing it and getting it"
    rules = (
        f"What stands on the shelf is ordered by its last use: {counts} count{'s' if counts == 'putting it in' else ''} as use"
        + ("." if writing and reading else "; replacing does not change its place." if reading else "; getting does not change its place." if writing else "; neither replacing nor getting changes its place."),
        f"When a new {key} would exceed the capacity, the one whose last use is longest ago goes.",
    )  # fmt: skip
    text = (Param(key, "str", f"the {key}"),)
    article = "an" if value[0] in "aeiou" else "a"
    methods = (
        Method("__init__", (Param("capacity", "int", f"how many {things} have room"),), "nothing", "None", "Make an empty shelf.", (Raises("ValueError", "the capacity is less than 1"),)),
        Method("put", (*text, Param(value, "str", f"its {value}")), f"the {key} that had to go, or None", "str | None", f"Keep {article} {value} for a {key}, in place of any earlier one."),
        Method("get", text, f"its {value}" + ("" if raising else f", or None if the {key} is not kept"), "str" if raising else "str | None", f"Look up the {value} of a {key}.", (Raises("KeyError", f"the {key} is not kept"),) if raising else ()),
        Method("listing", (), f"the {things}, the next one to go first", "list[str]", "List what is kept."),
    )  # fmt: skip
    spec = Spec(
        title=f"a shelf of limited size for {things}",
        summary=f"Write a class that keeps {value}s by {key} and gives up the least recently used when room is needed."
        if not value.endswith("s")
        else f"Write a class that keeps the {value} by {key} and gives up the least recently used when room is needed.",
        rules=rules,
        params=methods[0].params,
        returns=f"an object that keeps a limited number of {things}",
        return_annotation="None",
        context=context,
        methods=methods,
    )

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

    def draw_input(rng: Random) -> tuple:
        calls: list[tuple] = []
        for _ in range(rng.choice((2, 5, 9, 13))):
            name = rng.choice("abcd")
            calls.append(rng.choice((("put", (name, rng.choice("pqr"))), ("put", (name, rng.choice("pqr"))), ("get", (name,)), ("listing", ()))))
        return ((rng.choice((1, 2, 3)) if rng.random() > 0.03 else 0,), (*calls, ("listing", ())))

    full = (("put", ("a", "1")), ("put", ("b", "2")))
    edges = (
        ((0,), ()),
        ((1,), (("get", ("a",)), ("listing", ()), ("put", ("a", "1")), ("put", ("b", "2")), ("get", ("a",)), ("listing", ()))),
        ((2,), (*full, ("get", ("a",)), ("put", ("c", "3")), ("listing", ()), ("get", ("b",)))),
        ((2,), (*full, ("put", ("a", "9")), ("put", ("c", "3")), ("listing", ()), ("get", ("a",)))),
        ((3,), (*full, ("put", ("a", "9")), ("listing", ()), ("get", ("a",)))),
    )
    entry = cls
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=Oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
        complexity="",
        complexity_terms="",
        kind="class",
    )
