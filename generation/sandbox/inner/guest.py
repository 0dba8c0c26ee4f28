"""Run one job of calls: the last code of ours before untrusted code takes over the process.

In: a request (marshal, from the host) on file 0. Out: lines of fields on the result file, each opened
by the request's nonce: one line an input with its outcomes, then "done". The code run here may forge
any of it: all that it gains is to state values, which the host reads as literals and compares with
values kept outside.
"""

import builtins
import marshal
import os
import sys
import types

RESULT_FILE = 3
KNOWN_ERRORS = {
    name: kind for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
}
LITERAL_NAMES = {
    "__builtins__": {},
    "set": set,
    "frozenset": frozenset,
    "nan": float("nan"),
    "inf": float("inf"),
    "nanj": complex(0, float("nan")),
    "infj": complex(0, float("inf")),
}
FOREIGN = "rForeignValue"
TYPE_NAME = type.__dict__["__name__"].__get__


def read_request() -> dict:
    """Return the request from file 0, read to its end."""
    parts = []
    while part := os.read(0, 1 << 16):
        parts.append(part)
    return marshal.loads(b"".join(parts))


def read_input(text: str) -> tuple:
    """Return an input made anew of its text, which the host has found to be a literal: `eval` is its fast reader."""
    return eval(text, dict(LITERAL_NAMES))


class Reporter:
    """Writes framed lines to the result file."""

    def __init__(self, nonce: str):
        self._nonce = nonce

    def send(self, word: str, *fields: str) -> None:
        """Write one line: nonce, word and fields, a tab between each."""
        line = "\t".join([self._nonce, word, *[field.replace("\t", " ").replace("\n", " ") for field in fields]])
        data = (line + "\n").encode("utf-8", "backslashreplace")
        while data:
            data = data[os.write(RESULT_FILE, data) :]


def name_error(error: BaseException) -> str:
    """Return the exception type's bare name; a look-alike of a builtin is told from the builtin."""
    kind = type(error)
    name = TYPE_NAME(kind)
    return name if KNOWN_ERRORS.get(name, kind) is kind else f"lookalike.{name}"


def call(values: types.ModuleType, function: object, args: tuple) -> tuple[str, str]:
    """Call once; return "v" and the value or "r" and what was raised, and the changed arguments or ""."""
    before = values.encode(args)
    try:
        result = function(*args)
    except BaseException as error:  # whatever the job raises is its outcome
        if isinstance(error, MemoryError):
            raise
        came = "r" + name_error(error)
    else:
        try:
            came = "v" + values.encode(result)
        except (values.ForeignValue, ValueError, RecursionError, RuntimeError):
            came = FOREIGN
    try:
        after = values.encode(args)
    except (values.ForeignValue, ValueError, RecursionError, RuntimeError):
        return FOREIGN, ""
    return came, after if after != before else ""


def call_class(values: types.ModuleType, made: object, given: tuple) -> list[tuple[str, str]]:
    """Make an object and operate on it; return what `call` does for __init__ and for each operation."""
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
    exec(code_maker(source, f"<{name}>", "exec"), module.__dict__)
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
        args = read_input(text)
        if counter:
            counter.reset()
        outcomes = call_class(values, target, args) if request["kind"] == "class" else [call(values, target, args)]
        fields = [field for outcome in outcomes for field in outcome]
        reporter.send("input", str(counter.read()) if counter else "0", *fields)
    reporter.send("done")


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
        reporter.send("memory")
    os._exit(0)
