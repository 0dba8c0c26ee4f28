"""The Batch API: the same requests at half the price, answered within a day.

In: requests. Out: their completions in the ledger. What is still wanted is split into files of at most
50,000 requests and 200 MB; each file's ids are saved beside the ledger before it is polled, so that a run
may be left (Ctrl-C, power off) and continued tomorrow from another shell. Results come in any order and are
keyed by `custom_id`. What a batch did not answer (expired, failed, cancelled, refused one by one) is submitted
again, and nothing else. An upload that was interrupted may leave an unused file with the provider; a batch
whose creation was interrupted is found again by its metadata.
"""

import asyncio
import io
import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import openai

from generation.asking import AskOptions
from generation.faults import Fault
from generation.folder import write_text
from generation.ledger import Completion, Ledger
from generation.settings import Settings
from generation.teachers import endpoint
from generation.teachers.cost import Budget, BudgetFault, make_budget
from generation.teachers.dialect import Dialect, Form
from generation.teachers.failures import Misunderstood, Passing, Refused, TeacherFault, name_failure
from generation.teachers.openai_api import body_of_attempt, wanted_attempts
from generation.teachers.progress import open_bar, show_state
from generation.teachers.reply import make_completion, read_reply, refused_completion
from generation.teachers.request import Request

# Source: OpenAI's guide to the Batch API.
MAX_REQUESTS = 50_000
MAX_BYTES = 200_000_000
POLL_S, MAX_POLL_S = 10.0, 120.0
MAX_TRIES = 4  # of submitting one request that is not answered
MAX_CALL_TRIES, CALL_TIMEOUT_S = 8, 300.0
ENDED = ("completed", "failed", "expired", "cancelled")
STATE_FILE = "batches.json"


class Batch(NamedTuple):
    """One submitted batch. key: our own name, in its metadata. keys: (slot, attempt) of its requests in order."""

    key: str
    id: str
    keys: list[tuple[int, int]]


def ask(requests: Iterable[Request], ledger: Ledger, settings: Settings, how: AskOptions) -> None:
    """Ask for every slot that still needs it; TeacherFault or BudgetFault stop it, what came is kept."""
    asyncio.run(_BatchAsker(ledger, settings, how).ask_all(list(requests)))


