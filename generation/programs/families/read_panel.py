"""Read a panel of cells in order. Choices: rows, columns or diagonals, corner to begin at, back and forth."""

from random import Random

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

# (domain, entry, grid's name, one, several, who needs it)
DOMAINS = (
    ("light wall", "lamp_order", "wall", "lamp", "lamps", "The lamps of a light wall hang on one cable that visits them in a fixed order."),
    ("seed tray", "sowing_order", "tray", "cell", "cells", "A machine sows the cells of a tray in a fixed order."),
    ("mosaic", "tile_order", "mosaic", "tile", "tiles", "A mosaic is laid tile by tile in an order fixed beforehand."),
    ("well plate", "filling_order", "plate", "well", "wells", "A pipetting robot fills the wells of a plate in a fixed order."),
)  # fmt: skip

LINES = """
def $entry($grid: list[list[int]]) -> list[int]:
    $prepare
    $lines
    order: list[int] = []
    for $loop in $source:
        $turn
    return order
"""
SORT = """
def $entry($grid: list[list[int]]) -> list[int]:
    height = len($grid)
    width = len($grid[0]) if $grid else 0

    def place_in_order(cell: tuple[int, int]) -> tuple[int, int]:
        row, column = cell
        $mirror
        line, place = $line
        $flip
        return line, place

    cells = [(row, column) for row in range(height) for column in range(width)]
    return [$grid[row][column] for row, column in sorted(cells, key=place_in_order)]
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, entry, grid, one, many, context = rng.choice(DOMAINS)
    lines, corner, snake = choice["lines"], choice["corner"], choice["turn"] == "back_and_forth"
    prepare = {
        "top_left": "",
        "bottom_right": f"# Turned by half a circle, the bottom right corner comes first.\nturned = [row[::-1] for row in {grid}[::-1]]",
        "top_right": f"# Mirrored, the top right corner comes first.\nturned = [row[::-1] for row in {grid}]",
    }[corner]
    source = grid if corner == "top_left" else "turned"
    if lines == "rows":
        listing, each = "", source
    elif lines == "columns":
        listing, each = "", f"zip(*{source})"
    else:
        listing = (
            "# Along a diagonal that falls to the left, row and column add up to the same.\n"
            f"height, width = len({source}), len({source}[0]) if {source} else 0\n"
            "diagonals: list[list[int]] = [[] for _ in range(height + width - 1)]\n"
            f"for i, row in enumerate({source}):\n    for j, value in enumerate(row):\n        diagonals[i + j].append(value)"
        )
        each = "diagonals"
    line_name = {"rows": "row", "columns": "column", "diagonals": "diagonal"}[lines]
    if snake:
        turn = f"# Every other {line_name} is read backwards.\norder += {line_name}[::-1] if i % 2 else {line_name}"
        loop, each = f"i, {line_name}", f"enumerate({each})"
    else:
        turn, loop = f"order += {line_name}", line_name
    if choice["idiom"] == "lines":
        commented = fill(LINES, entry=entry, grid=grid, prepare=prepare, lines=listing, loop=loop, source=each, turn=turn)
        if "#" not in commented:
            commented = commented.replace("    order: list", f"    # The {line_name}s follow each other without a break.\n    order: list")
    else:
        mirror = {"top_left": "", "bottom_right": "# Counted from the bottom right corner.\nrow, column = height - 1 - row, width - 1 - column", "top_right": "# Counted from the top right corner.\ncolumn = width - 1 - column"}[corner]
        commented = fill(
            SORT,
            entry=entry,
            grid=grid,
            mirror=mirror,
            line={"rows": "row, column", "columns": "column, row", "diagonals": "row + column, row"}[lines],
            flip=f"if line % 2:\n    # Every other {line_name} is read backwards.\n    place = -place" if snake else "",
        )
        if not snake:
            direct = {"rows": "row, column", "columns": "column, row", "diagonals": "row + column, row"}[lines]
            commented = commented.replace(f"        line, place = {direct}\n        return line, place", f"        return {direct}")
        if "#" not in commented:
            commented = commented.replace("    cells = ", f"    # Cells are compared by their {line_name} first.\n    cells = ")
    start = {"top_left": "top left", "bottom_right": "bottom right", "top_right": "top right"}[corner]
    down = {"top_left": "downwards", "bottom_right": "upwards", "top_right": "downwards"}[corner]
    across = {"top_left": "to the right", "bottom_right": "to the left", "top_right": "to the left"}[corner]
    rules = []
    if lines == "rows":
        rules.append(f"It begins at the {start} corner, reads row after row {down}, and within a row goes {across}.")
    elif lines == "columns":
        rules.append(f"It begins at the {start} corner, reads column after column {across}, and within a column goes {down}.")
    else:
        other = "left" if across == "to the right" else "right"
        rules.append(f"It begins at the {start} corner and reads diagonal after diagonal away from it; a diagonal goes from cell to cell one row {down} and one column to the {other}.")
    if snake:
        rules.append(f"The second, fourth and every other even {line_name} is read in the opposite sense.")
    else:
        rules.append(f"Every {line_name} is read in the same sense.")
    rules.append("A panel without cells gives an empty list.".replace("panel", grid).replace("cells", many))
    spec = Spec(
        title=f"the numbers of a {grid} in a fixed order of reading",
        summary=f"Return the numbers of all {many} of a {grid} in the order in which they are read.",
        rules=tuple(rules),
        params=(Param(grid, "list[list[int]]", f"the number of each {one}, row by row from the top; all rows are equally long"),),
        returns="the numbers in order",
        return_annotation="list[int]",
        context=context,
    )

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

    def draw_input(rng: Random) -> tuple:
        width = rng.choice((1, 2, 3, 4))
        return ([[rng.randrange(1, 60) for _ in range(width)] for _ in range(rng.choice((0, 1, 2, 3, 4, 4)))],)

    edges = (([],), ([[], []],), ([[7]],), ([[1, 2, 3]],), ([[1], [2], [3]],), ([[1, 2], [3, 4]],), ([[1, 2, 3], [4, 5, 6]],), ([[1, 2], [3, 4], [5, 6]],), ([[1, 2, 3], [4, 5, 6], [7, 8, 9]],))  # fmt: skip
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
        complexity="O(n)" if choice["idiom"] == "lines" else "O(n log n)",
        complexity_terms=f"n is the number of {many}",
    )
