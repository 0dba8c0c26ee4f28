"""Read a mask of switches. Choices: direction, unknown bits or names, numbering of bits, order of what comes back."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.layout import MAX_COLUMNS, lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "bits"
SPACE = {
    "direction": ("to_names", "to_mask"),
    "first": ("lowest", "highest"),
    "unknown": ("raise", "ignore"),
    "listing": ("in_order", "reversed", "off"),
    "idiom": ("loop", "comprehension"),
}


class Panel(NamedTuple):
    """One domain: one switch and several (also the name of their list), who needs it."""

    domain: str
    one: str
    many: str
    context: str


PANELS = (
    Panel("model railway", "point", "points", "A model railway sends the state of its points as one number."),
    Panel("church organ", "stop", "stops", "An organ stores which stops are drawn as one number."),
    Panel("alarm panel", "zone", "zones", "An alarm panel reports its open zones as one number."),
    Panel("stage lamps", "lamp", "lamps", "A lighting desk stores which lamps are lit as one number."),
)


class Asked(NamedTuple):
    """What is asked for. lowest: the first switch has the lowest bit; raising: unknown ones are an error, else ignored."""

    to_names: bool
    lowest: bool
    raising: bool
    listing: str

    @property
    def state(self) -> str:
        return "off" if self.listing == "off" else "on"

    @property
    def first_is_low(self) -> bool:
        """Whether the first switch has the lowest bit after all: a mask is reversed by its bits."""
        return self.lowest != (self.listing == "reversed" and not self.to_names)


NAMES = """
def $entry(mask: int, $many: list[str]) -> list[str]:
    $guard
    $answer
"""
NAMES_GUARD = {
    True: """
if mask < 0 or mask >> len($many):
    raise ValueError(f"{mask} is no mask of {len($many)} $many")
""",
    False: """
# Bits beyond the last $one say nothing.
mask &= (1 << len($many)) - 1
""",
}
NAMES_LOOP = """
found: list[str] = []
for place, $one in enumerate($source):
    # The bit at this place tells whether it is on.
    if $test:
        found.append($one)
return found$turned
"""
MASK = """
def $entry(given: list[str], $many: list[str]) -> int:
    $guard
    $answer
"""
MASK_GUARD = """
unknown = set(given) - set($many)
if unknown:
    raise ValueError(f"unknown: {sorted(unknown)}")
"""
MASK_LOOP = """
mask = 0
for $one in $source:
    # What was read before moves up by one bit.
    mask = mask << 1 | ($one $among given)
return mask
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    panel = rng.choice(PANELS)
    asked = Asked(
        to_names=choice["direction"] == "to_names",
        lowest=choice["first"] == "lowest",
        raising=choice["unknown"] == "raise",
        listing=choice["listing"],
    )
    prefix = "" if asked.to_names else "mask_of_"
    entry = f"{prefix}{panel.many}_{asked.state}"
    write, tell = (_write_names, _tell_names) if asked.to_names else (_write_mask, _tell_mask)
    return Draft(
        entry_point=entry,
        spec=tell(panel, asked),
        commented=lay_out(write(panel, entry, asked, choice["idiom"] == "loop")),
        oracle=_make_oracle(asked),
        draw_input=lambda rng: _draw_input(rng, panel.one[0], asked.to_names),
        edge_inputs=NAMES_EDGES if asked.to_names else MASK_EDGES,
        domain=panel.domain,
        idiom=choice["idiom"],
    )


def _write_names(panel: Panel, entry: str, asked: Asked, loop: bool) -> str:
    one, many = panel.one, panel.many
    source = many if asked.lowest else f"reversed({many})"
    test = "not mask >> place & 1" if asked.state == "off" else "mask >> place & 1"
    # Read from the last switch on, names stand the other way round.
    turned = (not asked.lowest) != (asked.listing == "reversed")
    guard = fill(NAMES_GUARD[asked.raising], one=one, many=many)
    if loop:
        answer = fill(NAMES_LOOP, one=one, source=source, test=test, turned="[::-1]" if turned else "")
    else:
        found = f"{one} for place, {one} in enumerate({source}) if {test}"
        guard += "# Place 0 is the lowest bit." if asked.raising else ""
        answer = _enclose("found = [", found, "]") + "\nreturn found[::-1]" if turned else f"return [{found}]"
    return fill(NAMES, entry=entry, many=many, guard=guard, answer=answer)


def _write_mask(panel: Panel, entry: str, asked: Asked, loop: bool) -> str:
    one, many = panel.one, panel.many
    among = "not in" if asked.state == "off" else "in"
    backwards = f"reversed({many})"
    if loop:
        answer = fill(MASK_LOOP, one=one, source=backwards if asked.first_is_low else many, among=among)
    else:
        source = many if asked.first_is_low else backwards
        bits = f"1 << place for place, {one} in enumerate({source}) if {one} {among} given"
        answer = f"# Each {one} has a bit of its own, so the sum joins them.\n" + _enclose("return sum(", bits, ")")
    guard = fill(MASK_GUARD, many=many) if asked.raising else ""
    return fill(MASK, entry=entry, many=many, guard=guard, answer=answer)


