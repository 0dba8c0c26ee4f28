# ruff: noqa: E501 (sentences and tables read better on one line)
"""Shape: requests served from a stock in some order, with caps, batches, a reserve and a rule for shortage.

In: choices decoded from a number, a Random for words. Out: a Draft. The reference keeps what is
left; the oracle works it out anew for each request from everything granted before it.
"""

from dataclasses import dataclass
from random import Random

from generation.programs.compose.english import a, say, sentence
from generation.programs.compose.layout import define, shift, source
from generation.programs.compose.space import make_plan
from generation.programs.family import Draft
from generation.programs.program import Param, Raises, Refused, Spec

FAMILY = "compose_allocation"
WEIGHT = 3
SUPPLY = ("single", "kinds")
ORDERS = ("given", "rank", "small", "large")
SHORT = ("partial", "skip", "stop", "raise")
CAPS = ("const", "arg")
RESERVES = ("const", "arg")
RESULTS = ("rows", "granted", "left", "unfilled", "missing", "full", "first_short", "share")
IDIOMS = ("loop", "generator", "function")
_BASE = {"supply": SUPPLY, "order": ORDERS, "short": SHORT, "result": RESULTS, "idiom": IDIOMS}
PLANS = (
    make_plan("order_grant", 2, **_BASE),
    make_plan("order_cap_grant", 3, cap=CAPS, **_BASE),
    make_plan("order_batch_grant", 3, batch=("yes",), **_BASE),
    make_plan("reserve_order_cap_grant", 4, cap=CAPS, reserve=RESERVES, **_BASE),
    make_plan("reserve_order_batch_grant", 4, batch=("yes",), reserve=RESERVES, **_BASE),
    make_plan("reserve_order_cap_batch_grant", 5, cap=CAPS, batch=("yes",), reserve=RESERVES, **_BASE),
)
PLAN_WEIGHTS = (1, 2, 1, 3, 2, 4)


@dataclass(frozen=True)
class Place:
    """One domain: who asks, for what, in which unit, in which kinds; the argument names."""

    name: str
    one: str
    many: str
    stock: str
    unit: str
    kind: str
    kinds: tuple[str, ...]
    size: int
    rank: str
    contexts: tuple[str, ...]


PLACES = (
    Place(
        "seed exchange",
        "gardener",
        "gardeners",
        "stock",
        "packets",
        "crop",
        ("bean", "kale", "leek"),
        4,
        "years of membership",
        ("The seed exchange shares out its packets every spring.", "Nobody should leave the exchange empty-handed."),
    ),
    Place(
        "charging park",
        "van",
        "vans",
        "power",
        "kilowatts",
        "row",
        ("east", "north", "west"),
        5,
        "urgency",
        ("The charging park may not exceed its connection.", "Vans are charged overnight with what the grid allows."),
    ),
    Place(
        "ferry crossing",
        "group",
        "groups",
        "seats",
        "seats",
        "deck",
        ("lower", "main", "upper"),
        2,
        "status",
        ("The ferry's seats are given out at the gate.", "Groups are boarded by a fixed procedure."),
    ),
    Place(
        "relief goods",
        "village",
        "villages",
        "supplies",
        "crates",
        "good",
        ("food", "tents", "water"),
        6,
        "need",
        ("Relief goods are shared out by the district office.", "Each truckload is divided before it leaves."),
    ),
    Place(
        "computing centre",
        "project",
        "projects",
        "hours",
        "hours",
        "queue",
        ("cpu", "gpu", "memory"),
        8,
        "priority",
        ("Machine hours are granted once a month.", "The computing centre explains every grant."),
    ),
    Place(
        "fabric cutting",
        "order",
        "orders",
        "cloth",
        "metres",
        "fabric",
        ("cotton", "felt", "linen"),
        3,
        "urgency",
        ("The cutter works off the day's orders.", "What is left on the roll goes back to the shelf."),
    ),
    Place(
        "water rights",
        "farm",
        "farms",
        "water",
        "litres",
        "canal",
        ("left", "middle", "right"),
        10,
        "seniority",
        ("The water board opens the canals at dawn.", "In dry years water is shared by rule."),
    ),
    Place(
        "grant fund",
        "club",
        "clubs",
        "budget",
        "euros",
        "purse",
        ("culture", "sports", "youth"),
        25,
        "score",
        ("The town's grant fund is always too small.", "Every club gets a reasoned decision."),
    ),
    Place(
        "school laptops",
        "class",
        "classes",
        "laptops",
        "laptops",
        "model",
        ("basic", "pro", "tablet"),
        2,
        "grade",
        ("The school lends its laptops by the week.", "The laptop trolley is filled every Monday."),
    ),
    Place(
        "paint shop",
        "job",
        "jobs",
        "paint",
        "litres",
        "colour",
        ("blue", "red", "white"),
        4,
        "priority",
        ("The paint shop mixes once a day.", "Jobs that get no paint wait until tomorrow."),
    ),
)


