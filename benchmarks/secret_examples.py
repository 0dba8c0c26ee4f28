"""Examples of secrets in the places where people leave them, drawn from secret_examples.txt.

In: a seeded random generator. Out: texts, each holding one secret or one person's data. The lines were
written from vendors' documentation; what is measured is recall, by line.
"""

import base64
import json
import re
import string
from pathlib import Path
from random import Random
from typing import NamedTuple

from secret_formats import BASE58, LETTERS, make_field, make_password

from generation.checks.canary_people import make_card, make_iban

LINES = Path(__file__).with_name("secret_examples.txt")
SLOT = re.compile(r"\{([A-Za-z0-9]+)(?::(\d+))?\}")
ALPHABETS = LETTERS | {"c": BASE58, "B": string.ascii_uppercase + "234567", "bech": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"}
# From the English list of BIP 39.
WORDS = (
    "abandon ability absorb abstract absurd acoustic acquire across action actor address adjust admit adult advance aerobic "
    "affair afford again agent airport aisle alarm album alcohol alien alley almost alpha amateur amazing anchor ancient"
).split()
SALT = string.ascii_letters + string.digits + "!@#$%^&*()-_ []{}<>~`+=,.;:/?|"
DJANGO = string.ascii_lowercase + string.digits + "!@#$%^&*(-_=+)"  # Source: django.core.management.utils


class Example(NamedTuple):
    """text holds one secret. sample: 1 or 2; line: the form it was drawn from."""

    text: str
    sample: int
    line: str


def make_examples(seed: int, times: int = 1) -> list[Example]:
    """Return `times` examples of every line; every second one stands amid prose."""
    made, sample = [], 0
    for line in LINES.read_text(encoding="utf-8").splitlines():
        sample += line.startswith("# -- ")
        if line.startswith("# ") and "{" not in line:
            continue
        for count in range(times):
            text = draw(line, Random(f"secret examples {seed} {count} {line}"))
            if count % 2:
                text = f"Here is what I have so far, mend it please.\n\n{text}\n\nThe rest works as it should."
            made.append(Example(text, sample, line))
    return made


def draw(form: str, rng: Random) -> str:
    """Return a line with its slots filled; braces that are no slot stay."""
    form = form.replace("~~", "\0").replace("~", "").replace("\0", "~")
    form = re.sub(r"(?<!\\)\\n", "\n", form).replace("\\\\", "\\")
    return SLOT.sub(lambda slot: _fill(slot, rng), form)


def _fill(slot: re.Match[str], rng: Random) -> str:
    name, length = slot[1], int(slot[2] or 0)
    if name in ALPHABETS:
        return make_field("".join(ALPHABETS[name]), length, rng)
    return MADE[name](rng) if name in MADE else slot[0]


def _encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _make_jwt(rng: Random) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": str(rng.randrange(10**9)), "role": "svc"})
    encoded = [_encode(json.dumps(part)).rstrip("=") for part in parts]
    return ".".join([*encoded, "".join(rng.choices(LETTERS["w"], k=43))])


MADE = {
    "uuid": lambda rng: "-".join("".join(rng.choices(LETTERS["h"], k=k)) for k in (8, 4, 4, 4, 12)),
    "pass": make_password,
    "jwt": _make_jwt,
    "mnemonic": lambda rng: " ".join(rng.choices(WORDS, k=12)),
    "passphrase": lambda rng: " ".join(rng.choices(WORDS, k=4)),
    "b64userpass": lambda rng: _encode("deploy:" + make_password(rng)),
    "b64pass": lambda rng: _encode(make_password(rng)),
    "salt": lambda rng: "".join(rng.choices(SALT, k=64)),
    "djangosecret": lambda rng: "".join(rng.choices(DJANGO, k=50)),
    "card": make_card,
    "iban": make_iban,
    "ssn": lambda rng: f"{rng.randrange(100, 600)}-{rng.randrange(10, 99)}-{rng.randrange(1000, 9999)}",
    "d3": lambda rng: str(rng.randrange(1, 250)),
}
