"""Decontamination: the index built from benchmark files, and rows that hold their tasks or solutions."""

import gzip
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.checks import contamination
from generation.checks.build_contamination_index import find_statements, main
from generation.checks.contamination import IndexDamaged, check_batch, find_contamination, load_index
from generation.checks.restatement import hash_bodies
from generation.rows import DropReason

STATEMENT = "Count how many lanterns on the pier stay lit after every third keeper has walked past them twice."
SOLUTION = """def lanterns(pier: list[bool], keepers: int = 3) -> int:
    '''Count them.'''
    lit = [lamp for lamp in pier]
    for walk in range(2 * keepers):
        for place in range(0, len(lit), walk + 1):
            lit[place] = not lit[place]  # toggled
    return sum(lit)
"""
RENAMED = """def q(a, b=3):
    c = [d for d in a]
    for e in range(2 * b):
        for f in range(0, len(c), e + 1):
            c[f] = (not c[f])


    return sum(c)
"""
TERSE = "Write a function to weigh anchors by their chain."
OURS = {
    "instruction": "Write the function that the harbour needs.",
    "input": "The harbour office wants to know which ships are overdue by more than a day.",
    "output": "```python\ndef overdue(ships, day):\n    return [s for s in ships if s.due < day - 1]\n```",
    "code": "def overdue(ships, day):\n    return [s for s in ships if s.due < day - 1]\n",
}


@pytest.fixture
def small_index(tmp_path, monkeypatch):
    """An index of two made-up benchmarks in the published files' forms."""
    chat = {
        "prompt": f'def lanterns(pier):\n    """ {STATEMENT}\n    >>> lanterns([])\n    0\n    """\n',
        "task_id": "0",
    }
    chat["canonical_solution"] = SOLUTION.partition("'\n")[2]
    with gzip.open(tmp_path / "Chat.jsonl.gz", "wt") as lines:
        lines.write(json.dumps(chat) + "\n")
    terse = {"text": TERSE, "code": "def w(a):\r\n    return sorted(a, key=lambda x: (x.chain, -x.mass))[::-1]"}
    idioms = [
        {"text": f"Write a function to return the sum of the given {things}.", "code": "def f(x): return sum(x)"}
        for things in ("list of stones", "tuple of barrels", "set of oars")
    ]
    (tmp_path / "terse.jsonl").write_text("".join(json.dumps(task) + "\n" for task in (terse, *idioms)))
    out = tmp_path / "index.npz"
    assert main([str(tmp_path / "Chat.jsonl.gz"), str(tmp_path / "terse.jsonl"), "--out", str(out)]) == 0
    monkeypatch.setattr(contamination, "INDEX_FILE", out)
    load_index.cache_clear()
    yield out
    load_index.cache_clear()


@pytest.mark.parametrize(
    "change",
    [
        {"input": f"Dear all,\n{STATEMENT}\nThanks!"},
        {"input": STATEMENT.upper().replace(" ", "\n  ")},
        {"instruction": STATEMENT.replace("twice", "once")},
        {"output": f"We have to {STATEMENT.lower()}"},
        {"input": "Could you weigh anchors by their chain?"},
        {"code": SOLUTION},
        {"code": RENAMED},
        {"input": f"What does this do?\n\n{RENAMED}\nSay it in one sentence."},
        {"output": f"Here:\n```python\n{RENAMED}```\nDone."},
        {"output": f"```python\nclass Pier:\n{'    '.join(['', *SOLUTION.splitlines(True)])}```"},
        {"code": "from x import y\n\ndef z(sum):\n    return sorted(sum, key=lambda m: (m.chain, -m.mass))[::-1]\n"},
    ],
)
def test_tasks_and_solutions_are_found(small_index, change):
    """A statement, whole or with a word changed, and a solution under any names, wherever they stand in the row."""
    drop = find_contamination(OURS | change)
    assert drop is not None and drop.reason == DropReason.BENCHMARK_CONTAMINATION
    assert drop.detail.rpartition(" ")[2] in ("Chat", "terse")


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"input": "Return the sum of the given numbers. " * 3, "code": "def f(a):\n    return sum(a)\n"},
        {"input": "Count how many lamps on the street are lit."},
        {"code": RENAMED.replace("e + 1", "e + 2")},
        {"code": "def broken(:\n", "output": "```python\nreturn (\n```"},
        {"input": "x", "output": "x", "code": ""},
    ],
)
def test_other_rows_stay(small_index, change):
    """Idioms, the same subject in other words, another algorithm and code that does not parse are no restatement."""
    assert find_contamination(OURS | change) is None