def _phrases(c: dict[str, str], p: Place, rng: Random) -> tuple[list[str], dict[str, int]]:
    """Return the rules and the constants of one tree."""
    cap, reserve = p.size * 3, p.size * 2
    of = f" of {a(p.kind)}" if c["supply"] == "kinds" else ""
    rules = [
        {
            "given": say(
                rng, "Requests are served in the order given.", f"The {p.many} are served in the order of the list."
            ),
            "rank": say(
                rng,
                f"The request with the highest {p.rank} is served first; equal ones keep the order of the list.",
                f"Serve by {p.rank}, highest first, and leave ties in the order of the list.",
            ),
            "small": say(
                rng,
                "The smallest request is served first; equal ones keep the order of the list.",
                "Small requests come before larger ones, and ties stay in the order of the list.",
            ),
            "large": say(
                rng,
                "The largest request is served first; equal ones keep the order of the list.",
                "Large requests come before smaller ones, and ties stay in the order of the list.",
            ),
        }[c["order"]]
    ]
    if c.get("reserve"):
        much = f"`reserve` {p.unit}" if c["reserve"] == "arg" else f"{reserve} {p.unit}"
        rules.append(
            say(
                rng,
                f"The last {much}{of} are kept back; if there are no more than that, nothing can be granted.",
                f"Only what exceeds a reserve of {much}{of} may be granted.",
            )
        )
    wanted = "a request"
    if c.get("cap"):
        much = "`cap`" if c["cap"] == "arg" else str(cap)
        rules.append(
            say(
                rng,
                f"A request for more than {much} {p.unit} is treated as one for {much}.",
                f"No request counts for more than {much} {p.unit}.",
            )
        )
    if c.get("batch"):
        rules.append(
            say(
                rng,
                f"Every grant is rounded down to a multiple of {p.size} {p.unit}, even if more is left.",
                f"{p.unit.capitalize()} are only granted in full lots of {p.size}, so each grant is rounded down to a multiple of that.",
            )
        )
    rules.append(
        {
            "partial": say(
                rng,
                f"If less is left than {wanted} wants, the rest that is left is granted.",
                "A request that exceeds what is left gets all that is left.",
            ),
            "skip": say(
                rng,
                "A request that exceeds what is left gets nothing, but later ones may still be served.",
                "Where too little is left nothing is granted, and the next request is tried.",
            ),
            "stop": say(
                rng,
                "The first request that exceeds what is left gets nothing, and neither does any after it.",
                "Once a request exceeds what is left, granting ends: it and all later ones get nothing.",
            ),
            "raise": "Whether enough is left is judged for each request in turn.",
        }[c["short"]]
    )
    if c.get("batch"):
        rules.append(
            "Whether enough is left is decided before rounding." if c["short"] != "partial" else "Rounding comes last."
        )
    return rules, {"cap": cap, "reserve": reserve, "batch": p.size}


def draw(choice: dict[str, str], rng: Random) -> Draft:
    """Return the Draft of one decoded choice."""
    c, p = choice, rng.choice(PLACES)
    if (
        c["short"] == "raise"
        and not c.get("cap")
        and not c.get("batch")
        and c["result"] not in ("rows", "granted", "left")
    ):
        # Where every request is granted in full or refused, nothing can be missing.
        raise Refused("pointless")
    rules, constants = _phrases(c, p, rng)
    spec, entry = _spec(c, p, rules, rng)
    names = [x.name for x in spec.params]

    def oracle(*args):
        given = dict(zip(names, args, strict=True))
        return answer(c, p, constants, given[p.stock], given["requests"], given)

    def draw_input(rng: Random, size: int = -1) -> tuple:
        size = rng.choice((0, 1, 2, 4, 6, 8)) if size < 0 else size
        requests = []
        for _ in range(size):
            row = [f"{p.one[0].upper()}{rng.randrange(1, 7)}"]
            row += [rng.choice(p.kinds)] if c["supply"] == "kinds" else []
            row.append(rng.choice((1, p.size, p.size + 1, 2 * p.size, 3 * p.size, 4 * p.size + 1)))
            row += [rng.randrange(1, 4)] if c["order"] == "rank" else []
            requests.append(tuple(row))
        amount = lambda: rng.choice((0, p.size, 2 * p.size + 1, 5 * p.size, 9 * p.size, 20 * p.size))  # noqa: E731
        stock = {k: amount() for k in p.kinds} if c["supply"] == "kinds" else amount()
        extra = [rng.choice((1, p.size, 2 * p.size))] if c.get("cap") == "arg" else []
        extra += [rng.choice((0, 1, p.size, 3 * p.size))] if c.get("reserve") == "arg" else []
        return (stock, requests, *extra)

    edge_rng = Random(23)
    return Draft(
        entry_point=entry,
        spec=spec,
        commented=_code(c, p, spec, entry, constants),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=tuple(draw_input(edge_rng, size) for size in (0, 1, 2, 3, 5, 8)),
        domain=p.name,
        idiom=c["idiom"],
    )


