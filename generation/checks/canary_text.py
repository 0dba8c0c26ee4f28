"""Alphabets, random picks and checksums that the makers of fake secrets share.

In: a Random, or bytes. Out: text. Nothing in here knows what a secret is.
"""

import hashlib
import re
import string
from collections.abc import Callable
from random import Random

Maker = Callable[[Random], str]

HEX = "0123456789abcdef"
ALNUM = string.digits + string.ascii_uppercase + string.ascii_lowercase
LOWER = string.digits + string.ascii_lowercase
UPPER = string.digits + string.ascii_uppercase
URLSAFE = ALNUM + "-_"
BASE32 = string.ascii_uppercase + "234567"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def pick(rng: Random, alphabet: str, length: int) -> str:
    """Return `length` characters drawn from the alphabet, never one character four times on end.

    Scanners pass over such runs as placeholders, and real ones are too rare to miss.
    """
    while True:
        text = "".join(rng.choices(alphabet, k=length))
        if not re.search(r"(.)\1{3}", text, re.IGNORECASE):
            return text


def encode_base58check(payload: bytes) -> str:
    """Return base58 text with the four bytes of a double SHA-256 behind it (Bitcoin's Base58Check)."""
    data = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, at = divmod(number, 58)
        text = _BASE58[at] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def encode_bech32(prefix: str, payload: list[int], constant: int = 1) -> str:
    """Return a bech32 text with its checksum.

    # Source: BIP 173; constant 1 is bech32, which segwit version 0 and age keys use.
    """
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + payload
    check = 1
    for value in values + [0] * 6:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    check ^= constant
    return prefix + "1" + "".join(_BECH32[v] for v in payload + [check >> 5 * (5 - at) & 31 for at in range(6)])


def split_in_fives(data: bytes) -> list[int]:
    """Return the bits of data in groups of five, as bech32 writes them."""
    bits = "".join(f"{byte:08b}" for byte in data)
    return [int(bits[at:at + 5].ljust(5, "0"), 2) for at in range(0, len(bits), 5)]
