"""The reference of the validation shape: checks in line, in a function, or in a generator.

In: the pieces of a validation tree. Out: commented source text.
"""

from typing import NamedTuple

from generation.programs.compose.layout import define, shift, source, test
from generation.programs.compose.vocabulary import annotation_of


def _tests(d, table, checks: list) -> list[tuple[str, str]]:
    """Return (condition of the fault, message) for every check but uniqueness."""
    ref = table.ref
    roles = set(table.roles)
    get = {role: ref(role) for role in roles}
    longest = {"minutes": 60, "days": 31, "milliseconds": 60}[d.clock]
    known = f"known_{d.key.nouns.replace(' ', '_')}"
    states = ", ".join(f'"{v}"' for v in d.status.values[:3])
    out = []
    for name, message, _ in checks:
        code = {
            "ident_given": lambda: f"not {get['ident']}.strip()",
            "status_known": lambda: f"{get['status']} not in ({states})",
            "key_known": lambda: f"{get['key']} not in {known}",
            "amount_range": lambda: f"not 0 <= {get['amount']} <= {d.amount.marks[-1]}",
            "level_least": lambda: f"{get['level']} < {max(1, d.level.marks[0])}",
            "within_plan": lambda: f"{get['amount']} > {get['plan']}",
            "times_ordered": lambda: f"{get['end']} < {get['start']}",
            "not_too_long": lambda: f"{get['end']} - {get['start']} > {longest}",
            "owner_if_flag": lambda: f"{get['flag']} and not {get['owner']}.strip()",
            "amount_if_status": lambda: f'{get["status"]} == "{d.status.values[0]}" and {get["amount"]} <= 0',
            "unique": lambda: "",
        }[name]()
        if code:
            out.append((code, message))
    return out


def render(d, table, checks: list, idiom: str, result: str, stop: str, spec, entry: str) -> str:
    """Return the commented source of one tree."""
    tests = _tests(d, table, checks)
    unique = any(name == "unique" for name, _, _ in checks)
    repeated = next((message for name, message, _ in checks if name == "unique"), "")
    ident = table.ref("ident")
    names = result in ("lines", "by_ident", "tally", "raise")
    needs_ident = (
        unique or result in ("lines", "by_ident", "valid", "raise") or any(n == "ident_given" for n, _, _ in checks)
    )
    read = {role for role in table.roles if any(_reads(table.ref(role), code) for code, _ in tests)}
    used = read | ({"ident"} if needs_ident else set())
    places = result == "places"
    many = d.vars
    head = table.head(used, f"enumerate({many}, start=1)" if places else many)
    if places:
        body_head = head.removeprefix("for ").split(" in ", 1)
        head = f"for place, {'(' + body_head[0] + ')' if table.form == 'tuples' else body_head[0]} in {body_head[1]}"
    seen = ["seen: set[str] = set()"] if unique else []
    helper, body = _gather(d, table, tests, idiom, names, stop, spec, unique, repeated, ident)
    opening, act, closing = _act(d, result, ident, names, stop)
    lines = [*opening, *seen, f"{head}:", *shift(_joined(body, act)), *closing]
    if not names and not unique and idiom != "inline":
        lines = _in_one(d, result, head, body[0].removeprefix("faulty = "), ident)
    params = [f"{p.name}: {p.annotation}" for p in spec.params]
    imports = (
        ["from collections.abc import Iterator", "", ""] if idiom == "generator" and names and stop == "all" else []
    )
    return source(
        imports, [*helper, "", ""] if helper else [], define(entry, params, spec.return_annotation), shift(lines)
    )


class Checks(NamedTuple):
    """The checks of one record as code. tests: (condition, message) pairs; params and call: of a helper that has them.

    again: the condition for an identifier seen before, "" where it need not be unique; note: its message and the
    statement that remembers the identifier.
    """

    tests: list[tuple[str, str]]
    idiom: str
    params: list[str]
    call: str
    again: str
    note: tuple[str, str]

    @property
    def rows(self) -> list[str]:
        """The checks as a table of (condition, message)."""
        return ["checks = [", *[f'    ({code}, "{message}"),' for code, message in self.tests], "]"]

    def chain(self, act: str) -> list[str]:
        """Return one `if` a check, with an act such as `return "message"`."""
        return [line for code, message in self.tests for line in (f"if {code}:", f'    {act} "{message}"')]


def _gather(
    d, table, tests, idiom: str, names: bool, stop: str, spec, unique: bool, repeated: str, ident: str
) -> tuple[list[str], list[str]]:
    """Return a helper and the statements that leave `faults` (a list), `fault` (str or None) or `faulty` (bool)."""
    if table.form == "dicts":
        params, args = [f"{d.var}: dict"], [d.var]
    else:
        reads = [role for role in table.roles if any(_reads(table.ref(role), code) for code, _ in tests)]
        params = [f"{table.ref(r)}: {annotation_of(r)}" for r in reads]
        args = [table.ref(r) for r in reads]
    known = [p for p in spec.params[1:] if any(p.name in code for code, _ in tests)]
    params += [f"{p.name}: {p.annotation}" for p in known]
    call = f"({', '.join([*args, *[p.name for p in known]])})"
    again = f"{ident} in seen" if unique else ""
    checks = Checks(tests, idiom, params, call, again, (repeated, f"seen.add({ident})"))
    if not names:
        return _is_faulty(checks)
    return _first_fault(checks) if stop == "first" else _all_faults(checks)


