"""The API teacher: any endpoint that speaks OpenAI's `chat.completions`.

In: requests. Out: their completions in the ledger, each written the moment it arrives. Requests
that the ledger holds an acceptable completion for are never sent again; an unacceptable one is
asked once more. What may pass is retried, bounded in number and time; a request without a reply in
five times a slow latency is given up and sent again, so that none holds up the end of a run.
"""

import asyncio
import random
from collections.abc import Iterable, Iterator
from typing import Any

from generation.asking import AskOptions
from generation.faults import Fault
from generation.ledger import Completion, Ledger
from generation.parsing import parse_completion
from generation.settings import Settings
from generation.tasks import load_task
from generation.teachers import endpoint
from generation.teachers.cost import BudgetFault, make_budget
from generation.teachers.dialect import Dialect, Form
from generation.teachers.endpoint import Misunderstood, Passing, Refused, Reply, TeacherFault, open_client
from generation.teachers.limiter import Limiter
from generation.teachers.progress import open_bar, show_state
from generation.teachers.request import Request

MAX_ATTEMPTS = 2  # completions asked for one slot: the first, and one more where that cannot be used
MAX_RETRIES = 8  # after failures; refusals by 429 are bounded by the time alone
MAX_RETRY_S = 900.0
FIRST_BACKOFF_S, MAX_BACKOFF_S = 0.5, 20.0
SILENCE_S = 60.0  # nothing but failed connections for so long: the endpoint is gone
WATCH_S = 0.5


def ask(requests: Iterable[Request], ledger: Ledger, settings: Settings, how: AskOptions) -> None:
    """Ask for every slot that still needs it; TeacherFault or BudgetFault stop it, what came is kept."""
    asyncio.run(_Asker(ledger, settings, how).ask_all(requests))


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


def body_of_attempt(request: Request, attempt: int) -> dict[str, Any]:
    """Return what is sent: a second attempt has the next seed, or it would get the same answer again."""
    return request.body if attempt == 1 else request.body | {"seed": request.body["seed"] + attempt - 1}


def make_completion(request: Request, attempt: int, reply: Reply, retries: int = 0, batch: bool = False) -> Completion:
    """Return the ledger's record of a reply."""
    choice, usage = reply.body["choices"][0], reply.body.get("usage") or {}
    return Completion(
        slot=request.slot,
        attempt=attempt,
        request_hash=request.hash,
        text=choice["message"].get("content") or "",
        finish_reason=choice.get("finish_reason") or "",
        refusal=choice["message"].get("refusal") or "",
        model=str(reply.body.get("model") or ""),
        prompt_tokens=usage.get("prompt_tokens") or 0,
        completion_tokens=usage.get("completion_tokens") or 0,
        retries=retries,
        raw=reply.raw,
        batch=batch,
    )


def refused_completion(request: Request, attempt: int, said: str) -> Completion:
    """Return the record of a request that the endpoint does not take, though it takes others of its form."""
    return Completion(request.slot, attempt, request.hash, "", "bad_request", raw=said)


