"""Find when repeating events coincide. Choices: starts, moment zero, what is asked for, events that never coincide."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "number theory"
SPACE = {
    "starts": ("together", "given"),
    "asked": ("next", "before"),
    "never": ("none", "raise"),
    "idiom": ("steps", "search"),
}


class Scene(NamedTuple):
    """One domain: entry noun, name of the events, one and several, what they do, unit of time, who needs it."""

    domain: str
    noun: str
    name: str
    one: str
    many: str
    verb: str
    unit: str
    context: str


SCENES = (
    Scene("lighthouses", "common_flash", "lights", "light", "lights", "flashes", "seconds", "A sailor waits for the moment when all lights flash at once."),
    Scene("bus terminus", "common_departure", "lines", "line", "lines", "departs", "minutes", "Changing buses is easiest when all lines depart together."),
    Scene("bell tower", "common_stroke", "bells", "bell", "bells", "strikes", "seconds", "A ringer wants to know when all bells strike together."),
    Scene("fountains", "common_jet", "fountains", "fountain", "fountains", "rises", "seconds", "A park announces when all its fountains rise together."),
)  # fmt: skip


class Asked(NamedTuple):
    """What is asked for. given: each event has a start; following: the next moment, else the last; raising: else None."""

    given: bool
    following: bool
    raising: bool

    @property
    def may_fail(self) -> bool:
        """Whether there can be no such moment: only events that all begin at 0 meet again for certain."""
        return self.given or not self.following

    @property
    def kind(self) -> str:
        return "list[tuple[int, int]]" if self.given else "list[int]"

    @property
    def annotation(self) -> str:
        return "int | None" if self.may_fail and not self.raising else "int"


STEPS = """
from math import gcd
def $entry($events: $kind, now: int) -> $annotation:
    if not $events or any(every < 1 for $each in $events):
        raise ValueError("each needs a positive period")
    $begin
    for $fields in $events:
        $merge
        period = period * every // gcd(period, every)
    $finish
"""
BEGIN = {
    True: """
# All that were looked at so far coincide at `moment` and every `period` after it.
moment, period = 0, 1
""",
    False: """
# They coincide at 0 and at every common multiple of their periods.
period = 1
""",
}
MERGE = """
# The remainders repeat after `every` tries, so more are in vain.
tries = (moment + k * period for k in range(every))
fitting = (at for at in tries if (at - start) % every == 0)
moment = next(fitting, -1)
if moment < 0:
    $failed
"""
# By whether starts are given and whether the next moment is asked for.
FINISH = {
    (True, True): """
first = max(start for start, _ in $events)
latest = max(now, first)
return latest + (moment - latest) % period
""",
    (True, False): """
first = max(start for start, _ in $events)
last = now - 1 - (now - 1 - moment) % period
if last < first:
    $failed
return last
""",
    (False, True): "return now + -now % period",
    (False, False): """
if now < 1:
    $failed
return (now - 1) // period * period
""",
}
SEARCH = """
from math import lcm
def $entry($events: $kind, now: int) -> $annotation:
    if not $events or any(every < 1 for $each in $events):
        raise ValueError("each needs a positive period")
    period = lcm(*$periods)
    $first
    # Within one common period every meeting shows up once.
    $search
"""
SEARCH_SURE = """
moments = $span
return next(at for at in moments if all(at % every == 0 for every in $events))
"""
SEARCH_UNSURE = """
for moment in $span:
    if all($test):
        return moment
