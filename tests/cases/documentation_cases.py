"""Answers to documentation tasks, right and wrong, written before the judge.

A case is (name, program, style asked for, answer). The right ones are written the way a chat model
writes; every wrong one is plausible and has exactly one defect.
"""

import ast

from generation.programs.family import strip_comments
from tests.cases.hand_made import MERGE, RESTOCK, TURNSTILE

SOURCES = {"merge": strip_comments(MERGE), "restock": strip_comments(RESTOCK), "turnstile": strip_comments(TURNSTILE)}


def _with(program: str, docs: dict[str, str], edits: dict[str, str] | None = None) -> str:
    """Return the program's source with docstrings put in ("" is the outermost) and lines edited."""
    lines = SOURCES[program].split("\n")
    places = []
    for node in ast.walk(ast.parse(SOURCES[program])):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            key = "" if node.col_offset == 0 else node.name
            if key in docs:
                places.append((node.body[0].lineno - 1, node.body[0].col_offset, docs[key]))
    for at, column, text in sorted(places, reverse=True):
        pad = " " * column
        body = text.strip("\n").split("\n")
        block = [pad + '"""' + body[0]] + [pad + line if line else "" for line in body[1:]]
        if len(body) == 1:
            block[-1] += '"""'
        else:
            block.append(pad + '"""')
        lines[at:at] = block
    code = "\n".join(lines)
    for before, after in (edits or {}).items():
        assert before in code, before
        code = code.replace(before, after, 1)
    return code


def _case(name, program, style, docs, notes="", edits=None):
    return name, program, style, {"code": _with(program, docs, edits), "notes": notes}


GOOGLE_MERGE = """
Merge overlapping or touching ad breaks.

Args:
    ad_breaks: A list of (start, end) tuples in seconds. They can come in any order.

Returns:
    A list of merged (start, end) tuples sorted by start time.

Raises:
    ValueError: If any ad break ends before it starts.
"""
GOOGLE_RESTOCK = """
Work out how many packs to order for each seed that is running low.

Args:
    stock: Mapping of seed name to the number of items on the shelf.
    minimum: The stock level each seed should reach.
    pack_size: Number of items per pack. Defaults to 6.

Returns:
    A dictionary mapping each seed below the minimum to the number of packs to order.

Raises:
    ValueError: If pack_size is zero or negative.
"""
TURN = {
    "": "Tracks how many people are inside and enforces a limit.\n\nAttributes:\n    limit: Maximum number of people.\n    inside: Current number of people inside.",
    "__init__": "Create an empty turnstile.\n\nArgs:\n    limit: Maximum number of people allowed inside at once.",
    "enter": "Try to let a group in.\n\nArgs:\n    group: Number of people in the group. Defaults to 1.\n\nReturns:\n    True if the whole group was admitted, False if it would exceed the limit.",
    "leave": "Let a group out.\n\nArgs:\n    group: Number of people leaving. Defaults to 1.\n\nReturns:\n    The number of people still inside.\n\nRaises:\n    ValueError: If more people leave than are inside.",
}  # fmt: skip

