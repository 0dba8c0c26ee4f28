"""How a program's spec is told: four layouts, and the facts that every prompt template may use.

In: a `Spec` or `Program` and a seeded Random. Out: text. Every layout holds the whole spec: wording
is chosen shorter or longer, nothing is cut. What belongs to telling and has its own file is
re-exported here: `sentences`, `calls`, `spec_docstrings`, `phrasing`. Nothing here runs code.
"""

import re
from dataclasses import dataclass, replace
from random import Random

from generation.programs.program import Method, Param, Program, Raises, Spec
from generation.tasks.calls import (
    instance_name,
    method_signature,
    show_call,
    show_outcome,
    show_value,
    signature_lines,
    signature_of,
)
from generation.tasks.phrasing import Phrased, Template, phrase, pick_template
from generation.tasks.sentences import (
    fence,
    join_words,
    lower_first,
    upper_first,
    with_article,
    with_stop,
    without_stop,
)
from generation.tasks.spec_docstrings import (
    DOCSTRING_STYLES,
    docstring_of,
    quote_docstring,
    stub_of,
    with_docstring,
    with_text_docstring,
)

__all__ = [
    "DOCSTRING_STYLES",
    "SPEC_STYLES",
    "Phrased",
    "SpecTexts",
    "Template",
    "base_facts",
    "docstring_of",
    "fence",
    "instance_name",
    "join_words",
    "lower_first",
    "method_signature",
    "phrase",
    "pick_template",
    "quote_docstring",
    "render_spec",
    "show_call",
    "show_outcome",
    "show_value",
    "signature_lines",
    "signature_of",
    "spec_texts",
    "stub_of",
    "upper_first",
    "with_docstring",
    "with_stop",
    "with_text_docstring",
    "without_stop",
]

SPEC_STYLES = ("paragraphs", "bullets", "ticket")


@dataclass(frozen=True)
class SpecTexts:
    """One spec in every layout, so that a template writes `{{ spec.bullets }}` and the like.

    of, entry_point, docstring_style: what the docstring is made of when a template asks for it, which few do.
    """

    of: Spec
    entry_point: str
    docstring_style: str
    paragraphs: str
    bullets: str
    ticket: str

    @property
    def docstring(self) -> str:
        """A stub in code: signature, docstring, `...`."""
        return stub_of(self.of, self.entry_point, self.docstring_style)


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

    "paragraphs" is prose with the context sentence; "bullets" a Markdown list under the summary;
    "ticket" terse labelled lines.
    """
    if style == "paragraphs":
        return _class_paragraphs(spec) if spec.methods else _function_paragraphs(spec, entry_point, rng)
    return {"bullets": _bullets, "ticket": _ticket}[style](spec, entry_point, rng)


def spec_texts(spec: Spec, entry_point: str, rng: Random) -> SpecTexts:
    """Return the spec in all its layouts."""
    docstring_style = rng.choice(DOCSTRING_STYLES)
    texts = {style: render_spec(spec, entry_point, style, rng) for style in SPEC_STYLES}
    return SpecTexts(spec, entry_point, docstring_style, **texts)


def _as_existing(spec: Spec, entry_point: str) -> Spec:
    """Return the spec of a class told of one that is there already: it keeps something, nobody is to write it."""
    shown = re.fullmatch(r"Write a class (?:\w+ )?(that|in which) (.+)", spec.summary)
    if not shown:
        return spec
    named = with_article(entry_point)
    text = f"{upper_first(named)} {shown[2]}" if shown[1] == "that" else f"In {named}, {shown[2]}"
    return replace(spec, summary=text)


def base_facts(program: Program, rng: Random, exists: bool = False) -> dict[str, object]:
    """Return what every template may use: entry, noun, title, Title, summary, task, context, signature, spec.

    `task` is the summary with a small letter and no stop ("return the gap ..."), `spec` a SpecTexts;
    `context` is "" where the family gives none. exists: whether the prompt shows the code, so that
    a class is described rather than asked for.
    """
    spec = _as_existing(program.spec, program.entry_point) if exists else program.spec
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
