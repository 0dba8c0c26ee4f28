"""Write words and take them back (a class). Choices: nothing to take back, new words after that, how far back."""

from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.program import Method, Param, Raises
from generation.programs.stateful import Story, begin, draw_size, fetch, make_class

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


class Desk(NamedTuple):
    """One domain: the class, one piece of text, several, the methods that add, undo and redo, who needs it."""

    domain: str
    cls: str
    one: str
    many: str
    add: str
    undo: str
    redo: str
    context: str


def draw(choice: dict[str, str], rng: Random) -> Draft:
    desk = Desk(*rng.choice(DOMAINS))
    raising, kept, limited = choice["nothing"] == "raise", choice["forward"] == "kept", choice["memory"] == "limited"
    write = _write_cursor if choice["idiom"] == "cursor" else _write_two_lists
    return make_class(
        desk.cls,
        _tell(desk, kept, limited),
        _methods(desk, raising, limited),
        write(desk, raising, kept, limited),
        _make_oracle(desk, raising, kept),
        lambda rng: _draw_input(desk, limited, rng),
        _edges(desk, limited),
        desk.domain,
        choice["idiom"],
    )


def _write_cursor(desk: Desk, raising: bool, kept: bool, limited: bool) -> str:
    one, line = desk.one, f"self._{desk.many}"
    replaced = f"# A new {one} replaces everything that could have come again.\n{line}[self._cursor :] = [{one}]"
    firm = "# What is further back than the limit stays for good.\nself._firm = max(self._firm, self._cursor - self._limit)"
    return _fill(
        CURSOR,
        desk,
        raising,
        limited,
        firm_init="self._firm = 0" if limited else "",
        settle=firm if limited else "",
        forward=f"{line}.insert(self._cursor, {one})" if kept else replaced,
        no_undo=f"self._cursor == {'self._firm' if limited else '0'}",
        no_redo=f"self._cursor == len({line})",
    )


def _write_two_lists(desk: Desk, raising: bool, kept: bool, limited: bool) -> str:
    firm = "# The oldest one stays for good.\n    self._firm.append(self._done.pop(0))"
    return _fill(
        TWO_LISTS,
        desk,
        raising,
        limited,
        firm_init="self._firm: list[str] = []" if limited else "",
        settle=f"if len(self._done) > self._limit:\n    {firm}" if limited else "",
        forward="" if kept else "self._undone.clear()",
        no_undo="not self._done",
        no_redo="not self._undone",
        all="self._firm + self._done" if limited else "self._done",
    )


def _fill(template: str, desk: Desk, raising: bool, limited: bool, no_undo: str, no_redo: str, **pieces: str) -> str:
    """Return the source; no_undo and no_redo are the tests for nothing to undo or redo."""

    def refuse(test: str, method: str) -> str:
        words = method.replace("_", " ")
        return f"if {test}:\n    " + (f'raise IndexError("nothing to {words}")' if raising else "return None")

    check = 'if limit < 1:\n    raise ValueError("limit must be at least 1")\nself._limit = limit'
    return fill(
        template,
        cls=desk.cls,
        one=desk.one,
        many=desk.many,
        add=desk.add,
        undo=desk.undo,
        redo=desk.redo,
        got="str" if raising else "str | None",
        limit_param=", limit: int" if limited else "",
        limit_check=check if limited else "",
        no_undo=refuse(no_undo, desk.undo),
        no_redo=refuse(no_redo, desk.redo),
        **pieces,
    )


def _tell(desk: Desk, kept: bool, limited: bool) -> Story:
    one, many, undo, redo = desk.one, desk.many, desk.undo, desk.redo
    new = {
        True: f"A new {one} leaves what was taken back as it is, so `{redo}` can still append it after the new one.",
        False: f"A new {one} makes `{redo}` forget everything that was taken back.",
    }[kept]
    firm = f"Whenever more than `limit` {many} of the text could be taken back, the earliest of them stays for good."
    back = f"`{undo}` takes back the last {one} of the text; `{redo}` appends the {one} that was taken back last and has not come again since."
    return Story(
        title=f"a record of {many} that can be taken back",
        summary=f"Write a class that keeps a text of {many} which can be taken back and appended again.",
        rules=(back, new, firm) if limited else (back, new),
        returns="an object that holds the text and what was taken back",
        context=desk.context,
    )


def _methods(desk: Desk, raising: bool, limited: bool) -> tuple[Method, ...]:
    one, many = desk.one, desk.many
    limit = Param("limit", "int", f"how many {many} can be taken back at most")
    empty = "Begin with an empty text."
    none_left = "there is none"
    undo = Method(desk.undo, (), f"the {one} taken back", "str", f"Take back the last {one}.")
    redo = Method(desk.redo, (), f"the {one} that came again", "str", f"Append the {one} taken back last.")
    return (
        begin(empty, limit, error="the limit is less than 1") if limited else begin(empty),
        Method(desk.add, (Param(one, "str", f"the {one}"),), "nothing", "None", f"Append a new {one} to the text."),
        fetch(undo, raising, Raises("IndexError", f"there is no {one} that can be taken back"), none_left),
        fetch(redo, raising, Raises("IndexError", "nothing that was taken back is left"), none_left),
        Method("text", (), f"the {many} joined by single spaces", "str", "Tell the text as it stands."),
    )


def _make_oracle(desk: Desk, raising: bool, kept: bool) -> type:
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

    for own, name in (("add", desk.add), ("undo", desk.undo), ("redo", desk.redo)):
        setattr(Oracle, name, getattr(Oracle, own))
    return Oracle


TEXT = ("text", ())


def _edges(desk: Desk, limited: bool) -> tuple[tuple, ...]:
    one, two, six = ((desk.add, (word,)) for word in ("one", "two", "six"))
    undo, redo = (desk.undo, ()), (desk.redo, ())
    runs = (
        (TEXT,),
        (undo,),
        (redo,),
        (one, undo, TEXT, redo, TEXT),
        (one, two, undo, six, redo, TEXT),
        (one, two, undo, undo, redo, redo, TEXT),
        (one, two, six, undo, undo, undo, TEXT),
        (one, two, undo, undo, six, redo, redo, redo, TEXT),
    )
    if not limited:
        return tuple(((), run) for run in runs)
    return (*(((2,), run) for run in runs), ((0,), ()), ((1,), (one, two, undo, undo, redo, TEXT)))


def _draw_input(desk: Desk, limited: bool, rng: Random) -> tuple:
    add, undo, redo = desk.add, (desk.undo, ()), (desk.redo, ())
    words = [(add, (f"{desk.one[0]}{i}",)) for i in range(rng.choice((2, 5, 9, 12)))]
    calls = [rng.choice((word, word, undo, undo, redo, TEXT)) for word in words]
    return ((draw_size(rng, (1, 2, 3), seldom=0.04),) if limited else (), (*calls, TEXT))
