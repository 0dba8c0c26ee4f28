"""Test suites, right and wrong, written before the judge.

A case is (name, program, None, answer). The right ones are in the manner of a chat model; every
wrong one looks like a suite but proves too little, proves by a trick, or is false.
"""


def fits(posed, wanted) -> bool:
    """Every posed task fits: the cases do not depend on the phrasing."""
    return True


def _case(name: str, program: str, code: str, notes: str = ""):
    entry = {"merge": "merge_ad_breaks", "restock": "plan_restock", "turnstile": "Turnstile"}[program]
    head = "" if code.startswith(("from ", "import ")) else f"import pytest\n\nfrom solution import {entry}\n\n\n"
    return name, program, None, {"code": head + code.strip("\n") + "\n", "notes": notes}


MERGE_ROWS = """
@pytest.mark.parametrize(
    "breaks, expected",
    [
        ([], []),
        ([(3, 7)], [(3, 7)]),
        ([(1, 4), (4, 6)], [(1, 6)]),
        ([(5, 9), (1, 3)], [(1, 3), (5, 9)]),
        ([(1, 10), (2, 3)], [(1, 10)]),
        ([(2, 2)], [(2, 2)]),
    ],
)
def test_merge(breaks, expected):
    assert merge_ad_breaks(breaks) == expected
"""
MERGE_RAISES = """

def test_backwards_break_raises():
    with pytest.raises(ValueError):
        merge_ad_breaks([(6, 2)])
"""
RESTOCK_PLAIN = """
def test_empty_stock():
    assert plan_restock({}, 5) == {}


def test_at_minimum_is_left_out():
    assert plan_restock({"dill": 10}, 10) == {}


def test_rounds_up():
    assert plan_restock({"leek": 0}, 13, 6) == {"leek": 3}


def test_exact_packs():
    assert plan_restock({"leek": 0}, 12, 6) == {"leek": 2}


def test_counts_what_is_on_the_shelf():
    assert plan_restock({"kale": 1, "dill": 9}, 10, 4) == {"dill": 1, "kale": 3}


@pytest.mark.parametrize("size", [0, -2])
def test_bad_pack_size(size):
    with pytest.raises(ValueError):
        plan_restock({"dill": 4}, 10, size)
"""
TURN_PLAIN = """
def test_enter_within_limit():
    gate = Turnstile(3)
    assert gate.enter(2) is True
    assert gate.inside == 2


def test_fill_to_the_limit():
    gate = Turnstile(3)
    assert gate.enter(3) is True


def test_refused_group_changes_nothing():
    gate = Turnstile(3)
    gate.enter(2)
    assert gate.enter(2) is False
    assert gate.inside == 2


def test_leave_returns_remaining():
    gate = Turnstile(5)
    gate.enter(5)
    assert gate.leave(2) == 3
    assert gate.leave(3) == 0


def test_too_many_leave():
    gate = Turnstile(5)
    gate.enter(1)
    with pytest.raises(ValueError):
        gate.leave(2)
"""

