"""Examples in docstrings: a long call stands over several lines, and doctest still reads it as one."""

import doctest

from generation.tasks.documenting import MAX_EXAMPLE_CHARS, _prompted


def test_a_long_call_is_one_example_over_several_lines():
    """Every line fits, the first has `>>>` and the others `...`, and the source is the same call."""
    call = "charges_by_crew([{'crew': 'yellow', 'apples': 44, 'grade': 'juice'}], [('yellow', 3), ('blue', 4)], 12)"
    text = _prompted(call)
    (example,) = doctest.DocTestParser().get_examples(text + "\n{'yellow': 132}")
    assert text.count("\n") > 2
    assert all(len(line) <= MAX_EXAMPLE_CHARS + 4 for line in text.split("\n"))
    assert "".join(example.source.split()).replace(",)", ")") == "".join(call.split())
    assert _prompted("f(1)") == ">>> f(1)"
