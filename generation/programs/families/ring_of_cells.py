"""Let a row of cells develop. Choices: ends of the row, who counts as a neighbour, when a cell lives, what is returned."""

from random import Random

from generation.programs.family import Draft
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "simulation"
SPACE = {
    "ends": ("ring", "dead", "frozen"),
    "rule": ("exactly_one", "at_least_one", "two_of_three"),
    "answer": ("final", "steps_to_still"),
    "idiom": ("text", "list"),
}

# (domain, entry noun, row's name, one, several, live sign, dead sign, live word, who needs it)
DOMAINS = (
    ("moss", "moss", "wall", "stone", "stones", "M", ".", "mossy", "A gardener models how moss spreads along a wall of stones."),
    ("lamp game", "lamp", "lamps", "lamp", "lamps", "*", "-", "lit", "In a lamp game each round switches lamps by what their neighbours do."),
    ("rumours", "rumour", "pupils", "pupil", "pupils", "x", "o", "informed", "A teacher models how a rumour goes along a row of pupils."),
)  # fmt: skip

def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, row, one, many, live, dead, word, context = rng.choice(DOMAINS)
    ends, rule, final, text = choice["ends"], choice["rule"], choice["answer"] == "final", choice["idiom"] == "text"
    entry = f"{noun}_after_rounds" if final else f"{noun}_rounds_until_still"
    annotation = "str" if final else "int | None"
    conditions = {
        "exactly_one": f'[left, right].count("{live}") == 1',
        "at_least_one": f'"{live}" in (left, right)',
        "two_of_three": f'[left, here, right].count("{live}") == 2',
    }
    condition = conditions[rule]
    head = f'def {entry}({row}: str, rounds: int) -> {annotation}:\n    if set({row}) - set("{live}{dead}"):\n        raise ValueError(f"unknown character in {{{row}!r}}")\n'
    counter = "_" if final else "done"
    if text:
        if ends == "ring":
            pad = f"# Each end has the other end as a neighbour.\npadded = {row}[-1:] + {row} + {row}[:1]"
        else:
            pad = f'# Beyond the ends nothing is {word}.\npadded = "{dead}" + {row} + "{dead}"'
        body = (
            pad + "\ntrios = zip(padded, padded[1:], padded[2:])\n"
            f'following = "".join(\n    "{live}" if {condition} else "{dead}"\n    for left, here, right in trios\n)'
        )
        if "here" not in condition:
            body = body.replace("left, here, right in trios", "left, _, right in trios")
        one_line = f'        following = "".join("{live}" if {condition} else "{dead}" for left, {"here" if "here" in condition else "_"}, right in trios)'
        if len(one_line) <= 88:
            body = pad + "\ntrios = zip(padded, padded[1:], padded[2:])\n" + one_line.strip()
        elif len(one_line.strip()) - len('following = "".join()') + 12 <= 88:
            inner = one_line.strip()[len('following = "".join(') : -1]
            body = pad + f'\ntrios = zip(padded, padded[1:], padded[2:])\nfollowing = "".join(\n    {inner}\n)'
        if ends == "frozen":
            body += f"\n# The two ends never change.\nfollowing = {row}[:1] + following[1:-1] + {row}[1:][-1:]"
    else:
        if ends == "ring":
            sides = f"# Place -1 is the last one, so only the right end needs the remainder.\nleft, right = {row}[i - 1], {row}[(i + 1) % len({row})]"
        elif ends == "dead":
            sides = f'# Beyond the ends nothing is {word}.\nleft = {row}[i - 1] if i > 0 else "{dead}"\nright = {row}[i + 1] if i + 1 < len({row}) else "{dead}"'
        else:
            sides = f"if i in (0, len({row}) - 1):\n    # The two ends never change.\n    following += here\n    continue\nleft, right = {row}[i - 1], {row}[i + 1]"
        loop = f"i, here in enumerate({row})" if "here" in condition or ends == "frozen" else f"i in range(len({row}))"
        body = f'following = ""\nfor {loop}:\n    ' + sides.replace("\n", "\n    ") + f'\n    following += "{live}" if {condition} else "{dead}"'
    still = "" if final else f"if following == {row}:\n    return done\n"
    loop_body = body + "\n" + still + f"{row} = following"
    tail = f"return {row}" if final else "return None"
    commented = head + f"    for {counter} in range(rounds):\n" + _indent(loop_body, 8) + f"    {tail}\n"
    neighbours = {
        "ring": f"The row is a ring: the first and the last {one} are neighbours.",
        "dead": f"The first and the last {one} have one neighbour each; where one is missing, it counts as not {word}.",
        "frozen": f"The first and the last {one} never change.",
    }[ends]
    law = {
        "exactly_one": f"In each round, all at once, a {one} becomes {word} if exactly one of its two neighbours was, whatever it was itself, and else not.",
        "at_least_one": f"In each round, all at once, a {one} becomes {word} if at least one of its two neighbours was, whatever it was itself, and else not.",
        "two_of_three": f"In each round, all at once, a {one} becomes {word} if exactly two were among itself and its two neighbours, and else not.",
    }[rule]
    rules = [f"The character `{live}` stands for a {one} that is {word}, `{dead}` for one that is not.", law, neighbours]
    if ends == "ring":
        rules.append("In a row of two each has the other as both neighbours, and a single one is its own neighbour on both sides.")
    if final:
        rules.append("An empty row stays empty.")
    else:
        rules.append("The result is the number of rounds that passed before the first one that changes nothing; if each of the given rounds changes something, or none is played, it is None.")
        rules.append("An empty row never changes.")
    spec = Spec(
        title=f"a row of {many} after some rounds" if final else f"the rounds until a row of {many} is still",
        summary=f"Return a row of {many} as it is after a number of rounds." if final else f"Return after how many rounds a row of {many} comes to rest.",
        rules=tuple(rules),
        params=(Param(row, "str", f"the row at the beginning, one character for each {one}"), Param("rounds", "int", "how many rounds are played" + ("" if final else " at most") + ", at least 0")),
        returns="the row after the rounds" if final else "the number of rounds, or None",
        return_annotation=annotation,
        raises=(Raises("ValueError", f"the row has a character other than `{live}` and `{dead}`"),),
        context=context,
    )  # fmt: skip

    def oracle(start: str, rounds: int):
        """Keep the set of live places and ask for every place how many are near."""
        if any(sign not in (live, dead) for sign in start):
            raise ValueError("sign")
        size, alive = len(start), {i for i, sign in enumerate(start) if sign == live}
        for done in range(rounds):
            after = set()
            for i in range(size):
                sides = [(i - 1) % size, (i + 1) % size] if ends == "ring" else [i - 1, i + 1]
                near = sum(side in alive for side in sides)
                if ends == "frozen" and (i == 0 or i == size - 1):
                    lives = i in alive
                elif rule == "two_of_three":
                    lives = near + (i in alive) == 2
                else:
                    lives = near == 1 if rule == "exactly_one" else near > 0
                if lives:
                    after.add(i)
            if after == alive and not final:
                return done
            alive = after
        return "".join(live if i in alive else dead for i in range(size)) if final else None

    def draw_input(rng: Random) -> tuple:
        size = rng.choice((0, 1, 2, 4, 6, 9, 11))
        made = "".join(rng.choice((live, dead, dead) if rng.random() < 0.5 else (live, dead)) for _ in range(size))
        if rng.random() < 0.05:
            made += "?"
        return (made, rng.choice((0, 1, 2, 3, 6) if final else (0, 2, 4, 8, 12, 16)))

    a, b = live, dead
    edges = (("", 0), ("", 3), (a, 1), (b, 2), (a + b, 1), (a + a, 2), (b + a + b, 1), (a + b + b, 1), (a * 4, 3), (b * 3 + a + b * 3, 3), (a + b + a + a + b, 2), ("?", 1), (a + b * 5, 4), (a + a + b + b + a, 0))
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
        complexity="O(n * k)" if final and text else "",
        complexity_terms=f"n is the number of {many}, k the number of rounds" if final and text else "",
    )


def _indent(block: str, columns: int) -> str:
    return "".join(" " * columns + line + "\n" for line in block.split("\n"))
