"""The fork server: one process a sandbox, one sealed child a job.

In: on file 0, a socket, one JSON line of configuration, then one JSON line and three files a job
(its request, what it prints, what it reports). Out: one JSON line a job: whether it was sealed, how
it ended, its CPU seconds. A job's text never passes through this process, so that no job finds
another's in memory. Standard library only; it runs in an interpreter without site packages.
"""

import gc
import json
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback
import types

# Extension modules cannot be loaded once sealed, so what a plain function may import is loaded before.
PRELOADED = (
    "abc array ast base64 binascii bisect bz2 calendar cmath codecs collections.abc contextlib contextvars copy csv "
    "dataclasses datetime decimal difflib enum fnmatch fractions functools gc graphlib hashlib heapq html inspect io "
    "itertools json locale lzma math numbers opcode operator pathlib pickle pprint queue random re sched secrets "
    "shlex statistics string struct tempfile textwrap threading time timeit traceback types typing unicodedata "
    "unittest.mock urllib.parse uuid warnings weakref xml.etree.ElementTree zlib zoneinfo asyncio concurrent.futures "
    "logging argparse select resource encodings.idna encodings.latin_1 encodings.ascii encodings.utf_16 "
    "encodings.utf_32 keyword token tokenize linecache stringprep _strptime"
).split()
SETUP_S = 20.0  # for a job's wall to be built, on a machine under heavy load


class HostGone(Exception):
    """The host closed the control socket."""


class Control:
    """The socket to the host: lines, with files beside them."""

    def __init__(self) -> None:
        self._socket = socket.socket(fileno=os.dup(0))
        self._buffer = b""

    def fileno(self) -> int:
        """For poll."""
        return self._socket.fileno()

    def send(self, message: dict) -> None:
        """Send one line; HostGone where nobody listens."""
        try:
            self._socket.sendall(json.dumps(message).encode() + b"\n")
        except OSError as error:
            raise HostGone from error

    def receive(self) -> tuple[dict, list[int]]:
        """Return the next message and its files; late words to kill a job that already ended are skipped."""
        files: list[int] = []
        while True:
            line, found, rest = self._buffer.partition(b"\n")
            if found:
                self._buffer = rest
                if line != b"kill":
                    return json.loads(line), files
                continue
            data, got, _, _ = socket.recv_fds(self._socket, 1 << 16, 8)
            if not data:
                raise HostGone
            files += got
            self._buffer += data

    def wants_kill(self) -> bool:
        """Read what came during a job: true for the word to kill; HostGone at the socket's end."""
        data = self._socket.recv(64)
        if not data:
            raise HostGone
        return True


class Job:
    """One running job, seen from the server."""

    def __init__(self, pid: int, trusted: bool):
        self.pid = pid
        self._trusted = trusted
        self._pidfd = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        self._status: int | None = None

    def kill(self) -> None:
        """SIGKILL the job; for a pid namespace's first process that takes all of it down."""
        if self._trusted:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass  # not yet, or no longer, a group
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def cpu_s(self) -> float:
        """Return the CPU seconds used so far, 0.0 where the machine cannot say."""
        try:
            return time.clock_gettime((~self.pid << 3) | 2)  # Source: the kernel's MAKE_PROCESS_CPUCLOCK
        except OSError:
            return 0.0

    def watch(self, control: Control, wall_s: float, cpu_s: float) -> str:
        """Wait for the end; return why it was killed ("wall", "cpu", "host") or ""."""
        poll = select.poll()
        poll.register(control, select.POLLIN)
        if self._pidfd is not None:
            poll.register(self._pidfd, select.POLLIN)
        deadline = time.monotonic() + wall_s
        while True:
            wall_left, cpu_left = deadline - time.monotonic(), cpu_s - self.cpu_s()
            if wall_left <= 0 or cpu_left <= 0:
                self.kill()
                return "wall" if wall_left <= 0 else "cpu"
            wait_s = max(min(wall_left, cpu_left), 0.001)
            ready = {fd for fd, _ in poll.poll(1000 * (wait_s if self._pidfd is not None else 0.001))}
            if control.fileno() in ready:
                control.wants_kill()
                self.kill()
                return "host"
            if self._pidfd in ready or (self._pidfd is None and self._ended()):
                return ""

    def _ended(self) -> bool:
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid:
            self._status = status
        return pid != 0

    def reap(self) -> tuple[int, float]:
        """Collect the ended job; return its wait status and CPU seconds."""
        status, cpu_s = self._status, 0.0
        if status is None:
            _, status, usage = os.wait4(self.pid, 0)
            cpu_s = usage.ru_utime + usage.ru_stime
        if self._trusted:
            self.kill()  # what it left in its group
        if self._pidfd is not None:
            os.close(self._pidfd)
        return status, cpu_s


