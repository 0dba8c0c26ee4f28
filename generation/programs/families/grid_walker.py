"""Follow orders on a grid. Choices: what happens at the edge, unknown orders, what is returned."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "simulation"
SPACE = {
    "edge": ("stay", "wrap", "raise"),
    "unknown": ("skip", "raise"),
    "answer": ("place", "visited", "blocked"),
    "idiom": ("vectors", "match"),
}


class Ride(NamedTuple):
    """One domain: noun of the entry, what moves, where it moves, who needs it."""

    domain: str
    noun: str
    thing: str
    field: str
    context: str


RIDES = (
    Ride("warehouse robot", "robot", "robot", "floor", "A warehouse tests the orders of its robots before they drive."),
    Ride("lawn mower", "mower", "mower", "lawn", "A garden centre explains with a simulation how its mowers are steered."),
    Ride("board game", "token", "token", "board", "A board game moves tokens by little programs of orders."),
)  # fmt: skip


class Asked(NamedTuple):
    """One answer: the entry ({} is the noun), the annotation, how the code begins and what it returns."""

    entry: str
    annotation: str
    init: str
    result: str


ASKED = {
    "place": Asked("final_{}_place", "tuple[int, int]", "", "x, y"),
    "visited": Asked("squares_{}_visits", "int", "visited = {(x, y)}", "len(visited)"),
    "blocked": Asked("{}_edge_hits", "int", "hits = 0", "hits"),
}

VECTORS = """
def $entry(orders: str, width: int, height: int) -> $annotation:
    steps = {"N": (0, -1), "E": (1, 0), "S": (0, 1), "W": (-1, 0)}
    x = y = 0
    $init
    for order in orders:
        $unknown
        dx, dy = steps[order]
        $move
    return $result
"""
MATCH = """
def $entry(orders: str, width: int, height: int) -> $annotation:
    x = y = 0
    $init
    for order in orders:
        dx = dy = 0
        match order:
            case "N":
                dy = -1
            case "S":
                dy = 1
            case "E":
                dx = 1
            case "W":
                dx = -1
            case _:
                $other
        $move
    return $result
"""


# How a step is taken, by what happens at the edge and whether that is counted.
MOVES = {
    ("stay", False): """
# A step across the edge is not taken at all.
if 0 <= x + dx < width and 0 <= y + dy < height:
    x, y = x + dx, y + dy
""",
    ("stay", True): """
if 0 <= x + dx < width and 0 <= y + dy < height:
    x, y = x + dx, y + dy
else:
    # The order was given in vain.
    hits += 1
""",
    ("wrap", False): """
# Leaving on one side means coming in on the other.
x, y = (x + dx) % width, (y + dy) % height
""",
    ("wrap", True): """
if not (0 <= x + dx < width and 0 <= y + dy < height):
    hits += 1
# Leaving on one side means coming in on the other.
x, y = (x + dx) % width, (y + dy) % height
""",
    ("raise", False): """
x, y = x + dx, y + dy
if not (0 <= x < width and 0 <= y < height):
    raise ValueError(f"{order} leads off the $field")
""",
    # Without hits to count, the touches of the edge squares are what is left to tell.
    ("raise", True): """
x, y = x + dx, y + dy
if not (0 <= x < width and 0 <= y < height):
    raise ValueError(f"{order} leads off the $field")
