"""The reference of a class in which things wait: a list in the order of serving, or entries with sortable keys.

In: a queue tree and its spec. Out: commented source text. Entries are names, (rank, name) tuples
where ranks matter, and (key, running number, name) tuples where the list is not kept in order.
"""

from generation.programs.compose.layout import shift
from generation.programs.compose.methods import render_class
from generation.programs.compose.objects_queue_words import SIZE
from generation.programs.program import Spec


def render(tree, spec: Spec) -> str:
    """Return the commented source of the tree."""
    bodies = [_init(tree), _join(tree), _serve(tree), _EXTRAS[tree.extra](tree), _REPORTS[tree.report](tree)]
    ordered = tree.keyed and (tree.report in ("position", "waiting") or tree.extra == "hold")
    return render_class(tree.theme.cls, spec.methods, bodies, _ORDERED if ordered else [])


_ORDERED = [
    "def _ordered(self) -> list[tuple[int, int, str]]:",
    "    # The running number keeps equal ranks in the order of joining.",
    "    return sorted(self._entries)",
]


def _init(tree) -> list[str]:
    kind = "tuple[int, int, str]" if tree.keyed else "tuple[int, str]" if tree.ranked else "str"
    lines = [f"self._entries: list[{kind}] = []"]
    if tree.keyed:
        lines.append("self._number = 0")
    if tree.extra == "hold":
        lines.append("self._held: set[str] = set()")
    if _remembers(tree):
        lines.append("self._served: list[str] = []")
    return lines


def _remembers(tree) -> bool:
    """Tell whether those served are kept."""
    return tree.extra == "put_back" or tree.report == "served"


def _in_order(tree) -> str:
    """Return the expression for the entries in the order of serving."""
    return "self._ordered()" if tree.keyed else "self._entries"


def _name_of(tree) -> str:
    """Return the expression for an entry's name."""
    return "entry[-1]" if tree.ranked else "entry"


def _names(tree) -> str:
    """Return the expression for the waiting names in the order of serving."""
    return f"[entry[-1] for entry in {_in_order(tree)}]" if tree.ranked else "self._entries"


def _nothing(tree) -> list[str]:
    return ['raise IndexError("nothing to serve")'] if tree.empty == "raise" else ["return None"]


def _remove(tree) -> str:
    """Return the statement that takes a name out wherever it stands."""
    one, name = ("entry", "entry[-1]") if tree.ranked else ("other", "other")
    return f"self._entries = [{one} for {one} in self._entries if {name} != name]"


def _join(tree) -> list[str]:
    waiting = "any(entry[-1] == name for entry in self._entries)" if tree.ranked else "name in self._entries"
    again = {
        "ignore": [f"if {waiting}:", "    return False"],
        "raise": [f"if {waiting}:", '    raise ValueError(f"{name} is waiting already")'],
        "renew": [_remove(tree)],
    }
    evict = "self._entries.remove(max(self._entries))" if tree.keyed else "self._entries.pop()"
    act = {"refuse": "return False", "raise": 'raise OverflowError("full")', "evict": evict}.get(tree.full)
    full = [f"if len(self._entries) >= {SIZE}:", f"    {act}"] if act else []
    return [*again.get(tree.again, []), *full, *_insert(tree), *(["return True"] if tree.refuses else [])]


def _insert(tree) -> list[str]:
    """Return the statements that put a new entry of `name`, and `rank` where there are ranks, at its place."""
    if tree.keyed:
        key = "-rank" if tree.order == "priority" else "rank"
        return ["self._number += 1", f"self._entries.append(({key}, self._number, name))"]
    if tree.order == "fifo":
        return ["self._entries.append(name)"]
    if tree.order == "lifo":
        return ["self._entries.insert(0, name)"]
    sign = ">=" if tree.order == "priority" else "<="
    return [
        "# Behind everyone of the same or a better rank.",
        f"place = sum(other {sign} rank for other, _ in self._entries)",
        "self._entries.insert(place, (rank, name))",
    ]


def _serve(tree) -> list[str]:
    name = _name_of(tree)
    remember = [f"self._served.append({name})"] if _remembers(tree) else []
    if tree.extra == "hold":
        return _first_free(tree, ["self._entries.remove(entry)", *remember])
    empty = ["if not self._entries:", *shift(_nothing(tree))]
    if tree.keyed:
        take = ["entry = min(self._entries)", "self._entries.remove(entry)"]
    elif name == "entry" and not remember:
        return [*empty, "return self._entries.pop(0)"]
    else:
        take = ["entry = self._entries.pop(0)"]
    return [*empty, *take, *remember, f"return {name}"]


def _first_free(tree, before: list[str]) -> list[str]:
    """Return the search for the first who is not on hold, and what is done before the name is returned."""
    name = _name_of(tree)
    found = [f"if {name} not in self._held:", *shift([*before, f"return {name}"])]
    return [f"for entry in {_in_order(tree)}:", *shift(found), *_nothing(tree)]


def _leave(tree) -> list[str]:
    return ["before = len(self._entries)", _remove(tree), "return before - len(self._entries)"]


def _hold(tree) -> list[str]:
    return [
        "# The symmetric difference adds a missing name and removes a present one.",
        "self._held ^= {name}",
    ]


def _skip(tree) -> list[str]:
    if tree.keyed:
        move = [
            "entry = min(self._entries)",
            "self._entries.remove(entry)",
            "rank, _, name = entry",
            "self._number += 1",
            "self._entries.append((rank, self._number, name))",
        ]
    else:
        move = [f"{'rank, name' if tree.ranked else 'name'} = self._entries.pop(0)", *_insert(tree)]
    return ["if self._entries:", *shift(move)]


def _put_back(tree) -> list[str]:
    return [
        "if not self._served:",
        "    return False",
        "name = self._served.pop()",
        "self._entries.insert(0, name)",
        "return True",
    ]


def _waiting(tree) -> list[str]:
    return [f"return {_names(tree)}" if tree.ranked else "return list(self._entries)"]


def _served(tree) -> list[str]:
    return ["return list(self._served)"]


def _position(tree) -> list[str]:
    if not tree.ranked:
        return ["return self._entries.index(name) + 1 if name in self._entries else 0"]
    return [f"names = {_names(tree)}", "return names.index(name) + 1 if name in names else 0"]


def _peek(tree) -> list[str]:
    if tree.extra == "hold":
        return _first_free(tree, [])
    first = "min(self._entries)" if tree.keyed else "self._entries[0]"
    return ["if not self._entries:", *shift(_nothing(tree)), f"return {first}{'[-1]' if tree.ranked else ''}"]


_EXTRAS = {"leave": _leave, "hold": _hold, "skip": _skip, "put_back": _put_back}
_REPORTS = {"waiting": _waiting, "served": _served, "position": _position, "peek": _peek}
