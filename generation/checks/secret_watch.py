"""A time limit on a scan: an engine that hangs fails its row instead of the build.

In: seconds. Out: ScanFailed where they pass. It needs the main thread (SIGALRM): in another thread
only kingfisher's own limit holds. Engines that hang inside one native call are stopped by their own.
"""

import contextlib
import signal
import threading
from collections.abc import Iterator

from generation.checks.secret_faults import ScanFailed


@contextlib.contextmanager
def watch(limit_s: float) -> Iterator[None]:
    """Raise ScanFailed inside the block once `limit_s` have passed; a timer that was running goes on after it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _stop)
    left_s, _ = signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left_s)
        signal.signal(signal.SIGALRM, before)


def _stop(number: int, frame: object) -> None:
    raise ScanFailed("the scan took too long")
