"""What a build says: before it starts, who is asked and for how much; at the end, the funnel.

In: a run and its numbers. Out: lines on the terminal. It computes nothing that metrics has not.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from generation.faults import Fault
from generation.plain_text import show_on_one_line
from generation.run import Run


class StdoutFault(Fault):
    """Stdout ended or is full; the round is done all the same."""


ESTIMATED_ROWS = 48  # rows drawn to learn the length of prompts; six of each task type


def announce(run: Run, batch: bool = False) -> None:
    """Say which round is built by which teacher and what it is expected to cost, before anything is asked."""
    settings = run.settings
    say(f"round {run.number}: {settings.rows:,} rows asked of {settings.teacher}, seed {settings.seed}")
    if run.trusted:
        say("the embedded teacher needs no key and no network; it costs nothing")
    else:
        say(describe_estimate(run, batch))


def describe_estimate(run: Run, batch: bool = False) -> str:
    """Return requests, tokens and dollars that a round by an API teacher is expected to take, in one line."""
    from generation.plan import PlanRequest, plan_round
    from generation.teachers.cost import estimate_cost
    from generation.teachers.request import make_request

    settings = run.settings
    with tempfile.TemporaryDirectory() as folder:
        request = PlanRequest(settings.seed, run.first_number, min(settings.rows, ESTIMATED_ROWS), embedded=False)
        plan = plan_round(request, set(), Path(folder))
        rows = list(plan.rows.select_columns(["slot", "task_type", "input"]))
    estimate = estimate_cost([make_request(row, settings) for row in rows], settings, batch)
    dollars = "price unknown" if estimate.usd is None else f"about ${estimate.usd:,.2f}"
    return (
        f"estimate: {settings.rows:,} requests, {estimate.prompt_tokens:,} tokens in, "
        f"{estimate.completion_tokens:,} tokens out, {dollars}"
    )


def print_summary(run: Run, numbers: dict, args: argparse.Namespace) -> None:
    """Print the funnel, the four targets against what was measured, and where everything is."""
    from generation.metrics import target_bound

    if args.json:
        try:
            print(json.dumps(numbers, sort_keys=True), flush=True)
        except OSError as error:
            raise StdoutFault(
                f"round {run.number} is {run.state}, but stdout does not take its numbers ({error.strerror}); "
                f"they are in {run.folder / 'metrics.json'}"
            ) from None
        return
    say("")
    say(f"{'asked':<44}{numbers['asked']:>8,}")
    for stage in numbers["funnel"]:
        for reason, count in stage["dropped"].items():
            say(f"  {'dropped at ' + stage['stage']:<24}{reason:<18}{-count:>8,}")
    say(f"{'kept':<44}{numbers['kept']:>8,}")
    say("")
    say(f"  {'task type':<28}{'asked':>8}{'kept':>8}{'proof passed':>14}")
    for name, counts in numbers["task_types"].items():
        passed = "-" if counts["proof_pass_rate"] is None else f"{counts['proof_pass_rate']:.2%}"
        say(f"  {name:<28}{counts['asked']:>8,}{counts['kept']:>8,}{passed:>14}")
    say("")
    for name, value in numbers["targets"].items():
        sign, bound = target_bound(name, run.settings)
        label = "secret detection (canaries)" if name == "secret_detection" else name.replace("_", " ")
        say(f"  {label:<34}{value:>8.2%}   target {sign} {bound:.0%}")
    say("")
    say(f"  report                            {run.folder / 'report.html'}")
    say(f"  settings, ledger, drops           {run.folder}")
    if run.state == "rejected":
        say(f"  rejected, nothing published: {'; '.join(run.missed)}")
        say(f"  change a setting and replay it with --round {run.number}, or leave it with --skip-round")
        return
    say(f"  published folder                  {args.out}")
    name = args.out.name if args.out.parent == Path() else str(args.out)
    say(f'  load it                           load_dataset("{name}", split="round_{run.number}")')


def say(line: str) -> None:
    """Print one line of the build's talk, unseen characters spelt out; to stderr, so that --json has stdout alone."""
    print(show_on_one_line(line), file=sys.stderr, flush=True)
