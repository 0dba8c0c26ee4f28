"""Three programs written by hand, as Proved records, for the cases of the prose tasks.

They do not come from a family, so that the cases stay true whatever the families do later.
"""

import copy
from random import Random

from generation.programs.family import strip_comments
from generation.programs.program import Method, Mutant, Param, Program, Proved, Raises, Spec
from generation.values import Outcome, encode

MERGE = '''def merge_ad_breaks(ad_breaks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[list[int]] = []
    for start, end in ad_breaks:
        if end < start:
            raise ValueError(f"ad break ends before it starts: {start}-{end}")
    # Sorted by start, an interval can only overlap the last one that was kept.
    for start, end in sorted(ad_breaks):
        if merged and start <= merged[-1][1]:
            # The earlier one may reach further, so the end never moves back.
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return [(start, end) for start, end in merged]
'''

RESTOCK = '''def plan_restock(stock: dict[str, int], minimum: int, pack_size: int = 6) -> dict[str, int]:
    if pack_size <= 0:
        raise ValueError("pack_size must be positive")
    plan: dict[str, int] = {}
    for seed, count in sorted(stock.items()):
        if count < minimum:
            missing = minimum - count
            # Negated floor division rounds up: a part of a pack cannot be ordered.
            plan[seed] = -(-missing // pack_size)
    return plan
'''

TURNSTILE = '''class Turnstile:
    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.inside = 0

    def enter(self, group: int = 1) -> bool:
        # A group is let in whole or not at all.
        if self.inside + group > self.limit:
            return False
        self.inside += group
        return True

    def leave(self, group: int = 1) -> int:
        if group > self.inside:
            raise ValueError("more people leave than are inside")
        self.inside -= group
        return self.inside
'''


def _draw_nothing(rng: Random) -> tuple:
    raise AssertionError("the hand-made programs come with all their inputs")


def run(source: str, entry: str, kind: str, item: tuple) -> tuple[Outcome, ...]:
    """Return the outcomes of one input by plain exec."""
    space: dict = {}
    exec(source, space)

    def once(function, args) -> Outcome:
        args = copy.deepcopy(args)
        before = encode(tuple(args))
        try:
            value = function(*args)
        except Exception as error:
            return Outcome(raised=type(error).__name__)
        after = encode(tuple(args))
        return Outcome(value=encode(value), args_after="" if after == before else after)

    if kind == "function":
        return (once(space[entry], item),)
    try:
        thing = space[entry](*item[0])
    except Exception as error:
        return (Outcome(raised=type(error).__name__),)
    return (Outcome(value="None"), *(once(getattr(thing, name), args) for name, args in item[1]))


def _prove(program: Program, inputs: list[tuple], changes: list[tuple[str, str, str]]) -> Proved:
    expected = [run(program.source, program.entry_point, program.kind, item) for item in inputs]
    mutants = []
    for before, after, cause in changes:
        lines = program.source.split("\n")
        at = next(i for i, line in enumerate(lines) if before in line)
        changed = lines[at].replace(before, after)
        source = "\n".join(lines[:at] + [changed] + lines[at + 1 :])
        fails = [
            i
            for i, item in enumerate(inputs)
            if run(source, program.entry_point, program.kind, item) != expected[i]
        ]
        mutants.append(Mutant(f"hand_{len(mutants)}", source, at + 1, lines[at].strip(), changed.strip(), cause, fails[0]))
    return Proved(
        program=program,
        inputs=tuple(encode(item) for item in inputs),
        expected=tuple(expected),
        tests=tuple(range(len(inputs))),
        mutants=tuple(mutants),
        mutants_tried=len(mutants),
        behaviour="hand",
        difficulty=1.0,
    )


def _program(commented: str, **facts) -> Program:
    space: dict = {}
    exec(commented, space)
    return Program(
        seed=0, number=0, family="hand_made", depth=1, choice=(), idiom="loop",
        commented=commented, source=strip_comments(commented), oracle=space[facts["entry_point"]],
        draw_input=_draw_nothing, edge_inputs=(), **facts,
    )  # fmt: skip


