"""Notes that lapse after a while (a class, times are given). Choices: renewal, the last moment, missing notes."""

from random import Random

from generation.programs.family import Draft
from generation.programs.layout import lay_out
from generation.programs.program import Method, Param, Raises, Spec
from generation.programs.renaming import with_names

TOPIC = "caches"
SPACE = {
    "reading": ("renews", "leaves"),
    "edge": ("still_valid", "lapsed"),
    "rewriting": ("new_time", "old_time"),
    "missing": ("none", "raise"),
    "idiom": ("pairs", "two_dicts"),
}

# (domain, class name, key, value, several values, time unit, who needs it)
DOMAINS = (
    ("ski passes", "PassBoard", "skier", "lift", "lifts", "minutes", "A ski resort remembers for a while which lift a skier took last."),
    ("library desk", "DeskMemory", "reader", "request", "requests", "minutes", "A library desk keeps a request of each reader for a while."),
    ("ferry radio", "RadioLog", "ferry", "berth", "berths", "minutes", "A harbour keeps the last reported berth of each ferry for a while."),
    ("greenhouse", "MistMemory", "bed", "setting", "settings", "hours", "A greenhouse keeps the setting of each bed for some hours."),
)  # fmt: skip
# What stands in inputs for the letters drawn, by domain; in ascending order.
LETTERS = "ABpqxyz"
NAMES = {
    "ski passes": ("Anton", "Berta", "Gipfel", "Nord", "See", "West", "Zinne"),
    "library desk": ("Costa", "Novak", "atlas", "diary", "letters", "map", "novel"),
    "ferry radio": ("Aurora", "Nixe", "P1", "P2", "P3", "P4", "P5"),
    "greenhouse": ("bed 1", "bed 2", "dry", "fine", "heavy", "mist", "off"),
}  # fmt: skip


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, cls, key, value, values, unit, context = rng.choice(DOMAINS)
    renews, valid, new_time, raising, pairs = choice["reading"] == "renews", choice["edge"] == "still_valid", choice["rewriting"] == "new_time", choice["missing"] == "raise", choice["idiom"] == "pairs"
    op = "<=" if valid else "<"
    got = "str" if raising else "str | None"
    miss = f"raise KeyError({key})" if raising else "return None"
    if pairs:
        fields = f"        # The time at the front is when the {value} counts from.\n        self._notes: dict[str, tuple[int, str]] = {{}}\n"
        alive = f"    def _alive(self, {key}: str, now: int) -> bool:\n        return {key} in self._notes and now - self._notes[{key}][0] {op} self._life\n"
        if new_time:
            put = f"        self._notes[{key}] = now, {value}\n"
        else:
            put = f"        since = now\n        if self._alive({key}, now):\n            # A corrected {value} does not live any longer for it.\n            since = self._notes[{key}][0]\n        self._notes[{key}] = since, {value}\n"
        read = f"        {value} = self._notes[{key}][1]\n" + (f"        self._notes[{key}] = now, {value}\n" if renews else "") + f"        return {value}\n"
        names = "self._notes"
    else:
        fields = f"        self._{values}: dict[str, str] = {{}}\n        # When each {value} counts from.\n        self._since: dict[str, int] = {{}}\n"
        alive = f"    def _alive(self, {key}: str, now: int) -> bool:\n        return {key} in self._since and now - self._since[{key}] {op} self._life\n"
        if new_time:
            put = f"        self._{values}[{key}], self._since[{key}] = {value}, now\n"
        else:
            put = f"        # A corrected {value} does not live any longer for it.\n        if not self._alive({key}, now):\n            self._since[{key}] = now\n        self._{values}[{key}] = {value}\n"
        read = (f"        self._since[{key}] = now\n" if renews else "") + f"        return self._{values}[{key}]\n"
        names = "self._since"
    source = (
        f"class {cls}:\n    def __init__(self, life: int) -> None:\n        if life < 1:\n            raise ValueError(\"life must be positive\")\n        self._life = life\n{fields}\n"
        f"{alive}\n    def put(self, {key}: str, {value}: str, now: int) -> None:\n{put}\n"
        f"    def get(self, {key}: str, now: int) -> {got}:\n        if not self._alive({key}, now):\n            {miss}\n{read}\n"
        f"    def alive(self, now: int) -> list[str]:\n        return sorted({key} for {key} in {names} if self._alive({key}, now))\n"
    )  # fmt: skip
    rules = [f"A {value} has lapsed when " + ("more than its life has passed since it was put in" if valid else "its life has passed since it was put in, also at that very moment") + (" or last read." if renews else "; reading it changes nothing about that.")]
    rules.append(f"A {value} put in for a {key} takes the place of an earlier one" + (", and its life begins anew." if new_time else "; if that one had not lapsed, the new one keeps the time of the old one, otherwise its life begins anew."))
    rules.append("The times given never go back from call to call.")
    who, when = Param(key, "str", f"the name of the {key}"), Param("now", "int", f"the time of the call in {unit}")
    methods = (
        Method("__init__", (Param("life", "int", f"the life of a {value} in {unit}"),), "nothing", "None", "Begin without any.", (Raises("ValueError", "the life is less than 1"),)),
        Method("put", (who, Param(value, "str", f"the {value}"), when), "nothing", "None", f"Keep a {value} for a {key}."),
        Method("get", (who, when), f"the {value}" + ("" if raising else ", or None if there is none or it has lapsed"), got, f"Return the {value} of a {key}.", (Raises("KeyError", f"there is no {value} or it has lapsed"),) if raising else ()),
        Method("alive", (when,), f"the names of the {key}s in alphabetical order" if key != "ferry" else "the names of the ferries in alphabetical order", "list[str]", f"List for whom a {value} is kept that has not lapsed; this does not count as reading."),
    )  # fmt: skip
    spec = Spec(
        title=f"{values} that lapse after a while", summary=f"Write a class that keeps a {value} for each {key} until it has lapsed.", rules=tuple(rules), params=methods[0].params,
        returns=f"an object that keeps {values} for a while", return_annotation="None", context=context, methods=methods,
    )  # fmt: skip

    class Oracle:
        """Keep a log of all events and replay it for every question."""

        def __init__(self, life: int) -> None:
            if life <= 0:
                raise ValueError("life")
            self.life, self.log = life, []

        def _state(self, name: str, now: int):
            content, until = None, -1
            for who_, kind, text, time in self.log:
                if who_ != name:
                    continue
                living = content is not None and time <= until
                if kind == "put":
                    content = text
                    if new_time or not living:
                        until = time + self.life - (0 if valid else 1)
                elif living and renews:
                    until = time + self.life - (0 if valid else 1)
            return content if content is not None and now <= until else None

        def put(self, name: str, text: str, now: int) -> None:
            self.log.append((name, "put", text, now))

        def get(self, name: str, now: int):
            found = self._state(name, now)
            self.log.append((name, "get", "", now))
            if found is None and raising:
                raise KeyError(name)
            return found

        def alive(self, now: int) -> list[str]:
            return [n for n in sorted({row[0] for row in self.log}) if self._state(n, now) is not None]

    def draw_input(rng: Random) -> tuple:
        calls: list[tuple] = []
        now = rng.randrange(5)
        for _ in range(rng.choice((3, 6, 9, 11))):
            name = rng.choice("AB")
            calls.append(rng.choice((("put", (name, rng.choice("xyz"), now)), ("get", (name, now)), ("get", (name, now)), ("alive", (now,)))))
            now += rng.choice((0, 1, 2, 3))
        return ((rng.choice((2, 3, 4)) if rng.random() > 0.03 else 0,), (*calls, ("alive", (now,))))

    edges = (
        ((0,), ()),
        ((3,), (("get", ("A", 0)), ("alive", (0,)))),
        ((3,), (("put", ("A", "x", 1)), ("get", ("A", 3)), ("get", ("A", 4)), ("get", ("A", 6)), ("alive", (7,)))),
        ((2,), (("put", ("A", "x", 0)), ("get", ("A", 2)), ("get", ("A", 3)))),
        ((4,), (("put", ("B", "x", 0)), ("put", ("B", "y", 3)), ("get", ("B", 4)), ("get", ("B", 5)), ("alive", (6,)), ("put", ("A", "z", 7)), ("alive", (7,)))),
        ((2,), (("put", ("A", "x", 0)), ("put", ("A", "y", 5)), ("alive", (6,)), ("get", ("A", 7)), ("get", ("A", 8)))),
        ((5,), (("put", ("B", "p", 1)), ("put", ("A", "q", 2)), ("alive", (5,)), ("alive", (6,)), ("alive", (8,)))),
    )
    draft = Draft(cls, spec, lay_out(source), Oracle, draw_input, edges, domain, choice["idiom"], kind="class")
    return with_names(draft, LETTERS, NAMES[domain])
