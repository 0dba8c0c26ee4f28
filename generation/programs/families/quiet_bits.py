"""Measure runs of equal bits in a number. Choices: which bits, round the end or not, what is returned, which of equals."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "bits"
SPACE = {
    "bit": ("set", "clear"),
    "round": ("line", "ring"),
    "answer": ("length", "start", "count"),
    "idiom": ("shift", "text"),
}


class Row(NamedTuple):
    """One domain: entry noun, name of the number, what a bit is for, what 1 and 0 mean, who needs it."""

    domain: str
    noun: str
    number: str
    one: str
    on: str
    off: str
    context: str


ROWS = (
    Row("night watch", "watch", "rounds", "hour", "a round was made", "no round was made", "A watchman's rounds of a night are stored in one number."),
    Row("train seats", "seat", "seats", "seat", "it is taken", "it is free", "The seats of a row are stored in one number."),
    Row("rain gauge", "rain", "days", "day", "it rained", "it stayed dry", "A rain gauge stores wet and dry days in one number."),
    Row("parking bays", "bay", "bays", "bay", "it is taken", "it is free", "The bays of a car park are stored in one number."),
)  # fmt: skip


class Asked(NamedTuple):
    """What is asked for: bits that are 1 or 0, whether the row is a ring, and which answer."""

    ones: bool
    ring: bool
    answer: str

    @property
    def kind(self) -> str:
        return "set" if self.ones else "clear"

    @property
    def digits(self) -> tuple[str, str]:
        """The digit of the bits asked for and the other one."""
        return ("1", "0") if self.ones else ("0", "1")


SOURCE = """
def $entry($number: int, width: int) -> int:
    if width < 1 or not 0 <= $number < 1 << width:
        raise ValueError(f"{$number} does not fit into {width} bits")
    $body
"""
# Counting all runs at once, by ring.
COUNTS = {
    False: """
# A run begins wherever the bit below is not set.
return ($wanted & ~($wanted << 1)).bit_count()
""",
    True: """
# Turned round by one place, each bit stands over the one before it.
turned = ($wanted << 1 | $wanted >> width - 1) & ((1 << width) - 1)
if $wanted == turned:
    return int($wanted > 0)
return ($wanted & ~turned).bit_count()
""",
}
FLIP = """
# Flipped, so that the bits to look at are set.
wanted = $number ^ ((1 << width) - 1)
"""
# Walking from bit to bit, by ring.
WALKS = {
    False: """
run = longest = 0
$start
# Place 0 is the lowest bit.
for place in range(width):
    if $number >> place & 1$is_wanted:
        run += 1
        $grow
    else:
        run = 0
return $result
""",
    True: """
run = longest = 0
$start
# Twice round, so that a run across the end is met in one piece.
for place in range(2 * width):
    if $number >> place % width & 1$is_wanted:
        run += 1
        $grow
    else:
        run = 0
return $result
""",
}
TEXT = """
# The lowest bit first, as places are counted from it.
bits = f"{$number:0{width}b}"[::-1]
$answer
"""
# What is done with the bits as text, by answer and ring.
TEXT_ANSWERS = {
    ("count", False): 'return len(bits.replace("$other", " ").split())',
    ("count", True): """
if "$other" not in bits:
    return 1
# Every run is followed by a bit of the other kind, the last one by the first bit.
return (bits + bits[0]).count("$digit$other")
""",
    ("length", False): 'return max(len(run) for run in bits.split("$other"))',
    ("length", True): """
longest = max(len(run) for run in (bits + bits).split("$other"))
return min(longest, width)
""",
    ("start", False): """
longest = max(len(run) for run in bits.split("$other"))
return bits.index("$digit" * longest) if longest else -1
""",
    ("start", True): """
