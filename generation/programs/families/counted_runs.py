"""Shorten runs of equal letters and restore them. Choices: direction, single letters, side of the number, longest run."""

import re
from random import Random

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
        length = end - start
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


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, text, short, letters, meaning, context = rng.choice(DOMAINS)
    shorten, bare, before, nine = choice["direction"] == "shorten", choice["single"] == "bare", choice["number"] == "before", choice["limit"] == "nine"
    library = choice["idiom"] == "library"
    entry = f"shorten_{noun}" if shorten else f"restore_{noun}"
    given = text if shorten else short
    least = 2 if bare else 1
    # The count's own form: from `least`, without leading zero, one digit under the limit.
    digits = f"[{least}-9]" if nine else ("(?:[2-9]|[1-9][0-9]+)" if bare else "[1-9][0-9]*")
    optional = "?" if bare else ""
    if shorten:
        piece = '(f"{length}{letter}" if length > 1 else letter)' if before else '(f"{letter}{length}" if length > 1 else letter)'
        if not bare:
            piece = 'f"{length}{letter}"' if before else 'f"{letter}{length}"'
        simple = piece.strip("()") if bare else piece
        if nine:
            write = f"# A longer run is written as several, each but the last of nine.\nwhile length > 9:\n    parts.append({'f' + chr(34) + ('9{letter}' if before else '{letter}9') + chr(34)})\n    length -= 9\nparts.append({simple})"
        else:
            write = f"# A single letter needs no number.\nparts.append({simple})" if bare else f"parts.append({simple})"
        commented = fill(
            SHORTEN[choice["idiom"]],
            entry=entry,
            text=text,
            write=write,
            piece=simple,
            cap=" and end - start < 9" if nine else "",
            cap_comment=" and there is room" if nine else "",
        )
        if not library:
            commented = commented.replace("        length = end - start\n", f"        length, letter = end - start, {text}[start]\n")
    else:
        letter = "[a-z]"
        count = "int(digits)" if not bare else 'int(digits or "1")'
        fine = 'digits[:1] not in ("", "0")' if not bare else 'digits != "1" and digits[:1] != "0"'
        if nine:
            fine = 'len(digits) == 1 and digits != "0"' if not bare else 'digits in ("", *"23456789")'
        commented = fill(
            RESTORE["library"] if library else RESTORE[choice["number"]],
            entry=entry,
            text=given,
            fine=fine,
            count=count,
            shape=("a letter with an optional number" if bare else "a letter and a number"),
            pattern=f"{digits}{optional}{letter}" if before else f"{letter}{digits}{optional}",
            groups="([0-9]*)([a-z])" if before else "([a-z])([0-9]*)",
            product=f"letter * {count}",
            names="digits, letter" if before else "letter, digits",
        )
    side = "before" if before else "after"
    examples = {(True, True): "3ab", (True, False): "3a1b", (False, True): "a3b", (False, False): "a3b1"}[before, bare]
    rules = [f"A run of equal letters is written as the letter with the length of the run {side} it: \"aaab\" is \"{examples}\"."]
    if bare:
        rules.append("A run of one letter is written without a number, never with 1.")
    if nine:
        rules.append("A number has one digit: a run of more than 9 is split into runs of 9 as often as possible, followed by what remains, if anything.")
    if not shorten:
        rules[-1:] = rules[-1:] if not nine else ["A number has one digit; neighbouring runs of the same letter simply add up."]
        if not nine:
            rules.append("Neighbouring runs of the same letter simply add up.")
        rules.append("A number never begins with 0." if not nine else "No number is 0.")
    rules.append("An empty text stays empty.")
    spec = Spec(
        title=f"a shortened {noun} text" if shorten else f"the full text of a shortened {short}",
        summary=f"Shorten {meaning}, by counting runs." if shorten else f"Restore {meaning}, from a text in which runs are counted.",
        rules=tuple(rules),
        params=(Param(given, "str", f"{meaning}; only the letters a to z" if shorten else "the shortened text; only the letters a to z count as letters"),),
        returns="the shortened text" if shorten else "the full text",
        return_annotation="str",
        raises=() if shorten else (Raises("ValueError", "the text does not consist of such runs of the letters a to z"),),
        context=context,
    )  # fmt: skip

    def oracle(source: str) -> str:
        """Shorten by repeated replacement of the longest runs; restore piece by piece from the front."""
        if shorten:
            out = ""
            while source:
                length = len(source) - len(source.lstrip(source[0]))
                length = min(length, 9) if nine else length
                number = "" if bare and length == 1 else str(length)
                out += number + source[0] if before else source[0] + number
                source = source[length:]
            return out
        one = re.compile(r"(\d*)([a-z])" if before else r"([a-z])(\d*)", re.ASCII)
        out = ""
        while source:
            match = one.match(source)
            if not match:
                raise ValueError("piece")
            number, letter = match.groups() if before else match.groups()[::-1]
            if number.startswith("0") or (number == "1" and bare) or (not number and not bare) or (nine and len(number) > 1):
                raise ValueError("number")
            out += letter * int(number or 1)
            source = source[match.end() :]
        return out

    def write(runs: list[tuple[str, int]]) -> str:
        numbers = [(letter, "" if bare and size == 1 else str(size)) for letter, size in runs]
        return "".join(number + letter if before else letter + number for letter, number in numbers)

    def draw_input(rng: Random) -> tuple:
        sizes = (1, 1, 2, 3, 9) if nine and not shorten else (1, 1, 2, 3, 9, 10, 12, 18, 21)
        runs = [(rng.choice(letters), rng.choice(sizes)) for _ in range(rng.choice((0, 1, 2, 3, 5)))]
        if shorten:
            return ("".join(letter * size for letter, size in runs),)
        made = write(runs)
        if rng.random() < 0.2:
            at = rng.randrange(len(made) + 1)
            made = made[:at] + rng.choice("013X " + letters) + made[at + rng.choice((0, 1)) :]
        return (made,)

    a, b = letters[:2]
    if shorten:
        edges = tuple((row,) for row in ("", a, a * 2, a + b, a * 9, a * 10, a * 18, a * 19 + b, a * 3 + b + a * 2, b * 11))
    else:
        edges = tuple((row,) for row in ("", a, f"3{a}", f"{a}3", f"1{a}", f"{a}1", f"2{a}{b}", f"{a}{b}2", f"12{a}", f"{a}12", f"0{a}", f"{a}0", "7", f"2{a}3{a}", f"{a}2{a}3", f"{a} {b}", a.upper(), f"02{a}", f"{a}1{b}1", f"1{a}1{b}"))
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
        complexity="",
        complexity_terms="",
    )