class _BatchAsker:
    """One run of asking: submitted batches in a file beside the ledger, the budget, the bar."""

    def __init__(self, ledger: Ledger, settings: Settings, how: AskOptions):
        self.ledger, self.settings, self.how = ledger, settings, how
        self.budget: Budget = make_budget(settings, how.max_usd, ledger, batch=True)
        self.dialect = Dialect()
        self.state = ledger.path.parent / STATE_FILE
        self.open = read_state(self.state)
        self.tries: Counter[tuple[int, int]] = Counter()

    async def ask_all(self, requests: list[Request]) -> None:
        by_slot = {request.slot: request for request in requests}
        with open_bar(self.settings.rows, self.how.progress) as self.bar:
            async with endpoint.open_client(self.settings, 8) as client:
                self.client = client.with_options(timeout=CALL_TIMEOUT_S)
                await self._find_interrupted()
                while True:
                    wanted = list(wanted_attempts(requests, self.ledger))
                    self.bar.update(len(requests) - len(wanted) - self.bar.n)
                    if not wanted and not self.open:
                        return
                    await self._submit(self._choose(wanted))
                    await self._collect(by_slot)

    def _choose(self, wanted: list[tuple[Request, int]]) -> list[tuple[Request, int]]:
        """Return what is to be submitted now: not what is under way, and no more than the budget bears.

        Reserves the worst case of all that is under way. What was submitted MAX_TRIES times in vain is given up.
        """
        waiting = {key for batch in self.open for key in batch.keys}
        under_way = [w for w in wanted if (w[0].slot, w[1]) in waiting]
        self.budget.reserved = 0.0
        self.budget.reserved = sum(self.budget.price_worst(body_of_attempt(*w)) for w in under_way)
        chosen = []
        for request, attempt in wanted:
            key = (request.slot, attempt)
            if key in waiting:
                continue
            if self.tries[key] == MAX_TRIES:
                self.ledger.append(Completion(request.slot, attempt, request.hash, "", "gave_up", batch=True))
            elif self.budget.reserve(body_of_attempt(request, attempt)) is not None:
                self.tries[key] += 1
                chosen.append((request, attempt))
            elif not chosen and not under_way:
                raise BudgetFault(self.budget.describe_stop())
            else:
                break
        return chosen

    async def _submit(self, wanted: list[tuple[Request, int]]) -> None:
        """Upload what is wanted in as many files as it takes, each one's ids saved at once."""
        for lines, keys in split_files(wanted, self.dialect):
            key = f"{self.ledger.path.parent.name}-{random.randrange(2**60):015x}"
            self._save([*self.open, Batch(key, "", keys)])
            file = ("requests.jsonl", io.BytesIO(b"".join(lines)), "application/jsonl")
            uploaded = await self._call(lambda file=file: self.client.files.create(file=file, purpose="batch"))
            batch = await self._call(
                lambda file_id=uploaded.id, key=key: self.client.batches.create(
                    input_file_id=file_id,
                    endpoint="/v1/chat/completions",
                    completion_window="24h",
                    metadata={"key": key},
                )
            )
            self._save([*self.open[:-1], Batch(key, batch.id, keys)])

    async def _collect(self, by_slot: dict[int, Request]) -> None:
        """Wait until every open batch has ended, and take what each one answered."""
        poll_s = POLL_S
        while self.open:
            done = 0
            for batch in list(self.open):
                found = await self._call(lambda batch=batch: self.client.batches.retrieve(batch.id))
                done += found.request_counts.completed if found.request_counts else 0
                if found.status in ENDED:
                    await self._take(batch, found, by_slot)
                    self._save([other for other in self.open if other.key != batch.key])
            self._say(f"{len(self.open)} batches open, {done:,} answered")
            if self.open:
                await asyncio.sleep(poll_s)
                poll_s = min(MAX_POLL_S, poll_s * 1.5)

    async def _take(self, batch: Batch, found: Any, by_slot: dict[int, Request]) -> None:
        """Write a batch's answers to the ledger; what is not among them is wanted again."""
        if found.status == "failed":
            self._judge_failure(found)
        asked, answered, form = set(batch.keys), 0, self.dialect.form
        for file_id in (found.output_file_id, found.error_file_id):
            if file_id:
                content = await self._call(lambda file_id=file_id: self.client.files.content(file_id))
                for line in content.text.splitlines():
                    answered += self._take_line(line, asked, by_slot, form, taken=answered > 0)
        show_state(self.bar, self.budget, sum(self.tries.values()) - len(self.tries), rows=answered)

    def _take_line(
        self, line: str, asked: set[tuple[int, int]], by_slot: dict[int, Request], form: Form, taken: bool
    ) -> int:
        """Write one result line to the ledger; return 1 where it was an answer. taken: others had one before it."""
        try:
            result = json.loads(line)
            slot, attempt = (int(part) for part in result["custom_id"].split("-"))
            response = result.get("response") or {}
        except (ValueError, KeyError, TypeError, AttributeError):
            return 0
        if (slot, attempt) not in asked or (slot, attempt) in self.ledger or slot not in by_slot:
            return 0
        if response.get("status_code") == 200:
            raw = json.dumps(response.get("body"), ensure_ascii=False)
            try:
                reply = read_reply(raw.encode(), {})
            except (Passing, Refused):
                return 0
            completion = make_completion(by_slot[slot], attempt, reply, batch=True)
            self.ledger.append(completion)
            self.budget.spend(completion.prompt_tokens, completion.completion_tokens)
            return 1
        if response.get("status_code") in (400, 422):
            error = name_failure(response["status_code"], {}, json.dumps(response.get("body")))
            if isinstance(error, Misunderstood) and (
                error.one_prompt or not self.dialect.learn(str(error), form, taken)
            ):
                self.ledger.append(refused_completion(by_slot[slot], attempt, str(error)))
        return 0

    def _judge_failure(self, found: Any) -> None:
        """Raise TeacherFault for a batch that would fail again."""
        errors = [f"{e.code}: {e.message}" for e in (found.errors.data or [])] if found.errors else []
        said = " ".join("; ".join(errors).split())[:300] or "no reason given"
        if "token_limit_exceeded" in said and len(self.open) > 1:
            return  # as many tokens as the account may have waiting: the others make room
        self._save([other for other in self.open if other.id != found.id])
        raise TeacherFault(f"the batch {found.id} failed ({said}); mend it, or run the same command without --batch")

    async def _find_interrupted(self) -> None:
        """Give batches that were being created when a run ended their id, or forget them where they never were."""
        unnamed = {batch.key for batch in self.open if not batch.id}
        if not unnamed:
            return
        ids = {}
        page = await self._call(lambda: self.client.batches.list(limit=100))
        async for batch in page:
            key = (batch.metadata or {}).get("key")
            if key in unnamed:
                ids[key] = batch.id
            if len(ids) == len(unnamed) or batch.created_at < time.time() - 3 * 86_400:
                break
        self._save([b._replace(id=b.id or ids[b.key]) for b in self.open if b.id or b.key in ids])

    async def _call(self, call: Any) -> Any:
        """Return what a call of the API gives, retrying what may pass."""
        for retry in range(MAX_CALL_TRIES):
            try:
                return await call()
            except openai.APIStatusError as error:
                fault = name_failure(error.status_code, error.response.headers, error.response.content)
                if isinstance(fault, Misunderstood):
                    raise TeacherFault(f"the endpoint refused the batch: {fault}") from None
                if not isinstance(fault, Refused | Passing):
                    raise fault from None
            except (openai.APIConnectionError, httpx2.TransportError):
                pass
            await asyncio.sleep(min(60.0, 0.5 * 2**retry))
        raise TeacherFault("the Batch API does not answer; nothing is lost, run the same command again")

    def _save(self, batches: list[Batch]) -> None:
        self.open = batches
        write_text(self.state, json.dumps([batch._asdict() for batch in batches]))

    def _say(self, line: str) -> None:
        if not self.bar.disable:
            self.bar.set_postfix_str(line)


