"""Find the best chain in a sequence. Choices: what may follow what, what is maximised, tie between chains."""

from itertools import combinations
from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Spec

TOPIC = "dynamic programming"
SPACE = {
    "follows": ("rise", "near", "multiple", "alternate"),
    "answer": ("length", "sum", "count"),
    "idiom": ("loop", "recursion"),
}

# (domain, values' name, one value, several, entry noun, who needs it)
DOMAINS = (
    ("river gauging", "levels", "level", "levels", "level", "A hydrologist picks gauge levels that belong to one slow movement of the river."),
    ("beekeeping", "weights", "weight", "weights", "hive_weight", "A beekeeper looks for a consistent series among the noted weights of a hive."),
    ("music practice", "tempos", "tempo", "tempos", "tempo", "A teacher picks tempos from a practice diary that make up one series."),
    ("seismology", "pauses", "pause", "pauses", "pause", "A seismologist looks for a regular series among the pauses between shocks."),
)  # fmt: skip

LOOP = """
def $entry($values: list[int]$extra) -> int:
    # best[i] describes the best chain that ends with $one i.
    best: list[$cell] = []
    for i, value in enumerate($values):
        $start
        for j in range(i):
            if $test:
                $grow
        best.append($store)
    $finish
"""
RECURSION = """
from functools import cache


def $entry($values: list[int]$extra) -> int:
    @cache
    def ending_at(i: int) -> $cell:
        # Only what stands before i can be followed by it.
        value = $values[i]
        $start
        for j in range(i):
            if $test:
                $grow
        return $store

    $gather
    $finish
"""
TEST = {
    "rise": "value - $values[j] >= step",
    "near": "abs(value - $values[j]) <= step",
    "multiple": "value % $values[j] == 0",
    "alternate": "value % 2 != $values[j] % 2",
}


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, values, one, many, noun, context = rng.choice(DOMAINS)
    follows, answer, loop = choice["follows"], choice["answer"], choice["idiom"] == "loop"
    stepped = follows in ("rise", "near")
    entry = {"length": f"longest_{noun}_chain", "sum": f"heaviest_{noun}_chain", "count": f"count_longest_{noun}_chains"}[answer]
    reached = "best[j]" if loop else "ending_at(j)"
    start = {"length": "length = 1", "sum": "total = value", "count": "length, chains = 1, 1"}[answer]
    grow = {
        "length": f"length = max(length, {reached} + 1)",
        "sum": f"total = max(total, {reached} + value)",
        "count": (
            f"before, ways = {reached}\n"
            "if before + 1 > length:\n    length, chains = before + 1, ways\n"
            "elif before + 1 == length and length > 1:\n    chains += ways"
        ),
    }[answer]
    if answer == "count":
        grow = grow.replace(" and length > 1", "")
        start = "length, chains = 1, 1"
    store = {"length": "length", "sum": "total", "count": "(length, chains)" if loop else "length, chains"}[answer]
    default = {"length": "0", "sum": "0", "count": "0"}[answer]
    whole = "best" if loop else f"map(ending_at, range(len({values})))"
    finish = f"return max({whole}, default={default})"
    if answer == "count":
        finish = (
            "longest = max((length for length, _ in best), default=0)\n"
            "return sum(chains for length, chains in best if length == longest)"
        )
    commented = fill(
        LOOP if loop else RECURSION,
        entry=entry,
        values=values,
        one=one,
        extra=", step: int" if stepped else "",
        cell="tuple[int, int]" if answer == "count" else "int",
        start=start,
        test=fill(TEST[follows], values=values).strip(),
        grow=grow,
        store=store,
        gather=f"best = [ending_at(i) for i in range(len({values}))]" if answer == "count" else "",
        finish=finish,
    )
    relation = {
        "rise": f"each {one} is at least `step` greater than the one chosen before it",
        "near": f"each {one} differs by at most `step` from the one chosen before it",
        "multiple": f"each {one} is a multiple of the one chosen before it (an equal one included)",
        "alternate": f"even and odd {many} alternate",
    }[follows]
    rules = [
        f"A chain keeps the {many} in their given order, may leave any of them out, and has at least one.",
        f"In a chain, {relation}.",
    ]
    if answer == "count":
        rules.append(f"Two chains are different if they use different positions, even with equal {many}.")
    rules.append("For an empty list the result is 0.")
    spec = Spec(
        title={"length": f"the longest chain of {many}", "sum": f"the chain of {many} with the greatest sum", "count": f"the number of longest chains of {many}"}[answer],
        summary={"length": f"Return the length of the longest chain that can be picked from a list of {many}.", "sum": f"Return the greatest sum of a chain that can be picked from a list of {many}.", "count": f"Count the chains of greatest length that can be picked from a list of {many}."}[answer],
        rules=tuple(rules),
        params=(Param(values, "list[int]", f"the {many}, all positive, in the order they were noted"),)
        + ((Param("step", "int", "the difference that the chain is held to, at least 0"),) if stepped else ()),
        returns={"length": f"the number of {many} in it", "sum": "the greatest sum", "count": "how many chains have the greatest length"}[answer],
        return_annotation="int",
        context=context,
    )  # fmt: skip

    def oracle(numbers: list[int], step: int = 0) -> int:
        """Try every subsequence."""
        link = {
            "rise": lambda a, b: b >= a + step,
            "near": lambda a, b: -step <= b - a <= step,
            "multiple": lambda a, b: b // a * a == b,
            "alternate": lambda a, b: (a + b) % 2 == 1,
        }[follows]
        chains = [
            picked
            for size in range(1, len(numbers) + 1)
            for picked in combinations(numbers, size)
            if all(link(a, b) for a, b in zip(picked, picked[1:], strict=False))
        ]
        if not chains:
            return 0
        if answer == "sum":
            return max(map(sum, chains))
        longest = max(map(len, chains))
        return longest if answer == "length" else sum(len(chain) == longest for chain in chains)

    def draw_input(rng: Random) -> tuple:
        high = rng.choice((4, 12, 12, 30))
        numbers = [rng.randint(1, high) for _ in range(rng.choice((0, 1, 2, 4, 6, 8)))]
        return (numbers, rng.choice((0, 1, 2, 3, 5))) if stepped else (numbers,)

    rows = ([], [5], [3, 3], [3, 3, 3, 3], [2, 4, 8, 16], [9, 7, 5, 3], [1, 10, 2, 9, 3, 8], [4, 6, 12, 6], [5, 2, 10, 4])
    edges = tuple((row, step) for row in rows for step in (0, 2)) if stepped else tuple((row,) for row in rows)
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
        complexity="O(n^2)",
        complexity_terms=f"n is the number of {many}",
    )
