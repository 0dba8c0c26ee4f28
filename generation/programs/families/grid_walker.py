"""Follow orders on a grid. Choices: what happens at the edge, unknown orders, what is returned."""

from random import Random

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

# (domain, entry noun, thing, field, who needs it)
DOMAINS = (
    ("warehouse robot", "robot", "robot", "floor", "A warehouse tests the orders of its robots before they drive."),
    ("lawn mower", "mower", "mower", "lawn", "A garden centre explains with a simulation how its mowers are steered."),
    ("board game", "token", "token", "board", "A board game moves tokens by little programs of orders."),
)  # fmt: skip

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


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, thing, field, context = rng.choice(DOMAINS)
    edge, skip, answer = choice["edge"], choice["unknown"] == "skip", choice["answer"]
    entry = {"place": f"final_{noun}_place", "visited": f"squares_{noun}_visits", "blocked": f"{noun}_edge_hits"}[answer]
    annotation = "tuple[int, int]" if answer == "place" else "int"
    init = {"place": "", "visited": "visited = {(x, y)}", "blocked": "hits = 0"}[answer]
    result = {"place": "x, y", "visited": "len(visited)", "blocked": "hits"}[answer]
    inside = "0 <= x + dx < width and 0 <= y + dy < height"
    hit = "    hits += 1\n" if answer == "blocked" else ""
    if edge == "stay":
        move = f"if {inside}:\n    x, y = x + dx, y + dy\n" + (f"else:\n    # The order was given in vain.\n{hit}" if answer == "blocked" else "")
        move = ("# A step across the edge is not taken at all.\n" if answer != "blocked" else "") + move
    elif edge == "wrap":
        count = f"if not ({inside}):\n{hit}" if answer == "blocked" else ""
        move = count + "# Leaving on one side means coming in on the other.\nx, y = (x + dx) % width, (y + dy) % height"
    else:
        move = f'x, y = x + dx, y + dy\nif not (0 <= x < width and 0 <= y < height):\n    raise ValueError(f"{{order}} leads off the {field}")'
        if answer == "blocked":
            # Without hits to count, the touches of the edge squares are what is left to tell.
            move += "\n# The outermost squares have fewer than four neighbours.\nhits += x in (0, width - 1) or y in (0, height - 1)"
    if answer == "visited":
        move += "\nvisited.add((x, y))"
    failed = 'raise ValueError(f"unknown order {order!r}")'
    commented = fill(
        VECTORS if choice["idiom"] == "vectors" else MATCH,
        entry=entry,
        annotation=annotation,
        init=init,
        unknown=f"if order not in steps:\n    {'continue' if skip else failed}",
        other="continue" if skip else failed,
        move=move,
        result=result,
    )
    if "#" not in commented:
        commented = commented.replace("    x = y = 0", "    # The origin is the top left square; y grows downwards.\n    x = y = 0")
    rules = [f"The {field} has `width` times `height` squares, both at least 1; places are pairs (x, y) from (0, 0) at the top left, where the {thing} begins, with x growing to the right and y downwards."]
    rules.append("The orders N, S, E and W mean one square up, down, right and left.")
    rules.append("Any other character is ignored." if skip else "")
    if edge == "stay":
        rules.append(f"An order that would lead off the {field} leaves the {thing} where it is.")
    elif edge == "wrap":
        rules.append(f"An order that leads off the {field} brings the {thing} in on the opposite side of the same row or column.")
    if answer == "visited":
        rules.append("The first square counts too, and each square counts once.")
    elif answer == "blocked" and edge != "raise":
        rules.append(f"Only orders that would lead off the {field} are counted.")
    elif answer == "blocked":
        rules.append("An order counts if it ends in the first or last row or column; the beginning does not count.")
    what = {
        "place": (f"the place of a {thing} after its orders", f"Return where a {thing} stands after following its orders.", "the place as a pair (x, y)"),
        "visited": (f"the number of squares that a {thing} visits", f"Count the different squares on which a {thing} stands while following its orders.", "the number of squares"),
        "blocked": (f"how often a {thing} meets the edge", f"Count how many of its orders bring a {thing} {'to the outermost squares' if edge == 'raise' else 'over the edge' if edge == 'wrap' else 'up against the edge'}.", "the number of such orders"),
    }[answer]  # fmt: skip
    causes = ([f"an order leads off the {field}"] if edge == "raise" else []) + ([] if skip else ["an order is unknown"])
    spec = Spec(
        title=what[0],
        summary=what[1],
        rules=tuple(rule for rule in rules if rule),
        params=(Param("orders", "str", "the orders, one character each"), Param("width", "int", "the number of columns"), Param("height", "int", "the number of rows")),
        returns=what[2],
        return_annotation=annotation,
        raises=(Raises("ValueError", " or ".join(causes)),) if causes else (),
        context=context,
    )  # fmt: skip

    def oracle(orders: str, width: int, height: int):
        """Walk on a list of all squares by complex numbers."""
        field_squares = {complex(a, b) for a in range(width) for b in range(height)}
        here, trail, hits, touches = 0j, [0j], 0, 0
        for order in orders:
            if order not in "NSEW":
                if skip:
                    continue
                raise ValueError("order")
            there = here + (1j ** (["E", "S", "W", "N"].index(order)))
            there = complex(round(there.real), round(there.imag))
            if there not in field_squares:
                if edge == "raise":
                    raise ValueError("edge")
                hits += 1
                there = here if edge == "stay" else complex(there.real % width, there.imag % height)
            here = there
            trail.append(here)
            touches += sum(here + way in field_squares for way in (1, -1, 1j, -1j)) < 4
        if answer == "place":
            return (int(here.real), int(here.imag))
        return len(set(trail)) if answer == "visited" else (touches if edge == "raise" else hits)

    def draw_input(rng: Random) -> tuple:
        letters = rng.choice(("SE", "NESW", "SSEEW", "SENW"))
        orders = "".join(rng.choice(letters) for _ in range(rng.choice((0, 2, 4, 7, 10))))
        if edge == "raise" and rng.random() < 0.7:
            orders, x, y = "", 0, 0
            for _ in range(rng.choice((3, 6, 10))):
                order, dx, dy = rng.choice((("N", 0, -1), ("S", 0, 1), ("E", 1, 0), ("W", -1, 0)))
                if 0 <= x + dx < 4 and 0 <= y + dy < 5:
                    orders, x, y = orders + order, x + dx, y + dy
            return (orders, rng.choice((4, 5)), rng.choice((5, 6)))
        if rng.random() < 0.2:
            orders += rng.choice(("x", " E", "n"))
        return (orders, rng.choice((1, 2, 3, 5)), rng.choice((1, 2, 4)))

    edges = (("", 1, 1), ("E", 1, 1), ("E", 2, 1), ("N", 3, 3), ("SSS", 2, 3), ("ESWN", 2, 2), ("EEEE", 3, 1), ("S?E", 4, 4), ("e", 2, 2), ("ESEN", 3, 3), ("WWS", 4, 2), ("ESES", 5, 5))  # fmt: skip
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
        complexity="O(n)",
        complexity_terms="n is the number of orders",
    )
