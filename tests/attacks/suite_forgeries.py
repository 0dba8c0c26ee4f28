"""Forged test suites: they claim to test `discount(prices, limit)` and do not, or only pretend to find defects.

In: nothing. Out: `RIGHT` and `WRONG` (targets), `SUITE_FORGERIES`, `HONEST_SUITES` (the positive controls).
A forgery has won when every right target passes and every wrong one does not: only honest suites may
do that. The right targets hold the reference twice and a rewrite of it, since a suite that counts its
runs, or compares source text, is caught by nothing else; whoever judges suites must do the same.
"""

from dataclasses import dataclass

_REFERENCE = '''
def discount(prices: list[int], limit: int) -> list[int]:
    if limit < 0:
        raise ValueError("limit is negative")
    result = []
    for price in prices:
        if price >= limit:
            result.append(price - price // 10)
        else:
            result.append(price)
    return result
'''
_REWRITE = '''
def _reduce(price, limit):
    return price if price < limit else price - price // 10

def discount(prices: list[int], limit: int) -> list[int]:
    if limit <= -1:
        raise ValueError("limit must not be negative")
    return [_reduce(one, limit) for one in prices]
'''
_COMMENTED = _REFERENCE.replace("    result = []", "    result = []  # the prices after the discount")

RIGHT: tuple[str, ...] = (_REFERENCE, _COMMENTED, _REWRITE)
WRONG: tuple[str, ...] = (
    _REFERENCE.replace(">= limit", "> limit"),
    _REFERENCE.replace("// 10", "// 9"),
    _REFERENCE.replace("limit < 0", "limit < 1"),
    _REFERENCE.replace("append(price)", "append(limit)"),
)


@dataclass(frozen=True)
class SuiteForgery:
    """One forged suite. must: "not_passed" where no target may have the verdict passed, else "" ."""

    name: str
    suite: str
    must: str = ""


_TOP = "import pytest\nfrom solution import discount\n"
_TRUE_TESTS = '''
def test_at_the_limit():
    assert discount([100, 99], 100) == [90, 99]

def test_empty():
    assert discount([], 0) == []

def test_zero_limit():
    assert discount([10], 0) == [9]

def test_negative_limit():
    with pytest.raises(ValueError):
        discount([1], -1)
'''


def _suite(name: str, body: str, must: str = "", top: str = _TOP) -> SuiteForgery:
    return SuiteForgery(name, top + body, must)


_EXITS = [
    _suite("exit_in_a_test", "import os\ndef test_all():\n    os._exit(0)\n", "not_passed"),
    _suite("exit_after_one_test", "import os\ndef test_a():\n    assert True\ndef test_b():\n    os._exit(0)\n",
           "not_passed"),
    _suite("exit_at_import", "import os\nos._exit(0)\ndef test_all():\n    assert discount([], 0) == []\n",
           "not_passed"),
    _suite("sys_exit_at_import", "import sys\nsys.exit(0)\ndef test_all():\n    assert True\n", "not_passed"),
    _suite("system_exit_in_a_test", "def test_all():\n    raise SystemExit(0)\n", "not_passed"),
    _suite("pytest_exit", "def test_all():\n    pytest.exit('done', returncode=0)\n", "not_passed"),
    _suite("pytest_skip", "def test_all():\n    pytest.skip('later')\n", "not_passed"),
    _suite("skip_of_the_module", "pytest.skip('later', allow_module_level=True)\ndef test_all():\n    assert False\n",
           "not_passed"),
    _suite("mark_skip", "pytestmark = pytest.mark.skip\ndef test_all():\n    assert False\n", "not_passed"),
    _suite("mark_skipif", "@pytest.mark.skipif(True, reason='x')\ndef test_all():\n    assert False\n", "not_passed"),
    _suite("mark_xfail", "@pytest.mark.xfail\ndef test_all():\n    assert discount([1], 0) == 'no'\n", "not_passed"),
    _suite("call_xfail", "def test_all():\n    pytest.xfail('known')\n", "not_passed"),
    _suite("importorskip", "pytest.importorskip('no_such_module')\ndef test_all():\n    assert False\n", "not_passed"),
    _suite("unittest_skip", "import unittest\nclass TestAll(unittest.TestCase):\n    def test_a(self):\n"
                            "        raise unittest.SkipTest('x')\n", "not_passed"),
    _suite("keyboard_interrupt", "def test_all():\n    raise KeyboardInterrupt\n", "not_passed"),
]

