"""Break long lines of generated code the way a formatter would.

In: one line of code (a simple statement or a header). Out: the lines that say the same within the
width, or the line alone where it can't be broken. Brackets decide: their content moves to lines
of its own, split at commas, or at `for` and `if` in a comprehension. A result whose tree differs
is never returned.
"""

import ast
import re

WIDTH = 88
_PAIRS = {"(": ")", "[": "]", "{": "}"}


def wrap_line(line: str, width: int = WIDTH) -> list[str]:
    """Return the line broken to `width` columns where its brackets allow it."""
    if len(line) <= width:
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    text = line.strip()
    bracketed = _in_brackets(text)
    has_joint = any(re.match(r" (?:and|or) ", text[i:]) for i, _, depth in _scan(text) if depth == 0)
    for candidate in (bracketed, text) if has_joint else (text, bracketed):
        lines = _split(candidate, indent, width) if candidate else None
        if lines and all(len(part) <= width for part in lines) and _same(text, lines):
            return lines
    return [line]


def _in_brackets(text: str) -> str:
    """Return `if (a and b):` for `if a and b:`, `x = (a and b)` for `x = a and b`, "" for other lines."""
    header = re.fullmatch(r"(if|elif|while|return) (.*?)(:?)", text)
    if header:
        return f"{header[1]} ({header[2]}){header[3]}"
    head, sign, value = text.partition(" = ")
    return f"{head} = ({value})" if sign and "\n" not in value else ""


def _split(text: str, indent: str, width: int) -> list[str] | None:
    """Break at the last outermost pair of brackets with something in it."""
    pair = _last_pair(text)
    if pair is None:
        return None
    start, end = pair
    inner = indent + "    "
    pieces, comma = _pieces(text[start + 1 : end])
    if len(pieces) == 1 and len(inner) + len(pieces[0]) > width:
        deeper = _split(pieces[0], inner, width)
        if deeper is None:
            return None
        return [indent + text[: start + 1], *deeper, indent + text[end:]]
    lines = [indent + text[: start + 1]]
    for number, piece in enumerate(pieces):
        last = comma if number < len(pieces) - 1 or (comma and len(pieces) > 1) else ""
        part = inner + piece + last
        if len(part) > width:
            deeper = _split(piece, inner, width)
            if deeper is None:
                return None
            lines += [*deeper[:-1], deeper[-1] + last]
        else:
            lines.append(part)
    return [*lines, indent + text[end:]]


def _scan(text: str):
    """Yield (index, character, depth) of what stands outside string literals; depth before the character."""
    depth, quote, i = 0, "", 0
    while i < len(text):
        char = text[i]
        if quote:
            if char == "\\":
                i += 1
            elif char == quote:
                quote = ""
        elif char in "\"'":
            quote = char
        else:
            yield i, char, depth
            depth += (char in _PAIRS) - (char in _PAIRS.values())
        i += 1


def _last_pair(text: str) -> tuple[int, int] | None:
    opened, found = -1, None
    for i, char, depth in _scan(text):
        if char in _PAIRS and depth == 0:
            opened = i
        elif char in _PAIRS.values() and depth == 1 and i > opened + 1:
            is_index = char == "]" and opened > 0 and (text[opened - 1].isalnum() or text[opened - 1] in "_])")
            found = found if is_index else (opened, i)
    return found


def _pieces(inside: str) -> tuple[list[str], str]:
    """Return the parts of a bracket's content and what joins them: "," or "" (comprehension, `and`, `or`)."""
    commas = [i for i, char, depth in _scan(inside) if char == "," and depth == 0]
    words = [i for i, char, depth in _scan(inside) if char == " " and depth == 0]
    breaks = [i for i in words if re.match(r" for \S", inside[i:])]
    if breaks and not any(c < breaks[0] for c in commas):
        breaks += [i for i in words if i > breaks[0] and re.match(r" if \S", inside[i:])]
        return _cut(inside, sorted(breaks)), ""
    if commas:
        return [p for p in _cut(inside, commas, 1) if p], ","
    joints = [i for i in words if re.match(r" or \S", inside[i:])] or [
        i for i in words if re.match(r" and \S", inside[i:])
    ]
    return _cut(inside, joints), ""


def _cut(text: str, places: list[int], skip: int = 0) -> list[str]:
    starts = [0, *(place + skip for place in places)]
    ends = [*places, len(text)]
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _same(text: str, lines: list[str]) -> bool:
    tail = "\n    pass" if text.endswith(":") else ""
    head = "if 0:\n    pass\n" if text.startswith("elif ") else ""
    indent = len(lines[0]) - len(lines[0].lstrip())
    try:
        plain = "\n".join(part[indent:] for part in lines)
        return ast.dump(ast.parse(head + text + tail)) == ast.dump(ast.parse(head + plain + tail))
    except SyntaxError:
        return False
