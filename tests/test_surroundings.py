"""Builds in folders, environments and shells as users have them: what cannot work is said in one line, nothing is lost."""

import argparse
import errno
import io
import os
import shutil
import signal
import subprocess
import sys

import datasets
import pytest

from generation import build, verify
from generation.command_line import parse_arguments
from generation.faults import Fault
from generation.folder import FolderFault, check_places, lock_folder, published_rounds, read_metrics, sweep_unfinished
from generation.hub_calls import HubFault, open_api
from generation.kept_results import KeptResults
from generation.plan import PlanRequest, plan_round
from generation.published_files import list_changes
from generation.run import RunFault, read_runs, resolve_teacher, start_time
from generation.sandbox import SandboxError, SandboxUnavailable
from generation.sandbox.ladder import ForbidFault
from generation.settings import EMBEDDED, Settings, SettingsFault, read_settings_file
from generation.summary import StdoutFault, print_summary
from generation.teachers.endpoint import find_key, open_client
from generation.teachers.failures import TeacherFault
from generation.workers import WorkerFault, name_killed_workers
from tests.conftest import ROOT


@pytest.fixture
def places(built, tmp_path):
    """A copy of the two built rounds, as arguments of a build."""
    shutil.copytree(built.folder, tmp_path / "copy")
    return argparse.Namespace(out=tmp_path / "copy/heidi-autotrain-synthetic", runs=tmp_path / "copy/runs")


