"""Run our own code in process under a step limit that does not depend on the machine.

In: source text (or a trusted callable) and inputs as values. Out: one tuple of `Outcome`s an input.
Steps are loop iterations, comprehension iterations, lambda calls and function entries, counted by
ticks that are woven into the tree; growth by multiplication is bounded as well, so that a mutant
that never ends cannot fill memory. Sets are walked in an order of ours, so that nothing depends on
the hash seed. It does not cover untrusted code (that is generation.sandbox),
nor endless work inside one C call, such as `list(itertools.count())`.
"""

import ast
import marshal
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from types import CodeType
from typing import Any, NamedTuple

from generation.programs.instrumenting import GUARDS, StepLimit, instrument
from generation.programs.set_order import SetOrder, uses_sets
from generation.values import ForeignValue, Outcome, encode

FOREIGN = "<foreign>"  # no literal reads so


class BrokenSource(Exception):
    """The source compiles, but cannot be loaded."""


def _not_counted() -> bool:
    return True


def _tick_until(limit: int, used: list[int]) -> Iterator[bool]:
    for used[0] in range(1, limit + 1):
        yield True
    raise StepLimit


class Prepared:
    """One input made ready to be run many times.

    value: the input. text: its canonical text, made when first asked for. frozen: the argument
    tuples (one for a function; init, then one an operation, for a class) as marshal bytes, from
    which each call gets its own copy, or None where nothing in them can be changed.
    """

    def __init__(self, value: tuple, frozen: tuple[bytes | None, ...]):
        self.value = value
        self.frozen = frozen

    @cached_property
    def text(self) -> str:
        return encode_quickly(self.value, self.frozen[0]) if len(self.frozen) == 1 else encode(self.value)


def prepare_input(value: tuple, kind: str = "function") -> Prepared:
    """Return the input ready to be run; ForeignValue for other than literals."""
    groups = (value,) if kind == "function" else (value[0], *(arguments for _, arguments in value[1]))
    try:
        return Prepared(value, tuple(marshal.dumps(g, 2) if _is_mutable(g) else None for g in groups))
    except ValueError as error:
        raise ForeignValue(str(error)) from error


def _is_mutable(value: Any) -> bool:
    kind = type(value)
    if kind is tuple:
        return any(_is_mutable(v) for v in value)
    return kind is list or kind is dict or kind is set


def copy_value(value: Any) -> Any:
    """Return a deep copy of a value of exact builtin types."""
    kind = type(value)
    if kind is list:
        return [copy_value(v) for v in value]
    if kind is tuple:
        return tuple([copy_value(v) for v in value])
    if kind is dict:
        return {k: copy_value(v) for k, v in value.items()}
    return set(value) if kind is set else value


class Raw(NamedTuple):
    """What one call did, not yet text: exactly one of value and raised counts.

    arguments: the argument tuple after the call where it could be changed, else None.
    """

    value: Any
    raised: str | None
    arguments: tuple | None


class Runner:
    """Compiled code, ready to be called on prepared inputs; `steps` is what the last input took.

    space: the globals of instrumented code, None for a trusted callable. sets: the order in which
    it walks its sets, None where it has none.
    """

    def __init__(
        self, target: Callable, kind: str, max_steps: int = 0, space: dict | None = None, sets: SetOrder | None = None
    ):
        self._target = target
        self._kind = kind
        self._max_steps = max_steps
        self._space = space
        self._used = [0]
        self.sets = sets

    def run_turned(self, given: Prepared) -> tuple[Raw, ...] | None:
        """Run the input with sets walked the other way round; None where the last run met no set."""
        if self.sets is None or not self.sets.met:
            return None
        self.sets.descending = True
        raws = self.run_raw(given)
        self.sets.descending = False
        return raws

    @property
    def steps(self) -> int:
        """Steps of the last input; 0 for a callable that is not instrumented."""
        return self._used[0]

    def run(self, given: Prepared) -> tuple[Outcome, ...]:
        """Return the outcomes on one input; the input itself stays as it was."""
        return make_outcomes(self.run_raw(given), given)

    def run_raw(self, given: Prepared) -> tuple[Raw, ...]:
        """Return what happened on one input without making text of it (several times faster than `run`)."""
        if self._space is not None:
            self._used[0] = 0
            if self.sets:
                self.sets.met = False
            self._space["__tick__"] = _tick_until(self._max_steps, self._used).__next__
        if self._kind == "function":
            return (_call(self._target, given.value, given.frozen[0]),)
        init, operations = given.value
        made = _call(self._target, init, given.frozen[0])
        raws = [Raw(None, made.raised, made.arguments)]
        if made.raised is None:
            for (method, arguments), frozen in zip(operations, given.frozen[1:], strict=True):
                raw = _call(getattr(made.value, method), arguments, frozen)
                # A returned list may be the object's own and change with the next call.
                raws.append(raw._replace(value=copy_value(raw.value)))
                if raw.raised == "StepLimit":
                    break
        return tuple(raws)


