"""Results of checks that a replay uses again: only where nothing that could change them changed."""

import datasets
import pytest

from generation import kept_results
from generation.kept_results import KeptResults

ASKED = {"slot": [1, 2, 3, 4], "input": ["a", "b", "c", "d"]}


@pytest.fixture
def said():
    """A check that counts how often it was run."""

    class Said:
        runs = 0

        def __call__(self) -> datasets.Dataset:
            self.runs += 1
            return datasets.Dataset.from_dict({"drop_reason": ["", "secret", "", ""], "run": [self.runs] * 4})

    return Said()


def recall(folder, said, asked=ASKED, stage="proof", places=range(4), arguments=None) -> datasets.Dataset:
    rows = datasets.Dataset.from_dict(asked)
    return KeptResults(folder, rows).recall(stage, rows.select(list(places)), arguments or {"prove": True}, said)


def test_the_same_rows_are_checked_once(tmp_path, said):
    first, again = recall(tmp_path, said), recall(tmp_path, said)
    assert said.runs == 1
    assert first.to_dict() == again.to_dict() == {"drop_reason": ["", "secret", "", ""], "run": [1] * 4}


@pytest.mark.parametrize(
    "change",
    [
        {"asked": ASKED | {"input": ["a", "b", "c", "D"]}},
        {"asked": ASKED | {"more": ["", "", "", ""]}},
        {"places": [0, 1, 2]},
        {"places": [0, 1, 3, 2]},
        {"arguments": {"prove": False}},
        {"stage": "secrets"},
    ],
    ids=["text", "column", "fewer", "order", "arguments", "stage"],
)
def test_whatever_is_other_is_checked_anew(tmp_path, said, change):
    recall(tmp_path, said)
    recall(tmp_path, said, **change)
    assert said.runs == 2


@pytest.mark.parametrize("name", ["hash_code", "hash_installed"])
def test_other_code_or_packages_check_anew(tmp_path, said, monkeypatch, name):
    recall(tmp_path, said)
    honest = getattr(kept_results, name)
    if name == "hash_installed":
        monkeypatch.setattr(kept_results, name, lambda: honest() + b"one more")
    else:
        monkeypatch.setattr(kept_results, name, lambda: honest(["rows.py"]))
    recall(tmp_path, said)
    assert said.runs == 2


def test_only_the_latest_results_of_a_stage_stay(tmp_path, said):
    recall(tmp_path, said)
    recall(tmp_path, said, stage="secrets")
    recall(tmp_path, said, arguments={"prove": False})
    assert sorted(path.name.split("-")[0] for path in tmp_path.iterdir()) == ["proof", "secrets"]


def test_a_check_that_fails_or_is_killed_leaves_nothing(tmp_path, said):
    def fail() -> datasets.Dataset:
        raise RuntimeError("sandbox error")

    with pytest.raises(RuntimeError):
        recall(tmp_path, fail)
    (tmp_path / "proof-0123.tmp").write_bytes(b"torn")
    recall(tmp_path, said)
    assert said.runs == 1
    assert [path.suffix for path in tmp_path.iterdir()] == [".arrow"]
