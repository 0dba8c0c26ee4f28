"""Add up rectangles of a table again and again. Choices: which corner is included, what sticks out, what is returned."""

from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "matrices"
SPACE = {
    "corner": ("included", "excluded"),
    "outside": ("cut", "raise"),
    "answer": ("totals", "best", "means"),
    "idiom": ("prefix", "slices"),
}

# (domain, entry noun, table's name, what a number is, several of it, block's word, blocks, who needs it)
DOMAINS = (
    ("vineyard", "harvest", "vines", "the kilograms picked from each vine", "kilograms", "plot", "plots", "A vineyard compares the harvest of rectangular plots."),
    ("rain radar", "rain", "cells", "the millimetres of rain in each cell", "millimetres", "region", "regions", "A weather service adds up the rain of rectangular regions."),
    ("stadium", "ticket", "seats", "the price paid for each seat", "prices", "block", "blocks", "A stadium adds up what was paid for blocks of seats."),
    ("solar roof", "power", "panels", "the watts of each panel", "watts", "field", "fields", "A solar plant compares the power of rectangular fields of panels."),
)  # fmt: skip

PREFIX = """
def $entry(
    $grid: list[list[int]], $many: list[tuple[int, int, int, int]]
) -> $annotation:
    height, width = len($grid), len($grid[0])
    # corner[y][x] is the total of everything above y and left of x.
    corner = [[0] * (width + 1) for _ in range(height + 1)]
    for y, row in enumerate($grid):
        for x, value in enumerate(row):
            above, left = corner[y][x + 1], corner[y + 1][x]
            corner[y + 1][x + 1] = value + above + left - corner[y][x]
    totals: list[$cell] = []
    for top, left, bottom, right in $many:
        $limits
        $count
        total = corner[$b][$r] - corner[top][$r]
        total += corner[top][left] - corner[$b][left]
        $store
    return $result
"""
SLICES = """
def $entry(
    $grid: list[list[int]], $many: list[tuple[int, int, int, int]]
) -> $annotation:
    height, width = len($grid), len($grid[0])
    totals: list[$cell] = []
    for top, left, bottom, right in $many:
        $limits
        # A slice of each row, of the rows of the $one.
        $rows
        $store
    return $result
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, grid, meaning, measure, one, many, context = rng.choice(DOMAINS)
    included, cut, answer, prefix = choice["corner"] == "included", choice["outside"] == "cut", choice["answer"], choice["idiom"] == "prefix"
    entry = {"totals": f"{one}_{noun}_totals", "best": f"best_{noun}_{one}", "means": f"{one}_{noun}_means"}[answer]
    annotation = {"totals": "list[int]", "best": "int | None", "means": "list[float | None]"}[answer]
    if cut:
        more = " + 1" if included else ""
        limits = (
            "# What sticks out is cut off; from here on bottom and right are excluded.\n"
            "top, left = min(max(top, 0), height), min(max(left, 0), width)\n"
            f"bottom = max(top, min(bottom{more}, height))\nright = max(left, min(right{more}, width))"
        )
        if not included:
            limits = limits.replace("; from here on bottom and right are excluded", ", if need be down to nothing")
    else:
        sign = "<" if included else "<="
        limits = f'if not (0 <= top <= bottom {sign} height and 0 <= left <= right {sign} width):\n    raise ValueError(f"({{top}}, {{left}}, {{bottom}}, {{right}}) is no {one}")'
    b, r = ("bottom + 1", "right + 1") if included and not cut else ("bottom", "right")
    empty = cut or not included
    vertical, across = (f"top : {b}", f"left : {r}") if "+" in b else (f"top:{b}", f"left:{r}")
    store = "totals.append(total)"
    count = ""
    if answer == "means":
        size = "(bottom - top + 1) * (right - left + 1)" if included and not cut else "(bottom - top) * (right - left)"
        if prefix:
            count = f"size = {size}"
            store = "totals.append(total / size if size else None)" if empty else "totals.append(total / size)"
        else:
            store = "totals.append(sum(values) / len(values) if values else None)" if empty else "totals.append(sum(values) / len(values))"
    if answer == "means":
        rows = f"inside = {grid}[{vertical}]\nvalues = [value for row in inside for value in row[{across}]]"
    else:
        rows = f"inside = {grid}[{vertical}]\ntotal = sum(sum(row[{across}]) for row in inside)"
    commented = fill(
        PREFIX if prefix else SLICES,
        entry=entry, grid=grid, many=many, one=one, annotation=annotation, cell={"means": "float | None"}.get(answer, "int"),
        limits=limits, count=count, b=b, r=r, rows=rows, store=store,
        result="max(totals, default=None)" if answer == "best" else "totals",
    )  # fmt: skip
    if answer == "means":
        commented = commented.replace("    totals: list", "    means: list").replace("totals.append", "means.append").replace("return totals", "return means")
    rules = [f"A {one} is given as (top, left, bottom, right), rows and columns counted from 0, and reaches {'to row bottom and column right, both included' if included else 'up to row bottom and column right, both no longer included'}."]
    if cut:
        rules.append(f"What sticks out of the table is cut off; a {one} of which nothing is left, as where bottom lies above top, has " + ("no mean: None." if answer == "means" else "a total of 0."))
    elif not included:
        rules.append(f"Where top equals bottom, or left equals right, the {one} is empty and has " + ("no mean: None." if answer == "means" else "a total of 0."))
    if answer == "best":
        rules.append(f"Without any {many} the result is None.")
    elif answer == "means":
        rules.append("A mean is the total divided by the number of places, not rounded.")
    outside = f"a {one} does not lie within the table or its bottom or right lies before its top or left"
    spec = Spec(
        title={"totals": f"the totals of several {many}", "best": f"the greatest total of several {many}", "means": f"the means of several {many}"}[answer],
        summary={"totals": f"Return the totals of {many} in a table of {measure}.", "best": f"Return the greatest total of any of several {many} in a table of {measure}.", "means": f"Return the means of {many} in a table of {measure}."}[answer],
        rules=tuple(rules),
        params=(Param(grid, "list[list[int]]", f"{meaning}, row by row; at least one row, all equally long and not empty"), Param(many, "list[tuple[int, int, int, int]]", f"the {many}")),
        returns={"totals": "the totals, in the order given", "best": "the greatest total, or None", "means": "the means, in the order given"}[answer],
        return_annotation=annotation,
        raises=() if cut else (Raises("ValueError", outside),),
        context=context,
    )  # fmt: skip

    def oracle(rows: list[list[int]], asked: list[tuple[int, int, int, int]]):
        """Ask of every single place whether it lies inside."""
        places = {(y, x): value for y, row in enumerate(rows) for x, value in enumerate(row)}
        more, out = int(included), []
        for top, left, bottom, right in asked:
            if not cut and (top < 0 or left < 0 or bottom < top or right < left or bottom + more > len(rows) or right + more > len(rows[0])):
                raise ValueError("outside")
            inside = [v for (y, x), v in places.items() if top <= y < bottom + more and left <= x < right + more]
            if answer == "means":
                out.append(sum(inside) / len(inside) if inside else None)
            else:
                out.append(sum(inside))
        return max(out, default=None) if answer == "best" else out

    def draw_input(rng: Random) -> tuple:
        height, width = rng.choice((1, 2, 3, 4)), rng.choice((1, 2, 3, 5))
        rows = [[rng.randint(0, 9) for _ in range(width)] for _ in range(height)]
        asked = []
        for _ in range(rng.choice((0, 1, 2, 3))):
            if cut:
                asked.append((rng.randint(-1, height), rng.randint(-1, width), rng.randint(-1, height + 1), rng.randint(-1, width + 1)))
            else:
                more = 0 if included else 1
                ys = sorted(rng.randrange(height + more) for _ in range(2))
                xs = sorted(rng.randrange(width + more) for _ in range(2))
                asked.append((ys[0], xs[0], ys[1] + (rng.random() < 0.05), xs[1]))
        return (rows, asked)

    table = [[1, 2, 3], [4, 5, 6]]
    blocks = ((0, 0, 1, 2), (0, 0, 0, 0), (1, 1, 1, 2), (0, 0, 2, 3), (1, 0, 2, 1), (-1, 0, 0, 1), (1, 2, 0, 1), (0, 2, 1, 2), (0, 1, 5, 1), (2, 3, 2, 3), (-3, -3, -2, -2), (9, 8, 12, 11))
    edges = ((table, []), ([[7]], [(0, 0, 0, 0)]), *((table, [block]) for block in blocks), (table, [(0, 0, 0, 1), (0, 0, 1, 1), (1, 1, 1, 2)]))
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
        complexity="O(n + m)" if prefix else "O(n * m)",
        complexity_terms=f"n is the number of places in the table, m the number of {many}",
    )
