"""The Hub: remote rounds in, finished rounds out, one commit each time. The only writer to the Hub.

In: the published folder and the run folders. Out: a commit on a checked parent, a tag, and rounds that
were loaded back from it. Earlier rounds are never changed, except the one that is to be replaced. What
is sent is made anew for every attempt, so that another writer's commit is merged or refused, never lost.
"""

import contextlib
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from generation import card, hub_files
from generation.folder import OWN_NAMES, own_files, published_rounds
from generation.hub_calls import HubFault, call, open_api
from generation.hub_files import Head, Repo, read_head, round_of
from generation.run import Run, read_runs
from generation.summary import say

if TYPE_CHECKING:
    from huggingface_hub import CommitInfo

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
    hub_files.check_ours(repo, head)
    here = set(published_rounds(folder))
    wanted: list[str] = []
    for number, names in hub_files.files_by_round(head.files).items():
        if number not in here:
            wanted += names
        elif number != replaced and (differing := hub_files.differing_files(repo, head, number, folder)):
            raise HubFault(
                f"round {number} in {folder} is not the one in {repo.repo_id} ({differing[0]} differs); "
                f"--replace-round {number} replaces the Hub's, another --out keeps both"
            )
    if wanted:
        say(f"fetching {len(wanted)} files from {repo.address}")
        hub_files.bring_files(repo, head, wanted, folder, runs / "hub" / "fetched")
        card.write_card(folder)
    return head


def find_unpublished(repo: Repo, folder: Path, runs: Path) -> list[int]:
    """Return the finished rounds of the folder that are not on the Hub, or not yet tagged and loaded back."""
    there = hub_files.files_by_round(read_head(repo).files)
    found = read_runs(runs)
    return [n for n in published_rounds(folder) if n not in there or (n in found and found[n].state == "built")]


def publish(repo: Repo, folder: Path, runs: Path, replaced: int | None = None) -> None:
    """Publish every finished round that is not on the Hub yet, and the replaced one: commit, tag, load back.

    Every step may have been done before by a run that was stopped; it is then passed over. Raises Fault.
    """
    rounds = sorted({*find_unpublished(repo, folder, runs), *([replaced] if replaced else [])})
    if not rounds:
        say(f"nothing to publish: every finished round is in {repo.address}")
        return
    found = check_publishable(folder, runs, rounds)
    _prepare(repo)
    oid, pull = call(lambda: _commit_once(repo, folder, runs, rounds, replaced), f"publish to {repo.repo_id}")
    tag = "" if pull else f", tag {_tag(repo, folder, oid, rounds[-1], rounds[-1] == replaced)}"
    rows = _load_back(repo, oid, folder, runs, rounds)
    names = _name_rounds(rounds)
    if pull:
        say(f"{names}: {pull} is open, loaded back and equal ({rows:,} rows); merge it, then run --push-only")
        return
    for number in rounds:
        found[number].save(state="published")
    say(f"published {names}: {repo.address} (commit {oid[:7]}{tag}), loaded back and equal ({rows:,} rows)")


def check_publishable(folder: Path, runs: Path, rounds: list[int]) -> dict[int, Run]:
    """Return the rounds' runs; raise HubFault or StampFault for what must not become public."""
    found = read_runs(runs)
    for number in rounds:
        if number not in published_rounds(folder):
            raise HubFault(f"round {number} is not in {folder}; build it first")
        if number not in found:
            raise HubFault(
                f"round {number} has no run folder in {runs}, so nothing shows that it was checked; build it here"
            )
        run = found[number]
        if run.state not in ("built", "published") or run.missed:
            raise HubFault(f"round {number} is {run.state} and must not be published; finish it with --round {number}")
    _check_scanned(folder, runs, found, rounds)
    return found


def _check_scanned(folder: Path, runs: Path, found: dict[int, Run], rounds: list[int]) -> None:
    """Compare the rounds' files with the secret scan's stamps; the other rounds are compared with the Hub's own."""
    from generation.checks.secret_filter import check_stamp

    with _scratch(runs, "to_scan") as view:
        for name in own_files(folder):
            if round_of(name) in (None, *rounds):
                (view / name).parent.mkdir(parents=True, exist_ok=True)
                (view / name).symlink_to((folder / name).resolve())
        check_stamp(view, [found[number].folder / "scan.json" for number in rounds])


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


def _prepare(repo: Repo) -> None:
    """Create the repository and the branch where they are missing."""

    def create_repo() -> None:
        if not read_head(repo).exists:
            repo.api.create_repo(repo.repo_id, repo_type="dataset", private=repo.private or None)

    def create_branch() -> None:
        head = read_head(repo)
        if not head.branch_exists:
            repo.api.create_branch(repo.repo_id, repo_type="dataset", branch=repo.revision, revision=head.oid)

    call(create_repo, f"create {repo.repo_id}")
    call(create_branch, f"create the branch {repo.revision} of {repo.repo_id}")


