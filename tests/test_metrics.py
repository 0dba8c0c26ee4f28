"""A round's numbers: counted again by other means, the gate, conservation, all rounds together."""

import json
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import datasets
import numpy as np
import pytest

from generation import asking, cleaning, metrics
from generation.canary_drill import Drill, run_drill
from generation.diversity import choose_ids, measure_texts
from generation.history import read_round_index
from generation.kept_results import KeptResults
from generation.ledger import Ledger
from generation.plan import Plan, PlanRequest, plan_round
from generation.published_files import list_changes
from generation.run import Run, read_runs
from generation.settings import Settings
from generation.spreads import describe_spread
from generation.tasks import TASK_TYPES
from generation.trend import add_rounds, line_up
from tests.recount import recount

ALL_FOUND = Drill(200, 200, ())


def read_numbers(built, number: int) -> dict:
    """The published numbers of a round."""
    return json.loads((built.published / "metrics" / f"round_{number}.json").read_text())


def close(measured: float | None, counted: float | None) -> bool:
    """Equal up to the sixth decimal, to which rates are rounded."""
    return measured == counted if counted is None else measured == pytest.approx(counted, abs=6e-7)


@pytest.mark.parametrize("number", [1, 2])
def test_numbers_equal_an_independent_count(built, number):
    """Every number that folder, ledger and drops can tell is counted again by other code, and is equal."""
    numbers = read_numbers(built, number)
    counted = recount(built.published, built.folder / "runs" / f"round_{number}", number)
    for name in ("asked", "kept", "dropped", "funnel"):
        assert numbers[name] == counted[name], name
    for group in ("targets", "teacher"):
        for name, value in counted[group].items():
            assert close(numbers[group][name], value), name
    for task_type, facts in counted["task_types"].items():
        for name, value in facts.items():
            found = numbers["task_types"][task_type][name]
            assert found == value if isinstance(value, dict) else close(found, value), (task_type, name)
    spreads = numbers["lengths"] | {"difficulty": numbers["difficulty"]}
    for name, facts in (counted["lengths"] | {"difficulty": counted["difficulty"]}).items():
        assert sum(spreads[name]["bars"]) == facts.pop("rows")
        for key, value in facts.items():
            assert spreads[name][key] == pytest.approx(value, abs=6e-4), (name, key)
    for name, counts in counted["counts"].items():
        assert numbers["counts"][name] == counts
    for field in ("input", "output"):
        for name, value in counted["diversity"][field].items():
            assert close(numbers["diversity"][field][name], value), (field, name)
    assert numbers["diversity"]["sampled_rows"] == counted["diversity"]["sampled_rows"]
    assert numbers["diversity"]["behaviours"] == counted["behaviours"]
    assert {name: row["id"] for name, row in numbers["shown_rows"].items()} == counted["shown_rows"]


def test_code_hashes_and_canaries_come_out_again(built, tmp_path):
    """Canonical-distinct rows and the canary drill, made again from the published folder alone, are equal."""
    numbers = read_numbers(built, 2)
    index = read_round_index(built.published, tmp_path, 2)
    sequences = [s for s in index.table.column("sequence").to_pylist() if s]
    assert numbers["diversity"]["rows_with_code"] == len(sequences)
    assert numbers["diversity"]["canonical_distinct"] == len(set(sequences))
    rows = datasets.Dataset.from_json(str(built.published / "clean_round_2.jsonl"), cache_dir=str(tmp_path / "cache"))
    drill = run_drill(rows, numbers["numbers"]["seed"], 2)
    assert numbers["canaries"] == {"planted": drill.planted, "found": drill.found}


def test_machine_facts_stay_out(built):
    """The sandbox rung is told in the run folder and nowhere in the published numbers."""
    for number in (1, 2):
        notes = read_runs(built.folder / "runs")[number].notes
        assert sum(notes["rungs"].values()) == read_numbers(built, number)["kept"]
        rungs = [rung for rung in notes["rungs"] if rung]
        text = json.dumps({k: v for k, v in read_numbers(built, number).items() if k != "shown_rows"})
        assert rungs
        assert not [rung for rung in rungs if f'"{rung}"' in text]


def test_the_run_folder_keeps_the_numbers_too(built):
    """`runs/round_N/metrics.json` is the published file, for rounds that were never published."""
    kept = (built.folder / "runs/round_1/metrics.json").read_bytes()
    assert kept == (built.published / "metrics/round_1.json").read_bytes()