longest = max(len(run) for run in (bits + bits).split("$other"))
longest = min(longest, width)
return (bits + bits).index("$digit" * longest) if longest else -1
""",
}


def draw(choice: dict[str, str], rng: Random) -> Draft:
    row = rng.choice(ROWS)
    asked = Asked(choice["bit"] == "set", choice["round"] == "ring", choice["answer"])
    entry = {
        "length": f"longest_{asked.kind}_{row.noun}_run",
        "start": f"start_of_longest_{asked.kind}_{row.noun}_run",
        "count": f"count_{asked.kind}_{row.noun}_runs",
    }[asked.answer]
    if choice["idiom"] == "text":
        body = _write_text(row.number, asked)
    elif asked.answer == "count":
        body = _write_count(row.number, asked)
    else:
        body = _write_walk(row.number, asked)
    return Draft(
        entry_point=entry,
        spec=_tell(row, asked),
        commented=lay_out(fill(SOURCE, entry=entry, number=row.number, body=body)),
        oracle=_make_oracle(asked),
        draw_input=_draw_input,
        edge_inputs=EDGES,
        domain=row.domain,
        idiom=choice["idiom"],
    )


def _write_text(number: str, asked: Asked) -> str:
    digit, other = asked.digits
    answer = fill(TEXT_ANSWERS[asked.answer, asked.ring], digit=digit, other=other)
    return fill(TEXT, number=number, answer=answer)


def _write_count(number: str, asked: Asked) -> str:
    if asked.ones:
        return fill(COUNTS[asked.ring], wanted=number)
    return fill(FLIP, number=number) + fill(COUNTS[asked.ring], wanted="wanted")


def _write_walk(number: str, asked: Asked) -> str:
    if asked.answer == "length":
        start, grow = "", "longest = max(longest, run)"
        result = "min(longest, width)" if asked.ring else "longest"
    else:
        longer = "longest < run <= width" if asked.ring else "run > longest"
        start, grow = "start = -1", f"if {longer}:\n    longest, start = run, place - run + 1"
        result = "start"
    is_wanted = "" if asked.ones else " == 0"
    return fill(WALKS[asked.ring], number=number, start=start, is_wanted=is_wanted, grow=grow, result=result)


def _tell(row: Row, asked: Asked) -> Spec:
    kind = asked.kind
    title, summary, returns = {
        "length": (f"the longest run of {kind} bits", f"Return the length of the longest run of {kind} bits in a number.", "the length in bits"),
        "start": (f"where the longest run of {kind} bits starts", f"Return the place at which the longest run of {kind} bits in a number starts.", "the place, or -1"),
        "count": (f"the number of runs of {kind} bits", f"Count the runs of {kind} bits in a number.", "the number of runs"),
    }[asked.answer]  # fmt: skip
    return Spec(
        title=title,
        summary=summary,
        rules=_rules(row, asked),
        params=(Param(row.number, "int", f"the {row.number} as one number"), Param("width", "int", "the number of bits")),
        returns=returns,
        return_annotation="int",
        raises=(Raises("ValueError", "the width is less than 1, or the number is negative or needs more bits"),),
        context=row.context,
    )  # fmt: skip


def _rules(row: Row, asked: Asked) -> tuple[str, ...]:
    one, starts, ring = row.one, asked.answer == "start", asked.ring
    neighbours = "are neighbours too" if ring else "are no neighbours"
    rules = [
        f"The number has `width` bits, one for each {one}, the first {one} in the lowest bit, place 0; a bit is 1 if {row.on} and 0 if {row.off}.",
        f"A run is a longest possible row of neighbouring {asked.digits[0]} bits; the highest bit and the lowest {neighbours}.",
    ]
    if ring:
        rules.append(f"If all bits are such, they make one run{' that starts at place 0' if starts else ''}.")
    if starts:
        across = ", across the end where it has to" if ring else ""
        rules.append(f"A run starts at the place from which it goes on upwards{across}; of equally long runs the one that starts at the lowest place is taken.")  # fmt: skip
    return (*rules, f"Without any such bit the result is {-1 if starts else 0}.")


def _make_oracle(asked: Asked) -> Callable[[int, int], int]:
    def oracle(value: int, width: int) -> int:
        """List the runs from each possible start."""
        if width <= 0 or value < 0 or value >= 2**width:
            raise ValueError("width")
        bits = [value // 2**i % 2 == asked.ones for i in range(width)]
        if all(bits):
            return {"length": width, "start": 0, "count": 1}[asked.answer]
        runs = []
        for start in range(width):
            before = bits[start - 1] if start or asked.ring else False
            size = 0
            while size < width and (asked.ring or start + size < width) and bits[(start + size) % width]:
                size += 1
            if size and not before:
                runs.append((-size, start))
        if asked.answer == "count":
            return len(runs)
        best = min(runs, default=(0, -1))
        return -best[0] if asked.answer == "length" else best[1]

    return oracle


EDGES = (
    (0, 1), (1, 1), (0, 4), (15, 4), (9, 4), (6, 4), (5, 4), (0b1100111, 7), (0b0110110, 7), (0b10000001, 8),
    (16, 4), (-1, 4), (0, 0), (0b11011, 5), (0b00100, 5),
)  # fmt: skip


def _draw_input(rng: Random) -> tuple[int, int]:
    width = rng.choice((1, 3, 5, 8, 11))
    value = rng.randrange(1 << width)
    if rng.random() < 0.4:
        value &= rng.randrange(1 << width)
    if rng.random() < 0.06:
        return rng.choice(((1 << width, width), (-1, width), (0, 0)))
    return (value, width)
