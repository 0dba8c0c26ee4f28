"""Pack small numbers into one and unpack them. Choices: order of fields, numbers too large, direction."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "bits"
SPACE = {
    "order": ("first_highest", "first_lowest"),
    "too_large": ("raise", "clip", "wrap"),
    "task": ("pack", "repack", "change"),
    "idiom": ("shift", "arithmetic"),
}


class Sender(NamedTuple):
    """One domain: entry noun, one value and several, who needs it."""

    domain: str
    noun: str
    one: str
    many: str
    context: str


SENDERS = (
    Sender("weather buoy", "buoy", "reading", "readings", "A weather buoy packs its readings into one number to save air time."),
    Sender("knitting machine", "stitch", "setting", "settings", "A knitting machine keeps the settings of a stitch in one number."),
    Sender("library card", "card", "mark", "marks", "A library stores the marks of a card in one number."),
    Sender("model railway", "engine", "value", "values", "A model railway sends the values for an engine as one number."),
)  # fmt: skip

PACK = """
def $entry($many: list[int], widths: list[int]) -> int:
    $begin
    for $one, width in zip($many, widths):
        $fit
        $put
    return packed
"""
REPACK = """
def $entry(packed: int, widths: list[int], wanted: list[int]) -> int:
    out, place = 0, $lowest
    # The $end $one lies at the low end, so it is taken off first.
    for old, width in $order:
        $one = $take
        $cut
        $fit
        $put
    return out
"""
CHANGE = """
def $entry(packed: int, widths: list[int], index: int, $one: int) -> int:
    if not 0 <= index < len(widths):
        raise IndexError("no such field")
    width, place = widths[index], $place
    $fit
    $change
"""
# What is done about too large a value.
FITS = {
    "raise": """
if $one >= $size:
    raise OverflowError(f"{$one} needs more than {width} bits")
""",
    "clip": """
# A $one that is too large becomes the largest one that fits.
$one = min($one, $largest)
""",
    "wrap": """
# Of a $one that is too large only the lowest bits are kept.
$one $keep
""",
}


class Idiom(NamedTuple):
    """The same steps in bits or in powers of two; place: how many bits lie below, or their power of two."""

    size: str
    largest: str
    keep: str
    lowest: str
    push: str
    lay: str
    take: str
    cut: str
    place: str
    change: str


IDIOMS = {
    "shift": Idiom(
        size="1 << width",
        largest="(1 << width) - 1",
        keep="&= (1 << width) - 1",
        lowest="0",
        push="packed = packed << width | $one",
        lay="$whole |= $one << place\nplace += width",
        take="packed & ((1 << old) - 1)",
        cut="packed >>= old",
        place="sum($lower)",
        change="""
# Clear the field before the new $one is put in.
packed &= ~(((1 << width) - 1) << place)
return packed | $one << place
""",
    ),
    "arithmetic": Idiom(
        size="2**width",
        largest="2**width - 1",
        keep="%= 2**width",
        lowest="1",
        push="packed = packed * 2**width + $one",
        lay="$whole += $one * place\nplace *= 2**width",
        take="packed % 2**old",
        cut="packed //= 2**old",
        place="2 ** sum($lower)",
        change="""
