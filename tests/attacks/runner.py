"""Runs the attacks against a sandbox and says of each whether it held, with positive controls among them.

In: `open_sandbox`, a callable that gives a context manager with `call`, `run_suite` and `rung` (the
interface of generation.sandbox). Out: `Finding`s. A sandbox that refuses everything fails the controls;
after every attack an honest job must still pass in the same sandbox. No pytest in here.
"""

import inspect
import secrets
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from generation.values import Outcome, decode, encode, same_outcome
from tests.attacks.bombs import BOMBS
from tests.attacks.escapes import ESCAPES, Escape
from tests.attacks.forgeries import CALL_FORGERIES, CLASS_FORGERIES, CallForgery
from tests.attacks.honest import HONEST_CALLS
from tests.attacks.hostile_rows import find_control_characters
from tests.attacks.suite_forgeries import HONEST_SUITES, RIGHT, SUITE_FORGERIES, WRONG, SuiteForgery
from tests.attacks.syscalls import SYSCALL_ESCAPES
from tests.attacks.world import World, make_token

MAX_DETAIL_CHARS = 2_000
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
            yield from _timed((escape.name, _find_way_out, (sandbox, world, escape)) for escape in escapes)
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


def run_forgeries(open_sandbox: Callable[[], AbstractContextManager[Any]],
                  calls: tuple[CallForgery, ...] = CALL_FORGERIES,
                  suites: tuple[SuiteForgery, ...] = SUITE_FORGERIES) -> Iterator[Finding]:
    """Run every forged answer and suite, and the honest ones as controls; yield a Finding each.

    Call it from the main thread (it sets an alarm). Raises ValueError for the rung "trusted".
    """
    before = signal.signal(signal.SIGALRM, _ring)
    try:
        with World() as world, open_sandbox() as sandbox:
            if sandbox.rung == "trusted":
                raise ValueError("the trusted rung is no sandbox: attacks must not run there")
            yield from _timed(controls(sandbox))
            yield from _timed((f"call: {forgery.name}", find_call_forgery, (sandbox, world, forgery))
                              for forgery in calls)
            yield from _timed((f"class: {forgery.name}", find_class_forgery, (sandbox, forgery))
                              for forgery in (CLASS_FORGERIES if calls else ()))
            yield from _timed((f"suite: {forgery.name}", find_suite_forgery, (sandbox, forgery))
                              for forgery in suites)
    finally:
        signal.signal(signal.SIGALRM, before)


def _timed(plan: Iterable[tuple[str, Callable[..., str], tuple]]) -> Iterator[Finding]:
    for name, find, arguments in plan:
        signal.alarm(HANG_S)
        try:
            wrong = find(*arguments)
        except Hung as failure:
            wrong = f"the host hung: {failure}"
        finally:
            signal.alarm(0)
        yield Finding(name, not wrong, wrong)


def controls(sandbox: Any) -> Iterator[tuple[str, Callable[..., str], tuple]]:
    """Yield the positive controls: (name, finder, arguments); a finder returns what is wrong, or ""."""
    for name, source, entry, kind, inputs, expected in HONEST_CALLS:
        yield f"control: {name}", find_call_unfit, (sandbox, source, entry, kind, inputs, expected)
    for name, suite in HONEST_SUITES:
        yield f"control: suite, {name}", find_suite_unfit, (sandbox, suite)


def find_call_unfit(sandbox: Any, source: str, entry: str, kind: str, inputs: tuple, expected: tuple) -> str:
    """Return how an honest call's outcomes differ from the expected ones, or ""."""
    result = sandbox.call(source, entry, [encode(given) for given in inputs], kind=kind)
    if str(result.verdict) != "passed":
        return f"{result.verdict}: {result.detail}"
    if len(result.outcomes) != len(expected) or not all(
        len(got) == len(want) and all(map(same_outcome, want, got))
        for want, got in zip(expected, result.outcomes, strict=True)
    ):
        return f"expected {expected!r}, got {result.outcomes!r}"
    return ""


def find_suite_unfit(sandbox: Any, suite: str) -> str:
    """Return why an honest suite does not pass the right targets and fail each defect, or ""."""
    targets = [RIGHT[0], *WRONG, *RIGHT]
    results = sandbox.run_suite(suite, targets)
    verdicts = [str(result.verdict) for result in results]
    rights = [verdicts[0], *verdicts[len(WRONG) + 1:]]
    wrongs = verdicts[1:len(WRONG) + 1]
    if set(rights) != {"passed"} or "failed" not in wrongs or set(wrongs) - {"failed", "passed"}:
        return f"verdicts {verdicts}; {[result.first_failure for result in results][:2]}"
    return "" if all(result.passed > 0 for result in results[len(WRONG) + 1:]) else "no test counted as passed"


