"""Price the correction of one code into another. Choices: replacing, swapping, price of removal, letter case."""

import heapq
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Spec

TOPIC = "dynamic programming"
SPACE = {
    "replace": ("allowed", "none"),
    "swap": ("allowed", "none"),
    "removal": ("1", "2"),
    "case": ("exact", "fold"),
    "idiom": ("rows", "recursion"),
}


class Desk(NamedTuple):
    """One domain: entry, names of the two texts, what each of them is, who needs it."""

    domain: str
    entry: str
    first: str
    second: str
    first_text: str
    second_text: str
    context: str


DESKS = (
    Desk("library", "relabel_cost", "label", "catalogue", "the shelf mark on the book", "the shelf mark in the catalogue", "Volunteers correct shelf marks by hand and note how much work each one was."),
    Desk("warehouse", "retype_cost", "scanned", "expected", "the code as it was scanned", "the code that was expected", "A packing desk measures how far a misread code is from the right one."),
    Desk("sign making", "rework_cost", "cut", "ordered", "the lettering as it was cut", "the lettering as it was ordered", "A sign maker charges for turning wrong lettering into the right one."),
)  # fmt: skip


class Tariff(NamedTuple):
    """What may be done: replace and swap for 1 each, remove at a price; fold: letter case does not count."""

    replace: bool
    swap: bool
    removal: int
    fold: bool


