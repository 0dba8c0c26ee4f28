# ruff: noqa: E501 (sentences and tables read better on one line)
"""The spec of the lines shape in English: the grammar of a line, what is wrong, what is collected.

In: a lines tree and a Random. Out: `Words`.
"""

from random import Random

from generation.programs.compose.english import a, say, sentence
from generation.programs.compose.wording import Words
from generation.programs.program import Param, Raises, Spec

UNITS = {"whole": "", "clock": "minutes after midnight", "money": "cents", "duration": "minutes", "weight": "grams"}
FORMS = {
    "whole": "digits only",
    "clock": "hours, a colon and two digits of minutes up to 59, as in 9:05",
    "money": "digits, a point and exactly two digits, as in 12.50",
    "duration": "either minutes as in 45min or hours and two digits of minutes up to 59 as in 1h05",
    "weight": "digits followed by kg or g, as in 2kg or 350g",
}
_VERBS = {"dict": "read", "pairs": "list", "ranked": "rank", "report": "report", "best": "find_best"}
_TAILS = {
    "sum": "total",
    "mean": "average",
    "max": "largest",
    "min": "smallest",
    "last": "latest",
    "first": "first",
    "count": "count",
    "list": "all",
    "spread": "spread",
    "once": "single",
}


def write(tree, rng: Random) -> Words:
    """Return the words of one tree."""
    log, value = tree.log, _value(tree)
    summary = _summary(tree, value, say(rng, f"for each {log.key}", f"per {log.key}"))
    rules = [_layout(tree), _number(tree, rng, UNITS[tree.number])]
    rules += _section(tree, rng) + _spared(tree, rng) + _faults(tree, rng) + _counting(tree, rng) + _order(tree, rng)
    returns, annotation = _returns(tree)
    spec = Spec(
        title=f"{value} by {log.key}",
        summary=sentence(summary),
        rules=tuple(rules),
        params=tuple(_params(tree)),
        returns=returns,
        return_annotation=annotation,
        raises=tuple(_raises(tree)),
        context=say(rng, *log.contexts),
    )
    return Words(spec, _entry(tree, rng))


def _summary(tree, value: str, per: str) -> str:
    log = tree.log
    return {
        "dict": f"Read {log.many} from lines of text and return {value} {per}",
        "pairs": f"Read {log.many} from lines of text and list {value} {per}",
        "ranked": f"Read {log.many} from lines of text and rank the {log.keys} by {value}",
        "report": f"Turn lines of text into a report of {value} {per}",
        "best": f"Read {log.many} from lines of text and find the {log.key} for which {value} is largest",
    }[tree.present]


def _counting(tree, rng: Random) -> list[str]:
    """Return the rules on what counts as one key, on which lines count, and on averages."""
    log, only, rules = tree.log, _only(tree), []
    if tree.case == "lower":
        rules.append(
            say(
                rng,
                f"{log.keys.capitalize()} are turned to lower case, so that case makes no difference.",
                f"Upper and lower case of {a(log.key)} are the same; the result has them in lower case.",
            )
        )
    if only:
        rules.append(say(rng, f"Only {log.many} {only} count.", f"Count only {log.many} {only}."))
    if tree.collect == "mean":
        rules.append("An average is the sum divided by the number, rounded down.")
    return rules


def _params(tree) -> list[Param]:
    log, unit = tree.log, UNITS[tree.number]
    params = [Param(log.arg, "list[str]", f"the file's lines without line ends, one {log.one} each")]
    if tree.keep == "tag_arg":
        params.append(Param(f"wanted_{log.tag}", "str", f"the {log.tag} that counts"))
    if tree.keep == "key_arg":
        case = ", in lower case" if tree.case == "lower" else ""
        params.append(Param(f"known_{log.keys}", "set[str]", f"the {log.keys} that count{case}"))
    if tree.keep == "floor_arg":
        params.append(
            Param("at_least", "int", f"the smallest {tree.noun} that counts" + (f", in {unit}" if unit else ""))
        )
    return params


def _raises(tree) -> list[Raises]:
    raises = [Raises("ValueError", "a line that is read is malformed")] if tree.fault == "raise" else []
    if tree.collect == "once":
        raises.append(Raises("ValueError", f"{a(tree.log.key)} occurs twice among the {tree.log.many} that count"))
    return raises


def _entry(tree, rng: Random) -> str:
    log, verb, tail = tree.log, _VERBS[tree.present], _TAILS[tree.collect]
    counted = log.many if tree.collect == "count" else tree.noun.removeprefix("number of ")
    short = counted.replace(" ", "_")
    return say(rng, f"{verb}_{short}_{tail}", f"{verb}_{log.many}_by_{log.key}", f"{tail}_{short}_by_{log.key}")


def _value(tree) -> str:
    noun = tree.noun
    return {
        "sum": f"the total {noun}",
        "mean": f"the average {noun}",
        "max": f"the largest {noun}",
        "min": f"the smallest {noun}",
        "last": f"the last {noun}",
        "first": f"the first {noun}",
        "count": f"the number of {tree.log.many}",
        "list": f"every {noun} in order",
        "spread": f"the difference between the largest and the smallest {noun}",
        "once": f"the {noun}",
    }[tree.collect].replace("total number", "total number")


