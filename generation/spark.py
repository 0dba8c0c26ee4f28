"""The same row functions on a Spark: `local[2]`, spark://, YARN or Kubernetes.

In: a dataset, a batched function of this project and a master. Out: what `datasets.map` with the
same batches would give, bit for bit. Imported only for --spark. Batches travel as Arrow bytes
through `mapInArrow`, so that Spark's own types (it has no unsigned integers) never touch a value.
What an executor must have: this Python version and the packages of requirements.txt; the project
itself is sent along. Not covered: a round larger than the driver's memory (see docs/scale.md).
"""

import atexit
import os
import pickle
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa

from generation.dedup.features import sign_table
from generation.dedup.index import SIGN_BATCH_ROWS
from generation.faults import Fault
from generation.spark_worker import pack_table, unpack_table

ARCHIVE = "heidi_project"
TASKS_A_CORE = 4  # enough tasks that a slow one does not leave cores idle at the end
CHECK_BATCH_ROWS = 64
MASTERS = re.compile(r"local(\[[\d*, ]+\])?|spark://\S+|k8s://\S+|yarn")


class SparkUnavailable(Fault):
    """Spark cannot be started or reached here; the message names the mend."""


class SparkFailed(Fault):
    """A row function raised on an executor; the message is its last line."""


def run_checks_on_spark(
    rows: datasets.Dataset,
    check: Callable[..., dict[str, list]],
    master: str,
    batch_rows: int = CHECK_BATCH_ROWS,
    fn_kwargs: dict[str, Any] | None = None,
) -> datasets.Dataset:
    """Return the columns that a batched check says of the rows, in their order.

    check: a function of an importable module, from a batch of columns to new columns of the same
    length, as for `rows.map(check, batched=True, remove_columns=rows.column_names)`. Raises
    SparkUnavailable; SparkFailed where the check raised.
    """
    tables = _map_batches(rows, check, master, batch_rows, fn_kwargs or {}, as_columns=True)
    return datasets.Dataset(pa.concat_tables(tables, promote_options="permissive").combine_chunks())


def sign_rows_on_spark(rows: datasets.Dataset, master: str) -> datasets.Dataset:
    """Return what `generation.dedup.near.sign_rows` returns, computed on Spark."""
    tables = _map_batches(rows, sign_table, master, SIGN_BATCH_ROWS, {}, as_columns=False)
    return datasets.Dataset(pa.concat_tables(tables).combine_chunks())


def _map_batches(
    rows: datasets.Dataset, function: Callable, master: str, batch_rows: int, fn_kwargs: dict, as_columns: bool
) -> list[pa.Table]:
    """Return the function's table of each batch, in order of the rows."""
    session = open_spark(master)
    view = rows.with_format("arrow")
    starts = range(0, max(1, len(rows)), batch_rows)
    payloads = [(place, bytearray(pack_table(view[start : start + batch_rows]))) for place, start in enumerate(starts)]
    worker = _make_worker(function, pickle.dumps(fn_kwargs), as_columns)
    tasks = min(len(payloads), TASKS_A_CORE * session.sparkContext.defaultParallelism)
    frame = session.createDataFrame(payloads, "place long, payload binary").repartition(tasks, "place")
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        done = frame.mapInArrow(worker, "place long, payload binary").collect()
    except (PySparkException, Py4JError) as error:
        raise SparkFailed(f"{function.__name__} failed on Spark: {_last_line(error)}") from error
    return [unpack_table(bytes(payload)) for _, payload in sorted((place, payload) for place, payload in done)]


def _make_worker(function: Callable, fn_kwargs: bytes, as_columns: bool) -> Callable:
    """Return the generator that runs on executors. It is sent by value and finds the project in the archive."""
    module, name = function.__module__, function.__qualname__

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import sys

        from pyspark import SparkFiles

        sys.path.insert(0, f"{SparkFiles.getRootDirectory()}/{ARCHIVE}")
        from generation.spark_worker import apply_to_batches

        yield from apply_to_batches(batches, module, name, fn_kwargs, as_columns)

    return work


@cache
def open_spark(master: str) -> Any:
    """Return a session on the master, one a process; SparkUnavailable in one line without Java or master."""
    if not MASTERS.fullmatch(master):
        raise SparkUnavailable(
            f"{master} is no Spark master; give local[2], spark://host:7077, yarn or k8s://host:port"
        )
    homes = [f"{home}/bin" for home in (os.environ.get("JAVA_HOME"),) if home]
    java = shutil.which("java", path=os.pathsep.join([*homes, os.environ.get("PATH", "")]))
    if java is None:
        raise SparkUnavailable("--spark needs Java 17 or newer; install it, or leave --spark out")
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SparkUnavailable(f"--spark needs pyspark ({error}); pip install -r requirements.txt") from error
    local = master.startswith("local")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable if local else "python3")
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.maxResultSize": "0",
        "spark.log.level": "ERROR",
    }
    if local:
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    builder = SparkSession.builder.master(master).appName("heidi-autotrain-synthetic")
    for key, value in settings.items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        session.sparkContext.addArchive(f"{_archive_project()}#{ARCHIVE}")
    except (PySparkException, Py4JError) as error:
        raise SparkUnavailable(f"no Spark at {master}: {_last_line(error)}") from error
    return session


def _archive_project() -> str:
    """Return the path of a zip of the `generation` package, removed at the end of the process."""
    folder = Path(tempfile.mkdtemp(prefix="heidi-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    package = Path(__file__).resolve().parent
    shutil.copytree(package, folder / "sent" / "generation", ignore=shutil.ignore_patterns("__pycache__"))
    return shutil.make_archive(str(folder / ARCHIVE), "zip", folder / "sent")


def _last_line(error: Exception) -> str:
    """Return what an error says, in one line: a Python worker's own exception where there is one."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    raised = [
        line for line in lines if line.partition(":")[0].rpartition(".")[2].endswith(("Error", "Fault", "Exception"))
    ]
    return (raised or lines or [type(error).__name__])[0 if not raised else -1][:300]
