"""What is on the Hub against what is in the folder, file by file.

In: a dataset repository and a published folder. Out: which rounds each has, whether they are the same,
and the remote rounds brought into the folder. It reads only; the one writer is `generation/hub.py`.
"""

import hashlib
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from generation.folder import OWN_NAMES, ROUND_IN_NAME, hash_file, own_files, write_beside, write_text
from generation.hub_calls import HubFault, call

if TYPE_CHECKING:
    from huggingface_hub import HfApi
    from huggingface_hub.hf_api import RepoFile

LICENSE = Path(__file__).resolve().parent.parent / "license_policy.md"
SHARD = re.compile(r"(data|chat|evidence)/round_(\d+)-(\d{5})-of-(\d{5})\.parquet")


class Repo(NamedTuple):
    """A dataset repository as the command line names it. revision: a branch. private: only for one that is new."""

    api: "HfApi"
    repo_id: str
    revision: str
    private: bool
    create_pr: bool

    @property
    def address(self) -> str:
        """Where people look at it."""
        return f"{self.api.endpoint}/datasets/{self.repo_id}"


class Head(NamedTuple):
    """One commit of a repository. oid: None where there is no commit yet. exists: whether the repository does."""

    oid: str | None
    files: dict[str, "RepoFile"]
    exists: bool
    branch_exists: bool = True


def read_head(repo: Repo) -> Head:
    """Return the branch as it is now; a branch that does not exist yet begins where main is."""
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    def read() -> Head:
        try:
            return _read_revision(repo, repo.revision)
        except GatedRepoError:
            raise
        except RepositoryNotFoundError:
            return Head(None, {}, exists=False, branch_exists=False)
        except RevisionNotFoundError:
            if repo.revision == "main":
                return Head(None, {}, exists=True)
        try:
            return _read_revision(repo, "main")._replace(branch_exists=False)
        except RevisionNotFoundError:
            return Head(None, {}, exists=True, branch_exists=False)

    return call(read, f"read {repo.repo_id}")


def read_files(repo: Repo, revision: str) -> dict[str, "RepoFile"] | None:
    """Return the files at a tag, pull request or commit by path; None where there is no such revision."""
    from huggingface_hub.errors import RevisionNotFoundError

    def read() -> dict[str, "RepoFile"] | None:
        try:
            return _read_revision(repo, revision).files
        except RevisionNotFoundError:
            return None

    return call(read, f"read {revision} of {repo.repo_id}")


def _read_revision(repo: Repo, revision: str) -> Head:
    oid = repo.api.repo_info(repo.repo_id, repo_type="dataset", revision=revision).sha
    tree = repo.api.list_repo_tree(repo.repo_id, repo_type="dataset", revision=oid, recursive=True)
    return Head(oid, {entry.path: entry for entry in tree if hasattr(entry, "blob_id")}, exists=True)


def round_of(name: str) -> int | None:
    """Return the round that a published file belongs to; None for the card, its pictures, the licence."""
    found = ROUND_IN_NAME.match(name) if OWN_NAMES.fullmatch(name) else None
    return int(found[1]) if found else None


def files_by_round(names: Iterable[str]) -> dict[int, list[str]]:
    """Return the rounds' files by round, both ascending."""
    found: dict[int, list[str]] = {}
    for name in sorted(names):
        number = round_of(name)
        if number is not None:
            found.setdefault(number, []).append(name)
    return dict(sorted(found.items()))


def check_ours(repo: Repo, head: Head) -> None:
    """Raise HubFault where the repository holds something else, or a round of which a file is missing."""
    rounds = files_by_round(head.files)
    others = [n for n in head.files if not n.startswith((".git", "README", "LICENSE")) and not OWN_NAMES.fullmatch(n)]
    if others and not rounds:
        raise HubFault(f"{repo.repo_id} holds something else ({others[0]}); choose another --repo-id")
    for number, names in rounds.items():
        missing = _missing_files(number, names)
        if missing:
            raise HubFault(
                f"round {number} in {repo.repo_id} lacks {missing[0]}; restore it there, or choose another --repo-id"
            )


def _missing_files(number: int, names: list[str]) -> list[str]:
    wanted = [f"metrics/round_{number}.json", f"clean_round_{number}.jsonl"]
    shards = [found for name in names if (found := SHARD.fullmatch(name))]
    for view in ("data", "chat", "evidence"):
        count = max((int(s[4]) for s in shards if s[1] == view), default=1)
        wanted += [f"{view}/round_{number}-{i:05d}-of-{count:05d}.parquet" for i in range(count)]
    return [name for name in wanted if name not in names]


def is_same(repo: Repo, head: Head, name: str, folder: Path) -> bool:
    """Whether a file is the same, byte for byte, in the folder and on the Hub."""
    there, here = head.files.get(name), folder / name
    if there is None or not here.is_file():
        return there is None and not here.is_file()
    if there.size != here.stat().st_size:
        return False
    if there.lfs:
        return there.lfs.sha256 == hash_file(here)
    return there.blob_id == hash_blob(here) or _download(repo, head, name).read_bytes() == here.read_bytes()


def differing_files(repo: Repo, head: Head, number: int, folder: Path) -> list[str]:
    """Return the files of a round that are not the same here and there, those that one side lacks included."""
    here = files_by_round(own_files(folder)).get(number, [])
    there = files_by_round(head.files).get(number, [])
    return [name for name in sorted({*here, *there}) if not is_same(repo, head, name, folder)]


def hash_blob(path: Path) -> str:
    """Return a file's git blob id. Source: git hashes the header "blob <size>\\0" and the content with SHA-1."""
    data = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def bring_files(repo: Repo, head: Head, names: list[str], folder: Path, waiting: Path) -> None:
    """Bring files of the Hub into the folder, all of them downloaded and checked before the first is put there.

    waiting: where they are downloaded to; an interrupted download is continued from it.
    """
    for name in names:
        place = _download(repo, head, name, waiting)
        there = head.files[name]
        if place.stat().st_size != there.size or (there.lfs and there.lfs.sha256 != hash_file(place)):
            place.unlink()
            raise HubFault(f"{name} of {repo.repo_id} came broken; run the same command again")
    for name in names:
        with write_beside(folder / name) as beside:
            shutil.copyfile(waiting / name, beside)
    write_text(folder / "license_policy.md", LICENSE.read_text(encoding="utf-8"))
    shutil.rmtree(waiting)


def _download(repo: Repo, head: Head, name: str, folder: Path | None = None) -> Path:
    def download() -> Path:
        return Path(
            repo.api.hf_hub_download(
                repo.repo_id, name, repo_type="dataset", revision=head.oid, local_dir=folder and str(folder)
            )
        )

    return call(download, f"download {name} of {repo.repo_id}")
