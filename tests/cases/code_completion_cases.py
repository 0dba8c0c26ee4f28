"""Answers to one code_completion task, written before its judge: wrong ones to refuse, right ones to accept."""
# ruff: noqa: E501 - one answer a line

from tests.cases.quiet_gap import BODY, DOCSTRING, DOCUMENTED, SIGNATURE, proof

GAP = "        longest = max(longest, minute - previous)\n        previous = minute\n"
FRAME = DOCUMENTED.replace(GAP, "        __gap__\n")
POSED = DOCUMENTED.replace(GAP, "        # two lines are missing here\n        ...\n")
STUB_FRAME = f"{SIGNATURE}\n{DOCSTRING}\n    __gap__\n"
STUB = f"{SIGNATURE}\n{DOCSTRING}\n    raise NotImplementedError\n"
GAP_PROOF = proof(frame=FRAME, posed_code=POSED, fails_on=2)
STUB_PROOF = proof(frame=STUB_FRAME, posed_code=STUB, fails_on=2)


def filled(lines, frame=FRAME):
    """Return the frame with the lines in the gap's place."""
    pad = frame.split("__gap__")[0].rsplit("\n", 1)[1]
    return frame.replace("__gap__", f"\n{pad}".join(lines.split("\n")))


RIGHT_LINES = "longest = max(longest, minute - previous)\nprevious = minute"
SAY = "The gap has to record the stretch since the previous visit and then move on to the next one."

# (what is wrong, proof, code, explanation)
WRONG = [
    ("left as posed", GAP_PROOF, POSED, SAY),
    ("pass in the gap", GAP_PROOF, filled("pass"), SAY),
    ("forgets to move on", GAP_PROOF, filled("longest = max(longest, minute - previous)"), SAY),
    ("moves on first", GAP_PROOF, filled("previous = minute\nlongest = max(longest, minute - previous)"), SAY),
    ("keeps the last instead of the longest", GAP_PROOF, filled("longest = minute - previous\nprevious = minute"), SAY),
    ("only the missing lines", GAP_PROOF, RIGHT_LINES, SAY),
    ("docstring shortened", GAP_PROOF, filled(RIGHT_LINES).replace("    Visits may come in any order. A visit after closing is ignored. The stretches before\n    the first visit and after the last one count as well.\n\n", ""), SAY),
    ("docstring gone", GAP_PROOF, filled(RIGHT_LINES).replace(DOCSTRING + "\n", ""), SAY),
    ("parameter renamed", GAP_PROOF, filled(RIGHT_LINES).replace("closing", "end"), SAY),
    ("given loop rewritten", GAP_PROOF, filled(RIGHT_LINES).replace("        if minute > closing:\n            break\n", "        if minute <= closing:\n            pass\n        else:\n            break\n"), SAY),
    ("given return changed", GAP_PROOF, filled("longest = max(longest, minute - previous)\nprevious = minute").replace("return max(longest, closing - previous)", "tail = closing - previous\n    return max(longest, tail)"), SAY),
    ("other name", GAP_PROOF, filled(RIGHT_LINES).replace("def longest_quiet", "def longest_quiet_stretch"), SAY),
    ("stub left", STUB_PROOF, STUB, SAY),
    ("body forgets closing", STUB_PROOF, filled("marks = [0] + sorted(visits)\nreturn max([b - a for a, b in zip(marks, marks[1:])], default=0)", STUB_FRAME), SAY),
    ("no error raised", STUB_PROOF, filled("marks = [0, *sorted(v for v in visits if 0 <= v <= closing), closing]\nreturn max(b - a for a, b in zip(marks, marks[1:]))", STUB_FRAME), SAY),
    ("sorts in place: the caller's list changes", STUB_PROOF, filled("if visits and min(visits) < 0:\n    raise ValueError\nvisits.sort()\nmarks = [0, *[v for v in visits if v <= closing], closing]\nreturn max(b - a for a, b in zip(marks, marks[1:]))", STUB_FRAME), SAY),
    ("does not parse", STUB_PROOF, filled("return max(", STUB_FRAME), SAY),
    ("returns a float", STUB_PROOF, filled("if visits and min(visits) < 0:\n    raise ValueError\nmarks = [0, *sorted(v for v in visits if v <= closing), closing]\nreturn float(max(b - a for a, b in zip(marks, marks[1:])))", STUB_FRAME), SAY),
    ("return annotation changed", STUB_PROOF, filled(BODY.strip().replace("\n    ", "\n"), STUB_FRAME).replace("-> int", "-> float"), SAY),
]  # fmt: skip

