"""Serve a queue at several counters. Choices: which free counter is taken, breaks between, what is returned."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "scheduling"
SPACE = {
    "tie": ("lowest", "highest", "longest_idle"),
    "pause": ("none", "between"),
    "answer": ("counters", "loads", "served"),
    "idiom": ("scan", "heap"),
}


class Desk(NamedTuple):
    """One domain: customers and one of them, counters and one of them, unit of time, name of the pause, who needs it."""

    domain: str
    jobs: str
    job: str
    many: str
    one: str
    unit: str
    pause: str
    context: str


DESKS = (
    Desk("passport office", "visitors", "visitor", "desks", "desk", "minutes", "tidying", "A passport office plans how many desks it opens."),
    Desk("car wash", "cars", "car", "bays", "bay", "minutes", "rinsing", "A car wash wants to know how long cars wait for a free bay."),
    Desk("render farm", "scenes", "scene", "machines", "machine", "seconds", "cooling", "A studio hands scenes to its machines in the order of the list."),
)  # fmt: skip

SCAN = """
def $entry($jobs: list[tuple[int, int]], $many: int$extra) -> list[int]:
    if $many < 1:
        raise ValueError("at least one $one is needed")
    # When each $one is free again.
    free_at = [0] * $many
    $init
    for arrival, duration in $jobs:
        $serve
        $record
    return $out
"""
# How the customer is served, by tie; with `plus` comes the pause.
SCANS = {
    "lowest": """
# All that are free by then are equally good: the lowest number wins.
now = max(arrival, min(free_at))
$one = next(n for n in range($many) if free_at[n] <= now)
free_at[$one] = now + duration$plus
""",
    "highest": """
# All that are free by then are equally good: the highest number wins.
now = max(arrival, min(free_at))
$one = max(n for n in range($many) if free_at[n] <= now)
free_at[$one] = now + duration$plus
""",
    "longest_idle": """
# min takes the first of those that are free since the same time.
$one = min(range($many), key=free_at.__getitem__)
start = max(arrival, free_at[$one])
free_at[$one] = start + duration$plus
""",
}
HEAP = """
from heapq import heappop, heappush
def $entry($jobs: list[tuple[int, int]], $many: int$extra) -> list[int]:
    if $many < 1:
        raise ValueError("at least one $one is needed")
    $heap
    $init
    for arrival, duration in $jobs:
        $serve
        $record
    return $out
"""
# The heaps, by tie.
HEAPS = {
    "lowest": """
free: list[int] = list(range($many))
busy: list[tuple[int, int]] = []
now = 0
""",
    "highest": """
# Numbers are kept negative, so that the highest comes first.
free: list[int] = list(range(1 - $many, 1))
busy: list[tuple[int, int]] = []
now = 0
""",
    "longest_idle": """
# Ordered by when each $one got free; the sorted list is a heap already.
idle = [(0, number) for number in range($many)]
""",
}
FREE_AND_BUSY = """
# If none is free, time goes on until the next one has finished.
now = max(now, arrival) if free else max(arrival, busy[0][0])
while busy and busy[0][0] <= now:
    heappush(free, heappop(busy)[1])
$one = $picked
heappush(busy, (now + duration$plus, $sign$one))
"""
IDLE = """
since, $one = heappop(idle)
start = max(arrival, since)
heappush(idle, (start + duration$plus, $one))
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    desk = rng.choice(DESKS)
    tie, paused, answer, heap = choice["tie"], choice["pause"] == "between", choice["answer"], choice["idiom"] == "heap"
    one = desk.one
    entry = {"counters": f"{one}_of_each_{desk.job}", "loads": f"{one}_loads", "served": f"{desk.jobs}_per_{one}"}[answer]  # fmt: skip
    if heap:
        complexity = "O(n log k)" if tie == "longest_idle" else ""
    else:
        complexity = "O(n * k)"
    return Draft(
        entry_point=entry,
        spec=_tell(desk, tie, paused, answer),
        commented=lay_out(_write(desk, entry, tie, paused, answer, heap)),
        oracle=_make_oracle(tie, answer),
        draw_input=lambda rng: _draw_input(rng, tie, paused),
        edge_inputs=tuple((*row, pause) for row in EDGES for pause in (0, 1)) if paused else EDGES,
        domain=desk.domain,
        idiom=choice["idiom"],
        complexity=complexity,
        complexity_terms=f"n is the number of {desk.jobs}, k the number of {desk.many}" if complexity else "",
    )


