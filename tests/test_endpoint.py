"""Endpoints that answer in their own ways: odd HTTP, odd replies, errors of every wording, overload."""

import asyncio
import gzip
import json
import shutil
import ssl
import subprocess
from types import SimpleNamespace

import openai
import pytest
from aiohttp import web

from generation.ledger import Ledger
from generation.parsing import parse_completion
from generation.rows import DropReason
from generation.settings import Settings, SettingsFault
from generation.tasks import load_task
from generation.teachers import limiter, openai_api
from generation.teachers.dialect import Dialect
from generation.teachers.endpoint import Endpoint, find_proxy
from generation.teachers.failures import (
    MAX_SAID_CHARS,
    Misunderstood,
    Passing,
    Refused,
    TeacherFault,
    name_failure,
    read_error,
)
from generation.teachers.reply import read_message, read_usage
from tests.loopback_openai import LoopbackTeacher, completion_body, refuse
from tests.loopback_raw import CLOSE, RawServer, http
from tests.test_openai_api import ask, good_answer, make_requests


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    """Retries wait as they would, a fiftieth as long."""
    monkeypatch.setattr(openai_api, "FIRST_BACKOFF_S", 0.01)
    monkeypatch.setattr(openai_api, "MAX_BACKOFF_S", 0.05)


def whole_reply(**changes) -> bytes:
    """A usual reply's body, with top-level changes (None: left out)."""
    body = completion_body(good_answer(), {"model": "gpt-4o-mini"}) | changes
    return json.dumps({name: value for name, value in body.items() if value is not None}).encode()


def chunked(body: bytes, size: int) -> list[bytes]:
    """A response in chunks."""
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    return [head, *(b"%x\r\n%s\r\n" % (len(part), part) for part in parts), b"0\r\n\r\n"]


def test_what_is_sent_is_what_the_sdk_sends(tmp_path, monkeypatch):
    """Path, key, headers and body of a request, but for what the SDK tells about the machine it runs on."""
    monkeypatch.setenv("OPENAI_API_KEY", "loopback")
    monkeypatch.setenv("OPENAI_ORG_ID", "the-organisation")
    request = make_requests(1)[0]

    async def send_by_sdk(url):
        async with openai.AsyncOpenAI(base_url=url, http_client=openai.DefaultAioHttpClient()) as client:
            await client.chat.completions.create(**request.body)

    with RawServer(lambda n: [http(whole_reply(), headers={"content-type": "application/json"})]) as server:
        asyncio.run(send_by_sdk(server.url))
        ask(server, tmp_path / "ledger.jsonl", count=1)
    (sdk_head, sdk_body), (our_head, our_body) = server.requests
    assert our_body == sdk_body == request.body
    assert json.dumps(our_body["response_format"]) == json.dumps(sdk_body["response_format"])  # in this very order

    def read(head):
        lines = head.strip().splitlines()
        pairs = (line.split(": ", 1) for line in lines[1:])
        return lines[0], {k.lower(): v for k, v in pairs if not k.lower().startswith(("x-stainless", "idempotency"))}

    (sdk_line, sdk), (our_line, ours) = read(sdk_head), read(our_head)
    assert our_line == sdk_line
    for name in ("authorization", "content-type", "accept", "user-agent", "host", "openai-organization"):
        assert ours[name] == sdk[name]
    assert "x-stainless" not in our_head.lower()


