"""The sandbox's own words: verdicts, limits, results and its two errors.

In: nothing. Out: frozen records. Nothing here runs code.
"""

from dataclasses import dataclass
from enum import StrEnum

from generation.faults import Fault
from generation.values import Outcome


class Verdict(StrEnum):
    """What a job came to. SANDBOX_ERROR is the sandbox's own failure, never the job's."""

    PASSED = "passed"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    OUTPUT_LIMIT = "output_limit"
    CRASHED = "crashed"
    NO_TESTS_RAN = "no_tests_ran"
    SANDBOX_ERROR = "sandbox_error"


@dataclass(frozen=True)
class Limits:
    """The bounds of one job.

    wall_s, cpu_s: seconds for the whole job. memory_mb: address space, the interpreter's own
    (about 60 MB) included. output_bytes: what the job may print, and again what it may report.
    target_cpu_s: CPU seconds for one target of a suite.
    """

    wall_s: float = 5.0
    cpu_s: float = 2.0
    memory_mb: int = 512
    output_bytes: int = 1_000_000
    target_cpu_s: float = 0.5


@dataclass(frozen=True)
class CallResult:
    """What a job of calls came to.

    verdict: PASSED where every call was made and reported (raising counts as made), else why not.
    outcomes: one list an input, in order; shorter where the job stopped early. detail: one
    sentence without control characters. steps: only with `count_steps`, loop iterations plus
    function entries of each input.
    """

    verdict: Verdict
    outcomes: tuple[tuple[Outcome, ...], ...]
    detail: str = ""
    steps: tuple[int, ...] = ()


@dataclass(frozen=True)
class SuiteResult:
    """What a test suite came to on one target; `first_failure` is one sentence, "" where all passed."""

    verdict: Verdict
    passed: int
    failed: int
    first_failure: str = ""


class SandboxUnavailable(Fault):
    """No rung of the ladder holds on this machine; the message names each rung and the probe it missed."""


class SandboxError(Fault, RuntimeError):
    """The sandbox itself failed, not the job; the round has to stop. The message says where."""
