"""A round's run folder: its settings and state, saved, and which round comes next.

In: the runs folder, the published rounds, what the user asked for. Out: the Run to work on. A run
is in one of four states: asking, rejected, built, published. Nothing here makes rows.
"""

import dataclasses
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from generation.faults import Fault
from generation.folder import write_text
from generation.settings import CLEANING_FIELDS, DEFAULT_API_MODEL, EMBEDDED, Settings, make_settings

State = Literal["asking", "rejected", "built", "published"]
MANIFEST = "manifest.json"


class RunFault(Fault):
    """A round that cannot be begun, continued or replayed as asked."""


@dataclass(frozen=True)
class Run:
    """One round's run. started: ISO 8601 UTC, the rows' timestamp. first_number: its first candidate program.

    skipped: the maintainer went on without it. next_number: 0 until the plan is made.
    """

    folder: Path
    number: int
    settings: Settings
    state: State
    started: str
    first_number: int
    next_number: int = 0
    skipped: bool = False
    missed: tuple[str, ...] = ()
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def trusted(self) -> bool:
        """True where the rows are the embedded teacher's own."""
        return self.settings.teacher == EMBEDDED

    def save(self, **changes: Any) -> "Run":
        """Return the run with the changes, written to its manifest."""
        changed = dataclasses.replace(self, **changes)
        body = dataclasses.asdict(changed)
        del body["folder"]
        write_text(self.folder / MANIFEST, json.dumps(body, indent=1) + "\n")
        return changed


def read_runs(runs: Path) -> dict[int, Run]:
    """Return every run of a runs folder by number; RunFault for a manifest that cannot be read."""
    found = {}
    for path in runs.glob(f"round_*/{MANIFEST}"):
        if not re.fullmatch(r"round_\d+", path.parent.name):
            continue
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            body |= {"settings": make_settings(body["settings"]), "missed": tuple(body["missed"])}
            run = Run(folder=path.parent, **body)
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            raise RunFault(f"cannot read {path}: {error}; restore it or remove its folder") from None
        found[run.number] = run
    return found


def resolve_teacher(given: dict[str, Any]) -> dict[str, Any]:
    """Return the given settings with teacher "auto" settled: the API's default where a key is set."""
    if given.get("teacher", "auto") != "auto":
        return given
    has_key = bool(os.environ.get("OPENAI_API_KEY", "").strip())
    return given | {"teacher": DEFAULT_API_MODEL if has_key or given.get("base_url") else EMBEDDED}


def start_time() -> str:
    """Return the round's start in UTC, from SOURCE_DATE_EPOCH where it is set (for identical bytes)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        now = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    except (ValueError, OverflowError, OSError):
        raise RunFault(f"SOURCE_DATE_EPOCH must be whole seconds since 1970, not {epoch!r}") from None
    return now.replace(microsecond=0, tzinfo=None).isoformat()


def begin_run(runs: Path, number: int, given: dict[str, Any], first_number: int) -> Run:
    """Return a new run in state "asking"."""
    settings = make_settings(resolve_teacher(given))
    return Run(runs / f"round_{number}", number, settings, "asking", start_time(), first_number)


def continue_run(run: Run, given: dict[str, Any]) -> Run:
    """Return the run with changed cleaning settings; RunFault where a setting of its rows would change."""
    given = {k: v for k, v in given.items() if not (k == "teacher" and v == "auto")}
    for name, value in given.items():
        saved = getattr(run.settings, name)
        if name not in CLEANING_FIELDS and value != saved:
            raise RunFault(
                f"round {run.number} was begun with {name}={saved!r}, not {value!r}; "
                f"take that back to go on with it, or begin the next round with --skip-round"
            )
    changes = {name: value for name, value in given.items() if name in CLEANING_FIELDS}
    return dataclasses.replace(run, settings=dataclasses.replace(run.settings, **changes), state="asking", missed=())


def choose_run(
    runs: Path, published: Iterable[int], asked_round: int | None, skip: bool, given: dict[str, Any], first_number: int
) -> Run:
    """Return the run to work on: the one asked for, else the unfinished one, else a new one.

    published: rounds in the published folder, the Hub's among them. first_number: where a new
    round's programs begin. A new run is not saved yet. Raises RunFault where the choice is not clear.
    """
    found, published = read_runs(runs), set(published)
    if asked_round is not None:
        if asked_round in found and found[asked_round].state != "published":
            return continue_run(found[asked_round], given)
        if asked_round in published or asked_round in found:
            raise RunFault(f"round {asked_round} is published; --replace-round {asked_round} replaces it")
        return begin_run(runs, asked_round, given, first_number)
    open_runs = [run for run in found.values() if run.state in ("asking", "rejected") and not run.skipped]
    if skip:
        for run in open_runs:
            run.save(skipped=True)
        open_runs = []
    for run in sorted(open_runs, key=lambda r: r.number):
        if run.state == "rejected":
            raise RunFault(
                f"round {run.number} missed {', '.join(run.missed)}; change a setting and replay it with "
                f"--round {run.number}, or leave it with --skip-round"
            )
        return continue_run(run, given)
    return begin_run(runs, max([0, *found, *published]) + 1, given, first_number)


def replay_published(runs: Path, number: int, given: dict[str, Any]) -> Run:
    """Return a published round's run, to be built again from its ledger and replaced."""
    found = read_runs(runs)
    if number not in found:
        raise RunFault(f"round {number} has no run folder in {runs}; only a round whose ledger is at hand is replaced")
    return continue_run(found[number], given)
