"""Arrow files: columns joined and rows read in parts come to the same as all at once, in a fraction of the memory."""

import sys
from pathlib import Path

import datasets
import pyarrow as pa
import pytest

from generation import arrow_files, cleaning

ROWS = 2_500


@pytest.fixture
def rows(tmp_path):
    """Rows that were selected out of order from a file."""
    path = tmp_path / "rows.arrow"
    table = pa.table({"slot": list(range(ROWS)), "text": [f"row {n}" for n in range(ROWS)]})
    arrow_files.write_stream(path, table.schema, [table])
    return datasets.Dataset.from_file(str(path)).select([n for n in reversed(range(ROWS)) if n % 7])


def test_joined_columns_stand_beside_their_rows(rows, tmp_path, monkeypatch):
    """A joined file holds what `concatenate_datasets` makes of selected rows, in however many parts it is written."""
    added = datasets.Dataset.from_dict({"double": [2 * slot for slot in rows["slot"]]})
    wanted = datasets.concatenate_datasets([rows, added], axis=1)
    for mapped in (10_000, 640):
        monkeypatch.setattr(arrow_files, "MAPPED_ROWS", mapped)
        joined = arrow_files.join_columns(rows, added, tmp_path / f"joined-{mapped}.arrow")
        assert joined.features == wanted.features
        assert joined[:] == wanted[:]


def test_rows_are_read_in_order(rows, monkeypatch):
    """Rows come with the columns asked for, in their order, over the borders of batches and parts."""
    monkeypatch.setattr(arrow_files, "MAPPED_ROWS", 700)
    monkeypatch.setattr(arrow_files, "BATCH_ROWS", 300)
    assert list(arrow_files.read_rows(rows, ["slot"])) == [{"slot": slot} for slot in rows["slot"]]
    assert list(arrow_files.read_rows(rows.select([]), ["slot"])) == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_was_read_does_not_stay_in_memory(tmp_path, monkeypatch):
    """After 80 MB were read in parts of 8, far fewer are mapped."""
    path = tmp_path / "large.arrow"
    tables = [pa.table({"text": [f"{n:05d}" + "x" * 8_000 for n in range(start, start + 1_000)]}) for start in range(0, 10_000, 1_000)]
    arrow_files.write_stream(path, tables[0].schema, tables)
    monkeypatch.setattr(arrow_files, "MAPPED_ROWS", 1_000)
    large = datasets.Dataset.from_file(str(path))
    before = _mapped_kb()
    assert sum(len(row["text"]) for row in arrow_files.read_rows(large, ["text"])) == 10_000 * 8_005
    assert _mapped_kb() - before < 40_000


def _mapped_kb() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssFile"))


def test_work_in_parts_comes_to_the_same(rows, monkeypatch):
    """Each part has a name of its own, none where there is one only, and the results stand in the rows' order."""
    names = []

    def double(part, name):
        names.append(name)
        return datasets.Dataset.from_dict({"double": [2 * slot for slot in part["slot"]]})

    whole = cleaning._in_parts(rows, double)
    monkeypatch.setattr(cleaning, "PART_ROWS", 1_000)
    assert cleaning._in_parts(rows, double)[:] == whole[:]
    assert names == ["", " 1 of 3", " 2 of 3", " 3 of 3"]
    assert len(cleaning._in_parts(rows.select([]), double)) == 0
