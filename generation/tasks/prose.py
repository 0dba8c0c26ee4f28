"""How a program's spec, signature, calls and code are shown to a reader.

In: a `Spec` (or a source text) and a seeded Random. Out: text: the spec in four layouts, a
docstring in four styles, a call with its outcome, a fenced block. Every layout holds the whole
spec: wording is chosen shorter or longer, nothing is cut. The prompt templates live beside it in
`phrasing` (`pick_template`, `phrase`), which is re-exported here. Nothing here runs code.
"""

import ast
import re
import textwrap
from dataclasses import dataclass
from random import Random

from generation.programs.program import Method, Param, Program, Raises, Spec
from generation.tasks.phrasing import Phrased, Template, phrase, pick_template
from generation.values import Outcome, decode, encode

__all__ = [
    "DOCSTRING_STYLES",
    "SPEC_STYLES",
    "Phrased",
    "SpecTexts",
    "Template",
    "base_facts",
    "docstring_of",
    "fence",
    "join_words",
    "lower_first",
    "phrase",
    "pick_template",
    "render_spec",
    "show_call",
    "show_outcome",
    "signature_of",
    "spec_texts",
    "with_docstring",
    "without_stop",
]

SPEC_STYLES = ("docstring", "paragraphs", "bullets", "ticket")
DOCSTRING_STYLES = ("google", "numpy", "sphinx", "plain")
WIDTH = 88


@dataclass(frozen=True)
class SpecTexts:
    """One spec in every layout, so that a template writes `{{ spec.bullets }}` and the like."""

    docstring: str
    paragraphs: str
    bullets: str
    ticket: str


# --- words -------------------------------------------------------------------------------------


def lower_first(text: str) -> str:
    """Return the text with a small first letter, unless its first word is a name, code or an acronym."""
    if len(text) > 1 and (text[1].isupper() or not text[0].isupper()):
        return text
    return text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Return the text with a capital first letter (a leading backtick is left alone)."""
    return text[:1].upper() + text[1:]


def without_stop(sentence: str) -> str:
    """Return the sentence without its full stop."""
    return sentence.rstrip().removesuffix(".")


def with_stop(sentence: str) -> str:
    """Return the sentence with exactly one full stop."""
    return without_stop(sentence) + "."


def join_words(words: list[str] | tuple[str, ...], last: str = "and") -> str:
    """Return "a", "a and b" or "a, b and c"."""
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + f" {last} " + words[-1]


def fence(code: str, language: str = "python") -> str:
    """Return the code as a fenced Markdown block; the fence is longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    bar = "`" * max(3, longest + 1)
    return f"{bar}{language}\n{code.strip(chr(10))}\n{bar}"


# --- signatures, calls, outcomes ---------------------------------------------------------------


def _params(params: tuple[Param, ...], of_method: bool = False) -> str:
    shown = [f"{p.name}: {p.annotation}" if p.annotation else p.name for p in params]
    return ", ".join((["self"] if of_method else []) + shown)


def method_signature(method: Method) -> str:
    """Return `def name(self, a: int) -> int` of one method."""
    arrow = f" -> {method.annotation}" if method.annotation else ""
    return f"def {method.name}({_params(method.params, of_method=True)}){arrow}"


def signature_of(spec: Spec, entry_point: str) -> str:
    """Return `def f(a: int) -> int` for a function, `class C` with one method a line for a class."""
    if spec.methods:
        return "\n".join([f"class {entry_point}:"] + [f"    {method_signature(m)}: ..." for m in spec.methods])
    return f"def {entry_point}({_params(spec.params)}) -> {spec.return_annotation}"


def signature_lines(spec: Spec, entry_point: str) -> str:
    """Return a function's signature with its colon, broken over lines where it is wider than WIDTH."""
    line = signature_of(spec, entry_point) + ":"
    if len(line) <= WIDTH:
        return line
    inside = _params(spec.params)
    if len(inside) + 4 > WIDTH:
        inside = ",\n    ".join(f"{p.name}: {p.annotation}" for p in spec.params) + ","
    return f"def {entry_point}(\n    {inside}\n) -> {spec.return_annotation}:"


