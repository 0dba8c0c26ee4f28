"""Keep a table of points (a class). Choices: which points count, equal points, how ranks go on, who is unknown."""

from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Method, Param, Raises, Spec

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
        # In the order in which the $many first came in.
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


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, cls, one, many, points, record, context = rng.choice(DOMAINS)
    mode, by_name, gaps, raising, sort = choice["points"], choice["tie"] == "name", choice["rank"] == "gaps", choice["unknown"] == "raise", choice["idiom"] == "sort"
    kept = f"self._{points}"
    store = {
        "best": f"{kept}[{one}] = max({points}, {kept}.get({one}, 0))",
        "sum": f"{kept}[{one}] = {kept}.get({one}, 0) + {points}",
        "latest": f"# Replacing a value does not change the place of its key.\n{kept}[{one}] = {points}",
    }[mode]
    own = f"own = {kept}[{one}]\n"
    if sort:
        levels = f"sorted({'set(' if not gaps else ''}{kept}.values(){')' if not gaps else ''}, reverse=True)"
        rank = f"# index finds the first of equals, so they share the better rank.\nlevels = {levels}\nreturn levels.index({kept}[{one}]) + 1"
    elif gaps:
        rank = f"{own}better = [other for other in {kept}.values() if other > own]\nreturn len(better) + 1"
    else:
        rank = f"# As a set: equal {points} make one step.\n{own}better = {{other for other in {kept}.values() if other > own}}\nreturn len(better) + 1"
    key = f"lambda {one}: (-{kept}[{one}], {one})" if by_name else f"lambda {one}: -{kept}[{one}]"
    table = f"return sorted({kept}, key={key})"
    if not by_name:
        table = f"# Sorting is stable, so equals stay in the order of the dict.\nreturn sorted({kept}, key={kept}.__getitem__, reverse=True)"
    commented = fill(
        SOURCE, cls=cls, one=one, many=many, points=points, record=record, store=store, table=table, rank=rank,
        got="int" if raising else "int | None", unknown=f"raise KeyError({one})" if raising else "return None",
    )  # fmt: skip
    rules = (
        {"best": f"Of the {points} recorded for a {one} the highest number counts.", "sum": f"All {points} recorded for a {one} are added up.", "latest": f"The {points} recorded last for a {one} count."}[mode],
        f"The table begins with the most {points}; of {many} with equal {points} " + ("the one whose name comes first alphabetically" if by_name else "the one for whom something was recorded first") + " stands first.",
        f"The rank is 1 plus the number of {'others that have more ' + points if gaps else 'different values of ' + points + ' above those of the ' + one}; {many} with equal {points} share a rank.",
    )  # fmt: skip
    who = (Param(one, "str", f"the name of the {one}"),)
    methods = (
        Method("__init__", (), "nothing", "None", "Begin with an empty table."),
        Method(record, (*who, Param(points, "int", f"the {points} to record")), "nothing", "None", f"Record {points} for a {one}, known or new.", (Raises("ValueError", f"the {points} are negative"),)),
        Method("table", (), "the names, first to last", "list[str]", f"List all {many} by their {points}."),
        Method("rank", who, "the rank, counted from 1" + ("" if raising else ", or None if nothing was recorded under that name"), "int" if raising else "int | None", f"Tell the rank of a {one}.", (Raises("KeyError", "nothing was recorded under that name"),) if raising else ()),
    )  # fmt: skip
    spec = Spec(
        title=f"a table of {many} by {points}",
        summary=f"Write a class that records {points} of {many} and ranks them.",
        rules=rules,
        params=(),
        returns=f"an object that holds the {points} of the {many}",
        return_annotation="None",
        context=context,
        methods=methods,
    )

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

    def draw_input(rng: Random) -> tuple:
        names, calls = ("Mo", "Al", "Zed", "Kim", "Bea"), []
        for _ in range(rng.choice((2, 5, 9, 12))):
            name = rng.choice(names)
            value = rng.choice((0, 1, 2, 2, 3, 3, 5)) if rng.random() > 0.04 else -1
            calls.append(rng.choice(((record, (name, value)), (record, (name, value)), (record, (name, value)), ("table", ()), ("rank", (name,)))))
        return ((), (*calls, ("rank", (rng.choice(names),)), ("table", ())))

    def put(*pairs: tuple[str, int]) -> tuple:
        return tuple((record, pair) for pair in pairs)

    table_call = ("table", ())
    edges = (
        ((), (table_call, ("rank", ("Mo",)))),
        ((), (*put(("Mo", 3), ("Al", 3), ("Zed", 1)), table_call, ("rank", ("Zed",)), ("rank", ("Mo",)), ("rank", ("Al",)))),
        ((), (*put(("Mo", 3), ("Al", 4), ("Mo", 2)), table_call, ("rank", ("Mo",)))),
        ((), (*put(("Mo", -1)), table_call, ("rank", ("Mo",)))),
        ((), (*put(("Zed", 0), ("Al", 0)), table_call, ("rank", ("Al",)))),
        ((), (*put(("Zed", 5), ("Mo", 2), ("Al", 2), ("Kim", 1), ("Zed", 0)), table_call, ("rank", ("Kim",)), ("rank", ("Zed",)))),
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
