"""Pacing and the queue before an endpoint: every kind of limit, against simulated endpoints and a clock of ours."""

import asyncio
import email.utils
import heapq
import itertools
import math
import random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from generation.teachers.headers import Quota, parse_duration_s, read_quota, read_retry_after_s
from generation.teachers.limiter import MAX_TIMEOUT_S, MIN_TIMEOUT_S, Limiter
from generation.teachers.pacing import Pacing


class Bucket:
    """An endpoint with a refilling bucket: `rate` a second, `burst` at most; says so in headers where told to."""

    def __init__(self, rate, burst, kind="", cost=1.0):
        self.rate, self.burst, self.kind, self.cost = rate, burst, kind, cost
        self.left, self.at = burst, 0.0

    def take(self, now):
        self.left = min(self.burst, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left < self.cost:
            return False
        self.left -= self.cost
        return True

    def headers(self):
        if not self.kind:
            return {}
        return make_headers(self.kind, self.burst, self.left, (self.burst - self.left) / self.rate)


class Fixed:
    """An endpoint with a fixed window of `span` seconds, in which `limit` requests pass."""

    def __init__(self, limit, span, kind=""):
        self.limit, self.span, self.kind = limit, span, kind
        self.window, self.used, self.at = -1, 0, 0.0

    def take(self, now):
        self.at = now
        if int(now // self.span) != self.window:
            self.window, self.used = int(now // self.span), 0
        self.used += 1
        return self.used <= self.limit

    def headers(self):
        if not self.kind:
            return {}
        return make_headers(self.kind, self.limit, max(0, self.limit - self.used), self.span - self.at % self.span)


class Free:
    """An endpoint without limits."""

    def take(self, now):
        return True

    def headers(self):
        return {}


def make_headers(kind, limit, left, reset_s):
    """Headers as OpenAI sends them."""
    return {
        f"x-ratelimit-limit-{kind}": str(int(limit)),
        f"x-ratelimit-remaining-{kind}": str(int(left)),
        f"x-ratelimit-reset-{kind}": f"{reset_s:.3f}s",
    }


def simulate(
    server,
    rows,
    concurrency=256,
    latency_s=1.0,
    retry_after_s=1.0,
    stray=0.0,
    slots=0,
    tokens=0,
    seed=1,
    refusal_s=0.01,
):
    """Ask a simulated endpoint for rows; return seconds, 429s, and the pacing. No real time passes.

    stray: share of random 429s. slots: requests served at once, 0 for any number. refusal_s: until a 429 comes back.
    """
    rng, pacing, count = random.Random(seed), Pacing(concurrency, 0.0), itertools.count()
    events, done, refused, waiting, now = [], 0, 0, rows, 0.0
    free_at, next_pump = [0.0] * slots, math.inf

    def plan(when, kind, request=None, headers=None):
        heapq.heappush(events, (when, next(count), kind, request, headers))

    plan(0.0, "pump")
    while done < rows:
        now, _, kind, request, headers = heapq.heappop(events)
        assert now < 10_000, "stalled"
        next_pump = math.inf if kind == "pump" else next_pump
        if kind == "reply":
            pacing.end()
            pacing.note_reply(request, now, headers, tokens)
            done += 1
        elif kind == "refusal":
            pacing.end()
            refused += 1
            plan(now + pacing.note_refusal(request, now, headers, retry_after_s) * rng.uniform(1.0, 1.2), "again")
        elif kind == "again":
            waiting += 1
        while waiting:
            wait_s = pacing.wait_s(now)
            if wait_s:
                if now + wait_s < next_pump:
                    next_pump = now + wait_s
                    plan(next_pump, "pump")
                break
            waiting -= 1
            request = pacing.leave(now)
            passed = rng.random() >= stray and server.take(now)
            took_s = latency_s * rng.uniform(0.9, 1.1)
            if passed and slots:
                slot = min(range(slots), key=free_at.__getitem__)
                free_at[slot] = max(now, free_at[slot]) + took_s
                took_s = free_at[slot] - now
            plan(now + (took_s if passed else refusal_s), "reply" if passed else "refusal", request, server.headers())
    return now, refused, pacing


def test_without_a_limit_the_window_is_filled_within_two_seconds():
    """5,000 requests at 256 in flight and one second each take at most a tenth more than they must."""
    took_s, refused, _ = simulate(Free(), 5_000)
    assert refused == 0
    assert took_s < 1.11 * (5_000 / 256)


@pytest.mark.parametrize("latency_s", [0.05, 0.2, 1.0])
@pytest.mark.parametrize("retry_after_s", [1.0, None, 0.3, 0.02])
@pytest.mark.parametrize(
    ("make", "share", "most"),
    [(lambda: Bucket(50, 50), 1.0, 20), (lambda: Bucket(50, 5), 1.19, 20), (lambda: Fixed(50, 1), 1.2, 20)],
    ids=["bucket", "small", "window"],
)
def test_a_limit_that_no_header_names_is_found_from_refusals(make, share, most, retry_after_s, latency_s):
    """50 requests a second: 600 rows take little longer than they must, and few are refused."""
    took_s, refused, pacing = simulate(make(), 600, latency_s=latency_s, retry_after_s=retry_after_s)
    assert took_s <= share * (600 / 50 + latency_s)
    assert refused <= most
    assert pacing.pauses <= 3


@pytest.mark.parametrize("concurrency", [16, 256, 1_024])
@pytest.mark.parametrize("refusal_s", [0.3, 2.0])
def test_refusals_that_come_late_are_met_all_the_same(refusal_s, concurrency):
    """Until the first one comes back many have left; after that the limit is kept."""
    took_s, refused, _ = simulate(Bucket(50, 50), 1_200, concurrency, latency_s=0.2, refusal_s=refusal_s)
    assert took_s <= 1.5 * 1_200 / 50 + 4 * refusal_s
    assert refused <= 100 + min(concurrency, 400 * refusal_s) * 3


@pytest.mark.parametrize(("rate", "burst"), [(1, 1), (2, 1), (3, 1), (3.5, 3), (4, 4), (10, 1), (50, 1)])
def test_slow_limits_and_such_that_store_nothing_are_kept(rate, burst):
    """With a burst of one, evenly sent requests just above the limit pass half: three fifths of the speed is reached."""
    took_s, refused, _ = simulate(Bucket(rate, burst), max(100, int(12 * rate)), latency_s=0.3)
    assert took_s <= 1.7 * max(100, int(12 * rate)) / rate
    assert refused <= 50


@pytest.mark.parametrize("retry_after_s", [1.0, None, 0.1])
def test_a_long_window_that_is_used_up_is_waited_for(retry_after_s):
    """500 in ten seconds, no headers: pauses grow until it opens, the rate does not fall meanwhile."""
    took_s, refused, pacing = simulate(Fixed(500, 10), 1_500, retry_after_s=retry_after_s)
    assert took_s <= 1.7 * 1_500 / 50
    assert refused <= 50
    assert pacing.pauses <= 12


class Claiming(Free):
    """An endpoint without limits that sends limit headers all the same, always the same."""

    def __init__(self, left, reset):
        self.left, self.reset = left, reset

    def headers(self):
        return {
            "x-ratelimit-limit-requests": "100",
            "x-ratelimit-remaining-requests": str(self.left),
            "x-ratelimit-reset-requests": self.reset,
        }


@pytest.mark.parametrize("left", [0, 5, 99])
@pytest.mark.parametrize("reset", ["1s", "1m0s", "24h0m0s", "4102444800", "4102444800000", "2100-01-01T00:00:00Z"])
def test_headers_that_never_change_do_not_hold_anyone_up(left, reset):
    """Nothing is refused, whatever they say: 3,000 rows take at most 20 s longer than they must."""
    took_s, _, _ = simulate(Claiming(left, reset), 3_000)
    assert took_s < 3_000 / 256 + 20


@pytest.mark.parametrize("burst", [1, 2, 10])
def test_headers_of_a_small_bucket_are_believed_after_one_doubt(burst):
    """Little is left all the time, and rightly so: what the doubt costs is a few refusals, once."""
    took_s, refused, _ = simulate(Bucket(5, burst, "requests"), 300, latency_s=0.2)
    assert took_s <= 1.35 * 300 / 5
    assert refused <= 40


@pytest.mark.parametrize("kind", ["requests", "tokens"])
@pytest.mark.parametrize("fixed", [False, True])
def test_a_limit_a_minute_that_headers_name_is_kept_without_refusals(kind, fixed):
    """3,000 a minute, bucket or window, requests or tokens: used up evenly, nothing refused."""
    cost = 500.0 if kind == "tokens" else 1.0
    if fixed and kind == "tokens":
        pytest.skip("the simulated window counts requests")
    server = Fixed(3_000, 60, kind) if fixed else Bucket(50 * cost, 3_000 * cost, kind, cost)
    took_s, refused, _ = simulate(server, 9_000, tokens=500)
    assert refused <= 5
    assert took_s <= (180 + 5 if fixed else 160)  # a full bucket gives the first 3,000 at once


@pytest.mark.parametrize(("stray", "share"), [(0.02, 1.3), (0.05, 1.5), (0.1, 2.0)])
def test_stray_refusals_slow_nobody_down(stray, share):
    """Random 429s may be taken for a limit once or twice, and that is soon seen."""
    runs = [simulate(Free(), 3_000, stray=stray, seed=seed) for seed in range(8)]
    times = sorted(took_s / (3_000 / 256) for took_s, _, _ in runs)
    assert times[3] < share
    assert times[-1] < 2 * share
    assert max(pacing.pauses for _, _, pacing in runs) <= 3


def test_a_server_that_queues_is_met_by_a_smaller_window():
    """32 slots and 256 in flight: the window shrinks, throughput does not."""
    took_s, _, pacing = simulate(Free(), 2_500, slots=32)
    assert pacing.window < 200
    assert took_s < 1.15 * 2_500 / 32


def test_a_server_that_becomes_slow_for_everyone_keeps_its_window():
    """Replies that take longer whatever the window are no queue: it shrinks in vain, and opens again."""
    pacing, now = Pacing(64, 0.0), 0.0
    for latency_s in [1.0] * 20 + [6.0] * 60:
        requests = []
        while pacing.wait_s(now) == 0.0 or pacing.wait_s(now) < 1.0:
            now += pacing.wait_s(now)
            requests.append(pacing.leave(now))
        now += latency_s
        for request in requests:
            pacing.end()
            pacing.note_reply(request, now, {})
    assert pacing.window > 50


def test_a_lowered_rate_recovers():
    """After a limit is lifted the rate grows back to what the window allows."""
    pacing, now = Pacing(64, 0.0), 0.0
    for _ in range(8):
        if pacing.pauses:
            break
        request = pacing.leave(now)
        pacing.end()
        pacing.note_refusal(request, now + 0.01, {}, 1.0)
        now += 0.05
    assert pacing.pauses == 1
    assert pacing.wait_s(now) > 0.5
    lowered = pacing.rate
    while now < 60.0:
        now += max(0.001, pacing.wait_s(now))
        request = pacing.leave(now)
        pacing.end()
        pacing.note_reply(request, now + 0.2, {})
    assert pacing.rate > 100 * lowered


def test_retry_after_pauses_everyone_once():
    """A dozen refusals of one burst make one pause of the length asked for, and no second one."""
    pacing = Pacing(64, 0.0)
    burst = [pacing.leave(i * 0.01) for i in range(12)]
    waits = [pacing.note_refusal(request, 0.2 + i * 0.01, {}, 7.0) for i, request in enumerate(burst)]
    assert pacing.pauses == 1
    assert 6.5 < pacing.wait_s(0.3) < 7.2
    assert all(6.5 < wait <= 7.0 for wait in waits)


@settings(max_examples=25, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(
    rate=st.floats(4, 80),
    burst=st.floats(2, 200),
    latency_s=st.floats(0.05, 5),
    retry_after_s=st.none() | st.floats(0, 5),
    stray=st.sampled_from([0.0, 0.02]),
    concurrency=st.integers(1, 300),
    kind=st.sampled_from(["", "requests"]),
)
def test_every_bucket_is_emptied_at_a_fair_share_of_its_speed(
    rate, burst, latency_s, retry_after_s, stray, concurrency, kind
):
    """Whatever the limit: all rows arrive, at no less than 30 % of the possible speed after the first pauses."""
    server = Bucket(rate, burst, kind)
    took_s, refused, _ = simulate(server, 300, concurrency, latency_s, retry_after_s, stray)
    ideal_s = max((300 - burst) / rate, 300 * latency_s / concurrency, 1.0) + latency_s
    assert took_s < ideal_s / 0.3 + 30
    assert refused < 300


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("6m0s", 360), ("20ms", 0.02), ("1.5", 1.5), ("2h", 7_200), ("1d1s", 86_401), ("12s", 12), (" 3 ", 3)]
    + [(text, None) for text in ("", "soon", "-1", "1x", "s", "1s?", "nan", "inf")],
)
def test_durations(text, seconds):
    """Every form that endpoints use, and None for what is none."""
    assert parse_duration_s(text) == seconds


def test_retry_after_in_every_form():
    """Milliseconds before seconds before a date; never negative; None for nonsense."""
    now = 1_800_000_000.0
    assert read_retry_after_s({"retry-after-ms": "1500", "retry-after": "9"}) == 1.5
    assert read_retry_after_s({"retry-after": "0.25"}) == 0.25
    assert read_retry_after_s({"retry-after": email.utils.formatdate(now + 30, usegmt=True)}, now) == 30.0
    assert read_retry_after_s({"retry-after": email.utils.formatdate(now - 30, usegmt=True)}, now) == 0.0
    assert read_retry_after_s({"retry-after": "1m30s"}) == 90.0
    for text in (str(int(now + 30)), str(int(now + 30) * 1_000), "2027-01-15T08:00:30+00:00", "2027-01-15T08:00:30Z"):
        assert read_retry_after_s({"retry-after": text}, now) == 30.0
    for text in ("", "later", "-5", "1e999"):
        assert read_retry_after_s({"retry-after": text}) is None


def test_quotas_that_are_nonsense_are_ignored():
    """Azure sends -1 and 0; half a set of headers says nothing."""
    whole = make_headers("tokens", 100, 50, 3.0)
    assert read_quota(whole, "tokens") == Quota(100.0, 50.0, 3.0)
    assert read_quota(whole, "requests") is None
    assert read_quota(whole | {"x-ratelimit-limit-tokens": "-1"}, "tokens") is None
    assert read_quota({"x-ratelimit-limit-tokens": "5"}, "tokens") is None
    now = 1_800_000_000.0
    bare = {"x-ratelimit-limit": "20", "x-ratelimit-remaining": "3", "x-ratelimit-reset": str(int(now + 9) * 1_000)}
    assert read_quota(bare, "requests", now) == Quota(20.0, 3.0, 9.0)
    assert read_quota(bare, "tokens", now) is None


def test_places_are_given_first_come_first_served():
    """Waiting requests leave in the order in which they came, one for each place; cancelled ones are passed over."""

    async def run():
        limiter, left = Limiter(2), []
        limiter.pacing.rate = 1e6

        async def one(name):
            await limiter.acquire()
            left.append(name)

        tasks = []
        for name in range(8):
            tasks.append(asyncio.ensure_future(one(name)))
            await asyncio.sleep(0)
        await asyncio.sleep(0.05)
        assert left == [0, 1]
        tasks[2].cancel()
        for _ in range(6):
            limiter.release()
            await asyncio.sleep(0.02)
        assert left == [0, 1, 3, 4, 5, 6, 7]
        assert limiter.pacing.in_flight == 1

    asyncio.run(run())


def test_a_place_given_to_a_request_that_is_cancelled_goes_on():
    """A cancellation between the place and the request's waking loses no place."""

    async def run():
        limiter = Limiter(1)
        limiter.pacing.rate = 1e6
        await limiter.acquire()
        task = asyncio.ensure_future(limiter.acquire())
        await asyncio.sleep(0.01)
        limiter.release()
        assert limiter.pacing.in_flight == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert limiter.pacing.in_flight == 0
        await asyncio.wait_for(limiter.acquire(), 5)

    asyncio.run(run())


def test_the_time_for_a_reply_follows_what_replies_take():
    """Long while nothing is known, five times a slow reply after that, never under five seconds."""

    async def run():
        limiter = Limiter(64)
        assert limiter.timeout_s() == MAX_TIMEOUT_S
        for latency_s, wanted in ((0.1, MIN_TIMEOUT_S), (2.0, 10.0), (100.0, MAX_TIMEOUT_S)):
            for _ in range(200):
                request = limiter.pacing.leave(limiter._loop.time())
                request.sent -= latency_s
                limiter.pacing._shrunk_at = -math.inf
                limiter.note_reply(request, {}, 0)
                limiter.pacing.end()
            assert limiter.timeout_s() == pytest.approx(wanted, rel=0.01)

    asyncio.run(run())
