"""How fast an endpoint may be asked: one limiter that every request in flight shares.

In: the headers, latencies and refusals of replies. Out: when the next request may leave. It learns
rates from `x-ratelimit-*` headers; a share of 429s that lasts pauses everyone once and lowers the
rate to what came through; stray 429s delay only the request they hit. The window (requests in
flight) opens as replies come in, shrinks when latency rises (a server that queues instead of
refusing), and recovers. It knows no HTTP client and no rows.
"""

import asyncio
import contextlib
import re
import time
from collections import deque
from collections.abc import Mapping

FIRST_WINDOW = 32  # requests before the first reply says anything about limits
OPENING = 2  # window growth a reply while opening: it triples within one latency
SUSTAINED_SHARE = 0.25  # of the recent replies: more 429s than this are a limit, fewer are noise
RECENT_REPLIES = 40
QUEUEING_FACTOR = 4.0  # median latency against the best median seen: beyond this the server queues
RECOVERY_PER_S = 1.03  # growth of a lowered rate for every second without a sustained 429
MIN_RATE = 0.2  # requests a second: slower than any limit worth waiting for

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}


def parse_duration_s(text: str) -> float | None:
    """Return seconds for "6m0s", "20ms", "1.5" or "2h", None for anything else.

    # Source: OpenAI's guide to rate limits, x-ratelimit-reset-requests and -tokens.
    """
    text = text.strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    parts = _DURATION.findall(text)
    if not parts or "".join(n + u for n, u in parts) != text:
        return None
    return sum(float(number) * _UNITS_S[unit] for number, unit in parts)


class Limiter:
    """Window, rate and pauses of one endpoint. All times are `time.monotonic` seconds."""

    def __init__(self, concurrency: int, clock=time.monotonic):
        self.concurrency = concurrency
        self.window = float(min(concurrency, FIRST_WINDOW))
        self.rate: float | None = None  # requests a second; None: not limited
        self.in_flight = 0
        self.pauses = 0
        self._clock = clock
        self._next_send = 0.0
        self._paused_until = 0.0
        self._rate_raised_at = 0.0
        self._recent: deque[bool] = deque(maxlen=RECENT_REPLIES)
        self._successes: deque[float] = deque(maxlen=512)
        self._latencies: deque[float] = deque(maxlen=RECENT_REPLIES)
        self._best_median = float("inf")
        self._shrunk_at = 0.0
        self._wake = asyncio.Event()

    async def acquire(self) -> float:
        """Wait for a place in the window and for the rate; return the time of leaving."""
        while True:
            now = self._clock()
            wait = max(self._paused_until, self._next_send) - now
            if self.in_flight < int(self.window) and wait <= 0:
                self.in_flight += 1
                rate = self._current_rate(now)
                if rate is not None:
                    self._next_send = max(now, self._next_send) + 1 / rate
                return now
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), max(wait, 0.001) if wait > 0 else None)

    def release(self) -> None:
        """Give the place back, whatever came of the request."""
        self.in_flight -= 1
        self._wake.set()

    def note_success(self, sent: float, headers: Mapping[str, str]) -> None:
        """Learn from a reply that came: latency and what the headers say is left."""
        now = self._clock()
        self._recent.append(False)
        self._successes.append(now)
        self._latencies.append(now - sent)
        self._read_headers(headers)
        if not self._shrink_if_queueing(now) and self.window < self.concurrency:
            self.window = min(self.concurrency, self.window + (OPENING if self._shrunk_at == 0 else 0.1))
        self._wake.set()

    def note_refusal(self, sent: float, retry_after_s: float | None, headers: Mapping[str, str]) -> float:
        """Learn from a 429; return how long this request should wait, in seconds."""
        now = self._clock()
        self._recent.append(True)
        wait = retry_after_s if retry_after_s is not None else 1.0
        self._read_headers(headers)
        sustained = sum(self._recent) > max(3, SUSTAINED_SHARE * len(self._recent))
        if sustained and sent >= self._paused_until:  # replies to what left before the pause say nothing new
            self._paused_until = now + wait
            self.pauses += 1
            came = self._success_rate(now)
            self.rate = max(MIN_RATE, came if self.rate is None else min(self.rate, max(came, self.rate * 0.7)))
            self._rate_raised_at = self._paused_until
            self._shrunk_at = now
            self._recent.clear()
        return wait

    def timeout_s(self, default_s: float) -> float:
        """Return how long to wait for a reply: eight times a slow recent one, at least 5 s, at most the default."""
        if len(self._latencies) < RECENT_REPLIES:
            return default_s
        slow = sorted(self._latencies)[int(len(self._latencies) * 0.95)]
        return min(default_s, max(5.0, 8 * slow))

    def _current_rate(self, now: float) -> float | None:
        if self.rate is not None and now > self._rate_raised_at:
            self.rate *= RECOVERY_PER_S ** (now - self._rate_raised_at)
            self._rate_raised_at = now
        return self.rate

    def _success_rate(self, now: float) -> float:
        """Successes a second over the last five seconds, or since the first one."""
        recent = [t for t in self._successes if now - t <= 5.0]
        return len(recent) / max(0.5, min(5.0, now - recent[0])) if recent else 1.0

    def _read_headers(self, headers: Mapping[str, str]) -> None:
        """Pace so that what is left lasts until the reset.

        With a refilling bucket this settles at its refill rate with the bucket half full; with a
        fixed window it spends the window evenly. Tokens are turned into requests by their share left.
        """
        for kind in ("requests", "tokens"):
            limit, left = (_number(headers.get(f"x-ratelimit-{part}-{kind}")) for part in ("limit", "remaining"))
            reset_s = parse_duration_s(headers.get(f"x-ratelimit-reset-{kind}", ""))
            if not limit or left is None or not reset_s:
                continue
            if left > limit / 2:
                if kind == "requests" and left / limit > 0.9:
                    self._forget_rate_of(kind)
                continue
            if kind == "tokens" and left / limit > 0.2:
                continue
            usable = max(0.0, left - self.in_flight) if kind == "requests" else left / max(1.0, limit / 100)
            now = self._clock()
            self.rate = max(MIN_RATE, usable / reset_s, 0.9 * self._success_rate(now) if left > 0 else 0.0)
            self._rate_raised_at = now
            if left == 0:
                self._paused_until = max(self._paused_until, now + min(reset_s, 60.0) / 2)

    def _forget_rate_of(self, kind: str) -> None:
        if self.pauses == 0:
            self.rate = None

    def _shrink_if_queueing(self, now: float) -> bool:
        if len(self._latencies) < RECENT_REPLIES or now - self._shrunk_at < self._latencies[-1]:
            return False
        median = sorted(self._latencies)[len(self._latencies) // 2]
        self._best_median = min(self._best_median, median)
        if median > QUEUEING_FACTOR * max(self._best_median, 0.05):
            self.window = max(4.0, self.window * 0.75)
            self._shrunk_at = now
            return True
        return False


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
