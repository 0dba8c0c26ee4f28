"""A stand-in for an OpenAI-compatible endpoint on loopback, with counts of its own and faults on demand.

`LoopbackTeacher(reply)` serves `/v1/chat/completions` in a thread; `reply(body, number)` returns
the completion's text, a dict of the whole choice, or an aiohttp response. It counts, by request
body, how many replies it had fully sent, which is what a provider bills.
"""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from aiohttp import web


class LoopbackTeacher:
    """The server; use as a context manager. url: its base URL. sent: fully sent replies by prompt."""

    def __init__(self, reply: Callable[[dict, int], Any], latency_s: float = 0.0):
        self.reply, self.latency_s = reply, latency_s
        self.sent: Counter[str] = Counter()
        self.requests = 0
        self.in_flight = self.most_in_flight = 0
        self.bodies: list[dict] = []
        self._ready, self._loop = threading.Event(), asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "LoopbackTeacher":
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._run())

    async def _run(self) -> None:
        self._stop = asyncio.Event()
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/v1/chat/completions", self._answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/v1"
        self._ready.set()
        await self._stop.wait()
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
