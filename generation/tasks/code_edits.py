"""One variant of a source as the lines that differ, so that a proof can hold many of them.

In: two texts. Out: an edit [first line from 0, lines taken away, new lines], and the text back from it.
"""

from collections.abc import Iterable


def edit_between(source: str, variant: str) -> list:
    """Return the smallest run of whole lines that turns `source` into `variant`."""
    old, new = source.split("\n"), variant.split("\n")
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return [start, len(old) - start - end, new[start : len(new) - end]]


def apply_edits(source: str, edits: Iterable[list]) -> str:
    """Return the source with edits that do not overlap applied, later lines first."""
    lines = source.split("\n")
    for start, count, new in sorted(edits, reverse=True, key=lambda edit: edit[0]):
        lines[start : start + count] = new
    return "\n".join(lines)
