"""Find the peaks of a height map. Choices: which neighbours count, equal heights, the border, what is returned."""

from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Spec

TOPIC = "matrices"
SPACE = {
    "around": ("four", "eight"),
    "equal": ("strict", "level"),
    "border": ("counts", "left_out"),
    "answer": ("places", "count", "highest"),
    "idiom": ("loops", "comprehension"),
}

# (domain, entry noun, map's name, what a number is, one, several, who needs it)
DOMAINS = (
    ("heat survey", "hot_spot", "heat", "temperature", "hot spot", "hot spots", "A roof survey looks for hot spots in a picture of temperatures."),
    ("orchard census", "crowded_plot", "trees", "number of trees", "crowded plot", "crowded plots", "An orchard is mapped by the number of trees on each plot."),
    ("noise map", "noisy_block", "noise", "noise", "noisy block", "noisy blocks", "A town looks for noisy blocks on its map of street noise."),
    ("sea bed", "shoal", "soundings", "height", "shoal", "shoals", "A survey ship looks for shoals in a grid of heights of the sea bed."),
)  # fmt: skip

LOOPS = """
def $entry($grid: list[list[int]]) -> $annotation:
    $steps
    $init
    for y$rows_range:
        for x$columns_range:
            near = [
                $grid[y + dy][x + dx]
                for dy, dx in steps
                if 0 <= y + dy < len($grid) and 0 <= x + dx < len($grid[0])
            ]
            if all($test for other in near):
                $found
    return $result
"""
COMPREHENSION = """
def $entry($grid: list[list[int]]) -> $annotation:
    $steps
    height, width = len($grid), len($grid[0]) if $grid else 0

    def is_peak(y: int, x: int) -> bool:
        # Places beyond the border are no neighbours.
        near = [(y + dy, x + dx) for dy, dx in steps]
        inside = [(b, a) for b, a in near if 0 <= b < height and 0 <= a < width]
        return all($grid[y][x] $operator $grid[b][a] for b, a in inside)

    places = [(y, x) for y in $ys for x in $xs]
    $finish
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, grid, measure, one, many, context = rng.choice(DOMAINS)
    eight, strict, inner, answer = choice["around"] == "eight", choice["equal"] == "strict", choice["border"] == "left_out", choice["answer"]
    plural = many.replace(" ", "_")
    entry = {"places": f"find_{plural}", "count": f"count_{plural}", "highest": f"highest_{noun}"}[answer]
    annotation = {"places": "list[tuple[int, int]]", "count": "int", "highest": "int | None"}[answer]
    straight = "steps = [(-1, 0), (0, -1), (0, 1), (1, 0)]"
    steps = "steps = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dy or dx]" if eight else straight
    operator = ">" if strict else ">="
    if choice["idiom"] == "loops":
        init = {"places": "peaks: list[tuple[int, int]] = []", "count": "peaks = 0", "highest": "highest = None"}[answer]
        found = {
            "places": "peaks.append((y, x))",
            "count": "peaks += 1",
            "highest": "highest = value if highest is None else max(highest, value)",
        }[answer]
        commented = fill(
            LOOPS,
            entry=entry, grid=grid, annotation=annotation, steps=steps, init=init,
            rows_range=f" in range(1, len({grid}) - 1)" if inner else f", row in enumerate({grid})",
            columns_range=f" in range(1, len({grid}[0]) - 1)" if inner else ", value in enumerate(row)",
            test=f"value {operator} other", found=found, result="highest" if answer == "highest" else "peaks",
        )  # fmt: skip
        if inner:
            commented = commented.replace("            near = [\n", f"            value = {grid}[y][x]\n            near = [\n")
            # Inside of the border every neighbour exists.
            a = commented.index("            near = [\n")
            b = commented.index("            if all(")
            commented = commented[:a] + f"            # Away from the border every neighbour exists.\n            near = [{grid}[y + dy][x + dx] for dy, dx in steps]\n" + commented[b:]
        else:
            commented = commented.replace("            near = [\n", "            # Places beyond the border are no neighbours.\n            near = [\n")
    else:
        finish = {
            "places": "return [place for place in places if is_peak(*place)]",
            "count": "return sum(is_peak(y, x) for y, x in places)",
            "highest": f"return max(({grid}[y][x] for y, x in places if is_peak(y, x)), default=None)",
        }[answer]
        if answer == "highest" and len(finish) > 84:
            finish = f"return max(\n    ({grid}[y][x] for y, x in places if is_peak(y, x)), default=None\n)"
        commented = fill(
            COMPREHENSION,
            entry=entry, grid=grid, annotation=annotation, steps=steps, operator=operator, finish=finish,
            ys="range(1, height - 1)" if inner else "range(height)", xs="range(1, width - 1)" if inner else "range(width)",
        )  # fmt: skip
        if inner:
            a, b = commented.index("        # Places beyond"), commented.index("    places = ")
            commented = commented[:a] + f"        # Away from the border every neighbour exists.\n        return all({grid}[y][x] {operator} {grid}[y + dy][x + dx] for dy, dx in steps)\n\n" + commented[b:]
            if len(f"        return all({grid}[y][x] {operator} {grid}[y + dy][x + dx] for dy, dx in steps)") > 88:
                commented = commented.replace(
                    f"        return all({grid}[y][x] {operator} {grid}[y + dy][x + dx] for dy, dx in steps)",
                    f"        near = [{grid}[y + dy][x + dx] for dy, dx in steps]\n        return all({grid}[y][x] {operator} other for other in near)",
                )
    neighbours = "eight places around it, diagonal ones included" if eight else "four places above, below, left and right of it"
    rules = [
        f"A place is a {one} if its number is {'greater than' if strict else 'at least as great as'} each number on the {neighbours}" + ("." if inner else ", as far as they lie on the map."),
        "Places in the first and last row and column are never reported." if inner else "Places on the border count like all others.",
    ]
    if answer == "highest":
        rules.append(f"If there is no {one}, the result is None.")
    elif answer == "places":
        rules.append("The places are given row by row from the top, in each row from the left.")
    spec = Spec(
        title={"places": f"the {many} of a map", "count": f"the number of {many} on a map", "highest": f"the greatest {measure} of a {one}"}[answer],
        summary={"places": f"Return the places of the {many} on a map.", "count": f"Count the {many} on a map.", "highest": f"Return the greatest {measure} among the {many} on a map."}[answer],
        rules=tuple(rules),
        params=(Param(grid, "list[list[int]]", f"the {measure} at each place, row by row; all rows are equally long, and there may be none"),),
        returns={"places": "the places as pairs (row, column), counted from 0", "count": f"the number of {many}", "highest": "the greatest such number, or None"}[answer],
        return_annotation=annotation,
        context=context,
    )  # fmt: skip

    def oracle(rows: list[list[int]]):
        """Strike out every place that some neighbour beats."""
        values = {(y, x): value for y, row in enumerate(rows) for x, value in enumerate(row)}
        peaks = set(values)
        for a, first in values.items():
            for b, second in values.items():
                dy, dx = abs(a[0] - b[0]), abs(a[1] - b[1])
                near = max(dy, dx) == 1 if eight else dy + dx == 1
                if near and (second > first or (second == first and strict)):
                    peaks.discard(a)
        if inner:
            peaks = {(y, x) for y, x in peaks if 0 < y < len(rows) - 1 and 0 < x < len(rows[0]) - 1}
        if answer == "count":
            return len(peaks)
        return sorted(peaks) if answer == "places" else max((values[p] for p in peaks), default=None)

    def draw_input(rng: Random) -> tuple:
        small = 4 if inner else 1
        width, high = rng.choice((small, small + 1, 5)), rng.choice((2, 4, 9, 30))
        rows = [[rng.randint(0, high) for _ in range(width)] for _ in range(rng.choice((small, small + 1, 4, 4)))]
        if inner:
            for _ in range(rng.randrange(6)):
                rows[rng.randrange(1, len(rows) - 1)][rng.randrange(1, width - 1)] += rng.choice((2, 5, 20))
        return (rows,)

    edges = (([],), ([[]],), ([[5]],), ([[1, 2, 1]],), ([[2, 2]],), ([[1, 1, 1], [1, 3, 1], [1, 1, 1]],), ([[9, 1, 1], [1, 3, 1], [1, 1, 1]],), ([[1, 3, 1], [1, 3, 1], [1, 1, 1]],), ([[4, 4, 4], [4, 4, 4], [4, 4, 4]],), ([[0, 0, 0, 0], [0, 5, 7, 0], [0, 0, 0, 0]],), ([[0, 0, 0, 0], [0, 5, 5, 0], [0, 0, 0, 9]],))  # fmt: skip
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
        complexity_terms="n is the number of places on the map",
    )
