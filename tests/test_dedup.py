"""Deduplication: tokens, exact and near duplicates, the survivors, the index across rounds."""

import itertools
import json
import multiprocessing
import random
import subprocess
import sys

import datasets
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.dedup import index, near, signatures
from generation.dedup.canonical import is_sound, split_code, strip_text
from generation.dedup.columns import SortedKeys
from generation.dedup.exact import exact_hash, find_exact_duplicates
from generation.dedup.features import sign_table
from generation.dedup.index import (
    IndexMismatch,
    IndexUnreadable,
    build_index,
    index_table,
    read_index,
    rebuild_index,
    write_index,
)
from generation.dedup.near import find_near_duplicates, mark_later, sign_rows, survive_near_dedup
from generation.dedup.pairs import measure_jaccard, pair_across, pair_within
from generation.dedup.signatures import SignatureMismatch, embed_row, load_text_dedup, minhash_sets, sign_shingles
from generation.dedup.tokens import Ragged, hash_tokens, make_shingles, offsets_of, shingle_texts
from generation.rows import DropReason

CODE_LIKE = st.text(alphabet="abcXYZ_09 <>=!+-*/.()[]:#\n\t", max_size=80)


def split_plainly(text):
    """The tokens found one character after another: words, and operators that grow (`<=`, `**`, `//=`)."""
    found, before = [], " "
    for char in text.lower():
        word = char.isalnum() or char == "_"
        grows = (
            (char == "=" and before in "<>=!+-*/%:|&^@") or (char == ">" and before in "->") or char == before in "*/<"
        )
        if not char.isspace():
            if (word and (before.isalnum() or before == "_")) or (not word and grows):
                found[-1] += char
            else:
                found.append(char)
        before = char
    return found


@settings(deadline=None)
@given(st.lists(CODE_LIKE, max_size=6))
def test_tokens_are_those_of_a_plain_loop(texts):
    """The vectorised tokeniser finds the same tokens as a loop over characters, equal ones with equal hashes."""
    tokens = hash_tokens(texts)
    expected = [split_plainly(text) for text in texts]
    assert tokens.lengths().tolist() == [len(words) for words in expected]
    words = list(itertools.chain.from_iterable(expected))
    pairs = set(zip(words, tokens.values.tolist(), strict=True))
    assert len(pairs) == len(set(words)) == len(set(tokens.values.tolist()))


@settings(deadline=None)
@given(st.lists(CODE_LIKE, min_size=1, max_size=6), st.integers(1, 5))
def test_jaccard_is_that_of_the_sets_of_token_runs(texts, size):
    """Similarity of every pair equals the Jaccard index computed with Python sets."""
    shingles = shingle_texts(texts, size)
    words = [split_plainly(text) for text in texts]
    sets = [{tuple(w[i : i + size]) for i in range(max(1, len(w) - size + 1))} if w else set() for w in words]
    pairs = np.array(list(itertools.product(range(len(texts)), repeat=2)), dtype=np.int64)
    measured = measure_jaccard(shingles, shingles, pairs)
    for (i, j), value in zip(pairs.tolist(), measured.tolist(), strict=True):
        assert value == len(sets[i] & sets[j]) / max(1, len(sets[i] | sets[j]))


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), max_size=12))
def test_pairs_are_all_rows_that_share_a_key(rows):
    """Candidate pairs are exactly the rows with an equal key in some column, 0 matching nothing, each once."""
    keys = np.array(rows, dtype=np.uint32).reshape(len(rows), 2)
    expected = [
        [i, j]
        for i, j in itertools.combinations(range(len(rows)), 2)
        if any(a == b != 0 for a, b in zip(rows[i], rows[j], strict=True))
    ]
    assert pair_within(keys.T, len(keys)).tolist() == expected
    across = pair_across(keys.T, len(keys), SortedKeys(lambda: keys, np.arange(len(rows))))
    assert [pair for pair in across.tolist() if pair[0] < pair[1]] == expected