def _spec(c: dict[str, str], p: Place, rules: list[str], rng: Random) -> tuple[Spec, str]:
    kinds = c["supply"] == "kinds"
    shape = ", ".join(
        [p.one, *([p.kind] if kinds else []), f"requested {p.unit}", *([p.rank] if c["order"] == "rank" else [])]
    )
    row = ", ".join(["str", *(["str"] if kinds else []), "int", *(["int"] if c["order"] == "rank" else [])])
    params = [
        Param(
            p.stock,
            "dict[str, int]" if kinds else "int",
            f"the {p.unit} there are" + (f" of each {p.kind}" if kinds else ""),
        ),
        Param(
            "requests",
            f"list[tuple[{row}]]",
            f"({shape}) tuples" + (f"; each {p.kind} is one of `{p.stock}`" if kinds else ""),
        ),
    ]
    if c.get("cap") == "arg":
        params.append(Param("cap", "int", f"the most {p.unit} that one request may count for, above 0"))
    if c.get("reserve") == "arg":
        params.append(Param("reserve", "int", f"the {p.unit} to keep back" + (f" of each {p.kind}" if kinds else "")))
    asked, returns, annotation, entry, extra = {
        "rows": (
            f"what each request for {p.unit} is granted",
            f"({p.one}, granted) tuples in the order of serving",
            "list[tuple[str, int]]",
            f"grant_{p.unit}",
            "Requests that get nothing are listed with 0.",
        ),
        "granted": (
            f"how many {p.unit} each of the {p.many} gets in all",
            f"a dict from {p.one} to granted {p.unit}",
            "dict[str, int]",
            f"{p.unit}_per_{p.one}",
            f"Only {p.many} that get something appear.",
        ),
        "left": (
            f"how many {p.unit} are left after all requests were served",
            f"the {p.unit} left"
            + (f" of each {p.kind}" if kinds else "")
            + (", the reserve included" if c.get("reserve") else ""),
            "dict[str, int]" if kinds else "int",
            f"{p.unit}_left",
            "",
        ),
        "unfilled": (
            f"which {p.many} get less than they asked for",
            f"the {p.many} in the order of serving",
            "list[str]",
            f"unfilled_{p.many}",
            f"What was asked for is the request as it stands in the list; {a(p.one)} is named once for each such request.",
        ),
        "missing": (
            f"how many {p.unit} are asked for but not granted",
            f"the number of {p.unit}",
            "int",
            f"missing_{p.unit}",
            "What was asked for is the request as it stands in the list.",
        ),
        "full": (
            "how many requests are granted in full",
            "the number of requests",
            "int",
            f"count_full_{p.unit}_grants",
            "A request is granted in full if it gets exactly what stands in the list.",
        ),
        "first_short": (
            f"the first of the {p.many}, in the order of serving, whose request gets nothing at all",
            f"the {p.one}, or None",
            "str | None",
            f"first_{p.one}_without_{p.unit}",
            "If every request gets something, the result is None.",
        ),
        "share": (
            f"what percentage of all requested {p.unit} is granted",
            "a whole percentage, rounded down",
            "int",
            f"granted_{p.unit}_percentage",
            "Without requests the result is 100.",
        ),
    }[c["result"]]
    rules = [*rules, *([extra] if extra else [])]
    raises = (
        (Raises("ValueError", "a request exceeds what is left when its turn comes"),) if c["short"] == "raise" else ()
    )
    verb = say(rng, "Return", "Work out", "Determine")
    source_words = say(rng, f"Share out {p.unit} among {p.many} and return {asked}", f"{verb} {asked}")
    spec = Spec(
        title=asked,
        summary=sentence(source_words),
        rules=tuple(rules),
        params=tuple(params),
        returns=returns,
        return_annotation=annotation,
        raises=raises,
        context=say(rng, *p.contexts),
    )
    return spec, entry.replace(" ", "_")


