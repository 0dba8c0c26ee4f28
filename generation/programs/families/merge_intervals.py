"""Join overlapping intervals. Choices: do touching ones join, are ends inclusive, what is returned."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.program import Param, Raises, Spec

TOPIC = "intervals"
SPACE = {
    "touching": ("join", "apart"),
    "answer": ("merged", "covered", "gaps"),
    "backwards": ("raise", "skip", "swap"),
    "idiom": ("loop", "stack"),
}


class Desk(NamedTuple):
    """One domain: one interval and several, what the numbers are, what lengths are measured in, who needs it."""

    domain: str
    one: str
    many: str
    unit: str
    measure: str
    context: str


DESKS = (
    Desk("broadcasting", "spot", "spots", "seconds into the show", "seconds", "The editor exports advertising spots in no particular order and some overlap."),
    Desk("tool hire", "rental", "rentals", "day numbers", "days", "The hire desk wants to know when a machine is out."),
    Desk("road works", "closure", "closures", "metres along the road", "metres", "Several crews report closures of the same road independently."),
    Desk("lab booking", "booking", "bookings", "minutes after midnight", "minutes", "The lab calendar lets two groups book overlapping slots."),
)  # fmt: skip

Pair = tuple[int, int]

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
    desk = rng.choice(DESKS)
    touching, answer, backwards = choice["touching"], choice["answer"], choice["backwards"]
    many = desk.many
    entry = {"merged": f"merge_{many}", "covered": f"longest_stretch_of_{many}", "gaps": f"gaps_between_{many}"}[answer]
    return Draft(
        entry_point=entry,
        spec=_tell(desk, touching, answer, backwards),
        commented=_write(desk, entry, choice),
        oracle=_make_oracle(touching, answer, backwards),
        draw_input=lambda rng: (_draw_pairs(rng),),
        edge_inputs=tuple((pairs,) for pairs in EDGES),
        domain=desk.domain,
        idiom=choice["idiom"],
        complexity="O(n log n)",
        complexity_terms=f"n is the number of {many}",
    )


def _annotation(answer: str) -> str:
    return "int" if answer == "covered" else "list[tuple[int, int]]"


def _write(desk: Desk, entry: str, choice: dict[str, str]) -> str:
    touching, answer, backwards = choice["touching"], choice["answer"], choice["backwards"]
    return fill(
        SOURCE if choice["idiom"] == "loop" else STACK,
        entry=entry,
        many=desk.many,
        annotation=_annotation(answer),
        operator="<=" if touching == "join" else "<",
        source=desk.many if backwards == "raise" else "forward",
        prepare=fill(PREPARE[backwards], many=desk.many, one=desk.one),
        answer=EVERY_GAP if answer == "gaps" and touching == "apart" else ANSWER[answer],
    )


def _tell(desk: Desk, touching: str, answer: str, backwards: str) -> Spec:
    one, many = desk.one, desk.many
    title, summary, returns = {
        "merged": (f"the stretches covered by {many}", f"Merge overlapping {many} and return what remains, ordered by start.", f"the merged {many} as (start, end) pairs, ordered by start"),
        "covered": (f"the longest stretch covered by {many}", f"Return the length of the longest stretch that a list of {many} covers.", f"its length in {desk.measure}"),
        "gaps": (f"the gaps between {many}", f"Return the gaps that a list of {many} leaves uncovered between the first start and the last end.", "the gaps as (end of one, start of the next) pairs, in order"),
    }[answer]  # fmt: skip
    return Spec(
        title=title,
        summary=summary,
        rules=_rules(one, many, touching, answer, backwards),
        params=(Param(many, "list[tuple[int, int]]", f"the {many} as (start, end) pairs, in {desk.unit}"),),
        returns=returns,
        return_annotation=_annotation(answer),
        raises=(Raises("ValueError", f"a {one} ends before it starts"),) if backwards == "raise" else (),
        context=desk.context,
    )


def _rules(one: str, many: str, touching: str, answer: str, backwards: str) -> tuple[str, ...]:
    meet = f"{many.capitalize()} that only touch, one ending exactly where the next starts,"
    touch_rules = {
        ("gaps", "join"): "A gap has a positive length; nothing is reported before the first start or after the last end.",
        ("gaps", "apart"): f"Where one {one} ends exactly where the next starts, a gap without length is reported; nothing is reported before the first start or after the last end.",
    }  # fmt: skip
    rules = [
        f"The {many} may come in any order.",
        touch_rules.get((answer, touching), f"{meet} {'count as one' if touching == 'join' else 'stay separate'}."),
    ]
    if answer == "covered":
        rules.append(f"{many.capitalize()} that overlap form one stretch, from the first start to the last end.")
    if backwards == "skip":
        rules.append(f"A {one} whose end lies before its start is ignored.")
    if backwards == "swap":
        rules.append(f"A {one} whose end lies before its start is read with its two numbers swapped.")
    return (*rules, f"Without any {many} the result is {'0' if answer == 'covered' else 'an empty list'}.")


def _make_oracle(touching: str, answer: str, backwards: str) -> Callable[[list[Pair]], list[Pair] | int]:
    def oracle(pairs: list[Pair]):
        """Compare every pair with every other instead of going through them in order."""
        if backwards == "raise" and any(end < start for start, end in pairs):
            raise ValueError("backwards")
        pairs = [p for p in pairs if p[0] <= p[1]] if backwards == "skip" else [(min(p), max(p)) for p in pairs]
        groups = _group(pairs, touching)
        spans = sorted((min(start for start, _ in group), max(end for _, end in group)) for group in groups)
        if answer == "merged":
            return spans
        if answer == "covered":
            return max((end - start for start, end in spans), default=0)
        gaps, last = [], None
        for start, end in spans:
            if last is not None and (start > last or touching == "apart"):
                gaps.append((last, start))
            last = end if last is None else max(last, end)
        return gaps

    return oracle


def _group(pairs: list[Pair], touching: str) -> list[set[Pair]]:
    """Return the pairs in groups, each of which hangs together."""
    groups: list[set[Pair]] = []
    for pair in pairs:
        joined = [group for group in groups if _linked(group, {pair}, touching)]
        groups = [group for group in groups if group not in joined]
        groups.append({pair}.union(*joined))
    return groups


def _linked(left: set, right: set, touching: str) -> bool:
    """True where some pair of one group overlaps (or, joining, touches) some pair of the other."""
    if touching == "join":
        return any(a[0] <= b[1] and b[0] <= a[1] for a in left for b in right)
    return any(a[0] < b[1] and b[0] < a[1] for a in left for b in right)


EDGES = (
    [], [(3, 7)], [(1, 4), (4, 6)], [(5, 9), (1, 3)], [(1, 10), (2, 3)], [(2, 2)], [(6, 2)], [(8, 9), (7, 3), (1, 2)],
)  # fmt: skip


def _draw_pairs(rng: Random) -> list[Pair]:
    """Return up to eight pairs; one list in four has a pair that runs backwards."""
    size = rng.choice((0, 1, 2, 3, 5, 8))
    pairs = []
    for _ in range(size):
        start = rng.randrange(0, 30)
        pairs.append((start, start + rng.choice((0, 1, 2, 5, 9))))
    if pairs and rng.random() < 0.25:
        i = rng.randrange(size)
        pairs[i] = (pairs[i][0] + rng.randrange(1, 4), pairs[i][0])
    return pairs