def test_similar_text_goes_and_different_text_stays():
    """A copy with one changed word goes, the same words about another thing stay, short texts stay."""
    first = "def total(prices, limit):\n    return sum(price for price in prices if price < limit)\n" * 2
    texts = [first, first.replace("return", "yield", 1), "def area(w, h):\n    return w * h\n", "x = 1", "x = 2", ""]
    assert survive_near_dedup(texts, 0.6, 3) == [0, 2, 3, 4, 5]


def test_a_chain_loses_only_rows_that_resemble_a_kept_one():
    """Of a chain 0~1~2 the middle goes; 2 stays, for the row that it resembles is itself gone."""
    assert mark_later(4, np.array([[0, 1], [1, 2], [2, 3]]), np.ones(3)).tolist() == [-1, 0, -1, 2]


def test_importing_text_dedup_leaves_the_start_method_alone():
    """text-dedup forces "fork" on import; after our loader the start method is what it was."""
    before = multiprocessing.get_start_method(allow_none=True)
    load_text_dedup()
    assert multiprocessing.get_start_method(allow_none=True) == before


@settings(deadline=None)
@given(
    st.lists(st.sets(st.integers(0, 2**32 - 1) | st.sampled_from([0, 2**32 - 1, 2**32 - 5]), max_size=9), max_size=9)
)
def test_signatures_are_those_of_text_dedup_bit_for_bit(rows):
    """Signing all rows at once gives each the bits that `embed_func` gives it alone; rows without shingles have zeros."""
    values = np.array([number for row in rows for number in sorted(row)], dtype=np.uint32)
    shingles = Ragged(values, offsets_of(np.array([len(row) for row in rows], dtype=np.int64)))
    for row, signed in zip(rows, minhash_sets(shingles), strict=True):
        expected = embed_row(np.array(sorted(row), dtype=np.uint32)) if row else np.zeros(signatures.NUM_PERM)
        assert signed.tolist() == expected.tolist()


def test_a_text_dedup_that_signs_otherwise_stops_the_build(monkeypatch):
    """A release of text-dedup with another signature is a named error, never keys that match nothing."""
    shingles = shingle_texts([SPEC, PRICES], 3)
    sign_shingles(shingles, [(4, 2)])
    monkeypatch.setattr(signatures, "embed_row", lambda numbers: embed_row(numbers) + np.uint32(1))
    with pytest.raises(SignatureMismatch, match=r"install text-dedup==0\.4\.0"):
        sign_shingles(shingles, [(4, 2)])


def test_shingles_of_short_rows():
    """A row shorter than a shingle has one, an empty row none, and the two orders of two words differ."""
    sets = make_shingles(hash_tokens(["", "a", "a b", "b a", "a b c d"]), 3)
    assert sets.lengths().tolist() == [0, 1, 1, 1, 2]
    assert len(set(sets.values.tolist())) == 5


LOOP = """def {f}({xs}: list[int], {k}: int) -> int:
    {t} = 0
    for {x} in {xs}:
        if {x} < {k}:
            {t} += {x}
    return {t}
"""
PRICES = LOOP.format(f="total_below", xs="prices", k="limit", t="total", x="price")
WEIGHTS = LOOP.format(f="light_weight", xs="weights", k="bound", t="acc", x="weight")
SPEC = "Add up the prices that lie below the limit. A price equal to it does not count. Without prices it is 0."
SPEC_RENAMED = SPEC.replace("prices", "weights").replace("price ", "weight ").replace("limit", "bound")


def make_row(slot, subject, code, round_number=1, task_type="algorithm_implementation", **more):
    row = {"id": f"round_{round_number}_{slot:04d}", "round": round_number, "slot": slot, "task_type": task_type}
    row |= {"subject": subject, "instruction": "Write it.", "input": f"Please write this.\n{subject}", "code": code}
    return row | {"output": f"It goes over them once.\n```python\n{code}```"} | more


def sign(rows):
    return sign_table(pa.Table.from_pylist(rows))


def duplicates(rows, **options):
    return {d.slot: (d.duplicate_of, d.kind) for d in find_near_duplicates(sign(rows), **options)}


