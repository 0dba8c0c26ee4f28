"""The secret filter fails closed: broken engines, blind workers, changed files."""

import json
import time

import datasets
import pytest

from generation.checks import secret_engines, secret_filter, secret_vendors, secret_watch
from generation.checks.folder_scan import check_stamp, scan_folder
from generation.checks.personal_data import PersonalData
from generation.checks.secret_engines import Kingfisher, prove_engines
from generation.checks.secret_faults import EngineFault, ScanFailed, SecretsFound, StampFault
from generation.checks.secret_filter import (
    WITHHELD,
    check_batch,
    find_secret,
    withhold_detail,
)
from generation.checks.secret_structure import Structure
from generation.rows import DropReason

ENGINES = (Kingfisher, Structure, PersonalData)
PLAIN = {"instruction": "Add two numbers.", "input": "def add(a, b): ...", "output": "return a + b"}
PASSWORD = "db_password = '" + "kT9#vq2Lw8" + "'"


@pytest.fixture(autouse=True)
def fresh_engines():
    """Each test builds its engines anew, and none keeps a broken one."""
    _forget()
    yield
    _forget()


def _forget():
    secret_engines.load_engines.cache_clear()
    secret_engines.prove_once.cache_clear()
    secret_vendors.load_names.cache_clear()


def _break(monkeypatch, engine, scan):
    """Let an engine answer for everything but its canaries by `scan`."""
    real = engine.scan
    canaries = {text for found in secret_engines.CANARIES.values() for _, text in found}
    monkeypatch.setattr(engine, "scan", lambda self, text: real(self, text) if text in canaries else scan(text))


def _raise(text):
    raise ValueError(f"cannot read {text}")


def _hang(text):
    time.sleep(60)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_that_raises_drops_the_row(monkeypatch, engine):
    """A row that cannot be scanned is dropped, and the drop does not repeat the text."""
    _break(monkeypatch, engine, _raise)
    drop = find_secret(PLAIN)
    assert drop.reason == DropReason.SECRET_SCAN_FAILED
    assert "numbers" not in drop.detail


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("answer", [None, "nothing", [("a", 1)], {"found": []}, 0])
def test_an_engine_that_answers_nonsense_drops_the_row(monkeypatch, engine, answer):
    """Only a list of findings counts as an answer."""
    _break(monkeypatch, engine, lambda text: answer)
    assert find_secret(PLAIN).reason == DropReason.SECRET_SCAN_FAILED


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_that_hangs_drops_the_row(monkeypatch, engine):
    """The time limit of a row ends a scan that does not."""
    _break(monkeypatch, engine, _hang)
    prove_engines()
    monkeypatch.setattr(secret_filter, "ROW_TIMEOUT_S", 0.2)
    started = time.monotonic()
    assert find_secret(PLAIN).reason == DropReason.SECRET_SCAN_FAILED
    assert time.monotonic() - started < 30


def test_a_slow_start_drops_no_row(monkeypatch):
    """Compiling the rules may take longer than a row may: the clock starts after it."""
    real = Kingfisher.__init__

    def start(self):
        time.sleep(0.5)
        real(self)

    monkeypatch.setattr(Kingfisher, "__init__", start)
    monkeypatch.setattr(secret_filter, "ROW_TIMEOUT_S", 0.4)
    assert find_secret(PLAIN) is None


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_that_finds_nothing_stops_the_build(monkeypatch, engine):
    """An engine that misses its canaries is a fault of the build, not of a row."""
    monkeypatch.setattr(engine, "scan", lambda self, text: [])
    with pytest.raises(EngineFault, match="misses its canary"):
        find_secret(PLAIN)
    assert issubclass(EngineFault, RuntimeError)


def test_an_engine_that_goes_blind_during_a_batch_stops_the_build(monkeypatch):
    """A batch counts only if the engines still find their canaries after it."""
    find_secret(PLAIN)
    real, calls = Structure.scan, []

    def fade(self, text):
        calls.append(text)
        return real(self, text) if len(calls) <= len(secret_engines.CANARIES["structure"]) else []

    monkeypatch.setattr(Structure, "scan", fade)
    with pytest.raises(EngineFault):
        check_batch({"output": ["x = 1"]})


