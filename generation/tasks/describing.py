"""Code put into words by its tree: what each statement does, in sentences that are true of any run.

In: our own commented source. Out: steps in Markdown, one a top-level statement, with the comments
(which say why) woven in. Statements with no honest short wording are left out, never guessed at.
"""

import ast
import builtins
import re

from generation.tasks.unparsing import cut_out

MAX_QUOTE = 100


class Describer:
    """Describes the body of one function of a commented source."""

    def __init__(self, commented: str):
        self.top = False  # whether an assignment described now stands outside loops and branches
        self.lines = commented.split("\n")

    def quote(self, node: ast.AST) -> str | None:
        """Return the node's source as a code span on one line, None where it is too long to quote."""
        text = cut_out(self.lines, node)
        text = re.sub(r"\s*#[^\n]*", "", text) if "\n" in text else text
        text = re.sub(r"([\[({])\s+", r"\1", re.sub(r",?\s+([\])}])", r"\1", " ".join(text.split())))
        return f"`{text}`" if 0 < len(text) <= MAX_QUOTE and "`" not in text else None

    def comments_above(self, node: ast.stmt) -> list[str]:
        """Return the sentence of the comment lines right above a statement (and behind its first line)."""
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        at, texts = first - 2, []
        while at >= 0 and self.lines[at].strip().startswith("#"):
            texts.insert(0, self.lines[at].strip().lstrip("# "))
            at -= 1
        behind = self.lines[node.lineno - 1].partition("  # ")[2].strip()
        joined = " ".join(texts)
        return [as_sentence(text) for text in (joined, behind) if text]

    # --- clauses ---

    def clause(self, node: ast.stmt) -> str | None:
        """Return one statement as a clause without a capital and a stop, None where nothing short is true."""
        match node:
            case ast.Return(value=None):
                return "it returns"
            case ast.Return(value=value):
                made = self.collection(value)
                shown = self.quote(value)
                return f"it returns {made or shown}" if made or shown else None
            case ast.Raise(exc=ast.Call(func=ast.Name(id=name)) | ast.Name(id=name)):
                return f"it raises `{name}`"
            case ast.Continue():
                return "the rest of the pass is skipped"
            case ast.Break():
                return "the loop ends"
            case ast.Expr(value=ast.Yield(value=value)) if value:
                shown = self.quote(value)
                return f"it yields {shown}" if shown else None
            case ast.Expr(value=value):
                return self._call(value)
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=value) if value:
                return self._assignment(target, value)
            case ast.AugAssign(target=target, op=operator, value=value):
                return self._augmented(target, operator, value)
            case ast.If():
                return self._if(node)
            case ast.For(target=target, iter=source) if len(node.body) == 1:
                shown, over = self.quote(target), self.quote(source)
                inner = self.clauses(node.body)
                return f"for each {shown} in {over}, {inner}" if shown and over and inner else None
            case ast.While(test=test) if len(node.body) == 1:
                shown, inner = self.quote(test), self.clauses(node.body)
                return f"as long as {shown} holds, {inner}" if shown and inner else None
        return None

    def _call(self, value: ast.expr) -> str | None:
        match value:
            case ast.Call(func=ast.Attribute(value=holder, attr="append" | "add" as verb), args=[item], keywords=[]):
                place, thing = self.quote(holder), self.quote(item)
                word = "appended" if verb == "append" else "added"
                return f"{thing} is {word} to {place}" if place and thing else None
        shown = self.quote(value)
        return f"{shown} runs" if shown else None

    def collection(self, value: ast.expr) -> str | None:
        """Return what a comprehension makes in words ("a list of `x` for every ..."), None for anything else."""
        match value:
            case ast.ListComp(elt=item, generators=[one]) | ast.SetComp(elt=item, generators=[one]):
                made = "a list" if isinstance(value, ast.ListComp) else "a set"
                what = self.quote(item)
                start = f"{made} with {what}" if what else None
            case ast.DictComp(key=key, value=item, generators=[one]):
                left, right = self.quote(key), self.quote(item)
                start = f"a dictionary from {left} to {right}" if left and right else None
            case _:
                return None
        target, over = self.quote(one.target), self.quote(one.iter)
        tests = [self.quote(test) for test in one.ifs]
        if not start or not target or not over or any(test is None for test in tests) or one.is_async:
            return None
        return f"{start} for every {target} in {over}" + (
            f" where {' and '.join(t for t in tests if t)}" if tests else ""
        )

    def _assignment(self, target: ast.expr, value: ast.expr) -> str | None:
        place, made, shown = self.quote(target), self.collection(value), self.quote(value)
        if not place or not (made or shown):
            return None
        if (
            isinstance(target, ast.Name)
            and isinstance(value, ast.List | ast.Dict | ast.Constant)
            and shown
            and len(shown) < 12
            and self.top
        ):
            return f"{place} starts as {shown}"
        several = isinstance(target, ast.Tuple)
        if made:
            return f"{place} is {made}"
        return f"{place} {'are' if several else 'is'} set to {shown}"

    def _augmented(self, target: ast.expr, operator: ast.operator, value: ast.expr) -> str | None:
        place, shown = self.quote(target), self.quote(value)
        if not place or not shown:
            return None
        if isinstance(operator, ast.Add):
            return (
                f"{place} goes up by {shown}"
                if isinstance(value, ast.Constant) and isinstance(value.value, int)
                else f"{shown} is added to {place}"
            )
        if isinstance(operator, ast.Sub):
            return f"{shown} is taken off {place}"
        whole = {ast.Mult: "multiplied by", ast.FloorDiv: "floor-divided by", ast.Div: "divided by"}.get(type(operator))
        return f"{place} is {whole} {shown}" if whole else None

    def _if(self, node: ast.If) -> str | None:
        if any(isinstance(n, ast.If | ast.For | ast.While) for n in node.body):
            return None  # "if a, if b, x; otherwise y" would not say to which test the otherwise belongs
        test, body = self.quote(node.test), self.clauses(node.body)
        if not test or not body:
            return None
        text = f"if {test}, {body}"
        if not node.orelse:
            return text
        other = self.clauses(node.orelse)
        return f"{text}; otherwise {other}" if other else None

    def clauses(self, body: list[ast.stmt]) -> str | None:
        """Return the clauses of a block joined by "and", None where one of them has none or there are too many."""
        made = [self.clause(node) for node in body]
        if any(part is None for part in made) or len(made) > 3:
            return None
        parts = [part for part in made if part]
        joined = ", then ".join(parts) if len(parts) > 2 else " and ".join(parts)
        nested = joined.count("otherwise") > 1 or joined.count("if `") > 1 or ("if `" in joined and len(parts) > 1)
        return joined if len(joined) <= 330 and not nested else None

    # --- steps ---

    def steps(self, body: list[ast.stmt]) -> list[str]:
        """Return one step a statement, neighbouring assignments joined, sub-steps as an indented list."""
        out: list[str] = []
        plain: list[str] = []
        for node in [n for n in body if not _is_docstring(n)]:
            simple = isinstance(node, ast.Assign | ast.AnnAssign) and not self.comments_above(node)
            self.top = True
            clause = self.clause(node) if simple else None
            self.top = False
            if clause and len(clause) < 70:
                plain.append(clause)
                continue
            if plain:
                out.append(_sentence(plain))
                plain = []
            step = self.step(node)
            if step:
                out.append(step)
        return out + ([_sentence(plain)] if plain else [])

    def step(self, node: ast.stmt) -> str | None:
        """Return one statement as a step: its clause, or its parts as a nested list, comments woven in."""
        lines = self.lines_of(node, 0)
        return "\n".join(lines).strip() if lines else None

    def lines_of(self, node: ast.stmt, depth: int) -> list[str]:
        """Return a statement as Markdown lines: one where a clause says it all, else a head and a list below it."""
        why = self.comments_above(node)
        mark = "   " * depth + ("- " if depth else "")
        clause = self.clause(node)
        if clause:
            below = [
                c for n in ast.walk(node) if isinstance(n, ast.stmt) and n is not node for c in self.comments_above(n)
            ]
            return [mark + " ".join([_capital(clause) + ".", *why, *dict.fromkeys(below)])]
        blocks = self._blocks(node)
        if not blocks:
            return [mark + " ".join(why)] if why else []
        lines: list[str] = []
        for number, (head, body) in enumerate(blocks):
            inner = [line for n in body if not _is_docstring(n) for line in self.lines_of(n, depth + 1)]
            lead = " ".join(why) + " " if why and number == 0 else ""
            lines += [f"{mark if number == 0 or depth else ''}{lead}{_capital(head)}:", *inner] if inner else []
        return [line if i == 0 or line.startswith(" ") else "   - " + line for i, line in enumerate(lines)]

    def _otherwise(self, body: list[ast.stmt]) -> list[tuple[str, list[ast.stmt]]]:
        """Return the blocks after an `if`: `elif` as "otherwise, if ...", `else` as "otherwise"."""
        match body:
            case []:
                return []
            case [ast.If(test=test, body=inner, orelse=rest)] if self.quote(test):
                return [(f"otherwise, if {self.quote(test)}", inner), *self._otherwise(rest)]
        return [("otherwise", body)]

    def _blocks(self, node: ast.stmt) -> list[tuple[str, list[ast.stmt]]]:
        """Return (head, body) of each block of a compound statement; an empty list where a head cannot be quoted."""
        match node:
            case ast.For(target=target, iter=source):
                shown, over = self.quote(target), self.quote(source)
                return [(f"for each {shown} in {over}", node.body)] if shown and over and not node.orelse else []
            case ast.While(test=test):
                shown = self.quote(test)
                return [(f"as long as {shown} holds", node.body)] if shown and not node.orelse else []
            case ast.FunctionDef(name=name):
                return [(f"`{name}` is a helper that the rest uses", node.body)]
            case ast.If(test=test):
                shown = self.quote(test)
                if not shown:
                    return []
                return [(f"if {shown}", node.body), *self._otherwise(node.orelse)]
            case ast.Try(handlers=[ast.ExceptHandler(type=caught, body=after)], orelse=[], finalbody=[]) if caught:
                shown = self.quote(caught)
                return [("what may fail is tried", node.body), (f"if that raises {shown}", after)] if shown else []
        return []


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def as_sentence(text: str) -> str:
    """Return a comment as a sentence: capital first (unless code), full stop last."""
    text = text.strip()
    if not text:
        return ""
    word = re.match(r"[a-z]+\b(?![_(.\[])", text)
    first = text[0].upper() + text[1:] if word and not hasattr(builtins, word.group(0)) else text
    return first if first[-1] in ".!?" else first + "."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(clauses: list[str]) -> str:
    return _capital("; ".join(clauses)) + "." if len(clauses) > 2 else _capital(" and ".join(clauses)) + "."


def describe(commented: str, entry_point: str) -> list[str]:
    """Return the steps of a function (helpers first, a step each), or one step a method for a class."""
    describer = Describer(commented)
    out: list[str] = []
    for node in ast.parse(commented).body:
        if isinstance(node, ast.FunctionDef) and node.name == entry_point:
            out += describer.steps(node.body)
        elif isinstance(node, ast.FunctionDef):
            out += _named(describer, node, "The helper ")
        elif isinstance(node, ast.ClassDef) and node.name == entry_point:
            for method in [n for n in node.body if isinstance(n, ast.FunctionDef)]:
                out += _named(describer, method, "")
    return out


def _named(describer: Describer, node: ast.FunctionDef, lead: str) -> list[str]:
    """Return the steps of a helper or method as one step that begins with its name."""
    steps = describer.steps(node.body)
    why = " ".join(describer.comments_above(node))
    if len(steps) == 1 and "\n" not in steps[0]:
        return [f"{lead}`{node.name}`: {why} {steps[0]}".replace(":  ", ": ")]
    parts = [step.replace("\n", "\n   ") for step in steps]
    return [f"{lead}`{node.name}`: {why}".rstrip() + "".join(f"\n   - {part}" for part in parts)] if parts else []
