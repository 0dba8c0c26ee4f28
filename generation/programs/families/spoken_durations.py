"""Read durations such as "2h 30m". Choices: order of units, bare numbers, repeated units, what bad text gives."""

import re
from collections.abc import Callable
from random import Random
from typing import NamedTuple

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


class Measure(NamedTuple):
    """One domain: entry, name of the text, unit letters with sizes, the smallest unit, what the text is, who needs it."""

    domain: str
    entry: str
    text: str
    units: tuple[tuple[str, int], ...]
    small: str
    meaning: str
    context: str

    @property
    def letters(self) -> str:
        """The unit letters, largest unit first."""
        return "".join(letter for letter, _ in self.units)


MEASURES = (
    Measure("baking", "baking_seconds", "time", (("h", 3600), ("m", 60), ("s", 1)), "seconds", "the time as noted in the recipe", "An oven reads its times from recipe cards."),
    Measure("time sheets", "worked_minutes", "entry", (("w", 2400), ("d", 480), ("h", 60), ("m", 1)), "minutes", "the entry on the time sheet", "An office books working weeks of 5 days and days of 8 hours."),
    Measure("battery tests", "phase_seconds", "phase", (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)), "seconds", "the duration of the test phase", "A test bench is told how long to charge a battery."),
    Measure("old units", "length_in_inches", "measure", (("y", 36), ("f", 12), ("i", 1)), "inches", "the measure on the drawing", "A restorer reads drawings in yards (y), feet (f) and inches (i)."),
)  # fmt: skip


class Form(NamedTuple):
    """What is allowed. falling: units must become smaller; bare: a lone number counts; raising: else None."""

    falling: bool
    bare: bool
    raising: bool


