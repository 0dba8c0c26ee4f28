"""A completion as a typed answer, or a typed rejection. Strict: nothing is guessed.

In: a Completion and the task's Answer model. Out: the Answer and whether it needed a repair.
Taken off before JSON is read: a reasoning model's leading <think> block, and one code fence that encloses
all the rest, of any length, with ` or ~ and with or without a language. Prose around the JSON is a rejection.

The one repair, marked `repaired` and never counted as a first completion that parsed, is of syntax alone:
raw line breaks and tabs inside strings, trailing commas, and JSON that was escaped or quoted once more as
a whole. A value is never changed, added or taken away; where the repaired text is no JSON of the schema,
the first error stands.
"""

import json
import re
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from generation.ledger import Completion
from generation.rows import Drop, DropReason

_FENCE = re.compile(r"\A(`{3,}|~{3,})[ \t]*[\w+.-]*[ \t]*\r?\n(.*?)\r?\n?[ \t]*\1\Z", re.DOTALL)
_INLINE_FENCE = re.compile(r"\A(`{1,}|~{3,})(?:json\b)?[ \t]*(\{.*\})[ \t]*\1\Z", re.DOTALL | re.IGNORECASE)
_THINKING = re.compile(r"\A\s*<(think|thinking|thought|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
# What a model says instead of an answer; only where the whole completion is prose without any JSON.
# Source: the openings of refusals that public filters of chat data look for.
_REFUSAL = re.compile(
    r"\A\W*(?:i['’]?m (?:very |really |truly |so )?(?:sorry|unable|afraid|not able)|(?:very )?sorry\b|i apologi[sz]e|"
    r"i (?:can(?:['’]t|not| not)|will not|won['’]t|must decline|am unable|am not able|am sorry|do not feel)|"
    r"(?:unfortunately|regrettably)\W+i |as an? (?:ai|language model|large language model))",
    re.IGNORECASE,
)
_RAW_CONTROL = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# A JSON string, or a comma before a closing bracket: strings are matched first, so that none is changed within.
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)


class Parsed(NamedTuple):
    """answer: the typed answer, or None with `drop` saying why not. repaired: a local repair was needed."""

    answer: BaseModel | None
    drop: Drop | None = None
    repaired: bool = False


def parse_completion(completion: Completion, answer_type: type[BaseModel]) -> Parsed:
    """Return a completion's answer; every way of failing has its own drop reason."""
    if completion.finish_reason == "gave_up":
        return _reject(DropReason.NO_COMPLETION, "the teacher gave no completion")
    if completion.refusal or completion.finish_reason == "content_filter":
        return _reject(DropReason.REFUSED, "the teacher refused")
    if completion.finish_reason == "length":
        return _reject(DropReason.TRUNCATED, "the completion was cut off at its length limit")
    if completion.finish_reason != "stop":
        return _reject(DropReason.NO_COMPLETION, f"finish reason {completion.finish_reason[:40]!r}")
    text = unwrap(completion.text)
    try:
        value = json.loads(text, object_pairs_hook=_refuse_twice)
    except (ValueError, RecursionError) as error:
        return _parse_repaired(text, answer_type) or _name_prose(text, str(error))
    parsed = validate_answer(value, answer_type)
    if isinstance(value, str):  # JSON that was quoted as a whole
        return _parse_repaired(value, answer_type) or parsed
    return parsed


def unwrap(text: str) -> str:
    """Return the text without a leading thinking block and without one fence around all the rest."""
    text = _THINKING.sub("", text.removeprefix("\ufeff"), count=1).strip()
    fenced = _FENCE.match(text) or _INLINE_FENCE.match(text)
    return fenced[2] if fenced else text


def validate_answer(value: Any, answer_type: type[BaseModel]) -> Parsed:
    """Return the value as the task's answer, or the first thing that does not fit its schema."""
    try:
        answer = answer_type.model_validate(value, strict=True)
        json.dumps(value, ensure_ascii=False).encode()
        return Parsed(answer)
    except UnicodeEncodeError:  # JSON may escape half of a surrogate pair; no file of text can hold it
        return _reject(DropReason.WRONG_SCHEMA, "answer: half of a character")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return _reject(DropReason.WRONG_SCHEMA, f"{place or 'answer'}: {first['msg']}")


def repair_syntax(text: str) -> str:
    """Return the text with raw line breaks in strings escaped and trailing commas gone; values stay as they are."""

    def mend(found: re.Match) -> str:
        if found[0] == ",":
            return ""
        return re.sub(r"[\n\r\t]", lambda control: _RAW_CONTROL[control[0]], found[0])

    return _STRING_OR_COMMA.sub(mend, text)


def _parse_repaired(text: str, answer_type: type[BaseModel]) -> Parsed | None:
    """Return the answer of the repaired text, None where the repair does not lead to one."""
    tried = [repair_syntax(text)]
    if re.match(r"\s*\{\s*\\[n\"]", text):  # escaped once more as a whole: {\"code\": \"...\\n\"}
        tried.append(f'"{text}"')
    for attempt in tried:
        try:
            value = json.loads(attempt, object_pairs_hook=_refuse_twice)
            value = json.loads(value, object_pairs_hook=_refuse_twice) if isinstance(value, str) else value
        except (ValueError, RecursionError):
            continue
        parsed = validate_answer(value, answer_type)
        if parsed.answer is not None:
            return parsed._replace(repaired=True)
    return None


def _refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that is there twice: which of the two is meant could only be guessed."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _name_prose(text: str, said: str) -> Parsed:
    """Return why a text that is no JSON is rejected: a refusal in prose, or unparseable."""
    if "{" not in text and _REFUSAL.match(text):
        return _reject(DropReason.REFUSED, "the teacher refused in prose")
    if not text:
        return _reject(DropReason.UNPARSEABLE, "the completion is empty")
    return _reject(DropReason.UNPARSEABLE, f"not JSON: {said[:80]}")


def _reject(reason: DropReason, detail: str) -> Parsed:
    return Parsed(None, Drop(reason, detail))
