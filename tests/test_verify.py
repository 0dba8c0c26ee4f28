"""verify.py: a right folder passes, and every way of spoiling a row is found."""

import json
import os
import shutil
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import ROOT


def verify(folder, *flags):
    """Run verify.py on a folder."""
    command = [sys.executable, str(ROOT / "generation/verify.py"), str(folder), *flags]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env=dict(os.environ))


def test_a_built_folder_is_proved_again(built):
    """Every row of both rounds passes every check, none is skipped."""
    done = verify(built.published)
    assert done.returncode == 0, done.stderr
    kept = sum(pq.read_metadata(p).num_rows for p in (built.published / "data").glob("*.parquet"))
    assert f"proved {kept:,} of {kept:,}, skipped 0" in done.stdout


def spoil(folder, view, place, change):
    """Change one row of round 1 in one view of a copied folder."""
    path = next((folder / view).glob("round_1-*.parquet"))
    table = pq.read_table(path)
    rows = table.to_pylist()
    change(rows[place], rows)
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)


def edit_output(row, rows):
    row["output"] += "\nIt also sorts the input."


def repeat_id(row, rows):
    row["id"] = rows[0]["id"]


def lengthen_input(row, rows):
    row["input"] += " x" * 900


def claim_other_teacher(row, rows):
    row["metadata"]["teacher_model"] = "gpt-9"


def plant_secret(row, rows):
    row["input"] += "\nAWS_SECRET_ACCESS_KEY=" + "".join(["wJalrXUtnF", "EMIK7MDENGb", "PxRfiCYq8tLZs9vGkd3"])[:40]


def break_answer(row, rows):
    answer = json.loads(row["answer"])
    answer.pop(next(iter(answer)))
    row["answer"] = json.dumps(answer)


def break_expected(row, rows):
    proof = json.loads(row["proof"])
    proof["expected"] = [[["'never this'", None, ""] for _ in outcomes] for outcomes in proof["expected"]]
    row["proof"] = json.dumps(proof)


def unprove(row, rows):
    row["proof_kind"] = "unproved"


@pytest.mark.parametrize(
    ("view", "change", "said"),
    [
        ("data", edit_output, "evidence"),
        ("data", repeat_id, "contract"),
        ("data", lengthen_input, "lengths"),
        ("data", claim_other_teacher, "evidence"),
        ("data", plant_secret, "secrets"),
        ("evidence", break_answer, "evidence"),
        ("evidence", break_expected, "proof"),
        ("evidence", unprove, "proof"),
    ],
)
def test_a_spoiled_row_is_found(built, tmp_path, view, change, said):
    """One changed row fails the check that is there for it, with exit code 1."""
    folder = tmp_path / "copy"
    shutil.copytree(built.published, folder)
    place = next(
        i
        for i, row in enumerate(pq.read_table(next((folder / "data").glob("round_1-*"))).to_pylist())
        if row["metadata"]["task_type"] == "algorithm_implementation"
    )
    spoil(folder, view, place, change)
    done = verify(folder, "--round", "1")
    assert done.returncode == 1, done.stdout + done.stderr
    assert f": {said}: " in done.stderr


def test_a_folder_without_a_card_is_wrong_usage(tmp_path):
    """A folder that is not ours, or a round that is not there, is said in one line, exit code 2."""
    done = verify(tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
