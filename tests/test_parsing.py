"""Parsing: what is taken off, what is repaired, and that everything else is rejected by name, never guessed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from generation.ledger import Completion
from generation.parsing import parse_completion, repair_syntax
from generation.rows import DropReason


class Answer(BaseModel):
    """A small answer."""

    model_config = ConfigDict(extra="forbid")
    code: str
    lines: list[int]


VALUE = {"code": 'def f():\n    return "a\\n, }"\n', "lines": [1, 2]}
TEXT = json.dumps(VALUE)


def parse(text, finish_reason="stop", refusal=""):
    """Parse a completion's text."""
    return parse_completion(Completion(1, 1, "h", text, finish_reason, refusal), Answer)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"\n {TEXT} \n",
        "\ufeff" + TEXT,
        json.dumps(VALUE, indent=2),
        f"```json\n{TEXT}\n```",
        f"```\n{TEXT}\n```",
        f"```JSON\r\n{TEXT}\r\n```\r\n",
        f"```jsonc\n{TEXT}\n```",
        f"  ````json\n{TEXT}\n````  ",
        f"~~~json\n{TEXT}\n~~~",
        f"``` json \n{TEXT}```",
        f"```json {TEXT} ```",
        f"```{TEXT}```",
        f"`{TEXT}`",
        f"<think>\nmaybe {{}} or ```json\n</think>\n{TEXT}",
        f"<thinking>x</thinking>\n```json\n{TEXT}\n```",
        f"<THINK></THINK>{TEXT}",
    ],
)
def test_one_enclosing_wrapper_is_taken_off(text):
    """Fences of every style and a leading thinking block are no part of the answer, and taking them off no repair."""
    parsed = parse(text)
    assert parsed.answer is not None, parsed.drop
    assert parsed.answer.model_dump() == VALUE
    assert not parsed.repaired


@pytest.mark.parametrize(
    "text",
    [
        '{"code": "def f():\n\treturn 1\n", "lines": [1, 2]}',
        '{"code": "def f():\\n\\treturn 1\\n", "lines": [1, 2,],}',
        '```json\n{"code": "def f():\n\treturn 1\n", "lines": [1,\n 2,\n]}\n```',
        json.dumps(json.dumps({"code": "def f():\n\treturn 1\n", "lines": [1, 2]})),
        json.dumps(json.dumps({"code": "def f():\n\treturn 1\n", "lines": [1, 2]}))[1:-1],
    ],
)
def test_syntax_is_repaired_once_and_marked(text):
    """Raw line breaks, trailing commas and JSON escaped as a whole give the value that was meant, marked as such."""
    parsed = parse(text)
    assert parsed.answer is not None, parsed.drop
    assert parsed.answer.model_dump() == {"code": "def f():\n\treturn 1\n", "lines": [1, 2]}
    assert parsed.repaired


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", DropReason.UNPARSEABLE),
        ("Certainly! Here you are: {", DropReason.UNPARSEABLE),
        (f"Here is the JSON:\n```json\n{TEXT}\n```", DropReason.UNPARSEABLE),
        (f"```json\n{TEXT}\n```\nI hope this helps!", DropReason.UNPARSEABLE),
        (f"```json\n{TEXT}\n```\n```json\n{TEXT}\n```", DropReason.UNPARSEABLE),
        (f"{TEXT}\n{TEXT}", DropReason.UNPARSEABLE),
        (f"```json\n{TEXT}", DropReason.UNPARSEABLE),
        (TEXT[:-3], DropReason.UNPARSEABLE),
        (TEXT.replace('"', "'"), DropReason.UNPARSEABLE),
        ("{'code': 'x', 'lines': []}", DropReason.UNPARSEABLE),
        ('{"code": "x", "code": "y", "lines": []}', DropReason.UNPARSEABLE),
        ('{"code": "x", "lines": [NaN]}', DropReason.WRONG_SCHEMA),
        ("<think>I never stop", DropReason.UNPARSEABLE),
        (f"{TEXT}<think>late</think>", DropReason.UNPARSEABLE),
        ("[" * 100_000, DropReason.UNPARSEABLE),
        ("null", DropReason.WRONG_SCHEMA),
        ('"a string"', DropReason.WRONG_SCHEMA),
        (f"[{TEXT}]", DropReason.WRONG_SCHEMA),
        ('{"code": "x"}', DropReason.WRONG_SCHEMA),
        ('{"code": "x", "lines": ["1"]}', DropReason.WRONG_SCHEMA),
        ('{"code": "x", "lines": [1], "more": 1}', DropReason.WRONG_SCHEMA),
        ("I'm sorry, but I can't help with that.", DropReason.REFUSED),
        ("I\u2019m sorry, but I can\u2019t assist.", DropReason.REFUSED),
        ("As an AI language model, I cannot write this.", DropReason.REFUSED),
        ("Unfortunately, I am not able to do so.", DropReason.REFUSED),
        ("<think>hm</think> I cannot do this.", DropReason.REFUSED),
        ("The function returns its argument.", DropReason.UNPARSEABLE),
    ],
)
def test_everything_else_is_rejected_by_name(text, reason):
    """Prose around JSON, halves, two answers, other quotes and other shapes are never taken for an answer."""
    parsed = parse(text)
    assert parsed.answer is None
    assert parsed.drop.reason is reason