def test_a_batch_says_what_single_rows_say(small_index):
    """The batched check gives the columns that the cleaning expects, row by row the same verdicts."""
    rows = [OURS, OURS | {"input": STATEMENT}, OURS, OURS | {"code": RENAMED}]
    said = check_batch({name: [row[name] for row in rows] for name in OURS})
    assert said["drop_reason"] == ["", "benchmark_contamination", "", "benchmark_contamination"]
    assert [bool(detail) for detail in said["drop_detail"]] == [False, True, False, True]
    assert [find_contamination(row) is not None for row in rows] == [False, True, False, True]


def test_the_index_holds_hashes_only_and_is_the_same_twice(small_index, tmp_path):
    """Built again it has the same bytes, and none of the words can be read in it."""
    again = tmp_path / "again.npz"
    main([str(tmp_path / "Chat.jsonl.gz"), str(tmp_path / "terse.jsonl"), "--out", str(again)])
    assert again.read_bytes() == small_index.read_bytes()
    with np.load(small_index) as stored:
        assert all(stored[name].dtype.kind == "u" for name in stored.files if name != "names")


def test_a_missing_or_foreign_index_is_a_named_error(small_index, monkeypatch, tmp_path):
    """Without its index the check raises; it never passes rows unseen."""
    load_index.cache_clear()
    small_index.write_bytes(b"not an archive")
    with pytest.raises(IndexDamaged):
        find_contamination(OURS)
    monkeypatch.setattr(contamination, "INDEX_FILE", tmp_path / "none.npz")
    with pytest.raises(IndexDamaged):
        find_contamination(OURS)


def test_unreadable_benchmark_files_end_with_one_line(tmp_path, capsys):
    """A task without a solution is reported by file and line, exit code 2, and nothing is written."""
    path = tmp_path / "odd.jsonl"
    path.write_text(json.dumps({"text": "Weigh the anchors of the harbour."}) + "\n")
    assert main([str(path), "--out", str(tmp_path / "x.npz")]) == 2
    path.write_text(json.dumps({"text": "", "code": "x = 1"}) + "\n")
    assert main([str(path), "--out", str(tmp_path / "x.npz")]) == 2
    assert "odd.jsonl, line 1" in capsys.readouterr().err
    assert not (tmp_path / "x.npz").exists()


def test_the_shipped_index_covers_the_three_benchmarks():
    """The file in the repository loads, names HumanEval, MBPP and BigCodeBench, and is small."""
    index = load_index()
    assert index.names.tolist() == ["HumanEval", "mbpp", "BigCodeBench"]
    assert len(index.run_counts) == 164 + 974 + 1140
    assert (index.run_counts > 0).all()
    assert index.runs.tolist() == sorted(index.runs.tolist()) and index.bodies.tolist() == sorted(index.bodies.tolist())
    assert contamination.INDEX_FILE.stat().st_size < 1_000_000


def test_our_own_programs_are_not_benchmark_tasks():
    """An ordinary row of ours passes the shipped index."""
    assert find_contamination(OURS) is None


def test_names_are_taken_out_even_where_they_hide_builtins():
    """A variable called `sum` is a variable; the builtin `sum` is not; literals count."""
    hidden = "def f(xs):\n    sum = 0\n    for x in xs:\n        sum += x * 3\n    return sum\n"
    assert hash_bodies(hidden) == hash_bodies(hidden.replace("sum", "acc"))
    assert hash_bodies(hidden) != hash_bodies(hidden.replace("3", "4"))
    used = "def f(xs):\n    return sum(x * 3 for x in xs if x > 10)\n"
    assert hash_bodies(used) != hash_bodies(used.replace("sum", "max"))
    assert hash_bodies("def f(a):\n    return a + 1\n") == set()


def test_statements_end_before_parameters_and_examples():
    """Only what states the task counts, not the sections that every docstring has."""
    docstring = "Weigh every anchor of the harbour twice.\n\n    Args:\n        x: it\n    >>> f(1)\n    "
    prompt = f'def f(x):\n    """{docstring}"""\n'
    assert find_statements({"prompt": prompt}) == ["Weigh every anchor of the harbour twice."]


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_checked(text):
    """No text makes the check fail."""
    assert find_contamination({"instruction": text, "input": f"def f():\n{text}", "output": text, "code": text}) is None
