"""Measure a plot by the corners of its fence. Choices: direction, grid points, what is returned, too few corners."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "geometry"
SPACE = {
    "answer": ("double_area", "posts", "inside"),
    "turn": ("clockwise", "counter", "either"),
    "closing": ("implied", "repeated"),
    "idiom": ("zip", "index"),
}


class Ground(NamedTuple):
    """One domain: entry noun, name of the corners, what is fenced, what stands along its border, who needs it."""

    domain: str
    noun: str
    corners: str
    thing: str
    posts: str
    context: str


GROUNDS = (
    Ground("land register", "plot", "corners", "plot", "boundary stones", "A land register keeps plots by the coordinates of their corners."),
    Ground("sheep farming", "paddock", "corners", "paddock", "posts", "A sheep farmer fences paddocks and buys posts beforehand."),
    Ground("archaeology", "trench", "pegs", "trench", "markers", "An excavation stakes out trenches on a grid of one metre."),
    Ground("harbour chart", "basin", "buoys", "basin", "marks", "A harbour chart shows basins bounded by straight lines between buoys."),
)  # fmt: skip

Point = tuple[int, int]

SOURCE = """
$imports
def $entry($corners: list[tuple[int, int]]) -> int:
    $few
    $open
    $start_area
    $start_border
    $loop
        $side
        $add_area
        $add_border
    $direction
    $why
    return $result
"""
FEW = """
if len($corners) < $least:
    raise ValueError("the $thing has too few corners")
"""
OPEN = """
if $corners[0] != $corners[-1]:
    raise ValueError("the $thing is not closed")
"""
# The loop over the sides, by idiom and by whether the first corner is repeated at the end.
LOOPS = {
    ("zip", True): "for (x, y), (nx, ny) in zip($corners, $corners[1:]):",
    ("zip", False): "for (x, y), (nx, ny) in zip($corners, $corners[1:] + $corners[:1]):",
    ("index", True): "for at in range(1, len($corners)):",
    ("index", False): "for at in range(len($corners)):",
}
SIDES = {
    ("index", True): "(x, y), (nx, ny) = $corners[at - 1], $corners[at]",
    ("index", False): """
