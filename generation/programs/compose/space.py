"""From a number to a tree's choices: mixed-radix plans and how shapes share the numbers.

In: a number and the sizes of what it chooses from. Out: which one, and the rest of the number.
Everything is a bijection, so two numbers never give the same choices. Nothing here is random.
"""

from dataclasses import dataclass
from functools import cached_property
from math import gcd, prod


@dataclass(frozen=True)
class Plan:
    """One way to compose a shape: its name, its depth in steps, and the options of each slot."""

    name: str
    depth: int
    slots: tuple[tuple[str, tuple[str, ...]], ...]

    @cached_property
    def size(self) -> int:
        """How many choices the plan has."""
        return prod(len(options) for _, options in self.slots)

    def decode(self, number: int) -> dict[str, str]:
        """Return the choices of one number in [0, size), scattered so that neighbours differ in every slot."""
        number = scatter(number, self.size)
        chosen = {"plan": self.name}
        for slot, options in self.slots:
            number, digit = divmod(number, len(options))
            chosen[slot] = options[digit]
        return chosen


def make_plan(name: str, depth: int, **slots: tuple[str, ...]) -> Plan:
    """Return a Plan from keyword slots; an option listed twice would make two numbers alike, so ValueError."""
    for slot, options in slots.items():
        if len(set(options)) != len(options) or not options:
            raise ValueError(f"plan {name}: slot {slot} is empty or lists an option twice")
    return Plan(name, depth, tuple(slots.items()))


def scatter(number: int, size: int) -> int:
    """Return a bijection of [0, size) that sends neighbours far apart."""
    if size < 3:
        return number % size
    # The golden section spreads multiples evenly; the nearest coprime factor keeps it a bijection.
    factor = int(size * 0.6180339887498949) | 1
    while gcd(factor, size) != 1:
        factor += 2
    return (number * factor + size // 3) % size


def share_out(number: int, sizes: tuple[int, ...], weights: tuple[int, ...]) -> tuple[int, int]:
    """Return (which, local number): numbers are dealt in proportion to the weights until one is used up.

    sizes and weights run in parallel; what is exhausted drops out and the others share on.
    Raises IndexError where number >= sum(sizes).
    """
    used = [0] * len(sizes)
    active = list(range(len(sizes)))
    while active:
        cycle = sum(weights[i] for i in active)
        # Whole cycles until the first of the active ones could run dry.
        cycles = min((sizes[i] - used[i]) // weights[i] for i in active)
        if number < cycles * cycle:
            turn, place = divmod(number, cycle)
            for i in active:
                if place < weights[i]:
                    return i, used[i] + turn * weights[i] + place
                place -= weights[i]
        number -= cycles * cycle
        for i in active:
            used[i] += cycles * weights[i]
        # The remainder of whatever cannot fill one more cycle is dealt at once.
        for i in [i for i in active if sizes[i] - used[i] < weights[i]]:
            rest = sizes[i] - used[i]
            if number < rest:
                return i, used[i] + number
            number -= rest
            active.remove(i)
    raise IndexError("number lies beyond the space")
