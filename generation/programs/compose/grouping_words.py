# ruff: noqa: E501 (sentences and tables read better on one line)
"""The spec of the grouping shape in English, and the names that its code uses.

In: a grouping tree and a Random. Out: `Words`. Every decision of the tree is one sentence.
"""

from dataclasses import dataclass
from random import Random

from generation.programs.compose.english import a, say, sentence
from generation.programs.program import Param, Raises, Spec


@dataclass(frozen=True)
class Words:
    """The spec and the names: entry point, accumulator, a group's value, the finished groups."""

    spec: Spec
    entry: str
    acc: str
    value: str
    done: str
    bound: str
    limit: str
    complexity: str


_ACCUMULATORS = {
    "count": "counts",
    "sum": "totals",
    "share": "totals",
    "largest": "largest",
    "smallest": "smallest",
    "distinct": "seen",
    "low": "lowest",
    "high": "highest",
}
_IRREGULAR = {"chosens": "chosen", "listeds": "listed", "usuals": "usual"}


def write(tree, rng: Random) -> Words:
    """Return the words of one tree."""
    noun, value = _value_words(tree)
    acc = _accumulator(tree, rng)
    bound = f"min_group_{value}" if tree.having == "at_least_arg" else str(tree.threshold)
    plural = _plural_key(tree)
    summary = _summary(tree, rng, noun, f" {tree.keep.clause}" if tree.keep else "")
    rules = _rules(tree, rng, noun, bound, plural)
    returns, annotation = _returns(tree, noun, plural)
    spec = Spec(
        title=_title(tree, noun),
        summary=summary,
        rules=tuple(rules),
        params=tuple(_params(tree, value, bound, plural)),
        returns=returns,
        return_annotation=annotation,
        raises=tuple(_raises(tree)),
        context=say(rng, *tree.domain.contexts),
    )
    done = _done(tree, rng, acc, value)
    limit = "limit" if tree.present == "top_arg" else str(tree.limit)
    return Words(spec, _entry(tree, rng, value), acc, value, done, bound, limit, _complexity(tree))


def _accumulator(tree, rng: Random) -> str:
    """Return the accumulator's name; what collects lists has no name of a result."""
    acc = _ACCUMULATORS.get(tree.aggregate) or _ACCUMULATORS.get(tree.aggregate.split("_")[0], "collected")
    if tree.idiom in ("guard", "defaultdict") and acc not in ("counts", "totals", "seen"):
        return say(rng, "collected", "groups")
    return acc


def _rules(tree, rng: Random, noun: str, bound: str, plural: str) -> list[str]:
    rules = _prep_rules(tree, rng)
    if tree.measure and tree.measure.rule:
        rules.append(sentence(tree.measure.rule))
    rules += _aggregate_rules(tree, rng, plural)
    if tree.having:
        rules.append(_having_rule(tree, rng, noun, bound, plural))
    return rules + _order_rules(tree, rng, noun, plural) + _empty_rules(tree, rng)


def _params(tree, value: str, bound: str, plural: str) -> list[Param]:
    params = [tree.table.param(), *(p for p, _ in (tree.keep.arguments if tree.keep else ()))]
    if tree.having == "at_least_arg":
        params.append(Param(bound, "int", f"the smallest {value} with which {a(tree.grouped_by)} is kept"))
    if tree.present == "top_arg":
        params.append(Param("limit", "int", f"the largest number of {plural} to return, 0 or more"))
    return params


def _raises(tree) -> list[Raises]:
    d, raises = tree.domain, []
    if tree.prep == "raise_negative":
        if tree.uses_time:
            bad = f"has its {d.end.noun} before its {d.start.noun}"
        else:
            bad = f"has a negative {(d.level if tree.measure_name == 'level' else d.amount).noun}"
        even = ", even one that does not count" if tree.keep else ""
        raises.append(Raises("ValueError", f"any {d.one} {bad}{even}"))
    if tree.present == "winner_raise":
        raises.append(Raises("ValueError", _nothing(tree)))
    return raises


