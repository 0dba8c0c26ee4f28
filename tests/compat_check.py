"""Run by `make compat` under an old or new `datasets`: the published folder and the builder, whole and streaming.

In: the built folder, as argument; the builder's file beside this folder. Out: a line a config, exit 0.
It needs `datasets` alone; with `trl` at hand it also prepares `chat` as that trainer does.
"""

import importlib.util
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import datasets  # noqa: E402 - the path of the builder comes first

from heidi_autotrain_synthetic import HeidiAutotrainSynthetic  # noqa: E402

CONFIGS = ("default", "all", "chat", "evidence")


def check_config(folder: str, config: str, cache: str) -> datasets.DatasetDict:
    """Load one config every way there is and compare the rows; sizes are checked by `datasets` itself."""
    loaded = datasets.load_dataset(folder, config, cache_dir=cache)
    rows = {name: list(split) for name, split in loaded.items()}
    builder = HeidiAutotrainSynthetic(config_name=config, data_dir=folder, cache_dir=cache)
    builder.download_and_prepare()
    ways = {
        "folder, streaming": datasets.load_dataset(folder, config, streaming=True),
        "builder": builder.as_dataset(),
        "builder, streaming": builder.as_streaming_dataset(),
    }
    if int(datasets.__version__.split(".")[0]) < 4:
        script = {"path": str(ROOT / "heidi_autotrain_synthetic.py"), "data_dir": folder, "trust_remote_code": True}
        ways["script"] = datasets.load_dataset(name=config, cache_dir=cache, **script)
        ways["script, streaming"] = datasets.load_dataset(name=config, streaming=True, **script)
    for way, found in ways.items():
        assert {name: list(split) for name, split in found.items()} == rows, f"{config}, {way}: other rows"
    print(f"datasets {datasets.__version__} {config:<10}{sum(map(len, rows.values())):>6} rows, {len(ways) + 1} ways")
    return loaded


def check_trainers(chat: datasets.DatasetDict, everything: datasets.DatasetDict) -> None:
    """Prepare `chat` as TRL does where it is installed; check the alpaca columns of `all`."""
    rows = everything["train"]
    assert all(isinstance(row[name], str) and row[name] for row in rows for name in ("instruction", "input", "output"))
    if importlib.util.find_spec("trl") is None:
        return
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast
    from trl.data_utils import apply_chat_template, is_conversational

    template = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}\n{% endfor %}"
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.WordLevel({"?": 0}, unk_token="?")))
    tokenizer.chat_template = template
    for split in chat.values():
        assert is_conversational(split[0])
        prepared = split.map(
            apply_chat_template, fn_kwargs={"processing_class": tokenizer}, remove_columns=["messages"]
        )
        for row, text in zip(split, prepared["text"], strict=True):
            assert all(message["content"].strip() in text for message in row["messages"])
    print("trl prepares chat; all has the alpaca columns")


if __name__ == "__main__":
    datasets.disable_progress_bars()
    with tempfile.TemporaryDirectory() as cache:
        found = {config: check_config(sys.argv[1], config, cache) for config in CONFIGS}
        check_trainers(found["chat"], found["all"])
