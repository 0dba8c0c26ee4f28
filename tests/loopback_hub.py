"""A Hub on 127.0.0.1 for the tests: repositories, commits, LFS storage on a second port, and faults on demand.

In: HTTP requests as huggingface_hub and datasets send them. Out: answers in the Hub's form. Each
commit keeps its whole tree, so that tests can look at any moment of the history. It does not cover
Xet, multipart uploads, git itself, or permissions beyond read and write.
"""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import yaml

TREE_PAGE = 50  # smaller than the Hub's 1,000, so that paging is always in play


class StoredFile(NamedTuple):
    """One file of a commit."""

    data: bytes
    lfs: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def oid(self) -> str:
        """The git blob id: of the content, or of the LFS pointer."""
        data = self.data
        if self.lfs:
            data = f"version lfs\noid sha256:{self.sha256}\nsize {len(data)}\n".encode()
        return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()

    def describe(self, path: str) -> dict[str, Any]:
        about = {"type": "file", "path": path, "oid": self.oid, "size": len(self.data)}
        return about | ({"lfs": {"oid": self.sha256, "size": len(self.data), "pointerSize": 130}} if self.lfs else {})


class Commit(NamedTuple):
    """A commit: its whole tree, by path."""

    oid: str
    parent: str | None
    title: str
    files: dict[str, StoredFile]


@dataclass
class Repository:
    """One dataset repository: all commits, and the names that point to them."""

    private: bool = False
    gated: bool = False
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    pulls: dict[str, str] = field(default_factory=dict)

    def find(self, revision: str) -> Commit | None:
        names = self.branches | self.tags | self.pulls
        return self.commits.get(names.get(revision, revision))

    def history(self, branch: str = "main") -> list[Commit]:
        """Return the branch's commits, newest first."""
        found, oid = [], self.branches.get(branch)
        while oid:
            found.append(self.commits[oid])
            oid = self.commits[oid].parent
        return found

    def add(self, files: dict[str, StoredFile], title: str, branch: str = "main", pull: str = "") -> Commit:
        parent = self.branches.get(branch)
        oid = hashlib.sha1(f"{len(self.commits)} {parent} {title}".encode()).hexdigest()
        commit = Commit(oid, parent, title, files)
        self.commits[oid] = commit
        (self.pulls if pull else self.branches)[pull or branch] = oid
        return commit

    def write(self, **texts: str) -> Commit:
        """Commit text files to main, as another writer would; path by keyword-free dict: write(**{"a/b": "…"})."""
        files = dict(self.branches and self.history()[0].files)
        return self.add(files | {k: StoredFile(v.encode(), False) for k, v in texts.items()}, "another writer")


class Injected(NamedTuple):
    """A fault: the request it hits, what it does, how many requests it spares first.

    action: a status code, "cut" (closed before anything is done), "late" (done, but the answer
    never comes), "hang" (no answer until the hub closes), or a function called before the request is served.
    """

    method: str
    part: str
    action: int | str | Callable[[], None]
    headers: dict[str, str]


