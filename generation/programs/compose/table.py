"""A list of records as an argument: its form in code, its words, its values.

In: a domain, the roles that a tree needs, a form. Out: annotations, loop heads, field access,
drawn values, and the same values read back as plain dicts by role (for oracles).
Forms: "tuples" (unpacked in loops), "dicts" (string keys), "mapping" (identifier -> tuple).
"""

from dataclasses import dataclass
from functools import cached_property
from random import Random

from generation.programs.compose.english import a, both
from generation.programs.compose.vocabulary import ROLES, Domain, annotation_of, make_drawer
from generation.programs.program import Param

FORMS = ("tuples", "dicts", "mapping")
LENGTHS = (0, 1, 7, 15, 30, 31, 60, 95)  # of end minus start


@dataclass(frozen=True)
class Table:
    """One list of records. `roles` are in the domain's order, the identifier first."""

    domain: Domain
    roles: tuple[str, ...]
    form: str

    @cached_property
    def inner(self) -> tuple[str, ...]:
        """The roles inside one record (without the mapping's key)."""
        return self.roles[1:] if self.form == "mapping" else self.roles

    @cached_property
    def _names(self) -> dict[str, str]:
        """The fields' names in code by role."""
        return {role: getattr(self.domain, role).name for role in self.roles}

    @cached_property
    def _drawers(self) -> tuple:
        return tuple((role, make_drawer(self.domain, role)) for role in self.roles)

    @property
    def annotation(self) -> str:
        """The argument's annotation."""
        if self.form == "dicts":
            return "list[dict]"
        parts = ", ".join(annotation_of(role) for role in self.inner)
        return f"dict[str, tuple[{parts}]]" if self.form == "mapping" else f"list[tuple[{parts}]]"

    def ref(self, role: str) -> str:
        """Return the expression for a field inside a loop over the table."""
        name = getattr(self.domain, role).name
        return f'{self.domain.var}["{name}"]' if self.form == "dicts" else name

    def head(self, used: set[str], source: str = "") -> str:
        """Return `for … in …` without a colon; fields that the loop does not use become `_`."""
        source = source or self.domain.vars
        if self.form == "dicts":
            return f"for {self.domain.var} in {source}"
        names = [getattr(self.domain, role).name if role in used else "_" for role in self.inner]
        if self.form == "tuples":
            return f"for {', '.join(names)} in {source}"
        if set(names) == {"_"}:
            return f"for {self.ref('ident')} in {source}"
        body = f"({', '.join(names)})" if len(names) > 1 else f"({names[0]},)"
        if "ident" not in used:
            return f"for {', '.join(names) if len(names) > 1 else names[0] + ','} in {source}.values()"
        return f"for {self.ref('ident')}, {body} in {source}.items()"

    def param(self) -> Param:
        """Return the argument's description: the order or the keys of its fields."""
        many = self.domain.many
        fields = [getattr(self.domain, role) for role in self.inner]
        nouns = [f.yes.removeprefix("that ") if not hasattr(f, "noun") else f.noun for f in fields]
        labels = [
            f"{f.name} (whether they {noun})"
            if not hasattr(f, "noun")
            else f.name
            if f.name == noun
            else f"{f.name} ({noun})"
            for f, noun in zip(fields, nouns, strict=True)
        ]
        if self.form == "dicts":
            meaning = f"the {many}, one dict each with the {'key' if len(labels) == 1 else 'keys'} {both(labels)}"
        else:
            plain = ", ".join(n if hasattr(f, "noun") else f.name for f, n in zip(fields, nouns, strict=True))
            flags = [
                f"{f.name} tells whether they {n}" for f, n in zip(fields, nouns, strict=True) if not hasattr(f, "noun")
            ]
            shape = f"{a(plain)[: -len(plain)]}({plain}{',' if len(fields) == 1 else ''}) tuple"
            meaning = (
                f"the {many}, each {shape}"
                if self.form == "tuples"
                else (f"the {many}: {self.domain.ident.noun} to {shape}")
            )
            meaning += f", where {flags[0]}" if flags else ""
        return Param(self.domain.vars, self.annotation, meaning)

    def draw_records(self, rng: Random, size: int) -> list[dict]:
        """Return `size` records by role; an end never lies before its start."""
        random, drawers = rng.random, self._drawers
        records = [{role: draw(random) for role, draw in drawers} for _ in range(size)]
        if "start" in self.roles and "end" in self.roles:
            top = self.domain.end.high
            for record in records:
                record["end"] = min(top, record["start"] + LENGTHS[int(random() * len(LENGTHS))])
        if "plan" in self.roles and "amount" in self.roles:
            for record in records:
                if random() < 0.25:
                    record["plan"] = record["amount"]
        return records

    def pack(self, records: list[dict]):
        """Return records by role as the argument's value."""
        if self.form == "dicts":
            names = self._names.items()
            return [{name: record[role] for role, name in names} for record in records]
        inner = self.inner
        packed = [tuple([record[role] for role in inner]) for record in records]
        if self.form == "tuples":
            return packed
        return {record["ident"]: body for record, body in zip(records, packed, strict=True)}

    def read(self, value) -> list[dict]:
        """Return the argument's value as records by role."""
        if self.form == "dicts":
            names = self._names.items()
            return [{role: record[name] for role, name in names} for record in value]
        roles = self.roles
        if self.form == "tuples":
            return [dict(zip(roles, record, strict=True)) for record in value]
        return [dict(zip(roles, (k, *body), strict=True)) for k, body in value.items()]


def make_table(domain: Domain, roles: set[str], form: str) -> Table:
    """Return the Table of the needed roles; a mapping always has the identifier, every record two fields."""
    needed = set(roles)
    if form == "mapping" or len(needed) < 2:
        needed.add("ident")
    if len(needed) < 2:
        needed.add("key")
    return Table(domain, tuple(role for role in ROLES if role in needed), form)
