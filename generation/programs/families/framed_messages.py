"""Cut a stream into messages whose length stands before them. Choices: width of the length, broken ends, what is returned."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from generation.programs.family import Draft, fill
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "encoding"
SPACE = {
    "length": ("two_digits", "until_colon", "hex_two"),
    "end": ("raise", "rest", "dropped"),
    "empty": ("kept", "stops"),
    "idiom": ("index", "shrinking"),
}


class Source(NamedTuple):
    """One domain: entry noun, name of the stream, one message and several, who needs it."""

    domain: str
    noun: str
    stream: str
    one: str
    many: str
    context: str


SOURCES = (
    Source("train radio", "telegrams", "stream", "telegram", "telegrams", "A train sends telegrams over the radio without a pause."),
    Source("bird rings", "readings", "signal", "reading", "readings", "A feeder sends its readings of bird rings in one long text."),
    Source("loom control", "commands", "tape", "command", "commands", "A loom reads its commands from one long tape."),
    Source("sign post", "messages", "feed", "message", "messages", "An electronic sign gets its messages in one feed."),
)  # fmt: skip


class Form(NamedTuple):
    """How lengths are written, what a broken end gives, and whether a length of 0 stops the reading."""

    length: str
    end: str
    stops: bool

    @property
    def rest(self) -> bool:
        return self.end == "rest"

    @property
    def annotation(self) -> str:
        return "tuple[list[str], str]" if self.rest else "list[str]"

    def write_length(self, size: int) -> str:
        return {"two_digits": f"{size:02}", "until_colon": f"{size}:", "hex_two": f"{size:02x}"}[self.length]


INDEX = """
def $entry($stream: str) -> $annotation:
    $many: list[str] = []
    at = 0
    while at < len($stream):
        $measure
        $stop
        if begin + size > len($stream):
            $over
        $many.append($stream[begin : begin + size])
        at = begin + size
    return $many$rest
"""
SHRINKING = """
def $entry($stream: str) -> $annotation:
    $many: list[str] = []
    while $stream:
        $measure
        $stop
        if size > len(tail):
            $over
        $many.append(tail[:size])
        $stream = tail[size:]
    return $many$rest
"""
# How the length is read, by idiom and by whether it ends with a colon.
MEASURES = {
    ("index", True): """
colon = $stream.find(":", at)
if colon < 0:
    $over
# A length that is no number raises a ValueError by itself.
begin, size = colon + 1, int($stream[at:colon])
""",
    ("index", False): """
begin = at + 2
if begin > len($stream):
    $over
# A length that is no number raises a ValueError by itself.
size = int($stream[at:begin]$base)
""",
    ("shrinking", True): """
head, colon, tail = $stream.partition(":")
if not colon:
    $over
# A length that is no number raises a ValueError by itself.
size = int(head)
""",
    ("shrinking", False): """
head, tail = $stream[:2], $stream[2:]
if len(head) < 2:
    $over
# A length that is no number raises a ValueError by itself.
size = int(head$base)
""",
}
STOP = """
if size == 0:
    # An empty one says that nothing more is meant to follow.
    $skip
    break
