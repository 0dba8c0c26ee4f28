"""The numbers of a round, computed from its rows, drops and ledger. No prose.

In: the plan, the asked rows, what cleaning kept and dropped, the canary drill. Out: one JSON-ready
dict, the same on any machine and for any number of workers, from which card and report are made.
Definitions of the four targets are in DESIGN.md and repeated on the card.
"""

from collections import Counter
from typing import Any

from generation.canary_drill import Drill
from generation.cleaning import Cleaned
from generation.plan import Plan
from generation.rows import STAGE_OF, STAGES, DropReason
from generation.run import Run
from generation.settings import Settings
from generation.staging import describe_settings
from generation.tasks import TASK_TYPES


def measure_round(run: Run, plan: Plan, asked: Any, cleaned: Cleaned, drill: Drill) -> dict:
    """Return the round's numbers; rates are shares between 0 and 1, rounded to 6 decimals."""
    reasons = Counter(drop["reason"] for drop in cleaned.funnel.drops)
    numbers = {
        "round": run.number,
        "started": run.started,
        "teacher_model": run.settings.teacher,
        "settings": describe_settings(run),
        "numbers": {"seed": run.settings.seed, "first": run.first_number, "next": plan.next_number},
        "refused_candidates": dict(sorted(plan.refusals.items())),
        "asked": len(asked),
        "kept": len(cleaned.rows),
        "dropped": dict(sorted(reasons.items())),
        "funnel": measure_funnel(len(asked), reasons),
        "targets": measure_targets(cleaned, reasons, drill),
        "task_types": measure_task_types(asked, cleaned),
    }
    if numbers["asked"] != numbers["kept"] + sum(reasons.values()):
        raise AssertionError("asked is not kept + dropped")
    return numbers


def measure_funnel(asked: int, reasons: Counter) -> list[dict]:
    """Return the stages in order: rows that came in, rows that went on, drops by reason."""
    stages, left = [], asked
    for stage, own in STAGES.items():
        dropped = {str(reason): reasons[reason] for reason in own if reasons[reason]}
        stages.append({"stage": stage, "in": left, "out": left - sum(dropped.values()), "dropped": dropped})
        left = stages[-1]["out"]
    return stages


def measure_targets(cleaned: Cleaned, reasons: Counter, drill: Drill) -> dict[str, float]:
    """Return the four rates that the quality gate looks at, by DESIGN.md's definitions."""
    counts = cleaned.form_counts
    repeated = reasons[DropReason.EXACT_DUPLICATE] + reasons[DropReason.NEAR_DUPLICATE]
    return {
        "json_parse_rate": _share(counts["first_parsed"], counts["first_completions"]),
        "format_compliance": _share(counts["in_form"], counts["parsed"]),
        "repetition_rate": _share(repeated, repeated + len(cleaned.rows), empty=0.0),
        "secret_detection": _share(drill.found, drill.planted),
    }


def measure_task_types(asked: Any, cleaned: Cleaned) -> dict[str, dict]:
    """Return by task type: rows asked, kept, and dropped by stage."""
    all_asked, kept = Counter(asked["task_type"]), Counter(cleaned.rows["task_type"])
    dropped = Counter((d["task_type"], STAGE_OF[DropReason(d["reason"])]) for d in cleaned.funnel.drops)
    return {
        name: {
            "asked": all_asked[name],
            "kept": kept[name],
            "dropped": {stage: dropped[name, stage] for stage in STAGES if dropped[name, stage]},
        }
        for name in TASK_TYPES
    }


def find_missed_targets(numbers: dict, settings: Settings) -> list[str]:
    """Return one line for each quality target that the round misses."""
    holds = {">": lambda a, b: a > b, "<": lambda a, b: a < b, ">=": lambda a, b: a >= b}
    bounds = {name: target_bound(name, settings) for name in numbers["targets"]}
    missed = [
        f"{name.replace('_', ' ')} {value:.2%} (wanted {bounds[name][0]} {bounds[name][1]:.0%})"
        for name, value in numbers["targets"].items()
        if not holds[bounds[name][0]](value, bounds[name][1])
    ]
    empty = [name for name, counts in numbers["task_types"].items() if counts["asked"] >= 8 and not counts["kept"]]
    missed += [f"no row of {name} kept" for name in empty]
    if not numbers["kept"]:
        missed.append("no row kept")
    return missed


def _share(part: int, whole: int, empty: float = 1.0) -> float:
    return round(part / whole, 6) if whole else empty


def target_bound(name: str, settings: Settings) -> tuple[str, float]:
    """Return a target's sign and bound by its name in the numbers."""
    return {
        "json_parse_rate": (">", settings.min_json_parse_rate),
        "format_compliance": (">", settings.min_format_compliance),
        "repetition_rate": ("<", settings.max_repetition_rate),
        "secret_detection": (">=", settings.min_secret_detection),
    }[name]