@pytest.mark.parametrize(
    ("finish_reason", "refusal", "reason"),
    [
        ("length", "", DropReason.TRUNCATED),
        ("content_filter", "", DropReason.REFUSED),
        ("stop", "I cannot.", DropReason.REFUSED),
        ("gave_up", "", DropReason.NO_COMPLETION),
        ("tool_calls", "", DropReason.NO_COMPLETION),
        ("bad_request", "", DropReason.NO_COMPLETION),
        ("", "", DropReason.NO_COMPLETION),
    ],
)
def test_only_a_finished_completion_counts(finish_reason, refusal, reason):
    """A perfect text that did not finish is not taken."""
    assert parse(TEXT, finish_reason, refusal).drop.reason is reason


def test_newlines_escaped_twice_inside_a_value_stay_as_sent():
    """A value that holds backslash and n may mean just that: it is not changed; the check of form sees to it."""
    parsed = parse(json.dumps({"code": "a\\nb", "lines": []}))
    assert parsed.answer.code == "a\\nb"
    assert not parsed.repaired


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON_VALUES, st.sampled_from([None, 1]), st.booleans())
def test_the_repair_changes_no_value_of_valid_json(value, indent, ascii_only):
    """Whatever strings hold (brackets, commas, quotes, escapes), valid JSON means the same after the repair."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert json.loads(repair_syntax(text)) == value


@given(st.text())
def test_raw_control_characters_come_back_as_they_were(code):
    """A string whose line breaks and tabs were not escaped is read as the string that was meant."""
    escaped = json.dumps(code).replace("\\n", "\n") if "\\n" not in json.dumps(code.replace("\n", "")) else None
    if escaped is None:
        return
    parsed = parse(f'{{"code": {escaped}, "lines": []}}')
    assert parsed.answer is not None
    assert parsed.answer.code == code
    assert parsed.repaired == ("\n" in code)


@given(st.text(max_size=60))
def test_no_text_raises(text):
    """Any text at all gives an answer or a reason."""
    parsed = parse(text)
    assert (parsed.answer is None) == (parsed.drop is not None)


@pytest.mark.parametrize("half", ["\\ud800", "\\udfff", "\\ud83d \\ude00"])
def test_half_a_character_is_no_text(half):
    """JSON can escape what no UTF-8 file can hold; a whole pair is a character like any other."""
    parsed = parse(TEXT.replace("def f", half))
    assert (parsed.answer, parsed.drop.reason) == (None, DropReason.WRONG_SCHEMA)
    assert parse(TEXT.replace("def f", "\\ud83d\\ude00")).answer.code.startswith("\U0001f600")
