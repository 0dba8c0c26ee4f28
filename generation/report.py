"""The maintainer's page of a round: `runs/round_N/report.html`, private, self-contained.

In: a run, its numbers, the targets it missed. Out: one HTML file. Text of rows is untrusted and
always escaped.
"""

import json
from html import escape

from generation.folder import write_text
from generation.run import Run


def write_report(run: Run, numbers: dict, missed: list[str], asked, cleaned, drill) -> None:
    """Write the page."""
    verdict = "; ".join(missed) or "all targets met"
    body = f"<h1>Round {run.number}</h1><p>{escape(verdict)}</p><pre>{escape(json.dumps(numbers, indent=1))}</pre>"
    page = f"<!doctype html><meta charset=utf-8><title>Round {run.number}</title>{body}\n"
    write_text(run.folder / "report.html", page)
