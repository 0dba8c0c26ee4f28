"""The plan of a round: which program is posed as which task in which slot.

In: seed, first program number, rows. Out: a memory-mapped Dataset, one row a slot, and the number
after the last one used. Slot i has the i-th task type in turn. Slots take candidate numbers in
order; a candidate that is refused, unsuited or behaves like an earlier one frees its slot for the
next wave, which goes on where the numbers ended. So the plan depends on the settings alone, never
on the number of workers. Parts are kept in the run folder: a killed plan goes on where it was.
"""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from generation.code_hash import hash_code
from generation.faults import Fault
from generation.tasks import TASK_TYPES, load_task
from generation.tasks.room import is_too_long
from generation.tasks.task import MAX_INPUT_CHARS, Unsuited
from generation.workers import Workers

MAX_WAVES = 60
MIN_PART_ROWS, MAX_PART_ROWS = 8, 64  # progress is seen in a trial of 50 rows; a killed plan loses seconds
PROVED_INPUTS = {"refactoring": 224, "algorithm_implementation": 224}  # as many as tasks/many_inputs.py draws
DEFAULT_PROVED_INPUTS = 40
SOURCES = ("values.py", "plan.py", "programs", "tasks", "teachers/embedded.py")
TEXT_COLUMNS = (
    "refused", "task_type", "instruction", "input", "subject", "template", "proof", "completion", "family",
    "domain", "idiom", "kind", "entry_point", "behaviour",
)  # fmt: skip
NUMBER_COLUMNS = ("slot", "number", "depth", "mutants_tried")


class PlanFault(Fault):
    """Too few programs left for the rows that were asked for."""


@dataclass(frozen=True)
class PlanRequest:
    """What settles a plan; `embedded` says that the embedded teacher answers while it is at hand."""

    seed: int
    first_number: int
    rows: int
    embedded: bool


@dataclass(frozen=True)
class Plan:
    """rows: Dataset in order of slot. next_number: first candidate number not looked at."""

    rows: "datasets.Dataset"  # noqa: F821 (datasets takes a second to import; only whoever has a plan pays it)
    next_number: int
    refusals: Counter


class Planning:
    """A plan under way: its first wave is with the workers, who draw while the caller does something else."""

    def __init__(self, request: PlanRequest, folder: Path, workers: Workers):
        self._request, self._workers = request, workers
        self._parts_folder = _open_parts_folder(request, folder)
        slots = list(range(1, request.rows + 1))
        self._first_wave = self._start_wave(0, slots, request.first_number)

    def finish(self, taken: set[str], progress: Callable[[int], object] = lambda done: None) -> Plan:
        """Return the plan. taken: behaviours of earlier rounds. progress: called with rows done.

        Raises PlanFault where MAX_WAVES waves do not fill every slot.
        """
        taken, refusals = set(taken), Counter()
        rows, number = self._request.rows, self._request.first_number + self._request.rows
        chosen: dict[int, tuple[Path, int]] = {}
        parts = self._first_wave
        for wave in range(1, MAX_WAVES + 1):
            open_slots = []
            for path in parts:
                for place, (slot, refused, behaviour) in enumerate(_read_part(path)):
                    reason = refused or ("known_behaviour" if behaviour in taken else "")
                    if reason:
                        refusals[reason] += 1
                        open_slots.append(slot)
                    else:
                        taken.add(behaviour)
                        chosen[slot] = (path, place)
                progress(len(chosen))
            if not open_slots:
                return Plan(_gather(chosen), number, refusals)
            if wave < MAX_WAVES:
                parts = self._start_wave(wave, open_slots, number)
                number += len(open_slots)
        raise PlanFault(
            f"only {len(chosen):,} of {rows:,} rows could be posed; "
            f"ask for fewer with --rows or take another --seed (refused: {dict(refusals.most_common(3))})"
        )

    def _start_wave(self, wave: int, slots: list[int], number: int) -> Iterator[Path]:
        """Have the parts made that no killed plan left behind; return all, in order, each when it is there."""
        from generation.arrow_files import is_whole

        work = list(zip(slots, range(number, number + len(slots)), strict=True))
        size = _part_rows(self._request.rows)
        paths, missing = [], []
        for i in range(0, len(work), size):
            path = self._parts_folder / f"{wave:02d}-{i // size:06d}.arrow"
            paths.append(path)
            part = work[i : i + size]
            if not path.exists() or not is_whole(path, len(part)):
                missing.append((self._request, part, path))
        return _in_order(paths, {job[2] for job in missing}, self._workers.map(_make_part, missing))