ODD_HTTP = {
    "http_1_0": lambda n: [http(whole_reply(), version="1.0"), CLOSE],
    "until_closed": lambda n: [b"HTTP/1.1 200 OK\r\n\r\n", whole_reply(), CLOSE],
    "chunked": lambda n: chunked(whole_reply(), 7),
    "slow_chunks": lambda n: [x for part in chunked(whole_reply(), 100) for x in (part, 0.002)],
    "gzip": lambda n: [http(gzip.compress(whole_reply()), headers={"content-encoding": "gzip"})],
    "no_keep_alive": lambda n: [http(whole_reply(), headers={"connection": "close"}), CLOSE],
    "says_nothing_and_closes": lambda n: [http(whole_reply()), CLOSE],
    "byte_order_mark": lambda n: [http(b"\xef\xbb\xbf" + whole_reply())],
    "text_plain": lambda n: [http(whole_reply(), headers={"content-type": "text/plain; charset=latin-1"})],
    "cut_every_third": lambda n: [http(whole_reply())[:-9], CLOSE] if n % 3 == 0 else [http(whole_reply())],
    "cut_before_head": lambda n: [CLOSE] if n % 3 == 0 else [http(whole_reply())],
    "no_http": lambda n: [b"\x00\x01 what?\r\n\r\n", CLOSE] if n % 3 == 0 else [http(whole_reply())],
    "broken_gzip": lambda n: [http(whole_reply(), headers={"content-encoding": "gzip"} if n % 3 == 0 else {})],
}


@pytest.mark.parametrize("script", ODD_HTTP.values(), ids=ODD_HTTP.keys())
def test_every_way_of_http_brings_all_rows(tmp_path, script):
    """Old versions, chunks, compression, connections closed when they should not be: each slot once, whole."""
    with RawServer(script) as server:
        found = ask(server, tmp_path / "ledger.jsonl", count=30, concurrency=4)
    assert sorted(c.slot for c in found) == list(range(1, 31))
    assert {c.text for c in found} == {good_answer()}


def test_a_body_that_trickles_is_given_up_in_time(tmp_path, monkeypatch):
    """Bytes that keep coming are no answer: the time for a reply is for all of it."""
    monkeypatch.setattr(limiter, "MIN_TIMEOUT_S", 0.3)
    monkeypatch.setattr(limiter, "MIN_FIRST_TIMEOUT_S", 0.5)
    monkeypatch.setattr(openai_api, "WATCH_S", 0.05)

    def script(n):
        if n != 20:
            return [http(whole_reply())]
        return [b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n", *(x for _ in range(600) for x in (b" ", 0.05))]

    with RawServer(script) as server:
        found = ask(server, tmp_path / "ledger.jsonl", count=30, concurrency=4)
    assert len(found) == 30
    assert sum(c.retries for c in found) == 1


def answer_with(tmp_path, *choices, count=1):
    """The last completion of each slot from an endpoint that answers with the choices in turn."""
    with LoopbackTeacher(lambda body, n: choices[(n - 1) % len(choices)]) as server:
        found = ask(server, tmp_path / "ledger.jsonl", count=count, concurrency=1)
    return found


def odd_choice(message: dict, reason: object = "stop") -> dict:
    """A choice as it is sent; no finish reason at all where it is None."""
    return {"message": message} | ({} if reason is None else {"finish_reason": reason})


PARTS = [{"type": "text", "text": good_answer()[:10]}, {"type": "text", "text": good_answer()[10:]}]
THINKING = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}


@pytest.mark.parametrize(
    "message",
    [
        {"content": good_answer(), "reasoning_content": "Let me think. {"},
        {"content": good_answer(), "refusal": None, "tool_calls": None, "annotations": []},
        {"content": PARTS},
        {"content": [THINKING, *PARTS]},
    ],
)
def test_an_answer_is_read_from_every_form_of_message(tmp_path, message):
    """Reasoning beside the content, parts, fields that are null."""
    (found,) = answer_with(tmp_path, odd_choice(message))
    assert found.text == good_answer()
    assert found.refusal == ""


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        (odd_choice({"content": None}), DropReason.UNPARSEABLE),
        (odd_choice({"content": None, "reasoning_content": good_answer()}), DropReason.UNPARSEABLE),
        (odd_choice({}), DropReason.UNPARSEABLE),
        (odd_choice({"content": 7}), DropReason.UNPARSEABLE),
        (odd_choice({"content": None, "refusal": "I will not."}), DropReason.REFUSED),
        (odd_choice({"content": [{"type": "refusal", "refusal": "I will not."}]}), DropReason.REFUSED),
        (odd_choice({"content": good_answer()}, "content_filter"), DropReason.REFUSED),
        (odd_choice({"content": good_answer()}, "length"), DropReason.TRUNCATED),
        (odd_choice({"content": good_answer()}, None), DropReason.NO_COMPLETION),
        (odd_choice({"content": good_answer()}, "tool_calls"), DropReason.NO_COMPLETION),
        (odd_choice({"content": good_answer()}, 3), DropReason.NO_COMPLETION),
    ],
)
def test_what_is_no_finished_answer_has_its_reason_and_is_asked_twice(tmp_path, choice, reason):
    """Nothing counts that did not finish; both completions are kept, none crashes the run."""
    found = answer_with(tmp_path, choice)
    assert [c.attempt for c in found] == [1, 2]
    assert {parse_completion(c, load_task("code_completion").Answer).drop.reason for c in found} == {reason}


