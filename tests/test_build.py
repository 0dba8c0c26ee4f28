"""The chain end to end, run as a user runs it: the published folder, its rows, its loading, its faults."""

import contextlib
import filecmp
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from generation.rows import DropReason, find_contract_breaks
from generation.tasks import TASK_TYPES
from tests.conftest import ROOT, run_build


def read_rows(published: Path, view: str, number: int) -> list[dict]:
    """All rows of one round in one view."""
    return [
        row for path in sorted((published / view).glob(f"round_{number}-*")) for row in pq.read_table(path).to_pylist()
    ]


def tree_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_rows_follow_the_contract(built):
    """Every published row has exactly the contract's fields, types, ids and limits; ids are unique over rounds."""
    rows = [row for number in (1, 2) for row in read_rows(built.published, "data", number)]
    assert len(rows) > 60
    assert [breaks for row in rows if (breaks := find_contract_breaks(row))] == []
    assert max(len(row["input"]) for row in rows) <= 1_800
    assert max(len(row["output"]) for row in rows) <= 2_048
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["metadata"]["task_type"] for row in rows} == set(TASK_TYPES)
    assert {row["metadata"]["timestamp"] for row in rows} == {"2026-01-01T00:00:00"}


def test_the_four_views_hold_the_same_rows(built):
    """Chat, evidence and JSON lines are the same rows in the same order as data."""
    for number in (1, 2):
        data, chat, evidence = (read_rows(built.published, view, number) for view in ("data", "chat", "evidence"))
        lines = (built.published / f"clean_round_{number}.jsonl").read_text().splitlines()
        assert [json.loads(line) for line in lines] == data
        assert [r["id"] for r in data] == [r["id"] for r in chat] == [r["id"] for r in evidence]
        for row, talk in zip(data, chat, strict=True):
            assert talk["messages"] == [
                {"role": "user", "content": row["input"]},
                {"role": "assistant", "content": row["output"]},
            ]


def test_asked_is_kept_plus_dropped(built):
    """Every slot that was asked is published or stands in drops.jsonl once, with stage and reason."""
    for number in (1, 2):
        numbers = json.loads((built.published / "metrics" / f"round_{number}.json").read_text())
        drops = [json.loads(x) for x in (built.folder / f"runs/round_{number}/drops.jsonl").read_text().splitlines()]
        kept = {int(row["id"].rpartition("_")[2]) for row in read_rows(built.published, "data", number)}
        assert numbers["asked"] == numbers["kept"] + sum(numbers["dropped"].values())
        assert sorted([*kept, *(d["slot"] for d in drops)]) == list(range(1, numbers["asked"] + 1))
        assert {d["reason"] for d in drops} <= set(DropReason)
        assert Counter(d["reason"] for d in drops) == numbers["dropped"]


def test_no_program_comes_twice(built):
    """Two rounds share no program, neither by number nor by behaviour."""
    rows = [row for number in (1, 2) for row in read_rows(built.published, "evidence", number)]
    assert len({row["behaviour"] for row in rows}) == len(rows)
    assert len({row["program_number"] for row in rows}) == len(rows)


def test_it_loads_in_every_documented_way(built, monkeypatch, tmp_path):
    """load_dataset gives splits by round, one train split, messages, evidence and the JSON lines."""
    from datasets import load_dataset

    monkeypatch.chdir(built.folder)
    cache = str(tmp_path / "cache")
    rounds = load_dataset("heidi-autotrain-synthetic", cache_dir=cache)
    assert list(rounds) == ["round_1", "round_2"]
    kept = sum(len(split) for split in rounds.values())
    assert len(load_dataset("heidi-autotrain-synthetic", "all", split="train", cache_dir=cache)) == kept
    assert len(load_dataset("heidi-autotrain-synthetic", split="round_1+round_2", cache_dir=cache)) == kept
    assert list(load_dataset("heidi-autotrain-synthetic", "chat", cache_dir=cache)) == ["round_1", "round_2"]
    assert list(load_dataset("heidi-autotrain-synthetic", "evidence", cache_dir=cache)) == ["round_1", "round_2"]
    lines = load_dataset("json", data_files="heidi-autotrain-synthetic/clean_round_1.jsonl", cache_dir=cache)
    assert lines["train"]["id"] == rounds["round_1"]["id"]
    streamed = next(iter(load_dataset("heidi-autotrain-synthetic", split="round_2", streaming=True)))
    assert streamed == rounds["round_2"][0]


def test_it_loads_from_the_parent_of_a_clone(built, monkeypatch, tmp_path):
    """A clone that bears the dataset's name loads by the front matter of the project's own README."""
    from datasets import load_dataset

    clone = tmp_path / "heidi-autotrain-synthetic"
    shutil.copytree(built.published, clone / "heidi-autotrain-synthetic")
    shutil.copy(ROOT / "README.md", clone)
    monkeypatch.chdir(tmp_path)
    rounds = load_dataset("heidi-autotrain-synthetic", cache_dir=str(tmp_path / "cache"))
    assert {name: len(split) for name, split in rounds.items()} == {
        f"round_{n}": len(read_rows(built.published, "data", n)) for n in (1, 2)
    }