def _done(tree, rng: Random, acc: str, value: str) -> str:
    """Return the name of the finished groups, which is neither the accumulator's nor a value's."""
    by, paired = tree.grouped_by.split()[0], tree.group == "pair"
    done = f"{value}s" if paired else say(rng, f"{value}_by_{by}", f"{value}s")
    for wrong, right in _IRREGULAR.items():
        done = done.replace(wrong, right)
    if done == acc:
        return f"final_{acc}"
    if done == value:
        return f"{done}_of" if paired else f"{done}_by_{by}"
    return done


def _complexity(tree) -> str:
    """Return the time where one pass does it all, else ""."""
    sums = tree.aggregate.split("_")[0] in ("count", "sum", "share", "largest", "smallest", "distinct")
    unsorted = tree.present in ("dict", "spread", "winner", "winner_raise")
    return "O(n)" if sums and unsorted and tree.idiom in ("loop", "guard", "defaultdict") else ""


def _plural_key(tree) -> str:
    d = tree.domain
    return {
        "key": d.key.nouns,
        "owner": d.owner.nouns,
        "status": d.status.nouns,
        "pair": "groups",
        "bucket": {"tenth of a second": "tenths of a second"}.get(tree.bucket_word, tree.bucket_word + "s"),
    }[tree.group]


def _value_words(tree) -> tuple[str, str]:
    """Return the aggregated value as a noun phrase with its article, and as a name."""
    d, kind = tree.domain, tree.aggregate
    m = tree.measure.noun if tree.measure else d.start.noun
    total = f"total {m}"
    return {
        "count": (f"the number of {d.many}", "count"),
        "sum": (f"the {total}", "total"),
        "share": (f"the share of the {total} in whole percent", "share"),
        "mean": (f"the average {m}", "average"),
        "largest": (f"the largest {m}", "peak"),
        "smallest": (f"the smallest {m}", "low"),
        "range": (f"the difference between the largest and the smallest {m}", "spread"),
        "distinct": (f"the number of different {d.owner.nouns}", "count"),
        "ids": (f"the {d.ident.nouns}", "listed"),
        "common": (f"the most common {d.status.noun}", "usual"),
        "low": (f"the {d.ident.noun} of the {d.one} with the smallest {m}", "chosen"),
        "high": (f"the {d.ident.noun} of the {d.one} with the largest {m}", "chosen"),
    }[kind.split("_")[0]]


def _summary(tree, rng: Random, noun: str, clause: str) -> str:
    d, key = tree.domain, tree.grouped_by
    per = say(rng, f"for each {key}", f"per {key}") if tree.group != "pair" else f"for each combination of {key}"
    if tree.group == "bucket":
        per += f" of the {d.start.noun}"
    only = _only(tree, rng, clause)
    present = tree.present
    if present in ("top", "top_arg"):
        how_many = "`limit`" if present == "top_arg" else str(tree.limit)
        return sentence(
            say(
                rng,
                f"Return the {how_many} {_plural_key(tree)} where {noun} is highest{only}",
                f"Rank the {_plural_key(tree)} by {noun} and return the first {how_many}{only}",
            )
        )
    if present in ("winner", "winner_raise"):
        return sentence(
            say(
                rng,
                f"Find the {key} for which {noun} is highest{only}",
                f"Return the {key} where {noun} is highest{only}",
            )
        )
    if present == "names":
        return sentence(f"List the {_plural_key(tree)} by {noun}, highest first{only}")
    if present == "spread":
        return sentence(f"Work out {noun} {per} and return how far the highest value lies above the lowest{only}")
    verb = {
        "lines": say(rng, "Report", "Write a short report of"),
        "dict": say(rng, "Return", "Work out", "Compute"),
    }.get(present, say(rng, "Return", "List", "Tabulate"))
    return sentence(f"{verb} {noun} {per}{only}")


def _only(tree, rng: Random, clause: str) -> str:
    if not clause:
        return ""
    return say(
        rng,
        f", counting only {tree.domain.many}{clause}",
        f", looking only at {tree.domain.many}{clause}",
        f", based on the {tree.domain.many}{clause}",
    )


