"""Read a mask of switches. Choices: direction, unknown bits or names, numbering of bits, order of what comes back."""

from random import Random

from generation.programs.family import Draft
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "bits"
SPACE = {
    "direction": ("to_names", "to_mask"),
    "first": ("lowest", "highest"),
    "unknown": ("raise", "ignore"),
    "listing": ("in_order", "reversed", "off"),
    "idiom": ("loop", "comprehension"),
}

# (domain, noun, switches' name, one, several, who needs it)
DOMAINS = (
    ("model railway", "points", "points", "point", "points", "A model railway sends the state of its points as one number."),
    ("church organ", "stops", "stops", "stop", "stops", "An organ stores which stops are drawn as one number."),
    ("alarm panel", "zones", "zones", "zone", "zones", "An alarm panel reports its open zones as one number."),
    ("stage lamps", "lamps", "lamps", "lamp", "lamps", "A lighting desk stores which lamps are lit as one number."),
)  # fmt: skip


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, _noun, name, one, many, context = rng.choice(DOMAINS)
    to_names, lowest, raising, listing, loop = choice["direction"] == "to_names", choice["first"] == "lowest", choice["unknown"] == "raise", choice["listing"], choice["idiom"] == "loop"
    off = listing == "off"
    state = "off" if off else "on"
    entry = f"{many}_{'off' if off else 'on'}" if to_names else f"mask_of_{many}_{'off' if off else 'on'}"
    if to_names:
        guard = f'if mask < 0 or mask >> len({name}):\n    raise ValueError(f"{{mask}} is no mask of {{len({name})}} {many}")' if raising else f"# Bits beyond the last {one} say nothing.\nmask &= (1 << len({name})) - 1"
        source = f"reversed({name})" if not lowest else name
        test = "not mask >> place & 1" if off else "mask >> place & 1"
        order = f"{one} for place, {one} in enumerate({source}) if {test}"
        back = (not lowest) != (listing == "reversed")
        if loop:
            body = f"found: list[str] = []\nfor place, {one} in enumerate({source}):\n    # The bit at this place tells whether it is on.\n    if {test}:\n        found.append({one})\n"
            body += "return found[::-1]" if back else "return found"
        else:
            body = f"found = [{order}]\nreturn found[::-1]" if back else f"return [{order}]"
        commented = f"def {entry}(mask: int, {name}: list[str]) -> list[str]:\n" + _indent(guard) + _indent(body)
        params = (Param("mask", "int", "the mask"), Param(name, "list[str]", f"the names of all {many}, no two alike"))
    else:
        guard = f'unknown = set(given) - set({name})\nif unknown:\n    raise ValueError(f"unknown: {{sorted(unknown)}}")\n' if raising else ""
        wanted = "not in" if off else "in"
        if loop:
            source = f"reversed({name})" if (lowest != (listing == "reversed")) else name
            body = f"mask = 0\nfor {one} in {source}:\n    # What was read before moves up by one bit.\n    mask = mask << 1 | ({one} {wanted} given)\nreturn mask"
        else:
            straight = lowest != (listing == "reversed")
            source = name if straight else f"reversed({name})"
            body = f"# Each {one} has a bit of its own, so the sum joins them.\nreturn sum(\n    1 << place for place, {one} in enumerate({source}) if {one} {wanted} given\n)"
            flat = f"return sum(1 << place for place, {one} in enumerate({source}) if {one} {wanted} given)"
            if len(flat) <= 84:
                body = f"# Each {one} has a bit of its own, so the sum joins them.\n" + flat
        commented = f"def {entry}(given: list[str], {name}: list[str]) -> int:\n" + (_indent(guard) if guard else "") + _indent(body)
        params = (Param("given", "list[str]", f"the names of the {many} that are on, in any order, perhaps repeated"), Param(name, "list[str]", f"the names of all {many}, no two alike"))
    long = f"    found = [{one} for place, {one} in enumerate({source}) if not mask >> place & 1]"
    if to_names and len(long) > 88:
        commented = commented.replace(long, long.replace("[", "[\n        ", 1).replace("]", "\n    ]"))
    if "#" not in commented:
        commented = commented.replace("    found = [", "    # Place 0 is the lowest bit.\n    found = [").replace("    return [", "    # Place 0 is the lowest bit.\n    return [")
    flipped = listing == "reversed" and not to_names
    first_is_low = lowest != flipped
    rules = [f"The {'first' if first_is_low else 'last'} {one} in `{name}` has the lowest bit of the mask (value 1), the {'next' if first_is_low else 'one before it'} the bit of value 2, and so on; a bit is set if its {one} is on."]
    if flipped:
        rules = [rules[0]]
    if to_names:
        rules.append(f"The names come back in the {'reverse ' if listing == 'reversed' else ''}order of `{name}`.")
        if not raising:
            rules.append(f"Bits beyond those of the {many} are ignored; a negative mask stands for the bits of its two's complement.")
    else:
        if off:
            rules[0] = rules[0].replace(f"a bit is set if its {one} is on", f"a bit is set if its {one} is not among the given ones")
        else:
            rules[0] = rules[0].replace("is on", "is among the given ones")
        if not raising:
            rules.append(f"Given names that are not in `{name}` are ignored.")
    wrong = f"the mask is negative or has a bit set beyond those of the {many}" if to_names else f"a given name is not in `{name}`"
    spec = Spec(
        title=f"the {many} that are {state}" if to_names else f"the mask of the {many} that are {state}",
        summary=f"Return the names of the {many} that are {state} according to a mask." if to_names else f"Return the mask of the {many} that are {'off, from the names of those that are on' if off else 'on'}.",
        rules=tuple(rules),
        params=params,
        returns="the names" if to_names else "the mask, not negative",
        return_annotation="list[str]" if to_names else "int",
        raises=(Raises("ValueError", wrong),) if raising else (),
        context=context,
    )  # fmt: skip

    def oracle(first, names: list[str]):
        """Work on the digits of the binary number as text."""
        size = len(names)
        if to_names:
            if raising and (first < 0 or first > 2**size - 1):
                raise ValueError("mask")
            digits = format(first % 2**size, "b").zfill(size)[::-1] if size else ""
            by_name = dict(zip(names if lowest else names[::-1], digits, strict=True))
            out = [n for n in names if by_name[n] == ("0" if off else "1")]
            return out[::-1] if listing == "reversed" else out
        if raising and any(n not in names for n in first):
            raise ValueError("name")
        digits = "".join("1" if (n in first) != off else "0" for n in names)
        return int("0" + (digits[::-1] if first_is_low else digits), 2)

    def draw_input(rng: Random) -> tuple:
        names = [f"{one[0]}{i}" for i in rng.sample(range(9), rng.choice((0, 1, 3, 4, 6)))]
        if to_names:
            top = 1 << len(names)
            return (rng.randrange(top) if rng.random() > 0.12 else rng.choice((top, top + 1, -1, -3)), names)
        given = [rng.choice(names) for _ in range(rng.choice((0, 1, 2, 4))) if names]
        return (given + (["zz"] if rng.random() < 0.1 else []), names)

    if to_names:
        edges = ((0, []), (1, []), (0, ["a", "b"]), (1, ["a", "b"]), (2, ["a", "b", "c"]), (3, ["a", "b", "c"]), (7, ["a", "b", "c"]), (8, ["a", "b", "c"]), (-1, ["a"]), (13, ["d", "c", "b", "a"]))
    else:
        edges = (([], []), (["a"], []), ([], ["a", "b"]), (["a"], ["a", "b"]), (["b"], ["a", "b", "c"]), (["c", "a"], ["a", "b", "c"]), (["a", "a"], ["a", "b"]), (["x"], ["a"]), (["a", "b"], ["a", "b"]))
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
    return "".join(f"    {line}\n" if line else "\n" for line in block.rstrip("\n").split("\n"))
