"""Check a published folder again, from the folder alone: contract, secrets, duplicates, every proof.

In: a folder, built here or downloaded. Out: a table of checks, exit code 1 on a single failure. It
trusts nothing in the folder: answers and proofs run in the sandbox, whoever claims to have made
them. What it proves is what `evidence` says; it never makes a program again with today's code.
"""

import sys
from pathlib import Path

if not __package__:  # run as a script: the folder of this file must not shadow the packages
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import argparse
import functools
import json
import os
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from generation.command_line import OneLineParser, complain, drop_unprinted, open_standard_streams, raise_file_limit
from generation.faults import Fault
from generation.folder import EVIDENCE_COLUMNS, FolderFault, published_rounds
from generation.workers import Workers

PROGRAM = "verify.py"
CHUNK_ROWS = 64
SHOWN_FAILURES = 20
CHECKS = ("contract", "lengths", "evidence", "secrets", "exact duplicates", "proof")


class Chunk(NamedTuple):
    """Some rows of one shard: where they are, and whether rows said to be the embedded teacher's count as our own code."""

    data: Path
    evidence: Path
    first: int
    trust_embedded: bool


class Verified(NamedTuple):
    """What a chunk came to: rows by check, (check, id, detail) of failures, ids, hashes of rows."""

    counts: Counter
    failures: list[tuple[str, str, str]]
    ids: list[str]
    hashes: list[str]


