"""Lend numbers and take them back (a class). Choices: which free number is lent, unknown returns, a used-up pool."""

from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.program import Method, Param, Raises
from generation.programs.stateful import Call, Story, begin, draw_calls, draw_size, fetch, make_class

TOPIC = "data structures"
SPACE = {
    "lent": ("smallest", "longest_free", "last_returned"),
    "empty": ("raise", "none", "grow"),
    "unknown": ("raise", "ignored"),
    "idiom": ("plain", "library"),
}

# (domain, class name, number's name, one, several, borrow verb, return verb, who needs it)
DOMAINS = (
    ("cloakroom", "Cloakroom", "hook", "hook", "hooks", "take", "give_back", "A cloakroom lends hooks by number."),
    ("swimming pool", "LockerRoom", "locker", "locker", "lockers", "open", "close", "A swimming pool lends lockers by number."),
    ("conference", "HeadsetDesk", "headset", "headset", "headsets", "lend", "return_one", "A conference desk lends headsets by number."),
    ("car park", "BayBoard", "bay", "bay", "bays", "enter", "leave", "A car park gives each car a bay by number."),
)  # fmt: skip

SOURCE = """
$imports
class $cls:
    def __init__(self, size: int) -> None:
        if size < 0:
            raise ValueError("size must not be negative")
        $keep_size
        $note
        self._free: $kind = $init
        self._taken: set[int] = set()

    def $take(self) -> $got:
        if not self._free:
            $when_empty
        $pop
        self._taken.add($number)
        return $number

    def $give(self, $number: int) -> None:
        # Otherwise one number could be lent twice.
        if $number not in self._taken:
            $wrong
        self._taken.remove($number)
        $push

    def taken(self) -> list[int]:
        return sorted(self._taken)
"""


class Store(NamedTuple):
    """How the free numbers are kept, as code: its import, annotation, first value, comment, taking out, putting in."""

    imports: str
    kind: str
    init: str
    note: str
    pop: str
    push: str


LONGEST_FIRST = "# The $one that is free longest stands first."
DEQUE = "from collections import deque"
STORES = {
    ("smallest", "plain"): Store(
        "", "set[int]", "set(range(1, size + 1))", "",
        "$number = min(self._free)\nself._free.remove($number)", "self._free.add($number)",
    ),
    ("smallest", "library"): Store(
        "from heapq import heappop, heappush", "list[int]", "list(range(1, size + 1))", "# Rising numbers are a heap already.",
        "$number = heappop(self._free)", "heappush(self._free, $number)",
    ),
    ("longest_free", "plain"): Store(
        "", "list[int]", "list(range(1, size + 1))", LONGEST_FIRST,
        "$number = self._free.pop(0)", "self._free.append($number)",
    ),
    ("longest_free", "library"): Store(
        DEQUE, "deque[int]", "deque(range(1, size + 1))", LONGEST_FIRST,
        "$number = self._free.popleft()", "self._free.append($number)",
    ),
    ("last_returned", "plain"): Store(
        "", "list[int]", "list(range(size, 0, -1))", "# The end of the list is lent first.",
        "$number = self._free.pop()", "self._free.append($number)",
    ),
    ("last_returned", "library"): Store(
        DEQUE, "deque[int]", "deque(range(1, size + 1))", "# The left end is lent first.",
        "$number = self._free.popleft()", "self._free.appendleft($number)",
    ),
}  # fmt: skip
WHEN_EMPTY = {
    "raise": 'raise IndexError("every $one is taken")',
    "none": "return None",
    "grow": """# Nothing is free, so the next number after the highest is made.
self._size += 1
self._taken.add(self._size)
return self._size""",
}
# Which of several free ones is given out, as a rule.
LENT = {
    "smallest": "Out of several free $many, the smallest free number is given out.",
    "longest_free": "Out of several free $many, that one is given out which has been free longest; those never taken are free since the beginning, the smaller ones longer than the greater.",
    "last_returned": "Out of several free $many, that one is given out which was returned last of all that are free; those never taken come after all returned ones, the smallest first.",
}


class Desk(NamedTuple):
    """One domain: the class, the name of a number, one thing, several, the methods that lend and take back, who needs it."""

    domain: str
    cls: str
    number: str
    one: str
    many: str
    take: str
    give: str
    context: str


def draw(choice: dict[str, str], rng: Random) -> Draft:
    desk = Desk(*rng.choice(DOMAINS))
    return make_class(
        desk.cls,
        _tell(desk, choice),
        _methods(desk, choice),
        _source(desk, choice),
        _make_oracle(desk, choice),
        lambda rng: _draw_input(desk, rng),
        _edges(desk),
        desk.domain,
        choice["idiom"],
    )


