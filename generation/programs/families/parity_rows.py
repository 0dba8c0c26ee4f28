"""Guard numbers by parity bits. Choices: even or odd parity, where the bit goes, what is done with broken ones."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.layout import MAX_COLUMNS, lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "bits"
SPACE = {
    "parity": ("even", "odd"),
    "place": ("low", "high"),
    "task": ("protect", "recover", "suspects"),
    "wrong": ("raise", "pass_over"),
    "idiom": ("loop", "comprehension"),
}


class Line(NamedTuple):
    """One domain: entry noun, one number and several, who needs it."""

    domain: str
    noun: str
    one: str
    many: str
    context: str


LINES = (
    Line("punched tape", "tape", "row", "rows", "A museum reads punched tape whose rows carry a parity bit."),
    Line("garden sensors", "sensor", "reading", "readings", "Garden sensors send readings over a noisy wire with a parity bit."),
    Line("model rocket", "telemetry", "word", "words", "A model rocket sends words by radio, each with a parity bit."),
)  # fmt: skip


class Asked(NamedTuple):
    """What is asked for. even: so is the number of ones; low: the parity bit is the lowest; raising: else passed over."""

    even: bool
    low: bool
    task: str
    raising: bool

    @property
    def protect(self) -> bool:
        return self.task == "protect"

    @property
    def annotation(self) -> str:
        return "list[tuple[int, int]]" if self.task == "suspects" else "list[int]"


LOOP = """
def $entry($many: list[int], width: int) -> $annotation:
    $out: $annotation = []
    for $where in $source:
        if not 0 <= $one < $limit:
            $bad
        $why
        $step
    return $out
"""
COMPREHENSION = """
def $entry($many: list[int], width: int) -> $annotation:
    $guard
    $why
    $answer
"""
GUARD = """
if not all(0 <= $one < $limit for $one in $many):
    raise ValueError("a $one does not fit")
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    line = rng.choice(LINES)
    asked = Asked(choice["parity"] == "even", choice["place"] == "low", choice["task"], choice["wrong"] == "raise")
    verb = {"protect": "protect", "recover": "recover", "suspects": "suspect"}[asked.task]
    entry = f"{verb}_{line.noun}_{line.many}"
    write = _write_loop if choice["idiom"] == "loop" else _write_comprehension
    return Draft(
        entry_point=entry,
        spec=_tell(line, asked),
        commented=lay_out(write(line, entry, asked)),
        oracle=_make_oracle(asked),
        draw_input=lambda rng: _draw_input(rng, asked.protect),
        edge_inputs=EDGES,
        domain=line.domain,
        idiom=choice["idiom"],
        complexity="O(n)",
        complexity_terms=f"n is the number of {line.many}",
    )


def _write_loop(line: Line, entry: str, asked: Asked) -> str:
    out = {"protect": "protected", "recover": "recovered", "suspects": "suspects"}[asked.task]
    item, test = _item(line.one, asked), _test(line.one, asked)
    failed = f'raise ValueError(f"{{{line.one}}} does not fit")'
    return fill(
        LOOP,
        entry=entry,
        many=line.many,
        one=line.one,
        annotation=asked.annotation,
        out=out,
        where=_where(line.one, asked),
        source=_source(line.many, asked),
        limit=_limit(asked),
        bad=failed if asked.raising else "continue",
        why=_why(asked),
        step=f"if {test}:\n    {out}.append({item})" if test else f"{out}.append({item})",
    )


def _write_comprehension(line: Line, entry: str, asked: Asked) -> str:
    one, many, limit = line.one, line.many, _limit(asked)
    tests = [] if asked.raising else [f"0 <= {one} < {limit}"]
    tests += [_test(one, asked)] if _test(one, asked) else []
    parts = [_item(one, asked), f"for {_where(one, asked)} in {_source(many, asked)}"]
    parts += [f"if {' and '.join(tests)}"] if tests else []
    return fill(
        COMPREHENSION,
        entry=entry,
        many=many,
        annotation=asked.annotation,
        guard=fill(GUARD, one=one, many=many, limit=limit) if asked.raising else "",
        why=_why(asked),
        answer=_join(parts),
    )


def _join(parts: list[str]) -> str:
    """Return the parts of a comprehension as a list to return, in one line, between two, or each in its own."""
    flat = " ".join(parts)
    if len(f"    return [{flat}]") <= MAX_COLUMNS:
        return f"return [{flat}]"
    inner = [flat] if len(f"        {flat}") <= MAX_COLUMNS else parts
    return "return [\n" + "".join(f"    {part}\n" for part in inner) + "]"


def _limit(asked: Asked) -> str:
    return "1 << width" if asked.protect else "1 << (width + 1)"


def _where(one: str, asked: Asked) -> str:
    return f"place, {one}" if asked.task == "suspects" else one


def _source(many: str, asked: Asked) -> str:
    return f"enumerate({many})" if asked.task == "suspects" else many


