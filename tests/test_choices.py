"""Choices of families that once changed nothing: each value now gives another result on some input."""

import copy
import itertools
from random import Random

import pytest

from generation.programs.renaming import rename, with_names
from generation.programs.sampler import load_family

FAMILIES = ("parity_rows", "deadline_jobs", "merge_intervals")
INPUTS = 150  # drawn for each pair of choices


def _result(oracle, value):
    try:
        return repr(oracle(*copy.deepcopy(value)))
    except ValueError as error:
        return type(error).__name__


def _pairs(name):
    """Yield two drafts of a family that differ in one choice (the idiom, which is form only, left out)."""
    family = load_family(name)
    names = [key for key in family.SPACE if key != "idiom"]
    for values in itertools.product(*(family.SPACE[key] for key in names)):
        choice = dict(zip(names, values, strict=True)) | {"idiom": family.SPACE["idiom"][0]}
        for key in names:
            for other in family.SPACE[key]:
                if other > choice[key]:
                    yield key, [family.draw(one, Random(5)) for one in (choice, choice | {key: other})]


@pytest.mark.parametrize("name", FAMILIES)
def test_every_choice_changes_a_result(name):
    """Two programs that differ in one choice differ on an input, whatever the other choices are."""
    for key, (one, other) in _pairs(name):
        rng = Random(1)
        inputs = [*one.edge_inputs, *other.edge_inputs]
        inputs += [draft.draw_input(rng) for draft in (one, other) for _ in range(INPUTS // 2)]
        assert any(_result(one.oracle, value) != _result(other.oracle, value) for value in inputs), (
            key,
            one.spec.summary,
        )


def test_names_replace_whole_strings_only():
    """Letters become names in lists, tuples, sets and keys; longer strings and numbers stay."""
    names = {"a": "lamp", "b": "radio"}
    value = (["a", "ab", 3], {"b": ("a", None)}, {"a"})
    assert rename(value, names) == (["lamp", "ab", 3], {"radio": ("lamp", None)}, {"lamp"})


@pytest.mark.parametrize(
    ("letters", "names"), [("ab", ("b", "a")), ("ba", ("x", "y")), ("abc", ("x", "y")), ("aa", ("x", "y"))]
)
def test_names_must_keep_the_order_of_the_letters(letters, names):
    """Names in another order than their letters would make results depend on the domain."""
    family = load_family("deadline_jobs")
    draft = family.draw({key: values[0] for key, values in family.SPACE.items()}, Random(0))
    with pytest.raises(ValueError, match="in order"):
        with_names(draft, letters, names)
