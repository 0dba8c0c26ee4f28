"""The same cleaning of given rows, ours and the field's: `python benchmarks/cleaning_peers.py [--short] [--rows N]`

In: nothing but a seed. The rows are those of `dedup_corpus.py`, with planted repeats; of those without a repeat a share
gets a secret (`generation.checks.canaries` and `secret_cases.py`, personal data left out), a share a malformed answer.
Out: a table "what | figure | target": wall and processor seconds, recall, and what was lost, of

- ours: form, exact, secrets and near-duplicates by the functions that `generation/cleaning.py` applies;
- datatrove's four MinHash stages with their defaults, and detect-secrets;
- distilabel's MinHashDedup step with its defaults, and detect-secrets.

All use the same form check (ours: neither peer has one), whose time is in every total. Two workers each, but for
distilabel's step, which keeps its index in one process. detect-secrets runs its default plugins by `scan_line` over
every line; a finding counts where its own command line would say True, since `scan_line` alone finds something in
every row. distilabel's words come from NLTK without its sentence model, which wants a file from the network.
Imports are not counted. The peers live in an environment of their own, in which this file runs itself:
`python -m venv .venvs/cleaning; .venvs/cleaning/bin/pip install "datatrove[processing]" spacy "distilabel[minhash]" detect-secrets "datasketch<1.7"`
(distilabel 1.5.3 does not get through with datasketch 2).
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

WORKERS = 2
SECRET_SHARE, MALFORMED_SHARE = 0.05, 0.03  # of all rows
TASK = "algorithm_implementation"
PARTS = ("detect-secrets", "datatrove", "distilabel")
LOADED, PLUGINS = ExitStack(), {}  # detect-secrets' settings hold while they are open; its plugins by type of secret


class Given(NamedTuple):
    """rows: as a build joins them with completions. originals: for each row the place of its original.

    secrets: place of a row with a planted secret -> whether it is written plainly. malformed: places.
    """

    rows: list[dict]
    originals: list[int]
    secrets: dict[int, bool]
    malformed: set[int]


class Outcome(NamedTuple):
    """What one contender did: wall and processor seconds, rows kept, rows called secret, seconds by part."""

    wall_s: float
    cpu_s: float
    kept: set[int]
    secret: set[int]
    parts: str


def report(what: str, figure: str, target: str = "") -> None:
    """Print a line of the table."""
    print(f"| {what} | {figure} | {target} |", flush=True)


def spent() -> tuple[float, float]:
    """Return wall and processor seconds so far, workers that have ended included."""
    used = os.times()
    return time.perf_counter(), used.user + used.system + used.children_user + used.children_system


# --- the rows ----------------------------------------------------------------------------------


def draw_rows(size: int, seed: int) -> Given:
    """Return `size` rows with planted repeats, secrets and malformed answers; no row has two of these."""
    from dedup_corpus import draw_corpus

    rng, corpus = Random(f"cleaning {seed}"), draw_corpus(size, seed)
    copies = Counter(corpus.originals)
    alone = [place for place, first in enumerate(corpus.originals) if copies[first] == 1]
    chosen = rng.sample(alone, round(size * SECRET_SHARE) + round(size * MALFORMED_SHARE))
    passages = make_passages(round(size * SECRET_SHARE), seed)
    planted = dict(zip(chosen, passages, strict=False))
    malformed = set(chosen[len(passages) :])
    rows = []
    for place, row in enumerate(corpus.rows):
        opening = row["output"].partition("\n\n```")[0]
        if place in planted:
            if rng.random() < 0.5:
                row = row | {"input": f"{row['input']}\n\n{planted[place][0]}"}
            else:
                opening = f"{planted[place][0]}\n\n{opening}"
        answer = {"code": row["code"], "explanation": opening}
        text = break_answer(answer, rng) if place in malformed else json.dumps(answer)
        rows.append(to_given(row, text))
    return Given(rows, corpus.originals, {p: plain for p, (_, plain) in planted.items()}, malformed)


def make_passages(count: int, seed: int) -> list[tuple[str, bool]]:
    """Return passages with one secret each, half from either source, and whether it is written plainly."""
    from secret_cases import make_cases

    from generation.checks.canaries import make_canaries
    from generation.checks.canary_people import PERSONAL

    personal = {kind for kind, _, _ in PERSONAL}
    canaries = [c for c in make_canaries(Random(f"canaries {seed}"), 2 * count) if c.kind not in personal]
    cases = make_cases(seed, count - count // 2)
    return [(c.text, True) for c in canaries[: count // 2]] + [(c.text, c.disguise == "none") for c in cases]


def break_answer(answer: dict, rng: Random) -> str:
    """Return the text of a completion that a strict check of form refuses."""
    whole, code = json.dumps(answer), answer["code"]
    return rng.choice(
        (
            whole[: rng.randrange(10, len(whole) - 1)],
            f"Sure! {answer['explanation']}\n\n{code}",
            json.dumps(answer | {"confidence": 0.9}),
            json.dumps({"code": code}),
            json.dumps(answer | {"code": code.replace("(", "", 1)}),
            json.dumps(answer | {"code": code.replace("def ", "def other_", 1)}),
        )
    )


def to_given(row: dict, text: str) -> dict:
    """Return a row of the corpus as a build joins it with its one completion."""
    from generation.ledger import Completion

    entry_point = row["code"].partition("def ")[2].partition("(")[0]
    completion = Completion(row["slot"], 1, "", text, "stop", model="given")
    return {
        **{name: row[name] for name in ("slot", "task_type", "instruction", "input", "subject")},
        "completions": json.dumps([vars(completion)]),
        "proof": json.dumps({"entry_point": entry_point, "kind": "function"}),
    }


# --- ours --------------------------------------------------------------------------------------


def clean_given(given: Given, folder: Path) -> tuple[Outcome, Outcome]:
    """Return what ours did, and what its form check alone did; the rows in form are left in `folder`/in_form."""
    import datasets

    datasets.disable_progress_bars()
    datasets.Dataset.from_list(given.rows).save_to_disk(folder / "given")
    rows = datasets.load_from_disk(folder / "given")
    run_stages(rows.select(range(50)), folder / "warm")
    ours, form, in_form = run_stages(rows, folder / "work")
    write_shards(folder / "in_form", in_form.select_columns(["slot", "instruction", "input", "output"]).to_list())
    return ours, form


def run_stages(rows: Any, folder: Path) -> tuple[Outcome, Outcome, Any]:
    """Clean the rows stage by stage, as `clean_rows` does without proof; return also the rows in form."""
    from generation import cleaning
    from generation.checks.form import read_answers
    from generation.checks.secret_filter import check_batch
    from generation.dedup.exact import find_exact_duplicates
    from generation.kept_results import KeptResults

    folder.mkdir()
    run: Any = SimpleNamespace(number=1, settings=SimpleNamespace(min_jaccard=0.7))
    funnel, times = cleaning.Funnel(asked=len(rows)), [spent()]
    how = cleaning.Cleaning(run, folder, WORKERS, KeptResults(folder / "results", rows))
    one = {"round_number": 1}
    in_form, _ = cleaning.apply_check(rows, "form", read_answers, how, funnel, parallel=True, fn_kwargs=one)
    times.append(spent())
    left = cleaning.drop_rows(in_form, find_exact_duplicates(in_form), funnel)
    left, _ = cleaning.apply_check(left, "secrets", check_batch, how, funnel, parallel=True)
    times.append(spent())
    left, _ = cleaning.drop_near_duplicates(left, how, funnel)
    times.append(spent())
    funnel.check(len(left))
    secret = {drop["slot"] - 1 for drop in funnel.drops if drop["stage"] == "secrets"}
    walls = [later[0] - earlier[0] for earlier, later in zip(times, times[1:], strict=False)]
    parts = "form {:.1f}, exact and secrets {:.1f}, near {:.1f}".format(*walls)
    kept, formed = ({slot - 1 for slot in part["slot"]} for part in (left, in_form))
    ours = Outcome(times[-1][0] - times[0][0], times[-1][1] - times[0][1], kept, secret, parts)
    return ours, Outcome(walls[0], times[1][1] - times[0][1], formed, set(), ""), in_form


# --- peers: these run in the other environment -------------------------------------------------


def write_shards(folder: Path, rows: list[dict]) -> None:
    """Write the rows as JSON lines, a file for each worker."""
    folder.mkdir()
    for shard in range(WORKERS):
        part = rows[len(rows) * shard // WORKERS : len(rows) * (shard + 1) // WORKERS]
        lines = (json.dumps(r | {"id": str(r["slot"]), "text": f"{r['input']}\n{r['output']}"}) for r in part)
        (folder / f"{shard}.jsonl").write_text("\n".join(lines) + "\n")


def read_shards(folder: Path) -> list[dict]:
    """Return the rows that `write_shards` wrote, in their order."""
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text().splitlines()]


def load_plugins() -> None:
    """Load detect-secrets' default plugins and filters into this process, for good."""
    from detect_secrets.core.scan import get_plugins
    from detect_secrets.settings import default_settings

    LOADED.enter_context(default_settings())
    PLUGINS.update({plugin.secret_type: plugin for plugin in get_plugins()})