def test_the_end_of_a_build_shows_the_same_numbers(built):
    """The funnel on the terminal is the funnel of the metrics, and so are targets and proofs by task type."""
    for number in (1, 2):
        numbers, said = read_numbers(built, number), built.said[number - 1]
        shown = dict(re.findall(r"^(asked|kept) +([\d,]+)$", said, re.MULTILINE))
        assert shown == {name: f"{numbers[name]:,}" for name in ("asked", "kept")}
        dropped = re.findall(r"^  dropped at \w+ +(\w+) +-([\d,]+)$", said, re.MULTILINE)
        assert {reason: int(count.replace(",", "")) for reason, count in dropped} == numbers["dropped"]
        for name, value in numbers["targets"].items():
            assert re.search(rf"  {name.replace('_', ' ')}.* {value:.2%} ", said)
        for name, counts in numbers["task_types"].items():
            assert re.search(rf"  {name} +{counts['asked']} +{counts['kept']} ", said)


class Replay(NamedTuple):
    """A round at hand to be cleaned again: its run, its plan, and a folder for temporary files."""

    run: Run
    plan: Plan
    work: Path

    def read_asked(self, name: str, spoil=lambda slot, text: text) -> datasets.Dataset:
        """The asked rows, each completion's text through `spoil(slot, text)` first."""
        with Ledger(self.run.folder / "ledger.jsonl", 1) as ledger, Ledger(self.work / f"{name}.jsonl", 1) as spoiled:
            for found in ledger:
                fields = {field: getattr(found, field) for field in found.__dataclass_fields__}
                spoiled.append(type(found)(**fields | {"text": spoil(found.slot, found.text)}))
            (self.work / name).mkdir()
            return asking.join_completions(self.plan.rows, spoiled, self.work / name)

    def clean(self, asked: datasets.Dataset) -> cleaning.Cleaned:
        """What cleaning keeps and drops of the asked rows."""
        return cleaning.clean_rows(asked, cleaning.Cleaning(self.run, self.work, 1, KeptResults(self.work / "checked", asked)))

    def measure(
        self, asked: datasets.Dataset, cleaned: cleaning.Cleaned | None = None, drill: Drill = ALL_FOUND
    ) -> tuple[dict, list[str]]:
        """The numbers and missed targets of the asked rows, cleaned now unless they already are."""
        cleaned = cleaned or self.clean(asked)
        numbers = metrics.measure_round(self.run, self.plan, asked, cleaned, drill, self.work)
        assert numbers["asked"] == numbers["kept"] + sum(numbers["dropped"].values())
        return numbers, metrics.find_missed_targets(numbers, Settings())


@pytest.fixture
def replay(built, tmp_path) -> Replay:
    """Round 1 of the built folder, ready to be spoiled."""
    shutil.copytree(built.folder / "runs" / "round_1", tmp_path / "round_1")
    run = read_runs(tmp_path)[1]
    request = PlanRequest(run.settings.seed, run.first_number, run.settings.rows, embedded=True)
    (tmp_path / "work").mkdir()
    return Replay(run, plan_round(request, set(), run.folder), tmp_path / "work")


def test_malformed_completions_stop_a_round(replay):
    """With a tenth of the completions malformed the gate names the JSON parse rate, and nothing else."""
    spoiled = replay.read_asked("malformed", lambda slot, text: text[:-5] if slot <= 5 else text)
    numbers, missed = replay.measure(spoiled)
    assert numbers["targets"]["json_parse_rate"] == pytest.approx(43 / 48, abs=1e-6)
    assert missed == ["json parse rate 89.58% (wanted > 95%)"]


def test_answers_out_of_form_stop_a_round(replay):
    """With more than a tenth of the answers not in the form of their task the gate names format compliance."""

    def spoil(slot: int, text: str) -> str:
        answer = json.loads(text)
        return json.dumps(answer | {"code": "def broken(:"}) if "code" in answer and slot <= 16 else text

    numbers, missed = replay.measure(replay.read_asked("form", spoil))
    assert numbers["dropped"]["bad_format"] > 5
    assert len(missed) == 1
    assert missed[0].startswith("format compliance")


def test_repeated_rows_stop_a_round(replay):
    """With every sixth row a copy of another the gate names the repetition rate."""
    asked = replay.read_asked("repeated")
    copied = asked.select([*range(40), *range(8)]).remove_columns("slot").add_column("slot", list(range(1, 49)))
    numbers, missed = replay.measure(copied)
    assert numbers["dropped"] == {"exact_duplicate": 8}
    assert missed == ["repetition rate 16.67% (wanted < 10%)"]


def test_one_missed_canary_stops_a_round(replay):
    """Unspoiled, the replayed round misses nothing; one canary of 200 that the filter does not find is enough."""
    asked = replay.read_asked("whole")
    cleaned = replay.clean(asked)
    numbers, missed = replay.measure(asked, cleaned)
    assert (numbers["kept"], missed) == (48, [])
    numbers, missed = replay.measure(asked, cleaned, Drill(200, 199, ("github token in python_argument",)))
    assert numbers["canaries"] == {"planted": 200, "found": 199}
    assert missed == ["secret detection 99.50% (wanted >= 100%)"]


