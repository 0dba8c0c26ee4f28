"""Fake personal data with valid check digits: addresses, cards, bank accounts, wallets.

In: a Random. Out: `PERSONAL`, (kind, what people call it, maker) each. Telephone numbers are left out: the
recogniser for them costs eight times all others together and fires on most integers in code.
"""

import string
from random import Random

from generation.checks.canary_text import Maker, encode_base58check, encode_bech32, pick, split_in_fives

_FIRST = ("marta", "jonas", "aylin", "peter", "sofia", "dmitri", "claire", "hugo", "ingrid", "rahul", "nadia", "tomasz")
_LAST = ("lindqvist", "okafor", "brandt", "moreau", "petrov", "castellano", "nakamura", "voss", "haddad", "kowalski")
_MAIL = ("gmail.com", "outlook.com", "gmx.de", "proton.me", "yahoo.com", "icloud.com", "web.de", "fastmail.com")


def make_email(rng: Random) -> str:
    """Return an address as a private person has it."""
    return f"{rng.choice(_FIRST)}{rng.choice('._-')}{rng.choice(_LAST)}{rng.randrange(10, 9999)}@{rng.choice(_MAIL)}"


def _make_ipv4(rng: Random) -> str:
    return ".".join(str(n) for n in (rng.choice((31, 46, 62, 77, 81, 88, 93, 109, 178, 188, 212, 217)),
                                     rng.randrange(1, 255), rng.randrange(1, 255), rng.randrange(1, 255)))


def _make_ipv6(rng: Random) -> str:
    # 2a02::/16 and 2003::/19 are assigned to networks in Europe; never the documentation prefix
    return rng.choice(("2a02", "2003")) + ":" + ":".join(f"{rng.randrange(1, 0xFFFF):x}" for _ in range(7))


def make_card(rng: Random) -> str:
    """Return a card number with an issuer's prefix and length and a valid Luhn digit (ISO/IEC 7812-1)."""
    prefix, length = rng.choice((("4539", 16), ("4716", 16), ("5425", 16), ("5218", 16), ("3742", 15), ("6011", 16)))
    body = prefix + pick(rng, string.digits, length - len(prefix) - 1)
    total = 0
    for at, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if at % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    number = body + str(-total % 10)
    if length == 16 and rng.random() < 0.5:
        separator = rng.choice(" -")
        return separator.join(number[at:at + 4] for at in range(0, 16, 4))
    return number


def make_iban(rng: Random) -> str:
    """Return an IBAN with its country's form and valid check digits (ISO 13616, mod 97)."""
    country, bank, digits = rng.choice((("DE", "", 18), ("ES", "", 20), ("AT", "", 16), ("NL", "INGB", 10),
                                        ("GB", "NWBK", 14), ("BE", "", 12)))
    body = bank + pick(rng, string.digits, digits)
    if country == "ES":
        body = body[:8] + _spanish_check(body[:8], body[10:]) + body[10:]
    if country == "BE":
        body = body[:10] + f"{int(body[:10]) % 97 or 97:02d}"
    numeric = "".join(str(int(c, 36)) for c in body + country + "00")
    text = f"{country}{98 - int(numeric) % 97:02d}{body}"
    return text if rng.random() < 0.5 else " ".join(text[at:at + 4] for at in range(0, len(text), 4))


def _spanish_check(bank: str, account: str) -> str:
    weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
    checks = []
    for digits in ("00" + bank, account):
        rest = 11 - sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11
        checks.append({10: 1, 11: 0}.get(rest, rest))
    return "".join(map(str, checks))


def _make_ssn(rng: Random) -> str:
    area = rng.choice([n for n in range(1, 773) if n != 666])
    return f"{area:03d}-{rng.randrange(1, 100):02d}-{rng.randrange(1, 10000):04d}"


PERSONAL: tuple[tuple[str, str, Maker], ...] = (
    ("email", "e-mail address", make_email),
    ("ipv4", "IP address", _make_ipv4),
    ("ipv6", "IPv6 address", _make_ipv6),
    ("credit_card", "credit card", make_card),
    ("iban", "IBAN", make_iban),
    ("us_ssn", "SSN", _make_ssn),
    ("bitcoin_address", "Bitcoin address", lambda rng: encode_base58check(b"\0" + rng.randbytes(20))),
    ("bitcoin_segwit_address", "Bitcoin address",
     lambda rng: encode_bech32("bc", [0, *split_in_fives(rng.randbytes(20))])),
)