MARKS = "if any(v < 0 for v in visits):\n    raise ValueError('negative minute')\nmarks = [0] + sorted(v for v in visits if v <= closing) + [closing]\nreturn max(b - a for a, b in zip(marks, marks[1:]))"
PAIRWISE = "for visit in visits:\n    if visit < 0:\n        raise ValueError(f'visit at {visit}')\nmarks = sorted({0, closing} | {v for v in visits if v <= closing})\nreturn max((b - a for a, b in pairwise(marks)), default=0)"
HELPER = "def _gaps(marks: list[int]) -> list[int]:\n    return [b - a for a, b in zip(marks, marks[1:])]\n\n\n"

# (manner, proof, code, explanation)
RIGHT = [
    ("as the reference", GAP_PROOF, filled(RIGHT_LINES), SAY),
    ("fenced code in the field", GAP_PROOF, f"```python\n{filled(RIGHT_LINES)}```", "Here are the missing two lines in place."),
    ("if instead of max", GAP_PROOF, filled("gap = minute - previous\nif gap > longest:\n    longest = gap\nprevious = minute"), "I keep the largest `gap` and then advance `previous`."),
    ("with comments", GAP_PROOF, filled("# The stretch that ends with this visit.\nlongest = max(longest, minute - previous)\nprevious = minute  # the next stretch starts here"), SAY),
    ("tuple assignment", GAP_PROOF, filled("longest, previous = max(longest, minute - previous), minute"), "One tuple assignment does both."),
    ("Markdown list in the prose", GAP_PROOF, filled(RIGHT_LINES), "Two things were missing:\n\n1. updating `longest`\n2. moving `previous` forward"),
    ("conditional expression", GAP_PROOF, filled("quiet = minute - previous\nlongest = quiet if quiet > longest else longest\nprevious = minute"), SAY),
    ("a given comment dropped, other quotes", GAP_PROOF, filled(RIGHT_LINES).replace('"a visit before opening"', "'a visit before opening'"), SAY),
    ("trailing blank lines", GAP_PROOF, filled(RIGHT_LINES) + "\n\n\n", SAY),
    ("sorted pair", GAP_PROOF, filled("longest = sorted((longest, minute - previous))[1]\nprevious = minute"), SAY),
    ("body as the reference", STUB_PROOF, DOCUMENTED, "The visits are sorted once and walked through in order."),
    ("marks and zip", STUB_PROOF, filled(MARKS, STUB_FRAME), "Opening and closing act as two extra visits."),
    ("import added on top", STUB_PROOF, "from itertools import pairwise\n\n\n" + filled(PAIRWISE, STUB_FRAME), "`pairwise` walks over neighbouring marks; it runs in O(n log n)."),
    ("import inside", STUB_PROOF, filled("from itertools import pairwise\n\n" + PAIRWISE, STUB_FRAME), SAY),
    ("helper on top", STUB_PROOF, HELPER + filled(MARKS.replace("max(b - a for a, b in zip(marks, marks[1:]))", "max(_gaps(marks))"), STUB_FRAME), "A small helper keeps the main function short."),
    ("helper below", STUB_PROOF, filled(MARKS.replace("max(b - a for a, b in zip(marks, marks[1:]))", "max(_gaps(marks))"), STUB_FRAME) + "\n\n" + HELPER, SAY),
    ("while loop", STUB_PROOF, filled("if visits and min(visits) < 0:\n    raise ValueError\nleft = sorted(visits)\nbest = start = 0\nwhile left and left[0] <= closing:\n    best = max(best, left[0] - start)\n    start = left.pop(0)\nreturn max(best, closing - start)", STUB_FRAME), SAY),
    ("docstring re-wrapped", STUB_PROOF, filled(MARKS, STUB_FRAME).replace("The stretches before\n    the first visit", "The stretches\n    before the first visit"), SAY),
    ("nested function", STUB_PROOF, filled("def check(v: int) -> int:\n    if v < 0:\n        raise ValueError('before opening')\n    return v\n\nmarks = sorted(check(v) for v in visits)\nmarks = [0] + [m for m in marks if m <= closing] + [closing]\nreturn max(y - x for x, y in zip(marks, marks[1:]))", STUB_FRAME), SAY),
    ("a main guard below", STUB_PROOF, filled(MARKS, STUB_FRAME) + "\n\nif __name__ == '__main__':\n    print(longest_quiet([5], 10))\n", "I also added a small usage line below."),
    ("recursion", STUB_PROOF, filled("if any(v < 0 for v in visits):\n    raise ValueError\n\ndef walk(rest: list[int], start: int) -> int:\n    if not rest or rest[0] > closing:\n        return closing - start\n    return max(rest[0] - start, walk(rest[1:], rest[0]))\n\nreturn walk(sorted(visits), 0)", STUB_FRAME), SAY),
]  # fmt: skip
