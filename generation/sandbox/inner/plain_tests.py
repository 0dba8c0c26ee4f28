"""Call a suite's plain tests by name, without pytest's collection: what it found on one target, on the next.

In: the list that `describe` made of pytest's own items, and a suite executed anew. Out: (name, call)
pairs. Only tests whose every argument comes from plain `parametrize` marks: all else goes by pytest.
"""

import itertools
import types
from collections.abc import Callable, Iterator

import pytest

DIRECT = "get_direct_param_fixture_func"  # pytest's stand-in fixture for a plain parameter


class NotPlain(Exception):
    """A test needs more than its parameters."""


def is_plain(item: pytest.Item) -> bool:
    """Tell whether an item needs nothing of pytest but its parameters."""
    if type(item) is not pytest.Function or item.get_closest_marker("usefixtures"):
        return False
    given = item.callspec.params if hasattr(item, "callspec") else {}
    if set(item.fixturenames) - set(given):
        return False
    definitions = item._fixtureinfo.name2fixturedefs
    return all(fixture.func.__name__ == DIRECT for name in given for fixture in definitions.get(name, ()))


def describe(items: list[pytest.Item]) -> list[list] | None:
    """Return [class or "", function, number of calls] of each test function, or None where one is not plain."""
    found: dict[tuple[str, str], int] = {}
    for item in items:
        marked = {mark.name for mark in item.iter_markers()} - {"parametrize"}
        own = {mark.name for mark in getattr(item.obj, "pytestmark", ())} if hasattr(item, "obj") else set()
        if not is_plain(item) or marked or (hasattr(item, "callspec") and "parametrize" not in own):
            return None
        holder = item.parent
        if type(holder) is pytest.Class and type(holder.parent) is pytest.Class:
            return None
        key = (holder.name if type(holder) is pytest.Class else "", item.originalname)
        found[key] = found.get(key, 0) + 1
    return [[holder, name, count] for (holder, name), count in found.items()]


def bind(module: types.ModuleType, described: list[list]) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield (name, call) of each described test in a freshly executed suite; NotPlain where it differs."""
    for holder, name, count in described:
        made = getattr(module, holder)() if holder else module
        function = getattr(made, name)
        given = list(expand(function))
        if len(given) != count:
            raise NotPlain(name)
        for number, arguments in enumerate(given):
            yield (f"{name}[{number}]" if len(given) > 1 else name), lambda f=function, a=arguments: f(**a)
            if holder and number + 1 < len(given):  # pytest makes an object a test
                function = getattr(getattr(module, holder)(), name)


def expand(function: Callable[..., object]) -> Iterator[dict[str, object]]:
    """Yield the arguments of each call that a function's parametrize marks ask for; NotPlain for more than that."""
    axes = []
    for mark in getattr(function, "pytestmark", ()):
        if mark.name != "parametrize" or set(mark.kwargs) - {"ids"} or len(mark.args) != 2:
            raise NotPlain(mark.name)
        names, rows = mark.args
        names = [name.strip() for name in names.split(",") if name.strip()] if isinstance(names, str) else list(names)
        axes.append([dict(zip(names, read_row(row, len(names)), strict=True)) for row in rows])
    for chosen in itertools.product(*axes):
        yield {name: value for part in chosen for name, value in part.items()}


def read_row(row: object, width: int) -> tuple:
    """Return the values of one row of parameters."""
    if hasattr(row, "marks") and hasattr(row, "values"):  # pytest.param(...)
        if row.marks:
            raise NotPlain("a marked parameter")
        return tuple(row.values)
    return (row,) if width == 1 else tuple(row)
