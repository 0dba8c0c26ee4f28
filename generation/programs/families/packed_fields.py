"""Pack small numbers into one and unpack them. Choices: order of fields, numbers too large, direction."""

from random import Random

from generation.programs.family import Draft
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "bits"
SPACE = {
    "order": ("first_highest", "first_lowest"),
    "too_large": ("raise", "clip", "wrap"),
    "task": ("pack", "repack", "change"),
    "idiom": ("shift", "arithmetic"),
}

# (domain, entry noun, one value, several, who needs it)
DOMAINS = (
    ("weather buoy", "buoy", "reading", "readings", "A weather buoy packs its readings into one number to save air time."),
    ("knitting machine", "stitch", "setting", "settings", "A knitting machine keeps the settings of a stitch in one number."),
    ("library card", "card", "mark", "marks", "A library stores the marks of a card in one number."),
    ("model railway", "engine", "value", "values", "A model railway sends the values for an engine as one number."),
)  # fmt: skip


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, one, many, context = rng.choice(DOMAINS)
    high, too_large, task, shift = choice["order"] == "first_highest", choice["too_large"], choice["task"], choice["idiom"] == "shift"
    entry = {"pack": f"pack_{noun}", "repack": f"repack_{noun}", "change": f"set_{noun}_{one}"}[task]
    size = "1 << width" if shift else "2**width"
    def fit(name: str) -> str:
        if too_large == "raise":
            return f'if {name} >= {size}:\n    raise OverflowError(f"{{{name}}} needs more than {{width}} bits")'
        if too_large == "clip":
            return f"# Too large a {one} becomes the largest one that fits.\n{name} = min({name}, ({size}) - 1)" if shift else f"# Too large a {one} becomes the largest one that fits.\n{name} = min({name}, {size} - 1)"
        return f"# Of too large a {one} only the lowest bits have room.\n" + (f"{name} &= ({size}) - 1" if shift else f"{name} %= {size}")

    if task == "pack":
        head = f"def {entry}({many}: list[int], widths: list[int]) -> int:"
        loop = f"for {one}, width in zip({many}, widths):"
        if high:
            put = f"packed = packed << width | {one}" if shift else f"packed = packed * 2**width + {one}"
            lines = [f"packed = 0\n{loop}", fit(one), put]
            after = "return packed"
        else:
            put = f"packed |= {one} << place\nplace += width" if shift else f"packed += {one} * place\nplace *= 2**width"
            lines = [f"packed, place = 0, {'0' if shift else '1'}\n{loop}", fit(one), put]
            after = "return packed"
        body = lines[0] + "\n    " + "\n".join(lines[1:]).replace("\n", "\n    ") + "\n" + after
    elif task == "repack":
        head = f"def {entry}(packed: int, widths: list[int], wanted: list[int]) -> int:"
        take = "packed & ((1 << old) - 1)" if shift else "packed % 2**old"
        cut = "packed >>= old" if shift else "packed //= 2**old"
        put = "out |= " + one + " << place\nplace += width" if shift else f"out += {one} * place\nplace *= 2**width"
        order = "zip(reversed(widths), reversed(wanted))" if high else "zip(widths, wanted)"
        why = "# The last one lies at the low end, so it is taken off first.\n" if high else "# The first one lies at the low end, so it is taken off first.\n"
        body = f"out, place = 0, {'0' if shift else '1'}\n{why}for old, width in {order}:\n    {one} = {take}\n    {cut}\n    " + fit(one).replace("\n", "\n    ") + "\n    " + put.replace("\n", "\n    ") + "\nreturn out"
    else:
        head = f"def {entry}(packed: int, widths: list[int], index: int, {one}: int) -> int:"
        lower = "widths[index + 1 :]" if high else "widths[:index]"
        if shift:
            body = f'if not 0 <= index < len(widths):\n    raise IndexError("no such field")\nwidth, place = widths[index], sum({lower})\n' + fit(one) + f"\n# Clear the field before the new {one} is put in.\npacked &= ~(((1 << width) - 1) << place)\nreturn packed | {one} << place"
        else:
            body = f'if not 0 <= index < len(widths):\n    raise IndexError("no such field")\nwidth, place = widths[index], 2 ** sum({lower})\n' + fit(one) + f"\n# Only the difference from the old {one} has to be added.\nold = packed // place % 2**width\nreturn packed + ({one} - old) * place"
    commented = head + "\n    " + body.replace("\n", "\n    ") + "\n"
    rules = [f"Each {one} has a field of its own in the number, as many bits wide as its width says; " + ("the first one has the highest bits and the last one the lowest." if high else "the first one has the lowest bits and the last one the highest.")]
    rules.append({"raise": "", "clip": f"A {one} that needs more bits than its field has is replaced by the largest number that fits.", "wrap": f"Of a {one} that needs more bits than its field has, the lowest bits are kept and the others dropped."}[too_large])
    if task == "repack":
        rules.append("The number given has the old widths, the one returned the new ones, in the same order of fields.")
        rules[1] = rules[1].replace("its field", "its new field")
    elif task == "change":
        rules.append("All other fields keep what they hold.")
    else:
        rules.append("Between fields no bit is left free.")
    rules = [rule for rule in rules if rule]
    errors = []
    if task == "change":
        errors.append(Raises("IndexError", "there is no field of that number, negative ones included"))
    if too_large == "raise":
        errors.append(Raises("OverflowError", f"a {one} needs more bits than its {'new ' if task == 'repack' else ''}field has"))
    widths = Param("widths", "list[int]", f"the {'old ' if task == 'repack' else ''}width of each field in bits, each at least 1")
    packed = Param("packed", "int", "the number with all fields, not negative, all of its bits within the fields")
    params = {"pack": (Param(many, "list[int]", f"the {many}, none negative, as many as widths"), widths), "repack": (packed, widths, Param("wanted", "list[int]", "the new width of each field, as many as old ones, each at least 1")), "change": (packed, widths, Param("index", "int", "the number of the field, counted from 0"), Param(one, "int", f"the new {one}, not negative"))}[task]
    spec = Spec(
        title={"pack": f"several {many} in one number", "repack": f"{many} in fields of new widths", "change": f"a number with one {one} changed"}[task],
        summary={"pack": f"Pack {many} into one number.", "repack": f"Move the {many} of a packed number into fields of other widths.", "change": f"Replace one {one} in a packed number."}[task],
        rules=tuple(rules), params=params, returns={"pack": "the packed number", "repack": "the number with the new widths", "change": "the changed number"}[task], return_annotation="int", raises=tuple(errors), context=context,
    )  # fmt: skip

    def oracle(*given):
        """Write the bits as text."""
        def bits(value: int, width: int) -> str:
            text = bin(value)[2:]
            if len(text) > width:
                if too_large == "raise":
                    raise OverflowError(value)
                text = "1" * width if too_large == "clip" else text[-width:]
            return text.rjust(width, "0")

        def join(values: list[int], sizes: list[int]) -> int:
            fields = [bits(v, w) for v, w in zip(values, sizes, strict=True)]
            return int("".join(fields if high else fields[::-1]) or "0", 2)

        def split(value: int, sizes: list[int]) -> list[int]:
            text, out = bin(value)[2:].rjust(sum(sizes), "0"), []
            for w in sizes if high else sizes[::-1]:
                out.append(int(text[:w], 2))
                text = text[w:]
            return out if high else out[::-1]

        if task == "pack":
            return join(*given)
        if task == "repack":
            return join(split(given[0], given[1]), given[2])
        values = split(given[0], given[1])
        if given[2] not in range(len(values)):
            raise IndexError(given[2])
        values[given[2]] = given[3]
        return join(values, given[1])

    def draw_input(rng: Random) -> tuple:
        sizes = [rng.choice((1, 2, 3, 4, 6)) for _ in range(rng.choice((1, 2, 3, 4)))]
        spare = 1 if rng.random() < (0.15 if too_large == "raise" else 0.5) else 0
        if task == "pack":
            return ([rng.randrange(2 ** (w + spare)) for w in sizes], sizes)
        packed_ = rng.randrange(2 ** sum(sizes))
        if task == "repack":
            return (packed_, sizes, [max(1, w + rng.choice((0, 1, 2, 0 if not spare else -1))) for w in sizes])
        at = rng.randrange(len(sizes)) if rng.random() > 0.05 else len(sizes)
        return (packed_, sizes, at, rng.randrange(2 ** (sizes[min(at, len(sizes) - 1)] + spare)))

    edges = {
        "pack": (([], []), ([1], [1]), ([2], [1]), ([5, 1], [3, 2]), ([8, 1], [3, 2]), ([0, 0, 7], [2, 2, 3]), ([3, 9, 1], [2, 3, 1]), ([6, 6], [3, 4])),
        "repack": ((0, [], []), (1, [1], [3]), (5, [3], [2]), (0b10111, [3, 2], [3, 3]), (0b10111, [3, 2], [1, 1]), (0b111000, [3, 3], [4, 2]), (0b1011, [1, 3], [2, 3]), (0b1101, [2, 2], [3, 1])),
        "change": ((0, [1], 0, 1), (0, [], 0, 1), (5, [3], 1, 0), (5, [3], -1, 0), (0b10111, [3, 2], 0, 1), (0b10111, [3, 2], 1, 0), (0b10111, [3, 2], 1, 5), (0b111111, [2, 2, 2], 1, 2), (0, [2, 3, 2], 1, 9)),
    }[task]  # fmt: skip
    return Draft(entry, spec, lay_out(commented), oracle, draw_input, edges, domain, choice["idiom"])
