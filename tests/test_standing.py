"""The job that stands for many requests of our own: the same results as apart, one process, and no end that is final."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generation.sandbox import Limits, open_sandbox, standing
from generation.sandbox.inner import guest
from generation.values import Outcome, encode

QUICK = Limits(wall_s=1.5, cpu_s=0.3)
COUNT = "import builtins\ndef count():\n    builtins.calls = getattr(builtins, 'calls', 0) + 1\n    return builtins.calls\n"
ADD = "def add(a, b):\n    return a + b\n"
BOX = (
    "class Box:\n    def __init__(self, items):\n        self.items = items\n"
    "    def put(self, more):\n        self.items += more\n        more.clear()\n        return self.items\n"
)


@pytest.fixture(scope="module")
def apart():
    """A sandbox that gives every request a process of its own."""
    with open_sandbox() as opened:
        yield opened


@pytest.fixture(scope="module")
def own():
    """A sandbox for our own code."""
    with open_sandbox(trusted=True) as opened:
        yield opened


@pytest.mark.parametrize(
    "body",
    [
        "return [a, {'k': (1.5, None)}, {a}]",
        "raise ValueError('no')",
        "a.append(1); return a",
        "while True: pass",
        "while True:\n        try:\n            pass\n        except Exception:\n            pass",
        "import time; time.sleep(60)",
        "return len(bytearray(1 << 30))",
        "print('x' * 3_000_000)",
        "return 'x' * 3_000_000",
        "import os; os._exit(0)",
        "import os; os.abort()",
        "import os; os.close(3)",
        "return open('/etc/passwd').read()",
        "return f(a)",
        "return object()",
    ],
)
def test_the_same_as_apart(own, apart, body):
    """Whatever the code does, the standing job comes to what a job of its own comes to, and the next request is served."""
    source = f"def f(a):\n    {body}\n"
    inputs = ["([],)", "(2,)", "(b'ab',)"]
    for given_texts in (inputs, inputs[:1]):
        assert own.call(source, "f", given_texts, limits=QUICK) == apart.call(source, "f", given_texts, limits=QUICK)
    assert own.call(ADD, "add", ["(1, 2)"]).outcomes == ((Outcome("3"),),)


def test_classes_steps_and_hash_seeds_are_the_same(own, apart):
    """Sessions of a class, counted steps and another hash seed come to the same."""
    sessions = ["(([1],), (('put', ([2],)), ('put', ('x',)), ('gone', ())))", "((5,), (('put', ([2],)),))", "((), ())"]
    assert own.call(BOX, "Box", sessions, "class") == apart.call(BOX, "Box", sessions, "class")
    loop = "def f(n):\n    return [hash(str(i)) for i in range(n)]\n"
    for options in ({"count_steps": True}, {"hash_seed": 7}):
        assert own.call(loop, "f", ["(3,)", "(0,)"], **options) == apart.call(loop, "f", ["(3,)", "(0,)"], **options)


def test_one_process_stands_for_many_until_it_is_worn(monkeypatch):
    """Our own requests share a process, a new one after so many; those of others never share one."""
    monkeypatch.setattr(standing, "MAX_REQUESTS", 3)
    with open_sandbox(trusted=True) as own:
        assert [own.call(COUNT, "count", ["()"]).outcomes[0][0].value for _ in range(5)] == ["1", "2", "3", "1", "2"]
    with open_sandbox() as apart:
        assert [apart.call(COUNT, "count", ["()"]).outcomes[0][0].value for _ in range(2)] == ["1", "1"]


def test_a_killed_standing_job_costs_nothing_but_time():
    """Where the standing job is killed while it waits, the next request is answered all the same."""
    with open_sandbox(trusted=True) as own:
        assert own.call(ADD, "add", ["(1, 2)"]).verdict == "passed"
        server = own._servers["call", 0]._process.pid
        killed = 0
        for pid in _descendants(server):
            if not _children(pid):  # the standing job and the one that waits beside it
                os.kill(pid, signal.SIGKILL)
                killed += 1
        assert killed
        assert own.call(ADD, "add", ["(2, 2)"]).outcomes == ((Outcome("4"),),)


def test_an_interrupted_request_leaves_nothing_to_the_next():
    """What a request reports after Ctrl-C came is not taken for the next one's report."""

    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    slow = "import time\ndef slow():\n    time.sleep(0.4)\n    return 'late'\n"
    try:
        with open_sandbox(trusted=True) as own:
            assert own.call(ADD, "add", ["(1, 2)"]).verdict == "passed"
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            with pytest.raises(KeyboardInterrupt):
                own.call(slow, "slow", ["()"])
            assert own.call(ADD, "add", ["(2, 3)"]).outcomes == ((Outcome("5"),),)
    finally:
        signal.signal(signal.SIGALRM, before)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _descendants(pid: int) -> list[int]:
    return [found for child in _children(pid) for found in (child, *_descendants(child))]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.binary(max_size=3)
    | st.sampled_from(["(", ")", ",)", "None", "it's", '"', "\\", "\x7f", "[1]", "True)"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.tuples(inner, inner)
        | st.just(())
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=2)
        | st.sets(st.integers(), max_size=2)
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(VALUES, max_size=3).map(tuple))
@example(({"": 1, "\x7f": [2]},))
@example((("a", (1,)), ((),), {"": True}))
def test_inputs_read_by_json_mean_the_same(value):
    """What json reads of a canonical text is the value, type by type."""
    read = guest.read_by_json(encode(value))
    assert read is None or encode(read) == encode(value)


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="()[]{}',: 1.eNTF\x7f-", max_size=24).map(lambda text: f"({text})"))
@example("(1)")
@example("((1))")
@example("((1,),)")
@example("(,)")
@example("(None,True)")
@example("('a''b',)")
@example("(1,2,)")
@example("({1:2},)")
def test_other_texts_are_read_alike_or_left_to_the_compiler(text):
    """What json reads of any text, the compiler reads the same."""
    read = guest.read_by_json(text)
    if read is not None:
        assert encode(read) == encode(eval(text, dict(guest.LITERAL_NAMES)))


