"""Names of the tests in our own suites: they promise no more than the test's input shows."""

from types import SimpleNamespace

import pytest

from generation.tasks.suite_form import find_forbidden
from generation.tasks.suites import Case, write_suite
from generation.values import Outcome, encode


class First:
    """Stands in for a random source: the first choice, and no rare form."""

    def choice(self, options):
        return options[0]

    def random(self):
        return 0.9


def _suite(names, tables, *cases):
    params = tuple(SimpleNamespace(name=n) for n in names)
    spec = SimpleNamespace(params=params, methods=(), raises=())
    program = SimpleNamespace(spec=spec, kind="function", entry_point="mask")
    made = [Case(encode(value), (Outcome(value=result),), frozenset()) for value, result in cases]
    return write_suite(program, made, tables, First())


@pytest.mark.parametrize(
    ("value", "result", "name"),
    [
        (([], ["a"]), "1", "test_empty_given"),
        (([], ["a"]), "0", "test_empty_given_gives_zero"),
        (([], []), "0", "test_empty_given_and_zones_gives_zero"),
        ((["a", "b"], ["a", "b"]), "0", "test_filled_given_may_give_zero"),
        ((["a", "b"], ["a", "b"]), "[]", "test_filled_given_may_give_an_empty_list"),
        ((7, "ab"), "None", "test_result_can_be_none"),
        ((["a", "b"], ["a", "c"]), "False", "test_is_false"),
    ],
)
def test_a_name_says_what_the_input_shows(value, result, name):
    """A result of nothing is put down to what is empty in the input, or said to be possible."""
    assert list(_suite(("given", "zones"), False, (value, result)).kills) == [name]


def test_a_table_takes_no_name_that_pytest_keeps_for_itself():
    """A parameter called `request` is a fixture of pytest's: the table gives it another name."""
    text = _suite(("request", "limit"), True, ((["a"], 3), "1"), ((["b"], 4), "2")).text()
    assert "(given_request, limit, expected)" in text
    assert find_forbidden(text, "mask") is None
