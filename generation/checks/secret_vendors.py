"""Tokens that stand just after the name of a service that issues them: no shape tells them from a digest.

In: text and the match of a long token. Out: whether it is a service's key. The names are in secret_vendors.txt.
"""

import functools
import re
from pathlib import Path

from generation.checks.secret_values import is_hex_secret, is_random

NAMES = Path(__file__).with_name("secret_vendors.txt")
BEFORE_CHARS = 50
WHOLE_WORD_CHARS = 5  # shorter names count as whole words only
# What says of itself that keys follow, whoever issues them.
ROLES = r"api(?![a-z])|sdk|dsn|consumer|oauth|client"
DIGEST = re.compile(
    r"(?i)sha-?\d|md5|digest|checksum|commit|hash|etag|uuid|guid|integrity|fingerprint|revision|hexlify|fromhex|a2b_hex|_hex\("
)
JOINTS = re.compile(r"[-_.:]")
MIN_PART_CHARS, MIN_CHARS = 8, 20
MIN_BITS = 20  # 20 random characters reach it, names of 20 do not


@functools.cache
def load_names() -> re.Pattern[str]:
    """Return a pattern that finds a service's name in lowered text."""
    lines = NAMES.read_text(encoding="utf-8").splitlines()
    names = " ".join(line for line in lines if not line.startswith("#")).split()
    short = "|".join(re.escape(name) for name in names if len(name) < WHOLE_WORD_CHARS)
    long = "|".join(re.escape(name) for name in names if len(name) >= WHOLE_WORD_CHARS)
    return re.compile(rf"{ROLES}|(?<![a-z0-9])(?:{short})(?![a-z0-9])|{long}")


def is_vendors(token: re.Match[str], text: str) -> bool:
    """Return whether a hexadecimal token, or one that looks random, stands just after a service's name."""
    value = token[0].rpartition("=")[2] if "=" in token[0].rstrip("=") else token[0]
    value = value.rstrip("=")
    if not _is_key(value):
        return False
    start = token.start() + token[0].rfind(value)
    before = text[max(0, start - BEFORE_CHARS) : start].lower()
    if DIGEST.search(before):
        return False
    return bool(load_names().search(before) or load_names().search(before.replace(" ", "").replace("_", "").replace("-", "")))


def _is_key(value: str) -> bool:
    """Return whether the long parts of a value, between its joints, are hexadecimal digits or random as a whole."""
    if is_hex_secret(value):
        return len(value) >= MIN_CHARS
    body = "".join(part for part in JOINTS.split(value) if len(part) >= MIN_PART_CHARS)
    if len(body) < MIN_CHARS or not body.isalnum():
        return len(value) >= 2 * MIN_CHARS and is_random(value, 2 * MIN_BITS)
    return is_hex_secret(body) or (any(c.isdigit() for c in body) and is_random(body, MIN_BITS))
