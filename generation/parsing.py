"""A completion as a typed answer, or a typed rejection. Strict: nothing is guessed.

In: a Completion and the task's Answer model. Out: the Answer and whether it needed a repair.
The one thing taken off before JSON is read is one enclosing code fence (and a reasoning model's
leading <think> block); everything else around the JSON is a rejection.
"""

import json
import re
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from generation.ledger import Completion
from generation.rows import Drop, DropReason

_FENCE = re.compile(r"\A\s*(`{3,}|~{3,})[ \t]*(?:json|JSON)?[ \t]*\r?\n(.*?)\r?\n?[ \t]*\1[ \t]*\s*\Z", re.DOTALL)
_THINKING = re.compile(r"\A\s*<(think|thinking|reasoning)>.*?</\1>", re.DOTALL)


class Parsed(NamedTuple):
    """answer: the typed answer, or None with `drop` saying why not. repaired: a local repair was needed."""

    answer: BaseModel | None
    drop: Drop | None = None
    repaired: bool = False


def parse_completion(completion: Completion, answer_type: type[BaseModel]) -> Parsed:
    """Return a completion's answer; every way of failing has its own drop reason."""
    if completion.finish_reason == "gave_up":
        return Parsed(None, Drop(DropReason.NO_COMPLETION, "the teacher gave no completion"))
    if completion.refusal:
        return Parsed(None, Drop(DropReason.REFUSED, "the teacher refused"))
    if completion.finish_reason == "length":
        return Parsed(None, Drop(DropReason.TRUNCATED, "the completion was cut off at its length limit"))
    if completion.finish_reason != "stop":
        return Parsed(None, Drop(DropReason.NO_COMPLETION, f"finish reason {completion.finish_reason[:40]!r}"))
    text = _THINKING.sub("", completion.text, count=1)
    fenced = _FENCE.match(text)
    try:
        value = json.loads(fenced[2] if fenced else text)
    except (ValueError, RecursionError) as error:
        return Parsed(None, Drop(DropReason.UNPARSEABLE, f"not JSON: {str(error)[:80]}"))
    return validate_answer(value, answer_type)


def validate_answer(value: Any, answer_type: type[BaseModel]) -> Parsed:
    """Return the value as the task's answer, or the first thing that does not fit its schema."""
    try:
        return Parsed(answer_type.model_validate(value, strict=True))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return Parsed(None, Drop(DropReason.WRONG_SCHEMA, f"{place or 'answer'}: {first['msg']}"))
