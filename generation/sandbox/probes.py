"""Try a rung before it is believed: harmless attempts to get out, judged from outside, and honest jobs.

In: a function that opens a sandbox. Out: the first probe that it missed, or none. A rung that refuses
everything misses the honest jobs. Bait is laid before the sandbox opens. The probes are few and fast;
tests/attacks holds the long list.
"""
# Paths go to the kernel and to JSON as text:
# ruff: noqa: PTH208

import os
import secrets
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from generation.sandbox.host import Sandbox
from generation.sandbox.verdicts import CallResult, Limits, SandboxError, Verdict
from generation.values import Outcome, encode

QUICK = Limits(wall_s=2.0, cpu_s=1.0)
SHORT = Limits(wall_s=0.2, cpu_s=0.2)


@dataclass
class Bait:
    """What lies outside: a folder with a secret file, and a listening socket."""

    folder: Path
    token: str
    listener: socket.socket


@dataclass(frozen=True)
class Probe:
    """One attempt. source defines `probe(folder, port, pid)`; held judges its result by what lies outside."""

    name: str
    source: str
    held: Callable[[CallResult, Bait], bool]
    limits: Limits = QUICK


def _was_refused(result: CallResult, bait: Bait) -> bool:
    """The attempt raised, or ended the job."""
    return not any(outcome.raised is None for group in result.outcomes for outcome in group)


def _is_not_told(result: CallResult, bait: Bait) -> bool:
    return bait.token not in repr(result)


def _is_not_reached(result: CallResult, bait: Bait) -> bool:
    try:
        bait.listener.accept()[0].close()
    except BlockingIOError:
        return True
    return False


def _is_not_written(result: CallResult, bait: Bait) -> bool:
    return sorted(os.listdir(bait.folder)) == ["secret.txt"]


def _gave(*values: object) -> Callable[[CallResult, Bait], bool]:
    wanted = tuple((Outcome(value=encode(value)),) for value in values)
    return lambda result, bait: result.verdict is Verdict.PASSED and result.outcomes == wanted


def _ended_as(*verdicts: Verdict) -> Callable[[CallResult, Bait], bool]:
    return lambda result, bait: result.verdict in verdicts


PROBES = (
    Probe(
        "an honest job gives its value",
        "import collections, heapq, re, textwrap\ndef probe(folder, port, pid):\n"
        "    return [heapq.nsmallest(2, [3, 1, 2]), dict(collections.Counter('aab')), bool(re.match('a+', 'aa'))]\n",
        _gave([[1, 2], {"a": 2, "b": 1}, True]),
    ),
    Probe(
        "a file of the host cannot be read",
        "def probe(folder, port, pid):\n    return open(folder + '/secret.txt').read()\n",
        _is_not_told,
    ),
    Probe(
        "the host's folders cannot be written",
        "def probe(folder, port, pid):\n    open(folder + '/left', 'w').write('x')\n",
        _is_not_written,
    ),
    Probe(
        "the host's environment cannot be seen",
        "import os\ndef probe(folder, port, pid):\n    found = [repr(dict(os.environ))]\n"
        "    for who in (pid, 'self', os.getppid()):\n        try:\n"
        "            found.append(open(f'/proc/{who}/environ').read())\n        except OSError:\n            pass\n"
        "    return found\n",
        _is_not_told,
    ),
    Probe(
        "no network, not even this machine's own",
        "import socket\ndef probe(folder, port, pid):\n    socket.create_connection(('127.0.0.1', port), 0.2)\n",
        _is_not_reached,
    ),
    Probe("no new process", "import os\ndef probe(folder, port, pid):\n    return os.fork() and None\n", _was_refused),
    Probe(
        "no other program",
        "import os, sys\ndef probe(folder, port, pid):\n"
        "    os.execv(sys.executable or '/bin/sh', ['x', '-c', \"open('%s/left', 'w')\" % folder])\n",
        _is_not_written,
    ),
    Probe("no signal to the host", "import os\ndef probe(folder, port, pid):\n    os.kill(pid, 0)\n", _was_refused),
    Probe(
        "the host's name cannot be seen",
        "import os\ndef probe(folder, port, pid):\n    return os.uname().nodename\n",
        lambda result, bait: encode(socket.gethostname()) not in {o.value for group in result.outcomes for o in group},
    ),
    Probe(
        "memory is bounded",
        "def probe(folder, port, pid):\n    return len(bytearray(1_000_000_000))\n",
        _ended_as(Verdict.OUT_OF_MEMORY, Verdict.CRASHED),
    ),
    Probe(
        "time is bounded",
        "def probe(folder, port, pid):\n    while True:\n        pass\n",
        _ended_as(Verdict.TIMED_OUT),
        SHORT,
    ),
    Probe(
        "output is bounded",
        "def probe(folder, port, pid):\n    for _ in range(50):\n        print('x' * 100_000, flush=True)\n",
        _ended_as(Verdict.OUTPUT_LIMIT, Verdict.CRASHED),
    ),
    Probe(
        "a job leaves a file for none",
        "import os\ndef probe(folder, port, pid):\n    seen = os.path.exists('left')\n    try:\n"
        "        open('left', 'w').close()\n    except OSError:\n        pass\n    return seen\n",
        _gave(False),
    ),
    Probe(
        "nor a change in memory",
        "import json\ndef probe(folder, port, pid):\n    seen = hasattr(json, 'left')\n    json.left = 1\n"
        "    return seen\n",
        _gave(False),
    ),
)
TWICE = PROBES[-2:]
SUITE_PROBE = "import pytest\nfrom probed import right\n\ndef test_it():\n    assert right() == 1\n"


def find_missed(sandbox: Sandbox) -> tuple[str, int]:
    """Return the name of the first probe that a sandbox missed ("" where all held) and how many held.

    Raises SandboxError where its rung does not start at all.
    """
    token = "bait-" + secrets.token_hex(16)
    variable = "HEIDI_PROBE_BAIT"
    with tempfile.TemporaryDirectory(prefix="heidi-bait-") as name, socket.socket() as listener:
        os.environ[variable] = token
        try:
            return _try_all(sandbox, _lay(Path(name), token, listener))
        finally:
            del os.environ[variable]


def _lay(folder: Path, token: str, listener: socket.socket) -> Bait:
    folder.chmod(0o777)
    secret = folder / "secret.txt"
    secret.write_text(token, encoding="utf-8")
    secret.chmod(0o666)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    listener.setblocking(False)
    return Bait(folder, token, listener)


def _try_all(sandbox: Sandbox, bait: Bait) -> tuple[str, int]:
    given = encode((str(bait.folder), bait.listener.getsockname()[1], os.getpid()))
    held = 0
    for probe in (*PROBES, *TWICE):
        limits = replace(probe.limits, output_bytes=1_000_000)
        try:
            result = sandbox.call(probe.source, "probe", [given], limits=limits)
        except SandboxError as error:
            return f"{probe.name} ({error})", held
        if not probe.held(result, bait):
            return f"{probe.name} ({result.verdict} {result.detail} {result.outcomes!r})"[:300], held
        held += 1
    if sandbox.runs_suites:
        results = sandbox.run_suite(
            SUITE_PROBE, ["def right():\n    return 1\n", "def right():\n    return 2\n"], "probed"
        )
        if [result.verdict for result in results] != [Verdict.PASSED, Verdict.FAILED]:
            return f"a test suite passes and fails as it must ({results!r})"[:300], held
        held += 1
    return "", held
