"""What stops a command for a foreseeable reason: shown as one line on stderr, exit code 2."""


class Fault(Exception):
    """A bad setting or environment; the message is one line that says what is wrong and how to mend it."""