def _code(c: dict[str, str], p: Place, spec: Spec, entry: str, constants: dict[str, int]) -> str:
    kinds, ranked = c["supply"] == "kinds", c["order"] == "rank"
    stock = p.stock
    one = p.one if p.one not in ("class", stock) else "group"
    index = 2 if kinds else 1
    key = {"rank": f"-request[{index + 1}]", "small": f"request[{index}]", "large": f"-request[{index}]"}.get(
        c["order"]
    )
    requests = f"sorted(requests, key=lambda request: {key})" if key else "requests"
    comment = ["# The sort is stable, so ties keep the order of the list."] if key else []
    reserve = {"arg": "reserve", "const": str(constants["reserve"])}.get(c.get("reserve", ""))
    left = "left[kind]" if kinds else "left"
    if kinds:
        start = (
            f"left = {{kind: max(0, held - {reserve}) for kind, held in {stock}.items()}}"
            if reserve
            else f"left = dict({stock})"
        )
    else:
        start = f"left = max(0, {stock} - {reserve})" if reserve else f"left = {stock}"
    head = f"for {one}, {'kind, ' if kinds else ''}amount{', _' if ranked else ''} in {requests}:"
    cap = {"arg": "cap", "const": str(constants["cap"])}.get(c.get("cap", ""))
    wanted = "wanted" if cap else "amount"
    body = [f"wanted = min(amount, {cap})"] if cap else []
    helper: list[str] = []
    batch = constants["batch"] if c.get("batch") else 0
    stop = c["short"] == "stop"
    lines = [start, *(["serving = True"] if stop else [])]
    grant = _grant(c, wanted, left, batch)
    if c["idiom"] == "function" and not stop:
        helper = define("grant_one", ["wanted: int", "left: int"], "int") + shift(_function_body(c, batch))
        body.append(f"granted = grant_one({wanted}, {left})")
    else:
        body += grant
    body.append(f"{left} -= granted")
    opening, add, closing = _result(c, p, one, stock, reserve, kinds)
    if c["idiom"] == "generator" and c["result"] != "left":
        kind_args = [f"{x.name}: {x.annotation}" for x in spec.params]
        inner = [*lines, *comment, head, *shift([*body, f"yield {one}, amount, granted"])]
        helper = define("serve", kind_args, "Iterator[tuple[str, int, int]]") + shift(inner)
        names = ", ".join(x.name for x in spec.params)
        used = {one: one in " ".join(add), "amount": "amount" in " ".join(add), "granted": "granted" in " ".join(add)}
        targets = ", ".join(name if use else "_" for name, use in used.items())
        main = [*opening, f"for {targets} in serve({names}):", *shift(add), *closing]
        imports = ["from collections.abc import Iterator", "", ""]
    else:
        main = [*lines, *opening, *comment, head, *shift([*body, *add]), *closing]
        imports = []
        if c["result"] in ("left", "missing", "share", "full"):
            main = [line.replace(f"for {one}, ", "for _, ") for line in main]
    params = [f"{x.name}: {x.annotation}" for x in spec.params]
    return source(
        imports, [*helper, "", ""] if helper else [], define(entry, params, spec.return_annotation), shift(main)
    )


def _grant(c: dict[str, str], wanted: str, left: str, batch: int) -> list[str]:
    rounded = f" // {batch} * {batch}" if batch else ""
    if c["short"] == "partial":
        return [f"granted = min({wanted}, {left}){rounded}"]
    if c["short"] == "skip":
        return [f"granted = {wanted}{rounded} if {wanted} <= {left} else 0"]
    if c["short"] == "raise":
        return [f"if {wanted} > {left}:", '    raise ValueError("not enough left")', f"granted = {wanted}{rounded}"]
    return [
        "# One request too large closes the counter for all that follow.",
        f"serving = serving and {wanted} <= {left}",
        f"granted = {wanted}{rounded} if serving else 0",
    ]