$failed
"""
SPANS = {
    (True, True): "range(max(now, first), max(now, first) + period)",
    (True, False): "range(now - 1, max(first, now - period) - 1, -1)",
    (False, True): "range(now, now + period)",
    (False, False): "range(now - 1, max(0, now - period) - 1, -1)",
}


def draw(choice: dict[str, str], rng: Random) -> Draft:
    scene = rng.choice(SCENES)
    asked = Asked(choice["starts"] == "given", choice["asked"] == "next", choice["never"] == "raise")
    entry = f"{'next' if asked.following else 'last'}_{scene.noun}"
    write = _write_steps if choice["idiom"] == "steps" else _write_search
    return Draft(
        entry_point=entry,
        spec=_tell(scene, asked),
        commented=lay_out(write(scene, entry, asked)),
        oracle=_make_oracle(asked),
        draw_input=lambda rng: _draw_input(rng, asked.given),
        edge_inputs=_edges(asked.given),
        domain=scene.domain,
        idiom=choice["idiom"],
    )


def _failed(asked: Asked) -> str:
    return 'raise ValueError("they never coincide then")' if asked.raising else "return None"


def _write_steps(scene: Scene, entry: str, asked: Asked) -> str:
    failed = _failed(asked)
    return fill(
        STEPS,
        entry=entry,
        events=scene.name,
        kind=asked.kind,
        annotation=asked.annotation,
        each="_, every" if asked.given else "every",
        begin=BEGIN[asked.given],
        fields="start, every" if asked.given else "every",
        merge=fill(MERGE, failed=failed) if asked.given else "",
        finish=fill(FINISH[asked.given, asked.following], events=scene.name, failed=failed),
    )


def _write_search(scene: Scene, entry: str, asked: Asked) -> str:
    events, span = scene.name, SPANS[asked.given, asked.following]
    moved = f"(moment - start) % every == 0 for start, every in {events}"
    test = moved if asked.given else f"moment % every == 0 for every in {events}"
    if asked.may_fail:
        search = fill(SEARCH_UNSURE, span=span, test=test, failed=_failed(asked))
    else:
        search = fill(SEARCH_SURE, span=span, events=events)
    return fill(
        SEARCH,
        entry=entry,
        events=events,
        kind=asked.kind,
        annotation=asked.annotation,
        each="_, every" if asked.given else "every",
        periods=f"(every for _, every in {events})" if asked.given else events,
        first=f"first = max(start for start, _ in {events})" if asked.given else "",
        search=search,
    )


def _tell(scene: Scene, asked: Asked) -> Spec:
    many, unit = scene.many, scene.unit
    which = "next" if asked.following else "last"
    starts = f"the {many} as (start, period) in {unit}, no start negative"
    events = starts if asked.given else f"the periods of the {many} in {unit}"
    causes = [f"there are no {many}", "a period is less than 1"]
    causes += ["there is no such moment"] if asked.raising and asked.may_fail else []
    return Spec(
        title=f"the {which} moment in which all {many} coincide",
        summary=f"Return the {which} moment in which all {many} coincide.",
        rules=_rules(scene, asked),
        params=(
            Param(scene.name, asked.kind, events),
            Param("now", "int", f"the present moment in {unit}, at least 0"),
        ),
        returns="the moment, or None" if asked.may_fail and not asked.raising else "the moment",
        return_annotation=asked.annotation,
        raises=(Raises("ValueError", ", or ".join(causes)),),
        context=scene.context,
    )


def _rules(scene: Scene, asked: Asked) -> tuple[str, ...]:
    one, many, verb = scene.one, scene.many, scene.verb
    starts = {
        True: f"A {one} with (start, period) {verb} at its start and then every period, never before its start.",
        False: f"Each {one} {verb} at moment 0 and then every period.",
    }[asked.given]
    counts = {
        True: "it is `now` or later; the earliest such one is asked for.",
        False: "it lies before `now`; the latest such one is asked for.",
    }[asked.following]
    none = ("If there is no such moment, the result is None.",) if asked.may_fail and not asked.raising else ()
    return (starts, f"A moment counts if all {many} coincide in it and {counts}", *none)


def _make_oracle(asked: Asked) -> Callable[[list, int], int | None]:
    def oracle(cycles: list, now: int):
        """Write down all moments of each for a long time and intersect them."""
        pairs = cycles if asked.given else [(0, every) for every in cycles]
        if pairs == [] or min(every for _, every in pairs) <= 0:
            raise ValueError("periods")
        product = 1
        for _, every in pairs:
            product *= every
        horizon = now + product + max(start for start, _ in pairs) + 1
        common = set(range(horizon))
        for start, every in pairs:
            common &= set(range(start, horizon, every))
        found = [m for m in sorted(common) if (m >= now) == asked.following]
        if not found:
            if asked.raising:
                raise ValueError("never")
            return None
        return found[0] if asked.following else found[-1]

    return oracle


TOGETHER = (
    ([], 3), ([4], 0), ([4], 4), ([4], 5), ([4, 6], 1), ([4, 6], 13), ([2, 3, 5], 30), ([0], 2), ([1], 0), ([1], 1),
    ([6, 6], 6), ([3, -1], 2),
)  # fmt: skip
WITH_STARTS = (
    ([(1, 2), (0, 4)], 3), ([(1, 2), (2, 3)], 0), ([(5, 3), (2, 4)], 20), ([(9, 2), (3, 2)], 4), ([(9, 2), (3, 2)], 10),
)  # fmt: skip


def _edges(given: bool) -> tuple[tuple[list, int], ...]:
    if not given:
        return TOGETHER
    return (*(([(0, every) for every in periods], now) for periods, now in TOGETHER), *WITH_STARTS)


def _draw_input(rng: Random, given: bool) -> tuple[list, int]:
    """Return one to three short periods; starts, if given, mostly such that the events meet."""
    periods = [rng.choice((1, 2, 3, 4, 5, 6, 8)) for _ in range(rng.choice((1, 2, 2, 3)))]
    if rng.random() < 0.05:
        periods = rng.choice(([], [0], [3, -2]))
    now = rng.choice((0, 1, 5, 12, 23, 60))
    if not given:
        return (periods, now)
    meeting = rng.randrange(12)
    if rng.random() < 0.6:
        starts = [meeting % every + every * rng.randrange(2) if every > 0 else 0 for every in periods]
    else:
        starts = [rng.randrange(7) for _ in periods]
    return (list(zip(starts, periods, strict=True)), now)