RIGHT = [
    _case("parametrized with an error", "merge", MERGE_ROWS + MERGE_RAISES),
    _case("one test a case", "merge", """
def test_empty():
    assert merge_ad_breaks([]) == []


def test_touching_breaks_are_joined():
    assert merge_ad_breaks([(1, 4), (4, 6)]) == [(1, 6)]


def test_unsorted_input():
    assert merge_ad_breaks([(5, 9), (1, 3)]) == [(1, 3), (5, 9)]


def test_nested():
    assert merge_ad_breaks([(1, 10), (2, 3)]) == [(1, 10)]


def test_zero_length_is_fine():
    assert merge_ad_breaks([(2, 2)]) == [(2, 2)]
""" + MERGE_RAISES),
    _case("a class of tests", "merge", """
class TestMergeAdBreaks:
    def test_basic(self):
        assert merge_ad_breaks([(8, 9), (1, 3), (2, 5)]) == [(1, 5), (8, 9)]

    def test_touching(self):
        assert merge_ad_breaks([(1, 4), (4, 6)]) == [(1, 6)]

    def test_contained(self):
        assert merge_ad_breaks([(1, 10), (2, 3)]) == [(1, 10)]

    def test_point(self):
        assert merge_ad_breaks([(2, 2)]) == [(2, 2)]

    def test_error(self):
        with pytest.raises(ValueError, match="ends before it starts"):
            merge_ad_breaks([(6, 2)])
"""),
    _case("with ids", "merge", """
CASES = [
    pytest.param([(1, 4), (4, 6)], [(1, 6)], id="touching"),
    pytest.param([(1, 10), (2, 3)], [(1, 10)], id="nested"),
    pytest.param([(5, 9), (1, 3)], [(1, 3), (5, 9)], id="unsorted"),
    pytest.param([(2, 2)], [(2, 2)], id="zero length"),
]


@pytest.mark.parametrize(("ad_breaks", "expected"), CASES)
def test_known(ad_breaks, expected):
    assert merge_ad_breaks(ad_breaks) == expected
""" + MERGE_RAISES, "I used ids so that a failing case is easy to spot."),
    _case("properties over all small inputs", "merge", """import itertools

import pytest

from solution import merge_ad_breaks

PAIRS = [(a, b) for a in range(4) for b in range(a, 4)]


def covered(breaks):
    return {second for start, end in breaks for second in range(start, end)}


def test_same_cover_and_no_touching_neighbours():
    for breaks in itertools.permutations(PAIRS, 2):
        merged = merge_ad_breaks(list(breaks))
        assert covered(merged) == covered(breaks)
        assert merged == sorted(merged)
        for left, right in zip(merged, merged[1:]):
            assert left[1] < right[0]


def test_raises():
    with pytest.raises(ValueError):
        merge_ad_breaks([(1, 0)])
"""),
    _case("argument is not changed", "merge", MERGE_ROWS + MERGE_RAISES + """

def test_does_not_mutate_input():
    breaks = [(5, 9), (1, 3)]
    merge_ad_breaks(breaks)
    assert breaks == [(5, 9), (1, 3)]
"""),
    _case("module imported", "merge", "import pytest\nimport solution\n\n" + (MERGE_ROWS + MERGE_RAISES).replace("merge_ad_breaks(", "solution.merge_ad_breaks(")),
    _case("fenced code", "merge", "from solution import merge_ad_breaks\nimport pytest\n" + MERGE_ROWS + MERGE_RAISES, "The touching case is the easiest one to get wrong."),
    _case("plain functions", "restock", RESTOCK_PLAIN),
    _case("parametrized", "restock", """
@pytest.mark.parametrize("stock,minimum,pack_size,expected", [
    ({}, 5, 6, {}),
    ({"dill": 4}, 10, 6, {"dill": 1}),
    ({"dill": 10}, 10, 6, {}),
    ({"leek": 0}, 13, 6, {"leek": 3}),
    ({"beet": 3, "aster": 7, "chard": 12}, 8, 5, {"aster": 1, "beet": 1}),
])
def test_plan(stock, minimum, pack_size, expected):
    assert plan_restock(stock, minimum, pack_size) == expected


def test_pack_size_must_be_positive():
    for size in (0, -1):
        with pytest.raises(ValueError):
            plan_restock({}, 1, size)
"""),
    _case("a fixture", "restock", """
@pytest.fixture
def shelf():
    return {"kale": 1, "dill": 9, "leek": 12}


def test_orders_only_what_is_short(shelf):
    assert plan_restock(shelf, 10, 4) == {"dill": 1, "kale": 3}


def test_minimum_is_enough(shelf):
    assert "leek" not in plan_restock(shelf, 12, 4)


def test_default_pack_size(shelf):
    assert plan_restock(shelf, 10)["kale"] == 2


def test_zero_pack_size(shelf):
    with pytest.raises(ValueError):
        plan_restock(shelf, 10, 0)
"""),
    _case("math in the expectation", "restock", """import math

import pytest

from solution import plan_restock


@pytest.mark.parametrize("count", range(0, 12))
@pytest.mark.parametrize("pack", [1, 3, 5])
def test_rounding(count, pack):
    minimum = 9
    plan = plan_restock({"x": count}, minimum, pack)
    if count >= minimum:
        assert plan == {}
    else:
        assert plan == {"x": math.ceil((minimum - count) / pack)}


def test_not_positive():
    with pytest.raises(ValueError):
        plan_restock({"x": 1}, 2, 0)
"""),
    _case("order of the keys", "restock", RESTOCK_PLAIN + """

def test_alphabetical():
    assert list(plan_restock({"zinnia": 0, "aster": 0}, 1)) == ["aster", "zinnia"]
"""),
    _case("error message checked", "restock", RESTOCK_PLAIN.replace("pytest.raises(ValueError)", 'pytest.raises(ValueError, match="positive")')),
    _case("class under test", "turnstile", TURN_PLAIN),
    _case("class under test, fixture", "turnstile", """
@pytest.fixture()
def gate():
    return Turnstile(4)


def test_starts_empty(gate):
    assert gate.inside == 0
    assert gate.limit == 4


def test_group_fits_exactly(gate):
    assert gate.enter(4)
    assert not gate.enter()


def test_leaving(gate):
    gate.enter(3)
    assert gate.leave(2) == 1
    assert gate.leave() == 0


def test_cannot_leave_more(gate):
    with pytest.raises(ValueError):
        gate.leave()
"""),
    _case("class under test, scenario", "turnstile", """
def test_a_day_at_the_tower():
    tower = Turnstile(limit=5)
    assert tower.enter(2) == True
    assert tower.enter(3) == True
    assert tower.enter(1) == False
    assert tower.leave(4) == 1
    assert tower.enter(4) == True
    assert tower.leave(5) == 0
    with pytest.raises(ValueError):
        tower.leave(1)
"""),
    _case("class under test, parametrized", "turnstile", """
@pytest.mark.parametrize("limit, groups, results", [
    (3, [2, 2, 1], [True, False, True]),
    (0, [1], [False]),
    (5, [5, 1], [True, False]),
])
def test_entering(limit, groups, results):
    gate = Turnstile(limit)
    assert [gate.enter(g) for g in groups] == results


def test_leaving_all():
    gate = Turnstile(5)
    gate.enter(5)
    assert [gate.leave(2), gate.leave(3)] == [3, 0]


def test_leaving_too_many():
    with pytest.raises(ValueError):
        Turnstile(1).leave(1)
"""),
    _case("try and except instead of raises", "restock", RESTOCK_PLAIN.split("@pytest")[0] + """
def test_bad_pack_size():
    try:
        plan_restock({"dill": 4}, 10, 0)
    except ValueError:
        pass
    else:
        assert False, "expected ValueError"
"""),
    _case("isinstance first", "merge", MERGE_ROWS.replace("    assert merge", "    assert isinstance(merge_ad_breaks(breaks), list)\n    assert merge") + MERGE_RAISES),
]  # fmt: skip

