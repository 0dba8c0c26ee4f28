"""Count the ways to fill a length. Choices: does order matter, supply, equal sizes, the empty filling."""

from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "dynamic programming"
SPACE = {
    "order": ("matters", "ignored"),
    "supply": ("unlimited", "single"),
    "equals": ("apart", "same"),
    "nothing": ("one", "none"),
    "idiom": ("table", "recursion"),
}

# (domain, one piece, several, sizes' name, target's name, the target in words, who needs it)
DOMAINS = (
    ("paving", "slab", "slabs", "slab_lengths", "path_length", "the length of the path in decimetres", "A gardener lays slabs in one row along a path."),
    ("concert planning", "piece", "pieces", "durations", "half_length", "the length of the half in minutes", "A conductor wants to know how many programmes would fill one half of a concert."),
    ("shelving", "box", "boxes", "box_widths", "shelf_width", "the width of the shelf in centimetres", "A stock room fills a shelf from wall to wall, with no space left over."),
)  # fmt: skip

HEAD = """
$imports


def $entry($sizes: list[int], $target: int) -> int:
    if any(size < 1 for size in $sizes):
        raise ValueError("every $one must have a positive length")
    $zero
    $dedupe
    $body
"""
BODY = {
    ("table", "matters", "unlimited"): """
# ways[n] counts the fillings of length n by their last $one.
ways = [1] + [0] * $target
for length in range(1, $target + 1):
    usable = (size for size in $source if size <= length)
    ways[length] = sum(ways[length - size] for size in usable)
return ways[$target]""",
    ("table", "ignored", "unlimited"): """
ways = [1] + [0] * $target
# One size after the other, so that each mix is counted in a single order.
for size in $source:
    for length in range(size, $target + 1):
        ways[length] += ways[length - size]
return ways[$target]""",
    ("table", "ignored", "single"): """
ways = [1] + [0] * $target
for size in $source:
    # Downwards, so that no $one is used twice.
    for length in range($target, size - 1, -1):
        ways[length] += ways[length - size]
return ways[$target]""",
    ("table", "matters", "single"): """
count = len($source)
# ways[k][n] counts the choices of k $many with total length n.
ways = [[0] * ($target + 1) for _ in range(count + 1)]
ways[0][0] = 1
for size in $source:
    for used in range(count, 0, -1):
        for length in range(size, $target + 1):
            ways[used][length] += ways[used - 1][length - size]
# Every choice of k $many can be put down in k! orders.
return sum(factorial(used) * row[$target] for used, row in enumerate(ways))""",
    ("recursion", "matters", "unlimited"): """
@cache
def count(left: int) -> int:
    if left == 0:
        return 1
    # Whatever comes first, the rest can be filled in any way.
    return sum(count(left - size) for size in $source if size <= left)

return count($target)""",
    ("recursion", "ignored", "unlimited"): """
@cache
def count(index: int, left: int) -> int:
    if left == 0:
        return 1
    if index == len($source) or left < 0:
        return 0
    # Either leave this size for good, or use it once and stay with it.
    return count(index + 1, left) + count(index, left - $source[index])

return count(0, $target)""",
    ("recursion", "ignored", "single"): """
@cache
def count(index: int, left: int) -> int:
    if left == 0:
        return 1
    if index == len($source) or left < 0:
        return 0
    # With and without this one; either way it is settled.
    return count(index + 1, left) + count(index + 1, left - $source[index])

return count(0, $target)""",
    ("recursion", "matters", "single"): """
@cache
def count(index: int, left: int, used: int) -> int:
    if left == 0:
        # The chosen $many can be put down in any order.
        return factorial(used)
    if index == len($source) or left < 0:
        return 0
    taken = count(index + 1, left - $source[index], used + 1)
    return count(index + 1, left, used) + taken

return count(0, $target, 0)""",
}


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, one, many, sizes, target, target_text, context = rng.choice(DOMAINS)
    ordered, single, same = choice["order"] == "matters", choice["supply"] == "single", choice["equals"] == "same"
    empty_counts = choice["nothing"] == "one"
    imports = ["from functools import cache"] if choice["idiom"] == "recursion" else []
    if ordered and single:
        imports.append("from math import factorial")
    names = dict(one=one, many=many, target=target, source="kinds" if same else sizes)
    entry = f"count_{one}_fillings"
    commented = fill(
        HEAD,
        imports="\n".join(imports),
        entry=entry,
        sizes=sizes,
        zero="" if empty_counts else f"if {target} == 0:\n    return 0",
        dedupe=f"# Equal sizes look alike, so each size is considered once.\nkinds = list(dict.fromkeys({sizes}))" if same else "",
        body=fill(BODY[choice["idiom"], choice["order"], choice["supply"]], **names),
        **names,
    )
    kind = "size" if same else one
    rules = [
        f"Each {kind} may be used {'at most once' if single else 'any number of times'}.",
        f"Two fillings with the same {many} in another order are {'different' if ordered else 'the same filling'}.",
        "A size listed twice counts as one size." if same else f"Two {many} of equal size in the list are different {many}.",
        f"A length of 0 can be filled in {'1 way, by using nothing' if empty_counts else '0 ways'}.",
    ]  # fmt: skip
    spec = Spec(
        title=f"the number of ways to fill a length with {many}",
        summary=f"Count the ways in which {many} fill a given length exactly.",
        rules=tuple(rules),
        params=(
            Param(sizes, "list[int]", f"the sizes of the {many} on offer"),
            Param(target, "int", f"{target_text}, at least 0"),
        ),
        returns="the number of ways, 0 if there is none",
        return_annotation="int",
        raises=(Raises("ValueError", "any size is smaller than 1"),),
        context=context,
    )

    def oracle(pieces: list[int], goal: int) -> int:
        """Lay every row of pieces there is; without order keep only the sorted ones."""
        if any(size <= 0 for size in pieces):
            raise ValueError("size")
        if goal == 0:
            return int(empty_counts)
        kinds = list(dict.fromkeys(pieces)) if same else pieces

        def lay(left: int, row: list[int]) -> int:
            if left == 0:
                return 1
            found = 0
            for i, size in enumerate(kinds):
                if size <= left and not (single and i in row) and (ordered or not row or row[-1] <= i):
                    found += lay(left - size, row + [i])
            return found

        return lay(goal, [])

    def draw_input(rng: Random) -> tuple:
        pieces = [rng.choice((1, 2, 2, 3, 4, 5, 7)) for _ in range(rng.choice((0, 1, 2, 3, 4, 5)))]
        if pieces and rng.random() < 0.06:
            pieces[rng.randrange(len(pieces))] = rng.choice((0, -3))
        return (pieces, rng.randint(0, 9))

    edges = (([], 0), ([], 3), ([2], 6), ([3, 2], 5), ([2, 2], 4), ([2, 2], 0), ([1, 2, 3], 6), ([0, 2], 4), ([4, -1], 0), ([3, 3, 3], 3), ([5], 4))  # fmt: skip
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
        complexity="" if single and ordered else "O(n * m)",
        complexity_terms="" if single and ordered else f"n is the number of {many} listed, m the length to fill",
    )
