"""Build a round: the whole way of a row, from program to published folder, in one place.

In: the command line. Out: the next round in the published folder, its run folder, and, with
--push, one commit on the Hub. Each step is one named call; what a row must fulfil is not said here.
"""

import sys
from pathlib import Path

if not __package__:  # run as a script: the folder of this file must not shadow the packages
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import argparse
import shutil

from generation.command_line import complain, drop_unprinted, open_standard_streams, parse_arguments, raise_file_limit
from generation.faults import Fault
from generation.folder import (
    FolderFault,
    check_places,
    lock_folder,
    published_rounds,
    read_metrics,
    rounds_with_files,
    sweep_unfinished,
)
from generation.plan import PlanRequest, start_plan
from generation.run import Run, choose_run, read_runs, replay_published


def main(argv: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    open_standard_streams()
    try:
        args = parse_arguments(sys.argv[1:] if argv is None else argv)
        raise_file_limit()
        check_places(args.out, args.runs)
        with lock_folder(args.out), lock_folder(args.runs):
            return run_command(args)
    except Fault as fault:
        complain(str(fault))
        return 2
    except KeyboardInterrupt:
        complain("stopped; nothing is lost, the same command goes on where this one was")
        return 130
    except MemoryError:
        complain("out of memory; the same command goes on where this one was, with --workers 1 if need be")
        return 2
    except BrokenPipeError:
        complain("nobody reads on what this says; the same command goes on where it was")
        return 2
    except OSError as error:
        complain(f"{error.strerror or error} ({error.filename or 'no file'}); mend it and run the same command again")
        return 2
    finally:
        drop_unprinted()


def run_command(args: argparse.Namespace) -> int:
    """Fetch, choose, build and publish as asked; return the exit code."""
    if args.push or args.push_only or args.repo_id:
        return run_with_hub(args)
    open_folder(args)
    return build_next(args)


def open_folder(args: argparse.Namespace, fetching: bool = False) -> None:
    """Sweep what a killed build left in the published folder, and make a card that was lost anew.

    fetching: the Hub's rounds are brought next. Without that and without a run, rounds that no card names
    are somebody's only copy: FolderFault.
    """
    runs = read_runs(args.runs)
    finished = {number for number, run in runs.items() if run.state in ("built", "published")}
    there, named = rounds_with_files(args.out), set(published_rounds(args.out))
    if not named and not fetching and (unknown := there - set(runs)):
        raise FolderFault(f"{args.out} holds files of round {min(unknown)}, and no README.md; restore it, or remove them")
    sweep_unfinished(args.out, finished)
    if (finished & there) - named:
        from generation import card

        card.write_card(args.out)


def run_with_hub(args: argparse.Namespace) -> int:
    """The same with the Hub's rounds fetched first, and publishing after."""
    from generation import hub

    repo = hub.open_repo(args.repo_id, args.revision, args.private, args.create_pr, writing=args.push or args.push_only)
    open_folder(args, fetching=True)
    hub.fetch_rounds(repo, args.out, args.runs, args.replace_round)
    waiting = hub.find_unpublished(repo, args.out, args.runs)
    if not args.push_only and not (args.push and waiting and not args.replace_round):
        code = build_next(args)
        if code or args.estimate or not args.push:
            return code
    hub.publish(repo, args.out, args.runs, args.replace_round)
    return 0


def build_next(args: argparse.Namespace) -> int:
    """Choose the round and build it, or print what it would cost."""
    from generation import summary

    run = choose(args)
    summary.announce(run, args.batch)
    if args.estimate:
        return 0
    if not run.trusted and not run.folder.exists():
        from generation.teachers.endpoint import find_key

        find_key(run.settings)  # a round begun without it would stand in the way of the next command
    return build_round(run.save(), args)


def build_round(run: Run, args: argparse.Namespace) -> int:
    """Make the round: the recipe of the dataset. Return 0, or 1 where a target was missed."""
    request = PlanRequest(run.settings.seed, run.first_number, run.settings.rows, run.trusted)
    with start_plan(request, run.folder, args.workers) as planning:  # workers draw while this process gets ready
        from generation import asking, canary_drill, card, cleaning, history, metrics, report, staging, summary
        from generation.kept_results import KeptResults
        from generation.ledger import Ledger

        work = staging.open_work_folder(run)
        staging.open_checks(run)
        earlier = history.read_earlier(args.out, args.runs, published_rounds(args.out), leave_out=run.number)
        run, plan = staging.finish_plan(run, planning, earlier.behaviours)
    with Ledger(run.folder / "ledger.jsonl", run.number) as ledger:
        asking.ask_teacher(plan.rows, run, ledger, asking.AskOptions(args.concurrency, args.batch, args.max_usd))
        asked = asking.join_completions(plan.rows, ledger, work)
    results = KeptResults(run.folder / "checked", asked)
    how = cleaning.Cleaning(run, work, args.workers, results, earlier.indexes, args.spark)
    cleaned = cleaning.clean_rows(asked, how)
    drill = canary_drill.run_drill(cleaned.rows, run.settings.seed, run.number)
    numbers = metrics.measure_round(run, plan, asked, cleaned, drill, args.out)
    missed = metrics.find_missed_targets(numbers, run.settings)
    numbers = staging.stage_round(run, cleaned, numbers, args.out, args.workers)
    report.write_report(run, numbers, missed, report.Seen(asked, cleaned, drill, args.out))
    run = run.save(notes=run.notes | {"rungs": report.count_rungs(cleaned.rows)})
    if missed:
        run = run.save(state="rejected", missed=tuple(missed))
    else:
        staging.put_in_folder(run, args.out)
        card.write_card(args.out)
        run = run.save(state="built")
    shutil.rmtree(work)
    summary.print_summary(run, numbers, args)
    return 1 if missed else 0


def choose(args: argparse.Namespace) -> Run:
    """Return the run that the command is about."""
    published = published_rounds(args.out)
    if args.replace_round:
        return replay_published(args.runs, args.replace_round, args.given)
    seed = args.given.get("seed", 0)
    ends = [m["numbers"]["next"] for m in read_metrics(args.out).values() if m["numbers"]["seed"] == seed]
    ends += [run.next_number for run in read_runs(args.runs).values() if run.settings.seed == seed]
    return choose_run(args.runs, published, args.round, args.skip_round, args.given, max([0, *ends]))


if __name__ == "__main__":
    sys.exit(main())
