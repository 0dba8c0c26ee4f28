"""Explanations, right and wrong, written before the judge.

A case is (name, program, (the call asked about or None, whether complexity is asked for), answer).
The right ones are in the manner of a chat model; every wrong one reads well and states one falsehood.
"""


def fits(posed, wanted) -> bool:
    """Tell whether the posed task asks about the call, and for the complexity, that the case speaks of."""
    call, asks = wanted
    question = posed.proof["question"]
    return (question["call"] if question else None) == call and posed.proof["complexity_asked"] == asks


def _edge(call, result=None, raised=None, note=""):
    return {"call": call, "result": result, "raised": raised, "note": note}


def _example(call, result=None, raised=None, walkthrough=""):
    return {"call": call, "result": result, "raised": raised, "walkthrough": walkthrough}


def _case(name, program, wanted, summary, steps, example=None, edges=(), complexity=None, **more):
    return name, program, wanted, {
        "summary": summary, "steps": list(steps), "example": example, "edge_cases": list(edges), "complexity": complexity, **more,
    }  # fmt: skip


M = "merge_ad_breaks([(1, 4), (4, 6)])"
M4 = "merge_ad_breaks([(1, 3), (2, 5), (8, 9)])"
R = "plan_restock({'kale': 1, 'dill': 9}, 10, 4)"
MERGE_SUM = "`merge_ad_breaks` merges overlapping or touching intervals and returns them sorted by start."
MERGE_STEPS = [
    "First it validates the input: if any break has `end < start`, a `ValueError` is raised.",
    "The breaks are sorted by start, so only the last merged interval can overlap the next one.",
    "If the current start is not after the last merged end, that end is extended with `max`; otherwise a new interval begins.",
    "Finally the lists are turned into tuples.",
]
WALK = "After sorting, `(1, 4)` is appended, so `merged` is `[[1, 4]]`. The next break starts at 4, which is `<= 4`, so `merged` becomes `[[1, 6]]`."
REST_SUM = "`plan_restock` works out how many packs of each seed must be ordered to reach `minimum`."
REST_STEPS = [
    "A `pack_size` of zero or less raises a `ValueError`.",
    "The seeds are visited in alphabetical order.",
    "For every seed below the minimum the missing amount is divided by the pack size, rounding up with the `-(-a // b)` trick.",
]
TURN_SUM = "`Turnstile` keeps track of how many people are inside and refuses groups that would exceed the limit."
TURN_STEPS = [
    "`__init__` stores the limit and starts with nobody inside.",
    "`enter` checks whether the whole group fits; if not it returns `False` and changes nothing.",
    "`leave` raises `ValueError` if more people want to leave than are inside, and otherwise returns how many remain.",
]

RIGHT = [
    _case("no question", "merge", (None, False), MERGE_SUM, MERGE_STEPS),
    _case("no question, own example", "merge", (None, False), MERGE_SUM, MERGE_STEPS, _example(M4, "[(1, 5), (8, 9)]", walkthrough="The first two overlap, the third stands alone.")),
    _case("no question, edges", "merge", (None, False), MERGE_SUM, MERGE_STEPS, edges=[_edge("merge_ad_breaks([])", "[]", note="nothing to merge"), _edge("merge_ad_breaks([(6, 2)])", raised="ValueError")]),
    _case("question", "merge", (M, False), MERGE_SUM, MERGE_STEPS, _example(M, "[(1, 6)]", walkthrough=WALK)),
    _case("question, equals sign", "merge", (M, False), MERGE_SUM, MERGE_STEPS, _example(M, "[(1, 6)]", walkthrough="Initially `merged = []`. After the first pass `merged = [[1, 4]]`, and after the loop `merged` is `[[1, 6]]`.")),
    _case("question, little walkthrough", "merge", (M, False), "It joins breaks that overlap or touch.", MERGE_STEPS[1:3], _example(M, "[(1, 6)]", walkthrough="Because the second break starts exactly where the first one ends, they become one.")),
    _case("question, keyword call", "merge", (M, False), MERGE_SUM, MERGE_STEPS, _example("merge_ad_breaks(ad_breaks=[(1, 4), (4, 6)])", "[(1, 6)]")),
    _case("question with complexity", "merge", (M, True), MERGE_SUM, MERGE_STEPS, _example(M, "[(1, 6)]", walkthrough=WALK), complexity="O(n log n), dominated by the sort; the loop itself is O(n)."),
    _case("complexity, other letter", "merge", (None, True), MERGE_SUM, MERGE_STEPS, complexity="Time is O(k log k) for k ad breaks because of `sorted`."),
    _case("complexity, other spelling", "restock", (None, True), REST_SUM, REST_STEPS, complexity="`O(n * log(n))` where n is the number of seeds."),
    _case("three overlap", "merge", (M4, False), MERGE_SUM, MERGE_STEPS, _example(M4, "[(1, 5), (8, 9)]", walkthrough="In the first iteration `start` is `1` and `end` is `3`. In the second, `start` is `2`, so `merged` becomes `[[1, 5]]`. In the last iteration `start` is `8` and a new entry is added.")),
    _case("restock question", "restock", (R, False), REST_SUM, REST_STEPS, _example(R, "{'dill': 1, 'kale': 3}", walkthrough="`dill` comes first: `missing` is `1`, so one pack is ordered. For `kale`, `missing` is `9` and `-(-9 // 4)` is `3`.")),
    _case("restock, result with other quotes", "restock", (R, False), REST_SUM, REST_STEPS, _example(R, '{"dill": 1, "kale": 3}')),
    _case("restock, edges", "restock", (R, False), REST_SUM, REST_STEPS, _example(R, "{'dill': 1, 'kale': 3}"), [_edge("plan_restock({}, 5)", "{}"), _edge("plan_restock({'dill': 1}, 5, 0)", raised="ValueError", note="the pack size must be positive")]),
    _case("restock, claims in prose", "restock", (None, False), REST_SUM + " For example, `plan_restock({'dill': 4}, 10)` returns `{'dill': 1}`.", REST_STEPS),
    _case("prose instead of steps", "restock", (None, False), "The function looks at every seed in alphabetical order and orders whole packs for those below the minimum. It returns a dictionary.", ["There is one guard at the top: a pack size that is not positive raises a `ValueError`."]),
    _case("class", "turnstile", (None, False), TURN_SUM, TURN_STEPS),
    _case("class with an example", "turnstile", (None, False), TURN_SUM, TURN_STEPS, _example("gate = Turnstile(3)\ngate.enter(2)\ngate.enter(2)", "False", walkthrough="After the first call two people are inside; two more would make four.")),
    _case("class, edges", "turnstile", (None, False), TURN_SUM, TURN_STEPS, edges=[_edge("Turnstile(0).enter()", "False"), _edge("Turnstile(2).leave(1)", raised="ValueError", note="nobody is inside")]),
    _case("layout of sections", "merge", (None, False), MERGE_SUM, MERGE_STEPS, layout="sections"),
]  # fmt: skip

