"""The maintainer's page: what it shows, that nothing in a row takes effect, that filters work in a real browser."""

import copy
import json
import re
from html import unescape
from pathlib import Path

import datasets
import pytest

from generation import report
from generation.canary_drill import Drill
from generation.cleaning import Cleaned, Funnel
from generation.command_line import complain
from generation.rendering import render_markdown
from generation.report_rows import SHOWN_ROWS, WITHHELD
from generation.rows import STAGE_OF, DropReason
from generation.run import Run, read_runs
from generation.summary import say
from generation.tasks import TASK_TYPES
from tests.attacks.hostile_rows import HOSTILE_TEXTS, find_control_characters, find_live_html
from tests.browser import find_browser, open_browser

STORABLE = [hostile for hostile in HOSTILE_TEXTS if hostile.storable]


def make_rows(texts: list[str], family: str = "") -> datasets.Dataset:
    """Rows as cleaning has them, each text in every free field, the family too unless one is named."""
    rows = [
        {
            "slot": slot, "id": f"round_1_{slot:04d}", "task_type": TASK_TYPES[slot % 8], "family": family or text[:40],
            "difficulty": float(slot % 17), "instruction": text, "input": text, "output": text,
            "completions": json.dumps([{"text": text}]), "domain": text[:40], "idiom": "loop", "depth": 1,
            "kind": "function", "template": "plain", "proof_kind": "full", "tests_run": 3, "mutants": 0,
            "mutants_killed": 0, "attempts": 1, "rung": "namespaces",
        }
        for slot, text in enumerate(texts, 1)
    ]  # fmt: skip
    return datasets.Dataset.from_list(rows)


def write_page(
    built, folder: Path, texts: list[str], drops: dict[int, tuple[DropReason, str]], family: str = "", **changes
) -> str:
    """The page of made-up rows, those at `drops` (by slot) dropped; numbers are the built round's, with changes."""
    rows = make_rows(texts, family)
    found = [
        {"slot": slot, "task_type": TASK_TYPES[slot % 8], "stage": STAGE_OF[reason], "reason": str(reason)}
        | {"detail": detail}
        for slot, (reason, detail) in drops.items()
    ]
    kept = rows.select([place for place in range(len(rows)) if place + 1 not in drops])
    cleaned = Cleaned(kept, Funnel(len(rows), found), None, {})
    numbers = copy.deepcopy(json.loads((built.published / "metrics/round_1.json").read_text())) | changes
    for drop in found:
        numbers["dropped"][drop["reason"]] = numbers["dropped"].get(drop["reason"], 0) + 1
    run = read_runs(built.folder / "runs")[1]
    run = Run(folder, 1, run.settings, "asking", run.started, 0)
    seen = report.Seen(rows, cleaned, Drill(200, 199, ("github token in a comment",)), folder / "none")
    report.write_report(run, numbers, changes.get("missed", []), seen)
    return (folder / "report.html").read_text()


@pytest.fixture(scope="module")
def hostile_page(built, tmp_path_factory) -> Path:
    """A page in which every hostile text stands twice: in a kept row and in a dropped one, and in its drop's detail."""
    texts = [hostile.text for hostile in STORABLE] * 2
    drops = {
        len(STORABLE) + place + 1: (DropReason.BAD_FORMAT if place % 3 else DropReason.PROOF_FAILED, hostile.text)
        for place, hostile in enumerate(STORABLE)
    }
    folder = tmp_path_factory.mktemp("hostile")
    write_page(built, folder, texts, drops, teacher_model="<b>zqteacherqz</b>\x1b[31m")
    return folder / "report.html"


def test_hostile_rows_stay_text(hostile_page):
    """No hostile text becomes a tag, an attribute, a script or a control character of the page."""
    page = hostile_page.read_text()
    assert [(hostile.name, live) for hostile in STORABLE if (live := find_live_html(page, hostile))] == []
    assert find_control_characters(page) == []
    assert all(hostile.mark in page for hostile in STORABLE if hostile.mark in hostile.text)
    assert "<b>zqteacherqz" not in page


