"""Lend numbers and take them back (a class). Choices: which free number is lent, unknown returns, a used-up pool."""

from random import Random

from generation.programs.family import Draft
from generation.programs.layout import lay_out
from generation.programs.program import Method, Param, Raises, Spec

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


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, cls, number, one, many, take, give, context = rng.choice(DOMAINS)
    lent, empty, raising, plain = choice["lent"], choice["empty"], choice["unknown"] == "raise", choice["idiom"] == "plain"
    got = "int | None" if empty == "none" else "int"
    when_empty = {
        "raise": f'        if not self._free:\n            raise IndexError("every {one} is taken")\n',
        "none": "        if not self._free:\n            return None\n",
        "grow": "        if not self._free:\n            # Nothing is free, so the next number after the highest is made.\n            self._size += 1\n            self._taken.add(self._size)\n            return self._size\n",
    }[empty]
    imports = ""
    if lent == "smallest":
        if plain:
            kind, init, note = "set[int]", "set(range(1, size + 1))", ""
            pop, push = f"        {number} = min(self._free)\n        self._free.remove({number})\n", f"        self._free.add({number})\n"
        else:
            imports = "from heapq import heappop, heappush\n"
            kind, init, note = "list[int]", "list(range(1, size + 1))", "        # Rising numbers are a heap already.\n"
            pop, push = f"        {number} = heappop(self._free)\n", f"        heappush(self._free, {number})\n"
    elif lent == "longest_free":
        if plain:
            kind, init, note = "list[int]", "list(range(1, size + 1))", f"        # The {one} that is free longest stands first.\n"
            pop, push = f"        {number} = self._free.pop(0)\n", f"        self._free.append({number})\n"
        else:
            imports = "from collections import deque\n"
            kind, init, note = "deque[int]", "deque(range(1, size + 1))", f"        # The {one} that is free longest stands first.\n"
            pop, push = f"        {number} = self._free.popleft()\n", f"        self._free.append({number})\n"
    else:
        if plain:
            kind, init, note = "list[int]", "list(range(size, 0, -1))", "        # The end of the list is lent first.\n"
            pop, push = f"        {number} = self._free.pop()\n", f"        self._free.append({number})\n"
        else:
            imports = "from collections import deque\n"
            kind, init, note = "deque[int]", "deque(range(1, size + 1))", "        # The left end is lent first.\n"
            pop, push = f"        {number} = self._free.popleft()\n", f"        self._free.appendleft({number})\n"
    wrong = f"            raise ValueError(f\"{one} {{{number}}} is not taken\")\n" if raising else "            return\n"
    source = (
        f"{imports}class {cls}:\n    def __init__(self, size: int) -> None:\n        if size < 0:\n            raise ValueError(\"size must not be negative\")\n"
        + ("        self._size = size\n" if empty == "grow" else "")
        + f"{note}        self._free: {kind} = {init}\n        self._taken: set[int] = set()\n\n    def {take}(self) -> {got}:\n{when_empty}{pop}        self._taken.add({number})\n        return {number}\n\n"
        f"    def {give}(self, {number}: int) -> None:\n        # Otherwise one number could be lent twice.\n        if {number} not in self._taken:\n{wrong}        self._taken.remove({number})\n{push}\n"
        f"    def taken(self) -> list[int]:\n        return sorted(self._taken)\n"
    )  # fmt: skip
    which = {"smallest": "the smallest free number", "longest_free": "the number that has been free longest; those never taken are free since the beginning, the smaller ones longer than the greater", "last_returned": "the number returned last of all that are free; those never taken come after all returned ones, the smallest first"}[lent]
    rules = [f"The {many} are numbered from 1, and all are free at first.", f"Out of several free {many}, {which} is given out." if ";" not in which else f"Out of several free {many}, that one is given out which is {which}.".replace("which is the number that has", "which has").replace("which is the number returned", "which was returned")]
    if empty == "grow":
        rules.append(f"If none is free, a new {one} is added, with the number after the highest one so far.")
    if not raising:
        rules.append("Returning a number that is not taken changes nothing.")
    methods = (
        Method("__init__", (Param("size", "int", f"how many {many} there are{' at first' if empty == 'grow' else ''}"),), "nothing", "None", "Begin with everything free.", (Raises("ValueError", "the size is negative"),)),
        Method(take, (), "its number" + (", or None if none is free" if empty == "none" else ""), got, f"Give out a {one}.", (Raises("IndexError", f"no {one} is free"),) if empty == "raise" else ()),
        Method(give, (Param(number, "int", f"the number of the {one}"),), "nothing", "None", f"Make a {one} free again.", (Raises("ValueError", f"the {one} is not taken"),) if raising else ()),
        Method("taken", (), f"the numbers of the {many} that are taken, in ascending order", "list[int]", "Tell what is taken."),
    )  # fmt: skip
    spec = Spec(
        title=f"{many} lent by number", summary=f"Write a class that gives out numbered {many} and takes them back.", rules=tuple(rules), params=methods[0].params,
        returns=f"an object that knows which {many} are taken", return_annotation="None", context=context, methods=methods,
    )  # fmt: skip

    class Oracle:
        """Give each number a stamp of when it became free and search all stamps."""

        def __init__(self, size: int) -> None:
            if size <= -1:
                raise ValueError("size")
            self.clock = 0
            self.stamps: list[int | None] = [i - size for i in range(size)] if lent == "longest_free" else [-1 - i for i in range(size)]

        def _take(self):
            free = [i for i, stamp in enumerate(self.stamps) if stamp is not None]
            if not free:
                if empty == "raise":
                    raise IndexError("none")
                if empty == "none":
                    return None
                self.stamps.append(None)
                return len(self.stamps)
            order = {"smallest": lambda i: i, "longest_free": lambda i: self.stamps[i], "last_returned": lambda i: -self.stamps[i]}[lent]
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

    setattr(Oracle, take, Oracle._take)
    setattr(Oracle, give, Oracle._give)

    def draw_input(rng: Random) -> tuple:
        calls = [rng.choice(((take, ()), (take, ()), (give, (rng.randrange(1, 5),)), ("taken", ()))) for _ in range(rng.choice((4, 7, 10, 12)))]
        return ((rng.choice((1, 2, 3, 4)) if rng.random() > 0.03 else -1,), (*calls, (take, ()), ("taken", ())))

    t, end = (take, ()), ("taken", ())
    edges = (
        ((-1,), ()),
        ((0,), (t, end, t)),
        ((2,), (t, t, t, end)),
        ((3,), (t, t, (give, (1,)), t, end)),
        ((3,), (t, t, t, (give, (3,)), (give, (1,)), (give, (2,)), t, t, end, t)),
        ((4,), (t, t, (give, (2,)), (give, (1,)), t, t, t, end)),
        ((2,), ((give, (1,)), t, (give, (9,)), (give, (1,)), (give, (1,)), end)),
    )
    return Draft(cls, spec, lay_out(source), Oracle, draw_input, edges, domain, choice["idiom"], kind="class")
