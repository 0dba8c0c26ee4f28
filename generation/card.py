"""The dataset card: README.md of the published folder and its pictures, made from `metrics/` alone.

In: the published folder. Out: the card, whose writing is the commit point of a round. It measures
nothing: every number in it stands in `metrics/round_N.json` or is a sum over rounds of such numbers.
Texts of rows and the teacher's name are untrusted: they stand in fences or as character references.
"""

import re
from pathlib import Path
from typing import Any

import yaml

from generation.folder import feature_types, read_all_metrics, write_text
from generation.plain_text import show_on_one_line, show_plainly
from generation.trend import add_rounds, line_up

NAME = "heidi-autotrain-synthetic"
TEMPLATE = Path(__file__).with_name("card_template.md")
SHOWN_ROUNDS = 6  # columns of the tables by round; older ones stay in `metrics/`
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
LARGEST = "1M<n<10M"
TAGS = ["synthetic", "code", "python", "instruction-tuning", "sft", "unit-tests", "execution-verified"]


def write_card(folder: Path) -> None:
    """Write the card for all rounds whose metrics are in the folder, its pictures before it.

    Raises FolderFault where the numbers are of another version of this project.
    """
    rounds = read_all_metrics(folder)
    total, measures = add_rounds(rounds), line_up(rounds)
    from generation.pictures import draw_pictures  # matplotlib takes a second to import

    for name, picture in draw_pictures(total, measures).items():
        write_text(folder / "assets" / name, picture)
    write_text(folder / "README.md", render_card(rounds, total, measures))


def render_card(rounds: dict[int, dict], total: dict, measures: dict[str, dict]) -> str:
    """Return the card's text. rounds: numbers by round; total, measures: as `trend` gives."""
    front = yaml.safe_dump(describe_front(rounds), sort_keys=False, allow_unicode=False)
    last = max(rounds)
    text = _environment().from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        name=NAME,
        rounds=rounds,
        shown_rounds=sorted(rounds)[-SHOWN_ROUNDS:],
        total=total,
        measures=measures,
        last=rounds[last],
        shown_rows=choose_latest_rows(rounds),
        changes=[{"round": n} | change for n in sorted(rounds) for change in rounds[n]["changes"]],
        project_url=rounds[last]["settings"]["project_url"],
        year=max(r["started"] for r in rounds.values())[:4],
    )  # fmt: skip
    return f"---\n{front}---\n\n{text.strip()}\n"


def choose_latest_rows(rounds: dict[int, dict]) -> dict[str, dict]:
    """Return the row shown of each task type: of the last round that kept one."""
    shown: dict[str, dict] = {}
    for number in sorted(rounds):
        shown |= rounds[number]["shown_rows"]
    return {name: shown[name] for name in next(iter(rounds.values()))["task_types"] if name in shown}


def describe_front(rounds: dict[int, dict]) -> dict[str, Any]:
    """Return the card's YAML: what the Hub shows, and the sizes that `datasets` checks what it loads by."""
    kept = sum(numbers["kept"] for numbers in rounds.values())
    return {
        "license": "cc-by-4.0",
        "language": ["en"],
        "task_categories": ["text-generation"],
        "annotations_creators": ["machine-generated"],
        "language_creators": ["machine-generated"],
        "multilinguality": ["monolingual"],
        "source_datasets": ["original"],
        "pretty_name": "Heidi AutoTrain Synthetic",
        "size_categories": [next((name for bound, name in SIZES if kept < bound), LARGEST)],
        "tags": TAGS,
        "configs": describe_configs(sorted(rounds)),
        "dataset_info": describe_sizes(rounds),
    }


def describe_configs(rounds: list[int]) -> list[dict]:
    """Return the card's `configs`: a split a round, and everything as one split `train`."""

    def by_round(view: str) -> list[dict]:
        return [{"split": f"round_{n}", "path": f"{view}/round_{n}-*.parquet"} for n in rounds]

    everything = [{"split": "train", "path": [f"data/round_{n}-*.parquet" for n in rounds]}]
    return [
        {"config_name": "default", "default": True, "data_files": by_round("data")},
        {"config_name": "all", "data_files": everything},
        {"config_name": "chat", "data_files": by_round("chat")},
        {"config_name": "evidence", "data_files": by_round("evidence")},
    ]


