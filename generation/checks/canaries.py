"""Planted secrets: passages with realistic fake secrets, to measure what the secret filter finds.

In: a Random. Out: `Canary` passages (a secret of a kind, in a context) and rows with one planted. Disjoint from
the filter's own tests, and written without sight of its rules. It measures detection in context only:
not false alarms, and not secrets of vendors that are not listed.
"""

import json
import re
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from generation.checks.canary_keys import BLOCKS
from generation.checks.canary_people import PERSONAL
from generation.checks.canary_settings import SETTINGS
from generation.checks.canary_tokens import TOKENS

_MAX_CHARS = {"instruction": 400, "input": 1_800, "output": 2_048}


class Canary(NamedTuple):
    """One passage to plant. kind: what the secret is; context: where it stands; text: the whole passage."""

    kind: str
    context: str
    text: str


class CanaryMaker(NamedTuple):
    """Makes canaries of one kind in one context."""

    kind: str
    context: str
    make_text: Callable[[Random], str]


Context = Callable[[Random, str, str, str], str]  # (rng, service, variable, value) -> passage


def _python(rng: Random, service: str, variable: str, value: str) -> str:
    head = rng.choice(("import requests", "import os", "from app import client"))
    use = f"def connect(timeout_s=10):\n    return open_session({variable}, timeout_s)"
    return f'{head}\n\n{variable} = "{value}"\n\n\n{use}'


def _python_argument(rng: Random, service: str, variable: str, value: str) -> str:
    name, option = service.split()[-1].lower(), variable.split("_", 1)[-1].lower()
    return f"{name} = {name.capitalize()}Client({option}='{value}', retries={rng.randrange(2, 6)})"


def _docstring(rng: Random, service: str, variable: str, value: str) -> str:
    who = rng.choice(("Ingrid", "Rahul", "Hugo"))
    return (f'def sync_orders(since):\n    """Fetch the orders changed since a day.\n\n    Calls {service} with '
            f'{variable}={value}; ask {who} before it is changed.\n    """\n    return fetch(since)')


def _javascript(rng: Random, service: str, variable: str, value: str) -> str:
    region = f"eu-{rng.randrange(1, 4)}"
    return f"const config = {{\n  region: '{region}',\n  {_camel(variable)}: '{value}',\n}};\nmodule.exports = config;"


def _yaml(rng: Random, service: str, variable: str, value: str) -> str:
    return f"services:\n  worker:\n    replicas: {rng.randrange(2, 9)}\n    environment:\n      {variable}: {value}"


def _json(rng: Random, service: str, variable: str, value: str) -> str:
    return json.dumps({"retries": rng.randrange(1, 9), variable.lower(): value, "verbose": False}, indent=2)


def _shell(rng: Random, service: str, variable: str, value: str) -> str:
    return f"export {variable}={_quote(value)}\n./deploy.sh --target staging --jobs {rng.randrange(2, 16)}"


def _dotenv(rng: Random, service: str, variable: str, value: str) -> str:
    return f"APP_PORT={rng.randrange(3000, 9999)}\nLOG_LEVEL=info\n{variable}={value}\nCACHE_TTL=300"


def _prose(rng: Random, service: str, variable: str, value: str) -> str:
    return rng.choice((
        "For the time being the {s} {w} is `{v}`, so the job can run until the vault is back.",
        "Note that the service still signs in to {s} with the {w} {v}, which is shared by both teams.",
        "If the call is refused, check that {s} accepts the {w} **{v}** from this machine.",
    )).format(s=service, w=_spoken(variable), v=value)


def _log(rng: Random, service: str, variable: str, value: str) -> str:
    clock = f"2025-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d} {rng.randrange(24):02d}:41:07"
    worker = f"worker-{rng.randrange(1, 20)}"
    return f"{clock} DEBUG {worker} starting with {variable.lower()}={value} pool=8\n{clock} INFO {worker} ready"


