"""Keep a table of points (a class). Choices: which points count, equal points, how ranks go on, who is unknown."""

from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.program import Method, Param, Raises
from generation.programs.stateful import Call, Story, begin, draw_calls, fetch, make_class

TOPIC = "classes"
SPACE = {
    "points": ("best", "sum", "latest"),
    "tie": ("name", "joined"),
    "rank": ("gaps", "dense"),
    "unknown": ("none", "raise"),
    "idiom": ("count", "sort"),
}

# (domain, class name, one, several, points' name, record's name, who needs it)
DOMAINS = (
    ("bowling night", "BowlingTable", "player", "players", "pins", "bowl", "A bowling alley shows a table of the evening."),
    ("spelling contest", "SpellingTable", "pupil", "pupils", "points", "award", "A school keeps the table of its spelling contest."),
    ("fishing match", "CatchTable", "fisher", "fishers", "grams", "weigh", "An angling club keeps the table of a match."),
    ("pub quiz", "QuizTable", "team", "teams", "points", "score", "A pub shows the table of its quiz after each round."),
)  # fmt: skip

SOURCE = """
class $cls:
    def __init__(self) -> None:
        # The $many stand in the order in which they first came in.
        self._$points: dict[str, int] = {}

    def $record(self, $one: str, $points: int) -> None:
        if $points < 0:
            raise ValueError("$points must not be negative")
        $store

    def table(self) -> list[str]:
        $table

    def rank(self, $one: str) -> $got:
        if $one not in self._$points:
            $unknown
        $rank
"""


class Table(NamedTuple):
    """One domain: the class, who is ranked, several, what is counted, the method that records, who needs it."""

    domain: str
    cls: str
    one: str
    many: str
    points: str
    record: str
    context: str


def draw(choice: dict[str, str], rng: Random) -> Draft:
    table = Table(*rng.choice(DOMAINS))
    return make_class(
        table.cls,
        _tell(table, choice),
        _methods(table, choice["unknown"] == "raise"),
        _source(table, choice),
        _make_oracle(table.record, choice),
        lambda rng: _draw_input(table.record, rng),
        _edges(table.record),
        table.domain,
        choice["idiom"],
    )


def _source(table: Table, choice: dict[str, str]) -> str:
    one, points, raising = table.one, table.points, choice["unknown"] == "raise"
    kept = f"self._{points}"
    store = {
        "best": f"{kept}[{one}] = max({points}, {kept}.get({one}, 0))",
        "sum": f"{kept}[{one}] = {kept}.get({one}, 0) + {points}",
        "latest": f"# Replacing a value does not change the place of its key.\n{kept}[{one}] = {points}",
    }[choice["points"]]
    ranked = {
        "name": f"return sorted({kept}, key=lambda {one}: (-{kept}[{one}], {one}))",
        "joined": f"# Sorting is stable, so equals stay in the order of the dict.\nreturn sorted({kept}, key={kept}.__getitem__, reverse=True)",
    }[choice["tie"]]
    return fill(
        SOURCE,
        cls=table.cls,
        one=one,
        many=table.many,
        points=points,
        record=table.record,
        store=store,
        table=ranked,
        rank=_rank(table, choice["rank"] == "gaps", choice["idiom"] == "sort"),
        got="int" if raising else "int | None",
        unknown=f"raise KeyError({one})" if raising else "return None",
    )


def _rank(table: Table, gaps: bool, sort: bool) -> str:
    """Return the statements that find a rank: by place among the sorted values, or by counting better ones."""
    kept, own = f"self._{table.points}", f"self._{table.points}[{table.one}]"
    if sort:
        values = f"{kept}.values()" if gaps else f"set({kept}.values())"
        return (
            "# index finds the first of equals, so they share the better rank.\n"
            f"levels = sorted({values}, reverse=True)\nreturn levels.index({own}) + 1"
        )
    why, opener, closer = ("", "[", "]") if gaps else (f"# As a set: equal {table.points} make one step.\n", "{", "}")
    better = f"better = {opener}other for other in {kept}.values() if other > own{closer}"
    return f"{why}own = {own}\n{better}\nreturn len(better) + 1"


