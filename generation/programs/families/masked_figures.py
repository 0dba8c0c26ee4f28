"""Hide characters of a text. Choices: which ones are hidden, how many stay at which side, short ones, separators."""

from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "text processing"
SPACE = {
    "hidden": ("digits", "letters", "both"),
    "shown": ("last", "first"),
    "short": ("all_hidden", "all_shown", "half"),
    "idiom": ("loop", "places"),
}

# (domain, entry noun, text's name, the text, who needs it)
DOMAINS = (
    ("customer service", "customer", "reference", "the reference as printed", "A help desk shows references without giving them away."),
    ("lost property", "owner", "tag", "the text on the tag", "A lost property office shows only a part of what stands on a tag."),
    ("coat check", "coat", "slip", "the text of the slip", "A coat check prints slips that should not be copied from a photograph."),
    ("clinic", "patient", "file_mark", "the mark on the file", "A clinic shows file marks on a screen in the waiting room."),
)  # fmt: skip

LOOP = """
def $entry($text: str, shown: int) -> str:
    if shown < 0:
        raise ValueError("shown must not be negative")
    total = sum($test for char in $text)
    $short
    out = ""
    met = 0
    for char in $text:
        if $test:
            met += 1
            # $why
            out += $char
        else:
            out += char
    return out
"""
PLACES = """
def $entry($text: str, shown: int) -> str:
    if shown < 0:
        raise ValueError("shown must not be negative")
    places = [at for at, char in enumerate($text) if $test]
    $short
    chars = list($text)
    # $why
    for at in $slice:
        chars[at] = "*"
    return "".join(chars)
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, text, meaning, context = rng.choice(DOMAINS)
    hidden, last, short, loop = choice["hidden"], choice["shown"] == "last", choice["short"], choice["idiom"] == "loop"
    entry = f"mask_{noun}_{text}"
    test = {"digits": "char.isdigit()", "letters": "char.isalpha()", "both": "char.isalnum()"}[hidden]
    what = {"digits": "digit", "letters": "letter", "both": "letter or digit"}[hidden]
    plural = {"digits": "digits", "letters": "letters", "both": "letters and digits"}[hidden]
    total = "total" if loop else "len(places)"
    shorten = {
        "all_hidden": f"# Showing all of them would hide nothing.\nif {total} <= shown:\n    shown = 0",
        "all_shown": "",
        "half": f"# At least half of them stay hidden, whatever was asked for.\nshown = min(shown, {total} // 2)",
    }[short]
    char = 'char if met > total - shown else "*"' if last else 'char if met <= shown else "*"'
    part = "places[: max(len(places) - shown, 0)]" if last else "places[shown:]"
    if short != "all_shown" and last:
        part = "places[: len(places) - shown]"
    commented = fill(LOOP if loop else PLACES, entry=entry, text=text, test=test, short=shorten, why="Separators are never hidden and do not count." , char=char, slice=part)
    side = "last" if last else "first"
    rules = [
        f"Every {what} is replaced by an asterisk, except for the {side} ones, as many as are to be shown.",
        "All other characters stay as they are and do not count.",
        {"all_hidden": f"If there are no more {plural} than are to be shown, all of them are hidden.", "all_shown": f"If there are no more {plural} than are to be shown, all of them are shown.", "half": f"Never more than half of the {plural} are shown; half of an odd number is rounded down."}[short],
    ]  # fmt: skip
    spec = Spec(
        title=f"a text with hidden {plural}", summary=f"Hide the {plural} of a text, but for the {side} few.", rules=tuple(rules),
        params=(Param(text, "str", meaning), Param("shown", "int", f"how many {plural} to show")), returns="the text with asterisks", return_annotation="str",
        raises=(Raises("ValueError", "the number to be shown is negative"),), context=context,
    )  # fmt: skip

    def oracle(row: str, keep: int) -> str:
        """Take the characters apart by recursion from the side that is shown."""
        if keep <= -1:
            raise ValueError("keep")
        figures = {"digits": "0123456789"}.get(hidden, "")
        def concerned(c: str) -> bool:
            return c in figures if hidden == "digits" else c.lower() != c.upper() or (hidden == "both" and "0" <= c <= "9")

        count = len([c for c in row if concerned(c)])
        if short == "all_hidden" and keep >= count:
            keep = 0
        while short == "half" and 2 * keep > count:
            keep -= 1
        out = []
        for c in row[::-1] if last else row:
            if concerned(c):
                out.append(c if keep > 0 else "*")
                keep -= 1
            else:
                out.append(c)
        return "".join(out[::-1] if last else out)

    def draw_input(rng: Random) -> tuple:
        row = "".join(rng.choice(("7", "4", "0", "K", "b", "Q", "-", " ", "/")) for _ in range(rng.choice((1, 3, 5, 8, 12))))
        return (row, rng.choice((0, 1, 2, 3, 4)) if rng.random() > 0.04 else -1)

    edges = (("", 2), ("12-34", 2), ("12-34", 4), ("12-34", 5), ("AB-cd", 1), ("K7 Q4/b0", 3), ("K7 Q4/b0", 6), ("1a2b3", -1), ("--", 1), ("90210 ABCDE", 0), ("x1y2z3w", 2))
    return Draft(entry, spec, lay_out(commented), oracle, draw_input, edges, domain, choice["idiom"], complexity="O(n)", complexity_terms=f"n is the number of characters in the {text.replace('_', ' ')}")
