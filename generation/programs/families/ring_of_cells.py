"""Let a row of cells develop. Choices: ends of the row, who counts as a neighbour, when a cell lives, what is returned."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.layout import MAX_COLUMNS, lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "simulation"
SPACE = {
    "ends": ("ring", "dead", "frozen"),
    "rule": ("exactly_one", "at_least_one", "two_of_three"),
    "answer": ("final", "steps_to_still"),
    "idiom": ("text", "list"),
}


class Scene(NamedTuple):
    """One domain: entry noun, name of the row, one cell and several, signs and word for a live cell, who needs it."""

    domain: str
    noun: str
    row: str
    one: str
    many: str
    live: str
    dead: str
    word: str
    context: str


SCENES = (
    Scene("moss", "moss", "wall", "stone", "stones", "M", ".", "mossy", "A gardener models how moss spreads along a wall of stones."),
    Scene("lamp game", "lamp", "lamps", "lamp", "lamps", "*", "-", "lit", "In a lamp game each round switches lamps by what their neighbours do."),
    Scene("rumours", "rumour", "pupils", "pupil", "pupils", "x", "o", "informed", "A teacher models how a rumour goes along a row of pupils."),
)  # fmt: skip

SOURCE = """
def $entry($row: str, rounds: int) -> $annotation:
    if set($row) - set("$live$dead"):
        raise ValueError(f"unknown character in {$row!r}")
    for $counter in range(rounds):
        $step
        $still
        $row = following
    return $result
"""
TEXT_STEP = """
$pad
trios = zip(padded, padded[1:], padded[2:])
$join
$keep
"""
LIST_STEP = """
following = ""
for $cells:
    $sides
    following += "$live" if $condition else "$dead"
"""
# When a cell lives, as an expression of the reference, by rule.
CONDITIONS = {
    "exactly_one": '[left, right].count("$live") == 1',
    "at_least_one": '"$live" in (left, right)',
    "two_of_three": '[left, here, right].count("$live") == 2',
}
# How a cell of the list finds its two sides, by ends.
SIDES = {
    "ring": """
# Place -1 is the last one, so only the right end needs the remainder.
left, right = $row[i - 1], $row[(i + 1) % len($row)]
""",
    "dead": """
# Beyond the ends nothing is $word.
left = $row[i - 1] if i > 0 else "$dead"
right = $row[i + 1] if i + 1 < len($row) else "$dead"
""",
    "frozen": """
if i in (0, len($row) - 1):
    # The two ends never change.
    following += here
    continue
