"""A box that gives up what was used least often (a class). Choices: equal counts, re-adding, returning, full box."""

from random import Random

from generation.programs.family import Draft
from generation.programs.layout import lay_out
from generation.programs.program import Method, Param, Raises, Spec
from generation.programs.renaming import with_names

TOPIC = "caches"
SPACE = {
    "tie": ("oldest", "newest", "name"),
    "again": ("counts", "raise", "resets"),
    "unknown": ("raise", "false"),
    "idiom": ("dict", "list"),
}

# (domain, class name, thing, several, use verb, used, who needs it)
DOMAINS = (
    ("tool belt", "ToolBelt", "tool", "tools", "use", "used", "A joiner's belt holds a few tools, and what is hardly used goes back to the van."),
    ("spice shelf", "SpiceShelf", "spice", "spices", "take", "taken", "A cook keeps the spices that are taken most within reach."),
    ("playlist", "ShortList", "song", "songs", "play", "played", "A radio desk keeps a short list of the songs that are played most."),
    ("chart table", "ChartTable", "chart", "charts", "consult", "consulted", "A skipper keeps the charts that are consulted most on the chart table."),
)  # fmt: skip
# What stands in inputs for the letters drawn, by domain; in ascending order.
LETTERS = "ABCDEZ"
NAMES = {
    "tool belt": ("chisel", "hammer", "pliers", "ruler", "saw", "square"),
    "spice shelf": ("anise", "basil", "cumin", "dill", "mace", "thyme"),
    "playlist": ("Ahoy", "Blue Hour", "Cinders", "Drift", "Ember", "Zenith"),
    "chart table": ("Baltic", "Channel", "Fjords", "Kattegat", "Orkney", "Sound"),
}  # fmt: skip


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, cls, thing, things, use, used, context = rng.choice(DOMAINS)
    tie, again, raising, as_dict = choice["tie"], choice["again"], choice["unknown"] == "raise", choice["idiom"] == "dict"
    back = "None" if raising else "bool"
    if as_dict:
        store = f"        # How often each {thing} has been {used}, in the order of coming in.\n        self._uses: dict[str, int] = {{}}\n"
        pick = {"oldest": "min(self._uses, key=self._uses.__getitem__)", "newest": "min(reversed(self._uses), key=self._uses.__getitem__)", "name": f"min(self._uses, key=lambda {thing}: (self._uses[{thing}], {thing}))"}[tie]
        lengthy = "            # Of equals, min keeps the first one it meets.\n" if tie != "name" else "            # The name decides among equals.\n"
        gone = f"{lengthy}            gone = {pick}\n            del self._uses[gone]\n"
        known = f"{thing} in self._uses"
        bump, reset, new = f"self._uses[{thing}] += 1", f"self._uses[{thing}] = 0", f"        self._uses[{thing}] = 0\n"
        size = "len(self._uses)"
        listing = "        return dict(self._uses)\n"
    else:
        store = f"        # Both lists run in parallel, in the order of coming in.\n        self._{things}: list[str] = []\n        self._counts: list[int] = []\n"
        if tie == "name":
            sel = f"            # The name decides among equals.\n            _, gone = min(zip(self._counts, self._{things}))\n            place = self._{things}.index(gone)\n"
        elif tie == "oldest":
            sel = "            # The first of equals has been here longest.\n            place = self._counts.index(min(self._counts))\n"
        else:
            sel = "            # Counted from the end, the last of equals comes first.\n            place = len(self._counts) - 1 - self._counts[::-1].index(min(self._counts))\n"
        gone = sel + f"            gone = self._{things}.pop(place)\n            del self._counts[place]\n"
        if tie == "name":
            gone = sel + f"            del self._{things}[place], self._counts[place]\n"
        known = f"{thing} in self._{things}"
        bump, reset = f"self._counts[self._{things}.index({thing})] += 1", f"self._counts[self._{things}.index({thing})] = 0"
        new = f"        self._{things}.append({thing})\n        self._counts.append(0)\n"
        size = f"len(self._{things})"
        listing = f"        return dict(zip(self._{things}, self._counts))\n"
    re_add = {"counts": f"            {bump}\n            return None\n", "raise": f"            raise ValueError(f\"{{{thing}}} is here already\")\n", "resets": f"            {reset}\n            return None\n"}[again]
    use_body = f"        if {known.replace(' in ', ' not in ')}:\n            {f'raise KeyError({thing})' if raising else 'return False'}\n        {bump}\n" + ("" if raising else "        return True\n")
    source = (
        f"class {cls}:\n    def __init__(self, room: int) -> None:\n        if room < 1:\n            raise ValueError(\"room must be positive\")\n        self._room = room\n{store}\n"
        f"    def add(self, {thing}: str) -> str | None:\n        if {known}:\n{re_add}        gone = None\n        if {size} == self._room:\n{gone}{new}        return gone\n\n"
        f"    def {use}(self, {thing}: str) -> {back}:\n{use_body}\n    def counts(self) -> dict[str, int]:\n{listing}"
    )  # fmt: skip
    tie_rule = {"oldest": "of several such, the one that came in first goes", "newest": "of several such, the one that came in last goes", "name": "of several such, the one whose name comes first as a string goes"}[tie]
    rules = [f"A {thing} that comes in has been {used} 0 times" + "; uses of an earlier stay are forgotten."]
    rules.append(f"If there is no room for a new {thing}, the one {used} least often goes before it comes in; {tie_rule}.")
    if again == "counts":
        rules.append(f"Adding a {thing} that is there already counts as one use of it.")
    elif again == "resets":
        rules.append(f"Adding a {thing} that is there already sets its number of uses to 0, but it keeps its place in the order of coming in." if tie != "name" else f"Adding a {thing} that is there already sets its number of uses to 0.")
        if tie == "name":
            rules[-1] += " It keeps its place in the order of coming in."
    who = (Param(thing, "str", f"the name of the {thing}"),)
    methods = (
        Method("__init__", (Param("room", "int", f"how many {things} have room"),), "nothing", "None", "Begin empty.", (Raises("ValueError", "the room is less than 1"),)),
        Method("add", who, f"the name of the {thing} that had to go, or None", "str | None", f"Put in a {thing}.", (Raises("ValueError", f"the {thing} is there already"),) if again == "raise" else ()),
        Method(use, who, "nothing" if raising else f"whether the {thing} is there", back, f"Count one use of a {thing}.", (Raises("KeyError", f"the {thing} is not there"),) if raising else ()),
        Method("counts", (), f"a dict from each {thing} that is there to its number of uses, in the order of coming in", "dict[str, int]", "Tell what is there."),
    )  # fmt: skip
    spec = Spec(
        title=f"a place for the {things} {used} most", summary=f"Write a class that has room for a few {things} and gives up the one that is {used} least often.", rules=tuple(rules),
        params=methods[0].params, returns=f"an object that holds a few {things}", return_annotation="None", context=context, methods=methods,
    )  # fmt: skip

    class Oracle:
        """Log every use as a line and count the lines."""

        def __init__(self, room: int) -> None:
            if room <= 0:
                raise ValueError("room")
            self.room, self.arrivals, self.lines = room, [], []

        def add(self, name: str):
            if name in self.arrivals:
                if again == "raise":
                    raise ValueError(name)
                if again == "resets":
                    self.lines = [n for n in self.lines if n != name]
                else:
                    self.lines.append(name)
                return None
            gone = None
            if len(self.arrivals) >= self.room:
                least = min(self.lines.count(n) for n in self.arrivals)
                rare = [n for n in self.arrivals if self.lines.count(n) == least]
                gone = {"oldest": rare[0], "newest": rare[-1], "name": sorted(rare)[0]}[tie]
                self.arrivals = [n for n in self.arrivals if n != gone]
                self.lines = [n for n in self.lines if n != gone]
            self.arrivals.append(name)
            return gone

        def counts(self) -> dict[str, int]:
            return {n: self.lines.count(n) for n in self.arrivals}

    def use_oracle(self, name: str):
        if name not in self.arrivals:
            if raising:
                raise KeyError(name)
            return False
        self.lines.append(name)
        return None if raising else True

    setattr(Oracle, use, use_oracle)

    def draw_input(rng: Random) -> tuple:
        calls: list[tuple] = []
        for _ in range(rng.choice((4, 7, 10, 13))):
            name = rng.choice("ABCD")
            calls.append(rng.choice((("add", (name,)), ("add", (name,)), (use, (name,)), (use, (name,)), ("counts", ()))))
        return ((rng.choice((1, 2, 3)) if rng.random() > 0.03 else 0,), (*calls, ("counts", ())))

    end = ("counts", ())
    edges = (
        ((0,), ()),
        ((1,), (end, (use, ("A",)), ("add", ("A",)), ("add", ("B",)), end)),
        ((2,), (("add", ("B",)), ("add", ("A",)), ("add", ("C",)), end)),
        ((2,), (("add", ("B",)), (use, ("B",)), ("add", ("A",)), ("add", ("C",)), end, ("add", ("A",)), end)),
        ((2,), (("add", ("A",)), (use, ("A",)), ("add", ("A",)), end, ("add", ("B",)), ("add", ("C",)), end)),
        ((3,), (("add", ("C",)), ("add", ("A",)), ("add", ("B",)), (use, ("A",)), ("add", ("D",)), end, ("add", ("E",)), end, (use, ("Z",)))),
        ((2,), (("add", ("A",)), (use, ("A",)), (use, ("A",)), ("add", ("B",)), ("add", ("B",)), ("add", ("C",)), ("add", ("A",)), end)),
    )
    draft = Draft(cls, spec, lay_out(source), Oracle, draw_input, edges, domain, choice["idiom"], kind="class")
    return with_names(draft, LETTERS, NAMES[domain])
