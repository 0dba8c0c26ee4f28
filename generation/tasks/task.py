"""The one shape of a task: what posing hands over and what judging says.

A task is a module of `generation.tasks`, named after its task type, with

    Answer: a pydantic model, extra keys forbidden: the JSON that every teacher must return.
    REQUEST: str: what an API teacher is told about form, in prose (the system message).
    pose(proved: Proved, rng: Random) -> Posed            raises Unsuited(reason)
    answer(proved: Proved, posed: Posed, rng: Random) -> Answer   the embedded teacher's; raises Unsuited(reason)
    render(answer: Answer) -> str                         the published `output`, Markdown
    find_bad_form(answer: Answer, proof: dict) -> str | None      why the form is wrong, cheap, nothing run
    judge(answer: Answer, proof: dict, sandbox: Sandbox) -> Judgement

`judge` works from the answer and `posed.proof` alone (both are published as evidence), never from
a Program, so that a row can be proved again years later by data. `answer` may not look at
`proved.expected`: values that it states come from running the reference.
"""

from dataclasses import dataclass, field
from typing import Any

MAX_INPUT_CHARS = 1_800
MAX_OUTPUT_CHARS = 2_048


@dataclass(frozen=True)
class Posed:
    """One task posed on one program.

    input: the complete, self-sufficient prompt, <= 1,800 characters. instruction: the request in
    one sentence, not repeated word for word in `input`. template: which phrasing was used.
    proof: JSON-ready facts from which `judge` works; always has "entry_point", "kind", "inputs",
    "expected" (a list of `Outcome`s as [value, raised, args_after] an input) and "subject": the
    part of the prompt that belongs to the program (spec and code shown), phrasing left out, which
    is what deduplication compares.
    """

    task_type: str
    instruction: str
    input: str
    template: str
    proof: dict[str, Any]


@dataclass(frozen=True)
class Judgement:
    """What proving an answer came to.

    passed: whether the row may be published. reason: for a failed one, a snake_case word of the
    defect ("wrong_result", "defect_not_named", "timed_out", ...), else "". detail: one sentence
    for the maintainer. proof_kind: "full" where every claim was checked, "partial" where prose
    remains that nothing could check. tests_run, mutants_killed, mutants: counts for the evidence.
    """

    passed: bool
    reason: str = ""
    detail: str = ""
    proof_kind: str = "full"
    tests_run: int = 0
    mutants_killed: int = 0
    mutants: int = 0
    facts: dict[str, Any] = field(default_factory=dict)


class Unsuited(Exception):
    """This program cannot carry this task (too long, no fitting defect, ...); `reason` is snake_case."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason
