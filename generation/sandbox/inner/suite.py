"""Run one pytest file against many versions of the module it tests, in one process.

In: the suite's text and the targets' texts. Out: a verdict a target, through the reporter. pytest
collects and builds its configuration once a server; for each target the file is executed anew, so
that nothing computed against one target is known at the next, and plain tests are called without
pytest's run protocol; tests with fixtures or setup methods go through it. Every target runs twice,
in two orders: a suite whose outcome depends on what ran before is refused, as is one that skips,
exits or changes the runner. A suite that peeks at its target's code cannot be told from inside.
"""

import builtins
import os
import signal
import sys
import types
from pathlib import Path

import pytest
from _pytest.config import _prepareconfig
from _pytest.main import Session
from _pytest.outcomes import Exit, Skipped, XFailed
from _pytest.runner import runtestprotocol

ARGUMENTS = (
    "--assert=plain --capture=no --rootdir=/tmp --import-mode=importlib -p no:cacheprovider -p no:terminal "
    "-p no:faulthandler -p no:junitxml -p no:pastebin -p no:doctest -p no:stepwise -p no:logging "
    "-p no:unraisableexception -p no:threadexception -p no:warnings -p no:debugging -p no:setuponly -p no:setupplan"
).split()
DIRECT = "get_direct_param_fixture_func"  # pytest's stand-in fixture for a plain parameter
SKIPS = ("skip", "skipif", "xfail")
WARM_UP = (
    "import pytest\n@pytest.mark.parametrize('a', [1, 2])\ndef test_a(a):\n    assert a\n"
    "@pytest.fixture\ndef b():\n    return 1\ndef test_b(b):\n    with pytest.raises(ValueError):\n        int('x')\n"
    "class TestC:\n    def test_c(self):\n        assert 1 == pytest.approx(1)\n"
)
MAX_TESTS = 400


class Refused(Exception):
    """The suite may not count; the message says why."""


class TargetTimeout(BaseException):
    """The target used up its CPU seconds."""


class SuiteModule(pytest.Module):
    """A collector for a module object that is there already."""

    suite_object: types.ModuleType

    def _getobj(self) -> types.ModuleType:
        return self.suite_object


class Runner:
    """Holds pytest's session and the watch over one job."""

    def __init__(self) -> None:
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        self.config = _prepareconfig(ARGUMENTS, [])
        self.config._do_configure()
        self.session = Session.from_config(self.config)
        self.config.hook.pytest_sessionstart(session=self.session)
        self.late = False
        self._collected = 0

    def collect(self, code: types.CodeType) -> list:
        """Execute the suite and return its test items; whatever it raises comes through."""
        self._collected += 1  # a path of its own each time: pytest files fixtures by it
        path = Path(f"/tmp/test_suite_{self._collected}.py")
        module = types.ModuleType("test_suite")
        module.__file__ = str(path)
        sys.modules["test_suite"] = module
        exec(code, module.__dict__)  # noqa: S102
        node = SuiteModule.from_parent(self.session, path=path)
        node.suite_object = module
        return list(_walk(node))

    def _on_alarm(self, *_: object) -> None:
        self.late = True
        raise TargetTimeout

    def run_target(self, code: types.CodeType, load: object, source: str, name: str, cpu_s: float) -> list:
        """Return [verdict, passed, failed, first failure] of the suite on one target."""
        self.late = False
        signal.signal(signal.SIGVTALRM, self._on_alarm)
        signal.setitimer(signal.ITIMER_VIRTUAL, cpu_s, 0.05)
        passed, failed, first = 0, 0, ""
        try:
            problem = _load_target(load, source, name)
            items = self.collect(code) if not problem else []
            if not problem and not items:
                raise Refused("the file holds no test")
            for item in items:
                said = run_item(item)
                passed, failed = passed + (not said), failed + bool(said)
                first = first or (f"{item.name}: {said}" if said else "")
        except TargetTimeout:
            self.late = True
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        if self.late:
            return ["timed_out", passed, failed + 1, first or "used more CPU time than allowed"]
        if problem:
            return ["failed", 0, 1, problem]
        return ["failed" if failed else "passed", passed, failed, first]


RUNNER: Runner | None = None


