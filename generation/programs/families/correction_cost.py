"""Price the correction of one code into another. Choices: replacing, swapping, price of removal, letter case."""

import heapq
from random import Random

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

# (domain, entry, first, second, what the first is, what the second is, who needs it)
DOMAINS = (
    ("library", "relabel_cost", "label", "catalogue", "the shelf mark on the book", "the shelf mark in the catalogue", "Volunteers correct shelf marks by hand and note how much work each one was."),
    ("warehouse", "retype_cost", "scanned", "expected", "the code as it was scanned", "the code that was expected", "A packing desk measures how far a misread code is from the right one."),
    ("sign making", "rework_cost", "cut", "ordered", "the lettering as it was cut", "the lettering as it was ordered", "A sign maker charges for turning wrong lettering into the right one."),
)  # fmt: skip

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
                cost = $options
            $swap
            current.append(cost)
        $shift
    return previous[-1]
"""
RECURSION = """
from functools import cache


def $entry($first: str, $second: str) -> int:
    $cached
    def cost(i: int, j: int) -> int:
        # One side is used up: remove what is left, or add what is missing.
        if i == len($first) or j == len($second):
            return $left + len($second) - j
        if $first[i] == $second[j]:
            best = cost(i + 1, j + 1)
        else:
            best = $options
        $swap
        return best

    return cost(0, 0)
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, entry, first, second, first_text, second_text, context = rng.choice(DOMAINS)
    replace, swap, removal = choice["replace"] == "allowed", choice["swap"] == "allowed", int(choice["removal"])
    fold = f"{first}, {second} = {first}.lower(), {second}.lower()" if choice["case"] == "fold" else ""
    folded = bool(fold)
    if choice["idiom"] == "rows":
        ways = ["current[j - 1] + 1", f"previous[j] + {removal}"] + (["previous[j - 1] + 1"] if replace else [])
        commented = fill(
            ROWS,
            entry=entry,
            first=first,
            second=second,
            fold=fold,
            keep="before: list[int] = []" if swap else "",
            factor=" * 2" if removal == 2 else "",
            options=f"min({', '.join(ways)})",
            swap=(
                "# A swap finishes two characters of both codes at once.\n"
                f"if i > 1 and j > 1 and {first}[i - 2] == wanted and {second}[j - 2] == here:\n    cost = min(cost, before[j - 2] + 1)"
            )
            if swap
            else "",
            shift="before, previous = previous, current" if swap else "previous = current",
        )  # fmt: skip
    else:
        ways = ["cost(i, j + 1) + 1", f"cost(i + 1, j) + {removal}"] + (["cost(i + 1, j + 1) + 1"] if replace else [])
        commented = fill(
            RECURSION,
            entry=entry,
            first=first,
            second=second,
            cached=(fold + "\n\n" if folded else "") + "@cache",
            left=f"(len({first}) - i) * 2" if removal == 2 else f"len({first}) - i",
            options=f"min({', '.join(ways)})",
            swap=(
                "# Slices of length two also keep the comparison inside both codes.\n"
                f"ahead = {first}[i : i + 2]\n"
                f"if len(ahead) == 2 and ahead == {second}[j : j + 2][::-1]:\n    best = min(best, cost(i + 2, j + 2) + 1)"
            )
            if swap
            else "",
        )
    rules = [f"Adding a character costs 1, removing one costs {removal}."]
    rules.append("Replacing a character costs 1." if replace else "A character cannot be replaced directly, only removed and added.")
    if swap:
        rules.append("Swapping two neighbouring characters costs 1; a swapped character takes no further correction.")
    else:
        rules.append("Characters cannot change places.")
    rules.append("Upper and lower case count as the same character." if folded else "Upper and lower case are different characters.")
    spec = Spec(
        title=f"the cost of correcting {first_text}",
        summary=f"Return the lowest total cost of single-character corrections that turn {first_text} into {second_text}.",
        rules=tuple(rules),
        params=(Param(first, "str", first_text), Param(second, "str", second_text)),
        returns="the lowest cost, 0 for equal texts",
        return_annotation="int",
        context=context,
    )  # fmt: skip

    def oracle(start: str, goal: str) -> int:
        """Search the cheapest way through the grid of positions."""
        if folded:
            start, goal = start.lower(), goal.lower()
        heap, done = [(0, 0, 0)], set()
        while heap:
            cost, i, j = heapq.heappop(heap)
            if (i, j) == (len(start), len(goal)):
                return cost
            if (i, j) in done:
                continue
            done.add((i, j))
            steps = []
            if i < len(start):
                steps.append((removal, 1, 0))
            if j < len(goal):
                steps.append((1, 0, 1))
            if i < len(start) and j < len(goal):
                if start[i] == goal[j]:
                    steps.append((0, 1, 1))
                elif replace:
                    steps.append((1, 1, 1))
            if swap and i + 1 < len(start) and j + 1 < len(goal) and start[i] + start[i + 1] == goal[j + 1] + goal[j]:
                steps.append((1, 2, 2))
            for price, di, dj in steps:
                heapq.heappush(heap, (cost + price, i + di, j + dj))
        raise AssertionError("the goal is always reachable")

    def draw_input(rng: Random) -> tuple:
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

    edges = (("", ""), ("", "ab"), ("abc", ""), ("ab", "ba"), ("Ab", "aB"), ("abcd", "acbd"), ("aab", "baa"), ("kl-7", "KL-9"), ("abc", "ca"), ("x", "y"))  # fmt: skip
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
        complexity="O(n * m)",
        complexity_terms="n and m are the lengths of the two texts",
    )
