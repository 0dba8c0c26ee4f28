"""Row functions on a local Spark give what one process gives; without Java one clear line."""

import os
import shutil
import subprocess
import sys

import datasets
import pytest

from generation.checks import contamination
from generation.dedup.index import build_index
from generation.dedup.near import find_near_duplicates, sign_rows

JAVA = shutil.which("java")
needs_java = pytest.mark.skipif(JAVA is None, reason="no Java here: Spark cannot start")
MASTER = "local[2]"


def make_rows(count):
    rows = []
    for slot in range(1, count + 1):
        code = f"def f{slot}(xs):\n    return [x for x in xs if x {'<=>!'[slot % 3]}= {slot % 7}]\n"
        spec = f"Keep the items of shelf {slot % 5} that pass the check number {slot % 11}."
        rows.append(
            {"id": f"round_1_{slot:04d}", "round": 1, "slot": slot, "task_type": "algorithm_implementation"}
            | {"subject": spec, "instruction": "Write it.", "input": f"Hello. {spec}", "output": code, "code": code}
        )
    return datasets.Dataset.from_list(rows)


@needs_java
def test_checks_and_signatures_are_those_of_one_process():
    """Over several partitions, columns, order and types equal those of `datasets.map`; so do the rows kept."""
    from generation.spark import run_checks_on_spark, sign_rows_on_spark

    rows = make_rows(150)
    alone = rows.map(contamination.check_batch, batched=True, batch_size=8, remove_columns=rows.column_names)
    spread = run_checks_on_spark(rows, contamination.check_batch, MASTER, batch_rows=8)
    assert spread.with_format("arrow")[:].equals(alone.with_format("arrow")[:])
    signed, signed_there = sign_rows(rows), sign_rows_on_spark(rows, MASTER)
    assert signed_there.with_format("arrow")[:].equals(signed.with_format("arrow")[:])
    assert find_near_duplicates(signed_there) == find_near_duplicates(signed) != []
    assert build_index(signed_there).table.equals(build_index(signed).table)


@needs_java
def test_a_check_that_raises_stops_with_its_own_words():
    """An exception on an executor reaches the driver as one named error that quotes it."""
    from generation.spark import SparkFailed, run_checks_on_spark

    check = contamination.check_batch
    rows = make_rows(10).remove_columns(["output"])
    with pytest.raises(SparkFailed, match=r"check_batch failed on Spark: .*output"):
        run_checks_on_spark(rows, check, MASTER)


def test_a_master_that_is_none_is_a_named_error():
    """A wrong master is said in one line, before Java is started."""
    from generation.spark import SparkUnavailable, open_spark

    with pytest.raises(SparkUnavailable, match=r"locl\[2\] is no Spark master; give local"):
        open_spark("locl[2]")


def test_without_java_one_clear_line(tmp_path):
    """Where no java command is found, the error names the mend and pyspark is not even started."""
    script = (
        "from generation.spark import open_spark, SparkUnavailable\n"
        "try:\n    open_spark('local[2]')\nexcept SparkUnavailable as e:\n    print(e)\n"
    )
    environment = {k: v for k, v in os.environ.items() if k != "JAVA_HOME"} | {"PATH": str(tmp_path)}
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True)
    assert out.stdout.strip() == "--spark needs Java 17 or newer; install it, or leave --spark out"


def test_nothing_but_the_spark_module_imports_pyspark():
    """Checks and deduplication work where pyspark is not installed."""
    script = (
        "import sys; sys.modules['pyspark'] = None\n"
        "import generation.dedup.near, generation.checks.contamination\n"
        "print('fine')"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "fine"
