"""Untrusted text made safe to show: nothing in it moves a cursor, hides, reorders or ends a line unseen.

In: any text. Out: the same text with control, bidi, zero-width and other unseen characters spelt out
as `\\x1b` or `\\u202e`. It does not escape HTML or Markdown: page and card do that for themselves.
"""

import re

# C0 and C1 controls, bidi and zero-width marks, line and paragraph separators, tag characters,
# lone surrogates, non-characters and private use: whatever a reader cannot see or a terminal may obey.
# Source: Unicode TR 36 (security) and Trojan Source, CVE-2021-42574.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_LINE_ENDS = re.compile(r"[\t\n]")


def show_plainly(text: str) -> str:
    """Return the text with unseen characters spelt out; tabs and line feeds stay."""
    return _UNSEEN.sub(lambda found: spell_out(found[0]), text)


def show_on_one_line(text: str, max_chars: int | None = None) -> str:
    """Return the text as one line, unseen characters and line ends spelt out, cut at max_chars with an ellipsis."""
    line = _LINE_ENDS.sub(lambda found: spell_out(found[0]), show_plainly(text))
    return line if max_chars is None or len(line) <= max_chars else f"{line[: max_chars - 1]}…"


def spell_out(character: str) -> str:
    """Return a character as its Python escape, such as `\\n` or `\\u202e`."""
    return character.encode("unicode_escape").decode("ascii")
