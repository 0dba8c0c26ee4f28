"""Made-up secrets in context for measuring the secret filter: places they stand in, and disguises.

In: a seeded random generator. Out: cases (text, kind, place, disguise), each holding one secret.
Values are drawn at run time from secret_formats. The generator knows formats, not the filter's rules.
"""

import base64
import html
from random import Random
from typing import NamedTuple

from secret_formats import KINDS, make_value

PLACES = {
    "python": "import os\n\n{n} = \"{v}\"\nclient = connect({n})\n",
    "python single": "class Settings:\n    {N} = '{v}'\n    retries = 3\n",
    "python dict": "config = {{\n    'host': 'db',\n    '{n}': '{v}',\n}}\n",
    "python keyword": "client = Client(region='eu', {n}='{v}', timeout=5)\n",
    "python typed": "def run({n}: str = \"{v}\", retries: int = 2) -> None:\n    pass\n",
    "python environ": "os.environ[\"{N}\"] = \"{v}\"\n",
    "python getenv": "{n} = os.getenv(\"{N}\", \"{v}\")\n",
    "python compare": "if request.args['{n}'] == '{v}':\n    return True\n",
    "js const": "const {c} = '{v}';\nfetch(url, {{ {c} }});\n",
    "js object": "module.exports = {{\n  {c}: \"{v}\",\n  debug: true,\n}};\n",
    "js template": "const {c} = `{v}`;\n",
    "json": "{{\"name\": \"svc\", \"{n}\": \"{v}\", \"port\": 8080}}",
    "json pretty": "{{\n  \"{n}\": \"{v}\"\n}}\n",
    "yaml": "service:\n  name: shop\n  {n}: {v}\n  debug: false\n",
    "yaml quoted": "env:\n  - name: {N}\n    value: \"{v}\"\n",
    "env": "DEBUG=1\n{N}={v}\nPORT=80\n",
    "env quoted": "{N}=\"{v}\"\n",
    "shell export": "#!/bin/sh\nexport {N}={v}\n./run.sh\n",
    "shell flag": "deploy --region eu --{k}={v} --wait\n",
    "shell flag blank": "deploy --{k} {v} --wait\n",
    "dockerfile": "FROM alpine\nENV {N}={v}\n",
    "ini": "[server]\nhost = a\n{n} = {v}\n",
    "properties": "app.{k}={v}\napp.port=80\n",
    "toml": "[auth]\n{n} = \"{v}\"\n",
    "xml element": "<config><{n}>{v}</{n}></config>\n",
    "xml attribute": "<add key=\"{N}\" value=\"{v}\" />\n",
    "markdown bold": "Set the **{s}**: `{v}` before the first run.\n",
    "markdown is": "For now the {s} is `{v}`, rotate it later.\n",
    "prose": "Hi team, our {s} is {v} and it works on staging.\n",
    "prose colon": "{s}: {v}\n",
    "prose use": "Please use {v} as the {s} when you run the job.\n",
    "log": "2024-05-01 12:00:00 INFO starting with {n}={v} retries=3\n",
    "log json": "INFO payload={{\\\"{n}\\\": \\\"{v}\\\"}}\n",
    "comment": "# {s}: {v}\ndef main():\n    return 1\n",
    "c define": "#define {N} \"{v}\"\n",
    "java setter": "client.set{P}(\"{v}\");\n",
    "go": "{c} := \"{v}\"\n",
    "php define": "define('{N}', '{v}');\n",
    "ruby hash": "{{ :{n} => '{v}' }}\n",
    "header": "curl -H 'X-{P}: {v}' http://svc.internal/x\n",
    "docstring": "def f():\n    \"\"\"Call the service.\n\n    >>> f({n}='{v}')\n    \"\"\"\n",
    "table": "| setting | value |\n|---|---|\n| {s} | {v} |\n",
}  # fmt: skip
DISGUISES = (
    "none", "none", "none", "zero width", "look-alikes", "hex escapes", "unicode escapes", "percent", "entities",
    "adjacent", "plus", "base64", "hex", "characters", "codes", "wrapped", "full width", "soft hyphen",
)  # fmt: skip