def _header(rng: Random, service: str, variable: str, value: str) -> str:
    name = rng.choice(("Authorization: Bearer ", "X-Api-Key: ", "X-Auth-Token: "))
    return f"curl -s -X POST -H 'Content-Type: application/json' -H '{name}{value}' https://api.ordersync.io/v2/jobs"


def _url(rng: Random, service: str, variable: str, value: str) -> str:
    name = rng.choice(("access_token", "api_key", "key", "token"))
    page = rng.randrange(1, 40)
    return f"See https://api.ordersync.io/v2/export?page={page}&{name}={value}&format=csv for the raw data."


def _comment(rng: Random, service: str, variable: str, value: str) -> str:
    remark = f"# old {service} {_spoken(variable)}, works until June: {value}"
    return f"def load(path):\n    {remark}\n    return open(path).read()"


_ROTATED: tuple[tuple[str, Context], ...] = (
    ("python", _python), ("markdown_prose", _prose), ("yaml", _yaml), ("javascript", _javascript), ("shell", _shell),
    ("json", _json), ("log_line", _log), ("dotenv", _dotenv), ("docstring", _docstring), ("http_header", _header),
    ("python_argument", _python_argument), ("url", _url), ("comment", _comment),
)
_PER_TOKEN = 3  # contexts a kind: enough that each context meets a third of the vendors
_UNFIT_FOR_URL = re.compile(r"[^A-Za-z0-9._~-]")


def _camel(variable: str) -> str:
    first, *rest = variable.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


def _spoken(variable: str) -> str:
    """Return what people call the value: the part of a variable's name that says what it is."""
    words = variable.lower().split("_")
    return " ".join(words[1:] if len(words) > 1 else words)


def _quote(value: str) -> str:
    return value if re.fullmatch(r"[\w./+=:~-]+", value) else "'" + value + "'"


def _bind(context: Context, service: str, variable: str, make: Callable[[Random], str]) -> Callable[[Random], str]:
    return lambda rng: context(rng, service, variable, make(rng))


def _token_makers() -> list[CanaryMaker]:
    makers = []
    for at, (kind, service, variable, make) in enumerate(TOKENS):
        chosen = [_ROTATED[(at * _PER_TOKEN + step) % len(_ROTATED)] for step in range(_PER_TOKEN)]
        for name, context in chosen:
            if name == "url" and _UNFIT_FOR_URL.search(make(Random(at))):
                name, context = "markdown_prose_2", _prose  # nobody puts such a value into a query unescaped
            makers.append(CanaryMaker(kind, name, _bind(context, service, variable, make)))
    return makers


def _block_in_markdown(rng: Random, block: str) -> str:
    return f"Save this as `deploy_key` and set its mode to 600:\n\n```\n{block}\n```"


def _block_in_python(rng: Random, block: str) -> str:
    return f'SIGNING_KEY = """\n{block}\n"""\n\n\ndef sign(message):\n    return load_key(SIGNING_KEY).sign(message)'


def _block_in_yaml(rng: Random, block: str) -> str:
    lines = "\n".join("    " + line for line in block.splitlines())
    return f"tls:\n  enabled: true\n  key: |\n{lines}"


def _block_in_json(rng: Random, block: str) -> str:
    return json.dumps({"type": "service_account", "project_id": f"orders-{rng.randrange(10**5, 10**6)}",
                       "private_key": block + "\n"}, indent=2)


def _block_makers() -> list[CanaryMaker]:
    contexts = (("markdown_fence", _block_in_markdown), ("python", _block_in_python), ("yaml", _block_in_yaml),
                ("json", _block_in_json))
    return [CanaryMaker(kind, name, lambda rng, c=context, m=make: c(rng, m(rng)))
            for kind, make in BLOCKS for name, context in contexts]


def _person_in_prose(rng: Random, word: str, value: str) -> str:
    return rng.choice((f"When the import fails, tell the customer; the {word} on file is {value}.",
                       f"The ticket was opened from {word} {value} and is still waiting for an answer."))