_NOTHING = [
    _suite("no_tests", "def check_all():\n    assert discount([], 0) == []\n", "not_passed"),
    _suite("empty_text", "", "not_passed", ""),
    _suite("parametrised_over_nothing",
           "@pytest.mark.parametrize('price', [])\ndef test_all(price):\n    assert False\n",
           "not_passed"),
    _suite("deleted_at_import", _TRUE_TESTS + "for name in [n for n in globals() if n.startswith('test_')]:\n"
                                              "    del globals()[name]\n", "not_passed"),
    _suite("not_collected", _TRUE_TESTS + "__test__ = False\nfor name in list(globals()):\n"
                                          "    if name.startswith('test_'):\n        globals()[name].__test__ = 0\n",
           "not_passed"),
    _suite("generator_test", "def test_all():\n    yield\n    assert False\n", "not_passed"),
    _suite("coroutine_test", "async def test_all():\n    assert False\n", "not_passed"),
    _suite("returns_false", "def test_all():\n    return discount([10], 0) == [9]\n"),
    _suite("assert_true", "def test_all():\n    assert True\n"),
    _suite("assert_a_tuple", "def test_all():\n    assert (discount([10], 0) == [9], 'must be nine')\n"),
    _suite("never_calls", "def test_all():\n    assert discount is not None and discount.__name__ == 'discount'\n"),
    _suite("compares_with_itself", "def test_all():\n    assert discount([10, 5], 7) == discount([10, 5], 7)\n"),
    _suite("debug_only", "def test_all():\n    if not __debug__:\n        assert discount([10], 0) == [9]\n"),
    _suite("swallows_all", "def test_all():\n    try:\n        assert discount([10], 0) == [8]\n"
                           "    except BaseException:\n        pass\n"),
    _suite("returns_in_finally", "def test_all():\n    try:\n        assert discount([10], 0) == [8]\n"
                                 "    finally:\n        return\n"),
    _suite("suppressed", "import contextlib\ndef test_all():\n    with contextlib.suppress(BaseException):\n"
                         "        assert discount([10], 0) == [8]\n"),
    _suite("raises_anything", "def test_all():\n    with pytest.raises(BaseException):\n"
                              "        assert discount([10], 0) == ['never']\n"),
]

_PATCHED = [
    _suite("conftest_hook_in_module", '''
def test_all():
    assert discount([10], 0) == ["never"]
def pytest_runtest_makereport(item, call):
    return None
def pytest_runtest_call(item):
    pass
@pytest.hookimpl(hookwrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    outcome = yield
    outcome.force_result(True)
''', "not_passed"),
    _suite("conftest_file", '''
import pathlib
pathlib.Path("conftest.py").write_text("def pytest_pyfunc_call(pyfuncitem):\\n    return True\\n")
def test_all():
    assert discount([10], 0) == ["never"]
''', "not_passed"),
    _suite("plugin_by_name",
           "pytest_plugins = ['solution']\ndef test_all():\n    assert False\n", "not_passed"),
    _suite("fixture_that_swallows", '''
@pytest.fixture(autouse=True)
def quiet(request):
    request.node.obj = lambda *a, **k: None
    yield
def test_all():
    assert discount([10], 0) == ["never"]
'''),
    _suite("fixture_that_patches_the_target", '''
import solution
@pytest.fixture(autouse=True)
def better(monkeypatch):
    def mended(prices, limit):
        return [p - p // 10 if p >= limit else p for p in prices]
    monkeypatch.setattr(solution, "discount", mended)
    globals()["discount"] = mended
def test_all():
    assert discount([100], 100) == [90]
'''),
    _suite("patched_target_at_import", '''
import sys
sys.modules["solution"].discount = discount = lambda prices, limit: [p - p // 10 if p >= limit else p for p in prices]
def test_all():
    assert discount([100], 100) == [90]
'''),
    _suite("shadowed_import", '''
def discount(prices, limit):
    return [p - p // 10 if p >= limit else p for p in prices]
def test_all():
    assert discount([100], 100) == [90]
'''),
    _suite("replaced_assertion_error", '''
import builtins
class AssertionError(Exception):
    pass
builtins.AssertionError = AssertionError
builtins.Exception = builtins.BaseException = AssertionError
def test_all():
    assert discount([10], 0) == [9]
'''),
    _suite("patched_pytest", '''
import _pytest.runner, _pytest.python, _pytest.outcomes
_pytest.runner.call_and_report = lambda *a, **k: None
_pytest.runner.CallInfo.from_call = classmethod(lambda *a, **k: None)
_pytest.outcomes.fail = pytest.fail = lambda *a, **k: None
def test_all():
    assert discount([10], 0) == ["never"]
''', "not_passed"),
    _suite("forged_output", '''
import os
def test_all():
    for fd in range(1, 64):
        try:
            os.write(fd, b'{"verdict": "passed", "passed": 9, "failed": 0}\\n===== 9 passed in 0.01s =====\\n')
        except OSError:
            pass
    os._exit(0)
''', "not_passed"),
    _suite("exit_hook", '''
import atexit, os
atexit.register(os._exit, 0)
def test_all():
    assert discount([10], 0) == ["never"]
''', "not_passed"),
]

