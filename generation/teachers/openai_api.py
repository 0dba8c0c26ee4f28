"""The API teacher: any endpoint that speaks OpenAI's `chat.completions`.

In: requests. Out: their completions in the ledger, each written the moment it arrives. Requests
that the ledger holds an acceptable completion for are never sent again; an unacceptable one is
asked once more. Retries only what is named in RETRIED, bounded in number and time. No telemetry.
"""

import asyncio
import json
import os
import random
import time
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import openai
from tqdm import tqdm

from generation.asking import AskOptions
from generation.faults import Fault
from generation.ledger import Completion, Ledger
from generation.parsing import parse_completion
from generation.settings import Settings
from generation.tasks import load_task
from generation.teachers.cost import Budget, BudgetFault
from generation.teachers.dialect import Dialect
from generation.teachers.limiter import Limiter, parse_duration_s
from generation.teachers.request import Request

MAX_ATTEMPTS = 2  # completions asked for one slot: the first, and one more where that cannot be used
MAX_RETRIES = 8
MAX_RETRY_S = 600.0
TIMEOUT_S = 120.0
RETRIED = (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError, openai.ConflictError)


class TeacherFault(Fault):
    """The endpoint cannot be used as asked: key, model, address, quota."""


class BrokenReply(Exception):
    """A reply with status 200 whose body is not a completion (cut off, or not JSON)."""


class Reply(NamedTuple):
    """What a completed request gave."""

    body: dict[str, Any]
    raw: str
    retries: int


def ask(requests: Iterable[Request], ledger: Ledger, settings: Settings, how: AskOptions) -> None:
    """Ask for every slot that still needs it; TeacherFault or BudgetFault stop it, what came is kept."""
    asyncio.run(_Asker(ledger, settings, how).ask_all(requests))


def open_client(settings: Settings, concurrency: int) -> openai.AsyncOpenAI:
    """Return a client on the aiohttp transport whose connections follow the concurrency."""
    key = os.environ.get("OPENAI_API_KEY") or ("none" if settings.base_url else "")
    if not key:
        raise TeacherFault(f"{settings.teacher} needs OPENAI_API_KEY; set it, or take --teacher embedded")
    limits = openai.DEFAULT_CONNECTION_LIMITS.__class__(
        max_connections=concurrency + 8, max_keepalive_connections=concurrency + 8
    )
    return openai.AsyncOpenAI(
        api_key=key,
        base_url=settings.base_url or None,
        max_retries=0,  # retried here, where pauses are shared
        timeout=TIMEOUT_S,
        http_client=openai.DefaultAioHttpClient(limits=limits, timeout=TIMEOUT_S),
    )


def wanted_attempts(requests: Iterable[Request], ledger: Ledger) -> Iterator[tuple[Request, int]]:
    """Yield what has to be asked: each request with its attempt; LedgerFault where one was asked otherwise."""
    for request in requests:
        held = ledger.attempts(request.slot)
        if held:
            ledger.check_request(request.slot, 1, request.hash)
            if len(held) >= MAX_ATTEMPTS or is_acceptable(held[-1], request):
                continue
        yield request, len(held) + 1


def is_acceptable(completion: Completion, request: Request) -> bool:
    """True where the completion parses to its task's answer, so that it need not be asked again."""
    return parse_completion(completion, load_task(request.task_type).Answer).answer is not None


