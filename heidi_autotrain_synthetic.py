"""The dataset as a `datasets` builder: columns, views and round splits of a built folder.

In: a folder built by `generation/build.py` (default: `heidi-autotrain-synthetic` in the working
directory). Out: the same rows that `load_dataset("heidi-autotrain-synthetic")` gives, for code that
wants a builder class, and for `datasets` 2 and 3, where this file also serves as a loading script.
It knows nothing of how rows are made: rounds that are asked for and do not exist yet are built by
the package `generation`, which is imported only then. It never belongs into the published folder.
"""

import hashlib
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import datasets
import pyarrow.parquet as pq

FOLDER = "heidi-autotrain-synthetic"
BATCH = 1_000  # rows read at a time
VIEWS = {"default": "data", "all": "data", "chat": "chat", "evidence": "evidence"}
FEATURES = datasets.Features(
    {
        "id": datasets.Value("string"),
        "instruction": datasets.Value("string"),
        "input": datasets.Value("string"),
        "output": datasets.Value("string"),
        "metadata": {
            "task_type": datasets.Value("string"),
            "round": datasets.Value("int32"),
            "timestamp": datasets.Value("string"),
            "teacher_model": datasets.Value("string"),
        },
    }
)
CHAT_FEATURES = datasets.Features(
    {
        "id": datasets.Value("string"),
        "task_type": datasets.Value("string"),
        "messages": [{"role": datasets.Value("string"), "content": datasets.Value("string")}],
    }
)


class RoundsMissing(Exception):
    """Rounds that are asked for, do not exist and cannot be built; the message names the mend."""


class HeidiConfig(datasets.BuilderConfig):
    """One view of the rounds.

    data_dir: the built folder. rounds: which ones, a number N for 1 to N, or a list; None for those that
    are there. rows: how many are asked of the embedded teacher where a round must be built; None for
    the build's own default. build_flags: more flags for that build, such as ("--seed", "7").
    """

    def __init__(self, data_dir=None, rounds=None, rows=None, build_flags=(), **others):
        super().__init__(version=datasets.Version("1.0.0"), data_dir=str(data_dir or FOLDER), **others)
        self.rounds = rounds
        self.rows = rows
        self.build_flags = build_flags

    def list_rounds(self):
        """Return the numbers of the rounds asked for, None for those that are there."""
        return list(range(1, self.rounds + 1)) if isinstance(self.rounds, int) else self.rounds

    def create_config_id(self, config_kwargs, custom_features=None):
        """Return the name of the prepared data in the cache: another one once the folder's card has changed."""
        name = super().create_config_id(config_kwargs, custom_features=custom_features)
        card = Path(self.data_dir) / "README.md"
        told = f"{Path(self.data_dir).resolve()}\n{self.rounds}\n".encode() + (
            card.read_bytes() if card.exists() else b""
        )
        return f"{name}-{hashlib.sha256(told).hexdigest()[:16]}"


class HeidiAutotrainSynthetic(datasets.GeneratorBasedBuilder):
    """Synthetic instruction rows for coding agents, proved by running; a split a round, or all as `train`."""

    VERSION = datasets.Version("1.0.0")
    BUILDER_CONFIG_CLASS = HeidiConfig
    DEFAULT_CONFIG_NAME = "default"
    BUILDER_CONFIGS = [  # noqa: RUF012 - `datasets` wants a list
        HeidiConfig(name="default", description="id, instruction, input, output, metadata; a split a round"),
        HeidiConfig(name="all", description="the same columns, every round in one split `train`"),
        HeidiConfig(name="chat", description="messages of user and assistant; a split a round"),
        HeidiConfig(name="evidence", description="how each row was made and proved; a split a round"),
    ]

    def _info(self):
        return datasets.DatasetInfo(
            description=self.__doc__,
            features=self._find_features(),
            homepage="https://huggingface.co/datasets/heidi-autotrain-synthetic",
            license="cc-by-4.0",
        )

    def _find_features(self):
        if self.config.name in ("default", "all"):
            return FEATURES
        if self.config.name == "chat":
            return CHAT_FEATURES
        shards = sorted(Path(self.config.data_dir).glob("evidence/round_*.parquet"))
        # what is not built yet has no columns to tell; they are taken from the rows then
        schema = pq.read_schema(shards[0]).remove_metadata() if shards else None
        return schema and datasets.Features.from_arrow_schema(schema)

    def _split_generators(self, dl_manager):
        numbers = self._provide_rounds()
        folder = Path(self.config.data_dir).resolve() / VIEWS[self.config.name]
        shards = {n: [str(path) for path in sorted(folder.glob(f"round_{n}-*.parquet"))] for n in numbers}
        if self.config.name == "all":
            shards = {"train": [path for paths in shards.values() for path in paths]}
        else:
            shards = {f"round_{n}": paths for n, paths in shards.items()}
        return [datasets.SplitGenerator(name=name, gen_kwargs={"paths": paths}) for name, paths in shards.items()]

    def _generate_examples(self, paths):
        for path in paths:
            for batch in pq.ParquetFile(path).iter_batches(BATCH):
                for row in batch.to_pylist():
                    yield row["id"], row

    def _provide_rounds(self):
        """Return the wanted rounds' numbers, those that were missing built."""
        there = _read_rounds(self.config.data_dir)
        wanted = self.config.list_rounds()
        wanted = there if wanted is None else wanted
        missing = [number for number in wanted if number not in there]
        if missing:
            _build_rounds(missing, self.config)
        if not wanted:
            raise RoundsMissing(f"no rounds in {self.config.data_dir}; run make build, or ask for some with rounds=1")
        return sorted(wanted)


def _read_rounds(folder):
    """Return the numbers of the rounds that a folder's card names, ascending."""
    card = Path(folder) / "README.md"
    text = card.read_text(encoding="utf-8") if card.exists() else ""
    return sorted({int(number) for number in re.findall(r"path: data/round_(\d+)-\*\.parquet", text)})


def _build_rounds(numbers, config):
    """Build rounds with the embedded teacher, each in a process of its own: a build changes what is global."""
    if int(datasets.__version__.split(".")[0]) < 5:
        raise RoundsMissing(f"rounds {numbers} are not in {config.data_dir}; building them takes datasets 5")
    try:
        build = importlib.import_module("generation.build")
    except ImportError as error:
        raise RoundsMissing(
            f"rounds {numbers} are not in {config.data_dir}, and the package that builds them is missing ({error}); "
            f"run this from a clone of the project with its requirements installed"
        ) from error
    root = str(Path(build.__file__).resolve().parent.parent)
    places = ["--out", str(config.data_dir), "--runs", str(Path(config.data_dir).parent / "runs")]
    rows = ["--rows", str(config.rows)] if config.rows else []
    for number in sorted(numbers):
        command = [sys.executable, "-m", "generation.build", "--teacher", "embedded", "--round", str(number)]
        path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        done = subprocess.run(
            [*command, *places, *rows, *config.build_flags],
            env={**os.environ, "PYTHONPATH": path},
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            said = "; ".join(line.strip() for line in done.stderr.strip().splitlines()[-2:])
            raise RoundsMissing(f"round {number} could not be built: {said}")
