"""The pictures of card and report: what came of the rows, and how they spread, as SVG.

In: numbers of one round or of all, and measures by round. Out: SVG text by name, the same bytes for
the same numbers and the same matplotlib. An opaque white panel behind dark colours reads on light
and on dark pages alike; shapes and labels carry every meaning, colour alone none.
"""

import io
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, GRID, PANEL = "#1f2933", "#d5dbe1", "#ffffff"
# Source: Okabe & Ito 2008, colours told apart with any colour vision; yellow left out on white.
BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY = "#0072b2", "#d55e00", "#007a5a", "#c77c00", "#a24f83", "#3a8fc4"
STYLE = {
    "svg.hashsalt": "heidi-autotrain-synthetic",  # else ids, and so bytes, differ from run to run
    "svg.fonttype": "none",  # words stay words; outlines of letters would be numbers like those of credit cards
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],  # measured with the first, which comes with matplotlib
    "font.size": 10,
    "axes.edgecolor": GRID,
    "axes.labelcolor": INK,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
}
# Coordinates finer than a thousandth of a point say nothing, and long ones look like credit cards to the filter that
# everything published goes through.
_LONG_NUMBER = re.compile(r"(?<![\w.])-?\d+\.\d{4,}(?:e-?\d+)?")
_drawn: dict[str, dict[str, str]] = {}
RATES = {
    "json_parse_rate": ("JSON parse rate", BLUE, "o"),
    "format_compliance": ("format compliance", GREEN, "s"),
    "proof_pass_rate": ("proof pass rate", PURPLE, "^"),
    "mutation_score": ("mutation score", ORANGE, "D"),
    "repetition_rate": ("repetition rate", VERMILION, "v"),
}


def draw_pictures(total: dict, measures: dict[str, dict]) -> dict[str, str]:
    """Return SVG text by file name. total: as `trend.add_rounds` gives; measures: as `trend.line_up` gives.

    The last pictures are remembered: report and card of a first round show the same numbers.
    """
    same = json.dumps([total, measures])
    if same not in _drawn:
        _drawn.clear()
        _drawn[same] = _draw_all(total, measures)
    return dict(_drawn[same])


def _draw_all(total: dict, measures: dict[str, dict]) -> dict[str, str]:
    bars = total["bars"]
    return {
        "funnel.svg": _draw(lambda axes: draw_funnel(axes, total), height=0.32 * len(total["funnel"]) + 1.3),
        "task_types.svg": _draw(lambda axes: draw_task_types(axes, total), height=3.6),
        "lengths.svg": _draw(
            lambda axes: draw_histogram(axes, bars["input_chars"], "Length of input", "characters", BLUE),
            lambda axes: draw_histogram(axes, bars["output_chars"], "Length of output", "characters", GREEN),
        ),
        "difficulty.svg": _draw(
            lambda axes: draw_histogram(axes, bars["difficulty"], "Difficulty", "difficulty of the program", PURPLE)
        ),
        "rounds.svg": _draw(lambda axes: draw_rounds(axes, measures), height=3.2),
    }


def _draw(*painters: Callable[["Axes"], None], height: float = 2.8) -> str:
    """Return one SVG with the painters' axes side by side; height in inches."""
    import matplotlib
    from matplotlib.figure import Figure  # not pyplot: no window, no state shared with anybody

    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a user's own style must not change bytes
        matplotlib.rcParams.update(STYLE)
        figure = Figure(figsize=(8, height), facecolor=PANEL, layout="constrained")
        figure.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
        for axes, paint in zip(figure.subplots(1, len(painters), squeeze=False)[0], painters, strict=True):
            axes.set_facecolor(PANEL)
            paint(axes)
        written = io.BytesIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return _LONG_NUMBER.sub(lambda found: f"{float(found[0]):.3f}", written.getvalue().decode())


def draw_funnel(axes: "Axes", total: dict) -> None:
    """Bars of the rows that are left after each stage, with what the stage dropped."""
    names = ["asked", *(stage["stage"].replace("_", " ") for stage in total["funnel"])]
    left = [total["asked"], *(stage["out"] for stage in total["funnel"])]
    lost = [0, *(stage["in"] - stage["out"] for stage in total["funnel"])]
    places = range(len(names))
    axes.barh(places, left, color=BLUE, height=0.72)
    axes.barh(places, lost, left=left, color=VERMILION, height=0.72, hatch="///", edgecolor=PANEL, linewidth=0)
    for place, rows, dropped in zip(places, left, lost, strict=True):
        _write_beside_bar(axes, rows + dropped, place, rows, dropped)
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.set_xlim(0, max(1, total["asked"]) * 1.2)
    axes.set_title("Rows left after each stage (hatched: dropped there)")
    _clear_axis(axes.xaxis)


def draw_task_types(axes: "Axes", total: dict) -> None:
    """Bars of kept and dropped rows by task type."""
    types = total["task_types"]
    places = range(len(types))
    kept = [counts["kept"] for counts in types.values()]
    dropped = [counts["asked"] - counts["kept"] for counts in types.values()]
    axes.barh(places, kept, color=BLUE, height=0.7)
    axes.barh(places, dropped, left=kept, color=VERMILION, height=0.7, hatch="///", edgecolor=PANEL, linewidth=0)
    for place, rows, lost in zip(places, kept, dropped, strict=True):
        _write_beside_bar(axes, rows + lost, place, rows, lost)
    axes.set_yticks(places, [name.replace("_", " ") for name in types])
    axes.invert_yaxis()
    axes.set_xlim(0, max(1, *(counts["asked"] for counts in types.values())) * 1.2)
    axes.set_title("Rows kept by task type (hatched: dropped)")
    _clear_axis(axes.xaxis)


def draw_histogram(axes: "Axes", spread: dict, title: str, unit: str, colour: str) -> None:
    """Bars of the kept rows over a quantity."""
    width, bars = spread["bin"], spread["bars"]
    axes.bar([place * width for place in range(len(bars))], bars, width=width, align="edge", color=colour,
             edgecolor=PANEL, linewidth=0.6)  # fmt: skip
    axes.set_title(title)
    axes.set_xlabel(unit)
    axes.set_ylabel("rows")
    axes.yaxis.get_major_locator().set_params(integer=True)


def draw_rounds(axes: "Axes", measures: dict[str, dict]) -> None:
    """Lines of the rates by round."""
    rounds: list[int] = sorted(measures["json_parse_rate"]["rounds"])
    for place, (name, (label, colour, marker)) in enumerate(RATES.items()):
        points = [(n, 100 * v) for n, v in sorted(measures[name]["rounds"].items()) if v is not None]
        axes.plot([n for n, _ in points], [v for _, v in points], color=colour, marker=marker, label=label,
                  markersize=11 - 1.5 * place, alpha=0.85)  # fmt: skip  # equal rates stay visible one in another
    axes.set_xticks(rounds if len(rounds) <= 12 else rounds[:: -(-len(rounds) // 12)])
    axes.set_ylim(-3, 103)
    axes.set_xlabel("round")
    axes.set_ylabel("%")
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_title("Rates by round")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))


def _write_beside_bar(axes: "Axes", end: int, place: int, rows: int, dropped: int) -> None:
    said = f"{rows:,}" + (f" (−{dropped:,})" if dropped else "")
    axes.annotate(said, (end, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=9)


def _clear_axis(axis: Any) -> None:
    axis.set_visible(False)
    for side in ("bottom", "left"):
        axis.axes.spines[side].set_visible(False)
    axis.axes.tick_params(left=False)
