"""Run one job of calls: the last code of ours before untrusted code takes over the process.

In: a request (marshal, from the host) on file 0. Out: lines of fields on the result file, each opened
by the request's nonce: one line an input with its outcomes, then "done". The code run here may forge
any of it: all that it gains is to state values, which the host reads as literals and compares with
values kept outside.
"""

import builtins
import json
import marshal
import os
import re
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
DIFFERS = re.compile(r"""["\\()]""")
THAW = marshal.loads  # kept: a job may patch the module that it shares
TYPE_NAME = type.__dict__["__name__"].__get__


def read_request() -> dict:
    """Return the request from file 0, read to its end."""
    parts = []
    while part := os.read(0, 1 << 16):
        parts.append(part)
    return marshal.loads(b"".join(parts))


class Unfit(Exception):
    """An input is not of its kind."""


def read_inputs(texts: list[str], kind: str) -> tuple[list[bytes], list[int]]:
    """Return each input's value as marshal bytes, to be made anew for its call, and how many outcomes it gives.

    All texts are read at once, before anything untrusted is in this process; the host has found no name in them.
    """
    try:
        given = [read_by_json(text) for text in texts]
        slow = [at for at, value in enumerate(given) if value is None]
        read = eval(f"[{', '.join([texts[at] for at in slow])}]", dict(LITERAL_NAMES))
        if len(read) != len(slow):
            raise Unfit("not one value a text")
        for at, value in zip(slow, read, strict=True):
            given[at] = value
        frozen = [marshal.dumps(value, 2) for value in given]
    except (SyntaxError, ValueError, TypeError, NameError, LookupError, ArithmeticError, RecursionError) as error:
        raise Unfit(f"{type(error).__name__}: {error}") from error
    if not all(type(value) is tuple for value in given):
        raise Unfit("not a tuple")
    if kind == "function":
        return frozen, [1] * len(given)
    if not all(len(value) == 2 and type(value[0]) is tuple and is_plan(value[1]) for value in given):
        raise Unfit("not (init args, ((method, args), ...))")
    return frozen, [1 + len(operations) for _, operations in given]


def read_by_json(text: str) -> tuple | None:
    """Return a tuple's text read by the json module, None where that would not be sure to mean the same.

    It reads what the compiler reads in a fraction of the time: no tuple inside, texts without quotes or escapes.
    """
    if text[:1] != "(" or text[-1:] != ")" or DIFFERS.search(text, 1, len(text) - 1):
        return None
    alone = text.endswith(",)")
    try:
        values = json.loads("[" + text[1 : -2 if alone else -1].replace("'", '"') + "]")
    except (ValueError, RecursionError):
        return None
    return None if (len(values) == 1) != alone else tuple(values)


def is_plan(operations: object) -> bool:
    """Tell whether a value is operations on an object: (method, args) pairs."""
    return isinstance(operations, tuple | list) and all(
        isinstance(pair, tuple | list) and len(pair) == 2 and type(pair[1]) is tuple for pair in operations
    )


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


def call(values: types.ModuleType, function: object, args: tuple, before: str) -> tuple[str, str]:
    """Call once; return "v" and the value or "r" and what was raised, and the changed arguments or "".

    before: the text of the arguments.
    """
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

    outcomes = [call(values, construct, init_args, values.encode(init_args))]
    if kept:
        for method, args in operations:
            before = values.encode(args)
            outcomes.append(call(values, lambda *a, m=method: getattr(kept[0], m)(*a), args, before))
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
    texts, is_class = request["inputs"], request["kind"] == "class"
    try:
        inputs, counts = read_inputs(texts, request["kind"])
    except Unfit as error:
        reporter.send("unfit", str(error)[:200])
        return
    reporter.send("counts", *map(str, counts))
    try:
        module = load(request["source"], "solution", counter.compile if counter else compile)
        target = getattr(module, request["entry_point"])
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever the source raises
        reporter.send("unloaded", f"{name_error(error)}: {error}"[:300])
        return
    for text, frozen in zip(texts, inputs, strict=True):
        args = THAW(frozen)
        if counter:
            counter.reset()
        outcomes = call_class(values, target, args) if is_class else [call(values, target, args, text)]
        if not is_class and outcomes[0][1] and outcomes[0][1] == values.encode(THAW(frozen)):
            outcomes = [(outcomes[0][0], "")]  # the text given was not the canonical one
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
        elif request["mode"] == "together":
            suite.run_together(request, reporter, load)
        elif request["mode"] == "describe":
            suite.describe(request, reporter)
        else:
            run(request, reporter, values, steps)
    except MemoryError:
        reporter.send("memory")
    os._exit(0)
