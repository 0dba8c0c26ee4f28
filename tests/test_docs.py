"""README and docs say what is there: every flag, every command, every file they name."""

import dataclasses
import re
import tomllib

import pytest

from generation.command_line import make_parser
from generation.rows import METADATA_FIELDS, ROW_FIELDS
from generation.settings import Settings, make_settings
from generation.tasks import TASK_TYPES
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])


def real_flags() -> set[str]:
    """Every long flag of build.py."""
    return {flag for action in make_parser()._actions for flag in action.option_strings if flag.startswith("--")}


def test_every_flag_is_in_the_readme():
    """A flag that the README does not name is a flag that nobody finds."""
    assert real_flags() - {"--help"} - set(re.findall(r"--[a-z-]+", README)) == set()


def test_every_flag_in_the_readme_is_real():
    """The README names no flag that build.py or verify.py does not have."""
    build_lines = [line for line in README.splitlines() if "build.py" in line or line.startswith("| `--")]
    named = set(re.findall(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*", "\n".join(build_lines)))
    assert named - real_flags() == set()


def test_every_column_and_task_type_is_in_the_readme():
    """The table of columns holds each field of a row, and the task types are all named."""
    for name in (*ROW_FIELDS, *METADATA_FIELDS, *TASK_TYPES):
        assert f"`{name}`" in README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_linked_file_is_there(page):
    """Links within the repository lead somewhere."""
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_named_program_is_there(page):
    """Each `python path.py`, `python -m module` and `make target` on a page can be run from the repository."""
    text = page.read_text(encoding="utf-8")
    for path in re.findall(r"python3? ((?:generation|benchmarks|tests)/[\w/]+\.py)", text):
        assert (ROOT / path).exists(), path
    for module in re.findall(r"python3? -m ((?:generation|tests)[\w.]*)", text):
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), module
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", text)) - targets == set()


def test_the_defaults_in_the_readme_are_the_settings():
    """The numbers that the README promises are the defaults."""
    assert f"default {Settings.rows:,}" in README
    assert f"default {Settings.seed}" in README


def test_every_setting_is_in_the_readme_with_its_default():
    """The file of settings that the README shows names each one, at its default."""
    shown = tomllib.loads(README.split("```toml\n", 1)[1].split("```", 1)[0])
    assert make_settings(shown) == Settings()
    assert set(shown) == {field.name for field in dataclasses.fields(Settings)}


def test_the_version_is_one():
    """Package, project file and the newest entry of the changelog bear the same version."""
    import generation

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert generation.__version__ == project == newest


def test_nothing_of_this_machine_is_committed():
    """No path of the machine that the project was written on stands in any file of the repository."""
    here = re.compile("/ro" r"ot/|/wo" r"rk/(?:main|shared)\b")  # in pieces, or this very line would match
    for path in ROOT.rglob("*"):
        if path.suffix in (".py", ".md", ".toml", ".txt", ".yml") and not {".venv", ".venvs", ".git", "runs"} & set(
            path.parts
        ):
            assert not here.search(path.read_text(encoding="utf-8")), path


def test_no_file_shadows_a_module():
    """No module is named after a standard module or a dependency, which it would hide from a script beside it."""
    import sys

    taken = set(sys.stdlib_module_names) | {"datasets", "openai", "pytest", "pydantic", "jinja2", "pyspark", "pyarrow"}
    assert [str(p) for p in (ROOT / "generation").rglob("*.py") if p.stem in taken and p.stem != "__main__"] == []
