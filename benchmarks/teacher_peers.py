"""The field's frameworks against the same loopback endpoint: `python benchmarks/teacher_peers.py [--short]`.

Each peer runs in an environment of its own, `.venvs/<name>`, with its own recommended way of asking for many
completions, telemetry off. Out: its ratio to the ideal and its CPU seconds per 1,000 requests, of all its
processes. A peer that is not installed, or does not get through, is said to be so.
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

CURATOR = """
import sys
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
PEERS = {"curator": CURATOR, "distilabel": DISTILABEL}


def run_peer(name: str, code: str, rows: int, width: int) -> str:
    """Return a peer's figures, or why there are none."""
    python = ROOT / ".venvs" / name / "bin" / "python"
    if not python.exists():
        return "not installed"
    with FastServer() as server, tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"OPENAI_API_KEY": "none", "HOME": folder, "CURATOR_CACHE_DIR": folder}
        environment |= {"TELEMETRY_ENABLED": "false", "CURATOR_VIEWER": "0", "HF_HUB_OFFLINE": "1"}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [str(python), "-c", code, server.url, str(rows), str(width)]
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
    took_s = counts["last_at"] - counts["first_at"]
    return f"ratio {rows / width / took_s:.2f} (first request to last reply), {cpu / rows * 1000:.2f} CPU s per 1,000"


def main() -> None:
    """Print a line for each peer."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true")
    rows = 1_500 if parser.parse_args().short else 5_000
    for name, code in PEERS.items():
        print(
            f"| {name}, {rows:,} requests at 256 / 1 s | {run_peer(name, code, rows, 256)} | ours ≥ 1.6× |", flush=True
        )
    print("| data-designer | not measured: no small way to ask an endpoint without its own server of settings | |")


if __name__ == "__main__":
    main()