class LoopbackHub:
    """The server. Use as a context manager; `endpoint` is its address."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.storage: dict[str, bytes] = {}
        self.tokens = {"writer": self.user("tester"), "reader": self.user("tester", role="read")}
        self.faults: list[Injected] = []
        self.requests: list[str] = []
        self.lock = threading.RLock()
        self.closing = threading.Event()
        self.full = False

    @staticmethod
    def user(name: str, role: str = "write", orgs: tuple[str, ...] = ("team",)) -> dict[str, Any]:
        return {
            "type": "user",
            "name": name,
            "orgs": [{"name": org, "roleInOrg": "write"} for org in orgs],
            "auth": {"type": "access_token", "accessToken": {"displayName": "test", "role": role}},
        }

    def __enter__(self) -> "LoopbackHub":
        self.servers = [ThreadingHTTPServer(("127.0.0.1", 0), _make_handler(self)) for _ in range(2)]
        for server in self.servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.endpoint, self.storage_endpoint = (f"http://127.0.0.1:{s.server_port}" for s in self.servers)
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def inject(self, method: str, part: str, *actions: int | str | Callable[[], None], **headers: str) -> None:
        """Let the next requests whose method and path match meet these faults, one each, in order."""
        self.faults += [Injected(method, part, action, headers) for action in actions]

    def count(self, pattern: str) -> int:
        """Return how many requests matched `METHOD /path`."""
        return sum(bool(re.search(pattern, line)) for line in self.requests)

    def create(self, name: str, private: bool = False) -> Repository:
        repository = self.repositories[name] = Repository(private=private)
        repository.write(**{".gitattributes": "*.parquet filter=lfs diff=lfs merge=lfs -text\n"})
        return repository


def _make_handler(hub: LoopbackHub) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (HubHandler,), {"hub": hub})


class HubHandler(BaseHTTPRequestHandler):
    """One request. Every route is a method that returns nothing and has answered."""

    hub: LoopbackHub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.serve()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET

    def serve(self) -> None:
        place = urlsplit(self.path)
        self.route, self.query = place.path, parse_qs(place.query)
        with self.hub.lock:
            self.hub.requests.append(f"{self.command} {unquote(self.path)}")
            hit = next((f for f in self.hub.faults if f.method == self.command and re.search(f.part, self.path)), None)
            if hit:
                self.hub.faults.remove(hit)
        action = hit.action if hit else None
        if action == "cut":
            self.close_connection = True
            self.connection.close()
            return
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if action == "hang":
            self.hub.closing.wait(30)
            self.close_connection = True
            return
        if isinstance(action, int):
            self.answer(action, {"error": f"injected {action}"}, hit.headers if hit else {})
            return
        if callable(action):
            action()
        self.silent = action == "late"
        with self.hub.lock:
            self.find_route()
        if self.silent:
            self.close_connection = True
            self.connection.close()

    def answer(self, status: int, body: Any = None, headers: dict[str, str] | None = None) -> None:
        if getattr(self, "silent", False):
            return
        data = body if isinstance(body, bytes) else json.dumps(body if body is not None else {}).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(data))} | (headers or {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def refuse(self, status: int, code: str, message: str) -> None:
        self.answer(status, {"error": message}, {"X-Error-Code": code, "X-Error-Message": message})

    @property
    def user(self) -> dict[str, Any] | None:
        return self.hub.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))

    def find_route(self) -> None:
        for pattern, handle in ROUTES:
            match = re.fullmatch(pattern, f"{self.command} {self.route}")
            if match:
                handle(self, *(unquote(part) for part in match.groups()))
                return
        self.refuse(404, "", f"no route {self.command} {self.route}")

    # whoami, creating, checking

    def whoami(self) -> None:
        if self.user is None:
            self.refuse(401, "", "Invalid credentials in Authorization header")
        else:
            self.answer(200, self.user)

    def create_repository(self) -> None:
        asked = json.loads(self.body)
        user = self.user or {}
        owner = asked.get("organization") or user.get("name")
        if owner not in [user.get("name"), *(org["name"] for org in user.get("orgs", []))]:
            self.refuse(403, "", f"You don't have the rights to create a dataset under the namespace {owner}")
        elif user["auth"]["accessToken"]["role"] == "read":
            self.refuse(403, "", "You don't have the rights to create a dataset with this token")
        elif (name := f"{owner}/{asked['name']}") in self.hub.repositories:
            self.answer(409, {"error": "You already created this dataset repo", "url": f"/datasets/{name}"})
        else:
            private = asked.get("private") or asked.get("visibility") == "private"
            self.hub.create(name, private=bool(private))
            self.answer(200, {"url": f"{self.hub.endpoint}/datasets/{name}", "name": name, "id": name})

    def validate_yaml(self) -> None:
        text = json.loads(self.body)["content"]
        try:
            found = yaml.safe_load(text.split("---\n")[1])
            errors = [] if isinstance(found, dict) else [{"message": "front matter is no mapping"}]
        except (IndexError, yaml.YAMLError) as error:
            errors = [{"message": str(error)}]
        self.answer(400 if errors else 200, {"errors": errors, "warnings": []})

    # reading

    def repository(self, name: str) -> Repository | None:
        found = self.hub.repositories.get(name)
        if found is None or (found.private and self.user is None):
            self.refuse(404 if self.user else 401, "RepoNotFound", "Repository not found")
            return None
        return found

    def commit_at(self, name: str, revision: str) -> Commit | None:
        repository = self.repository(name)
        if repository is None:
            return None
        commit = repository.find(revision)
        if commit is None:
            self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        return commit

    def describe(self, name: str, revision: str = "main") -> None:
        if commit := self.commit_at(name, revision):
            repository = self.hub.repositories[name]
            about = {"_id": "0", "id": name, "author": name.split("/")[0], "sha": commit.oid, "disabled": False}
            about |= {"private": repository.private, "gated": repository.gated and "auto", "tags": [], "downloads": 0}
            files = [{"rfilename": path} for path in sorted(commit.files)]
            self.answer(200, about | {"siblings": files, "lastModified": "2026-01-01T00:00:00.000Z"})

    def tree(self, name: str, revision: str, folder: str | None = None) -> None:
        commit = self.commit_at(name, revision)
        if commit is None:
            return
        start = f"{folder}/" if folder else ""
        inside = [path for path in sorted(commit.files) if path.startswith(start)]
        if folder and not inside:
            self.refuse(404, "EntryNotFound", f"{folder} does not exist")
            return
        folders = {start + path.removeprefix(start).rsplit("/", 1)[0] for path in inside if "/" in path[len(start) :]}
        if self.query.get("recursive", ["false"])[0].lower() != "true":
            inside = [path for path in inside if "/" not in path.removeprefix(start)]
        entries = [{"type": "directory", "path": path, "oid": "0" * 40, "size": 0} for path in sorted(folders)]
        entries += [commit.files[path].describe(path) for path in inside]
        first = int(self.query.get("cursor", ["0"])[0])
        headers = {}
        if first + TREE_PAGE < len(entries):
            others = "&".join(f"{k}={v[0]}" for k, v in self.query.items() if k != "cursor")
            address = f"{self.hub.endpoint}{self.route}?{others}&cursor={first + TREE_PAGE}"
            headers = {"Link": f'<{address}>; rel="next"'}
        self.answer(200, entries[first : first + TREE_PAGE], headers)

    def paths_info(self, name: str, revision: str) -> None:
        commit = self.commit_at(name, revision)
        if commit is None:
            return
        text = self.body.decode()
        asked = json.loads(text)["paths"] if text.startswith("{") else parse_qs(text).get("paths", [])
        found = [commit.files[path].describe(path) for path in asked if path in commit.files]
        for path in asked:
            if any(other.startswith(f"{path}/") for other in commit.files):
                found.append({"type": "directory", "path": path, "oid": "0" * 40, "size": 0})
        self.answer(200, found)

    def resolve(self, name: str, revision: str, path: str) -> None:
        commit = self.commit_at(name, revision)
        if commit is None:
            return
        file = commit.files.get(path)
        if file is None:
            headers = {"X-Repo-Commit": commit.oid, "X-Error-Code": "EntryNotFound", "X-Error-Message": "no such file"}
            self.answer(404, {"error": "Entry not found"}, headers)
            return
        headers = {"X-Repo-Commit": commit.oid, "Accept-Ranges": "bytes"}
        if file.lfs:
            self.hub.storage[file.sha256] = file.data
            headers |= {"X-Linked-ETag": f'"{file.sha256}"', "X-Linked-Size": str(len(file.data))}
            self.answer(302, b"", headers | {"Location": f"{self.hub.storage_endpoint}/lfs/{file.sha256}"})
        else:
            self.send_bytes(file.data, headers | {"ETag": f'"{file.oid}"'})

    def send_bytes(self, data: bytes, headers: dict[str, str]) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not wanted:
            self.answer(200, data, {"Content-Type": "application/octet-stream"} | headers)
            return
        first, last = int(wanted[1]), min(int(wanted[2] or len(data) - 1), len(data) - 1)
        headers |= {"Content-Range": f"bytes {first}-{last}/{len(data)}", "Content-Type": "application/octet-stream"}
        self.answer(206, data[first : last + 1], headers)

    def refs(self, name: str) -> None:
        repository = self.repository(name)
        if repository is None:
            return

        def listed(names: dict[str, str], kind: str) -> list[dict]:
            return [{"name": k, "ref": f"refs/{kind}/{k}", "targetCommit": v} for k, v in names.items()]

        body = {"branches": listed(repository.branches, "heads"), "tags": listed(repository.tags, "tags")}
        self.answer(200, body | {"converts": [], "pullRequests": []})

    def discussions(self, name: str) -> None:
        repository = self.repository(name)
        if repository is None:
            return
        found = []
        for ref, oid in repository.pulls.items():
            about = {"num": int(ref.rsplit("/", 1)[1]), "title": repository.commits[oid].title, "status": "open"}
            about |= {"isPullRequest": True, "author": {"name": "tester"}, "createdAt": "2026-01-01T00:00:00.000Z"}
            found.append(about | {"repo": {"name": name, "type": "dataset"}})
        self.answer(200, {"discussions": found, "count": len(found), "start": 0})

    # writing

    def may_write(self, name: str) -> Repository | None:
        repository = self.repository(name)
        if repository is None:
            return None
        if self.user is None or self.user["auth"]["accessToken"]["role"] == "read":
            self.refuse(403, "", "You don't have the rights to write to this repository")
            return None
        if self.hub.full:
            self.refuse(403, "", "Storage limit reached, please upgrade your plan")
            return None
        return repository

    def preupload(self, name: str, revision: str) -> None:
        repository = self.may_write(name)
        if repository is None:
            return
        commit = repository.find(revision)
        files = []
        for asked in json.loads(self.body)["files"]:
            path = asked["path"]
            mode = "lfs" if path.endswith((".parquet", ".png")) or asked["size"] > 10_000_000 else "regular"
            there = commit.files.get(path) if commit else None
            oid = there and (there.sha256 if there.lfs else there.oid)
            files.append({"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": oid})
        self.answer(200, {"files": files})

    def lfs_batch(self, name: str) -> None:
        if self.may_write(name) is None:
            return
        objects = []
        for asked in json.loads(self.body)["objects"]:
            place = {"href": f"{self.hub.storage_endpoint}/lfs/{asked['oid']}"}
            there = asked["oid"] in self.hub.storage
            objects.append(asked | ({} if there else {"actions": {"upload": place}}))
        self.answer(200, {"transfer": "basic", "objects": objects})

    def store(self, oid: str) -> None:
        if hashlib.sha256(self.body).hexdigest() != oid:
            self.answer(400, {"error": "content does not match its hash"})
            return
        self.hub.storage[oid] = self.body
        self.answer(200)

    def fetch_stored(self, oid: str) -> None:
        self.send_bytes(self.hub.storage[oid], {"ETag": f'"{oid}"', "Accept-Ranges": "bytes"})

    def commit(self, name: str, revision: str) -> None:
        repository = self.may_write(name)
        if repository is None:
            return
        lines = [json.loads(line) for line in self.body.splitlines() if line]
        header = lines[0]["value"]
        head = repository.branches.get(revision)
        if head is None:
            self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
            return
        pull = "create_pr" in self.query
        if not pull and header.get("parentCommit") not in (None, head):
            self.refuse(412, "", "A commit has happened since. Please refresh and try again.")
            return
        files = dict(repository.commits[head].files)
        for line in lines[1:]:
            path = line["value"]["path"]
            if line["key"] == "deletedFile":
                files.pop(path)
            elif line["key"] == "lfsFile":
                if line["value"]["oid"] not in self.hub.storage:
                    self.refuse(400, "", f"LFS pointer of {path} points to an object that was never uploaded")
                    return
                files[path] = StoredFile(self.hub.storage[line["value"]["oid"]], True)
            else:
                files[path] = StoredFile(base64.b64decode(line["value"]["content"]), False)
        ref = f"refs/pr/{len(repository.pulls) + 1}" if pull else ""
        commit = repository.add(files, header["summary"], revision, ref)
        address = f"{self.hub.endpoint}/datasets/{name}"
        body = {"success": True, "commitOid": commit.oid, "commitUrl": f"{address}/commit/{commit.oid}"}
        if pull:
            body["pullRequestUrl"] = f"{address}/discussions/{ref.rsplit('/', 1)[1]}"
        self.answer(200, body)

    def tag(self, name: str, revision: str) -> None:
        repository = self.may_write(name)
        if repository is None:
            return
        tag, commit = json.loads(self.body)["tag"], repository.find(revision)
        if tag in repository.tags:
            self.answer(409, {"error": "Tag reference exists already"})
        elif commit is None:
            self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        else:
            repository.tags[tag] = commit.oid
            self.answer(201)

    def branch(self, name: str, branch: str) -> None:
        repository = self.may_write(name)
        if repository is None:
            return
        start = (json.loads(self.body) if self.body else {}).get("startingPoint") or "main"
        if branch in repository.branches:
            self.answer(409, {"error": "Reference already exists"})
        else:
            repository.branches[branch] = repository.find(start).oid
            self.answer(201)


NAME = r"([\w.-]+/[\w.-]+)"
ROUTES: list[tuple[str, Callable[..., None]]] = [
    (r"GET /api/whoami-v2", HubHandler.whoami),
    (r"POST /api/repos/create", HubHandler.create_repository),
    (r"POST /api/validate-yaml", HubHandler.validate_yaml),
    (rf"GET /api/datasets/{NAME}", HubHandler.describe),
    (rf"GET /api/datasets/{NAME}/revision/([^/]+)", HubHandler.describe),
    (rf"GET /api/datasets/{NAME}/tree/([^/]+)", HubHandler.tree),
    (rf"GET /api/datasets/{NAME}/tree/([^/]+)/(.+)", HubHandler.tree),
    (rf"POST /api/datasets/{NAME}/paths-info/([^/]+)", HubHandler.paths_info),
    (rf"(?:GET|HEAD) /datasets/{NAME}/resolve/([^/]+)/(.+)", HubHandler.resolve),
    (rf"GET /api/datasets/{NAME}/refs", HubHandler.refs),
    (rf"GET /api/datasets/{NAME}/discussions", HubHandler.discussions),
    (rf"POST /api/datasets/{NAME}/preupload/([^/]+)", HubHandler.preupload),
    (rf"POST /datasets/{NAME}\.git/info/lfs/objects/batch", HubHandler.lfs_batch),
    (r"PUT /lfs/(\w+)", HubHandler.store),
    (r"(?:GET|HEAD) /lfs/(\w+)", HubHandler.fetch_stored),
    (rf"POST /api/datasets/{NAME}/commit/([^/]+)", HubHandler.commit),
    (rf"POST /api/datasets/{NAME}/tag/([^/]+)", HubHandler.tag),
    (rf"POST /api/datasets/{NAME}/branch/([^/]+)", HubHandler.branch),
]