def split_files(
    wanted: Iterable[tuple[Request, int]], dialect: Dialect
) -> Iterator[tuple[list[bytes], list[tuple[int, int]]]]:
    """Yield the lines of each file with their keys, within MAX_REQUESTS and MAX_BYTES."""
    lines, keys, size = [], [], 0
    for request, attempt in wanted:
        line = write_line(request, attempt, dialect)
        if lines and (len(lines) == MAX_REQUESTS or size + len(line) > MAX_BYTES):
            yield lines, keys
            lines, keys, size = [], [], 0
        lines.append(line)
        keys.append((request.slot, attempt))
        size += len(line)
    if lines:
        yield lines, keys


def write_line(request: Request, attempt: int, dialect: Dialect) -> bytes:
    """Return a request as a line of a batch file."""
    body = dialect.speak(body_of_attempt(request, attempt))
    line = {"custom_id": f"{request.slot}-{attempt}", "method": "POST", "url": "/v1/chat/completions", "body": body}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def read_state(path: Path) -> list[Batch]:
    """Return the batches that are open; a Fault where the file cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return [Batch(b["key"], b["id"], [(slot, attempt) for slot, attempt in b["keys"]]) for b in found]
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError) as error:
        raise Fault(f"cannot read {path}: {error}; restore it, or remove it to ask again for what is open") from None
