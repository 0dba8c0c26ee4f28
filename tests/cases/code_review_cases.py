"""Code reviews, right and wrong, written before the judge.

A case is (name, program, lines of the planted defects, answer); () is sound code. The defects are
those of tests.cases.hand_made. The right ones are in the manner of a chat model.
"""


def fits(posed, wanted) -> bool:
    """Tell whether the posed review has exactly the defects that the case speaks of."""
    return tuple(sorted(d["line"] for d in posed.proof["defects"])) == wanted


def _finding(line, problem, call, expected, actual, fix):
    return {"line": line, "problem": problem, "failing_call": call, "expected": expected, "actual": actual, "fix": fix}


def _case(name, program, lines, findings, summary="", verdict=None):
    verdict = verdict or ("defects" if findings else "sound")
    summary = summary or ("The code needs changes before it can be merged." if findings else "This does what the description says.")
    return name, program, lines, {"verdict": verdict, "findings": findings, "summary": summary}


TOUCH = _finding(7, "Touching breaks are not merged because `<` is strict; `<=` is needed.", "merge_ad_breaks([(1, 4), (4, 6)])",
                 "[(1, 6)]", "[(1, 4), (4, 6)]", "if merged and start <= merged[-1][1]:")  # fmt: skip
INNER = _finding(8, "The end is overwritten, so a shorter break inside a longer one cuts it off.", "merge_ad_breaks([(1, 10), (2, 3)])",
                 "[(1, 10)]", "[(1, 3)]", "merged[-1][1] = max(merged[-1][1], end)")  # fmt: skip
UNSORTED = _finding(6, "The breaks are processed in the order given instead of sorted by start.", "merge_ad_breaks([(5, 9), (1, 3)])",
                    "[(1, 3), (5, 9)]", "[(5, 9)]", "for start, end in sorted(ad_breaks):")  # fmt: skip
POINT = _finding(4, "A break whose start equals its end is rejected, although only `end < start` is invalid.", "merge_ad_breaks([(2, 2)])",
                 "[(2, 2)]", "ValueError", "if end < start:")  # fmt: skip
ATMIN = _finding(6, "Seeds that are exactly at the minimum show up with 0 packs.", 'plan_restock({"dill": 10}, 10)',
                 "{}", "{'dill': 0}", "if count < minimum:")  # fmt: skip
ROUND = _finding(8, "Rounds down, so a partial pack is never ordered.", "plan_restock({'leek': 0}, 13, 6)",
                 "{'leek': 3}", "{'leek': 2}", "plan[seed] = -(-missing // pack_size)")  # fmt: skip
ZERO = _finding(2, "pack_size 0 is let through and ends in a ZeroDivisionError.", "plan_restock({'dill': 4}, 10, 0)",
                "raises ValueError", "raises ZeroDivisionError", "if pack_size <= 0:")  # fmt: skip
MISSING = _finding(7, "The stock on the shelf is not subtracted.", "plan_restock({'kale': 1, 'dill': 9}, 10, 4)",
                   "{'dill': 1, 'kale': 3}", "{'dill': 3, 'kale': 3}", "missing = minimum - count")  # fmt: skip
FULL = _finding(7, "`>=` refuses a group that fits exactly.", "gate = Turnstile(3)\ngate.enter(3)", "True", "False",
                "if self.inside + group > self.limit:")  # fmt: skip
SHRINK = _finding(15, "Always subtracts one person.", "Turnstile(5).leave(0)", "0", "-1", "self.inside -= group")

