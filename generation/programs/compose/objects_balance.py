# ruff: noqa: E501 (sentences and tables read better on one line)
"""Classes that keep a balance per name: adding, taking, a cap, one extra method, one report.

In: choices, a Random for the theme. Out: a Draft of kind "class".
"""

from random import Random

from generation.programs.compose.english import a, say, sentence
from generation.programs.compose.layout import shift, source
from generation.programs.family import Draft
from generation.programs.program import Method, Param, Raises, Spec

DEPTH = 4
SLOTS = {
    "short": ("raise", "refuse", "partial"),
    "cap": ("none", "clip", "raise", "refuse"),
    "unknown": ("zero", "raise"),
    "offers": tuple(
        f"{extra}/{report}"
        for extra in ("move", "undo", "freeze", "close", "scale")
        for report in ("total", "leaders", "low", "listing", "count_moves")
        if (extra, report) != ("scale", "count_moves")
    ),
    "store": ("balances", "journal"),
}
# (domain, class, the name, several, the unit, adding, taking, context)
THEMES = (
    (
        "canteen cards",
        "CardAccounts",
        "card",
        "cards",
        "cents",
        "load",
        "pay",
        "The canteen's tills share one set of prepaid cards.",
    ),
    (
        "seed store",
        "SeedStore",
        "variety",
        "varieties",
        "grams",
        "deposit",
        "withdraw",
        "Gardeners bring seeds and take seeds home.",
    ),
    (
        "toner cupboard",
        "TonerStock",
        "model",
        "models",
        "cartridges",
        "stock",
        "use",
        "The office wants to see at once which toner runs out.",
    ),
    (
        "holiday days",
        "LeaveAccounts",
        "employee",
        "employees",
        "days",
        "grant",
        "book",
        "Leave is granted by the year and booked by the day.",
    ),
    (
        "water tanks",
        "TankFarm",
        "tank",
        "tanks",
        "litres",
        "fill",
        "drain",
        "The farm's tanks are filled and drained all day.",
    ),
    (
        "loyalty points",
        "PointsBook",
        "customer",
        "customers",
        "points",
        "award",
        "redeem",
        "The shop awards points and redeems them.",
    ),
    (
        "tool credits",
        "CreditBook",
        "member",
        "members",
        "credits",
        "credit",
        "charge",
        "Members of the workshop pay for machines with credits.",
    ),
)
CAP = 50


def draw(choice: dict[str, str], rng: Random) -> Draft:
    """Return the Draft of one choice."""
    theme = rng.choice(THEMES)
    extra, report = choice["offers"].split("/")
    c = {**choice, "extra": extra, "report": report}
    spec = _spec(c, theme, rng)
    names = ("ash", "elm", "fir", "oak")

    def draw_input(rng: Random, size: int = -1) -> tuple:
        size = rng.choice((2, 5, 8, 11)) if size < 0 else size
        return ((), tuple(_draw_call(c, theme, rng, names) for _ in range(size)))

    edge_rng = Random(17)
    edges = tuple(draw_input(edge_rng, size) for size in (1, 3, 6, 10, 14, 18))
    return Draft(
        entry_point=theme[1],
        spec=spec,
        commented=_code(c, theme),
        oracle=_oracle(c, theme),
        draw_input=draw_input,
        edge_inputs=edges,
        domain=theme[0],
        idiom=c["store"],
        kind="class",
        depth=DEPTH,
    )


def _extra_name(c: dict[str, str]) -> str:
    return {"move": "move", "undo": "undo", "freeze": "freeze", "close": "close", "scale": "expire"}[c["extra"]]


def _report_name(c: dict[str, str]) -> str:
    return {"total": "total", "leaders": "leaders", "low": "below", "listing": "listing", "count_moves": "times"}[
        c["report"]
    ]


