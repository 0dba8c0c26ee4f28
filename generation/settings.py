"""The settings of a round: everything that changes its rows, saved with it.

In: defaults, a TOML file, flags (later ones win). Out: one frozen `Settings`, checked. How a
build runs (workers, folders, budget) is a flag and no setting; secrets come from the environment.
"""

import dataclasses
import tomllib
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generation.faults import Fault

EMBEDDED = "embedded"
DEFAULT_API_MODEL = "gpt-4o-mini"
PROJECT_URL = "https://huggingface.co/datasets/heidi-autotrain-synthetic"


class SettingsFault(Fault):
    """A setting that is unknown, of the wrong type or out of range; names the field."""


@dataclass(frozen=True)
class Settings:
    """One round's settings.

    rows: rows asked of the teacher. seed: which sequence of programs. teacher: "auto", "embedded"
    or a model's name. temperature, max_completion_tokens, request_seed: sent to an API teacher.
    min_jaccard: similarity from which two verified rows count as near-duplicates.
    prove: whether answers must pass the proof gate. withdraw: ids of published rows to take back.
    The last rates are the card's targets; a miss rejects the round. min_proof_pass_rate holds for
    each task type: below it something is wrong with the task or its proof, not with single answers.
    Source of the targets: the dataset card's own promise (parse > .95, format > .90,
    repetition < .10, canaries 1.0).
    """

    rows: int = 1_200
    seed: int = 0
    teacher: str = "auto"
    base_url: str = ""
    temperature: float = 0.7
    max_completion_tokens: int = 2_048
    request_seed: int = 0
    prove: bool = True
    min_jaccard: float = 0.7
    withdraw: tuple[str, ...] = ()
    project_url: str = PROJECT_URL
    min_json_parse_rate: float = 0.95
    min_format_compliance: float = 0.90
    max_repetition_rate: float = 0.10
    min_secret_detection: float = 1.0
    min_proof_pass_rate: float = 0.2

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            _check_type(field.name, field.type, getattr(self, field.name))
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsFault(f"{name} must lie between {low:,} and {high:,}, not {value:,}")
        if not self.teacher.strip():
            raise SettingsFault('teacher must be "auto", "embedded" or a model\'s name')
        if self.base_url and not is_address(self.base_url):
            raise SettingsFault(f"base_url must begin with http:// or https:// and name a host, not {self.base_url!r}")


def is_address(url: str) -> bool:
    """Tell whether a URL has a host that can be looked up and a port that can be, and nothing unseen in it."""
    try:
        place = urllib.parse.urlsplit(url)
        host, port = place.hostname or "", place.port
        host.encode("idna")
    except ValueError:
        return False
    return place.scheme in ("http", "https") and bool(host) and port != 0 and url.isprintable() and " " not in url


_RANGES = (
    ("rows", 1, 10_000_000),
    ("seed", 0, 2**63 - 1),
    ("temperature", 0.0, 2.0),
    ("max_completion_tokens", 64, 32_768),
    ("request_seed", 0, 2**31 - 1),
    ("min_jaccard", 0.5, 1.0),
    ("min_json_parse_rate", 0.0, 1.0),
    ("min_format_compliance", 0.0, 1.0),
    ("max_repetition_rate", 0.0, 1.0),
    ("min_secret_detection", 0.0, 1.0),
    ("min_proof_pass_rate", 0.0, 1.0),
)

# Settings that only the cleaning reads: these may change when a round is replayed from its ledger.
CLEANING_FIELDS = frozenset(
    (
        "prove",
        "min_jaccard",
        "withdraw",
        "project_url",
        "min_json_parse_rate",
        "min_format_compliance",
        "max_repetition_rate",
        "min_secret_detection",
        "min_proof_pass_rate",
    )
)


def _check_type(name: str, wanted: Any, value: Any) -> None:
    fits = {
        int: type(value) is int,
        float: type(value) in (int, float),
        str: type(value) is str,
        bool: type(value) is bool,
        tuple[str, ...]: type(value) is tuple and all(type(v) is str for v in value),
    }[wanted]
    if not fits:
        shown = "a list of strings" if wanted not in (int, float, str, bool) else f"of type {wanted.__name__}"
        raise SettingsFault(f"{name} must be {shown}, not {value!r}")


def read_settings_file(path: Path) -> dict[str, Any]:
    """Return the settings a TOML file names; SettingsFault for a missing or broken file or an unknown key."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SettingsFault(f"no settings file at {path}; leave --config out to take the defaults") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsFault(f"cannot read {path}: {error}") from None
    known = {field.name for field in dataclasses.fields(Settings)}
    for name in given:
        if name not in known:
            raise SettingsFault(f"unknown setting {name!r} in {path}; known are: {', '.join(sorted(known))}")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}


def make_settings(given: dict[str, Any]) -> Settings:
    """Return checked settings; SettingsFault where a saved or given field does not exist or does not fit."""
    try:
        return Settings(**{k: tuple(v) if isinstance(v, list) else v for k, v in given.items()})
    except TypeError as error:
        raise SettingsFault(f"settings do not fit this version: {error}") from None
