"""Read a panel of cells in order. Choices: rows, columns or diagonals, corner to begin at, back and forth."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Spec

TOPIC = "matrices"
SPACE = {
    "lines": ("rows", "columns", "diagonals"),
    "corner": ("top_left", "bottom_right", "top_right"),
    "turn": ("always_same", "back_and_forth"),
    "idiom": ("lines", "sort"),
}


class Panel(NamedTuple):
    """One domain: entry, name of the grid, one cell and several, who needs it."""

    domain: str
    entry: str
    grid: str
    one: str
    many: str
    context: str


PANELS = (
    Panel("light wall", "lamp_order", "wall", "lamp", "lamps", "The lamps of a light wall hang on one cable that visits them in a fixed order."),
    Panel("seed tray", "sowing_order", "tray", "cell", "cells", "A machine sows the cells of a tray in a fixed order."),
    Panel("mosaic", "tile_order", "mosaic", "tile", "tiles", "A mosaic is laid tile by tile in an order fixed beforehand."),
    Panel("well plate", "filling_order", "plate", "well", "wells", "A pipetting robot fills the wells of a plate in a fixed order."),
)  # fmt: skip


class Corner(NamedTuple):
    """Where reading begins: in words, the way away from it, and how both idioms bring it to the top left."""

    words: str
    down: str
    across: str
    prepare: str
    mirror: str


CORNERS = {
    "top_left": Corner("top left", "downwards", "to the right", "", ""),
    "bottom_right": Corner(
        "bottom right",
        "upwards",
        "to the left",
        "# Turned by half a circle, the bottom right corner comes first.\nturned = [row[::-1] for row in {grid}[::-1]]",
        "# Counted from the bottom right corner.\nrow, column = height - 1 - row, width - 1 - column",
    ),
    "top_right": Corner(
        "top right",
        "downwards",
        "to the left",
        "# Mirrored, the top right corner comes first.\nturned = [row[::-1] for row in {grid}]",
        "# Counted from the top right corner.\ncolumn = width - 1 - column",
    ),
}
LINE_NAMES = {"rows": "row", "columns": "column", "diagonals": "diagonal"}

LINES = """
def $entry($grid: list[list[int]]) -> list[int]:
    $prepare
    $lines
    $why
    order: list[int] = []
    for $loop in $source:
        $turn
    return order
"""
DIAGONALS = """
# Along a diagonal that falls to the left, row and column add up to the same.
height, width = len($source), len($source[0]) if $source else 0
diagonals: list[list[int]] = [[] for _ in range(height + width - 1)]
for i, row in enumerate($source):
    for j, value in enumerate(row):
        diagonals[i + j].append(value)
"""
SORT = """
def $entry($grid: list[list[int]]) -> list[int]:
    height = len($grid)
    width = len($grid[0]) if $grid else 0

    def place_in_order(cell: tuple[int, int]) -> tuple[int, int]:
        row, column = cell
        $mirror
        $answer

    $why
    cells = [(row, column) for row in range(height) for column in range(width)]
    return [$grid[row][column] for row, column in sorted(cells, key=place_in_order)]
"""
SORT_BACKWARDS = """
line, place = $key
if line % 2:
    # Every other $name is read backwards.
    place = -place
