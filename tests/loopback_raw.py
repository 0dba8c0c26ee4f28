"""An endpoint that writes bytes of our choice: odd HTTP, slow bodies, connections closed at the wrong moment.

`RawServer(script)`: for the n-th request (from 1) `script(n)` returns what is done in turn: bytes are sent, a
float is waited for (seconds), CLOSE ends the connection. Without CLOSE the connection is kept for the next one.
"""

import asyncio
import contextlib
import json
import ssl
from collections.abc import Callable, Sequence

from tests.loopback_thread import ThreadedServer

CLOSE = "close"


class RawServer(ThreadedServer):
    """The server, in a thread; use as a context manager. url: its base URL. requests: heads and bodies as received."""

    def __init__(self, script: Callable[[int], Sequence[bytes | float | str]], trust: ssl.SSLContext | None = None):
        super().__init__()
        self.script, self.trust = script, trust
        self.requests: list[tuple[str, dict]] = []
        self.connections = 0

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._converse, "127.0.0.1", 0, ssl=self.trust)
        self.url = f"http{'s' if self.trust else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        await self._until_stopped()
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
