"""Answers to one bug_fixing task, written before its judge: wrong ones to refuse, right ones to accept."""
# ruff: noqa: E501 - one answer a line

from tests.cases.quiet_gap import DOCUMENTED, proof

BEFORE = "if any(minute < 0 for minute in visits):"
AFTER = "if any(minute <= 0 for minute in visits):"
SHOWN = DOCUMENTED.replace(BEFORE, AFTER)
LINE = SHOWN.split("\n").index("    " + AFTER) + 1
PROOF = proof(
    shown=SHOWN,
    line=LINE,
    before=BEFORE,
    after=AFTER,
    cause="The comparison `<=` should be `<`, so a visit at minute 0 is refused as if it were negative.",
    fails_on=9,
)
FIXED = DOCUMENTED
MARKS = DOCUMENTED.split("    previous = 0")[0] + "    marks = [0] + sorted(v for v in visits if v <= closing) + [closing]\n    return max(b - a for a, b in zip(marks, marks[1:]))\n"
GOOD = "The check uses `<=` and so rejects a visit at minute 0, which is allowed. It must be `<`."

# (what is wrong, line, explanation, code)
WRONG = [
    ("the bug given back", LINE, GOOD, SHOWN),
    ("another bug instead", LINE, GOOD, FIXED.replace("minute < 0", "minute < -1")),
    ("check removed", LINE, "The `<=` check is wrong, so I took it out.", FIXED.replace('    if any(minute < 0 for minute in visits):\n        raise ValueError("a visit before opening")\n', "")),
    ("right code, blames the sort", LINE + 5, "The list was not sorted in descending order, which made the stretches negative.", FIXED),
    ("right code, blames the initial value", LINE + 2, "`previous` started from the wrong value and has to be the opening minute.", FIXED),
    ("right line, another cause", LINE, "The function never looked at the type of the visits, so strings slipped through.", FIXED),
    ("right line, no cause at all", LINE, "There was a bug in this place and it is mended now.", FIXED),
    ("blames the last line", LINE + 9, "The last stretch up to closing was left out of the result.", FIXED),
    ("no line, blames the break", 1, "`break` leaves the loop too early when a visit comes after closing.", FIXED),
    ("claims there is no bug", LINE, "The code is correct as it stands; I only reformatted it.", FIXED),
    ("quotes sound code as the defect", LINE + 8, "The defect is `longest = max(longest, minute - previous)`: it forgets the first stretch.", FIXED),
    ("fix with a new defect in the loop", LINE, GOOD, FIXED.replace("previous = minute\n", "previous = longest\n")),
    ("catches the error away", LINE, GOOD, FIXED.replace('raise ValueError("a visit before opening")', "return 0")),
    ("does not parse", LINE, GOOD, FIXED.replace("return max(", "return max((")),
    ("function renamed", LINE, GOOD, FIXED.replace("longest_quiet", "longest_quiet_fixed")),
    ("far line, the operator named in another place", LINE + 6, "The comparison `minute > closing` must be `>=`, otherwise a visit at closing counts twice.", FIXED),
]  # fmt: skip

# (manner, line, explanation, code)
RIGHT = [
    ("plain", LINE, GOOD, FIXED),
    ("one line off", LINE - 1, GOOD, FIXED),
    ("fenced code", LINE, GOOD, f"```python\n{FIXED}```"),
    ("in words only", LINE, "The comparison is not strict: minute 0 counts as negative, so a visit right at opening raises an error.", FIXED),
    ("off by one", LINE, "Off-by-one in the validation: a visit at exactly 0 is treated as invalid. Zero is a legal minute.", FIXED),
    ("quotes the line, number counted without the docstring", 2, "`if any(minute <= 0 for minute in visits)` also fires for 0. Use `< 0`.", FIXED),
    ("quotes the condition only", 3, "The condition `minute <= 0` is too wide. It should be `minute < 0`, since the opening minute itself is valid.", FIXED),
    ("diff in the prose", LINE, "The guard is too strict:\n\n```diff\n-    if any(minute <= 0 for minute in visits):\n+    if any(minute < 0 for minute in visits):\n```\n\nA visit at opening is fine.", FIXED),
    ("rewritten as well", LINE, "The bug is `<=` where `<` was meant. I also simplified the loop into one list of marks.", MARKS),
    ("min instead of any", LINE, "`<= 0` wrongly includes zero, so `[0]` raised `ValueError`.", FIXED.replace(BEFORE, "if visits and min(visits) < 0:")),
    ("header and list", LINE, "### What went wrong\n\n- the guard compares with `<=`\n- so minute `0` raises\n\n### Fix\n\nCompare with `<`.", FIXED),
    ("long chat", LINE, "Thanks for the failing call! The culprit is the validation at the top. Visits at minute 0 happen right at opening and the docstring only forbids negative minutes. But the code tests `minute <= 0`, which is true for zero as well. Changing it to a strict comparison fixes it.", FIXED),
    ("not-at-least form", LINE, "Zero was refused because of `<=`; the fix asks for `0 > minute`.", FIXED.replace(BEFORE, "if any(0 > minute for minute in visits):")),
    ("not all", LINE, "The validation treats 0 like a negative number (`<= 0`).", FIXED.replace(BEFORE, "if not all(minute >= 0 for minute in visits):")),
    ("loop for the check", LINE, "The validation rejected 0 because it used less-than-or-equal.", FIXED.replace(BEFORE + "\n        raise", "for minute in visits:\n        if minute >= 0:\n            continue\n        raise")),
    ("lower bound in words", LINE, "The lower bound is wrong: the boundary value 0 is excluded although only negative minutes are an error.", FIXED),
    ("inclusive", LINE, "The check is inclusive where it should be exclusive, so a visit at opening raises ValueError.", FIXED),
    ("comment at the fix", LINE, GOOD, FIXED.replace(BEFORE, BEFORE + "  # minute 0 is allowed")),
    ("docstring gone from the fix", LINE, GOOD, FIXED.split('    """')[0] + FIXED.split('    """')[2].lstrip("\n")),
    ("line said in the prose, field wrong", 1, f"On line {LINE} the operator `<=` should be `<`; 0 is valid.", FIXED),
    ("french quotes and arrows", LINE, "Change `<=` → `<` in the guard. A visit at minute 0 isn’t negative.", FIXED),
]  # fmt: skip
