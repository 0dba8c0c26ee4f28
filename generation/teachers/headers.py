"""What an endpoint says about its limits in the headers of a reply: durations, `Retry-After`, what is left.

In: headers. Out: seconds and numbers, None where a header is missing or makes no sense. It decides nothing.
"""

import email.utils
import math
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

KINDS = ("requests", "tokens")

FIRST_EPOCH = 1e9  # as seconds, a duration of 30 years: numbers from here on are moments

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}


class Quota(NamedTuple):
    """One limit as a reply states it. left: requests or tokens. reset_s: until all of the limit is free again."""

    limit: float
    left: float
    reset_s: float


def parse_duration_s(text: str) -> float | None:
    """Return seconds for "6m0s", "20ms", "1.5" or "2h", None for anything else.

    # Source: OpenAI's guide to rate limits, x-ratelimit-reset-requests and -tokens.
    """
    text = text.strip()
    number = _read_number(text)
    if number is not None:
        return number
    parts = _DURATION.findall(text)
    if not parts or "".join(n + u for n, u in parts) != text:
        return None
    return sum(float(number) * _UNITS_S[unit] for number, unit in parts)


def parse_reset_s(text: str, now: float | None = None) -> float | None:
    """Return seconds until a moment given as a duration, as Unix seconds or milliseconds, or as an ISO date.

    now: Unix seconds (default: the clock's). Never negative; None for anything else.
    """
    seconds = parse_duration_s(text)
    if seconds is None:
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            return None
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if seconds < FIRST_EPOCH:
        return seconds
    seconds = seconds / 1_000 if seconds >= FIRST_EPOCH * 1_000 else seconds
    return max(0.0, seconds - (time.time() if now is None else now))


def read_retry_after_s(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Return how long an endpoint asks to wait: `retry-after-ms`, else `Retry-After` as a duration or a moment.

    now: Unix seconds, for the date (default: the clock's). Never negative.
    # Source: RFC 9110, 10.2.3; retry-after-ms is Azure's and OpenAI's own.
    """
    number = _read_number(headers.get("retry-after-ms", ""))
    if number is not None:
        return number / 1_000
    seconds = parse_reset_s(headers.get("retry-after", ""), now)
    if seconds is not None:
        return seconds
    parts = email.utils.parsedate_tz(headers.get("retry-after", ""))
    if parts is None:
        return None
    try:
        return max(0.0, email.utils.mktime_tz(parts) - (time.time() if now is None else now))
    except (ValueError, OverflowError):
        return None


def read_quota(headers: Mapping[str, str], kind: str, now: float | None = None) -> Quota | None:
    """Return what is left of the limit on "requests" or "tokens"; None where it is not said, or is nonsense (-1).

    Headers without a kind (OpenRouter's) are about requests. now: Unix seconds (default: the clock's).
    """
    end = f"-{kind}" if kind == "tokens" or f"x-ratelimit-limit-{kind}" in headers else ""
    limit = _read_number(headers.get(f"x-ratelimit-limit{end}", ""))
    if not limit:
        return None
    left = _read_number(headers.get(f"x-ratelimit-remaining{end}", ""))
    reset_s = parse_reset_s(headers.get(f"x-ratelimit-reset{end}", ""), now)
    if left is None or reset_s is None:
        return None
    return Quota(limit, left, reset_s)


def _read_number(text: str) -> float | None:
    """Return a finite number that is not negative, None for anything else."""
    if not re.fullmatch(r"\s*\d+(\.\d+)?\s*", text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None