def test_kingfisher_without_its_own_rules_stops_the_build(monkeypatch):
    """Our rule file alone is not enough: a canary hangs on the vendor's own rules."""
    import kingfisher_sdk

    real = kingfisher_sdk.Rules
    monkeypatch.setattr(kingfisher_sdk, "Rules", lambda paths, confidence: real(paths, builtins=False))
    with pytest.raises(EngineFault, match="betterleaks"):
        find_secret(PLAIN)


def test_kingfisher_without_our_rules_stops_the_build(monkeypatch):
    """The vendor's rules alone are not enough either."""
    import kingfisher_sdk

    real = kingfisher_sdk.Rules
    monkeypatch.setattr(kingfisher_sdk, "Rules", lambda paths, confidence: real(confidence=confidence))
    with pytest.raises(EngineFault, match=r"own\.aws"):
        find_secret(PLAIN)


def test_lost_names_of_services_stop_the_build(monkeypatch, tmp_path):
    """A file that is gone, or that names no service any more, is no reason to find less."""
    monkeypatch.setattr(secret_vendors, "NAMES", tmp_path / "none.txt")
    with pytest.raises(EngineFault, match="names of services"):
        find_secret(PLAIN)
    _forget()
    (tmp_path / "none.txt").write_text("abc nobody\n")
    with pytest.raises(EngineFault, match="misses its canary"):
        find_secret(PLAIN)


@pytest.mark.parametrize("package", ["kingfisher_sdk", "tldextract"])
def test_a_missing_package_stops_the_build(monkeypatch, package):
    """Nothing is scanned with fewer engines than all."""
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(EngineFault, match=r"install requirements\.txt"):
        find_secret(PLAIN)


def test_presidio_that_loses_a_recognizer_stops_the_build(monkeypatch):
    """Every entity has its canary."""
    real = PersonalData.__init__

    def lose(self):
        real(self)
        del self.recognizers["US_SSN"]

    monkeypatch.setattr(PersonalData, "__init__", lose)
    with pytest.raises(EngineFault, match="us_ssn"):
        find_secret(PLAIN)


def test_presidio_that_skips_a_slow_pattern_drops_the_row(monkeypatch):
    """Presidio logs a pattern that timed out and goes on; here that is a failed scan."""
    engine = PersonalData()
    with pytest.raises(ScanFailed):
        __import__("logging").getLogger("presidio-analyzer").warning("Regex pattern %r timed out, skipping", "x")
    assert engine.scan("plain") == []


@pytest.mark.parametrize("fault", ["raises", "blind"])
def test_faults_in_a_worker_drop_the_row_or_stop_the_build(monkeypatch, tmp_path, fault):
    """What holds in the parent holds in the workers of `datasets.map`."""
    if fault == "raises":
        _break(monkeypatch, Structure, _raise)
    else:
        monkeypatch.setattr(Structure, "scan", lambda self, text: [])
    rows = datasets.Dataset.from_dict({"output": ["x = 1", "y = 2"]})

    def check():
        return rows.map(
            check_batch, batched=True, num_proc=2, remove_columns=["output"], new_fingerprint=f"faults-{fault}",
            cache_file_name=str(tmp_path / "said.arrow"), load_from_cache_file=False,
        )["drop_reason"]  # fmt: skip

    if fault == "raises":
        assert list(check()) == ["secret_scan_failed"] * 2
    else:
        with pytest.raises(RuntimeError):
            check()


def test_the_time_limit_gives_back_a_timer_that_was_running():
    """A caller's own alarm is not lost."""
    import signal

    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with secret_watch.watch(5):
            pass
        time.sleep(0.2)
        assert rung
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# The files of a round


def _folder(tmp_path, text="return 1", name="clean_round_1.jsonl"):
    folder = tmp_path / "staged"
    folder.mkdir()
    row = {"id": "round_1_0001", "input": "Write f.", "output": text, "metadata": {"round": 1}}
    (folder / name).write_text(json.dumps(row) + "\n")
    return folder, tmp_path / "scan.json"


def test_clean_files_get_a_stamp_with_their_hashes(tmp_path):
    """The stamp names every published file."""
    folder, stamp = _folder(tmp_path)
    scan_folder(folder, stamp)
    assert list(json.loads(stamp.read_text())) == ["clean_round_1.jsonl"]
    check_stamp(folder, [stamp])


