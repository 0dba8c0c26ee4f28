"""Looks ahead: which costly rules and decodings a text can need at all, of all texts of a batch at once.

In: texts. Out: by `may_hold`, whether a look met something in a text; True for a text that was not looked at.
RE2, by pyarrow, reads a text once however many alternatives a look has: 170 words in 2 ns a character, where
`str.find` takes 100. It has no look-around and knows fewer blanks, digits and letters than `re`, so a look is
wider than the rule that it stands before, never narrower: where it meets nothing the rule finds nothing.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from generation.checks.secret_faults import EngineFault

# For looks: every character that `re` may take for a blank, a digit, a part of a word.
BLANK, DIGIT, WORD = r"[^!-~]", r"[0-9\x{80}-\x{10ffff}]", r"[0-9A-Za-z_\x{80}-\x{10ffff}]"


class Look(NamedTuple):
    """pattern: RE2. example: a text that it meets; a look that misses it is blind and stops the build."""

    pattern: str
    example: str


_missed: dict[str, frozenset[str]] = {}  # by text: the looks that met nothing


def may_hold(text: str, name: str) -> bool:
    """Return whether the look of that name met something in a text, or was not asked about it."""
    return name not in _missed.get(text, ())


def look_ahead(texts: Sequence[str], groups: Sequence[Mapping[str, Look]]) -> None:
    """Look at texts, so that `may_hold` knows them until `forget`; EngineFault where a look misses its example.

    groups: looks by name; those of a group are asked for at once, and one by one where any of them met something.
    """
    looks = {name: look for group in groups for name, look in group.items()}
    asked = _as_array([*(look.example for look in looks.values()), *texts])
    missed = [set(looks) for _ in range(len(asked))]
    for group in groups:
        some = _find(asked, "|".join(f"(?:{look.pattern})" for look in group.values()))
        places, rest = some.to_pylist(), asked.take(some)
        for name, look in group.items():
            for at in range(len(places)) if len(group) == 1 else _find(rest, look.pattern).to_pylist():
                missed[places[at]].remove(name)
    for name, lost in zip(looks, missed, strict=False):
        if name in lost:
            raise EngineFault(f"the secret filter's look ahead misses its example of {name}; install the pinned versions")
    _missed.update(zip(texts, map(frozenset, missed[len(looks) :]), strict=True))


def _find(texts: pa.Array, pattern: str) -> pa.Array:
    """Return the places of the texts in which a pattern matches."""
    return pc.indices_nonzero(pc.match_substring_regex(texts, pattern))


def forget() -> None:
    """Drop what is known of the texts of a batch."""
    _missed.clear()


def _as_array(texts: list[str]) -> pa.Array:
    try:
        return pa.array(texts, pa.large_string())
    except UnicodeEncodeError:  # half of a pair of surrogates; no look asks for one
        return pa.array([text.encode("utf-8", "replace") for text in texts], pa.large_binary()).cast(pa.large_string())
