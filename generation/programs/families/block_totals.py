"""Add up rectangles of a table again and again. Choices: which corner is included, what sticks out, what is returned."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

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


class Field(NamedTuple):
    """One domain: entry noun, name of the table, what a number is, unit of it, one block and several, who needs it."""

    domain: str
    noun: str
    grid: str
    meaning: str
    measure: str
    one: str
    many: str
    context: str


FIELDS = (
    Field("vineyard", "harvest", "vines", "the kilograms picked from each vine", "kilograms", "plot", "plots", "A vineyard compares the harvest of rectangular plots."),
    Field("rain radar", "rain", "cells", "the millimetres of rain in each cell", "millimetres", "region", "regions", "A weather service adds up the rain of rectangular regions."),
    Field("stadium", "ticket", "seats", "the price paid for each seat", "prices", "block", "blocks", "A stadium adds up what was paid for blocks of seats."),
    Field("solar roof", "power", "panels", "the watts of each panel", "watts", "field", "fields", "A solar plant compares the power of rectangular fields of panels."),
)  # fmt: skip


class Asked(NamedTuple):
    """What is asked for. included: bottom and right are; cut: what sticks out is cut off, else an error."""

    included: bool
    cut: bool
    answer: str

    @property
    def may_be_empty(self) -> bool:
        return self.cut or not self.included

    @property
    def one_further(self) -> bool:
        """Whether bottom and right still have to be moved by one where they are used."""
        return self.included and not self.cut


ANNOTATIONS = {"totals": "list[int]", "best": "int | None", "means": "list[float | None]"}
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
    $out: list[$cell] = []
    for top, left, bottom, right in $many:
        $limits
        $count
        total = corner[$below][$beyond] - corner[top][$beyond]
        total += corner[top][left] - corner[$below][left]
        $out.append($item)
    return $result
"""
SLICES = """
def $entry(
    $grid: list[list[int]], $many: list[tuple[int, int, int, int]]
) -> $annotation:
    height, width = len($grid), len($grid[0])
    $out: list[$cell] = []
    for top, left, bottom, right in $many:
        $limits
        # Each row of the $one gives only the columns that lie in it.
        inside = $grid[$rows]
        $sum
        $out.append($item)
    return $result
"""
# How a block is brought to its limits, by cut and included.
LIMITS = {
    (True, True): """
# What sticks out is cut off; from here on bottom and right are excluded.
top, left = min(max(top, 0), height), min(max(left, 0), width)
bottom = max(top, min(bottom + 1, height))
right = max(left, min(right + 1, width))
""",
    (True, False): """
# What sticks out is cut off, if need be down to nothing.
top, left = min(max(top, 0), height), min(max(left, 0), width)
bottom = max(top, min(bottom, height))
right = max(left, min(right, width))
""",
    (False, True): """
if not (0 <= top <= bottom < height and 0 <= left <= right < width):
    raise ValueError(f"({top}, {left}, {bottom}, {right}) is no $one")
""",
    (False, False): """
if not (0 <= top <= bottom <= height and 0 <= left <= right <= width):
    raise ValueError(f"({top}, {left}, {bottom}, {right}) is no $one")
""",
}


def draw(choice: dict[str, str], rng: Random) -> Draft:
    field = rng.choice(FIELDS)
    asked = Asked(choice["corner"] == "included", choice["outside"] == "cut", choice["answer"])
    one, noun = field.one, field.noun
    entry = {"totals": f"{one}_{noun}_totals", "best": f"best_{noun}_{one}", "means": f"{one}_{noun}_means"}[asked.answer]  # fmt: skip
    prefix = choice["idiom"] == "prefix"
    write = _write_prefix if prefix else _write_slices
    return Draft(
        entry_point=entry,
        spec=_tell(field, asked),
        commented=lay_out(write(field, entry, asked)),
        oracle=_make_oracle(asked),
        draw_input=lambda rng: _draw_input(rng, asked),
        edge_inputs=EDGES,
        domain=field.domain,
        idiom=choice["idiom"],
        complexity="O(n + m)" if prefix else "O(n * m)",
        complexity_terms=f"n is the number of places in the table, m the number of {field.many}",
    )


def _write_prefix(field: Field, entry: str, asked: Asked) -> str:
    means = asked.answer == "means"
    size = "(bottom - top + 1) * (right - left + 1)" if asked.one_further else "(bottom - top) * (right - left)"
    mean = "total / size if size else None" if asked.may_be_empty else "total / size"
    return _fill(
        PREFIX,
        field,
        asked,
        entry=entry,
        count=f"size = {size}" if means else "",
        below="bottom + 1" if asked.one_further else "bottom",
        beyond="right + 1" if asked.one_further else "right",
        item=mean if means else "total",
    )


def _write_slices(field: Field, entry: str, asked: Asked) -> str:
    means = asked.answer == "means"
    # A formatter puts spaces around the colon of a slice with a sum in it.
    rows, columns = ("top : bottom + 1", "left : right + 1") if asked.one_further else ("top:bottom", "left:right")
    values = f"values = [value for row in inside for value in row[{columns}]]"
    total = f"total = sum(sum(row[{columns}]) for row in inside)"
    mean = "sum(values) / len(values) if values else None" if asked.may_be_empty else "sum(values) / len(values)"
    return _fill(
        SLICES,
        field,
        asked,
        entry=entry,
        rows=rows,
        sum=values if means else total,
        item=mean if means else "total",
    )