# At index 0 the one before is the last corner.
(x, y), (nx, ny) = $corners[at - 1], $corners[at]
""",
}
ADD_AREA = """
# Twice the triangle from the origin to this side, with its sign.
double += x * ny - nx * y
"""
ADD_BORDER = """
# So many steps from grid point to grid point does this side have.
border += gcd(nx - x, ny - y)
"""
PICK = "# By Pick's theorem twice the area is twice the inner points plus the border less 2."
# By turn: the sum where the corners run the other way, that way's name, and twice the area.
WRONG = {"clockwise": ("double > 0", "counterclockwise"), "counter": ("double < 0", "clockwise")}
AREAS = {"clockwise": "-double", "counter": "double", "either": "abs(double)"}


def draw(choice: dict[str, str], rng: Random) -> Draft:
    ground = rng.choice(GROUNDS)
    answer, turn, repeated = choice["answer"], choice["turn"], choice["closing"] == "repeated"
    entry = {"double_area": f"{ground.noun}_double_area", "posts": f"{ground.noun}_points", "inside": f"{ground.noun}_inner_points"}[answer]  # fmt: skip
    linear = answer == "double_area"  # the greatest common divisor takes longer for larger numbers
    return Draft(
        entry_point=entry,
        spec=_tell(ground, answer, turn, repeated),
        commented=lay_out(_write(ground, entry, answer, turn, repeated, choice["idiom"])),
        oracle=_make_oracle(answer, turn, repeated),
        draw_input=lambda rng: (_draw_corners(rng, turn, repeated),),
        edge_inputs=tuple((corners,) for corners in _edges(repeated)),
        domain=ground.domain,
        idiom=choice["idiom"],
        complexity="O(n)" if linear else "",
        complexity_terms="n is the number of corners" if linear else "",
    )


def _write(ground: Ground, entry: str, answer: str, turn: str, repeated: bool, idiom: str) -> str:
    corners, thing = ground.corners, ground.thing
    # The sum is needed unless only posts are asked for without direction.
    area, border = answer != "posts" or turn != "either", answer != "double_area"
    direction = ""
    if turn in WRONG:
        wrong, other = WRONG[turn]
        direction = f'if {wrong}:\n    raise ValueError("the corners run {other}")'
    return fill(
        SOURCE,
        imports="from math import gcd" if border else "",
        entry=entry,
        corners=corners,
        few=fill(FEW, corners=corners, thing=thing, least="4" if repeated else "3"),
        open=fill(OPEN, corners=corners, thing=thing) if repeated else "",
        start_area="double = 0" if area else "",
        start_border="border = 0" if border else "",
        loop=fill(LOOPS[idiom, repeated], corners=corners),
        side=fill(SIDES[idiom, repeated], corners=corners) if idiom == "index" else "",
        add_area=ADD_AREA if area else "",
        add_border=ADD_BORDER if border else "",
        direction=direction,
        why=PICK if answer == "inside" else "",
        result={"double_area": AREAS[turn], "posts": "border", "inside": f"({AREAS[turn]} - border + 2) // 2"}[answer],
    )


def _tell(ground: Ground, answer: str, turn: str, repeated: bool) -> Spec:
    thing, posts = ground.thing, ground.posts
    title, summary, returns = {
        "double_area": (f"twice the area of a {thing}", f"Return twice the area of the {thing}.", "twice the area"),
        "posts": (f"the number of {posts} around a {thing}", f"Count the {posts} on the border of the {thing}.", f"the number of {posts}"),
        "inside": (f"the number of grid points inside a {thing}", f"Count the grid points that lie inside the {thing}.", "the number of points inside"),
    }[answer]  # fmt: skip
    corners = f"the corners of the {thing} as (x, y), in order along its border, which does not cross or touch itself"
    return Spec(
        title=title,
        summary=summary,
        rules=_rules(thing, answer, turn, repeated),
        params=(Param(ground.corners, "list[tuple[int, int]]", corners),),
        returns=returns,
        return_annotation="int",
        raises=(Raises("ValueError", _error(turn, repeated)),),
        context=ground.context,
    )


def _rules(thing: str, answer: str, turn: str, repeated: bool) -> tuple[str, ...]:
    closing = {
        True: f"The list ends with the corner it began with, so that the {thing} is closed.",
        False: "The last corner is joined to the first without being repeated.",
    }[repeated]
    order = {
        "clockwise": "The corners must be listed clockwise.",
        "counter": "The corners must be listed counterclockwise.",
        "either": "The corners may be listed in either direction.",
    }[turn]
    count = {
        "posts": "There is one on every point of the border whose coordinates are both whole numbers, corners included.",
        "inside": "Only points whose coordinates are both whole numbers count; those on the border are not inside.",
        "double_area": "The area is doubled so that it is a whole number.",
    }[answer]
    return ("The x axis points to the right and the y axis upwards.", closing, order, count)


def _error(turn: str, repeated: bool) -> str:
    """Return when ValueError is raised, as one clause."""
    causes = ["there are fewer than 3 corners" + (", the repeated one not counted" if repeated else "")]
    if repeated:
        causes.append("the last corner differs from the first")
    if turn != "either":
        causes.append("the corners are listed the other way round")
    return causes[0] if len(causes) == 1 else ", ".join(causes[:-1]) + " or " + causes[-1]


def _make_oracle(answer: str, turn: str, repeated: bool) -> Callable[[list[Point]], int]:
    def oracle(points: list[Point]) -> int:
        """Ask of all grid points of the bounding box where they lie; the area follows row by row."""
        if len(points) - repeated <= 2:
            raise ValueError("few")
        if repeated and points[0] != points[-1]:
            raise ValueError("open")
        ring = points[:-1] if repeated else points
        winding = _find_winding(ring)
        if (turn == "clockwise" and winding > 0) or (turn == "counter" and winding < 0):
            raise ValueError("direction")
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        box = [(x, y) for y in range(min(ys), max(ys) + 1) for x in range(min(xs), max(xs) + 1)]
        places = [_find_place(ring, x, y) for x, y in box]
        border, inside = places.count("border"), places.count("inside")
        return {"posts": border, "inside": inside, "double_area": 2 * inside + border - 2}[answer]

    return oracle


def _find_winding(ring: list[Point]) -> int:
    """Return a number above 0 for counterclockwise: the lowest, then leftmost corner is convex, its turn tells."""
    low = min(range(len(ring)), key=lambda i: (ring[i][1], ring[i][0]))
    (ax, ay), (bx, by), (cx, cy) = ring[low - 1], ring[low], ring[(low + 1) % len(ring)]
    return (bx - ax) * (cy - by) - (by - ay) * (cx - bx)


def _find_place(ring: list[Point], x: int, y: int) -> str:
    """Return "border", "inside" or "outside"; inside, a ray to the right crosses an odd number of sides."""
    odd = False
    for at in range(len(ring)):
        (px, py), (qx, qy) = ring[at - 1], ring[at]
        cross = (qx - px) * (y - py) - (qy - py) * (x - px)
        if cross == 0 and min(px, qx) <= x <= max(px, qx) and min(py, qy) <= y <= max(py, qy):
            return "border"
        if (py > y) != (qy > y) and (cross > 0) == (qy > py):
            odd = not odd
    return "inside" if odd else "outside"


SHAPES = (
    [(0, 0), (4, 0), (4, 3)], [(0, 0), (6, 0), (6, 4), (0, 4)], [(0, 0), (5, 1), (3, 6)], [(0, 0), (6, 0), (6, 6), (3, 2)],
    [(0, 0), (4, 0), (4, 2), (2, 2), (2, 4), (0, 4)], [(1, 0), (5, 0), (6, 3), (3, 5), (0, 3)], [(0, 0), (1, 0), (0, 1)], [(0, 0), (7, 2), (3, 3), (2, 7)],
)  # fmt: skip


def _draw_corners(rng: Random, turn: str, repeated: bool) -> list[Point]:
    """Return a shape moved and turned, seldom in the wrong direction or left open."""
    scale, dx, dy = rng.choice((1, 1, 2)), rng.randrange(-5, 6), rng.randrange(-5, 6)
    points = [(x * scale + dx, y * scale + dy) for x, y in rng.choice(SHAPES)]
    start = rng.randrange(len(points))
    points = points[start:] + points[:start]
    if turn == "clockwise" or (turn == "either" and rng.random() < 0.5):
        points.reverse()
    if turn != "either" and rng.random() < 0.08:
        points.reverse()
    return [*points, points[0]] if repeated and rng.random() > 0.04 else points


def _edges(repeated: bool) -> list[list[Point]]:
    """Return too few corners, then shapes in both directions; one of them left open if it must be closed."""
    shapes = [way for shape in (*SHAPES[:5], SHAPES[7]) for way in (list(shape), shape[::-1])]
    if repeated:
        few = [(0, 0), (2, 0), (0, 0)]
        return [[], [(0, 0), (3, 3)], few, *([*shape, shape[0]] for shape in shapes), shapes[0]]
    return [[], [(0, 0), (3, 3)], [(0, 0), (2, 0)], *shapes]