def _layout(tree) -> str:
    log, noun = tree.log, tree.noun
    third = f" and the {log.tag}" if tree.tagged else ""
    comma = f"the {log.key}, the {noun}{third}" if tree.tagged else f"the {log.key} and the {noun}"
    if tree.layout in ("semicolon", "comma", "pipe"):
        sign = {"semicolon": "semicolons", "comma": "commas", "pipe": "vertical bars"}[tree.layout]
        sign = (
            sign
            if tree.tagged
            else {"semicolons": "a semicolon", "commas": "a comma", "vertical bars": "a vertical bar"}[sign]
        )
        return f"A line holds {comma}, separated by {sign}; spaces around them do not matter."
    if tree.layout == "pairs":
        words = f"{log.key}=... amount=..." + (f" {log.tag}=..." if tree.tagged else "")
        return f'A line reads "{words}", in this order and separated by spaces, where the amount is the {noun}.'
    if tree.layout == "fixed":
        tail = f", and the {log.tag} the rest" if tree.tagged else "; the rest is ignored"
        return f"The {log.key} takes the first 8 columns of a line and the {noun} the next 8{tail}; spaces around them do not matter."
    if tree.layout == "colon":
        shape = f"{log.key}: {noun}" + (f" ({log.tag})" if tree.tagged else "")
        return (
            f'A line reads "{shape}".'
            if not tree.tagged
            else f'A line reads "{shape}", with ": " and " (" only in those places.'
        )
    shape = (f"[{log.tag}] " if tree.tagged else "") + f"{log.key} -> {noun}"
    return f'A line reads "{shape}"' + (
        ', with "] " and " -> " only in those places.' if tree.tagged else ', with " -> " only there.'
    )


def _number(tree, rng: Random, unit: str) -> str:
    noun = tree.noun
    if tree.number == "whole":
        return f"The {noun} is written with digits only."
    said = say(rng, f"and is counted in {unit}", f"which is converted to {unit}")
    return f"The {noun} is written as {FORMS[tree.number]}, {said}."


def _section(tree, rng: Random) -> list[str]:
    return {
        "": [],
        "header": [say(rng, "The first line is a heading and is not read.", "Skip the first line, whatever it says.")],
        "until_blank": [
            say(
                rng,
                "Reading stops at the first line that is empty or only spaces.",
                "A blank line ends the file; what follows is not read.",
            )
        ],
        "after_mark": [
            say(
                rng,
                'Reading begins after the first line that is exactly "---"; without such a line nothing is read.',
                'Everything up to the first "---" line is left out, and so is the whole file if there is none.',
            )
        ],
    }[tree.section]


def _spared(tree, rng: Random) -> list[str]:
    blank, comment = "blank lines", 'lines that begin with "#"'
    spared = tree.spared
    if tree.section == "until_blank":
        spared = {"both": "comment", "blank": "none"}.get(spared, spared)
    chosen = {"none": [], "blank": [blank], "comment": [comment], "both": [blank, comment]}[spared]
    if not chosen:
        return []
    said = " and ".join(chosen)
    return [say(rng, f"{said[0].upper()}{said[1:]} are skipped.", f"Skip {said}.")]


def _faults(tree, rng: Random) -> list[str]:
    empty = f"an empty {tree.log.key}"
    wrong = f"A line of another shape, with {empty} or with a wrongly written {tree.noun}"
    return {
        "raise": [f"{wrong} is malformed and is an error, even if it would not count."],
        "skip": [say(rng, f"{wrong} is ignored.", f"{wrong} is silently skipped.")],
        "zero": [
            f"A line of another shape or with {empty} is ignored, but a wrongly written {tree.noun} is taken as 0."
        ],
        "tell": [f"{wrong} is faulty; it adds nothing but is counted."],
    }[tree.fault]


def _only(tree) -> str:
    log, bound = tree.log, tree.bound
    unit = UNITS[tree.number]
    mark = f"{bound} {unit}".strip()
    return {
        "": "",
        "at_least": f"whose {tree.noun} is at least {mark}",
        "below": f"whose {tree.noun} is below {mark}",
        "tag_is": f'whose {log.tag} is "{tree.tag}"',
        "tag_not": f'whose {log.tag} is not "{tree.tag}"',
        "tag_arg": f"whose {log.tag} is `wanted_{log.tag}`",
        "key_arg": f"whose {log.key} is in `known_{log.keys}`",
        "floor_arg": f"whose {tree.noun} is at least `at_least`",
    }[tree.keep]


def _order(tree, rng: Random) -> list[str]:
    log = tree.log
    return {
        "dict": [],
        "pairs": [f"The entries are sorted by {log.key}, ascending."],
        "ranked": [
            say(
                rng,
                f"The largest value comes first; ties are in ascending order of the {log.key}.",
                f"Order them by value, largest first, then by {log.key}, ascending.",
            )
        ],
        "report": [
            f'A report line reads "{log.key}: value"'
            + (", the values separated by single spaces" if tree.collect == "list" else "")
            + f"; lines are sorted by {log.key} and joined by line breaks, without one at the end."
        ],
        "best": [
            say(
                rng,
                f"A tie goes to the {log.key} that is first in ascending order.",
                f"Of several equal ones take the {log.key} that sorts first.",
            ),
            f"The result is None if no {log.one} counts.",
        ],
    }[tree.present]


def _returns(tree) -> tuple[str, str]:
    log = tree.log
    kind = "list[int]" if tree.collect == "list" else "int"
    text, annotation = {
        "dict": (f"a dict from {log.key} to value", f"dict[str, {kind}]"),
        "pairs": (f"({log.key}, value) tuples", f"list[tuple[str, {kind}]]"),
        "ranked": (f"({log.key}, value) tuples", f"list[tuple[str, {kind}]]"),
        "report": ("the report as one string, empty if nothing counts", "str"),
        "best": (f"the {log.key}, or None", "str | None"),
    }[tree.present]
    if tree.fault == "tell":
        return f"a tuple: {text}; and the number of faulty lines", f"tuple[{annotation}, int]"
    return text, annotation
