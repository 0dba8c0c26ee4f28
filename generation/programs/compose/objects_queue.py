"""Classes that keep people or things waiting: order, capacity, duplicates, one extra, one report.

In: choices, a Random for the theme. Out: a Draft of kind "class".
"""

from dataclasses import dataclass
from random import Random

from generation.programs.compose import objects_queue_code, objects_queue_words
from generation.programs.compose.objects_domains import LINES, Line
from generation.programs.compose.objects_queue_words import SIZE
from generation.programs.family import Draft

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
NAMES = ("ash", "elm", "fir", "oak", "yew")


@dataclass(frozen=True)
class Tree:
    """One class in which things wait: its theme and its choices."""

    theme: Line
    order: str
    extra: str
    report: str
    store: str
    full: str
    again: str
    empty: str

    @property
    def ranked(self) -> bool:
        """True where ranks decide."""
        return self.order.endswith("priority")

    @property
    def keyed(self) -> bool:
        """True where the reference's entries carry a key to sort by (ranked ones only)."""
        return self.store == "keyed"

    @property
    def refuses(self) -> bool:
        """True where joining tells whether it was possible."""
        return self.full == "refuse" or self.again == "ignore"


def draw(choice: dict[str, str], rng: Random) -> Draft:
    """Return the Draft of one choice."""
    tree = Tree(rng.choice(LINES), *choice["line"].split("/"), choice["full"], choice["again"], choice["empty"])
    spec = objects_queue_words.write(tree, rng)

    def draw_input(rng: Random, size: int = -1) -> tuple:
        size = rng.choice((2, 6, 9, 12)) if size < 0 else size
        return ((), tuple(_draw_call(tree, rng) for _ in range(size)))

    edge_rng = Random(19)
    return Draft(
        entry_point=tree.theme.cls,
        spec=spec,
        commented=objects_queue_code.render(tree, spec),
        oracle=_make_oracle(tree),
        draw_input=draw_input,
        edge_inputs=tuple(draw_input(edge_rng, size) for size in (1, 4, 7, 11, 15, 18)),
        domain=tree.theme.name,
        idiom=tree.store,
        kind="class",
        depth=DEPTH,
    )


def _draw_call(tree: Tree, rng: Random) -> tuple:
    """Return one call as (method, arguments)."""
    kind, name = rng.random(), rng.choice(NAMES)
    if kind < 0.5:
        return (tree.theme.join, (name, rng.randrange(1, 4)) if tree.ranked else (name,))
    if kind < 0.7:
        return (tree.theme.serve, ())
    method = tree.extra if kind < 0.84 else tree.report
    return (method, (name,) if method in ("leave", "hold", "position") else ())


def _make_oracle(tree: Tree) -> type:
    """Return the oracle of one tree, joining and serving under the theme's names."""
    theme = tree.theme
    return type("Oracle", (_Arrivals,), {"tree": tree, theme.join: _Arrivals.join, theme.serve: _Arrivals.serve})


class _Arrivals:
    """Number arrivals and find whose turn it is by comparing all of them."""

    tree: Tree

    def __init__(self):
        self.clock = 0
        self.here: list[dict] = []
        self.done: list[str] = []
        self.passed: list[str] = []

    def ahead(self, a, b) -> bool:
        if a["front"] != b["front"]:
            return a["front"] > b["front"]
        key = "rank" if self.tree.ranked else "at"
        if a[key] == b[key]:
            return a["at"] < b["at"]
        return a[key] > b[key] if self.tree.order in ("lifo", "priority") else a[key] < b[key]

    def line(self) -> list[dict]:
        return sorted(self.here, key=lambda e: sum(self.ahead(o, e) for o in self.here if o is not e))

    def join(self, name, rank=0):
        full, again = self.tree.full, self.tree.again
        present = name in [e["name"] for e in self.here]
        if present and again == "ignore":
            return False
        if present and again == "raise":
            raise ValueError
        if again == "renew":
            self.here = [e for e in self.here if e["name"] != name]
        if len(self.here) >= SIZE and full != "unbounded":
            if full == "raise":
                raise OverflowError
            if full == "refuse":
                return False
            self.here.remove(self.line()[-1])
        self.clock += 1
        self.here.append({"name": name, "rank": rank, "at": self.clock, "front": 0})
        return True if "refuse" in full or again == "ignore" else None

    def first(self):
        free = [e for e in self.line() if self.passed.count(e["name"]) % 2 == 0]
        if not free and self.tree.empty == "raise":
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
