"""The rows that the maintainer's page shows: kept and dropped ones, at most SHOWN_ROWS of a round.

In: the asked rows, what was kept, every drop. Out: plain dicts of text and numbers, unseen characters
spelt out. A row that was dropped for a secret or for personal data is shown by id, rule and place
alone; so is any other dropped row in which the secret filter finds something, since most drops
come before its turn.
"""

import json
from collections import defaultdict
from random import Random
from typing import TYPE_CHECKING, Any

from generation.checks.secret_filter import find_secret
from generation.cleaning import Cleaned
from generation.diversity import choose_ids
from generation.plain_text import show_on_one_line, show_plainly
from generation.rows import STAGE_OF, DropReason, make_id

if TYPE_CHECKING:
    import datasets

SHOWN_ROWS = 2_000  # a page of about 6 MB, which a browser filters at once
SHOWN_DROPS = 40  # of each reason
RANDOM_ROWS = 20
MAX_COMPLETION_CHARS = 4_000
WITHHELD = "withheld: it may hold a secret or personal data"
TEXTS = ("instruction", "input", "output")
EVIDENCE = (
    "domain", "idiom", "depth", "kind", "template", "proof_kind", "tests_run", "mutants", "mutants_killed", "attempts",
    "rung",
)  # fmt: skip


def choose_kept_rows(kept: "datasets.Dataset", most: int) -> list[dict[str, Any]]:
    """Return up to `most` kept rows in order of slot, chosen by the hash of their ids, with their evidence."""
    if not len(kept):
        return []
    chosen = choose_ids(kept["id"][:], most)
    places = [place for place, name in enumerate(kept["id"][:]) if name in chosen]
    return [
        _describe(row, "kept", "", row["output"]) | {"evidence": {n: show_on_one_line(str(row[n])) for n in EVIDENCE}}
        for row in kept.select(places).select_columns([*_COLUMNS, "id", "output", *EVIDENCE])
    ]


def choose_dropped_rows(asked: "datasets.Dataset", cleaned: Cleaned, round_number: int) -> list[dict[str, Any]]:
    """Return up to SHOWN_DROPS dropped rows of each reason, in order of slot; the output is the completion as sent."""
    by_reason: dict[str, list[dict]] = defaultdict(list)
    for drop in sorted(cleaned.funnel.drops, key=lambda drop: drop["slot"]):
        if len(by_reason[drop["reason"]]) < SHOWN_DROPS:
            by_reason[drop["reason"]].append(drop)
    drops = sorted((drop for found in by_reason.values() for drop in found), key=lambda drop: drop["slot"])
    places = {slot: place for place, slot in enumerate(asked["slot"][:])}
    rows = asked.select([places[drop["slot"]] for drop in drops]).select_columns([*_COLUMNS, "completions"])
    return [_describe_drop(row, drop, round_number) for row, drop in zip(rows, drops, strict=True)]


def pick_random_rows(rows: list[dict[str, Any]], seed: int, round_number: int) -> list[dict[str, Any]]:
    """Return RANDOM_ROWS of the rows, the same ones for the same round."""
    picked = Random(f"report {seed} {round_number}").sample(range(len(rows)), min(RANDOM_ROWS, len(rows)))
    return [rows[place] for place in sorted(picked)]


_COLUMNS = ("slot", "task_type", "family", "difficulty", "instruction", "input")


def _describe_drop(row: dict, drop: dict, round_number: int) -> dict[str, Any]:
    completion = json.loads(row["completions"])[-1]["text"][:MAX_COMPLETION_CHARS]
    named = row | {"id": make_id(round_number, row["slot"])}
    told = _describe(named, drop["reason"], drop["detail"], completion) | {"evidence": {"stage": drop["stage"]}}
    if STAGE_OF[DropReason(drop["reason"])] == "secrets":
        return told | dict.fromkeys(TEXTS, WITHHELD)  # the detail names rule and place, never the value
    found = find_secret(
        {name: row[name] for name in ("instruction", "input")} | {"output": completion, "detail": drop["detail"]}
    )
    return told | dict.fromkeys((*TEXTS, "detail"), WITHHELD) if found else told


def _describe(row: dict, verdict: str, detail: str, output: str) -> dict[str, Any]:
    return {
        "id": row["id"],
        "task_type": row["task_type"],
        "family": show_on_one_line(row["family"]),
        "difficulty": row["difficulty"],
        "verdict": verdict,
        "detail": show_plainly(detail),
        "instruction": show_plainly(row["instruction"]),
        "input": show_plainly(row["input"]),
        "output": show_plainly(output),
    }
