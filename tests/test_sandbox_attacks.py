"""The attacks of tests/attacks, run against the real sandbox: as this user, as an ordinary one, on each rung.

The attacks were written before the sandbox and by others, those of later.py against it as it is. Chunks only share the work between test workers.
"""

import subprocess
import sys

import pytest

from generation.sandbox import ladder
from generation.sandbox.host import Sandbox
from tests.attacks.bombs import BOMBS
from tests.attacks.escapes import ESCAPES
from tests.attacks.forgeries import CALL_FORGERIES
from tests.attacks.later import LATER_CALL_FORGERIES, LATER_ESCAPES, LATER_SUITE_FORGERIES
from tests.attacks.runner import run_escapes, run_forgeries
from tests.attacks.suite_forgeries import SUITE_FORGERIES
from tests.attacks.syscalls import SYSCALL_ESCAPES
from tests.test_sandbox import ROOT, find_open_python, run_as_any_user

ALL_ESCAPES = (*ESCAPES, *SYSCALL_ESCAPES, *BOMBS, *LATER_ESCAPES)
ALL_CALLS = (*CALL_FORGERIES, *LATER_CALL_FORGERIES)
ALL_SUITES = (*SUITE_FORGERIES, *LATER_SUITE_FORGERIES)
CHUNKS = 4
# Landlock hides no file's existence (docs/sandbox.md); its contents it does. In WebAssembly there are no signals
# to ignore: the attempt itself fails, where the attack expects to be killed.
NOT_COVERED = {"landlock": {"stat_host_file"}, "wasm": {"ignores_every_signal"}}
AS_USER = """
import os, sys
if os.getuid() == 0:
    os.setgroups([]); os.setresgid(65533, 65533, 65533); os.setresuid(65533, 65533, 65533)
home = "/tmp/heidi-home-%d" % os.getpid()
os.mkdir(home, 0o700)
os.environ["HOME"] = home
os.chdir(home)
from generation.sandbox.host import Sandbox
from tests.test_sandbox_attacks import ALL_CALLS, ALL_ESCAPES, ALL_SUITES, run_escapes, run_forgeries
step = {step}
found = [*run_escapes(lambda: Sandbox("namespaces"), ALL_ESCAPES[::step]),
         *run_forgeries(lambda: Sandbox("namespaces"), ALL_CALLS[::step], ALL_SUITES[::step])]
os.chdir("/")
os.rmdir(home)
print(len(found), [finding for finding in found if not finding.held])
"""


def need(rung: str) -> None:
    """Skip where the machine lacks the rung altogether; a rung that misses a probe is not lacking."""
    missed = ladder.try_rung(rung)
    if missed.startswith("does not start"):
        pytest.skip(f"{rung}: {missed}")


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_escape(chunk):
    """Nothing gets out on the first rung, honest jobs pass, and the sandbox works after every attack."""
    need("namespaces")
    found = list(run_escapes(lambda: Sandbox("namespaces"), ALL_ESCAPES[chunk::CHUNKS]))
    assert len(found) > 40 and [finding for finding in found if not finding.held] == []


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_forgery(chunk):
    """No forged answer or suite is taken for an honest one, and the honest ones are taken."""
    need("namespaces")
    forged = (ALL_CALLS[chunk::CHUNKS], ALL_SUITES[chunk::CHUNKS])
    found = list(run_forgeries(lambda: Sandbox("namespaces"), *forged))
    assert len(found) > 40 and [finding for finding in found if not finding.held] == []


def run_attacks_as_user(step: int) -> str:
    """Run every `step`-th attack from an ordinary user's process; return what it printed."""
    need("namespaces")
    done = run_as_any_user(AS_USER.replace("{step}", str(step)), timeout_s=600)
    return done.stdout or done.stderr[-2000:]


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")
def test_attacks_as_an_ordinary_user():
    """A part of the attacks, from a host that is not root (all of them in `make soak`)."""
    count, _, left = run_attacks_as_user(8).partition(" ")
    assert left == "[]\n" and int(count) > 60


@pytest.mark.soak
def test_all_attacks_as_an_ordinary_user():
    """All attacks, from a host that is not root."""
    count, _, left = run_attacks_as_user(1).partition(" ")
    assert left == "[]\n" and int(count) > 400


@pytest.mark.soak
@pytest.mark.parametrize("rung", ["landlock", "wasm"])
def test_lower_rungs(rung):
    """The lower rungs hold the same attacks, but for what docs/sandbox.md says that they do not cover."""
    need(rung)
    suites = ALL_SUITES if rung != "wasm" else ()
    found = [*run_escapes(lambda: Sandbox(rung), ALL_ESCAPES)]
    if rung != "wasm":
        found += run_forgeries(lambda: Sandbox(rung), ALL_CALLS, suites)
    assert {finding.name for finding in found if not finding.held} <= NOT_COVERED.get(rung, set())


@pytest.mark.soak
def test_the_attacks_bite():
    """Without a sandbox the harmless attacks do what they say: a wall that holds them is worth something."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.attacks.naked"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    toothless = done.stdout.splitlines()
    assert done.returncode == 0 and len(toothless) < len(ALL_ESCAPES) // 4, toothless
    assert find_open_python() is None or len(toothless) < 40
