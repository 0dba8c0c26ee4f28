"""The Batch API against a loopback server: split, saved, continued, resubmitted where something is missing."""

import json
import random
import signal
import subprocess
import sys
import time

import pytest

from generation.asking import AskOptions
from generation.ledger import Ledger
from generation.settings import Settings
from generation.teachers import cost, openai_batch
from generation.teachers.cost import BudgetFault
from generation.teachers.failures import TeacherFault
from tests.conftest import ROOT
from tests.loopback_openai import LoopbackTeacher, refuse
from tests.test_openai_api import good_answer, make_requests


@pytest.fixture(autouse=True)
def short_polls(monkeypatch):
    """Batches are looked at often."""
    monkeypatch.setattr(openai_batch, "POLL_S", 0.01)
    monkeypatch.setattr(openai_batch, "MAX_POLL_S", 0.02)


def ask(server, folder, count=20, max_usd=5.0):
    """Ask for `count` rows by batches and return the ledger's completions."""
    settings = Settings(rows=count, teacher="gpt-4o-mini", base_url=server.url)
    with Ledger(folder / "ledger.jsonl", 1) as ledger:
        how = AskOptions(batch=True, max_usd=max_usd, progress=False)
        openai_batch.ask(make_requests(count), ledger, settings, how)
        return list(ledger)


def slots_of(submitted):
    """The slots of a submitted batch."""
    return sorted(int(name.split("-")[0]) for name in submitted)


def test_results_in_any_order_reach_their_slots_at_half_price(tmp_path):
    """The stand-in answers backwards; each row gets its own answer, and the ledger knows the price was half."""
    with LoopbackTeacher(lambda body, n: f"not JSON: {body['messages'][-1]['content']}") as server:
        found = ask(server, tmp_path)
    assert {(c.slot, c.text.removeprefix("not JSON: ")) for c in found} == {(i, f"prompt {i}") for i in range(1, 21)}
    assert all(c.batch for c in found)
    with Ledger(tmp_path / "ledger.jsonl", 1) as ledger:
        spent = cost.measure_spending(ledger, "gpt-4o-mini")
    assert spent["completions"] == 40  # each unusable one was asked once more
    assert spent["usd"] == pytest.approx(40 * (300 * 0.15 + 200 * 0.60) / 1e6 / 2)


def test_files_are_split_by_requests_and_by_bytes(tmp_path, monkeypatch):
    """No file passes either limit, and every request stands in one file."""
    monkeypatch.setattr(openai_batch, "MAX_REQUESTS", 8)
    with LoopbackTeacher(lambda body, n: good_answer()) as server:
        assert len(ask(server, tmp_path / "a")) == 20
        assert [len(b) for b in server.batches.submitted] == [8, 8, 4]
    line = len(openai_batch.write_line(make_requests(20)[-1], 1, openai_batch.Dialect()))
    monkeypatch.setattr(openai_batch, "MAX_BYTES", 5 * line)
    with LoopbackTeacher(lambda body, n: good_answer()) as server:
        assert len(ask(server, tmp_path / "b")) == 20
        assert [len(b) for b in server.batches.submitted] == [5, 5, 5, 5]
        inputs = [server.batches.made[f"batch-{i}"]["input_file_id"] for i in range(4)]
        assert all(len(server.batches.files[name].encode()) <= 5 * line for name in inputs)


@pytest.mark.parametrize("fate", [("expired", 0.5), ("cancelled", 0.25), ("completed", 0.9)])
def test_only_what_is_missing_is_submitted_again(tmp_path, fate):
    """A batch that ends with part of its work done keeps that part."""
    with LoopbackTeacher(lambda body, n: good_answer()) as server:
        server.batches.fates = [fate]
        found = ask(server, tmp_path)
        done = round(20 * fate[1])
        assert slots_of(server.batches.submitted[1]) == list(range(done + 1, 21))
        assert server.requests == 20
    assert sorted(c.slot for c in found) == list(range(1, 21))