@pytest.mark.parametrize("hostile", HOSTILE_TEXTS, ids=lambda hostile: hostile.name)
def test_hostile_text_cannot_move_the_terminal(hostile, capsys):
    """What the build says on the terminal holds no control or bidi character, whatever it quotes, and is one line."""
    say(f"round 1: asked of {hostile.text}")
    complain(hostile.text)
    said = capsys.readouterr().err
    assert find_control_characters(said) == []
    assert said.count("\n") == 2


def test_the_page_loads_nothing_and_says_so(built):
    """The built round's page has no address to load from, a policy that forbids it, and pictures inside."""
    page = (built.folder / "runs/round_1/report.html").read_text()
    head = unescape(page[: page.index("<style>")])
    assert "default-src 'none'" in head
    assert "unsafe" not in head
    assert set(re.findall(r'src="([^",]{0,30})', page)) == {"data:image/svg+xml;base64"}
    assert not re.search(r"<(link|iframe|object|embed|form action|base)\b", page)
    assert page.count("<article>") == 20


def test_a_secret_is_never_shown(built, tmp_path):
    """Rows dropped for a secret show id, rule and place; a row dropped before the filter's turn is searched first."""
    token = "ghp_" + "Zx81kQ0vB7rT5mN2" + "cD4fG6hJ8kL0pQwE1r" + "Ty"
    detail = "kingfisher github.1 in output, line 3, as written"
    texts = [f"TOKEN = '{token}'", f"api_key = '{token}'", f"never closed {token}", "a fine row"]
    drops = {
        1: (DropReason.SECRET, detail),
        2: (DropReason.UNPARSEABLE, "not JSON"),
        3: (DropReason.BAD_FORMAT, f"the fence {token} is never closed"),
    }
    page = write_page(built, tmp_path, texts, drops, family="merge")
    assert token not in page
    assert token[:12] not in page
    assert detail in page
    assert page.count(WITHHELD) >= 6
    assert "a fine row" in page


def test_a_large_round_is_sampled(built, tmp_path):
    """Of more rows than the page holds a part is shown and the page says so; every drop reason keeps its examples."""
    texts = [f"row number {n}" for n in range(SHOWN_ROWS + 800)]
    drops = dict.fromkeys(range(5, 900, 2), (DropReason.NEAR_DUPLICATE, "copy 0.9 to round_1_0001"))
    page = write_page(built, tmp_path, texts, drops | {4: (DropReason.FLAKY, "another hash seed")}, asked=len(texts))
    data = json.loads(re.search(r'id="rows">(.*?)</script>', page)[1])
    assert len(data) == SHOWN_ROWS
    assert sum(row["verdict"] == "near_duplicate" for row in data) == 40
    assert sum(row["verdict"] == "flaky" for row in data) == 1
    assert f"{SHOWN_ROWS:,} of {len(texts):,} rows" in page


