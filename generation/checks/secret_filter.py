"""Secrets and personal data: every text of a row.

In: rows. Out: drops that name rule and place, never the value. Fails closed: a scan that cannot
finish drops the row, a blind engine stops the build. Finished files: `folder_scan`.
Also a command: `python -m generation.checks.secret_filter FILE...` scans any JSONL or Parquet.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Generator, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from generation.checks.secret_engines import LOOK_GROUPS, prove_engines, prove_once, scan_numbers, scan_text
from generation.checks.secret_faults import Finding, ScanFailed
from generation.checks.secret_looks import forget, look_ahead
from generation.checks.secret_values import random_bits
from generation.checks.secret_views import AS_WRITTEN, make_views, new_lines
from generation.checks.secret_watch import watch
from generation.rows import Drop, DropReason

SHORT, SHORT_CHARS = "short fields", 120
EDGE_CHARS, EDGE_BITS = 80, 12
TOKEN = re.compile(r"[\w+/=.\-]{3,}")
NUMERIC = re.compile(r"(?:[\d\s\[\](){},.+'\":-]++|True|False|None|e[+-]\d)*+")  # the first sign decides: no way back
LONG_NUMBER = re.compile(r"\d{16}")
ROW_TIMEOUT_S = 30.0  # a row takes about 1 ms
CODED = ("answer", "proof", "completions")  # columns of JSON text
WITHHELD = "withheld: what the teacher wrote holds a secret"
# The attributes of a drawing that are numbers and the letters of paths: they look like card numbers.
GEOMETRY = re.compile(r"""=(["'])(?:[MLHVCSQTAZmlhvcsqtaze\d\s.,+\-]|translate|scale|rotate|matrix|[()])*\1""")
SKIPPED = frozenset({"request_hash", "behaviour"})  # digests made by this build from what is scanned


def find_secret(row: dict[str, Any]) -> Drop | None:
    """Return why a row may not be published or run, None where it holds no secret and no personal data."""
    return find_secrets([row], ahead=False)[0]


def find_secrets(rows: Sequence[dict[str, Any]], ahead: bool = True) -> list[Drop | None]:
    """Return the same of each of several rows.

    ahead: look ahead at the texts of all, so that what cannot be in them is not searched for; it pays from ten rows.
    """
    prove_once(os.getpid())  # before the clock runs: compiling the rules may take long
    drops: list[Drop | None] = [None] * len(rows)
    scans = {place: _scan_row(row) for place, row in enumerate(rows)}
    try:
        while scans:
            texts: list[str] = []
            for place, scan in list(scans.items()):
                try:
                    with watch(ROW_TIMEOUT_S):
                        texts += next(scan)
                except StopIteration as end:
                    drops[place] = end.value
                    del scans[place]
                except ScanFailed as error:
                    drops[place] = Drop(DropReason.SECRET_SCAN_FAILED, str(error))
                    del scans[place]
            if ahead and texts:
                look_ahead(texts, LOOK_GROUPS)
    finally:
        forget()
    return drops


def _scan_row(row: dict[str, Any]) -> Generator[list[str], None, Drop | None]:
    """Scan a row; before decoding and again before scanning, yield the texts that it pays to look ahead at."""
    leaves = {field: _split_leaves(row[field], field) for field in CODED if isinstance(row.get(field), str)}
    texts = list(_texts(row, {field: said for field, (said, _) in leaves.items()}))
    numbers = [(field, numeric) for field, (_, numeric) in leaves.items() if numeric]
    yield [text for _, text in (*texts, *numbers)]
    views = [(field, view, shown) for field, text in texts for view, shown in make_views(text)]
    yield [shown for _, view, shown in views if view != AS_WRITTEN]
    for field, view, shown in views:
        found = scan_text(shown)
        if found:
            return _drop(found[0], field, view, shown, row)
    for field, numeric in numbers:
        found = scan_numbers(numeric)
        if found:
            return _drop(found[0], field, AS_WRITTEN, numeric, row)
    return None


def check_batch(batch: dict[str, list]) -> dict[str, list]:
    """Return drop_reason and drop_detail for the rows of a batch, "" to keep.

    The engines are tested before and after every batch: EngineFault where one has gone blind.
    """
    prove_engines()
    names = list(batch)
    drops = find_secrets([dict(zip(names, row, strict=True)) for row in zip(*batch.values(), strict=True)])
    prove_engines()
    return {
        "drop_reason": [str(drop.reason) if drop else "" for drop in drops],
        "drop_detail": [drop.detail if drop else "" for drop in drops],
    }


def withhold_detail(detail: str, row: dict[str, Any]) -> str:
    """Return the detail of a drop made before rows are scanned: WITHHELD where row or detail holds a secret.

    The whole row is looked at, since a detail may quote a part of a secret that no rule would know.
    """
    return WITHHELD if detail and find_secret(row | {"detail": detail}) else detail


def _drop(finding: Finding, field: str, view: str, text: str, row: dict[str, Any]) -> Drop:
    reason = DropReason.PERSONAL_DATA if finding.personal else DropReason.SECRET
    start = text.rfind("\n", 0, finding.start) + 1
    line = text[start:].partition("\n")[0]
    if field == SHORT:
        field = line.partition(":")[0] if line.partition(":")[0] in row else field
    whole = row.get(field)
    at = whole.find(line) if isinstance(whole, str) else -1
    place = f", line {whole.count(chr(10), 0, at) + 1}" if at >= 0 else ""
    return Drop(reason, f"{finding.engine} {finding.rule} in {field}{place}, {view}")


def _split_leaves(coded: str, field: str) -> tuple[str, str]:
    """Return the different leaves of a column of JSON text, a line each: those with words, and literals of numbers.

    Proofs are made of the latter for the most part, and only numbers can be found in them.
    """
    leaves = dict.fromkeys(_leaves(_decode(coded), field))
    numeric = [_is_numeric(leaf) for leaf in leaves]
    words = "\n".join(leaf for leaf, is_number in zip(leaves, numeric, strict=True) if not is_number)
    return words, "\n".join(leaf for leaf, is_number in zip(leaves, numeric, strict=True) if is_number)


def _texts(row: dict[str, Any], words: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the row's texts, then its short fields as one; a line that an earlier text had is left out.

    words: of the columns of JSON text, by field.
    """
    seen: set[str] = set()
    short, whole = [], []
    for field, value in row.items():
        if field in SKIPPED or not isinstance(value, str | dict | list):
            continue
        if field in words:
            text = words[field]
        elif isinstance(value, str) and value[:1] not in ("{", "["):
            text = value
            whole.append(value)
        else:
            text = "\n".join(_leaves(_decode(value) if isinstance(value, str) else value, field))
        if len(text) <= SHORT_CHARS and "\n" not in text:
            short.append(f"{field}: {text}")
            continue
        new = new_lines(text, seen)
        if new:
            yield field, new
    if short:
        yield SHORT, "\n".join(short)
    edges = list(_across(whole))
    if edges:
        yield "fields joined", "\n".join(edges)


def _is_numeric(leaf: str) -> bool:
    """Return whether a leaf holds nothing but short numbers, brackets and the names of constants after its key."""
    return bool(NUMERIC.fullmatch(leaf, leaf.find(": ") + 2)) and not LONG_NUMBER.search(leaf)


def _across(texts: list[str]) -> Iterator[str]:
    """Yield where one field ends and the next begins, if a secret may be split between them."""
    for before, after in pairwise(texts):
        left, right = before[-EDGE_CHARS:].rstrip(), after[:EDGE_CHARS].lstrip()
        ends, begins = TOKEN.match(left[::-1]), TOKEN.match(right)
        if left.endswith((":", "=", "is")):
            yield f"{left} {right}"
        elif ends and begins:
            end = ends[0][::-1]
            if random_bits(end) > -6 and random_bits(end + begins[0]) >= EDGE_BITS:
                yield left + right


def _decode(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _leaves(value: Any, name: str) -> list[str]:
    """Return each string of a decoded JSON value, after its key."""
    found: list[str] = []
    _gather_leaves(value, name, found)
    return found


def _gather_leaves(value: Any, name: str, found: list[str]) -> None:
    if isinstance(value, str):
        found.append(f"{name}: {value}")
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, str):  # most are: a call for each costs as much as all else here
                found.append(f"{name}: {inner}")
            else:
                _gather_leaves(inner, name, found)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _gather_leaves(inner, str(key), found)


def main(arguments: list[str] | None = None) -> int:
    """Scan files and print each finding's file, row, rule and place; 1 where there is one, 2 for bad usage."""
    from generation.checks.folder_scan import Piece, flatten, read_piece

    parser = argparse.ArgumentParser(prog="python -m generation.checks.secret_filter", description=main.__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE", help="JSONL or Parquet")
    names = parser.parse_args(arguments).files
    found = 0
    for name in names:
        try:
            for place, row in read_piece(Piece(Path(name), name)):
                drop = find_secret(dict(flatten(row)))
                if drop:
                    found += 1
                    print(f"{name}, {place}: {drop.reason}: {drop.detail}")
        except (OSError, ValueError) as error:
            print(f"cannot read {name}: {type(error).__name__}", file=sys.stderr)
            return 2
    print(f"{found} findings in {len(names)} files")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