def _is_faulty(c: Checks) -> tuple[list[str], list[str]]:
    parts = [f"({code})" if " and " in code else code for code, _ in c.tests]
    noted = ["# Noted whatever else is wrong with it, for those that follow.", c.note[1]] if c.again else []
    if c.idiom == "inline":
        return [], [f"faulty = {' or '.join([*parts, c.again] if c.again else parts)}", *noted]
    if c.idiom == "function":
        chain = [line for code, _ in c.tests[:-1] for line in (f"if {code}:", "    return True")]
        body = [*chain, f"return {c.tests[-1][0]}"]
    else:
        body = test("return", parts, "or", tail="")
    helper = define("is_faulty", c.params, "bool") + shift(body)
    return helper, [f"faulty = is_faulty{c.call}" + (f" or {c.again}" if c.again else ""), *noted]


def _first_fault(c: Checks) -> tuple[list[str], list[str]]:
    message, note = c.note
    if c.idiom == "inline":
        tests = [*c.tests, (c.again, message)] if c.again else c.tests
        body = ["fault = None"]
        for k, (code, wrong) in enumerate(tests):
            body += [f"{'if' if k == 0 else 'elif'} {code}:", f'    fault = "{wrong}"']
        return [], [*body, note] if c.again else body
    if c.idiom == "function":
        steps = [*c.chain("return"), "return None"]
    else:
        steps = [*c.rows, "return next((message for wrong, message in checks if wrong), None)"]
    again = [f"if fault is None and {c.again}:", f'    fault = "{message}"', note] if c.again else []
    return define("find_fault", c.params, "str | None") + shift(steps), [f"fault = find_fault{c.call}", *again]


def _all_faults(c: Checks) -> tuple[list[str], list[str]]:
    message, note = c.note
    again = [f"if {c.again}:", f'    faults.append("{message}")', note] if c.again else []
    if c.idiom == "inline":
        added = [line for code, wrong in c.tests for line in (f"if {code}:", f'    faults.append("{wrong}")')]
        return [], ["faults: list[str] = []", *added, *again]
    if c.idiom == "function":
        steps = [*c.rows, "return [message for wrong, message in checks if wrong]"]
        return define("find_faults", c.params, "list[str]") + shift(steps), [f"faults = find_faults{c.call}", *again]
    helper = define("find_faults", c.params, "Iterator[str]") + shift(c.chain("yield"))
    return helper, [f"faults = list(find_faults{c.call})", *again]


def _joined(body: list[str], act: list[str]) -> list[str]:
    """Return what happens to one record; a list of faults, or a verdict, that is used once needs no name."""
    name, _, value = body[0].partition(" = ")
    if len(body) > 1 or value in ("[]", "None"):
        return [*body, *act]
    if name == "faults" and sum("faults" in line for line in act) == 1 and act[0].startswith(("for ", "lines ")):
        return [
            line.replace("in faults", f"in {value.removeprefix('list(')[: -1 if value.startswith('list(') else None]}")
            for line in act
        ]
    if name == "faulty" and act[0] == "if faulty:":
        return [f"if {value}:", *act[1:]]
    return [*body, *act]


def _in_one(d, result: str, head: str, call: str, ident: str) -> list[str]:
    """Return the function's body where a predicate decides and nothing has to be remembered between records."""
    return {
        "valid": [f"return [{ident} {head} if not {call}]"],
        "places": [f"return [place {head} if {call}]"],
        "number": [f"return sum({call} {head})"],
        "percentage": [
            f"valid = sum(not {call} {head})",
            f"return 100 * valid // len({d.vars}) if {d.vars} else 100",
        ],
    }[result]


def _reads(name: str, code: str) -> bool:
    words = code.replace("(", " ").replace(")", " ").replace(".", " ").replace(",", " ").split()
    return name in words


def _act(d, result: str, ident: str, names: bool, stop: str) -> tuple[list[str], list[str], list[str]]:
    """Return what opens the function, what happens to each record's faults, and what closes the function."""
    single = stop == "first"
    if result == "lines":
        act = (
            ["if fault is not None:", f'    lines.append(f"{{{_quoted(ident)}}}: {{fault}}")']
            if single
            else [f'lines += [f"{{{_quoted(ident)}}}: {{fault}}" for fault in faults]']
        )
        return ["lines: list[str] = []"], act, ["return lines"]
    if result == "by_ident":
        act = (
            ["if fault is not None:", f"    found.setdefault({ident}, []).append(fault)"]
            if single
            else ["if faults:", f"    found.setdefault({ident}, []).extend(faults)"]
        )
        return ["found: dict[str, list[str]] = {}"], act, ["return found"]
    if result == "tally":
        add = "tally[fault] = tally.get(fault, 0) + 1"
        return (
            ["tally: dict[str, int] = {}"],
            ["if fault is not None:", f"    {add}"] if single else ["for fault in faults:", f"    {add}"],
            ["return tally"],
        )
    if result == "raise":
        return (
            [],
            ["if faults:", f'    raise ValueError(f"{{{_quoted(ident)}}}: {{faults[0]}}")'],
            [f"return len({d.vars})"],
        )
    return {
        "valid": (["valid: list[str] = []"], ["if not faulty:", f"    valid.append({ident})"], ["return valid"]),
        "places": (["places: list[int] = []"], ["if faulty:", "    places.append(place)"], ["return places"]),
        "number": (["number = 0"], ["if faulty:", "    number += 1"], ["return number"]),
        "percentage": (
            ["valid = 0"],
            ["if not faulty:", "    valid += 1"],
            [f"return 100 * valid // len({d.vars}) if {d.vars} else 100"],
        ),
    }[result]


def _quoted(ident: str) -> str:
    """Return a field access that may stand inside a double-quoted f-string of Python 3.11."""
    return ident.replace('"', "'")