"""


def draw(choice: dict[str, str], rng: Random) -> Draft:
    source = rng.choice(SOURCES)
    form = Form(choice["length"], choice["end"], choice["empty"] == "stops")
    entry = f"split_{source.noun}"
    return Draft(
        entry_point=entry,
        spec=_tell(source, form),
        commented=lay_out(_write(source, entry, form, choice["idiom"])),
        oracle=_make_oracle(form),
        draw_input=lambda rng: (_draw_text(rng, form),),
        edge_inputs=tuple((text,) for text in _edges(form)),
        domain=source.domain,
        idiom=choice["idiom"],
    )


def _write(source: Source, entry: str, form: Form, idiom: str) -> str:
    stream, by_index = source.stream, idiom == "index"
    over = f'raise EOFError("the {stream} ends within a {source.one}")' if form.end == "raise" else "break"
    base = ", 16" if form.length == "hex_two" else ""
    skip = "at = begin" if by_index else f"{stream} = tail"
    rest = f", {stream}[at:]" if by_index else f", {stream}"
    return fill(
        INDEX if by_index else SHRINKING,
        entry=entry,
        stream=stream,
        many=source.many,
        annotation=form.annotation,
        measure=fill(MEASURES[idiom, form.length == "until_colon"], stream=stream, over=over, base=base),
        stop=fill(STOP, skip=skip if form.rest else "") if form.stops else "",
        over=over,
        rest=rest if form.rest else "",
    )


def _tell(source: Source, form: Form) -> Spec:
    stream, one, many = source.stream, source.one, source.many
    broken = f"the {stream} ends within a length or before a {one} is complete"
    raises = [Raises("ValueError", "a complete length has characters other than such digits")]
    if form.end == "raise":
        raises.append(Raises("EOFError", broken))
    given = (
        f"the {stream}, in ASCII; what stands where a length belongs holds no space, underscore or plus or minus sign"
    )
    return Spec(
        title=f"the {many} of a {stream}",
        summary=f"Cut a {stream} into its {many}.",
        rules=_rules(stream, one, broken, form),
        params=(Param(stream, "str", given),),
        returns=f"the {many} in order" + (", and the rest" if form.rest else ""),
        return_annotation=form.annotation,
        raises=tuple(raises),
        context=source.context,
    )


def _rules(stream: str, one: str, broken: str, form: Form) -> tuple[str, ...]:
    how = {
        "two_digits": "two decimal digits",
        "until_colon": "decimal digits, at least one, and a colon",
        "hex_two": "two hexadecimal digits",
    }[form.length]
    after_zero = "not read and belongs to the rest" if form.rest else "ignored"
    zero = {
        True: f"A length of 0 ends the reading: what follows it is {after_zero}.",
        False: f"A {one} of length 0 is an empty string and is kept.",
    }[form.stops]
    rest = "empty, or what follows a length of 0" if form.stops else "empty"
    end = {
        "raise": (),
        "dropped": (f"If {broken}, that last {one} is dropped.",),
        "rest": (f"If {broken}, everything from the beginning of that length is the rest; otherwise the rest is {rest}.",),
    }[form.end]  # fmt: skip
    return (
        f"Before each {one} stands its length, the number of its characters, as {how}; nothing stands between one {one} and the next length.",
        zero,
        *end,
        *((f"Without any colon left, the {stream} ends within a length.",) if form.length == "until_colon" else ()),
    )


def _make_oracle(form: Form) -> Callable[[str], list[str] | tuple[list[str], str]]:
    colon, digits = form.length == "until_colon", "0123456789abcdef" if form.length == "hex_two" else "0123456789"

    def oracle(text: str):
        """Feed the characters one by one to a small machine; `left` is None within a length."""
        out: list[str] = []
        head, left, body, start = "", None, "", 0
        for i, sign in enumerate(text):
            if left is None:
                full = sign == ":" if colon else len(head) == 1
                head += "" if colon and full else sign
                if not full:
                    continue
                left = _to_number(head.lower(), digits)
                if left == 0 and form.stops:
                    return (out, text[i + 1 :]) if form.rest else out
            else:
                body += sign
                left -= 1
            if left == 0:
                out.append(body)
                head, left, body, start = "", None, "", i + 1
        if start < len(text) and form.end == "raise":
            raise EOFError(text)
        return (out, text[start:]) if form.rest else out

    return oracle


def _to_number(head: str, digits: str) -> int:
    if not head or any(c not in digits for c in head):
        raise ValueError(head)
    number = 0
    for c in head:
        number = number * len(digits) + digits.index(c)
    return number


def _draw_text(rng: Random, form: Form) -> str:
    """Return up to four messages, sometimes cut off, seldom followed by a wrong length."""
    text = ""
    for _ in range(rng.choice((1, 2, 3, 4))):
        size = rng.choice((0, 1, 2, 3, 5, 11, 17)) if rng.random() < 0.8 or not form.stops else rng.choice((1, 4))
        text += form.write_length(size) + "".join(rng.choice("ab1:0") for _ in range(size))
    if rng.random() < (0.1 if form.end == "raise" else 0.4):
        text = text[: rng.randrange(len(text))]
    if rng.random() < 0.04:
        text += "x" + form.write_length(1) + "q"
    return text


def _edges(form: Form) -> tuple[str, ...]:
    h = form.write_length
    return (
        "", h(1) + "a", h(0), h(2) + "ab" + h(1) + ":", h(3) + "ab", h(1) + "a" + h(0) + h(1) + "b", h(2)[:1], h(11) + "abcdefghijk" + h(1) + "z",
        "zz:a" + h(1), h(1) + "a" + h(4) + "x:", h(2) + "07" + "0", h(16) + "abcdefghijklmnop",
    )  # fmt: skip
