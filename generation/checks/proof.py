"""The proof gate: an answer is kept only if running it shows that what it claims is true.

In: rows with answer and proof (JSON). Out: the judgement of each as columns, or its drop. The only
module that knows both rows and the sandbox. Where no rung holds for a foreign teacher's code its
rows are dropped as unproved, never run; a sandbox that breaks stops the round.
"""

import ast
import atexit
import functools
import json
import os
from typing import Any

from generation.faults import Fault
from generation.rows import Drop, DropReason
from generation.sandbox import Sandbox, SandboxError, SandboxUnavailable, open_sandbox
from generation.tasks import load_task
from generation.tasks.judging import SandboxFault
from generation.tasks.task import Judgement

SECOND_HASH_SEED = 4_242
HASH_SENSITIVE = frozenset(("set", "frozenset", "hash", "id", "vars", "dir", "random"))
RETRIED_SHARE = 20  # one answer in so many is tried under a second hash seed whatever it uses

_REASONS = {"timed_out": DropReason.PROOF_TIMED_OUT, "out_of_memory": DropReason.PROOF_TIMED_OUT}
_REASONS |= dict.fromkeys(("crashed", "output_limit"), DropReason.PROOF_CRASHED)


class ProofFault(Fault, RuntimeError):
    """The proof gate cannot work here; a RuntimeError too, so that a worker of `datasets.map` stops the build."""


def prove_batch(batch: dict[str, list], trusted: bool, prove: bool) -> dict[str, list]:
    """Return the judgement columns of a batch; `prove` off marks every row unproved instead."""
    names = ("slot", "task_type", "answer", "proof", "code")
    rows = [dict(zip(names, values, strict=True)) for values in zip(*(batch[n] for n in names), strict=True)]
    said = [prove_row(row, trusted) if prove else (None, Judgement(True, proof_kind="unproved")) for row in rows]
    return {
        "drop_reason": [str(drop.reason) if drop else "" for drop, _ in said],
        "drop_detail": [drop.detail if drop else "" for drop, _ in said],
        "proof_kind": [judged.proof_kind for _, judged in said],
        "tests_run": [judged.tests_run for _, judged in said],
        "mutants_killed": [judged.mutants_killed for _, judged in said],
        "mutants": [judged.mutants for _, judged in said],
        "rung": [shared_sandbox(os.getpid(), trusted).rung if prove and judged.tests_run else "" for _, judged in said],
    }


def prove_row(row: dict[str, Any], trusted: bool) -> tuple[Drop | None, Judgement]:
    """Return a row's judgement, and its drop where it may not be published."""
    try:
        sandbox = shared_sandbox(os.getpid(), trusted)
    except SandboxUnavailable as error:
        if trusted:
            raise ProofFault(f"no sandbox for the embedded teacher's answers: {error}") from error
        return Drop(DropReason.UNPROVED, f"no sandbox holds here: {error}"), Judgement(False, "unproved")
    if row["task_type"] == "unit_test_generation" and not sandbox.runs_suites:
        return Drop(DropReason.UNPROVED, f"the rung {sandbox.rung} runs no test suites"), Judgement(False, "unproved")
    judged = judge_answer(row["task_type"], row["answer"], row["proof"], sandbox)
    if not judged.passed:
        reason = _REASONS.get(judged.reason, DropReason.PROOF_FAILED)
        return Drop(reason, f"{judged.reason}: {judged.detail}"), judged
    if row["slot"] % RETRIED_SHARE == 0 or depends_on_hashes(row["code"]):
        again = judge_answer(row["task_type"], row["answer"], row["proof"], _Reseeded(sandbox))
        if not again.passed:
            return Drop(DropReason.FLAKY, f"another hash seed: {again.reason}"), again
    return None, judged


def judge_answer(task_type: str, answer: str, proof: str, sandbox: Any) -> Judgement:
    """Return the task's judgement of an answer, both given as JSON text, from these data alone.

    Raises ProofFault where the sandbox itself breaks: no verdict on the answer, the round must stop.
    """
    task = load_task(task_type)
    try:
        return task.judge(task.Answer.model_validate_json(answer), json.loads(proof), sandbox)
    except (SandboxError, SandboxFault) as error:
        raise ProofFault(f"the sandbox failed ({error}); see `python -m generation.sandbox`, then run again") from error


def depends_on_hashes(code: str) -> bool:
    """True where the code touches sets, hashes or chance, so that another hash seed may change it."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return False
    return any(
        isinstance(node, ast.Set | ast.SetComp) or (isinstance(node, ast.Name) and node.id in HASH_SENSITIVE)
        for node in ast.walk(tree)
    )


@functools.cache
def shared_sandbox(pid: int, trusted: bool) -> Sandbox:
    """Return this process's sandbox, opened on first use and closed at exit.

    `pid` is the caller's own: a forked worker must not talk to its parent's server.
    """
    sandbox = open_sandbox(trusted=trusted)
    atexit.register(sandbox.close)
    return sandbox


class _Reseeded:
    """The same sandbox, every call and suite under another hash seed."""

    def __init__(self, sandbox: Sandbox):
        self._sandbox = sandbox
        self.rung, self.runs_suites = sandbox.rung, sandbox.runs_suites

    def call(self, *args: Any, **kwargs: Any) -> Any:
        return self._sandbox.call(*args, **kwargs, hash_seed=SECOND_HASH_SEED)

    def run_suite(self, *args: Any, **kwargs: Any) -> Any:
        return self._sandbox.run_suite(*args, **kwargs, hash_seed=SECOND_HASH_SEED)
