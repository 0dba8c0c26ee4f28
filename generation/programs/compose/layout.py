"""Code layout: statements as one-line texts in, lines of at most 88 columns out.

In: lines of source, each a whole statement or a statement's head. Out: the same code with long
lines broken the way Black breaks them: at the last bracket, then at its commas or clauses.
"""

WIDTH = 88
_OPEN, _CLOSE = "([{", ")]}"


def shift(lines: list[str], levels: int = 1) -> list[str]:
    """Return the lines moved in by whole levels of 4 spaces; empty lines stay empty."""
    pad = "    " * levels
    return [pad + line if line else line for line in lines]


def define(name: str, params: list[str], returns: str) -> list[str]:
    """Return a `def` line; `source` breaks it where it is too long."""
    return [f"def {name}({', '.join(params)}) -> {returns}:"]


def gather(head: str, opener: str, element: str, clauses: list[str], closer: str) -> list[str]:
    """Return a comprehension or generator call: head + opener + element + for/if clauses + closer."""
    return [head + opener + " ".join([element, *clauses]) + closer]


def test(keyword: str, parts: list[str], joiner: str, tail: str = ":") -> list[str]:
    """Return `if a and b:`, or `return a and b` with tail ""."""
    return [f"{keyword} " + f" {joiner} ".join(parts) + tail]


def source(*blocks: list[str]) -> str:
    """Join lines into source text that ends with one newline, every statement within WIDTH."""
    out: list[str] = []
    for block in blocks:
        for line in block:
            out += [line] if len(line) <= WIDTH or line.lstrip().startswith("#") else fit(line)
    return "\n".join(out) + "\n"


def fit(line: str) -> list[str]:
    """Return one statement's text as lines within WIDTH, as far as its brackets allow."""
    if len(line) <= WIDTH:
        return [line]
    pad = line[: len(line) - len(line.lstrip())]
    if line.lstrip().startswith(("if ", "elif ", "while ", "return ")) and len(_split(line, (" and ", " or "))) > 1:
        return _in_parentheses(line, pad)
    pairs = _brackets(line)
    # A def breaks at its parameters; anything else at the last bracket that closes the statement.
    last = (
        pairs[0]
        if line.lstrip().startswith(("def ", "class "))
        else next((p for p in reversed(pairs) if _ends(line, p[1])), None)
    )
    if last and last[1] - last[0] > 1 and len(line[: last[0] + 1]) <= WIDTH:
        head, body, tail = line[: last[0] + 1], line[last[0] + 1 : last[1]], line[last[1] :]
        inner = _fit_body(body, pad + "    ", line[last[0]], head)
        return [head, *inner, pad + tail]
    return _in_parentheses(line, pad)


def _ends(line: str, close: int) -> bool:
    return line[close + 1 :] in ("", ":", ",")


def _fit_body(body: str, pad: str, opener: str, head: str) -> list[str]:
    commas = _split(body, (", ",))
    if len(commas) == 1:
        parts = _split(body, (" for ", " if ", " and ", " or "), keep=True)
        if any(part.startswith("for ") for part in parts[1:]):
            parts = _join_conditions(parts)
            whole = pad + body
            return [whole] if len(whole) <= 64 else [piece for part in parts for piece in fit(pad + part)]
        if len(pad + body) <= WIDTH:
            one = body + ("," if head.lstrip().startswith("def ") else "")
            return [pad + one]
        if len(parts) > 1:
            return [pad + part for part in parts]
        return fit(pad + body)
    if len(pad + body) <= WIDTH:
        return [pad + body]
    if _split(body, (" for ",))[1:]:
        return [
            piece for part in _join_conditions(_split(body, (" for ", " if "), keep=True)) for piece in fit(pad + part)
        ]
    return [piece for part in commas for piece in fit(pad + part.strip() + ",")]


def _join_conditions(parts: list[str]) -> list[str]:
    """Glue `and`/`or` and conditional expressions back on: a comprehension breaks at its clauses only."""
    out: list[str] = []
    seen_for = False
    for part in parts:
        clause = part.startswith("for ") or (part.startswith("if ") and seen_for)
        seen_for = seen_for or part.startswith("for ")
        if clause or not out:
            out.append(part)
        else:
            out[-1] += " " + part
    return out


def _in_parentheses(line: str, pad: str) -> list[str]:
    text = line.strip()
    tail = ":" if text.endswith(":") else ""
    text = text.removesuffix(":")
    for word in ("if ", "elif ", "while ", "return "):
        if text.startswith(word):
            rest = text.removeprefix(word)
            break
    else:
        word, equals, rest = text.partition(" = ")
        if not equals:
            return [line]
        word += " = "
    parts = _split(rest, (" and ", " or "), keep=True)
    if len(pad) + 4 + len(rest) <= WIDTH:
        return [pad + word + "(", pad + "    " + rest, pad + ")" + tail]
    if len(parts) == 1:
        parts = _split(rest, (" if ", " else ", " + ", " - "), keep=True)
    return [pad + word + "(", *[piece for part in parts for piece in fit(pad + "    " + part)], pad + ")" + tail]


def _brackets(line: str) -> list[tuple[int, int]]:
    """Return (open, close) positions of the outermost bracket pairs, strings left out."""
    pairs, stack, quote = [], [], ""
    for i, c in enumerate(line):
        if quote:
            quote = "" if c == quote and line[i - 1] != "\\" else quote
        elif c in "\"'":
            quote = c
        elif c in _OPEN:
            stack.append(i)
        elif c in _CLOSE and stack:
            start = stack.pop()
            if not stack:
                pairs.append((start, i))
    return pairs


def _split(text: str, marks: tuple[str, ...], keep: bool = False) -> list[str]:
    """Split at marks outside of brackets and strings; with `keep` each part begins with its mark's word."""
    parts, depth, quote, start, i = [], 0, "", 0, 0
    firsts = {mark[0] for mark in marks}
    while i < len(text):
        c = text[i]
        if quote:
            quote = "" if c == quote and text[i - 1] != "\\" else quote
        elif c in "\"'":
            quote = c
        elif c in _OPEN:
            depth += 1
        elif c in _CLOSE:
            depth -= 1
        elif depth == 0 and c in firsts:
            mark = next((m for m in marks if text.startswith(m, i)), "")
            if mark:
                parts.append(text[start:i])
                start = i + 1 if keep else i + len(mark)
                i += len(mark) - 1
                if keep:
                    i -= 1
        i += 1
    return [*parts, text[start:]]