RIGHT = [
    _case("one defect", "merge", (7,), [TOUCH]),
    _case("one defect, line counted from the docstring", "merge", (7,), [{**TOUCH, "line": 8}]),
    _case("one defect, line found by quoting it", "merge", (7,), [{**TOUCH, "line": 5, "problem": "In `if merged and start < merged[-1][1]:` the comparison should be `<=`: touching breaks belong together."}]),
    _case("fix in words", "merge", (7,), [{**TOUCH, "fix": "Use `<=` instead of `<`."}]),
    _case("fix as an expression", "merge", (8,), [{**INNER, "fix": "`merged[-1][1] = max(end, merged[-1][1])`"}]),
    _case("another right fix", "merge", (8,), [{**INNER, "fix": "if end > merged[-1][1]:\n    merged[-1][1] = end"}]),
    _case("another call", "merge", (8,), [{**INNER, "failing_call": "merge_ad_breaks([(1, 9), (2, 5), (3, 4)])", "expected": "[(1, 9)]", "actual": "[(1, 4)]"}]),
    _case("unsorted", "merge", (6,), [UNSORTED], "One blocking issue."),
    _case("an error that should not be", "merge", (4,), [POINT]),
    _case("an error written with its message", "merge", (4,), [{**POINT, "actual": "raises ValueError: ad break ends before it starts: 2-2"}]),
    _case("two defects", "merge", (4, 7), [POINT, TOUCH], "Two boundary conditions are off by one."),
    _case("two defects in the other order", "merge", (4, 8), [INNER, POINT]),
    _case("wrong at the minimum", "restock", (6,), [ATMIN]),
    _case("keywords in the call", "restock", (8,), [{**ROUND, "failing_call": "plan_restock(stock={'leek': 0}, minimum=13, pack_size=6)"}]),
    _case("two in one function", "restock", (2, 8), [ZERO, ROUND]),
    _case("two more", "restock", (2, 6), [{**ZERO, "fix": "if not pack_size > 0:"}, ATMIN]),
    _case("a class", "turnstile", (7,), [FULL]),
    _case("a class, one expression", "turnstile", (7,), [{**FULL, "failing_call": "Turnstile(3).enter(3)"}]),
    _case("sound", "merge", (), [], "Looks good to me: sorting first makes one pass enough, and `merge_ad_breaks([(1, 4), (4, 6)])` returns `[(1, 6)]` as described."),
    _case("sound class", "turnstile", (), [], "No problems found. I tried a full room, a refused group and too many leaving."),
]  # fmt: skip

WRONG = [
    _case("sound code called wrong", "merge", (), [{**TOUCH, "problem": "Touching breaks are not merged.", "expected": "[(1, 6)]", "actual": "[(1, 4), (4, 6)]"}]),
    _case("sound code, a matter of taste as a defect", "restock", (), [_finding(9, "Should return a list of pairs.", "plan_restock({'dill': 4}, 10)", "[('dill', 1)]", "{'dill': 1}", "return list(plan.items())")]),
    _case("wrong code called sound", "merge", (7,), []),
    _case("one of two defects missed", "merge", (4, 7), [TOUCH]),
    _case("the wrong line", "merge", (7,), [{**TOUCH, "line": 4}]),
    _case("an input that does not fail", "merge", (7,), [{**TOUCH, "failing_call": "merge_ad_breaks([(1, 3), (2, 6)])", "expected": "[(1, 6)]", "actual": "[(1, 6)]"}]),
    _case("an input claimed to fail that does not", "merge", (7,), [{**TOUCH, "failing_call": "merge_ad_breaks([(1, 3), (2, 6)])", "expected": "[(1, 6)]", "actual": "[(1, 3), (2, 6)]"}]),
    _case("a wrong expectation", "merge", (8,), [{**INNER, "expected": "[(1, 10), (2, 3)]"}]),
    _case("a wrong actual value", "merge", (8,), [{**INNER, "actual": "[(2, 3)]"}]),
    _case("a false finding besides the right one", "restock", (8,), [ROUND, _finding(4, "The dictionary should be a defaultdict.", "plan_restock({'leek': 0}, 13, 6)", "{'leek': 3}", "{'leek': 2}", "plan = collections.defaultdict(int)")]),
    _case("the same defect named twice for two", "merge", (4, 7), [TOUCH, {**TOUCH, "failing_call": "merge_ad_breaks([(1, 2), (2, 3)])", "expected": "[(1, 3)]", "actual": "[(1, 2), (2, 3)]"}]),
    _case("a fix that does not mend it", "merge", (7,), [{**TOUCH, "fix": "if merged and start > merged[-1][1]:"}]),
    _case("the wrong cause", "restock", (6,), [{**ATMIN, "problem": "The dictionary is built in the wrong order of the seeds.", "fix": "Sort the stock by its values first."}]),
    _case("a call of something else", "restock", (8,), [{**ROUND, "failing_call": "math.ceil(13 / 6)"}]),
    _case("the verdict contradicts the findings", "restock", (8,), [ROUND], "See below.", "sound"),
    _case("verdict defects without a finding", "merge", (7,), [], "The comparison looks suspicious.", "defects"),
    _case("a failing input that shows the other defect", "merge", (4, 8), [POINT, {**INNER, "failing_call": "merge_ad_breaks([(2, 2)])", "expected": "[(2, 2)]", "actual": "ValueError"}]),
    _case("a false value in the summary", "turnstile", (), [], "All good: `Turnstile(3).enter(3)` returns `False`, as it should."),
    _case("another method's defect", "turnstile", (7,), [{**FULL, "line": 13, "problem": "`group > self.inside` should be `>=`."}]),
    _case("a sound class called wrong", "turnstile", (), [{**SHRINK, "failing_call": "gate = Turnstile(5); gate.enter(3); gate.leave(2)", "expected": "1", "actual": "2"}]),
]  # fmt: skip