class _Asker:
    """One run of asking: the client, the shared limiter, the budget, the bar."""

    def __init__(self, ledger: Ledger, settings: Settings, how: AskOptions):
        self.ledger, self.settings, self.how = ledger, settings, how
        self.dialect = Dialect()
        self.taken: set[Form] = set()  # forms of request that were answered
        self.budget = make_budget(settings, how.max_usd, ledger)
        self.random = random.Random()  # jitter only; no row depends on it
        self.stopped = False  # by the budget
        self.retries = 0
        self.under_way: dict[asyncio.Timeout, tuple[float, int]] = {}  # limit -> when it left, how often it was late

    async def ask_all(self, requests: Iterable[Request]) -> None:
        wanted = wanted_attempts(requests, self.ledger)
        self.limiter = Limiter(self.how.concurrency)
        self.loop = asyncio.get_running_loop()
        self.spoke_at = self.loop.time()
        with open_bar(self.settings.rows, self.how.progress) as self.bar:
            try:
                async with open_client(self.settings, self.how.concurrency) as self.client:
                    watch = asyncio.ensure_future(self._watch())
                    try:
                        async with asyncio.TaskGroup() as group:
                            for _ in range(self.how.concurrency):
                                group.create_task(self._work(wanted))
                    finally:
                        watch.cancel()
            except* Fault as faults:
                raise faults.exceptions[0] from None
        if self.stopped:
            raise BudgetFault(self.budget.describe_stop())

    async def _watch(self) -> None:
        """End requests that take far longer than others do; each next try of one may take twice as long."""
        while True:
            await asyncio.sleep(WATCH_S)
            now, timeout_s = self.loop.time(), self.limiter.timeout_s()
            for limit, (left_at, late) in list(self.under_way.items()):
                if now - left_at > timeout_s * 2**late:
                    limit.reschedule(now)
                    del self.under_way[limit]

    async def _work(self, wanted: Iterator[tuple[Request, int]]) -> None:
        for request, attempt in wanted:
            while attempt <= MAX_ATTEMPTS:
                completion = await self._complete(request, attempt)
                if completion is None:
                    return
                self.ledger.append(completion)
                if is_acceptable(completion, request):
                    break
                attempt += 1
            show_state(self.bar, self.budget, self.retries)

    async def _complete(self, request: Request, attempt: int) -> Completion | None:
        """Return one completion, or None where the budget does not allow it."""
        body = body_of_attempt(request, attempt)
        began, retry, late = self.loop.time(), 0, 0
        while True:
            departure = await self.limiter.acquire()
            reserved = None if self.stopped else self.budget.reserve(body)
            if reserved is None:
                self.stopped = True
                self.limiter.release()
                return None
            form, limit = self.dialect.form, asyncio.timeout(None)
            self.under_way[limit] = (self.loop.time(), late)
            try:
                reply = await endpoint.send(self.client, self.dialect.speak(body), limit)
                completion = make_completion(request, attempt, reply, retry)
                tokens = completion.prompt_tokens + completion.completion_tokens
                self.limiter.note_reply(departure, reply.headers, tokens)
                self.budget.spend(completion.prompt_tokens, completion.completion_tokens)
                self.spoke_at = self.loop.time()
                self.taken.add(form)
                return completion
            except Refused as refusal:
                self.spoke_at = self.loop.time()
                wait_s = self.limiter.note_refusal(departure, refusal.headers) * self.random.uniform(1.0, 1.2)
            except Misunderstood as error:
                if not self.dialect.learn(str(error), form):
                    if form not in self.taken:
                        raise TeacherFault(f"the endpoint refused the request: {error}") from None
                    return refused_completion(request, attempt, str(error))
                wait_s = 0.0
            except Passing as error:
                self._check_silence(error)
                if error.billed:
                    self.budget.doubt(reserved)
                    late += 1
                wait_s = min(MAX_BACKOFF_S, FIRST_BACKOFF_S * 2**retry) * self.random.uniform(0.5, 1.0)
                retry += 1
            finally:
                self.under_way.pop(limit, None)
                self.budget.release(reserved)
                self.limiter.release()
            self.retries += 1
            if retry > MAX_RETRIES or self.loop.time() - began + wait_s > MAX_RETRY_S:
                return Completion(request.slot, attempt, request.hash, "", "gave_up", retries=retry)
            await asyncio.sleep(wait_s)

    def _check_silence(self, error: Passing) -> None:
        """Raise TeacherFault where nothing has been heard from the endpoint for long, connections failing."""
        now = self.loop.time()
        if error.answered:
            self.spoke_at = now
        elif not error.billed and now - self.spoke_at > SILENCE_S:
            where = self.settings.base_url or "the API"
            raise TeacherFault(f"{where} cannot be reached ({error}); what came is kept, run the same command again")
