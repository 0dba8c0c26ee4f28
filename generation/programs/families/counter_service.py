"""Serve a queue at several counters. Choices: which free counter is taken, breaks between, what is returned."""

from random import Random

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

# (domain, customers, one customer, counters, one counter, entry noun, minutes' name, pause's name, who needs it)
DOMAINS = (
    ("passport office", "visitors", "visitor", "desks", "desk", "desk", "minutes", "tidying", "A passport office plans how many desks it opens."),
    ("car wash", "cars", "car", "bays", "bay", "bay", "minutes", "rinsing", "A car wash wants to know how long cars wait for a free bay."),
    ("render farm", "scenes", "scene", "machines", "machine", "machine", "seconds", "cooling", "A studio hands scenes to its machines in the order of the list."),
)  # fmt: skip

SCAN = """
def $entry($jobs: list[tuple[int, int]], $many: int$extra) -> $annotation:
    if $many < 1:
        raise ValueError("at least one $one is needed")
    # When each $one is free again.
    free_at = [0] * $many
    $init
    for arrival, duration in $jobs:
        $pick
        start = max(arrival, free_at[$one])
        free_at[$one] = start + duration$plus
        $record
    return $out
"""
HEAP = """
from heapq import heappop, heappush
def $entry($jobs: list[tuple[int, int]], $many: int$extra) -> $annotation:
    if $many < 1:
        raise ValueError("at least one $one is needed")
    $heap
    $init
    for arrival, duration in $jobs:
        $pick
        start = max(arrival, $ready)
        $push
        $record
    return $out
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, jobs, job, many, one, _noun, unit, pause, context = rng.choice(DOMAINS)
    tie, paused, answer, heap = choice["tie"], choice["pause"] == "between", choice["answer"], choice["idiom"] == "heap"
    entry = {"counters": f"{one}_of_each_{job}", "loads": f"{one}_loads", "served": f"{jobs}_per_{one}"}[answer]
    out = {"counters": "chosen", "loads": "loads", "served": "served"}[answer]
    init = "chosen: list[int] = []" if answer == "counters" else f"{out} = [0] * {many}"
    record = {"counters": f"chosen.append({one})", "loads": f"loads[{one}] += duration", "served": f"served[{one}] += 1"}[answer]
    plus = f" + {pause}" if paused else ""
    if heap:
        if tie == "longest_idle":
            heap_init = f"# Ordered by when each {one} got free; the sorted list is a heap already.\nidle = [(0, number) for number in range({many})]"
            pick, ready, push = f"since, {one} = heappop(idle)", "since", f"heappush(idle, (start + duration{plus}, {one}))"
        else:
            sign = "" if tie == "lowest" else "-"
            listing = f"list(range({many}))" if tie == "lowest" else f"list(range(1 - {many}, 1))"
            heap_init = (
                ("# Numbers are kept negative, so that the highest comes first.\n" if tie == "highest" else "")
                + f"free: list[int] = {listing}\nbusy: list[tuple[int, int]] = []\nnow = 0"
            )
            pick = (
                "# If none is free, time goes on until the next one has finished.\nnow = max(now, arrival) if free else max(arrival, busy[0][0])\n"
                f"while busy and busy[0][0] <= now:\n    heappush(free, heappop(busy)[1])\n{one} = {sign}heappop(free)"
            )
            ready = "now"
            push = f"heappush(busy, (start + duration{plus}, {sign}{one}))"
    else:
        heap_init = ready = push = ""
        if tie == "longest_idle":
            pick = f"# min takes the first of those that are free since the same time.\n{one} = min(range({many}), key=free_at.__getitem__)"
        else:
            pick = f"# All that are free by then are equally good: the {tie} number wins.\nnow = max(arrival, min(free_at))\n"
            pick += (
                f"{one} = next(n for n in range({many}) if free_at[n] <= now)"
                if tie == "lowest"
                else f"{one} = max(n for n in range({many}) if free_at[n] <= now)"
            )
    commented = fill(
        HEAP if heap else SCAN,
        entry=entry, jobs=jobs, many=many, one=one, out=out, init=init, record=record, extra=f", {pause}: int" if paused else "",
        plus=plus, annotation="list[int]", heap=heap_init, pick=pick, ready=ready, push=push,
    )  # fmt: skip
    if heap and tie != "longest_idle":
        commented = commented.replace("        start = max(arrival, now)\n", "").replace("start + duration", "now + duration")
    if not heap and tie != "longest_idle":
        commented = commented.replace(f"        start = max(arrival, free_at[{one}])\n", "").replace("start + duration", "now + duration")
    choose = {
        "lowest": f"of several free {many} the one with the lowest number",
        "highest": f"of several free {many} the one with the highest number",
        "longest_idle": f"of several free {many} the one that has been free for longest, and of equals the one with the lowest number",
    }[tie]
    rules = [
        f"The {jobs} are served strictly in the order of the list, each as soon as it has arrived, the one before it has begun, and a {one} is free.",
        f"The {many} are numbered from 0 and free from time 0; each takes one {job} at a time; {choose} is taken.",
    ]
    if paused:
        rules.append(f"After each {job} a {one} needs `{pause}` {unit} before it is free again.")
    spec = Spec(
        title={"counters": f"which {one} serves each {job}", "loads": f"how long each {one} is at work", "served": f"how many {jobs} each {one} serves"}[answer],
        summary={"counters": f"Return the number of the {one} that serves each {job}.", "loads": f"Return for how many {unit} each {one} serves {jobs}.", "served": f"Return how many {jobs} each {one} serves."}[answer],
        rules=tuple(rules),
        params=(Param(jobs, "list[tuple[int, int]]", f"the {jobs} as (arrival, duration) in {unit}, by arrival, which is never negative; no duration is 0"), Param(many, "int", f"the number of {many}"))
        + ((Param(pause, "int", f"the {unit} between two {jobs} at one {one}, at least 0"),) if paused else ()),
        returns={"counters": f"the numbers in the order of the {jobs}", "loads": f"the {unit}, pauses not counted, by number of the {one}" if paused else f"the {unit} by number of the {one}", "served": f"the numbers of {jobs} by number of the {one}"}[answer],
        return_annotation="list[int]",
        raises=(Raises("ValueError", f"there are fewer than 1 {many}".replace("fewer than 1 ", "no ")),),
        context=context,
    )  # fmt: skip

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

    rests = (0, 3, 9) if tie == "longest_idle" else (0, 1, 2)  # short ones hardly change who has been free for longest

    def draw_input(rng: Random) -> tuple:
        arrivals = sorted(rng.randrange(12) for _ in range(rng.choice((0, 1, 3, 5, 8))))
        queue = [(arrival, rng.choice((1, 2, 3, 5, 8))) for arrival in arrivals]
        return (queue, rng.choice((1, 2, 2, 3, 3, 4)) if rng.random() > 0.06 else 0, *((rng.choice(rests),) if paused else ()))

    rows = (([], 1), ([], 0), ([(0, 5)], 1), ([(2, 3), (2, 3)], 1), ([(0, 4), (0, 2), (3, 1), (9, 1)], 2), ([(0, 1), (5, 1), (7, 1)], 3), ([(1, 2), (1, 2), (1, 2)], 3), ([(0, 2), (2, 2), (4, 2)], 2), ([(3, 3)], -1), ([(0, 3), (1, 3), (6, 2), (6, 2)], 2))  # fmt: skip
    edges = tuple((*row, pause_) for row in rows for pause_ in (0, 1)) if paused else rows
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
        complexity=("O(n log k)" if tie == "longest_idle" else "") if heap else "O(n * k)",
        complexity_terms=f"n is the number of {jobs}, k the number of {many}" if not heap or tie == "longest_idle" else "",
    )