# Only the difference from the old $one has to be added.
old = packed // place % 2**width
return packed + ($one - old) * place
""",
    ),
}


def draw(choice: dict[str, str], rng: Random) -> Draft:
    sender = rng.choice(SENDERS)
    high, too_large, task = choice["order"] == "first_highest", choice["too_large"], choice["task"]
    noun, one = sender.noun, sender.one
    entry = {"pack": f"pack_{noun}", "repack": f"repack_{noun}", "change": f"set_{noun}_{one}"}[task]
    idiom = IDIOMS[choice["idiom"]]
    fit = fill(FITS[too_large], one=one, size=idiom.size, largest=idiom.largest, keep=idiom.keep)
    write = {"pack": _write_pack, "repack": _write_repack, "change": _write_change}[task]
    return Draft(
        entry_point=entry,
        spec=_tell(sender, high, too_large, task),
        commented=lay_out(write(sender, entry, high, idiom, fit)),
        oracle=_make_oracle(high, too_large, task),
        draw_input=lambda rng: _draw_input(rng, task, too_large == "raise"),
        edge_inputs=EDGES[task],
        domain=sender.domain,
        idiom=choice["idiom"],
    )


def _write_pack(sender: Sender, entry: str, high: bool, idiom: Idiom, fit: str) -> str:
    one = sender.one
    return fill(
        PACK,
        entry=entry,
        many=sender.many,
        one=one,
        begin="packed = 0" if high else f"packed, place = 0, {idiom.lowest}",
        fit=fit,
        put=fill(idiom.push, one=one) if high else fill(idiom.lay, whole="packed", one=one),
    )


def _write_repack(sender: Sender, entry: str, high: bool, idiom: Idiom, fit: str) -> str:
    return fill(
        REPACK,
        entry=entry,
        one=sender.one,
        lowest=idiom.lowest,
        end="last" if high else "first",
        order="zip(reversed(widths), reversed(wanted))" if high else "zip(widths, wanted)",
        take=idiom.take,
        cut=idiom.cut,
        fit=fit,
        put=fill(idiom.lay, whole="out", one=sender.one),
    )


def _write_change(sender: Sender, entry: str, high: bool, idiom: Idiom, fit: str) -> str:
    lower = "widths[index + 1 :]" if high else "widths[:index]"
    place, change = fill(idiom.place, lower=lower).strip(), fill(idiom.change, one=sender.one)
    return fill(CHANGE, entry=entry, one=sender.one, place=place, fit=fit, change=change)


def _tell(sender: Sender, high: bool, too_large: str, task: str) -> Spec:
    one, many = sender.one, sender.many
    title, summary, returns = {
        "pack": (f"several {many} in one number", f"Pack {many} into one number.", "the packed number"),
        "repack": (f"{many} in fields of new widths", f"Move the {many} of a packed number into fields of other widths.", "the number with the new widths"),
        "change": (f"a number with one {one} changed", f"Replace one {one} in a packed number.", "the changed number"),
    }[task]  # fmt: skip
    return Spec(
        title=title,
        summary=summary,
        rules=_rules(one, high, too_large, task),
        params=_params(sender, task),
        returns=returns,
        return_annotation="int",
        raises=_errors(one, too_large, task),
        context=sender.context,
    )


def _field(task: str) -> str:
    """Return the name of the field a value is put into."""
    return "new field" if task == "repack" else "field"


def _rules(one: str, high: bool, too_large: str, task: str) -> tuple[str, ...]:
    first, last = ("highest", "lowest") if high else ("lowest", "highest")
    field = _field(task)
    surplus = {
        "raise": (),
        "clip": (f"A {one} that needs more bits than its {field} has is replaced by the largest number that fits.",),
        "wrap": (f"Of a {one} that needs more bits than its {field} has, the lowest bits are kept and the others dropped.",),
    }[too_large]  # fmt: skip
    rest = {
        "pack": "Between fields no bit is left free.",
        "repack": "The number given has the old widths, the one returned the new ones, in the same order of fields.",
        "change": "All other fields keep what they hold.",
    }[task]
    return (
        f"Each {one} has a field of its own in the number, as many bits wide as its width says; the first one has the {first} bits and the last one the {last}.",
        *surplus,
        rest,
    )


def _params(sender: Sender, task: str) -> tuple[Param, ...]:
    one, many = sender.one, sender.many
    packed = Param("packed", "int", "the number with all fields, not negative, all of its bits within the fields")
    widths = Param("widths", "list[int]", "the width of each field in bits, each at least 1")
    old_widths = Param("widths", "list[int]", "the old width of each field in bits, each at least 1")
    wanted = Param("wanted", "list[int]", "the new width of each field, as many as old ones, each at least 1")
    index = Param("index", "int", "the number of the field, counted from 0")
    return {
        "pack": (Param(many, "list[int]", f"the {many}, none negative, as many as widths"), widths),
        "repack": (packed, old_widths, wanted),
        "change": (packed, widths, index, Param(one, "int", f"the new {one}, not negative")),
    }[task]


def _errors(one: str, too_large: str, task: str) -> tuple[Raises, ...]:
    errors = []
    if task == "change":
        errors.append(Raises("IndexError", "there is no field of that number, negative ones included"))
    if too_large == "raise":
        errors.append(Raises("OverflowError", f"a {one} needs more bits than its {_field(task)} has"))
    return tuple(errors)


def _make_oracle(high: bool, too_large: str, task: str) -> Callable[..., int]:
    def join(values: list[int], sizes: list[int]) -> int:
        fields = [_to_bits(v, w, too_large) for v, w in zip(values, sizes, strict=True)]
        return int("".join(fields if high else fields[::-1]) or "0", 2)

    def split(value: int, sizes: list[int]) -> list[int]:
        text, out = bin(value)[2:].rjust(sum(sizes), "0"), []
        for w in sizes if high else sizes[::-1]:
            out.append(int(text[:w], 2))
            text = text[w:]
        return out if high else out[::-1]

    def oracle(*given):
        """Write the bits as text."""
        if task == "pack":
            return join(*given)
        if task == "repack":
            return join(split(given[0], given[1]), given[2])
        packed, widths, index, value = given
        values = split(packed, widths)
        if index not in range(len(values)):
            raise IndexError(index)
        values[index] = value
        return join(values, widths)

    return oracle


def _to_bits(value: int, width: int, too_large: str) -> str:
    """Return the value as text of so many binary digits."""
    text = bin(value)[2:]
    if len(text) > width:
        if too_large == "raise":
            raise OverflowError(value)
        text = "1" * width if too_large == "clip" else text[-width:]
    return text.rjust(width, "0")


EDGES = {
    "pack": (([], []), ([1], [1]), ([2], [1]), ([5, 1], [3, 2]), ([8, 1], [3, 2]), ([0, 0, 7], [2, 2, 3]), ([3, 9, 1], [2, 3, 1]), ([6, 6], [3, 4])),
    "repack": ((0, [], []), (1, [1], [3]), (5, [3], [2]), (0b10111, [3, 2], [3, 3]), (0b10111, [3, 2], [1, 1]), (0b111000, [3, 3], [4, 2]), (0b1011, [1, 3], [2, 3]), (0b1101, [2, 2], [3, 1])),
    "change": ((0, [1], 0, 1), (0, [], 0, 1), (5, [3], 1, 0), (5, [3], -1, 0), (0b10111, [3, 2], 0, 1), (0b10111, [3, 2], 1, 0), (0b10111, [3, 2], 1, 5), (0b111111, [2, 2, 2], 1, 2), (0, [2, 3, 2], 1, 9)),
}  # fmt: skip


def _draw_input(rng: Random, task: str, strict: bool) -> tuple:
    """Return fields of one to six bits; too large a value comes seldom if that is an error (strict), else often."""
    sizes = [rng.choice((1, 2, 3, 4, 6)) for _ in range(rng.choice((1, 2, 3, 4)))]
    spare = 1 if rng.random() < (0.15 if strict else 0.5) else 0
    if task == "pack":
        return ([rng.randrange(2 ** (w + spare)) for w in sizes], sizes)
    packed = rng.randrange(2 ** sum(sizes))
    if task == "repack":
        return (packed, sizes, [max(1, w + rng.choice((0, 1, 2, 0 if not spare else -1))) for w in sizes])
    at = rng.randrange(len(sizes)) if rng.random() > 0.05 else len(sizes)
    return (packed, sizes, at, rng.randrange(2 ** (sizes[min(at, len(sizes) - 1)] + spare)))