class _Asker:
    """One run of asking: the client, the shared limiter, the budget, the bar."""

    def __init__(self, ledger: Ledger, settings: Settings, how: AskOptions):
        self.ledger, self.settings, self.how = ledger, settings, how
        self.limiter = Limiter(how.concurrency)
        self.dialect = Dialect()
        spent = ((c.prompt_tokens, c.completion_tokens) for c in ledger)
        self.budget = Budget(settings.teacher, how.max_usd, spent)
        self.random = random.Random()  # jitter only; no row depends on it
        self.out_of_budget = False
        self.retries = 0

    async def ask_all(self, requests: Iterable[Request]) -> None:
        wanted = wanted_attempts(requests, self.ledger)
        bar = tqdm(total=self.settings.rows, desc="ask", unit="row", disable=None if self.how.progress else True)
        try:
            async with open_client(self.settings, self.how.concurrency) as self.client, asyncio.TaskGroup() as group:
                for _ in range(self.how.concurrency):
                    group.create_task(self._work(wanted, bar))
        except* Fault as faults:
            raise faults.exceptions[0] from None
        finally:
            bar.close()
        if self.out_of_budget:
            raise BudgetFault(
                f"stopped before --max-usd {self.how.max_usd:g} was passed: ${self.budget.spent:.4f} spent, "
                "nothing lost; run the same command with a higher --max-usd to go on"
            )

    async def _work(self, wanted: Iterator[tuple[Request, int]], bar: tqdm) -> None:
        for request, attempt in wanted:
            while attempt <= MAX_ATTEMPTS and not self.out_of_budget:
                completion = await self._complete(request, attempt)
                if completion is None:
                    return
                self.ledger.append(completion)
                if is_acceptable(completion, request):
                    break
                attempt += 1
            if self.out_of_budget:
                return
            bar.set_postfix_str(f"${self.budget.spent:.2f}, {self.retries} retries", refresh=False)
            bar.update()

    async def _complete(self, request: Request, attempt: int) -> Completion | None:
        """Return one completion, or None where the budget does not allow it."""
        body = request.body if attempt == 1 else request.body | {"seed": request.body["seed"] + attempt - 1}
        reserved = self.budget.reserve(body)
        if reserved is None:
            self.out_of_budget = True
            return None
        prompt_tokens = completion_tokens = 0
        try:
            reply = await self._send_until_answered(body)
            if reply is None:
                return Completion(request.slot, attempt, request.hash, "", "gave_up", retries=MAX_RETRIES)
            usage = reply.body.get("usage") or {}
            prompt_tokens, completion_tokens = usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0
        finally:
            self.budget.settle(reserved, prompt_tokens, completion_tokens)
        choice = reply.body["choices"][0]
        return Completion(
            slot=request.slot,
            attempt=attempt,
            request_hash=request.hash,
            text=choice["message"].get("content") or "",
            finish_reason=choice.get("finish_reason") or "",
            refusal=choice["message"].get("refusal") or "",
            model=str(reply.body.get("model") or ""),
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            retries=reply.retries,
            raw=reply.raw,
        )

    async def _send_until_answered(self, body: dict[str, Any]) -> Reply | None:
        """Return the reply, retrying what may pass; None where MAX_RETRIES or MAX_RETRY_S are used up."""
        began = time.monotonic()
        for retry in range(MAX_RETRIES + 1):
            sent = await self.limiter.acquire()
            sent_format = self.dialect.format
            try:
                raw = await self._send(body)
                found = read_reply(raw.text)
                self.limiter.note_success(sent, raw.headers)
                return Reply(found, raw.text, retry)
            except openai.RateLimitError as error:
                _stop_where_final(error)
                headers = error.response.headers
                retry_after_s = parse_duration_s(headers.get("retry-after", ""))
                wait = self.limiter.note_refusal(sent, retry_after_s, headers)
            except openai.BadRequestError as error:
                if not self.dialect.learn(str(error), sent_format):
                    raise TeacherFault(f"the endpoint refused the request: {_one_line(error)}") from None
                wait = 0.0
            except (BrokenReply, *RETRIED):
                wait = min(20.0, 0.5 * 2**retry)
            except openai.APIStatusError as error:
                _stop_where_final(error)
                raise TeacherFault(f"the endpoint answered {error.status_code}: {_one_line(error)}") from None
            finally:
                self.limiter.release()
            self.retries += 1
            wait *= self.random.uniform(0.8, 1.2)
            if time.monotonic() - began + wait > MAX_RETRY_S:
                return None
            await asyncio.sleep(wait)
        return None

    async def _send(self, body: dict[str, Any]) -> Any:
        timeout = self.limiter.timeout_s(TIMEOUT_S)
        try:
            return await asyncio.wait_for(
                self.client.chat.completions.with_raw_response.create(**self.dialect.speak(body)), timeout
            )
        except TimeoutError:
            raise openai.APIConnectionError(message="no answer in time", request=None) from None


def read_reply(text: str) -> dict[str, Any]:
    """Return a reply's body; BrokenReply where it is no completion."""
    try:
        body = json.loads(text)
        body["choices"][0]["message"].get("content")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise BrokenReply(str(error)) from None
    return body


def _stop_where_final(error: openai.APIStatusError) -> None:
    """Raise TeacherFault for what no retry can mend."""
    said = _one_line(error)
    if error.status_code == 429 and "insufficient_quota" not in f"{error.code} {said}":
        return
    mend = {
        401: "the key in OPENAI_API_KEY is not accepted; check it",
        403: "the key may not use this model or endpoint; check its permissions",
        404: "no such model or address; check --teacher and --base-url",
        429: "the account has no quota left; add credit, then run the same command again",
    }.get(error.status_code)
    if mend:
        raise TeacherFault(f"{mend} ({said})") from None


def _one_line(error: openai.APIStatusError) -> str:
    return " ".join(str(error.message).split())[:200]