NO_COMPLETIONS = {
    "no_choices": {"choices": []},
    "null_choices": {"choices": None},
    "no_message": {"choices": [{"finish_reason": "stop"}]},
    "null_message": {"choices": [{"message": None, "finish_reason": "stop"}]},
    "error_in_200": {"error": {"message": "provider failed", "code": 502}},
    "error_text": {"error": "model is loading"},
    "too_many_in_200": {"error": {"message": "slow down", "code": 429}},
    "broken_off": {"choices": [{"message": {"content": "{"}, "finish_reason": "error", "error": {"message": "x"}}]},
    "a_list": [],
    "a_number": 7,
}


@pytest.mark.parametrize("body", NO_COMPLETIONS.values(), ids=NO_COMPLETIONS.keys())
def test_a_200_without_a_completion_is_asked_for_again(tmp_path, monkeypatch, body):
    """Errors in a 200, empty choices, pages: never taken, never lost."""
    monkeypatch.setattr("generation.teachers.pacing.FIRST_PAUSE_S", 0.05)
    with RawServer(lambda n: [http(json.dumps(body).encode() if n % 4 == 2 else whole_reply())]) as server:
        found = ask(server, tmp_path / "ledger.jsonl", count=20, concurrency=2)
    assert [c.text for c in found] == [good_answer()] * 20


@pytest.mark.parametrize("page", [b"<html>Welcome!</html>", b"", b"\xff\xfe\x00", b'{"choices": [{"mess'])
def test_an_endpoint_that_never_answers_with_completions_stops_the_run(tmp_path, page):
    """A page instead of JSON, whatever is asked: one line, and no row is given up."""
    with RawServer(lambda n: [http(page)]) as server, pytest.raises(TeacherFault, match="no completions") as fault:
        ask(server, tmp_path / "ledger.jsonl", count=20, concurrency=2)
    assert "\n" not in str(fault.value)
    with Ledger(tmp_path / "ledger.jsonl", 1) as ledger:
        assert len(ledger) == 0


def test_an_endpoint_that_fails_for_good_midway_stops_the_run(tmp_path):
    """After some rows nothing but 500: at most a few rows are given up, the rest is asked the next time."""
    with LoopbackTeacher(lambda body, n: good_answer() if n <= 10 else refuse(500)) as server:
        with pytest.raises(TeacherFault, match="run the same command again"):
            ask(server, tmp_path / "ledger.jsonl", count=60, concurrency=4)
        server.reply = lambda body, n: good_answer()
        found = ask(server, tmp_path / "ledger.jsonl", count=60, concurrency=4)
    assert {c.slot for c in found if c.text} == set(range(1, 61))
    assert sum(c.finish_reason == "gave_up" for c in found) <= 3


def test_one_poisoned_prompt_is_given_up_alone(tmp_path):
    """A prompt that always makes the server fail costs its own row."""

    def reply(body, number):
        return refuse(500) if body["messages"][-1]["content"] == "prompt 7" else good_answer()

    with LoopbackTeacher(reply) as server:
        found = ask(server, tmp_path / "ledger.jsonl", count=60, concurrency=4)
    assert {c.slot for c in found if c.finish_reason == "gave_up"} <= {7}
    assert {c.slot for c in found if c.text} == set(range(1, 61)) - {7}


