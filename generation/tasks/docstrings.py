"""Reading docstrings: which style they are in, and what they document.

In: the text of a docstring. Out: `Documented` (parameters, types, defaults, returns, raises), the
style, doctest examples as a pytest suite. Whether the sentences are true is not decided here.
"""

import ast
import doctest
import inspect
import re
from dataclasses import dataclass, field

STYLES = ("google", "numpy", "sphinx", "plain")
SECTIONS = {
    "args": "params", "arguments": "params", "parameters": "params", "params": "params", "keyword args": "params",
    "returns": "returns", "return": "returns", "raises": "raises", "attributes": "other", "example": "other",
    "examples": "other", "note": "other", "notes": "other", "yields": "other", "see also": "other", "methods": "other",
    "warning": "other", "warnings": "other", "complexity": "other", "time complexity": "other",
}  # fmt: skip
# What a writer may say for an annotation, whatever the element types.
SPOKEN = {
    "string": "str", "integer": "int", "boolean": "bool", "dictionary": "dict", "number": "int|float", "numeric": "int|float",
    "list": "list", "sequence": "list|tuple|str", "iterable": "list|tuple|set|dict|str", "mapping": "dict", "collection": "list|tuple|set|dict",
    "array": "list", "nonetype": "none", "any": "*", "object": "*", "hashable": "*",
}  # fmt: skip


@dataclass
class Documented:
    """What one docstring documents. types: parameter to the type as written. returns: the text, "" where none is."""

    style: str
    params: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    returns: str = ""
    return_type: str = ""
    raises: dict[str, str] = field(default_factory=dict)


def find_style(text: str) -> str:
    """Return the style of a cleaned docstring: one of STYLES ("plain" where no section is marked)."""
    if re.search(r"^(Parameters|Returns|Raises|Examples?|Attributes)[ \t]*\n-{3,}[ \t]*$", text, re.MULTILINE):
        return "numpy"
    if re.search(r"^:(param|returns?|raises?|type|rtype)\b[^\n:]*:", text, re.MULTILINE):
        return "sphinx"
    if re.search(r"^(Args|Arguments|Parameters|Returns|Raises|Attributes):[ \t]*$", text, re.MULTILINE):
        return "google"
    return "plain"


def read_docstring(raw: str) -> Documented:
    """Return what a docstring documents, read by its own style; a plain one only names its style."""
    text = inspect.cleandoc(raw)
    style = find_style(text)
    if style == "google":
        return _read_sections(style, _split_google(text))
    if style == "numpy":
        return _read_sections(style, _split_numpy(text))
    if style == "sphinx":
        return _read_fields(text)
    return Documented(style)


