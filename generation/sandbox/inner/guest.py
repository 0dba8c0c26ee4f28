"""Run one job of calls: the last code of ours before untrusted code takes over the process.

In: a request (JSON) on file 0. Out: lines on the result file, each opened by the request's nonce:
one JSON list of outcomes an input, then "done". The code run here may forge any of it: all that it
gains is to state values, which the host reads as literals and compares with values kept outside.
"""

import builtins
import json
import os
import sys
import types

RESULT_FILE = 3
KNOWN_ERRORS = {
    name: kind for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
}
TYPE_NAME = type.__dict__["__name__"].__get__


def read_request() -> dict:
    """Return the request from file 0, read to its end."""
    parts = []
    while part := os.read(0, 1 << 16):
        parts.append(part)
    return json.loads(b"".join(parts))


class Reporter:
    """Writes framed lines to the result file."""

    def __init__(self, nonce: str):
        self._nonce = nonce

    def send(self, word: str, body: object) -> None:
        """Write one line: nonce, word, JSON."""
        data = f"{self._nonce} {word} {json.dumps(body)}\n".encode()
        while data:
            data = data[os.write(RESULT_FILE, data) :]


def name_error(error: BaseException) -> str:
    """Return the exception type's bare name; a look-alike of a builtin is told from the builtin."""
    kind = type(error)
    name = TYPE_NAME(kind)
    return name if KNOWN_ERRORS.get(name, kind) is kind else f"lookalike.{name}"


def call(values: types.ModuleType, function: object, args: tuple) -> list:
    """Call once; return [value, raised, args_after]."""
    before = values.encode(args)
    try:
        result = function(*args)
    except BaseException as error:  # whatever the job raises is its outcome  # noqa: BLE001
        if isinstance(error, MemoryError):
            raise
        value, raised = None, name_error(error)
    else:
        raised = None
        try:
            value = values.encode(result)
        except (values.ForeignValue, ValueError, RecursionError, RuntimeError):
            value, raised = None, "ForeignValue"
    try:
        after = values.encode(args)
    except (values.ForeignValue, ValueError, RecursionError, RuntimeError):
        return [None, "ForeignValue", ""]
    return [value, raised, after if after != before else ""]


def call_class(values: types.ModuleType, made: object, given: tuple) -> list:
    """Make an object and operate on it; return one outcome for __init__ and one an operation."""
    init_args, operations = given
    kept = []

    def construct(*args: object) -> None:
        kept.append(made(*args))

    outcomes = [call(values, construct, init_args)]
    if kept:
        for method, args in operations:
            outcomes.append(call(values, lambda *a, m=method: getattr(kept[0], m)(*a), args))
    return outcomes


def load(source: str, name: str, code_maker: object = compile) -> types.ModuleType:
    """Execute source as a module of that name, its text shown nowhere."""
    module = types.ModuleType(name)
    module.__dict__["__builtins__"] = builtins  # the common ones, not this file's own
    sys.modules[name] = module
    exec(code_maker(source, f"<{name}>", "exec"), module.__dict__)  # noqa: S102
    return module


def run(request: dict, reporter: Reporter, values: types.ModuleType, steps: types.ModuleType) -> None:
    """Run a job of calls and report each input's outcomes; MemoryError comes through."""
    counter = steps.Counter() if request["count_steps"] else None
    inputs = request["inputs"]
    try:
        module = load(request["source"], "solution", counter.compile if counter else compile)
        target = getattr(module, request["entry_point"])
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever the source raises
        reporter.send("unloaded", f"{name_error(error)}: {error}"[:300])
        return
    for text in inputs:
        args = values.decode(text)
        if counter:
            counter.reset()
        outcomes = call_class(values, target, args) if request["kind"] == "class" else [call(values, target, args)]
        reporter.send("input", [outcomes, counter.read() if counter else 0])
    reporter.send("done", len(inputs))


def main(values: types.ModuleType, steps: types.ModuleType, suite: types.ModuleType | None) -> None:
    """Read the request and run it; never returns."""
    request = read_request()
    sys.argv = ["job"]
    reporter = Reporter(request["nonce"])
    try:
        if request["mode"] == "suite":
            suite.run(request, reporter, load)
        else:
            run(request, reporter, values, steps)
    except MemoryError:
        reporter.send("memory", None)
    os._exit(0)
