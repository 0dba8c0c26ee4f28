"""The ledger: nothing lost, nothing half-written, one writer, honest errors."""

import dataclasses
import multiprocessing
import os

import datasets
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generation.asking import AskOptions, ask_teacher
from generation.ledger import Completion, Ledger, LedgerFault
from generation.run import Run
from generation.settings import EMBEDDED, Settings


def make_completion(slot=1, attempt=1, text="answer", request_hash="h"):
    """A completion as a teacher would give it."""
    return Completion(slot, attempt, request_hash, text, "stop", model="m", prompt_tokens=3, completion_tokens=4)


def test_what_was_appended_is_there_after_reopening(tmp_path):
    """Every completion comes back as it was, by key and in order of writing."""
    written = [make_completion(2), make_completion(1), make_completion(1, 2, text="läßt\u2028\n\ud800 nichts aus")]
    with Ledger(tmp_path / "ledger.jsonl", 1) as ledger:
        for completion in written:
            ledger.append(completion)
    with Ledger(tmp_path / "ledger.jsonl", 1) as ledger:
        assert list(ledger) == written
        assert ledger.attempts(1) == written[1:]
        assert ledger.attempts(9) == []
        assert (2, 1) in ledger
        assert (2, 2) not in ledger


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(cut=st.integers(min_value=1, max_value=400))
def test_a_torn_tail_is_cut_and_the_rest_kept(tmp_path, cut):
    """Wherever a crash tears the last line, all whole lines stay and writing goes on."""
    path = tmp_path / "ledger.jsonl"
    path.unlink(missing_ok=True)
    with Ledger(path, 1) as ledger:
        for slot in range(1, 6):
            ledger.append(make_completion(slot, text="x" * slot))
    whole = path.read_bytes()
    path.write_bytes(whole[: max(0, len(whole) - cut)])
    left = path.read_bytes().count(b"\n")
    with Ledger(path, 1) as ledger:
        assert len(ledger) == max(0, left - 1)
        for slot in range(1, 6):
            if (slot, 1) not in ledger:
                ledger.append(make_completion(slot, text="x" * slot))
    assert path.read_bytes() == whole


@pytest.mark.parametrize("line", [0, 1, 2])
def test_damage_before_the_tail_is_an_error(tmp_path, line):
    """A changed byte in any line but the last is named, not skipped."""
    path = tmp_path / "ledger.jsonl"
    with Ledger(path, 1) as ledger:
        for slot in range(1, 5):
            ledger.append(make_completion(slot))
    lines = path.read_bytes().splitlines(keepends=True)
    lines[line] = lines[line].replace(b"1", b"7", 1)
    path.write_bytes(b"".join(lines))
    with pytest.raises(LedgerFault, match=f"line {line + 1}"):
        Ledger(path, 1)


def test_another_rounds_ledger_is_refused(tmp_path):
    """A ledger that was copied into another round's folder is not taken for its own."""
    Ledger(tmp_path / "ledger.jsonl", 1).close()
    with pytest.raises(LedgerFault, match="not the ledger of round 2"):
        Ledger(tmp_path / "ledger.jsonl", 2)


def test_a_second_writer_is_refused(tmp_path):
    """Two processes, or two handles, cannot write one ledger."""
    with Ledger(tmp_path / "ledger.jsonl", 1), pytest.raises(LedgerFault, match="another process"):
        Ledger(tmp_path / "ledger.jsonl", 1)


def test_a_key_is_written_once(tmp_path):
    """The same slot and attempt twice would be paid twice, so it is an error."""
    with Ledger(tmp_path / "ledger.jsonl", 1) as ledger:
        ledger.append(make_completion())
        with pytest.raises(LedgerFault, match="already"):
            ledger.append(make_completion(text="other"))


def test_a_changed_request_is_an_error(tmp_path):
    """A completion asked with another body is not reused silently."""
    with Ledger(tmp_path / "ledger.jsonl", 1) as ledger:
        ledger.append(make_completion(request_hash="old"))
        ledger.check_request(1, 1, "old")
        with pytest.raises(LedgerFault, match="another request"):
            ledger.check_request(1, 1, "new")


def _append_and_die(path):
    ledger = Ledger(path, 1)
    for slot in range(1, 101):
        ledger.append(make_completion(slot))
    os._exit(9)


def test_a_kill_right_after_append_loses_nothing(tmp_path):
    """What append has returned for outlives a process that dies without closing anything."""
    path = tmp_path / "ledger.jsonl"
    process = multiprocessing.get_context("spawn").Process(target=_append_and_die, args=(path,))
    process.start()
    process.join(30)
    with Ledger(path, 1) as ledger:
        assert len(ledger) == 100


def test_every_field_survives(tmp_path):
    """No field of a completion is forgotten on the way to the disk."""
    made = {int: 7, bool: True}
    values = {f.name: made.get(f.type, f"{f.name}-text") for f in dataclasses.fields(Completion)}
    with Ledger(tmp_path / "ledger.jsonl", 1) as ledger:
        ledger.append(Completion(**values))
        assert dataclasses.asdict(ledger.read(7, 7)) == values


def test_an_embedded_answer_of_other_code_is_an_error(tmp_path):
    """The same prompt, another answer: the generator has changed, and its rows are not mixed with the older ones."""
    settings = Settings(rows=2, teacher=EMBEDDED)
    run = Run(tmp_path, 1, settings, "asking", "2026-01-01T00:00:00", 0)
    rows = [{"slot": i, "task_type": "code_completion", "input": f"p {i}", "completion": f"a {i}"} for i in (1, 2)]
    with Ledger(tmp_path / "ledger.jsonl", 1) as ledger:
        for _ in range(2):  # the second time from the ledger
            ask_teacher(datasets.Dataset.from_list(rows), run, ledger, AskOptions())
        assert [c.text for c in ledger] == ["a 1", "a 2"]
        rows[1]["completion"] = "another"
        with pytest.raises(LedgerFault, match="the generator has changed"):
            ask_teacher(datasets.Dataset.from_list(rows), run, ledger, AskOptions())
