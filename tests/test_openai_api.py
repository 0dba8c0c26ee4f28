"""The API teacher against a loopback server: what is sent, retried, refused, written and never paid twice."""

import json

import pytest
from aiohttp import web

from generation.asking import AskOptions
from generation.ledger import Ledger, LedgerFault
from generation.settings import Settings
from generation.teachers import cost, limiter, openai_api
from generation.teachers.cost import BudgetFault
from generation.teachers.failures import TeacherFault
from generation.teachers.request import Request, make_request
from tests.loopback_fast import FastServer
from tests.loopback_openai import LoopbackTeacher, refuse


def make_requests(count: int, model: str = "gpt-4o-mini") -> list[Request]:
    """Requests of one task type with distinct prompts."""
    settings = Settings(teacher=model)
    rows = ({"slot": i, "task_type": "code_completion", "input": f"prompt {i}"} for i in range(1, count + 1))
    return [make_request(row, settings) for row in rows]


def good_answer() -> str:
    """An answer that fits the schema of code_completion."""
    return json.dumps({"code": "def f():\n    return 1\n", "explanation": "It returns one."})


def ask(server, path, count=20, model="gpt-4o-mini", concurrency=8, max_usd=5.0):
    """Ask the loopback server for `count` rows into a ledger, and return the ledger's completions."""
    settings = Settings(rows=count, teacher=model, base_url=server.url)
    with Ledger(path, 1) as ledger:
        how = AskOptions(concurrency=concurrency, max_usd=max_usd, progress=False)
        openai_api.ask(make_requests(count, model), ledger, settings, how)
        return list(ledger)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    """Retries wait as they would, a tenth as long."""
    monkeypatch.setattr(openai_api, "FIRST_BACKOFF_S", 0.05)


def test_every_slot_gets_one_completion_with_usage_and_version(tmp_path):
    """All rows arrive once, with tokens, the model's version and the whole reply kept."""
    with LoopbackTeacher(lambda body, n: good_answer()) as server:
        found = ask(server, tmp_path / "ledger.jsonl")
    assert sorted(c.slot for c in found) == list(range(1, 21))
    assert {(c.model, c.prompt_tokens, c.completion_tokens) for c in found} == {("gpt-4o-mini-2026-01-01", 300, 200)}
    assert all(json.loads(c.raw)["choices"] for c in found)
    assert server.most_in_flight <= 8


def test_what_is_in_the_ledger_is_never_asked_again(tmp_path):
    """A second run sends nothing; another temperature is an error that says so."""
    with LoopbackTeacher(lambda body, n: good_answer()) as server:
        ask(server, tmp_path / "ledger.jsonl")
        ask(server, tmp_path / "ledger.jsonl")
        assert server.requests == 20
        changed = [Request(r.slot, r.task_type, r.body | {"temperature": 0.1}) for r in make_requests(20)]
        with Ledger(tmp_path / "ledger.jsonl", 1) as ledger, pytest.raises(LedgerFault, match="another request"):
            openai_api.ask(
                changed, ledger, Settings(teacher="gpt-4o-mini", base_url=server.url), AskOptions(progress=False)
            )


@pytest.mark.parametrize("text", ["no JSON at all", '{"unknown": 1}', "```json\n{}\n```"])
def test_an_unusable_answer_is_asked_once_more_and_both_are_kept(tmp_path, text):
    """Both completions were paid for, so both stand in the ledger; there is no third."""
    with LoopbackTeacher(lambda body, n: text) as server:
        found = ask(server, tmp_path / "ledger.jsonl", count=3)
    assert sorted((c.slot, c.attempt) for c in found) == [(s, a) for s in (1, 2, 3) for a in (1, 2)]
    assert server.requests == 6


@pytest.mark.parametrize("status", [429, 500, 503, 409])
def test_passing_errors_are_retried(tmp_path, status):
    """Every third reply refused: all rows arrive all the same."""

    def reply(body, number):
        return refuse(status, headers={"retry-after": "0.05"}) if number % 3 == 0 else good_answer()

    with LoopbackTeacher(reply) as server:
        assert len(ask(server, tmp_path / "ledger.jsonl")) == 20


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (401, "", "OPENAI_API_KEY"),
        (403, "", "permissions"),
        (404, "", "--teacher"),
        (429, "insufficient_quota", "credit"),
    ],
)
def test_final_errors_stop_at_once_with_one_line(tmp_path, status, code, said):
    """A wrong key, model or empty account is not retried; the message names the mend."""
    with LoopbackTeacher(lambda body, n: refuse(status, code=code)) as server:
        with pytest.raises(TeacherFault, match=said) as fault:
            ask(server, tmp_path / "ledger.jsonl")
        assert "\n" not in str(fault.value)
        assert server.requests <= 8


def test_a_cut_reply_is_no_completion(tmp_path):
    """A body that breaks off is asked for again, never taken."""

    def reply(body, number):
        return (
            web.Response(text='{"choices": [{"mess', content_type="application/json") if number % 2 else good_answer()
        )

    with LoopbackTeacher(reply) as server:
        found = ask(server, tmp_path / "ledger.jsonl")
    assert {c.text for c in found} == {good_answer()}