def merge() -> Proved:
    pairs = Param("ad_breaks", "list[tuple[int, int]]", "the ad breaks as (start, end) pairs, in seconds into the show")
    spec = Spec(
        title="the stretches covered by ad breaks",
        summary="Merge overlapping ad breaks and return what remains, ordered by start.",
        rules=(
            "The ad breaks may come in any order.",
            "Ad breaks that only touch, one ending exactly where the next starts, count as one.",
            "Without any ad breaks the result is an empty list.",
        ),
        params=(pairs,),
        returns="the merged ad breaks as (start, end) pairs, ordered by start",
        return_annotation="list[tuple[int, int]]",
        raises=(Raises("ValueError", "an ad break ends before it starts"),),
        context="The editor exports ad breaks in no particular order and some overlap.",
    )
    program = _program(
        MERGE, domain="broadcasting", kind="function", entry_point="merge_ad_breaks", spec=spec,
        complexity="O(n log n)", complexity_terms="n is the number of ad breaks",
    )  # fmt: skip
    inputs = [
        ([],), ([(3, 7)],), ([(1, 4), (4, 6)],), ([(5, 9), (1, 3)],), ([(1, 10), (2, 3)],), ([(2, 2)],), ([(6, 2)],),
        ([(8, 9), (7, 3), (1, 2)],), ([(1, 3), (2, 5), (8, 9)],), ([(1, 4), (2, 3), (6, 8), (7, 12)],),
        ([(0, 2), (3, 4), (4, 4)],), ([(5, 8), (1, 9), (10, 11), (11, 14)],),
    ]  # fmt: skip
    return _prove(program, inputs, [
        ("start <= merged", "start < merged", "The comparison `<` should be `<=`, so touching ad breaks stay apart."),
        ("max(merged[-1][1], end)", "end", "The end is overwritten, so a contained ad break shortens the kept one."),
        ("sorted(ad_breaks)", "ad_breaks", "The ad breaks are not sorted, so later ones that start earlier are missed."),
        ("end < start", "end <= start", "An ad break of length zero is rejected although only backwards ones are wrong."),
    ])  # fmt: skip


def restock() -> Proved:
    spec = Spec(
        title="the packs of seed to reorder",
        summary="Return how many packs of each seed to order so that every count reaches the minimum.",
        rules=(
            "A seed whose count is at least the minimum is left out.",
            "Packs are only ordered whole, so the number is rounded up.",
            "The result lists the seeds in alphabetical order.",
        ),
        params=(
            Param("stock", "dict[str, int]", "the count on the shelf by seed"),
            Param("minimum", "int", "the count every seed must reach"),
            Param("pack_size", "int", "how many come in one pack"),
        ),
        returns="the number of packs by seed, only for seeds that run short",
        return_annotation="dict[str, int]",
        raises=(Raises("ValueError", "the pack size is not positive"),),
        context="A garden shop checks its shelf on Friday and orders by the pack.",
    )
    program = _program(
        RESTOCK, domain="garden shop", kind="function", entry_point="plan_restock", spec=spec,
        complexity="O(n log n)", complexity_terms="n is the number of seeds",
    )  # fmt: skip
    inputs = [
        ({}, 5, 6), ({"dill": 4}, 10, 6), ({"dill": 10}, 10, 6), ({"kale": 1, "dill": 9}, 10, 4), ({"dill": 4}, 10, 0),
        ({"leek": 0}, 12, 6), ({"leek": 0}, 13, 6), ({"beet": 3, "aster": 7, "chard": 12}, 8, 5), ({"dill": 9}, 10, -2),
        ({"kale": 2, "leek": 2}, 3, 1),
    ]  # fmt: skip
    return _prove(program, inputs, [
        ("count < minimum", "count <= minimum", "A seed exactly at the minimum is reordered with 0 packs."),
        ("-(-missing // pack_size)", "missing // pack_size", "The division rounds down, so one pack too few is ordered."),
        ("minimum - count", "minimum", "The count on the shelf is not taken off, so too many packs are ordered."),
        ("pack_size <= 0", "pack_size < 0", "A pack size of 0 slips through the check."),
    ])  # fmt: skip


def turnstile() -> Proved:
    spec = Spec(
        title="a turnstile that counts visitors against a limit",
        summary="Count the people inside a room and refuse a group that would exceed the limit.",
        rules=("A group is let in whole or not at all.", "A refused group leaves the count unchanged."),
        params=(),
        returns="",
        return_annotation="",
        raises=(),
        context="A small museum lets at most a fixed number of visitors into its tower.",
        methods=(
            Method("__init__", (Param("limit", "int", "how many may be inside at once"),), "", "None",
                   "Start with an empty room."),
            Method("enter", (Param("group", "int", "the size of the group"),), "True if the group was let in, else False",
                   "bool", "Let a group in if it fits."),
            Method("leave", (Param("group", "int", "the size of the group"),), "how many are still inside", "int",
                   "Let a group out.", (Raises("ValueError", "the group is larger than the number inside"),)),
        ),
    )  # fmt: skip
    program = _program(TURNSTILE, domain="museum", kind="class", entry_point="Turnstile", spec=spec)
    inputs = [
        ((3,), (("enter", (2,)), ("enter", (2,)), ("enter", (1,)))), ((0,), (("enter", ()),)),
        ((5,), (("enter", (5,)), ("leave", (2,)), ("leave", (4,)))), ((2,), (("enter", ()), ("leave", ()), ("leave", ()))),
        ((4,), (("enter", (3,)), ("enter", (2,)), ("leave", (3,)), ("enter", (4,)))),
    ]  # fmt: skip
    return _prove(program, inputs, [
        ("> self.limit", ">= self.limit", "A group that fills the room exactly is refused."),
        ("self.inside += group", "self.inside += 1", "The count grows by 1 whatever the size of the group."),
        ("group > self.inside", "group >= self.inside", "The last people inside cannot leave."),
        ("self.inside -= group", "self.inside -= 1", "The count shrinks by 1 whatever the size of the group."),
    ])  # fmt: skip


BY_NAME = {"merge": merge, "restock": restock, "turnstile": turnstile}