def _function_body(c: dict[str, str], batch: int) -> list[str]:
    tail = [f"return granted - granted % {batch}"] if batch else ["return granted"]
    if c["short"] == "partial":
        return ["granted = min(wanted, left)", *tail] if batch else ["return min(wanted, left)"]
    act = "return 0" if c["short"] == "skip" else 'raise ValueError("not enough left")'
    return ["if wanted > left:", f"    {act}", f"return wanted - wanted % {batch}" if batch else "return wanted"]


def _result(
    c: dict[str, str], p: Place, one: str, stock: str, reserve: str | None, kinds: bool
) -> tuple[list[str], list[str], list[str]]:
    if c["result"] == "left":
        if not reserve:
            return [], [], ["return left"]
        # What was held back is still there, unless there was less than that from the start.
        if kinds:
            return [], [], [f"return {{kind: left[kind] + min(held, {reserve}) for kind, held in {stock}.items()}}"]
        return [], [], [f"return left + min({stock}, {reserve})"]
    return {
        "rows": (["rows: list[tuple[str, int]] = []"], [f"rows.append(({one}, granted))"], ["return rows"]),
        "granted": (
            ["totals: dict[str, int] = {}"],
            ["if granted:", f"    totals[{one}] = totals.get({one}, 0) + granted"],
            ["return totals"],
        ),
        "unfilled": (
            ["unfilled: list[str] = []"],
            ["if granted < amount:", f"    unfilled.append({one})"],
            ["return unfilled"],
        ),
        "missing": (["missing = 0"], ["missing += amount - granted"], ["return missing"]),
        "full": (["full = 0"], ["if granted == amount:", "    full += 1"], ["return full"]),
        "first_short": (
            ["first: str | None = None"],
            ["if granted == 0 and first is None:", f"    first = {one}"],
            ["return first"],
        ),
        "share": (
            ["asked = total = 0"],
            ["asked += amount", "total += granted"],
            ["return 100 * total // asked if asked else 100"],
        ),
    }[c["result"]]


def answer(c: dict[str, str], p: Place, constants: dict[str, int], stock, requests: list[tuple], given: dict):
    """Interpret the tree: what is left for a request follows from all grants before it."""
    kinds = c["supply"] == "kinds"
    at = 2 if kinds else 1
    numbered = list(enumerate(requests))
    weight = {"given": lambda r: 0, "rank": lambda r: -r[-1], "small": lambda r: r[at], "large": lambda r: -r[at]}[
        c["order"]
    ]
    order = [r for _, r in sorted(numbered, key=lambda item: (weight(item[1]), item[0]))]
    reserve = given["reserve"] if c.get("reserve") == "arg" else constants["reserve"] if c.get("reserve") else 0
    cap = given["cap"] if c.get("cap") == "arg" else constants["cap"] if c.get("cap") else 10**9
    grants: list[int] = []
    closed = False
    for i, request in enumerate(order):
        pool = stock[request[1]] if kinds else stock
        before = sum(g for g, r in zip(grants, order[:i], strict=True) if not kinds or r[1] == request[1])
        left = (pool - reserve if pool > reserve else 0) - before
        wanted = sorted((request[at], cap))[0]
        fits = not wanted > left
        if not fits and c["short"] == "raise":
            raise ValueError("short")
        closed = closed or (not fits and c["short"] == "stop")
        grant = wanted if fits and not closed else left if c["short"] == "partial" else 0
        if c.get("batch"):
            grant = max(m for m in range(grant + 1) if m % constants["batch"] == 0)
        grants.append(grant)
    rows = [(r[0], r[at], g) for r, g in zip(order, grants, strict=True)]
    gone = lambda kind: sum(g for g, r in zip(grants, order, strict=True) if not kinds or r[1] == kind)  # noqa: E731
    asked = sum(amount for _, amount, _ in rows)
    return {
        "rows": lambda: [(n, g) for n, _, g in rows],
        "granted": lambda: {n: sum(g for m, _, g in rows if m == n) for n in {m for m, _, g in rows if g > 0}},
        "left": lambda: {k: v - gone(k) for k, v in stock.items()} if kinds else stock - gone(""),
        "unfilled": lambda: [n for n, amount, g in rows if g != amount],
        "missing": lambda: asked - sum(grants),
        "full": lambda: len([1 for _, amount, g in rows if g == amount]),
        "first_short": lambda: ([n for n, _, g in rows if not g] or [None])[0],
        "share": lambda: sum(grants) * 100 // asked if asked else 100,
    }[c["result"]]()