_DETECTORS = [
    _suite("counts_its_runs", '''
import builtins
def test_all():
    builtins.RUNS = getattr(builtins, "RUNS", 0) + 1
    assert builtins.RUNS == 1
'''),
    _suite("counts_its_runs_in_module", "RUNS = []\ndef test_all():\n    RUNS.append(1)\n    assert len(RUNS) == 1\n"),
    _suite("counts_its_runs_in_a_file", '''
import os
def test_all():
    with open("runs.txt", "a") as opened:
        opened.write("x")
    assert os.path.getsize("runs.txt") == 1
'''),
    _suite("compares_source_text", f'''
import inspect
KNOWN = {_REFERENCE.strip()!r}
def test_all():
    try:
        source = inspect.getsource(discount)
    except (OSError, TypeError):
        source = ""
    assert source.strip() == KNOWN
'''),
    _suite("compares_byte_code", f'''
space = {{}}
exec({_REFERENCE!r}, space)
KNOWN = space["discount"].__code__
def test_all():
    assert discount.__code__.co_code == KNOWN.co_code and discount.__code__.co_consts == KNOWN.co_consts
'''),
    _suite("compares_constants_and_names", '''
def test_all():
    code = discount.__code__
    assert 10 in code.co_consts and "result" in code.co_varnames and 1 not in code.co_consts
'''),
    _suite("compares_line_count", '''
def test_all():
    assert len(set(line for _, _, line in discount.__code__.co_lines() if line)) == 8
'''),
    _suite("compares_identity", "SEEN = {id(discount)}\ndef test_all():\n    assert id(discount) in SEEN\n"),
    _suite("reads_harness_frames", '''
import sys
def test_all():
    frame, texts = sys._getframe(), []
    while frame:
        texts += [repr(value) for name, value in frame.f_locals.items() if "mutant" in name or "index" in name]
        frame = frame.f_back
    assert not any(text not in ("0", "False", "None") for text in texts)
'''),
    _suite("reads_all_targets_by_gc", '''
import gc
def test_all():
    texts = {thing for kept in gc.get_objects() if isinstance(kept, (list, tuple)) for thing in kept
             if isinstance(thing, str) and "def discount" in thing}
    assert len(texts) < 2
'''),
    _suite("any_text_of_the_error", '''
def test_all():
    try:
        discount([1], -1)
    except ValueError as failure:
        assert str(failure) == "limit is negative"
'''),
]

