"""The chain with an API teacher on loopback: a noisy one, and one that is killed again and again."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from generation.plan import DEFAULT_PROVED_INPUTS, PROVED_INPUTS, PlanRequest, plan_round
from generation.programs import draw_program, prove_program
from generation.tasks import TASK_TYPES, load_task
from generation.tasks.task import Unsuited
from generation.teachers import embedded
from tests.conftest import ROOT, run_build
from tests.loopback_openai import LoopbackTeacher

ROWS = 48
CONCURRENCY = 8
MILD = "min_json_parse_rate = 0.0\nmin_format_compliance = 0.0\nmax_repetition_rate = 1.0\n"


@pytest.fixture(scope="session")
def right_answers(tmp_path_factory) -> dict[str, str]:
    """A right completion for each prompt of the round that a teacher model would be asked, where there is one."""
    request = PlanRequest(seed=0, first_number=0, rows=ROWS, embedded=False)
    plan = plan_round(request, set(), tmp_path_factory.mktemp("plan"))
    answers = {}
    for row in plan.rows:
        inputs = PROVED_INPUTS.get(row["task_type"], DEFAULT_PROVED_INPUTS)  # as planned: examples are chosen of them
        proved = prove_program(draw_program(0, row["number"]), inputs)
        task, seed = load_task(row["task_type"]), f"0 {row['number']}"
        try:
            posed = task.pose(proved, random.Random(f"pose {seed}"))
            answers[row["input"]] = embedded.complete(proved, posed, random.Random(f"answer {seed}"))
        except Unsuited:
            continue
    assert len(answers) > ROWS / 2
    return answers


def say_wrong(text: str) -> str:
    """A plausible wrong answer of the right form: the code does nothing, or the claims are another function's."""
    answer = json.loads(text)
    for name, value in answer.items():
        if name == "code":
            head = [line for line in value.splitlines() if line.startswith(("def ", "class "))][:1] or ["x = 1"]
            answer[name] = f"{head[0].split('(')[0]}(*args):\n    return None\n" if head[0] != "x = 1" else "x = 1\n"
        elif isinstance(value, str) and name not in ("order", "style", "verdict"):
            answer[name] = "It returns `12345` for every input."
        elif isinstance(value, list):
            answer[name] = []
    return json.dumps(answer)


def test_a_teacher_without_one_usable_answer_is_rejected(tmp_path):
    """Every row is dropped before anything could run: exit code 1, a report, nothing published, no traceback."""
    with LoopbackTeacher(lambda body, number: "Certainly! Here you are: {") as server:
        asked = ("--rows", "8", "--teacher", "my-model", "--base-url", server.url, "--max-usd", "inf")
        done = run_build(tmp_path, *asked, "--workers", "2")
    assert done.returncode == 1, done.stderr
    assert "no row kept" in done.stderr
    assert (tmp_path / "runs/round_1/report.html").exists()
    assert not list((tmp_path / "heidi-autotrain-synthetic").iterdir())


def test_a_noisy_teacher_is_seen_through(tmp_path, right_answers):
    """30 % wrong and 10 % malformed answers: right rows of all eight types come out, no wrong one does."""
    kinds: dict[str, str] = {}

    def reply(body, number):
        prompt = body["messages"][-1]["content"]
        kind = kinds.setdefault(prompt, random.Random(prompt).choices(("right", "wrong", "bad"), (6, 3, 1))[0])
        text = right_answers.get(prompt)
        if text is None or kind == "bad":
            kinds[prompt] = "bad"
            return "Certainly! Here you are: {"
        if kind == "wrong":
            return say_wrong(text)
        style = number % 3
        return text if style == 0 else f"```json\n{text}\n```" if style == 1 else json.dumps(json.loads(text), indent=2)

    (tmp_path / "mild.toml").write_text(MILD)
    with LoopbackTeacher(reply) as server:
        flags = ("--teacher", "gpt-4o-mini", "--base-url", server.url, "--config", "mild.toml", "--rows", str(ROWS))
        done = run_build(tmp_path, *flags)
        assert done.returncode == 0, done.stderr
        again = run_build(tmp_path, "--round", "1", *flags)
        asked = server.requests
    assert again.returncode == 0
    assert server.requests == asked
    rows = [
        json.loads(x) for x in (tmp_path / "heidi-autotrain-synthetic/clean_round_1.jsonl").read_text().splitlines()
    ]
    drops = [json.loads(x) for x in (tmp_path / "runs/round_1/drops.jsonl").read_text().splitlines()]
    assert len(rows) + len(drops) == ROWS
    assert {kinds[row["input"]] for row in rows} == {"right"}
    assert {row["metadata"]["task_type"] for row in rows} == set(TASK_TYPES)
    assert {row["metadata"]["teacher_model"] for row in rows} == {"gpt-4o-mini"}
    right = sum(kind == "right" for kind in kinds.values())
    assert len(rows) >= 0.9 * right
    stages = Counter(drop["stage"] for drop in drops)
    bad, wrong = (sum(kind == name for kind in kinds.values()) for name in ("bad", "wrong"))
    assert stages["parse"] >= bad
    assert stages["parse"] + stages["proof"] + stages["format"] >= bad + wrong


