"""The Hub: remote rounds in, finished rounds out. The only writer to the Hub is called from here.

In: the published folder and the run folders. Out: a commit on a checked parent, a tag, and rounds that
were loaded back from it. Earlier rounds are never changed, except the one that is to be replaced. What
is sent is made anew for every attempt, so that another writer's commit is merged or refused, never lost.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from generation import card, hub_commit
from generation.folder import own_files, published_rounds, read_all_metrics
from generation.hub_calls import HubFault, call, open_api
from generation.hub_commit import Sent, name_rounds
from generation.hub_files import (
    Head,
    Repo,
    bring_files,
    check_ours,
    differing_files,
    files_by_round,
    read_head,
    round_of,
)
from generation.run import Run, read_runs
from generation.summary import say

NAME = "heidi-autotrain-synthetic"
LOAD_ATTEMPTS = 3


def open_repo(repo_id: str | None, revision: str | None, private: bool, create_pr: bool, writing: bool) -> Repo:
    """Return the repository that is meant, the token and the name checked; nothing is created yet.

    repo_id: None means the token's owner's own. Raises HubFault with one line for whatever would fail later.
    """
    api = open_api(token_needed=writing)
    owners: list[str] | None = None
    if writing:
        me = call(api.whoami, "ask the Hub whose token this is")
        if me.get("auth", {}).get("accessToken", {}).get("role") == "read":
            raise HubFault("the Hub token may only read; make one that may write and set HF_TOKEN to it")
        repo_id = repo_id or f"{me['name']}/{NAME}"
        owners = [me["name"], *(org["name"] for org in me["orgs"])] if "orgs" in me else None
    if repo_id is None:
        raise HubFault("no dataset named; give --repo-id USER/NAME")
    repo = Repo(api, repo_id, revision or "main", private, create_pr)
    head = read_head(repo)
    if not head.exists:
        _check_may_create(repo, writing, owners)
    elif writing and private and _is_public(repo):
        raise HubFault(f"{repo_id} exists and is public; --private makes new ones only: change it in its settings")
    return repo


def _check_may_create(repo: Repo, writing: bool, owners: list[str] | None) -> None:
    if not writing or repo.create_pr:
        raise HubFault(f"there is no dataset {repo.repo_id}, or the token may not see it; check --repo-id and HF_TOKEN")
    owner = repo.repo_id.split("/")[0]
    if owners is not None and owner not in owners:
        raise HubFault(f"the token's owner may not create datasets for {owner}, only for {', '.join(owners)}")


def _is_public(repo: Repo) -> bool:
    info = call(lambda: repo.api.repo_info(repo.repo_id, repo_type="dataset"), f"read {repo.repo_id}")
    return info.private is False


def fetch_rounds(repo: Repo, folder: Path, runs: Path, replaced: int | None = None) -> Head:
    """Bring the Hub's rounds that are not in the folder into it, and rebuild the card; return what the Hub has.

    replaced: the round that may differ. Raises HubFault where another round differs between Hub and folder.
    """
    head = read_head(repo)
    check_ours(repo, head)
    here = set(published_rounds(folder))
    wanted: list[str] = []
    for number, names in files_by_round(head.files).items():
        if number not in here:
            wanted += names
        elif number != replaced and (differing := differing_files(repo, head, number, folder)):
            raise HubFault(
                f"round {number} in {folder} is not the one in {repo.repo_id} ({differing[0]} differs); "
                f"--replace-round {number} replaces the Hub's, another --out and --runs keep both"
            )
    if wanted:
        say(f"fetching {len(wanted)} files from {repo.address}")
        bring_files(repo, head, wanted, folder, runs / "hub" / "fetched")
        card.write_card(folder)
    return head


def find_unpublished(repo: Repo, folder: Path, runs: Path) -> list[int]:
    """Return the finished rounds of the folder that are not on the Hub, or not yet tagged and loaded back."""
    there = files_by_round(read_head(repo).files)
    found = read_runs(runs)
    return [n for n in published_rounds(folder) if n not in there or (n in found and found[n].state == "built")]


def publish(repo: Repo, folder: Path, runs: Path, replaced: int | None = None) -> None:
    """Publish every finished round that is not on the Hub yet, and the replaced one: commit, tag, load back.

    Every step may have been done before by a run that was stopped; it is then passed over. Raises Fault.
    """
    rounds = sorted({*find_unpublished(repo, folder, runs), *([replaced] if replaced else [])})
    if not rounds:
        say(f"nothing to publish: every finished round is in {repo.address}{_name_unfinished(runs)}")
        return
    found = check_publishable(folder, runs, rounds)
    hub_commit.prepare(repo)
    if replaced not in files_by_round(read_head(repo).files):
        replaced = None
    sent = call(lambda: _commit_once(repo, folder, runs, rounds, replaced), f"publish to {repo.repo_id}")
    tags = [] if sent.pull else _tag(repo, sent.oid, folder, rounds, replaced)
    rows = _load_back(repo, sent.oid, folder, runs, rounds)
    checked = f"{rows:,} rows loaded back and equal in every view"
    if sent.pull:
        say(f"{name_rounds(rounds)} in {sent.pull}, {checked}; merge it, then run --push-only")
        return
    for number in rounds:
        found[number].save(state="published")
    say(f"published {name_rounds(rounds)}: {repo.address}, commit {sent.oid[:7]}, tag {' and '.join(tags)}; {checked}")


def check_publishable(folder: Path, runs: Path, rounds: list[int]) -> dict[int, Run]:
    """Return the rounds' runs; raise HubFault or StampFault for what must not become public."""
    from generation.metrics import find_missed_targets

    found, finished, numbers = read_runs(runs), published_rounds(folder), read_all_metrics(folder)
    for number in rounds:
        if number not in finished:
            raise HubFault(f"round {number} is not in {folder}; build it first")
        if number not in found:
            raise HubFault(
                f"round {number} has no run folder in {runs}, so nothing shows that it was checked; "
                f"publish it from where it was built"
            )
        run = found[number]
        missed = run.missed or find_missed_targets(numbers[number], run.settings)
        if missed:
            raise HubFault(f"round {number} missed {'; '.join(missed)}, and is not published")
        if run.state not in ("built", "published"):
            raise HubFault(f"round {number} is not finished (it is {run.state}); finish it with --round {number}")
    _check_scanned(folder, runs, found, rounds)
    return found


