"""Shape: requests served from a stock in some order, with caps, batches, a reserve and a rule for shortage.

In: choices decoded from a number, a Random for words. Out: a Draft. The reference keeps what is
left; the oracle works it out anew for each request from everything granted before it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from generation.programs.compose import allocation_code, allocation_words
from generation.programs.compose.allocation_domains import PLACES, Place
from generation.programs.compose.space import make_plan
from generation.programs.family import Draft
from generation.programs.program import Refused

FAMILY = "compose_allocation"
WEIGHT = 3
SUPPLY = ("single", "kinds")
ORDERS = ("given", "rank", "small", "large")
SHORT = ("partial", "skip", "stop", "raise")
CAPS = ("const", "arg")
RESERVES = ("const", "arg")
RESULTS = ("rows", "granted", "left", "unfilled", "missing", "full", "first_short", "share")
IDIOMS = ("loop", "generator", "function")
_BASE = {"supply": SUPPLY, "order": ORDERS, "short": SHORT, "result": RESULTS, "idiom": IDIOMS}
PLANS = (
    make_plan("order_grant", 2, **_BASE),
    make_plan("order_cap_grant", 3, cap=CAPS, **_BASE),
    make_plan("order_batch_grant", 3, batch=("yes",), **_BASE),
    make_plan("reserve_order_cap_grant", 4, cap=CAPS, reserve=RESERVES, **_BASE),
    make_plan("reserve_order_batch_grant", 4, batch=("yes",), reserve=RESERVES, **_BASE),
    make_plan("reserve_order_cap_batch_grant", 5, cap=CAPS, batch=("yes",), reserve=RESERVES, **_BASE),
)
PLAN_WEIGHTS = (1, 2, 1, 3, 2, 4)


@dataclass(frozen=True)
class Tree:
    """One tree: its domain and its choices. cap and reserve: "", "const" or "arg"; batched: in whole lots only."""

    place: Place
    supply: str
    order: str
    short: str
    result: str
    idiom: str
    cap: str
    reserve: str
    batched: bool

    @property
    def in_kinds(self) -> bool:
        """True where the stock is one of several kinds and each request names its kind."""
        return self.supply == "kinds"

    @property
    def ranked(self) -> bool:
        """True where each request ends with a rank."""
        return self.order == "rank"

    @property
    def cap_size(self) -> int:
        """The constant cap."""
        return self.place.size * 3

    @property
    def reserve_size(self) -> int:
        """The constant reserve."""
        return self.place.size * 2


def draw(choice: dict[str, str], rng: Random) -> Draft:
    """Return the Draft of one decoded choice; Refused where its result would always be the same."""
    base = {slot: choice[slot] for slot in _BASE}
    optional = {"cap": choice.get("cap", ""), "reserve": choice.get("reserve", ""), "batched": "batch" in choice}
    tree = Tree(rng.choice(PLACES), **base, **optional)
    if tree.short == "raise" and not (tree.cap or tree.batched) and tree.result not in ("rows", "granted", "left"):
        # Where every request is granted in full or refused, nothing can be missing.
        raise Refused("pointless")
    words = allocation_words.write(tree, rng)
    names = [x.name for x in words.spec.params]

    def oracle(*args):
        return answer(tree, args[0], args[1], dict(zip(names, args, strict=True)))

    def draw_input(rng: Random, size: int = -1) -> tuple:
        return _draw_input(tree, rng, rng.choice((0, 1, 2, 4, 6, 8)) if size < 0 else size)

    edge_rng = Random(23)
    return Draft(
        entry_point=words.entry,
        spec=words.spec,
        commented=allocation_code.render(tree, words),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=tuple(draw_input(edge_rng, size) for size in (0, 1, 2, 3, 5, 8)),
        domain=tree.place.name,
        idiom=tree.idiom,
    )


def _draw_input(tree: Tree, rng: Random, size: int) -> tuple:
    """Return a stock, `size` requests, and the cap and the reserve where they are arguments."""
    p = tree.place
    requests = [_draw_request(tree, rng) for _ in range(size)]
    amounts = (0, p.size, 2 * p.size + 1, 5 * p.size, 9 * p.size, 20 * p.size)
    stock = {k: rng.choice(amounts) for k in p.kinds} if tree.in_kinds else rng.choice(amounts)
    extra = [rng.choice((1, p.size, 2 * p.size))] if tree.cap == "arg" else []
    extra += [rng.choice((0, 1, p.size, 3 * p.size))] if tree.reserve == "arg" else []
    return (stock, requests, *extra)


def _draw_request(tree: Tree, rng: Random) -> tuple:
    p = tree.place
    row: list = [f"{p.one[0].upper()}{rng.randrange(1, 7)}"]
    row += [rng.choice(p.kinds)] if tree.in_kinds else []
    row.append(rng.choice((1, p.size, p.size + 1, 2 * p.size, 3 * p.size, 4 * p.size + 1)))
    row += [rng.randrange(1, 4)] if tree.ranked else []
    return tuple(row)


def answer(tree: Tree, stock: dict[str, int] | int, requests: list[tuple], given: dict) -> Any:
    """Interpret the tree. given: all arguments by name. Raises ValueError where a shortage is an error."""
    pools = stock if isinstance(stock, dict) else {"": stock}
    rows = _serve(tree, pools, _in_order(tree, requests), given)
    if tree.result == "left":
        left = {kind: held - sum(r.granted for r in rows if r.kind == kind) for kind, held in pools.items()}
        return left if tree.in_kinds else left[""]
    return _RESULTS[tree.result](rows)


@dataclass
class _Row:
    """One request and what it was granted so far."""

    name: str
    kind: str
    amount: int
    rank: int
    granted: int = 0


def _in_order(tree: Tree, requests: list[tuple]) -> list[_Row]:
    """Return the requests in the order of serving, ties as in the list."""
    at = 2 if tree.in_kinds else 1
    rows = [_Row(r[0], r[1] if tree.in_kinds else "", r[at], r[-1]) for r in requests]
    weight = {
        "given": lambda row: 0,
        "rank": lambda row: -row.rank,
        "small": lambda row: row.amount,
        "large": lambda row: -row.amount,
    }[tree.order]
    return [rows[i] for i in sorted(range(len(rows)), key=lambda i: (weight(rows[i]), i))]


def _serve(tree: Tree, pools: dict[str, int], rows: list[_Row], given: dict) -> list[_Row]:
    """Grant each request in turn: what is left for it follows from all grants before it."""
    reserve = given.get("reserve", tree.reserve_size) if tree.reserve else 0
    cap = given.get("cap", tree.cap_size) if tree.cap else 10**9
    closed = False
    for i, row in enumerate(rows):
        before = sum(other.granted for other in rows[:i] if other.kind == row.kind)
        left = (pools[row.kind] - reserve if pools[row.kind] > reserve else 0) - before
        wanted = sorted((row.amount, cap))[0]
        fits = not wanted > left
        if not fits and tree.short == "raise":
            raise ValueError("short")
        closed = closed or (not fits and tree.short == "stop")
        grant = wanted if fits and not closed else left if tree.short == "partial" else 0
        if tree.batched:
            grant = max(m for m in range(grant + 1) if m % tree.place.size == 0)
        row.granted = grant
    return rows


def _percentage(rows: list[_Row]) -> int:
    asked = sum(row.amount for row in rows)
    return sum(row.granted for row in rows) * 100 // asked if asked else 100


def _sums(rows: list[_Row]) -> dict[str, int]:
    served = {row.name for row in rows if row.granted > 0}
    return {name: sum(row.granted for row in rows if row.name == name) for name in served}


_RESULTS: dict[str, Callable[[list[_Row]], Any]] = {
    "rows": lambda rows: [(row.name, row.granted) for row in rows],
    "granted": _sums,
    "unfilled": lambda rows: [row.name for row in rows if row.granted != row.amount],
    "missing": lambda rows: sum(row.amount for row in rows) - sum(row.granted for row in rows),
    "full": lambda rows: len([1 for row in rows if row.granted == row.amount]),
    "first_short": lambda rows: ([row.name for row in rows if not row.granted] or [None])[0],
    "share": _percentage,
}
