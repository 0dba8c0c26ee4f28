"""Read durations such as "2h 30m". Choices: order of units, bare numbers, repeated units, what bad text gives."""

import re
from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "parsing"
SPACE = {
    "order": ("any", "falling"),
    "bare": ("counts", "bad"),
    "bad": ("raise", "none"),
    "idiom": ("regex", "scan"),
}

# (domain, entry, text's name, unit letters with their size, the smallest unit, what the text is, who needs it)
DOMAINS = (
    ("baking", "baking_seconds", "time", (("h", 3600), ("m", 60), ("s", 1)), "seconds", "the time as noted in the recipe", "An oven reads its times from recipe cards."),
    ("time sheets", "worked_minutes", "entry", (("w", 2400), ("d", 480), ("h", 60), ("m", 1)), "minutes", "the entry on the time sheet", "An office books working weeks of 5 days and days of 8 hours."),
    ("battery tests", "phase_seconds", "phase", (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)), "seconds", "the duration of the test phase", "A test bench is told how long to charge a battery."),
    ("old units", "length_in_inches", "measure", (("y", 36), ("f", 12), ("i", 1)), "inches", "the measure on the drawing", "A restorer reads drawings in yards (y), feet (f) and inches (i)."),
)  # fmt: skip

REGEX = """
import re
def $entry($text: str) -> $annotation:
    sizes = $sizes
    # The whole text must consist of such parts, or something in it is not understood.
    form = $pattern
    if not re.fullmatch(form, $text):
        $bad
    $bare
    $sum
"""
SCAN = """
def $entry($text: str) -> $annotation:
    $lone
    sizes = $sizes
    total, digits$last = 0, ""$start
    for char in $text:
        if char in "0123456789":
            digits += char
        elif char in sizes and digits$rule:
            total += int(digits) * sizes[char]
            digits = ""
            $remember
        # A space is fine between two parts, but not inside of one.
        elif char != " " or digits:
            $bad
    $finish
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, entry, text, units, small, meaning, context = rng.choice(DOMAINS)
    falling, bare, raising, regex = choice["order"] == "falling", choice["bare"] == "counts", choice["bad"] == "raise", choice["idiom"] == "regex"
    sizes = "{" + ", ".join(f'"{letter}": {size}' for letter, size in units) + "}"
    annotation = "int" if raising else "int | None"
    bad = f'raise ValueError(f"not understood: {{{text}!r}}")' if raising else "return None"
    letters = "".join(letter for letter, _ in units)
    if regex:
        parts = "".join(rf"( *[0-9]+{letter})?" for letter in letters) if falling else rf"( *[0-9]+[{letters}])+"
        pattern = f'r"(?=.*[0-9]){parts} *"' if falling else f'r"{parts} *"'
        body = rf'r"([0-9]+)([{letters}])"'
        lines = f"parts = re.findall({body}, {text})\nreturn sum(int(number) * sizes[unit] for number, unit in parts)"
        commented = fill(
            REGEX,
            entry=entry,
            text=text,
            annotation=annotation,
            sizes=sizes,
            pattern=pattern,
            bad=bad,
            bare="",
            sum=lines,
        )
        if bare:
            check = f'# A lone number is already in {small}.\nif re.fullmatch(r" *[0-9]+ *", {text}):\n    return int({text})\n'
            commented = commented.replace("    # The whole text", "    " + check.replace("\n", "\n    ").rstrip(" ") + "    # The whole text")
    else:
        commented = fill(
            SCAN,
            entry=entry,
            text=text,
            annotation=annotation,
            sizes=sizes,
            last=", least" if falling else ", parts",
            start=', float("inf")' if falling else ", 0",
            rule=" and sizes[char] < least" if falling else "",
            remember="least = sizes[char]" if falling else "parts += 1",
            bad=bad,
            finish="",
            lone=f'bare = {text}.strip(" ")\n# A lone number is already in {small}.\nif bare.isascii() and bare.isdigit():\n    return int(bare)' if bare else "",
        )  # fmt: skip
        seen = 'least == float("inf")' if falling else "parts == 0"
        tail = f"    if digits or {seen}:\n        {bad}\n    return total\n"
        commented = commented.rstrip("\n") + "\n" + tail
    named = ", ".join(f"`{letter}` for {size} {small if size > 1 else small.rstrip('s') if small != 'inches' else 'inch'}" for letter, size in units)
    rules = [f"The text consists of one or more parts, each a whole number directly followed by a unit letter: {named}."]
    rules.append("Spaces may stand before, between and after the parts.")
    if falling:
        rules.append("The units must become smaller from part to part, so none comes twice.")
    else:
        rules.append("The parts may come in any order, and a unit that comes twice counts twice.")
    if bare:
        rules.append(f"A text of one number without unit (spaces around it allowed) is a number of {small}.")
    else:
        rules.append("A number without unit is not allowed.")
    if not raising:
        rules.append("Any other text gives None.")
    spec = Spec(
        title=f"the {small} of a text such as {'1' + units[0][0] + ' 30' + units[1][0]}",
        summary=f"Return {meaning} in {small}.",
        rules=tuple(rules),
        params=(Param(text, "str", meaning),),
        returns=f"the number of {small}" + ("" if raising else ", or None"),
        return_annotation=annotation,
        raises=(Raises("ValueError", "the text has another form"),) if raising else (),
        context=context,
    )  # fmt: skip

    def oracle(source: str):
        """Cut the text at its unit letters instead of matching it."""
        table = dict(units)
        failed = not source.isascii() or any(c not in "0123456789 " + letters for c in source)
        stripped = source.strip(" ")
        if bare and stripped.isdigit() and not failed:
            return int(stripped)
        pieces = re.split(f"(?<=[{letters}])", source)
        total, order = 0, []
        failed = failed or bool(pieces[-1].strip(" ")) or len(pieces) < 2
        for piece in pieces[:-1]:
            number = piece[:-1].lstrip(" ")
            failed = failed or not number.isdigit()
            if not failed:
                total += int(number) * table[piece[-1]]
                order.append(letters.index(piece[-1]))
        if falling and (order != sorted(order) or len(order) != len(set(order))):
            failed = True
        if failed:
            if raising:
                raise ValueError("form")
            return None
        return total

    def draw_input(rng: Random) -> tuple:
        chosen = [rng.choice(letters) for _ in range(rng.choice((1, 1, 2, 3)))]
        if rng.random() < 0.7:
            chosen = sorted(set(chosen), key=letters.index)
        made = rng.choice(("", " ")).join(f"{rng.choice((0, 1, 2, 7, 12, 90))}{letter}" for letter in chosen)
        if rng.random() < 0.3:
            at = rng.randrange(len(made) + 1)
            made = made[:at] + rng.choice((" ", "x", "3", "-", "", "")) + made[at + rng.choice((0, 1)) :]
        return (made,)

    a, b, c = letters[0], letters[1], letters[-1]
    edges = (("",), ("  ",), ("45",), (" 45 ",), (f"1{a}",), (f"1{a}30{b}",), (f" 1{a} 30{b} ",), (f"30{b}1{a}",), (f"2{b}3{b}",), (f"1{a}5",), (f"1 {a}",), (f"{a}",), ("5x",), (f"-1{c}",), (f"1{a}2{b}3{c}",), (f"0{c}",), ("4 5",), (f"1{a},2{b}",))  # fmt: skip
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
    )