def test_workers_do_not_change_a_byte(built, tmp_path):
    """The same settings, seed and epoch give identical files with one worker and with two, by script or module."""
    for rows in ("48", "24"):
        done = run_build(tmp_path, "--rows", rows, "--workers", "1", module=True)
        assert done.returncode == 0, done.stderr
    assert tree_of(tmp_path / "heidi-autotrain-synthetic") == tree_of(built.published)


def test_the_end_of_a_build_tells_what_a_maintainer_needs(built):
    """The summary shows the funnel, the four targets, the places, and the line that loads the round."""
    for words in ("asked", "kept", "json parse rate", "format compliance", "repetition rate", "canaries"):
        assert words in built.said[0]
    assert 'load_dataset("heidi-autotrain-synthetic", split="round_2")' in built.said[1]


def test_json_goes_to_stdout_alone(tmp_path):
    """--json prints the round's numbers, equal to the published ones, and nothing else on stdout."""
    done = run_build(tmp_path, "--rows", "8", "--json", "--out", "trial", "--runs", "trial-runs")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads((tmp_path / "trial/metrics/round_1.json").read_text())


def test_foreign_files_are_left_alone_and_own_leftovers_swept(built, tmp_path):
    """A stranger's file in the published folder survives; half a round of a killed build does not."""
    shutil.copytree(built.folder, tmp_path / "copy")
    published = tmp_path / "copy" / "heidi-autotrain-synthetic"
    (published / "notes.txt").write_text("mine")
    (published / "data" / "round_3-00000-of-00001.parquet").write_bytes(b"half")
    (published / "data" / ".round_3-00000-of-00001.parquet.part").write_bytes(b"ha")
    before = tree_of(published)
    done = run_build(tmp_path / "copy", "--rows", "0")
    assert done.returncode == 2
    assert tree_of(published) == before
    done = run_build(tmp_path / "copy", "--rows", "8")
    assert done.returncode == 0, done.stderr
    after = tree_of(published)
    assert after["notes.txt"] == b"mine"
    assert after["data/round_3-00000-of-00001.parquet"] != b"half"
    assert not [name for name in after if name.endswith(".part")]
    assert {n: b for n, b in before.items() if "round_1" in n} == {n: b for n, b in after.items() if "round_1" in n}


def test_a_second_build_of_the_same_folder_is_refused(built, tmp_path):
    """Two builds at once: the second says so in one line and damages nothing."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, str(built.published)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        assert holder.stdout.readline() == "locked\n"
        before = tree_of(built.published)
        done = run_build(built.folder, "--rows", "8")
        assert done.returncode == 2
        assert "another build" in done.stderr
        assert done.stderr.count("\n") == 1
        assert tree_of(built.published) == before
    finally:
        holder.kill()
        holder.wait()


HOLD_LOCK = """
import sys, time
from pathlib import Path
from generation.folder import lock_folder
with lock_folder(Path(sys.argv[1])):
    print("locked", flush=True)
    time.sleep(120)
"""


@pytest.mark.parametrize("kind", ["unwritable", "file in the way", "not ours"])
def test_a_folder_that_cannot_be_used_is_said_in_one_line(tmp_path, kind):
    """A folder without permission, a file in its place, a stranger's README: exit 2, one line, nothing changed."""
    out = tmp_path / "heidi-autotrain-synthetic"
    if kind == "unwritable":
        if os.geteuid() == 0:
            pytest.skip("root may write anywhere")
        out.mkdir(mode=0o555)
    elif kind == "file in the way":
        out.write_text("a file")
    else:
        out.mkdir()
        (out / "README.md").write_text("# My notes\n")
    done = run_build(tmp_path, "--rows", "8")
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "heidi-autotrain-synthetic" in done.stderr


def test_a_damaged_ledger_stops_and_a_torn_one_goes_on(built, tmp_path):
    """A torn last line of the ledger is taken up again; damage before it is named and nothing is lost."""
    shutil.copytree(built.folder, tmp_path / "copy")
    run = tmp_path / "copy" / "runs" / "round_2"
    ledger = run / "ledger.jsonl"
    whole = ledger.read_bytes()
    ledger.write_bytes(whole[:-20])
    done = run_build(tmp_path / "copy", "--round", "2")
    assert done.returncode == 0, done.stderr
    assert tree_of(tmp_path / "copy" / "heidi-autotrain-synthetic") == tree_of(built.published)
    assert ledger.read_bytes() == whole
    ledger.write_bytes(whole[:2_000] + b"#" + whole[2_001:])
    done = run_build(tmp_path / "copy", "--round", "2")
    assert done.returncode == 2
    assert "damaged at line" in done.stderr
    assert tree_of(tmp_path / "copy" / "heidi-autotrain-synthetic") == tree_of(built.published)


