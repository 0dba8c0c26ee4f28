"""Shorten runs of equal letters and restore them. Choices: direction, single letters, side of the number, longest run."""

import re
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "parsing"
SPACE = {
    "direction": ("shorten", "restore"),
    "single": ("bare", "counted"),
    "number": ("before", "after"),
    "limit": ("none", "nine"),
    "idiom": ("library", "loop"),
}

# (domain, noun, text's name, short text's name, letters, what the text is, who needs it)
DOMAINS = (
    ("weaving", "pattern", "threads", "draft", "rgbw", "the threads of a row, one letter a thread", "A weaver writes long rows of equal threads in a shorter way."),
    ("weather log", "weather", "days", "log", "sfrc", "the weather of consecutive days, one letter a day", "A weather station sends its log over a slow radio link."),
    ("ringing", "peal", "strokes", "sheet", "abcd", "the strokes of the bells, one letter a stroke", "Bell ringers note long passages on a small sheet."),
    ("road surface", "surface", "metres", "survey", "tgcp", "the surface of each metre, one letter a metre", "A survey vehicle notes the surface of every metre of a road."),
)  # fmt: skip
EMPTY = "An empty text stays empty."
SIZES = (1, 1, 2, 3, 9, 10, 12, 18, 21)  # drawn lengths of runs; the first five have one digit

SHORTEN = {
    "library": """
from itertools import groupby
def $entry($text: str) -> str:
    parts: list[str] = []
    for letter, run in groupby($text):
        # The run itself is an iterator, so it must be used up to be counted.
        length = len(list(run))
        $write
    return "".join(parts)
""",
    "loop": """
def $entry($text: str) -> str:
    short = ""
    start = 0
    for end in range(1, len($text) + 1):
        # The run goes on while the next letter is the same$cap_comment.
        if end < len($text) and $text[end] == $text[start]$cap:
            continue
        length, letter = end - start, $text[start]
        short += $piece
        start = end
    return short
""",
}
RESTORE = {
    "library": """
import re
def $entry($text: str) -> str:
    # Every piece is $shape; anything else is an error.
    if not re.fullmatch(r"($pattern)*", $text):
        raise ValueError(f"not a shortened text: {$text!r}")
    pieces = re.findall(r"$groups", $text)
    return "".join($product for $names in pieces)
""",
    "before": """
def $entry($text: str) -> str:
    restored, digits = "", ""
    for char in $text:
        if char in "0123456789":
            digits += char
        elif "a" <= char <= "z" and $fine:
            restored += char * $count
            digits = ""
        else:
            raise ValueError(f"not a shortened text: {$text!r}")
    # A number at the very end has nothing to repeat.
    if digits:
        raise ValueError(f"not a shortened text: {$text!r}")
    return restored
""",
    "after": """
def $entry($text: str) -> str:
    restored, at = "", 0
    while at < len($text):
        letter, at = $text[at], at + 1
        start = at
        while at < len($text) and $text[at] in "0123456789":
            at += 1
        # The digits up to here belong to this letter.
        digits = $text[start:at]
        if not ("a" <= letter <= "z" and $fine):
            raise ValueError(f"not a shortened text: {$text!r}")
        restored += letter * $count
    return restored
""",
}


class Form(NamedTuple):
    """The written form. bare: a single letter has no number; before: numbers stand before letters; nine: one digit only."""

    bare: bool
    before: bool
    nine: bool

    def put(self, number: str, letter: str) -> str:
        """Return the number at its side of the letter."""
        return number + letter if self.before else letter + number

    def write(self, runs: list[tuple[str, int]]) -> str:
        """Return (letter, length) runs in this form."""
        return "".join(self.put("" if self.bare and size == 1 else str(size), letter) for letter, size in runs)


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, text, short, letters, meaning, context = rng.choice(DOMAINS)
    form = Form(choice["single"] == "bare", choice["number"] == "before", choice["limit"] == "nine")
    shorten = choice["direction"] == "shorten"
    if shorten:
        entry = f"shorten_{noun}"
        spec = _tell_shortening(form, noun, text, meaning, context)
        source = _shorten_source(form, entry, text, choice["idiom"])
    else:
        entry = f"restore_{noun}"
        spec = _tell_restoring(form, short, meaning, context)
        source = _restore_source(form, entry, short, choice["idiom"] == "library")
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(source),
        oracle=_make_shortener(form) if shorten else _make_restorer(form),
        draw_input=lambda rng: (_draw_long(rng, letters) if shorten else _draw_short(form, rng, letters),),
        edge_inputs=tuple((row,) for row in (_long_edges if shorten else _short_edges)(*letters[:2])),
        domain=domain,
        idiom=choice["idiom"],
    )


def _shorten_source(form: Form, entry: str, text: str, idiom: str) -> str:
    full = f'f"{form.put("{length}", "{letter}")}"'
    piece = f"{full} if length > 1 else letter" if form.bare else full
    write = f"parts.append({piece})"
    if form.nine:
        nines = f'parts.append(f"{form.put("9", "{letter}")}")'
        write = f"# A longer run is written as several, each but the last of nine.\nwhile length > 9:\n    {nines}\n    length -= 9\n{write}"
    elif form.bare:
        write = f"# A single letter needs no number.\n{write}"
    return fill(
        SHORTEN[idiom],
        entry=entry,
        text=text,
        write=write,
        piece=piece,
        cap=" and end - start < 9" if form.nine else "",
        cap_comment=" and there is room" if form.nine else "",
    )


