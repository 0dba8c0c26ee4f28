"""Asking the teacher: every slot of the plan gets its completion into the ledger, once.

In: the plan, the round's settings, how to ask. Out: a full ledger, and the plan joined with its
completions. The only checkpoint of a round: what is in the ledger is never asked again.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generation.ledger import Completion, Ledger
from generation.run import Run
from generation.teachers.request import Request, make_request

if TYPE_CHECKING:
    import datasets


@dataclass(frozen=True)
class AskOptions:
    """How an API teacher is asked: requests in flight, the Batch API, the most dollars to spend (None: no bound)."""

    concurrency: int = 64
    batch: bool = False
    max_usd: float | None = 5.0
    progress: bool = True


def ask_teacher(rows: "datasets.Dataset", run: Run, ledger: Ledger, how: AskOptions) -> None:
    """Ask for every slot that the ledger does not hold yet; LedgerFault where a held one was asked otherwise."""
    if run.trusted:
        _ask_embedded(rows, run, ledger)
    elif how.batch:
        from generation.teachers import openai_batch

        openai_batch.ask(_requests(rows, run), ledger, run.settings, how)
    else:
        from generation.teachers import openai_api

        openai_api.ask(_requests(rows, run), ledger, run.settings, how)


def join_completions(rows: "datasets.Dataset", ledger: Ledger, work: Path) -> "datasets.Dataset":
    """Return the plan with two columns more: `completions` (JSON list, by attempt) and `request_hash`."""
    import datasets

    def read() -> Iterator[dict]:
        for slot in rows["slot"][:]:  # [:] reads a column at once
            found = ledger.attempts(slot) or [Completion(slot, 1, "", "", "gave_up")]
            plain = [vars(completion) | {"raw": ""} for completion in found]
            yield {"completions": json.dumps(plain), "request_hash": found[0].request_hash}

    text = datasets.Value("string")
    from_ledger = _write_dataset(read(), {"completions": text, "request_hash": text}, work / "completions.arrow")
    return datasets.concatenate_datasets([rows, from_ledger], axis=1)


def _write_dataset(rows: Iterator[dict], features: dict, path: Path) -> "datasets.Dataset":
    import datasets
    from datasets.arrow_writer import ArrowWriter

    with ArrowWriter(features=datasets.Features(features), path=str(path)) as writer:
        for row in rows:
            writer.write(row)
        writer.finalize()
    return datasets.Dataset.from_file(str(path))


def _requests(rows: "datasets.Dataset", run: Run) -> Iterator[Request]:
    from generation.arrow_files import read_rows

    for row in read_rows(rows, ("slot", "task_type", "input")):
        yield make_request(row, run.settings)


def _ask_embedded(rows: "datasets.Dataset", run: Run, ledger: Ledger) -> None:
    """Put the answers that the plan's workers got from the embedded teacher into the ledger.

    LedgerFault where the ledger holds another answer: it is that of other code, whose rows must not be taken for ours.
    """
    from generation.arrow_files import read_rows

    for row in read_rows(rows, ("slot", "task_type", "input", "completion")):
        request = make_request(row, run.settings)
        if (row["slot"], 1) in ledger:
            ledger.check_request(row["slot"], 1, request.hash, row["completion"])
        else:
            ledger.append(
                Completion(row["slot"], 1, request.hash, row["completion"], "stop", model=run.settings.teacher)
            )
