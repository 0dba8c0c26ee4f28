"""One small problem that the hand-made answers of several task types are about, with its proof as data."""
# ruff: noqa: E501, RUF007, B905 - the shortest form that is plainly right

SIGNATURE = "def longest_quiet(visits: list[int], closing: int) -> int:"
DOCSTRING = '''    """Return the longest stretch without a visit between opening (minute 0) and closing.

    Visits may come in any order. A visit after closing is ignored. The stretches before
    the first visit and after the last one count as well.

    Raises:
        ValueError: If any visit has a negative minute.
    """'''
BODY = """    if any(minute < 0 for minute in visits):
        raise ValueError("a visit before opening")
    previous = 0
    longest = 0
    for minute in sorted(visits):
        if minute > closing:
            break
        longest = max(longest, minute - previous)
        previous = minute
    return max(longest, closing - previous)"""
REFERENCE = f"{SIGNATURE}\n{BODY}\n"
DOCUMENTED = f"{SIGNATURE}\n{DOCSTRING}\n{BODY}\n"


def solve(visits, closing):
    """The same by trying every pair of neighbouring marks."""
    if any(v < 0 for v in visits):
        raise ValueError
    marks = sorted({0, closing, *(v for v in visits if v <= closing)})
    return max([b - a for a, b in zip(marks, marks[1:])], default=0)


def cases(count=40):
    """Return (inputs, expected) as a proof stores them, the telling ones first."""
    fixed = [([], 10), ([], 0), ([5], 10), ([9, 2], 10), ([12], 10), ([10], 10), ([11, 3], 10), ([-1], 10), ([3, 3], 4), ([0], 0), ([4, -2], 3), ([1, 2, 3], 9), ([0, 30], 30)]  # fmt: skip
    made, state = list(fixed), 7
    while len(made) < count:
        state = (state * 1103515245 + 12345) % 2**31
        size = state // 65536 % 6
        visits = [(state // (3 + 7 * k)) % 60 - (1 if state % 11 == k else 0) for k in range(size)]
        made.append((visits, 20 + state % 41))
    expected = []
    for visits, closing in made:
        try:
            expected.append([[repr(solve(visits, closing)), None, ""]])
        except ValueError:
            expected.append([[None, "ValueError", ""]])
    return [repr(value) for value in made], expected


def proof(count=40, **facts):
    """Return the proof of the problem with the facts of one task."""
    inputs, expected = cases(count)
    return {
        "entry_point": "longest_quiet",
        "kind": "function",
        "inputs": inputs,
        "expected": expected,
        "subject": DOCUMENTED,
        **facts,
    }