def main(argv: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    open_standard_streams()
    parser = OneLineParser(prog=PROGRAM, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a published folder")
    parser.add_argument("--round", type=int, metavar="N", help="only this round")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="processes (default %(default)s)")  # fmt: skip  # noqa: E501
    parser.add_argument("--trust-embedded", action="store_true", help="for folders that you built yourself: run the embedded teacher's rows many in one process, twice as fast, and in a plain one where no sandbox holds")  # fmt: skip  # noqa: E501
    args = parser.parse_args(argv)
    try:
        raise_file_limit()
        return verify_folder(args)
    except Fault as fault:
        complain(str(fault), PROGRAM)
        return 2
    except KeyboardInterrupt:
        complain("stopped; nothing was written", PROGRAM)
        return 130
    except MemoryError:
        complain("out of memory; try --workers 1", PROGRAM)
        return 2
    except BrokenPipeError:
        return 2  # nobody reads on
    except OSError as error:
        complain(f"{error.strerror or error} ({error.filename or 'no file'}); mend it and run again", PROGRAM)
        return 2
    finally:
        drop_unprinted()


def verify_folder(args: argparse.Namespace) -> int:
    """Check every row of the folder, print the table, return 0 or 1."""
    from tqdm import tqdm

    rounds = [n for n in published_rounds(args.folder) if args.round in (None, n)]
    if not rounds:
        raise FolderFault(f"no published round{f' {args.round}' if args.round else ''} in {args.folder}")
    chunks = list(list_chunks(args.folder, rounds, args.trust_embedded))
    total = Verified(Counter(), [], [], [])
    workers = max(1, min(args.workers, len(chunks)))
    with Workers(workers) as pool:
        for done in tqdm(pool.map(verify_chunk, chunks), total=len(chunks), desc="verify", disable=None):
            total.counts.update(done.counts)
            total.failures.extend(done.failures)
            total.ids.extend(done.ids)
            total.hashes.extend(done.hashes)
    total.failures.extend(find_repeats("contract", total.ids, total.ids, "id is used twice"))
    total.failures.extend(find_repeats("exact duplicates", total.hashes, total.ids, "same as an earlier row"))
    total.counts["exact duplicates"] = len(total.ids)
    print_table(total, rounds)
    return 1 if total.failures else 0


def list_chunks(folder: Path, rounds: list[int], trust_embedded: bool) -> Iterator[Chunk]:
    """Yield the chunks of all shards; FolderFault where data and evidence do not go together."""

    for number in rounds:
        data, evidence = (sorted((folder / view).glob(f"round_{number}-*.parquet")) for view in ("data", "evidence"))
        if not data or len(data) != len(evidence):
            raise FolderFault(f"round {number} in {folder} has {len(data)} data and {len(evidence)} evidence files")
        for shard, proof in zip(data, evidence, strict=True):
            rows = _count_rows(shard)
            if rows != _count_rows(proof):
                raise FolderFault(f"{shard.name} has other rows as data than as evidence")
            for first in range(0, rows, CHUNK_ROWS):
                yield Chunk(shard, proof, first, trust_embedded)


def _count_rows(path: Path) -> int:
    """Return a file's rows; FolderFault where it is no Parquet file with the columns that are read here."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from generation.rows import ROW_FIELDS

    wanted = set(EVIDENCE_COLUMNS if path.parent.name == "evidence" else ROW_FIELDS)
    try:
        meta = pq.read_metadata(path)
    except pa.ArrowException as error:
        raise FolderFault(f"{path} is damaged ({str(error).splitlines()[0]}); fetch or build it again") from None
    missing = sorted(wanted - set(meta.schema.to_arrow_schema().names))
    if missing:
        raise FolderFault(f"{path} has no column {missing[0]!r}; it is not a file of this project")
    return meta.num_rows


def verify_chunk(chunk: Chunk) -> Verified:
    """Check some rows; every check on every row."""
    from generation.checks.secret_filter import find_secrets
    from generation.dedup.exact import exact_hash

    done = Verified(Counter(), [], [], [])
    rows, evidence = (_read_rows(path, chunk.first) for path in (chunk.data, chunk.evidence))
    coded = ("answer", "proof")
    found = find_secrets([row | {k: e[k] for k in coded} for row, e in zip(rows, evidence, strict=True)])
    for row, proof, secret in zip(rows, evidence, found, strict=True):
        done.counts["secrets"] += 1
        if secret:
            done.failures.append(("secrets", str(row["id"]), secret.detail))
        for check, problem in find_problems(row, proof, chunk.trust_embedded):
            done.counts[check] += 1
            if problem:
                done.failures.append((check, str(row["id"]), problem))
        done.ids.append(row["id"])
        done.hashes.append(exact_hash(row))
    return done


def find_problems(row: dict, evidence: dict, trust_embedded: bool) -> Iterator[tuple[str, str]]:
    """Yield each check of one row with what is wrong with it, "" where nothing is."""
    from generation.checks.form import find_bad_length
    from generation.rows import find_contract_breaks

    yield "contract", "; ".join(find_contract_breaks(row))
    too_long = find_bad_length(row["input"], row["output"])
    yield "lengths", too_long.detail if too_long else ""
    broken = find_evidence_break(row, evidence)
    yield "evidence", broken
    yield "proof", find_proof_break(row, evidence, trust_embedded) if not broken else "the evidence does not fit the row"


def find_evidence_break(row: dict, evidence: dict) -> str:
    """Return how a row and its evidence disagree, "" where rendering the answer gives the output."""
    from generation.parsing import validate_answer
    from generation.tasks import load_task

    meta = row["metadata"]
    for name, value in (("id", row["id"]), *((k, meta[k]) for k in ("task_type", "round", "teacher_model"))):
        if evidence[name] != value:
            return f"{name} is {value!r} in the row and {evidence[name]!r} in the evidence"
    task = load_task(meta["task_type"])
    parsed = validate_answer(json.loads(evidence["answer"]), task.Answer)
    if parsed.answer is None:
        return f"the answer does not fit its schema: {parsed.drop.detail}"
    if task.render(parsed.answer) != row["output"]:
        return "rendering the answer does not give the output"
    return ""


def find_proof_break(row: dict, evidence: dict, trust_embedded: bool) -> str:
    """Return why a row's proof fails, "" where it passes; unproved rows fail."""
    from generation.checks.proof import judge_answer, shared_sandbox
    from generation.settings import EMBEDDED

    if evidence["proof_kind"] == "unproved":
        return "the row was published without a proof"
    trusted = trust_embedded and row["metadata"]["teacher_model"] == EMBEDDED
    sandbox = shared_sandbox(os.getpid(), trusted)
    judged = judge_answer(row["metadata"]["task_type"], evidence["answer"], evidence["proof"], sandbox)
    return "" if judged.passed else f"{judged.reason}: {judged.detail}"


def find_repeats(check: str, keys: list[str], ids: list[str], said: str) -> Iterator[tuple[str, str, str]]:
    """Yield a failure for every key that was there before."""
    seen: set[str] = set()
    for key, name in zip(keys, ids, strict=True):
        if key in seen:
            yield check, name, said
        seen.add(key)


def print_table(total: Verified, rounds: list[int]) -> None:
    """Print rows checked and failures by check, then the first failures."""
    failed = Counter(check for check, _, _ in total.failures)
    print(f"rounds {', '.join(map(str, rounds))}: {len(total.ids):,} rows")
    print(f"{'check':<20}{'rows':>10}{'failed':>10}")
    for check in CHECKS:
        print(f"{check:<20}{total.counts[check]:>10,}{failed[check]:>10,}")
    for check, name, problem in total.failures[:SHOWN_FAILURES]:
        complain(f"{name}: {check}: {problem}", PROGRAM)
    if len(total.failures) > SHOWN_FAILURES:
        complain(f"and {len(total.failures) - SHOWN_FAILURES:,} more", PROGRAM)
    proved = total.counts["proof"] - failed["proof"]
    print(f"proved {proved:,} of {len(total.ids):,}, skipped {len(total.ids) - total.counts['proof']:,}")


def _read_rows(path: Path, first: int) -> list[dict]:
    """Return up to CHUNK_ROWS rows of a Parquet file from `first` on."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    meta, start, parts = pq.read_metadata(path), 0, []
    for group in range(meta.num_row_groups):
        end = start + meta.row_group(group).num_rows
        if start < first + CHUNK_ROWS and end > first:
            parts.append(_read_group(path, group).slice(max(0, first - start), first + CHUNK_ROWS - max(first, start)))
        start = end
    return pa.concat_tables(parts).to_pylist()


@functools.lru_cache(maxsize=4)
def _read_group(path: Path, group: int) -> "pyarrow.Table":  # noqa: F821 (imported where it is needed: 0.2 s)
    """Return one row group; neighbouring chunks ask for the same few. FolderFault where it is damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path).read_row_group(group)
    except (pa.ArrowException, OSError) as error:
        raise FolderFault(f"{path} is damaged ({str(error).splitlines()[0]}); fetch or build it again") from None


if __name__ == "__main__":
    sys.exit(main())
