"""Documentation: undocumented code in, the same code with docstrings and comments out.

Judged by: the tree is unchanged but for docstrings; parameters, returns and raises are complete,
and none is invented; types and defaults agree with the code; examples run as doctests; values that
prose states are recomputed; the style is the one asked for. Not covered: whether free sentences are
true ("partial", unless each is a sentence of the spec or a known comment).
"""

import ast
import inspect
import io
import keyword
import re
import tokenize
from random import Random
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from generation.programs.program import Program, Proved
from generation.tasks import claims, docstrings, documenting
from generation.tasks.backing import unbacked_words
from generation.tasks.judging import Code, SandboxFault, dump_tree, find_bad_code, find_bad_prose, make_proof
from generation.tasks.phrasing import load_templates, phrase
from generation.tasks.prose import base_facts, fence
from generation.tasks.task import MAX_OUTPUT_CHARS, Judgement, Posed, Unsuited

TASK_TYPE = "documentation"
IN_STYLE = {
    "google": ("in Google style", "in the Google docstring format"),
    "numpy": ("in NumPy style", "in the NumPy docstring format"),
    "sphinx": ("in reST (Sphinx) style", "with reST fields (`:param x:`)"),
    "plain": ("in plain prose, without sections", "in plain sentences, without a field list"),
}
MAX_CASES = 12

REQUEST = """Return JSON with two fields. "code": the complete given code with docstrings and comments added and \
nothing else changed. "notes": at most three sentences for the author, or an empty string. Document every parameter, \
the return value and every error of each public function or method, and nothing that does not exist. Use the docstring \
style that is asked for. Examples in docstrings must run as doctests and show exactly what is printed."""


class Answer(BaseModel):
    """The documented code, and notes (shown before the code where they end with a colon)."""

    model_config = ConfigDict(extra="forbid")
    code: Code
    notes: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)] = ""


def pose(proved: Proved, rng: Random) -> Posed:
    """Return the task of documenting the reference; Unsuited where no phrasing fits."""
    program = proved.program
    style = rng.choice(docstrings.STYLES)
    facts = {k: v for k, v in base_facts(program, rng, exists=True).items() if v != ""}
    facts |= {"code": fence(program.source), "in_style": rng.choice(IN_STYLE[style])}
    phrased = phrase(TASK_TYPE, facts, rng)
    template = next(t for t in load_templates(TASK_TYPE) if t.template_id == phrased.template_id)
    asked = style if "in_style" in template.needs and _names_style(phrased, facts["in_style"]) else "any"
    spec = facts["spec"]
    proof = make_proof(
        proved,
        subject=f"{spec.ticket}\n{program.source}",
        cases=documenting.pick_cases(proved, MAX_CASES),
        source=program.source,
        style=asked,
        raises=_known_raises(program),
        facts=documenting.known_facts(program),
    )
    return Posed(TASK_TYPE, phrased.instruction, phrased.input, phrased.template_id, proof)


def _names_style(phrased: Any, in_style: str) -> bool:
    return in_style in phrased.input or in_style in phrased.instruction


def _known_raises(program: Program) -> dict[str, list[str]]:
    """Return the documented errors by method name; "" holds those of the function or the class itself."""
    spec = program.spec
    known = {"": [r.exception for r in spec.raises]}
    known |= {m.name: [r.exception for r in m.raises] for m in spec.methods}
    return {name: sorted(set(errors)) for name, errors in known.items() if errors}


def answer(proved: Proved, posed: Posed, rng: Random) -> Answer:
    """Return the embedded teacher's documentation; Unsuited("answer_too_long") where it cannot fit."""
    style = posed.proof["style"]
    style = rng.choice(docstrings.STYLES) if style == "any" else style
    for examples, rules in ((2, True), (1, True), (0, True), (0, False)):
        code, shown = documenting.document(proved, style, examples, rules)
        made = Answer(code=code, notes=documenting.notes(proved.program, style, shown, rng))
        if len(render(made)) <= MAX_OUTPUT_CHARS:
            return made
    raise Unsuited("answer_too_long")


def render(answer: Answer) -> str:
    """Return the code in a fence with the notes before it (where they end with a colon) or after it."""
    code = fence(answer.code)
    if not answer.notes:
        return code
    return f"{answer.notes}\n\n{code}" if answer.notes.endswith(":") else f"{code}\n\n{answer.notes}"


def find_bad_form(answer: Answer, proof: dict) -> str | None:
    """Return why the form is wrong: code that does not parse or define the entry point, unsound Markdown."""
    bad = find_bad_code(answer.code, proof["entry_point"], proof["kind"])
    return bad or (find_bad_prose(answer.notes) if answer.notes else None)


# --- judging -----------------------------------------------------------------------------------


