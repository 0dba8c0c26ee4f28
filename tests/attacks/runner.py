"""Runs the attacks against a sandbox and says of each whether it held, with positive controls among them.

In: `open_sandbox`, a callable that gives a context manager with `call`, `run_suite` and `rung` (the
interface of generation.sandbox). Out: `Finding`s. A sandbox that refuses everything fails the controls;
after every attack an honest job must still pass in the same sandbox. No pytest in here.
"""

import inspect
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, NamedTuple

from generation.values import decode, encode
from tests.attacks.bombs import BOMBS
from tests.attacks.escapes import ESCAPES, Escape
from tests.attacks.syscalls import SYSCALL_ESCAPES
from tests.attacks.world import World, make_token

HANG_S = 40  # far above any limit that an attack is given: a host that waits longer hangs
_HONEST = "def honest(values):\n    seen = sorted(set(values))\n    return [value * 2 for value in seen]\n"


class Finding(NamedTuple):
    """What one attack (or control) came to; `detail` says what got out, or why nothing did."""

    name: str
    held: bool
    detail: str


class Hung(Exception):
    """The sandbox did not come back to the host in HANG_S seconds."""


def _ring(*_: object) -> None:
    raise Hung(f"no answer in {HANG_S} s")


def make_limits(sandbox: Any, **changes: float) -> Any:
    """Return the sandbox's default limits with some fields changed."""
    return replace(inspect.signature(sandbox.call).parameters["limits"].default, **changes)


def texts_of(result: Any) -> str:
    """Return everything a CallResult tells, as one text."""
    return f"{result.outcomes!r} {result.detail}"


def find_unfit(sandbox: Any) -> str:
    """Return why an honest job does not pass (the positive control), or "" where it does."""
    result = sandbox.call(_HONEST, "honest", [encode(([3, 1, 3],)), encode((["b", "a"],))])
    values = [[outcome.value for outcome in group] for group in result.outcomes]
    if str(result.verdict) != "passed" or [[decode(v) for v in group if v] for group in values] != [
        [[2, 6]], [["aa", "bb"]],
    ]:
        return f"honest job: {result.verdict} {values!r} {result.detail}"
    return ""


def run_escapes(open_sandbox: Callable[[], AbstractContextManager[Any]],
                escapes: tuple[Escape, ...] = (*ESCAPES, *SYSCALL_ESCAPES, *BOMBS)) -> Iterator[Finding]:
    """Run every escape in one sandbox; yield a Finding each. Call it from the main thread (it sets an alarm).

    The bait is laid, and inheritable descriptors and variables set, before the sandbox opens. Raises
    ValueError for a sandbox on the rung "trusted", where these attacks must not run.
    """
    before = signal.signal(signal.SIGALRM, _ring)
    try:
        with World() as world, open_sandbox() as sandbox:
            if sandbox.rung == "trusted":
                raise ValueError("the trusted rung is no sandbox: attacks must not run there")
            unfit = find_unfit(sandbox)
            yield Finding("control: an honest job passes", not unfit, unfit)
            for escape in escapes:
                signal.alarm(HANG_S)
                try:
                    out = _find_way_out(sandbox, world, escape)
                except Hung as failure:
                    out = f"the host hung: {failure}"
                finally:
                    signal.alarm(0)
                yield Finding(escape.name, not out, out)
    finally:
        signal.signal(signal.SIGALRM, before)


def _find_way_out(sandbox: Any, world: World, escape: Escape) -> str:
    limits = make_limits(sandbox, **escape.limits)
    mark = world.make_mark()
    token = make_token() if escape.before else ""
    if escape.before:
        sandbox.call(escape.before, "prior", [encode((token,))], limits=limits)
    result = sandbox.call(escape.source, "attack", [encode((mark, world.facts))], limits=limits)
    seen, verdict = texts_of(result), str(result.verdict)
    out = world.find_escape(mark, seen)
    if not out and token and token in seen:
        out = "read what belongs to an earlier job"
    if not out and verdict == "sandbox_error":
        out = f"made the sandbox err, which would stop a round: {result.detail}"
    if not out and escape.allowed and verdict not in escape.allowed:
        out = f"ended as {verdict}, not as one of {sorted(escape.allowed)}: {seen[:200]}"
    if not out and escape.probe:
        probed = texts_of(sandbox.call(escape.probe, "look", [encode((mark,))]))
        # a changed path holds the mark only where state survived: the probe is given it as an argument
        out = "left something for the next job: " + probed[:160] if mark in probed else ""
    return out or find_unfit(sandbox)
