"""What goes wrong in the secret filter: a scan of one row, an engine, a published folder."""

from typing import NamedTuple

from generation.faults import Fault


class Finding(NamedTuple):
    """What an engine found and where, never the value. start, end: characters of the scanned text."""

    engine: str
    rule: str
    start: int
    end: int
    personal: bool = False


class ScanFailed(Exception):
    """One text could not be scanned to the end: its row is dropped."""


class EngineFault(Fault, RuntimeError):
    """An engine is missing or blind; a RuntimeError too, so that a worker of `datasets.map` stops the build."""


class SecretsFound(Fault):
    """Finished files hold a secret or personal data; names file, row, rule and place."""


class StampFault(Fault):
    """A folder is not what the last scan from disk has seen."""