RIGHT = [
    _case("google without an example", "merge", "google", {"": GOOGLE_MERGE}),
    _case("google with an example", "merge", "google", {"": GOOGLE_MERGE + "\nExample:\n    >>> merge_ad_breaks([(1, 4), (4, 6)])\n    [(1, 6)]\n"}),
    _case("google with typed args", "merge", "google", {"": GOOGLE_MERGE.replace("ad_breaks:", "ad_breaks (list[tuple[int, int]]):").replace("    A list of merged", "    list[tuple[int, int]]: The merged")}),
    _case("google, Examples with text between", "merge", "google", {"": GOOGLE_MERGE + "\nExamples:\n    Breaks that touch are joined:\n\n    >>> merge_ad_breaks([(5, 9), (1, 3), (3, 4)])\n    [(1, 4), (5, 9)]\n\n    An empty list stays empty:\n\n    >>> merge_ad_breaks([])\n    []\n"}),
    _case("google with a traceback example", "merge", "google", {"": GOOGLE_MERGE + "\nExample:\n    >>> merge_ad_breaks([(6, 2)])\n    Traceback (most recent call last):\n        ...\n    ValueError: ad break ends before it starts: 6-2\n"}),
    _case("google with comments in the body", "merge", "google", {"": GOOGLE_MERGE}, "I added a docstring and two comments.", {
        "    for start, end in sorted(ad_breaks):": "    # Process the breaks in order of their start.\n    for start, end in sorted(ad_breaks):",
        "            merged.append([start, end])": "            merged.append([start, end])  # no overlap: begin a new stretch"}),
    _case("google for three params", "restock", "google", {"": GOOGLE_RESTOCK}, "The docstring follows the Google style guide."),
    _case("google, optional int", "restock", "google", {"": GOOGLE_RESTOCK.replace("pack_size:", "pack_size (int, optional):").replace("stock:", "stock (dict[str, int]):").replace("minimum:", "minimum (int):")}),
    _case("numpy", "merge", "numpy", {"": """
Merge ad breaks that overlap or touch.

Parameters
----------
ad_breaks : list[tuple[int, int]]
    The (start, end) pairs to merge, in any order.

Returns
-------
list[tuple[int, int]]
    The merged pairs in ascending order of start.

Raises
------
ValueError
    If an ad break has an end smaller than its start.

Examples
--------
>>> merge_ad_breaks([(1, 10), (2, 3)])
[(1, 10)]
"""}),
    _case("numpy, other spelling of types", "restock", "numpy", {"": """
Compute the packs needed to bring every seed up to a minimum.

Parameters
----------
stock : dict of str to int
    Count per seed.
minimum : int
    Target count.
pack_size : int, optional
    Items per pack (default is 6).

Returns
-------
dict
    Packs to order for every seed whose count is below `minimum`.

Raises
------
ValueError
    When `pack_size` is not positive.
"""}),
    _case("rest", "restock", "sphinx", {"": """
Plan the number of packs to order per seed.

:param stock: current count of every seed
:param minimum: count that each seed should have at least
:param pack_size: number of units in one pack, defaults to 6
:return: packs to order, keyed by seed; seeds with enough stock are omitted
:raises ValueError: if pack_size is not a positive number
"""}),
    _case("rest with types", "merge", "sphinx", {"": """
Combine ad breaks that overlap or touch each other.

:param ad_breaks: the breaks as (start, end) pairs
:type ad_breaks: list[tuple[int, int]]
:returns: the combined breaks, sorted by start
:rtype: list[tuple[int, int]]
:raises ValueError: if a break ends before it starts
"""}),
    _case("rest with an example", "restock", "sphinx", {"": """
Decide how many packs of each seed to order.

:param stock: count by seed
:param minimum: the wanted count
:param pack_size: units per pack
:returns: packs by seed for the seeds below the minimum
:raises ValueError: if ``pack_size`` is zero or less

>>> plan_restock({"kale": 1, "dill": 9}, 10, 4)
{'dill': 1, 'kale': 3}
"""}),
    _case("plain", "merge", "plain", {"": """
Merge the given ad_breaks and return the result sorted by start.

Breaks that overlap or touch become one. Raises ValueError if a break ends
before it starts.
"""}),
    _case("plain with an example", "restock", "plain", {"": """
Return the number of packs to order for every seed in stock below the minimum.

Only whole packs of pack_size items are ordered, so the amount is rounded up.
A pack_size of zero or less raises a ValueError.

>>> plan_restock({"leek": 0}, 13)
{'leek': 3}
"""}),
    _case("any style", "restock", "any", {"": GOOGLE_RESTOCK}, "Added a Google-style docstring. No code was changed."),
    _case("any style, rest", "merge", "any", {"": "Merge ad breaks.\n\n:param ad_breaks: pairs of (start, end)\n:return: merged pairs, sorted\n:raises ValueError: if an end lies before its start"}),
    _case("class, google", "turnstile", "google", TURN),
    _case("class with a doctest", "turnstile", "google", {**TURN, "": TURN[""] + "\n\nExample:\n    >>> gate = Turnstile(3)\n    >>> gate.enter(2)\n    True\n    >>> gate.enter(2)\n    False\n    >>> gate.inside\n    2"}),
    _case("class, init documented on the class", "turnstile", "google", {
        "": "A turnstile with a maximum number of visitors.\n\nArgs:\n    limit: How many people may be inside at the same time.",
        "enter": TURN["enter"], "leave": TURN["leave"]}, "`Turnstile(0).enter()` returns `False`, because nobody fits."),
]  # fmt: skip

