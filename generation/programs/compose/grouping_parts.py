"""The pieces that the reference of a grouping tree is made of: names, fields, conditions, what a group collects.

In: a grouping tree and its Words. Out: `Parts`. Every piece is an expression or a name as source text.
"""

from dataclasses import dataclass

from generation.programs.compose.conditions import Condition
from generation.programs.compose.measures import Measure
from generation.programs.compose.table import Table


@dataclass(frozen=True)
class Bad:
    """A bad record: the test for it, the roles that the test reads, the message of the error."""

    test: str
    roles: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class Parts:
    """What the code of one tree is made of.

    roles: what the fold reads of a record. checks_first: bad records are refused before the fold.
    acc, acc_value, done: names of the accumulator, of one finished value, of all of them.
    share: sums are turned into percentages of the whole.
    """

    table: Table
    entry: str
    params: list[str]
    returns: str
    keep: Condition | None
    group: str
    aggregate: str
    measure: Measure | None
    present: str
    having: str
    having_bound: str
    prep: str
    bad: Bad
    checks_first: bool
    idiom: str
    limit: str
    key_names: tuple[str, ...]
    key_code: tuple[str, ...]
    acc: str
    roles: set[str]
    acc_value: str
    done: str
    nothing: str
    share: bool

    @property
    def key_type(self) -> str:
        """The annotation of a group's key."""
        return {"pair": "tuple[str, str]", "bucket": "int"}.get(self.group, "str")

    @property
    def key(self) -> str:
        """The key as one expression."""
        return f"({', '.join(self.key_code)})" if len(self.key_code) > 1 else self.key_code[0]

    @property
    def name(self) -> str:
        """The name of a key where it is a loop variable."""
        return "group" if len(self.key_names) > 1 else self.key_names[0]

    @property
    def collects_pairs(self) -> bool:
        """True where a group collects (number, identifier) pairs."""
        return self.aggregate.startswith(("low", "high"))

    @property
    def value(self) -> str:
        """The expression that a group collects, "" for a count."""
        ref, kind = self.table.ref, self.aggregate
        if kind == "count":
            return ""
        if self.collects_pairs:
            return f"({self._compared}, {ref('ident')})"
        roles = {"distinct": "owner", "ids": "ident", "common_first": "status", "common_name": "status"}
        return ref(roles[kind]) if kind in roles else self.measure.code(ref)

    @property
    def _compared(self) -> str:
        """The number of a pair; negated where the smallest pair must have the highest one."""
        ref = self.table.ref
        number = self.measure.code(ref) if self.measure else ref("start")
        if self.aggregate != "high_name" or self.idiom not in ("loop", "generator", "helper"):
            return number
        one_term = " " not in number or number.startswith(("max(", "min(", "abs("))
        return f"-{number}" if one_term else f"-({number})"

    @property
    def value_type(self) -> str:
        """The annotation of what a group collects."""
        if self.collects_pairs:
            return "tuple[int, str]"
        return "str" if self.aggregate in ("distinct", "ids") or self.aggregate.startswith("common") else "int"

    @property
    def pair(self) -> str:
        """The key with the value, or alone where groups are counted."""
        return f"({self.key}, {self.value})" if self.value else self.key

    @property
    def arguments(self) -> list:
        """The further arguments (`Param`) that the condition reads."""
        return [param for param, _ in (self.keep.arguments if self.keep else ())]

    @property
    def per_ident(self) -> bool:
        """True where only one record of each identifier counts; these stand in `remaining`."""
        return self.prep.endswith("per_ident")

    @property
    def head(self) -> str:
        """The loop's head over the records, without a colon."""
        return self.table.head(self.roles, "remaining.values()" if self.per_ident else "")

    @property
    def record_type(self) -> str:
        """The annotation of one record."""
        if self.table.form == "dicts":
            return "dict"
        return self.table.annotation.removeprefix("list[").removesuffix("]")

    @property
    def tests(self) -> tuple[list[str], str]:
        """The condition's parts and their joiner; skipping a bad record is one more part."""
        keep, ref = self.keep, self.table.ref
        parts = [c.code(ref) for c in keep.parts or (keep,)] if keep else []
        joiner = keep.joiner if keep else "and"
        if self.prep != "skip_negative":
            return parts, joiner
        good = self.bad.test.replace(" < ", " >= ")
        return [good, *parts] if joiner == "and" else [good, f"({' or '.join(parts)})"], "and"

    @property
    def inverse_tests(self) -> tuple[list[str], str]:
        """The parts of the condition's opposite, for `continue`, and their joiner."""
        keep, ref = self.keep, self.table.ref
        parts = [c.inverse(ref) for c in keep.parts or (keep,)] if keep else []
        joiner = "and" if keep and keep.parts and keep.joiner != "and" else "or"
        if self.prep != "skip_negative":
            return parts, joiner
        return [self.bad.test, *parts] if joiner == "or" else [self.bad.test, f"({' and '.join(parts)})"], "or"

    @property
    def clauses(self) -> list[str]:
        """The for and if clauses of a comprehension over the records that count."""
        parts, joiner = self.tests
        return [self.head, *([f"if {f' {joiner} '.join(parts)}"] if parts else [])]


def make_parts(tree, words) -> Parts:
    """Return the pieces of one tree."""
    ref, d = tree.table.ref, tree.domain
    names = {"bucket": (tree.bucket_word.split()[0],), "pair": (d.key.name, d.status.name)}
    codes = {"bucket": (f"{ref('start')} // {tree.bucket}",), "pair": (ref("key"), ref("status"))}
    share = tree.aggregate == "share"
    return Parts(
        table=tree.table,
        entry=words.entry,
        params=[f"{p.name}: {p.annotation}" for p in words.spec.params],
        returns=words.spec.return_annotation,
        keep=tree.keep,
        group=tree.group,
        aggregate="sum" if share else tree.aggregate,
        measure=tree.measure,
        present=tree.present,
        having=tree.having,
        having_bound=words.bound,
        prep=tree.prep,
        bad=_make_bad(tree),
        checks_first=tree.checks_first,
        idiom=tree.idiom,
        limit=words.limit,
        key_names=names.get(tree.group) or (getattr(d, tree.group).name,),
        key_code=codes.get(tree.group) or (ref(tree.group),),
        acc=words.acc,
        roles=tree.folded_roles,
        acc_value=words.value,
        done=words.done,
        nothing=f"no {d.many} count",
        share=share,
    )


def _make_bad(tree) -> Bad:
    ref, d = tree.table.ref, tree.domain
    if tree.uses_time:
        return Bad(f"{ref('end')} < {ref('start')}", ("start", "end"), f"{d.end.noun} before {d.start.noun}")
    role = "level" if tree.measure_name == "level" else "amount"
    return Bad(f"{ref(role)} < 0", (role,), f"negative {getattr(d, role).noun}")