def _draw_call(c: dict[str, str], theme: tuple, rng: Random, names: tuple[str, ...]) -> tuple:
    name, amount = rng.choice(names[:3] if rng.random() < 0.9 else names), rng.choice((1, 5, 10, 20, 30, 50))
    kind = rng.random()
    if kind < 0.42:
        return (theme[5], (name, amount))
    if kind < 0.7:
        return (theme[6], (name, amount))
    if kind < 0.8:
        return ("balance", (name,))
    if kind < 0.9:
        args = {
            "move": (name, rng.choice(names), amount),
            "undo": (),
            "freeze": (name,),
            "close": (name,),
            "scale": (rng.choice((2, 3)),),
        }
        return (_extra_name(c), args[c["extra"]])
    args = {
        "total": (),
        "leaders": (rng.choice((1, 2)),),
        "low": (rng.choice((1, 20)),),
        "listing": (),
        "count_moves": (name,),
    }
    return (_report_name(c), args[c["report"]])


def _take_text(c: dict[str, str]) -> tuple[str, str, str]:
    """Return the annotation, what comes back, and the rule for taking too much."""
    return {
        "raise": ("None", "nothing", "Taking more than there is raises ValueError and changes nothing."),
        "refuse": (
            "bool",
            "whether it was done",
            "Taking more than there is changes nothing and gives False, otherwise True.",
        ),
        "partial": (
            "int",
            "how much was really taken",
            "Of a larger amount than there is only what is there is taken.",
        ),
    }[c["short"]]


def _add_text(c: dict[str, str]) -> tuple[str, str, str]:
    return {
        "none": ("None", "nothing", ""),
        "clip": ("int", "how much did not fit", f"A balance never exceeds {CAP}; what does not fit is left over."),
        "raise": (
            "None",
            "nothing",
            f"Adding that would lift a balance above {CAP} raises ValueError and changes nothing.",
        ),
        "refuse": (
            "bool",
            "whether it was done",
            f"Adding that would lift a balance above {CAP} changes nothing and gives False, otherwise True.",
        ),
    }[c["cap"]]


def _spec(c: dict[str, str], theme: tuple, rng: Random) -> Spec:
    _domain, cls, one, many, unit, add, take, context = theme
    p_name = Param("name", "str", f"the {one}")
    p_amount = Param("amount", "int", f"the amount in {unit}, above 0")
    add_type, add_back, add_rule = _add_text(c)
    take_type, take_back, take_rule = _take_text(c)
    unknown = c["unknown"] == "raise"
    key_error = (
        Raises(
            "KeyError", f"nothing was ever added for the {one}" + (" or it was closed" if c["extra"] == "close" else "")
        ),
    )
    frozen = (Raises("PermissionError", f"the {one} is frozen"),) if c["extra"] == "freeze" else ()
    add_raises = frozen + ((Raises("ValueError", f"the balance would exceed {CAP}"),) if c["cap"] == "raise" else ())
    take_raises = (
        frozen
        + (key_error if unknown else ())
        + ((Raises("ValueError", "there is less than that"),) if c["short"] == "raise" else ())
    )
    methods = [
        Method("__init__", (), "nothing", "None", "Begin without any balance."),
        Method(add, (p_name, p_amount), add_back, add_type, f"Add an amount to the balance of {a(one)}.", add_raises),
        Method(
            take, (p_name, p_amount), take_back, take_type, f"Take an amount from the balance of {a(one)}.", take_raises
        ),
        Method(
            "balance",
            (p_name,),
            f"the balance in {unit}",
            "int",
            f"Return the balance of {a(one)}.",
            key_error if unknown else (),
        ),
        _extra_method(c, one, many, p_name, p_amount, key_error if unknown else ()),
        _report_method(c, one, many, unit, p_name, key_error if unknown else ()),
    ]
    rules = [r for r in (add_rule, take_rule) if r]
    if not unknown:
        rules.append(
            say(
                rng,
                f"{a(one).capitalize()} that was never used has a balance of 0.",
                f"An unknown {one} counts as having 0.",
            )
        )
    rules.append(
        {
            "move": "A move needs enough in the source"
            + (
                f" and room for the amount in the target up to {CAP}, unless both are the same"
                if c["cap"] != "none"
                else ""
            )
            + "; otherwise nothing changes.",
            "undo": f"Undoing puts back the state before the last {add} or {take} that changed a balance; it can be repeated.",
            "freeze": f"A frozen {one} can still be read. Freezing needs no earlier use and cannot be taken back.",
            "close": f"Closing hands out the whole balance and forgets the {one}.",
            "scale": "Expiring divides every balance by the given number and rounds down.",
        }[c["extra"]]
    )
    return Spec(
        title=f"balances of {many}",
        summary=sentence(f"Write a class {cls} that keeps a balance in {unit} for each {one}"),
        rules=tuple(rules),
        params=(),
        returns="",
        return_annotation="",
        context=context,
        methods=tuple(methods),
    )


