"""Honest calls that every sandbox must run: the positive controls of the forged ones.

In: nothing. Out: `HONEST_CALLS`: (name, source, entry point, kind, inputs, expected outcomes).
"""

from generation.values import Outcome, encode


def _values(*values: object) -> tuple[tuple[Outcome, ...], ...]:
    return tuple((Outcome(value=encode(value)),) for value in values)


_LIBRARY = '''
import bisect, collections, dataclasses, datetime, decimal, enum, fractions, functools, heapq, itertools, json
import math, operator, random, re, statistics, string, textwrap, typing
def solve(values):
    counts = collections.Counter(values)
    heap = list(counts)
    heapq.heapify(heap)
    day = datetime.date(2024, 1, 31) + datetime.timedelta(days=len(values))
    draw = random.Random(7).randint(7, 7)
    return [heapq.heappop(heap), math.gcd(*values), str(fractions.Fraction(1, 3)), day.isoformat(), draw,
            json.loads(json.dumps({"a": 1}))["a"], bool(re.match("a+$", "aaa")), str(decimal.Decimal("0.10"))]
'''
_CLASS = '''
class Till:
    def __init__(self, start):
        if start < 0:
            raise ValueError("negative")
        self.sum = start
    def add(self, amount):
        self.sum += amount
        return self.sum
    def take(self, amount):
        if amount > self.sum:
            raise KeyError(amount)
        self.sum -= amount
'''

HONEST_CALLS: tuple[tuple[str, str, str, str, tuple, tuple], ...] = (
    ("values of every builtin type",
     "def solve(value):\n    return value\n", "solve", "function",
     tuple((v,) for v in (None, True, -3, 1.5, float("inf"), "é\n\x00", b"\xff", [1, [2]], (1,), {"a": {1}}, {3, 1},
                          frozenset({2}), 2 + 3j, 10**100)),
     _values(None, True, -3, 1.5, float("inf"), "é\n\x00", b"\xff", [1, [2]], (1,), {"a": {1}}, {3, 1},
             frozenset({2}), 2 + 3j, 10**100)),
    ("the usual standard library", _LIBRARY, "solve", "function", (([4, 2, 2],),),
     _values([2, 2, "1/3", "2024-02-03", 7, 1, True, "0.10"])),
    ("an exception is an outcome", "def solve(n):\n    return 10 // n\n", "solve", "function", ((2,), (0,), (5,)),
     ((Outcome(value="5"),), (Outcome(raised="ZeroDivisionError"),), (Outcome(value="2"),))),
    ("a changed argument is told", "def solve(values):\n    values.sort()\n", "solve", "function",
     (([2, 1],), ([1, 2],)), ((Outcome(value="None", args_after=encode(([1, 2],))),), (Outcome(value="None"),))),
    ("printing is no harm", "def solve(n):\n    print('x' * 1000)\n    return n\n", "solve", "function", ((1,), (2,)),
     _values(1, 2)),
    ("recursion of some depth", "def solve(n):\n    return n and 1 + solve(n - 1)\n", "solve", "function", ((700,),),
     _values(700)),
    ("caches, generators and closures", "from functools import lru_cache\n@lru_cache\ndef fib(n):\n"
     "    return n if n < 2 else fib(n - 1) + fib(n - 2)\ndef solve(n):\n    return list(map(fib, range(n)))\n",
     "solve", "function", ((10,),), _values([0, 1, 1, 2, 3, 5, 8, 13, 21, 34])),
    ("100 MB for a moment", "def solve(n):\n    return len(bytearray(n))\n", "solve", "function", ((100 << 20,),),
     _values(100 << 20)),
    ("a class and its operations", _CLASS, "Till", "class",
     (((5,), (("add", (3,)), ("take", (9,)), ("take", (8,)), ("add", (1,)))), ((-1,), (("add", (1,)),))),
     ((Outcome(value="None"), Outcome(value="8"), Outcome(raised="KeyError"), Outcome(value="None"),
       Outcome(value="1")),
      (Outcome(raised="ValueError"),))),
    ("no inputs, no outcomes", "def solve(n):\n    return n\n", "solve", "function", (), ()),
    ("many inputs", "def solve(n):\n    return n * n\n", "solve", "function", tuple((n,) for n in range(300)),
     _values(*(n * n for n in range(300)))),
)
