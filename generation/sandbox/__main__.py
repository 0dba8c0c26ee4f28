"""Say what the sandbox is worth on this machine: `python -m generation.sandbox`.

Out, printed: of each rung whether it holds, the rung that a build would take, and its speed. Exit 0
where a foreign teacher's code can be run, 1 where only our own can.
"""

import argparse
import logging
import statistics
import sys
import time

from generation.sandbox.host import Sandbox
from generation.sandbox.ladder import RUNGS, count_probes, open_sandbox, read_forbidden, try_rung
from generation.sandbox.verdicts import SandboxUnavailable

SOURCE = "def largest(values):\n    return max(values, default=None)\n"
RUNS = 100


def measure_call_ms(sandbox: Sandbox, runs: int = RUNS) -> float:
    """Return the median milliseconds of one small run."""
    took = []
    for _ in range(runs):
        start = time.perf_counter()
        sandbox.call(SOURCE, "largest", ["([3, 1, 2],)", "([],)"])
        took.append(1000 * (time.perf_counter() - start))
    return statistics.median(took)


def main() -> int:
    """Print the report; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m generation.sandbox", description="Try the sandbox here.")
    parser.add_argument("--all", action="store_true", help="try every rung, not only the first that holds")
    every = parser.parse_args().all
    logging.basicConfig(format="%(message)s")
    forbidden = read_forbidden()
    for rung in RUNGS:
        if rung in forbidden:
            print(f"{rung}: forbidden")
            continue
        missed = try_rung(rung)
        probes = count_probes(runs_suites=Sandbox(rung).runs_suites)
        print(f"{rung}: {missed or f'all {probes} probes held, the honest jobs among them'}")
        if not missed and not every:
            break
    try:
        with open_sandbox() as sandbox:
            print(f"untrusted code runs on the rung {sandbox.rung}: {measure_call_ms(sandbox):.1f} ms a small run")
            if not sandbox.runs_suites:
                print("test suites are refused there")
    except SandboxUnavailable as error:
        print(error)
        with open_sandbox(trusted=True) as sandbox:
            print(f"only our own code runs, on the rung {sandbox.rung}: {measure_call_ms(sandbox):.1f} ms a small run")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
