"""Answers to one algorithm_implementation task, written before its judge: wrong ones to refuse, right ones to accept."""
# ruff: noqa: E501 - one answer a line

from tests.cases.quiet_gap import DOCUMENTED, REFERENCE, SIGNATURE, proof

GROWING = [f"({[(7 * i * i) % (3 * n) for i in range(n)]!r}, {3 * n})" for n in (25, 50, 100, 200, 400)]
PROOF = proof(220, params=["visits", "closing"])
BOUNDED = {**PROOF, "bound": "O(n log n)", "growing": GROWING, "sizes": [25, 50, 100, 200, 400]}
SAY = "Sort the visits once, then walk through them and keep the longest stretch."


def body(lines):
    """Return the function with this body."""
    return SIGNATURE + "\n" + "\n".join("    " + line if line else line for line in lines.split("\n")) + "\n"


CHECK = "if any(v < 0 for v in visits):\n    raise ValueError('a visit before opening')\n"
MARKS = CHECK + "marks = [0, *sorted(v for v in visits if v <= closing), closing]\nreturn max(b - a for a, b in zip(marks, marks[1:]))"
SLOW = CHECK + "marks = [0, *[v for v in visits if v <= closing], closing]\nbest = 0\nfor start in marks:\n    later = [m for m in marks if m > start]\n    if later:\n        best = max(best, min(later) - start)\nreturn best"

# (what is wrong, proof, code, explanation)
WRONG = [
    ("does nothing", PROOF, body("return 0"), SAY),
    ("stub", PROOF, body("..."), SAY),
    ("raises NotImplementedError", PROOF, body("raise NotImplementedError"), SAY),
    ("forgets the error", PROOF, body(MARKS.replace(CHECK, "")), SAY),
    ("another error", PROOF, body(MARKS.replace("ValueError", "TypeError")), SAY),
    ("forgets to sort", PROOF, body(MARKS.replace("sorted(v for v in visits if v <= closing)", "[v for v in visits if v <= closing]")), SAY),
    ("forgets closing", PROOF, body(MARKS.replace(", closing]", "]").replace("for a, b in zip(marks, marks[1:]))", "for a, b in zip(marks, marks[1:] or marks))")), SAY),
    ("counts visits after closing", PROOF, body(MARKS.replace(" if v <= closing", "")), SAY),
    ("a visit at closing left out is fine, but one before it is too", PROOF, body(MARKS.replace("v <= closing", "v < closing - 1")), SAY),
    ("changes the caller's list", PROOF, body(CHECK + "visits.append(0)\nvisits.append(closing)\nmarks = sorted(v for v in visits if v <= closing)\nreturn max(b - a for a, b in zip(marks, marks[1:]))"), SAY),
    ("string for a number", PROOF, body(MARKS.replace("return max(", "return str(max(") + ")"), SAY),
    ("fails on the empty list", PROOF, body("if min(visits) < 0:\n    raise ValueError\n" + MARKS.removeprefix(CHECK)), SAY),
    ("parameters swapped", PROOF, body(MARKS).replace("visits: list[int], closing: int", "closing: int, visits: list[int]"), SAY),
    ("prints instead of returning", PROOF, body(MARKS.replace("return max(", "print(max(") + ")"), SAY),
    ("quadratic where n log n was asked", BOUNDED, body(SLOW), SAY),
    ("bubble sort where n log n was asked", BOUNDED, body(CHECK + "marks = [v for v in visits if v <= closing]\nfor i in range(len(marks)):\n    for j in range(len(marks) - 1 - i):\n        if marks[j] > marks[j + 1]:\n            marks[j], marks[j + 1] = marks[j + 1], marks[j]\nmarks = [0, *marks, closing]\nreturn max(b - a for a, b in zip(marks, marks[1:]))"), SAY),
    ("never ends", PROOF, body("while visits:\n    pass\nreturn closing"), SAY),
    ("method instead of a function", PROOF, "class Solution:\n" + "\n".join("    " + line for line in REFERENCE.replace("(visits", "(self, visits").split("\n")), SAY),
]  # fmt: skip

