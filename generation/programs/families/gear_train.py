"""Work out a train of gears as an exact ratio. Choices: axles, direction of turning, what is returned, bad wheels."""

import itertools
from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "number theory"
SPACE = {
    "train": ("chain", "stages"),
    "sign": ("signed", "unsigned"),
    "answer": ("ratio", "repeat", "spare"),
    "idiom": ("loop", "fraction"),
}

# (domain, entry noun, wheels' name, one, several, size, who needs it)
DOMAINS = (
    ("clockwork", "clock", "wheels", "wheel", "wheels", "teeth", "A clockmaker checks the going train of a clock."),
    ("bicycle lathe", "lathe", "gears", "gear", "gears", "teeth", "A lathe driven by pedals changes speed by its gears."),
    ("music box", "box", "cogs", "cog", "cogs", "teeth", "A music box maker wants the drum to repeat as rarely as possible."),
    ("windmill", "mill", "cogwheels", "cogwheel", "cogwheels", "cogs", "A millwright counts how fast the millstone turns."),
)  # fmt: skip

LOOP = """
from math import gcd
def $entry($many: list[$kind]) -> $annotation:
    turns, per = 1, 1
    $loop
        $check
        # $why
        turns *= $driving
        per *= $driven
    common = gcd(turns, per)
    $sign
    return $result
"""
FRACTION = """
from fractions import Fraction
def $entry($many: list[$kind]) -> $annotation:
    speed = Fraction(1)
    $loop
        $check
        # $why
        speed *= Fraction($driving, $driven)
    $sign
    return $result
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, name, one, many, size, context = rng.choice(DOMAINS)
    chain, signed, answer, loop = choice["train"] == "chain", choice["sign"] == "signed", choice["answer"], choice["idiom"] == "loop"
    entry = {"ratio": f"{noun}_ratio", "repeat": f"{noun}_repeat", "spare": f"{noun}_turns"}[answer]
    annotation = {"ratio": "tuple[int, int]", "repeat": "int", "spare": "tuple[int, int]"}[answer]
    kind = "int" if chain else "tuple[int, int]"
    driving, driven = ("one", "other") if chain else ("driving", "driven")
    source = f"for one, other in zip({name}, {name}[1:]):" if chain else f"for driving, driven in {name}:"
    check = f'if {driving} < 1 or {driven} < 1:\n    raise ValueError("a {one} needs at least one of its {size}")'
    check = f'if min({driving}, {driven}) < 1:\n    raise ValueError("every {one} needs {size}")'
    if loop:
        a, b = "turns // common", "per // common"
    else:
        a, b = "speed.numerator", "speed.denominator"
    even = f"len({name}) % 2 {'==' if chain else '!='} {'0'}"
    if signed:
        condition = f"if {even}{f' and {name}' if False else ''}:"
        flip = "turns = -turns" if loop else "speed = -speed"
        if answer == "repeat":
            # Counting only forward: an opposite direction needs an even number of its own turns.
            sign = ""
        else:
            sign = f"# Each pair of {many} that mesh turns the other way round.\n{condition}\n    {flip}"
            if chain:
                sign = sign.replace(f"if {even}:", f"if {name} and {even}:")
    else:
        sign = ""
    if answer == "ratio":
        result = f"{a}, {b}"
    elif answer == "repeat":
        result = b
        if signed:
            sign = f"# Turned an odd number of times the sense of rotation is reversed.\nreverse = {even}" if not chain else f"# Turned an odd number of times the sense of rotation is reversed.\nreverse = bool({name}) and {even}"
            result = f"-({b}) if reverse else {b}" if loop else f"-{b} if reverse else {b}"
    else:
        result = "divmod(turns // common, per // common)" if loop else "divmod(speed.numerator, speed.denominator)"
        if signed:
            result = result
    commented = fill(
        LOOP if loop else FRACTION, entry=entry, many=name, kind=kind, annotation=annotation, loop=source, check=check,
        why=f"A large {one} makes a small one turn faster, in proportion to the {size}.", driving=driving, driven=driven, sign=sign, result=result,
    )  # fmt: skip
    arrangement = f"each {one} drives the next one in the list" if chain else f"each stage is a driving {one} and the {one} it drives, and the driven one sits on the same axle as the driving one of the next stage"
    first, last = (f"the first {one}", f"the last {one}") if chain else ("the first axle", "the last axle")
    rules = [f"The {many} stand in order: {arrangement}.", f"While the driving one turns once, the driven one turns as often as the {size} of the first divided by the {size} of the second."]
    if signed and answer != "repeat":
        rules.append("A driven one turns the opposite way, so the turns of the last count as negative after an odd number of such pairs.")
    elif signed:
        rules.append(f"A driven one turns the opposite way; if {last} turns against {first}, the result is made negative.")
    else:
        rules.append("The direction of turning does not matter.")
    if answer == "spare":
        rules.append("The turns are split as by floor division: the whole turns are rounded down, so that what remains is never negative.")
    rules.append(f"Without any pair that meshes, {last} turns exactly as {first} does.")
    spec = Spec(
        title={"ratio": f"the ratio of a train of {many}", "repeat": f"when a train of {many} stands as at first", "spare": f"the turns at the end of a train of {many}"}[answer],
        summary={"ratio": f"Return how often {last} turns for one turn of {first}, as a reduced fraction.", "repeat": f"Return after how many turns of {first} the end of the train has made a whole number of turns for the first time.", "spare": f"Return how many whole turns {last} makes for one turn of {first}, and what remains."}[answer],
        rules=tuple(rules),
        params=(Param(name, f"list[{kind}]", f"the {size} of each {one}, in order" if chain else f"the stages as ({size} of the driving {one}, {size} of the driven {one})"),),
        returns={"ratio": "numerator and denominator, the denominator positive", "repeat": f"the number of turns of {first}, at least 1 apart from its sign" if signed else f"the number of turns of {first}, at least 1", "spare": "the whole turns and the numerator of the remaining part over the denominator of the reduced ratio"}[answer],
        return_annotation=annotation,
        raises=(Raises("ValueError", f"the number of {size} of a {one} in a pair is less than 1"),),
        context=context,
    )  # fmt: skip

    def oracle(rows: list):
        """Try whole numbers of turns one after the other until the end comes out whole."""
        pairs = [(rows[i], rows[i + 1]) for i in range(len(rows) - 1)] if chain else rows
        top = bottom = 1
        for a_, b_ in pairs:
            if a_ <= 0 or b_ <= 0:
                raise ValueError("size")
            top, bottom = top * a_, bottom * b_
        turns = 1
        while turns * top % bottom:
            turns += 1
        made = turns * top // bottom
        negative = signed and len(pairs) % 2 == 1
        if answer == "repeat":
            return -turns if negative else turns
        made = -made if negative else made
        if answer == "ratio":
            return (made, turns)
        whole = 0
        while whole * turns > made:
            whole -= 1
        while (whole + 1) * turns <= made:
            whole += 1
        return (whole, made - whole * turns)

    def draw_input(rng: Random) -> tuple:
        def size_() -> int:
            return rng.choice((4, 6, 8, 9, 10, 12, 15)) if rng.random() > 0.01 else 0

        if chain:
            return ([size_() for _ in range(rng.choice((2, 3, 4, 5)))],)
        return ([(size_(), size_()) for _ in range(rng.choice((1, 2, 3)))],)

    plain = ([], [12], [12, 8], [8, 12], [6, 6], [10, 4, 15], [12, 0], [-3, 6], [9, 12, 8, 15], [15, 4], [7, 3, 5, 2])
    edges = tuple((e,) for e in plain) if chain else tuple((list(itertools.pairwise(e)),) for e in plain if len(e) != 1)
    return Draft(entry, spec, lay_out(commented), oracle, draw_input, edges, domain, choice["idiom"])
