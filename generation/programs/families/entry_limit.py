"""Let only so many pass in a stretch of time (a class, times are given). Choices: window, refused attempts, per name."""

from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.program import Method, Param, Raises
from generation.programs.stateful import Call, Story, begin, make_class

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

WIDTH = 80  # 88 columns without the indentation of a method
SOURCE = """
$imports
class $cls:
    def __init__(self, limit: int, window: int) -> None:
        if limit < 1 or window < 1:
            raise ValueError("limit and window must be positive")
        self._limit, self._window = limit, window
        self._now = 0
        $init

    def room(self, $given) -> int:
        if time < self._now:
            raise ValueError("time runs backwards")
        self._now = time
        $forget
        return max(0, self._limit - $used)

    def $method(self, $given) -> bool:
        passes = self.room($passed) > 0
        $note
        return passes
"""


class Gate(NamedTuple):
    """One domain: the class, who passes, the method that tries, the unit of time, who needs it."""

    domain: str
    cls: str
    one: str
    many: str
    method: str
    unit: str
    context: str


class Store(NamedTuple):
    """How attempts are kept, as code: `forget` drops the old ones, `used` is how many count, `note` adds one."""

    imports: str
    init: str
    forget: str
    used: str
    note: str


def draw(choice: dict[str, str], rng: Random) -> Draft:
    gate = Gate(*rng.choice(DOMAINS))
    sliding, counted, each = choice["window"] == "sliding", choice["refused"] == "counted", choice["scope"] == "each"
    store = _keep_times if choice["idiom"] == "list" else _keep_queue if sliding else _keep_count
    return make_class(
        gate.cls,
        _tell(gate, sliding, counted, each),
        _methods(gate, each),
        _source(gate, store(gate.one, each, sliding), counted, each),
        _make_oracle(gate.method, sliding, counted),
        lambda rng: _draw_input(gate.method, each, rng),
        _edges(gate.method, each),
        gate.domain,
        choice["idiom"],
    )


def _source(gate: Gate, store: Store, counted: bool, each: bool) -> str:
    return fill(
        SOURCE,
        imports=store.imports,
        cls=gate.cls,
        method=gate.method,
        given=f"{gate.one}: str, time: int" if each else "time: int",
        passed=f"{gate.one}, time" if each else "time",
        init=store.init,
        forget=store.forget,
        used=store.used,
        note=f"# A refused attempt uses up room, too.\n{store.note}" if counted else f"if passes:\n    {store.note}",
    )


def _keep_times(one: str, each: bool, sliding: bool) -> Store:
    """Return a list of the times that still matter."""
    passed = f"self._passed[{one}]" if each else "self._passed"
    start = "" if sliding else "start = time - time % self._window\n"
    lookup = f"past_times = self._passed.get({one}, [])\n" if each else ""
    test = "time - past < self._window" if sliding else "past >= start"
    kept = f"past for past in {'past_times' if each else 'self._passed'} if {test}"
    line = f"{passed} = [{kept}]"
    if len(line) > WIDTH:
        line = f"{passed} = [\n    {kept}\n]"
    return Store(
        imports="",
        init="self._passed: dict[str, list[int]] = {}" if each else "self._passed: list[int] = []",
        forget=f"{start}{lookup}# Times too old to matter need not be kept.\n{line}",
        used=f"len({passed})",
        note=f"{passed}.append(time)",
    )


def _keep_queue(one: str, each: bool, sliding: bool) -> Store:
    """Return a queue of times for a sliding window."""
    passed = f"self._passed[{one}]" if each else "self._passed"
    kind, empty = ("defaultdict[str, deque[int]]", "defaultdict(deque)") if each else ("deque[int]", "deque()")
    return Store(
        imports=f"from collections import {'defaultdict, ' if each else ''}deque",
        init=f"self._passed: {kind} = {empty}",
        forget=(
            f"# The oldest time stands first and is the first to be forgotten.\npast = {passed}\n"
            "while past and time - past[0] >= self._window:\n    past.popleft()"
        ),
        used="len(past)",
        note=f"{passed}.append(time)",
    )