def _enclose(opening: str, inner: str, closing: str) -> str:
    """Return the three in one line, or the inner one in a line of its own; they stand 4 columns in."""
    if 4 + len(opening + inner + closing) <= MAX_COLUMNS:
        return opening + inner + closing
    return f"{opening}\n    {inner}\n{closing}"


def _tell_bits(panel: Panel, asked: Asked, state: str) -> str:
    """Return the rule on bits; state: what a switch is whose bit is set."""
    low, following = ("first", "next") if asked.first_is_low else ("last", "one before it")
    return f"The {low} {panel.one} in `{panel.many}` has the lowest bit of the mask (value 1), the {following} the bit of value 2, and so on; a bit is set if its {panel.one} is {state}."


def _tell_names(panel: Panel, asked: Asked) -> Spec:
    many = panel.many
    order = "reverse order" if asked.listing == "reversed" else "order"
    rules = [_tell_bits(panel, asked, "on"), f"The names come back in the {order} of `{many}`."]
    if not asked.raising:
        rules.append(f"Bits beyond those of the {many} are ignored; a negative mask stands for the bits of its two's complement.")  # fmt: skip
    wrong = f"the mask is negative or has a bit set beyond those of the {many}"
    return Spec(
        title=f"the {many} that are {asked.state}",
        summary=f"Return the names of the {many} that are {asked.state} according to a mask.",
        rules=tuple(rules),
        params=(Param("mask", "int", "the mask"), Param(many, "list[str]", f"the names of all {many}, no two alike")),
        returns="the names",
        return_annotation="list[str]",
        raises=(Raises("ValueError", wrong),) if asked.raising else (),
        context=panel.context,
    )


def _tell_mask(panel: Panel, asked: Asked) -> Spec:
    many, off = panel.many, asked.state == "off"
    rules = [_tell_bits(panel, asked, "not among the given ones" if off else "among the given ones")]
    if not asked.raising:
        rules.append(f"Given names that are not in `{many}` are ignored.")
    return Spec(
        title=f"the mask of the {many} that are {asked.state}",
        summary=f"Return the mask of the {many} that are {'off, from the names of those that are on' if off else 'on'}.",
        rules=tuple(rules),
        params=(
            Param("given", "list[str]", f"the names of the {many} that are on, in any order, perhaps repeated"),
            Param(many, "list[str]", f"the names of all {many}, no two alike"),
        ),
        returns="the mask, not negative",
        return_annotation="int",
        raises=(Raises("ValueError", f"a given name is not in `{many}`"),) if asked.raising else (),
        context=panel.context,
    )


def _make_oracle(asked: Asked) -> Callable:
    def find_names(mask: int, names: list[str]) -> list[str]:
        """Work on the digits of the binary number as text."""
        size = len(names)
        if asked.raising and (mask < 0 or mask > 2**size - 1):
            raise ValueError("mask")
        digits = format(mask % 2**size, "b").zfill(size)[::-1] if size else ""
        by_name = dict(zip(names if asked.lowest else names[::-1], digits, strict=True))
        found = [name for name in names if by_name[name] == ("0" if asked.state == "off" else "1")]
        return found[::-1] if asked.listing == "reversed" else found

    def find_mask(given: list[str], names: list[str]) -> int:
        """Write the binary number as text."""
        if asked.raising and any(name not in names for name in given):
            raise ValueError("name")
        digits = "".join("1" if (name in given) != (asked.state == "off") else "0" for name in names)
        return int("0" + (digits[::-1] if asked.first_is_low else digits), 2)

    return find_names if asked.to_names else find_mask


NAMES_EDGES = (
    (0, []), (1, []), (0, ["a", "b"]), (1, ["a", "b"]), (2, ["a", "b", "c"]), (3, ["a", "b", "c"]), (7, ["a", "b", "c"]),
    (8, ["a", "b", "c"]), (-1, ["a"]), (13, ["d", "c", "b", "a"]),
)  # fmt: skip
MASK_EDGES = (
    ([], []), (["a"], []), ([], ["a", "b"]), (["a"], ["a", "b"]), (["b"], ["a", "b", "c"]), (["c", "a"], ["a", "b", "c"]),
    (["a", "a"], ["a", "b"]), (["x"], ["a"]), (["a", "b"], ["a", "b"]),
)  # fmt: skip


def _draw_input(rng: Random, letter: str, to_names: bool) -> tuple:
    """Return up to six numbered names that begin with the letter, and a mask or given names; seldom unknown ones."""
    names = [f"{letter}{i}" for i in rng.sample(range(9), rng.choice((0, 1, 3, 4, 6)))]
    if to_names:
        top = 1 << len(names)
        return (rng.randrange(top) if rng.random() > 0.12 else rng.choice((top, top + 1, -1, -3)), names)
    given = [rng.choice(names) for _ in range(rng.choice((0, 1, 2, 4))) if names]
    return (given + (["zz"] if rng.random() < 0.1 else []), names)