def judge(answer: Answer, proof: dict, sandbox: Any) -> Judgement:
    """Return whether the documentation is complete and true and the code unchanged."""
    if dump_tree(answer.code) != dump_tree(proof["source"]):
        return Judgement(False, "code_changed", "the code differs in more than docstrings and comments")
    units = find_units(answer.code, proof["entry_point"])
    for check in (_find_missing_docstring, _find_wrong_style, _find_gap):
        wrong = check(units, proof)
        if wrong:
            return Judgement(False, *wrong)
    prose = "\n\n".join([inspect.cleandoc(text) for _, text in units if text] + [answer.notes])
    wrong = claims.find_false_empty(prose, proof)
    if wrong:
        return Judgement(False, "false_claim", wrong)
    return _run_claims(answer, units, prose, proof, sandbox)


def find_units(code: str, entry_point: str) -> list[tuple[str, str]]:
    """Return (name, docstring) of what must be documented: "" is the entry point, then its public methods."""
    units = []
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == entry_point:
            units.append(("", ast.get_docstring(node, clean=False) or ""))
            if isinstance(node, ast.ClassDef):
                units += [
                    (n.name, ast.get_docstring(n, clean=False) or "")
                    for n in node.body
                    if isinstance(n, ast.FunctionDef) and (n.name == "__init__" or not n.name.startswith("_"))
                ]
    return units


def _find_missing_docstring(units: list, proof: dict) -> tuple[str, str] | None:
    for name, text in units:
        if not text.strip() and name != "__init__":
            return "no_docstring", f"{name or proof['entry_point']} has no docstring"
    return None


def _find_wrong_style(units: list, proof: dict) -> tuple[str, str] | None:
    asked = proof["style"]
    styles = {docstrings.find_style(inspect.cleandoc(text)) for _, text in units if text}
    marked = styles - {"plain"}
    if len(marked) > 1:
        return "wrong_style", f"styles are mixed: {sorted(marked)}"
    needs_sections = any(
        a.args or a.kwonlyargs for a in claims.signatures(proof["source"], proof["entry_point"]).values()
    )
    if asked in ("any", *marked) or (asked == "plain" and not marked) or (not marked and not needs_sections):
        return None
    return "wrong_style", f"asked for {asked}, got {sorted(styles)}"


def _find_gap(units: list, proof: dict) -> tuple[str, str] | None:
    """Return the first parameter, return value or error that is missing, invented or described wrongly."""
    functions = _functions(proof["source"], proof["entry_point"])
    texts = dict(units)
    for name, text in units:
        node = functions.get(name)
        if node is None or (not text and name != "__init__"):
            continue
        both = f"{text}\n{texts['']}" if name == "__init__" else text
        read = [docstrings.read_docstring(t) for t in ([text, texts[""]] if name == "__init__" else [text]) if t]
        wrong = (
            _find_params_gap(node, both, read)
            or _find_returns_gap(node, text, read)
            or _find_raises_gap(name, both, read, proof)
        )
        if wrong:
            return wrong[0], f"{name or proof['entry_point']}: {wrong[1]}"
    every = "\n".join(texts.values())
    missing = [e for e in proof["raises"].get("", []) if e not in every]
    return ("missing_raises", f"{missing[0]} is not documented") if missing else None


def _functions(source: str, entry_point: str) -> dict[str, ast.FunctionDef]:
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == entry_point:
            return {"": node}
        if isinstance(node, ast.ClassDef) and node.name == entry_point:
            return {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}
    return {}


def _find_params_gap(node: ast.FunctionDef, text: str, read: list[docstrings.Documented]) -> tuple[str, str] | None:
    arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
    extra = [a for a in (node.args.vararg, node.args.kwarg) if a]
    known = {a.arg: a for a in arguments + extra if a.arg not in ("self", "cls")}
    values = [None] * (len(node.args.posonlyargs + node.args.args) - len(node.args.defaults)) + node.args.defaults
    defaults = {a.arg: d and ast.unparse(d) for a, d in zip(arguments, values + node.args.kw_defaults, strict=True)}
    params = {k: v for one in read for k, v in one.params.items()}
    types = {k: v for one in read for k, v in one.types.items() if k in params or v}
    if any(one.style != "plain" for one in read):
        missing = [name for name in known if name not in params]
    else:
        missing = [name for name in known if not re.search(rf"\b{name}\b", text)]
    if missing:
        return "missing_param", f"{missing[0]} is not documented"
    invented = [name for name in {**params, **types} if name not in known]
    if invented:
        return "invented_param", f"there is no parameter {invented[0]}"
    for name, argument in known.items():
        annotation = ast.unparse(argument.annotation) if argument.annotation else ""
        if docstrings.contradicts_type(types.get(name, ""), annotation):
            return "wrong_type", f"{name} is {annotation}, documented as {types[name]}"
        if name in params:
            wrong = docstrings.find_false_default(f"{types.get(name, '')} {params[name]}", defaults.get(name))
            if wrong:
                return "wrong_default", f"{name}: {wrong!r}"
    return None