def test_missed_targets_and_the_rows_behind_them_are_told(built, tmp_path):
    """A rejected round's page names what it missed, the rows that count against it and the canaries not found."""
    drops = {2: (DropReason.UNPARSEABLE, "not JSON"), 3: (DropReason.PROOF_FAILED, "wrong_result: 4, not 5")}
    page = write_page(built, tmp_path, ["a", "b", "c"], drops, missed=["json parse rate 66.67% (wanted &gt; 95%)"])
    assert "rejected" in page
    assert "missed: json parse rate 66.67%" in page
    assert re.search(r"json parse rate</td>.*?round_1_0002</td>", page)
    assert re.search(rf"proof pass rate of {TASK_TYPES[3].replace('_', ' ')}</td>.*?round_1_0003</td>", page)
    assert "github token in a comment" in page
    assert "wrong_result: 4, not 5" in page


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Title\n\ntext", "<h5>Title</h5>\n<p>text</p>"),
        ("```python\nif a < b:\n    pass\n```", "<pre><code>if a &lt; b:\n    pass</code></pre>"),
        ("````\n```\n````", "<pre><code>```</code></pre>"),
        ("```\nnever closed", "<pre><code>never closed</code></pre>"),
        ("- one\n- **two**\n  more", "<ul><li>one</li><li><strong>two</strong>\nmore</li></ul>"),
        ("1. one\n2. `a*b*c`", "<ol><li>one</li><li><code>a*b*c</code></li></ol>"),
        ("a * b * c and *so*", "<p>a * b * c and <em>so</em></p>"),
        ("*** and **", "<p>*** and **</p>"),
        ("[x](javascript:alert)", "<p>[x](javascript:alert)</p>"),
        ("<b>", "<p>&lt;b&gt;</p>"),
        ("a\x1b[2Jb\u202e", "<p>a\\x1b[2Jb\\u202e</p>"),
    ],
)
def test_markdown_is_rendered_without_harm(text, html):
    """Fences, headings, lists and emphasis become tags; everything else stays text."""
    assert render_markdown(text) == html


@pytest.mark.skipif(bool(find_browser()), reason=find_browser())
def test_it_works_in_a_browser(built, hostile_page):
    """In Chromium: no console message, no request beyond the page, hostile rows do nothing, and the filters filter."""
    count = "return document.querySelectorAll('#list > details').length"
    said = "return document.getElementById('said').textContent"
    with open_browser() as browser:
        browser.open((built.folder / "runs/round_1/report.html").as_uri())
        assert browser.run(said) == "48 of 48 rows, 25 shown"
        browser.click("#more")
        assert browser.run(count) == 48
        choose(browser, "task_type", "bug_fixing")
        assert browser.run(said) == "6 of 48 rows, 6 shown"
        heads = "[...document.querySelectorAll('#list summary')]"
        hard = f"return {heads}.map((head) => parseFloat(head.textContent.split('  ')[4]))"
        choose(browser, "low", "10")
        assert all(value >= 10 for value in browser.run(hard))
        browser.click("button[type=reset]")
        assert wait_for(browser, said, "48 of 48 rows, 25 shown")
        family = browser.run("return document.querySelector('select[name=family] option:nth-child(2)').value")
        choose(browser, "family", family)
        assert 0 < browser.run(count) < 48
        browser.click("#list summary")
        assert wait_for(browser, "return document.querySelectorAll('#list details[open] pre').length", 2)
        assert browser.logs("browser") == []
        assert {url.split(":")[0] for url in browser.requests()} <= {"file", "data"}

        browser.open(hostile_page.as_uri())
        choose(browser, "verdict", "bad_format")
        assert 0 < browser.run(count) <= 40
        browser.run("for (const d of document.querySelectorAll('details')) d.open = true")
        assert wait_for(browser, "return document.querySelectorAll('#list pre').length > 10", True)
        assert browser.run("return document.querySelectorAll('script').length") == 2
        assert browser.run("return document.querySelectorAll('article a, article img, #list a, #list img').length") == 0
        assert browser.run("return document.title") == "Round 1: built"
        assert browser.run("return document.documentElement.scrollWidth <= window.innerWidth")  # nothing pushes it wide
        assert browser.logs("browser") == []
        assert {url.split(":")[0] for url in browser.requests()} <= {"file", "data"}


def choose(browser, field: str, value: str) -> None:
    """Set a filter as a user does."""
    browser.run(
        f"const f = document.getElementById('filters').elements[{field!r}]; f.value = {value!r};"
        "f.dispatchEvent(new Event('input', {bubbles: true}))"
    )


def wait_for(browser, script: str, value: object) -> bool:
    """Whether a script comes to give a value, asked up to 200 times."""
    return any(browser.run(script) == value for _ in range(200))
