"""The reference of the allocation shape: one loop that keeps what is left, alone or behind a helper or generator.

In: an allocation tree and its Words. Out: commented source text.
"""

from typing import NamedTuple

from generation.programs.compose.layout import define, shift, source


class Gathering(NamedTuple):
    """How the result grows: the statements before the loop, for each grant, and after it."""

    opening: list[str]
    each: list[str]
    closing: list[str]


def render(tree, words) -> str:
    """Return the commented source of the tree."""
    params = [f"{x.name}: {x.annotation}" for x in words.spec.params]
    head = define(words.entry, params, words.spec.return_annotation)
    gathering = _gather(tree)
    if tree.idiom == "generator" and tree.result != "left":
        names = ", ".join(x.name for x in words.spec.params)
        serve = define("serve", params, "Iterator[tuple[str, int, int]]") + shift(_serve(tree, _requester(tree)))
        imports = ["from collections.abc import Iterator", "", ""]
        return source(imports, serve, ["", ""], head, shift(_over_served(tree, gathering, names)))
    helper = [*_grant_one(tree), "", ""] if _has_helper(tree) else []
    return source(helper, head, shift(_loop(tree, gathering)))


def _has_helper(tree) -> bool:
    """Tell whether a helper decides on one grant; where one shortage ends it all, it cannot."""
    return tree.idiom == "function" and tree.short != "stop"


def _requester(tree) -> str:
    """Return the name of a loop variable for who asks."""
    p = tree.place
    return p.one if p.one not in ("class", p.stock) else "group"


def _left(tree) -> str:
    return "left[kind]" if tree.in_kinds else "left"


def _reserve(tree) -> str:
    """Return the expression for the reserve, "" without one."""
    return {"": "", "arg": "reserve", "const": str(tree.reserve_size)}[tree.reserve]


def _begin(tree) -> list[str]:
    """Return the statements that set up what may be granted."""
    stock, reserve = tree.place.stock, _reserve(tree)
    if tree.in_kinds:
        above = f"{{kind: max(0, held - {reserve}) for kind, held in {stock}.items()}}"
        left = above if reserve else f"dict({stock})"
    else:
        left = f"max(0, {stock} - {reserve})" if reserve else stock
    return [f"left = {left}", *(["serving = True"] if tree.short == "stop" else [])]


def _walk(tree, requester: str) -> list[str]:
    """Return the loop's head over the requests in the order of serving."""
    at = 2 if tree.in_kinds else 1
    keys = {"rank": f"-request[{at + 1}]", "small": f"request[{at}]", "large": f"-request[{at}]"}
    fields = [requester, *(["kind"] if tree.in_kinds else []), "amount", *(["_"] if tree.ranked else [])]
    if tree.order == "given":
        return [f"for {', '.join(fields)} in requests:"]
    return [
        "# The sort is stable, so ties keep the order of the list.",
        f"for {', '.join(fields)} in sorted(requests, key=lambda request: {keys[tree.order]}):",
    ]


def _grant(tree) -> list[str]:
    """Return the statements of one request: what is granted, and what is left then."""
    left = _left(tree)
    cap = {"": "", "arg": "cap", "const": str(tree.cap_size)}[tree.cap]
    wanted = "wanted" if cap else "amount"
    body = [f"wanted = min(amount, {cap})"] if cap else []
    body += [f"granted = grant_one({wanted}, {left})"] if _has_helper(tree) else _decide(tree, wanted, left)
    return [*body, f"{left} -= granted"]


def _decide(tree, wanted: str, left: str) -> list[str]:
    size = tree.place.size
    rounded = f" // {size} * {size}" if tree.batched else ""
    return {
        "partial": [f"granted = min({wanted}, {left}){rounded}"],
        "skip": [f"granted = {wanted}{rounded} if {wanted} <= {left} else 0"],
        "raise": [
            f"if {wanted} > {left}:",
            '    raise ValueError("not enough left")',
            f"granted = {wanted}{rounded}",
        ],
        "stop": [
            "# One request too large closes the counter for all that follow.",
            f"serving = serving and {wanted} <= {left}",
            f"granted = {wanted}{rounded} if serving else 0",
        ],
    }[tree.short]


def _grant_one(tree) -> list[str]:
    """Return the helper that decides on one grant."""
    size = tree.place.size
    if tree.short == "partial" and tree.batched:
        body = ["granted = min(wanted, left)", f"return granted - granted % {size}"]
    elif tree.short == "partial":
        body = ["return min(wanted, left)"]
    else:
        act = "return 0" if tree.short == "skip" else 'raise ValueError("not enough left")'
        body = [
            "if wanted > left:",
            f"    {act}",
            f"return wanted - wanted % {size}" if tree.batched else "return wanted",
        ]
    return define("grant_one", ["wanted: int", "left: int"], "int") + shift(body)


def _loop(tree, gathering: Gathering) -> list[str]:
    """Return the body that grants and gathers in one loop."""
    unnamed = tree.result in ("left", "missing", "share", "full")
    walk = _walk(tree, "_" if unnamed else _requester(tree))
    body = shift([*_grant(tree), *gathering.each])
    return [*_begin(tree), *gathering.opening, *walk, *body, *gathering.closing]


def _serve(tree, requester: str) -> list[str]:
    """Return the body of a generator that yields every request with its grant."""
    grant = [*_grant(tree), f"yield {requester}, amount, granted"]
    return [*_begin(tree), *_walk(tree, requester), *shift(grant)]


def _over_served(tree, gathering: Gathering, names: str) -> list[str]:
    """Return the body that gathers from the generator; fields that it does not use become `_`."""
    used = " ".join(gathering.each)
    targets = ", ".join(x if x in used else "_" for x in (_requester(tree), "amount", "granted"))
    return [*gathering.opening, f"for {targets} in serve({names}):", *shift(gathering.each), *gathering.closing]


def _gather(tree) -> Gathering:
    one = _requester(tree)
    match tree.result:
        case "left":
            return Gathering([], [], _return_left(tree))
        case "rows":
            return Gathering(["rows: list[tuple[str, int]] = []"], [f"rows.append(({one}, granted))"], ["return rows"])
        case "granted":
            each = ["if granted:", f"    totals[{one}] = totals.get({one}, 0) + granted"]
            return Gathering(["totals: dict[str, int] = {}"], each, ["return totals"])
        case "unfilled":
            each = ["if granted < amount:", f"    unfilled.append({one})"]
            return Gathering(["unfilled: list[str] = []"], each, ["return unfilled"])
        case "missing":
            return Gathering(["missing = 0"], ["missing += amount - granted"], ["return missing"])
        case "full":
            return Gathering(["full = 0"], ["if granted == amount:", "    full += 1"], ["return full"])
        case "first_short":
            each = ["if granted == 0 and first is None:", f"    first = {one}"]
            return Gathering(["first: str | None = None"], each, ["return first"])
    each = ["asked += amount", "total += granted"]
    return Gathering(["asked = total = 0"], each, ["return 100 * total // asked if asked else 100"])


def _return_left(tree) -> list[str]:
    """Return what is left; what was held back is still there, unless there was less than that from the start."""
    stock, reserve = tree.place.stock, _reserve(tree)
    if not reserve:
        return ["return left"]
    if tree.in_kinds:
        return [f"return {{kind: left[kind] + min(held, {reserve}) for kind, held in {stock}.items()}}"]
    return [f"return left + min({stock}, {reserve})"]
