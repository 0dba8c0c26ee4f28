"""How fast an endpoint may be asked, learned from its replies: a rate and a window, without a clock of its own.

In: when requests left, how they ended, what headers said. Out: how long the next one has to wait.
Four rules, each for one kind of endpoint:
- start slowly: the rate doubles every RAMP_S, so that an unknown limit is met by a few requests, not by a burst;
- headers that say what is left: it is spent evenly until the reset. With a refilling bucket this settles at its
  refill rate with the bucket half full, with a fixed window it uses the window up just before its end;
- a wall of 429s pauses everyone once, for as long as asked, and lowers the rate to what came through; a drizzle
  of them lowers a known limit a little; single ones, as likely as a broken server, delay only their request;
- replies that take much longer than they could (a server that queues instead of refusing) shrink the window.
A lowered rate or window grows back. It knows no HTTP, no event loop and no rows.
"""

import math
from collections import deque
from collections.abc import Mapping

from generation.teachers.headers import KINDS, read_quota

FIRST_RATE = 32.0  # requests a second before anything is known
RAMP_S = 0.5  # the first rate doubles every so many seconds until the window is full
WALL, WALL_OF = 5, 12  # 429s among a dozen requests in a row: a limit. Of dozens with 5 % stray ones 1 in 5,000 is so
LONG_WALL = 9  # of DRIZZLE_OF, the same for a limit that is passed by a quarter
BLOCKED = 9  # of a dozen, where the rate has been lowered already and few should be refused
DRIZZLE_OF, DRIZZLE_SHARE = 40, 0.12  # above the usual share of stray ones: a known limit is passed a little
NOISE_OF = 200  # requests over which the usual share is taken, while nothing is limited
NOISE_FADES = 2_000
MAX_NOISE = 0.15
RECENT_S = 0.5  # over which what came through is counted at the first wall
WALL_SHARE = 0.8  # of what came through just before the first wall, of which a full bucket was a part
LOWER_SHARE = 0.8  # of the last rate, at the next one
LEAST_SHARE = 0.6  # of the last rate: no step down is larger
GROWTH_A_S, GROWTH_DOUBLES_S = 1.06, 4.0  # growth of a lowered rate in its first second, and how it speeds up
CUT = 1.5  # times the share that is refused: taken off the rate, at most LEAST_SHARE
HOLD_S = 4.0  # a rate that was lowered twice is nearly right: held so long, then it grows PROBE_A_S, speeding up slowly
PROBE_A_S, PROBE_DOUBLES_S = 1.01, 10.0
MIN_RATE = 0.2  # requests a second: slower than any limit worth waiting for
FIRST_PAUSE_S, MAX_PAUSE_S = 1.0, 60.0  # for a wall without Retry-After; doubles with every wall that follows
QUEUE_FACTOR = 3.0  # median latency against the best one: above this the server queues
QUEUE_MIN_S = 1.0  # and above this it matters
SHRUNK_SHARE = 0.85  # of the replies a second before the window shrank: fewer, and it shrinks in vain
MIN_WINDOW = 8
EPOCH = 40  # replies from which a median is taken


class Departure:
    """One request under way. sent: when it left. number: how many had left by then. refused: a 429 came back."""

    __slots__ = ("number", "refused", "sent")

    def __init__(self, sent: float, number: int):
        self.sent, self.number, self.refused = sent, number, False


