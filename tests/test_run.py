"""Which round comes next, and what a run remembers."""

import pytest

from generation.run import Run, RunFault, choose_run, read_runs, replay_published
from generation.settings import Settings


def save_run(runs, number, state, **more):
    """A run folder as an earlier build left it."""
    settings = Settings(rows=40, teacher="embedded")
    return Run(
        runs / f"round_{number}", number, settings, state, "2026-01-01T00:00:00", 0, next_number=50, **more
    ).save()


def choose(runs, published=(), asked=None, skip=False, **given):
    """`choose_run` with the usual defaults."""
    return choose_run(runs, published, asked, skip, {"teacher": "embedded"} | given, 50)


def test_the_first_round_is_round_1(tmp_path):
    """With nothing there the first round begins, and nothing is written before it is saved."""
    run = choose(tmp_path / "runs", rows=9)
    assert (run.number, run.state, run.settings.rows, run.first_number) == (1, "asking", 9, 50)
    assert not (tmp_path / "runs").exists()


def test_the_next_round_follows_local_and_published_ones(tmp_path):
    """Rounds that only the Hub has count as well."""
    save_run(tmp_path, 1, "built")
    assert choose(tmp_path).number == 2
    assert choose(tmp_path, published=[1, 2, 3]).number == 4


def test_an_interrupted_round_goes_on_with_its_own_settings(tmp_path):
    """The same command finishes the round that was begun, with the settings and time it was begun with."""
    save_run(tmp_path, 1, "built")
    save_run(tmp_path, 2, "asking")
    run = choose(tmp_path)
    assert (run.number, run.settings.rows, run.started) == (2, 40, "2026-01-01T00:00:00")


def test_a_setting_of_the_rows_cannot_change_halfway(tmp_path):
    """Another number of rows would mix two plans, so it is refused by name; a cleaning setting may change."""
    save_run(tmp_path, 1, "asking")
    with pytest.raises(RunFault, match="rows=40"):
        choose(tmp_path, rows=41)
    assert choose(tmp_path, min_jaccard=0.8).settings.min_jaccard == 0.8


def test_a_rejected_round_offers_replay_or_skip(tmp_path):
    """A rejected round is neither repeated nor forgotten silently."""
    save_run(tmp_path, 1, "rejected", missed=("repetition rate 20.00% (wanted < 10%)",))
    with pytest.raises(RunFault, match=r"--round 1.*--skip-round"):
        choose(tmp_path)
    assert choose(tmp_path, asked=1, max_repetition_rate=0.5).state == "asking"
    assert choose(tmp_path, skip=True).number == 2
    assert read_runs(tmp_path)[1].skipped


def test_a_published_round_is_replaced_only_by_name(tmp_path):
    """--round does not touch what is published; --replace-round does, where its ledger is at hand."""
    save_run(tmp_path, 1, "published")
    with pytest.raises(RunFault, match="--replace-round 1"):
        choose(tmp_path, published=[1], asked=1)
    assert replay_published(tmp_path, 1, {"withdraw": ("round_1_0003",)}).settings.withdraw == ("round_1_0003",)
    with pytest.raises(RunFault, match="no run folder"):
        replay_published(tmp_path, 7, {})


def test_a_broken_manifest_is_named(tmp_path):
    """A manifest that cannot be read stops the build instead of starting over."""
    run = save_run(tmp_path, 1, "asking")
    (run.folder / "manifest.json").write_text("{")
    with pytest.raises(RunFault, match="manifest"):
        read_runs(tmp_path)


def test_auto_takes_the_api_only_with_a_key(tmp_path, monkeypatch):
    """Teacher "auto" is settled when the round begins, and the round remembers it."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert choose(tmp_path, teacher="auto").settings.teacher == "embedded"
    monkeypatch.setenv("OPENAI_API_KEY", "set")
    assert choose(tmp_path, teacher="auto").settings.teacher == "gpt-4o-mini"


def test_the_start_is_fixed_by_source_date_epoch(tmp_path, monkeypatch):
    """SOURCE_DATE_EPOCH settles the timestamp; nonsense in it is refused."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert choose(tmp_path).started == "2026-01-01T00:00:00"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(RunFault, match="SOURCE_DATE_EPOCH"):
        choose(tmp_path)