def _extra_method(c, one, many, p_name, p_amount, key_error) -> Method:
    if c["extra"] == "move":
        return Method(
            "move",
            (
                Param("source", "str", f"the {one} to take from"),
                Param("target", "str", f"the {one} to add to"),
                p_amount,
            ),
            "whether it was done",
            "bool",
            f"Move an amount from one {one} to another.",
            key_error and (Raises("KeyError", "nothing was ever added for the source"),),
        )
    if c["extra"] == "undo":
        return Method("undo", (), "False if there is nothing to undo, else True", "bool", "Take the last change back.")
    if c["extra"] == "freeze":
        return Method("freeze", (p_name,), "nothing", "None", f"Refuse further changes of {a(one)}.")
    if c["extra"] == "close":
        return Method("close", (p_name,), "the balance that it had", "int", f"Close {a(one)}.", key_error)
    return Method(
        "expire",
        (Param("divisor", "int", "the number to divide by, at least 1"),),
        "nothing",
        "None",
        "Shrink all balances.",
    )


def _report_method(c, one, many, unit, p_name, key_error) -> Method:
    return {
        "total": Method("total", (), f"the sum in {unit}", "int", "Return the sum of all balances."),
        "leaders": Method(
            "leaders",
            (Param("limit", "int", "the largest number of names"),),
            f"the {many}",
            "list[str]",
            f"Return the {many} with the largest balances, largest first, ties by name.",
        ),
        "low": Method(
            "below",
            (Param("level", "int", "the level"),),
            f"the {many}, sorted",
            "list[str]",
            f"Return the {many} added to before whose balance is below a level.",
        ),
        "listing": Method(
            "listing",
            (),
            "(name, balance) tuples",
            "list[tuple[str, int]]",
            "Return all balances above 0, sorted by name.",
        ),
        "count_moves": Method(
            "times",
            (p_name,),
            "the number",
            "int",
            f"Return how many calls changed the balance of {a(one)} by adding or taking.",
        ),
    }[c["report"]]


def _code(c: dict[str, str], theme: tuple) -> str:
    _, cls, _one, _many, _unit, add, take, _ = theme
    journal = c["store"] == "journal"
    unknown, extra, report = c["unknown"] == "raise", c["extra"], c["report"]
    init = ["self._journal: list[tuple[str, int]] = []"] if journal else ["self._balances: dict[str, int] = {}"]
    if extra == "freeze":
        init.append("self._frozen: set[str] = set()")
    if extra == "undo" and not journal:
        init.append("self._past: list[tuple[str, int | None]] = []")
    if report == "count_moves" and not journal:
        init.append("self._changes: list[str] = []")
    missing = "all(name != other for other, _ in self._journal)"
    get = "self.balance(name)" if journal else "self._balances.get(name, 0)"
    check = ["if name in self._frozen:", "    raise PermissionError(name)"] if extra == "freeze" else []
    add_body = [*check, *_add_body(c, get, journal)]
    take_body = [*check, *_take_body(c, journal)]
    if journal:
        read = ([f"if {missing}:", "    raise KeyError(name)"] if unknown else []) + [
            "return sum(change for other, change in self._journal if other == name)"
        ]
        if unknown:
            get_add = "sum(change for other, change in self._journal if other == name)"
            add_body = [line.replace("self.balance(name)", get_add) for line in add_body]
    else:
        read = ["return self._balances[name]"] if unknown else ["return self._balances.get(name, 0)"]
    blocks = [
        ["def __init__(self) -> None:", *shift(init)],
        [f"def {add}(self, name: str, amount: int) -> {_add_text(c)[0]}:", *shift(add_body)],
        [f"def {take}(self, name: str, amount: int) -> {_take_text(c)[0]}:", *shift(take_body)],
        ["def balance(self, name: str) -> int:", *shift(read)],
        _extra_code(c, theme, journal),
        _report_code(c, journal),
    ]
    if not journal:
        blocks.append(_change(c))
    lines: list[str] = []
    for block in blocks:
        lines += [*block, ""]
    return source([f"class {cls}:"], shift(lines[:-1]))


