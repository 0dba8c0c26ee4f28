"""The Hub: what is published, merged, refused, retried and continued, against a Hub on 127.0.0.1."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import Built, run_build
from loopback_hub import LoopbackHub, Repository, StoredFile

from generation import card, hub, hub_calls
from generation.checks.folder_scan import scan_folder
from generation.faults import Fault
from generation.folder import own_files, publish_staged, published_rounds
from generation.hub_files import files_by_round
from generation.run import Run, read_runs

NAME = "tester/heidi-autotrain-synthetic"
COMMIT, ANY = f"/api/datasets/{NAME}/commit/", "/"


@pytest.fixture
def server(monkeypatch):
    """A Hub, the environment and the client pointed at it, and no waiting between attempts."""
    import huggingface_hub

    with LoopbackHub() as running:
        for name, value in {"HF_ENDPOINT": running.endpoint, "HF_TOKEN": "writer", "HF_HUB_OFFLINE": "0"}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr("time.sleep", lambda seconds: None)
        yield running


class Machine(NamedTuple):
    """A maintainer's machine: a published folder and its run folders."""

    out: Path
    runs: Path

    def push(self, replaced: int | None = None, **flags) -> None:
        """Do what `--push-only` does."""
        asked = {"repo_id": None, "revision": None, "private": False, "create_pr": False} | flags
        repo = hub.open_repo(**asked, writing=True)
        hub.fetch_rounds(repo, self.out, self.runs, replaced)
        hub.publish(repo, self.out, self.runs, replaced)

    def files(self) -> dict[str, bytes]:
        return {name: (self.out / name).read_bytes() for name in own_files(self.out)}


@pytest.fixture(scope="session")
def templates(tmp_path_factory) -> dict[tuple, Machine]:
    """The machines made so far, by what was asked for: tests get copies."""
    return {("folder",): Machine(tmp_path_factory.mktemp("machines"), Path())}


@pytest.fixture
def machine(built: Built, templates, tmp_path):
    """Make machines on which the given rounds were built: copies of a real round under other numbers."""
    made = []

    def make(*numbers: int, shards: int = 1, turned: bool = False) -> Machine:
        key = (numbers, shards, turned)
        if key not in templates:
            place = templates[("folder",)].out / str(len(templates))
            templates[key] = Machine(place / "heidi-autotrain-synthetic", place / "runs")
            templates[key].out.mkdir(parents=True)
            templates[key].runs.mkdir()
            for number in numbers:
                add_round(built, templates[key], number, shards, turned)
            if numbers:
                card.write_card(templates[key].out)
        place = tmp_path / f"machine_{len(made)}"
        shutil.copytree(templates[key].out.parent, place)
        made.append(Machine(place / "heidi-autotrain-synthetic", place / "runs"))
        return made[-1]

    return make


