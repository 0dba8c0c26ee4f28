"""Classes that keep a balance per name: adding, taking, a cap, one extra method, one report.

In: choices, a Random for the theme. Out: a Draft of kind "class".
"""

from dataclasses import dataclass
from random import Random

from generation.programs.compose import objects_balance_code, objects_balance_words
from generation.programs.compose.objects_balance_words import CAP
from generation.programs.compose.objects_domains import ACCOUNTS, Account
from generation.programs.family import Draft

DEPTH = 4
SLOTS = {
    "short": ("raise", "refuse", "partial"),
    "cap": ("none", "clip", "raise", "refuse"),
    "unknown": ("zero", "raise"),
    "offers": tuple(
        f"{extra}/{report}"
        for extra in ("move", "undo", "freeze", "close", "scale")
        for report in ("total", "leaders", "low", "listing", "count_moves")
        if (extra, report) != ("scale", "count_moves")
    ),
    "store": ("balances", "journal"),
}
NAMES = ("ash", "elm", "fir", "oak")


@dataclass(frozen=True)
class Tree:
    """One class of balances: its theme and its choices."""

    theme: Account
    short: str
    cap: str
    unknown: str
    extra: str
    report: str
    store: str

    @property
    def raises_unknown(self) -> bool:
        """True where reading a name that was never added for is an error."""
        return self.unknown == "raise"

    @property
    def in_journal(self) -> bool:
        """True where the reference keeps a journal of changes, False where it keeps balances."""
        return self.store == "journal"


def draw(choice: dict[str, str], rng: Random) -> Draft:
    """Return the Draft of one choice."""
    extra, report = choice["offers"].split("/")
    given = {name: choice[name] for name in ("short", "cap", "unknown", "store")}
    tree = Tree(rng.choice(ACCOUNTS), extra=extra, report=report, **given)
    spec = objects_balance_words.write(tree, rng)

    def draw_input(rng: Random, size: int = -1) -> tuple:
        size = rng.choice((2, 5, 8, 11)) if size < 0 else size
        return ((), tuple(_draw_call(tree, rng) for _ in range(size)))

    edge_rng = Random(17)
    return Draft(
        entry_point=tree.theme.cls,
        spec=spec,
        commented=objects_balance_code.render(tree, spec),
        oracle=_make_oracle(tree),
        draw_input=draw_input,
        edge_inputs=tuple(draw_input(edge_rng, size) for size in (1, 3, 6, 10, 14, 18)),
        domain=tree.theme.name,
        idiom=tree.store,
        kind="class",
        depth=DEPTH,
    )


def _draw_call(tree: Tree, rng: Random) -> tuple:
    """Return one call as (method, arguments); the last name comes up seldom, so it is often unknown."""
    name, amount = rng.choice(NAMES[:3] if rng.random() < 0.9 else NAMES), rng.choice((1, 5, 10, 20, 30, 50))
    kind = rng.random()
    if kind < 0.42:
        return (tree.theme.add, (name, amount))
    if kind < 0.7:
        return (tree.theme.take, (name, amount))
    if kind < 0.8:
        return ("balance", (name,))
    if kind < 0.9:
        return {
            "move": ("move", (name, rng.choice(NAMES), amount)),
            "undo": ("undo", ()),
            "freeze": ("freeze", (name,)),
            "close": ("close", (name,)),
            "scale": ("expire", (rng.choice((2, 3)),)),
        }[tree.extra]
    return {
        "total": ("total", ()),
        "leaders": ("leaders", (rng.choice((1, 2)),)),
        "low": ("below", (rng.choice((1, 20)),)),
        "listing": ("listing", ()),
        "count_moves": ("times", (name,)),
    }[tree.report]


def _make_oracle(tree: Tree) -> type:
    """Return the oracle of one tree, its two changing methods under the theme's names."""
    theme = tree.theme
    return type("Oracle", (_Snapshots,), {"tree": tree, theme.add: _Snapshots.add, theme.take: _Snapshots.take})


class _Snapshots:
    """Keep every state there ever was, each a dict of lists of changes, and add up anew at each call."""

    tree: Tree

    def __init__(self):
        self.states = [{}]
        self.frozen = ()

    def now(self) -> dict:
        return self.states[-1]

    def held(self, name) -> int:
        return sum(self.now().get(name, []))

    def push(self, *changes):
        state = {k: list(v) for k, v in self.now().items()}
        for name, change in changes:
            state.setdefault(name, []).append(change)
        self.states.append(state)

    def balance(self, name):
        if self.tree.raises_unknown and name not in self.now():
            raise KeyError(name)
        return self.held(name)

    def add(self, name, amount):
        if name in self.frozen:
            raise PermissionError
        cap, room = self.tree.cap, CAP - self.held(name)
        if cap == "clip":
            if min(room, amount):
                self.push((name, min(room, amount)))
            return amount - min(room, amount)
        fits = cap == "none" or amount <= room
        if not fits and cap == "raise":
            raise ValueError
        if fits:
            self.push((name, amount))
        return fits if cap == "refuse" else None

    def take(self, name, amount):
        if name in self.frozen:
            raise PermissionError
        short, held = self.tree.short, self.balance(name)
        if short == "partial":
            if min(held, amount):
                self.push((name, -min(held, amount)))
            return min(held, amount)
        if held < amount and short == "raise":
            raise ValueError
        if held >= amount:
            self.push((name, -amount))
        return held >= amount if short == "refuse" else None

    def move(self, source, target, amount):
        too_full = self.tree.cap != "none" and source != target and self.held(target) + amount > CAP
        if self.balance(source) < amount or too_full:
            return False
        self.push((source, -amount), (target, amount))
        return True

    def undo(self):
        if len(self.states) == 1:
            return False
        self.states.pop()
        return True

    def freeze(self, name):
        self.frozen += (name,)

    def close(self, name):
        held = self.balance(name)
        self.states.append({k: v for k, v in self.now().items() if k != name})
        return held

    def expire(self, divisor):
        self.states.append({k: [sum(v) // divisor] for k, v in self.now().items()})

    def total(self):
        return sum(self.held(k) for k in self.now())

    def leaders(self, limit):
        order = sorted(sorted(self.now()), key=self.held, reverse=True)
        return [k for i, k in enumerate(order) if i < limit]

    def below(self, level):
        return [k for k in sorted(self.now()) if not self.held(k) >= level]

    def listing(self):
        return [(k, self.held(k)) for k in sorted(self.now()) if self.held(k)]

    def times(self, name):
        return len(self.now().get(name, []))