def _source(desk: Desk, choice: dict[str, str]) -> str:
    store, number, raising = STORES[choice["lent"], choice["idiom"]], desk.number, choice["unknown"] == "raise"
    pieces = {name: text.replace("$number", number).replace("$one", desk.one) for name, text in store._asdict().items()}
    return fill(
        SOURCE,
        cls=desk.cls,
        number=number,
        take=desk.take,
        give=desk.give,
        keep_size="self._size = size" if choice["empty"] == "grow" else "",
        got="int | None" if choice["empty"] == "none" else "int",
        when_empty=WHEN_EMPTY[choice["empty"]].replace("$one", desk.one),
        wrong=f'raise ValueError(f"{desk.one} {{{number}}} is not taken")' if raising else "return",
        **pieces,
    )


def _tell(desk: Desk, choice: dict[str, str]) -> Story:
    one, many = desk.one, desk.many
    rules = [f"The {many} are numbered from 1, and all are free at first.", LENT[choice["lent"]].replace("$many", many)]
    if choice["empty"] == "grow":
        rules.append(f"If none is free, a new {one} is added, with the number after the highest one so far.")
    if choice["unknown"] == "ignored":
        rules.append("Returning a number that is not taken changes nothing.")
    return Story(
        title=f"{many} lent by number",
        summary=f"Write a class that gives out numbered {many} and takes them back.",
        rules=tuple(rules),
        returns=f"an object that knows which {many} are taken",
        context=desk.context,
    )


def _methods(desk: Desk, choice: dict[str, str]) -> tuple[Method, ...]:
    one, many, empty = desk.one, desk.many, choice["empty"]
    size = Param("size", "int", f"how many {many} there are{' at first' if empty == 'grow' else ''}")
    take = Method(desk.take, (), "its number", "int", f"Give out a {one}.")
    if empty != "grow":
        take = fetch(take, empty == "raise", Raises("IndexError", f"no {one} is free"), "none is free")
    unknown = (Raises("ValueError", f"the {one} is not taken"),) if choice["unknown"] == "raise" else ()
    return (
        begin("Begin with everything free.", size, error="the size is negative"),
        take,
        Method(desk.give, (Param(desk.number, "int", f"the number of the {one}"),), "nothing", "None", f"Make a {one} free again.", unknown),
        Method("taken", (), f"the numbers of the {many} that are taken, in ascending order", "list[int]", "Tell what is taken."),
    )  # fmt: skip


def _make_oracle(desk: Desk, choice: dict[str, str]) -> type:
    lent, empty, raising = choice["lent"], choice["empty"], choice["unknown"] == "raise"

    class Oracle:
        """Give each number a stamp of when it became free and search all stamps."""

        def __init__(self, size: int) -> None:
            if size <= -1:
                raise ValueError("size")
            self.clock = 0
            first = -size if lent == "longest_free" else -1
            step = 1 if lent == "longest_free" else -1
            self.stamps: list[int | None] = [first + step * i for i in range(size)]

        def _take(self):
            free = [i for i, stamp in enumerate(self.stamps) if stamp is not None]
            if not free:
                if empty == "raise":
                    raise IndexError("none")
                if empty == "none":
                    return None
                self.stamps.append(None)
                return len(self.stamps)
            order = {
                "smallest": lambda i: i,
                "longest_free": lambda i: self.stamps[i],
                "last_returned": lambda i: -self.stamps[i],
            }[lent]
            best = sorted(free, key=order)[0]
            self.stamps[best] = None
            return best + 1

        def _give(self, n: int) -> None:
            if n not in self.taken():
                if raising:
                    raise ValueError(n)
                return
            self.clock += 1
            self.stamps[n - 1] = self.clock

        def taken(self) -> list[int]:
            return [i + 1 for i, stamp in enumerate(self.stamps) if stamp is None]

    setattr(Oracle, desk.take, Oracle._take)
    setattr(Oracle, desk.give, Oracle._give)
    return Oracle


TAKEN = ("taken", ())


def _edges(desk: Desk) -> tuple[tuple, ...]:
    take = (desk.take, ())

    def give(*numbers: int) -> tuple[Call, ...]:
        return tuple((desk.give, (number,)) for number in numbers)

    return (
        ((-1,), ()),
        ((0,), (take, TAKEN, take)),
        ((2,), (take, take, take, TAKEN)),
        ((3,), (take, take, *give(1), take, TAKEN)),
        ((3,), (take, take, take, *give(3, 1, 2), take, take, TAKEN, take)),
        ((4,), (take, take, *give(2, 1), take, take, take, TAKEN)),
        ((2,), (*give(1), take, *give(9, 1, 1), TAKEN)),
    )


def _draw_input(desk: Desk, rng: Random) -> tuple:
    take = (desk.take, ())
    calls = draw_calls(
        rng, (4, 7, 10, 12), lambda rng: rng.choice((take, take, (desk.give, (rng.randrange(1, 5),)), TAKEN))
    )
    return ((draw_size(rng, (1, 2, 3, 4), refused=-1),), (*calls, take, TAKEN))
