"""Looks ahead change what a scan costs and nothing else: each is wider than what it stands before, and tested itself."""

import base64
import re
import sys
from pathlib import Path
from random import Random

import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.checks import personal_data, secret_engines, secret_looks, secret_shapes, secret_structure, secret_views
from generation.checks.canaries import make_canaries, plant
from generation.checks.secret_faults import EngineFault
from generation.checks.secret_filter import check_batch, find_secret, find_secrets
from generation.checks.secret_looks import forget, look_ahead, may_hold

sys.path.append(str(Path(__file__).resolve().parent.parent / "benchmarks"))
from secret_cases import make_cases

PRINTABLE = st.text(st.characters(min_codepoint=9, max_codepoint=126, exclude_categories=("Cc",)), min_size=6, max_size=30)
# What each decoding changes, as its own patterns say, and as it is written by those who hide something.
CHANGED = {
    "addresses spelled": st.from_regex(r"\w" + secret_views.QUICK_AT.pattern + r"\w"),
    "literals joined": st.from_regex(secret_views.ADJACENT.pattern),
    "characters joined": st.one_of(
        st.from_regex(secret_views.CHARACTERS.pattern), st.from_regex(secret_views.NUMBERS.pattern),
        st.from_regex(secret_views.CHR_CALLS.pattern),
    ),
    "lines joined": st.one_of(st.from_regex(secret_views.WRAP.pattern), st.from_regex("[A-Za-z0-9+/_=-]{5,8}" + secret_views.BROKEN.pattern)),
    "base64 decoded": st.builds(
        lambda said, odd, cut: (base64.urlsafe_b64encode if odd else base64.b64encode)(said.encode()).decode().rstrip("=" * cut),
        PRINTABLE, st.booleans(), st.integers(0, 1),
    ),
    "hex decoded": st.builds(lambda said, sep: said.encode().hex(sep) if sep else said.encode().hex(), PRINTABLE, st.sampled_from(["", " ", ":"])),
}  # fmt: skip
RULES = personal_data.NEEDS | {"options": secret_shapes.OPTION, "words": secret_shapes.WORDS, "speaks": secret_structure.SPEAKS}
AROUND = st.text(st.sampled_from("aZ9 \n\t'\"=,:;([{-_/\\.@é\u00a0\x85\u0661"), max_size=6)


@pytest.fixture(autouse=True)
def nothing_known():
    yield
    forget()


def look(text: str, name: str) -> bool:
    forget()
    look_ahead([text], secret_engines.LOOK_GROUPS)
    return may_hold(text, name)


def test_every_decoding_and_rule_with_a_look_is_asked_for_in_one_group():
    """A name that no group has would be tried for nothing, one that no rule has is looked for in vain."""
    grouped = [name for names in secret_engines.TOGETHER for name in names]
    assert sorted(grouped) == sorted(set(grouped)) == sorted(secret_engines.LOOKS)
    assert set(CHANGED) == set(secret_views.LOOKS) <= {name for name, _ in secret_views.DECODINGS}
    assert set(personal_data.NEEDS) <= set(personal_data.LOOKS)


@pytest.mark.parametrize("name", CHANGED)
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_what_a_decoding_changes_is_met_by_its_look(name, data):
    text = data.draw(AROUND) + data.draw(CHANGED[name]) + data.draw(AROUND)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secret_views, "WRAP_BITS", -1_000)  # lines of any words are joined then
        changes = dict(secret_views.DECODINGS)[name](text) != text
    assert not changes or look(text, name)


@pytest.mark.parametrize("text", ["(q8Zr2L\nXk4T;", "(q8Zr2L\n  > Xk4T\n", "(q8Zr2L\nXk4T \u00a0", "a \\\n b", "a=\r\nb"])
def test_the_shortest_wrapped_lines_are_met(monkeypatch, text):
    """Hardly ever drawn above: six characters before the break, four after it."""
    monkeypatch.setattr(secret_views, "WRAP_BITS", -1_000)
    assert secret_views.join_lines(text) != text
    assert look(text, "lines joined")


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_what_a_rule_matches_is_met_by_its_look(name, data):
    text = data.draw(AROUND) + data.draw(st.from_regex(RULES[name].pattern)) + data.draw(AROUND)
    if RULES[name].search(text):
        assert look(text, name)


@settings(max_examples=120, deadline=None)
@given(AROUND, st.sampled_from([*secret_shapes.RARE, *secret_structure.RARE_STEMS]), AROUND, st.randoms(use_true_random=False))
def test_a_rare_word_is_met_in_any_case(before, word, after, rng):
    text = before + "".join(rng.choice((c, c.upper(), "\u212a" if c == "k" else c)) for c in word) + after
    assert look(text, "shapes" if word in secret_shapes.RARE else "stems")


def test_common_and_rare_words_are_all_words():
    """A text without the rare ones is searched for the common ones."""
    common = {literal for literal, _ in secret_shapes.COMMON_GROUP}
    assert common == secret_shapes.COMMON
    assert common | set(secret_shapes.RARE) == {literal for shape in secret_shapes.ALL for literal in shape.literals}
    assert {*secret_structure.COMMON_STEMS, *secret_structure.RARE_STEMS} == set(secret_structure.STEMS)


def test_looking_ahead_changes_no_finding():
    """Cases of every kind, and canaries in rows, are dropped for the same thing in the same place, whoever looks ahead."""
    rng = Random(4)
    row = {"instruction": "Mend it.", "input": "def f(x):\n    return x\n", "output": "x = 'a' + 'b'\n", "proof": '["(1, 2)", "text"]'}
    rows = [{"output": case.text} for case in make_cases(11, 300)] + [plant(row, c, rng) for c in make_canaries(rng, 200)] + [row]
    drops = find_secrets(rows)
    assert drops == [find_secret(each) for each in rows]
    assert drops[-1] is None
    assert None not in drops[:-1]


def test_texts_without_anything_are_not_searched(monkeypatch):
    """The gain itself: no costly decoding is tried on a plain row, and nothing is known of it afterwards."""

    def fail(text):
        raise ValueError

    spared = [(name, fail) if name in secret_views.LOOKS else (name, decode) for name, decode in secret_views.DECODINGS]
    monkeypatch.setattr(secret_views, "DECODINGS", spared)
    said = check_batch({"output": ["Return the sum of both.\nIt is an integer, and is not changed.\n" * 3]})
    assert said["drop_reason"] == [""]
    assert secret_looks._missed == {}


@pytest.mark.parametrize("name", secret_engines.LOOKS)
def test_a_look_that_goes_blind_stops_the_build(monkeypatch, name):
    """Each look has to meet its example every time that it is asked."""
    groups = [{n: each._replace(pattern="never seen") if n == name else each for n, each in g.items()} for g in secret_engines.LOOK_GROUPS]
    with pytest.raises(EngineFault, match=f"misses its example of {re.escape(name)}"):
        look_ahead(["plain"], groups)


def test_a_library_that_finds_nothing_stops_the_build(monkeypatch):
    monkeypatch.setattr(pc, "match_substring_regex", lambda texts, pattern: pc.equal(texts, "no text"))
    with pytest.raises(EngineFault, match="look ahead"):
        check_batch({"output": ["x = 1"]})


def test_a_text_that_is_no_unicode_is_looked_at():
    """JSON may hold half of a pair of surrogates."""
    rows = [{"output": "\ud800 password = '" + "kT9#vq" + "2Lw8'"}, {"output": "\ud800 x = 1"}]
    assert [bool(drop) for drop in find_secrets(rows)] == [True, False]
