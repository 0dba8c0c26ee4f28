"""Answers to one refactoring task, written before its judge: wrong ones to refuse, right ones to accept."""
# ruff: noqa: E501 - one answer a line

from tests.cases.quiet_gap import REFERENCE, SIGNATURE, proof

CLUMSY = f'''{SIGNATURE}
    found_bad = False
    for i in range(len(visits)):
        if visits[i] < 0:
            found_bad = True
    if found_bad == True:
        raise ValueError("a visit before opening")
    else:
        previous = 0
        longest = 0
        ordered = sorted(visits)
        i = 0
        while i < len(ordered):
            minute = ordered[i]
            if minute > closing:
                break
            else:
                if minute - previous > longest:
                    longest = minute - previous
                else:
                    longest = longest
                previous = minute
            i = i + 1
        if closing - previous > longest:
            return closing - previous
        else:
            return longest
'''
NESTING = proof(220, shown=CLUMSY, measure="nesting")
BRANCHES = proof(220, shown=CLUMSY, measure="complexity")
LENGTH = proof(220, shown=CLUMSY, measure="length")
SAY = "A guard clause raises first, so the rest needs no `else`, and `max` replaces the nested comparison."


def body(lines):
    """Return the function with this body."""
    return SIGNATURE + "\n" + "\n".join("    " + line if line else line for line in lines.split("\n")) + "\n"


MARKS = "if any(v < 0 for v in visits):\n    raise ValueError('a visit before opening')\nmarks = [0, *sorted(v for v in visits if v <= closing), closing]\nreturn max(b - a for a, b in zip(marks, marks[1:]))"

# (what is wrong, proof, code, explanation)
WRONG = [
    ("the clumsy code back", NESTING, CLUMSY, SAY),
    ("only renamed layout and comments", NESTING, "# tidied\n" + CLUMSY.replace("found_bad == True", "(found_bad == True)"), SAY),
    ("only a docstring added", BRANCHES, CLUMSY.replace(SIGNATURE, SIGNATURE + '\n    """Tidied."""'), SAY),
    ("only names changed, measure the same", NESTING, CLUMSY.replace("found_bad", "has_negative"), SAY),
    ("error check lost", NESTING, body("marks = [0, *sorted(v for v in visits if v <= closing), closing]\nreturn max(b - a for a, b in zip(marks, marks[1:]))"), SAY),
    ("sorts the caller's list in place", NESTING, body(MARKS.replace("marks = [0, *sorted(v for v in visits if v <= closing), closing]", "visits.sort()\nmarks = [0, *[v for v in visits if v <= closing], closing]")), SAY),
    ("break becomes a filter with the wrong bound", BRANCHES, body("if any(v < 0 for v in visits):\n    raise ValueError\nmarks = [0, *sorted(v for v in visits if v < closing)]\nreturn max(b - a for a, b in zip(marks, marks[1:] + marks[-1:]))"), SAY),
    ("raises another error", NESTING, REFERENCE.replace("ValueError", "IndexError"), SAY),
    ("last stretch lost", LENGTH, body(MARKS.replace(", closing]", "]").replace("zip(marks, marks[1:]))", "zip(marks, marks[1:] or marks))")), SAY),
    ("first stretch lost", LENGTH, body(MARKS.replace("[0, *sorted", "[*sorted").replace("zip(marks, marks[1:]))", "zip(marks, marks[1:] or marks))")), SAY),
    ("other name", NESTING, REFERENCE.replace("longest_quiet", "longest_stretch"), SAY),
    ("parameter gone", NESTING, REFERENCE.replace(", closing: int", "").replace("closing", "600"), SAY),
    ("longer than before when length was asked", LENGTH, CLUMSY.replace("    found_bad = False\n", "    found_bad = False\n    count = len(visits)\n    unused = count\n    unused = unused + 1\n"), SAY),
    ("moved into a helper just as nested", NESTING, CLUMSY.replace("longest_quiet", "_inner") + "\n\n" + body("return _inner(visits, closing)"), SAY),
    ("does not parse", NESTING, REFERENCE.replace("return max(", "return max(("), SAY),
    ("works on the answers only", NESTING, body("return max(closing - max(visits or [0]), min(visits or [0]))"), SAY),
]  # fmt: skip

