"""Prompt templates: reading `prompts/<task_type>.md`, choosing one, filling it to fit.

In: a task type, facts (names to values) and a seeded Random. Out: an instruction (one sentence)
and an input (the full prompt). A template file is a list of blocks:

    === name_of_the_phrasing
    One instruction, jinja2.
    Another wording of the same instruction.
    ---
    The input that goes with any of these instructions, jinja2.

Lines before `---` are alternatives, one a line; `{{ pick("a", "b") }}` is one of its arguments. A
template suits a program where every variable that it uses is among the facts. Fitting is by
choosing another template, never by cutting.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import jinja2
from jinja2 import meta

from generation.tasks.task import MAX_INPUT_CHARS, Unsuited

PROMPTS = Path(__file__).parent / "prompts"
ENVIRONMENT = jinja2.Environment(
    undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
)


class BrokenTemplate(Exception):
    """A template file that is not made of blocks as the module docstring says."""


@dataclass(frozen=True)
class Template:
    """One phrasing: its id ("bug_fixing/ticket"), instruction wordings, body, and the facts it uses."""

    template_id: str
    instructions: tuple[str, ...]
    body: str
    needs: frozenset[str]


@dataclass(frozen=True)
class Phrased:
    """A template filled: id, instruction, input, and the names of the facts it used."""

    template_id: str
    instruction: str
    input: str
    used: frozenset[str] = frozenset()


@cache
def load_templates(task_type: str) -> tuple[Template, ...]:
    """Return the templates of a task type in file order; BrokenTemplate, FileNotFoundError."""
    text = (PROMPTS / f"{task_type}.md").read_text(encoding="utf-8")
    found = []
    for block in ("\n" + text).split("\n=== ")[1:]:
        name, _, rest = block.partition("\n")
        head, bar, body = rest.partition("\n---\n")
        wordings = tuple(line.strip() for line in head.split("\n") if line.strip())
        if not bar or not wordings or not body.strip():
            raise BrokenTemplate(f"{task_type}: {name}")
        used = meta.find_undeclared_variables(ENVIRONMENT.parse(head + body)) - {"pick"}
        found.append(Template(f"{task_type}/{name.strip()}", wordings, body.strip("\n"), frozenset(used)))
    if not found or len({t.template_id for t in found}) < len(found):
        raise BrokenTemplate(f"{task_type}: no templates, or two of one name")
    return tuple(found)


def pick_template(task_type: str, rng: Random, facts: frozenset[str] | None = None) -> Template:
    """Return one template; with `facts` only one that needs no others. Unsuited("no_template") if none does."""
    suited = [t for t in load_templates(task_type) if facts is None or t.needs <= facts]
    if not suited:
        raise Unsuited("no_template")
    return rng.choice(suited)


def fill_template(template: Template, facts: dict[str, object], rng: Random) -> Phrased:
    """Return the template filled with the facts, one of its instructions chosen; jinja2.UndefinedError if one lacks."""
    facts = {**facts, "pick": lambda *wordings: rng.choice(wordings)}
    instruction = _compile(rng.choice(template.instructions)).render(facts)
    body = _compile(template.body).render(facts)
    return Phrased(template.template_id, " ".join(instruction.split()), _tidy(body), template.needs)


@cache
def _compile(text: str) -> jinja2.Template:
    return ENVIRONMENT.from_string(text)


def phrase(
    task_type: str, facts: dict[str, object], rng: Random, max_chars: int = MAX_INPUT_CHARS, using: str = ""
) -> Phrased:
    """Return a filled template whose input fits, trying all that suit in random order.

    With `using` only templates that use the fact of that name.

    Raises Unsuited("too_long") where none fits `max_chars` (characters of the input),
    Unsuited("no_template") where none suits the facts.
    """
    suited = [t for t in load_templates(task_type) if t.needs <= facts.keys() and (not using or using in t.needs)]
    if not suited:
        raise Unsuited("no_template")
    rng.shuffle(suited)
    for template in suited:
        filled = fill_template(template, facts, rng)
        if len(filled.input) <= max_chars and filled.instruction not in filled.input:
            return filled
    raise Unsuited("too_long")


def _tidy(text: str) -> str:
    """Drop trailing spaces and runs of more than one blank line outside code fences (an empty fact leaves some)."""
    lines: list[str] = []
    inside = False
    for line in text.strip("\n").split("\n"):
        inside ^= line.startswith("```")
        if inside or line.strip() or (lines and lines[-1]):
            lines.append(line if inside else line.rstrip())
    return "\n".join(lines).strip("\n")
