"""Who may leave next: the one queue in front of an endpoint that every request waits in.

In: a `Pacing` that says how long to wait, and how each request ended. Out: places, first come, first
served. One timer and one wake-up a place: a thousand waiting requests cost nothing until their turn.
"""

import asyncio
import math
from collections import deque
from collections.abc import Mapping

from generation.teachers.headers import read_retry_after_s
from generation.teachers.pacing import Departure, Pacing

SLOW_FACTOR = 5.0  # times a slow recent latency without a reply: the request is given up and sent again
MIN_TIMEOUT_S = 5.0
MAX_TIMEOUT_S = 300.0  # also while nothing is known: a local model may have to be loaded first
FIRST_FACTOR, MIN_FIRST_TIMEOUT_S = 20.0, 30.0  # likewise, times the slowest of a few first replies


class Limiter:
    """The queue of one endpoint; belongs to one event loop."""

    def __init__(self, concurrency: int):
        self._loop = asyncio.get_running_loop()
        self.pacing = Pacing(concurrency, self._loop.time())
        self._waiting: deque[asyncio.Future[Departure]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def acquire(self) -> Departure:
        """Wait for a place in the window and for the rate; return the departure, to be handed to the notes."""
        place = self._loop.create_future()
        self._waiting.append(place)
        self._serve()
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.release()
            raise

    def release(self) -> None:
        """Give the place back, whatever came of the request."""
        self.pacing.end()
        self._serve()

    def note_reply(self, request: Departure, headers: Mapping[str, str], tokens: int) -> None:
        """Learn from a reply: its latency, and what its headers say is left."""
        self.pacing.note_reply(request, self._loop.time(), headers, tokens)

    def note_refusal(self, request: Departure, headers: Mapping[str, str]) -> float:
        """Learn from a 429; return how long this request should wait, in seconds."""
        return self.pacing.note_refusal(request, self._loop.time(), headers, read_retry_after_s(headers))

    def timeout_s(self) -> float:
        """Return how long a reply may take, from what slow replies took lately."""
        slow_s, slowest_s = self.pacing.slow_s, self.pacing.slowest_s()
        if slow_s is not None:
            return min(MAX_TIMEOUT_S, max(MIN_TIMEOUT_S, SLOW_FACTOR * slow_s))
        if slowest_s is not None:
            return min(MAX_TIMEOUT_S, max(MIN_FIRST_TIMEOUT_S, FIRST_FACTOR * slowest_s))
        return MAX_TIMEOUT_S

    def _serve(self) -> None:
        """Let go whoever may leave now; come back when the next one may."""
        while self._waiting:
            if self._waiting[0].done():  # cancelled while it waited
                self._waiting.popleft()
                continue
            now = self._loop.time()
            wait_s = self.pacing.wait_s(now)
            if wait_s > 0:
                if wait_s != math.inf:
                    self._come_back(now + wait_s)
                return
            self._waiting.popleft().set_result(self.pacing.leave(now))

    def _come_back(self, when: float) -> None:
        if self._timer is not None:
            if self._timer.when() <= when and not self._timer.cancelled():
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(when, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        self._serve()