def test_a_full_disk_is_said_and_the_same_command_goes_on(tmp_path):
    """Where a file cannot grow the build stops in one line; with space again it completes as if nothing was."""
    import resource

    limited = subprocess.run(
        [sys.executable, str(ROOT / "generation/build.py"), "--teacher", "embedded", "--rows", "16"],
        cwd=tmp_path,
        env=os.environ | {"SOURCE_DATE_EPOCH": "1767225600"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY)),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert limited.returncode == 2, limited.stderr
    assert "Traceback" not in limited.stderr
    done = run_build(tmp_path, "--rows", "16")
    assert done.returncode == 0, done.stderr


def test_ctrl_c_stops_at_once_and_says_how_to_go_on(tmp_path):
    """An interrupt ends the build within 2 s with one line, no traceback, and the same command completes it."""
    build = subprocess.Popen(
        [sys.executable, str(ROOT / "generation/build.py"), "--teacher", "embedded", "--rows", "400", "--workers", "2"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not list(tmp_path.glob("runs/round_1/plan-*/*.arrow")):
        assert build.poll() is None
        time.sleep(0.05)
    sent = time.monotonic()
    os.killpg(build.pid, signal.SIGINT)
    _, said = build.communicate(timeout=20)
    assert time.monotonic() - sent < 4  # 2 s is the promise; a loaded machine gets twice that
    assert build.returncode == 130
    assert "the same command" in said
    assert "Traceback" not in said


def processes_with(mark: str) -> list[str]:
    """The processes whose environment holds the mark, as pid and command."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (process / "environ").read_bytes():
                found.append(f"{process.name} {(process / 'cmdline').read_bytes()[:80]!r}")
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("reached", ["plan-*/*.arrow", "work/secrets*", "work/proof*"])
def test_no_process_outlives_a_killed_build(tmp_path, reached):
    """kill -9 while workers draw, or while `datasets.map` checks, leaves no worker waiting for ever.

    The folder's path is longer than a socket's may be.
    """
    home = tmp_path / ("deep" * 20)
    home.mkdir()
    mark = f"HEIDI_TEST_MARK={tmp_path.name}-{os.getpid()}"
    build = subprocess.Popen(
        [sys.executable, str(ROOT / "generation/build.py"), "--teacher", "embedded", "--rows", "400", "--workers", "2"],
        cwd=home,
        env=os.environ | dict([mark.split("=")]),
        stderr=subprocess.DEVNULL,
    )
    try:
        while not list(home.glob(f"runs/round_1/{reached}")):
            assert build.poll() is None
            time.sleep(0.02)
        assert len(processes_with(mark)) > 2
    finally:
        build.kill()
        build.wait()
    deadline = time.monotonic() + 20
    while (left := processes_with(mark)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []


def test_a_skipped_or_rejected_round_publishes_nothing(tmp_path):
    """A missed target exits 1 and leaves the published folder without a card; the next command offers the ways on."""
    config = tmp_path / "strict.toml"
    config.write_text("rows = 16\nmin_secret_detection = 1.0\nmax_repetition_rate = 0.0\n")
    done = run_build(tmp_path, "--config", "strict.toml")
    assert done.returncode == 1, done.stderr
    assert "repetition rate" in done.stderr
    assert not list((tmp_path / "heidi-autotrain-synthetic").iterdir())
    again = run_build(tmp_path, "--rows", "16")
    assert again.returncode == 2
    assert "--round 1" in again.stderr
    assert "--skip-round" in again.stderr
    replay = run_build(tmp_path, "--round", "1", "--config", "mild.toml")
    assert replay.returncode == 2
    (tmp_path / "mild.toml").write_text("max_repetition_rate = 0.5\n")
    replay = run_build(tmp_path, "--round", "1", "--config", "mild.toml")
    assert replay.returncode == 0, replay.stderr
    assert (tmp_path / "heidi-autotrain-synthetic" / "README.md").exists()


def test_a_round_that_cannot_be_asked_is_not_begun(tmp_path):
    """Without a key nothing is kept: the next command begins round 1, with settings of its own."""
    done = run_build(tmp_path, "--teacher", "gpt-4o-mini", "--rows", "8")
    assert done.returncode == 2
    assert "needs OPENAI_API_KEY" in done.stderr
    assert not list((tmp_path / "runs").iterdir())


def test_the_policy_travels_with_the_data(built):
    """The data's licence lies in every published folder, unchanged."""
    assert filecmp.cmp(ROOT / "license_policy.md", built.published / "license_policy.md", shallow=False)


def test_it_builds_where_user_namespaces_are_forbidden(built, tmp_path):
    """Where only the plain subprocess is left, the embedded teacher's rows still build, and to the same bytes."""
    for rows in ("48", "24"):
        done = run_build(tmp_path, "--rows", rows, env={"HEIDI_SANDBOX_FORBID": "namespaces,landlock,wasm"})
        assert done.returncode == 0, done.stderr
    assert tree_of(tmp_path / "heidi-autotrain-synthetic") == tree_of(built.published)
