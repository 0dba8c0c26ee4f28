"""Cut a stream into messages whose length stands before them. Choices: width of the length, broken ends, what is returned."""

from random import Random

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

# (domain, entry noun, stream's name, one, several, who needs it)
DOMAINS = (
    ("train radio", "telegrams", "stream", "telegram", "telegrams", "A train sends telegrams over the radio without a pause."),
    ("bird rings", "readings", "signal", "reading", "readings", "A feeder sends its readings of bird rings in one long text."),
    ("loom control", "commands", "tape", "command", "commands", "A loom reads its commands from one long tape."),
    ("sign post", "messages", "feed", "message", "messages", "An electronic sign gets its messages in one feed."),
)  # fmt: skip


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, stream, one, many, context = rng.choice(DOMAINS)
    length, end, stops, by_index = choice["length"], choice["end"], choice["empty"] == "stops", choice["idiom"] == "index"
    entry = f"split_{noun}"
    rest = end == "rest"
    annotation = "tuple[list[str], str]" if rest else "list[str]"
    base = ", 16" if length == "hex_two" else ""
    hexa = length == "hex_two"
    over = {"raise": f'raise EOFError("the {stream} ends within a {one}")', "rest": "break", "dropped": "break"}[end]
    lines = [f"{many}: list[str] = []"]
    tail_value = f"{stream}[at:]" if by_index else stream
    done = f"return {many}, {tail_value}" if rest else f"return {many}"
    if by_index:
        lines.append(f"at = 0\nwhile at < len({stream}):")
        if length == "until_colon":
            lines.append(f'    colon = {stream}.find(":", at)\n    if colon < 0:\n        {over}\n    # A length that is no number raises a ValueError by itself.\n    begin, size = colon + 1, int({stream}[at:colon])')
        else:
            lines.append(f"    begin = at + 2\n    if begin > len({stream}):\n        {over}\n    # A length that is no number raises a ValueError by itself.\n    size = int({stream}[at:begin]{base})")
        if stops:
            lines.append("    if size == 0:\n        # An empty one says that nothing more is meant to follow.\n        " + ("at = begin\n        " if rest else "") + "break")
        lines.append(f"    if begin + size > len({stream}):\n        {over}\n    {many}.append({stream}[begin : begin + size])\n    at = begin + size\n{done}")
    else:
        lines.append(f"while {stream}:")
        if length == "until_colon":
            lines.append(f'    head, colon, tail = {stream}.partition(":")\n    if not colon:\n        {over}\n    # A length that is no number raises a ValueError by itself.\n    size = int(head)')
        else:
            lines.append(f"    head, tail = {stream}[:2], {stream}[2:]\n    if len(head) < 2:\n        {over}\n    # A length that is no number raises a ValueError by itself.\n    size = int(head{base})")
        if stops:
            lines.append("    if size == 0:\n        # An empty one says that nothing more is meant to follow.\n        " + (f"{stream} = tail\n        " if rest else "") + "break")
        lines.append(f"    if size > len(tail):\n        {over}\n    {many}.append(tail[:size])\n    {stream} = tail[size:]\n{done}")
    body = "\n".join(lines)
    commented = fill("def $entry($stream: str) -> $annotation:\n    $body\n", entry=entry, stream=stream, annotation=annotation, body=body)
    how = {"two_digits": "two decimal digits", "until_colon": "decimal digits, at least one, and a colon", "hex_two": "two hexadecimal digits"}[length]
    rules = [f"Before each {one} stands its length, the number of its characters, as {how}; nothing stands between one {one} and the next length."]
    if stops:
        rules.append(f"A length of 0 ends the reading: what follows it is {'not read and belongs to the rest' if rest else 'ignored'}.")
    else:
        rules.append(f"A {one} of length 0 is an empty string and is kept.")
    broken = f"the {stream} ends within a length or before a {one} is complete"
    if end == "dropped":
        rules.append(f"If {broken}, that last {one} is dropped.")
    elif rest:
        rules.append(f"If {broken}, everything from the beginning of that length is the rest; otherwise the rest is " + ("empty, or what follows a length of 0." if stops else "empty."))
    if length == "until_colon":
        rules.append(f"Without any colon left, the {stream} ends within a length.")
    raises = [Raises("ValueError", "a complete length has characters other than such digits")]
    if end == "raise":
        raises.append(Raises("EOFError", broken))
    spec = Spec(
        title=f"the {many} of a {stream}", summary=f"Cut a {stream} into its {many}.", rules=tuple(rules), params=(Param(stream, "str", f"the {stream}, in ASCII; what stands where a length belongs holds no space, underscore or plus or minus sign"),),
        returns=f"the {many} in order" + (", and the rest" if rest else ""), return_annotation=annotation, raises=tuple(raises), context=context,
    )  # fmt: skip

    def oracle(text: str):
        """Feed the characters one by one to a small machine."""
        out: list[str] = []
        head, left, body_, start, finished = "", None, "", 0, False
        for i, sign in enumerate(text):
            if finished:
                break
            if left is None:
                full = sign == ":" if length == "until_colon" else len(head) == 1
                if length != "until_colon" or not full:
                    head += sign
                if not full:
                    continue
                digits = "0123456789abcdefABCDEF" if hexa else "0123456789"
                if not head or any(c not in digits for c in head):
                    raise ValueError(head)
                left = 0
                for c in head.lower():
                    left = left * (16 if hexa else 10) + "0123456789abcdef".index(c)
                if left == 0:
                    if stops:
                        finished, start = True, i + 1
                    else:
                        out.append("")
                        head, left, start = "", None, i + 1
            else:
                body_ += sign
                left -= 1
                if left == 0:
                    out.append(body_)
                    head, left, body_, start = "", None, "", i + 1
        if not finished and start < len(text) and end == "raise":
            raise EOFError(text)
        if rest:
            return (out, text[start:])
        return out

    def head_of(size: int) -> str:
        return {"two_digits": f"{size:02}", "until_colon": f"{size}:", "hex_two": f"{size:02x}"}[length]

    def draw_input(rng: Random) -> tuple:
        text = ""
        for _ in range(rng.choice((1, 2, 3, 4))):
            size = rng.choice((0, 1, 2, 3, 5, 11, 17)) if rng.random() < 0.8 or stops is False else rng.choice((1, 4))
            text += head_of(size) + "".join(rng.choice("ab1:0") for _ in range(size))
        if rng.random() < (0.1 if end == "raise" else 0.4):
            text = text[: rng.randrange(len(text))]
        if rng.random() < 0.04:
            text += "x" + head_of(1) + "q"
        return (text,)

    h = head_of
    edges = tuple((t,) for t in ("", h(1) + "a", h(0), h(2) + "ab" + h(1) + ":", h(3) + "ab", h(1) + "a" + h(0) + h(1) + "b", h(2)[:1], h(11) + "abcdefghijk" + h(1) + "z", "zz:a" + h(1), h(1) + "a" + h(4) + "x:", h(2) + "07" + "0", h(16) + "abcdefghijklmnop"))
    return Draft(entry, spec, lay_out(commented), oracle, draw_input, edges, domain, choice["idiom"])
