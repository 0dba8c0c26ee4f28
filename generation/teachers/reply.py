"""A reply as its parts: text, refusal, usage; and its record in the ledger.

In: the bytes of a 200. Out: a Completion, or Passing where the reply holds no completion (cut off, HTML, an
error in a 200). Known forms of other servers are read; nothing is made up: what is missing stays empty.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from generation.ledger import Completion
from generation.teachers.failures import Passing, name_failure, read_error
from generation.teachers.request import Request


class Reply(NamedTuple):
    """A completion's body (its first choice is there, with a message), its text as sent, and the headers."""

    body: dict[str, Any]
    raw: str
    headers: Mapping[str, str]


def read_reply(content: bytes, headers: Mapping[str, str]) -> Reply:
    """Return a reply of status 200; Passing where it is no completion, or what an error within it means."""
    try:
        body = json.loads(content)
        raw = content.decode(json.detect_encoding(content))
        body["choices"][0]["message"].get("content")
    except (ValueError, RecursionError) as error:
        raise Passing(f"no completion: {error}", billed=True, answered=True) from None
    except (KeyError, IndexError, TypeError, AttributeError):
        raise _name_oddity(body, content, headers) from None
    if body["choices"][0].get("finish_reason") == "error":  # OpenRouter: the provider behind it broke off
        raise Passing(f"no completion: {read_error(json.dumps(body['choices'][0]))[0]}", billed=True, answered=True)
    return Reply(body, raw, headers)


def make_completion(request: Request, attempt: int, reply: Reply, retries: int = 0, batch: bool = False) -> Completion:
    """Return the ledger's record of a reply."""
    choice = reply.body["choices"][0]
    text, refusal = read_message(choice["message"])
    prompt_tokens, completion_tokens = read_usage(reply.body) or (0, 0)
    return Completion(
        slot=request.slot,
        attempt=attempt,
        request_hash=request.hash,
        text=text,
        finish_reason=str(choice.get("finish_reason") or ""),
        refusal=refusal,
        model=str(reply.body.get("model") or ""),
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        retries=retries,
        raw=reply.raw,
        batch=batch,
    )


def refused_completion(request: Request, attempt: int, said: str) -> Completion:
    """Return the record of a request that the endpoint does not take, though it takes others of its form."""
    return Completion(request.slot, attempt, request.hash, "", "bad_request", raw=said)


def read_message(message: dict[str, Any]) -> tuple[str, str]:
    """Return a message's text and refusal, "" where there is none; a list of parts is joined.

    Reasoning (`reasoning_content`, parts of thinking) is no part of the text.
    """
    content, refusal = message.get("content"), message.get("refusal")
    if isinstance(content, list):
        parts = [part for part in content if isinstance(part, dict)]
        refusal = refusal or "".join(str(part.get("refusal") or "") for part in parts)
        content = "".join(part["text"] for part in parts if isinstance(part.get("text"), str))
    return content if isinstance(content, str) else "", str(refusal or "")


def read_usage(body: dict[str, Any]) -> tuple[int, int] | None:
    """Return tokens in and out, None where the reply does not say."""
    usage = body.get("usage")
    counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")] if isinstance(usage, dict) else []
    if len(counts) != 2 or not all(type(count) is int and count >= 0 for count in counts):
        return None
    return counts[0], counts[1]


def _name_oddity(body: Any, content: bytes, headers: Mapping[str, str]) -> Exception:
    """Return what JSON without a completion means: an error with a status of its own (OpenRouter), or a passing one."""
    error = body.get("error") if isinstance(body, dict) else None
    if not error:
        return Passing(f"no completion: {read_error(content)[0]}", billed=True, answered=True)
    status = str(error.get("code")) if isinstance(error, dict) else ""
    if status.isdecimal() and 400 <= int(status) < 600:
        return name_failure(int(status), headers, content)
    return Passing(f"no completion: {read_error(content)[0]}", billed=False, answered=True)