def _change(c) -> list[str]:
    body = ["self._past.append((name, self._balances.get(name)))"] if c["extra"] == "undo" else []
    body += ["self._changes.append(name)"] if c["report"] == "count_moves" else []
    return [
        "def _change(self, name: str, amount: int) -> None:",
        *shift([*body, "self._balances[name] = self._balances.get(name, 0) + amount"]),
    ]


def _put(journal: bool, name: str, amount: str) -> str:
    return f"self._journal.append(({name}, {amount}))" if journal else f"self._change({name}, {amount})"


def _add_body(c, get: str, journal: bool) -> list[str]:
    put = _put(journal, "name", "amount")
    if c["cap"] == "none":
        return [put]
    if c["cap"] == "clip":
        return [
            f"fitting = min(amount, {CAP} - {get})",
            "if fitting > 0:",
            "    " + _put(journal, "name", "fitting"),
            "return amount - fitting",
        ]
    over = f"if {get} + amount > {CAP}:"
    if c["cap"] == "raise":
        return [over, f'    raise ValueError(f"{{name}} would exceed {CAP}")', put]
    return [over, "    return False", put, "return True"]


def _take_body(c, journal: bool) -> list[str]:
    put = _put(journal, "name", "-amount")
    if c["short"] == "partial":
        return [
            "taken = min(amount, self.balance(name))",
            "if taken > 0:",
            "    " + _put(journal, "name", "-taken"),
            "return taken",
        ]
    over = "if amount > self.balance(name):"
    if c["short"] == "raise":
        return [over, '    raise ValueError(f"{name} has too little")', put]
    return [over, "    return False", put, "return True"]


def _extra_code(c, theme, journal: bool) -> list[str]:
    extra, unknown = c["extra"], c["unknown"] == "raise"
    if extra == "move":
        enough = "if amount > self.balance(source):"
        body = [enough, "    return False"]
        if c["cap"] != "none":
            held = (
                "self._balances.get(target, 0)"
                if not journal
                else (
                    "sum(change for other, change in self._journal if other == target)"
                    if unknown
                    else "self.balance(target)"
                )
            )
            body += [
                "# Moved to itself, an amount takes no extra room.",
                f"room = {CAP} - {held}",
                "if source != target and amount > room:",
                "    return False",
            ]
        return [
            "def move(self, source: str, target: str, amount: int) -> bool:",
            *shift([*body, _put(journal, "source", "-amount"), _put(journal, "target", "amount"), "return True"]),
        ]
    if extra == "undo":
        if journal:
            return [
                "def undo(self) -> bool:",
                *shift(["if not self._journal:", "    return False", "self._journal.pop()", "return True"]),
            ]
        body = [
            "if not self._past:",
            "    return False",
            "name, before = self._past.pop()",
            "if before is None:",
            "    # The name was not known before the change.",
            "    del self._balances[name]",
            "else:",
            "    self._balances[name] = before",
        ]
        if c["report"] == "count_moves":
            body.append("self._changes.pop()")
        return ["def undo(self) -> bool:", *shift([*body, "return True"])]
    if extra == "freeze":
        return ["def freeze(self, name: str) -> None:", "    self._frozen.add(name)"]
    if extra == "close":
        if journal:
            body = [
                "left = self.balance(name)",
                "self._journal = [entry for entry in self._journal if entry[0] != name]",
            ]
        else:
            body = [f"left = self._balances.pop(name{'' if unknown else ', 0'})"]
            if c["report"] == "count_moves":
                body.append("self._changes = [other for other in self._changes if other != name]")
        return ["def close(self, name: str) -> int:", *shift([*body, "return left"])]
    if journal:
        body = [
            "for name in dict.fromkeys(name for name, _ in self._journal):",
            "    held = self.balance(name)",
            "    # Rounding the rest down rounds the loss up.",
            "    self._journal.append((name, held // divisor - held))",
        ]
    else:
        body = ["self._balances = {name: held // divisor for name, held in self._balances.items()}"]
    return ["def expire(self, divisor: int) -> None:", *shift(body)]


