"""Inputs with names from a program's domain in place of the letters that a family draws.

In: a Draft whose inputs hold placeholder strings, and the names that stand for them. Out: the same
Draft with those strings replaced. The names keep the placeholders' order, so that ties and sorting
come out alike in every domain: names are only there to be read.
"""

import dataclasses
from collections.abc import Sequence
from random import Random
from typing import Any

from generation.programs.family import Draft


def with_names(draft: Draft, letters: str, names: Sequence[str]) -> Draft:
    """Return the draft with each string that is one of the letters replaced by the name at its place.

    letters and names: as many of both, each in ascending order; ValueError where they are not.
    """
    if len(letters) != len(names) or list(letters) != sorted(set(letters)) or list(names) != sorted(set(names)):
        raise ValueError(f"{letters!r} and {names!r} do not go together in order")
    of = dict(zip(letters, names, strict=True))

    def draw_input(rng: Random) -> tuple:
        return rename(draft.draw_input(rng), of)

    edges = tuple(rename(edge, of) for edge in draft.edge_inputs)
    return dataclasses.replace(draft, draw_input=draw_input, edge_inputs=edges)


def rename(value: Any, names: dict[str, str]) -> Any:
    """Return the value with every string in it that is a key of `names` replaced, keys of dicts included."""
    kind = type(value)
    if kind is str:
        return names.get(value, value)
    if kind in (list, tuple, set):
        return kind(rename(item, names) for item in value)
    if kind is dict:
        return {rename(key, names): rename(item, names) for key, item in value.items()}
    return value
