"""Measure runs of equal bits in a number. Choices: which bits, round the end or not, what is returned, which of equals."""

from random import Random

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

# (domain, entry noun, number's name, what a bit is, set means, clear means, who needs it)
DOMAINS = (
    ("night watch", "watch", "rounds", "hour", "a round was made", "no round was made", "A watchman's rounds of a night are stored in one number."),
    ("train seats", "seat", "seats", "seat", "it is taken", "it is free", "The seats of a row are stored in one number."),
    ("rain gauge", "rain", "days", "day", "it rained", "it stayed dry", "A rain gauge stores wet and dry days in one number."),
    ("parking bays", "bay", "bays", "bay", "it is taken", "it is free", "The bays of a car park are stored in one number."),
)  # fmt: skip

SHIFT = """
def $entry($number: int, width: int) -> int:
    $check
    $init
    # $why
    for place in range($places):
        if $number >> $at & 1$wanted:
            run += 1
            $grow
        else:
            run = 0
    $finish
"""
TEXT = """
def $entry($number: int, width: int) -> int:
    $check
    # The lowest bit first, as places are counted from it.
    bits = f"{$number:0{width}b}"[::-1]
    $body
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, number, one, on, off, context = rng.choice(DOMAINS)
    is_set, ring, answer, shift = choice["bit"] == "set", choice["round"] == "ring", choice["answer"], choice["idiom"] == "shift"
    kind = {True: "set", False: "clear"}[is_set]
    entry = {"length": f"longest_{kind}_{noun}_run", "start": f"start_of_longest_{kind}_{noun}_run", "count": f"count_{kind}_{noun}_runs"}[answer]
    check = f'if width < 1 or not 0 <= {number} < 1 << width:\n    raise ValueError(f"{{{number}}} does not fit into {{width}} bits")'
    digit = "1" if is_set else "0"
    if answer == "count":
        if shift:
            source = number if is_set else "wanted"
            lines = [] if is_set else ["# Flipped, so that the bits to look at are set.", f"wanted = {number} ^ ((1 << width) - 1)"]
            if ring:
                lines += ["# Turned round by one place, each bit stands over the one before it.", f"turned = ({source} << 1 | {source} >> width - 1) & ((1 << width) - 1)", f"if {source} == turned:", f"    return int({source} > 0)", f"return ({source} & ~turned).bit_count()"]
            else:
                lines += ["# A run begins wherever the bit below is not set.", f"return ({source} & ~({source} << 1)).bit_count()"]
            commented = f"def {entry}({number}: int, width: int) -> int:\n" + _indent(check) + _indent("\n".join(lines))
        else:
            if ring:
                body = f'if "{"0" if is_set else "1"}" not in bits:\n    return 1\n# Every run is followed by a bit of the other kind, the last one by the first bit.\nreturn (bits + bits[0]).count("{digit}{"0" if is_set else "1"}")'
            else:
                body = f'return len(bits.replace("{"0" if is_set else "1"}", " ").split())'
            commented = fill(TEXT, entry=entry, number=number, check=check, body=body)
    else:
        if shift:
            init = "run = longest = 0" if answer == "length" else "run = longest = 0\nstart = -1"
            if answer == "length":
                grow = "longest = max(longest, run)"
                finish = "return min(longest, width)" if ring else "return longest"
            else:
                grow = "if run > longest:\n    longest, start = run, place - run + 1"
                finish = "return start"
            if ring and answer == "start":
                grow = "if longest < run <= width:\n    longest, start = run, place - run + 1"
            commented = fill(
                SHIFT,
                entry=entry, number=number, check=check, init=init,
                why="Twice round, so that a run across the end is met in one piece." if ring else "Place 0 is the lowest bit.",
                places="2 * width" if ring else "width", at="place % width" if ring else "place",
                wanted="" if is_set else " == 0", grow=grow, finish=finish,
            )  # fmt: skip
        else:
            other = "0" if is_set else "1"
            runs = "(bits + bits)" if ring else "bits"
            if answer == "length":
                body = f'longest = max(len(run) for run in {runs}.split("{other}"))\nreturn min(longest, width)' if ring else f'return max(len(run) for run in bits.split("{other}"))'
            else:
                measure = f'longest = max(len(run) for run in {runs}.split("{other}"))'
                if ring:
                    measure = f'longest = max(len(run) for run in {runs}.split("{other}"))\nlongest = min(longest, width)'
                body = f'{measure}\nreturn {runs}.index("{digit}" * longest) if longest else -1'
            commented = fill(TEXT, entry=entry, number=number, check=check, body=body)
    rules = [f"The number has `width` bits, one for each {one}, the first {one} in the lowest bit, place 0; a bit is 1 if {on} and 0 if {off}."]
    rules.append(f"A run is a longest possible row of neighbouring {'1' if is_set else '0'} bits" + ("; the highest bit and the lowest are neighbours too." if ring else "; the highest bit and the lowest are no neighbours."))
    if ring:
        rules.append("If all bits are such, they make one run" + (" that starts at place 0." if answer == "start" else "."))
    if answer == "start":
        rules.append("A run starts at the place from which it goes on upwards" + (", across the end where it has to" if ring else "") + "; of equally long runs the one that starts at the lowest place is taken.")
    none = {"length": "0", "start": "-1", "count": "0"}[answer]
    rules.append(f"Without any such bit the result is {none}.")
    spec = Spec(
        title={"length": f"the longest run of {kind} bits", "start": f"where the longest run of {kind} bits starts", "count": f"the number of runs of {kind} bits"}[answer],
        summary={"length": f"Return the length of the longest run of {kind} bits in a number.", "start": f"Return the place at which the longest run of {kind} bits in a number starts.", "count": f"Count the runs of {kind} bits in a number."}[answer],
        rules=tuple(rules),
        params=(Param(number, "int", f"the {number} as one number"), Param("width", "int", "the number of bits")),
        returns={"length": "the length in bits", "start": "the place, or -1", "count": "the number of runs"}[answer],
        return_annotation="int",
        raises=(Raises("ValueError", "the width is less than 1, or the number is negative or needs more bits"),),
        context=context,
    )  # fmt: skip

    def oracle(value: int, width: int) -> int:
        """List the runs from each possible start."""
        if width <= 0 or value < 0 or value >= 2**width:
            raise ValueError("width")
        bits = [value // 2**i % 2 == is_set for i in range(width)]
        if all(bits):
            return {"length": width, "start": 0, "count": 1}[answer]
        runs = []
        for start in range(width):
            before = bits[start - 1] if start or ring else False
            size = 0
            while size < width and (ring or start + size < width) and bits[(start + size) % width]:
                size += 1
            if size and not before:
                runs.append((-size, start))
        if answer == "count":
            return len(runs)
        best = min(runs, default=(0, -1))
        return -best[0] if answer == "length" else best[1]

    def draw_input(rng: Random) -> tuple:
        width = rng.choice((1, 3, 5, 8, 11))
        value = rng.randrange(1 << width)
        if rng.random() < 0.4:
            value &= rng.randrange(1 << width)
        if rng.random() < 0.06:
            return rng.choice(((1 << width, width), (-1, width), (0, 0)))
        return (value, width)

    edges = ((0, 1), (1, 1), (0, 4), (15, 4), (9, 4), (6, 4), (5, 4), (0b1100111, 7), (0b0110110, 7), (0b10000001, 8), (16, 4), (-1, 4), (0, 0), (0b11011, 5), (0b00100, 5))
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
        complexity="",
        complexity_terms="",
    )


def _indent(block: str) -> str:
    return "".join(f"    {line}\n" for line in block.split("\n"))
