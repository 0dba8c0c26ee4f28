"""Deduplicate one file in a process of its own, for `benchmarks/dedup.py`: what is found, time and memory.

In: work rows as `Dataset.save_to_disk` writes them, a folder for temporary files, a number of workers. Out: one JSON
object on standard output. A process of its own, because memory that something before it left free would hide what
it takes; for the same reason the rows are memory-mapped here, not converted.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

import datasets

from generation.dedup.near import find_near_duplicates, sign_rows


def spent() -> tuple[float, float]:
    """Return wall and processor seconds so far, workers that have ended included."""
    used = os.times()
    return time.perf_counter(), used.user + used.system + used.children_user + used.children_system


def read_status_mb(name: str) -> float:
    """Return a size of this process from the kernel, in MB (10^6 bytes)."""
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith(name))
    return int(line.split()[1]) * 1_024 / 1e6


def main() -> None:
    """Measure once and print."""
    path, folder, workers = sys.argv[1], sys.argv[2], int(sys.argv[3])
    datasets.disable_progress_bars()
    rows = datasets.load_from_disk(path)
    sign_rows(
        rows.select(range(2 * workers)), workers=workers
    )  # imports, in time and memory, are no part of the growth
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before, (wall, cpu) = read_status_mb("VmRSS"), spent()
    signed = sign_rows(rows, workers=workers, cache_file=Path(folder) / "signed.arrow")
    middle = spent()
    found = find_near_duplicates(signed)
    end = spent()
    peak = read_status_mb("VmHWM") - before
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1_024 / 1e6 - before if workers > 1 else 0.0
    said = {
        "found": [[d.id, d.duplicate_of] for d in found],
        "wall_s": end[0] - wall, "cpu_s": end[1] - cpu, "decide_cpu_s": end[1] - middle[1],
        "peak_mb": peak, "worker_mb": worker,
    }  # fmt: skip
    print(json.dumps(said))


if __name__ == "__main__":
    main()