@pytest.mark.parametrize(
    ("subject", "code", "kind"),
    [
        (SPEC, PRICES, "same prompt"),
        (SPEC.replace(" ", "\n ").upper(), "def other(a):\n    return sum(a)\n", "same prompt"),
        (SPEC_RENAMED, WEIGHTS, "renamed"),
        ("We sell prices. " + SPEC, PRICES.replace("total = 0", "total = 0  # none yet"), "renamed"),
        (SPEC + " Thanks.", PRICES.replace("return total", "return total_so_far"), "near"),
        (SPEC + " Thanks.", PRICES.replace("return total", "retrun total"), "near"),
    ],
)
def test_repeats_go(subject, code, kind):
    """Copies, reworded requests, copies with new names, comments or an edited token repeat the first row."""
    assert duplicates([make_row(1, SPEC, PRICES), make_row(2, subject, code)]) == {2: ("round_1_0001", kind)}


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        (SPEC.replace("below the limit", "at or below the limit"), PRICES.replace("<", "<=")),
        (SPEC.replace("below", "above"), PRICES.replace("<", ">")),
        (SPEC.replace("Add up", "Count"), PRICES.replace("total += price", "total += 1")),
        (SPEC + " A negative price is skipped.", PRICES.replace("if price", "if 0 <= price")),
        (SPEC + " A negative price is an error.", PRICES.replace("    return", "    raise ValueError\n    return")),
        ("Count how often each word comes.", PRICES),
        (SPEC.replace("is 0", "is 7"), PRICES.replace("total = 0", "total = 7")),
        (SPEC + " By tens.", PRICES.replace("price < limit", "price < limit - price").replace("- price", "- limit")),
        (SPEC.replace("Add up the prices", "Return the largest of the prices"), PRICES.replace("0", "1")),
    ],
)
def test_siblings_stay(subject, code):
    """A task that differs in an operator, a branch or its goal is another task, however alike the words."""
    assert duplicates([make_row(1, SPEC, PRICES), make_row(2, subject, code)]) == {}


def test_a_pattern_tells_siblings_apart_but_a_message_does_not():
    """Code that differs in a regular expression or a separator is another task; in an error message it is not."""
    code = "def f(text):\n    if not re.fullmatch(r'{}', text):\n        raise ValueError('{}')\n    return text\n"
    code = "import re\n\n" + code.replace("return text", "return text.split('{}')")
    spec = "Split the {} text at the {} signs where it is valid, and raise an error where it is not valid at all."
    first = make_row(1, spec.format("short", "small"), code.format("[a-z]+ *", "bad text", ","))
    for slot, values in enumerate((("[a-z]* *", "bad text", ","), ("[a-z]+ *", "bad text", ";")), 2):
        assert duplicates([first, make_row(slot, spec.format("brief", "little"), code.format(*values))]) == {}
    renamed = make_row(2, spec.format("brief", "little"), code.format("[a-z]+ *", "not valid", ","))
    assert duplicates([first, renamed]) == {2: ("round_1_0001", "renamed")}


def speak(request, answer, **changes):
    """A row without any of the columns that a build adds: texts alone, of whatever language."""
    return {"input": request, "output": answer} | changes