def _prep_rules(tree, rng: Random) -> list[str]:
    d = tree.domain
    if tree.prep == "skip_negative":
        what = (
            f"whose {d.end.noun} lies before its {d.start.noun}"
            if tree.uses_time
            else (f"with a negative {(d.level if tree.measure_name == 'level' else d.amount).noun}")
        )
        return [
            say(
                rng,
                f"{a(d.one).capitalize()} {what} is a recording error and is ignored.",
                f"Ignore every {d.one} {what}.",
            )
        ]
    if tree.prep.endswith("per_ident"):
        which, other = ("last", "earlier") if tree.prep.startswith("last") else ("first", "later")
        before = say(rng, "before anything else is decided", "before the other rules apply")
        return [
            say(
                rng,
                f"Of several {d.many} with the same {d.ident.noun} only the {which} in the list stays, {before}.",
                f"Where {a(d.ident.noun)} occurs again, the {which} {d.one} counts and the {other} ones are dropped, {before}.",
            )
        ]
    return []


def _aggregate_rules(tree, rng: Random, plural: str) -> list[str]:
    d, kind = tree.domain, tree.aggregate
    out = []
    if tree.group == "bucket":
        out.append(
            f"The {tree.bucket_word} of {a(d.one)} is its {d.start.noun} divided by {tree.bucket}, rounded down."
        )
    if kind == "mean":
        out.append(
            say(
                rng,
                "Averages are rounded down to whole numbers.",
                "An average is the sum divided by the number, rounded down.",
            )
        )
    if kind == "share":
        whole = "all of them together" if not tree.keep else f"all {d.many} that count together"
        out.append(
            f"A share is 100 times the group's total divided by the total of {whole}, rounded down; it is 0 if that total is 0."
        )
    if kind == "ids":
        out.append(
            say(
                rng,
                f"Within one {tree.grouped_by} the {d.ident.nouns} are sorted and repeats are kept.",
                f"Sort the {d.ident.nouns} of a group in ascending order, repeats included.",
            )
        )
    if kind.startswith(("low", "high", "common")):
        what = {"low": d.one, "high": d.one, "common": d.status.noun}[kind.split("_")[0]]
        if kind.endswith("first"):
            out.append(
                say(
                    rng,
                    f"Among equals the {what} that comes first in the input wins.",
                    f"If several tie, take the {what} listed first.",
                )
            )
        else:
            by = f"the smallest {d.ident.noun}" if what == d.one else "the one that is first in the alphabet"
            out.append(say(rng, f"Ties go to {by}.", f"Among equals take {by}."))
    return out


def _having_rule(tree, rng: Random, noun: str, bound: str, plural: str) -> str:
    which = plural if tree.group != "pair" else "groups"
    if tree.having == "above_mean":
        return say(
            rng,
            f"Keep only {which} whose value lies strictly above the average of all {which} found.",
            f"Leave out the {which} that do not exceed the exact average over all {which} found.",
        )
    if tree.having == "not_zero":
        return say(rng, f"Drop {which} for which the value is 0.", f"The {which} that come to 0 are left out.")
    said = f"`{bound}`" if tree.having == "at_least_arg" else bound
    return say(
        rng,
        f"Keep only {which} that reach a value of at least {said}.",
        f"Leave out {which} whose value is below {said}.",
    )


def _order_rules(tree, rng: Random, noun: str, plural: str) -> list[str]:
    present = tree.present
    order = "ascending order" if tree.group == "bucket" else "alphabetical order"
    single = tree.grouped_by if tree.group != "pair" else "group"
    by_name = (
        f"the {single} that is smaller" if tree.group == "bucket" else f"the {single} that comes first in the alphabet"
    )
    if present == "pairs_key":
        return [
            say(
                rng,
                f"The entries are in {order} of the {tree.grouped_by}.",
                f"Sort the entries by {tree.grouped_by}, ascending.",
            )
        ]
    if present == "lines":
        shape = (
            f'"{tree.domain.key.noun}/{tree.domain.status.noun}: value"'
            if tree.group == "pair"
            else f'"{tree.grouped_by}: value"'
        )
        return [f"Each line reads {shape}, and the lines are sorted by {tree.grouped_by} in ascending order."]
    if present in ("pairs_desc", "top", "top_arg", "names", "pairs_asc"):
        first = "smallest" if present == "pairs_asc" else "highest"
        out = [
            say(
                rng,
                f"The {first} value comes first; equal values are in {order} of the {tree.grouped_by}.",
                f"Order them with the {first} value first and break ties by {tree.grouped_by}, ascending.",
            )
        ]
        if present.startswith("top"):
            out.append(
                say(
                    rng,
                    f"If there are fewer {plural} than that, all of them are returned.",
                    f"Fewer {plural} than asked for are no error.",
                )
            )
        return out
    if present in ("winner", "winner_raise"):
        return [say(rng, f"Of several with the same value take {by_name}.", f"A tie is won by {by_name}.")]
    return []


