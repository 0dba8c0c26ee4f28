"""The whole build by the embedded teacher: wall, CPU and memory by stage, growth, replay, a second round, workers.

In: nothing. Out: tables. `--rows 1000 10000 100000` builds each of them in a process of its own that is
watched from outside: CPU and proportional memory (PSS) of it and all its children, every half second.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

SAMPLE_S = 0.5
TICKS = os.sysconf("SC_CLK_TCK")
CALLS = {  # module: its calls that are stages of a build, each timed under its own name
    "staging": ("open_checks", "finish_plan", "stage_round"),
    "asking": ("ask_teacher", "join_completions"),
    "cleaning": ("drop_near_duplicates",),
    "canary_drill": ("run_drill",),
    "metrics": ("measure_round",),
    "report": ("write_report",),
    "card": ("write_card",),
}


@dataclass
class Watch:
    """What was seen of a command. samples: (time, CPU seconds so far, PSS bytes) of the whole process tree."""

    wall: float = 0.0
    cpu: float = 0.0
    samples: list[tuple[float, float, int]] = field(default_factory=list)
    stages: list[tuple[str, float, float]] = field(default_factory=list)

    @property
    def peak_gb(self) -> float:
        """The highest PSS of all processes together, in GB."""
        return max(sample[2] for sample in self.samples) / 1e9

    def tell_stage(self, begin: float, end: float) -> tuple[float, float]:
        """Return CPU seconds and peak PSS in GB between two moments."""
        times, used, _ = zip(*self.samples, strict=True)
        inside = [s[2] for s in self.samples if begin - SAMPLE_S <= s[0] <= end + SAMPLE_S]
        spent = np.diff(np.interp([begin, end], times, used))[0]
        return float(spent), max(inside, default=0) / 1e9


def run_build(rows: int, home: Path, *more: str) -> Watch:
    """Build in a process of its own and return what was seen of it; raises CalledProcessError where it fails."""
    marks = home / f"marks-{time.monotonic_ns()}.jsonl"
    command = [sys.executable, __file__, "--child", str(marks), "--teacher", "embedded", "--out", str(home / "out"),
               "--runs", str(home / "runs"), "--rows", str(rows), *more]  # fmt: skip
    seen = watch(command)
    for line in marks.read_text().splitlines():
        seen.stages.append(tuple(json.loads(line)))
    return seen


def watch(command: list[str]) -> Watch:
    """Run a command and sample its process tree until it ends."""
    seen, begin = Watch(), time.time()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    over = threading.Event()
    sampler = threading.Thread(target=_sample, args=(process.pid, seen, over))
    sampler.start()
    _, status, used = os.wait4(process.pid, 0)
    over.set()
    sampler.join()
    seen.wall, seen.cpu = time.time() - begin, used.ru_utime + used.ru_stime
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), command)
    return seen


def _sample(pid: int, seen: Watch, over: threading.Event) -> None:
    while not over.wait(SAMPLE_S):
        cpu, memory = 0.0, 0
        for one in _tree(pid):
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
                cpu += sum(map(int, fields[11:15])) / TICKS  # own and reaped children's, user and system
                for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        memory += int(line.split()[1]) * 1024
        seen.samples.append((time.time(), cpu, memory))


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            children.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(int(stat.parent.name))
    found, waiting = [], [root]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def build_in_this_process(marks: Path, arguments: list[str]) -> int:
    """Run the build with the begin and end of each stage written to `marks`."""
    from importlib import import_module

    from generation import build

    with marks.open("a") as lines:

        def mark(name: str, begin: float) -> None:
            lines.write(json.dumps([name, begin, time.time()]) + "\n")
            lines.flush()

        def timed(call: Any, name: str | None) -> Any:
            def run(*args: Any, **named: Any) -> Any:
                begin = time.time()
                try:
                    return call(*args, **named)
                finally:
                    mark(name or f"check: {args[1]}", begin)

            return run

        def instrument() -> None:
            for module, calls in CALLS.items():
                home = import_module(f"generation.{module}")
                for call in calls:
                    setattr(home, call, timed(getattr(home, call), call.replace("_", " ")))
            home = import_module("generation.cleaning")
            home.apply_check = timed(home.apply_check, None)

        from generation import plan

        started = plan.start_plan

        def start_plan(*args: Any) -> Any:  # the workers draw while the modules are imported, as ever
            instrument()
            return started(*args)

        build.start_plan = start_plan
        return build.main(arguments)


def show_stages(seen: Watch, rows: int) -> None:
    """Print the table of one build."""
    print(f"\n{rows:,} rows: {seen.wall:,.1f} s wall, {seen.cpu:,.1f} s CPU ({1000 * seen.cpu / rows:.1f} ms a row), "
          f"{rows / seen.wall:,.0f} rows/s, peak {seen.peak_gb:.2f} GB")  # fmt: skip
    print(f"  {'stage':24}{'wall s':>9}{'CPU s':>9}{'ms a row':>10}{'peak GB':>9}")
    for name, begin, end in sorted(seen.stages, key=lambda stage: stage[1]):
        cpu, peak = seen.tell_stage(begin, end)
        print(f"  {name:24}{end - begin:9.1f}{cpu:9.1f}{1000 * cpu / rows:10.2f}{peak:9.2f}")


def show(what: str, figure: str, target: str) -> None:
    """Print one line of the last table."""
    print(f"{what:58}{figure:>18}   {target}")


def measure_growth(sizes: list[int], home: Path) -> None:
    """Build each size anew, then replay the last and add a round to it."""
    walls = {}
    for rows in sizes:
        place = home / str(rows)
        place.mkdir()
        first = run_build(rows, place)
        walls[rows] = first.wall
        show_stages(first, rows)
    edited = place / "edited.toml"
    edited.write_text("min_jaccard = 0.75\n")
    replay = run_build(rows, place, "--round", "1", "--config", str(edited))
    show_stages(replay, rows)
    second = run_build(rows, place)
    show_stages(second, rows)
    proof = watch([sys.executable, "generation/verify.py", str(place / "out")])
    print()
    show(f"{rows:,} rows: wall, minutes", f"{first.wall / 60:.1f}", "<= 30 at 100,000")
    show(f"{rows:,} rows: peak PSS of all processes, GB", f"{first.peak_gb:.2f}", "<= 2.5 at 100,000")
    for small, large in zip(sizes, sizes[1:], strict=False):
        show(f"growth of wall {small:,} -> {large:,} rows", f"{walls[large] / walls[small]:.1f}x", "<= 11x for 10x")
    show("first build against replay with a cleaning setting changed", f"{first.wall / replay.wall:.1f}x", ">= 3x")
    show("second round against the first", f"{second.wall / first.wall:.2f}x", "<= 1.2x")
    show(f"verify.py on both rounds, {2 * rows:,} rows: minutes", f"{proof.wall / 60:.1f}", "<= 20 a 100,000")


def measure_workers(rows: int, home: Path) -> None:
    """Build the same round with one worker and with two."""
    walls = []
    for workers in (1, 2):
        place = home / f"workers-{workers}"
        place.mkdir()
        walls.append(run_build(rows, place, "--workers", str(workers)).wall)
    show(f"workers 1 -> 2, {rows:,} rows", f"{walls[0] / walls[1]:.2f}x", ">= 1.6x at 20,000")


@contextlib.contextmanager
def temporary_home(keep: Path | None) -> Iterator[Path]:
    """Yield an empty folder; it is removed at the end unless it was named."""
    home = keep or Path(tempfile.mkdtemp(prefix="benchmark-build-"))
    home.mkdir(parents=True, exist_ok=True)
    try:
        yield home
    finally:
        if not keep:
            shutil.rmtree(home)


def main() -> int:
    """Run what was asked for."""
    if sys.argv[1:2] == ["--child"]:
        return build_in_this_process(Path(sys.argv[2]), sys.argv[3:])
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="100 and 1,000 rows")
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--workers-rows", type=int, default=20_000, help="rows built with 1 and 2 workers; 0: not")
    parser.add_argument("--home", type=Path, help="build in this folder and keep it")
    args = parser.parse_args()
    if args.short:
        args.rows, args.workers_rows = [100, 1_000], 400
    with temporary_home(args.home) as home:
        measure_growth(args.rows, home)
        if args.workers_rows:
            measure_workers(args.workers_rows, home)
    return 0


if __name__ == "__main__":
    sys.exit(main())
