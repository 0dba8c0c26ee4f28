"""Values as text and back, and sameness by type and content."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.values import ForeignValue, Outcome, decode, encode, same_outcome, same_value

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
HASHABLE = st.none() | st.booleans() | st.integers() | st.text() | st.tuples(st.integers(), st.text())
VALUES = st.recursive(
    SCALARS | st.sets(HASHABLE) | st.frozensets(st.integers()),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(HASHABLE, inner),
    max_leaves=12,
)


@given(VALUES)
def test_every_literal_value_comes_back_the_same(value):
    """Encoding and decoding any nesting of builtin values changes nothing, NaN and sets included."""
    assert same_value(value, decode(encode(value)))


@given(st.sets(st.text(), min_size=2))
def test_a_set_has_one_text(values):
    """A set's text does not depend on the order in which it was filled."""
    assert encode(values) == encode(set(sorted(values, reverse=True)))  # noqa: C414 (another order of filling)


class Sly(int):
    """An int that claims to equal everything."""

    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


@pytest.mark.parametrize("value", [Sly(1), object(), iter([]), {1: [Sly(2)]}, type, lambda: 1])
def test_foreign_values_are_refused(value):
    """Anything but exact builtin types cannot become an outcome, however deep it hides."""
    with pytest.raises(ForeignValue):
        encode(value)


def test_nesting_has_a_bound():
    """A value nested without end is refused instead of exhausting the stack."""
    deep: list = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(ForeignValue):
        encode(deep)


@pytest.mark.parametrize("text", ["__import__('os')", "[].append", "f()", "1 if x else 2", "[*a]", "set(x)", "", "a b"])
def test_only_literals_are_decoded(text):
    """Text that is not a literal is refused, never evaluated."""
    with pytest.raises(ValueError):
        decode(text)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (1, 1.0, False),
        (1, True, False),
        ([1], (1,), False),
        ({1: 2}, {True: 2}, False),
        ({1: 2, 3: 4}, {3: 4, 1: 2}, True),
        ({1}, {1.0}, False),
        ([0.1 + 0.2], [0.3], True),
        (math.nan, math.nan, True),
        (math.inf, -math.inf, False),
        (0.0, 1e-12, True),
        ("a", b"a", False),
        ([1, 2], [2, 1], False),
        (set(), frozenset(), False),
    ],
)
def test_sameness_is_by_type_and_content(a, b, same):
    """Values agree only with the same types all the way down, floats within a tolerance."""
    assert same_value(a, b) is same
    assert same_value(b, a) is same


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (Outcome("1"), Outcome("1"), True),
        (Outcome("1"), Outcome("2"), False),
        (Outcome("0.30000000000000004"), Outcome("0.3"), True),
        (Outcome(raised="ValueError"), Outcome(raised="ValueError"), True),
        (Outcome(raised="ValueError"), Outcome(raised="KeyError"), False),
        (Outcome("None"), Outcome(raised="ValueError"), False),
        (Outcome("1", args_after="([2],)"), Outcome("1"), False),
        (Outcome("1", args_after="([2],)"), Outcome("1", args_after="([2],)"), True),
        (Outcome("1"), Outcome("not a literal"), False),
    ],
)
def test_outcomes_agree_in_value_exception_and_arguments(a, b, same):
    """An outcome agrees only if value or exception and the arguments afterwards all agree."""
    assert same_outcome(a, b) is same
