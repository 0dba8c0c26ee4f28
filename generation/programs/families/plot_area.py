"""Measure a plot by the corners of its fence. Choices: direction, grid points, what is returned, too few corners."""

from random import Random

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

# (domain, entry noun, corners' name, what is fenced, post's word, who needs it)
DOMAINS = (
    ("land register", "plot", "corners", "plot", "boundary stones", "A land register keeps plots by the coordinates of their corners."),
    ("sheep farming", "paddock", "corners", "paddock", "posts", "A sheep farmer fences paddocks and buys posts beforehand."),
    ("archaeology", "trench", "pegs", "trench", "markers", "An excavation stakes out trenches on a grid of one metre."),
    ("harbour chart", "basin", "buoys", "basin", "marks", "A harbour chart shows basins bounded by straight lines between buoys."),
)  # fmt: skip

SOURCE = """
$imports
def $entry($corners: list[tuple[int, int]]) -> int:
    $check
    $init
    $loop
        $body
    $after
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, corners, thing, posts, context = rng.choice(DOMAINS)
    answer, turn, repeated, zipped = choice["answer"], choice["turn"], choice["closing"] == "repeated", choice["idiom"] == "zip"
    entry = {"double_area": f"{noun}_double_area", "posts": f"{noun}_points", "inside": f"{noun}_inner_points"}[answer]
    least = 4 if repeated else 3
    # The sum is needed unless only posts are asked for without direction.
    checks = [f'if len({corners}) < {least}:\n    raise ValueError("the {thing} has too few corners")']
    if repeated:
        checks.append(f'if {corners}[0] != {corners}[-1]:\n    raise ValueError("the {thing} is not closed")')
    if zipped:
        loop = f"for (x, y), (nx, ny) in zip({corners}, {corners}[1:]):" if repeated else f"for (x, y), (nx, ny) in zip({corners}, {corners}[1:] + {corners}[:1]):"
        body = []
    else:
        loop = f"for at in range(1, len({corners})):" if repeated else f"for at in range(len({corners})):"
        body = ["# At index 0 the one before is the last corner.\n" * (not repeated) + f"(x, y), (nx, ny) = {corners}[at - 1], {corners}[at]"]
    need_area = answer != "posts" or turn != "either"
    need_posts = answer != "double_area"
    init = []
    if need_area:
        init.append("double = 0")
        body.append("# Twice the triangle from the origin to this side, with its sign.\ndouble += x * ny - nx * y")
    if need_posts:
        init.append("border = 0")
        body.append("# So many steps from grid point to grid point does this side have.\nborder += gcd(nx - x, ny - y)")
    sign = {"clockwise": "double > 0", "counter": "double < 0"}.get(turn)
    after = []
    if sign:
        other = "counterclockwise" if turn == "clockwise" else "clockwise"
        after.append(f'if {sign}:\n    raise ValueError("the corners run {other}")')
    area = "-double" if turn == "clockwise" else "double" if turn == "counter" else "abs(double)"
    result = {"double_area": area, "posts": "border", "inside": f"({area} - border + 2) // 2"}[answer]
    if answer == "inside":
        after.append("# By Pick's theorem twice the area is twice the inner points plus the border less 2.")
    after.append(f"return {result}")
    commented = fill(SOURCE, imports="from math import gcd" if need_posts else "", entry=entry, corners=corners, check="\n".join(checks), init="\n".join(init), loop=loop, body="\n".join(body), after="\n".join(after))
    rules = ["The x axis points to the right and the y axis upwards."]
    raises = ["there are fewer than 3 corners" + (", the repeated one not counted" if repeated else "")]
    if repeated:
        rules.append(f"The list ends with the corner it began with, so that the {thing} is closed.")
        raises.append("the last corner differs from the first")
    else:
        rules.append("The last corner is joined to the first without being repeated.")
    if sign:
        rules.append(f"The corners must be listed {'clockwise' if turn == 'clockwise' else 'counterclockwise'}.")
        raises.append("the corners are listed the other way round")
    else:
        rules.append("The corners may be listed in either direction.")
    if answer == "posts":
        rules.append("There is one on every point of the border whose coordinates are both whole numbers, corners included.")
    elif answer == "inside":
        rules.append("Only points whose coordinates are both whole numbers count; those on the border are not inside.")
    else:
        rules.append("The area is doubled so that it is a whole number.")
    clause = raises[0] if len(raises) == 1 else ", ".join(raises[:-1]) + " or " + raises[-1]
    spec = Spec(
        title={"double_area": f"twice the area of a {thing}", "posts": f"the number of {posts} around a {thing}", "inside": f"the number of grid points inside a {thing}"}[answer],
        summary={"double_area": f"Return twice the area of the {thing}.", "posts": f"Count the {posts} on the border of the {thing}.", "inside": f"Count the grid points that lie inside the {thing}."}[answer],
        rules=tuple(rules),
        params=(Param(corners, "list[tuple[int, int]]", f"the corners of the {thing} as (x, y), in order along its border, which does not cross or touch itself"),),
        returns={"double_area": "twice the area", "posts": f"the number of {posts}", "inside": "the number of points inside"}[answer],
        return_annotation="int",
        raises=(Raises("ValueError", clause),),
        context=context,
    )  # fmt: skip

    def oracle(points: list[tuple[int, int]]) -> int:
        """Ask of all grid points of the bounding box where they lie; the area follows row by row."""
        if len(points) - repeated <= 2:
            raise ValueError("few")
        if repeated and points[0] != points[-1]:
            raise ValueError("open")
        ring = points[:-1] if repeated else points
        sides = [(ring[i - 1], ring[i]) for i in range(len(ring))]
        # Winding: the lowest, then leftmost corner is convex; its turn gives the direction.
        low = min(range(len(ring)), key=lambda i: (ring[i][1], ring[i][0]))
        (ax, ay), (bx, by), (cx, cy) = ring[low - 1], ring[low], ring[(low + 1) % len(ring)]
        winding = (bx - ax) * (cy - by) - (by - ay) * (cx - bx)
        if (turn == "clockwise" and winding > 0) or (turn == "counter" and winding < 0):
            raise ValueError("direction")
        border = inside = 0
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        for y in range(min(ys), max(ys) + 1):
            for x in range(min(xs), max(xs) + 1):
                on, odd = False, False
                for (px, py), (qx, qy) in sides:
                    cross = (qx - px) * (y - py) - (qy - py) * (x - px)
                    if cross == 0 and min(px, qx) <= x <= max(px, qx) and min(py, qy) <= y <= max(py, qy):
                        on = True
                    if (py > y) != (qy > y) and (cross > 0) == (qy > py):
                        odd = not odd
                border += on
                inside += odd and not on
        if answer == "posts":
            return border
        return inside if answer == "inside" else 2 * inside + border - 2

    shapes = (
        [(0, 0), (4, 0), (4, 3)], [(0, 0), (6, 0), (6, 4), (0, 4)], [(0, 0), (5, 1), (3, 6)], [(0, 0), (6, 0), (6, 6), (3, 2)],
        [(0, 0), (4, 0), (4, 2), (2, 2), (2, 4), (0, 4)], [(1, 0), (5, 0), (6, 3), (3, 5), (0, 3)], [(0, 0), (1, 0), (0, 1)], [(0, 0), (7, 2), (3, 3), (2, 7)],
    )  # fmt: skip

    def draw_input(rng: Random) -> tuple:
        scale, dx, dy = rng.choice((1, 1, 2)), rng.randrange(-5, 6), rng.randrange(-5, 6)
        points = [(x * scale + dx, y * scale + dy) for x, y in rng.choice(shapes)]
        start = rng.randrange(len(points))
        points = points[start:] + points[:start]
        if turn == "clockwise" or (turn == "either" and rng.random() < 0.5):
            points.reverse()
        if turn != "either" and rng.random() < 0.08:
            points.reverse()
        return ([*points, points[0]] if repeated and rng.random() > 0.04 else points,)

    base = []
    for shape in (*shapes[:5], shapes[7]):
        base += [list(shape), shape[::-1]]
    edges = ([], [(0, 0), (3, 3)], [(0, 0), (2, 0), (0, 0)] if repeated else [(0, 0), (2, 0)], *(([*p, p[0]] if repeated else p) for p in base), *([base[0]] if repeated else []))
    return Draft(entry, spec, lay_out(commented), oracle, draw_input, tuple((e,) for e in edges), domain, choice["idiom"],
        complexity="" if need_posts else "O(n)", complexity_terms="" if need_posts else "n is the number of corners")  # fmt: skip