def _report_code(c, journal: bool) -> list[str]:
    names = "dict.fromkeys(name for name, _ in self._journal)"
    held = f"{{name: self.balance(name) for name in {names}}}" if journal else "self._balances"
    pre = [f"balances = {held}"] if journal else []
    b = "balances" if journal else "self._balances"
    return {
        "total": [
            "def total(self) -> int:",
            "    return "
            + ("sum(change for _, change in self._journal)" if journal else "sum(self._balances.values())"),
        ],
        "leaders": [
            "def leaders(self, limit: int) -> list[str]:",
            *shift([*pre, f"ranked = sorted({b}, key=lambda name: (-{b}[name], name))", "return ranked[:limit]"]),
        ],
        "low": [
            "def below(self, level: int) -> list[str]:",
            *shift([*pre, f"return sorted(name for name, held in {b}.items() if held < level)"]),
        ],
        "listing": [
            "def listing(self) -> list[tuple[str, int]]:",
            *shift([*pre, f"return sorted((name, held) for name, held in {b}.items() if held > 0)"]),
        ],
        "count_moves": [
            "def times(self, name: str) -> int:",
            *shift(
                ["return sum(other == name for other, _ in self._journal)"]
                if journal
                else ["return self._changes.count(name)"]
            ),
        ],
    }[c["report"]]


def _oracle(c: dict[str, str], theme: tuple) -> type:
    """Return a class that keeps whole snapshots, one dict of lists of changes a state."""

    class Snapshots:
        def __init__(self):
            self.states = [{}]
            self.frozen = ()

        def now(self) -> dict:
            return self.states[-1]

        def held(self, name) -> int:
            return sum(self.now().get(name, []))

        def push(self, *changes):
            state = {k: list(v) for k, v in self.now().items()}
            for name, change in changes:
                state.setdefault(name, []).append(change)
            self.states.append(state)

        def balance(self, name):
            if c["unknown"] == "raise" and name not in self.now():
                raise KeyError(name)
            return self.held(name)

        def add(self, name, amount):
            if name in self.frozen:
                raise PermissionError
            room = CAP - self.held(name)
            if c["cap"] == "clip":
                if min(room, amount):
                    self.push((name, min(room, amount)))
                return amount - min(room, amount)
            fits = c["cap"] == "none" or amount <= room
            if not fits and c["cap"] == "raise":
                raise ValueError
            if fits:
                self.push((name, amount))
            return fits if c["cap"] == "refuse" else None

        def take(self, name, amount):
            if name in self.frozen:
                raise PermissionError
            held = self.balance(name)
            if c["short"] == "partial":
                if min(held, amount):
                    self.push((name, -min(held, amount)))
                return min(held, amount)
            if held < amount and c["short"] == "raise":
                raise ValueError
            if held >= amount:
                self.push((name, -amount))
            return held >= amount if c["short"] == "refuse" else None

        def move(self, source, target, amount):
            if self.balance(source) < amount or (
                c["cap"] != "none" and source != target and self.held(target) + amount > CAP
            ):
                return False
            self.push((source, -amount), (target, amount))
            return True

        def undo(self):
            if len(self.states) == 1:
                return False
            self.states.pop()
            return True

        def freeze(self, name):
            self.frozen += (name,)

        def close(self, name):
            held = self.balance(name)
            self.states.append({k: v for k, v in self.now().items() if k != name})
            return held

        def expire(self, divisor):
            self.states.append({k: [sum(v) // divisor] for k, v in self.now().items()})

        def total(self):
            return sum(self.held(k) for k in self.now())

        def leaders(self, limit):
            order = sorted(sorted(self.now()), key=self.held, reverse=True)
            return [k for i, k in enumerate(order) if i < limit]

        def below(self, level):
            return [k for k in sorted(self.now()) if not self.held(k) >= level]

        def listing(self):
            return [(k, self.held(k)) for k in sorted(self.now()) if self.held(k)]

        def times(self, name):
            return len(self.now().get(name, []))

    setattr(Snapshots, theme[5], Snapshots.add)
    setattr(Snapshots, theme[6], Snapshots.take)
    return Snapshots