@pytest.mark.parametrize("status", [408, 409, 425, 500, 502, 503, 504, 520, 529])
def test_passing_statuses_with_pages_are_retried(tmp_path, monkeypatch, status):
    """Also where the body is HTML, or nothing."""
    monkeypatch.setattr("generation.teachers.pacing.FIRST_PAUSE_S", 0.05)
    page = b"<html><h1>Bad gateway</h1></html>"
    with RawServer(lambda n: [http(page, f"{status} X")] if n % 4 == 3 else [http(whole_reply())]) as server:
        found = ask(server, tmp_path / "ledger.jsonl", count=20, concurrency=2)
    assert [c.text for c in found] == [good_answer()] * 20


def test_an_overloaded_server_is_left_alone_for_as_long_as_it_asks(tmp_path, monkeypatch):
    """A 503 with Retry-After is waited out; it is bounded in number, as other failures are."""
    monkeypatch.setattr("generation.teachers.pacing.FIRST_PAUSE_S", 0.02)
    head = {"retry-after": "0.4"}
    with RawServer(lambda n: [http(b"", "503 X", headers=head)] if n <= 2 else [http(whole_reply())]) as server:
        found = ask(server, tmp_path / "ledger.jsonl", count=3, concurrency=2)
    assert len(found) == 3
    with (
        RawServer(lambda n: [http(b"", "503 X", headers={"retry-after": "0"})]) as server,
        pytest.raises(TeacherFault, match="503"),
    ):
        ask(server, tmp_path / "other.jsonl", count=3, concurrency=2)


def test_a_429_that_asks_for_hours_stops_the_run(tmp_path):
    """A day's limit is used up: to wait for it is the maintainer's choice."""
    reply = refuse(429, "limit for the day", headers={"retry-after": "7200"})
    with LoopbackTeacher(lambda body, n: reply) as server, pytest.raises(TeacherFault, match="120 minutes"):
        ask(server, tmp_path / "ledger.jsonl", count=3)


def test_one_strange_retry_after_stops_nothing(tmp_path, monkeypatch):
    """A single 429 with a moment in the far future, between completions, is waited for no longer than others."""
    monkeypatch.setattr("generation.teachers.pacing.MAX_PAUSE_S", 0.1)
    strange = refuse(429, headers={"retry-after": "86400"})
    with LoopbackTeacher(lambda body, n: strange if n == 12 else good_answer()) as server:
        assert len(ask(server, tmp_path / "ledger.jsonl", count=30, concurrency=2)) == 30


@pytest.mark.parametrize("code", ["insufficient_quota", "billing_hard_limit_reached"])
@pytest.mark.parametrize("field", ["code", "type"])
def test_no_quota_stops_at_once(code, field):
    """Wherever the code stands; a usual 429 does not stop, even where its text speaks of a quota."""
    body = json.dumps({"error": {"message": "You exceeded your current quota", field: code}})
    assert isinstance(name_failure(429, {}, body), TeacherFault)
    usual = json.dumps({"error": {"message": "You exceeded your current quota, retry in 3 s", "code": 429}})
    assert isinstance(name_failure(429, {}, usual), Refused)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": {"message": "bad", "code": "content_filter"}}, Misunderstood),
        (400, {"error": {"message": "no JSON", "code": "json_validate_failed"}}, Passing),
        (402, {"error": {"message": "Insufficient credits", "code": 402}}, TeacherFault),
        (405, "<html>", TeacherFault),
        (
            422,
            {"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs are not permitted", "input": "x" * 999}]},
            None,
        ),
        (503, "", Refused),
        (529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, Refused),
        (599, "", Passing),
    ],
)
def test_statuses_have_their_meaning(status, body, kind):
    """A page or JSON; what is said is one short line."""
    error = name_failure(status, {}, body if isinstance(body, str) else json.dumps(body))
    assert isinstance(error, kind or Misunderstood)
    assert len(str(error)) < MAX_SAID_CHARS + 200
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"error": {"message": "no such model", "code": "x"}}', "no such model"),
        ('{"error": {"message": "not supported", "param": "seed"}}', "seed: not supported"),
        ('{"error": "model not found"}', "model not found"),
        ('{"object": "error", "message": "too long", "code": 400}', "too long"),
        ('{"detail": "Not Found"}', "Not Found"),
        ('{"detail": [{"loc": ["body", "seed"], "msg": "extra", "input": 3}]}', "['body', 'seed']: extra"),
        ('[{"error": {"message": "quota", "status": "X"}}]', "quota"),
        ("<h1>Bad\n gateway</h1>", "<h1>Bad gateway</h1>"),
        ("null", "None"),
        ("[]", "[]"),
    ],
)
def test_errors_are_read_in_every_wording(body, said):
    """OpenAI's, Ollama's, vLLM's, FastAPI's, Google's, pages."""
    assert read_error(body)[0] == read_error(body.encode())[0] == said