left, right = $row[i - 1], $row[i + 1]
""",
}


def draw(choice: dict[str, str], rng: Random) -> Draft:
    scene = rng.choice(SCENES)
    ends, rule, final, text = choice["ends"], choice["rule"], choice["answer"] == "final", choice["idiom"] == "text"
    entry = f"{scene.noun}_after_rounds" if final else f"{scene.noun}_rounds_until_still"
    return Draft(
        entry_point=entry,
        spec=_tell(scene, ends, rule, final),
        commented=lay_out(_write(scene, entry, ends, rule, final, text)),
        oracle=_make_oracle(scene.live, scene.dead, ends, rule, final),
        draw_input=lambda rng: _draw_input(rng, scene.live, scene.dead, final),
        edge_inputs=_edges(scene.live, scene.dead),
        domain=scene.domain,
        idiom=choice["idiom"],
        complexity="O(n * k)" if final and text else "",
        complexity_terms=f"n is the number of {scene.many}, k the number of rounds" if final and text else "",
    )


def _annotation(final: bool) -> str:
    return "str" if final else "int | None"


def _write(scene: Scene, entry: str, ends: str, rule: str, final: bool, text: bool) -> str:
    condition = fill(CONDITIONS[rule], live=scene.live).strip()
    return fill(
        SOURCE,
        entry=entry,
        row=scene.row,
        annotation=_annotation(final),
        live=scene.live,
        dead=scene.dead,
        counter="_" if final else "done",
        step=_text_step(scene, ends, condition) if text else _list_step(scene, ends, condition),
        still="" if final else f"if following == {scene.row}:\n    return done",
        result=scene.row if final else "None",
    )


def _text_step(scene: Scene, ends: str, condition: str) -> str:
    """Return one round over the text with a neighbour put in at each end."""
    row, dead = scene.row, scene.dead
    ring = f"# Each end has the other end as a neighbour.\npadded = {row}[-1:] + {row} + {row}[:1]"
    open_ends = f'# Beyond the ends nothing is {scene.word}.\npadded = "{dead}" + {row} + "{dead}"'
    frozen = f"# The two ends never change.\nfollowing = {row}[:1] + following[1:-1] + {row}[1:][-1:]"
    return fill(
        TEXT_STEP,
        pad=ring if ends == "ring" else open_ends,
        join=_join(f'"{scene.live}" if {condition} else "{dead}"', "here" if "here" in condition else "_"),
        keep=frozen if ends == "frozen" else "",
    )


def _join(cell: str, here: str) -> str:
    """Return the joining of all cells, in one, three or four lines as columns allow; it stands 8 columns in."""
    loop = f"for left, {here}, right in trios"
    one_line = f'following = "".join({cell} {loop})'
    if 8 + len(one_line) <= MAX_COLUMNS:
        return one_line
    between = " " if 12 + len(f"{cell} {loop}") <= MAX_COLUMNS else "\n    "
    return f'following = "".join(\n    {cell}{between}{loop}\n)'


def _list_step(scene: Scene, ends: str, condition: str) -> str:
    """Return one round by index."""
    row = scene.row
    return fill(
        LIST_STEP,
        cells=f"i, here in enumerate({row})" if "here" in condition or ends == "frozen" else f"i in range(len({row}))",
        sides=fill(SIDES[ends], row=row, dead=scene.dead, word=scene.word),
        live=scene.live,
        dead=scene.dead,
        condition=condition,
    )


def _tell(scene: Scene, ends: str, rule: str, final: bool) -> Spec:
    one, many, live, dead = scene.one, scene.many, scene.live, scene.dead
    return Spec(
        title=f"a row of {many} after some rounds" if final else f"the rounds until a row of {many} is still",
        summary=f"Return a row of {many} as it is after a number of rounds." if final else f"Return after how many rounds a row of {many} comes to rest.",
        rules=_rules(scene, ends, rule, final),
        params=(
            Param(scene.row, "str", f"the row at the beginning, one character for each {one}"),
            Param("rounds", "int", f"how many rounds are played{'' if final else ' at most'}, at least 0"),
        ),
        returns="the row after the rounds" if final else "the number of rounds, or None",
        return_annotation=_annotation(final),
        raises=(Raises("ValueError", f"the row has a character other than `{live}` and `{dead}`"),),
        context=scene.context,
    )  # fmt: skip


def _rules(scene: Scene, ends: str, rule: str, final: bool) -> tuple[str, ...]:
    one, word = scene.one, scene.word
    law = {
        "exactly_one": "exactly one of its two neighbours was, whatever it was itself",
        "at_least_one": "at least one of its two neighbours was, whatever it was itself",
        "two_of_three": "exactly two were among itself and its two neighbours",
    }[rule]
    neighbours = {
        "ring": (
            f"The row is a ring: the first and the last {one} are neighbours.",
            "In a row of two each has the other as both neighbours, and a single one is its own neighbour on both sides.",
        ),
        "dead": (f"The first and the last {one} have one neighbour each; where one is missing, it counts as not {word}.",),
        "frozen": (f"The first and the last {one} never change.",),
    }[ends]  # fmt: skip
    until_still = (
        "The result is the number of rounds that passed before the first one that changes nothing; if each of the given rounds changes something, or none is played, it is None.",
        "An empty row never changes.",
    )
    return (
        f"The character `{scene.live}` stands for a {one} that is {word}, `{scene.dead}` for one that is not.",
        f"In each round, all at once, a {one} becomes {word} if {law}, and else not.",
        *neighbours,
        *(("An empty row stays empty.",) if final else until_still),
    )


def _make_oracle(live: str, dead: str, ends: str, rule: str, final: bool) -> Callable[[str, int], str | int | None]:
    def lives(i: int, size: int, alive: set[int]) -> bool:
        if ends == "frozen" and (i == 0 or i == size - 1):
            return i in alive
        sides = [(i - 1) % size, (i + 1) % size] if ends == "ring" else [i - 1, i + 1]
        near = sum(side in alive for side in sides)
        if rule == "two_of_three":
            return near + (i in alive) == 2
        return near == 1 if rule == "exactly_one" else near > 0

    def oracle(start: str, rounds: int):
        """Keep the set of live places and ask for every place how many are near."""
        if any(sign not in (live, dead) for sign in start):
            raise ValueError("sign")
        size, alive = len(start), {i for i, sign in enumerate(start) if sign == live}
        for done in range(rounds):
            after = {i for i in range(size) if lives(i, size, alive)}
            if after == alive and not final:
                return done
            alive = after
        return "".join(live if i in alive else dead for i in range(size)) if final else None

    return oracle


def _draw_input(rng: Random, live: str, dead: str, final: bool) -> tuple[str, int]:
    size = rng.choice((0, 1, 2, 4, 6, 9, 11))
    made = "".join(rng.choice((live, dead, dead) if rng.random() < 0.5 else (live, dead)) for _ in range(size))
    if rng.random() < 0.05:
        made += "?"
    return (made, rng.choice((0, 1, 2, 3, 6) if final else (0, 2, 4, 8, 12, 16)))


def _edges(a: str, b: str) -> tuple[tuple[str, int], ...]:
    """Return rows of live (a) and dead (b) cells."""
    short = (("", 0), ("", 3), (a, 1), (b, 2), (a + b, 1), (a + a, 2), (b + a + b, 1), (a + b + b, 1), (a * 4, 3))
    long = ((b * 3 + a + b * 3, 3), (a + b + a + a + b, 2), ("?", 1), (a + b * 5, 4), (a + a + b + b + a, 0))
    return (*short, *long)