class Case(NamedTuple):
    """text holds one secret. kind, place, disguise: what it is, where it stands, how it is hidden."""

    text: str
    kind: str
    place: str
    disguise: str


def make_cases(seed: int, count: int) -> list[Case]:
    """Return cases, kinds in turn, place and disguise drawn."""
    rng = Random(f"secret cases {seed}")
    kinds = [line.split("|", 1) for line in KINDS.strip().splitlines()]
    places = list(PLACES)
    made = []
    while len(made) < count:
        name, form = kinds[len(made) % len(kinds)]
        place, disguise = rng.choice(places), rng.choice(DISGUISES)
        value = make_value(form, rng)
        if place in ("prose use", "table", "shell flag blank") and " " in value:
            continue
        shown = hide(value, disguise, rng)
        if shown is None or (
            disguise in ("adjacent", "plus", "characters", "codes")
            and "'{v}'" not in PLACES[place]
            and '"{v}"' not in PLACES[place]
        ):
            shown, disguise = value, "none"
        text = fill(PLACES[place], name, shown)
        if disguise in ("adjacent", "plus", "characters", "codes"):
            text = open_literal(text, shown, disguise)
        made.append(Case(text, name, place, disguise))
    return made


def fill(place: str, name: str, value: str) -> str:
    """Return a place with name and value put in; the name in the spelling that the place asks for."""
    parts = name.lower().split("_")
    camel = parts[0] + "".join(part.title() for part in parts[1:])
    return place.format(
        n=name,
        N=name.upper(),
        c=camel,
        k="-".join(parts),
        P="".join(p.title() for p in parts),
        s=" ".join(parts),
        v=value,
    )


def hide(value: str, disguise: str, rng: Random) -> str | None:
    """Return the value in a disguise, None where the disguise does not suit it."""
    middle = rng.randrange(3, max(4, len(value) - 3))
    if disguise in ("none", "adjacent", "plus", "characters", "codes"):
        return value if disguise == "none" or "\n" not in value else None
    if "\n" in value or "://" in value:
        return None
    if disguise == "zero width":
        return value[:middle] + "\u200b" + value[middle:]
    if disguise == "soft hyphen":
        return value[:middle] + "\u00ad" + value[middle:]
    if disguise == "full width":
        return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in value)
    if disguise == "look-alikes":
        table = str.maketrans("aceopxyABEHKMOPTX", "асеорхуАВЕНКМОРТХ")
        return value.translate(table)
    if disguise == "hex escapes":
        return "".join(f"\\x{ord(c):02x}" for c in value)
    if disguise == "unicode escapes":
        return "".join(f"\\u{ord(c):04x}" for c in value)
    if disguise == "percent":
        return "".join(f"%{ord(c):02X}" for c in value)
    if disguise == "entities":
        return (
            "".join(f"&#{ord(c)};" for c in value) if rng.random() < 0.5 else html.escape(value.replace("-", "&#45;"))
        )
    if disguise == "base64":
        return base64.b64encode(value.encode()).decode()
    if disguise == "hex":
        return value.encode().hex()
    if disguise == "wrapped":
        return value[:middle] + "\\\n" + value[middle:]
    return None


def open_literal(text: str, value: str, disguise: str) -> str:
    """Return the text with the literal of the value written in pieces."""
    quote = '"' if f'"{value}"' in text else "'"
    middle = max(1, len(value) // 2)
    halves = [f"{quote}{half}{quote}" for half in (value[:middle], value[middle:])]
    written = {
        "adjacent": " ".join(halves),
        "plus": " + ".join(halves),
        "characters": f"{quote}{quote}.join([" + ", ".join(f"{quote}{c}{quote}" for c in value) + "])",
        "codes": "bytes([" + ", ".join(str(ord(c)) for c in value) + "])",
    }
    return text.replace(f"{quote}{value}{quote}", written[disguise])
