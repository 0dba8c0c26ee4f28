"""Find when repeating events coincide. Choices: starts, moment zero, what is asked for, events that never coincide."""

from random import Random

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

# (domain, entry noun, events' name, one, several, verb, unit, who needs it)
DOMAINS = (
    ("lighthouses", "common_flash", "lights", "light", "lights", "flashes", "seconds", "A sailor waits for the moment when all lights flash at once."),
    ("bus terminus", "common_departure", "lines", "line", "lines", "departs", "minutes", "Changing buses is easiest when all lines depart together."),
    ("bell tower", "common_stroke", "bells", "bell", "bells", "strikes", "seconds", "A ringer wants to know when all bells strike together."),
    ("fountains", "common_jet", "fountains", "fountain", "fountains", "rises", "seconds", "A park announces when all its fountains rise together."),
)  # fmt: skip

STEPS = """
from math import gcd
def $entry($events: $kind, now: int) -> $annotation:
    if not $events or any($bad):
        raise ValueError("$wrong")
    # All that were looked at so far coincide at `moment` and every `period` after it.
    moment, period = 0, 1
    for $fields in $events:
        $merge
        period = period * every // gcd(period, every)
    $finish
"""
SEARCH = """
from math import lcm
def $entry($events: $kind, now: int) -> $annotation:
    if not $events or any($bad):
        raise ValueError("$wrong")
    $period
    # Within one common period every meeting shows up once.
    for moment in $span:
        if all($test):
            return moment
    $failed
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, name, one, many, verb, unit, context = rng.choice(DOMAINS)
    given, following, raising, steps = choice["starts"] == "given", choice["asked"] == "next", choice["never"] == "raise", choice["idiom"] == "steps"
    entry = f"{'next' if following else 'last'}_{noun}"
    kind = "list[tuple[int, int]]" if given else "list[int]"
    maybe = not raising and (given or not following)
    annotation = "int | None" if maybe else "int"
    failed = 'raise ValueError("they never coincide then")' if raising else "return None"
    names = dict(
        entry=entry, events=name, kind=kind, annotation=annotation,
        bad=f"every < 1 for _, every in {name}" if given else f"every < 1 for every in {name}",
        wrong="each needs a positive period",
        fields="start, every" if given else "every",
    )  # fmt: skip
    if steps:
        merge = ""
        if given:
            merge = f"# The remainders repeat after `every` tries, so more are in vain.\ntries = (moment + k * period for k in range(every))\nfitting = (at for at in tries if (at - start) % every == 0)\nmoment = next(fitting, -1)\nif moment < 0:\n    {failed}"
        if given and following:
            finish = "first = max(start for start, _ in $N)\nlatest = max(now, first)\nreturn latest + (moment - latest) % period"
        elif given:
            finish = "first = max(start for start, _ in $N)\nlast = now - 1 - (now - 1 - moment) % period\nif last < first:\n    $F\nreturn last"
        elif following:
            finish = "return now + -now % period"
        else:
            finish = "if now < 1:\n    $F\nreturn (now - 1) // period * period"
        finish = finish.replace("$N", name).replace("$F", failed)
        commented = fill(STEPS, merge=merge, finish=finish, **names)
        if not given:
            commented = commented.replace("    # All that were looked at so far coincide at `moment` and every `period` after it.\n    moment, period = 0, 1", "    # They coincide at 0 and at every common multiple of their periods.\n    period = 1")
    else:
        test = f"(moment - start) % every == 0 for start, every in {name}" if given else f"moment % every == 0 for every in {name}"
        period = f"period = lcm(*(every for _, every in {name}))" if given else f"period = lcm(*{name})"
        if given:
            period += f"\nfirst = max(start for start, _ in {name})"
        if following:
            span = "range(max(now, first), max(now, first) + period)" if given else "range(now, now + period)"
        elif given:
            span = "range(now - 1, max(first, now - period) - 1, -1)"
        else:
            span = "range(now - 1, max(0, now - period) - 1, -1)"
        commented = fill(SEARCH, period=period, span=span, test=test, failed=failed if given or not following else "$X", **names)
        if not given and following:
            a = commented.index("    for moment in")
            commented = commented[:a] + f"    moments = {span}\n    return next(at for at in moments if all(at % every == 0 for every in {name}))\n"
    if given:
        rules = [f"A {one} with (start, period) {verb} at its start and then every period, never before its start."]
    else:
        rules = [f"Each {one} {verb} at moment 0 and then every period."]
    rules.append(f"A moment counts if all {many} coincide in it" + (" and it is `now` or later; the earliest such one is asked for." if following else " and it lies before `now`; the latest such one is asked for."))
    if maybe:
        rules.append("If there is no such moment, the result is None.")
    periods = f"the {many} as (start, period) in {unit}, no start negative" if given else f"the periods of the {many} in {unit}"
    causes = [f"there are no {many}", "a period is less than 1"] + (["there is no such moment"] if raising and (given or not following) else [])
    spec = Spec(
        title=f"the {'next' if following else 'last'} moment in which all {many} coincide",
        summary=f"Return the {'next' if following else 'last'} moment in which all {many} coincide.",
        rules=tuple(rules),
        params=(Param(name, kind, periods), Param("now", "int", f"the present moment in {unit}, at least 0")),
        returns="the moment" + (", or None" if maybe else ""),
        return_annotation=annotation,
        raises=(Raises("ValueError", ", or ".join(causes)),),
        context=context,
    )  # fmt: skip

    def oracle(cycles: list, now: int):
        """Write down all moments of each for a long time and intersect them."""
        pairs = cycles if given else [(0, every) for every in cycles]
        if pairs == [] or min(every for _, every in pairs) <= 0:
            raise ValueError("periods")
        product = 1
        for _, every in pairs:
            product *= every
        horizon = now + product + max(start for start, _ in pairs) + 1
        common = set(range(horizon))
        for start, every in pairs:
            common &= set(range(start, horizon, every))
        found = [m for m in sorted(common) if (m >= now) == following]
        if not found:
            if raising:
                raise ValueError("never")
            return None
        return found[0] if following else found[-1]

    def draw_input(rng: Random) -> tuple:
        periods = [rng.choice((1, 2, 3, 4, 5, 6, 8)) for _ in range(rng.choice((1, 2, 2, 3)))]
        if rng.random() < 0.05:
            periods = rng.choice(([], [0], [3, -2]))
        now = rng.choice((0, 1, 5, 12, 23, 60))
        if not given:
            return (periods, now)
        meeting = rng.randrange(12)
        if rng.random() < 0.6:
            return ([(meeting % every + every * rng.randrange(2), every) if every > 0 else (0, every) for every in periods], now)
        return ([(rng.randrange(7), every) for every in periods], now)

    plain = (([], 3), ([4], 0), ([4], 4), ([4], 5), ([4, 6], 1), ([4, 6], 13), ([2, 3, 5], 30), ([0], 2), ([1], 0), ([1], 1), ([6, 6], 6), ([3, -1], 2))
    edges = tuple(([(0, every) for every in row], now) for row, now in plain) + ((([(1, 2), (0, 4)], 3)), ([(1, 2), (2, 3)], 0), ([(5, 3), (2, 4)], 20), ([(9, 2), (3, 2)], 4), ([(9, 2), (3, 2)], 10)) if given else plain
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
        complexity="",
        complexity_terms="",
    )