def _write(desk: Desk, entry: str, tie: str, paused: bool, answer: str, heap: bool) -> str:
    one, many = desk.one, desk.many
    out, init, record = {
        "counters": ("chosen", "chosen: list[int] = []", f"chosen.append({one})"),
        "loads": ("loads", f"loads = [0] * {many}", f"loads[{one}] += duration"),
        "served": ("served", f"served = [0] * {many}", f"served[{one}] += 1"),
    }[answer]
    if heap:
        serve = IDLE if tie == "longest_idle" else FREE_AND_BUSY
    else:
        serve = SCANS[tie]
    plus, sign = f" + {desk.pause}" if paused else "", "-" if tie == "highest" else ""
    return fill(
        HEAP if heap else SCAN,
        entry=entry,
        jobs=desk.jobs,
        many=many,
        one=one,
        extra=f", {desk.pause}: int" if paused else "",
        heap=fill(HEAPS[tie], one=one, many=many),
        init=init,
        serve=fill(serve, one=one, many=many, plus=plus, sign=sign, picked=f"{sign}heappop(free)"),
        record=record,
        out=out,
    )


def _tell(desk: Desk, tie: str, paused: bool, answer: str) -> Spec:
    jobs, job, many, one, unit = desk.jobs, desk.job, desk.many, desk.one, desk.unit
    uncounted = ", pauses not counted," if paused else ""
    title, summary, returns = {
        "counters": (f"which {one} serves each {job}", f"Return the number of the {one} that serves each {job}.", f"the numbers in the order of the {jobs}"),
        "loads": (f"how long each {one} is at work", f"Return for how many {unit} each {one} serves {jobs}.", f"the {unit}{uncounted} by number of the {one}"),
        "served": (f"how many {jobs} each {one} serves", f"Return how many {jobs} each {one} serves.", f"the numbers of {jobs} by number of the {one}"),
    }[answer]  # fmt: skip
    queue = f"the {jobs} as (arrival, duration) in {unit}, by arrival, which is never negative; no duration is 0"
    pause = Param(desk.pause, "int", f"the {unit} between two {jobs} at one {one}, at least 0")
    return Spec(
        title=title,
        summary=summary,
        rules=_rules(desk, tie, paused),
        params=(
            Param(jobs, "list[tuple[int, int]]", queue),
            Param(many, "int", f"the number of {many}"),
            *((pause,) if paused else ()),
        ),
        returns=returns,
        return_annotation="list[int]",
        raises=(Raises("ValueError", f"there are no {many}"),),
        context=desk.context,
    )


def _rules(desk: Desk, tie: str, paused: bool) -> tuple[str, ...]:
    jobs, job, many, one = desk.jobs, desk.job, desk.many, desk.one
    wins = {
        "lowest": "with the lowest number",
        "highest": "with the highest number",
        "longest_idle": "that has been free for longest, and of equals the one with the lowest number",
    }[tie]
    rest = f"After each {job} a {one} needs `{desk.pause}` {desk.unit} before it is free again."
    return (
        f"The {jobs} are served strictly in the order of the list, each as soon as it has arrived, the one before it has begun, and a {one} is free.",
        f"The {many} are numbered from 0 and free from time 0; each takes one {job} at a time; of several free {many} the one {wins} is taken.",
        *((rest,) if paused else ()),
    )


def _make_oracle(tie: str, answer: str) -> Callable[..., list[int]]:
    def oracle(queue: list[tuple[int, int]], number: int, rest: int = 0) -> list[int]:
        """Let the clock tick and look at every counter at every tick."""
        if number <= 0:
            raise ValueError("counters")
        until, rows, clock = [0] * number, [], 0
        for arrival, duration in queue:
            clock = max(clock, arrival)
            while all(time > clock for time in until):
                clock += 1
            ready = [n for n in range(number) if until[n] <= clock]
            if tie == "highest":
                ready.reverse()
            if tie == "longest_idle":
                ready.sort(key=lambda n: until[n])
            until[ready[0]] = clock + duration + rest
            rows.append((ready[0], duration))
        if answer == "counters":
            return [n for n, _ in rows]
        return [sum(d if answer == "loads" else 1 for m, d in rows if m == n) for n in range(number)]

    return oracle


EDGES = (
    ([], 1), ([], 0), ([(0, 5)], 1), ([(2, 3), (2, 3)], 1), ([(0, 4), (0, 2), (3, 1), (9, 1)], 2),
    ([(0, 1), (5, 1), (7, 1)], 3), ([(1, 2), (1, 2), (1, 2)], 3), ([(0, 2), (2, 2), (4, 2)], 2), ([(3, 3)], -1),
    ([(0, 3), (1, 3), (6, 2), (6, 2)], 2),
)  # fmt: skip


def _draw_input(rng: Random, tie: str, paused: bool) -> tuple:
    arrivals = sorted(rng.randrange(12) for _ in range(rng.choice((0, 1, 3, 5, 8))))
    queue = [(arrival, rng.choice((1, 2, 3, 5, 8))) for arrival in arrivals]
    number = rng.choice((1, 2, 2, 3, 3, 4)) if rng.random() > 0.06 else 0
    if not paused:
        return (queue, number)
    # Short pauses hardly change who has been free for longest.
    return (queue, number, rng.choice((0, 3, 9) if tie == "longest_idle" else (0, 1, 2)))