# (manner, proof, code, explanation)
RIGHT = [
    ("reference", PROOF, REFERENCE, SAY),
    ("reference with docstring", PROOF, DOCUMENTED, SAY),
    ("marks", PROOF, body(MARKS), "Opening and closing are treated as visits, so that every stretch lies between two neighbours."),
    ("fenced", PROOF, f"```python\n{body(MARKS)}```", SAY),
    ("marks, bounded", BOUNDED, body(MARKS), "Sorting dominates: O(n log n)."),
    ("reference, bounded", BOUNDED, REFERENCE, SAY),
    ("heap, bounded", BOUNDED, "import heapq\n\n\n" + body(CHECK + "heap = [v for v in visits if v <= closing]\nheapq.heapify(heap)\nbest = last = 0\nwhile heap:\n    now = heapq.heappop(heap)\n    best = max(best, now - last)\n    last = now\nreturn max(best, closing - last)"), "A heap hands out the visits in order."),
    ("pairwise", PROOF, "from itertools import pairwise\n\n\n" + body(MARKS.replace("zip(marks, marks[1:])", "pairwise(marks)")), SAY),
    ("set of marks", PROOF, body(CHECK + "marks = sorted({0, closing} | {v for v in visits if v <= closing})\nreturn max((b - a for a, b in zip(marks, marks[1:])), default=0)"), SAY),
    ("slow but no bound was asked", PROOF, body(SLOW), "Every mark looks for the next one; fine for short lists."),
    ("recursion", PROOF, body(CHECK + "def walk(rest, start):\n    if not rest or rest[0] > closing:\n        return closing - start\n    return max(rest[0] - start, walk(rest[1:], rest[0]))\n\nreturn walk(sorted(visits), 0)"), SAY),
    ("helper", PROOF, "def _inside(visits, closing):\n    return [v for v in visits if v <= closing]\n\n\n" + body(CHECK + "marks = [0, *sorted(_inside(visits, closing)), closing]\nreturn max(b - a for a, b in zip(marks, marks[1:]))"), SAY),
    ("main guard", PROOF, body(MARKS) + "\n\nif __name__ == '__main__':\n    print(longest_quiet([5], 10))\n", "Run the file to see one result."),
    ("no annotations", PROOF, body(MARKS).replace(": list[int]", "").replace(": int", "").replace(" -> int", ""), SAY),
    ("typing.List", PROOF, "from typing import List\n\n\n" + body(MARKS).replace("list[int]", "List[int]"), SAY),
    ("extra parameter with a default", PROOF, body(MARKS.replace("[0, *", "[opening, *")).replace("closing: int)", "closing: int, opening: int = 0)"), SAY),
    ("index loop", PROOF, body(CHECK + "marks = sorted(visits)\nbest = 0\nlast = 0\nfor i in range(len(marks)):\n    if marks[i] <= closing:\n        if marks[i] - last > best:\n            best = marks[i] - last\n        last = marks[i]\nif closing - last > best:\n    best = closing - last\nreturn best"), SAY),
    ("bisect", PROOF, "from bisect import bisect_right\n\n\n" + body(CHECK + "ordered = sorted(visits)\ninside = ordered[:bisect_right(ordered, closing)]\nreturn max(b - a for a, b in zip([0] + inside, inside + [closing]))"), SAY),
    ("generator function inside", PROOF, body(CHECK + "def stretches():\n    last = 0\n    for v in sorted(visits):\n        if v > closing:\n            break\n        yield v - last\n        last = v\n    yield closing - last\n\nreturn max(stretches())"), SAY),
    ("reduce", PROOF, "from functools import reduce\n\n\n" + body(CHECK + "marks = [*sorted(v for v in visits if v <= closing), closing]\nbest, _ = reduce(lambda acc, m: (max(acc[0], m - acc[1]), m), marks, (0, 0))\nreturn best"), SAY),
    ("prose with headers", PROOF, body(MARKS), "### Approach\n\n1. Reject negative minutes.\n2. Sort.\n3. Compare neighbours.\n\n### Complexity\n\nO(n log n) time, O(n) space."),
]  # fmt: skip