def _person_in_log(rng: Random, word: str, value: str) -> str:
    clock = f"2025-0{rng.randrange(1, 10)}-14T08:{rng.randrange(10, 60)}:11Z"
    return f"{clock} WARN checkout refused {word.lower()} {value} attempt=3"


def _person_in_python(rng: Random, word: str, value: str) -> str:
    name = re.sub(r"\W+", "_", word.lower())
    return f'customer = {{"id": {rng.randrange(10**4, 10**6)}, "{name}": "{value}", "active": True}}\nnotify(customer)'


def _person_in_csv(rng: Random, word: str, value: str) -> str:
    name = re.sub(r"\W+", "_", word.lower())
    return f"```\nid,{name},state\n{rng.randrange(100, 999)},{value},open\n```"


def _person_makers() -> list[CanaryMaker]:
    contexts = (("markdown_prose", _person_in_prose), ("log_line", _person_in_log), ("python", _person_in_python),
                ("csv", _person_in_csv))
    return [CanaryMaker(kind, name, lambda rng, c=context, w=word, m=make: c(rng, w, m(rng)))
            for kind, word, make in PERSONAL for name, context in contexts]


CANARY_MAKERS: tuple[CanaryMaker, ...] = (
    *_token_makers(), *_block_makers(), *_person_makers(),
    *(CanaryMaker(kind, context, make) for kind, context, make in SETTINGS),
)


def make_canaries(rng: Random, count: int) -> list[Canary]:
    """Return `count` canaries, deterministic from the Random.

    Makers are drawn without repeating until all have served, so that a count of len(CANARY_MAKERS)
    or more covers every kind in every context listed.
    """
    order: list[CanaryMaker] = []
    while len(order) < count:
        order += rng.sample(CANARY_MAKERS, len(CANARY_MAKERS))
    return [Canary(maker.kind, maker.context, maker.make_text(rng)) for maker in order[:count]]


_FENCES = {
    "python": "python", "python_argument": "python", "docstring": "python", "comment": "python", "javascript": "js",
    "yaml": "yaml", "json": "json", "shell": "bash", "dotenv": "ini", "http_header": "bash", "ini": "ini", "xml": "xml",
    "command_line": "bash", "dockerfile": "dockerfile", "log_line": "text", "config_file": "text", "terraform": "hcl",
}


def plant(row: dict, canary: Canary, rng: Random) -> dict:
    """Return a copy of the row with the canary planted in `input`, `output` or, if short prose, `instruction`.

    The passage goes between two blocks of the field, never into a fence of another language; code gets
    a fence of its own. A field that stays within the row's limits is preferred. Raises ValueError for a
    row with none of the three fields.
    """
    fields = [name for name in ("input", "output") if isinstance(row.get(name), str)]
    if "\n" not in canary.text and canary.context not in _FENCES and isinstance(row.get("instruction"), str):
        fields.append("instruction")
    if not fields:
        raise ValueError("a row without input, output and instruction has no place for a canary")
    fence = _FENCES.get(canary.context)
    passage = f"```{fence}\n{canary.text}\n```" if fence else canary.text
    fitting = [name for name in fields if len(row[name]) + len(passage) + 2 <= _MAX_CHARS[name]]
    field = rng.choice(fitting or fields)
    planted = dict(row)
    if field == "instruction":
        planted[field] = f"{row[field].rstrip()} {passage}"
    else:
        planted[field] = _insert(row[field], passage, rng)
    return planted


def _insert(text: str, passage: str, rng: Random) -> str:
    """Put the passage between two blocks of a Markdown text, outside any fence."""
    gaps, inside = [0], False
    lines = text.split("\n")
    for at, line in enumerate(lines, start=1):
        if line.lstrip().startswith("```"):
            inside = not inside
        if not inside and (at == len(lines) or not lines[at].strip()):
            gaps.append(at)
    gap = rng.choice(gaps)
    before, after = "\n".join(lines[:gap]).rstrip("\n"), "\n".join(lines[gap:]).lstrip("\n")
    return "\n\n".join(part for part in (before, passage, after) if part)
