"""What is asked of a teacher: one request a slot, the same for every teacher, and its hash.

In: a plan row and the round's settings. Out: a Request and the body an endpoint is sent. The hash
is of the body at the top of the fallback ladder, so that it depends on settings and code alone.
"""

import functools
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from generation.settings import Settings
from generation.tasks import load_task


@dataclass(frozen=True)
class Request:
    """One question to the teacher. prompt: the row's `input`. body: what `chat.completions` is sent."""

    slot: int
    task_type: str
    body: dict[str, Any]

    @functools.cached_property
    def hash(self) -> str:
        """Hex SHA-256 of the body as canonical JSON."""
        return hashlib.sha256(_CANONICAL.encode(self.body).encode()).hexdigest()


def encode_body(body: dict[str, Any]) -> bytes:
    """Return a body as it is sent: keys in their order, which structured output follows in what it writes."""
    return _SENT.encode(body).encode()


_SENT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_CANONICAL = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)


def make_request(row: dict[str, Any], settings: Settings) -> Request:
    """Return the request for a plan row (slot, task_type, input)."""
    task = load_task(row["task_type"])
    body = {
        "model": settings.teacher,
        "messages": [
            {"role": "system", "content": task.REQUEST},
            {"role": "user", "content": row["input"]},
        ],
        "temperature": settings.temperature,
        "max_completion_tokens": settings.max_completion_tokens,
        "seed": settings.request_seed,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": row["task_type"], "strict": True, "schema": strict_schema(task.Answer)},
        },
    }
    return Request(row["slot"], row["task_type"], body)


@functools.cache
def strict_schema(answer_type: type) -> dict[str, Any]:
    """Return a pydantic model's JSON schema as strict structured output wants it: every key required.

    # Source: OpenAI's guide to structured outputs: all fields required, additionalProperties false,
    # no defaults.
    """
    return _tighten(answer_type.model_json_schema())


def _tighten(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_tighten(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _tighten(value) for key, value in schema.items() if key not in ("default", "title")}
    if kept.get("type") == "object" and "properties" in kept:
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept
