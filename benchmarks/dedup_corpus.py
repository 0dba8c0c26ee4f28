"""A corpus with known repeats and siblings, for `benchmarks/dedup.py`: templated code rows like ours.

In: a number of rows and a seed. Out: work rows, and for each the number of its original (itself
where it is one). Planted: exact copies, other whitespace, other comments, one name changed, all
names changed, a few tokens edited, the request told by another template. Siblings (another
operator, direction, extreme, error policy, inclusive bound) are originals: they must stay.
It shares no code with the families of `generation.programs`.
"""

import random
import re
from typing import NamedTuple

THINGS = (
    "price weight length score reading delay fare tariff dose crop height depth speed tide slope rank charge quota toll"
    " margin credit signal pulse angle radius volume mass load stock offset tempo pitch grade tax rent bonus"
).split()
PLACES = (
    "warehouse harbour clinic orchard foundry library garage bakery quarry brewery airfield vineyard dairy tannery"
    " sawmill hotel museum archive depot market studio factory greenhouse laundry pharmacy ferry"
).split()
WHO = ("the night shift", "our planner", "the audit team", "a weekly report", "the front desk", "two inspectors")
PHRASES = (
    "Write a Python function for this: {spec}",
    "Hi! Could you help me out here? {spec} Thanks in advance, I need it today.",
    "Ticket 4711. Component: tools. What is wanted: {spec} Please keep to the standard library.",
    "I am reviewing our scripts and one is missing. {spec} Show me how you would do it.",
    "Task\n----\n{spec}\n\nDeliver: one function, typed, no input or output.",
)
OPENINGS = ("The function goes over the data once.", "Here is how I would write it.", "A plain loop is enough here.")

# Each piece: (words of the spec, lines of code). Sibling axes are drawn independently of the rest.
FILTERS = {
    "below": ("lie below {k}", "if {x} < {k}:"),
    "most": ("are at most {k}", "if {x} <= {k}:"),
    "above": ("lie above {k}", "if {x} > {k}:"),
    "least": ("are at least {k}", "if {x} >= {k}:"),
    "multiple": ("are multiples of {k}", "if {x} % {k} == 0:"),
    "other": ("differ from {k}", "if {x} != {k}:"),
}
MAPS = {
    "same": ("as they are", "{y} = {x}"),
    "excess": ("as their distance from {k}", "{y} = abs({x} - {k})"),
    "square": ("squared", "{y} = {x} * {x}"),
    "whole": ("in whole parts of {k}", "{y} = {x} // {k}"),
    "rest": ("as what is over from whole parts of {k}", "{y} = {x} % {k}"),
    "twice": ("doubled", "{y} = {x} + {x}"),
}
FOLDS = {
    "sum": ("Return the total of", "{t} = 0", "{t} += {y}", "return {t}"),
    "count": ("Count", "{t} = 0", "{t} += 1", "return {t}"),
    "largest": ("Find the largest of", "{t} = None", "{t} = {y} if {t} is None else max({t}, {y})", "return {t}"),
    "smallest": ("Find the smallest of", "{t} = None", "{t} = {y} if {t} is None else min({t}, {y})", "return {t}"),
    "up": ("List in ascending order", "{t} = []", "{t}.append({y})", "return sorted({t})"),
    "down": ("List in descending order", "{t} = []", "{t}.append({y})", "return sorted({t}, reverse=True)"),
    "first": ("Return the first of", "{t} = None", "{t} = {y} if {t} is None else {t}", "return {t}"),
    "last": ("Return the last of", "{t} = None", "{t} = {y}", "return {t}"),
    "spread": ("Return the set of", "{t} = set()", "{t}.add({y})", "return {t}"),
    "runs": ("Return the running totals of", "{t} = []", "{t}.append(({t}[-1] if {t} else 0) + {y})", "return {t}"),
}
POLICIES = {
    "none": ("", ()),
    "raise": (" A negative {one} is an error: raise ValueError.", ("if {x} < 0:", "    raise ValueError({x})")),
    "skip": (" A negative {one} is left out.", ("if {x} < 0:", "    continue")),
    "zero": (" A negative {one} is read as 0.", ("{x} = max({x}, 0)",)),
    "stop": (" Reading stops at the first negative {one}.", ("if {x} < 0:", "    break")),
}
WINDOWS = {
    "all": ("", "for {x} in {xs}:"),
    "odd": (" Only every second one is looked at.", "for {x} in {xs}[::2]:"),
    "back": (" They are read from the end.", "for {x} in reversed({xs}):"),
    "once": (" A {one} that comes again is read once.", "for {x} in dict.fromkeys({xs}):"),
    "tail": (" The one at the front does not count.", "for {x} in {xs}[1:]:"),
}
COMMENTS = ("# one pass", "# see the ticket", "# the bound is given", "# keep it simple")