# The outermost squares have fewer than four neighbours.
hits += x in (0, width - 1) or y in (0, height - 1)
""",
}


def draw(choice: dict[str, str], rng: Random) -> Draft:
    ride = rng.choice(RIDES)
    edge, skip, answer = choice["edge"], choice["unknown"] == "skip", choice["answer"]
    entry = ASKED[answer].entry.format(ride.noun)
    return Draft(
        entry_point=entry,
        spec=_tell(ride, edge, skip, answer),
        commented=lay_out(_write(ride, entry, edge, skip, answer, VECTORS if choice["idiom"] == "vectors" else MATCH)),
        oracle=_make_oracle(edge, skip, answer),
        draw_input=lambda rng: _draw_input(rng, edge == "raise"),
        edge_inputs=EDGES,
        domain=ride.domain,
        idiom=choice["idiom"],
        complexity="O(n)",
        complexity_terms="n is the number of orders",
    )


def _write(ride: Ride, entry: str, edge: str, skip: bool, answer: str, template: str) -> str:
    asked = ASKED[answer]
    other = "continue" if skip else 'raise ValueError(f"unknown order {order!r}")'
    move = fill(MOVES[edge, answer == "blocked"], field=ride.field)
    if answer == "visited":
        # Behind a step that stands under a condition, an empty line sets it off.
        move += ("\n" if edge == "stay" else "") + "visited.add((x, y))"
    source = fill(
        template,
        entry=entry,
        annotation=asked.annotation,
        init=asked.init,
        unknown=f"if order not in steps:\n    {other}",
        other=other,
        move=move,
        result=asked.result,
    )
    if "#" in source:
        return source
    origin = "    # The origin is the top left square; y grows downwards.\n"
    return source.replace("    x = y = 0", f"{origin}    x = y = 0")


def _tell(ride: Ride, edge: str, skip: bool, answer: str) -> Spec:
    thing, field = ride.thing, ride.field
    meets = {"raise": "to the outermost squares", "wrap": "over the edge", "stay": "up against the edge"}[edge]
    title, summary, returns = {
        "place": (f"the place of a {thing} after its orders", f"Return where a {thing} stands after following its orders.", "the place as a pair (x, y)"),
        "visited": (f"the number of squares that a {thing} visits", f"Count the different squares on which a {thing} stands while following its orders.", "the number of squares"),
        "blocked": (f"how often a {thing} meets the edge", f"Count how many of the orders bring the {thing} {meets}.", "the number of such orders"),
    }[answer]  # fmt: skip
    causes = [f"an order leads off the {field}"] if edge == "raise" else []
    causes += [] if skip else ["an order is unknown"]
    return Spec(
        title=title,
        summary=summary,
        rules=_rules(thing, field, edge, skip, answer),
        params=(
            Param("orders", "str", "the orders, one character each"),
            Param("width", "int", "the number of columns"),
            Param("height", "int", "the number of rows"),
        ),
        returns=returns,
        return_annotation=ASKED[answer].annotation,
        raises=(Raises("ValueError", " or ".join(causes)),) if causes else (),
        context=ride.context,
    )


def _rules(thing: str, field: str, edge: str, skip: bool, answer: str) -> tuple[str, ...]:
    at_edge = {
        "stay": f"An order that would lead off the {field} leaves the {thing} where it is.",
        "wrap": f"An order that leads off the {field} brings the {thing} in on the opposite side of the same row or column.",
        "raise": "",
    }[edge]
    touches = "An order counts if it ends in the first or last row or column; the beginning does not count."
    counted = {
        "place": "",
        "visited": "The first square counts too, and each square counts once.",
        "blocked": touches if edge == "raise" else f"Only orders that would lead off the {field} are counted.",
    }[answer]
    rules = (
        f"The {field} has `width` times `height` squares, both at least 1; places are pairs (x, y) from (0, 0) at the top left, where the {thing} begins, with x growing to the right and y downwards.",
        "The orders N, S, E and W mean one square up, down, right and left.",
        "Any other character is ignored." if skip else "",
        at_edge,
        counted,
    )
    return tuple(rule for rule in rules if rule)


def _make_oracle(edge: str, skip: bool, answer: str) -> Callable[[str, int, int], tuple[int, int] | int]:
    def oracle(orders: str, width: int, height: int):
        """Walk on a list of all squares by complex numbers."""
        squares = {complex(a, b) for a in range(width) for b in range(height)}
        here, trail, hits, touches = 0j, [0j], 0, 0
        for order in orders:
            if order not in "NSEW":
                if skip:
                    continue
                raise ValueError("order")
            there = here + (1j ** (["E", "S", "W", "N"].index(order)))
            there = complex(round(there.real), round(there.imag))
            if there not in squares:
                if edge == "raise":
                    raise ValueError("edge")
                hits += 1
                there = here if edge == "stay" else complex(there.real % width, there.imag % height)
            here = there
            trail.append(here)
            touches += sum(here + way in squares for way in (1, -1, 1j, -1j)) < 4
        if answer == "place":
            return (int(here.real), int(here.imag))
        if answer == "visited":
            return len(set(trail))
        return touches if edge == "raise" else hits

    return oracle


EDGES = (
    ("", 1, 1), ("E", 1, 1), ("E", 2, 1), ("N", 3, 3), ("SSS", 2, 3), ("ESWN", 2, 2),
    ("EEEE", 3, 1), ("S?E", 4, 4), ("e", 2, 2), ("ESEN", 3, 3), ("WWS", 4, 2), ("ESES", 5, 5),
)  # fmt: skip


def _draw_input(rng: Random, strict: bool) -> tuple[str, int, int]:
    """Return orders and a small field; strict: most of the orders stay on it."""
    letters = rng.choice(("SE", "NESW", "SSEEW", "SENW"))
    orders = "".join(rng.choice(letters) for _ in range(rng.choice((0, 2, 4, 7, 10))))
    if strict and rng.random() < 0.7:
        return (_draw_inside(rng), rng.choice((4, 5)), rng.choice((5, 6)))
    if rng.random() < 0.2:
        orders += rng.choice(("x", " E", "n"))
    return (orders, rng.choice((1, 2, 3, 5)), rng.choice((1, 2, 4)))


def _draw_inside(rng: Random) -> str:
    """Return orders that never leave a field of 4 columns and 5 rows."""
    orders, x, y = "", 0, 0
    for _ in range(rng.choice((3, 6, 10))):
        order, dx, dy = rng.choice((("N", 0, -1), ("S", 0, 1), ("E", 1, 0), ("W", -1, 0)))
        if 0 <= x + dx < 4 and 0 <= y + dy < 5:
            orders, x, y = orders + order, x + dx, y + dy
    return orders