def _arguments(args: tuple) -> str:
    return ", ".join(_literal(a) for a in args)


def _literal(value: object) -> str:
    """Return the value as a person writes it: sets in braces, else `encode`."""
    if type(value) is set and value:
        return "{" + ", ".join(sorted(map(_literal, value))) + "}"
    if type(value) is list:
        return "[" + ", ".join(map(_literal, value)) + "]"
    if type(value) is tuple:
        return "(" + ", ".join(map(_literal, value)) + ("," if len(value) == 1 else "") + ")"
    if type(value) is dict:
        return "{" + ", ".join(f"{_literal(k)}: {_literal(v)}" for k, v in value.items()) + "}"
    text = encode(value)
    return "set()" if text == "set([])" else text


def show_call(entry_point: str, input_text: str, kind: str = "function", name: str = "") -> str:
    """Return the call of one input (text by `encode`) as source.

    A function gives one expression. A class gives one line an operation: the construction,
    assigned to `name` (by default the class's own name in small letters), then each method call.
    """
    value = decode(input_text)
    if kind == "function":
        return f"{entry_point}({_arguments(value)})"
    name = name or instance_name(entry_point)
    init, operations = value
    lines = [f"{name} = {entry_point}({_arguments(init)})"]
    return "\n".join(lines + [f"{name}.{method}({_arguments(args)})" for method, args in operations])


def instance_name(entry_point: str) -> str:
    """Return the variable a person would give an object of the class: its last word in small letters."""
    words = re.findall(r"[A-Z][a-z0-9]*|[a-z0-9]+", entry_point)
    name = words[-1].lower() if words else "item"
    return name if name != entry_point else f"my_{name}"


def show_value(text: str) -> str:
    """Return an encoded value as a person writes it (sets in braces)."""
    return _literal(decode(text))


def show_outcome(outcome: Outcome) -> str:
    """Return what a call came to, as code: the value, or the bare name of the exception."""
    return outcome.raised if outcome.raised is not None else show_value(outcome.value or "None")


# --- the spec in words -------------------------------------------------------------------------


def _raises_sentence(raises: tuple[Raises, ...], subject: str, verb: str = "raises") -> str:
    parts = [f"`{r.exception}` if {without_stop(r.condition)}" for r in raises]
    return f"{subject} {verb} {join_words(parts)}." if parts else ""


def _takes_sentence(params: tuple[Param, ...], returns: str, subject: str) -> str:
    takes = join_words([f"`{p.name}` ({without_stop(p.meaning)})" for p in params])
    comes = without_stop(returns)
    if not takes:
        return f"{subject} takes no arguments and returns {comes}."
    return f"{subject} takes {takes} and returns {comes}."


def _function_paragraphs(spec: Spec, entry_point: str, rng: Random) -> str:
    subject = rng.choice((f"`{entry_point}`", "It", "The function"))
    first = f"{spec.context} {spec.summary}" if spec.context else spec.summary
    takes = _takes_sentence(spec.params, spec.returns, subject)
    rules = list(spec.rules)
    errors = _raises_sentence(spec.raises, rng.choice(("It", f"`{entry_point}`")))
    if rng.random() < 0.5:
        return "\n\n".join(p for p in (first + " " + takes, " ".join([*rules, errors]).strip()) if p)
    return "\n\n".join(p for p in (first, " ".join([takes, *rules]), errors) if p)


def _method_line(method: Method) -> str:
    """Return one sentence or two on a method: what it does, what it returns, what it raises."""
    text = with_stop(method.summary)
    for param in method.params:
        text += f" `{param.name}`: {without_stop(param.meaning)}."
    if method.name != "__init__" and method.returns and method.annotation != "None":
        text += f" Returns {without_stop(method.returns)}."
    return " ".join(filter(None, (text, _raises_sentence(method.raises, "", "Raises").strip())))


