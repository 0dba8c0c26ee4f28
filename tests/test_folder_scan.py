"""The scan of a round's finished files in parts: every row once, wherever shards and parts begin; any worker's finding."""

import json
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.checks import folder_scan
from generation.checks.folder_scan import Piece, read_piece, scan_folder
from generation.checks.secret_faults import SecretsFound

PASSWORD = 'password = "' + "kT9" + 'vXq2LmZ"'


def write_round(folder, views: dict[str, list[int]], lines: int, row_group: int = 2, secret_at=None) -> None:
    """Write views of made-up rows, cut into shards of the given sizes, and a JSON lines file."""

    def make_row(view: str, place: int) -> dict:
        text = PASSWORD if secret_at == (view, place) else f"return {place}"
        return {"id": f"round_1_{place:04d}", "output": f"{view}: {text}"}

    folder.mkdir(parents=True, exist_ok=True)
    for view, sizes in views.items():
        (folder / view).mkdir(parents=True)
        place = 0
        for i, size in enumerate(sizes):
            rows = pa.Table.from_pylist([make_row(view, place + k) for k in range(size)])
            pq.write_table(
                rows, folder / view / f"round_1-{i:05d}-of-{len(sizes):05d}.parquet", row_group_size=row_group
            )
            place += size
    text = "".join(json.dumps(make_row("lines", place)) + "\n" for place in range(lines))
    (folder / "clean_round_1.jsonl").write_text(text)


@settings(max_examples=40, deadline=None)
@given(
    views=st.dictionaries(
        st.sampled_from(["data", "chat", "evidence"]), st.lists(st.integers(1, 9), min_size=1, max_size=4), max_size=3
    ),
    lines=st.integers(0, 25),
    row_group=st.integers(1, 6),
    part_rows=st.integers(1, 8),
)
def test_every_row_is_in_one_part_with_its_twins(tmp_path_factory, views, lines, row_group, part_rows):
    folder = tmp_path_factory.mktemp("cut")
    write_round(folder, views, lines, row_group)
    parts = folder_scan._cut(folder, folder_scan.own_files(folder), part_rows)
    rows = {view: sum(sizes) for view, sizes in views.items()} | {"clean_round_1.jsonl": lines}
    seen = {view: [] for view in rows}
    for number, part in enumerate(parts):
        for piece in part:
            places = [int(row["id"].rpartition("_")[2]) for _, row in read_piece(piece)]
            assert all(place // part_rows == number for place in places)
            seen[piece.name.partition("/")[0]] += places
    assert seen == {view: list(range(count)) for view, count in rows.items()}
    assert len(parts) == max(math.ceil(count / part_rows) for count in rows.values())


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("place", [("chat", 11), ("evidence", 4), ("lines", 6)])
def test_a_finding_of_any_part_stops_the_round(tmp_path, monkeypatch, workers, place):
    monkeypatch.setattr(folder_scan, "_part_rows", lambda *_: 5)
    write_round(tmp_path / "staged", {"chat": [4, 8], "evidence": [12]}, 12, secret_at=place)
    name = {"lines": r"clean_round_1\.jsonl"}.get(place[0], f"{place[0]}/round_1-.*")
    with pytest.raises(SecretsFound, match=rf"{name}, round_1_{place[1]:04d}: structure .*the round is not published"):
        scan_folder(tmp_path / "staged", tmp_path / "scan.json", workers)
    assert not (tmp_path / "scan.json").exists()


def test_workers_do_not_change_the_stamp(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_scan, "_part_rows", lambda *_: 5)
    write_round(tmp_path / "staged", {"chat": [4, 8], "data": [12]}, 12)
    stamps, counted = [], []
    for workers in (1, 2):
        scan_folder(tmp_path / "staged", tmp_path / "scan.json", workers, counted.append)
        stamps.append((tmp_path / "scan.json").read_text())
    assert stamps[0] == stamps[1]
    assert len(json.loads(stamps[0])) == 4
    assert sum(counted) == 24


def test_a_file_that_changes_while_it_is_scanned_is_not_stamped(tmp_path, monkeypatch):
    write_round(tmp_path / "staged", {}, 3)
    file = tmp_path / "staged" / "clean_round_1.jsonl"
    honest = folder_scan._scan_part

    def change(part):
        found = honest(part)
        file.write_text(file.read_text() + "{}\n")
        return found

    monkeypatch.setattr(folder_scan, "_scan_part", change)
    with pytest.raises(SecretsFound, match="changed while it was scanned"):
        scan_folder(tmp_path / "staged", tmp_path / "scan.json")
    assert not (tmp_path / "scan.json").exists()


def test_a_whole_file_is_read_without_being_cut(tmp_path):
    write_round(tmp_path, {"data": [7]}, 5)
    for name, rows in (("data/round_1-00000-of-00001.parquet", 7), ("clean_round_1.jsonl", 5)):
        assert len(list(read_piece(Piece(tmp_path / name, name)))) == rows


@pytest.mark.parametrize(("rows", "size"), [(0, 400), (48, 400), (1_200, 400), (4_000, 1_000), (100_000, 1_500)])
def test_parts_suit_two_workers(tmp_path, rows, size):
    """A small round is one part, a middle one four, a large one many of a size that keeps memory low."""
    (tmp_path / "data").mkdir()
    table = pa.table({"id": pa.array([""] * rows)})
    for shard in range(2):
        pq.write_table(table[shard * rows // 2 : (shard + 1) * rows // 2], tmp_path / "data" / f"{shard}.parquet")
    assert folder_scan._part_rows(tmp_path, ["data/0.parquet", "data/1.parquet"]) == size
