"""The builder: the same rows as the folder, split by split, and rounds that are built when they are missing."""

import sys
from pathlib import Path

import datasets
import pytest
from conftest import Built

from generation.folder import feature_types
from heidi_autotrain_synthetic import CHAT_FEATURES, FEATURES, HeidiAutotrainSynthetic, RoundsMissing


@pytest.fixture
def build(built: Built, tmp_path):
    """Make a builder of the built folder with a cache of its own."""

    def make(config: str = "default", **given) -> HeidiAutotrainSynthetic:
        given = {"data_dir": built.published, "cache_dir": str(tmp_path / "cache")} | given
        return HeidiAutotrainSynthetic(config_name=config, **given)

    return make


@pytest.mark.parametrize("config", ["default", "all", "chat", "evidence"])
def test_builder_and_folder_give_the_same_rows(built, build, tmp_path, config):
    """Each view comes whole and streaming as `load_dataset` gives it, with the same columns."""
    folder = datasets.load_dataset(str(built.published), config, cache_dir=str(tmp_path / "folder"))
    builder = build(config)
    builder.download_and_prepare()
    loaded, flowing = builder.as_dataset(), builder.as_streaming_dataset()
    assert list(loaded) == list(folder) == list(flowing)
    for name, rows in folder.items():
        assert loaded[name].features == rows.features
        assert list(loaded[name]) == list(rows) == list(flowing[name])


def test_columns_are_those_that_the_build_writes(build):
    """The builder's columns and the build's never part."""
    assert feature_types("data") == FEATURES
    assert feature_types("chat") == CHAT_FEATURES
    assert feature_types("evidence") == build("evidence").info.features


def test_only_the_rounds_asked_for(build):
    """A list names rounds; a number means all up to it."""
    builder = build(rounds=[2])
    builder.download_and_prepare()
    assert list(builder.as_dataset()) == ["round_2"]
    assert build(rounds=2).config.list_rounds() == [1, 2]


def test_a_changed_folder_is_prepared_anew(build, tmp_path):
    """The cache never answers with an earlier state of the folder."""
    (tmp_path / "README.md").write_text("one")
    one = build(data_dir=tmp_path).cache_dir
    (tmp_path / "README.md").write_text("two")
    assert build(data_dir=tmp_path).cache_dir != one


def test_a_folder_without_rounds_is_one_clear_error(build, tmp_path):
    """Nothing built and nothing asked for: the error says what to run."""
    with pytest.raises(RoundsMissing, match="run make build, or ask for some with rounds=1"):
        build(data_dir=tmp_path).as_streaming_dataset()


def test_a_missing_package_is_one_clear_error(build, tmp_path, monkeypatch):
    """Where `generation` is absent, a missing round cannot be built, and the error says so."""
    monkeypatch.setitem(sys.modules, "generation.build", None)
    with pytest.raises(RoundsMissing, match=r"\[1\] are not in .* the package that builds them is missing"):
        build(data_dir=tmp_path, rounds=1).as_streaming_dataset()


def test_an_old_datasets_does_not_build(build, tmp_path, monkeypatch):
    """Under datasets 2 and 3 a missing round is an error that names the version needed."""
    monkeypatch.setattr(datasets, "__version__", "3.6.0")
    with pytest.raises(RoundsMissing, match="building them takes datasets 5"):
        build(data_dir=tmp_path, rounds=1).as_streaming_dataset()


def test_a_missing_round_is_built(build, tmp_path):
    """Asked for a round that does not exist, the builder builds it with the embedded teacher, then yields it."""
    folder = tmp_path / "heidi-autotrain-synthetic"
    before = datasets.is_caching_enabled()
    settings = tmp_path / "build.toml"
    settings.write_text("min_secret_detection = 1.0\n")
    flags = ("--workers", "1", "--config", str(settings))
    builder = build("all", data_dir=folder, rounds=1, rows=16, build_flags=flags)
    builder.download_and_prepare()
    rows = builder.as_dataset(split="train")
    assert 0 < len(rows) <= 16
    assert {row["metadata"]["teacher_model"] for row in rows} == {"embedded"}
    assert datasets.is_caching_enabled() == before
    assert (tmp_path / "runs/round_1/manifest.json").exists()


def test_the_module_is_not_named_as_the_folder():
    """A script of the folder's exact name inside it would break loading: ours bears underscores and stays outside."""
    assert Path(sys.modules[HeidiAutotrainSynthetic.__module__].__file__).stem == "heidi_autotrain_synthetic"
