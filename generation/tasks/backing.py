"""Which words of a text go beyond what is known to be true: decides between a full and a partial proof.

In: a text and the facts known of the program (spec sentences, comments, verified claims). Out: the
words that are left when the facts, code spans and frame words are taken away. A text with no words
left says nothing but what was checked; any other is proved in part only.
"""

import re
from collections.abc import Iterable

# Words that carry no claim of their own: they only name the parts of a docstring or an answer.
FRAME = frozenset(
    """a an and are args arguments as at attributes be both by code comment comments defaults docstring docstrings
    documented example examples for from function class method methods google gives if in into is it its itself line
    lines name note notes numpy of on or param parameter parameters plain prose raise raised raises rest
    restructuredtext result return returned returns runs section sections sphinx style takes that the there they this
    to type value values when where which with""".split()
)
MAX_FRAME_RUN = 3  # frame words in a row; more of them make a statement of their own ("returns the values as they are")


def words_of(text: str) -> str:
    """Return the text's words in small letters, one blank between them, with blanks at both ends."""
    return " " + " ".join(re.findall(r"[a-z0-9_]+(?:'[a-z]+)?|[<>=!]=?", text.lower())) + " "


def unbacked_words(text: str, facts: Iterable[str]) -> list[str]:
    """Return the words of the text that no fact holds; facts are taken out longest first."""
    left = words_of(text)
    for fact in sorted({words_of(f) for f in facts}, key=len, reverse=True):
        while fact.strip() and fact in left:
            left = left.replace(fact, " \0 ")
    out: list[str] = []
    for part in left.split("\0"):
        run: list[str] = []
        for word in [*part.split(), ""]:
            if word in FRAME:
                run.append(word)
                continue
            out += run if len(run) > MAX_FRAME_RUN else []
            out += [word] if word else []
            run = []
    return out
