"""The views of a text that are scanned besides it: what a reader or a program would make of it.

In: text. Out: (name, text) pairs, the text itself first; each view only where it differs.
"""

import re
import unicodedata
from collections.abc import Iterator

INVISIBLE = re.compile(r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
SPLIT = re.compile(r"([\"'])\s*(?:\\\s*\n|\+|\n|\.)?\s*[rbuf]?\1")


def make_views(text: str) -> Iterator[tuple[str, str]]:
    """Yield the text and what it decodes to."""
    yield "as written", text
    plain = text if text.isascii() else INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    if plain != text:
        yield "normalised", plain