JS = (
    "Write a JavaScript function keepPrices that takes an array of prices of a warehouse and a limit, and returns a new"
    " array with those prices that lie below the limit, in the order in which they came, the given one unchanged."
)
JS_CODE = """```javascript
function keepPrices(prices, limit) {
  const kept = [];
  for (const price of prices) {
    if (price < limit) {
      kept.push(price);
    }
  }
  return kept;
}
```
It goes over the prices once."""
HTML = (
    "Write an HTML form for the sign-up page of a library with the fields name and birthday, each with a label, and one"
    " button that sends it by post to /members; no script and no style is wanted."
)
HTML_CODE = """```html
<form action="/members" method="post">
<label>Name <input name="name"></label>
<label>Birthday <input type="date" name="day"></label>
<button>Send</button>
</form>
```"""
SHELL = "Write a command that finds all files below the folder logs that are older than {} days and {} them, whatever names."
SHELL_CODE = "```sh\nfind logs -type f -mtime +{} -print0 | xargs -0 {} --\n```"
ASKED = (
    "Explain in simple words to a beginner who has just learned loops what the difference between a list and a {} in"
    " Python is, when one would use the one or the other, and give a small example of each."
)
REPHRASED = (
    "In simple words, what is the difference between a list and a tuple, and when would one use one or the other?"
)
TUPLE, SET = ("A list can change, a tuple cannot; take it for a record.", "A set has each item once and in no order.")
GERMAN = (
    "Schreibe eine Funktion, die aus den Preisen diejenigen zurückgibt, die unter der Grenze liegen, in alter Folge."
)
SINE = "import math\n\ndef f(xs):\n    return [math.{0}(x) for x in xs if x > 0]\n"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (speak(JS, JS_CODE), speak(JS.replace("lie below", "are at most"), JS_CODE.replace("< limit", "<= limit"))),
        (speak(JS, JS_CODE), speak(JS.replace("in the order", "in the other order"), JS_CODE.replace("push", "unshift"))),
        (speak(HTML, HTML_CODE), speak(HTML.replace("birthday", "phone"), HTML_CODE.replace('"date"', '"tel"'))),
        (speak(SHELL.format(7, "deletes"), SHELL_CODE.format(7, "rm")), speak(SHELL.format(30, "deletes"), SHELL_CODE.format(30, "rm"))),
        (speak(SHELL.format(7, "deletes"), SHELL_CODE.format(7, "rm")), speak(SHELL.format(7, "packs"), SHELL_CODE.format(7, "gzip"))),
        (speak(ASKED.format("tuple"), TUPLE), speak(ASKED.format("set"), SET)),
        (speak("Reverse a string.", "s[::-1]"), speak("Reverse a list.", "s[::-1]")),
        (speak(GERMAN, PRICES), speak(GERMAN.replace("unter", "über"), PRICES.replace("<", ">"))),
        (
            speak("Return the sine of each positive reading.", SINE.format("sin")),
            speak("Return the cosine of each positive reading.", SINE.format("cos")),
        ),
        (
            speak("Return the least number of the two.", SINE.format("x").replace("import math", "from a import b, low")),
            speak("Return the great number of the two.", SINE.format("x").replace("import math", "from a import b, top")),
        ),
    ],
)  # fmt: skip
def test_siblings_stay_in_other_languages_and_without_code(first, second):
    """Code that is no Python, prose, very short rows and foreign names: what differs in meaning stays."""
    assert duplicates([make_bare(1, first), make_bare(2, second)]) == {}


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (speak(JS, JS_CODE), speak(f"Hi, please help. {JS} Thanks!", JS_CODE.replace("goes over", "reads")), "renamed"),
        (speak(JS, JS_CODE), speak(JS.replace("price", "weight"), JS_CODE.replace("price", "weight")), "renamed"),
        (speak(HTML, HTML_CODE), speak(f"Please: {HTML}", HTML_CODE.replace("\n<", "\n  <")), "renamed"),
        (speak(ASKED.format("tuple"), TUPLE), speak("Please: " + ASKED.format("tuple"), SET), "near"),
        (speak(ASKED.format("tuple"), TUPLE * 2), speak(f"{REPHRASED} I just learned loops.", TUPLE * 2), "near"),
        (speak(GERMAN, PRICES), speak(f"Bitte: {GERMAN}", PRICES.replace("prices", "preise")), "renamed"),
        (
            speak("Return the sine of each positive reading.", SINE.format("sin")),
            speak("The sine of each positive reading.", SINE.format("sin").replace("xs", "readings")),
            "renamed",
        ),
    ],
)
def test_repeats_go_in_other_languages_and_without_code(first, second, kind):
    """Code that is no Python and prose: copies under other names or in another wrapping go."""
    assert duplicates([make_bare(1, first), make_bare(2, second)]) == {2: ("round_1_0001", kind)}


def make_bare(slot, row):
    return row | {"id": f"round_1_{slot:04d}", "round": 1, "slot": slot}


def test_unit_tests_are_repeats_by_the_code_that_they_test():
    """Two suites for one function repeat, whatever the suites look like; the same suite for siblings does not."""
    suite = "def test_it():\n    assert total([1]) == 1\n"
    other = "import pytest\n\n@pytest.mark.parametrize('a', [1])\ndef test_all(a):\n    assert total([a]) == a\n"
    rows = [make_row(s, f"{t}\n{PRICES}", c) for s, t, c in ((1, SPEC, suite), (2, "So: " + SPEC, other))]
    rows.append(make_row(3, f"{SPEC} Or equal.\n{PRICES.replace('<', '<=')}", suite))
    found = duplicates([row | {"task_type": "unit_test_generation"} for row in rows])
    assert found == {2: ("round_1_0001", "renamed")}