def _tell(table: Table, choice: dict[str, str]) -> Story:
    one, many, points = table.one, table.many, table.points
    counts = {
        "best": f"Of the {points} recorded for a {one} the highest number counts.",
        "sum": f"All {points} recorded for a {one} are added up.",
        "latest": f"The {points} recorded last for a {one} count.",
    }[choice["points"]]
    first = {
        "name": "the one whose name comes first alphabetically",
        "joined": "the one for whom something was recorded first",
    }[choice["tie"]]
    above = {
        "gaps": f"others that have more {points}",
        "dense": f"different values of {points} above those of the {one}",
    }[choice["rank"]]
    return Story(
        title=f"a table of {many} by {points}",
        summary=f"Write a class that records {points} of {many} and ranks them.",
        rules=(
            counts,
            f"The table begins with the most {points}; of {many} with equal {points} {first} stands first.",
            f"The rank is 1 plus the number of {above}; {many} with equal {points} share a rank.",
        ),
        returns=f"an object that holds the {points} of the {many}",
        context=table.context,
    )


def _methods(table: Table, raising: bool) -> tuple[Method, ...]:
    one, many, points = table.one, table.many, table.points
    who = (Param(one, "str", f"the name of the {one}"),)
    rank = Method("rank", who, "the rank, counted from 1", "int", f"Tell the rank of a {one}.")
    return (
        begin("Begin with an empty table."),
        Method(table.record, (*who, Param(points, "int", f"the {points} to record")), "nothing", "None", f"Record {points} for a {one}, known or new.", (Raises("ValueError", f"the {points} are negative"),)),
        Method("table", (), "the names, first to last", "list[str]", f"List all {many} by their {points}."),
        fetch(rank, raising, Raises("KeyError", "nothing was recorded under that name")),
    )  # fmt: skip


def _make_oracle(record: str, choice: dict[str, str]) -> type:
    mode, by_name = choice["points"], choice["tie"] == "name"
    gaps, raising = choice["rank"] == "gaps", choice["unknown"] == "raise"

    class Oracle:
        """Keep the log of all records and work everything out from it."""

        def __init__(self) -> None:
            self.log: list[tuple[str, int]] = []

        def record(self, name: str, value: int) -> None:
            if value < 0:
                raise ValueError("negative")
            self.log.append((name, value))

        def _worth(self, name: str) -> int:
            values = [value for own_name, value in self.log if own_name == name]
            return max(values) if mode == "best" else sum(values) if mode == "sum" else values[-1]

        def _names(self) -> list[str]:
            return list(dict.fromkeys(name for name, _ in self.log))

        def table(self) -> list[str]:
            names = self._names()
            if by_name:
                names.sort()
            out: list[str] = []
            for name in names:
                at = len([other for other in out if self._worth(other) >= self._worth(name)])
                out.insert(at, name)
            return out

        def rank(self, name: str):
            if name not in self._names():
                if raising:
                    raise KeyError(name)
                return None
            above = [self._worth(other) for other in self._names() if self._worth(other) > self._worth(name)]
            return 1 + (len(above) if gaps else len(dict.fromkeys(above)))

    setattr(Oracle, record, Oracle.record)
    return Oracle


TABLE = ("table", ())


def _edges(record: str) -> tuple[tuple, ...]:
    def put(*pairs: tuple[str, int]) -> tuple[Call, ...]:
        return tuple((record, pair) for pair in pairs)

    def ranks(*names: str) -> tuple[Call, ...]:
        return tuple(("rank", (name,)) for name in names)

    return (
        ((), (TABLE, *ranks("Mo"))),
        ((), (*put(("Mo", 3), ("Al", 3), ("Zed", 1)), TABLE, *ranks("Zed", "Mo", "Al"))),
        ((), (*put(("Mo", 3), ("Al", 4), ("Mo", 2)), TABLE, *ranks("Mo"))),
        ((), (*put(("Mo", -1)), TABLE, *ranks("Mo"))),
        ((), (*put(("Zed", 0), ("Al", 0)), TABLE, *ranks("Al"))),
        ((), (*put(("Zed", 5), ("Mo", 2), ("Al", 2), ("Kim", 1), ("Zed", 0)), TABLE, *ranks("Kim", "Zed"))),
    )


NAMES = ("Mo", "Al", "Zed", "Kim", "Bea")


def _draw_input(record: str, rng: Random) -> tuple:
    calls = draw_calls(rng, (2, 5, 9, 12), lambda rng: _draw_call(record, rng))
    return ((), (*calls, ("rank", (rng.choice(NAMES),)), TABLE))


def _draw_call(record: str, rng: Random) -> Call:
    name = rng.choice(NAMES)
    put = (record, (name, rng.choice((0, 1, 2, 2, 3, 3, 5)) if rng.random() > 0.04 else -1))
    return rng.choice((put, put, put, TABLE, ("rank", (name,))))