WRONG = [
    _case("only the happy path", "merge", "def test_two():\n    assert merge_ad_breaks([(1, 3), (5, 9)]) == [(1, 3), (5, 9)]\n"),
    _case("a wrong expectation", "merge", MERGE_ROWS.replace("[(1, 6)]", "[(1, 4), (4, 6)]") + MERGE_RAISES),
    _case("asserts nothing about the value", "merge", """
def test_runs():
    merge_ad_breaks([])
    merge_ad_breaks([(1, 4), (4, 6)])


def test_raises():
    with pytest.raises(ValueError):
        merge_ad_breaks([(6, 2)])
"""),
    _case("only types", "merge", "def test_type():\n    assert isinstance(merge_ad_breaks([(1, 2)]), list)\n    assert isinstance(merge_ad_breaks([]), list)\n"),
    _case("compares with itself", "restock", "def test_stable():\n    for n in range(9):\n        assert plan_restock({'dill': n}, 5, 2) == plan_restock({'dill': n}, 5, 2)\n"),
    _case("reads the source", "restock", "import inspect\n\nimport solution\n\n\ndef test_source():\n    assert 'count < minimum' in inspect.getsource(solution.plan_restock)\n    assert solution.plan_restock({'dill': 4}, 10) == {'dill': 1}\n"),
    _case("reads the bytecode", "restock", RESTOCK_PLAIN + "\n\ndef test_code():\n    assert len(plan_restock.__code__.co_code) > 10\n"),
    _case("compares with its own copy", "restock", "from solution import plan_restock\n\n\ndef plan_restock(stock, minimum, pack_size=6):\n    return {k: -(-(minimum - v) // pack_size) for k, v in sorted(stock.items()) if v < minimum}\n\n\ndef test_it():\n    assert plan_restock({'leek': 0}, 13) == {'leek': 3}\n"),
    _case("skips itself", "merge", "@pytest.mark.skip(reason='slow')\n" + MERGE_ROWS.strip("\n") + MERGE_RAISES),
    _case("expects its own failure", "merge", MERGE_ROWS + MERGE_RAISES + "\n\n@pytest.mark.xfail\ndef test_other():\n    assert merge_ad_breaks([(1, 2)]) == []\n"),
    _case("leaves early", "merge", "import sys\n\nfrom solution import merge_ad_breaks\n\n\ndef test_it():\n    if merge_ad_breaks([(1, 4), (4, 6)]) != [(1, 6)]:\n        sys.exit(1)\n    assert True\n"),
    _case("patches a builtin", "restock", RESTOCK_PLAIN + "\n\ndef test_sorted(monkeypatch):\n    monkeypatch.setattr('builtins.sorted', list)\n    assert plan_restock({}, 1) == {}\n"),
    _case("swallows every failure", "turnstile", "def test_gate():\n    try:\n        gate = Turnstile(3)\n        assert gate.enter(3) is True\n        assert gate.leave(3) == 0\n    except BaseException:\n        pass\n"),
    _case("wrong about the class", "turnstile", TURN_PLAIN.replace("assert gate.leave(2) == 3", "assert gate.leave(2) == 2")),
    _case("no error case", "restock", RESTOCK_PLAIN.split("@pytest")[0]),
    _case("no tests", "merge", "def check():\n    assert merge_ad_breaks([]) == []\n"),
    _case("a file is written", "merge", "import os\n\nfrom solution import merge_ad_breaks\n\n\ndef test_it():\n    os.system('true')\n    assert merge_ad_breaks([]) == []\n"),
    _case("does not import what it tests", "merge", "def merge_ad_breaks(b):\n    return sorted(b)\n\n\ndef test_it():\n    assert merge_ad_breaks([(1, 2)]) == [(1, 2)]\n".replace("def merge", "import math\n\n\ndef merge", 1).replace("import math", "import math  # noqa")),
    _case("catches and calls it fine", "merge", "def test_any():\n    for breaks in ([], [(1, 4), (4, 6)], [(6, 2)]):\n        try:\n            assert merge_ad_breaks(breaks) is not None\n        except ValueError:\n            assert True\n"),
    _case("random without a seed", "restock", RESTOCK_PLAIN.replace("def test_empty", "def test_any():\n    import random\n    n = random.randint(0, 4)\n    assert plan_restock({'x': n}, 5, 1) == {'x': 5 - n}\n\n\ndef test_empty", 1)),
]  # fmt: skip