def describe_sizes(rounds: dict[int, dict]) -> list[dict]:
    """Return the card's `dataset_info`: features, and rows and bytes of each split of each config."""
    from datasets import DatasetInfo, Features
    from datasets.info import DatasetInfosDict
    from huggingface_hub import DatasetCardData

    files = {n: rounds[n]["files"] for n in sorted(rounds)}
    told = []
    for config, view in (("default", "data"), ("all", "data"), ("chat", "chat"), ("evidence", "evidence")):
        features: Features = feature_types(view)
        card = DatasetCardData()
        DatasetInfosDict({config: DatasetInfo(features=features)}).to_dataset_card_data(card)
        splits = [_describe_split(f"round_{n}", [files[n][view]]) for n in files]
        if config == "all":
            splits = [_describe_split("train", [found[view] for found in files.values()])]
        told.append(
            {"config_name": config, "features": card.dataset_info["features"], "splits": splits}
            | {"download_size": sum(found[view]["download_size"] for found in files.values())}
            | {"dataset_size": sum(split["num_bytes"] for split in splits)}
        )
    return told


def _describe_split(name: str, parts: list[dict]) -> dict:
    return {
        "name": name,
        "num_bytes": sum(part["num_bytes"] for part in parts),
        "num_examples": sum(part["rows"] for part in parts),
    }


def _environment() -> Any:
    import jinja2

    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    environment.filters |= {
        "fenced": fence, "inline": quote_inline, "count": show_count, "percent": show_percent, "plain": show_number,
        "measure": show_measure, "label": name_measure, "link": link_to,
    }  # fmt: skip
    return environment


def fence(text: str, language: str = "") -> str:
    """Return the text in a code fence longer than any run of backticks in it, unseen characters spelt out."""
    shown = show_plainly(text)
    bar = "`" * max(3, 1 + max(map(len, re.findall(r"`+", shown)), default=0))
    return f"{bar}{language}\n{shown}\n{bar}"


def quote_inline(text: str, max_chars: int = 120) -> str:
    """Return the text as one inert line of Markdown: every sign but the plainest as a character reference."""
    line = show_on_one_line(str(text), max_chars)
    quoted = re.sub(r"[^\w .,-]|_(?!\w)|(?<!\w)_|www(?=\.)", lambda found: _refer(found[0]), line)
    return re.sub(r"\A[-+.\d ]", lambda found: _refer(found[0]), quoted) if not line[:1].isalnum() else quoted


def link_to(url: str) -> str:
    """Return a link to a plain web address; anything else as inert text."""
    return (
        f"<{url}>" if re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[\w./~%+=#?-]*)?", url, re.ASCII) else quote_inline(url)
    )


def name_measure(key: str) -> str:
    """Return how a measure is called in a table."""
    names = {"json_parse_rate": "JSON parse rate", "secret_detection": "secret detection (canaries found)"}
    words = re.sub(r"distinct (?=\d)", "distinct-", key.replace("_", " "))
    return names.get(key, words.replace("self ", "self-").replace("usd", "USD"))


def _refer(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


def show_count(value: int) -> str:
    """Return a whole number with thousands set apart."""
    return f"{value:,}"


def show_percent(value: float | None) -> str:
    """Return a share as per cent, a dash for what does not exist."""
    return "–" if value is None else f"{value:.2%}"


def show_number(value: float | None) -> str:
    """Return a number to four digits after the point at most, a dash for what does not exist."""
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4f}".rstrip("0").rstrip(".")


def show_measure(value: float | None, name: str) -> str:
    """Return a measure as it is shown in a table: rates and shares as per cent, everything else as a number."""
    is_rate = name.endswith(("_rate", "_score", "_share", "compliance", "detection"))
    return show_percent(value) if is_rate else show_number(value)
