"""Write words and take them back (a class). Choices: nothing to take back, new words after that, how far back."""

from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Method, Param, Raises, Spec

TOPIC = "classes"
SPACE = {
    "nothing": ("raise", "none"),
    "forward": ("dropped", "kept"),
    "memory": ("all", "limited"),
    "idiom": ("two_lists", "cursor"),
}

# (domain, class name, one, several, add's name, undo's name, redo's name, who needs it)
DOMAINS = (
    ("poetry magnets", "MagnetLine", "word", "words", "place", "take_back", "place_again", "A fridge poem is composed of words on magnets."),
    ("knitting", "StitchLog", "stitch", "stitches", "work", "unravel", "work_again", "A knitting app notes stitches and lets one unravel them."),
    ("choreography", "StepSheet", "step", "steps", "append", "strike", "restore", "A choreographer writes down dance steps and changes her mind."),
    ("recipe editor", "MethodSheet", "line", "lines", "write", "undo", "redo", "Cooks write recipes line by line and correct themselves."),
)  # fmt: skip

TWO_LISTS = """
class $cls:
    def __init__(self$limit_param) -> None:
        $limit_check
        $firm_init
        self._done: list[str] = []
        # What was taken back, the latest on top.
        self._undone: list[str] = []

    def $add(self, $one: str) -> None:
        self._done.append($one)
        $forward
        $settle

    def $undo(self) -> $got:
        $no_undo
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def $redo(self) -> $got:
        $no_redo
        $one = self._undone.pop()
        self._done.append($one)
        $settle
        return $one

    def text(self) -> str:
        return " ".join($all)
"""
CURSOR = """
class $cls:
    def __init__(self$limit_param) -> None:
        $limit_check
        # Before the cursor stands the text, behind it what was taken back.
        self._$many: list[str] = []
        self._cursor = 0
        $firm_init

    def $add(self, $one: str) -> None:
        $forward
        self._cursor += 1
        $settle

    def $undo(self) -> $got:
        $no_undo
        self._cursor -= 1
        return self._$many[self._cursor]

    def $redo(self) -> $got:
        $no_redo
        self._cursor += 1
        $settle
        return self._$many[self._cursor - 1]

    def text(self) -> str:
        return " ".join(self._$many[: self._cursor])
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, cls, one, many, add, undo, redo, context = rng.choice(DOMAINS)
    raising, kept, limited, cursor = choice["nothing"] == "raise", choice["forward"] == "kept", choice["memory"] == "limited", choice["idiom"] == "cursor"
    stop = {True: 'raise IndexError("nothing to {0}")', False: "return None"}[raising]
    undo_words, redo_words = undo.replace("_", " "), redo.replace("_", " ")
    check = 'if limit < 1:\n    raise ValueError("limit must be at least 1")\nself._limit = limit' if limited else ""
    if cursor:
        firm = "self._firm = 0" if limited else ""
        settle = "# What is further back than the limit stays for good.\nself._firm = max(self._firm, self._cursor - self._limit)" if limited else ""
        forward = f"self._{many}.insert(self._cursor, {one})" if kept else f"# A new {one} replaces everything that could have come again.\nself._{many}[self._cursor :] = [{one}]"
        no_undo = f"if self._cursor == {'self._firm' if limited else '0'}:\n    {stop.format(undo_words)}"
        no_redo = f"if self._cursor == len(self._{many}):\n    {stop.format(redo_words)}"
    else:
        firm = "self._firm: list[str] = []" if limited else ""
        settle = "if len(self._done) > self._limit:\n    # The oldest one stays for good.\n    self._firm.append(self._done.pop(0))" if limited else ""
        forward = "" if kept else "self._undone.clear()"
        no_undo = f"if not self._done:\n    {stop.format(undo_words)}"
        no_redo = f"if not self._undone:\n    {stop.format(redo_words)}"
    commented = fill(
        CURSOR if cursor else TWO_LISTS,
        cls=cls, one=one, many=many, add=add, undo=undo, redo=redo, got="str" if raising else "str | None",
        limit_param=", limit: int" if limited else "", limit_check=check, firm_init=firm, settle=settle, forward=forward,
        no_undo=no_undo, no_redo=no_redo, all="self._firm + self._done" if limited else "self._done",
    )  # fmt: skip
    rules = [f"`{undo}` takes back the last {one} of the text; `{redo}` appends the {one} that was taken back last and has not come again since."]
    rules.append(f"A new {one} leaves what was taken back as it is, so `{redo}` can still append it after the new one." if kept else f"A new {one} makes `{redo}` forget everything that was taken back.")
    if limited:
        rules.append(f"Whenever more than `limit` {many} of the text could be taken back, the earliest of them stays for good.")
    nothing_undo = f"there is no {one} that can be taken back"
    nothing_redo = "nothing that was taken back is left"
    maybe = "" if raising else ", or None if there is none"
    kind = "str" if raising else "str | None"
    init = (Param("limit", "int", f"how many {many} can be taken back at most"),) if limited else ()
    methods = (
        Method("__init__", init, "nothing", "None", "Begin with an empty text.", (Raises("ValueError", "the limit is less than 1"),) if limited else ()),
        Method(add, (Param(one, "str", f"the {one}"),), "nothing", "None", f"Append a new {one} to the text."),
        Method(undo, (), f"the {one} taken back{maybe}", kind, f"Take back the last {one}.", (Raises("IndexError", nothing_undo),) if raising else ()),
        Method(redo, (), f"the {one} that came again{maybe}", kind, f"Append the {one} taken back last.", (Raises("IndexError", nothing_redo),) if raising else ()),
        Method("text", (), f"the {many} joined by single spaces", "str", "Tell the text as it stands."),
    )  # fmt: skip
    spec = Spec(
        title=f"a record of {many} that can be taken back",
        summary=f"Write a class that keeps a text of {many} which can be taken back and appended again.",
        rules=tuple(rules),
        params=init,
        returns="an object that holds the text and what was taken back",
        return_annotation="None",
        context=context,
        methods=methods,
    )

    class Oracle:
        """Keep whole states: the text, how much of it is firm, what may come again."""

        def __init__(self, limit: int = 10**6) -> None:
            if limit <= 0:
                raise ValueError("limit")
            self.limit, self.state = limit, ((), 0, ())

        def _set(self, words: tuple, firm: int, again: tuple) -> None:
            self.state = (words, max(firm, len(words) - self.limit), again)

        def add(self, word: str) -> None:
            words, firm, again = self.state
            self._set((*words, word), firm, again if kept else ())

        def undo(self):
            words, firm, again = self.state
            if len(words) <= firm:
                if raising:
                    raise IndexError("undo")
                return None
            self.state = (words[:-1], firm, (words[-1], *again))
            return words[-1]

        def redo(self):
            words, firm, again = self.state
            if again == ():
                if raising:
                    raise IndexError("redo")
                return None
            self._set((*words, again[0]), firm, again[1:])
            return again[0]

        def text(self) -> str:
            words = self.state[0]
            return "".join(word + " " for word in words)[:-1] if words else ""

    for own, name in (("add", add), ("undo", undo), ("redo", redo)):
        setattr(Oracle, name, getattr(Oracle, own))

    def draw_input(rng: Random) -> tuple:
        calls: list[tuple] = []
        for i in range(rng.choice((2, 5, 9, 12))):
            calls.append(rng.choice(((add, (f"{one[0]}{i}",)), (add, (f"{one[0]}{i}",)), (undo, ()), (undo, ()), (redo, ()), ("text", ()))))
        return ((rng.choice((1, 2, 3)) if rng.random() > 0.04 else 0,) if limited else (), (*calls, ("text", ())))

    a, b, u, r, t = (add, ("one",)), (add, ("two",)), (undo, ()), (redo, ()), ("text", ())
    size = (2,) if limited else ()
    edges = tuple((size, calls) for calls in ((t,), (u,), (r,), (a, u, t, r, t), (a, b, u, (add, ("six",)), r, t), (a, b, u, u, r, r, t), (a, b, (add, ("six",)), u, u, u, t), (a, b, u, u, (add, ("six",)), r, r, r, t)))  # fmt: skip
    if limited:
        edges += (((0,), ()), ((1,), (a, b, u, u, r, t)))
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