WRONG = [
    _case("a parameter left out", "restock", "google", {"": GOOGLE_RESTOCK.replace("    minimum: The stock level each seed should reach.\n", "")}),
    _case("an invented parameter", "merge", "google", {"": GOOGLE_MERGE.replace("\nReturns", "    gap: Seconds that two breaks may be apart.\n\nReturns")}),
    _case("an error left out", "restock", "google", {"": GOOGLE_RESTOCK.split("\nRaises")[0]}),
    _case("an invented error", "merge", "google", {"": GOOGLE_MERGE + "    TypeError: If ad_breaks is not a list.\n"}),
    _case("an example with a wrong value", "merge", "google", {"": GOOGLE_MERGE + "\nExample:\n    >>> merge_ad_breaks([(1, 4), (4, 6)])\n    [(1, 4), (4, 6)]\n"}),
    _case("an example that raises instead", "restock", "plain", {"": "Return packs by seed for stock below minimum, by pack_size; ValueError if that is not positive.\n\n>>> plan_restock({'dill': 1}, 5, 0)\n{}"}),
    _case("an example with a wrong error", "merge", "google", {"": GOOGLE_MERGE + "\nExample:\n    >>> merge_ad_breaks([(6, 2)])\n    Traceback (most recent call last):\n        ...\n    IndexError: list index out of range\n"}),
    _case("the code changed on the way", "merge", "google", {"": GOOGLE_MERGE}, "", {"start <= merged": "start < merged"}),
    _case("the code tidied although nobody asked", "restock", "google", {"": GOOGLE_RESTOCK}, "", {"missing = minimum - count": "missing = abs(minimum - count)"}),
    _case("the wrong style", "merge", "numpy", {"": GOOGLE_MERGE}),
    _case("the wrong style, asked for rest", "restock", "sphinx", {"": GOOGLE_RESTOCK}),
    _case("a wrong type in the docstring", "restock", "google", {"": GOOGLE_RESTOCK.replace("stock:", "stock (list[str]):")}),
    _case("no Returns section", "merge", "google", {"": GOOGLE_MERGE.replace("Returns:\n    A list of merged (start, end) tuples sorted by start time.\n\n", "")}),
    _case("no docstring at all", "merge", "any", {}, "The code documents itself.", {"    for start, end in sorted(ad_breaks):": "    # Sort the breaks.\n    for start, end in sorted(ad_breaks):"}),
    _case("a method without docstring", "turnstile", "google", {k: v for k, v in TURN.items() if k != "leave"}),
    _case("a method's error left out", "turnstile", "google", {**TURN, "leave": TURN["leave"].split("\n\nRaises")[0]}),
    _case("a false value in the notes", "turnstile", "google", TURN, "`Turnstile(3).enter(3)` returns `False`."),
    _case("a wrong default", "restock", "google", {"": GOOGLE_RESTOCK.replace("Defaults to 6", "Defaults to 12")}),
    _case("a wrong result for empty input", "merge", "google", {"": GOOGLE_MERGE.replace("sorted by start time.", "sorted by start time. Returns None if the list is empty.")}),
    _case("an example that cannot run", "merge", "google", {"": GOOGLE_MERGE + "\nExample:\n    >>> merge_breaks([(1, 4)])\n    [(1, 4)]\n"}),
]  # fmt: skip