REFUSALS = {
    "old_server": ("max_completion_tokens", "Extra inputs are not permitted: max_completion_tokens"),
    "reasoning_model": ("temperature", "Unsupported value: 'temperature' does not support 0.7 with this model."),
    "no_seed": ("seed", "[{'type': 'extra_forbidden', 'loc': ('body', 'seed')}]"),
    "no_format": ("response_format", "Unrecognized request argument supplied: response_format"),
}


@pytest.mark.parametrize(("name", "said"), REFUSALS.values(), ids=REFUSALS.keys())
@pytest.mark.parametrize("status", [400, 422])
def test_parameters_that_are_refused_are_left_out_for_good(tmp_path, name, said, status):
    """Learned once; the number of tokens then goes by its older name."""

    def reply(body, number):
        return refuse(status, said) if name in body else good_answer()

    with LoopbackTeacher(reply) as server:
        assert len(ask(server, tmp_path / "ledger.jsonl", count=30, concurrency=2)) == 30
        assert server.requests <= 30 + 2 * 2
    if name == "max_completion_tokens":
        assert server.bodies[-1]["max_tokens"] > 0


def test_a_prompt_that_is_refused_first_stops_nothing(tmp_path):
    """The first reply of all is a 400 for one prompt: with a code it is that row's; without, others show it is."""
    for code in ("content_filter", ""):

        def reply(body, number, code=code):
            return refuse(400, "flagged", code=code) if body["messages"][-1]["content"] == "prompt 1" else good_answer()

        with LoopbackTeacher(reply) as server:
            found = ask(server, tmp_path / f"ledger{code}.jsonl", count=20, concurrency=2)
        assert {c.slot for c in found if c.finish_reason == "bad_request"} == {1}
        assert {c.slot for c in found if c.text} == set(range(2, 21))


def test_an_endpoint_that_takes_no_request_stops_the_run(tmp_path):
    """Every request is a 400 that teaches nothing: after a few tries one line says what it said, and no row is lost."""
    with LoopbackTeacher(lambda body, n: refuse(400, "unknown model mini")) as server:
        with pytest.raises(TeacherFault, match="unknown model mini"):
            ask(server, tmp_path / "ledger.jsonl", count=60, concurrency=4)
        assert server.requests <= 3 * 4
    with Ledger(tmp_path / "ledger.jsonl", 1) as ledger:
        assert len(ledger) == 0


def test_a_refused_prompt_teaches_nothing_about_the_form():
    """Once a form was answered, only a refusal that names a parameter is about it."""
    dialect = Dialect()
    assert not dialect.learn("your prompt contains invalid JSON", dialect.form, taken=True)
    assert dialect.learn("response_format is not supported", dialect.form, taken=True)
    assert dialect.learn("JSON mode is not enabled", dialect.form, taken=False)


