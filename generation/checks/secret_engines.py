"""The engines of the secret filter, built once a process and tested before they are trusted.

In: text. Out: findings of all engines. An engine that cannot be built, or that misses what it was
built to find, raises EngineFault: the build stops. One that fails on a text raises ScanFailed: the
row is dropped. What an engine says of a text is never logged.
"""

import functools
import os
from pathlib import Path
from typing import Any, Protocol

from generation.checks import personal_data, secret_shapes, secret_structure, secret_views
from generation.checks.personal_data import PersonalData
from generation.checks.secret_faults import EngineFault, Finding, ScanFailed
from generation.checks.secret_looks import may_hold
from generation.checks.secret_structure import Structure
from generation.checks.secret_values import is_placeholder
from generation.checks.secret_views import join_characters

TIMEOUT_S = 5.0
RULES = Path(__file__).with_name("secret_rules.yml")
# What an engine, ours or not, may raise on a text that it cannot take.
ENGINE_ERRORS = (
    ValueError, RuntimeError, TypeError, AttributeError, LookupError, ArithmeticError, OSError, MemoryError, AssertionError,
)  # fmt: skip


# What `look_ahead` is to look for before texts are decoded and scanned. Those of a group are cheaper together: in
# larger groups the states of RE2, which counts in each look, are too many (measured: all at once, five times slower).
TOGETHER = (
    ("EMAIL_ADDRESS", "IP_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "NAMED_SSN"), ("CRYPTO",), ("shapes",),
    ("stems", "options"), ("speaks",), ("addresses spelled", "base64 decoded", "hex decoded"), ("lines joined", "words"),
    ("literals joined",), ("characters joined",),
)  # fmt: skip
LOOKS = secret_views.LOOKS | secret_shapes.LOOKS | secret_structure.LOOKS | personal_data.LOOKS
LOOK_GROUPS = tuple({name: LOOKS[name] for name in names} for names in TOGETHER)


class Engine(Protocol):
    """What the filter asks of an engine."""

    def scan(self, text: str) -> list[Finding]:
        """Return what is found in a text; ScanFailed where it could not be scanned to the end."""


class Kingfisher:
    """kingfisher-secret-scanner with its own rules at every confidence, and with ours."""

    def __init__(self) -> None:
        try:
            import kingfisher_sdk

            self.scanner: Any = kingfisher_sdk.Scanner(kingfisher_sdk.Rules([RULES], confidence="low"))
        except (ImportError, OSError, ValueError, RuntimeError) as error:
            raise EngineFault(f"kingfisher-secret-scanner cannot be used ({error}); install requirements.txt") from None

    def scan(self, text: str) -> list[Finding]:
        """Return the vendors' tokens found in a text. Comments that tell scanners to look away have no effect."""
        data = text.encode("utf-8", "replace")
        found = [f for f in self.scanner.scan(data, timeout=TIMEOUT_S) if f.visible]
        places = [Finding("kingfisher", f.rule_id, *_span(data, f.location)) for f in found]
        return [place for place in places if not _is_open_url(place, text)]


def _is_open_url(place: Finding, text: str) -> bool:
    """Return whether a URL's password is a placeholder, as in `user:password@localhost`."""
    return place.rule == "betterleaks.generic-credential-uri" and is_placeholder(text[place.start : place.end])


def _span(data: bytes, location: dict[str, int]) -> tuple[int, int]:
    """Return start and end in characters of a place given in bytes of UTF-8."""
    start, end = location["start_offset"], location["end_offset"]
    first = len(data[:start].decode("utf-8", "replace"))
    return first, first + len(data[start:end].decode("utf-8", "replace"))


# What each engine must find at any time, by rule: every source of rules and every kind of them. Assembled, so
# that no scanner of this repository meets a secret.
CANARIES = {
    "kingfisher": (
        ("own.aws", "AKIA" + "IOSFODNN7EXAMPLE"),
        ("own.github", "ghp_" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bD2fG4hJ6"),
        ("betterleaks.", "xoxb-" + "2345678901-2345678901-aBcDeFgHiJkLmNoPqRsTuVwX"),
    ),
    "structure": (
        ("password", "password = '" + "Tr0ub4dor&3x'"),
        ("assignment", "api_secret: " + "q8Zr2Lw9Xk4Tm7Vb"),
        ("url_password", "postgres://app:" + "q8Zr2Lw9@db.host/x"),
        ("private_key", "-----BEGIN PRIVATE" + " KEY-----\n" + "MIIEvQ" * 8),
        ("near_word", "q8Zr2Lw9Xk" + "4Tm7VbH3 is what the old token was"),
        ("random", "see " + "q8Zr2Lw9Xk4Tm7VbH3fD6sJ1"),
        ("random", "mixpanel " + "4f0c9e1a7b3d5862" + "e8a1c47f09d3b56e"),
        ("table", "user,password\nbob,Falcon-" + "9271"),
        ("cipher_call", "AES.new(b'" + "q8Zr2Lw9Xk4Tm7Vb')"),
    ),
    "presidio": (
        ("email_address", "mail anna.berg" + "@posteo.de now"),
        ("ip_address", "ping 81.2.69" + ".160 now"),
        ("credit_card", "paid by 4539 1488" + " 0343 6467 now"),
        ("iban_code", "to DE89 3704 0044" + " 0532 0130 00 now"),
        ("crypto", "to 1BoatSLRHtKNngkdX" + "EeobR76b53LETtpyT now"),
        ("us_ssn", "number 536-22" + "-8145 now"),
    ),
}


@functools.cache
def load_engines(process: int) -> dict[str, Engine]:
    """Return the engines of a process, not tested yet; EngineFault where one cannot be built."""
    return {"kingfisher": Kingfisher(), "structure": Structure(), "presidio": PersonalData()}


@functools.cache
def prove_once(process: int) -> None:
    """Test the engines of a process when it first uses them."""
    prove_engines()


def prove_engines() -> None:
    """Raise EngineFault unless every engine finds each of its canaries by the rule meant for it."""
    engines = load_engines(os.getpid())
    for name, canaries in CANARIES.items():
        for rule, canary in canaries:
            try:
                found = _scan(name, engines[name], canary)
            except ScanFailed as error:
                raise EngineFault(f"the secret filter's engine {name} fails: {error}") from None
            if not any(finding.rule.startswith(rule) for finding in found):
                raise EngineFault(
                    f"the secret filter's engine {name} misses its canary {rule}; install the pinned versions"
                )


def scan_text(text: str) -> list[Finding]:
    """Return what all engines find in a text. Raises ScanFailed, EngineFault."""
    process = os.getpid()
    prove_once(process)
    return [finding for name, engine in load_engines(process).items() for finding in _scan(name, engine, text)]


def scan_numbers(text: str) -> list[Finding]:
    """Return what is found in literals of numbers: personal data, and lists of character codes."""
    shown = join_characters(text) if may_hold(text, "characters joined") else text
    if shown != text:
        return scan_text(shown)
    prove_once(os.getpid())
    return _scan("presidio", load_engines(os.getpid())["presidio"], text)


def _scan(name: str, engine: Engine, text: str) -> list[Finding]:
    try:
        found = engine.scan(text)
    except EngineFault:
        raise
    except ENGINE_ERRORS as error:
        raise ScanFailed(f"{name}: {type(error).__name__}") from None
    if not isinstance(found, list) or not all(isinstance(finding, Finding) for finding in found):
        raise ScanFailed(f"{name}: its answer is no list of findings")
    return found
