"""Find the mark nearest to a value in a sorted list. Choices: which side, equal distances, how far, what is returned."""

from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "searching"
SPACE = {
    "tie": ("lower", "upper"),
    "reach": ("any", "limited"),
    "double": ("first", "last"),
    "none": ("none", "raise"),
    "idiom": ("bisect", "halving"),
}

# (domain, entry noun, marks' name, one, value's name, unit, who needs it)
DOMAINS = (
    ("railway line", "milepost", "mileposts", "milepost", "spot", "metres", "A track worker names a spot by the nearest milepost."),
    ("tide tables", "tide", "tides", "tide", "moment", "minutes", "A pilot looks for the tide nearest to an arrival."),
    ("organ building", "pipe", "pipes", "pipe", "length", "millimetres", "An organ builder looks for a pipe nearest to the length he needs."),
    ("paint mixing", "shade", "shades", "shade", "tone", "points", "A paint shop looks for the shade nearest to a measured tone."),
)  # fmt: skip


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, marks, one, value, unit, context = rng.choice(DOMAINS)
    lower, limited, first, none, bisecting = choice["tie"] == "lower", choice["reach"] == "limited", choice["double"] == "first", choice["none"] == "none", choice["idiom"] == "bisect"
    entry = f"nearest_{noun}"
    fail = "return None" if none else f'raise LookupError("no {one} is near enough")'
    fail_empty = "return None" if none else f'raise LookupError("there is no {one}")'
    if bisecting:
        imports = "from bisect import bisect_left\n" if first else "from bisect import bisect_left, bisect_right\n"
        search = f"# Everything before this place is smaller than the {value}.\nabove = bisect_left({marks}, {value})"
        again = f"return bisect_left({marks}, best)" if first else f"return bisect_right({marks}, best) - 1"
        helper = ""
    else:
        imports = ""
        helper = "def count_below(values: list[int], bound: int) -> int:\n    low, high = 0, len(values)\n    # All values before `low` are below the bound, all from `high` on are not.\n    while low < high:\n        middle = (low + high) // 2\n        if values[middle] < bound:\n            low = middle + 1\n        else:\n            high = middle\n    return low\n"
        search = f"above = count_below({marks}, {value})"
        again = f"return count_below({marks}, best)" if first else f"# The numbers are whole, so those below `best + 1` are those up to `best`.\nreturn count_below({marks}, best + 1) - 1"
    key = f"(abs(mark - {value}), {'mark' if lower else '-mark'})"
    pick = f"# Only the neighbours on both sides can be nearest.\nnear = {marks}[max(above - 1, 0) : above + 1]\nbest = min(near, key=lambda mark: {key})"
    if limited:
        pick += f"\nif abs(best - {value}) > reach:\n    {fail}"
    commented = fill(imports + helper + "def $entry($marks: list[int], $value: int$reach) -> $annotation:\n    if not $marks:\n        $fail\n    $search\n    $pick\n    $again\n", entry=entry, marks=marks, value=value, reach=", reach: int" if limited else "", annotation="int | None" if none else "int", fail=fail_empty, search=search, pick=pick, again=again)
    rules = [f"Of two {marks} on either side that are equally near, the {'smaller' if lower else 'greater'} one counts."]
    rules.append(f"If several {marks} have the same number, the position of the {'first' if first else 'last'} of them is returned.")
    if limited:
        rules.append(f"A {one} further away than the reach does not count; one that is exactly as far as the reach does.")
    nothing = f"there is no {one}" + (" in reach" if limited else " at all")
    if none:
        rules.append(f"If {nothing}, the result is None.")
    params = [Param(marks, "list[int]", f"the {marks} in {unit}, in ascending order, possibly with equal ones"), Param(value, "int", f"the {value} looked for, in {unit}")]
    if limited:
        params.append(Param("reach", "int", f"the greatest distance in {unit}, at least 0"))
    spec = Spec(
        title=f"the {one} nearest to a {value}", summary=f"Return the position of the {one} that is nearest to a {value}.", rules=tuple(rules), params=tuple(params),
        returns="the position in the list, counted from 0" + (", or None" if none else ""), return_annotation="int | None" if none else "int",
        raises=() if none else (Raises("LookupError", nothing),), context=context,
    )  # fmt: skip

    def oracle(values: list[int], goal: int, most: int = 10**6):
        """Widen the distance step by step and look at both sides."""
        for gap in range(min(most, 400) + 1):
            for found in ((goal - gap, goal + gap) if lower else (goal + gap, goal - gap)):
                if found in values:
                    places = [i for i, v in enumerate(values) if v == found]
                    return places[0 if first else -1]
        if none:
            return None
        raise LookupError(goal)

    def draw_input(rng: Random) -> tuple:
        values = sorted(rng.choice((0, 4, 4, 8, 10, 11, 15, 20, 26, 30)) for _ in range(rng.choice((1, 2, 4, 6, 9)))) if rng.random() > 0.04 else []
        goal = rng.randrange(-5, 36)
        return (values, goal, rng.choice((0, 1, 2, 4, 6))) if limited else (values, goal)

    plain = (([], 4), ([5], 5), ([5], 9), ([4, 8], 6), ([4, 4, 8], 5), ([4, 8, 8, 8], 7), ([1, 2, 3], 99), ([1, 2, 3], -40), ([0, 10, 10, 20, 20], 15), ([7, 7, 7], 7), ([3, 9, 30], 6), ([-6, -2, 2], 0))  # fmt: skip
    edges = tuple((*p, (3, 2, 4, 2)[i % 4]) for i, p in enumerate(plain)) if limited else plain
    return Draft(entry, spec, lay_out(commented), oracle, draw_input, edges, domain, choice["idiom"], complexity="O(log n)", complexity_terms=f"n is the number of {marks}")