def _load_target(load: object, source: str, name: str) -> str:
    """Load a target under its name; return "" or what it raised."""
    try:
        load(source, name)
    except (TargetTimeout, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001
        return f"the module could not be loaded: {type(error).__name__}"
    return ""


def _walk(node: object) -> object:
    """Yield the test items below a collector, in order."""
    for child in node.collect():
        if isinstance(child, pytest.Item):
            for mark in SKIPS:
                if child.get_closest_marker(mark):
                    raise Refused(f"{child.name} is marked {mark}")
            yield child
        else:
            yield from _walk(child)


def _is_plain(item: object) -> bool:
    """Tell whether an item needs nothing of pytest but its parameters."""
    if type(item) is not pytest.Function or item.get_closest_marker("usefixtures"):
        return False
    given = item.callspec.params if hasattr(item, "callspec") else {}
    if set(item.fixturenames) - set(given):
        return False
    definitions = item._fixtureinfo.name2fixturedefs
    return all(fixture.func.__name__ == DIRECT for name in given for fixture in definitions.get(name, ()))


def run_item(item: object) -> str:
    """Run one test; return "" where it passed, else what failed."""
    if not _is_plain(item):
        return _run_by_protocol(item)
    try:
        made = item.obj(**(item.callspec.params if hasattr(item, "callspec") else {}))
    except (TargetTimeout, MemoryError):
        raise
    except (Skipped, XFailed) as skip:
        raise Refused(f"{item.name} skips itself") from skip
    except (Exit, SystemExit, KeyboardInterrupt) as leave:
        raise Refused(f"{item.name} tries to end the run") from leave
    except BaseException as error:  # noqa: BLE001
        return f"{type(error).__name__}: {str(error)[:150]}"
    if made is not None:
        raise Refused(f"{item.name} returns a value and asserts nothing by it")
    return ""


def _run_by_protocol(item: object) -> str:
    """Run one test through pytest's setup, call and teardown."""
    try:
        reports = runtestprotocol(item, log=False, nextitem=None)
    except (Exit, SystemExit, KeyboardInterrupt) as leave:
        raise Refused(f"{item.name} tries to end the run") from leave
    for report in reports:
        if report.skipped:
            raise Refused(f"{item.name} skips itself")
        if report.failed:
            return str(report.longrepr).strip().rsplit("\n", 1)[-1][:200]
    return ""


def _fingerprint() -> list:
    """What a suite must leave as it was: builtins, pytest's outward functions, ours."""
    places = (builtins, pytest, sys.modules["_pytest.runner"], sys.modules["_pytest.outcomes"], types, signal, os)
    return [(place.__name__, name, id(thing)) for place in places for name, thing in sorted(vars(place).items())
            if name not in ("_", "__warningregistry__")]  # fmt: skip


def prepare() -> None:
    """Build pytest's configuration and run it once, so that jobs find all of it loaded."""
    global RUNNER
    RUNNER = Runner()
    for item in RUNNER.collect(compile(WARM_UP, "<warm-up>", "exec")):
        if said := run_item(item):
            raise OSError(f"pytest's positive control failed: {said}")


def run(request: dict, reporter: object, load: object) -> None:
    """Run the suite on every target and report; a refusal takes the place of all results."""
    runner, before = RUNNER, _fingerprint()
    sources, module, cpu_s = request["targets"], request["module"], request["target_cpu_s"]
    try:
        code = compile(request["suite"], "<suite>", "exec")
        results = []
        for source in sources:
            results.append(runner.run_target(code, load, source, module, cpu_s))
            reporter.send("target", results[-1])
        for source, result in reversed(list(zip(sources, results, strict=True))):
            if result[0] != "timed_out" and runner.run_target(code, load, source, module, cpu_s) != result:
                raise Refused("the outcome on one target depends on which ran before")
        if _fingerprint() != before:
            raise Refused("the suite changes the runner or builtins")
    except Refused as refusal:
        reporter.send("refused", str(refusal))
    except (SyntaxError, ValueError) as error:
        reporter.send("refused", f"the file does not parse: {error}")
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever the suite raises while it is collected
        reporter.send("refused", f"the file cannot be collected: {type(error).__name__}: {error}"[:300])
    reporter.send("done", len(sources))