WRONG = [
    _case("a wrong result", "merge", (M, False), MERGE_SUM, MERGE_STEPS, _example(M, "[(1, 4), (4, 6)]")),
    _case("a wrong intermediate value", "merge", (M, False), MERGE_SUM, MERGE_STEPS, _example(M, "[(1, 6)]", walkthrough="After the first pass `merged` is `[[1, 6]]` and then `merged` becomes `[[1, 6], [4, 6]]`.")),
    _case("a right value at the wrong time", "merge", (M, False), MERGE_SUM, MERGE_STEPS, _example(M, "[(1, 6)]", walkthrough="After the loop `merged` is `[[1, 4]]`.")),
    _case("the wrong iteration", "merge", (M4, False), MERGE_SUM, MERGE_STEPS, _example(M4, "[(1, 5), (8, 9)]", walkthrough="In the first iteration `start` is `8`.")),
    _case("another call than asked", "merge", (M, False), MERGE_SUM, MERGE_STEPS, _example("merge_ad_breaks([(1, 2)])", "[(1, 2)]")),
    _case("the question left open", "merge", (M, False), MERGE_SUM, MERGE_STEPS),
    _case("an invented error", "merge", (None, False), MERGE_SUM, [*MERGE_STEPS, "A `TypeError` is raised for entries that are not pairs."]),
    _case("an error denied", "merge", (None, False), MERGE_SUM + " It never raises an exception.", MERGE_STEPS[1:]),
    _case("a wrong edge case", "merge", (None, False), MERGE_SUM, MERGE_STEPS, edges=[_edge("merge_ad_breaks([])", None, "ValueError", "there is nothing to merge")]),
    _case("a wrong edge value", "restock", (None, False), REST_SUM, REST_STEPS, edges=[_edge("plan_restock({'dill': 10}, 10)", "{'dill': 0}")]),
    _case("a wrong complexity", "merge", (None, True), MERGE_SUM, MERGE_STEPS, complexity="O(n), since each break is looked at once."),
    _case("quadratic claimed", "restock", (None, True), REST_SUM, REST_STEPS, complexity="O(n^2)"),
    _case("no complexity although asked", "merge", (None, True), MERGE_SUM, MERGE_STEPS),
    _case("a wrong complexity in passing", "merge", (None, False), MERGE_SUM + " Its time complexity is O(n).", MERGE_STEPS),
    _case("a wrong type", "restock", (None, False), "`plan_restock` returns a list of the seeds that run short.", REST_STEPS),
    _case("a false call in prose", "restock", (None, False), REST_SUM + " `plan_restock({'dill': 4}, 10)` returns `{'dill': 6}`.", REST_STEPS),
    _case("a false value for a variable", "restock", (R, False), REST_SUM, REST_STEPS, _example(R, "{'dill': 1, 'kale': 3}", walkthrough="For `kale`, `missing` is `8`, which needs three packs of four.")),
    _case("a wrong error", "restock", (None, False), REST_SUM, ["A `pack_size` of 0 raises a `ZeroDivisionError`.", *REST_STEPS[1:]]),
    _case("a false expression", "restock", (R, False), REST_SUM, REST_STEPS, _example(R, "{'dill': 1, 'kale': 3}", walkthrough="For `kale` the expression `-(-9 // 4)` is `2`.")),
    _case("class, a wrong result", "turnstile", (None, False), TURN_SUM, TURN_STEPS, _example("gate = Turnstile(3)\ngate.enter(3)", "False")),
    _case("class, a wrong error", "turnstile", (None, False), TURN_SUM, TURN_STEPS, edges=[_edge("Turnstile(2).enter(5)", raised="ValueError")]),
    _case("empty input told wrongly", "merge", (None, False), MERGE_SUM + " It returns None if the list is empty.", MERGE_STEPS),
    _case("code that is not there", "merge", (None, False), MERGE_SUM, [*MERGE_STEPS, "The line `merged.reverse()` puts the latest break first."]),
]  # fmt: skip
