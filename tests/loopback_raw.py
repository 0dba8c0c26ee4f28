"""An endpoint that writes bytes of our choice: odd HTTP, slow bodies, connections closed at the wrong moment.

`RawServer(script)`: for the n-th request (from 1) `script(n)` returns what is done in turn: bytes are sent, a
float is waited for (seconds), CLOSE ends the connection. Without CLOSE the connection is kept for the next one.
"""

import asyncio
import contextlib
import json
import ssl
import threading
from collections.abc import Callable, Sequence

CLOSE = "close"


class RawServer:
    """The server, in a thread; use as a context manager. url: its base URL. requests: heads and bodies as received."""

    def __init__(self, script: Callable[[int], Sequence[bytes | float | str]], trust: ssl.SSLContext | None = None):
        self.script, self.trust = script, trust
        self.requests: list[tuple[str, dict]] = []
        self.connections = 0
        self._ready, self._loop = threading.Event(), asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)

    def __enter__(self) -> "RawServer":
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._converse, "127.0.0.1", 0, ssl=self.trust)
        self.url = f"http{'s' if self.trust else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                size = next(int(x.split(":")[1]) for x in head.lower().splitlines() if x.startswith("content-length:"))
                self.requests.append((head, json.loads(await reader.readexactly(size))))
                for act in self.script(len(self.requests)):
                    if isinstance(act, bytes):
                        writer.write(act)
                        await writer.drain()
                    elif act == CLOSE:
                        writer.close()
                        return
                    else:
                        await asyncio.sleep(act)


def http(body: bytes, status: str = "200 OK", version: str = "1.1", headers: dict[str, str] | None = None) -> bytes:
    """A whole response with its length."""
    more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    return f"HTTP/{version} {status}\r\ncontent-length: {len(body)}\r\n{more}\r\n".encode() + body