def _nothing(tree) -> str:
    d = tree.domain
    if tree.having:
        return f"no {tree.grouped_by} is left"
    return f"no {d.one} counts" if tree.keep or tree.prep == "skip_negative" else f"there are no {d.many}"


def _empty_rules(tree, rng: Random) -> list[str]:
    if tree.present == "winner_raise":  # the documented error says it
        return []
    what = {"dict": "an empty dict", "winner": "None", "spread": "0"}.get(tree.present, "an empty list")
    return [
        say(
            rng,
            f"If {_nothing(tree)}, the result is {what}.",
            f"Return {what} if {_nothing(tree)}.",
            sentence(f"{what} is returned if {_nothing(tree)}"),
        )
    ]


def _returns(tree, noun: str, plural: str) -> tuple[str, str]:
    key = "tuple[str, str]" if tree.group == "pair" else "int" if tree.group == "bucket" else "str"
    value = (
        "list[str]"
        if tree.aggregate == "ids"
        else "str"
        if tree.aggregate.split("_")[0] in ("low", "high", "common")
        else "int"
    )
    what = tree.grouped_by
    d = tree.domain
    if tree.present == "dict":
        left = f"({d.key.noun}, {d.status.noun}) tuples" if tree.group == "pair" else f"each {what}"
        return f"a dict from {left} to {noun}", f"dict[{key}, {value}]"
    if tree.present.startswith(("pairs", "top")):
        if tree.group == "pair":
            return f"a list of ({d.key.noun}, {d.status.noun}, value) tuples", f"list[tuple[str, str, {value}]]"
        return f"a list of ({what}, value) tuples", f"list[tuple[{key}, {value}]]"
    return {
        "lines": ("the report, a list of lines", "list[str]"),
        "names": (f"the {plural}, in order", f"list[{key}]"),
        "spread": ("the highest value minus the lowest", "int"),
        "winner": (f"the {what}, or None", f"{key} | None"),
        "winner_raise": (f"the {what}", key),
    }[tree.present]


def _title(tree, noun: str) -> str:
    if tree.present in ("winner", "winner_raise"):
        return f"the {tree.grouped_by} where {noun} is highest"
    return f"{noun} by {tree.grouped_by}"


def _entry(tree, rng: Random, value: str) -> str:
    d = tree.domain
    key = {
        "key": d.key.name,
        "owner": d.owner.name,
        "status": d.status.name,
        "bucket": tree.bucket_word.split()[0],
        "pair": "group",
    }[tree.group]
    measure = tree.measure.word if tree.measure else d.vars
    what = {
        "count": f"count_{d.vars}" if tree.present != "spread" else d.vars,
        "sum": f"total_{measure}",
        "share": f"{measure}_shares",
        "mean": f"average_{measure}",
        "largest": f"largest_{measure}",
        "smallest": f"smallest_{measure}",
        "range": f"{measure}_range",
        "distinct": f"count_{d.owner.nouns.replace(' ', '_')}",
        "ids": f"list_{d.vars}",
        "common": f"usual_{d.status.name}",
        "low": f"{'earliest' if not tree.measure else 'lowest'}_{d.var}",
        "high": f"{'latest' if not tree.measure else 'top'}_{d.var}",
    }[tree.aggregate.split("_")[0]]
    if tree.present.startswith("winner"):
        return say(rng, f"find_{key}_by_{what}", f"leading_{key}_by_{what}")
    if tree.present.startswith("top"):
        return f"top_{_plural_key(tree).replace(' ', '_')}_by_{what}"
    prefix = {"names": "rank_by_", "lines": "report_", "spread": "gap_in_"}.get(tree.present, "")
    return f"{prefix}{what}" + ("" if tree.present == "names" else f"_by_{key}")
