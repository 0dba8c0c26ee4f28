"""All rounds together: sums of their counts, the rates of the sums, and each measure by round.

In: the numbers of every published round, from `metrics/round_N.json`. Out: dicts of the same shapes,
for card, pictures and report. It adds, divides and lines up what the rounds measured; no row is looked at.
"""

from collections import Counter
from typing import Any

from generation.metrics import measure_proof, share, share_target

TEXT_MEASURES = ("distinct_1", "distinct_2", "distinct_4", "compression_ratio", "self_repetition")


def add_rounds(rounds: dict[int, dict]) -> dict[str, Any]:
    """Return asked, kept, dropped, funnel, targets, task types, proof, teacher, hits and histograms of all rounds."""
    every = [rounds[n] for n in sorted(rounds)]
    task_types = {name: _add_task_type([r["task_types"][name] for r in every]) for name in every[0]["task_types"]}
    kept = sum(r["kept"] for r in every)
    return {
        "asked": sum(r["asked"] for r in every),
        "kept": kept,
        "dropped": _add([r["dropped"] for r in every]),
        "funnel": [_add_stage([r["funnel"][i] for r in every]) for i in range(len(every[0]["funnel"]))],
        "targets": _add_targets([r["target_counts"] for r in every]),
        "canaries": _add([{k: r["canaries"][k] for k in ("planted", "found")} for r in every]),
        "task_types": task_types,
        "proof": measure_proof(task_types),
        "proof_kinds": _add([r["counts"]["proof_kind"] for r in every]),
        "teacher": _add_teachers([r["teacher"] for r in every], sum(r["asked"] for r in every), kept),
        "hits": _add([r["hits"] for r in every]),
        "families": _add([r["counts"]["family"] for r in every]),
        "domains": len(_add([r["counts"]["domain"] for r in every])),
        "bars": {
            "difficulty": _add_bars([r["difficulty"] for r in every]),
            **{name: _add_bars([r["lengths"][name] for r in every]) for name in every[0]["lengths"]},
        },
    }


def list_measures(numbers: dict) -> dict[str, float | None]:
    """Return one round's measures by name, in the order in which they are shown."""
    proof, teacher, diversity = numbers["proof"], numbers["teacher"], numbers["diversity"]
    return {
        **numbers["targets"],
        "proof_pass_rate": proof["proof_pass_rate"],
        "mutation_score": proof["mutation_score"],
        "truncation_rate": teacher["truncation_rate"],
        "refusal_rate": teacher["refusal_rate"],
        "retries": teacher["retries"],
        "second_attempts": teacher["second_attempts"],
        "tokens_a_kept_row": teacher["tokens_a_kept_row"],
        "usd_a_kept_row": teacher["usd_a_kept_row"],
        **{f"output_{name}": diversity["output"][name] for name in TEXT_MEASURES},
        "canonical_distinct_share": share(diversity["canonical_distinct"], diversity["rows_with_code"]),
        "median_input_chars": numbers["lengths"]["input_chars"].get("median"),
        "median_output_chars": numbers["lengths"]["output_chars"].get("median"),
        "median_difficulty": numbers["difficulty"].get("median"),
        "families": numbers["distinct"]["family"],
        "domains": numbers["distinct"]["domain"],
    }


def line_up(rounds: dict[int, dict]) -> dict[str, dict[str, Any]]:
    """Return by measure: `rounds` (value by round), `all` (over all rounds) and `change` (last less the one before).

    None where a value does not exist: a median over all rounds, a change with one round.
    """
    measured = {n: list_measures(rounds[n]) for n in sorted(rounds)}
    total, last = add_rounds(rounds), sorted(rounds)[-1]
    joint = rounds[last]["across"]
    whole = {
        **total["targets"],
        **{name: total["proof"][name] for name in ("proof_pass_rate", "mutation_score")},
        **{n: total["teacher"][n] for n in ("truncation_rate", "refusal_rate", "retries", "second_attempts",
                                            "tokens_a_kept_row", "usd_a_kept_row")},
        "families": len(total["families"]),
        "domains": total["domains"],
    }  # fmt: skip
    if sorted([*joint["other_rounds"], last]) == sorted(rounds):  # else a round came or went after it was measured
        whole |= {f"output_{name}": joint["output"][name] for name in TEXT_MEASURES}
    return {
        name: {
            "rounds": {n: measured[n][name] for n in measured},
            "all": whole.get(name),
            "change": _change([measured[n][name] for n in measured]),
        }
        for name in measured[last]
    }


def _change(values: list[float | None]) -> float | None:
    if len(values) < 2 or values[-1] is None or values[-2] is None:
        return None
    return round(values[-1] - values[-2], 6)


def _add(counts: list[dict[str, int]]) -> dict[str, int]:
    total: Counter = Counter()
    for found in counts:
        total.update(found)
    return dict(sorted(total.items()))


def _add_stage(stages: list[dict]) -> dict:
    return {
        "stage": stages[0]["stage"],
        "in": sum(s["in"] for s in stages),
        "out": sum(s["out"] for s in stages),
        "dropped": _add([s["dropped"] for s in stages]),
    }


def _add_targets(counts: list[dict[str, dict]]) -> dict[str, float]:
    return {
        name: share_target(name, sum(c[name]["part"] for c in counts), sum(c[name]["whole"] for c in counts))
        for name in counts[0]
    }


def _add_task_type(found: list[dict]) -> dict:
    whole = _add([{k: t[k] for k in ("asked", "kept", "judged", "proved", "tests_run", "mutants", "mutants_killed")}
                  for t in found])  # fmt: skip
    return whole | {
        "dropped": _add([t["dropped"] for t in found]),
        "proof_pass_rate": share(whole["proved"], whole["judged"], empty=None),
        "mutation_score": share(whole["mutants_killed"], whole["mutants"], empty=None),
    }


def _add_teachers(found: list[dict], asked: int, kept: int) -> dict:
    names = ("completions", "second_attempts", "retries", "prompt_tokens", "completion_tokens", "refused", "truncated")
    whole = _add([{name: t[name] for name in names} for t in found])
    usd = None if any(t["usd"] is None for t in found) else round(sum(t["usd"] for t in found), 6)
    return whole | {
        "refusal_rate": share(whole["refused"], asked),
        "truncation_rate": share(whole["truncated"], asked),
        "tokens_a_kept_row": round((whole["prompt_tokens"] + whole["completion_tokens"]) / kept, 1) if kept else 0.0,
        "usd": usd,
        "usd_a_kept_row": None if usd is None or not kept else round(usd / kept, 8),
    }


def _add_bars(spreads: list[dict]) -> dict:
    """Return `bin` and the summed `bars` of some histograms; no bars where no round had a row."""
    full = [s for s in spreads if s]
    bars = [0] * max((len(s["bars"]) for s in full), default=0)
    for spread in full:
        for place, count in enumerate(spread["bars"]):
            bars[place] += count
    return {"bin": full[0]["bin"] if full else 1, "bars": bars}