class Corpus(NamedTuple):
    """rows: work rows; originals: for each row the place of its original; kinds: how it was made."""

    rows: list[dict]
    originals: list[int]
    kinds: list[str]


def draw_corpus(size: int, seed: int, repeats: float = 0.3) -> Corpus:
    """Return `size` rows, of which the share `repeats` are planted repeats of earlier rows."""
    rng = random.Random(f"dedup corpus {seed}")
    rows, originals, kinds, seen = [], [], [], set()
    while len(rows) < size:
        place = len(rows)
        if place > 20 and rng.random() < repeats:
            base = originals[rng.randrange(place)]
            kind = rng.choice(tuple(GUISES))
            row = GUISES[kind](rows[base]["parts"], rng)
            row = row | {"parts": rows[base]["parts"]}
        else:
            base, kind = place, "original"
            parts = draw_parts(rng)
            if parts["key"] in seen:
                continue
            seen.add(parts["key"])
            row = render(parts, rng) | {"parts": parts}
        row |= {"id": f"round_1_{place + 1:04d}", "round": 1, "slot": place + 1}
        rows.append(row | {"task_type": "algorithm_implementation"})
        originals.append(base)
        kinds.append(kind)
    return Corpus([{k: v for k, v in row.items() if k != "parts"} for row in rows], originals, kinds)


def draw_parts(rng: random.Random) -> dict:
    """Return the choices of one original: two stages of filter, map and window, a fold and a policy."""
    choice = {
        "filter": rng.choice(tuple(FILTERS)), "map": rng.choice(tuple(MAPS)), "fold": rng.choice(tuple(FOLDS)),
        "policy": rng.choice(tuple(POLICIES)), "window": rng.choice(tuple(WINDOWS)),
        "extra": rng.choice(tuple(FILTERS)), "after": rng.choice(tuple(MAPS)), "last": rng.choice(tuple(FILTERS)),
    }  # fmt: skip
    one, place = rng.choice(THINGS), rng.choice(PLACES)
    names = {"f": f"{choice['fold']}_{one}s_of_{place}", "xs": f"{one}s", "x": one, "y": f"{one}_used", "t": "result"}
    names |= {"k": "limit", "one": one, "place": place, "n": rng.choice(("bound", "step", "unit")), "z": "value"}
    return {"choice": choice, "names": names, "key": tuple(choice.values()), "who": rng.choice(WHO)}


def render(parts: dict, rng: random.Random, names: dict | None = None, told: int | None = None) -> dict:
    """Return the row of the parts; `names` other names, `told` another template."""
    names, choice = names or parts["names"], parts["choice"]
    fold = FOLDS[choice["fold"]]
    spec = (
        f"{fold[0]} the {{one}}s of a {{place}} that {FILTERS[choice['filter']][0]}, {MAPS[choice['map']][0]},"
        f" keeping of these only those that {FILTERS[choice['extra']][0].replace('{k}', '{n}')}."
        f" What is kept is taken {MAPS[choice['after']][0].replace('{k}', '{n}')} and must then be such that the"
        f" numbers {FILTERS[choice['last']][0].replace('{k}', '10')}."
        f"{WINDOWS[choice['window']][0]}{POLICIES[choice['policy']][0]} It is for {parts['who']}."
    ).format(**names)
    lines = [f"def {{f}}({{xs}}: list[int], {{k}}: int, {{n}}: int) -> {'list[int]' if '[]' in fold[1] else 'int'}:"]
    lines += [f"    {fold[1]}", f"    {WINDOWS[choice['window']][1]}"]
    lines += [f"        {line}" for line in POLICIES[choice["policy"]][1]]
    lines += [f"        {FILTERS[choice['filter']][1]}", f"            {MAPS[choice['map']][1]}"]
    lines += [f"            {FILTERS[choice['extra']][1].replace('{x}', '{y}').replace('{k}', '{n}')}"]
    after = MAPS[choice["after"]][1].replace("{x}", "{y}").replace("{y} =", "{z} =", 1).replace("{k}", "{n}")
    lines += [f"                {after}"]
    lines += [f"                {FILTERS[choice['last']][1].replace('{x}', '{z}').replace('{k}', '10')}"]
    lines += [f"                    {fold[2].replace('{y}', '{z}')}", f"    {fold[3]}", ""]
    code = "\n".join(lines).format(**names)
    told = rng.randrange(len(PHRASES)) if told is None else told
    return compose(spec, code, told, rng.choice(OPENINGS))