def test_a_task_type_that_fails_its_proofs_stops_a_round(replay):
    """Wrong algorithms alone are named as such, whatever the other task types do."""

    def spoil(slot: int, text: str) -> str:
        answer = json.loads(text)
        if TASK_TYPES[(slot - 1) % 8] != "algorithm_implementation":
            return text
        lines = answer["code"].splitlines()
        start = next(i for i, line in enumerate(lines) if line.startswith(("def ", "class ")))
        code = "\n".join(line.replace("return ", "return None and ") for line in lines[start:])
        return json.dumps(answer | {"code": "\n".join(lines[:start]) + "\n" + code})

    numbers, missed = replay.measure(replay.read_asked("wrong", spoil))
    facts = numbers["task_types"]["algorithm_implementation"]
    assert facts["judged"] >= 4
    assert facts["dropped"]["proof"] == facts["judged"]
    assert missed == ["proof pass rate of algorithm_implementation 0.00% (wanted >= 20%)"]


def test_rounds_add_up(built):
    """Counts over all rounds are the sums, rates the rates of the sums, changes the differences."""
    rounds = {n: read_numbers(built, n) for n in (1, 2)}
    total, lined = add_rounds(rounds), line_up(rounds)
    assert total["asked"] == total["kept"] + sum(total["dropped"].values()) == 72
    parts = [rounds[n]["target_counts"]["json_parse_rate"] for n in (1, 2)]
    assert total["targets"]["json_parse_rate"] == sum(p["part"] for p in parts) / sum(p["whole"] for p in parts)
    assert sum(total["bars"]["difficulty"]["bars"]) == total["kept"]
    change = rounds[2]["difficulty"]["median"] - rounds[1]["difficulty"]["median"]
    assert lined["median_difficulty"]["change"] == pytest.approx(change)
    assert rounds[2]["across"]["other_rounds"] == [1]
    assert rounds[2]["across"]["sampled_rows"] == total["kept"]
    assert lined["output_distinct_2"]["all"] == rounds[2]["across"]["output"]["distinct_2"]
    assert line_up({1: rounds[1]})["output_distinct_2"]["change"] is None


@pytest.mark.parametrize(
    ("texts", "name", "value"),
    [
        (["a b a b"], "distinct_1", 0.5),
        (["a b a b"], "distinct_2", 0.666667),
        (["a b", "a b"], "distinct_2", 0.5),  # no n-gram across texts, or it would be two thirds
        (["a b c d e f g h", "x a b c d e f g h"], "self_repetition", 0.75),
        (["a b c d e f g h a b c d e f g h"], "self_repetition", 0.0),  # a text's own repeats are no sharing
        ([], "distinct_4", 0.0),
        ([""], "self_repetition", 0.0),
        ([], "compression_ratio", 0.0),
    ],
)
def test_text_measures_of_known_texts(texts, name, value):
    """Small texts whose ratios are known by hand."""
    assert measure_texts(texts)[name] == value


def test_the_measured_rows_do_not_depend_on_order():
    """The chosen rows are the same whatever the order; more are never chosen than asked for."""
    names = [f"round_1_{slot:04d}" for slot in range(1, 5_001)]
    shuffled = list(np.random.default_rng(7).permutation(names))
    assert choose_ids(names) == choose_ids(shuffled)
    assert len(choose_ids(names)) == 2_000
    assert choose_ids(names, 10) < choose_ids(names, 20)


def test_a_spread_of_known_values():
    """Quantiles, mean and bars of a few values; a value on an edge stands in the upper bar."""
    spread = describe_spread([0, 99, 100, 250], 100)
    assert spread["bars"] == [2, 1, 1]
    assert (spread["min"], spread["median"], spread["mean"], spread["max"]) == (0, 99.5, 112.25, 250)
    assert describe_spread([], 100) == {}


def test_a_replacement_is_noted_once(built):
    """Other rows than the published ones make an entry; the same rows keep the list as it is; a new round has none."""
    published = read_numbers(built, 1)
    assert list_changes(published, built.published) == published["changes"] == []
    other = published | {"files": {"rows_fingerprint": 7}, "kept": 47, "dropped": {"withdrawn": 1}}
    assert list_changes(other, built.published) == [{"revision": 2, "kept_before": 48, "kept": 47, "withdrawn": 1}]
    assert list_changes(published | {"round": 3}, built.published) == []
    assert list_changes(published, built.folder / "nowhere") == []
