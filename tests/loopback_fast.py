"""A light stand-in for an OpenAI-compatible endpoint, for load: a bare asyncio protocol in a process of its own.

`python -m tests.loopback_fast '{"latency_s": 1.0, ...}'` prints its port and serves until stdin
closes; then it prints its counts as JSON. It costs a fraction of what aiohttp.web would, so that
the client under measure is not starved on a small machine. Faults and limits are seeded.
"""

import asyncio
import gc
import json
import random
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DEFAULTS = {
    "latency_s": 1.0,
    "answer": json.dumps({"code": "def f():\n    return 1\n", "explanation": "It returns one. " * 20}),
    "malformed": [],  # texts that take the place of the answer, in turn, for a tenth of the prompts
    "p_429": 0.0,
    "p_500": 0.0,
    "p_cut": 0.0,
    "p_truncated": 0.0,
    "p_silent": 0.0,
    "cap_a_second": 0.0,  # a bucket of one second's worth; 0: none
    "limit_headers": False,
    "slots": 0,  # served at once, the others wait in a queue; 0: any number
    "seed": 1,
}


class Server:
    """What all connections share: settings, counts, the bucket, the queue."""

    def __init__(self, settings: dict[str, Any]):
        self.__dict__.update(DEFAULTS | settings)
        self.random = random.Random(self.seed)
        self.counts = {"requests": 0, "answered": 0, "truncated": 0, "429": 0, "500": 0, "cut": 0, "silent": 0}
        self.first_at = self.last_at = 0.0
        self.in_flight = self.most_in_flight = 0
        self.bucket, self.filled_at = self.cap_a_second, time.monotonic()
        self.queue = asyncio.Semaphore(self.slots) if self.slots else None

    def take(self) -> bool:
        """Take one request from the bucket; False where it is empty."""
        now = time.monotonic()
        self.bucket = min(self.cap_a_second, self.bucket + (now - self.filled_at) * self.cap_a_second)
        self.filled_at = now
        if self.bucket < 1:
            return False
        self.bucket -= 1
        return True


class Connection(asyncio.Protocol):
    """One keep-alive connection: requests in turn, each answered after the latency."""

    def __init__(self, server: Server):
        self.server, self.buffer = server, bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self.buffer[:end]).lower()
            place = head.find(b"content-length:")
            length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            body = bytes(self.buffer[end + 4 : end + 4 + length])
            del self.buffer[: end + 4 + length]
            if head.startswith(b"get "):
                self.send(200, json.dumps({"object": "list", "data": [{"id": "m", "object": "model"}]}))
            else:
                self.receive(body)

    def receive(self, body: bytes) -> None:
        """Decide what becomes of one request, and when."""
        server = self.server
        server.counts["requests"] += 1
        server.first_at = server.first_at or time.monotonic()
        if server.cap_a_second and not server.take():
            return self.refuse(429)
        chance = server.random.random()
        for name, kind in (("p_429", "429"), ("p_500", "500"), ("p_cut", "cut"), ("p_silent", "silent")):
            chance -= getattr(server, name)
            if chance < 0:
                if kind in ("429", "500"):
                    return self.refuse(int(kind))
                server.counts[kind] += 1
                if kind == "silent":
                    return None
                return asyncio.get_running_loop().call_later(server.latency_s / 2, self.transport.abort) and None
        server.in_flight += 1
        server.most_in_flight = max(server.most_in_flight, server.in_flight)
        if server.queue:
            self.task = asyncio.ensure_future(self.serve_in_turn(body))
        else:
            asyncio.get_running_loop().call_later(server.latency_s, self.answer, body)
        return None

    async def serve_in_turn(self, body: bytes) -> None:
        """Wait for one of the server's slots, then answer."""
        async with self.server.queue:
            await asyncio.sleep(self.server.latency_s)
        self.answer(body)

    def refuse(self, status: int) -> None:
        """Answer with an error at once."""
        self.server.counts[str(status)] += 1
        self.send(status, json.dumps({"error": {"message": "no", "type": "error", "code": None}}))

    def answer(self, body: bytes) -> None:
        """Send the completion."""
        server = self.server
        server.in_flight -= 1
        if self.transport.is_closing():
            return
        text, reason = server.answer, "stop"
        if server.malformed and server.counts["answered"] % 10 == 0:
            text = server.malformed[server.counts["answered"] // 10 % len(server.malformed)]
        if server.random.random() < server.p_truncated:
            text, reason = text[: len(text) // 2], "length"
            server.counts["truncated"] += 1
        model = json.loads(body).get("model", "m")
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": reason}
        usage = {"prompt_tokens": 300, "completion_tokens": 200, "total_tokens": 500}
        reply = {"id": "r", "object": "chat.completion", "created": 0, "model": model, "choices": [choice]}
        self.send(200, json.dumps(reply | {"usage": usage}))
        server.counts["answered"] += 1
        server.last_at = time.monotonic()

    def send(self, status: int, text: str) -> None:
        """Write one HTTP response."""
        server, body, more = self.server, text.encode(), ""
        if status == 429:
            more = "retry-after: 1\r\n"
        if server.limit_headers and server.cap_a_second:
            reset = (server.cap_a_second - server.bucket) / server.cap_a_second
            more += (
                f"x-ratelimit-limit-requests: {int(server.cap_a_second)}\r\n"
                f"x-ratelimit-remaining-requests: {int(server.bucket)}\r\nx-ratelimit-reset-requests: {reset:.3f}s\r\n"
            )
        head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{more}content-length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)


class FastServer:
    """The server in a process of its own; use as a context manager. url: its base URL; counts after the end."""

    def __init__(self, **settings: Any):
        self.settings = settings

    def __enter__(self) -> "FastServer":
        command = [sys.executable, "-m", "tests.loopback_fast", json.dumps(self.settings)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}/v1"
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> dict[str, Any]:
        """End the process and return its counts."""
        if self.process.poll() is None:
            out, _ = self.process.communicate(timeout=30)
            self.counts = json.loads(out)
        return self.counts


async def serve(settings: dict[str, Any]) -> None:
    """Serve until stdin closes."""
    server = Server(settings)
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: Connection(server), "127.0.0.1", 0, backlog=4096)
    print(listening.sockets[0].getsockname()[1], flush=True)
    gc.freeze()
    await loop.run_in_executor(None, sys.stdin.read)
    times = {"first_at": server.first_at, "last_at": server.last_at, "most_in_flight": server.most_in_flight}
    print(json.dumps(server.counts | times), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(json.loads(sys.argv[1])))