def tree_of(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_lost_card_is_made_anew_and_no_round_is_swept(places):
    """Rounds whose runs are finished stay, whatever became of README.md, which is made from their numbers."""
    before = tree_of(places.out)
    (places.out / "README.md").unlink()
    build.open_folder(places)
    assert tree_of(places.out) == before


def test_rounds_without_card_and_runs_are_not_swept(places):
    """Where nothing tells that files of rounds are leftovers, they may be the only copy; a fetch brings them again."""
    (places.out / "README.md").unlink()
    shutil.rmtree(places.runs)
    before = tree_of(places.out)
    with pytest.raises(FolderFault, match=r"round 1, and no README\.md"):
        build.open_folder(places)
    assert tree_of(places.out) == before
    build.open_folder(places, fetching=True)
    assert published_rounds(places.out) == []
    assert not (places.out / "clean_round_1.jsonl").exists()


def test_a_strangers_temporary_file_stays(places):
    """Only what `write_beside` makes of our own names is swept."""
    (places.out / "mine").mkdir()
    strange = [places.out / ".download.part", places.out / "mine/.README.md.part", places.out / "mine/.film.part"]
    for path in strange:
        path.write_text("mine")
    ours = places.out / "data/.round_1-00000-of-00001.parquet.part"
    ours.write_text("half")
    assert sweep_unfinished(places.out) == [ours]
    assert all(path.exists() for path in strange)


@pytest.mark.parametrize("text", [None, b"{", b"[]", b"\xff", b"{}"], ids=["gone", "torn", "list", "bytes", "other"])
def test_lost_numbers_are_named_with_their_mend(places, text):
    """A round's metrics that are gone or damaged stop a build in one line, but not the replacement it recommends."""
    path = places.out / "metrics/round_1.json"
    (places.out / "metrics/round_1 copy.json").write_text("a stranger's")
    numbers = read_metrics(places.out)
    assert sorted(numbers) == [1, 2]
    path.unlink() if text is None else path.write_bytes(text)
    with pytest.raises(FolderFault, match=r"metrics/round_1\.json"):
        read_metrics(places.out)
    assert read_metrics(places.out, leave_out=1) == {2: numbers[2]}
    assert list_changes(numbers[1], places.out) == []


@pytest.mark.parametrize("kind", ["bytes", "folder"])
def test_a_card_that_is_none_is_named(tmp_path, kind):
    card = tmp_path / "README.md"
    card.mkdir() if kind == "folder" else card.write_bytes(b"\xff\xfe")
    with pytest.raises(FolderFault, match="not a card"):
        published_rounds(tmp_path)


@pytest.mark.parametrize(
    ("out", "runs", "said"),
    [("x", "./x", "two folders"), ("a[1]/o", "r", "patterns"), ("a*", "r", "patterns"), ("a\udcff", "r", "UTF-8"), ("o", "r\udcff", "UTF-8")],
)  # fmt: skip
def test_places_that_cannot_work_are_refused(tmp_path, out, runs, said):
    """Before anything is made: one folder for both, names that load_dataset or Parquet files cannot take."""
    with pytest.raises(FolderFault, match=said):
        check_places(tmp_path / out, tmp_path / runs)
    check_places(tmp_path / "it's \"a\" naïve\npath", tmp_path / "r*")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("epoch", ["99999999999999999999", "253402300800", "²", "soon", "1e9"])
def test_a_start_that_is_no_time_is_refused(monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(RunFault, match="SOURCE_DATE_EPOCH"):
        start_time()


@pytest.mark.parametrize("key", ["", " ", "\n"])
def test_a_blank_key_is_none(monkeypatch, key):
    """As from `export OPENAI_API_KEY=$(cat nothing)`: the teacher is the embedded one."""
    monkeypatch.setenv("OPENAI_API_KEY", key)
    assert resolve_teacher({})["teacher"] == EMBEDDED


def test_settings_as_windows_writes_them(tmp_path):
    """The byte order mark is passed over; what nests without end is a fault like any other."""
    file = tmp_path / "build.toml"
    file.write_bytes(b"\xef\xbb\xbfrows = 16\r\n")
    assert read_settings_file(file) == {"rows": 16}
    file.write_text("withdraw = " + "[" * 100_000)
    with pytest.raises(SettingsFault, match=r"build\.toml"):
        read_settings_file(file)


def test_a_round_beyond_the_columns_type_is_wrong_usage(capsys):
    with pytest.raises(SystemExit):
        parse_arguments(["--round", str(2**31)])
    assert "2,147,483,647" in capsys.readouterr().err


def test_without_docstrings_nothing_is_built(tmp_path):
    """They describe the answers' fields to a teacher: under -OO its requests, and so their hashes, would be others."""
    command = [sys.executable, "-OO", str(ROOT / "generation/build.py"), "--estimate", "--teacher", "embedded"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "PYTHONOPTIMIZE" in done.stderr


def test_no_file_takes_the_place_of_a_closed_stream(tmp_path):
    """With `2>&-` the next file opened would be file 2, and get whatever libraries print."""
    program = "from generation.command_line import *\nopen_standard_streams()\nf = open('f', 'wb')\nprint('x', file=sys.stderr)\nsys.exit(f.fileno() <= 2)"
    shell = 'cd "$1" && exec "$2" -c "$3" <&- >&- 2>&-'
    command = ["sh", "-c", shell, "sh", str(tmp_path), sys.executable, program]
    assert subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, timeout=60, check=False).returncode == 0


class FullStream(io.StringIO):
    """A stream on a full disk."""

    def flush(self):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_numbers_that_stdout_does_not_take_are_in_the_run_folder(places, monkeypatch):
    """The round is done then: the line must not ask for the same command again, which would build another one."""
    monkeypatch.setattr(sys, "stdout", FullStream())
    with pytest.raises(StdoutFault, match=r"round_2.*metrics\.json") as found:
        print_summary(read_runs(places.runs)[2], {"kept": 1}, argparse.Namespace(json=True))
    assert "round 2 is built" in str(found.value)


@pytest.mark.parametrize("harm", ["cut", "other columns", "bytes"])
def test_verify_names_a_damaged_file(places, harm, capsys):
    """A file that is cut, somebody else's or damaged inside: exit 2 and one line, under verify's own name."""
    path = next((places.out / "evidence").glob("round_1-*"))
    data = path.read_bytes()
    if harm == "other columns":
        shutil.copyfile(next((places.out / "chat").glob("round_1-*")), path)
    else:
        path.write_bytes(data[:5_000] if harm == "cut" else data[:3_000] + bytes(40_000) + data[43_000:])
    assert verify.main([str(places.out), "--round", "1", "--workers", "1"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("verify.py: ")
    assert path.name in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(("files", "said"), [("-S -n 64", ""), ("-n 64", "ulimit -n")])
def test_few_open_files(tmp_path, files, said):
    """A small soft limit is raised; a small hard one is said in one line, not by a sandbox that does not start."""
    command = f'ulimit {files}; exec "$0" "$1" --teacher embedded --estimate'
    call = ["sh", "-c", command, sys.executable, str(ROOT / "generation/build.py")]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, said in done.stderr) == (2 if said else 0, True), done.stderr
    assert not said or done.stderr.count("\n") == 1


def test_a_sandbox_that_does_not_open_is_one_line():
    """What stops a build before anything is asked is a Fault, not a traceback."""
    assert issubclass(SandboxUnavailable, Fault)
    assert issubclass(SandboxError, Fault)
    assert issubclass(ForbidFault, Fault)


@pytest.mark.parametrize("harm", [lambda data: b"", lambda data: data[:-300], lambda data: bytes(len(data))])
def test_parts_and_results_torn_by_power_loss_are_made_anew(tmp_path, harm):
    """An empty, cut or zeroed part of a plan, or result of a check, is taken for missing; the plan is the same."""
    request = PlanRequest(seed=0, first_number=0, rows=8, embedded=False)
    rows = plan_round(request, set(), tmp_path).rows
    whole = rows.to_list()
    part = next(tmp_path.glob("plan-*/*.arrow"))
    part.write_bytes(harm(part.read_bytes()))
    rows = plan_round(request, set(), tmp_path).rows
    assert rows.to_list() == whole
    kept = KeptResults(tmp_path / "checked", rows)
    said = kept.recall("form", rows, {}, lambda: rows.select_columns(["slot", "number"])).to_list()
    result = next(tmp_path.glob("checked/*.arrow"))
    result.write_bytes(harm(result.read_bytes()))
    assert kept.recall("form", rows, {}, lambda: rows.select_columns(["slot", "number"])).to_list() == said


@pytest.mark.parametrize("text", ["[]", '"x"', '{"settings": [], "missed": []}', '{"settings": {}}', "{}", ""])
def test_a_manifest_of_another_form_is_named(tmp_path, text):
    (tmp_path / "round_1").mkdir()
    (tmp_path / "round_1/manifest.json").write_text(text)
    with pytest.raises(RunFault, match=r"manifest\.json"):
        read_runs(tmp_path)


@pytest.mark.parametrize("url", ["http://", "http://[::1", "http://127.0.0.1:x/v1", "http://127.0.0.1:99999", "http://a b/",
                                 "http://a\n", "http://..", "http://" + "a" * 300, "localhost:8000", "ftp://a"])  # fmt: skip
def test_an_address_that_is_none_is_refused_at_once(monkeypatch, url):
    """Before a round is begun with it, whatever else the client would have made of it."""
    with pytest.raises(SettingsFault, match="base_url"):
        Settings(base_url=url)
    monkeypatch.setenv("HF_ENDPOINT", url)
    with pytest.raises(HubFault, match="HF_ENDPOINT"):
        open_api(token_needed=False)


def test_addresses_that_are_some():
    for url in ("http://127.0.0.1:8000/v1", "http://[::1]:80", "https://openrouter.ai/api/v1/", "http://bücher.example"):
        assert Settings(base_url=url).base_url == url


@pytest.mark.parametrize("key", ["one\ntwo", "sk-é", "a\rb"])
def test_a_key_that_no_header_takes_is_named(monkeypatch, key):
    """A file of two lines, or a key typed on another keyboard; the line end of a file is no part of the key."""
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(TeacherFault, match="OPENAI_API_KEY") as found:
        find_key(Settings(teacher="m"))
    assert key not in str(found.value)
    monkeypatch.setenv("OPENAI_API_KEY", " one\r\n")
    assert find_key(Settings(teacher="m")) == "one"


def test_a_proxy_or_certificate_that_is_none_is_named(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:x")
    with pytest.raises(TeacherFault, match="HTTP_PROXY"):
        open_client(Settings(teacher="m"), 1)
    monkeypatch.delenv("HTTP_PROXY")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    with pytest.raises(TeacherFault, match="SSL_CERT_FILE"):
        open_client(Settings(teacher="m"), 1)


def test_a_hub_token_beyond_ascii_is_named(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.is_offline_mode", lambda: False)
    monkeypatch.setenv("HF_TOKEN", "hf" + "_é")
    with pytest.raises(HubFault, match="HF_TOKEN"):
        open_api(token_needed=True)


def test_a_killed_build_holds_its_folder_no_longer(tmp_path):
    """A worker forked from it may live a second longer; the same command must go on at once all the same."""
    program = (
        "import os, signal, sys, time\nfrom pathlib import Path\nfrom generation.folder import lock_folder\n"
        "with lock_folder(Path(sys.argv[1])):\n    if not os.fork():\n        print(os.getpid(), flush=True)\n"
        "        os.kill(os.getppid(), signal.SIGKILL)\n    time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "out")]
    builder = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True)
    child = int(builder.stdout.readline())
    try:
        builder.wait()
        with lock_folder(tmp_path / "out"), pytest.raises(FolderFault, match="another build"), lock_folder(tmp_path / "out"):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        builder.stdout.close()


def test_a_killed_worker_of_map_is_one_line():
    """As by the kernel for want of memory; `datasets` words it as a RuntimeError like any other."""
    rows = datasets.Dataset.from_dict({"slot": [1, 2]})
    with pytest.raises(WorkerFault, match="--workers 1"), name_killed_workers():
        rows.map(lambda row: os.kill(os.getpid(), signal.SIGKILL), num_proc=2)
    with pytest.raises(ValueError, match="its own"), name_killed_workers():
        raise ValueError("its own")
