"""The sandbox as callers see it: calls and suites in, verdicts and outcomes out.

In: source and inputs as text. Out: `CallResult`, `SuiteResult`. All that a job reports is read as
data: literals only, in canonical form, or it is a ForeignValue. It compares nothing with anything:
expected values stay with the caller.
"""

import json
import os
import re
import secrets
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from generation import values
from generation.sandbox.literals import is_plain_literal
from generation.sandbox.server_client import Ended, ServerClient, ServerDown
from generation.sandbox.verdicts import CallResult, Limits, SandboxError, SandboxUnavailable, SuiteResult, Verdict
from generation.sandbox.wasm import WasmClient
from generation.values import Outcome

FOREIGN = Outcome(raised="ForeignValue")
REASONS = {
    "wall": (Verdict.TIMED_OUT, "ran longer than its wall time"),
    "cpu": (Verdict.TIMED_OUT, "used more CPU time than allowed"),
    "output": (Verdict.OUTPUT_LIMIT, "wrote more than allowed"),
}
MAX_DETAIL_CHARS = 300
FOLDERS = re.compile(r"(?<![\w.])(?:/[\w.@+-]+)+/(?=[\w.])")
LANES = min(2, os.cpu_count() or 1)  # targets of a suite that run at the same time


def clean_text(text: object) -> str:
    """Return text as one short line without control characters and without this machine's folders."""
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text)[: 4 * MAX_DETAIL_CHARS]).split())
    return FOLDERS.sub("", line)[:MAX_DETAIL_CHARS]


