"""The server's line to its host: messages in and out, files beside them, and the host's death.

In: the socket on file 0. Out: JSON lines as dicts. Nothing of a job's text passes here.
"""

import json
import os
import select
import socket


class HostGone(Exception):
    """The host died or closed the control socket."""


def open_pidfd(pid: int) -> int | None:
    """Return a file that tells of a process's end, None where the system has no such thing (macOS, gVisor)."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None


class Control:
    """The socket to the host: lines, with files beside them."""

    def __init__(self) -> None:
        self.socket = socket.socket(fileno=os.dup(0))
        # A fork of the host may hold its end of the socket, so that the host's death is no end of file.
        self.host = open_pidfd(os.getppid())
        self._buffer = b""

    def send(self, message: dict) -> None:
        """Send one line; HostGone where nobody listens."""
        try:
            self.socket.sendall(json.dumps(message).encode() + b"\n")
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
            wait_for_word(self)
            data, got, _, _ = socket.recv_fds(self.socket, 1 << 16, 8)
            if not data:
                raise HostGone
            files += got
            self._buffer += data


def wait_for_word(control: Control) -> None:
    """Wait until the host says something; HostGone where it died."""
    poll = select.poll()
    poll.register(control.socket, select.POLLIN)
    if control.host is not None:
        poll.register(control.host, select.POLLIN)
    if control.host in {file for file, _ in poll.poll()}:
        raise HostGone
