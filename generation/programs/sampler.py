"""From a seed and a number to a candidate program, directly and without shared state.

In: (seed, number). Out: a Program that nothing has run yet. Numbers come in blocks of BLOCK; in
each block every family has exactly one turn and the composer has the rest, in an order that
depends on the seed. A family's turn in block b takes choice b of a keyed permutation of its
space, so that no choice comes twice; when the space is used up, its turns are the composer's.
So no family can dominate, and appending a family changes no other family's numbers. Which
candidates are refused or equal is settled by the caller, in order of number.
"""

import hashlib
import importlib
import math
from functools import lru_cache
from random import Random
from types import ModuleType

from generation.programs.families import FAMILIES
from generation.programs.family import Draft, strip_comments
from generation.programs.program import Program

BLOCK = 240  # numbers a block: with 90 families they are 3/8 of the first blocks
MAX_FAMILIES = 180  # so that a quarter of every block stays the composer's
COMPOSED = "composed"
SPREAD = 400_000  # the composer's first programs, in which its small shapes still have their share


def load_family(name: str) -> ModuleType:
    """Return the family's module; ModuleNotFoundError where there is none."""
    return importlib.import_module(f"generation.programs.families.{name}")


def _axes(space: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The axes that change what a program does: all but the idiom, which changes only how it is written."""
    return {name: values for name, values in space.items() if name != "idiom"}


def count_choices(space: dict[str, tuple[str, ...]]) -> int:
    """Return how many turns a family can take: the product of its axes, the idiom left out."""
    return math.prod(len(values) for values in _axes(space).values())


def pick_choice(space: dict[str, tuple[str, ...]], index: int, key: str) -> dict[str, str]:
    """Return choice `index` (0 <= index < count_choices) of the space in the order that the key gives.

    The idiom takes turns, so that a family's idioms are used evenly.
    """
    rest = _permute(count_choices(space), key)[index]
    choice = {}
    for name, values in space.items():
        if name == "idiom":
            choice[name] = values[(index + _hash(key)) % len(values)]
        else:
            rest, at = divmod(rest, len(values))
            choice[name] = values[at]
    return choice


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:5], "big")


@lru_cache(maxsize=512)
def _permute(size: int, key: str) -> tuple[int, ...]:
    order = list(range(size))
    Random(key).shuffle(order)
    return tuple(order)


def find_turn(seed: int, number: int) -> tuple[str, int]:
    """Return (family name, index of its choice) or ("composed", index) for a number >= 0 of a seed."""
    if number < 0:
        raise ValueError(f"a program's number is 0 or more, not {number}")
    if len(FAMILIES) > MAX_FAMILIES:
        raise ValueError(f"{len(FAMILIES)} families do not fit into blocks of {BLOCK}")
    block, place = divmod(number, BLOCK)
    slot = _permute(BLOCK, f"block/{seed}/{block}")[place]
    if slot < len(FAMILIES) and block < count_choices(load_family(FAMILIES[slot]).SPACE):
        return FAMILIES[slot], block
    return COMPOSED, _scatter(seed, number)


def _scatter(seed: int, number: int) -> int:
    """Permute the first SPREAD numbers by the seed; those beyond stay as they are."""
    if number >= SPREAD:
        return number
    factor = _hash(f"factor/{seed}") % SPREAD | 1
    while math.gcd(factor, SPREAD) != 1:
        factor += 2
    return (number * factor + _hash(f"start/{seed}")) % SPREAD


def draw_program(seed: int, number: int) -> Program:
    """Return candidate `number` (>= 0) of a seed; the same arguments give the same program on every machine.

    Raises Refused where the candidate is not worth proving.
    """
    family, index = find_turn(seed, number)
    rng = Random(f"{seed}/{number}")
    if family == COMPOSED:
        composer = _load_composer()
        index %= composer.SIZE
        draft = composer.draw(index, rng)
        return build_program(draft, seed, number, composer.family_of(index), dict(composer.choice_of(index)))
    module = load_family(family)
    choice = pick_choice(module.SPACE, index, f"{seed}/{family}")
    return build_program(module.draw(choice, rng), seed, number, family, choice)


def _load_composer() -> ModuleType:
    return importlib.import_module("generation.programs.compose")


def _strip_comments(commented: str) -> str:
    """Do what `strip_comments` does, without tokenizing where each comment has a line of its own."""
    lines = commented.split("\n")
    bare = [line for line in lines if not line.lstrip().startswith("#")]
    if '"""' in commented or "'''" in commented or any("#" in line for line in bare):
        return strip_comments(commented)
    return "\n".join(bare)


def build_program(draft: Draft, seed: int, number: int, family: str, choice: dict[str, str]) -> Program:
    """Return the Program of a draft, its comments taken out for `source`."""
    return Program(
        seed=seed,
        number=number,
        family=family,
        domain=draft.domain,
        idiom=draft.idiom,
        depth=draft.depth,
        choice=tuple(choice.items()),
        kind=draft.kind,
        entry_point=draft.entry_point,
        spec=draft.spec,
        source=_strip_comments(draft.commented),
        commented=draft.commented,
        oracle=draft.oracle,
        draw_input=draft.draw_input,
        edge_inputs=draft.edge_inputs,
        complexity=draft.complexity,
        complexity_terms=draft.complexity_terms,
    )