def _class_body(spec: Spec, bullet: str) -> str:
    lines = []
    for method in spec.methods:
        shown = method_signature(method).removeprefix("def ").replace("(self, ", "(").replace("(self)", "()")
        lines.append(f"{bullet}`{shown}`: {_method_line(method)}")
    return "\n".join(lines)


def _bullets(spec: Spec, entry_point: str, rng: Random) -> str:
    if spec.methods:
        rules = "\n".join(f"- {rule}" for rule in spec.rules)
        errors = "\n".join(f"- Raises `{r.exception}` if {without_stop(r.condition)}." for r in spec.raises)
        return f"{spec.summary}\n\n" + "\n".join(filter(None, (_class_body(spec, "- "), rules, errors)))
    items = [f"`{p.name}`: {without_stop(p.meaning)}" for p in spec.params]
    items.append(rng.choice(("returns ", "result: ")) + without_stop(spec.returns))
    items += list(spec.rules)
    items += [f"`{r.exception}` if {without_stop(r.condition)}" for r in spec.raises]
    mark = rng.choice("-*")
    return f"{spec.summary}\n\n" + "\n".join(f"{mark} {item}" for item in items)


def _ticket(spec: Spec, entry_point: str, rng: Random) -> str:
    words = rng.choice(
        (
            ("In", "Out", "Rules", "Errors"),
            ("Input", "Output", "Notes", "Raises"),
            ("Args", "Returns", "Details", "Errors"),
        )
    )
    lines = [spec.summary]
    if spec.methods:
        lines.append(_class_body(spec, ""))
    else:
        lines.append(f"{words[0]}: " + "; ".join(f"`{p.name}`, {without_stop(p.meaning)}" for p in spec.params))
        lines.append(f"{words[1]}: {without_stop(spec.returns)}")
    if spec.rules:
        lines.append(f"{words[2]}: " + " ".join(spec.rules))
    if spec.raises:
        lines.append(
            f"{words[3]}: " + "; ".join(f"`{r.exception}` if {without_stop(r.condition)}" for r in spec.raises)
        )
    return "\n".join(lines)


def _class_paragraphs(spec: Spec) -> str:
    first = f"{spec.context} {spec.summary}" if spec.context else spec.summary
    tail = " ".join(filter(None, (*spec.rules, _raises_sentence(spec.raises, "It"))))
    return "\n\n".join(filter(None, (first, _class_body(spec, "- "), tail)))


def render_spec(spec: Spec, entry_point: str, style: str, rng: Random) -> str:
    """Return the whole spec in one of SPEC_STYLES, without a heading; KeyError for another style.

    "docstring" is a stub in code (signature, docstring, `...`), not fenced; "paragraphs" is prose with
    the context sentence; "bullets" a Markdown list under the summary; "ticket" terse labelled lines.
    """
    if style == "docstring":
        return stub_of(spec, entry_point, rng.choice(DOCSTRING_STYLES))
    if style == "paragraphs":
        return _class_paragraphs(spec) if spec.methods else _function_paragraphs(spec, entry_point, rng)
    return {"bullets": _bullets, "ticket": _ticket}[style](spec, entry_point, rng)


def spec_texts(spec: Spec, entry_point: str, rng: Random) -> SpecTexts:
    """Return the spec in all four layouts."""
    return SpecTexts(**{style: render_spec(spec, entry_point, style, rng) for style in SPEC_STYLES})


# --- docstrings --------------------------------------------------------------------------------


