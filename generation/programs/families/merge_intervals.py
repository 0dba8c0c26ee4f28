"""Join overlapping intervals. Choices: do touching ones join, are ends inclusive, what is returned."""

from random import Random

from generation.programs.family import Draft, fill
from generation.programs.program import Param, Raises, Spec

TOPIC = "intervals"
SPACE = {
    "touching": ("join", "apart"),
    "answer": ("merged", "covered", "gaps"),
    "backwards": ("raise", "skip", "swap"),
    "idiom": ("loop", "stack"),
}

# (domain, one interval, several, entry point's noun, what the numbers are, who needs it)
DOMAINS = (
    ("broadcasting", "spot", "spots", "spots", "seconds into the show", "The editor exports advertising spots in no particular order and some overlap."),
    ("tool hire", "rental", "rentals", "rentals", "day numbers", "The hire desk wants to know when a machine is out."),
    ("road works", "closure", "closures", "closures", "metres along the road", "Several crews report closures of the same road independently."),
    ("lab booking", "booking", "bookings", "bookings", "minutes after midnight", "The lab calendar lets two groups book overlapping slots."),
)  # fmt: skip

SOURCE = """
def $entry($many: list[tuple[int, int]]) -> $annotation:
    merged: list[list[int]] = []
    $prepare
    # Sorted by start, an interval can only overlap the last one that was kept.
    for start, end in sorted($source):
        if merged and start $operator merged[-1][1]:
            # The earlier one may reach further, so the end never moves back.
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    $answer
"""
STACK = """
def $entry($many: list[tuple[int, int]]) -> $annotation:
    $prepare
    # Latest start on the bottom, so that popping yields the intervals in order.
    waiting = sorted($source, reverse=True)
    merged: list[list[int]] = []
    while waiting:
        start, end = waiting.pop()
        # Swallow every interval that begins before this one is over.
        while waiting and waiting[-1][0] $operator end:
            end = max(end, waiting.pop()[1])
        merged.append([start, end])
    $answer
"""
PREPARE = {
    "raise": "for start, end in $many:\n    if end < start:\n        raise ValueError(f\"$one ends before it starts: {start}-{end}\")",
    "skip": "forward = [(start, end) for start, end in $many if start <= end]",
    "swap": "forward = [(min(pair), max(pair)) for pair in $many]",
}  # fmt: skip
ANSWER = {
    "merged": "return [(start, end) for start, end in merged]",
    "covered": "return max((end - start for start, end in merged), default=0)",
    "gaps": "return [\n    (left[1], right[0])\n    for left, right in zip(merged, merged[1:])\n    if left[1] < right[0]\n]",
}
# Those that touch stay separate, and no gap is too short.
EVERY_GAP = "return [(left[1], right[0]) for left, right in zip(merged, merged[1:])]"


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, one, many, name, unit, context = rng.choice(DOMAINS)
    touching, answer, backwards = choice["touching"], choice["answer"], choice["backwards"]
    entry = {"merged": f"merge_{name}", "covered": f"longest_stretch_of_{name}", "gaps": f"gaps_between_{name}"}[answer]
    annotation = "int" if answer == "covered" else "list[tuple[int, int]]"
    commented = fill(
        SOURCE if choice["idiom"] == "loop" else STACK,
        entry=entry,
        many=name,
        annotation=annotation,
        operator="<=" if touching == "join" else "<",
        source=name if backwards == "raise" else "forward",
        prepare=fill(PREPARE[backwards], many=name, one=one),
        answer=EVERY_GAP if answer == "gaps" and touching == "apart" else ANSWER[answer],
    )
    title, returns = {
        "merged": (f"the stretches covered by {many}", f"the merged {many} as (start, end) pairs, ordered by start"),
        "covered": (f"the longest stretch covered by {many}", f"its length in {unit.split()[0] if unit != 'day numbers' else 'days'}"),
        "gaps": (f"the gaps between {many}", "the gaps as (end of one, start of the next) pairs, in order"),
    }[answer]  # fmt: skip
    summary = {
        "merged": f"Merge overlapping {many} and return what remains, ordered by start.",
        "covered": f"Return the length of the longest stretch that a list of {many} covers.",
        "gaps": f"Return the gaps that a list of {many} leaves uncovered between the first start and the last end.",
    }[answer]
    touch_rule = {
        "join": f"{many.capitalize()} that only touch, one ending exactly where the next starts, count as one.",
        "apart": f"{many.capitalize()} that only touch, one ending exactly where the next starts, stay separate.",
    }[touching]
    rules = [f"The {many} may come in any order."]
    if answer != "gaps":
        rules.append(touch_rule)
    elif touching == "join":
        rules.append("A gap has a positive length; nothing is reported before the first start or after the last end.")
    else:
        rules.append(f"Where one {one} ends exactly where the next starts, a gap without length is reported; nothing is reported before the first start or after the last end.")
    if answer == "covered":
        rules.append(f"{many.capitalize()} that overlap form one stretch, from the first start to the last end.")
    if backwards == "skip":
        rules.append(f"A {one} whose end lies before its start is ignored.")
    if backwards == "swap":
        rules.append(f"A {one} whose end lies before its start is read with its two numbers swapped.")
    rules.append(f"Without any {many} the result is {'0' if answer == 'covered' else 'an empty list'}.")
    raises = (Raises("ValueError", f"a {one} ends before it starts"),) if backwards == "raise" else ()
    spec = Spec(
        title=title,
        summary=summary,
        rules=tuple(rules),
        params=(Param(name, "list[tuple[int, int]]", f"the {many} as (start, end) pairs, in {unit}"),),
        returns=returns,
        return_annotation=annotation,
        raises=raises,
        context=context,
    )

    def oracle(pairs: list[tuple[int, int]]):
        """Mark half-unit cells one by one instead of sorting; points keep the zero-length pairs."""
        if backwards == "raise" and any(end < start for start, end in pairs):
            raise ValueError("backwards")
        pairs = [p for p in pairs if p[0] <= p[1]] if backwards == "skip" else [(min(p), max(p)) for p in pairs]
        groups = [set([p]) for p in pairs]
        changed = True
        while changed:
            changed = False
            for i, left in enumerate(groups):
                for right in groups[i + 1 :]:
                    if _linked(left, right, touching):
                        left |= right
                        groups.remove(right)
                        changed = True
                        break
                if changed:
                    break
        cells = {c for start, end in pairs for c in range(start, end)}
        spans = sorted((min(s for s, _ in g), max(e for _, e in g)) for g in groups)
        if answer == "merged":
            return spans
        if answer == "covered":
            return max((end - start for start, end in spans), default=0)
        points = cells | {s for s, _ in pairs}
        found, last = [], None
        for start, end in spans:
            if last is not None and (start > last or touching == "apart"):
                found.append((last, start))
            last = end if last is None else max(last, end)
        return found if points else []

    def draw_input(rng: Random) -> tuple:
        size = rng.choice((0, 1, 2, 3, 5, 8))
        pairs = []
        for _ in range(size):
            start = rng.randrange(0, 30)
            pairs.append((start, start + rng.choice((0, 1, 2, 5, 9))))
        if pairs and rng.random() < 0.25:
            i = rng.randrange(size)
            pairs[i] = (pairs[i][0] + rng.randrange(1, 4), pairs[i][0])
        return (pairs,)

    edges = (([],), ([(3, 7)],), ([(1, 4), (4, 6)],), ([(5, 9), (1, 3)],), ([(1, 10), (2, 3)],), ([(2, 2)],), ([(6, 2)],), ([(8, 9), (7, 3), (1, 2)],))  # fmt: skip
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=commented,
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
        complexity="O(n log n)",
        complexity_terms=f"n is the number of {many}",
    )


def _linked(left: set, right: set, touching: str) -> bool:
    """True where some pair of one group overlaps (or, joining, touches) some pair of the other."""
    if touching == "join":
        return any(a[0] <= b[1] and b[0] <= a[1] for a in left for b in right)
    return any(a[0] < b[1] and b[0] < a[1] for a in left for b in right)