def compose(spec: str, code: str, told: int, opening: str) -> dict:
    """Return the row's texts."""
    return {
        "subject": spec,
        "instruction": "Write the function that is asked for.",
        "input": PHRASES[told].format(spec=spec),
        "output": f"{opening}\n\n```python\n{code}```\n",
        "code": code,
    }


def copy_exactly(parts: dict, rng: random.Random) -> dict:
    return render(parts, random.Random(0))


def change_whitespace(parts: dict, rng: random.Random) -> dict:
    row = render(parts, rng)
    code = (
        row["code"].replace("    ", rng.choice(("  ", "\t"))).replace(":\n", ":\n\n" if rng.random() < 0.5 else ": \n")
    )
    return _with_code(row, code)


def change_comments(parts: dict, rng: random.Random) -> dict:
    row = render(parts, rng)
    lines = [
        f"{line}  {rng.choice(COMMENTS)}" if line and rng.random() < 0.4 else line for line in row["code"].split("\n")
    ]
    lines.insert(1, '    """Do what was asked for."""')
    return _with_code(row, "\n".join(lines))


def rename_one(parts: dict, rng: random.Random) -> dict:
    key = rng.choice(("xs", "x", "y", "t", "k", "n", "z", "f"))
    return render(parts, rng, parts["names"] | {key: f"{parts['names'][key]}_{rng.choice(('it', 'now', 'here'))}"})


def rename_all(parts: dict, rng: random.Random) -> dict:
    """All names, the domain's words in the request with them."""
    one, place = rng.choice(THINGS), rng.choice(PLACES)
    names = {"f": f"compute_{place}_{one}", "xs": f"all_{one}s", "x": f"a_{one}", "y": f"taken_{one}", "t": "answer"}
    return render(parts, rng, names | {"k": "edge", "n": "part", "one": one, "place": place, "z": "piece"})


def edit_tokens(parts: dict, rng: random.Random) -> dict:
    """Two to four words of the row replaced, doubled or lost, wherever they are: the code may break."""
    row = render(parts, rng)
    for name in rng.choices(("subject", "code", "output_words"), k=rng.randrange(2, 5)):
        if name == "subject":
            spec = _edit_word(row["subject"], rng)
            row |= {"input": row["input"].replace(row["subject"], spec), "subject": spec}
        elif name == "code":
            row = _with_code(row, _edit_word(row["code"], rng))
        else:
            head, bar, rest = row["output"].partition("\n\n")
            row |= {"output": _edit_word(head, rng) + bar + rest}
    return row


def tell_otherwise(parts: dict, rng: random.Random) -> dict:
    """The same program in another template, introduced in other words."""
    row = render(parts, rng, told=rng.randrange(len(PHRASES)))
    spec = rng.choice(("We need this soon. {}", "As agreed: {}", "{} Nothing else is needed.")).format(row["subject"])
    return row | {"input": row["input"].replace(row["subject"], spec), "subject": spec}


def _with_code(row: dict, code: str) -> dict:
    return row | {"output": row["output"].replace(row["code"], code), "code": code}


def _edit_word(text: str, rng: random.Random) -> str:
    words = list(re.finditer(r"\w+", text))
    hit = rng.choice(words)
    new = rng.choice(("", f"{hit[0]} {hit[0]}", rng.choice(THINGS), "thing"))
    return text[: hit.start()] + new + text[hit.end() :]


GUISES = {
    "exact": copy_exactly,
    "whitespace": change_whitespace,
    "comments": change_comments,
    "rename one": rename_one,
    "rename all": rename_all,
    "token edits": edit_tokens,
    "rephrased": tell_otherwise,
}
