"""What an endpoint's error means to whoever asked: never, later, slower, otherwise, or not this one.

In: a status, headers, the body of an error reply, or a connection's exception. Out: an exception to be
raised. Endpoints word their errors in many ways; only status, codes and parameter names are relied on.
"""

import json
from collections.abc import Mapping
from typing import Any

from generation.faults import Fault

# Source: OpenAI's guide to error codes; 408 and 409 are what its SDK retries too.
PASSING_STATUS = (408, 409, 425)
OVERLOADED_STATUS = (503, 529)  # too many requests by another name; 529 is Anthropic's and some proxies'
NO_QUOTA_CODES = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
# A 400 that is about this one prompt, and says nothing about the form of the request.
# Source: OpenAI's and Azure's guides to error codes.
ONE_PROMPT_CODES = (
    "content_filter",
    "content_policy_violation",
    "context_length_exceeded",
    "invalid_prompt",
    "string_above_max_length",
)
UNLUCKY_CODES = ("json_validate_failed",)  # Groq: the model's own answer was no JSON, the next may be
NO_QUOTA = "the account has no quota left; add credit, then run the same command again"
MENDS = {
    401: "the key in OPENAI_API_KEY is not accepted; check it",
    402: NO_QUOTA,
    403: "the key may not use this model or endpoint; check its permissions",
    404: "no such model or address; check --teacher and --base-url",
}
MAX_SAID_CHARS = 200


class TeacherFault(Fault):
    """The endpoint cannot be used as asked: key, model, address, quota."""


class Passing(Exception):
    """A failure that may pass: a server error, a cut connection, a reply that is no completion, no reply in time.

    billed: whether the endpoint may have answered, and count it, all the same. answered: whether it spoke at all.
    """

    def __init__(self, said: str, billed: bool, answered: bool):
        super().__init__(said)
        self.billed, self.answered = billed, answered


class Refused(Exception):
    """Too many requests; `headers` may say for how long. overloaded: the server failed, no limit of ours was passed."""

    def __init__(self, said: str, headers: Mapping[str, str], overloaded: bool = False):
        super().__init__(said)
        self.headers, self.overloaded = headers, overloaded


class Misunderstood(Exception):
    """A 400 or 422: the endpoint does not take the request. one_prompt: it says that the prompt is why."""

    def __init__(self, said: str, one_prompt: bool = False):
        super().__init__(said)
        self.one_prompt = one_prompt


def name_failure(status: int, headers: Mapping[str, str], content: bytes | str) -> Exception:
    """Return what an error reply means."""
    said, codes = read_error(content)
    told = f"{status}: {said}"
    if status == 429:
        if any(code in NO_QUOTA_CODES for code in codes):
            return TeacherFault(f"{NO_QUOTA} ({said})")
        return Refused(told, headers)
    if status in (400, 422):
        if any(code in UNLUCKY_CODES for code in codes):
            return Passing(told, billed=True, answered=True)
        return Misunderstood(said, any(code in ONE_PROMPT_CODES for code in codes))
    if status in OVERLOADED_STATUS:
        return Refused(told, headers, overloaded=True)
    if status >= 500 or status in PASSING_STATUS:
        return Passing(told, billed=False, answered=True)
    return TeacherFault(f"{MENDS.get(status, f'the endpoint answered {status}')} ({said})")


def read_error(content: bytes | str) -> tuple[str, list[str]]:
    """Return an error body in one line of at most MAX_SAID_CHARS, and the codes in it.

    Known forms: {"error": {message, code, type, param}} (OpenAI), {"error": "..."} (Ollama), {"message": ...}
    (vLLM), {"detail": ... or [{"loc", "msg"}]} (FastAPI), any of them in a list (Google); else the text itself.
    """
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
        return _one_line(text), []
    body = body[0] if isinstance(body, list) and body else body
    error = body.get("error") or body if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return _one_line(error), []
    codes = [str(error[name]) for name in ("code", "type") if error.get(name)]
    said = error.get("message") or error.get("detail") or error
    if isinstance(said, list):  # the input that FastAPI repeats in each entry is left out
        said = "; ".join(f"{part.get('loc')}: {part.get('msg')}" for part in said if isinstance(part, dict))
    param = error.get("param")
    return _one_line(f"{param}: {said}" if isinstance(param, str) and param not in str(said) else said), codes


def _one_line(said: Any) -> str:
    return " ".join(str(said).split())[:MAX_SAID_CHARS]
