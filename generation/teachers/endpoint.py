"""One endpoint that speaks OpenAI's `chat.completions`: a client, one request at a time, faults by name.

In: a request body. Out: the reply, or what went wrong: TeacherFault where no retry can mend it,
Refused for a 429, Passing for what may pass. It neither waits nor retries. No telemetry.
"""

import asyncio
import json
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx2
import openai

from generation.faults import Fault
from generation.settings import Settings

CONNECT_TIMEOUT_S = 30.0
# Source: OpenAI's guide to error codes; 408 and 409 are what its SDK retries too.
PASSING_STATUS = (408, 409, 425)
MENDS = {
    401: "the key in OPENAI_API_KEY is not accepted; check it",
    403: "the key may not use this model or endpoint; check its permissions",
    404: "no such model or address; check --teacher and --base-url",
}
NO_QUOTA = "the account has no quota left; add credit, then run the same command again"


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
    """A 429; `headers` may say for how long."""

    def __init__(self, headers: Mapping[str, str]):
        super().__init__("429")
        self.headers = headers


class Misunderstood(Exception):
    """A 400 or 422: the endpoint does not take the request in this form."""


class Reply(NamedTuple):
    """A completion's body (its first choice is there, with a message), its text as sent, and the headers."""

    body: dict[str, Any]
    raw: str
    headers: Mapping[str, str]


def open_client(settings: Settings, concurrency: int) -> openai.AsyncOpenAI:
    """Return a client on the aiohttp transport whose connections follow the concurrency."""
    key = os.environ.get("OPENAI_API_KEY") or ("none" if settings.base_url else "")
    if not key:
        raise TeacherFault(f"{settings.teacher} needs OPENAI_API_KEY; set it, or take --teacher embedded")
    limits = httpx2.Limits(max_connections=concurrency + 8, max_keepalive_connections=concurrency + 8)
    timeout = httpx2.Timeout(None, connect=CONNECT_TIMEOUT_S)  # how long a reply may take is the caller's to say
    return openai.AsyncOpenAI(
        api_key=key,
        base_url=settings.base_url or None,
        max_retries=0,  # retried by the caller, where pauses are shared
        timeout=timeout,
        http_client=openai.DefaultAioHttpClient(limits=limits, timeout=timeout),
    )


async def send(client: openai.AsyncOpenAI, body: dict[str, Any], limit: asyncio.Timeout) -> Reply:
    """Return the reply to one request; raises TeacherFault, Refused, Misunderstood or Passing.

    limit: entered here; whoever holds it may end the request by moving it.
    """
    try:
        async with limit:
            # `chat.completions.create` without its walk through the typed body, which is half of the client's work.
            response = await client.post("/chat/completions", body=body, cast_to=httpx2.Response)
    except TimeoutError:
        raise Passing("no answer in time", billed=True, answered=False) from None
    except openai.APIStatusError as error:
        raise name_fault(error) from None
    except openai.APIConnectionError as error:
        cut = not isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout)
        raise Passing(str(error.__cause__ or error), billed=cut, answered=False) from None
    return Reply(read_body(response.text), response.text, response.headers)


def read_body(text: str) -> dict[str, Any]:
    """Return a reply's body; Passing where it is no completion (cut off, or not JSON)."""
    try:
        body = json.loads(text)
        body["choices"][0]["message"].get("content")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise Passing(f"no completion: {error}", billed=True, answered=True) from None
    return body


def name_fault(error: openai.APIStatusError) -> Exception:
    """Return what an error status means to the caller."""
    status, said = error.status_code, " ".join(str(error.message).split())[:200]
    if status == 429:
        if "insufficient_quota" in f"{error.code} {error.type} {said}":
            return TeacherFault(f"{NO_QUOTA} ({said})")
        return Refused(error.response.headers)
    if status in (400, 422):
        return Misunderstood(said)
    if status >= 500 or status in PASSING_STATUS:
        return Passing(f"{status}: {said}", billed=False, answered=True)
    return TeacherFault(f"{MENDS.get(status, f'the endpoint answered {status}')} ({said})")
