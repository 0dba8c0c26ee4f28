"""The cheap row checks, fused into one batched map: lengths, parsing, the form of the answer.

In: plan rows with their completions. Out: answer, output and code of each, or its drop. Nothing
is run here and nothing is guessed: form only, the proof comes later.
"""

import json

from generation.ledger import Completion
from generation.parsing import parse_completion
from generation.rows import Drop, DropReason, make_id
from generation.tasks import load_task
from generation.tasks.task import MAX_INPUT_CHARS, MAX_OUTPUT_CHARS


def read_answers(batch: dict[str, list], round_number: int) -> dict[str, list]:
    """Return the columns that parsing adds to a batch, with drops for what is not in form."""
    names = ("slot", "task_type", "input", "completions", "proof")
    rows = [dict(zip(names, values, strict=True)) for values in zip(*(batch[n] for n in names), strict=True)]
    read = [read_answer(row) | {"id": make_id(round_number, row["slot"]), "round": round_number} for row in rows]
    return {name: [row[name] for row in read] for name in read[0]}


def read_answer(row: dict) -> dict:
    """Return one row's answer, output and code, and whether its first completion parsed.

    `completions` is a JSON list of the slot's completions in order of attempt; the last one counts.
    """
    task = load_task(row["task_type"])
    completions = [Completion(**c) for c in json.loads(row["completions"])]
    last = completions[-1]
    parsed = parse_completion(last, task.Answer)
    first = parsed if len(completions) == 1 else parse_completion(completions[0], task.Answer)
    made = {"answer": "", "output": "", "code": "", "in_form": False}
    drop = parsed.drop
    if parsed.answer is not None:
        wrong = task.find_bad_form(parsed.answer, json.loads(row["proof"]))
        output = task.render(parsed.answer)
        made = {
            "answer": parsed.answer.model_dump_json(),
            "output": output,
            "code": getattr(parsed.answer, "code", ""),
            "in_form": wrong is None,
        }
        drop = Drop(DropReason.BAD_FORMAT, wrong) if wrong else find_bad_length(row["input"], output)
    return made | {
        "parsed": parsed.answer is not None,
        "first_completions": completions[0].finish_reason != "gave_up",
        "first_parsed": first.answer is not None and not first.repaired,
        "repaired": parsed.repaired,
        "attempts": len(completions),
        "served_model": last.model,
        "prompt_tokens": sum(c.prompt_tokens for c in completions),
        "completion_tokens": sum(c.completion_tokens for c in completions),
        "drop_reason": str(drop.reason) if drop else "",
        "drop_detail": drop.detail if drop else "",
    }


def find_bad_length(prompt: str, output: str) -> Drop | None:
    """Return a drop where prompt or output passes its limit, counted in characters."""
    if len(prompt) > MAX_INPUT_CHARS:
        return Drop(DropReason.INPUT_TOO_LONG, f"{len(prompt):,} characters of {MAX_INPUT_CHARS:,}")
    if len(output) > MAX_OUTPUT_CHARS:
        return Drop(DropReason.OUTPUT_TOO_LONG, f"{len(output):,} characters of {MAX_OUTPUT_CHARS:,}")
    return None