def _call(target: Callable, arguments: tuple, frozen: bytes | None) -> Raw:
    own = None if frozen is None else marshal.loads(frozen)
    try:
        return Raw(target(*(arguments if own is None else own)), None, own)
    except StepLimit:
        return Raw(None, "StepLimit", None)
    except Exception as error:  # noqa: BLE001 - whatever the code raises is its outcome
        return Raw(None, type(error).__name__, own)


def make_key(raws: tuple[Raw, ...]) -> bytes | None:
    """Return bytes that are equal only for equal outcomes (not: always), or None where there are none.

    Version 2 of marshal has no back references, so that equal values of equal order give equal bytes.
    """
    try:
        return marshal.dumps([tuple(raw) for raw in raws], 2)
    except ValueError:
        return None


def make_outcomes(raws: tuple[Raw, ...], given: Prepared, key: bytes | None = None) -> tuple[Outcome, ...]:
    """Return the outcomes in text for what happened on an input; `key` of the same raws makes it faster."""
    return tuple([_make_outcome(raw, frozen, key) for raw, frozen in zip(raws, given.frozen, strict=False)])


def _make_outcome(raw: Raw, frozen: bytes | None, key: bytes | None) -> Outcome:
    value, raised = None, raw.raised
    if raised is None:
        value = _encode_or_foreign(raw.value, key)
        if value == FOREIGN:
            value, raised = None, "ForeignValue"
    return Outcome(value, raised, _describe_change(raw.arguments, frozen))


def _describe_change(arguments: tuple | None, frozen: bytes | None) -> str:
    """Return the text of arguments that are no longer what they were, else ""."""
    if arguments is None or frozen is None:
        return ""
    try:
        if marshal.dumps(arguments, 2) == frozen:
            return ""
    except ValueError:
        return FOREIGN
    after = _encode_or_foreign(arguments)  # equal sets may still differ in bytes
    return "" if after == encode(marshal.loads(frozen)) else after


def _encode_or_foreign(value: Any, dumped: bytes | None = None) -> str:
    try:
        return encode_quickly(value, dumped)
    except (ForeignValue, ValueError):  # ValueError: an int of more digits than Python prints
        return FOREIGN


def encode_quickly(value: Any, dumped: bytes | None) -> str:
    """Return `encode(value)`; `dumped` is marshal's form of it (or of something that holds it), or None.

    What marshal takes is of exact builtin types, and their `repr` is their canonical text unless
    there is a set (`<` or `>` in the bytes) or one of the few other things that marshal takes.
    """
    if dumped is None or b"<" in dumped or b">" in dumped:
        return encode(value)
    text = repr(value)
    return encode(value) if "array(" in text or "<" in text or "Ellipsis" in text else text


def load_source(source: str, entry_point: str, kind: str = "function", max_steps: int = 200_000) -> Runner:
    """Compile a source once and return its Runner.

    Raises SyntaxError where it does not compile, BrokenSource where it fails at its top level or does not
    define `entry_point`.
    """
    code, has_sets = _compile_source(source)
    return make_runner([code], entry_point, kind, max_steps, has_sets)


@lru_cache(maxsize=128)
def _compile_source(source: str) -> tuple[CodeType, bool]:
    has_sets = uses_sets(source)
    return compile(instrument(ast.parse(source), has_sets), "<program>", "exec", dont_inherit=True), has_sets


def make_runner(codes: Sequence[CodeType], entry_point: str, kind: str, max_steps: int, has_sets: bool) -> Runner:
    """Run the top levels of instrumented code one after the other and return the Runner of what they define.

    Raises BrokenSource as `load_source` does.
    """
    sets = SetOrder() if has_sets else None
    space: dict[str, Any] = {
        "__name__": "program",
        **GUARDS,
        "__tick__": _not_counted,  # the module's own top level
        **(sets.names() if sets else {}),
    }
    try:
        for code in codes:
            exec(code, space)
    except (StepLimit, Exception) as error:
        raise BrokenSource(f"{type(error).__name__} at the top level") from error
    if entry_point not in space:
        raise BrokenSource(f"{entry_point} is not defined")
    return Runner(space[entry_point], kind, max_steps, space, sets)


def load_callable(target: Callable[..., Any], kind: str = "function") -> Runner:
    """Return the Runner of a trusted callable (an oracle), without a step limit."""
    return Runner(target, kind)


def run_calls(
    source: str, entry_point: str, inputs: Sequence[tuple], kind: str = "function", max_steps: int = 200_000
) -> list[tuple[Outcome, ...]]:
    """Return the outcomes of our own code on each input, in order.

    inputs: for kind "function" tuples of arguments, for "class" (init arguments, ((method, arguments), ...));
    there the first outcome is `__init__`'s (value "None") and a raising `__init__` ends the input.
    A call over `max_steps` is Outcome(raised="StepLimit"), a result of foreign type Outcome(raised="ForeignValue").
    """
    runner = load_source(source, entry_point, kind, max_steps)
    return [runner.run(prepare_input(value, kind)) for value in inputs]
