"""The API teacher: any endpoint that speaks OpenAI's `chat.completions`.

In: requests. Out: their completions in the ledger, each written the moment it arrives. Requests
that the ledger holds an acceptable completion for are never sent again; an unacceptable one is
asked once more. What may pass is retried, bounded in number and time; a request without a reply in
five times a slow latency is sent again, so that none holds up the end of a run. Where requests fail
to the end one after the other, it is the endpoint: the run stops, and no more rows are given up.
"""

import asyncio
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from generation.asking import AskOptions
from generation.faults import Fault
from generation.ledger import Completion, Ledger
from generation.parsing import parse_completion
from generation.settings import Settings
from generation.tasks import load_task
from generation.teachers.cost import BudgetFault, make_budget
from generation.teachers.dialect import Dialect, Form
from generation.teachers.endpoint import Endpoint
from generation.teachers.failures import Misunderstood, Passing, Refused, TeacherFault
from generation.teachers.headers import read_retry_after_s
from generation.teachers.limiter import Limiter
from generation.teachers.progress import open_bar, show_state
from generation.teachers.reply import make_completion, read_usage, refused_completion
from generation.teachers.request import Request, encode_body

MAX_ATTEMPTS = 2  # completions asked for one slot: the first, and one more where that cannot be used
MAX_RETRIES = 8  # after failures; refusals by 429 are bounded by the time alone
MAX_RETRY_S = 900.0
FIRST_BACKOFF_S, MAX_BACKOFF_S = 0.5, 20.0
SILENCE_S = 60.0  # nothing but failed connections for so long: the endpoint is gone
MAX_FRUITLESS = 3  # requests that failed to the end, none answered meanwhile: the endpoint is at fault, not they
MAX_UNHEARD = 3  # tries of a request in a form that was never answered, before the form is held to be the fault
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


@dataclass
class _Asked:
    """A request on its way to one completion. retries: of all kinds. failures: those that are bounded in number.

    late: how often it was not answered in time. unheard: how often it was refused in a form nobody was answered in.
    """

    request: Request
    attempt: int
    began: float
    retries: int = 0
    failures: int = 0
    late: int = 0
    unheard: int = 0