def test_an_endpoint_without_structured_output_is_asked_in_its_way(tmp_path):
    """The ladder goes from schema over JSON object to prompt only, once for the endpoint, not once a row."""

    def reply(body, number):
        if "response_format" in body:
            return refuse(400, f"response_format {body['response_format']['type']} is not supported")
        assert "JSON object of this schema" in body["messages"][0]["content"]
        return good_answer()

    with LoopbackTeacher(reply) as server:
        assert len(ask(server, tmp_path / "ledger.jsonl", count=40, concurrency=4)) == 40
        assert server.requests <= 40 + 2 * 4


def test_the_budget_is_never_passed(tmp_path):
    """The run stops cleanly before the bound, keeps what came, and goes on with a higher one."""
    with LoopbackTeacher(lambda body, n: good_answer()) as server:
        with pytest.raises(BudgetFault, match="--max-usd"):
            ask(server, tmp_path / "ledger.jsonl", count=200, max_usd=0.02)
        with Ledger(tmp_path / "ledger.jsonl", 1) as ledger:
            assert 10 < len(ledger) < 200
        assert server.requests * (300 * 0.15 + 200 * 0.60) / 1e6 <= 0.02
        assert len(ask(server, tmp_path / "ledger.jsonl", count=200)) == 200
        assert server.requests == 200


def test_an_unknown_price_needs_an_open_budget(tmp_path):
    """A model without a known price is asked only where the budget is infinite."""
    with LoopbackTeacher(lambda body, n: good_answer()) as server:
        with pytest.raises(BudgetFault, match="--max-usd inf"):
            ask(server, tmp_path / "ledger.jsonl", model="my-model")
        assert server.requests == 0
        assert len(ask(server, tmp_path / "ledger.jsonl", model="my-model", max_usd=float("inf"))) == 20


def test_without_a_key_one_line_says_so(tmp_path):
    """No key and no endpoint of one's own: the message names both ways on."""
    with Ledger(tmp_path / "ledger.jsonl", 1) as ledger, pytest.raises(TeacherFault, match="OPENAI_API_KEY"):
        openai_api.ask(make_requests(1), ledger, Settings(teacher="gpt-4o-mini"), AskOptions(progress=False))


def test_chaos_loses_no_row_and_accepts_no_half_answer(tmp_path, monkeypatch):
    """429s, 500s, cut connections, truncated answers and requests never answered: every row is accounted for."""
    monkeypatch.setattr(limiter, "MIN_TIMEOUT_S", 1.0)
    monkeypatch.setattr(openai_api, "WATCH_S", 0.1)
    faults = {"p_429": 0.05, "p_500": 0.05, "p_cut": 0.05, "p_truncated": 0.1, "p_silent": 0.03}
    with FastServer(latency_s=0.02, answer=good_answer(), **faults) as server:
        found = ask(server, tmp_path / "ledger.jsonl", count=200, concurrency=16)
        counts = server.stop()
    assert {c.slot for c in found} == set(range(1, 201))
    assert counts["silent"] > 0
    assert counts["truncated"] > 0
    assert len(found) == counts["answered"]  # each reply that was sent is in the ledger, once
    assert {c.text for c in found if c.finish_reason == "stop"} == {good_answer()}
    assert sum(c.finish_reason == "length" for c in found) == counts["truncated"]


def test_an_endpoint_that_is_gone_stops_the_run_in_one_line(tmp_path, monkeypatch):
    """Nothing listens there: the run ends and says so, and no row is given up."""
    monkeypatch.setattr(openai_api, "SILENCE_S", 0.3)
    with LoopbackTeacher(lambda body, n: good_answer()) as server:
        pass
    with pytest.raises(TeacherFault, match="cannot be reached"):
        ask(server, tmp_path / "ledger.jsonl", count=3)
    with Ledger(tmp_path / "ledger.jsonl", 1) as ledger:
        assert len(ledger) == 0


def test_one_refused_request_does_not_stop_the_others(tmp_path):
    """A 400 for one prompt, where others of its form are answered, costs that row alone."""

    def reply(body, number):
        return refuse(400, "flagged") if body["messages"][-1]["content"] == "prompt 17" else good_answer()

    with LoopbackTeacher(reply) as server:
        found = ask(server, tmp_path / "ledger.jsonl", concurrency=4)
    assert {c.slot: c.finish_reason for c in found} == {i: "bad_request" if i == 17 else "stop" for i in range(1, 21)}


@pytest.mark.parametrize(("model", "price"), [("gpt-4o-mini", 0.15), ("gpt-4o-mini-2024-07-18", 0.15), ("o9", None)])
def test_prices_are_found_by_name_and_dated_version(model, price):
    """A dated version costs what its model does; a longer name of another model is no version of it."""
    found = cost.find_price(model)
    assert (found and found[0]) == price
    assert cost.find_price("gpt-4o-minimal") is None


def test_spending_is_read_from_the_ledger(tmp_path):
    """Completions, tokens and dollars of all runs of a round, rejected ones included, after reopening too."""
    with LoopbackTeacher(lambda body, n: "no JSON") as server:
        ask(server, tmp_path / "ledger.jsonl", count=3)
    with Ledger(tmp_path / "ledger.jsonl", 1) as ledger:
        found = cost.measure_spending(ledger, "gpt-4o-mini")
        assert cost.measure_spending(ledger, "unheard-of")["usd"] is None
    assert found["usd"] == pytest.approx(6 * (300 * 0.15 + 200 * 0.60) / 1e6)
    assert (found["completions"], found["prompt_tokens"], found["completion_tokens"]) == (6, 1_800, 1_200)