def find_call_forgery(sandbox: Any, world: World, forgery: CallForgery) -> str:
    """Return what a forged answer achieved, or "" where it achieved nothing."""
    salt = secrets.randbelow(10**6) + 10**6  # only here: a right value cannot be guessed
    given = [[3, 1, 2], [5, 5, 5, 5], [3, 1, 2], [8, 0]]
    expected = [Outcome(value=encode([value * salt + at for at, value in enumerate(values)])) for values in given]
    mark = world.make_mark()
    source = forgery.source.replace("VALUES_MARK", repr(f"{world.facts['open_dir']}/{mark}"))
    try:
        result = sandbox.call(source, "solve", [encode((values,)) for values in given],
                              limits=make_limits(sandbox, wall_s=2.0, cpu_s=1.0),
                              count_steps=forgery.must == "steps_told")
    except (RecursionError, MemoryError, ValueError, TypeError, LookupError, AttributeError, OSError, SyntaxError,
            EOFError) as failure:
        return f"the host raised {type(failure).__name__}: {failure}"[:200]
    verdict = str(result.verdict)
    wrong = _find_bad_result(result, expected)
    if not wrong and forgery.must == "not_passed" and verdict == "passed":
        wrong = f"passed though the calls were not made: {result.outcomes!r}"[:300]
    if not wrong and forgery.must == "args_told" and not all(o.args_after for group in result.outcomes for o in group):
        wrong = f"hid that the argument was changed: {result.outcomes!r}"[:300]
    if not wrong and forgery.must == "fresh" and verdict == "passed" and result.outcomes[2] != result.outcomes[0]:
        wrong = f"one call changed the next one's input: {result.outcomes!r}"[:300]
    if not wrong and forgery.must == "steps_told" and verdict == "passed" and (
        len(result.steps) != len(given) or min(result.steps) < 900
    ):
        wrong = f"hid its steps: {result.steps!r}"
    return wrong or find_unclean(result.detail) or world.find_escape(mark, "") or find_unfit(sandbox)


def find_class_forgery(sandbox: Any, forgery: CallForgery) -> str:
    """Return what a forged class achieved over two inputs of four calls each, or ""."""
    salt = secrets.randbelow(10**6) + 10**6
    plan = (5,), tuple(("add", (amount,)) for amount in (3, 1, 4, 1))
    right = encode(salt)
    result = sandbox.call(forgery.source, "Till", [encode(plan)] * 2, kind="class",
                          limits=make_limits(sandbox, wall_s=2.0, cpu_s=1.0))
    verdict = str(result.verdict)
    if verdict == "sandbox_error":
        return f"made the sandbox err, which would stop a round: {result.detail}"
    if len(result.outcomes) > 2 or any(len(group) > 5 for group in result.outcomes):
        return f"more outcomes than calls: {result.outcomes!r}"[:300]
    if verdict == "passed":
        if forgery.must == "not_passed":
            return f"passed though the calls were not made: {result.outcomes!r}"[:300]
        if [len(group) if group[0].raised is None else 5 for group in result.outcomes] != [5, 5]:
            return f"passed with outcomes missing: {result.outcomes!r}"[:300]
    if any(got.value == right for group in result.outcomes for got in group):
        return "a right value that it cannot know"
    return find_unclean(result.detail) or find_unfit(sandbox)


def find_unclean(detail: str) -> str:
    """Return what a terminal or report would choke on in a sandbox's own sentence, or ""."""
    if len(detail) > MAX_DETAIL_CHARS:
        return f"a detail of {len(detail)} characters"
    for place in (sys.prefix, str(Path.home()), str(Path(__file__).parents[2])):
        if place in detail:
            return f"a path of this machine in detail: {detail[:160]!r}"
    found = find_control_characters(detail.replace("\n", " "))
    return f"control characters in detail: {found} {detail[:80]!r}" if found else ""


def _find_bad_result(result: Any, expected: list[Outcome]) -> str:
    """Check that a result is well formed whatever the job wrote, and holds no right outcome."""
    verdict = str(result.verdict)
    if verdict == "sandbox_error":
        return f"made the sandbox err, which would stop a round: {result.detail}"
    if verdict == "passed" and len(result.outcomes) != len(expected):
        return f"passed with {len(result.outcomes)} outcomes for {len(expected)} inputs"
    if len(result.outcomes) > len(expected):
        return f"{len(result.outcomes)} outcomes for {len(expected)} inputs"
    for group, want in zip(result.outcomes, expected, strict=False):
        if len(group) > 1:
            return f"{len(group)} outcomes for one call"
        for got in group:
            fields = [got.value, got.raised, got.args_after]
            if not isinstance(got, Outcome) or not all(field is None or type(field) is str for field in fields):
                return f"an outcome of wrong types: {got!r}"[:200]
            if (got.value is None) == (got.raised is None):
                return f"an outcome without exactly one of value and raised: {got!r}"[:200]
            try:
                if same_outcome(want, got):
                    return f"a right value that it cannot know: {got!r}"[:200]
            except (RecursionError, MemoryError, ValueError, TypeError, SyntaxError) as failure:
                return f"comparing raised {type(failure).__name__} on the host"
    return ""


def find_suite_forgery(sandbox: Any, forgery: SuiteForgery) -> str:
    """Return what a forged suite achieved: looking honest on every target, or passing without testing; or ""."""
    targets = [RIGHT[0], *WRONG, *RIGHT]
    try:
        results = sandbox.run_suite(forgery.suite, targets, limits=make_limits(sandbox, wall_s=4.0))
    except (RecursionError, MemoryError, ValueError, TypeError, LookupError, AttributeError, OSError, SyntaxError,
            EOFError) as failure:
        return f"the host raised {type(failure).__name__}: {failure}"[:200]
    verdicts = [str(result.verdict) for result in results]
    if len(verdicts) != len(targets):
        return f"{len(verdicts)} results for {len(targets)} targets"
    if "sandbox_error" in verdicts:
        return f"made the sandbox err, which would stop a round: {verdicts}"
    if forgery.must == "not_passed" and "passed" in verdicts:
        return f"passed though nothing was tested: {verdicts}"
    if any(str(r.verdict) == "passed" and (r.passed < 1 or r.failed) for r in results):
        return f"passed with no test passed: {results!r}"[:300]
    unclean = [find_unclean(result.first_failure) for result in results]
    if any(unclean):
        return next(filter(None, unclean))
    rights = [verdicts[0], *verdicts[len(WRONG) + 1:]]
    if set(rights) == {"passed"} and "passed" not in verdicts[1:len(WRONG) + 1]:
        return f"looks like an honest suite: {verdicts}"
    return find_unfit(sandbox)
