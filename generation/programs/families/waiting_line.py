"""A line with limited places (a class). Choices: what a full line does, joining twice, an empty line."""

from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Method, Param, Raises, Spec

TOPIC = "queues"
SPACE = {
    "full": ("refuse", "drop_first", "raise"),
    "twice": ("ignored", "to_the_end"),
    "empty": ("none", "raise"),
    "idiom": ("list", "dict"),
}

# (domain, class name, one, several, joining, calling, who needs it)
DOMAINS = (
    ("doctor's surgery", "Surgery", "patient", "patients", "arrive", "call_next", "A surgery has few chairs and calls its patients in turn."),
    ("phone hotline", "Hotline", "caller", "callers", "hold", "connect", "A hotline holds a limited number of callers on the line."),
    ("repair drop-off", "DropOff", "customer", "customers", "sign_in", "serve", "A workshop keeps a short list of customers who wait for a repair."),
    ("open stage", "OpenStage", "singer", "singers", "sign_up", "announce", "An open stage keeps a list of singers for the evening."),
)  # fmt: skip

LIST = """
class $cls:
    def __init__(self, places: int) -> None:
        if places < 1:
            raise ValueError("places must be at least 1")
        self._places = places
        self._line: list[str] = []

    def $join(self, $one: str) -> $joined:
        if $one in self._line:
            $again
        $gone
        if len(self._line) == self._places:
            $full
        self._line.append($one)
        return $told

    def $call(self) -> $got:
        if not self._line:
            $empty
        return self._line.pop(0)

    def leave(self, $one: str) -> bool:
        if $one not in self._line:
            return False
        # Those behind move up by themselves.
        self._line.remove($one)
        return True

    def waiting(self) -> list[str]:
        return list(self._line)
"""
DICT = """
class $cls:
    def __init__(self, places: int) -> None:
        if places < 1:
            raise ValueError("places must be at least 1")
        self._places = places
        # Only the keys matter; a dict keeps them in order and finds them fast.
        self._line: dict[str, None] = {}

    def $join(self, $one: str) -> $joined:
        if $one in self._line:
            $again
        $gone
        if len(self._line) == self._places:
            $full
        self._line[$one] = None
        return $told

    def $call(self) -> $got:
        if not self._line:
            $empty
        first = next(iter(self._line))
        del self._line[first]
        return first

    def leave(self, $one: str) -> bool:
        known = $one in self._line
        self._line.pop($one, None)
        return known

    def waiting(self) -> list[str]:
        return list(self._line)
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, cls, one, many, join, call, context = rng.choice(DOMAINS)
    full, to_end, raising, use_dict = choice["full"], choice["twice"] == "to_the_end", choice["empty"] == "raise", choice["idiom"] == "dict"
    dropping = full == "drop_first"
    joined = "str | None" if dropping else "bool"
    first = "gone = next(iter(self._line))\ndel self._line[gone]" if use_dict else "gone = self._line.pop(0)"
    if to_end:
        again = f"# Taken out first, so that there is room again.\n{'del self._line[' + one + ']' if use_dict else 'self._line.remove(' + one + ')'}"
    else:
        again = "return None" if dropping else "return False"
    commented = fill(
        DICT if use_dict else LIST,
        cls=cls, one=one, join=join, call=call, joined=joined, again=again,
        gone="gone = None" if dropping else "",
        full={"refuse": "return False", "drop_first": first, "raise": 'raise OverflowError("all places are taken")'}[full],
        told="gone" if dropping else "True",
        got="str" if raising else "str | None",
        empty='raise IndexError("nobody is waiting")' if raising else "return None",
    )  # fmt: skip
    again_rule = f"A {one} who joins while waiting already {'gives up the old place and goes to the end' if to_end else 'keeps the old place, and nothing else happens'}."
    full_rule = {
        "refuse": f"A {one} who finds all places taken does not join.",
        "drop_first": f"If all places are taken, the {one} who has waited longest goes without being called, and the new one joins.",
        "raise": "",
    }[full]
    returned = f"the {one} who had to go, or None" if dropping else f"whether the {one} joined or moved" if to_end else f"whether the {one} joined"
    who = (Param(one, "str", f"the name of the {one}"),)
    methods = (
        Method("__init__", (Param("places", "int", "how many can wait at the same time"),), "nothing", "None", "Begin with nobody waiting.", (Raises("ValueError", "there is less than 1 place"),)),
        Method(join, who, returned, joined, "Join at the end of the line.", (Raises("OverflowError", f"all places are taken and the {one} is not among those waiting"),) if full == "raise" else ()),
        Method(call, (), f"the {one} called" + ("" if raising else ", or None if nobody waits"), "str" if raising else "str | None", f"Call the {one} who stands first and take the name off the line.", (Raises("IndexError", "nobody waits"),) if raising else ()),
        Method("leave", who, f"whether the {one} was waiting", "bool", "Leave the line without being called."),
        Method("waiting", (), "the names in order", "list[str]", "List who is waiting, first to last."),
    )  # fmt: skip
    spec = Spec(
        title=f"a line of {many} with limited places",
        summary=f"Write a class that keeps the line of waiting {many}, with a limited number of places.",
        rules=tuple(rule for rule in (again_rule, full_rule) if rule),
        params=methods[0].params,
        returns=f"an object that holds the waiting {many}",
        return_annotation="None",
        context=context,
        methods=methods,
    )

    class Oracle:
        """Give everybody a ticket number and never move anything."""

        def __init__(self, places: int) -> None:
            if places <= 0:
                raise ValueError("places")
            self.places, self.ticket, self.tickets = places, 0, {}

        def waiting(self) -> list[str]:
            return sorted(self.tickets, key=lambda name: self.tickets[name])

        def leave(self, name: str) -> bool:
            return self.tickets.pop(name, None) is not None

        def join(self, name: str):
            gone = None
            if name in self.tickets:
                if not to_end:
                    return None if dropping else False
            elif len(self.tickets) >= self.places:
                if full == "refuse":
                    return False
                if full == "raise":
                    raise OverflowError("full")
                gone = self.call()
            self.ticket += 1
            self.tickets[name] = self.ticket
            return gone if dropping else True

        def call(self):
            if not self.tickets:
                if raising:
                    raise IndexError("empty")
                return None
            name = min(self.tickets, key=lambda key: self.tickets[key])
            self.leave(name)
            return name

    setattr(Oracle, join, Oracle.join)
    setattr(Oracle, call, Oracle.call)

    def draw_input(rng: Random) -> tuple:
        calls: list[tuple] = []
        for _ in range(rng.choice((2, 5, 8, 12))):
            name = rng.choice(("Ada", "Bo", "Cy", "Di"))
            calls.append(rng.choice(((join, (name,)), (join, (name,)), (join, (name,)), (call, ()), ("leave", (name,)), ("waiting", ()))))
        return ((rng.choice((1, 2, 2, 3)) if rng.random() > 0.03 else 0,), (*calls, ("waiting", ())))

    a, b, c, w, n = (join, ("Ada",)), (join, ("Bo",)), (join, ("Cy",)), ("waiting", ()), (call, ())
    edges = (((0,), ()), ((2,), (n, w, ("leave", ("Bo",)))), ((1,), (a, b, w, n, n)), ((2,), (a, b, a, w, c, w)), ((3,), (a, b, ("leave", ("Ada",)), w, a, n, n, n)), ((2,), (a, a, b, b, c, n, w)), ((1,), (a, a, w, n, a, w)))  # fmt: skip
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