def _keep_count(one: str, each: bool, sliding: bool) -> Store:
    """Return a number for the current period of a fixed window."""
    used = f"self._used[{one}]" if each else "self._used"
    return Store(
        imports="from collections import Counter" if each else "",
        init="self._period = 0\n" + ("self._used: Counter[str] = Counter()" if each else "self._used = 0"),
        forget=(
            "period = time // self._window\nif period != self._period:\n    # A new period begins with a clean slate.\n"
            f"    self._period, self._used = period, {'Counter()' if each else '0'}"
        ),
        used=used,
        note=f"{used} += 1",
    )


def _tell(gate: Gate, sliding: bool, counted: bool, each: bool) -> Story:
    whose = f"of the same {gate.one}" if each else f"of all {gate.many} together"
    if sliding:
        span = f"An attempt at time t is set against those {whose} that were made later than t - `window`."
    else:
        span = f"Time is cut into periods of `window` {gate.unit}, the first from 0 on; an attempt is set against those {whose} in the same period."
    if counted:
        count = "All of these count, passed or refused, and an attempt passes if fewer than `limit` count."
    else:
        count = "Of these, those that passed count, and an attempt passes if fewer than `limit` count."
    who = f"each {gate.one}" if each else f"all {gate.many}"
    return Story(
        title=f"a gate that limits {gate.many} by time",
        summary=f"Write a class that lets at most a given number of attempts of {who} pass in a stretch of time.",
        rules=(span, count),
        returns="an object that remembers the attempts",
        context=gate.context,
    )


def _methods(gate: Gate, each: bool) -> tuple[Method, ...]:
    limit = Param("limit", "int", "how many may pass")
    window = Param("window", "int", f"the stretch of time in {gate.unit}")
    who = (Param(gate.one, "str", f"the name of the {gate.one}"),) if each else ()
    given = (*who, Param("time", "int", f"the time in {gate.unit}"))
    backwards = (
        Raises("ValueError", "the time is negative or lies before one that was given earlier, to either method"),
    )
    return (
        begin("Begin without any attempts.", limit, window, error="limit or window is less than 1"),
        Method("room", given, "the number, at least 0", "int", "Tell how many attempts made at this time, one after the other, would pass.", backwards),
        Method(gate.method, given, "whether it passes", "bool", "Make an attempt.", backwards),
    )  # fmt: skip


def _make_oracle(method: str, sliding: bool, counted: bool) -> type:
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
    return Oracle


def _edges(method: str, each: bool) -> tuple[tuple, ...]:
    def call(name: str, method: str, time: int) -> Call:
        return method, (name, time) if each else (time,)

    def at(*times: int) -> tuple[Call, ...]:
        """Attempts of A at these times; a negative one asks for the room instead."""
        return tuple(call("A", method if t >= 0 else "room", abs(t)) for t in times)

    return (
        ((0, 5), ()),
        ((2, 0), ()),
        ((1, 5), at(0, 4, 5, 9, 10)),
        ((2, 10), at(1, 2, -3, 11, -11, 12, 20)),
        ((2, 3), at(5, 4)),
        ((3, 4), at(7, -6)),
        ((1, 4), (*at(3, 3, 4, 7, 8), call("B", method, 8))),
        ((2, 5), (call("A", method, -1),)),
    )


def _draw_input(method: str, each: bool, rng: Random) -> tuple:
    calls, now = [], 0
    for _ in range(rng.choice((2, 6, 10, 14))):
        now += rng.choice((0, 0, 1, 1, 2, 4, 9))
        when = now if rng.random() > 0.04 else now - 1
        calls.append((rng.choice((method, method, method, "room")), (rng.choice("AB"), when) if each else (when,)))
    return ((rng.choice((1, 2, 2, 3)), rng.choice((1, 3, 5, 10))), tuple(calls))
