"""What earlier rounds leave behind: the index at hand, or rebuilt from the published folder, or one clear line."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generation.dedup.index import read_index
from generation.history import RoundUnreadable, index_path, read_earlier, read_round_index


def publish(folder, number, words):
    """Write one round of a row a word, as the published folder has it."""
    rows, evidence = [], []
    for slot, word in enumerate(words, 1):
        name, code = f"round_{number}_{slot:04d}", f"def {word}(xs):\n    return sorted(xs)[{slot}:]\n"
        metadata = {"task_type": "bug_fixing", "round": number, "timestamp": "", "teacher_model": "t"}
        rows.append(
            {"id": name, "instruction": "Do.", "input": f"Give the {word}.", "output": code, "metadata": metadata}
        )
        answer, proof = json.dumps({"code": code}), json.dumps({"subject": f"Give the {word}."})
        evidence.append({"id": name, "behaviour": word, "answer": answer, "proof": proof})
    for view, made in (("data", rows), ("evidence", evidence)):
        (folder / view).mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(made), folder / view / f"round_{number}-00000-of-00001.parquet")


@pytest.fixture
def published(tmp_path):
    """A folder of two rounds, whose indexes are at hand."""
    publish(tmp_path / "out", 1, ["tail", "rest", "end"])
    publish(tmp_path / "out", 2, ["crest", "tip"])
    earlier = read_earlier(tmp_path / "out", tmp_path / "runs", [1, 2, 3], leave_out=3)
    assert earlier.behaviours == {"tail", "rest", "end", "crest", "tip"}
    assert [len(index) for index in earlier.indexes] == [3, 2]
    return tmp_path


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-100])


def turn_a_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(bytes(content))


def put_another_round(path):
    path.write_bytes(index_path(path.parent.parent, 2).read_bytes())


@pytest.mark.parametrize("harm", [cut_short, turn_a_bit, put_another_round, lambda path: path.unlink()])
def test_an_index_that_is_lost_damaged_or_of_another_round_is_rebuilt(published, harm):
    """Whatever became of it, the index is again the one of the published rows, and is kept."""
    path = index_path(published / "runs", 1)
    whole = path.read_bytes()
    harm(path)
    assert read_round_index(published / "out", published / "runs", 1).rows.ids.to_pylist()[0] == "round_1_0001"
    assert path.read_bytes() == whole


def test_an_index_of_a_rejected_rebuild_is_not_taken_for_the_published_one(published):
    """The same ids with other texts: the index of what was never published is replaced."""
    publish(published / "out", 1, ["head", "start", "front"])
    found = read_round_index(published / "out", published / "runs", 1)
    assert found.table.equals(read_index(index_path(published / "runs", 1)).table)
    publish(published / "elsewhere", 1, ["head", "start", "front"])
    assert found.table.equals(read_round_index(published / "elsewhere", published / "none", 1).table)


def test_an_index_that_cannot_be_written_does_not_stop_the_build(published, caplog):
    """Where the place of the index is taken, the round is compared all the same, with a warning."""
    path = index_path(published / "runs", 1)
    path.unlink()
    path.mkdir()
    assert len(read_round_index(published / "out", published / "runs", 1)) == 3
    assert "cannot be kept" in caplog.text


def lose(path):
    path.unlink()


@pytest.mark.parametrize("view", ["data", "evidence"])
@pytest.mark.parametrize("harm", [lose, cut_short, lambda path: path.write_bytes(b"")])
def test_a_published_round_that_is_broken_is_one_clear_line(published, view, harm):
    """Missing or damaged files of the folder itself stop with one line that names round and view."""
    harm(published / "out" / view / "round_2-00000-of-00001.parquet")
    with pytest.raises(RoundUnreadable, match=rf"^round 2 in .*: {view}/ .*$") as raised:
        read_earlier(published / "out", published / "runs", [1, 2], leave_out=3)
    assert "\n" not in str(raised.value)


def test_evidence_of_other_rows_is_one_clear_line(published):
    """An index cannot be rebuilt from evidence that lacks a row: the line says so."""
    index_path(published / "runs", 2).unlink()
    place = published / "out" / "evidence" / "round_2-00000-of-00001.parquet"
    pq.write_table(pq.read_table(place).slice(1), place)
    with pytest.raises(RoundUnreadable, match="its evidence does not fit its rows"):
        read_round_index(published / "out", published / "runs", 2)