def _commit_once(repo: Repo, folder: Path, runs: Path, rounds: list[int], replaced: int | None) -> tuple[str, str]:
    """Merge what the Hub has, then commit what it lacks; return the commit and the pull request's address or ""."""
    head = fetch_rounds(repo, folder, runs, replaced)
    card.write_card(folder)
    names, stale = _changes(repo, head, folder, replaced)
    if not any(round_of(name) in rounds for name in (*names, *stale)):
        return head.oid or "", ""
    check_publishable(folder, runs, rounds)
    title = (
        "Replace " if replaced in rounds and replaced in hub_files.files_by_round(head.files) else "Add "
    ) + _name_rounds(rounds)
    if repo.create_pr and (waiting := _find_pull(repo, folder, title, rounds)):
        return waiting
    info = _send(repo, head, folder, names, stale, title)
    return info.oid, info.pr_url or ""


def _changes(repo: Repo, head: Head, folder: Path, replaced: int | None) -> tuple[list[str], list[str]]:
    """Return the files to add and those to delete; HubFault before an earlier round would be touched."""
    here = own_files(folder)
    names = [name for name in here if not hub_files.is_same(repo, head, name, folder)]
    stale = [name for name in head.files if OWN_NAMES.fullmatch(name) and name not in here]
    there = hub_files.files_by_round(head.files)
    for name in (*names, *stale):
        if round_of(name) in there and round_of(name) != replaced:
            raise HubFault(f"this would change {name} on the Hub; only --replace-round {round_of(name)} may")
    return names, stale


def _send(repo: Repo, head: Head, folder: Path, names: list[str], stale: list[str], title: str) -> "CommitInfo":
    """Upload the large files, then commit everything at once on the parent that was compared."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    about = {"repo_id": repo.repo_id, "repo_type": "dataset", "revision": repo.revision, "create_pr": repo.create_pr}
    adds = [CommitOperationAdd(path_in_repo=name, path_or_fileobj=str(folder / name)) for name in names]
    shards = [add for add in adds if add.path_in_repo.endswith(".parquet")]
    if shards:
        repo.api.preupload_lfs_files(additions=shards, free_memory=False, **about)
    deletes = [CommitOperationDelete(path_in_repo=name, is_folder=False) for name in stale]
    return repo.api.create_commit(operations=[*adds, *deletes], commit_message=title, parent_commit=head.oid, **about)


def _find_pull(repo: Repo, folder: Path, title: str, rounds: list[int]) -> tuple[str, str] | None:
    """Return the commit and address of an open pull request that already holds these rounds."""
    from huggingface_hub.errors import HfHubHTTPError

    def find() -> list[int]:
        try:
            found = repo.api.get_repo_discussions(
                repo.repo_id, repo_type="dataset", discussion_type="pull_request", discussion_status="open"
            )
            return [pull.num for pull in found if pull.title == title]
        except HfHubHTTPError as error:
            if error.response.status_code in (404, 410):  # discussions can be switched off
                return []
            raise

    for number in call(find, f"list the pull requests of {repo.repo_id}"):
        head = read_head(repo._replace(revision=f"refs/pr/{number}"))
        if head.oid and not any(hub_files.differing_files(repo, head, n, folder) for n in rounds):
            return head.oid, f"{repo.address}/discussions/{number}"
    return None


def _tag(repo: Repo, folder: Path, oid: str, number: int, replaced: bool) -> str:
    """Return the name of the round's tag, made where it is missing: v1.N, for a replacement the next v1.N.k."""

    def tag_once(name: str) -> dict:
        files = hub_files.read_files(repo, name)
        if files is None:
            repo.api.create_tag(repo.repo_id, repo_type="dataset", tag=name, revision=oid)
            files = hub_files.read_files(repo, name) or {}
        return files

    for name in _tag_names(number, replaced):
        files = call(lambda name=name: tag_once(name), f"tag {repo.repo_id} {name}")
        if not hub_files.differing_files(repo, Head(name, files, exists=True), number, folder):
            return name
    raise AssertionError("unreachable")


def _tag_names(number: int, replaced: bool) -> Iterator[str]:
    if not replaced:
        yield f"v1.{number}"
    yield from (f"v1.{number}.{i}" for i in itertools.count(1))


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
            done = subprocess.run(
                command, env=os.environ | fresh, cwd=cache, capture_output=True, text=True, check=False
            )
        if done.returncode == 0:
            return int(done.stdout)
        said = (done.stderr.strip().splitlines() or ["no message"])[-1]
    raise HubFault(
        f"{_name_rounds(rounds)} is in {repo.address}, but loading it back failed: {said}; run --push-only again"
    )


def _name_rounds(rounds: list[int]) -> str:
    if len(rounds) == 1:
        return f"round {rounds[0]}"
    return f"rounds {', '.join(map(str, rounds[:-1]))} and {rounds[-1]}"