class Server:
    """Forks one job at a time for one host."""

    def __init__(self, config: dict, control: Control):
        self.control = control
        self.trusted = config["rung"] == "trusted"
        sys.path.insert(0, config["inner"])
        import guest
        import steps

        self.guest, self.steps = guest, steps
        self.values = types.ModuleType("values")
        with open(config["values"], encoding="utf-8") as file:
            exec(compile(file.read(), "<values>", "exec"), self.values.__dict__)  # noqa: S102
        self.suite = None
        if config["suite"]:
            sys.path.append(config["packages"])
            import suite

            self.suite = suite
        if not self.trusted:
            import isolation

            self.isolation = isolation
        for name in (*PRELOADED, *config["preload"]):
            try:
                __import__(name)
            except ImportError:
                pass  # an interpreter built without it; the job's own import will say so
        sys.path.remove(config["inner"])
        self._own_pid_namespace = -1

    def enter(self, shown: list[str], hidden: list[str]) -> None:
        """Stand inside the wall (namespaces rung); OSError where a part of it is refused."""
        self._own_pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self.isolation.build_root(shown, hidden)
        self.isolation.check(self.isolation.libc.prctl(1, 9, 0, 0, 0), "death signal")

    def prepare(self) -> None:
        """Do once what every job would do, then forget what jobs need not find."""
        if self.suite:
            self.suite.prepare()
        forget = ("guest", "steps", "suite", "isolation", "seccomp", "ctypes", "_ctypes", "ctypes._endian")
        for name in forget:
            sys.modules.pop(name, None)
        sys.argv = ["job"]
        os.environ.clear()
        gc.collect()
        gc.freeze()

    def serve(self) -> None:
        """Run jobs until the host is gone."""
        self.control.send({"up": True})
        while True:
            job, files = self.control.receive()
            self.control.send(self.run(job, files))

    def run(self, job: dict, files: list[int]) -> dict:
        """Run one job and say how it ended."""
        scratch = tempfile.mkdtemp(prefix="heidi-job-") if self.trusted else ""
        report, word = os.pipe()
        if not self.trusted:
            isolation = self.isolation
            isolation.check(isolation.libc.unshare(isolation.NEWPID), "unshare pid")
        pid = os.fork()
        if pid == 0:
            self.become_job(job, files, word, scratch)
        if not self.trusted:
            isolation.check(isolation.libc.setns(self._own_pid_namespace, isolation.NEWPID), "setns")
        os.close(word)
        for file in files:
            os.close(file)
        running = Job(pid, self.trusted)
        said = self.read_setup(report)
        try:
            reason = "" if said != b"ready" else running.watch(self.control, job["wall_s"], job["cpu_s"])
        except HostGone:
            running.kill()
            raise
        finally:
            os.close(report)
            if said != b"ready":
                running.kill()
            status, cpu_s = running.reap()
            if scratch:
                shutil.rmtree(scratch, ignore_errors=True)
        return {"sealed": said == b"ready", "said": said.decode(errors="replace"), "status": status,
                "reason": reason, "cpu_s": cpu_s}  # fmt: skip

    def read_setup(self, report: int) -> bytes:
        """Return what the child said of its wall: `ready`, or the error."""
        said = b""
        poll = select.poll()
        poll.register(report, select.POLLIN)
        while poll.poll(1000 * SETUP_S):
            part = os.read(report, 4096)
            if not part:
                return said
            said += part
        return b"the wall was not built in time"

    def become_job(self, job: dict, files: list[int], word: int, scratch: str) -> None:
        """In the child: close everything else, seal, say so, run; never returns."""
        try:
            request, printed, result = files
            for number, file in enumerate((request, printed, printed, result, word)):
                os.dup2(file, 100 + number)
            for number in range(5):
                os.dup2(100 + number, number)
            os.closerange(5, 256)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            if self.trusted:
                seal_trusted(job, scratch)
            else:
                self.isolation.seal_job(job["memory_mb"], job["cpu_s"])
            os.write(4, b"ready")
        except BaseException as error:  # noqa: BLE001 - a child must never return into the server's loop
            os.write(4, f"{type(error).__name__}: {error}"[:500].encode())
            os._exit(1)
        os.close(4)
        try:
            self.guest.main(self.values, self.steps, self.suite)
        finally:
            os._exit(1)


def seal_trusted(job: dict, scratch: str) -> None:
    """Limits only: a group of its own, a folder of its own, rlimits. No wall: trusted code only."""
    import resource

    os.setsid()
    os.chdir(scratch)
    for name, limit in (("RLIMIT_AS", job["memory_mb"] << 20), ("RLIMIT_CPU", int(job["cpu_s"]) + 1),
                        ("RLIMIT_FSIZE", 16 << 20), ("RLIMIT_CORE", 0)):  # fmt: skip
        try:
            resource.setrlimit(getattr(resource, name), (limit, limit))
        except (ValueError, OSError, AttributeError):
            pass  # macOS refuses some; this rung promises no wall


def stand_guard(host_pidfd: int, server_pid: int) -> None:
    """In the outer process: end the server when the host dies, and end with the server."""
    server_pidfd = os.pidfd_open(server_pid)
    poll = select.poll()
    poll.register(host_pidfd, select.POLLIN)
    poll.register(server_pidfd, select.POLLIN)
    poll.poll()
    os.kill(server_pid, signal.SIGKILL)
    os.waitpid(server_pid, 0)
    os._exit(0)


def main() -> None:
    """Start as configured, then serve; start-up errors are told to the host."""
    host_pid = os.getppid()
    control = Control()
    config, _ = control.receive()
    try:
        server = Server(config, control)
        if config["rung"] == "namespaces":
            host_pidfd = os.pidfd_open(host_pid)
            server.isolation.drop_root()
            server.isolation.make_namespaces()
            pid = os.fork()
            if pid:
                os.closerange(host_pidfd + 1, 64)
                os.close(control.fileno())
                stand_guard(host_pidfd, pid)
            os.close(host_pidfd)
            server.enter(config["shown"], config["hidden"])
        server.prepare()
    except HostGone:
        raise
    except BaseException as error:  # noqa: BLE001 - nobody but the host can read it
        place = traceback.extract_tb(error.__traceback__)[-1]
        control.send({"up": False, "error": f"{type(error).__name__}: {error} ({place.name})"})
        os._exit(1)
    server.serve()


if __name__ == "__main__":
    try:
        main()
    except (HostGone, KeyboardInterrupt):
        os._exit(0)
