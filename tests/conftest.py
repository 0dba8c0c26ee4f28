"""What every test gets: no network but loopback, no credentials, no progress bars, a built folder to look at."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.", "::1", "localhost")

# A home of this run alone: what an earlier run cached under the same made-up commit must not be met again.
HF_HOME = tempfile.mkdtemp(prefix="heidi-tests-hf-")
atexit.register(shutil.rmtree, HF_HOME, ignore_errors=True)
os.environ["HF_HOME"] = HF_HOME

for name in ("OPENAI_API_KEY", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "OPENAI_BASE_URL", "HF_HUB_CACHE", "HF_DATASETS_CACHE"):
    os.environ.pop(name, None)
os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS": ""}
# A shell that starts a job in the background has it ignore Ctrl-C, and children would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch):
    """Any connection beyond this machine is an error in the test that makes it."""
    real = socket.socket.connect

    def connect(self, address):
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"a test tried to reach {address[0]}")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


def run_build(folder: Path, *flags: str, env: dict | None = None, module: bool = False) -> subprocess.CompletedProcess:
    """Run `generation/build.py` in a folder as a user would, embedded teacher unless a flag says otherwise."""
    command = (
        [sys.executable, "-m", "generation.build"] if module else [sys.executable, str(ROOT / "generation/build.py")]
    )
    teacher = [] if "--teacher" in flags else ["--teacher", "embedded"]
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1767225600"} | (env or {})
    if module:
        environment["PYTHONPATH"] = str(ROOT)
    return subprocess.run(
        [*command, *teacher, *flags], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )


class Built(NamedTuple):
    """A folder with two rounds built in it, and what the builds printed."""

    folder: Path
    said: list[str]

    @property
    def published(self) -> Path:
        return self.folder / "heidi-autotrain-synthetic"


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Built:
    """Two rounds of 48 and 24 rows by the embedded teacher; tests must not change them."""
    folder = tmp_path_factory.mktemp("built")
    said = []
    for rows in ("48", "24"):
        done = run_build(folder, "--rows", rows, "--workers", "2")
        assert done.returncode == 0, done.stderr
        said.append(done.stderr)
    return Built(folder, said)