def has_secret(row: dict) -> bool:
    """Tell whether detect-secrets' command line would say True of a line of the row."""
    from detect_secrets.core.scan import scan_line

    for line in f"{row['instruction']}\n{row['text']}".splitlines():
        for found in scan_line(line):
            if PLUGINS[found.type].format_scan_result(found).startswith("True"):
                return True
    return False


def run_detect_secrets(rows: list[dict], folder: Path) -> list[int]:
    """Return the slots left by detect-secrets, and leave their rows in `folder`/left for the deduplicators."""
    with multiprocessing.get_context("fork").Pool(WORKERS, load_plugins) as pool:
        secret = pool.map(has_secret, rows, chunksize=64)
        pool.close()
        pool.join()
    left = [row for row, bad in zip(rows, secret, strict=True) if not bad]
    write_shards(folder / "left", left)
    return [row["slot"] for row in left]


def run_datatrove(rows: list[dict], folder: Path) -> list[int]:
    """Return the slots kept by datatrove's four MinHash stages, a task a worker where the stage allows it."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline import dedup
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    at = {name: f"{folder}/{name}" for name in ("left", "signatures", "buckets", "removed", "kept")}
    stages = (
        ([JsonlReader(at["left"]), dedup.MinhashDedupSignature(at["signatures"])], WORKERS),
        ([dedup.MinhashDedupBuckets(at["signatures"], at["buckets"])], dedup.minhash.MinhashConfig().num_buckets),
        ([dedup.MinhashDedupCluster(at["buckets"], at["removed"])], 1),
        ([JsonlReader(at["left"]), dedup.MinhashDedupFilter(at["removed"]), JsonlWriter(at["kept"], compression=None)], WORKERS),
    )  # fmt: skip
    for number, (pipeline, tasks) in enumerate(stages):
        logs, workers = f"{folder}/logs{number}", min(tasks, WORKERS)
        # Forked, so that the workers' seconds are seen and nothing is imported twice.
        LocalPipelineExecutor(pipeline, tasks, workers, logging_dir=logs, start_method="fork").run()
    return [int(row["id"]) for row in read_shards(Path(at["kept"]))]


def run_distilabel(rows: list[dict], folder: Path) -> list[int]:
    """Return the slots kept by distilabel's step, called batch by batch without its pipeline's processes."""
    import nltk.tokenize
    from distilabel.steps import MinHashDedup

    whole = nltk.tokenize.word_tokenize
    nltk.tokenize.word_tokenize = partial(whole, preserve_line=True)
    step, kept = MinHashDedup(name="dedup"), []
    step.load()
    for start in range(0, len(rows), 500):
        for batch in step.process(rows[start : start + 500]):
            kept += [row["slot"] for row in batch if row["keep_row_after_minhash_filtering"]]
    nltk.tokenize.word_tokenize = whole
    return kept


def run_part(part: str, folder: Path) -> None:
    """Run one peer on what was left before it, after a run on a few rows; write seconds and slots kept."""
    run = {"detect-secrets": run_detect_secrets, "datatrove": run_datatrove, "distilabel": run_distilabel}[part]
    rows = read_shards(folder / ("in_form" if part == "detect-secrets" else "left"))
    with tempfile.TemporaryDirectory() as warm:
        if part == "datatrove":
            write_shards(Path(warm) / "left", rows[:50])
        run([dict(row) for row in rows[:50]], Path(warm))
    start = spent()
    kept = run(rows, folder)
    wall, cpu = (now - then for now, then in zip(spent(), start, strict=True))
    (folder / f"{part}.json").write_text(json.dumps({"wall_s": wall, "cpu_s": cpu, "kept": kept}))


# --- the comparison ----------------------------------------------------------------------------


def ask_peers(python: Path, folder: Path) -> dict[str, dict | str]:
    """Return what each part did in the other environment, or why it did nothing."""
    said: dict[str, dict | str] = {}
    for part in PARTS:
        if not python.exists():
            said[part] = "not installed"
            continue
        command = [str(python), __file__, "--part", part, "--folder", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"HF_HUB_OFFLINE": "1"})
        last = " ".join(done.stderr.strip().splitlines()[-1:])
        written = folder / f"{part}.json"
        said[part] = json.loads(written.read_text()) if written.exists() else f"does not get through: {last[:100]}"
    return said


def join_parts(form: Outcome, secrets: dict, near: dict) -> Outcome:
    """Return an assembly of peers: the form check, then detect-secrets, then a deduplicator on what is left."""
    left, kept = ({slot - 1 for slot in part["kept"]} for part in (secrets, near))
    seconds = (form.wall_s, secrets["wall_s"], near["wall_s"])
    cpu = form.cpu_s + secrets["cpu_s"] + near["cpu_s"]
    return Outcome(
        sum(seconds), cpu, kept, form.kept - left, "form {:.1f}, secrets {:.1f}, near {:.1f}".format(*seconds)
    )


def show_outcome(name: str, given: Given, form: Outcome, found: Outcome) -> None:
    """Report one contender; a repeat is a sound row whose family (original and repeats) keeps another one."""
    secrets = given.secrets.keys() & form.kept
    sound = form.kept - given.secrets.keys()
    families = {given.originals[place] for place in sound}
    kept = found.kept & sound
    kept_families = {given.originals[place] for place in kept}
    repeats, left = len(sound) - len(families), len(kept) - len(kept_families)
    plain = {place for place in secrets if given.secrets[place]}
    report(f"{name}: wall", f"{found.wall_s:.1f} s ({found.parts}); {found.cpu_s:.1f} s of processor")
    report(f"{name}: repeats found", f"{1 - left / repeats:.2%} of {repeats:,}")
    report(f"{name}: originals lost", f"{len(families) - len(kept_families):,} of {len(families):,}")
    report(
        f"{name}: secrets found; of those written plainly",
        f"{len(found.secret & secrets) / len(secrets):.1%} of {len(secrets):,};"
        f" {len(found.secret & plain) / len(plain):.1%} of {len(plain):,}",
    )
    report(f"{name}: sound rows called secret", f"{len(found.secret & sound):,} of {len(sound):,}")


def main() -> None:
    """Clean the same rows with each and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="2,000 rows")
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=77)
    parser.add_argument("--python", type=Path, default=ROOT / ".venvs/cleaning/bin/python", help="that has the peers")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.part:
        run_part(args.part, args.folder)
        return
    given = draw_rows(2_000 if args.short else args.rows, args.seed)
    with tempfile.TemporaryDirectory() as name:
        ours, form = clean_given(given, Path(name))
        said = ask_peers(args.python, Path(name))
    report("what", "figure", "target")
    whole = len(given.malformed - form.kept)
    report(
        f"of {len(given.rows):,} rows refused by the form check of all", f"{len(given.rows) - len(form.kept):,},"
        f" {whole:,} of {len(given.malformed):,} planted"
    )  # fmt: skip
    show_outcome("ours", given, form, ours)
    secrets = said.pop("detect-secrets")
    for peer, near in said.items():
        name = f"{peer} and detect-secrets"
        if isinstance(secrets, str) or isinstance(near, str):
            report(name, f"detect-secrets: {secrets}" if isinstance(secrets, str) else str(near))
            continue
        found = join_parts(form, secrets, near)
        show_outcome(name, given, form, found)
        ratios = f"{found.wall_s / ours.wall_s:.2f}x; {found.cpu_s / ours.cpu_s:.2f}x"
        report(f"ours faster than {name}: wall; processor", ratios, ">= 5x")


if __name__ == "__main__":
    main()