class Sandbox:
    """Runs untrusted code on one rung; a context manager, not shared between processes or threads."""

    def __init__(self, rung: str):
        self.rung = rung
        self._owner = os.getpid()
        self._servers: dict[tuple[str, int], ServerClient | WasmClient] = {}

    @property
    def runs_suites(self) -> bool:
        """Whether `run_suite` works on this rung."""
        return self.rung != "wasm"

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every server and job of this sandbox."""
        while self._servers:
            self._servers.popitem()[1].close()

    def call(
        self,
        source: str,
        entry_point: str,
        inputs: Sequence[str],
        kind: str = "function",
        limits: Limits = Limits(),  # noqa: B008 - frozen
        count_steps: bool = False,
        hash_seed: int | None = None,
    ) -> CallResult:
        """Call `entry_point` of `source` on every input, one after the other, in one job.

        inputs: texts by `generation.values.encode`; kind "function": a tuple of arguments; kind
        "class": (init args, ((method, args), ...)), which gives one outcome for __init__ (value
        "None") and one an operation; a raising __init__ ends that input. hash_seed: run under this
        PYTHONHASHSEED (0 unless given). Raises SandboxError where the sandbox itself fails,
        ValueError for an input that is no literal or an unknown kind.
        """
        if kind not in ("function", "class"):
            raise ValueError(f"kind is {kind!r}, not 'function' or 'class'")
        counts = [_count_outcomes(text, kind) for text in inputs]
        nonce = secrets.token_hex(16)
        request = {"mode": "call", "nonce": nonce, "source": source, "entry_point": entry_point,
                   "inputs": list(inputs), "kind": kind, "count_steps": count_steps}  # fmt: skip
        ended = self._run("call", hash_seed or 0, request, limits)
        return _read_calls(ended, nonce, counts, count_steps)

    def run_suite(
        self,
        suite: str,
        targets: Sequence[str],
        module: str = "solution",
        limits: Limits = Limits(),  # noqa: B008 - frozen
    ) -> list[SuiteResult]:
        """Run a pytest file against every target, each in a process of its own; results in the targets' order.

        suite: text of a pytest file that imports from `module`. targets: sources of that module, ours: a
        hostile target could make its own tests pass. `limits` count for each target. Raises SandboxError
        where the sandbox itself fails, SandboxUnavailable on a rung that runs no suites.
        """
        if not self.runs_suites:
            raise SandboxUnavailable(f"the rung {self.rung} runs no test suites")
        each = replace(limits, cpu_s=min(limits.cpu_s, limits.target_cpu_s))
        described: list | None = None

        def run_one(target: str, lane: str) -> SuiteResult:
            nonlocal described
            for shape in [described, None] if described is not None else [None]:
                nonce = secrets.token_hex(16)
                request = {"mode": "suite", "nonce": nonce, "suite": suite, "target": target, "module": module,
                           "described": shape}  # fmt: skip
                result, found = _read_suite(self._run(lane, 0, request, each), nonce)
                if result is not None:
                    described = described or found
                    return result
            return SuiteResult(Verdict.CRASHED, 0, 0, "the suite differs from one run to the next")

        waiting = deque(enumerate(targets))
        results: dict[int, SuiteResult] = {}

        def work(lane: str) -> None:
            while waiting:
                try:
                    number, target = waiting.popleft()
                except IndexError:
                    return  # another lane took the last one
                results[number] = run_one(target, lane)

        with ThreadPoolExecutor(LANES) as pool:
            lanes = [pool.submit(work, f"suite {n}") for n in range(min(LANES, len(targets)))]
        for lane in lanes:
            lane.result()
        return [results[number] for number in range(len(targets))]

    def _run(self, lane: str, hash_seed: int, request: dict, limits: Limits) -> Ended:
        """Run a job on the server for it; a server that died is started again once."""
        if os.getpid() != self._owner:
            raise SandboxError("a sandbox was used in another process than the one that opened it")
        for attempt in range(2):
            try:
                server = self._servers.get((lane, hash_seed))
                if server is None:
                    server = self._servers[lane, hash_seed] = self._start(lane != "call", hash_seed)
                return server.run(request, limits)
            except ServerDown as error:
                gone = self._servers.pop((lane, hash_seed), None)
                if gone:
                    gone.close()
                if attempt:
                    raise SandboxError(f"the sandbox's server failed twice: {error}") from error
        raise AssertionError("unreachable")

    def _start(self, suite: bool, hash_seed: int) -> ServerClient | WasmClient:
        return WasmClient(hash_seed) if self.rung == "wasm" else ServerClient(self.rung, suite, hash_seed)


def _count_outcomes(text: str, kind: str) -> int:
    """Return how many outcomes an input must give; ValueError for a text that is no input."""
    given = values.decode(text)
    if kind == "function":
        if type(given) is not tuple:
            raise ValueError("an input of kind 'function' is a tuple of arguments")
        return 1
    init_args, operations = given
    if type(init_args) is not tuple or any(type(args) is not tuple for _, args in operations):
        raise ValueError("an input of kind 'class' is (init args, ((method, args), ...))")
    return 1 + len(operations)


def _read_lines(reported: bytes, nonce: str) -> list[tuple[str, list[str]]]:
    """Return (word, fields) of each whole line that the nonce opens; any other line ends the reading."""
    lines = []
    for line in reported.split(b"\n")[:-1]:
        opening, *fields = line.decode(errors="replace").split("\t")
        if opening != nonce or not fields:
            break
        lines.append((fields[0], fields[1:]))
    return lines


def _read_outcome(came: str, after: str) -> Outcome:
    """Return a reported outcome, or FOREIGN for anything that is not one in canonical form."""
    if after and not is_plain_literal(after):
        return FOREIGN
    if came.startswith("v") and is_plain_literal(came[1:]):
        return Outcome(value=came[1:], args_after=after)
    if re.fullmatch(r"r[\w.<>]{1,200}", came):
        return Outcome(raised=came[1:], args_after=after)
    return FOREIGN


def _explain(ended: Ended) -> tuple[Verdict, str]:
    """Return verdict and sentence for a job that did not reach its end."""
    if ended.reason in REASONS:
        return REASONS[ended.reason]
    code = os.waitstatus_to_exitcode(ended.status)
    return Verdict.CRASHED, f"was ended by signal {-code}" if code < 0 else f"exited early with code {code}"


def _read_calls(ended: Ended, nonce: str, counts: list[int], count_steps: bool) -> CallResult:
    """Read what a job of calls reported."""
    outcomes: list[tuple[Outcome, ...]] = []
    steps: list[int] = []
    verdict, detail = None, ""
    for word, fields in _read_lines(ended.reported, nonce):
        if word == "input" and len(outcomes) < len(counts) and fields:
            pairs = list(zip(fields[1::2], fields[2::2], strict=False))[: counts[len(outcomes)]]
            read = tuple(_read_outcome(came, after) for came, after in pairs)
            if len(read) != counts[len(outcomes)] and not (len(read) == 1 and read[0].raised):
                read = (FOREIGN,)
            outcomes.append(read)
            steps.append(_read_count(fields[0]))
        elif word == "done" and len(outcomes) == len(counts):
            verdict = Verdict.PASSED
        elif word == "memory":
            verdict, detail = Verdict.OUT_OF_MEMORY, "needed more memory than allowed"
        elif word == "unloaded" and fields:
            verdict, detail = Verdict.CRASHED, f"could not be loaded: {clean_text(fields[0])}"
    if ended.reason or verdict is None:
        verdict, detail = _explain(ended)
    return CallResult(verdict, tuple(outcomes), detail, tuple(steps) if count_steps else ())


def _read_count(text: str) -> int:
    """Return a count that a job reported, 0 for a text that is none."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0


def _read_found(text: str) -> list | None:
    """Return pytest's description of a suite's tests, None where there is none in the right form."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    right = type(found) is list and all(
        type(test) is list and [type(part) for part in test] == [str, str, int] for test in found
    )
    return found if right else None


def _read_suite(ended: Ended, nonce: str) -> tuple[SuiteResult | None, list | None]:
    """Return a suite job's result on its target, None where it must be collected anew, and what pytest found."""
    result, found = None, None
    for word, fields in _read_lines(ended.reported, nonce):
        if word == "refused" and fields:
            result = SuiteResult(Verdict.NO_TESTS_RAN, 0, 0, clean_text(fields[0]))
        elif word == "other":
            return None, None
        elif word == "memory":
            result = SuiteResult(Verdict.OUT_OF_MEMORY, 0, 0, "needed more memory than allowed")
        elif word == "target" and len(fields) == 4:
            passed, failed = _read_count(fields[0]), _read_count(fields[1])
            verdict = Verdict.PASSED if passed > 0 and not failed else Verdict.FAILED
            result, found = SuiteResult(verdict, passed, failed, clean_text(fields[2])), _read_found(fields[3])
    if ended.reason or result is None:
        verdict, detail = _explain(ended)
        return SuiteResult(verdict, 0, 0, detail), None
    return result, found