REGEX = """
import re
def $entry($text: str) -> $annotation:
    sizes = $sizes
    $lone
    # The whole text must consist of such parts, or something in it is not understood.
    form = r"$pattern"
    if not re.fullmatch(form, $text):
        $bad
    parts = re.findall(r"([0-9]+)([$letters])", $text)
    return sum(int(number) * sizes[unit] for number, unit in parts)
"""
REGEX_LONE = """
# A lone number is already in $small.
if re.fullmatch(r" *[0-9]+ *", $text):
    return int($text)
"""
SCAN = """
def $entry($text: str) -> $annotation:
    $lone
    sizes = $sizes
    total, digits, $last = 0, "", $start
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
    if digits or $last == $start:
        $bad
    return total
"""
SCAN_LONE = """
bare = $text.strip(" ")
# A lone number is already in $small.
if bare.isascii() and bare.isdigit():
    return int(bare)
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    measure = rng.choice(MEASURES)
    form = Form(choice["order"] == "falling", choice["bare"] == "counts", choice["bad"] == "raise")
    write = _write_regex if choice["idiom"] == "regex" else _write_scan
    return Draft(
        entry_point=measure.entry,
        spec=_tell(measure, form),
        commented=lay_out(write(measure, form)),
        oracle=_make_oracle(measure, form),
        draw_input=lambda rng: (_draw_text(rng, measure.letters),),
        edge_inputs=tuple((text,) for text in _edges(measure.letters)),
        domain=measure.domain,
        idiom=choice["idiom"],
    )


def _annotation(form: Form) -> str:
    return "int" if form.raising else "int | None"


def _write_regex(measure: Measure, form: Form) -> str:
    letters = measure.letters
    if form.falling:
        # Each part may be missing, so it is asked first whether there is any.
        pattern = "(?=.*[0-9])" + "".join(f"( *[0-9]+{letter})?" for letter in letters)
    else:
        pattern = f"( *[0-9]+[{letters}])+"
    return _fill(REGEX, REGEX_LONE, measure, form, pattern=f"{pattern} *", letters=letters)


def _write_scan(measure: Measure, form: Form) -> str:
    if form.falling:
        pieces = dict(
            last="least", start='float("inf")', rule=" and sizes[char] < least", remember="least = sizes[char]"
        )
    else:
        pieces = dict(last="parts", start="0", rule="", remember="parts += 1")
    return _fill(SCAN, SCAN_LONE, measure, form, **pieces)


def _fill(template: str, lone: str, measure: Measure, form: Form, **pieces: str) -> str:
    text = measure.text
    return fill(
        template,
        entry=measure.entry,
        text=text,
        annotation=_annotation(form),
        sizes="{" + ", ".join(f'"{letter}": {size}' for letter, size in measure.units) + "}",
        lone=fill(lone, text=text, small=measure.small) if form.bare else "",
        bad=f'raise ValueError(f"not understood: {{{text}!r}}")' if form.raising else "return None",
        **pieces,
    )


def _tell(measure: Measure, form: Form) -> Spec:
    small, (large, next_large, *_) = measure.small, measure.letters
    return Spec(
        title=f"the {small} of a text such as 1{large} 30{next_large}",
        summary=f"Return {measure.meaning} in {small}.",
        rules=_rules(measure, form),
        params=(Param(measure.text, "str", measure.meaning),),
        returns=f"the number of {small}" + ("" if form.raising else ", or None"),
        return_annotation=_annotation(form),
        raises=(Raises("ValueError", "the text has another form"),) if form.raising else (),
        context=measure.context,
    )


def _rules(measure: Measure, form: Form) -> tuple[str, ...]:
    small = measure.small
    one = "inch" if small == "inches" else small.rstrip("s")
    named = ", ".join(f"`{letter}` for {size} {small if size > 1 else one}" for letter, size in measure.units)
    order = {
        True: "The units must become smaller from part to part, so none comes twice.",
        False: "The parts may come in any order, and a unit that comes twice counts twice.",
    }[form.falling]
    lone = {
        True: f"A text of one number without unit (spaces around it allowed) is a number of {small}.",
        False: "A number without unit is not allowed.",
    }[form.bare]
    return (
        f"The text consists of one or more parts, each a whole number directly followed by a unit letter: {named}.",
        "Spaces may stand before, between and after the parts.",
        order,
        lone,
        *(() if form.raising else ("Any other text gives None.",)),
    )


def _make_oracle(measure: Measure, form: Form) -> Callable[[str], int | None]:
    table, letters = dict(measure.units), measure.letters

    def measure_parts(source: str) -> int | None:
        """Cut the text at its unit letters instead of matching it; None where it is not understood."""
        if any(c not in "0123456789 " + letters for c in source):
            return None
        if form.bare and source.strip(" ").isdigit():
            return int(source.strip(" "))
        *pieces, rest = re.split(f"(?<=[{letters}])", source)
        numbers, units = [piece[:-1].lstrip(" ") for piece in pieces], [piece[-1] for piece in pieces]
        if rest.strip(" ") or not pieces or not all(number.isdigit() for number in numbers):
            return None
        if form.falling and units != sorted(set(units), key=letters.index):
            return None
        return sum(int(number) * table[unit] for number, unit in zip(numbers, units, strict=True))

    def oracle(source: str):
        total = measure_parts(source)
        if total is None and form.raising:
            raise ValueError("form")
        return total

    return oracle


def _draw_text(rng: Random, letters: str) -> str:
    """Return a few parts, mostly in falling order; three in ten texts have a character put in, changed or dropped."""
    chosen = [rng.choice(letters) for _ in range(rng.choice((1, 1, 2, 3)))]
    if rng.random() < 0.7:
        chosen = sorted(set(chosen), key=letters.index)
    made = rng.choice(("", " ")).join(f"{rng.choice((0, 1, 2, 7, 12, 90))}{letter}" for letter in chosen)
    if rng.random() < 0.3:
        at = rng.randrange(len(made) + 1)
        made = made[:at] + rng.choice((" ", "x", "3", "-", "", "")) + made[at + rng.choice((0, 1)) :]
    return made


def _edges(letters: str) -> tuple[str, ...]:
    a, b, c = letters[0], letters[1], letters[-1]
    bare = ("", "  ", "45", " 45 ")
    parts = (f"1{a}", f"1{a}30{b}", f" 1{a} 30{b} ", f"30{b}1{a}", f"2{b}3{b}")
    odd = (f"1{a}5", f"1 {a}", a, "5x", f"-1{c}", f"1{a}2{b}3{c}", f"0{c}", "4 5", f"1{a},2{b}")
    return (*bare, *parts, *odd)
