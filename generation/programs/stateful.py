"""What families of classes share: the Draft of a class, drawn calls, and methods that may have nothing to give.

How a class fills Spec: `params` are those of `__init__`, `returns` says what an object keeps,
`return_annotation` is "None", and `methods` describes every public method, `__init__` first.
Errors stand at their methods only.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from generation.programs.family import Draft
from generation.programs.layout import lay_out
from generation.programs.program import Method, Param, Raises, Spec

Call = tuple[str, tuple]  # a method's name and its arguments


@dataclass(frozen=True)
class Story:
    """The prose of a class. title and returns are noun phrases, summary and context sentences, rules decisions."""

    title: str
    summary: str
    rules: tuple[str, ...]
    returns: str
    context: str


def make_class(
    cls: str,
    story: Story,
    methods: tuple[Method, ...],
    source: str,
    oracle: type,
    draw_input: Callable[[Random], tuple],
    edge_inputs: tuple[tuple, ...],
    domain: str,
    idiom: str,
) -> Draft:
    """Return the Draft of a class; source is what `fill` gave, `__init__` stands first among the methods."""
    spec = Spec(
        title=story.title,
        summary=story.summary,
        rules=story.rules,
        params=methods[0].params,
        returns=story.returns,
        return_annotation="None",
        context=story.context,
        methods=methods,
    )
    return Draft(cls, spec, lay_out(source), oracle, draw_input, edge_inputs, domain, idiom, kind="class")


def begin(summary: str, *params: Param, error: str = "") -> Method:
    """Return `__init__`; error: when it raises ValueError, as a clause, "" for never."""
    return Method("__init__", params, "nothing", "None", summary, (Raises("ValueError", error),) if error else ())


def fetch(method: Method, raising: bool, missing: Raises, when: str = "") -> Method:
    """Return the method as one that may have nothing to give: it raises `missing`, or else gives None.

    method: as it is when there is something. when: the condition for None, where it is put another way.
    """
    if raising:
        return replace(method, raises=(missing,))
    returns = f"{method.returns}, or None if {when or missing.condition}"
    return replace(method, returns=returns, annotation=f"{method.annotation} | None")


def draw_calls(rng: Random, lengths: tuple[int, ...], draw_call: Callable[[Random], Call]) -> tuple[Call, ...]:
    """Return drawn calls, as many as one of the lengths says."""
    return tuple(draw_call(rng) for _ in range(rng.choice(lengths)))


def draw_size(rng: Random, sizes: tuple[int, ...], refused: int = 0, seldom: float = 0.03) -> int:
    """Return one of the sizes for `__init__`, seldom the one that it refuses (edge inputs have that anyway)."""
    return rng.choice(sizes) if rng.random() > seldom else refused