def test_plain_inputs_are_read_by_json():
    """Tuples, constants and dicts in an input do not leave it to the compiler, which is many times slower."""
    for text in ("([('a', 1), ('b', None)], True)", "((1,), (('put', ()),))", "({'a': [1.5, -2]}, [])", "()"):
        assert guest.read_by_json(text) is not None


@pytest.mark.parametrize(
    ("body", "given_text", "expected"),
    [
        ("a[0] = bytearray(a[0])", "([b'x'],)", Outcome(raised="ForeignValue")),
        ("a[0] = memoryview(a[0])", "([b's'],)", Outcome(raised="ForeignValue")),
        ("a[0] = 1.0", "([1],)", Outcome("None", None, "([1.0],)")),
        ("a[0] = True", "([1],)", Outcome("None", None, "([True],)")),
        ("a.reverse()", "([1, 2, 1],)", Outcome("None")),
        ("a[0] = 'b' + 'c' * len(a)", "(['bc'],)", Outcome("None")),
        ("a.add(5); a.discard(5)", "(set([3, 8, 5]),)", Outcome("None", None, "(set([3, 8]),)")),
        ("a.remove(3); a.add(3)", "(set([3, 11, 19]),)", Outcome("None")),
        ("return bytearray(b'x')", "(1,)", Outcome(raised="ForeignValue")),
        ("return [...]", "(1,)", Outcome(raised="ForeignValue")),
        ("return ('<', {2, 1})", "(1,)", Outcome("('<', set([1, 2]))")),
    ],
)
def test_values_and_changed_arguments_are_told_exactly(apart, body, given_text, expected):
    """Arguments that changed in type or content are reported, equal ones are not; likes of bytes are foreign."""
    assert apart.call(f"def f(a):\n    {body}\n", "f", [given_text]).outcomes == ((expected,),)