def _check_scanned(folder: Path, runs: Path, found: dict[int, Run], rounds: list[int]) -> None:
    """Compare the rounds' files with the secret scan's stamps; the other rounds are compared with the Hub's own."""
    from generation.checks.folder_scan import check_stamp

    with _scratch(runs, "to_scan") as view:
        for name in own_files(folder):
            if round_of(name) not in (None, *rounds):
                continue
            (view / name).parent.mkdir(parents=True, exist_ok=True)
            (view / name).symlink_to((folder / name).resolve())
        check_stamp(view, [found[number].folder / "scan.json" for number in rounds])


def _commit_once(repo: Repo, folder: Path, runs: Path, rounds: list[int], replaced: int | None) -> Sent:
    """Merge what the Hub has by now, then commit what it lacks."""
    head = fetch_rounds(repo, folder, runs, replaced)
    changes = hub_commit.find_changes(repo, head, folder, replaced)
    if not changes.adds and not changes.deletes:
        return Sent(head.oid or "")
    check_publishable(folder, runs, sorted(changes.rounds))
    return hub_commit.send(repo, head, folder, changes)


def _tag(repo: Repo, oid: str, folder: Path, rounds: list[int], replaced: int | None) -> list[str]:
    """Tag the newest of the new rounds, and the replaced one; return the tags."""
    newest = max((number for number in rounds if number != replaced), default=None)
    pairs = [(number, number == replaced) for number in (replaced, newest) if number is not None]
    return [hub_commit.tag_round(repo, oid, folder, number, again) for number, again in pairs]


def _load_back(repo: Repo, oid: str, folder: Path, runs: Path, rounds: list[int]) -> int:
    """Return how many rows were loaded from the Hub into a fresh cache and found equal to the folder's."""
    program = [sys.executable, "-P", str(Path(__file__).with_name("load_back.py"))]
    command = [*program, repo.repo_id, oid, str(folder.resolve()), *map(str, rounds)]
    said = ""
    for _ in range(LOAD_ATTEMPTS):
        with _scratch(runs, "cache") as cache:
            home = str(cache.resolve())
            fresh = {"HF_HOME": home, "HF_HUB_CACHE": f"{home}/hub", "HF_DATASETS_CACHE": f"{home}/datasets"}
            fresh |= {"HF_ENDPOINT": repo.api.endpoint, "HF_TOKEN": repo.api.token or ""}
            done = subprocess.run(command, env=os.environ | fresh, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return int(done.stdout.split()[-1])  # a sitecustomize of the user's may print, too
        said = (done.stderr.strip().splitlines() or ["no message"])[-1]
    raise HubFault(f"{name_rounds(rounds)} in {repo.address} cannot be loaded back: {said}; run --push-only again")


@contextlib.contextmanager
def _scratch(runs: Path, name: str) -> Iterator[Path]:
    """Yield an empty folder that is gone afterwards; one that a killed build left behind is emptied."""
    place = runs / "hub" / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    try:
        yield place
    finally:
        shutil.rmtree(place)


def _name_unfinished(runs: Path) -> str:
    unfinished = [run for run in read_runs(runs).values() if run.state in ("asking", "rejected") and not run.skipped]
    return "".join(f"; round {run.number} is {run.state}" for run in sorted(unfinished, key=lambda run: run.number))
