"""An independent count of a round: from its published folder, its ledger and its drops, by other means.

In: the published folder and a run folder. Out: the numbers that `metrics/round_N.json` must hold.
Plain loops, tuples and the standard library; nothing of generation/metrics.py or what it uses, but for
the definition of an answer (each task's model) and of a drop's stage.
"""

import hashlib
import json
import re
import statistics
from collections import Counter, defaultdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from generation.rows import STAGE_OF, STAGES
from generation.tasks import TASK_TYPES, load_task


def read_round(published: Path, view: str, number: int) -> list[dict]:
    """Return a round's rows of one view."""
    shards = sorted((published / view).glob(f"round_{number}-*.parquet"))
    return [row for shard in shards for row in pq.read_table(shard).to_pylist()]


def recount(published: Path, run: Path, number: int) -> dict:
    """Return the round's numbers, laid out as in the metrics."""
    rows, evidence = read_round(published, "data", number), read_round(published, "evidence", number)
    drops = [json.loads(line) for line in (run / "drops.jsonl").read_text().splitlines()]
    asked = json.loads((run / "manifest.json").read_text())["settings"]["rows"]
    ledger = [json.loads(line[9:]) for line in (run / "ledger.jsonl").read_text().splitlines()[1:]]
    dropped = Counter(drop["reason"] for drop in drops)
    return {
        "asked": asked,
        "kept": len(rows),
        "dropped": dict(dropped),
        "funnel": _funnel(asked, drops),
        "targets": _targets(ledger, rows, dropped),
        "task_types": {name: _task_type(name, asked, rows, evidence, drops) for name in TASK_TYPES},
        "teacher": _teacher(ledger, asked, len(rows), dropped),
        "difficulty": _spread([row["difficulty"] for row in evidence]),
        "lengths": {
            "input_chars": _spread([len(row["input"]) for row in rows]),
            "output_chars": _spread([len(row["output"]) for row in rows]),
            "code_lines": _spread([row["code_lines"] for row in evidence]),
        },
        "counts": {name: Counter(str(row[name]) for row in evidence) for name in ("family", "domain", "proof_kind")},
        "diversity": _diversity(rows),
        "behaviours": len({row["behaviour"] for row in evidence}),
        "shown_rows": _shortest(rows),
    }


def _funnel(asked: int, drops: list[dict]) -> list[dict]:
    told = []
    for stage in STAGES:
        found = Counter(drop["reason"] for drop in drops if drop["stage"] == stage)
        assert all(STAGE_OF[reason] == stage for reason in found)
        told.append({"stage": stage, "in": asked, "out": asked - found.total(), "dropped": dict(found)})
        asked -= found.total()
    return told


def _parses(completion: dict) -> bool:
    text = completion["text"].strip()
    if text.startswith("```") and text.endswith("```"):
        text = text.split("\n", 1)[1].rsplit("```", 1)[0]
    if completion["finish_reason"] != "stop" or completion["refusal"]:
        return False
    try:
        load_task(TASK_TYPES[(completion["slot"] - 1) % 8]).Answer.model_validate(json.loads(text), strict=True)
    except (ValueError, ValidationError):
        return False
    return True


def _targets(ledger: list[dict], rows: list[dict], dropped: Counter) -> dict[str, float]:
    first = [c for c in ledger if c["attempt"] == 1 and c["finish_reason"] != "gave_up"]
    last = {c["slot"]: c for c in sorted(ledger, key=lambda c: c["attempt"])}
    parsed = sum(_parses(c) for c in last.values())
    repeated = dropped["exact_duplicate"] + dropped["near_duplicate"]
    return {
        "json_parse_rate": sum(map(_parses, first)) / len(first),
        "format_compliance": (parsed - dropped["bad_format"]) / parsed,
        "repetition_rate": repeated / (repeated + len(rows)),
    }


def _task_type(name: str, asked: int, rows: list[dict], evidence: list[dict], drops: list[dict]) -> dict:
    own = [row for row in evidence if row["task_type"] == name]
    stages = Counter(drop["stage"] for drop in drops if drop["task_type"] == name)
    mutants, killed = (sum(row[column] for row in own) for column in ("mutants", "mutants_killed"))
    late = ("contamination", "withdrawn", "near_duplicates")
    proved = sum(row["metadata"]["task_type"] == name for row in rows) + sum(stages[stage] for stage in late)
    return {
        "asked": sum(TASK_TYPES[slot % 8] == name for slot in range(asked)),
        "kept": len(own),
        "dropped": dict(stages),
        "proved": proved,
        "judged": proved + stages["proof"],
        "proof_pass_rate": proved / (proved + stages["proof"]) if proved + stages["proof"] else None,
        "mutation_score": killed / mutants if mutants else None,
        "tests_run": sum(row["tests_run"] for row in own),
        "mutants": mutants,
        "mutants_killed": killed,
    }


def _teacher(ledger: list[dict], asked: int, kept: int, dropped: Counter) -> dict:
    tokens = sum(c["prompt_tokens"] + c["completion_tokens"] for c in ledger)
    return {
        "completions": sum(c["finish_reason"] != "gave_up" for c in ledger),
        "second_attempts": sum(c["attempt"] > 1 for c in ledger),
        "retries": sum(c["retries"] for c in ledger),
        "refusal_rate": dropped["refused"] / asked,
        "truncation_rate": dropped["truncated"] / asked,
        "tokens_a_kept_row": tokens / kept,
    }


def _spread(values: list[float]) -> dict[str, float]:
    return {
        "min": min(values),
        "median": statistics.median(values),
        "mean": statistics.fmean(values),
        "max": max(values),
        "rows": len(values),
    }


def _diversity(rows: list[dict]) -> dict:
    chosen = sorted(rows, key=lambda row: hashlib.blake2b(row["id"].encode(), digest_size=16).digest())[:2_000]
    names = {row["id"] for row in chosen}
    return {field: _measure([row[field] for row in rows if row["id"] in names]) for field in ("input", "output")} | {
        "sampled_rows": len(chosen)
    }


def _measure(texts: list[str]) -> dict[str, float]:
    tokens = [re.findall(r"\w+|[^\w\s]", text) for text in texts]
    told = {}
    for n in (1, 2, 4):
        grams = [tuple(found[i : i + n]) for found in tokens for i in range(len(found) - n + 1)]
        told[f"distinct_{n}"] = len(set(grams)) / len(grams)
    own = [{tuple(found[i : i + 8]) for i in range(len(found) - 7)} for found in tokens]
    holders: dict[tuple, int] = defaultdict(int)
    for grams in own:
        for gram in grams:
            holders[gram] += 1
    told["self_repetition"] = statistics.fmean(
        sum(holders[g] > 1 for g in grams) / len(grams) for grams in own if grams
    )
    data = "\n".join(texts).encode()
    told["compression_ratio"] = len(data) / len(pa.Codec("gzip", compression_level=9).compress(data))
    return told


def _shortest(rows: list[dict]) -> dict[str, str]:
    best: dict[str, dict] = {}
    for row in rows:
        name = row["metadata"]["task_type"]
        size = len(row["input"]) + len(row["output"])
        if name not in best or size < len(best[name]["input"]) + len(best[name]["output"]):
            best[name] = row
    return {name: row["id"] for name, row in best.items()}