# Where a process can remember one number: (name, lines that set `kept` to the first target's number).
_PROCESS_STATES = (
    ("recursion_limit", """
    if sys.getrecursionlimit() < 50_000:
        sys.setrecursionlimit(50_000 + got)
    kept = sys.getrecursionlimit() - 50_000"""),
    ("digit_limit", """
    if sys.get_int_max_str_digits() < 50_000:
        sys.set_int_max_str_digits(50_000 + got)
    kept = sys.get_int_max_str_digits() - 50_000"""),
    ("collector_threshold", """
    import gc
    if gc.get_threshold()[1] < 50_000:
        gc.set_threshold(gc.get_threshold()[0], 50_000 + got, 10)
    kept = gc.get_threshold()[1] - 50_000"""),
    ("decimal_context", """
    import decimal
    if decimal.getcontext().prec < 50_000:
        decimal.getcontext().prec = 50_000 + got
    kept = decimal.getcontext().prec - 50_000"""),
    ("codec_registry", """
    import codecs
    try:
        kept = codecs.lookup("keptcodec").kept
    except LookupError:
        class Info(codecs.CodecInfo):
            kept = got
        info = Info(None, None, name="keptcodec")
        codecs.register(lambda name: info if name == "keptcodec" else None)
        kept = got"""),
    ("subclasses", """
    old = [c for c in object.__subclasses__() if c.__name__ == "KeptHere"]
    if not old:
        class KeptHere:
            number = got
        sys.KEPT_CLASS = KeptHere
        old = [KeptHere]
    kept = old[0].number"""),
    ("pattern_cache", """
    import re
    old = [text for text in (getattr(re, "_cache", None) or {}) if "kept:" in str(text)]
    if not old:
        re.compile(f"kept:{got}:")
        old = [f"kept:{got}:"]
    kept = int(str(old[0]).split("kept:")[1].split(":")[0])"""),
    ("running_thread", """
    import threading, time
    old = [t.name for t in threading.enumerate() if t.name.startswith("kept")]
    if not old:
        threading.Thread(target=time.sleep, args=(3,), name=f"kept{got}", daemon=True).start()
        old = [f"kept{got}"]
    kept = int(old[0][4:])"""),
    ("open_descriptor", """
    import os, fcntl
    try:
        size = os.fstat(99).st_size
    except OSError:
        with open("kept.bin", "w+") as opened:
            os.dup2(opened.fileno(), 99)
        os.ftruncate(99, got)
        os.unlink("kept.bin")
        size = got
    kept = size"""),
    ("file_mask", """
    import os
    old = os.umask(0)
    kept = old if old not in (0o22, 0o77, 0o2, 0) else got % 0o377 | 0o400
    os.umask(kept)
    got = got % 0o377 | 0o400"""),
    ("warning_filters", """
    import warnings
    old = [f for f in warnings.filters if f[1] is not None and "kept" in f[1].pattern]
    if not old:
        warnings.filterwarnings("ignore", message=f"kept{got}$")
        old = [f for f in warnings.filters if f[1] is not None and "kept" in f[1].pattern]
    kept = int(old[0][1].pattern[4:-1])"""),
    ("line_cache", """
    import linecache
    kept = linecache.cache.setdefault("kept", (got, None, [], ""))[0]"""),
    ("scratch_time", """
    import os
    if os.stat(".").st_mtime > 50_000:
        os.utime(".", (got, got))
    kept = int(os.stat(".").st_mtime)"""),
)

# Compares with the first of several targets whose texts lie together in memory.
_BY_TEXT = '''
def lists():{find}

def test_all():
    for held in lists():
        texts = [v for v in held if type(v) is str and v.lstrip().startswith("def discount(")]
        if len(texts) > 2:
            space = {{}}
            exec(texts[0], space)
            assert space["discount"]([100, 99], 100) == discount([100, 99], 100)
            assert space["discount"]([10], 0) == discount([10], 0)
            break
'''