# (manner, proof, code, explanation)
RIGHT = [
    ("reference", NESTING, REFERENCE, SAY),
    ("reference, branches", BRANCHES, REFERENCE, SAY),
    ("reference, length", LENGTH, REFERENCE, SAY),
    ("marks", NESTING, body(MARKS), "Opening and closing become marks like the visits."),
    ("marks, length", LENGTH, body(MARKS), SAY),
    ("marks, fenced", BRANCHES, f"```python\n{body(MARKS)}```", SAY),
    ("docstring added", NESTING, body('"""Return the longest quiet stretch."""\n' + MARKS), SAY),
    ("helper for the check", NESTING, "def _check(visits: list[int]) -> None:\n    if any(v < 0 for v in visits):\n        raise ValueError('a visit before opening')\n\n\n" + body("_check(visits)\nmarks = [0, *sorted(v for v in visits if v <= closing), closing]\nreturn max(b - a for a, b in zip(marks, marks[1:]))"), "The check got its own function."),
    ("pairwise", BRANCHES, "from itertools import pairwise\n\n\n" + body(MARKS.replace("zip(marks, marks[1:])", "pairwise(marks)")), SAY),
    ("min for the check", BRANCHES, body(MARKS.replace("if any(v < 0 for v in visits)", "if visits and min(visits) < 0")), SAY),
    ("default", NESTING, body(MARKS.replace("if any(v < 0 for v in visits)", "if min(visits, default=0) < 0")), SAY),
    ("for loop kept", NESTING, REFERENCE.replace("    previous = 0\n    longest = 0\n", "    previous = longest = 0\n"), "- guard clause\n- `for` over the sorted visits\n- `max` for the comparison"),
    ("if kept", NESTING, REFERENCE.replace("        longest = max(longest, minute - previous)\n", "        if minute - previous > longest:\n            longest = minute - previous\n"), SAY),
    ("comments", NESTING, REFERENCE.replace("    previous = 0", "    # Start at opening.\n    previous = 0"), SAY),
    ("constants on top", LENGTH, "OPENING = 0\n\n\n" + body(MARKS.replace("[0, *", "[OPENING, *")), SAY),
    ("two list steps", LENGTH, body("if any(v < 0 for v in visits):\n    raise ValueError('bad')\nordered = sorted(v for v in visits if v <= closing)\nstarts = [0] + ordered\nends = ordered + [closing]\nreturn max(end - start for start, end in zip(starts, ends))"), SAY),
    ("map", LENGTH, body(MARKS.replace("max(b - a for a, b in zip(marks, marks[1:]))", "max(map(lambda a, b: b - a, marks, marks[1:]))")), SAY),
    ("no annotations", BRANCHES, body(MARKS).replace(": list[int]", "").replace(": int", "").replace(" -> int", ""), SAY),
    ("takewhile", BRANCHES, "from itertools import takewhile\n\n\n" + body("if any(v < 0 for v in visits):\n    raise ValueError('a visit before opening')\ninside = takewhile(lambda v: v <= closing, sorted(visits))\nmarks = [0, *inside, closing]\nreturn max(b - a for a, b in zip(marks, marks[1:]))"), SAY),
    ("table of changes", NESTING, REFERENCE, "| before | after |\n|---|---|\n| flag | `any` |\n| nested `if` | `max` |"),
    ("long prose", NESTING, body(MARKS), "I started by replacing the flag loop with `any()`, which says what the check is. After that the big `else` was not needed, since the guard raises.\n\nThe index loop became one expression over neighbouring marks."),
]  # fmt: skip
