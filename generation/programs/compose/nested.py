"""Shape: nested dicts or nodes, walked with a rule for what counts, summed up or rebuilt.

In: choices decoded from a number, a Random for words. Out: a Draft. The references recurse, yield
or keep a stack; the oracle first lists every path to a leaf, level by level.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from generation.programs.compose import nested_code, nested_words
from generation.programs.compose.nested_domains import MARK, WOODS, Wood
from generation.programs.compose.space import make_plan
from generation.programs.family import Draft

FAMILY = "compose_nested"
WEIGHT = 2
FORMS = ("dict", "node")
KEEPS = ("least", "most", "least_arg", "even_depth", "only_arg")
SIZES = KEEPS[:3]
PAIRS = tuple(f"{size} {word} {other}" for size in SIZES for word in ("and", "or") for other in KEEPS[3:])
SKIPS = ("hidden", "skip_arg")
DEEPS = ("two", "arg")
RESULTS = ("total", "count", "deepest", "paths", "flat", "largest", "levels", "tops", "names", "shallowest")
IDIOMS = ("recursion", "generator", "stack")
_BASE = {"form": FORMS, "result": RESULTS, "idiom": IDIOMS}
PLANS = (
    make_plan("walk_keep", 2, keep=KEEPS, **_BASE),
    make_plan("walk_keep_both", 3, keep=PAIRS, **_BASE),
    make_plan("skip_walk", 3, skip=SKIPS, **_BASE),
    make_plan("skip_walk_keep", 4, skip=SKIPS, keep=KEEPS + PAIRS, **_BASE),
    make_plan("limit_walk_keep", 4, deep=DEEPS, keep=SIZES + PAIRS, **_BASE),
    make_plan("skip_limit_walk_keep", 5, skip=SKIPS, deep=DEEPS, keep=SIZES + PAIRS, **_BASE),
)
PLAN_WEIGHTS = (1, 2, 1, 3, 3, 4)

Path = tuple[str, ...]
Found = list[tuple[Path, int]]


@dataclass(frozen=True)
class Tree:
    """One tree: its choices and its domain. skip, deep and keep are "" where the plan has no such step."""

    wood: Wood
    form: str
    result: str
    idiom: str
    skip: str
    deep: str
    keep: str

    @property
    def in_dicts(self) -> bool:
        """True for dicts within dicts, False for (name, number, children) nodes."""
        return self.form == "dict"

    @property
    def keeps(self) -> list[str]:
        """The conditions for what counts; where there are two, `keeps_either` tells whether one is enough."""
        return [word for word in self.keep.split() if word not in ("and", "or")]

    @property
    def keeps_either(self) -> bool:
        """True where one of two conditions is enough."""
        return " or " in self.keep


def draw(choice: dict[str, str], rng: Random) -> Draft:
    """Return the Draft of one decoded choice."""
    optional = [choice.get(slot, "") for slot in ("skip", "deep", "keep")]
    tree = Tree(rng.choice(WOODS), choice["form"], choice["result"], choice["idiom"], *optional)
    words = nested_words.write(tree, rng)
    names = [x.name for x in words.spec.params]

    def oracle(*args):
        return answer(tree, args[0], dict(zip(names[1:], args[1:], strict=True)))

    def draw_input(rng: Random, depth: int = -1) -> tuple:
        depth = rng.choice((0, 1, 2, 3, 3)) if depth < 0 else depth
        grow = _grow_dict if tree.in_dicts else _grow_node
        return (grow(tree.wood, rng, depth), *_draw_arguments(tree, rng))

    edge_rng = Random(29)
    return Draft(
        entry_point=words.entry,
        spec=words.spec,
        commented=nested_code.render(tree, words),
        oracle=oracle,
        draw_input=draw_input,
        edge_inputs=tuple(draw_input(edge_rng, depth) for depth in (0, 1, 2, 3, 3, 4)),
        domain=tree.wood.name,
        idiom=tree.idiom,
    )


def _draw_arguments(tree: Tree, rng: Random) -> list:
    """Return values of the arguments after the first, in the order of the spec."""
    extra: list = []
    if tree.skip == "skip_arg":
        extra.append(set(rng.sample(tree.wood.words, rng.choice((1, 2)))))
    if tree.deep == "arg":
        extra.append(rng.choice((1, 2, 3)))
    if "least_arg" in tree.keeps:
        extra.append(rng.choice((1, MARK - 1, MARK)))
    if "only_arg" in tree.keeps:
        extra.append(set(rng.sample(tree.wood.words, rng.choice((1, 2, 3)))))
    return extra


def _name(w: Wood, rng: Random) -> str:
    return ("_" if rng.random() < 0.12 else "") + rng.choice(w.words)


def _amount(rng: Random) -> int:
    return rng.choice((0, 1, MARK - 1, MARK, MARK + 1, rng.randrange(3 * MARK)))


def _grow_dict(w: Wood, rng: Random, depth: int) -> dict:
    out = {}
    for _ in range(rng.choice((0, 2, 3, 4)) if depth else rng.choice((0, 1))):
        out[_name(w, rng)] = _grow_dict(w, rng, depth - 1) if depth > 0 and rng.random() < 0.5 else _amount(rng)
    return out


def _grow_node(w: Wood, rng: Random, depth: int) -> tuple:
    children = [_grow_node(w, rng, depth - 1) for _ in range(rng.choice((1, 2, 3)) if depth else 0)]
    return (_name(w, rng), _amount(rng), children)


def answer(tree: Tree, argument: dict | tuple, given: dict) -> Any:
    """Interpret the tree: list everything, then drop a path if any rule speaks against any of its names.

    argument: the nested value. given: the other arguments by name.
    """
    listed = _list_dicts(argument) if tree.in_dicts else _list_nodes(argument)
    found = [(path, amount) for path, amount in listed if _counts(tree, path, amount, given)]
    return _RESULTS[tree.result](found, 0 if tree.in_dicts else 1)


def _list_dicts(argument: dict) -> Found:
    """Return every leaf of the dicts with its path, level by level."""
    level: list[tuple[Path, Any]] = [((k,), v) for k, v in argument.items()]
    listed: Found = []
    while level:
        listed += [(path, value) for path, value in level if not isinstance(value, dict)]
        opened = [(path, value) for path, value in level if isinstance(value, dict)]
        level = [((*path, k), v) for path, value in opened for k, v in value.items()]
    return listed


def _list_nodes(argument: tuple) -> Found:
    """Return every node with its path, level by level."""
    level: list[tuple[Path, tuple]] = [((argument[0],), argument)]
    listed: Found = []
    while level:
        listed += [(path, node[1]) for path, node in level]
        level = [((*path, child[0]), child) for path, node in level for child in node[2]]
    return listed


def _counts(tree: Tree, path: Path, amount: int, given: dict) -> bool:
    """Tell whether a path is neither skipped nor too deep, and meets the conditions."""
    if tree.skip == "hidden" and any(name[:1] == "_" for name in path):
        return False
    if any(name in given.get("skipped", ()) for name in path):
        return False
    if tree.deep and len(path) > given.get("max_level", 2):
        return False
    verdicts = {
        "least": amount > MARK - 1,
        "most": amount < MARK + 1,
        "least_arg": amount >= given.get("at_least", 0),
        "even_depth": len(path) in range(0, 100, 2),
        "only_arg": path[-1] in given.get("wanted", ()),
    }
    asked = [verdicts[word] for word in tree.keeps]
    return any(asked) if tree.keeps_either else all(asked)


def _ranked(found: Found) -> list[tuple[str, int]]:
    """Return (written path, amount) pairs, the largest amount first, then by path."""
    return sorted((("/".join(path), n) for path, n in found), key=lambda item: (-item[1], item[0]))


def _totals(pairs: list[tuple]) -> dict:
    return {k: sum(n for other, n in pairs if other == k) for k, _ in pairs}


# What is made of (what counts, place of the outermost name in a path).
_RESULTS: dict[str, Callable[[Found, int], Any]] = {
    "total": lambda found, _: sum(n for _, n in found),
    "count": lambda found, _: len(found),
    "deepest": lambda found, _: max([0, *(len(path) for path, _ in found)]),
    "shallowest": lambda found, _: sorted(len(path) for path, _ in found)[0] if found else 0,
    "paths": lambda found, _: sorted(path for path, _ in _ranked(found)),
    "flat": lambda found, _: sorted(_ranked(found)),
    "largest": lambda found, _: _ranked(found)[0][0] if found else None,
    "levels": lambda found, _: _totals([(len(path), n) for path, n in found]),
    "tops": lambda found, top: _totals([(path[top], n) for path, n in found if len(path) > top]),
    "names": lambda found, _: _totals([(path[-1], 1) for path, _ in found]),
}
