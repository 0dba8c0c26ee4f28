"""An asyncio server in a thread of its own, as a context manager."""

import asyncio
import threading
from typing import Self

START_S, STOP_S = 10, 10


class ThreadedServer:
    """A server's thread and loop. A subclass writes `_serve`, which listens, awaits `_until_stopped` and cleans up."""

    def __init__(self) -> None:
        self._ready, self._loop = threading.Event(), asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(START_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(STOP_S)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        raise NotImplementedError

    async def _until_stopped(self) -> None:
        """Let the user of the server go on, and return when the `with` block ends."""
        self._stop = asyncio.Event()
        self._ready.set()
        await self._stop.wait()
