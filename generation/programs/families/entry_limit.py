"""Let only so many pass in a stretch of time (a class, times are given). Choices: window, refused attempts, per name."""

from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Method, Param, Raises, Spec

TOPIC = "classes"
SPACE = {
    "window": ("sliding", "fixed"),
    "refused": ("free", "counted"),
    "scope": ("all", "each"),
    "idiom": ("list", "compact"),
}

# (domain, class name, who passes, several, method, unit, who needs it)
DOMAINS = (
    ("ski lift", "LiftGate", "skier", "skiers", "admit", "seconds", "A ski lift lets only so many rides begin in a given time."),
    ("letter box", "MailGate", "sender", "senders", "accept", "seconds", "A mail system slows down senders who write too much."),
    ("door lock", "DoorGate", "badge", "badges", "try_badge", "seconds", "A door lock limits how often badges are tried."),
    ("sensor feed", "FeedGate", "sensor", "sensors", "take", "milliseconds", "A weather service limits the readings that its sensors send."),
)  # fmt: skip

SOURCE = """
$imports
class $cls:
    def __init__(self, limit: int, window: int) -> None:
        if limit < 1 or window < 1:
            raise ValueError("limit and window must be positive")
        self._limit, self._window = limit, window
        self._now = 0
        $init

    def room(self, ${who}time: int) -> int:
        if time < self._now:
            raise ValueError("time runs backwards")
        self._now = time
        $forget
        return max(0, self._limit - $used)

    def $method(self, ${who}time: int) -> bool:
        passes = self.room(${whom}time) > 0
        $note
        return passes
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, cls, one, many, method, unit, context = rng.choice(DOMAINS)
    sliding, counted, each, compact = choice["window"] == "sliding", choice["refused"] == "counted", choice["scope"] == "each", choice["idiom"] == "compact"
    imports, test = "", "time - past < self._window" if sliding else "past >= start"
    period_start = "" if sliding else "start = time - time % self._window\n"
    if not compact:
        init = "self._passed: dict[str, list[int]] = {}" if each else "self._passed: list[int] = []"
        if each:
            forget = f"{period_start}past_times = self._passed.get({one}, [])\n# Times too old to matter need not be kept.\nself._passed[{one}] = [past for past in past_times if {test}]"
        else:
            forget = f"{period_start}# Times too old to matter need not be kept.\nself._passed = [past for past in self._passed if {test}]"
        used, note = (f"len(self._passed[{one}])", f"self._passed[{one}].append(time)") if each else ("len(self._passed)", "self._passed.append(time)")
    elif sliding:
        imports = "from collections import defaultdict, deque" if each else "from collections import deque"
        init = "self._passed: defaultdict[str, deque[int]] = defaultdict(deque)" if each else "self._passed: deque[int] = deque()"
        forget = "# The oldest time stands first and is the first to be forgotten.\n" + (f"past = self._passed[{one}]" if each else "past = self._passed")
        forget += "\nwhile past and time - past[0] >= self._window:\n    past.popleft()"
        used, note = "len(past)", f"self._passed[{one}].append(time)" if each else "self._passed.append(time)"
    else:
        imports = "from collections import Counter" if each else ""
        init = "self._period = 0\nself._used: Counter[str] = Counter()" if each else "self._period = 0\nself._used = 0"
        forget = f"period = time // self._window\nif period != self._period:\n    # A new period begins with a clean slate.\n    self._period, self._used = period, {'Counter()' if each else '0'}"
        used = f"self._used[{one}]" if each else "self._used"
        note = f"{used} += 1"
    commented = fill(
        SOURCE.replace("${who}", f"{one}: str, " if each else "").replace("${whom}", f"{one}, " if each else ""),
        imports=imports,
        cls=cls,
        method=method,
        init=init,
        forget=forget,
        used=used,
        note=("# A refused attempt uses up room, too.\n" + note) if counted else f"if passes:\n    {note}",
    )
    if each and not compact and len(f"        self._passed[{one}] = [past for past in past_times if {test}]") > 88:
        commented = commented.replace(
            f"        self._passed[{one}] = [past for past in past_times if {test}]",
            f"        self._passed[{one}] = [\n            past for past in past_times if {test}\n        ]",
        )
    if not each and not compact and len(f"        self._passed = [past for past in self._passed if {test}]") > 88:
        commented = commented.replace(
            f"        self._passed = [past for past in self._passed if {test}]",
            f"        self._passed = [\n            past for past in self._passed if {test}\n        ]",
        )
    whose = f"of the same {one}" if each else f"of all {many} together"
    if sliding:
        span = f"An attempt at time t is set against those {whose} that were made later than t - `window`."
    else:
        span = f"Time is cut into periods of `window` {unit}, the first from 0 on; an attempt is set against those {whose} in the same period."
    rules = (
        span,
        "Of these, those that passed count, and an attempt passes if fewer than `limit` count." if not counted else "All of these count, passed or refused, and an attempt passes if fewer than `limit` count.",
    )
    who = (Param(one, "str", f"the name of the {one}"),) if each else ()
    time = Param("time", "int", f"the time in {unit}")
    backwards = (Raises("ValueError", "the time is negative or lies before one that was given earlier, to either method"),)
    methods = (
        Method("__init__", (Param("limit", "int", "how many may pass"), Param("window", "int", f"the stretch of time in {unit}")), "nothing", "None", "Begin without any attempts.", (Raises("ValueError", "limit or window is less than 1"),)),
        Method("room", (*who, time), "the number, at least 0", "int", "Tell how many attempts made at this time, one after the other, would pass.", backwards),
        Method(method, (*who, time), "whether it passes", "bool", "Make an attempt.", backwards),
    )  # fmt: skip
    spec = Spec(
        title=f"a gate that limits {many} by time",
        summary=f"Write a class that lets at most a given number of attempts {'of each ' + one if each else 'of all ' + many} pass in a stretch of time.",
        rules=rules,
        params=methods[0].params,
        returns="an object that remembers the attempts",
        return_annotation="None",
        context=context,
        methods=methods,
    )

    class Oracle:
        """Keep every attempt for ever and count anew each time."""

        def __init__(self, limit: int, window: int) -> None:
            if min(limit, window) <= 0:
                raise ValueError("positive")
            self.limit, self.window, self.log, self.latest = limit, window, [], 0

        def room(self, *arguments) -> int:
            *name, now = arguments
            if now < self.latest:
                raise ValueError("backwards")
            self.latest = now
            begin = now - self.window + 1 if sliding else now - now % self.window
            used = [1 for whose_, then, passed in self.log if whose_ == name and then >= begin and (passed or counted)]
            return self.limit - len(used) if len(used) < self.limit else 0

        def attempt(self, *arguments) -> bool:
            passed = self.room(*arguments) >= 1
            self.log.append((list(arguments[:-1]), arguments[-1], passed))
            return passed

    setattr(Oracle, method, Oracle.attempt)

    def draw_input(rng: Random) -> tuple:
        calls, now = [], 0
        for _ in range(rng.choice((2, 6, 10, 14))):
            now += rng.choice((0, 0, 1, 1, 2, 4, 9))
            when = now if rng.random() > 0.04 else now - 1
            calls.append((rng.choice((method, method, method, "room")), (*((rng.choice("AB"),) if each else ()), when)))
        return ((rng.choice((1, 2, 2, 3)), rng.choice((1, 3, 5, 10))), tuple(calls))

    def at(*times: int) -> tuple:
        return tuple((method if t >= 0 else "room", (*(("A",) if each else ()), abs(t))) for t in times)

    edges = (
        ((0, 5), ()),
        ((2, 0), ()),
        ((1, 5), at(0, 4, 5, 9, 10)),
        ((2, 10), at(1, 2, -3, 11, -11, 12, 20)),
        ((2, 3), at(5, 4)),
        ((3, 4), at(7, -6)),
        ((1, 4), (*at(3, 3, 4, 7, 8), (method, (*(("B",) if each else ()), 8)))),
        ((2, 5), ((method, (*(("A",) if each else ()), -1)),)),
    )
    entry = cls
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=Oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
        complexity="",
        complexity_terms="",
        kind="class",
    )
