"""A stand-in for an OpenAI-compatible endpoint on loopback, with counts of its own and faults on demand.

`LoopbackTeacher(reply)` serves `/v1/chat/completions` in a thread; `reply(body, number)` returns
the completion's text, a dict of the whole choice, or an aiohttp response. It counts, by request
body, how many replies it had fully sent, which is what a provider bills.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.loopback_thread import ThreadedServer


class LoopbackTeacher(ThreadedServer):
    """The server; use as a context manager. url: its base URL. sent: fully sent replies by prompt."""

    def __init__(self, reply: Callable[[dict, int], Any], latency_s: float = 0.0):
        super().__init__()
        self.reply, self.latency_s = reply, latency_s
        self.sent: Counter[str] = Counter()
        self.requests = 0
        self.in_flight = self.most_in_flight = 0
        self.bodies: list[dict] = []
        self.batches = LoopbackBatches(self)

    async def _serve(self) -> None:
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/v1/chat/completions", self._answer)
        self.batches.add_routes(app)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/v1"
        await self._until_stopped()
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests += 1
        number = self.requests
        self.bodies.append(body)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await asyncio.sleep(self.latency_s)
            made = self.reply(body, number)
            if isinstance(made, web.StreamResponse):
                return made
            response = web.Response(text=json.dumps(completion_body(made, body)), content_type="application/json")
            await response.prepare(request)
            await response.write_eof()
            self.sent[body["messages"][-1]["content"]] += 1
            return response
        finally:
            self.in_flight -= 1


class LoopbackBatches:
    """The files and batches of a LoopbackTeacher.

    fates: what becomes of the batches in turn, as (status, share answered); ("completed", 1.0) when they run out.
    polls: how often a batch is looked at before it has ended. submitted: the custom ids of each batch.
    """

    def __init__(self, teacher: LoopbackTeacher):
        self.teacher = teacher
        self.files: dict[str, str] = {}
        self.made: dict[str, dict] = {}
        self.submitted: list[list[str]] = []
        self.fates: list[tuple[str, float]] = []
        self.polls = 1

    def add_routes(self, app: web.Application) -> None:
        """Serve the five calls that a batch takes."""
        app.router.add_post("/v1/files", self._upload)
        app.router.add_get("/v1/files/{id}/content", self._read_file)
        app.router.add_post("/v1/batches", self._create)
        app.router.add_get("/v1/batches", self._list)
        app.router.add_get("/v1/batches/{id}", self._retrieve)

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        assert form["purpose"] == "batch"
        name = f"file-{len(self.files)}"
        self.files[name] = form["file"].file.read().decode()
        about = {"bytes": 1, "created_at": 0, "filename": "requests.jsonl", "purpose": "batch", "status": "processed"}
        return web.json_response({"id": name, "object": "file"} | about)

    async def _read_file(self, request: web.Request) -> web.Response:
        return web.Response(text=self.files[request.match_info["id"]])

    async def _create(self, request: web.Request) -> web.Response:
        asked = await request.json()
        name = f"batch-{len(self.made)}"
        lines = [json.loads(line) for line in self.files[asked["input_file_id"]].splitlines()]
        self.submitted.append([line["custom_id"] for line in lines])
        self.made[name] = {
            "id": name,
            "object": "batch",
            "status": "in_progress",
            "created_at": int(time.time()),
        } | asked
        self.made[name] |= {"polls": 0, "request_counts": {"total": len(lines), "completed": 0, "failed": 0}}
        return web.json_response(self.made[name])

    async def _list(self, request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": list(self.made.values())[::-1], "has_more": False})

    async def _retrieve(self, request: web.Request) -> web.Response:
        batch = self.made[request.match_info["id"]]
        batch["polls"] += 1
        if batch["polls"] > self.polls and batch["status"] == "in_progress":
            self._end(batch)
        return web.json_response(batch)

    def _end(self, batch: dict) -> None:
        status, share = self.fates.pop(0) if self.fates else ("completed", 1.0)
        batch["status"] = status
        if status == "failed":
            batch["errors"] = {"object": "list", "data": [{"code": "invalid", "message": "no such model"}]}
            return
        lines = [json.loads(line) for line in self.files[batch["input_file_id"]].splitlines()]
        answered, left_out = lines[: round(len(lines) * share)], lines[round(len(lines) * share) :]
        results = []
        for line in reversed(answered):
            self.teacher.requests += 1
            made = self.teacher.reply(line["body"], self.teacher.requests)
            whole = isinstance(made, web.StreamResponse)
            body = json.loads(made.text) if whole else completion_body(made, line["body"])
            response = {"status_code": made.status if whole else 200, "request_id": "r", "body": body}
            results.append({"id": "x", "custom_id": line["custom_id"], "response": response, "error": None})
            if not whole:
                self.teacher.sent[line["body"]["messages"][-1]["content"]] += 1
        expired = {"code": "batch_expired", "message": "not in time"}
        errors = [{"id": "x", "custom_id": x["custom_id"], "response": None, "error": expired} for x in left_out]
        for field, found in (("output_file_id", results), ("error_file_id", errors)):
            if found:
                batch[field] = f"file-{len(self.files)}"
                self.files[batch[field]] = "".join(json.dumps(x) + "\n" for x in found)
        batch["request_counts"] |= {"completed": len(results), "failed": len(errors)}


def completion_body(made: str | dict, body: dict) -> dict:
    """A whole reply around a text, or around a choice given as a dict."""
    choice = made if isinstance(made, dict) else {"message": {"content": made}, "finish_reason": "stop"}
    choice["message"].setdefault("role", "assistant")
    usage = {"prompt_tokens": 300, "completion_tokens": 200, "total_tokens": 500}
    return {
        "id": "reply",
        "object": "chat.completion",
        "created": 0,
        "model": f"{body['model']}-2026-01-01",
        "choices": [{"index": 0} | choice],
        "usage": usage,
    }


def refuse(status: int, message: str = "no", headers: dict | None = None, code: str = "") -> web.Response:
    """An error reply in OpenAI's form."""
    body = {"error": {"message": message, "type": "error", "code": code or None}}
    return web.Response(status=status, text=json.dumps(body), content_type="application/json", headers=headers)