@contextmanager
def start_plan(request: PlanRequest, folder: Path, workers: int) -> Iterator[Planning]:
    """Start the plan of a round in worker processes, which end with the block. folder: the run's, for the parts."""
    useful = -(-request.rows // MAX_PART_ROWS)  # the first rows of a new process cost twice as much as later ones
    with Workers(min(workers, useful), apart=workers > 1) as pool:
        yield Planning(request, folder, pool)


def plan_round(request: PlanRequest, taken: set[str], folder: Path, workers: int = 1) -> Plan:
    """Return the plan of a round in one call; arguments and errors as above."""
    with start_plan(request, folder, workers) as planning:
        return planning.finish(taken)


def _part_rows(rows: int) -> int:
    """Return the rows of a part in a round of `rows`: the same for any number of workers."""
    return max(MIN_PART_ROWS, min(MAX_PART_ROWS, rows // 16))


def _in_order(paths: list[Path], missing: set[Path], made: Iterator[Path]) -> Iterator[Path]:
    return (next(made) if path in missing else path for path in paths)


def _make_part(job: tuple[PlanRequest, list[tuple[int, int]], Path]) -> Path:
    """Write one part file, whole or not at all, and return its path."""
    import pyarrow as pa

    from generation.arrow_files import write_stream

    request, work, path = job
    rows = [pose_candidate(request, slot, number) for slot, number in work]
    write_stream(path, _schema(), [pa.Table.from_pylist(rows, schema=_schema())])
    return path


def _read_part(path: Path) -> list[tuple[int, str, str]]:
    """Return (slot, refused, behaviour) of each candidate of a part."""
    import pyarrow as pa

    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_stream(source).read_all()
        return list(zip(*(table[name].to_pylist() for name in ("slot", "refused", "behaviour")), strict=True))


def pose_candidate(request: PlanRequest, slot: int, number: int) -> dict:
    """Return the plan's row for one slot and candidate; `refused` says why where it cannot be used."""
    from generation.programs import draw_program, prove_program
    from generation.programs.program import Refused
    from generation.teachers import embedded

    row: dict = dict.fromkeys(TEXT_COLUMNS, "") | dict.fromkeys(NUMBER_COLUMNS, 0) | {"difficulty": 0.0}
    task_type = TASK_TYPES[(slot - 1) % len(TASK_TYPES)]
    row |= {"slot": slot, "number": number, "task_type": task_type}
    try:
        program = draw_program(request.seed, number)
        if is_too_long(program, task_type):
            raise Unsuited("too_long")
        proved = prove_program(program, inputs=PROVED_INPUTS.get(task_type, DEFAULT_PROVED_INPUTS))
        posed = load_task(task_type).pose(proved, Random(f"pose {request.seed} {number}"))
        if len(posed.input) > MAX_INPUT_CHARS:
            raise Unsuited("prompt_too_long")
        if request.embedded:
            row["completion"] = embedded.complete(proved, posed, Random(f"answer {request.seed} {number}"))
    except (Refused, Unsuited) as refusal:
        return row | {"refused": refusal.reason}
    return row | {
        "instruction": posed.instruction,
        "input": posed.input,
        "subject": posed.proof["subject"],
        "template": posed.template,
        "proof": json.dumps(posed.proof, ensure_ascii=False, separators=(",", ":")),
        "family": program.family,
        "domain": program.domain,
        "idiom": program.idiom,
        "kind": program.kind,
        "entry_point": program.entry_point,
        "behaviour": proved.behaviour,
        "depth": program.depth,
        "mutants_tried": proved.mutants_tried,
        "difficulty": proved.difficulty,
    }


def _schema():
    import pyarrow as pa

    fields = [(name, pa.string()) for name in TEXT_COLUMNS] + [(name, pa.int64()) for name in NUMBER_COLUMNS]
    return pa.schema([*fields, ("difficulty", pa.float64())])


def _gather(chosen: dict[int, tuple[Path, int]]):
    """Return the chosen rows of all parts as one memory-mapped Dataset in order of slot."""
    import datasets

    paths = sorted({path for path, _ in chosen.values()})
    parts = [datasets.Dataset.from_file(str(path)) for path in paths]
    starts, total = {}, 0
    for path, part in zip(paths, parts, strict=True):
        starts[path], total = total, total + len(part)
    order = [starts[chosen[slot][0]] + chosen[slot][1] for slot in sorted(chosen)]
    return datasets.concatenate_datasets(parts).select(order).remove_columns("refused")


def _open_parts_folder(request: PlanRequest, folder: Path) -> Path:
    """Return the folder of this plan's parts; parts of other settings or older code are swept."""
    mine = folder / f"plan-{code_hash(request)}"
    for other in folder.glob("plan-*"):
        if other != mine:
            shutil.rmtree(other)
    mine.mkdir(parents=True, exist_ok=True)
    for torn in mine.glob("*.tmp"):
        torn.unlink()
    return mine


def code_hash(request: PlanRequest) -> str:
    """Return a short hash of the request and the code that plans are made by."""
    digest = hash_code(SOURCES)
    digest.update(repr(request).encode())
    return digest.hexdigest()[:16]
