"""The dataset card: made from numbers alone, each of them found there, its YAML and code lines real, rows inert."""

import copy
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import datasets
import duckdb
import pytest
import yaml
from huggingface_hub import DatasetCard

from generation.card import NAME, TEMPLATE, fence, quote_inline, render_card, show_measure, write_card
from generation.checks.secret_filter import find_secret
from generation.folder import FolderFault, published_rounds, read_all_metrics, sweep_unfinished
from generation.trend import add_rounds, line_up
from tests.attacks.hostile_rows import HOSTILE_TEXTS, find_broken_markdown, find_control_characters
from tests.conftest import ROOT

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
FENCED = re.compile(r"^(`{3,})(\w*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def card(built) -> str:
    """The card's text."""
    return (built.published / "README.md").read_text()


@pytest.fixture
def folder(built, tmp_path) -> Path:
    """A copy of the published folder that a test may change."""
    return Path(shutil.copytree(built.published, tmp_path / NAME))


def render(rounds: dict[int, dict]) -> str:
    """The card of some numbers."""
    return render_card(rounds, add_rounds(rounds), line_up(rounds))


def hash_files(folder: Path) -> dict[str, str]:
    """Every file with its SHA-256."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_made_again_it_is_the_same_to_the_byte(built, tmp_path):
    """From `metrics/` alone, in another process, hash seed and plotting style, card and pictures come out."""
    shutil.copytree(built.published / "metrics", tmp_path / NAME / "metrics")
    (tmp_path / "matplotlibrc").write_text("font.size: 30\naxes.grid: True\n")
    command = f"from pathlib import Path; from generation.card import write_card; write_card(Path({NAME!r}))"
    environment = {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "5", "PATH": "", "HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", command], cwd=tmp_path, check=True, env=environment)
    made, published = hash_files(tmp_path / NAME), hash_files(built.published)
    assert {"README.md", "assets/funnel.svg", "assets/rounds.svg"} < set(made)
    assert made == {name: published[name] for name in made}


def collect_numbers(value: object) -> set[str]:
    """Every way in which the card may show a number of a JSON value."""
    if isinstance(value, dict):
        return set().union(*(collect_numbers(v) | collect_numbers(str(k)) for k, v in value.items()), set())
    if isinstance(value, list):
        return set().union({f"{len(value):,}"}, *map(collect_numbers, value))
    if isinstance(value, str):
        return set(NUMBER.findall(value))
    if isinstance(value, bool) or value is None:
        return set()
    return set(NUMBER.findall(f"{show_measure(value, 'count')} {show_measure(value, 'x_rate')}"))


def test_every_number_stands_in_the_metrics(built, card):
    """Each number of the card is in metrics/, is a sum or change over rounds of them, or stands in the template."""
    rounds = read_all_metrics(built.published)
    known = collect_numbers(rounds) | collect_numbers(add_rounds(rounds)) | collect_numbers(line_up(rounds))
    known |= {f"{len(rounds)}"} | set(NUMBER.findall(TEMPLATE.read_text()))
    sizes = yaml.safe_load(card.split("---\n")[1])["dataset_info"]
    known |= {f"{len(counts)}" for r in rounds.values() for counts in r["counts"].values()}
    body = card.split("---\n", 2)[2]
    body = body[: body.index("## One row of each")] + body[body.index("## Columns") :]
    assert [number for number in NUMBER.findall(body) if number not in known] == []
    files = [r["files"] for r in rounds.values()]
    for config, view in (("default", "data"), ("all", "data"), ("chat", "chat"), ("evidence", "evidence")):
        told = next(info for info in sizes if info["config_name"] == config)
        assert told["download_size"] == sum(f[view]["download_size"] for f in files)
        assert sum(split["num_bytes"] for split in told["splits"]) == sum(f[view]["num_bytes"] for f in files)


def test_rows_shown_are_published_ones(built, card):
    """The card shows one row of each task type, word for word."""
    lines = [
        json.loads(x) for n in (1, 2) for x in (built.published / f"clean_round_{n}.jsonl").read_text().splitlines()
    ]
    rows = {row["id"]: row for row in lines}
    shown = re.findall(r"<code>(\w+)</code>: (round_\d+_\d+)</summary>", card)
    assert len({task_type for task_type, _ in shown}) == 8
    for task_type, name in shown:
        assert rows[name]["metadata"]["task_type"] == task_type
        for field in ("instruction", "input", "output"):
            assert f"\n{rows[name][field]}\n" in card


def test_the_front_matter_is_what_the_hub_takes(card):
    """The YAML parses, with licence, language, categories, size, configs and sizes in the Hub's words."""
    data = DatasetCard(card).data.to_dict()
    assert data["license"] == "cc-by-4.0"
    assert data["language"] == ["en"]
    assert data["task_categories"] == ["text-generation"]
    assert data["size_categories"] == ["n<1K"]
    assert [config["config_name"] for config in data["configs"]] == ["default", "all", "chat", "evidence"]
    assert [info["config_name"] for info in data["dataset_info"]] == ["default", "all", "chat", "evidence"]
    assert all(re.fullmatch(r"\w+(\.\w+)*", s["name"]) for info in data["dataset_info"] for s in info["splits"])
    assert all(
        set(info) == {"config_name", "features", "splits", "download_size", "dataset_size"}
        for info in data["dataset_info"]
    )


def test_sizes_are_checked_when_it_loads(folder, monkeypatch, tmp_path):
    """A card whose count of rows is wrong does not load: `datasets` really compares the sizes that we write."""
    monkeypatch.chdir(folder.parent)
    loaded = datasets.load_dataset(NAME, "chat", cache_dir=str(tmp_path / "cache"))
    told = DatasetCard.load(folder / "README.md").data.dataset_info
    sizes = next(info for info in told if info["config_name"] == "chat")["splits"]
    assert {s["name"]: s["num_examples"] for s in sizes} == {name: len(split) for name, split in loaded.items()}
    card = folder / "README.md"
    card.write_text(re.sub(r"(num_examples: )\d+", r"\g<1>7", card.read_text()))
    with pytest.raises(datasets.exceptions.NonMatchingSplitsSizesError):
        datasets.load_dataset(NAME, "chat", cache_dir=str(tmp_path / "other"))


def test_every_code_line_runs(built, card, monkeypatch, tmp_path):
    """All Python of the card runs in order beside the folder; YAML and JSON parse and name real configs and columns."""
    monkeypatch.chdir(built.folder)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    blocks = [(kind, text) for _, kind, text in FENCED.findall(card[card.index("## Loading") :])]
    names: dict = {}
    exec("\n".join(text for kind, text in blocks if kind == "python"), names)
    assert list(names["rounds"]) == ["round_1", "round_2"]
    assert len(names["rows"]) == sum(map(len, names["rounds"].values()))
    assert {len(names["hard"]) > 0, len(names["calls"]) > 0} == {True}
    axolotl = next(yaml.safe_load(text) for kind, text in blocks if kind == "yaml")["datasets"][0]
    factory = next(json.loads(text) for kind, text in blocks if kind == "json")["heidi"]
    assert axolotl["field_messages"] in names["chat"].column_names
    assert axolotl["split"] in names["rounds"]
    assert (axolotl["name"], factory["subset"], factory["split"]) == ("chat", "all", "train")
    assert set(factory["columns"].values()) <= set(names["rows"].columns)
    assert {kind for kind, _ in blocks} == {"python", "sql", "yaml", "json", "bibtex"}


def test_the_sql_runs(built, card, monkeypatch):
    """DuckDB answers the card's query."""
    monkeypatch.chdir(built.folder)
    query = next(text for _, kind, text in FENCED.findall(card) if kind == "sql")
    assert sum(row[1] for row in duckdb.sql(query).fetchall()) == sum(
        r["kept"] for r in read_all_metrics(built.published).values()
    )


def test_links_and_pictures_lead_somewhere(built, card):
    """Every picture and relative link is a file of the folder, every picture has alt text, every anchor a heading."""
    body = FENCED.sub("", card)
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", body)
    assert {name for _, name in pictures} == {f"assets/{path.name}" for path in (built.published / "assets").iterdir()}
    assert all(len(alt) > 20 for alt, _ in pictures)
    headings = {
        re.sub(r"[^\w -]", "", h.lower()).strip().replace(" ", "-") for h in re.findall(r"^#+ (.*)$", body, re.M)
    }
    for target in re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", body):
        if target.startswith("#"):
            assert target[1:] in headings
        elif not target.startswith("https://"):
            assert (built.published / target).is_file()


def test_pictures_read_on_light_and_dark(built):
    """Each picture has an opaque white panel and neither date nor script nor anything to load."""
    for path in (built.published / "assets").iterdir():
        text = path.read_text()
        assert "fill: #ffffff" in text.split("</g>")[0]
        assert "<dc:date>" not in text
        assert not re.search(r"<script|href=\"(?!#)|url\((?!#)", text)


def test_card_and_pictures_pass_the_secret_filter(built):
    """What is pushed is scanned as text: numbers and drawings of ours must not look like secrets."""
    for path in [built.published / "README.md", *(built.published / "assets").iterdir()]:
        assert find_secret({"text": path.read_text()}) is None, path.name


@pytest.mark.parametrize("hostile", [h for h in HOSTILE_TEXTS if h.storable], ids=lambda hostile: hostile.name)
def test_hostile_rows_stay_text(built, hostile):
    """A hostile text in a shown row, as teacher and as project address changes nothing but its own place."""
    rounds = copy.deepcopy(read_all_metrics(built.published))
    plain = render(rounds)
    last = rounds[max(rounds)]
    last["teacher_model"] = last["settings"]["project_url"] = hostile.text
    for row in last["shown_rows"].values():
        row |= {"instruction": hostile.text, "input": hostile.text, "output": hostile.text}
    page = render(rounds)
    assert page.split("---\n")[1] == plain.split("---\n")[1]
    assert find_broken_markdown(page, hostile) == []
    assert find_control_characters(page) == []
    assert [line for line in page.split("\n") if line.startswith("## ")][-9:] == [
        line for line in plain.split("\n") if line.startswith("## ")
    ][-9:]


def test_fences_and_inline_text():
    """A fence outgrows every run of backticks in the text; inline text keeps letters and loses every sign."""
    assert fence("a\n````\nb", "text") == "`````text\na\n````\nb\n`````"
    assert quote_inline("gpt-4o-mini") == "gpt-4o-mini"
    assert quote_inline("a|b") == "a&#124;b"
    assert "<" not in quote_inline("<b>")


def test_a_replaced_round_is_listed(folder):
    """A round whose metrics tell of a replacement is among the card's changes; others are not."""
    assert "No published round has been replaced." in (folder / "README.md").read_text()
    path = folder / "metrics/round_1.json"
    numbers = json.loads(path.read_text())
    numbers["changes"] = [{"revision": 2, "kept_before": 48, "kept": 47, "withdrawn": 1}]
    path.write_text(json.dumps(numbers))
    write_card(folder)
    assert (
        "- Round 1 was replaced (revision 2): 48 rows before, 47 now, 1 withdrawn by id."
        in (folder / "README.md").read_text()
    )


def test_the_card_is_the_commit_point(folder):
    """Rounds are read off the card's YAML, whatever a row shown says; numbers of another version are refused."""
    assert published_rounds(folder) == [1, 2]
    path = folder / "metrics/round_2.json"
    numbers = json.loads(path.read_text())
    numbers["shown_rows"]["bug_fixing"]["input"] = "  - split: round_9\n    path: data/round_9-*.parquet"
    path.write_text(json.dumps(numbers))
    write_card(folder)
    assert "path: data/round_9-*.parquet" in (folder / "README.md").read_text()
    assert published_rounds(folder) == [1, 2]
    assert sweep_unfinished(folder) == []
    (folder / "metrics/round_2.json").write_text("{}")
    with pytest.raises(FolderFault, match=r"round_2\.json"):
        write_card(folder)
