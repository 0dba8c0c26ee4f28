"""Does an explanation name the defect that was planted: where it is and what is wrong with it?

In: prose of any teacher, the line number that it gives, and the planted change (line, before,
after). Out: what is missing, or None. It reads quoted code, line numbers, changed words and
operators, and common words for the kind of change. It can't tell whether the rest of the prose
is true.
"""

import re
from dataclasses import dataclass

from generation.tasks.judging import squeeze

LINE_TOLERANCE = 1
MISSING_TOLERANCE = 2  # where a line was taken out, "at" the line before or after is as good
MIN_PLACE_CHARS = 5  # a quoted piece shorter than this names no place
MAX_LINES_NAMED = 4  # prose that suspects more lines than this names none

_TOKEN = re.compile(
    r"[A-Za-z_]\w*|\d+(?:\.\d+)?|\"[^\"]*\"|'[^']*'|[<>=!+\-*/%&|^]=|//|\*\*|<<|>>|[-+*/%<>&|^~=\[\](){}:,.]"
)
_CODE = re.compile(r"`{3,}[^\n]*\n(.*?)`{3,}|``(.+?)``|`([^`\n]+)`", re.DOTALL)

# Words that speak of a change of these tokens.
_ORDERING = [
    "strict",
    "inclusive",
    "exclusive",
    "inclusively",
    "boundary",
    "bound",
    "equal",
    "equality",
    "equals",
    "less",
    "greater",
    "larger",
    "smaller",
    "least",
    "most",
    "comparison",
    "exceed",
    "below",
    "above",
    "beyond",
]
_WORDS = {
    "<": _ORDERING,
    "<=": _ORDERING,
    ">": _ORDERING,
    ">=": _ORDERING,
    "==": ["equal", "equality", "equals", "same", "comparison", "different", "inverted", "negated", "opposite"],
    "!=": ["equal", "unequal", "different", "differ", "comparison", "inverted", "negated", "opposite"],
    "+": ["add", "adds", "added", "adding", "plus", "sum", "sign"],
    "-": ["subtract", "subtracts", "subtracted", "subtracting", "minus", "sign", "negative", "negated", "difference"],
    "*": ["multiply", "multiplies", "multiplied", "product", "times"],
    "//": ["divide", "divided", "division", "floor", "whole", "integer", "remainder"],
    "/": ["divide", "divided", "division", "fraction"],
    "%": ["modulo", "remainder", "mod"],
    "+=": ["accumulate", "accumulates", "overwrites", "overwritten", "add", "adds", "added"],
    "-=": ["subtract", "subtracts", "direction", "sign"],
    "=": ["assign", "assigns", "assigned", "overwrite", "overwrites", "overwritten", "accumulate"],
    "not": ["negation", "negated", "inverted", "opposite", "not", "reversed", "backwards"],
    "and": ["both", "either", "and", "or", "connective"],
    "or": ["both", "either", "and", "or", "connective"],
    "sorted": ["sort", "sorts", "sorted", "sorting", "order", "unsorted"],
    "reverse": ["descending", "ascending", "reversed", "order", "direction"],
    "break": ["stop", "stops", "leave", "leaves", "exit", "exits", "break"],
    "continue": ["skip", "skips", "skipped", "continue"],
    "elif": ["exclusive", "else", "elif", "both", "second", "branch"],
    "True": ["flag", "true", "truth"],
    "False": ["flag", "false", "truth"],
    "raise": ["raise", "raises", "raised", "error", "exception"],
    "return": ["return", "returns", "returned"],
}
_OFF_BY_ONE = (
    "off by one",
    "off-by-one",
    "one too",
    "too early",
    "too late",
    "too short",
    "too long",
    "by one",
    "one step",
)
_SWAPPED = (
    "swap",
    "wrong way round",
    "wrong order",
    "reversed",
    "exchanged",
    "opposite",
    "inverted",
    "mixed up",
    "back to front",
)
_MISSING = (
    "missing",
    "left out",
    "never",
    "forgot",
    "omit",
    "absent",
    "no longer",
    "lacks",
    "lost",
    "dropped",
    "removed",
    "without",
    "not handled",
    "does not",
    "doesn't",
    "isn't",
    "is not",
    "need",
    "add",
)


@dataclass(frozen=True)
class Defect:
    """A planted change: 1-based line in the code shown, the line(s) before and after ("" where taken out)."""

    line: int
    before: str
    after: str


def find_unnamed(text: str, line: int, defect: Defect) -> str | None:
    """Return "line" or "cause" where the prose (with the line it gives) doesn't name it, None where it names both."""
    if not _names_place(text, line, defect):
        return "line"
    return None if _names_cause(text, defect) else "cause"


def _quotes(text: str) -> list[str]:
    """Return the pieces of code that the prose quotes, each line of a block on its own, squeezed."""
    found = []
    for block, double, single in _CODE.findall(text):
        pieces = block.split("\n") if block else [double or single]
        found += [squeeze(piece.lstrip("+->").strip() if block else piece) for piece in pieces]
    return [piece for piece in found if piece]


def _is_telling(piece: str, defect: Defect) -> bool:
    """True where the piece is in one of the two versions only, so that it holds the change itself."""
    before, after = squeeze(defect.before), squeeze(defect.after)
    return (piece in before) != (piece in after)


def _names_place(text: str, line: int, defect: Defect) -> bool:
    near = LINE_TOLERANCE if defect.after else MISSING_TOLERANCE
    named = {int(n) for n in re.findall(r"[Ll]ines?\s+(?:number\s+|no\.?\s*)?`?(\d+)", text)}
    if len(named) > MAX_LINES_NAMED:
        return False
    if any(abs(n - defect.line) <= near for n in {line, *named}):
        return True
    plain = squeeze(text)
    if any(len(squeeze(v)) >= MIN_PLACE_CHARS and squeeze(v) in plain for v in (defect.after, defect.before)):
        return True
    return any(len(piece) >= MIN_PLACE_CHARS and _is_telling(piece, defect) for piece in _quotes(text))


def _changed(defect: Defect) -> set[str]:
    """Return the tokens that only one of the two versions has, or has more often."""
    before, after = _TOKEN.findall(defect.before), _TOKEN.findall(defect.after)
    return {
        t
        for t in {*before, *after}
        if before.count(t) != after.count(t) and t not in ("(", ")", ",", ".", ":", "[", "]")
    }


def _names_cause(text: str, defect: Defect) -> bool:
    if any(_is_telling(piece, defect) for piece in _quotes(text) if not piece.isdigit() or len(piece) > 1):
        return True
    low = " " + re.sub(r"\s+", " ", text.lower()) + " "
    words = set(re.findall(r"[a-z_]\w*", low))
    spoken = set(_TOKEN.findall(text))
    changed = _changed(defect)
    if not defect.after:
        mentioned = {w for w in changed if w in spoken and (w.isidentifier() or w.isdigit())}
        return bool(mentioned) and any(sign in low for sign in _MISSING)
    if any(t in spoken and (t.isidentifier() or t.isdigit() or len(t) > 1) for t in changed):
        return True
    if any(words & set(_WORDS.get(t, ())) for t in changed):
        return True
    if any(t.isdigit() or t in ("+", "-", "<", "<=", ">", ">=") for t in changed) and any(
        s in low for s in _OFF_BY_ONE
    ):
        return True
    return not changed and any(sign in low for sign in _SWAPPED)
