"""Hold stock for orders (a class). Choices: too little stock, an order that holds already, unknown orders."""

from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Method, Param, Raises, Spec

TOPIC = "classes"
SPACE = {
    "short": ("raise", "refuse", "part"),
    "again": ("adds", "replaces"),
    "unknown": ("raise", "zero"),
    "idiom": ("dict", "counter"),
}

# (domain, class name, what is held, order's word, several, who needs it)
DOMAINS = (
    ("plant nursery", "PlantStore", "plants", "order", "orders", "A nursery holds plants for orders until they are fetched."),
    ("ticket desk", "SeatStore", "seats", "guest", "guests", "A theatre holds seats for guests who pay at the door."),
    ("blood bank", "UnitStore", "units", "ward", "wards", "A blood bank holds units for wards before operations."),
    ("cheese dairy", "WheelStore", "wheels", "shop", "shops", "A dairy holds cheese wheels for shops until the van leaves."),
)  # fmt: skip

SOURCE = """
$imports
class $cls:
    def __init__(self, $things: int) -> None:
        if $things < 0:
            raise ValueError("the stock must not be negative")
        # What is not held for anybody.
        self._free = $things
        self._held: $kind = $empty

    def hold(self, $order: str, count: int) -> $got:
        if count < 1:
            raise ValueError("count must be positive")
        $room
        $short
        $book
        return $told

    def release(self, $order: str) -> int:
        $unknown
        count = self._held.pop($order$default)
        self._free += count
        return count

    def hand_over(self, $order: str) -> int:
        $unknown
        # Handed over, they do not come back into the free stock.
        return self._held.pop($order$default)

    def free(self) -> int:
        return self._free
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, cls, things, order, orders, context = rng.choice(DOMAINS)
    short, replaces, raising, counter = choice["short"], choice["again"] == "replaces", choice["unknown"] == "raise", choice["idiom"] == "counter"
    own = f"self._held[{order}]" if counter else f"self._held.get({order}, 0)"
    room = f"# What the {order} holds already can be used anew.\nroom = self._free + {own}" if replaces else ""
    space = "room" if replaces else "self._free"
    shortage = {
        "raise": f'if count > {space}:\n    raise ValueError("not enough {things} are free")',
        "refuse": f"if count > {space}:\n    return False",
        "part": f"count = min(count, {space})",
    }[short]
    if replaces:
        book = f"self._free, self._held[{order}] = room - count, count"
    else:
        book = "self._free -= count\n" + (f"self._held[{order}] += count" if counter else f"self._held[{order}] = {own} + count")
    if short == "part":
        book = ("if count:\n    " + book.replace("\n", "\n    ")) if not replaces else book
        if replaces:
            book = f"self._free = room - count\nif count:\n    self._held[{order}] = count"
    commented = fill(
        SOURCE,
        imports="from collections import Counter" if counter else "",
        cls=cls, things=things, order=order, kind="Counter[str]" if counter else "dict[str, int]", empty="Counter()" if counter else "{}",
        got={"raise": "None", "refuse": "bool", "part": "int"}[short], told="$T", room=room, short=shortage, book=book,
        unknown=f"if {order} not in self._held:\n    raise KeyError({order})" if raising else "", default="" if raising else ", 0",
    )  # fmt: skip
    told = {"raise": "", "refuse": "        return True\n", "part": "        return count\n"}[short]
    commented = commented.replace("        return $T\n", told)
    rules = [
        f"If {'an' if order[0] in 'aeiou' else 'a'} {order} holds {things} already, " + (f"the new number replaces the old one, whose {things} can be used for it." if replaces else "the new number is added to the old one."),
    ]
    if short == "part":
        rules.append(f"If fewer {things} can be held than were asked for, as many as possible are held.")
    elif short == "refuse":
        rules.append("If not enough are free, nothing changes.")
    else:
        rules.append("After an error nothing has changed.")
    if short == "part" and not replaces:
        rules[-1] = f"If fewer {things} can be held than were asked for, those that are free are held; where none is free, nothing changes."
    nothing = f"nothing is held for this {order}"
    who = (Param(order, "str", f"the name of the {order}"),)
    missing = (Raises("KeyError", nothing),) if raising else ()
    zero = "" if raising else f", 0 if {nothing}"
    hold_errors = [Raises("ValueError", "the number is less than 1" + (", or not enough are free" if short == "raise" else ""))]
    methods = (
        Method("__init__", (Param(things, "int", f"how many {things} there are"),), "nothing", "None", "Begin with everything free.", (Raises("ValueError", "the number is negative"),)),
        Method("hold", (*who, Param("count", "int", "how many to hold")), {"raise": "nothing", "refuse": "whether they are held", "part": "how many this call holds" if not replaces else f"how many the {order} holds now"}[short], {"raise": "None", "refuse": "bool", "part": "int"}[short], f"Hold {things} for {'an' if order[0] in 'aeiou' else 'a'} {order}.", tuple(hold_errors)),
        Method("release", who, f"how many were held{zero}", "int", f"Make all that is held for this {order} free again.", missing),
        Method("hand_over", who, f"how many were held{zero}", "int", f"Take all that is held for this {order} out of the stock.", missing),
        Method("free", (), f"the number of {things} that are not held", "int", "Tell what is free."),
    )  # fmt: skip
    spec = Spec(
        title=f"a stock of {things} held for {orders}",
        summary=f"Write a class that holds {things} of a stock for {orders} until they are handed over or released.",
        rules=tuple(rules),
        params=methods[0].params,
        returns=f"an object that knows which {things} are free and which are held",
        return_annotation="None",
        context=context,
        methods=methods,
    )

    class Oracle:
        """Write the owner on every single piece."""

        def __init__(self, size: int) -> None:
            if size <= -1:
                raise ValueError("size")
            self.owners: list[str | None] = [None] * size

        def hold(self, name: str, count: int):
            if count <= 0:
                raise ValueError("count")
            before = list(self.owners)
            if replaces:
                self.owners = [None if owner == name else owner for owner in self.owners]
            places = [i for i, owner in enumerate(self.owners) if owner is None]
            if len(places) < count and short != "part":
                self.owners = before
                if short == "raise":
                    raise ValueError("short")
                return False
            for i in places[:count]:
                self.owners[i] = name
            return {"raise": None, "refuse": True, "part": len(places[:count])}[short]

        def _count(self, name: str) -> int:
            if raising and name not in self.owners:
                raise KeyError(name)
            return self.owners.count(name)

        def release(self, name: str) -> int:
            count = self._count(name)
            self.owners = [None if owner == name else owner for owner in self.owners]
            return count

        def hand_over(self, name: str) -> int:
            count = self._count(name)
            self.owners = [owner for owner in self.owners if owner != name]
            return count

        def free(self) -> int:
            return self.owners.count(None)

    def draw_input(rng: Random) -> tuple:
        calls: list[tuple] = []
        for _ in range(rng.choice((2, 5, 8, 11))):
            name = rng.choice("AB")
            count = rng.choice((1, 2, 2, 3, 4)) if rng.random() > 0.04 else 0
            calls.append(rng.choice((("hold", (name, count)), ("hold", (name, count)), ("hold", (name, count)), ("release", (name,)), ("hand_over", (name,)), ("free", ()))))
        return ((rng.choice((3, 5, 6, 8)) if rng.random() > 0.04 else -1,), (*calls, ("free", ())))

    free = ("free", ())
    edges = (
        ((-1,), ()),
        ((0,), (free, ("hold", ("A", 1)), ("release", ("A",)))),
        ((4,), (("hold", ("A", 3)), free, ("hold", ("B", 2)), free, ("hold", ("A", 4)), free, ("release", ("A",)), free)),
        ((5,), (("hold", ("A", 2)), ("hold", ("A", 3)), free, ("hand_over", ("A",)), free, ("hand_over", ("A",)))),
        ((3,), (("hold", ("A", 0)), ("hold", ("A", -1)), free, ("release", ("B",)))),
        ((2,), (("hold", ("A", 2)), ("hold", ("B", 1)), ("release", ("B",)), ("hold", ("A", 1)), free)),
        ((3,), (("hold", ("A", 3)), ("hold", ("B", 3)), ("hand_over", ("B",)), ("hand_over", ("A",)), free)),
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