def _why(asked: Asked) -> str:
    right, wrong = ("even", "odd") if asked.even else ("odd", "even")
    if asked.protect:
        return f"# One more bit makes the number of ones {right}."
    return f"# An {wrong} number of ones betrays a flipped bit."


def _item(one: str, asked: Asked) -> str:
    """Return what goes into the result for a number."""
    if asked.protect:
        parity = f"{one}.bit_count() % 2" if asked.even else f"(1 - {one}.bit_count() % 2)"
        return f"{one} << 1 | {parity}" if asked.low else f"{parity} << width | {one}"
    bare = f"{one} >> 1" if asked.low else f"{one} & ((1 << width) - 1)"
    return f"(place, {bare})" if asked.task == "suspects" else bare


def _test(one: str, asked: Asked) -> str:
    """Return the condition for a number to give something; "" where each does."""
    comparison = {
        ("recover", True): "== 0",
        ("recover", False): "== 1",
        ("suspects", True): "!= 0",
        ("suspects", False): "== 0",
    }
    return "" if asked.protect else f"{one}.bit_count() % 2 {comparison[asked.task, asked.even]}"


def _tell(line: Line, asked: Asked) -> Spec:
    one, many = line.one, line.many
    title, summary, returns = {
        "protect": (f"{many} with parity bits", f"Add a parity bit to each of the {many}.", f"the protected {many} in the same order"),
        "recover": (f"the undamaged {many} without their parity bits", f"Return the undamaged {many} without their parity bits.", f"the {many} in the same order"),
        "suspects": (f"the places of damaged {many} and what they hold", f"Return the places of the damaged {many}, with what each of them holds.", f"pairs of the place and what the damaged {one} holds, by place"),
    }[asked.task]  # fmt: skip
    given = f"the {many}" if asked.protect else f"the protected {many}, some of them damaged"
    bounds = "0 and 2 ** `width` - 1" if asked.protect else "0 and 2 ** (`width` + 1) - 1"
    return Spec(
        title=title,
        summary=summary,
        rules=_rules(one, asked, bounds),
        params=(
            Param(many, "list[int]", given),
            Param("width", "int", f"how many bits a {one} has without its parity bit, at least 1"),
        ),
        returns=returns,
        return_annotation=asked.annotation,
        raises=(Raises("ValueError", f"any number is not between {bounds}"),) if asked.raising else (),
        context=line.context,
    )


def _rules(one: str, asked: Asked, bounds: str) -> tuple[str, ...]:
    side = "lowest bit, below the others" if asked.low else "highest bit, above the others"
    kind = "even" if asked.even else "odd"
    damaged = {
        "protect": (),
        "recover": (f"One whose number of ones is not {kind} is damaged and left out.",),
        "suspects": (f"One whose number of ones is not {kind} is damaged. Places are counted from 0, over all of the list; what it holds are its bits as they came, without the parity bit.",),
    }[asked.task]  # fmt: skip
    return (
        f"A protected {one} has `width` + 1 bits: the {one} itself and a parity bit as the {side}, which makes the number of ones among all of them {kind}.",
        *(() if asked.raising else (f"A number that is not between {bounds} is passed over.",)),
        *damaged,
    )


def _make_oracle(asked: Asked) -> Callable[[list[int], int], list]:
    def oracle(numbers: list[int], width: int) -> list:
        """Write the bits as text and count its ones."""
        size, out = width if asked.protect else width + 1, []
        for place, number in enumerate(numbers):
            if number < 0 or number > 2**size - 1:
                if asked.raising:
                    raise ValueError("range")
                continue
            text = format(number, "b").rjust(size, "0")
            bare = int((text[:-1] if asked.low else text[1:]) or "0", 2)
            right = text.count("1") % 2 == (0 if asked.even else 1)
            if asked.protect:
                bit = "0" if right else "1"
                out.append(int(text + bit if asked.low else bit + text, 2))
            elif asked.task == "recover" and right:
                out.append(bare)
            elif asked.task == "suspects" and not right:
                out.append((place, bare))
        return out

    return oracle


EDGES = (
    ([], 4), ([0], 1), ([1], 1), ([2], 1), ([3], 1), ([4], 1), ([-1], 3), ([5, 6, 7], 3), ([8, 9, 15], 3), ([16], 3),
    ([1, -2, 2, 99, 4], 4), ([0, 0, 3], 2),
)  # fmt: skip


def _draw_input(rng: Random, protect: bool) -> tuple[list[int], int]:
    width = rng.choice((1, 2, 3, 4, 7))
    top = 1 << (width if protect else width + 1)
    numbers = [rng.randrange(top) for _ in range(rng.choice((0, 1, 2, 4, 6)))]
    if numbers and rng.random() < 0.15:
        numbers[rng.randrange(len(numbers))] = rng.choice((top, -1, top + 3))
    return (numbers, width)