def test_brackets_and_semicolons_that_mean_nothing_do_not_hide_a_copy():
    """`return (x);` under other names is a copy of `return x`; brackets that group are not taken away."""
    code = "def f(a, b, c):\n    while a < b:\n        a += (a + b) * c\n    return a\n"
    loose = "def g(x, y, z):\n    while (x < y) :\n        x += (x + y) * z;\n    return (x);\n"
    first = make_row(1, SPEC, code)
    assert duplicates([first, make_row(2, "Thanks! " + SPEC, loose)]) == {2: ("round_1_0001", "renamed")}
    assert duplicates([first, make_row(2, SPEC + " Thanks!", loose.replace("(x + y) * z", "x + y * z"))]) == {}


def test_an_idiom_in_common_is_no_repeat():
    """Two short tasks that happen to have one line of code in common both stay; a longer common part tells."""
    code = "def area(width, height):\n    return width * height\n"
    rows = [make_row(1, "Find the area of a rectangle.", code), make_row(2, "Give the area of a parallelogram.", code)]
    rows.append(make_row(3, "Calculate the area of a rectangle.", code.replace("width", "w").replace("area", "size")))
    assert duplicates(rows) == {3: ("round_1_0001", "renamed")}


def test_opposite_words_make_siblings_even_of_equal_code():
    """Where the code agrees but one request says first and the other last, both stay."""
    first = make_row(1, "Return the first name of the sorted list of names.", PRICES)
    last = make_row(2, "Return the last name of the sorted list of names.", PRICES)
    assert duplicates([first, last]) == {}


def test_two_task_types_on_one_program_are_two_tasks():
    """The same program explained and mended does not repeat."""
    rows = [make_row(1, SPEC, PRICES), make_row(2, SPEC, PRICES, task_type="bug_fixing")]
    assert duplicates(rows) == {}


def test_proven_rows_are_never_taken_for_broken_code():
    """Code that does not parse by itself (a body alone) does not loosen the rules where a proof stands behind it."""
    body = "    return [x for x in items if x < limit]\n"
    rows = [make_row(1, SPEC, body, proof="{}"), make_row(2, SPEC + " Or equal.", body.replace("<", "<="), proof="{}")]
    assert duplicates(rows) == {}


def test_the_earliest_round_and_slot_stay_whatever_the_order():
    """The survivors are the same for every order of the rows."""
    rows = [make_row(s, SPEC, PRICES, round_number=r) for r, s in ((2, 1), (1, 9), (1, 3), (2, 2))]
    for order in itertools.permutations(rows):
        found = find_near_duplicates(sign(list(order)))
        assert {d.duplicate_of for d in found} == {"round_1_0003"}
        assert sorted(d.id for d in found) == ["round_1_0009", "round_2_0001", "round_2_0002"]


def test_rows_without_code_or_subject_are_read_from_what_they_have():
    """Bare rows (id, round, slot, input, output) are compared by their text."""
    rows = [make_row(s, SPEC, PRICES) for s in (1, 2)]
    bare = [{k: row[k] for k in ("id", "round", "slot", "input", "output")} for row in rows]
    bare[1]["output"] = bare[1]["output"].replace("once", "in one pass")
    assert duplicates(bare) == {2: ("round_1_0001", "same prompt")}


@pytest.mark.parametrize("workers", [1, 2])
def test_map_signs_as_the_plain_function_does(workers):
    """`datasets.map`, with one worker or two, gives the features of the pure function."""
    rows = [make_row(slot, f"{SPEC} {slot}", PRICES) for slot in range(1, 21)]
    signed = sign_rows(datasets.Dataset.from_list(rows), workers=workers)
    assert signed.with_format("arrow")[:].to_pylist() == sign(rows).to_pylist()