def _fill(template: str, field: Field, asked: Asked, **pieces: str) -> str:
    out = "means" if asked.answer == "means" else "totals"
    return fill(
        template,
        grid=field.grid,
        many=field.many,
        one=field.one,
        annotation=ANNOTATIONS[asked.answer],
        out=out,
        cell="float | None" if asked.answer == "means" else "int",
        limits=fill(LIMITS[asked.cut, asked.included], one=field.one),
        result="max(totals, default=None)" if asked.answer == "best" else out,
        **pieces,
    )


def _tell(field: Field, asked: Asked) -> Spec:
    one, many, measure = field.one, field.many, field.measure
    title, summary, returns = {
        "totals": (f"the totals of several {many}", f"Return the totals of {many} in a table of {measure}.", "the totals, in the order given"),
        "best": (f"the greatest total of several {many}", f"Return the greatest total of any of several {many} in a table of {measure}.", "the greatest total, or None"),
        "means": (f"the means of several {many}", f"Return the means of {many} in a table of {measure}.", "the means, in the order given"),
    }[asked.answer]  # fmt: skip
    outside = f"a {one} does not lie within the table or its bottom or right lies before its top or left"
    table = f"{field.meaning}, row by row; at least one row, all equally long and not empty"
    return Spec(
        title=title,
        summary=summary,
        rules=_rules(one, many, asked),
        params=(
            Param(field.grid, "list[list[int]]", table),
            Param(many, "list[tuple[int, int, int, int]]", f"the {many}"),
        ),
        returns=returns,
        return_annotation=ANNOTATIONS[asked.answer],
        raises=() if asked.cut else (Raises("ValueError", outside),),
        context=field.context,
    )


def _rules(one: str, many: str, asked: Asked) -> tuple[str, ...]:
    reach = {
        True: "to row bottom and column right, both included",
        False: "up to row bottom and column right, both no longer included",
    }[asked.included]
    nothing = "no mean: None" if asked.answer == "means" else "a total of 0"
    rules = [f"A {one} is given as (top, left, bottom, right), rows and columns counted from 0, and reaches {reach}."]
    if asked.cut:
        rules.append(f"What sticks out of the table is cut off; a {one} of which nothing is left, as where bottom lies above top, has {nothing}.")  # fmt: skip
    elif not asked.included:
        rules.append(f"Where top equals bottom, or left equals right, the {one} is empty and has {nothing}.")
    if asked.answer == "best":
        rules.append(f"Without any {many} the result is None.")
    elif asked.answer == "means":
        rules.append("A mean is the total divided by the number of places, not rounded.")
    return tuple(rules)


def _make_oracle(asked: Asked) -> Callable:
    more = int(asked.included)

    def oracle(rows: list[list[int]], blocks: list[tuple[int, int, int, int]]):
        """Ask of every single place whether it lies inside."""
        places = {(y, x): value for y, row in enumerate(rows) for x, value in enumerate(row)}
        out = []
        for top, left, bottom, right in blocks:
            beyond = top < 0 or left < 0 or bottom + more > len(rows) or right + more > len(rows[0])
            if not asked.cut and (beyond or bottom < top or right < left):
                raise ValueError("outside")
            inside = [v for (y, x), v in places.items() if top <= y < bottom + more and left <= x < right + more]
            if asked.answer == "means":
                out.append(sum(inside) / len(inside) if inside else None)
            else:
                out.append(sum(inside))
        return max(out, default=None) if asked.answer == "best" else out

    return oracle


TABLE = [[1, 2, 3], [4, 5, 6]]
BLOCKS = (
    (0, 0, 1, 2), (0, 0, 0, 0), (1, 1, 1, 2), (0, 0, 2, 3), (1, 0, 2, 1), (-1, 0, 0, 1), (1, 2, 0, 1), (0, 2, 1, 2),
    (0, 1, 5, 1), (2, 3, 2, 3), (-3, -3, -2, -2), (9, 8, 12, 11),
)  # fmt: skip
EDGES = (
    (TABLE, []),
    ([[7]], [(0, 0, 0, 0)]),
    *((TABLE, [block]) for block in BLOCKS),
    (TABLE, [(0, 0, 0, 1), (0, 0, 1, 1), (1, 1, 1, 2)]),
)


def _draw_input(rng: Random, asked: Asked) -> tuple:
    height, width = rng.choice((1, 2, 3, 4)), rng.choice((1, 2, 3, 5))
    rows = [[rng.randint(0, 9) for _ in range(width)] for _ in range(height)]
    draw_block = _draw_anywhere if asked.cut else _draw_inside
    return (rows, [draw_block(rng, height, width, asked.included) for _ in range(rng.choice((0, 1, 2, 3)))])


def _draw_anywhere(rng: Random, height: int, width: int, included: bool) -> tuple[int, int, int, int]:
    """Return a block that may stick out, or run backwards, whether its corner is included or not."""
    return (rng.randint(-1, height), rng.randint(-1, width), rng.randint(-1, height + 1), rng.randint(-1, width + 1))


def _draw_inside(rng: Random, height: int, width: int, included: bool) -> tuple[int, int, int, int]:
    """Return a block within the table, seldom one row too long."""
    more = 0 if included else 1
    ys = sorted(rng.randrange(height + more) for _ in range(2))
    xs = sorted(rng.randrange(width + more) for _ in range(2))
    return (ys[0], xs[0], ys[1] + (rng.random() < 0.05), xs[1])
