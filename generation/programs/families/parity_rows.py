"""Guard numbers by parity bits. Choices: even or odd parity, where the bit goes, what is done with broken ones."""

from random import Random

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "bits"
SPACE = {
    "parity": ("even", "odd"),
    "place": ("low", "high"),
    "task": ("protect", "recover", "suspects"),
    "wrong": ("raise", "pass_over"),
    "idiom": ("loop", "comprehension"),
}

# (domain, entry noun, one, several, who needs it)
DOMAINS = (
    ("punched tape", "tape", "row", "rows", "A museum reads punched tape whose rows carry a parity bit."),
    ("garden sensors", "sensor", "reading", "readings", "Garden sensors send readings over a noisy wire with a parity bit."),
    ("model rocket", "telemetry", "word", "words", "A model rocket sends words by radio, each with a parity bit."),
)  # fmt: skip

LOOP = """
def $entry($many: list[int], width: int) -> $annotation:
    $out: $annotation = []
    for $where in $many:
        if not 0 <= $one < 1 << $bits:
            $bad
        $step
    return $out
"""
COMPREHENSION = """
def $entry($many: list[int], width: int) -> $annotation:
    $guard
    return [
        $item
        for $where in $source
        $filter
    ]
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, one, many, context = rng.choice(DOMAINS)
    even, low, task, raising, loop = choice["parity"] == "even", choice["place"] == "low", choice["task"], choice["wrong"] == "raise", choice["idiom"] == "loop"
    entry = {"protect": f"protect_{noun}_{many}", "recover": f"recover_{noun}_{many}", "suspects": f"suspect_{noun}_{many}"}[task]
    protect = task == "protect"
    bits = "width" if protect else "width + 1"
    # The parity bit makes the number of ones even (or odd).
    parity = f"{one}.bit_count() % 2" if even else f"1 - {one}.bit_count() % 2"
    grouped = parity if even else f"({parity})"
    flawed = f"{one}.bit_count() % 2 {'!= 0' if even else '== 0'}"
    sound = f"{one}.bit_count() % 2 {'== 0' if even else '== 1'}"
    made = f"{one} << 1 | {grouped}" if low else f"{grouped} << width | {one}"
    bare = f"{one} >> 1" if low else f"{one} & ((1 << width) - 1)"
    failed = f'raise ValueError(f"{{{one}}} does not fit")'
    out = {"protect": "protected", "recover": "recovered", "suspects": "suspects"}[task]
    place = task == "suspects"
    annotation = "list[tuple[int, int]]" if place else "list[int]"
    where = f"place, {one}" if place else one
    if loop:
        if protect:
            step = f"# One more bit makes the number of ones {'even' if even else 'odd'}.\nprotected.append({made})"
        elif task == "recover":
            step = f"# An {'odd' if even else 'even'} number of ones betrays a flipped bit.\nif {sound}:\n    recovered.append({bare})"
        else:
            step = f"# An {'odd' if even else 'even'} number of ones betrays a flipped bit.\nif {flawed}:\n    suspects.append((place, {bare}))"
        commented = fill(
            LOOP, entry=entry, annotation=annotation, many=many, out=out, where=where, one=one, bits=bits if protect else f"({bits})",
            bad=failed if raising else "continue", step=step,
        )  # fmt: skip
        if place:
            commented = commented.replace(f" in {many}:\n", f" in enumerate({many}):\n")
    else:
        limit = f"1 << {bits}" if protect else f"1 << ({bits})"
        fits = f"0 <= {one} < {limit}"
        keep = {"protect": "", "recover": sound, "suspects": flawed}[task]
        tests = ([] if raising else [fits]) + ([keep] if keep else [])
        guard = f'if not all({fits} for {one} in {many}):\n    raise ValueError("a {one} does not fit")' if raising else ""
        guard += ("\n" if guard else "") + (f"# One more bit makes the number of ones {'even' if even else 'odd'}." if protect else f"# An {'odd' if even else 'even'} number of ones betrays a flipped bit.")
        commented = fill(
            COMPREHENSION, entry=entry, annotation=annotation, many=many, guard=guard, item={"protect": made, "recover": bare, "suspects": f"(place, {bare})"}[task],
            where=where, source=f"enumerate({many})" if place else many, filter=f"if {' and '.join(tests)}" if tests else "",
        )  # fmt: skip
        parts = commented[commented.index("    return [") :]
        flat = "    return [" + " ".join(line.strip() for line in parts.split("\n")[1:-2]) + "]\n"
        short = flat.replace("[", "[\n        ", 1).replace("]\n", "\n    ]\n")
        if len(flat) <= 89:
            commented = commented.replace(parts, flat)
        elif len(short.split("\n")[1]) <= 88:
            commented = commented.replace(parts, short)
    side = "lowest bit, below the others" if low else "highest bit, above the others"
    kind = "even" if even else "odd"
    rules = [f"A protected {one} has `width` + 1 bits: the {one} itself and a parity bit as the {side}, which makes the number of ones among all of them {kind}."]
    range_text = "0 and 2 ** `width` - 1" if protect else "0 and 2 ** (`width` + 1) - 1"
    if not raising:
        rules.append(f"A number that is not between {range_text} is passed over.")
    if task == "recover":
        rules.append(f"One whose number of ones is not {kind} is damaged and left out.")
    elif task == "suspects":
        rules.append(f"One whose number of ones is not {kind} is damaged. Places are counted from 0, over all of the list; what it holds are its bits as they came, without the parity bit.")
    spec = Spec(
        title={"protect": f"{many} with parity bits", "recover": f"the undamaged {many} without their parity bits", "suspects": f"the places of damaged {many} and what they hold"}[task],
        summary={"protect": f"Add a parity bit to each of the {many}.", "recover": f"Return the undamaged {many} without their parity bits.", "suspects": f"Return the places of the damaged {many}, with what each of them holds."}[task],
        rules=tuple(rules),
        params=(Param(many, "list[int]", f"the {many}" if protect else f"the protected {many}, some of them damaged"), Param("width", "int", f"how many bits a {one} has without its parity bit, at least 1")),
        returns={"protect": f"the protected {many} in the same order", "recover": f"the {many} in the same order", "suspects": f"pairs of the place and what the damaged {one} holds, by place"}[task],
        return_annotation=annotation,
        raises=(Raises("ValueError", f"any number is not between {range_text}"),) if raising else (),
        context=context,
    )  # fmt: skip

    def oracle(numbers: list[int], width: int) -> list:
        """Write the bits as text and count its ones."""
        size, out_ = width if protect else width + 1, []
        for place_, number in enumerate(numbers):
            if number < 0 or number > 2**size - 1:
                if raising:
                    raise ValueError("range")
                continue
            text = format(number, "b").rjust(size, "0")
            right = text.count("1") % 2 == (0 if even else 1)
            if protect:
                bit = "0" if right else "1"
                out_.append(int(text + bit if low else bit + text, 2))
            elif task == "recover" and right:
                out_.append(int(text[:-1] if low else text[1:], 2))
            elif task == "suspects" and not right:
                out_.append((place_, int((text[:-1] if low else text[1:]) or "0", 2)))
        return out_

    def draw_input(rng: Random) -> tuple:
        width = rng.choice((1, 2, 3, 4, 7))
        top = 1 << (width if protect else width + 1)
        numbers = [rng.randrange(top) for _ in range(rng.choice((0, 1, 2, 4, 6)))]
        if numbers and rng.random() < 0.15:
            numbers[rng.randrange(len(numbers))] = rng.choice((top, -1, top + 3))
        return (numbers, width)

    edges = (([], 4), ([0], 1), ([1], 1), ([2], 1), ([3], 1), ([4], 1), ([-1], 3), ([5, 6, 7], 3), ([8, 9, 15], 3), ([16], 3), ([1, -2, 2, 99, 4], 4), ([0, 0, 3], 2))  # fmt: skip
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=lay_out(commented),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=edges,
        domain=domain,
        idiom=choice["idiom"],
        complexity="O(n)",
        complexity_terms=f"n is the number of {many}",
    )
