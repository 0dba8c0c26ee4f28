"""A round between its ledger and the published folder: plan with progress, staged files, the move.

In: a run and what was kept. Out: the round's files in `runs/round_N/staged`, scanned from disk,
then moved into the published folder. Nothing of a rejected round leaves the run folder.
"""

import dataclasses
import json
import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import datasets
import matplotlib
import multiprocess.util
from tqdm import tqdm

import generation
from generation.checks import proof, secret_filter
from generation.checks.folder_scan import scan_folder
from generation.cleaning import Cleaned
from generation.dedup.index import write_index
from generation.dedup.signatures import load_text_dedup
from generation.folder import publish_staged, shape_rows, write_beside, write_round, write_text
from generation.history import index_path
from generation.plan import Plan, Planning
from generation.published_files import describe_files, list_changes
from generation.run import Run
from generation.workers import end_forks_with_this_process, spare_collector

MAX_TEMPORARY_BYTES = 70  # a socket's path has 103 bytes at most (macOS; Linux 107, unix(7)), its name below here 32


def open_work_folder(run: Run) -> Path:
    """Return the round's empty folder for temporary files, which a killed build may have left full.

    `datasets` is told to cache nothing (an edited check must never meet old results) and to keep
    its temporary files here, where the next build sweeps them.
    """
    work = run.folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    datasets.disable_caching()
    _settle_temporary_folders()
    tempfile.tempdir = str(work.resolve())
    if not sys.stderr.isatty():
        datasets.disable_progress_bars()
    return work


def _settle_temporary_folders() -> None:
    """Have those made that must not lie in the work folder: it goes before the process ends, and its path may be long."""
    matplotlib.get_configdir()  # a temporary one where the home is read-only; it is removed at exit
    matplotlib.get_cachedir()
    if len(os.fsencode(tempfile.gettempdir())) > MAX_TEMPORARY_BYTES:
        tempfile.tempdir = "/tmp"  # noqa: S108 - what is made in it has a name of its own, for its owner alone
    multiprocess.util.get_temp_dir()  # where its sockets lie


def open_checks(run: Run) -> None:
    """Open what later steps need, so that what is broken stops the build before anything is asked or paid."""
    with ThreadPoolExecutor(1) as beside:  # the sandbox's servers are waited for most of the time
        loaded = beside.submit(_load_libraries)
        if run.settings.prove:
            proof.shared_sandbox(os.getpid(), run.trusted)
        secret_filter.prove_engines()
        loaded.result()
    spare_collector()
    end_forks_with_this_process()


def _load_libraries() -> None:
    """Import now, while workers draw, what takes a second and is needed after them."""
    load_text_dedup()
    import matplotlib.figure  # noqa: F401


def finish_plan(run: Run, planning: Planning, behaviours: set[str]) -> tuple[Run, Plan]:
    """Return the run with its end of numbers saved, and its plan."""
    with tqdm(total=run.settings.rows, desc="draw and pose", unit="row", disable=None) as bar:
        plan = planning.finish(behaviours, progress=lambda done: bar.update(done - bar.n))
    return run.save(next_number=plan.next_number), plan


def stage_round(run: Run, cleaned: Cleaned, numbers: dict, folder: Path, workers: int) -> dict:
    """Write drops, index and the round's files to the run folder, and scan the finished files for secrets.

    folder: the published folder, for what this round replaces there. Returns the numbers with `files`
    and `changes`, as written. Raises SecretsFound where the scan from disk finds what the row check should have
    dropped.
    """
    with write_beside(run.folder / "drops.jsonl") as beside, beside.open("w", encoding="utf-8") as lines:
        for drop in cleaned.funnel.drops:
            lines.write(json.dumps(drop, ensure_ascii=False) + "\n")
    write_index(cleaned.index, index_path(run.folder.parent, run.number))
    staged = staged_folder(run)
    shutil.rmtree(staged, ignore_errors=True)
    facts = {
        "round": run.number,
        "timestamp": run.started,
        "teacher_model": run.settings.teacher,
        "seed": run.settings.seed,
        "generator_version": generation.__version__,
    }
    work = run.folder / "work"
    write_round(staged, run.number, shape_rows(cleaned.rows, facts, work), numbers)
    numbers = numbers | {"files": describe_files(staged, run.number)}
    numbers["changes"] = list_changes(numbers, folder)
    text = json.dumps(numbers, indent=1, sort_keys=True) + "\n"
    write_text(staged / "metrics" / f"round_{run.number}.json", text)
    write_text(run.folder / "metrics.json", text)
    _scan(staged, run, workers)
    return json.loads(text)


def _scan(staged: Path, run: Run, workers: int) -> None:
    with tqdm(total=run.settings.rows, desc="scan from disk", unit="row", disable=None) as bar:
        scan_folder(staged, run.folder / "scan.json", workers, bar.update)


def put_in_folder(run: Run, folder: Path) -> None:
    """Move the staged files into the published folder; the card makes them count."""
    publish_staged(staged_folder(run), folder, run.number)
    shutil.rmtree(staged_folder(run))


def staged_folder(run: Run) -> Path:
    """Return where a round's files wait."""
    return run.folder / "staged"


def describe_settings(run: Run) -> dict:
    """Return the settings as published with the numbers: no address of a private endpoint."""
    return {k: v for k, v in dataclasses.asdict(run.settings).items() if k not in ("base_url", "withdraw")}
