"""What a domain is: one kind of record with its fields, their words and their plausible values.

In: nothing. Out: the frozen records that `domains` fills and every shape reads. Roles, not names,
are what a tree speaks of: `amount` may be added up, `level` may only be compared, `start` comes
before `end`, `plan` is what `amount` should have been.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Text:
    """A string field: its key in code, one and several of it in English, and its values."""

    name: str
    noun: str
    nouns: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Number:
    """An int field: key, noun, unit in the plural ("" where it has none), range, sensible thresholds."""

    name: str
    noun: str
    unit: str
    low: int
    high: int
    marks: tuple[int, ...]

    def with_unit(self, number: int | str) -> str:
        """Return the number with its unit ("10 kilograms", "1 kilogram")."""
        if not self.unit:
            return str(number)
        one = self.unit[:-1] if self.unit.endswith("s") else self.unit
        return f"{number} {one if number == 1 else self.unit}"


@dataclass(frozen=True)
class Flag:
    """A bool field: key, and plural clauses for true and false ("that are fragile")."""

    name: str
    yes: str
    no: str


@dataclass(frozen=True)
class Domain:
    """One kind of record. `clock` is what start and end count ("minutes", "days", "seconds").

    excess, shortage, duration: nouns for amount above plan, amount below plan, end minus start.
    contexts: sentences that say who needs such a program.
    """

    name: str
    one: str
    many: str
    ident: Text
    key: Text
    owner: Text
    status: Text
    amount: Number
    plan: Number
    level: Number
    start: Number
    end: Number
    flag: Flag
    excess: str
    shortage: str
    duration: str
    clock: str
    contexts: tuple[str, ...]

    @property
    def var(self) -> str:
        """The loop variable for one record."""
        return self.one.replace(" ", "_").replace("-", "_")

    @property
    def vars(self) -> str:
        """The argument's name for all records."""
        return self.many.replace(" ", "_").replace("-", "_")


ROLES = ("ident", "key", "owner", "status", "amount", "plan", "level", "start", "end", "flag")
STRINGS = ("ident", "key", "owner", "status")


def make_drawer(domain: Domain, role: str) -> Callable[[Callable[[], float]], Any]:
    """Return what draws a plausible value of a role from `Random.random`; small ranges, so that ties happen."""
    field = getattr(domain, role)
    if role == "flag":
        return lambda random: random() < 0.5
    if role in STRINGS:
        values, many = field.values, len(field.values)
        return lambda random: values[int(random() * many)]
    low, high, marks, many = field.low, field.high, field.marks, len(field.marks)

    def draw_number(random: Callable[[], float]) -> int:
        if random() < 0.35:
            return min(high, max(low, marks[int(random() * many)] + int(random() * 3) - 1))
        return low + int(random() * (high + 1 - low))

    return draw_number


def annotation_of(role: str) -> str:
    """Return the annotation of a role's value."""
    return "str" if role in STRINGS else "bool" if role == "flag" else "int"