ROWS = """
def $entry($first: str, $second: str) -> int:
    $fold
    $keep
    # Turning nothing into a prefix of the target means adding each of its characters.
    previous = list(range(len($second) + 1))
    for i, here in enumerate($first, start=1):
        current = [i$factor]
        for j, wanted in enumerate($second, start=1):
            if here == wanted:
                cost = previous[j - 1]
            else:
                cost = min(current[j - 1] + 1, previous[j] + $removal$replaced)
            $swap
            current.append(cost)
        $shift
    return previous[-1]
"""
ROWS_SWAP = """
# A swap finishes two characters of both codes at once.
if i > 1 and j > 1 and $first[i - 2] == wanted and $second[j - 2] == here:
    cost = min(cost, before[j - 2] + 1)
"""
RECURSION = """
from functools import cache


def $entry($first: str, $second: str) -> int:
    $fold
    @cache
    def cost(i: int, j: int) -> int:
        # One side is used up: remove what is left, or add what is missing.
        if i == len($first) or j == len($second):
            return $left + len($second) - j
        if $first[i] == $second[j]:
            best = cost(i + 1, j + 1)
        else:
            best = min(cost(i, j + 1) + 1, cost(i + 1, j) + $removal$replaced)
        $swap
        return best

    return cost(0, 0)
"""
RECURSION_SWAP = """
# Slices of length two also keep the comparison inside both codes.
ahead = $first[i : i + 2]
if len(ahead) == 2 and ahead == $second[j : j + 2][::-1]:
    best = min(best, cost(i + 2, j + 2) + 1)
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    desk = rng.choice(DESKS)
    tariff = Tariff(
        replace=choice["replace"] == "allowed",
        swap=choice["swap"] == "allowed",
        removal=int(choice["removal"]),
        fold=choice["case"] == "fold",
    )
    write = _write_rows if choice["idiom"] == "rows" else _write_recursion
    return Draft(
        entry_point=desk.entry,
        spec=_tell(desk, tariff),
        commented=lay_out(write(desk, tariff)),
        oracle=_make_oracle(tariff),
        draw_input=_draw_input,
        edge_inputs=EDGES,
        domain=desk.domain,
        idiom=choice["idiom"],
        complexity="O(n * m)",
        complexity_terms="n and m are the lengths of the two texts",
    )


def _write_rows(desk: Desk, tariff: Tariff) -> str:
    swap = tariff.swap
    return _fill(
        ROWS,
        desk,
        tariff,
        keep="before: list[int] = []" if swap else "",
        factor=" * 2" if tariff.removal == 2 else "",
        replaced=", previous[j - 1] + 1" if tariff.replace else "",
        swap=fill(ROWS_SWAP, first=desk.first, second=desk.second) if swap else "",
        shift="before, previous = previous, current" if swap else "previous = current",
    )


def _write_recursion(desk: Desk, tariff: Tariff) -> str:
    left = f"len({desk.first}) - i"
    return _fill(
        RECURSION,
        desk,
        tariff,
        left=f"({left}) * 2" if tariff.removal == 2 else left,
        replaced=", cost(i + 1, j + 1) + 1" if tariff.replace else "",
        swap=fill(RECURSION_SWAP, first=desk.first, second=desk.second) if tariff.swap else "",
    )


def _fill(template: str, desk: Desk, tariff: Tariff, **pieces: str) -> str:
    first, second = desk.first, desk.second
    fold = f"{first}, {second} = {first}.lower(), {second}.lower()" if tariff.fold else ""
    return fill(
        template, entry=desk.entry, first=first, second=second, fold=fold, removal=str(tariff.removal), **pieces
    )


def _tell(desk: Desk, tariff: Tariff) -> Spec:
    first, second = desk.first_text, desk.second_text
    return Spec(
        title=f"the cost of correcting {first}",
        summary=f"Return the lowest total cost of single-character corrections that turn {first} into {second}.",
        rules=_rules(tariff),
        params=(Param(desk.first, "str", first), Param(desk.second, "str", second)),
        returns="the lowest cost, 0 for equal texts",
        return_annotation="int",
        context=desk.context,
    )


def _rules(tariff: Tariff) -> tuple[str, ...]:
    replacing = {
        True: "Replacing a character costs 1.",
        False: "A character cannot be replaced directly, only removed and added.",
    }[tariff.replace]
    swapping = {
        True: "Swapping two neighbouring characters costs 1; a swapped character takes no further correction.",
        False: "Characters cannot change places.",
    }[tariff.swap]
    case = {
        True: "Upper and lower case count as the same character.",
        False: "Upper and lower case are different characters.",
    }[tariff.fold]
    return (f"Adding a character costs 1, removing one costs {tariff.removal}.", replacing, swapping, case)


def _make_oracle(tariff: Tariff) -> Callable[[str, str], int]:
    def oracle(start: str, goal: str) -> int:
        """Search the cheapest way through the grid of positions."""
        if tariff.fold:
            start, goal = start.lower(), goal.lower()
        heap, done = [(0, 0, 0)], set()
        while heap:
            cost, i, j = heapq.heappop(heap)
            if (i, j) == (len(start), len(goal)):
                return cost
            if (i, j) in done:
                continue
            done.add((i, j))
            for price, di, dj in _steps(start[i : i + 2], goal[j : j + 2], tariff):
                heapq.heappush(heap, (cost + price, i + di, j + dj))
        raise AssertionError("the goal is always reachable")

    return oracle


def _steps(here: str, there: str, tariff: Tariff) -> Iterator[tuple[int, int, int]]:
    """Yield price and advance in both texts of what can be done next; here, there: up to two characters to come."""
    if here:
        yield (tariff.removal, 1, 0)
    if there:
        yield (1, 0, 1)
    if here and there:
        if here[0] == there[0]:
            yield (0, 1, 1)
        elif tariff.replace:
            yield (1, 1, 1)
    if tariff.swap and len(here) == len(there) == 2 and here == there[1] + there[0]:
        yield (1, 2, 2)


EDGES = (
    ("", ""), ("", "ab"), ("abc", ""), ("ab", "ba"), ("Ab", "aB"), ("abcd", "acbd"), ("aab", "baa"), ("kl-7", "KL-9"), ("abc", "ca"), ("x", "y"),
)  # fmt: skip


def _draw_input(rng: Random) -> tuple[str, str]:
    """Return a text and what a few random corrections make of it."""
    letters = "abAB7"
    start = [rng.choice(letters) for _ in range(rng.choice((0, 1, 3, 5, 7)))]
    goal = list(start)
    for _ in range(rng.randint(0, 4)):
        at = rng.randint(0, len(goal))
        match rng.randrange(4):
            case 0:
                goal.insert(at, rng.choice(letters))
            case 1 if at < len(goal):
                del goal[at]
            case 2 if at < len(goal):
                goal[at] = rng.choice(letters).swapcase()
            case 3 if at + 1 < len(goal):
                goal[at], goal[at + 1] = goal[at + 1], goal[at]
    return ("".join(start), "".join(goal))