def test_signing_leaves_the_start_method_alone():
    """Signing imports text-dedup; a worker method chosen by the user survives it."""
    script = (
        "import multiprocessing as m, pyarrow as pa; m.set_start_method('spawn');"
        "from generation.dedup.signatures import load_text_dedup; load_text_dedup(); print(m.get_start_method())"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "spawn"


@pytest.mark.parametrize(
    ("code", "sound"),
    [
        ("def top(items):\n    best = max(items)\n    return best\n", True),
        (
            "class Shelf:\n    size = 3\n    area = [size for _ in range(2)]\n    def top(self):\n        return self.size\n",
            False,
        ),
        ("import os as o\ndef f():\n    def g(): return o.sep + str(f)\n    return g\n", True),
        ("class A:\n    b: int = limit\n", False),
        ("def f(x):\n    global seen\n    seen = x\n", True),
        ("def f(x):\n    global seen\n    return seen\n", False),
        ("print([y for x in range(3) for y in (x, len(str(x)))])\n", True),
        ("def f(xs):\n    return [x for x in xs if x < bound]\n", False),
        ("def f(:\n", False),
        ("", False),
        (" \n", False),
        ("x = 1\0", False),
    ],
)
def test_sound_code_compiles_and_reads_no_name_that_is_never_bound(code, sound):
    """Names bound in functions (also one called `top`), imports and builtins count; unknown ones in any scope do not."""
    assert is_sound(code) is sound


def test_exact_hash_ignores_layout_but_not_indentation():
    """Line ends, trailing and repeated spaces and blank lines do not count; letters, case and indentation do."""
    row = {"input": "a  b\n\nif x:\n\ty()", "output": "done"}
    for same in ("a b\r\nif x:\r\n    y()  ", "a b \n \nif x:\n    y()\n"):
        assert exact_hash(row | {"input": same}) == exact_hash(row)
    for other in ("a b\nif x:\ny()", "A b\nif x:\n    y()", "ab\nif x:\n    y()"):
        assert exact_hash(row | {"input": other}) != exact_hash(row)
    assert exact_hash({"input": "a", "output": "b"}) != exact_hash({"input": "a\nb", "output": ""})


def test_exact_duplicates_of_the_round_and_of_earlier_rounds_go(tmp_path):
    """Of equal rows the lowest slot stays, and a row of an earlier round drops them all."""
    rows = [make_row(5, SPEC, PRICES), make_row(2, SPEC, PRICES), make_row(3, SPEC_RENAMED, WEIGHTS)]
    found = find_exact_duplicates(datasets.Dataset.from_list(rows))
    assert {place: drop.reason for place, drop in found.items()} == {0: DropReason.EXACT_DUPLICATE}
    earlier = index_table(sign([make_row(7, SPEC, PRICES, round_number=1)]))
    later = datasets.Dataset.from_list([row | {"id": row["id"].replace("_1_", "_2_"), "round": 2} for row in rows])
    assert sorted(find_exact_duplicates(later, [earlier])) == [0, 1]


def draw_corpus(rows, seed):
    """Rows of few programs in several guises, so that many repeat."""
    rng = random.Random(seed)
    made = []
    for slot in range(1, rows + 1):
        names = {key: f"{key}{rng.randrange(6)}" for key in ("f", "xs", "k", "t", "x")}
        code = LOOP.format(**names).replace("<", rng.choice(("<", "<=", ">", "!=")))
        code = code.replace("+=", rng.choice(("+=", "*=", "-=")))
        words = [rng.choice(("prices", "weights", "ages", "sizes")) for _ in range(rng.randrange(2, 6))]
        made.append(make_row(slot, f"Add up {' and '.join(words)} by {code[-30:]}", code))
    return made


def test_rounds_one_after_another_keep_what_one_run_keeps(tmp_path):
    """Three rounds, each compared with the indexes written before it, keep exactly the rows of a single run."""
    rows = [row | {"round": i // 100, "id": f"r{i}"} for i, row in enumerate(draw_corpus(300, "rounds"))]
    at_once = {d.id for d in find_near_duplicates(sign(rows))}
    assert 30 < len(at_once) < 290
    earlier, lost = [], set()
    for number in range(3):
        part = [row for row in rows if row["round"] == number]
        gone = {d.id for d in find_near_duplicates(sign(part), earlier)}
        lost |= gone
        path = tmp_path / f"{number}.arrow"
        write_index(index_table(sign([row for row in part if row["id"] not in gone])), path)
        earlier.append(read_index(path))
    assert lost == at_once


def test_blocks_of_any_size_keep_the_same_rows(monkeypatch):
    """The size of the first block is a matter of speed alone."""
    signed = sign(draw_corpus(200, "blocks"))
    found = find_near_duplicates(signed)
    monkeypatch.setattr(near, "FIRST_BLOCK_ROWS", 7)
    assert {d.id for d in find_near_duplicates(signed)} == {d.id for d in found}


def test_an_index_of_another_version_is_refused(tmp_path, monkeypatch):
    """Other parameters, a damaged file and no index at all are named errors, never a silent mixture."""
    path = tmp_path / "index.arrow"
    write_index(index_table(sign([make_row(1, SPEC, PRICES)])), path)
    assert len(read_index(path)) == 1
    monkeypatch.setattr(index, "VERSION", 99)
    with pytest.raises(IndexMismatch):
        read_index(path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(IndexUnreadable):
        read_index(path)
    with pytest.raises(FileNotFoundError):
        read_index(tmp_path / "none.arrow")


@pytest.mark.parametrize("place", [0, 9, 4_000, -700, -20, -1])
def test_a_damaged_index_is_found_out_wherever_the_damage_is(tmp_path, place):
    """One changed byte, a lost end, or a file of nothing: IndexUnreadable, never wrong drops."""
    path = tmp_path / "index.arrow"
    write_index(index_table(sign(draw_corpus(20, "damage"))), path)
    whole = path.read_bytes()
    assert len(read_index(path)) == 20
    changed = bytearray(whole)
    changed[place] ^= 1
    for content in (bytes(changed), whole[:place], b""):
        path.write_bytes(content)
        with pytest.raises(IndexUnreadable, match="delete it, it is rebuilt"):
            read_index(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(IndexUnreadable):
        read_index(path)


def test_exact_copies_are_found_in_an_index_even_where_hashes_begin_alike():
    """The look-up by the first 64 bits of a hash is settled by the whole hash."""
    index_of_round = index_table(sign([make_row(slot, f"{SPEC} {slot}", PRICES) for slot in range(1, 9)]))
    known = index_of_round.table.column("exact").to_pylist()
    asked = [known[5], known[2][:16] + "0" * 16, "f" * 32, known[7]]
    assert index_of_round.find_exact(asked) == {known[5]: "round_1_0006", known[7]: "round_1_0008"}


def test_an_index_is_rebuilt_from_what_is_published():
    """Rows and evidence of the published folder give the index that the round itself wrote."""
    rows = [make_row(1, SPEC, PRICES), make_row(2, "Other. " + SPEC_RENAMED, WEIGHTS)]
    for row in rows:
        row["proof"] = json.dumps({"subject": row["subject"]})
    published = [
        {k: row[k] for k in ("id", "instruction", "input", "output")}
        | {"metadata": {"task_type": row["task_type"], "round": 1, "timestamp": "", "teacher_model": "t"}}
        for row in rows
    ]
    evidence = [{"id": r["id"], "proof": r["proof"], "answer": json.dumps({"code": r["code"]})} for r in rows]
    rebuilt = rebuild_index(pa.Table.from_pylist(published), pa.Table.from_pylist(evidence))
    assert rebuilt.table.equals(index_table(sign(rows)).table)


def test_an_empty_round_has_an_index():
    """A round that keeps nothing drops nothing later, and its index is like any other."""
    rows = datasets.Dataset.from_list([make_row(1, SPEC, PRICES)])
    signed = sign_rows(rows)
    none_came = build_index(sign_rows(rows.select([])))
    assert len(none_came) == 0
    assert none_came.table.schema == build_index(signed).table.schema
    empty = build_index(signed.select([]))
    assert len(empty) == 0
    assert find_near_duplicates(signed, [empty]) == []


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_signed(text):
    """No text makes signing fail, whatever its characters."""
    row = make_row(1, text, text)
    assert sign([row]).num_rows == 1
    assert is_sound(strip_text(split_code(text)[1])) in (True, False)
