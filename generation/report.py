"""The maintainer's page of a round: `runs/round_N/report.html`, private, self-contained.

In: a run, its numbers, the targets it missed, its rows. Out: one HTML file with pictures, drops and
filters in it, that loads nothing. Text of rows is untrusted: the template escapes everything, rows for
the filters travel as JSON without a `<`, and the page's policy runs its own script alone.
"""

import base64
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2
from markupsafe import Markup

from generation.canary_drill import Drill
from generation.card import name_measure, show_count, show_measure, show_percent
from generation.cleaning import Cleaned
from generation.folder import read_metrics, write_text
from generation.metrics import iterate, target_bound
from generation.pictures import draw_pictures
from generation.plain_text import show_on_one_line
from generation.rendering import render_markdown
from generation.report_rows import (
    SHOWN_DROPS,
    SHOWN_ROWS,
    choose_dropped_rows,
    choose_kept_rows,
    pick_random_rows,
)
from generation.rows import STAGES, make_id
from generation.run import Run
from generation.trend import add_rounds, line_up

if TYPE_CHECKING:
    import datasets

HERE = Path(__file__).parent
SHOWN_EXAMPLES = 5  # of each drop reason, ahead of the filters
SHOWN_ROUNDS = 8
NAMED_ROWS = 30  # ids listed beside a target
BEHIND = {
    "json_parse_rate": (*STAGES["ask"], *STAGES["parse"]),
    "format_compliance": STAGES["format"],
    "repetition_rate": (*STAGES["exact_duplicates"], *STAGES["near_duplicates"]),
}


class Seen(NamedTuple):
    """What a round looked at: rows asked, what cleaning said of them, the canary drill, the published folder."""

    asked: "datasets.Dataset"
    cleaned: Cleaned
    drill: Drill
    folder: Path


def write_report(run: Run, numbers: dict, missed: list[str], seen: Seen) -> None:
    """Write the page."""
    rounds = read_metrics(seen.folder, leave_out=run.number) | {run.number: numbers}
    dropped = choose_dropped_rows(seen.asked, seen.cleaned, run.number)
    kept = choose_kept_rows(seen.cleaned.rows, max(0, SHOWN_ROWS - len(dropped)))
    measures = line_up(rounds)
    style, script = (_read(name) for name in ("report.css", "report_page.js"))
    pictures = draw_pictures(add_rounds({run.number: numbers}), measures)
    page = _template().render(
        numbers=numbers,
        state="rejected" if missed else "built",
        missed=missed,
        targets=_describe_targets(run, numbers, seen),
        canaries_missed=sorted(seen.drill.missed),
        rungs=count_rungs(seen.cleaned.rows),
        pictures={name: _embed(picture) for name, picture in pictures.items()},
        rounds=sorted(rounds)[-SHOWN_ROUNDS:],
        measures=measures,
        examples=_group(dropped),
        random_rows=pick_random_rows(kept, run.settings.seed, run.number),
        rows_shown=len(kept) + len(dropped),
        drops_shown=SHOWN_DROPS,
        data=Markup(quote_json(sorted([*kept, *dropped], key=lambda row: int(row["id"].rpartition("_")[2])))),
        style=Markup(style),
        script=Markup(script),
        policy=f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'",
    )
    write_text(run.folder / "report.html", page + "\n")


def count_rungs(kept: "datasets.Dataset") -> dict[str, int]:
    """Return how many kept rows were proved on each rung of the sandbox ladder ("" where no code was run)."""
    return dict(sorted(Counter(rung for batch in iterate(kept, ["rung"]) for rung in batch["rung"]).items()))


def quote_json(value: Any) -> str:
    """Return JSON that can stand inside a <script> element: ASCII, and without `<`, `>` and `&`."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _describe_targets(run: Run, numbers: dict, seen: Seen) -> list[dict]:
    """Return the four targets, and each task type's proof pass rate, with the ids of the rows behind a miss."""
    told = []
    for name, value in numbers["targets"].items():
        sign, bound = target_bound(name, run.settings)
        ids = [d["slot"] for d in seen.cleaned.funnel.drops if d["reason"] in BEHIND.get(name, ())]
        rows = _name_rows(ids, run.number)
        if name == "secret_detection":
            rows = f"{numbers['canaries']['found']} of {numbers['canaries']['planted']} canaries found"
        told.append({"label": name.replace("_", " "), "value": value, "bound": f"{sign} {bound:.0%}", "rows": rows})
    for name, counts in numbers["task_types"].items():
        drops = [d for d in seen.cleaned.funnel.drops if d["task_type"] == name and d["stage"] == "proof"]
        if drops:
            told.append(
                {"label": f"proof pass rate of {name.replace('_', ' ')}", "value": counts["proof_pass_rate"]}
                | {"bound": f">= {run.settings.min_proof_pass_rate:.0%}"}
                | {"rows": _name_rows([d["slot"] for d in drops], run.number)}
            )
    return told


def _name_rows(slots: list[int], round_number: int) -> str:
    names = ", ".join(make_id(round_number, slot) for slot in sorted(slots)[:NAMED_ROWS])
    return f"{names} and {len(slots) - NAMED_ROWS:,} more" if len(slots) > NAMED_ROWS else names


def _group(dropped: list[dict]) -> dict[str, list[dict]]:
    grouped: dict[str, list[dict]] = {}
    for row in dropped:
        grouped.setdefault(row["verdict"], []).append(row)
    return {reason: grouped[reason][:SHOWN_EXAMPLES] for reason in sorted(grouped)}


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "count": show_count,
        "percent": show_percent,
        "measure": show_measure,
        "label": name_measure,
        "line": lambda text: show_on_one_line(text, 120),
        "words": lambda name: name.replace("_", " "),
        "markdown": lambda text: Markup(render_markdown(text)),
    }
    return environment.from_string(_read("report_template.html"))


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _embed(picture: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}"
