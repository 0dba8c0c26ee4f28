"""What is wrong with a drawn program before anything is run: its spec, source, comments and oracle.

In: a Program (and its family's module). Out: faults as sentences. Behaviour is proving's business.
"""

import ast
import builtins
import inspect
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator
from types import ModuleType

from generation.programs.family import strip_comments
from generation.programs.normal import normalise_code
from generation.programs.program import Param, Program

MAX_COLUMNS = 88
MAX_LINES_BARE = 14  # of code that may speak for itself


def find_draft_faults(program: Program) -> list[str]:
    """Return the faults of spec, source and comments."""
    try:
        tree = ast.parse(program.source)
    except SyntaxError as error:
        return [f"the source does not parse: {error}"]
    return [
        *_find_text_faults(program),
        *_find_format_faults(program),
        *_find_import_faults(tree),
        *_find_signature_faults(program, tree),
    ]


def _find_text_faults(program: Program) -> Iterator[str]:
    spec = program.spec
    for what, text in (("summary", spec.summary), ("context", spec.context), *(("rule", r) for r in spec.rules)):
        if what == "context" and not text:
            yield "context is empty"
        elif not text.endswith(".") or (not text[:1].isupper() and not text.startswith("`")):
            yield f"{what} is no sentence: {text!r}"
    for what, text in (("title", spec.title), ("returns", spec.returns)):
        if not text or text.endswith("."):
            yield f"{what} is no noun phrase: {text!r}"
    if not spec.rules:
        yield "the spec has no rules"
    phrases = [spec.title, spec.summary, spec.returns, spec.context, *spec.rules]
    phrases += [p.meaning for p in spec.params] + [r.condition for r in spec.raises]
    for method in spec.methods:
        phrases += [method.summary, *(r.condition for r in method.raises), *(p.meaning for p in method.params)]
        if not method.summary.endswith("."):
            yield f"summary of {method.name} is no sentence: {method.summary!r}"
    for text in phrases:
        if (
            "  " in text
            or re.search(r"\$[a-z]", text)
            or text != text.strip()
            or re.search(r"\b[Aa] (?!one|once|eu)[aeio]\w", text)
        ):
            yield f"slip in the text: {text!r}"
    for r in (*spec.raises, *(r for m in spec.methods for r in m.raises)):
        if not isinstance(getattr(builtins, r.exception, None), type):
            yield f"{r.exception} is no builtin exception"
        if not r.condition or r.condition.endswith(".") or r.condition.startswith("if "):
            yield f"condition of {r.exception} is no clause after 'if': {r.condition!r}"
    if len(program.edge_inputs) < 3:
        yield "fewer than 3 edge inputs"
    if bool(program.complexity) != bool(program.complexity_terms) and program.complexity != "O(1)":
        yield "complexity and complexity_terms go together"


def _find_format_faults(program: Program) -> Iterator[str]:
    for number, line in enumerate(program.commented.split("\n"), 1):
        if len(line) > MAX_COLUMNS:
            yield f"line {number} has {len(line)} columns: {line.strip()[:60]}"
        if line != line.rstrip() or "\t" in line:
            yield f"line {number} has trailing blanks or a tab"
    if program.commented == program.source and program.source.count("\n") > MAX_LINES_BARE:
        yield "commented has no comment"
    if strip_comments(program.source) != program.source:
        yield "source has a comment"
    if not program.commented.endswith("\n") or program.commented.endswith("\n\n") or program.commented[:1] == "\n":
        yield "source does not end with one newline or begins with a blank line"
    if re.search(r"\n\n\n\n|\$[a-z]", program.commented):
        yield "source has more than two blank lines together, or an unfilled $name"


def _find_import_faults(tree: ast.Module) -> Iterator[str]:
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            for module in modules:
                if module.split(".")[0] not in sys.stdlib_module_names:
                    yield f"imports {module}, which is not in the standard library"
                if module in ("random", "time", "os", "sys", "subprocess", "socket", "threading"):
                    yield f"imports {module}: not deterministic, or not fit for a sandbox"
            if node not in tree.body:
                yield "imports inside a function"
            for alias in node.names:
                if (alias.asname or alias.name).split(".")[0] not in used:
                    yield f"import of {alias.name} is unused"
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            yield f"{node.name} has a docstring"


def _find_signature_faults(program: Program, tree: ast.Module) -> Iterator[str]:
    wanted = ast.FunctionDef if program.kind == "function" else ast.ClassDef
    found = [n for n in tree.body if isinstance(n, wanted) and n.name == program.entry_point]
    if len(found) != 1:
        yield f"the source does not define {program.entry_point} once"
        return
    spec = program.spec
    if program.kind == "function":
        yield from _compare_signature(found[0], spec.params, spec.return_annotation, skip=0)
        return
    methods = {n.name: n for n in found[0].body if isinstance(n, ast.FunctionDef)}
    public = {name for name in methods if not name.startswith("_") or name == "__init__"}
    documented = {m.name for m in spec.methods}
    if documented != public:
        yield f"methods are {sorted(public)}, the spec has {sorted(documented)}"
    for method in spec.methods:
        if method.name in methods:
            yield from _compare_signature(methods[method.name], method.params, method.annotation, skip=1)


def _compare_signature(node: ast.FunctionDef, params: Iterable[Param], returned: str, skip: int) -> Iterator[str]:
    arguments = [*node.args.posonlyargs, *node.args.args][skip:] + node.args.kwonlyargs
    own = [(a.arg, ast.unparse(a.annotation) if a.annotation else "") for a in arguments]
    said = [(p.name, _canonical(p.annotation)) for p in params]
    if own != said:
        yield f"{node.name} takes {own}, the spec says {said}"
    own_return = ast.unparse(node.returns) if node.returns else ""
    if own_return != _canonical(returned):
        yield f"{node.name} returns {own_return or 'nothing'}, the spec says {returned}"


def _canonical(annotation: str) -> str:
    try:
        return ast.unparse(ast.parse(annotation, mode="eval"))
    except SyntaxError:
        return annotation


def find_oracle_faults(module: ModuleType, program: Program) -> list[str]:
    """Return a fault where the oracle is the reference itself or runs its source."""
    text = inspect.getsource(module)
    faults = []
    if re.search(r"(?<![.\w])(exec|eval|compile)\(", text):
        faults.append("the family runs source text: an oracle must be written by itself")
    try:
        oracle = textwrap.dedent(inspect.getsource(program.oracle))
    except (OSError, TypeError) as error:
        return [*faults, f"the oracle's source cannot be read: {error}"]
    if _strip_annotations(oracle) == _strip_annotations(program.source):
        faults.append("the oracle is the reference over again")
    return faults


def _strip_annotations(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for argument in (*node.args.args, *node.args.posonlyargs, *node.args.kwonlyargs):
                argument.annotation = None
    return normalise_code(ast.unparse(tree))
