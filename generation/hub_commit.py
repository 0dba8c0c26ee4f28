"""One commit and its tag: what is sent to the Hub, and nothing else.

In: a repository, the commit that was compared, the folder. Out: one commit on that parent, or an open
pull request; a tag. Each function may be called again after it was stopped half way: what is done is
found and passed over. Which rounds may be sent is decided in `generation/hub.py`.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from generation.folder import OWN_NAMES, own_files
from generation.hub_calls import HubFault, call
from generation.hub_files import Head, Repo, differing_files, files_by_round, is_same, read_files, read_head, round_of


class Changes(NamedTuple):
    """File names to add and to delete, and the rounds they belong to."""

    adds: list[str]
    deletes: list[str]
    rounds: set[int]


class Sent(NamedTuple):
    """A commit that holds the rounds. pull: address of the pull request that it waits in, "" on the branch."""

    oid: str
    pull: str = ""


def prepare(repo: Repo) -> None:
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


def find_changes(repo: Repo, head: Head, folder: Path, replaced: int | None) -> Changes:
    """Return what the folder has and the Hub lacks; HubFault before an earlier round would be touched."""
    here = own_files(folder)
    adds = [name for name in here if not is_same(repo, head, name, folder)]
    deletes = [name for name in head.files if OWN_NAMES.fullmatch(name) and name not in here]
    there = files_by_round(head.files)
    rounds = {number for name in (*adds, *deletes) if (number := round_of(name)) is not None}
    for number in rounds & set(there) - {replaced}:
        raise HubFault(f"this would change round {number} on the Hub; only --replace-round {number} may")
    return Changes(adds, deletes, rounds)


def send(repo: Repo, head: Head, folder: Path, changes: Changes) -> Sent:
    """Upload the large files, then commit everything at once on the parent that was compared."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    verb = "Replace" if changes.rounds & set(files_by_round(head.files)) else "Add"
    title = f"{verb} {name_rounds(sorted(changes.rounds))}" if changes.rounds else "Rebuild the card"
    if repo.create_pr and (waiting := _find_pull(repo, folder, title, changes.rounds)):
        return waiting
    about = {"repo_id": repo.repo_id, "repo_type": "dataset", "revision": repo.revision, "create_pr": repo.create_pr}
    adds = [CommitOperationAdd(path_in_repo=name, path_or_fileobj=str(folder / name)) for name in changes.adds]
    deletes = [CommitOperationDelete(path_in_repo=name, is_folder=False) for name in changes.deletes]
    shards = [add for add in adds if add.path_in_repo.endswith(".parquet")]
    repo.api.preupload_lfs_files(additions=shards, free_memory=False, **about)
    info = repo.api.create_commit(operations=[*adds, *deletes], commit_message=title, parent_commit=head.oid, **about)
    return Sent(info.oid, info.pr_url or "")


def _find_pull(repo: Repo, folder: Path, title: str, rounds: set[int]) -> Sent | None:
    """Return the open pull request that already holds these rounds, if there is one."""
    from huggingface_hub.errors import HfHubHTTPError

    def find() -> list[int]:
        asked = {"discussion_type": "pull_request", "discussion_status": "open"}
        try:
            found = list(repo.api.get_repo_discussions(repo.repo_id, repo_type="dataset", **asked))
        except HfHubHTTPError as error:
            if error.response.status_code in (404, 410):  # discussions can be switched off
                return []
            raise
        return [pull.num for pull in found if pull.title == title]

    for number in call(find, f"list the pull requests of {repo.repo_id}"):
        head = read_head(repo._replace(revision=f"refs/pr/{number}"))
        if head.oid and not any(differing_files(repo, head, n, folder) for n in rounds):
            return Sent(head.oid, f"{repo.address}/discussions/{number}")
    return None


def tag_round(repo: Repo, oid: str, folder: Path, number: int, replaced: bool) -> str:
    """Return the name of the tag that holds the round as it is in the folder, made where it is missing.

    It is v1.N; for a round that replaces a published one the next free v1.N.k.
    """

    def tag_once(name: str) -> Head:
        files = read_files(repo, name)
        if files is None:
            repo.api.create_tag(repo.repo_id, repo_type="dataset", tag=name, revision=oid)
            files = read_files(repo, name)
        return Head(name, files or {}, exists=True)

    for name in _tag_names(number, replaced):
        head = call(lambda name=name: tag_once(name), f"tag {repo.repo_id} {name}")
        if not differing_files(repo, head, number, folder):
            return name
    raise AssertionError("unreachable")


def _tag_names(number: int, replaced: bool) -> Iterator[str]:
    if not replaced:
        yield f"v1.{number}"
    yield from (f"v1.{number}.{k}" for k in itertools.count(1))


def name_rounds(rounds: list[int]) -> str:
    """Return "round 4", or "rounds 1, 2 and 3"."""
    if len(rounds) == 1:
        return f"round {rounds[0]}"
    return f"rounds {', '.join(map(str, rounds[:-1]))} and {rounds[-1]}"