return line, place
"""
# What cells are sorted by: their line and their place in it.
KEYS = {"rows": "row, column", "columns": "column, row", "diagonals": "row + column, row"}


def draw(choice: dict[str, str], rng: Random) -> Draft:
    panel = rng.choice(PANELS)
    lines, corner, snake = choice["lines"], choice["corner"], choice["turn"] == "back_and_forth"
    by_lines = choice["idiom"] == "lines"
    write = _write_lines if by_lines else _write_sort
    return Draft(
        entry_point=panel.entry,
        spec=_tell(panel, lines, CORNERS[corner], snake),
        commented=lay_out(write(panel, lines, CORNERS[corner], snake)),
        oracle=_make_oracle(lines, corner, snake),
        draw_input=_draw_input,
        edge_inputs=EDGES,
        domain=panel.domain,
        idiom=choice["idiom"],
        complexity="O(n)" if by_lines else "O(n log n)",
        complexity_terms=f"n is the number of {panel.many}",
    )


def _write_lines(panel: Panel, lines: str, corner: Corner, snake: bool) -> str:
    name = LINE_NAMES[lines]
    source = "turned" if corner.prepare else panel.grid
    each = {"rows": source, "columns": f"zip(*{source})", "diagonals": "diagonals"}[lines]
    backwards = f"# Every other {name} is read backwards.\norder += {name}[::-1] if i % 2 else {name}"
    plain = not (corner.prepare or lines == "diagonals" or snake)
    return fill(
        LINES,
        entry=panel.entry,
        grid=panel.grid,
        prepare=corner.prepare.format(grid=panel.grid),
        lines=fill(DIAGONALS, source=source) if lines == "diagonals" else "",
        why=f"# The {name}s follow each other without a break." if plain else "",
        loop=f"i, {name}" if snake else name,
        source=f"enumerate({each})" if snake else each,
        turn=backwards if snake else f"order += {name}",
    )


def _write_sort(panel: Panel, lines: str, corner: Corner, snake: bool) -> str:
    name, key = LINE_NAMES[lines], KEYS[lines]
    backwards = fill(SORT_BACKWARDS, key=key, name=name)
    return fill(
        SORT,
        entry=panel.entry,
        grid=panel.grid,
        mirror=corner.mirror,
        answer=backwards if snake else f"return {key}",
        why="" if corner.mirror or snake else f"# Cells are compared by their {name} first.",
    )


def _tell(panel: Panel, lines: str, corner: Corner, snake: bool) -> Spec:
    grid, one, many, name = panel.grid, panel.one, panel.many, LINE_NAMES[lines]
    opposite = f"The second, fourth and every other even {name} is read in the opposite sense."
    return Spec(
        title=f"the numbers of a {grid} in a fixed order of reading",
        summary=f"Return the numbers of all {many} of a {grid} in the order in which they are read.",
        rules=(
            _tell_order(lines, corner),
            opposite if snake else f"Every {name} is read in the same sense.",
            f"A {grid} without {many} gives an empty list.",
        ),
        params=(Param(grid, "list[list[int]]", f"the number of each {one}, row by row from the top; all rows are equally long"),),
        returns="the numbers in order",
        return_annotation="list[int]",
        context=panel.context,
    )  # fmt: skip


def _tell_order(lines: str, corner: Corner) -> str:
    start, down, across = corner.words, corner.down, corner.across
    other = "left" if across == "to the right" else "right"
    return {
        "rows": f"It begins at the {start} corner, reads row after row {down}, and within a row goes {across}.",
        "columns": f"It begins at the {start} corner, reads column after column {across}, and within a column goes {down}.",
        "diagonals": f"It begins at the {start} corner and reads diagonal after diagonal away from it; a diagonal goes from cell to cell one row {down} and one column to the {other}.",
    }[lines]


def _make_oracle(lines: str, corner: str, snake: bool) -> Callable[[list[list[int]]], list[int]]:
    def oracle(rows: list[list[int]]) -> list[int]:
        """Walk along every line from its first cell by steps."""
        height, width = len(rows), len(rows[0]) if rows else 0
        if not width:
            return []
        dy, dx = (-1 if corner == "bottom_right" else 1), (1 if corner == "top_left" else -1)
        y0, x0 = (height - 1 if dy < 0 else 0), (width - 1 if dx < 0 else 0)
        out: list[int] = []
        if lines == "rows":
            starts, step = [(y0 + dy * k, x0) for k in range(height)], (0, dx)
        elif lines == "columns":
            starts, step = [(y0, x0 + dx * k) for k in range(width)], (dy, 0)
        else:
            starts, step = [(y0, x0 + dx * k) for k in range(height + width - 1)], (dy, -dx)
        for number, (y, x) in enumerate(starts):
            line = []
            for _ in range(height + width):
                if 0 <= y < height and 0 <= x < width:
                    line.append(rows[y][x])
                y, x = y + step[0], x + step[1]
            out.extend(reversed(line) if snake and number % 2 == 1 else line)
        return out

    return oracle


EDGES = (
    ([],), ([[], []],), ([[7]],), ([[1, 2, 3]],), ([[1], [2], [3]],), ([[1, 2], [3, 4]],),
    ([[1, 2, 3], [4, 5, 6]],), ([[1, 2], [3, 4], [5, 6]],), ([[1, 2, 3], [4, 5, 6], [7, 8, 9]],),
)  # fmt: skip


def _draw_input(rng: Random) -> tuple[list[list[int]]]:
    width = rng.choice((1, 2, 3, 4))
    return ([[rng.randrange(1, 60) for _ in range(width)] for _ in range(rng.choice((0, 1, 2, 3, 4, 4)))],)