def kill_and_finish(folder, right_answers, kills: int, seed: int) -> None:
    """Build against the loopback teacher, killed `kills` times at random moments, then once to the end."""
    chance = random.Random(seed)
    filler = next(iter(right_answers.values()))
    with LoopbackTeacher(lambda body, n: right_answers.get(body["messages"][-1]["content"], filler), 0.05) as server:
        flags = [
            "--teacher",
            "gpt-4o-mini",
            "--base-url",
            server.url,
            "--rows",
            str(ROWS),
            "--concurrency",
            str(CONCURRENCY),
        ]
        (folder / "mild.toml").write_text(MILD)
        command = [sys.executable, str(ROOT / "generation/build.py"), *flags, "--config", "mild.toml"]
        environment = os.environ | {"SOURCE_DATE_EPOCH": "1767225600"}
        for _ in range(kills):
            sent = sum(server.sent.values())
            build = subprocess.Popen(
                command, cwd=folder, env=environment, stderr=subprocess.DEVNULL, start_new_session=True
            )
            began = time.monotonic()
            while build.poll() is None and sum(server.sent.values()) == sent and time.monotonic() - began < 60:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.4))
            build.kill()
            build.wait()
            card = folder / "heidi-autotrain-synthetic" / "README.md"
            assert not card.exists() or "round_1" in card.read_text()
        done = run_build(
            folder,
            *flags,
            "--config",
            "mild.toml",
            *(["--round", "1"] if (folder / "heidi-autotrain-synthetic/README.md").exists() else []),
        )
        assert done.returncode == 0, done.stderr
        wanted = Counter(
            json.loads(line[9:])["slot"]
            for line in (folder / "runs/round_1/ledger.jsonl").read_bytes().splitlines()[1:]
        )
        repaid = sum(server.sent.values()) - sum(wanted.values())
        assert 0 <= repaid <= kills * CONCURRENCY


def read_folder(folder):
    """The published files by name."""
    published = folder / "heidi-autotrain-synthetic"
    return {str(p.relative_to(published)): p.read_bytes() for p in sorted(published.rglob("*")) if p.is_file()}


def test_kill_9_loses_and_repays_nothing(tmp_path, right_answers):
    """Killed three times at random moments, the same command completes; re-paid is at most what was in flight."""
    (tmp_path / "killed").mkdir()
    (tmp_path / "whole").mkdir()
    kill_and_finish(tmp_path / "killed", right_answers, kills=3, seed=1)
    kill_and_finish(tmp_path / "whole", right_answers, kills=0, seed=1)
    assert read_folder(tmp_path / "killed") == read_folder(tmp_path / "whole")


@pytest.mark.soak
def test_kill_9_twenty_times(tmp_path, right_answers):
    """The same, twenty times over."""
    for seed in range(10):
        (tmp_path / str(seed)).mkdir()
        kill_and_finish(tmp_path / str(seed), right_answers, kills=2, seed=seed)


def test_ctrl_c_while_asking_keeps_what_came(tmp_path, right_answers):
    """An interrupt while rows are being asked ends at once in one line, and the ledger keeps every reply."""
    filler = next(iter(right_answers.values()))
    with LoopbackTeacher(lambda body, n: filler, 0.2) as server:
        command = [sys.executable, str(ROOT / "generation/build.py"), "--teacher", "gpt-4o-mini", "--rows", str(ROWS)]
        build = subprocess.Popen(
            [*command, "--base-url", server.url, "--concurrency", "4"],
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        while sum(server.sent.values()) < 6:
            assert build.poll() is None
            time.sleep(0.05)
        os.killpg(build.pid, signal.SIGINT)
        _, said = build.communicate(timeout=20)
    assert build.returncode == 130
    assert "Traceback" not in said
    lines = (tmp_path / "runs/round_1/ledger.jsonl").read_bytes().splitlines()
    assert len(lines) - 1 >= sum(server.sent.values()) - 4
