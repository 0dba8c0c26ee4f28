"""The row contract: fields, ids, limits, the closed list of drop reasons, and how a check is applied.

In: work rows (dicts on their way to publication). Out: the published row, drops, and counts that
add up. It does not know what any check looks for.
"""

from enum import StrEnum
from typing import NamedTuple

from generation.tasks import TASK_TYPES

ROW_FIELDS = ("id", "instruction", "input", "output", "metadata")
METADATA_FIELDS = ("task_type", "round", "timestamp", "teacher_model")


class DropReason(StrEnum):
    """Why a row was dropped: a closed list of defects, each the row's own."""

    INPUT_TOO_LONG = "input_too_long"
    OUTPUT_TOO_LONG = "output_too_long"
    NO_COMPLETION = "no_completion"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    UNPARSEABLE = "unparseable"
    WRONG_SCHEMA = "wrong_schema"
    BAD_FORMAT = "bad_format"
    EXACT_DUPLICATE = "exact_duplicate"
    SECRET = "secret"
    PERSONAL_DATA = "personal_data"
    SECRET_SCAN_FAILED = "secret_scan_failed"
    PROOF_FAILED = "proof_failed"
    PROOF_TIMED_OUT = "proof_timed_out"
    PROOF_CRASHED = "proof_crashed"
    FLAKY = "flaky"
    UNPROVED = "unproved"
    BENCHMARK_CONTAMINATION = "benchmark_contamination"
    WITHDRAWN = "withdrawn"
    NEAR_DUPLICATE = "near_duplicate"


# The stages of the cleaning in order, each with the reasons it may give.
STAGES: dict[str, tuple[DropReason, ...]] = {
    "ask": (DropReason.NO_COMPLETION, DropReason.TRUNCATED, DropReason.REFUSED),
    "parse": (DropReason.UNPARSEABLE, DropReason.WRONG_SCHEMA),
    "format": (DropReason.BAD_FORMAT,),
    "lengths": (DropReason.INPUT_TOO_LONG, DropReason.OUTPUT_TOO_LONG),
    "exact_duplicates": (DropReason.EXACT_DUPLICATE,),
    "secrets": (DropReason.SECRET, DropReason.PERSONAL_DATA, DropReason.SECRET_SCAN_FAILED),
    "proof": (
        DropReason.PROOF_FAILED,
        DropReason.PROOF_TIMED_OUT,
        DropReason.PROOF_CRASHED,
        DropReason.FLAKY,
        DropReason.UNPROVED,
    ),
    "contamination": (DropReason.BENCHMARK_CONTAMINATION,),
    "withdrawn": (DropReason.WITHDRAWN,),
    "near_duplicates": (DropReason.NEAR_DUPLICATE,),
}
STAGE_OF = {reason: stage for stage, reasons in STAGES.items() for reason in reasons}


class Drop(NamedTuple):
    """What a check returns for a defective row: the reason and one sentence for the maintainer.

    `detail` never holds a secret's value, only rule and place.
    """

    reason: DropReason
    detail: str = ""


def make_id(round_number: int, slot: int) -> str:
    """Return the row's id, `round_<N>_<slot>`, the slot (from 1) padded to at least 4 digits."""
    return f"round_{round_number}_{slot:04d}"


def find_contract_breaks(row: dict) -> list[str]:
    """Return what is wrong with a published row by the fixed contract; an empty list where it is right."""
    wrong = []
    if tuple(sorted(row)) != tuple(sorted(ROW_FIELDS)):
        return [f"fields are {sorted(row)}, not {sorted(ROW_FIELDS)}"]
    meta = row["metadata"]
    if tuple(sorted(meta)) != tuple(sorted(METADATA_FIELDS)):
        return [f"metadata fields are {sorted(meta)}, not {sorted(METADATA_FIELDS)}"]
    for name in ("id", "instruction", "input", "output"):
        if not isinstance(row[name], str) or not row[name].strip():
            wrong.append(f"{name} is empty or not a string")
    if wrong:
        return wrong
    if meta["task_type"] not in TASK_TYPES:
        wrong.append(f"unknown task type {meta['task_type']!r}")
    prefix, _, slot = row["id"].rpartition("_")
    if prefix != f"round_{meta['round']}" or not slot.isdigit() or make_id(meta["round"], int(slot)) != row["id"]:
        wrong.append(f"id {row['id']!r} does not fit round {meta['round']}")
    if row["instruction"] in row["input"]:
        wrong.append("instruction is repeated word for word in input")
    return wrong
