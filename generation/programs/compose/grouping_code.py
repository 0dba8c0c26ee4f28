"""The reference of the grouping shape: records prepared, folded into groups, and the groups presented.

In: `Parts`. Out: commented source text. It knows no English but comments.
"""

import re

from generation.programs.compose.grouping_finish import finish
from generation.programs.compose.grouping_fold import fold
from generation.programs.compose.grouping_parts import Parts
from generation.programs.compose.layout import define, gather, shift, source

_HOMES = {
    "collections": ("Counter", "defaultdict"),
    "collections.abc": ("Iterator",),
    "heapq": ("nsmallest",),
    "itertools": ("groupby",),
    "operator": ("itemgetter",),
}


def render(p: Parts) -> str:
    """Return the commented source of the tree."""
    folded = fold(p)
    body = [*_prepare(p), *folded.body, *finish(p, folded)]
    helpers = [*folded.helpers, "", ""] if folded.helpers else []
    return source(_imports([*helpers, *body]), helpers, define(p.entry, p.params, p.returns), shift(body))


def _imports(lines: list[str]) -> list[str]:
    """Return the imports of what the code names, and two empty lines after them."""
    words = set(re.findall(r"\w+", "\n".join(lines)))
    needed = {home: [name for name in names if name in words] for home, names in _HOMES.items()}
    out = [f"from {home} import {', '.join(names)}" for home, names in needed.items() if names]
    return [*out, "", ""] if out else []


def _prepare(p: Parts) -> list[str]:
    """Return the statements before the fold: duplicates resolved, or bad records refused up front."""
    if p.per_ident:
        return _one_per_ident(p)
    if p.checks_first:
        check = gather("if ", "any(", p.bad.test, [p.table.head(set(p.bad.roles))], "):")
        return [*check, f'    raise ValueError("{p.bad.message}")']
    return []


def _one_per_ident(p: Parts) -> list[str]:
    many, var = p.table.domain.vars, p.table.domain.var
    ident = p.table.ref("ident") if p.table.form == "dicts" else f"{var}[0]"
    start = [f"remaining: dict[str, {p.record_type}] = {{}}", f"for {var} in {many}:"]
    if p.prep == "first_per_ident":
        return [*start, f"    remaining.setdefault({ident}, {var})"]
    return [
        *start,
        "    # Taken out first, so that the order is that of the ones that stay.",
        f"    remaining.pop({ident}, None)",
        f"    remaining[{ident}] = {var}",
    ]