class Pacing:
    """Rate, window and pauses of one endpoint; every `now` is in seconds of one steady clock."""

    def __init__(self, concurrency: int, now: float):
        self.concurrency = concurrency
        self.window = float(concurrency)
        self.in_flight = self.pauses = 0
        self.rate = FIRST_RATE  # requests a second, from ramp or refusals
        self.slow_s: float | None = None  # a slow recent latency, None before EPOCH replies
        self._ramping, self._hold_s = True, 0.0
        self._next_send = self._grown_at = self._lowered_at = self._paused_until = self._episode_at = now
        self._left: deque[Departure] = deque(maxlen=DRIZZLE_OF * 4)
        self._sent = self._refused = self._first_refused = 0  # of this episode
        self._number, self._walls_in_a_row, self._noise = 0, 0, 0.0
        self._quota_rates: dict[str, tuple[float, float]] = {}  # kind -> rate, and the moment from which it is free
        self._newest_quota = self._tokens_a_request = 0.0
        self._latencies: list[float] = []
        self._best_s, self._shrunk_at, self._judged_at, self._came_a_second = math.inf, now, now, 0.0
        self._shrunk, self._answered = False, 0
        self._drizzled_rate, self._refused_share, self._in_vain = 0.0, 0.0, 0

    def wait_s(self, now: float) -> float:
        """Return how long the next request has to wait; inf where the window is full."""
        if self.in_flight >= int(self.window):
            self._ramping = self._ramping and self.window < self.concurrency
            return math.inf
        return max(0.0, self._next_send - now, self._paused_until - now)

    def leave(self, now: float) -> Departure:
        """Note that a request leaves."""
        self.in_flight += 1
        self._sent += 1
        self._number += 1
        rate = self._current_rate(now)
        earliest = now - min(0.05, 1 / rate)  # a late timer may be made good, a pause may not
        self._next_send = max(earliest, self._next_send) + 1 / rate
        self._left.append(Departure(now, self._number))
        self._noise -= self._noise / (NOISE_OF if self._ramping or self._is_free() else NOISE_FADES)
        return self._left[-1]

    def end(self) -> None:
        """Note that a request is over, whatever came of it."""
        self.in_flight -= 1

    def note_reply(self, request: Departure, now: float, headers: Mapping[str, str], tokens: int = 0) -> None:
        """Learn from a reply that is no 429."""
        if tokens:
            self._tokens_a_request += (tokens - self._tokens_a_request) * (0.05 if self._tokens_a_request else 1.0)
        self._read_quotas(request, now, headers)
        self._answered += 1
        if request.sent >= self._shrunk_at:
            self._latencies.append(now - request.sent)
            if len(self._latencies) >= max(EPOCH, self.window if self.slow_s else 0):
                self._judge_latencies(now)

    def note_refusal(
        self, request: Departure, now: float, headers: Mapping[str, str], retry_after_s: float | None
    ) -> float:
        """Learn from a 429; return how long the refused request should wait, in seconds."""
        request.refused = True
        self._read_quotas(request, now, headers)
        wait = FIRST_PAUSE_S if retry_after_s is None else min(MAX_PAUSE_S, retry_after_s)
        if request.sent < self._lowered_at:  # it left before everyone was slowed down and says nothing new
            return max(wait, self._paused_until - now)
        self._refused += 1
        self._first_refused = self._first_refused or request.number
        if self._ramping or self._is_free():
            self._noise += 1 / NOISE_OF
        if self._is_wall(request):
            self._hit_wall(now, retry_after_s)
            return max(wait, self._paused_until - now)
        share = self._count_refused(request, DRIZZLE_OF) / DRIZZLE_OF
        if not self._ramping and not self._is_free() and share >= DRIZZLE_SHARE + min(self._noise, MAX_NOISE):
            self._note_drizzle(share, request)
            self._lower(now, self.rate * max(LEAST_SHARE, 1 - min(self._refused_share, CUT * share)))
            self._hold_s = HOLD_S
        return wait

    def _is_wall(self, request: Departure) -> bool:
        """True where so many in a row are refused that it is a limit."""
        dozen = self._count_refused(request, WALL_OF)
        if self._ramping or self._is_free():
            return dozen >= WALL or self._count_refused(request, DRIZZLE_OF) >= LONG_WALL
        return dozen >= BLOCKED

    def _note_drizzle(self, share: float, request: Departure) -> None:
        """Take the share refused since the first refusal, when nothing was stored any more; see whether it is noise."""
        refused = self._refused / (request.number - self._first_refused + 1)
        slower, as_many = self.rate < 0.9 * self._drizzled_rate, refused > 0.8 * self._refused_share
        self._in_vain = self._in_vain + 1 if slower and as_many else 0
        self._drizzled_rate, self._refused_share = self.rate, refused
        if self._in_vain >= 2:  # slower and slower, and as many are refused: that is not our speed
            self._noise = share

    def _count_refused(self, request: Departure, newest: int) -> int:
        """Return how many of this request and those just before it were refused since the rate was lowered."""
        first, since = request.number - newest, self._lowered_at
        return sum(r.refused for r in self._left if first < r.number <= request.number and r.sent >= since)

    def _hit_wall(self, now: float, retry_after_s: float | None) -> None:
        """Pause everyone once and go on at what came through."""
        self.pauses += 1
        came = max(1, self._sent - self._refused)
        self._walls_in_a_row = self._walls_in_a_row + 1 if came < WALL_OF else 1
        if self._ramping or self._is_free():
            recent_s = max(0.1, min(RECENT_S, now - self._episode_at))
            rate = WALL_SHARE * sum(not r.refused for r in self._left if r.sent >= now - recent_s) / recent_s
        else:
            rate = came / max(0.25, now - self._episode_at)
            rate = max(min(self.rate * LOWER_SHARE, rate), self.rate * LEAST_SHARE)
            self._hold_s = HOLD_S
        self._ramping = False
        pause_s = FIRST_PAUSE_S * 2 ** (self._walls_in_a_row - 1) if retry_after_s is None else retry_after_s
        self._paused_until = now + min(MAX_PAUSE_S, pause_s)
        self._lower(self._paused_until, rate)
        self._next_send = self._paused_until

    def _lower(self, since: float, rate: float) -> None:
        """Set a lower rate; a new episode begins."""
        self.rate = max(MIN_RATE, rate)
        self._grown_at = self._lowered_at = self._episode_at = since
        self._sent = self._refused = self._first_refused = 0

    def _is_free(self) -> bool:
        """True where the rate lies so far above what comes through that it limits nothing."""
        return self.slow_s is not None and self.rate * self.slow_s > 2 * self.concurrency

    def _current_rate(self, now: float) -> float:
        """Return the rate with its growth since it was last asked for, and within what headers allow."""
        passed, quiet = max(0.0, now - self._grown_at), now - self._lowered_at - self._hold_s
        if self._ramping:
            self.rate *= 2 ** (passed / RAMP_S)
        elif quiet > 0:
            growth, doubles_s = (PROBE_A_S, PROBE_DOUBLES_S) if self._hold_s else (GROWTH_A_S, GROWTH_DOUBLES_S)
            self.rate *= growth ** (passed * 2 ** min(5.0, quiet / doubles_s))
        self.rate = min(self.rate, 1e6)
        self._grown_at = max(self._grown_at, now)
        allowed = [rate for rate, until in self._quota_rates.values() if now < until]
        return max(MIN_RATE, min([self.rate, *allowed]))

    def _read_quotas(self, request: Departure, now: float, headers: Mapping[str, str]) -> None:
        """Learn what the newest reply says is left, less what has left since."""
        if request.sent < self._newest_quota:
            return
        for kind in KINDS:
            quota = read_quota(headers, kind)
            self._quota_rates.pop(kind, None)
            if quota is None or request.sent + quota.reset_s <= now:
                continue
            self._newest_quota = request.sent
            cost = 1.0 if kind == "requests" else max(1.0, self._tokens_a_request)
            usable = quota.left / cost - (self._number - request.number)
            left_s = request.sent + quota.reset_s - now
            self._quota_rates[kind] = (max(1.0, usable) / left_s, now + left_s)
            if usable < 1:  # nothing is left: a part of it will be free after a part of the time
                free_s = min(left_s, quota.reset_s * cost / quota.limit, MAX_PAUSE_S)
                self._next_send = max(self._next_send, now + free_s)

    def _judge_latencies(self, now: float) -> None:
        """Shrink the window where replies wait in a queue, and let it grow where they do not."""
        ordered, count = sorted(self._latencies), len(self._latencies)
        median, self.slow_s = ordered[count // 2], ordered[int(count * 0.95)]
        came_a_second = self._answered / max(0.001, now - self._judged_at)
        self._latencies.clear()
        self._answered, self._judged_at = 0, now
        if self._shrunk and came_a_second < SHRUNK_SHARE * self._came_a_second:
            self._best_s = median  # fewer in flight, fewer answered: the server is slow, it does not queue for us
        self._best_s = min(self._best_s * 1.01, median)
        self._shrunk = median > QUEUE_MIN_S and median > QUEUE_FACTOR * self._best_s and self.window > MIN_WINDOW
        if self._shrunk:
            self.window = max(float(MIN_WINDOW), self.window * 0.7)
            self._shrunk_at, self._came_a_second = now, came_a_second
        else:
            self.window = min(float(self.concurrency), self.window * 1.1 + 1)