def _restore_source(form: Form, entry: str, text: str, library: bool) -> str:
    bare = form.bare
    count = 'int(digits or "1")' if bare else "int(digits)"
    # The number's own form: from 2 where a single letter is bare, without leading zero, one digit under the limit.
    digits = f"[{2 if bare else 1}-9]" if form.nine else "(?:[2-9]|[1-9][0-9]+)" if bare else "[1-9][0-9]*"
    if form.nine:
        fine = 'digits in ("", *"23456789")' if bare else 'len(digits) == 1 and digits != "0"'
    else:
        fine = 'digits != "1" and digits[:1] != "0"' if bare else 'digits[:1] not in ("", "0")'
    return fill(
        RESTORE["library" if library else "before" if form.before else "after"],
        entry=entry,
        text=text,
        fine=fine,
        count=count,
        shape="a letter with an optional number" if bare else "a letter and a number",
        pattern=form.put(f"{digits}{'?' if bare else ''}", "[a-z]"),
        groups=form.put("([0-9]*)", "([a-z])"),
        product=f"letter * {count}",
        names="digits, letter" if form.before else "letter, digits",
    )


def _form_rules(form: Form) -> list[str]:
    side, example = "before" if form.before else "after", form.write([("a", 3), ("b", 1)])
    rules = [
        f'A run of equal letters is written as the letter with the length of the run {side} it: "aaab" is "{example}".'
    ]
    return [*rules, "A run of one letter is written without a number, never with 1."] if form.bare else rules


def _tell_shortening(form: Form, noun: str, text: str, meaning: str, context: str) -> Spec:
    rules = _form_rules(form)
    if form.nine:
        rules.append(
            "A number has one digit: a run of more than 9 is split into runs of 9 as often as possible, followed by what remains, if anything."
        )
    return Spec(
        title=f"a shortened {noun} text",
        summary=f"Shorten {meaning}, by counting runs.",
        rules=(*rules, EMPTY),
        params=(Param(text, "str", f"{meaning}; only the letters a to z"),),
        returns="the shortened text",
        return_annotation="str",
        context=context,
    )


def _tell_restoring(form: Form, short: str, meaning: str, context: str) -> Spec:
    if form.nine:
        numbers = ("A number has one digit; neighbouring runs of the same letter simply add up.", "No number is 0.")
    else:
        numbers = ("Neighbouring runs of the same letter simply add up.", "A number never begins with 0.")
    return Spec(
        title=f"the full text of a shortened {short}",
        summary=f"Restore {meaning}, from a text in which runs are counted.",
        rules=(*_form_rules(form), *numbers, EMPTY),
        params=(Param(short, "str", "the shortened text; only the letters a to z count as letters"),),
        returns="the full text",
        return_annotation="str",
        raises=(Raises("ValueError", "the text does not consist of such runs of the letters a to z"),),
        context=context,
    )


def _make_shortener(form: Form) -> Callable[[str], str]:
    def oracle(source: str) -> str:
        """Shorten by repeated replacement of the longest run at the front."""
        out = ""
        while source:
            length = len(source) - len(source.lstrip(source[0]))
            length = min(length, 9) if form.nine else length
            number = "" if form.bare and length == 1 else str(length)
            out += number + source[0] if form.before else source[0] + number
            source = source[length:]
        return out

    return oracle


def _make_restorer(form: Form) -> Callable[[str], str]:
    one = re.compile(r"(\d*)([a-z])" if form.before else r"([a-z])(\d*)", re.ASCII)

    def oracle(source: str) -> str:
        """Restore piece by piece from the front."""
        out = ""
        while source:
            match = one.match(source)
            if not match:
                raise ValueError("piece")
            number, letter = match.groups() if form.before else match.groups()[::-1]
            unfit = number == "1" if form.bare else not number
            if unfit or number.startswith("0") or (form.nine and len(number) > 1):
                raise ValueError("number")
            out += letter * int(number or 1)
            source = source[match.end() :]
        return out

    return oracle


def _long_edges(a: str, b: str) -> tuple[str, ...]:
    return ("", a, a * 2, a + b, a * 9, a * 10, a * 18, a * 19 + b, a * 3 + b + a * 2, b * 11)


def _short_edges(a: str, b: str) -> tuple[str, ...]:
    """Both forms of each text, so that whichever is asked for, the other one is wrong."""
    plain = ("", a, f"3{a}", f"{a}3", f"1{a}", f"{a}1", f"2{a}{b}", f"{a}{b}2", f"12{a}", f"{a}12")
    odd = (f"0{a}", f"{a}0", "7", f"2{a}3{a}", f"{a}2{a}3", f"{a} {b}", a.upper(), f"02{a}", f"{a}1{b}1", f"1{a}1{b}")
    return (*plain, *odd)


def _draw_runs(rng: Random, letters: str, sizes: tuple[int, ...]) -> list[tuple[str, int]]:
    return [(rng.choice(letters), rng.choice(sizes)) for _ in range(rng.choice((0, 1, 2, 3, 5)))]


def _draw_long(rng: Random, letters: str) -> str:
    return "".join(letter * size for letter, size in _draw_runs(rng, letters, SIZES))


def _draw_short(form: Form, rng: Random, letters: str) -> str:
    """Return a shortened text, one in five with a letter put in or changed."""
    made = form.write(_draw_runs(rng, letters, SIZES[:5] if form.nine else SIZES))
    if rng.random() < 0.2:
        at = rng.randrange(len(made) + 1)
        made = made[:at] + rng.choice("013X " + letters) + made[at + rng.choice((0, 1)) :]
    return made
