"""The engines of the secret filter, built once a process and tested before they are trusted.

In: text. Out: findings of all engines. An engine that cannot be built, or that misses what it was
built to find, raises EngineFault: the build stops. One that fails on a text raises ScanFailed.
"""

import functools
import os
from pathlib import Path
from typing import Protocol

from generation.checks.personal_data import PersonalData
from generation.checks.secret_faults import EngineFault, Finding, ScanFailed
from generation.checks.secret_structure import Structure
from generation.checks.secret_views import join_characters

TIMEOUT_S = 5.0
RULES = Path(__file__).with_name("secret_rules.yml")


class Engine(Protocol):
    """What the filter asks of an engine."""

    def scan(self, text: str) -> list[Finding]:
        """Return what is found in a text; ScanFailed where it could not be scanned to the end."""


class Kingfisher:
    """kingfisher-secret-scanner with its own rules at every confidence."""

    def __init__(self) -> None:
        try:
            import kingfisher_sdk

            self.rules = kingfisher_sdk.Rules([RULES], confidence="low")
            self.scanner = kingfisher_sdk.Scanner(self.rules)
        except (ImportError, OSError, ValueError, RuntimeError) as error:
            raise EngineFault(f"kingfisher-secret-scanner cannot be used ({error}); install requirements.txt") from None

    def scan(self, text: str) -> list[Finding]:
        """Return the vendors' tokens found in a text."""
        data = text.encode("utf-8", "replace")
        try:
            found = [f for f in self.scanner.scan(data, timeout=TIMEOUT_S) if f.visible]
        except (TimeoutError, RuntimeError, ValueError) as error:
            raise ScanFailed(f"kingfisher: {type(error).__name__}") from None
        return [Finding("kingfisher", f.rule_id, *self._span(data, f.location)) for f in found]

    @staticmethod
    def _span(data: bytes, location: dict[str, int]) -> tuple[int, int]:
        start, end = location["start_offset"], location["end_offset"]
        first = len(data[:start].decode("utf-8", "replace"))
        return first, first + len(data[start:end].decode("utf-8", "replace"))


# Assembled, so that no scanner of this repository meets them. Each engine must find every one of its own.
CANARIES = {
    "kingfisher": (
        "ghp_" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bD2fG4hJ6",
        "xoxb-" + "2345678901-2345678901-aBcDeFgHiJkLmNoPqRsTuVwX",
    ),
    "structure": ("password = '" + "Tr0ub4dor&3x'", "postgres://app:" + "q8Zr2Lw9@db.host/x"),
    "presidio": ("mail anna.berg" + "@posteo.de now", "call 81.2.69" + ".160 now"),
}


@functools.cache
def load_engines(process: int) -> dict[str, Engine]:
    """Return the engines of a process, tested; EngineFault where one is missing or blind."""
    engines: dict[str, Engine] = {"kingfisher": Kingfisher(), "structure": Structure(), "presidio": PersonalData()}
    for name, canaries in CANARIES.items():
        for place, canary in enumerate(canaries):
            if not engines[name].scan(canary):
                raise EngineFault(f"the secret filter's {name} misses its canary {place}; install the pinned versions")
    return engines


def scan_text(text: str) -> list[Finding]:
    """Return what all engines find in a text."""
    return [finding for engine in load_engines(os.getpid()).values() for finding in engine.scan(text)]


def scan_numbers(text: str) -> list[Finding]:
    """Return what is found in literals of numbers: personal data, and lists of character codes."""
    shown = join_characters(text)
    return scan_text(shown) if shown != text else load_engines(os.getpid())["presidio"].scan(text)
