"""The reference of a class of balances: one dict of balances, or a journal that is added up at each call.

In: a balance tree and its spec. Out: commented source text.
"""

from generation.programs.compose.layout import shift
from generation.programs.compose.methods import render_class
from generation.programs.compose.objects_balance_words import CAP
from generation.programs.program import Spec

_JOURNALLED = "sum(change for other, change in self._journal if other == {})"
_EACH_NAME = "dict.fromkeys(name for name, _ in self._journal)"


def render(tree, spec: Spec) -> str:
    """Return the commented source of the tree."""
    bodies = [
        _init(tree),
        _frozen(tree) + _add(tree),
        _frozen(tree) + _take(tree),
        _balance(tree),
        _EXTRAS[tree.extra](tree),
        _REPORTS[tree.report](tree),
    ]
    return render_class(tree.theme.cls, spec.methods, bodies, [] if tree.in_journal else _change(tree))


def _init(tree) -> list[str]:
    journal = tree.in_journal
    lines = ["self._journal: list[tuple[str, int]] = []" if journal else "self._balances: dict[str, int] = {}"]
    if tree.extra == "freeze":
        lines.append("self._frozen: set[str] = set()")
    if tree.extra == "undo" and not journal:
        lines.append("self._past: list[tuple[str, int | None]] = []")
    if tree.report == "count_moves" and not journal:
        lines.append("self._changes: list[str] = []")
    return lines


def _change(tree) -> list[str]:
    """Return the private method through which every balance in a dict changes."""
    body = ["self._past.append((name, self._balances.get(name)))"] if tree.extra == "undo" else []
    body += ["self._changes.append(name)"] if tree.report == "count_moves" else []
    body += ["self._balances[name] = self._balances.get(name, 0) + amount"]
    return ["def _change(self, name: str, amount: int) -> None:", *shift(body)]


def _put(tree, name: str, amount: str) -> str:
    """Return the statement that changes a balance."""
    return f"self._journal.append(({name}, {amount}))" if tree.in_journal else f"self._change({name}, {amount})"


def _held(tree, name: str) -> str:
    """Return the expression for a balance that is 0 for an unknown name."""
    if not tree.in_journal:
        return f"self._balances.get({name}, 0)"
    return _JOURNALLED.format(name) if tree.raises_unknown else f"self.balance({name})"


def _frozen(tree) -> list[str]:
    return ["if name in self._frozen:", "    raise PermissionError(name)"] if tree.extra == "freeze" else []


def _add(tree) -> list[str]:
    put = _put(tree, "name", "amount")
    if tree.cap == "none":
        return [put]
    held = _held(tree, "name")
    if tree.cap == "clip":
        return [
            f"fitting = min(amount, {CAP} - {held})",
            "if fitting > 0:",
            "    " + _put(tree, "name", "fitting"),
            "return amount - fitting",
        ]
    over = f"if {held} + amount > {CAP}:"
    if tree.cap == "raise":
        return [over, f'    raise ValueError(f"{{name}} would exceed {CAP}")', put]
    return [over, "    return False", put, "return True"]


def _take(tree) -> list[str]:
    put = _put(tree, "name", "-amount")
    if tree.short == "partial":
        return [
            "taken = min(amount, self.balance(name))",
            "if taken > 0:",
            "    " + _put(tree, "name", "-taken"),
            "return taken",
        ]
    over = "if amount > self.balance(name):"
    if tree.short == "raise":
        return [over, '    raise ValueError(f"{name} has too little")', put]
    return [over, "    return False", put, "return True"]


def _balance(tree) -> list[str]:
    if not tree.in_journal:
        return ["return self._balances[name]" if tree.raises_unknown else "return self._balances.get(name, 0)"]
    missing = ["if all(name != other for other, _ in self._journal):", "    raise KeyError(name)"]
    return [*(missing if tree.raises_unknown else []), "return " + _JOURNALLED.format("name")]


def _move(tree) -> list[str]:
    room = [
        "# Moved to itself, an amount takes no extra room.",
        f"room = {CAP} - {_held(tree, 'target')}",
        "if source != target and amount > room:",
        "    return False",
    ]
    return [
        "if amount > self.balance(source):",
        "    return False",
        *(room if tree.cap != "none" else []),
        _put(tree, "source", "-amount"),
        _put(tree, "target", "amount"),
        "return True",
    ]


def _undo(tree) -> list[str]:
    if tree.in_journal:
        return ["if not self._journal:", "    return False", "self._journal.pop()", "return True"]
    return [
        "if not self._past:",
        "    return False",
        "name, before = self._past.pop()",
        "if before is None:",
        "    # The name was not known before the change.",
        "    del self._balances[name]",
        "else:",
        "    self._balances[name] = before",
        *(["self._changes.pop()"] if tree.report == "count_moves" else []),
        "return True",
    ]


def _freeze(tree) -> list[str]:
    return ["self._frozen.add(name)"]


def _close(tree) -> list[str]:
    if tree.in_journal:
        forget = "self._journal = [entry for entry in self._journal if entry[0] != name]"
        return ["left = self.balance(name)", forget, "return left"]
    forget = "self._changes = [other for other in self._changes if other != name]"
    return [
        f"left = self._balances.pop(name{'' if tree.raises_unknown else ', 0'})",
        *([forget] if tree.report == "count_moves" else []),
        "return left",
    ]


def _expire(tree) -> list[str]:
    if not tree.in_journal:
        return ["self._balances = {name: held // divisor for name, held in self._balances.items()}"]
    return [
        f"for name in {_EACH_NAME}:",
        "    held = self.balance(name)",
        "    # Rounding the rest down rounds the loss up.",
        "    self._journal.append((name, held // divisor - held))",
    ]


def _all_balances(tree) -> tuple[list[str], str]:
    """Return the statements that make a dict of all balances, and the expression for it."""
    if not tree.in_journal:
        return [], "self._balances"
    return [f"balances = {{name: self.balance(name) for name in {_EACH_NAME}}}"], "balances"


def _total(tree) -> list[str]:
    journal = "return sum(change for _, change in self._journal)"
    return [journal if tree.in_journal else "return sum(self._balances.values())"]


def _leaders(tree) -> list[str]:
    made, balances = _all_balances(tree)
    ranked = f"ranked = sorted({balances}, key=lambda name: (-{balances}[name], name))"
    return [*made, ranked, "return ranked[:limit]"]


def _below(tree) -> list[str]:
    made, balances = _all_balances(tree)
    return [*made, f"return sorted(name for name, held in {balances}.items() if held < level)"]


def _listing(tree) -> list[str]:
    made, balances = _all_balances(tree)
    return [*made, f"return sorted((name, held) for name, held in {balances}.items() if held > 0)"]


def _times(tree) -> list[str]:
    journal = "return sum(other == name for other, _ in self._journal)"
    return [journal if tree.in_journal else "return self._changes.count(name)"]


_EXTRAS = {"move": _move, "undo": _undo, "freeze": _freeze, "close": _close, "scale": _expire}
_REPORTS = {"total": _total, "leaders": _leaders, "low": _below, "listing": _listing, "count_moves": _times}