def _find_returns_gap(node: ast.FunctionDef, text: str, read: list[docstrings.Documented]) -> tuple[str, str] | None:
    annotation = ast.unparse(node.returns) if node.returns else ""
    nothing = annotation in ("None", "") or node.name == "__init__"
    one = read[0] if read else docstrings.Documented("plain")
    if nothing:
        claimed = (
            node.name != "__init__" and one.returns and not re.match(r"\W*(None|nothing)", one.returns, re.IGNORECASE)
        )
        return (
            ("invented_return", f"{one.returns!r}, but nothing is returned")
            if claimed and annotation == "None"
            else None
        )
    if one.style == "plain":
        said = re.search(
            r"\breturn|\bTrue\b|\bFalse\b|\bwhether\b|\bgives?\b|\byields?\b|\bresult\b", text, re.IGNORECASE
        )
        return None if said else ("missing_returns", "the return value is not documented")
    if not one.returns:
        return "missing_returns", "the return value is not documented"
    if docstrings.contradicts_type(one.return_type, annotation):
        return "wrong_type", f"returns {annotation}, documented as {one.return_type}"
    return None


def _find_raises_gap(name: str, text: str, read: list[docstrings.Documented], proof: dict) -> tuple[str, str] | None:
    required = proof["raises"].get(name, [])
    missing = [e for e in required if e not in text]
    if missing:
        return "missing_raises", f"{missing[0]} is not documented"
    marked = any(one.style != "plain" for one in read)
    if marked and any(e not in one.raises for e in required for one in read[:1]) and name != "__init__":
        return "missing_raises", f"{required[0]} is not in the section on errors"
    possible = {e for errors in proof["raises"].values() for e in errors}
    possible |= {str(o[1]) for outcomes in proof["expected"] for o in outcomes if o[1]}
    possible |= set(re.findall(r"raise (\w+)", proof["source"]))
    named = {e for one in read for e in one.raises} | set(re.findall(r"\b[A-Z]\w*(?:Error|Exception)\b", text))
    invented = sorted(e for e in named if e not in possible)
    return ("invented_raises", f"{invented[0]} is never raised") if invented else None


def _run_claims(answer: Answer, units: list, prose: str, proof: dict, sandbox: Any) -> Judgement:
    """Run the examples as a suite and settle the claims in the prose."""
    entry, code, tests = proof["entry_point"], answer.code, 0
    try:
        sessions = [session for session in (docstrings.find_examples(text) for _, text in units) if session]
        suite = docstrings.examples_as_suite(sessions, entry)
        ast.parse(suite)
    except (ValueError, SyntaxError) as error:
        return Judgement(False, "bad_example", f"an example is laid out wrongly: {error}")
    if sessions:
        result = sandbox.run_suite(suite, [code])[0]
        if result.verdict == "sandbox_error":
            raise SandboxFault(result.first_failure)
        if result.verdict != "passed":
            return Judgement(False, "example_fails", f"{result.verdict}: {result.first_failure}"[:300])
        tests = sum(len(session) for session in sessions)
    without = "\n".join(line for line in prose.split("\n") if not line.strip().startswith((">>>", "...")))
    stated = claims.find_claims(without, code, entry, proof["kind"])
    wrong = claims.find_false(stated, code, proof, sandbox)
    if wrong:
        return Judgement(False, "false_claim", wrong, tests_run=tests + len(stated))
    kind = "partial" if _unbacked(answer, units, proof) else "full"
    return Judgement(True, proof_kind=kind, tests_run=tests + len(stated))


def _unbacked(answer: Answer, units: list, proof: dict) -> list[str]:
    """Return the words of docstrings, comments and notes that go beyond what is known."""
    names = set(re.findall(r"\w+", proof["source"])) | {e for errors in proof["raises"].values() for e in errors}
    names -= set(keyword.kwlist)  # "not" and "None" are words that can turn a sentence round
    texts = [re.sub(r"^\s*>>> .*(\n(?!\s*$).*)*", "", text, flags=re.MULTILINE) for _, text in units]
    tokens = tokenize.generate_tokens(io.StringIO(answer.code + "\n").readline)
    comments = [t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT]
    known = [*proof["facts"], *documenting.known_notes()]
    text = _without_spans("\n".join([*texts, *comments, answer.notes]))
    known = [_without_spans(fact) for fact in known]
    return [
        word for word in unbacked_words(text, known) if word not in {n.lower() for n in names} and not word.isdigit()
    ]


def _without_spans(text: str) -> str:
    return re.sub(r"`[^`]*`", " ", text)
