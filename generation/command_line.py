"""The command line of a build: flags, their help, and what they give as settings.

In: argv. Out: a namespace, with `given` (the settings that file and flags name). Errors are one
line on stderr and exit code 2. It imports nothing heavy, so that --help answers at once.
"""

import argparse
import contextlib
import os
import re
import resource
import sys
from pathlib import Path
from typing import NoReturn

from generation.faults import Fault
from generation.plain_text import show_on_one_line
from generation.settings import Settings, read_settings_file

DESCRIPTION = """Build the next round of the dataset: draw programs, pose tasks, ask the teacher, clean, prove, write.

examples:
  python generation/build.py                          next round, embedded teacher (or gpt-4o-mini with a key)
  python generation/build.py --teacher embedded       no key, no network
  python generation/build.py --teacher gpt-4o-mini --estimate
  python generation/build.py --teacher embedded --push --repo-id USER/heidi-autotrain-synthetic
"""
EPILOG = """environment: OPENAI_API_KEY (teacher), HF_TOKEN (--push), SOURCE_DATE_EPOCH (the rows' timestamp).
exit codes: 0 done; 1 a quality target was missed, nothing published; 2 wrong usage or environment."""
MAX_ROUND = 2**31 - 1  # the column `round` is int32
SETTING_FLAGS = ("rows", "seed", "teacher", "base_url")
LEAST_FILES = 256  # the sandbox numbers its files up to 130; a build has some dozens open, and a socket a request
WANTED_FILES = 8_192


class EnvironmentFault(Fault):
    """A limit of the shell that nothing can be done under."""


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line that points to --help."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message} (see --help)\n")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of `generation/build.py`."""
    parser = OneLineParser(
        prog="build.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made = parser.add_argument_group("what is made (settings, saved with the round)")
    made.add_argument("--config", type=Path, metavar="FILE", help="TOML file of settings; flags win over it")
    made.add_argument("--rows", type=int, metavar="N", help=f"rows asked of the teacher (default {Settings.rows:,})")
    made.add_argument("--seed", type=int, metavar="S", help="which sequence of programs (default 0)")
    made.add_argument(
        "--teacher",
        metavar="NAME",
        help="auto, embedded, or a model's name (default auto: gpt-4o-mini with OPENAI_API_KEY, else embedded)",
    )
    made.add_argument("--base-url", metavar="URL", help="an OpenAI-compatible endpoint, such as a local vLLM")
    made.add_argument("--round", type=_round, metavar="N", help="continue or replay round N (default: the next)")
    made.add_argument("--skip-round", action="store_true", help="leave an unfinished or rejected round, go on")
    made.add_argument("--replace-round", type=_round, metavar="N", help="replay a published round N and replace it")
    runs = parser.add_argument_group("how it runs")
    runs.add_argument("--out", type=Path, default=Path("heidi-autotrain-synthetic"), metavar="DIR", help="published folder (default %(default)s)")  # fmt: skip  # noqa: E501
    runs.add_argument("--runs", type=Path, default=Path("runs"), metavar="DIR", help="private folder of settings, ledgers and reports (default %(default)s)")  # fmt: skip  # noqa: E501
    runs.add_argument("--workers", type=_positive, default=os.cpu_count() or 1, metavar="N", help="processes (default: the cores, %(default)s)")  # fmt: skip  # noqa: E501
    runs.add_argument("--spark", metavar="MASTER", help="run row checks and signatures on a Spark, such as local[2]")
    runs.add_argument("--json", action="store_true", help="print the round's numbers as JSON at the end")
    paid = parser.add_argument_group("an API teacher")
    paid.add_argument("--concurrency", type=_positive, default=64, metavar="N", help="requests in flight (default %(default)s)")  # fmt: skip  # noqa: E501
    paid.add_argument("--batch", action="store_true", help="use the Batch API: half the price, up to a day")
    paid.add_argument("--estimate", action="store_true", help="print requests, tokens and dollars, send nothing")
    paid.add_argument("--max-usd", type=_dollars, default=5.0, metavar="X", help="stop before this is spent (default %(default)s; inf: no bound)")  # fmt: skip  # noqa: E501
    hub = parser.add_argument_group("the Hub")
    hub.add_argument("--push", action="store_true", help="publish: a finished round that is not there yet, else the next one")  # fmt: skip  # noqa: E501
    hub.add_argument("--push-only", action="store_true", help="publish what is built, build nothing")
    hub.add_argument("--repo-id", type=_repo_id, metavar="USER/NAME", help="dataset repository (default: yours, heidi-autotrain-synthetic)")  # fmt: skip  # noqa: E501
    hub.add_argument("--private", action="store_true", help="create the repository private")
    hub.add_argument("--revision", metavar="BRANCH", help="branch to publish to (default main)")
    hub.add_argument("--create-pr", action="store_true", help="open a pull request instead of committing")
    return parser


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    """Return the arguments with `given`; exits 2 in one line on wrong usage, SettingsFault on bad settings."""
    parser = make_parser()
    if sys.flags.optimize > 1:
        parser.error("python -OO drops docstrings, which describe the answers' fields to a teacher; unset PYTHONOPTIMIZE")
    args = parser.parse_args(argv)
    flags = {name: getattr(args, name) for name in SETTING_FLAGS if getattr(args, name) is not None}
    args.given = (read_settings_file(args.config) if args.config else {}) | flags
    Settings(**args.given)  # checked before anything is locked or written
    if args.push and args.push_only:
        parser.error("--push builds and publishes, --push-only builds nothing: choose one")
    if args.round and args.replace_round:
        parser.error("--round and --replace-round exclude each other")
    if args.push and args.given.get("teacher", "auto") == "auto":
        parser.error("--push wants the teacher named, such as --teacher embedded or --teacher gpt-4o-mini")
    return args


def open_standard_streams() -> None:
    """Have stdin, stdout and stderr lead somewhere, to /dev/null where the caller closed them.

    Else the next files to be opened, the ledger among them, would get their numbers, and what libraries and
    children print would be written into them.
    """
    while (file := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(file, True)
    os.close(file)
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for good


def raise_file_limit() -> None:
    """Allow as many open files as the system lets us have; EnvironmentFault where these are too few."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
    if most < LEAST_FILES:
        raise EnvironmentFault(f"only {hard} open files are allowed here; allow {LEAST_FILES}, with ulimit -n, or more")
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def drop_unprinted() -> None:
    """Keep the interpreter from failing at its end over what stdout did not take."""
    try:
        sys.stdout.flush()
    except OSError:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())


def complain(message: str, program: str = "build.py") -> None:
    """Print one line on stderr, control and other unseen characters spelt out; where nobody reads it, nothing."""
    with contextlib.suppress(OSError):
        print(f"{program}: {show_on_one_line(message)}", file=sys.stderr)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1, not {text!r}")
    return int(text)


def _round(text: str) -> int:
    number = _positive(text)
    if number > MAX_ROUND:
        raise argparse.ArgumentTypeError(f"must be at most {MAX_ROUND:,}, not {text!r}")
    return number


def _dollars(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not value >= 0:
        raise argparse.ArgumentTypeError(f"must be an amount in dollars, not {text!r}")
    return value


def _repo_id(text: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,96}/[\w.-]{1,96}", text):
        raise argparse.ArgumentTypeError(f"must be user/name, not {text!r}")
    return text