def add_round(built: Built, to: Machine, number: int, shards: int = 1, turned: bool = False) -> None:
    """Put a copy of the second built round under another number on a machine, scanned and in state "built".

    turned: the rows in reverse, so that it is another round of the same number.
    """
    staged = to.runs / "staged"
    name = f"round_{number}"
    for view in ("data", "chat", "evidence"):
        table = pq.read_table(next((built.published / view).glob("round_2-*.parquet")))
        rows = json.loads(json.dumps(table.to_pylist()).replace('"round_2_', f'"{name}_'))
        for row in rows:
            (row.get("metadata") or row).update({"round": number} if view != "chat" else {})
        rows = rows[::-1] if turned else rows
        (staged / view).mkdir(parents=True)
        for i in range(shards):
            part = rows[i * len(rows) // shards : (i + 1) * len(rows) // shards]
            shard = staged / view / f"{name}-{i:05d}-of-{shards:05d}.parquet"
            pq.write_table(pa.Table.from_pylist(part, schema=table.schema), shard)
        if view == "data":
            (staged / f"clean_{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    numbers = json.loads((built.published / "metrics/round_2.json").read_text()) | {"round": number}
    (staged / "metrics").mkdir()
    (staged / f"metrics/{name}.json").write_text(json.dumps(numbers, indent=1, sort_keys=True) + "\n")
    run = read_runs(built.folder / "runs")[2]
    (to.runs / name).mkdir(exist_ok=True)
    scan_folder(staged, to.runs / name / "scan.json")
    publish_staged(staged, to.out, number)
    shutil.rmtree(staged)
    Run(**(vars(run) | {"folder": to.runs / name, "number": number})).save(state="built")


def remote(server: LoopbackHub, name: str = NAME) -> Repository:
    return server.repositories[name]


def head_files(server: LoopbackHub, branch: str = "main") -> dict[str, bytes]:
    files = remote(server).history(branch)[0].files
    return {path: file.data for path, file in files.items() if path != ".gitattributes"}


def titles(server: LoopbackHub, branch: str = "main") -> list[str]:
    return [commit.title for commit in remote(server).history(branch) if commit.title != "another writer"]


def only_round(files: dict[str, bytes], *numbers: int) -> dict[str, bytes]:
    by_round = files_by_round(files)
    return {name: files[name] for number in numbers for name in by_round[number]}


# publishing


def test_three_rounds_are_one_commit_and_one_tag_and_load_back(server, machine, tmp_path):
    """Three rounds and the card arrive in one commit under one tag, and load whole and streaming in every view."""
    one = machine(1, 2, 3)
    one.push()
    assert titles(server) == ["Add rounds 1, 2 and 3"]
    assert list(remote(server).tags) == ["v1.3"]
    assert head_files(server) == one.files()
    assert {run.state for run in read_runs(one.runs).values()} == {"published"}
    code = """
import sys, datasets
for config in ("default", "chat", "evidence", "all"):
    whole = datasets.load_dataset(sys.argv[1], config)
    flowing = datasets.load_dataset(sys.argv[1], config, streaming=True)
    assert list(whole) == (["train"] if config == "all" else ["round_1", "round_2", "round_3"]), list(whole)
    for name in whole:
        assert list(whole[name]) == list(flowing[name]) and len(whole[name]) in (24, 72) or len(whole[name]) < 72
"""
    env = os.environ | {"HF_HOME": str(tmp_path / "home")}
    done = subprocess.run([sys.executable, "-c", code, NAME], env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_pushing_twice_makes_no_second_commit(server, machine, capsys):
    """The second push finds everything there, says so and changes nothing."""
    one = machine(1)
    one.push()
    one.push()
    assert titles(server) == ["Add round 1"]
    assert "nothing to publish" in capsys.readouterr().err


def test_nothing_built_creates_nothing(server, machine):
    """A push without a finished round leaves no empty repository behind."""
    machine().push()
    assert server.repositories == {}


def test_a_machine_with_only_the_new_round_keeps_the_earlier_ones(server, machine):
    """Round 4 from a machine that has only round 4: rounds 1 to 3 stay byte for byte, the card lists four."""
    first = machine(1, 2, 3)
    first.push()
    other = machine(4)
    other.push()
    now = head_files(server)
    assert titles(server) == ["Add round 4", "Add rounds 1, 2 and 3"]
    assert only_round(now, 1, 2, 3) == only_round(first.files(), 1, 2, 3)
    assert only_round(now, 4) == only_round(other.files(), 4)
    assert published_rounds(other.out) == [1, 2, 3, 4]
    assert re.findall(r"path: data/round_(\d)", now["README.md"].decode())[:4] == ["1", "2", "3", "4"]
    assert list(remote(server).tags) == ["v1.3", "v1.4"]


def test_a_fresh_machine_gets_the_rounds_of_the_hub(server, machine):
    """Fetching into an empty folder gives the same files, so that the next round continues."""
    first = machine(1, 2)
    first.push()
    fresh = machine()
    repo = hub.open_repo(NAME, None, False, False, writing=False)
    hub.fetch_rounds(repo, fresh.out, fresh.runs)
    assert fresh.files() == first.files()
    assert hub.find_unpublished(repo, fresh.out, fresh.runs) == []


def test_sixty_shards_are_one_commit(server, machine):
    """Many shards are uploaded before, and still committed at once."""
    machine(1, shards=20).push()
    assert titles(server) == ["Add round 1"]
    assert sum(name.endswith(".parquet") for name in head_files(server)) == 60
    assert server.count("^POST .*/commit/") == 1


def test_only_files_of_the_published_folder_are_sent(server, machine):
    """Foreign files beside the data, scripts and run folders stay at home."""
    one = machine(1)
    for name in ("notes.txt", "heidi-autotrain-synthetic.py", "data/mine.parquet", "runs/round_1/ledger.jsonl"):
        (one.out / name).parent.mkdir(parents=True, exist_ok=True)
        (one.out / name).write_text("mine")
    one.push()
    assert set(head_files(server)) == set(own_files(one.out))
    assert not any(name.endswith((".py", ".txt")) or "runs" in name or "mine" in name for name in head_files(server))


def test_foreign_files_on_the_hub_stay(server, machine):
    """A file that someone else keeps in the repository is neither changed nor deleted."""
    one = machine(1)
    one.push()
    remote(server).write(**{"NOTES.txt": "theirs", "data/theirs.csv": "a,b"})
    add = machine(2)
    add.push()
    assert head_files(server)["NOTES.txt"] == b"theirs"
    assert head_files(server)["data/theirs.csv"] == b"a,b"


# earlier rounds


def test_another_round_of_the_same_number_is_refused(server, machine):
    """Round 1 with other rows neither replaces the Hub's nor is overwritten by it."""
    machine(1).push()
    before = head_files(server)
    other = machine(1, turned=True)
    mine = other.files()
    with pytest.raises(Fault, match=r"round 1 in .* is not the one in .*--replace-round 1"):
        other.push()
    assert head_files(server) == before
    assert other.files() == mine


def test_a_round_is_replaced_when_asked_for(server, machine):
    """--replace-round changes that round alone, in one commit, under tags of its own."""
    first = machine(1, 2)
    first.push()
    for k, (turned, shards) in enumerate([(True, 3), (False, 1)], 1):
        other = machine(1, turned=turned, shards=shards)
        other.push(replaced=1)
        assert titles(server)[0] == "Replace round 1"
        assert only_round(head_files(server), 1) == only_round(other.files(), 1)
        assert only_round(head_files(server), 2) == only_round(first.files(), 2)
        assert f"v1.1.{k}" in remote(server).tags
    other.push(replaced=1)
    assert len(titles(server)) == 3
    assert list(remote(server).tags) == ["v1.2", "v1.1.1", "v1.1.2"]


def test_a_replacement_that_lost_its_answer_gets_one_tag(server, machine):
    """Where the commit or the tag was made but never answered, the next attempt finds it."""
    machine(1).push()
    other = machine(1, turned=True)
    server.inject("POST", "/commit/", "late")
    server.inject("POST", "/tag/", "late", "late")
    other.push(replaced=1)
    assert titles(server) == ["Replace round 1", "Add round 1"]
    assert list(remote(server).tags) == ["v1.1", "v1.1.1"]


def test_a_dataset_of_someone_else_is_not_overwritten(server, machine):
    """A repository that holds other data is refused before anything is sent."""
    server.create(NAME).write(**{"data/train.csv": "a,b", "README.md": "theirs"})
    with pytest.raises(Fault, match="holds something else"):
        machine(1).push()
    assert head_files(server)["README.md"] == b"theirs"


def test_a_broken_round_on_the_hub_is_named(server, machine):
    """A remote round that lacks a file is neither fetched nor built upon."""
    machine(1).push()
    head = remote(server).history()[0]
    remote(server).add({k: v for k, v in head.files.items() if k != "metrics/round_1.json"}, "another writer")
    with pytest.raises(Fault, match=r"round 1 in .* lacks metrics/round_1\.json"):
        machine(2).push()


# other writers


def test_a_commit_between_reading_and_writing_is_merged(server, machine):
    """Another pusher's round that lands just before ours stays; ours follows on the new head."""
    machine(1).push()
    other, mine = machine(2), machine(3)

    def other_pushes():
        files = {name: StoredFile(data, name.endswith(".parquet")) for name, data in other.files().items()}
        remote(server).add(remote(server).history()[0].files | files, "another writer")

    server.inject("POST", "/commit/", other_pushes)
    mine.push()
    now = head_files(server)
    assert only_round(now, 2) == only_round(other.files(), 2)
    assert only_round(now, 3) == only_round(mine.files(), 3)
    assert b"round_2" in now["README.md"] and b"round_3" in now["README.md"]
    assert now == mine.files()


@pytest.mark.parametrize("numbers", [(2, 3), (2, 2)])
def test_two_pushers_at_once_lose_nothing(server, machine, numbers):
    """Two machines push at the same moment: both rounds are there, or one of them is refused."""
    machine(1).push()
    pushers = [machine(numbers[0]), machine(numbers[1], turned=True)]
    refused: list[Fault] = []

    def push(one: Machine) -> None:
        try:
            one.push()
        except Fault as fault:
            refused.append(fault)

    threads = [threading.Thread(target=push, args=(one,)) for one in pushers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    now = head_files(server)
    if numbers[0] == numbers[1]:
        assert len(refused) == 1 and "is not the one in" in str(refused[0])
        assert only_round(now, 2) in [only_round(one.files(), 2) for one in pushers]
    else:
        assert not refused
        assert all(only_round(now, n) == only_round(one.files(), n) for n, one in zip(numbers, pushers, strict=True))
        assert len(titles(server)) == 3


# faults that pass


@pytest.mark.parametrize(
    ("method", "part", "actions"),
    [
        ("POST", "/commit/", (409, 412, 429, 500, 503)),
        ("POST", "/commit/", ("cut", "late")),
        ("POST", "/(preupload|lfs/objects/batch)", (500, "cut", 503)),
        ("PUT", "/lfs/", ("cut", 503, "late", 500)),
        ("POST", "/tag/", (409, 500, "cut", "late")),
        ("(GET|POST)", "/api/", (429, "cut", 502, "late", 504)),
    ],
)
def test_passing_faults_end_published(server, machine, method, part, actions):
    """Whatever passes is tried again, and the end is one commit, one tag, everything equal."""
    for name in ("GET", "POST") if "(" in method else (method,):
        server.inject(name, part, *actions, **{"Retry-After": "0"})
    one = machine(1)
    one.push()
    assert titles(server) == ["Add round 1"]
    assert list(remote(server).tags) == ["v1.1"]
    assert head_files(server) == one.files()


def test_a_server_that_never_answers_is_left_in_bounded_time(server, machine, monkeypatch):
    """A request without an answer ends by our own time limit, and is tried again."""
    monkeypatch.setattr(hub_calls, "TIMEOUT_S", 0.5)
    server.inject("POST", "/commit/", "hang")
    machine(1).push()
    assert titles(server) == ["Add round 1"]


def test_a_lasting_fault_is_one_line_and_the_same_command_goes_on(server, machine):
    """Attempts are bounded; once the Hub is well again the push completes."""
    one = machine(1)
    server.inject("POST", "/commit/", *[503] * 50)
    with pytest.raises(Fault, match="the Hub answered 503 6 times") as caught:
        one.push()
    assert "\n" not in str(caught.value)
    assert titles(server) == []
    server.faults.clear()
    one.push()
    assert titles(server) == ["Add round 1"]


def run_random_faults(server: LoopbackHub, one: Machine, seed: int) -> None:
    """Push through a random sequence of faults, then once more without: published or clean after the first."""
    rng = random.Random(seed)
    parts = [("POST", "/commit/"), ("POST", "/tag/"), ("PUT", "/lfs/"), ("POST", "/preupload/"), ("GET", "/revision/")]
    parts += [
        ("GET", "/tree/"),
        ("POST", "/objects/batch"),
        ("POST", "/create"),
        ("GET", "/whoami"),
        ("POST", "/valid"),
    ]
    actions = [403, 409, 412, 429, 500, 502, 503, 504, "cut", "late"]
    before = head_files(server)
    for _ in range(rng.randrange(1, 9)):
        server.inject(*rng.choice(parts), *[rng.choice(actions)] * rng.choice((1, 1, 2, 9)), **{"Retry-After": "0"})
    try:
        one.push()
    except Fault as fault:
        assert "\n" not in str(fault)
    after = head_files(server)
    assert after in (before, one.files()), f"half a state after seed {seed}"
    server.faults.clear()
    one.push()
    assert head_files(server) == one.files()
    assert remote(server).find("v1.2") is not None
    assert titles(server) == ["Add round 2", "Add round 1"]
    assert read_runs(one.runs)[2].state == "published"


@pytest.mark.parametrize("seed", range(10))
def test_random_faults_end_published_or_clean(server, machine, seed):
    """After any sequence of faults nothing is half there, and the same push completes."""
    start_with_round_1(server, machine)
    run_random_faults(server, machine(1, 2), seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10, 210))
def test_many_random_faults_end_published_or_clean(server, machine, seed):
    """The same for two hundred more sequences."""
    start_with_round_1(server, machine)
    run_random_faults(server, machine(1, 2), seed)


def start_with_round_1(server: LoopbackHub, machine) -> None:
    """Put round 1 on the Hub as an earlier push left it."""
    files = {name: StoredFile(data, name.endswith(".parquet")) for name, data in machine(1).files().items()}
    repository = server.create(NAME)
    repository.tags["v1.1"] = repository.add(repository.history()[0].files | files, "Add round 1").oid


# faults that stay


@pytest.mark.parametrize(
    ("case", "line"),
    [
        ("no token", "no Hub token: set HF_TOKEN"),
        ("wrong token", "does not accept the token"),
        ("read-only token", "may only read"),
        ("unknown organisation", "may not create datasets for strangers, only for tester, team"),
        ("forbidden", "use a token that may write there"),
        ("full", "no room left .*Storage limit"),
        ("gated", "it is gated"),
        ("offline", "HF_HUB_OFFLINE is set"),
        ("no network", "the Hub cannot be reached"),
        ("public", "exists and is public"),
        ("no pull request without a dataset", "there is no dataset tester/other"),
    ],
)
def test_a_fault_that_stays_is_one_clear_line(server, machine, monkeypatch, case, line):
    """Each foreseeable fault is one line that names the mend, and nothing is written."""
    flags = {}
    if case == "no token":
        monkeypatch.delenv("HF_TOKEN")
        monkeypatch.setattr("huggingface_hub.get_token", lambda: None)
    elif case in ("wrong token", "read-only token"):
        monkeypatch.setenv("HF_TOKEN", {"wrong token": "nobody", "read-only token": "reader"}[case])
    elif case == "unknown organisation":
        flags = {"repo_id": "strangers/heidi"}
    elif case == "forbidden":
        server.inject("POST", "/commit/", 403)
    elif case == "full":
        server.full = True
    elif case == "gated":
        server.create(NAME)
        server.inject("GET", "/revision/main", 403, **{"X-Error-Code": "GatedRepo"})
    elif case == "offline":
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    elif case == "no network":
        monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    elif case == "public":
        server.create(NAME)
        flags = {"private": True}
    else:
        flags = {"repo_id": "tester/other", "create_pr": True}
    with pytest.raises(Fault, match=line) as caught:
        machine(1).push(**flags)
    assert "\n" not in str(caught.value)
    assert all(len(repository.commits) == 1 for repository in server.repositories.values())


# what must not become public


@pytest.mark.parametrize(
    ("case", "line"),
    [
        ("rejected", "round 1 missed"),
        ("asking", "round 1 is not finished"),
        ("target", "round 1 missed"),
        ("changed rows", "is not the file that was scanned"),
        ("changed lines", "is not the file that was scanned"),
        ("extra shard", "is not the file that was scanned"),
        ("no scan", "scan.json is missing"),
        ("no run", "has no run folder"),
        ("no such round", "round 7 is not in"),
    ],
)
def test_what_must_not_be_public_is_refused(server, machine, case, line):
    """A round that missed a target, is unfinished, or differs from its secret scan is not published."""
    one = machine(1)
    shard = one.out / "data/round_1-00000-of-00001.parquet"
    run = read_runs(one.runs)[1]
    if case == "rejected":
        run.save(state="rejected", missed=("json parse rate",))
    elif case == "asking":
        run.save(state="asking")
    elif case == "target":
        metrics = one.out / "metrics/round_1.json"
        numbers = json.loads(metrics.read_text())
        numbers["targets"]["json_parse_rate"] = 0.5
        metrics.write_text(json.dumps(numbers))
    elif case == "changed rows":
        pq.write_table(pq.read_table(shard).slice(1), shard)
    elif case == "changed lines":
        with (one.out / "clean_round_1.jsonl").open("a") as lines:
            lines.write("{}\n")
    elif case == "extra shard":
        shutil.copy(shard, one.out / "data/round_1-00001-of-00002.parquet")
    elif case == "no scan":
        (one.runs / "round_1/scan.json").unlink()
    elif case == "no run":
        shutil.rmtree(one.runs / "round_1")
    with pytest.raises(Fault, match=line):
        one.push(replaced=7 if case == "no such round" else None)
    assert server.repositories == {}


def test_a_commit_that_cannot_be_loaded_back_is_not_called_published(server, machine, monkeypatch):
    """Where the pushed rows do not come back equal, the command fails; the next push mends the card and completes."""
    monkeypatch.setattr(hub, "LOAD_ATTEMPTS", 1)
    one = machine(1)

    def spoil_the_card() -> None:
        remote(server).history()[0].files["README.md"] = StoredFile(b"---\nlicense: mit\n---\n", False)

    server.inject("POST", "/tag/", spoil_the_card)
    with pytest.raises(Fault, match="cannot be loaded back"):
        one.push()
    assert read_runs(one.runs)[1].state == "built"
    one.push()
    assert read_runs(one.runs)[1].state == "published"
    assert titles(server) == ["Rebuild the card", "Add round 1"]


# flags


def test_a_private_dataset_is_created_private(server, machine):
    """--private makes a repository that a stranger cannot see."""
    machine(1).push(private=True, repo_id="team/rounds")
    assert remote(server, "team/rounds").private


def test_another_branch_is_made_and_main_left_alone(server, machine):
    """--revision publishes to a branch that begins where main is."""
    machine(1).push()
    machine(2).push(revision="trial")
    assert titles(server) == ["Add round 1"]
    assert titles(server, "trial") == ["Add round 2", "Add round 1"]


def test_a_pull_request_is_opened_once_and_finished_after_the_merge(server, machine, capsys):
    """--create-pr leaves main alone and opens one request; after its merge --push-only tags and checks."""
    machine(1).push()
    one = machine(2)
    server.inject("POST", "/commit/", "late")
    one.push(create_pr=True)
    one.push(create_pr=True)
    assert list(remote(server).pulls) == ["refs/pr/1"]
    assert titles(server) == ["Add round 1"]
    assert "discussions/1" in capsys.readouterr().err
    assert read_runs(one.runs)[2].state == "built"
    remote(server).branches["main"] = remote(server).pulls.pop("refs/pr/1")
    one.push()
    assert list(remote(server).tags) == ["v1.1", "v1.2"]
    assert read_runs(one.runs)[2].state == "published"


# the command line


def test_the_command_publishes_what_waits_before_it_builds(server, machine, tmp_path):
    """--push publishes a finished round first, --push-only never builds, both say what they did and exit 0."""
    one = machine(1)
    env = {"HF_HUB_DISABLE_XET": "1"}
    done = run_build(one.out.parent, "--push", env=env)
    assert done.returncode == 0, done.stderr
    assert "published round 1" in done.stderr and "asked" not in done.stderr
    done = run_build(one.out.parent, "--push-only", env=env)
    assert done.returncode == 0 and "nothing to publish" in done.stderr
    done = run_build(one.out.parent, "--push-only", env=env | {"HF_TOKEN": "reader"})
    assert done.returncode == 2
    assert done.stderr == "build.py: the Hub token may only read; make one that may write and set HF_TOKEN to it\n"
