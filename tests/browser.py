"""A headless Chromium for tests, driven over chromedriver's WebDriver protocol; loopback only, standard library only.

In: nothing. Out: `open_browser`, a context manager that yields a `Browser`, and `find_browser`, which tells
why there is none.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

START_S = 60  # a loaded machine takes its time; the wait ends when the port answers


def find_browser() -> str:
    """Return "" where Chromium and its driver are installed, else what is missing."""
    missing = [name for name in ("chromium", "chromedriver") if not shutil.which(name)]
    return f"{' and '.join(missing)} not installed (Debian: chromium chromium-driver)" if missing else ""


class Browser:
    """One window. Scripts run in the page; `logs` gives what the console and the network said since last asked."""

    def __init__(self, base: str, session: str):
        self._base = f"{base}/session/{session}"

    def open(self, url: str) -> None:
        """Load a page."""
        send(f"{self._base}/url", {"url": url})

    def run(self, script: str) -> Any:
        """Return what a script's `return` gives."""
        return send(f"{self._base}/execute/sync", {"script": script, "args": []})

    def click(self, selector: str) -> None:
        """Click the first element that a CSS selector names."""
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def logs(self, kind: str) -> list[dict]:
        """Return the entries of a log: "browser" (console) or "performance" (network, as messages)."""
        return send(f"{self._base}/se/log", {"type": kind})

    def requests(self) -> list[str]:
        """Return the addresses that the page has asked for since last asked."""
        messages = [json.loads(entry["message"])["message"] for entry in self.logs("performance")]
        return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]

    def photograph(self) -> str:
        """Return a picture of the window as base64 PNG."""
        return send(f"{self._base}/screenshot", None)


@contextmanager
def open_browser(dark: bool = False) -> Iterator[Browser]:
    """Start driver and browser, yield a window, end both."""
    profile = tempfile.mkdtemp(prefix="browser-")
    driver = subprocess.Popen(
        ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=profile
    )
    try:
        base = f"http://127.0.0.1:{_read_port(driver)}"
        arguments = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,1600"]
        arguments += [f"--user-data-dir={profile}", "--no-first-run", "--disable-background-networking"]
        arguments += ["--no-sandbox"] if os.geteuid() == 0 else []
        arguments += ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if dark else []
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments, "binary": shutil.which("chromium")},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        session = send(f"{base}/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        browser = Browser(base, session)
        browser.open("about:blank")
        browser.requests()  # those of the browser's own first page
        yield browser
        send(f"{base}/session/{session}", method="DELETE")
    finally:
        driver.terminate()
        driver.wait(timeout=20)
        shutil.rmtree(profile, ignore_errors=True)


def _read_port(driver: subprocess.Popen) -> int:
    end = time.monotonic() + START_S
    for line in driver.stdout:
        if "started successfully on port" in line:
            return int(line.rstrip(".\n ").rpartition(" ")[2])
        if time.monotonic() > end:
            break
    raise RuntimeError("chromedriver did not start")


def send(url: str, body: dict | None = None, method: str | None = None) -> Any:
    """Return the value of a WebDriver command's answer; RuntimeError with the driver's words where it fails."""
    method = method or ("GET" if body is None else "POST")
    request = urllib.request.Request(url, json.dumps(body).encode() if body is not None else None, method=method)
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise RuntimeError(error.read().decode()[:500]) from None