class _Asker:
    """One run of asking: the connections, the shared limiter, the budget, the bar."""

    def __init__(self, ledger: Ledger, settings: Settings, how: AskOptions):
        self.ledger, self.settings, self.how = ledger, settings, how
        self.dialect = Dialect()
        self.taken: set[Form] = set()  # forms of request that were answered
        self.budget = make_budget(settings, how.max_usd, ledger)
        self.random = random.Random()  # jitter only; no row depends on it
        self.stopped = False  # by the budget
        self.retries = self.fruitless = self.put_off = 0
        self.said = ""  # what the last failure said
        self.under_way: dict[asyncio.Timeout, tuple[float, int]] = {}  # limit -> when it left, how often it was late

    async def ask_all(self, requests: Iterable[Request]) -> None:
        wanted = wanted_attempts(requests, self.ledger)
        self.limiter = Limiter(self.how.concurrency)
        self.loop = asyncio.get_running_loop()
        self.spoke_at = self.loop.time()
        with open_bar(self.settings.rows, self.how.progress) as self.bar:
            try:
                async with Endpoint(self.settings, self.how.concurrency) as self.endpoint:
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
                completion = await self._complete(_Asked(request, attempt, self.loop.time()))
                if completion is None:
                    return
                self.ledger.append(completion)
                if is_acceptable(completion, request):
                    break
                attempt += 1
            show_state(self.bar, self.budget, self.retries)

    async def _complete(self, asked: _Asked) -> Completion | None:
        """Return one completion, or None where the budget does not allow it."""
        while True:
            came = await self._try(asked)
            if not isinstance(came, float):
                return came
            self.retries += 1
            asked.retries += 1
            if asked.failures > MAX_RETRIES or self.loop.time() - asked.began + came > MAX_RETRY_S:
                return self._give_up(asked)
            await asyncio.sleep(came)

    async def _try(self, asked: _Asked) -> Completion | float | None:
        """Send a request once; return its completion, None where the budget does not allow it, or seconds to wait."""
        body = body_of_attempt(asked.request, asked.attempt)
        departure = await self.limiter.acquire()
        reserved = None if self.stopped else self.budget.reserve(body)
        if reserved is None:
            self.stopped = True
            self.limiter.release()
            return None
        form, limit = self.dialect.form, asyncio.timeout(None)
        self.under_way[limit] = (self.loop.time(), asked.late)
        try:
            reply = await self.endpoint.send(encode_body(self.dialect.speak(body)), limit)
            completion = make_completion(asked.request, asked.attempt, reply, asked.retries)
            tokens = completion.prompt_tokens + completion.completion_tokens
            self.limiter.note_reply(departure, reply.headers, tokens)
            self.budget.spend(completion.prompt_tokens, completion.completion_tokens)
            if read_usage(reply.body) is None:
                self.budget.doubt(reserved)
            self.spoke_at = self.loop.time()
            self.fruitless = self.put_off = 0
            self.taken.add(form)
            return completion
        except Refused as refusal:
            self.said = str(refusal)
            return self._back_off_refused(asked, refusal, self.limiter.note_refusal(departure, refusal.headers))
        except Misunderstood as error:
            self.spoke_at = self.loop.time()
            return self._judge_misunderstood(asked, form, error)
        except Passing as error:
            self.said = str(error)
            self._check_silence(error)
            if error.billed:
                self.budget.doubt(reserved)
                asked.late += not error.answered
            return self._back_off(asked)
        finally:
            self.under_way.pop(limit, None)
            self.budget.release(reserved)
            self.limiter.release()

    def _back_off(self, asked: _Asked) -> float:
        """Return how long to wait after a failure, longer each time."""
        asked.failures += 1
        longest_s = min(MAX_BACKOFF_S, FIRST_BACKOFF_S * 2 ** (asked.failures - 1))
        return longest_s * self.random.uniform(0.5, 1.0)

    def _back_off_refused(self, asked: _Asked, refusal: Refused, wait_s: float) -> float:
        """Return how long to wait after a 429 or an overload; TeacherFault where that is longer than is worth it."""
        self.spoke_at = self.loop.time()
        told_s = read_retry_after_s(refusal.headers) or 0.0
        self.put_off += told_s > MAX_RETRY_S and not refusal.overloaded
        if self.put_off >= (MAX_FRUITLESS if self.taken else 1):
            raise TeacherFault(
                f"the endpoint asks to wait {told_s / 60:,.0f} minutes ({refusal}); what came is kept, "
                "run the same command again then"
            )
        wait_s *= self.random.uniform(1.0, 1.2)
        return max(wait_s, self._back_off(asked)) if refusal.overloaded else wait_s

    def _judge_misunderstood(self, asked: _Asked, form: Form, error: Misunderstood) -> Completion | float:
        """Return the record of a prompt that is refused, or 0 s where another form, or a later try, may be taken."""
        refused = refused_completion(asked.request, asked.attempt, str(error))
        if error.one_prompt:
            return refused
        if self.dialect.learn(str(error), form, form in self.taken):
            return 0.0
        if form in self.taken:
            return refused
        asked.unheard += 1
        if asked.unheard == MAX_UNHEARD:
            raise TeacherFault(f"the endpoint refused the request: {error}")
        return FIRST_BACKOFF_S  # others under way may show that it takes this form, but not this prompt

    def _give_up(self, asked: _Asked) -> Completion:
        """Return the record of a request that failed to the end; TeacherFault where others did too, and none came."""
        self.fruitless += 1
        if self.fruitless >= (MAX_FRUITLESS if self.taken else 1):
            raise TeacherFault(
                f"the endpoint gives no completions any more ({self.said}); what came is kept, "
                "run the same command again"
            )
        return Completion(
            asked.request.slot, asked.attempt, asked.request.hash, "", "gave_up", retries=asked.retries, raw=self.said
        )

    def _check_silence(self, error: Passing) -> None:
        """Raise TeacherFault where nothing has been heard from the endpoint for long, connections failing."""
        now = self.loop.time()
        if error.answered:
            self.spoke_at = now
        elif not error.billed and now - self.spoke_at > SILENCE_S:
            raise TeacherFault(
                f"{self.endpoint.url} cannot be reached ({error}); what came is kept, run the same command again"
            )
