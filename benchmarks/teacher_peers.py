"""The field's frameworks against the same loopback endpoint: `python benchmarks/teacher_peers.py [--short]`.

Each peer runs in an environment of its own, `.venvs/<name>`, with its own recommended way of asking for many
completions, telemetry off. Out: its ratio to the ideal and its CPU seconds per 1,000 requests, of all its
processes, start and imports included; ours is the whole process too. A peer that is not installed, or does not get
through, is said to be so. Curator's token counting wants a file from the network: it gets a stand-in that costs less.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.loopback_fast import ROOT, FastServer

WIDTH = 256

CURATOR = """
import sys, types
import tiktoken
tiktoken.get_encoding = lambda name: types.SimpleNamespace(encode=lambda text, **more: [0] * (len(text) // 4))
from bespokelabs import curator
url, rows, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
class Asker(curator.LLM):
    def prompt(self, row): return row["prompt"]
    def parse(self, row, response): return [{"answer": response}]
llm = Asker(model_name="gpt-4o-mini", backend="openai", backend_params={
    "base_url": url, "max_requests_per_minute": 1_000_000, "max_tokens_per_minute": 1_000_000_000,
    "max_concurrent_requests": width, "require_all_responses": False})
from datasets import Dataset
rows = Dataset.from_list([{"prompt": f"prompt {i} " + "x = y + 1\\n" * 120} for i in range(rows)])
print(len(getattr(llm(rows), "dataset", rows)))
"""
DISTILABEL = """
import sys
from distilabel.models import OpenAILLM
url, rows, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
llm = OpenAILLM(model="gpt-4o-mini", base_url=url, api_key="none", generation_kwargs={"max_new_tokens": 2048})
llm.load()
prompts = [[{"role": "user", "content": f"prompt {i} " + "x = y + 1\\n" * 120}] for i in range(rows)]
done = 0
for start in range(0, rows, width):
    done += len(llm.generate_outputs(inputs=prompts[start:start + width], max_new_tokens=2048))
print(done)
"""
DESIGNER = """
import sys
import data_designer.config as dd
from data_designer.interface import DataDesigner
url, rows, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
provider = dd.ModelProvider(name="here", endpoint=url, api_key="none")
parameters = dd.ChatCompletionInferenceParams(max_parallel_requests=width, max_tokens=2048)
model = dd.ModelConfig(alias="m", model="gpt-4o-mini", provider="here", skip_health_check=True,
                       inference_parameters=parameters)
builder = dd.DataDesignerConfigBuilder(model_configs=[model])
builder.add_column(dd.SamplerColumnConfig(name="n", sampler_type=dd.SamplerType.UUID, params=dd.UUIDSamplerParams()))
builder.add_column(dd.LLMTextColumnConfig(name="answer", model_alias="m", prompt="prompt {{ n }} " + "x = y + 1\\n" * 120))
designer = DataDesigner(artifact_path=".", model_providers=[provider])
print(len(designer.create(builder, num_records=rows).load_dataset()))
"""
PEERS = {"curator": (CURATOR, 1.6), "distilabel": (DISTILABEL, 2.0), "designer": (DESIGNER, 2.0)}


OURS = """
import sys
sys.path.insert(0, sys.argv[4])
from benchmarks.teacher import run_client
run_client(int(sys.argv[2]), int(sys.argv[3]), sys.argv[1])
"""


def measure_peer(python: Path, code: str, rows: int, width: int) -> tuple[float, float] | str:
    """Return ratio to the ideal and CPU seconds per 1,000 requests of a program, or why there are none."""
    with FastServer() as server, tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"OPENAI_API_KEY": "none", "HOME": folder, "CURATOR_CACHE_DIR": folder}
        environment |= {"TELEMETRY_ENABLED": "false", "NEMO_TELEMETRY_ENABLED": "false", "HF_HUB_OFFLINE": "1"}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [str(python), "-c", code, server.url, str(rows), str(width), str(ROOT)]
        try:
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=900)
        except subprocess.TimeoutExpired:
            return "not through in 900 s"
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        counts = server.stop()
    if counts["answered"] < rows:
        last = " ".join(done.stderr.strip().splitlines()[-1:])[:80]
        return f"{counts['answered']} of {rows} answered ({last})"
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return rows / width / (counts["last_at"] - counts["first_at"]), cpu / rows * 1000


def main() -> None:
    """Print a line for each peer."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--rows", type=int, default=5_000)
    args = parser.parse_args()
    rows = 1_500 if args.short else args.rows
    ours = measure_peer(Path(sys.executable), OURS, rows, WIDTH)
    what = f"{rows:,} requests at {WIDTH} / 1 s: ratio (first request to last reply), CPU s per 1,000 (whole process)"
    show(f"ours, {what}", ours, "")
    for name, (code, wanted) in PEERS.items():
        python = ROOT / ".venvs" / name / "bin" / "python"
        found = measure_peer(python, code, rows, WIDTH) if python.exists() else "not installed"
        target = f"ours ≥ {wanted}× as fast, ≥ 4× less CPU"
        if not isinstance(found, str) and not isinstance(ours, str):
            target += f" (here {ours[0] / found[0]:.2f}×, {found[1] / ours[1]:.1f}×)"
        show(f"{name}, same", found, target)


def show(what: str, found: tuple[float, float] | str, target: str) -> None:
    """Print one line of the table."""
    figure = found if isinstance(found, str) else f"{found[0]:.2f}, {found[1]:.2f}"
    print(f"| {what} | {figure} | {target} |", flush=True)


if __name__ == "__main__":
    main()