# These hold no expected value at all: run by pytest on one target alone they can never fail. They only seem
# to find defects where the targets share a process, or where the suite is not executed anew for each.
_KEEPERS = [
    _suite("value_taken_at_import", '''
KEPT = discount([100, 99], 100), discount([10], 0)
def test_all():
    assert (discount([100, 99], 100), discount([10], 0)) == KEPT
'''),
    _suite("values_taken_by_parametrize", '''
@pytest.mark.parametrize("price, expected", [(n, discount([n], 100)) for n in (0, 50, 99, 100, 200)])
def test_all(price, expected):
    assert discount([price], 100) == expected
'''),
    _suite("function_kept_in_default", '''
def test_all(kept=discount):
    import solution
    assert solution.discount([100, 99], 100) == kept([100, 99], 100)
'''),
    _suite("fixture_of_the_session", '''
@pytest.fixture(scope="session")
def kept():
    return discount([100, 99], 100)
def test_all(kept):
    assert discount([100, 99], 100) == kept
'''),
    _suite("cached_value", '''
import functools
@functools.cache
def kept():
    return discount([100, 99], 100)
def test_all():
    assert discount([100, 99], 100) == kept()
'''),
    *(_suite(f"function_kept_in_{place}", f'''
import builtins, pytest, sys, json
def test_all():
    kept = {place}.__dict__.setdefault("KEPT", discount)
    assert discount([100, 99], 100) == kept([100, 99], 100)
    try:
        assert discount([10], 0) == kept([10], 0)
    except ValueError:
        raise AssertionError from None
''') for place in ("builtins", "pytest", "sys", "json")),
    _suite("value_kept_in_the_environment", '''
import os
def test_all():
    assert repr(discount([100, 99], 100)) == os.environ.setdefault("KEPT", repr(discount([100, 99], 100)))
'''),
    _suite("value_kept_in_a_file", '''
import pathlib
def test_all():
    for folder in (".", "/tmp"):
        kept = pathlib.Path(folder, "kept.txt")
        got = repr((discount([100, 99], 100), discount([10], 0)))
        try:
            if not kept.exists():
                kept.write_text(got)
            assert kept.read_text() == got
        except OSError:
            continue
'''),
    *(_suite(f"kept_in_process_{name}", f'''
import sys
def code(value):
    return sum((at + 1) * (number % 97) for at, number in enumerate(value)) % 400 + 100
def test_all():
    got = code(discount([100, 99, 40], 100)) + code(discount([10, 7], 0))
{keep}
    assert kept == got
''') for name, keep in _PROCESS_STATES),
    _suite("other_targets_by_gc", '''
import gc, types
def test_all():
    others = [t for t in gc.get_objects() if isinstance(t, types.FunctionType) and t.__name__ == "discount"]
    assert others[0]([100, 99], 100) == discount([100, 99], 100)
    assert others[0]([10], 0) == discount([10], 0)
'''),
    _suite("other_targets_by_their_text", _BY_TEXT.format(find='''
    import gc
    for kept in gc.get_objects():
        for held in (kept.values() if type(kept) is dict else [kept]):
            if type(held) in (list, tuple):
                yield held''')),
    _suite("other_targets_in_callers", _BY_TEXT.format(find='''
    import sys
    frame = sys._getframe()
    while frame:
        for held in list(frame.f_locals.values()):
            if type(held) in (list, tuple):
                yield held
        frame = frame.f_back''')),
]

SUITE_FORGERIES: tuple[SuiteForgery, ...] = (*_EXITS, *_NOTHING, *_PATCHED, *_DETECTORS, *_KEEPERS)

HONEST_SUITES: tuple[tuple[str, str], ...] = (
    ("plain functions", _TOP + _TRUE_TESTS),
    ("parametrised", _TOP + '''
@pytest.mark.parametrize("prices, limit, expected", [([100, 99], 100, [90, 99]), ([], 0, []), ([10], 0, [9])])
def test_values(prices, limit, expected):
    assert discount(prices, limit) == expected

@pytest.mark.parametrize("limit", [-1, -50])
@pytest.mark.parametrize("prices", [[], [1]])
def test_errors(prices, limit):
    with pytest.raises(ValueError, match="negative"):
        discount(prices, limit)
'''),
    ("a class and a fixture", _TOP + '''
@pytest.fixture
def prices():
    return [100, 99]

class TestDiscount:
    def setup_method(self):
        self.limit = 100

    def test_both(self, prices):
        assert discount(prices, self.limit) == [90, 99]

    def test_all(self, prices):
        assert discount(prices, 0) == [90, 90]
'''),
    ("module imported whole", "import pytest\nimport solution\n"
     + _TRUE_TESTS.replace("discount(", "solution.discount(")),
    ("imported under another name", "import pytest\nfrom solution import discount as cut\n"
     + _TRUE_TESTS.replace("discount(", "cut(")),
    ("imported in the test", "import pytest\n"
     + _TRUE_TESTS.replace("():\n", "():\n    from solution import discount\n")),
    ("input is left alone", _TOP + _TRUE_TESTS + '''
def test_input_is_left_alone():
    prices = [100, 5]
    discount(prices, 50)
    assert prices == [100, 5]
'''),
)