def test_usage_that_is_missing_is_counted_at_its_worst(tmp_path):
    """The bound holds where an endpoint does not say what it used."""
    with RawServer(lambda n: [http(whole_reply(usage=None))]) as server:
        with pytest.raises(Exception, match="--max-usd"):
            ask(server, tmp_path / "ledger.jsonl", count=200, max_usd=0.02)
        assert 1 < len(server.requests) < 40


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}, (3, 4)),
        ({"prompt_tokens": 3}, None),
        ({"prompt_tokens": -3, "completion_tokens": 4}, None),
        ({"prompt_tokens": "3", "completion_tokens": "4"}, None),
        ({"prompt_tokens": None, "completion_tokens": None}, None),
        ([], None),
        (None, None),
    ],
)
def test_usage_is_read_only_where_it_is_whole(usage, tokens):
    """Nothing is guessed from half of it."""
    assert read_usage({"usage": usage}) == tokens


def test_message_parts_of_any_kind_do_not_crash():
    """What is no text is left out."""
    assert read_message({"content": ["x", None, {"text": 3}, {"type": "text", "text": "a"}]}) == ("a", "")


@pytest.mark.parametrize("url", ["http://", "http://127.0.0.1:99999/v1"])
def test_an_address_that_is_none_is_one_line(tmp_path, url):
    """A wrong --base-url is named before anything is asked, not retried."""
    with pytest.raises(SettingsFault, match="base_url must"):
        ask(SimpleNamespace(url=url), tmp_path / "ledger.jsonl", count=2)


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl to make a certificate with")
def test_only_a_trusted_certificate_is_spoken_to(tmp_path, monkeypatch):
    """An unknown issuer stops the run in one line; named in SSL_CERT_FILE, it is trusted."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*make.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trust.load_cert_chain(certificate, key)
    with RawServer(lambda n: [http(whole_reply())], trust) as server:
        with pytest.raises(TeacherFault, match="SSL_CERT_FILE"):
            ask(server, tmp_path / "ledger.jsonl", count=2)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert len(ask(server, tmp_path / "ledger.jsonl", count=2)) == 2


def test_the_proxy_of_the_environment_is_taken(monkeypatch):
    """As by other tools; no_proxy is kept."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert find_proxy("https://api.openai.com/v1") is None
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:3128")
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    assert find_proxy("https://api.openai.com/v1") == "http://127.0.0.1:3128"
    assert find_proxy("http://127.0.0.1:8000/v1") is None


def test_connections_are_kept_and_their_number_follows_the_concurrency(tmp_path):
    """200 requests at 8 in flight go over 8 connections."""
    with RawServer(lambda n: [0.002, http(whole_reply())]) as server:
        ask(server, tmp_path / "ledger.jsonl", count=200, concurrency=8)
    assert server.connections <= 8


def test_nothing_is_left_open(tmp_path):
    """The connections are closed with the endpoint, after a fault too."""

    async def run(url):
        settings = Settings(teacher="gpt-4o-mini", base_url=url)
        async with Endpoint(settings, 2) as endpoint:
            await endpoint.send(b"{}", asyncio.timeout(None))
        assert endpoint._session.closed

    with RawServer(lambda n: [http(whole_reply())]) as server:
        asyncio.run(run(server.url))


def test_a_redirect_is_followed_with_its_body(tmp_path):
    """308 keeps method and body."""
    with RawServer(lambda n: [http(whole_reply())]) as there:
        head = {"location": f"{there.url}/chat/completions"}
        with RawServer(lambda n: [http(b"", "308 Moved", headers=head)]) as here:
            found = ask(here, tmp_path / "ledger.jsonl", count=2, concurrency=1)
    assert [c.text for c in found] == [good_answer()] * 2
    assert there.requests[0][1] == make_requests(1)[0].body


def test_web_responses_pass_through(tmp_path):
    """The stand-in's own responses are read like any other."""
    with LoopbackTeacher(lambda body, n: web.Response(body=whole_reply(), content_type="text/event-stream")) as server:
        assert len(ask(server, tmp_path / "ledger.jsonl", count=2)) == 2