def test_a_finding_in_a_file_stops_the_round_without_a_stamp(tmp_path):
    """File, row and rule are named, the value is not."""
    folder, stamp = _folder(tmp_path, PASSWORD)
    with pytest.raises(SecretsFound, match=r"clean_round_1\.jsonl, round_1_0001: structure password") as said:
        scan_folder(folder, stamp)
    assert "kT9" not in str(said.value)
    assert not stamp.exists()


@pytest.mark.parametrize("view", ["data", "chat", "evidence"])
def test_every_parquet_view_is_scanned(tmp_path, view):
    """Evidence and chat are published too; a secret in a nested list is found."""
    folder, stamp = _folder(tmp_path)
    (folder / view).mkdir()
    rows = [{"id": "round_1_0001", "proof": "{}", "messages": [{"role": "user", "content": PASSWORD}]}]
    datasets.Dataset.from_list(rows).to_parquet(folder / view / "round_1-00000-of-00001.parquet")
    with pytest.raises(SecretsFound, match=view):
        scan_folder(folder, stamp)


@pytest.mark.parametrize("change", ["edit", "add", "remove", "no stamp", "broken stamp"])
def test_push_refuses_a_folder_that_differs_from_the_scan(tmp_path, change):
    """A file that is other, new or gone, and a stamp that is not there, are refused."""
    folder, stamp = _folder(tmp_path)
    scan_folder(folder, stamp)
    file = folder / "clean_round_1.jsonl"
    if change == "edit":
        file.write_text(file.read_text() + "\n")
    elif change == "add":
        (folder / "clean_round_2.jsonl").write_text("{}\n")
    elif change == "remove":
        file.unlink()
    elif change == "no stamp":
        stamp.unlink()
    else:
        stamp.write_text("{")
    with pytest.raises(StampFault):
        check_stamp(folder, [stamp])


def test_push_scans_the_card_itself(tmp_path):
    """The card is written after the scan."""
    folder, stamp = _folder(tmp_path)
    scan_folder(folder, stamp)
    (folder / "README.md").write_text("# Rows\n")
    check_stamp(folder, [stamp])
    (folder / "README.md").write_text(PASSWORD)
    with pytest.raises(SecretsFound):
        check_stamp(folder, [stamp])


def test_a_drawing_is_read_without_its_numbers(tmp_path):
    """Coordinates look like card numbers; words, comments and every other attribute are read."""
    folder, stamp = _folder(tmp_path)
    scan_folder(folder, stamp)
    (folder / "assets").mkdir()
    picture = folder / "assets" / "funnel.svg"
    picture.write_text('<svg><path d="M 4539148803436467 L 4539 1488 0343 6467"/><text x="1.5">rows</text></svg>')
    check_stamp(folder, [stamp])
    for place in ("<text>{}</text>", "<!-- {} -->", '<text font="{}"/>'):
        picture.write_text(f"<svg>{place.format(PASSWORD)}</svg>")
        with pytest.raises(SecretsFound):
            check_stamp(folder, [stamp])


@pytest.mark.parametrize("where", ["completions", "detail"])
def test_the_detail_of_an_early_drop_is_withheld_where_a_secret_is(where):
    """A detail written before the scan may quote a part of the answer, too short for any rule."""
    row = {"slot": 1, "completions": json.dumps([{"text": PASSWORD if where == "completions" else "x = 1"}])}
    detail = PASSWORD if where == "detail" else "unexpected key kT9#vq"
    assert withhold_detail(detail, row) == WITHHELD
    assert withhold_detail("asks for request", {"slot": 1, "completions": "[]"}) == "asks for request"


def test_the_command_names_row_and_rule_and_never_the_value(tmp_path, capsys):
    """1 where something is found, 0 where not, 2 for a file that cannot be read or none named."""
    folder, _ = _folder(tmp_path, PASSWORD)
    assert secret_filter.main([str(folder / "clean_round_1.jsonl")]) == 1
    said = capsys.readouterr().out
    assert "round_1_0001: secret: structure password in output" in said
    assert "kT9" not in said
    assert secret_filter.main([str(tmp_path / "none.jsonl")]) == 2
    with pytest.raises(SystemExit) as wrong_usage:
        secret_filter.main([])
    assert wrong_usage.value.code == 2
    (tmp_path / "plain.jsonl").write_text('{"text": "x = 1"}\n')
    assert secret_filter.main([str(tmp_path / "plain.jsonl")]) == 0