def _split_google(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.split("\n"):
        head = re.fullmatch(r"([A-Z][A-Za-z ]+):\s*", line)
        if head and head.group(1).lower() in SECTIONS:
            name = SECTIONS[head.group(1).lower()]
            found.setdefault(name, [])
        elif name and line.strip() and not line.startswith(" "):
            name = ""
        elif name:
            found[name].append(line)
    return found


def _split_numpy(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    name = ""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        under = lines[number + 1].strip() if number + 1 < len(lines) else ""
        if line.strip().lower() in SECTIONS and re.fullmatch(r"-{3,}", under):
            name = SECTIONS[line.strip().lower()]
            found.setdefault(name, [])
        elif name and not re.fullmatch(r"-{3,}", line.strip()):
            found[name].append(line)
    return found


def _entries(lines: list[str]) -> list[tuple[str, str]]:
    """Return (head, all the text under it) for the least indented lines of a section."""
    filled = [line for line in lines if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in filled), default=0)
    out: list[tuple[str, str]] = []
    for line in filled:
        if len(line) - len(line.lstrip()) == margin:
            out.append((line.strip(), ""))
        elif out:
            out[-1] = (out[-1][0], (out[-1][1] + " " + line.strip()).strip())
    return out


def _read_sections(style: str, sections: dict[str, list[str]]) -> Documented:
    made = Documented(style)
    for head, rest in _entries(sections.get("params", [])):
        pattern = (
            r"\*{0,2}`{0,2}(\w+)`{0,2}\s*(?:\(([^:]*)\))?\s*:\s*(.*)"
            if style == "google"
            else r"\*{0,2}`{0,2}(\w+)`{0,2}\s*(?::\s*(.*))?()"
        )
        match = re.fullmatch(pattern, head)
        if match:
            made.params[match.group(1)] = f"{match.group(3) or ''} {rest}".strip()
            made.types[match.group(1)] = (match.group(2) or "").strip()
    lines = [line for line in sections.get("returns", []) if line.strip()]
    made.returns = " ".join(line.strip() for line in lines)
    first = lines[0].strip() if lines else ""
    typed = (
        re.fullmatch(r"([\w\[\], |.]+?):\s+.*", first)
        if style == "google"
        else re.fullmatch(r"(?:\w+\s*:\s*)?([\w\[\], |.]+)", first)
    )
    if typed and (style == "numpy" or _is_type(typed.group(1))):
        made.return_type = typed.group(1).strip()
    for head, rest in _entries(sections.get("raises", [])):
        match = re.match(r"`{0,2}([A-Z]\w*)`{0,2}\s*:?\s*(.*)", head)
        if match:
            made.raises[match.group(1)] = f"{match.group(2)} {rest}".strip()
    return made


def _read_fields(text: str) -> Documented:
    made = Documented("sphinx")
    blocks = re.findall(r"^:(\w+)([^:\n]*):[ \t]*(.*(?:\n[ \t]+\S.*)*)", text, re.MULTILINE)
    for name, subject, body in blocks:
        words, body = subject.split(), " ".join(body.split())
        if name in ("param", "parameter", "arg", "argument") and words:
            made.params[words[-1]] = body
            made.types.setdefault(words[-1], " ".join(words[:-1]))
        elif name == "type" and words:
            made.types[words[-1]] = body
        elif name in ("return", "returns"):
            made.returns = body or "?"
        elif name == "rtype":
            made.return_type = body
            made.returns = made.returns or body
        elif name in ("raises", "raise", "except", "exception") and words:
            for one in "".join(words).split(","):
                made.raises[one] = body
    return made


def _is_type(text: str) -> bool:
    word = re.match(r"\w+", text)
    known = {
        "int",
        "str",
        "float",
        "bool",
        "list",
        "dict",
        "tuple",
        "set",
        "none",
        "bytes",
        "optional",
        "frozenset",
        "any",
    }
    return bool(word) and word.group(0).lower() in known


# --- types and defaults ------------------------------------------------------------------------


def _alternatives(text: str) -> list[str]:
    """Return the members of a union written `a | b`, `a or b`, `Optional[a]`, in small letters without ", optional"."""
    text = re.sub(r",\s*(optional|default.*)$", "", text.strip().strip("`"), flags=re.IGNORECASE).lower()
    optional = re.fullmatch(r"(?:typing\.)?optional\[(.*)\]", text)
    if optional:
        return [*_alternatives(optional.group(1)), "none"]
    depth, parts, part = 0, [], ""
    for token in re.findall(r"\s+or\s+|.", text):
        depth += (token in "[(") - (token in "])") if len(token) == 1 else 0
        if depth == 0 and (token == "|" or token.strip() == "or"):
            parts.append(part.strip())
            part = ""
        else:
            part += token
    return [*parts, part.strip()]


def contradicts_type(written: str, annotation: str) -> bool:
    """Tell whether a type in a docstring contradicts the annotation; a vaguer one ("list", "dict of ...") does not."""
    if not written.strip() or not annotation:
        return False
    real = _alternatives(annotation)
    bases = {_base(one) for one in real} | ({"int", "float"} if "float" in {_base(o) for o in real} else set())
    for one in _alternatives(written):
        names = SPOKEN.get(_base(one), _base(one)).split("|")
        if "*" in names or not re.match(r"\w", one):
            continue
        if not set(names) & bases and not (bases & {"callable", "iterable", "sequence", "mapping", "any", "object"}):
            return True
        if "[" in one and all(_inner_contradicts(one, other) for other in real if _base(other) in names):
            return True
    return False


def _base(text: str) -> str:
    word = re.match(r"(?:typing\.|collections\.abc\.)?(\w+)", text.strip())
    return word.group(1) if word else ""


def _inner_contradicts(one: str, other: str) -> bool:
    def parts(text: str) -> list[str]:
        inner = re.fullmatch(r"\w+\[(.*)\]", text.strip())
        pieces, depth, part = [], 0, ""
        for char in inner.group(1) if inner else "":
            depth += (char in "[(") - (char in "])")
            if char == "," and depth == 0:
                pieces.append(part.strip())
                part = ""
            else:
                part += char
        return [*pieces, part.strip()] if part.strip() else pieces

    left, right = parts(one), parts(other)
    if not left or not right:
        return False
    return len(left) != len(right) or any(a != b and contradicts_type(a, b) for a, b in zip(left, right, strict=True))


def find_false_default(text: str, default: str | None) -> str | None:
    """Return the words on a default that are wrong (`default` is the source of the real one, None for none)."""
    said = re.search(
        r"(?:defaults? (?:to|is|=|value (?:is|of))|\(default:?)\s*(?:of |is )?`{0,2}('[^']*'|\"[^\"]*\"|-?[\w.]*\w|\[\]|\(\)|\{\})",
        text,
        re.IGNORECASE,
    )
    if not said:
        return None
    if default is None:
        return said.group(0)
    word = {"an": "", "empty": ""}.get(said.group(1).lower(), said.group(1))
    return None if not word or word.strip("'\"") == default.strip("'\"") else said.group(0)


# --- examples ----------------------------------------------------------------------------------


def find_examples(raw: str) -> list[doctest.Example]:
    """Return the doctest examples of a docstring; ValueError where they are laid out wrongly."""
    return doctest.DocTestParser().get_examples(inspect.cleandoc(raw))


def examples_as_suite(sessions: list[list[doctest.Example]], entry_point: str) -> str:
    """Return a pytest file with a test a session: what doctest would compare, without importing doctest."""
    out = ["import contextlib", "import io", "", "import solution"]
    for number, examples in enumerate(sessions):
        out += [
            "",
            "",
            f"def test_example_{number}():",
            f"    {entry_point} = solution.{entry_point}",
            "    printed = io.StringIO()",
            "    with contextlib.redirect_stdout(printed):",
        ]
        for example in examples:
            out += ["        printed.seek(0)", "        printed.truncate()", *_as_lines(example)]
    return "\n".join(out) + "\n"


def _as_lines(example: doctest.Example) -> list[str]:
    source, pad = example.source.strip("\n"), " " * 8
    if example.exc_msg is not None:
        body = [pad + "caught = ''", pad + "try:", *[pad + "    " + line for line in source.split("\n")]]
        body += [
            pad + "except Exception as error:",
            pad + "    caught = type(error).__name__ + (': ' + str(error) if str(error) else '')",
        ]
        wanted = example.exc_msg.strip()
        return [
            *body,
            pad
            + (
                f"assert caught.split(':')[0] == {wanted.split(':')[0]!r}"
                if "..." in wanted
                else f"assert caught == {wanted!r}"
            ),
        ]
    want = " ".join(example.want.split())
    tree = ast.parse(source)
    if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
        value = [
            pad + f"shown = ({source}\n{pad})",
            pad + "text = printed.getvalue() + ('' if shown is None else repr(shown))",
        ]
    else:
        value = [*[pad + line for line in source.split("\n")], pad + "text = printed.getvalue()"]
    return [*value, pad + f"assert ' '.join(text.split()) == {want!r}"]
