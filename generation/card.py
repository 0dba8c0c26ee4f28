"""The dataset card: README.md of the published folder, made from `metrics/` alone.

In: the published folder. Out: the card, whose writing is the commit point of a round. It
recomputes nothing: every number in it stands in `metrics/round_N.json`.
"""

from pathlib import Path

import yaml

from generation.folder import read_all_metrics, write_text


def write_card(folder: Path) -> None:
    """Write the card for all rounds whose metrics are in the folder."""
    numbers = read_all_metrics(folder)
    front = {
        "license": "cc-by-4.0",
        "language": ["en"],
        "pretty_name": "Heidi AutoTrain Synthetic",
        "configs": describe_configs(sorted(numbers)),
    }
    text = "---\n" + yaml.safe_dump(front, sort_keys=False) + "---\n\n# heidi-autotrain-synthetic\n"
    write_text(folder / "README.md", text)


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