def _wrap(text: str, width: int, indent: str = "", first: str | None = None) -> str:
    return textwrap.fill(
        text,
        width,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _google(params: tuple[Param, ...], returns: str, raises: tuple[Raises, ...], width: int) -> list[str]:
    blocks = []
    if params:
        lines = [_wrap(f"{p.name}: {with_stop(upper_first(p.meaning))}", width, " " * 8, " " * 4) for p in params]
        blocks.append("Args:\n" + "\n".join(lines))
    if returns:
        blocks.append("Returns:\n" + _wrap(with_stop(upper_first(returns)), width, " " * 4))
    if raises:
        lines = [_wrap(f"{r.exception}: If {with_stop(r.condition)}", width, " " * 8, " " * 4) for r in raises]
        blocks.append("Raises:\n" + "\n".join(lines))
    return blocks


def _numpy(
    params: tuple[Param, ...], returns: str, annotation: str, raises: tuple[Raises, ...], width: int
) -> list[str]:
    blocks = []
    if params:
        lines = [
            f"{p.name} : {p.annotation}\n" + _wrap(with_stop(upper_first(p.meaning)), width, " " * 4) for p in params
        ]
        blocks.append("Parameters\n----------\n" + "\n".join(lines))
    if returns:
        blocks.append(f"Returns\n-------\n{annotation}\n" + _wrap(with_stop(upper_first(returns)), width, " " * 4))
    if raises:
        lines = [f"{r.exception}\n" + _wrap(f"If {with_stop(r.condition)}", width, " " * 4) for r in raises]
        blocks.append("Raises\n------\n" + "\n".join(lines))
    return blocks


def _sphinx(params: tuple[Param, ...], returns: str, raises: tuple[Raises, ...], width: int) -> list[str]:
    lines = [_wrap(f":param {p.name}: {without_stop(p.meaning)}", width, " " * 4, "") for p in params]
    if returns:
        lines.append(_wrap(f":returns: {without_stop(returns)}", width, " " * 4, ""))
    lines += [_wrap(f":raises {r.exception}: if {without_stop(r.condition)}", width, " " * 4, "") for r in raises]
    return ["\n".join(lines)] if lines else []


def _plain(params: tuple[Param, ...], returns: str, raises: tuple[Raises, ...], width: int) -> list[str]:
    takes = join_words([f"`{p.name}` ({without_stop(p.meaning)})" for p in params])
    gives = f"returns {without_stop(returns)}" if returns else ""
    both = " and ".join(filter(None, (takes and f"takes {takes}", gives)))
    sentences = [upper_first(both) + "."] if both else []
    sentences += [f"Raises {r.exception} if {without_stop(r.condition)}." for r in raises]
    return [_wrap(" ".join(sentences), width)] if sentences else []


def docstring_of(spec: Spec | Method, style: str, indent: int = 4, rules: bool = True) -> str:
    """Return the docstring literal (quotes included) of a spec or method, to stand at `indent` spaces.

    style: one of DOCSTRING_STYLES. The first line is not indented, later ones are. With `rules`
    the spec's rules follow the summary as a paragraph.
    """
    width = WIDTH - indent
    of_method = isinstance(spec, Method)
    annotation = spec.annotation if of_method else spec.return_annotation
    returns = "" if annotation in ("None", "") else spec.returns
    params, raises = spec.params, spec.raises
    if not of_method and spec.methods:
        params, returns = (), ""
    blocks = [_wrap(with_stop(spec.summary), width - 3)]
    if rules and not of_method and spec.rules:
        blocks.append(_wrap(" ".join(spec.rules), width))
    blocks += {
        "google": lambda: _google(params, returns, raises, width),
        "numpy": lambda: _numpy(params, returns, annotation, raises, width),
        "sphinx": lambda: _sphinx(params, returns, raises, width),
        "plain": lambda: _plain(params, returns, raises, width),
    }[style]()
    return quote_docstring("\n\n".join(blocks), indent)


def quote_docstring(text: str, indent: int = 4) -> str:
    """Return the text as a docstring literal for `indent` spaces; raw where it holds a backslash.

    A text of one line is wrapped, one of several is taken as it is.
    """
    if "\n" not in text and len(text) + indent + 6 > WIDTH:
        text = _wrap(text, WIDTH - indent - 3)
    open_quotes = 'r"""' if "\\" in text else '"""'
    pad = " " * indent
    lines = [pad + line if line else "" for line in text.split("\n")]
    body = "\n".join(lines)[indent:]
    closing = '"""' if "\n" not in body and len(body) + indent + 6 <= WIDTH else f'\n{pad}"""'
    return f"{open_quotes}{body}{closing}"


def stub_of(spec: Spec, entry_point: str, style: str) -> str:
    """Return signature, docstring and `...` as code; for a class every method likewise."""
    if not spec.methods:
        return f"{signature_lines(spec, entry_point)}\n    {docstring_of(spec, style)}\n    ..."
    lines = [f"class {entry_point}:", f"    {docstring_of(spec, style)}"]
    for method in spec.methods:
        lines += ["", f"    {method_signature(method)}:", f"        {docstring_of(method, style, 8)}", "        ..."]
    return "\n".join(lines)


def with_docstring(source: str, spec: Spec, entry_point: str, style: str, methods: bool = True) -> str:
    """Return the source with the spec as the entry point's docstring (and its methods' with `methods`).

    Raises KeyError where the source does not define the entry point at top level.
    """
    lines = source.split("\n")
    tree = ast.parse(source)
    found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    node = found[entry_point]
    places = [(node, docstring_of(spec, style))]
    if isinstance(node, ast.ClassDef) and methods:
        known = {m.name: m for m in spec.methods}
        inner = [n for n in node.body if isinstance(n, ast.FunctionDef) and n.name in known]
        places += [(n, docstring_of(known[n.name], style, 8)) for n in inner]
    for place, text in sorted(places, key=lambda pair: -pair[0].body[0].lineno):
        first = place.body[0]
        at = _line_under_header(lines, first)
        blank = [""] if isinstance(first, ast.FunctionDef | ast.ClassDef) else []
        lines[at:at] = [" " * first.col_offset + text, *blank]
    return "\n".join(lines)


def _line_under_header(lines: list[str], first: ast.stmt) -> int:
    """Return the index of the line right under a header, comments above its first statement left below."""
    at = min([first.lineno, *[d.lineno for d in getattr(first, "decorator_list", [])]]) - 1
    while lines[at - 1].strip().startswith("#") or not lines[at - 1].strip():
        at -= 1
    return at


def with_text_docstring(source: str, entry_point: str, literal: str) -> str:
    """Return the source with a docstring literal (at 4 spaces) put under the entry point's signature; KeyError."""
    lines = source.split("\n")
    node = {getattr(n, "name", ""): n for n in ast.parse(source).body}[entry_point]
    at = _line_under_header(lines, node.body[0])
    blank = [""] if isinstance(node.body[0], ast.FunctionDef | ast.ClassDef) else []
    lines[at:at] = ["    " + literal, *blank]
    return "\n".join(lines)


# --- facts that every template may use ---------------------------------------------------------


def base_facts(program: Program, rng: Random) -> dict[str, object]:
    """Return what every template may use: entry, noun, title, Title, summary, task, context, signature, spec.

    `task` is the summary with a small letter and no stop ("return the gap ..."), `spec` a SpecTexts;
    `context` is "" where the family gives none.
    """
    spec = program.spec
    return {
        "entry": program.entry_point,
        "noun": program.kind,
        "title": without_stop(spec.title),
        "Title": upper_first(without_stop(spec.title)),
        "summary": with_stop(spec.summary),
        "task": lower_first(without_stop(spec.summary)),
        "context": spec.context,
        "domain": program.domain,
        "signature": signature_of(spec, program.entry_point),
        "spec": spec_texts(spec, program.entry_point, rng),
    }
