"""The host's side of the attacks: bait laid out before the sandbox opens, and the check afterwards.

In: nothing. Out: `World` (a context manager) with `facts` that attacks may know, secret tokens that
no sandboxed code may ever hand back, and `find_escape`, which says what got out. The attack's word
is believed only against the sandbox ("door-open: …" is a confession), never in its favour.
It does not start a sandbox and knows none of its insides. Loopback and own files only.
"""

import ctypes
import hashlib
import os
import selectors
import shutil
import signal
import site
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Self

IPC_CREAT = 0o1000
IPC_RMID = 0
BAIT_FD = 200  # high enough that no harness uses the number by accident
_DECOY = """
import ctypes, os, signal, sys, time
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGURG])
box = ctypes.create_string_buffer(os.environ["BAIT_DECOY"].encode())
try:
    ctypes.CDLL(None).prctl(0x59616d61, ctypes.c_ulong(-1 & (2**64 - 1)), 0, 0, 0)  # let anyone trace it
except OSError:
    pass
print(ctypes.addressof(box), flush=True)
time.sleep(3600)
"""


def make_token() -> str:
    """Return a fresh unguessable token; its form lets attacks search memory for tokens they were not told."""
    return "bait-" + uuid.uuid4().hex


def _fingerprint(path: str) -> str:
    """Return a short hash of a host file, or an impossible word where the host has no such file."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:24]
    except OSError:
        return "no-such-file-" + uuid.uuid4().hex


class World:
    """Bait on this machine. `facts` is literal data handed to every attack; `tokens` maps token to where it lies."""

    def __enter__(self) -> Self:
        self.tokens: dict[str, str] = {}
        self.received: list[bytes] = []
        self._closing: list = []
        self._saved = {name: os.environ.get(name) for name in ("BAIT_ENV", "TZ")}
        os.environ["BAIT_ENV"] = self._token("the host's environment")
        os.environ["TZ"] = "BQX3:17"
        self.tokens["tz-is:BQX;"] = "the host's time zone"
        self.tokens[f"hostname-is:{socket.gethostname()};"] = "the host's name"
        for path in ("/etc/passwd", "/etc/machine-id", "/proc/cmdline", "/proc/sys/kernel/random/boot_id"):
            self.tokens[f"{path}-is:{_fingerprint(path)}"] = path
        environ = f"/proc/{os.getpid()}/environ"
        self.tokens[f"{environ}-is:{_fingerprint(environ)}"] = "the host process' environment"
        self._lay_files()
        self._folder = Path.cwd()
        os.chdir(self.open_dir)  # a payload that runs unconfined must not write into the checkout
        self._listen()
        self._start_decoy()
        self._make_sysv()
        self.facts = {
            "dir": str(self.dir), "open_dir": str(self.open_dir), "secret": str(self.dir / "secret.txt"),
            "ledger": str(self.ledger), "home": str(self.home_file), "shm": str(self.shm_file),
            "host_pid": os.getpid(), "decoy_pid": self.decoy.pid, "decoy_address": self.decoy_address,
            "bait_fd": BAIT_FD, "unix": str(self.dir / "socket"), "abstract": self.abstract,
            "tcp": self.ports["tcp"], "tcp6": self.ports["tcp6"], "udp": self.ports["udp"],
            "sysv_key": self.sysv_key, "lib": str(Path(os.__file__).parent), "prefix": sys.prefix,
        }
        return self

    def __exit__(self, *failure: object) -> None:
        self._running = False
        self._thread.join(timeout=5)
        for closing in reversed(self._closing):
            closing()
        self.decoy.kill()
        self.decoy.wait()
        self.decoy.stdout.close()
        os.chdir(self._folder)
        shutil.rmtree(self.dir, ignore_errors=True)
        for name, value in self._saved.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        time.tzset()

    def make_mark(self) -> str:
        """Return a fresh mark that an attack leaves behind: at most 15 characters, so it fits a process name."""
        return "left" + uuid.uuid4().hex[:10]

    def find_escape(self, mark: str, seen: str) -> str:
        """Return what got out, as one sentence, or "" where nothing did.

        mark: what the attack was told to leave. seen: all text that came back of the attack's job
        (for a later job's text use `mark in text`, the caller's own check).
        """
        for token, place in self.tokens.items():
            if token in seen:
                return f"read {place}"
        if "door-open:" in seen:
            return seen[seen.index("door-open:"):][:160]
        return self._find_left_behind(mark)

    def _find_left_behind(self, mark: str) -> str:
        time.sleep(0.005)  # lets the listener thread see what has arrived
        if any(mark.encode() in message for message in self.received):
            return "reached a socket or pipe of the host"
        if self.ledger.read_text() != "untouched\n" or self.ledger.stat().st_mode & 0o777 != 0o666:
            self._reset_ledger()
            return "changed a file of the host"
        if not (self.dir / "secret.txt").exists():
            return "removed a file of the host"
        return self._find_files(mark) or self._find_signals() or self._find_process(mark)

    def _find_files(self, mark: str) -> str:
        """Look for file names that bear the mark where the host could be written, and take them away."""
        folders = [self.dir, self.open_dir, Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path("/run"), Path("/"),
                   Path.home(), self._folder, Path(os.__file__).parent, Path(sys.prefix),
                   *map(Path, site.getsitepackages())]
        for folder in filter(Path.is_dir, folders):
            for found in folder.iterdir():
                if mark in found.name:
                    found.unlink()
                    return f"left a file in {folder}"
        return ""

    def _find_signals(self) -> str:
        if self.decoy.poll() is not None:
            return "killed a process of the host"
        status = Path(f"/proc/{self.decoy.pid}/status").read_text()
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        if int(fields["ShdPnd"], 16) & (1 << (signal.SIGURG - 1)):
            self.decoy.kill()
            self.decoy.wait()
            self._start_decoy()
            return "signalled a process of the host"
        if fields["TracerPid"].strip() != "0":
            return "traces a process of the host"
        if os.getpriority(os.PRIO_PROCESS, self.decoy.pid) != self.decoy_nice:
            self.decoy_nice = os.getpriority(os.PRIO_PROCESS, self.decoy.pid)
            return "changed the priority of a process of the host"
        return ""

    def _find_process(self, mark: str, patience_s: float = 2.0) -> str:
        """Look for a process or thread that bears the mark, until it is gone or patience ends."""
        until = time.monotonic() + patience_s
        while True:
            left = [pid for pid, name in _list_threads() if mark in name]
            if not left:
                return ""
            if time.monotonic() > until:
                os.kill(left[0], signal.SIGKILL)
                return "left a process running"
            time.sleep(0.1)

    def _token(self, place: str) -> str:
        token = make_token()
        self.tokens[token] = place
        return token

    def _lay_files(self) -> None:
        self.dir = Path(tempfile.mkdtemp(prefix="laid-"))
        self.dir.chmod(0o755)
        self.open_dir = self.dir / "open"
        self.open_dir.mkdir()
        self.open_dir.chmod(0o1777)
        (self.dir / "secret.txt").write_text(self._token("a file in the host's /tmp"))
        (self.dir / self._token("a listing of the host's /tmp")).touch()
        self.ledger = self.dir / "ledger.txt"
        self._reset_ledger()
        self.home_file = Path.home() / f".laid-{uuid.uuid4().hex[:8]}"
        self.home_file.write_text(self._token("the home directory"))
        self.shm_file = Path("/dev/shm") / f"laid-{uuid.uuid4().hex[:8]}"
        self.shm_file.write_text(self._token("the host's shared memory"))
        held = self.dir / "held.txt"
        held.write_text(self._token("a descriptor inherited from the host"))
        descriptor = os.open(held, os.O_RDWR)
        os.dup2(descriptor, BAIT_FD, inheritable=True)
        os.close(descriptor)
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        os.dup2(writer, BAIT_FD + 1, inheritable=True)
        os.close(writer)
        self._pipe = reader
        self._closing += [lambda: os.close(BAIT_FD), lambda: os.close(BAIT_FD + 1), lambda: os.close(reader),
                          self.home_file.unlink, self.shm_file.unlink]

    def _reset_ledger(self) -> None:
        self.ledger.unlink(missing_ok=True)
        self.ledger.write_text("untouched\n")
        self.ledger.chmod(0o666)

    def _listen(self) -> None:
        self.abstract = "laid-" + uuid.uuid4().hex[:8]
        self.ports: dict[str, int] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._pipe, selectors.EVENT_READ, "pipe")
        plan = [("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
                ("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
                ("tcp6", socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)),
                ("unix", socket.AF_UNIX, socket.SOCK_STREAM, str(self.dir / "socket")),
                ("abstract", socket.AF_UNIX, socket.SOCK_STREAM, "\0" + self.abstract)]
        for name, family, kind, address in plan:
            opened = socket.socket(family, kind)
            try:
                opened.bind(address)
            except OSError:  # a host without IPv6 loopback has nothing to be reached there
                opened.close()
                self.ports[name] = 9
                continue
            if family != socket.AF_UNIX:
                self.ports[name] = opened.getsockname()[1]
            if kind == socket.SOCK_STREAM:
                opened.listen(16)
            self._selector.register(opened, selectors.EVENT_READ, kind)
            self._closing.append(opened.close)
        (self.dir / "socket").chmod(0o777)
        self._running = True
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()

    def _receive(self) -> None:
        while self._running:
            for key, _ in self._selector.select(timeout=0.1):
                if key.data == "pipe":
                    self.received.append(os.read(self._pipe, 65536))
                elif key.data == socket.SOCK_DGRAM:
                    self.received.append(key.fileobj.recv(65536))
                else:
                    accepted, _ = key.fileobj.accept()
                    accepted.settimeout(1)
                    with accepted:
                        try:
                            self.received.append(accepted.recv(65536))
                        except OSError:
                            self.received.append(b"")

    def _start_decoy(self) -> None:
        environment = {"BAIT_DECOY": self._token("another process' environment or memory"), "PATH": "/usr/bin:/bin"}
        self.decoy = subprocess.Popen([sys.executable, "-c", _DECOY], env=environment, stdout=subprocess.PIPE)
        self.decoy_address = int(self.decoy.stdout.readline())
        self.decoy_nice = os.getpriority(os.PRIO_PROCESS, self.decoy.pid)
        if hasattr(self, "facts"):
            self.facts |= {"decoy_pid": self.decoy.pid, "decoy_address": self.decoy_address}

    def _make_sysv(self) -> None:
        self.sysv_key = int(uuid.uuid4().hex[:7], 16)
        libc = ctypes.CDLL(None, use_errno=True)
        segment = libc.shmget(self.sysv_key, 4096, IPC_CREAT | 0o666)
        if segment < 0:
            return
        libc.shmat.restype = ctypes.c_void_p
        address = libc.shmat(segment, None, 0)
        token = self._token("a System V segment of the host").encode()
        ctypes.memmove(address, token, len(token))
        libc.shmdt(ctypes.c_void_p(address))
        self._closing.append(lambda: libc.shmctl(segment, IPC_RMID, None))


def _list_threads() -> Iterator[tuple[int, str]]:
    """Yield (process id, thread's name) of every thread that this machine shows; os calls, for it runs often."""
    for process in os.scandir("/proc"):
        if not process.name.isdigit():
            continue
        try:
            for thread in os.scandir(f"{process.path}/task"):
                opened = os.open(f"{thread.path}/comm", os.O_RDONLY)
                try:
                    yield int(process.name), os.read(opened, 64).decode("latin-1")
                finally:
                    os.close(opened)
        except OSError:  # the process ended meanwhile
            continue