def test_requests_refused_one_by_one_are_submitted_again(tmp_path):
    """A 500 inside a batch is no answer; the others stand."""
    with LoopbackTeacher(lambda body, n: refuse(500) if n <= 3 else good_answer()) as server:
        found = ask(server, tmp_path)
        assert [len(b) for b in server.batches.submitted] == [20, 3]
    assert len(found) == 20


def test_what_is_never_answered_is_given_up(tmp_path):
    """Four batches in vain, then the rows say that no completion came."""
    with LoopbackTeacher(lambda body, n: refuse(500)) as server:
        found = ask(server, tmp_path, count=2)
    assert {(c.slot, c.finish_reason) for c in found} == {(1, "gave_up"), (2, "gave_up")}


def test_a_failed_batch_stops_with_its_reason(tmp_path):
    """A batch that the provider refuses as a whole is not tried again and again."""
    with LoopbackTeacher(lambda body, n: good_answer()) as server:
        server.batches.fates = [("failed", 0.0)]
        with pytest.raises(TeacherFault, match="no such model"):
            ask(server, tmp_path)
        assert len(ask(server, tmp_path)) == 20


def test_the_budget_bounds_what_is_submitted(tmp_path):
    """No more is submitted at once than may be paid for; nothing where not one request fits."""
    with LoopbackTeacher(lambda body, n: good_answer()) as server:
        with pytest.raises(BudgetFault, match="--max-usd"):
            ask(server, tmp_path, max_usd=0.0001)
        assert not server.batches.submitted
        assert len(ask(server, tmp_path, max_usd=0.01)) == 20
        assert len(server.batches.submitted) > 1


RUN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from tests.test_openai_batch import ask
from generation.teachers import openai_batch
openai_batch.POLL_S = openai_batch.MAX_POLL_S = 0.05
class Server: url = sys.argv[1]
ask(Server, Path(sys.argv[2]))
"""


def start(server, folder):
    """Ask in a process of its own."""
    return subprocess.Popen([sys.executable, "-c", RUN, server.url, str(folder), str(ROOT)], stderr=subprocess.PIPE)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_batch_is_left_and_continued_from_another_shell(tmp_path, how):
    """Interrupted while it waits, the next run takes up the same batch and submits nothing twice."""
    with LoopbackTeacher(lambda body, n: good_answer()) as server:
        server.batches.polls = 10**6
        first = start(server, tmp_path)
        while not server.batches.made or not next(iter(server.batches.made.values()))["polls"]:
            assert first.poll() is None, first.stderr.read()
            time.sleep(0.02)
        first.send_signal(how)
        first.communicate(timeout=20)
        server.batches.polls = 0
        assert len(ask(server, tmp_path)) == 20
        assert len(server.batches.submitted) == 1


def test_a_run_that_died_while_creating_a_batch_finds_it(tmp_path):
    """The name was saved before the batch was made: the next run asks the provider, and pays once."""
    with LoopbackTeacher(lambda body, n: good_answer()) as server:
        ask(server, tmp_path / "first")
        key = server.batches.made["batch-0"]["metadata"]["key"]
        server.batches.made["batch-0"] |= {"status": "in_progress"}
        keys = [[i, 1] for i in range(1, 21)]
        (tmp_path / "second").mkdir()
        (tmp_path / "second" / openai_batch.STATE_FILE).write_text(json.dumps([{"key": key, "id": "", "keys": keys}]))
        assert len(ask(server, tmp_path / "second")) == 20
        assert len(server.batches.submitted) == 1
        lost = [{"key": f"never-{random.random()}", "id": "", "keys": keys}]
        (tmp_path / "third").mkdir()
        (tmp_path / "third" / openai_batch.STATE_FILE).write_text(json.dumps(lost))
        assert len(ask(server, tmp_path / "third")) == 20
        assert len(server.batches.submitted) == 2


def test_an_endpoint_that_refuses_a_parameter_is_asked_without_it(tmp_path):
    """A 400 inside a batch teaches the dialect; the rows are submitted again in it."""

    def reply(body, number):
        return refuse(400, "Unsupported value: temperature") if "temperature" in body else good_answer()

    with LoopbackTeacher(reply) as server:
        assert len(ask(server, tmp_path)) == 20
        assert [len(b) for b in server.batches.submitted] == [20, 20]
