"""The API teacher against a loopback endpoint: `python benchmarks/teacher.py [--short]`.

Out: a table "what | figure | target". The endpoint is a bare asyncio server in a process of its own
(tests/loopback_fast.py); each measurement runs the client in a fresh process. On a machine that others use, read
the ratios to the probe: what the SDK alone, without limiter, ledger and parser, reaches in the same run.
Peers (curator, distilabel, data-designer) run where benchmarks/teacher_peers.py finds them installed in
.venvs/<name>; the table says so where they are not.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from generation.asking import AskOptions
from generation.ledger import Ledger
from generation.parsing import parse_completion
from generation.settings import Settings
from generation.tasks import load_task
from generation.teachers import openai_api
from generation.teachers.endpoint import open_client
from generation.teachers.request import make_request
from tests.loopback_fast import DEFAULTS, FastServer

TASK = "code_completion"
CHAOS = {"p_429": 0.05, "p_500": 0.05, "p_cut": 0.03, "p_truncated": 0.05, "p_silent": 0.01}
MALFORMED = [
    "Here is the JSON:\n" + DEFAULTS["answer"],
    DEFAULTS["answer"][:-9],
    DEFAULTS["answer"].replace('"', "'"),
    DEFAULTS["answer"].replace("\\n", "\n"),
    json.dumps({"result": json.loads(DEFAULTS["answer"])}),
]


def make_requests(rows: int, url: str):
    """Yield requests with prompts of a usual length."""
    settings = Settings(rows=rows, teacher="gpt-4o-mini", base_url=url)
    for slot in range(1, rows + 1):
        yield make_request(
            {"slot": slot, "task_type": TASK, "input": f"prompt {slot} " + "x = y + 1\n" * 120}, settings
        )


def run_client(rows: int, concurrency: int, url: str) -> dict:
    """Ask for rows in this process; return wall and CPU seconds, memory, and what the ledger holds."""
    settings = Settings(rows=rows, teacher="gpt-4o-mini", base_url=url)
    answer_type = load_task(TASK).Answer
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "ledger.jsonl", 1) as ledger:
        how = AskOptions(concurrency=concurrency, max_usd=None, progress=False)
        wall, cpu = time.monotonic(), time.process_time()
        openai_api.ask(make_requests(rows, url), ledger, settings, how)
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        slots, first, truncated = set(), 0, 0
        for completion in ledger:
            parsed = parse_completion(completion, answer_type)
            slots.add(completion.slot)
            first += completion.attempt == 1 and parsed.answer is not None and not parsed.repaired
            truncated += completion.finish_reason != "stop" and parsed.answer is not None
        done_at = time.monotonic()
    return {"wall": wall, "cpu": cpu, "memory": memory, "slots": len(slots), "first": first, "truncated": truncated} | {
        "done_at": done_at
    }


def run_probe(rows: int, concurrency: int, url: str) -> dict:
    """Send the same requests with the SDK alone; return wall and CPU seconds."""
    bodies = [request.body for request in make_requests(rows, url)]

    async def send_all() -> None:
        async with open_client(Settings(teacher="gpt-4o-mini", base_url=url), concurrency) as client:
            waiting = iter(bodies)

            async def work() -> None:
                for body in waiting:
                    await client.chat.completions.with_raw_response.create(**body)

            await asyncio.gather(*(work() for _ in range(concurrency)))

    wall, cpu = time.monotonic(), time.process_time()
    asyncio.run(send_all())
    return {"wall": time.monotonic() - wall, "cpu": time.process_time() - cpu}


def measure(kind: str, rows: int, concurrency: int, **server: object) -> dict:
    """Run client or probe in a fresh process against a fresh server; return both sides' figures."""
    with FastServer(**server) as endpoint:
        command = [sys.executable, __file__, "--run", kind, str(rows), str(concurrency), endpoint.url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=1_800)
        if done.returncode:
            raise SystemExit(done.stderr)
        return json.loads(done.stdout.splitlines()[-1]) | {"server": endpoint.stop()}


def show(what: str, figure: str, target: str) -> None:
    """Print one line of the table."""
    print(f"| {what} | {figure} | {target} |", flush=True)


def measure_speed(rows: int, rows_wide: int) -> None:
    """Throughput and CPU at two widths."""
    for concurrency, count, target in ((256, rows, "≥ 0.85"), (1_024, rows_wide, "≥ 0.50")):
        probe, ours = (measure(kind, count, concurrency) for kind in ("probe", "client"))
        ideal = count / concurrency
        show(f"ratio to the ideal, {count:,} requests at {concurrency:,} / 1 s", f"{ideal / ours['wall']:.2f}", target)
        show("the SDK alone, same run", f"{ideal / probe['wall']:.2f}", "")
        show("CPU s per 1,000 requests", f"{ours['cpu'] / count * 1000:.2f}", "≤ 1.2")
        show("the SDK alone, same run", f"{probe['cpu'] / count * 1000:.2f}", "")


def measure_faults(rows: int) -> None:
    """A cap, chaos, malformed answers."""
    for name, headers in (("without headers", False), ("with headers", True)):
        found = measure("client", 600, 256, latency_s=0.2, cap_a_second=50.0, limit_headers=headers)
        show(f"50 requests/s cap {name}, 600 rows: × ideal", f"{found['wall'] / 12.2:.2f}", "≤ 1.15")
        refused, lost = found["server"]["429"], 600 - found["slots"]
        show("429 answers, rows lost", f"{refused}, {lost}", "≤ 20, 0")
    calm, wild = measure("client", rows, 64), measure("client", rows, 64, **CHAOS)
    show(f"chaos, {rows} rows at 64 / 1 s: × fault-free time", f"{wild['wall'] / calm['wall']:.2f}", "≤ 3")
    show("rows unaccounted, truncated accepted", f"{rows - wild['slots']}, {wild['truncated']}", "0, 0")
    found = measure("client", 1_000, 64, latency_s=0.1, malformed=MALFORMED)
    show("first completions parsed, 10 % malformed five ways", f"{found['first'] / 1_000:.3f}", "0.90, below the gate")


def measure_memory(many: int) -> None:
    """Memory at many requests above that at 1,000."""
    few, lots = (measure("client", count, 256, latency_s=0.05) for count in (1_000, many))
    show(f"memory at {many:,} above that at 1,000", f"{lots['memory'] - few['memory']:.0f} MB", "≤ 100 MB at 100,000")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true", help="a tenth of the requests")
    parser.add_argument("--run", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        kind, rows, concurrency, url = args.run
        found = (run_client if kind == "client" else run_probe)(int(rows), int(concurrency), url)
        print(json.dumps(found))
        return
    print("| what | figure | target |\n|---|---|---|")
    measure_speed(1_500 if args.short else 5_000, 2_000 if args.short else 5_000)
    measure_faults(300 if args.short else 1_000)
    measure_memory(5_000 if args.short else 100_000)
    here = Path(__file__).resolve().parent
    subprocess.run([sys.executable, str(here / "teacher_peers.py"), *(["--short"] if args.short else [])], check=True)


if __name__ == "__main__":
    main()
