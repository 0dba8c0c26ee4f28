"""How fast an endpoint may be asked, learned from its replies: a rate and a window, without a clock of its own.

In: when requests left, how they ended, what headers said. Out: how long the next one has to wait.
Four rules, each for one kind of endpoint:
- start slowly: the rate doubles every RAMP_S, so that an unknown limit is met by a few requests, not by a burst;
- headers that say what is left: it is spent evenly until the reset. With a refilling bucket this settles at its
  refill rate with the bucket half full, with a fixed window it uses the window up just before its end. Headers that
  never change are doubted step by step, until a refusal proves them right;
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
NEWEST = (12, 40, 120)  # requests in a row of which refusals are counted: a limit far passed shows in a dozen
FIRST_STRAY, FIRST_OF = 2.0, 25.0  # 429s taken for stray ones, of so many requests, before anything is known
STRAY_OF = 1_000  # requests over which their share is taken, while nothing is limited
CLEAR_SHARE = 0.5  # refused since the first refusal: such ones are a limit's, and no stray ones
LEAST_NOISE, MAX_NOISE = 0.01, 0.15
RARE, VERY_RARE = 3.3, 4.5  # standard deviations above the usual share that are no chance; at a speed long gone well
FREE = 1.25  # times what the window lets through: a rate above it limits nothing
WALL_SHARE = 0.9  # of the rate that seems to pass, after the first wall
USED_UP_SHARE = 0.85  # of what passed lately, where nothing does any more: some of it was stored
RECENT_S = (0.25, 1.0)  # over which what passed is counted where nothing does any more
STEP_SHARE = 0.96  # of the rate that seems to pass, at later steps: a little above the limit does not show for long
LEAST_SHARE = 0.5  # of the last rate: no later step down is larger
LEAST_FIRST_SHARE = 0.1  # of the rate at the first wall
CLEAN, CLEAN_SHARE = 12, 0.85  # so many sent before the first refusal: the limit lies just below the rate
SAME_RATE = 0.9  # of the rate before a step down: the limit was met there again
IN_VAIN, IN_VAIN_SHARE, IN_VAIN_FALL = 4, 0.35, 0.5  # steps down, share refused in them, share left of the rate: noise
GROWTH_A_S, GROWTH_DOUBLES_S = 1.08, 4.0  # growth of a lowered rate in its first second, and how it speeds up
GROWTH_A_REQUEST = 1.03  # at most: a slow limit is not passed before requests could show it
HOLD_S = 6.0  # a rate that was lowered twice is nearly right: held so long, then it grows PROBE_A_S, speeding up slowly
PROBE_A_S, PROBE_DOUBLES_S = 1.01, 5.0
MIN_RATE = 0.2  # requests a second: slower than any limit worth waiting for
FIRST_PAUSE_S, MAX_PAUSE_S = 1.0, 60.0  # for a wall without Retry-After; doubles with every wall that follows
FAR_RESET_S = 120.0  # a quota that is whole again only after longer (a day's) is not spread so thin: it is used up
FIRST_HALF = 0.5  # of a quota that is whole again, in the first second, until a newer reply says what is left
SAME_LEFT, DOUBT = 4, 4.0  # so many replies say the same is left while it is what slows us: so much more is tried
QUEUE_FACTOR = 3.0  # median latency against the best one: above this the server queues
QUEUE_MIN_S = 1.0  # and above this it matters
SHRUNK_SHARE = 0.85  # of the replies a second before the window shrank: fewer, and it shrinks in vain
MIN_WINDOW = 8
EPOCH, FEW = 40, 5  # replies from which a median is taken, and from which anything is concluded


class Departure:
    """One request under way. sent: when it left. number: how many had left by then. refused: a 429 came back."""

    __slots__ = ("number", "refused", "sent")

    def __init__(self, sent: float, number: int):
        self.sent, self.number, self.refused = sent, number, False


class Claim:
    """What headers said is left, again and again. doubt: times what it allows that is tried all the same."""

    def __init__(self) -> None:
        self.left, self.same, self.doubt, self.proved = -1.0, 0, 1.0, False

    def note(self, left: float) -> None:
        """Count another reply that was slowed down by what is left; what never changes is no count of anything."""
        self.same = self.same + 1 if left == self.left else 0
        self.left = left
        if self.same >= SAME_LEFT and not self.proved:
            self.doubt, self.same = self.doubt * DOUBT, 0

    def prove(self) -> None:
        """Believe it from now on: a limit was met when it was doubted."""
        self.proved = self.proved or self.doubt > 1
        self.doubt = 1.0


class Series:
    """Steps down, the rate not having come back to that before the first. sent, refused: requests in all of them."""

    def __init__(self, rate: float):
        self.rate, self.steps, self.sent, self.refused = rate, 0, 0, 0

    def add(self, sent: int, refused: int) -> None:
        """Add one step."""
        self.steps, self.sent, self.refused = self.steps + 1, self.sent + sent, self.refused + refused

    def is_noise(self, rate: float) -> bool:
        """True where going slower and slower changed nothing, and most requests passed. rate: what it has come to."""
        fallen = self.steps >= IN_VAIN and rate <= IN_VAIN_FALL * self.rate
        return fallen and self.refused < IN_VAIN_SHARE * self.sent


class Pacing:
    """Rate, window and pauses of one endpoint; every `now` is in seconds of one steady clock."""

    def __init__(self, concurrency: int, now: float):
        self.concurrency = concurrency
        self.window = float(concurrency)
        self.in_flight = self.pauses = 0
        self.rate = FIRST_RATE  # requests a second, from ramp or refusals
        self.slow_s: float | None = None  # a slow recent latency, None before EPOCH replies
        self._ramping, self._limited, self._hold_s = True, False, 0.0
        self._next_send = self._grown_at = self._lowered_at = self._paused_until = self._episode_at = now
        self._left: deque[Departure] = deque(maxlen=NEWEST[-1] + 2 * concurrency)  # refusals may come late
        self._refused = self._first_sent = self._first_refused = 0  # of this episode
        self._number = self._walls_in_a_row = 0
        self._stray, self._stray_of = FIRST_STRAY, FIRST_OF
        # kind -> rate until a moment, the moment, and the rate from then on
        self._quota_rates: dict[str, tuple[float, float, float]] = {}
        self._claims = {kind: Claim() for kind in KINDS}
        self._newest_quota = self._tokens_a_request = 0.0
        self._latencies: list[float] = []
        self._best_s, self._shrunk_at, self._judged_at, self._came_a_second = math.inf, now, now, 0.0
        self._shrunk, self._answered = False, 0
        self._series = Series(self.rate)

    def wait_s(self, now: float) -> float:
        """Return how long the next request has to wait; inf where the window is full."""
        if self.in_flight >= int(self.window):
            self._ramping = self._ramping and self.window < self.concurrency
            return math.inf
        return max(0.0, self._next_send - now, self._paused_until - now)

    def leave(self, now: float) -> Departure:
        """Note that a request leaves."""
        self.in_flight += 1
        self._number += 1
        rate = self._current_rate(now)
        earliest = now - min(0.05, 1 / rate)  # a late timer may be made good, a pause may not
        self._next_send = max(earliest, self._next_send) + 1 / rate
        self._left.append(Departure(now, self._number))
        self._note_stray(0, 1)
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
        self._note_stray(1, 0)
        free = self._ramping or not self._limited or self._is_free()
        refused, among = self._find_too_many(request)
        share = (refused - 1) / max(1, among - 1)  # the first refusal is where the count began
        if refused and (free or share >= CLEAR_SHARE):
            self._note_stray(-self._count_refused(request, NEWEST[-1])[0], 0)
        if not refused:
            return wait
        if free:
            self._hit_wall(now, retry_after_s, self._rate_at_wall(request, share))
        elif share == 1:  # nothing passes any more: to go on more slowly would be in vain for now
            self._hit_wall(now, retry_after_s, self.rate * (1.0 if self._is_shut() else self._least_share()))
            self._hold_s = HOLD_S
        else:
            self._step_down(request, now, share)
            return wait
        return max(wait, self._paused_until - now)

    def _find_too_many(self, request: Departure) -> tuple[int, int]:
        """Return refused and sent of the newest requests from a refused one on; zeros where it may be chance."""
        for newest in NEWEST:
            refused, among = self._count_refused(request, newest)
            noise = self._usual_share(refused, newest)
            rare = VERY_RARE if self._is_free() and not self._ramping else RARE
            if refused > newest * noise + rare * math.sqrt(newest * noise * (1 - noise)) + 1:
                return refused, among
        return 0, 0

    def _usual_share(self, refused: int, newest: int) -> float:
        """Return the share of 429s that no limit explains, as seen before the newest requests, now in question."""
        stray = FIRST_STRAY + max(0.0, self._stray - FIRST_STRAY - refused)
        return min(MAX_NOISE, max(LEAST_NOISE, stray / (FIRST_OF + max(0.0, self._stray_of - FIRST_OF - newest))))

    def _note_stray(self, refused: int, sent: int) -> None:
        """Count what tells the usual share of 429s that no limit explains; what is long ago fades."""
        fade = min(1.0, STRAY_OF / self._stray_of)
        self._stray, self._stray_of = max(0.0, self._stray * fade + refused), self._stray_of * fade + sent

    def _step_down(self, request: Departure, now: float, share: float) -> None:
        """Lower the rate to what seems to pass; where going slower changes nothing, take the refusals for noise."""
        if self.rate > SAME_RATE * self._series.rate:
            self._series = Series(self.rate)
        self._series.add(request.number - self._first_refused + 1, self._refused)  # what left later is not judged yet
        if self._series.is_noise(self.rate):
            self._stray = self._series.refused / self._series.sent * self._stray_of
            self._lower(now, self._series.rate)
            self._series, self._hold_s = Series(self.rate), 0.0
            self._ramping, self._limited = True, False
            return
        self._lower(now, self.rate * max(self._least_share(), STEP_SHARE * (1 - share)))
        self._hold_s = HOLD_S

    def _least_share(self) -> float:
        """Return the largest step down: a small one where many passed at this rate before the first was refused."""
        return CLEAN_SHARE if self._first_refused - self._first_sent >= CLEAN else LEAST_SHARE

    def _count_refused(self, request: Departure, newest: int) -> tuple[int, int]:
        """Count the refused of this request and those just before it, since the rate was lowered.

        The second number is how many requests there were from the first refused one on: before it, something was
        stored that the limit had given earlier.
        """
        first, since = request.number - newest, self._lowered_at
        refused = [r.number for r in self._left if first < r.number <= request.number and r.refused and r.sent >= since]
        return len(refused), request.number - min(refused, default=request.number) + 1

    def _hit_wall(self, now: float, retry_after_s: float | None, rate: float) -> None:
        """Pause everyone once and go on at a lower rate."""
        self.pauses += 1
        self._walls_in_a_row = self._walls_in_a_row + 1 if self._is_shut() else 1
        self._ramping = False
        pause_s = FIRST_PAUSE_S * 2 ** (self._walls_in_a_row - 1)
        if retry_after_s is not None and (self._walls_in_a_row == 1 or retry_after_s > pause_s):
            pause_s = retry_after_s
        self._paused_until = now + min(MAX_PAUSE_S, pause_s)
        self._lower(self._paused_until, rate)
        self._next_send = self._paused_until

    def _is_shut(self) -> bool:
        """True where not even the first request after a pause passed: it was too short, and the rate says nothing."""
        return self.pauses > 0 and self._first_refused == self._first_sent + 1

    def _rate_at_wall(self, request: Departure, share: float) -> float:
        """Return the rate that seems to pass: that of the newest less the share refused, or what passed before."""
        before = [r for r in self._left if r.number <= request.number]
        newest = before[-NEWEST[0] :]
        took_s = max(0.01, request.sent - newest[0].sent) if newest else 1.0
        speed = min(self.rate, (len(newest) - 1) / took_s)  # the window may hold it below the rate
        passes = speed * max(LEAST_FIRST_SHARE, 1 - share)
        if share == 1:
            recent_s = min(RECENT_S[1], max(RECENT_S[0], request.sent - self._episode_at))
            passed = sum(not r.refused for r in before if r.sent >= request.sent - recent_s)
            passes = max(passes, USED_UP_SHARE / WALL_SHARE * passed / recent_s)
            self._hold_s = HOLD_S  # a window that is used up: what it let through is what it will let through
        return WALL_SHARE * passes

    def _lower(self, since: float, rate: float) -> None:
        """Set a lower rate; a new episode begins."""
        for claim in self._claims.values():
            claim.prove()
        self.rate, self._limited = max(MIN_RATE, rate), True
        self._grown_at = self._lowered_at = self._episode_at = since
        self._refused = self._first_refused = 0
        self._first_sent = self._number

    def _is_free(self) -> bool:
        """True where the rate lies so far above what comes through that it limits nothing."""
        return self.slow_s is not None and self.rate * self.slow_s > FREE * self.concurrency

    def _current_rate(self, now: float) -> float:
        """Return the rate with its growth since it was last asked for, and within what headers allow."""
        quotas = self._quota_rates.values()
        allowed = min((rate if now < until else later for rate, until, later in quotas), default=math.inf)
        passed, quiet = max(0.0, now - self._grown_at), now - self._lowered_at - self._hold_s
        if allowed < self.rate:  # a rate that was not tried is not known to pass, and headers may be out of date soon
            growth = 1.0
        elif self._ramping:
            growth = 2 ** (passed / RAMP_S)
        elif quiet > 0:
            base, doubles_s = (PROBE_A_S, PROBE_DOUBLES_S) if self._hold_s else (GROWTH_A_S, GROWTH_DOUBLES_S)
            growth = min(GROWTH_A_REQUEST, base ** (passed * 2 ** min(5.0, quiet / doubles_s)))
        else:
            growth = 1.0
        self.rate = min(self.rate * growth, 1e6)
        self._grown_at = max(self._grown_at, now)
        return max(MIN_RATE, min(self.rate, allowed))

    def _read_quotas(self, request: Departure, now: float, headers: Mapping[str, str]) -> None:
        """Learn what the newest reply says is left, less what has left since."""
        if request.sent < self._newest_quota:
            return
        for kind in KINDS:
            quota, claim = read_quota(headers, kind), self._claims[kind]
            slowed = kind in self._quota_rates and self._quota_rates.pop(kind)[0] < self.rate
            if quota is None or quota.reset_s > FAR_RESET_S:
                continue
            self._newest_quota = request.sent
            if slowed and not request.refused:
                claim.note(quota.left)
            cost = 1.0 if kind == "requests" else max(1.0, self._tokens_a_request)
            usable = quota.left / cost - (self._number - request.number)
            left_s = max(0.001, request.sent + quota.reset_s - now)
            refill = (quota.limit - quota.left) / max(0.001, quota.reset_s)  # of a bucket that is full by the reset
            later = max(1.0, quota.limit * FIRST_HALF, refill) / cost
            self._quota_rates[kind] = (claim.doubt * max(1.0, usable) / left_s, now + left_s, claim.doubt * later)
            if usable < 1:  # nothing is left: a part of it will be free after a part of the time
                free_s = min(left_s, quota.reset_s * cost / quota.limit, MAX_PAUSE_S) / claim.doubt
                self._next_send = max(self._next_send, now + free_s)

    def slowest_s(self) -> float | None:
        """Return the longest of the first latencies, None where there are few or `slow_s` is known."""
        return max(self._latencies) if self.slow_s is None and len(self._latencies) >= FEW else None

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
