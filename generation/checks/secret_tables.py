"""Secrets in tables: a column is headed "password", a row below holds one.

In: text. Out: (start, end). Markdown tables, and lines parted by commas, semicolons or tabs whose
first line names the columns; SQL's INSERT. Cells are judged in secret_made and secret_values.
"""

import re
from collections.abc import Iterator

from generation.checks.secret_made import is_made_up
from generation.checks.secret_values import is_password, is_token

HEADING = re.compile(r"pass(?:wor[dt]|phrase|code|wd)?s?$|pwd$|(?:secret|token|api|access|private)[ _-]?(?:key|token|value)?s?$|credentials?$|pin$")
RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
NAMES = re.compile(r"\s*[\w \-]{1,30}(?:[,;\t]\s*[\w \-]{1,30}){1,20}\s*$")
COLUMN = re.compile(r"(?:pass|pwd|secret|token|key|credential|pin)[\w \-*`\"']{0,12}[|,;\t\n]")
# A statement's columns and the values of its first row; a value is a literal or anything up to the comma.
INSERT = re.compile(r"(?i)insert\s+into\s+\S+\s*\((?P<names>[^()]{3,400})\)\s*values\s*\((?P<values>[^()]{3,800})\)")
VALUE = re.compile(r"\s*(?:N?'(?P<literal>[^'\n]*)'|\"[^\"\n]*\"|[^,]+)\s*(?:,|$)")
MAX_ROWS = 40


def find_in_tables(text: str, low: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each secret in a column that is headed as one. low: the text in lower case."""
    yield from _find_in_inserts(text, low)
    if not COLUMN.search(low):
        return
    lines, starts = text.split("\n"), [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for number, line in enumerate(lines[:-1]):
        head = low[starts[number] : starts[number] + len(line)]
        if "|" in line and number + 2 < len(lines) and RULE.match(lines[number + 1]):
            sign, first = "|", number + 2
        elif NAMES.match(line):
            sign, first = next(c for c in ",;\t" if c in line), number + 1
        else:
            continue
        cells = head.split(sign)
        columns = [at for at, cell in enumerate(cells) if HEADING.search(cell.strip(" *`_\"'"))]
        for row in range(first, min(first + MAX_ROWS, len(lines))) if columns else ():
            found = lines[row].split(sign)
            if len(found) != len(cells):
                break
            for at in columns:
                if _is_secret(found[at].strip().strip("`*\"'"), sign == "|"):
                    start = starts[row] + sum(len(cell) + 1 for cell in found[:at])
                    yield start, start + len(found[at])


def _find_in_inserts(text: str, low: str) -> Iterator[tuple[int, int]]:
    if "insert" not in low:
        return
    for match in INSERT.finditer(text):
        names, values = match["names"].lower().split(","), list(VALUE.finditer(text, *match.span("values")))
        for name, value in zip(names, values, strict=False):
            literal = value["literal"]
            if literal and HEADING.search(name.strip(" `\"[]")) and _is_secret(literal, True):
                yield value.span("literal")


def _is_secret(value: str, in_markdown: bool) -> bool:
    if is_made_up(value) or is_token(value, True, 5):
        return True
    return any(c.isdigit() for c in value) and not value.isdigit() and is_password(value, in_markdown)
