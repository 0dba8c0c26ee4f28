"""Settings and command line: what is wrong is said in one line that names the mend."""

import pytest

from generation import build
from generation.settings import Settings, SettingsFault, make_settings, read_settings_file


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"rows": 0}, "rows"),
        ({"rows": "many"}, "rows"),
        ({"rows": True}, "rows"),
        ({"seed": -1}, "seed"),
        ({"temperature": 3.5}, "temperature"),
        ({"min_jaccard": 0.1}, "min_jaccard"),
        ({"teacher": " "}, "teacher"),
        ({"base_url": "localhost:8000"}, "base_url"),
        ({"withdraw": "round_1_0001"}, "withdraw"),
        ({"color": "blue"}, "color"),
    ],
)
def test_a_bad_setting_is_named(given, named):
    """Each wrong type, value or name raises an error that names the field."""
    with pytest.raises(SettingsFault, match=named):
        make_settings(given)


def test_a_settings_file_is_read(tmp_path):
    """A TOML file gives the settings that it names, lists included."""
    path = tmp_path / "build.toml"
    path.write_text('rows = 40\nteacher = "embedded"\nwithdraw = ["round_1_0003"]\n')
    assert make_settings(read_settings_file(path)) == Settings(40, teacher="embedded", withdraw=("round_1_0003",))


@pytest.mark.parametrize(("text", "said"), [("colour = 1", "colour"), ("rows = = 3", "cannot read")])
def test_a_bad_settings_file_is_named(tmp_path, text, said):
    """An unknown key and broken TOML are errors that name the file."""
    path = tmp_path / "build.toml"
    path.write_text(text)
    with pytest.raises(SettingsFault, match=said):
        read_settings_file(path)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--colour", "blue"], "--colour"),
        (["--rows", "0"], "rows"),
        (["--rows", "x"], "--rows"),
        (["--workers", "0"], "--workers"),
        (["--max-usd", "-1"], "--max-usd"),
        (["--config", "nowhere.toml"], "nowhere.toml"),
        (["--repo-id", "just-a-name"], "user/name"),
        (["--push"], "--teacher"),
        (["--push", "--push-only"], "--push-only"),
        (["--round", "1", "--replace-round", "1"], "--replace-round"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(argv, said, capsys, tmp_path, monkeypatch):
    """Wrong usage writes nothing but one line on stderr that names what to change."""
    monkeypatch.chdir(tmp_path)
    try:
        code = build.main(argv)
    except SystemExit as stop:
        code = stop.code
    shown = capsys.readouterr()
    assert code == 2
    assert said in shown.err
    assert shown.err.count("\n") == 1
    assert not shown.out
    assert not list(tmp_path.iterdir())
