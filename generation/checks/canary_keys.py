"""Fake private keys over several lines, with real structure inside: DER, OpenSSH, OpenPGP and PuTTY.

In: a Random. Out: `BLOCKS`, (kind, maker) each. The numbers are random, so no key works; lengths, tags,
headers and the armour's checksum are right. Labels are put together from parts.
"""

import base64
import struct
from random import Random

from generation.checks.canary_text import HEX, Maker, pick


def _pem(label: str, body: bytes, width: int = 64) -> str:
    text = base64.b64encode(body).decode()
    lines = [text[at:at + width] for at in range(0, len(text), width)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"])


def _der(tag: int, body: bytes) -> bytes:
    size = len(body)
    if size < 128:
        return bytes((tag, size)) + body
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(digits))) + digits + body


def _integer(rng: Random, size: int) -> bytes:
    """A positive odd DER integer of exactly `size` bytes with the top bit set."""
    number = bytearray(rng.randbytes(size))
    number[0] |= 0x80
    number[-1] |= 1
    return _der(2, b"\0" + bytes(number))


def _rsa_key(rng: Random) -> str:
    fields = [_der(2, b"\0"), _integer(rng, 128), _der(2, b"\x01\0\x01"), _integer(rng, 128)]
    return _pem("RSA " + "PRIVATE KEY", _der(0x30, b"".join(fields + [_integer(rng, 64) for _ in range(5)])))


def _ec_key(rng: Random) -> str:
    curve = _der(0xA0, _der(6, bytes.fromhex("2a8648ce3d030107")))
    public = _der(0xA1, _der(3, b"\0\x04" + rng.randbytes(64)))
    return _pem("EC " + "PRIVATE KEY", _der(0x30, _der(2, b"\x01") + _der(4, rng.randbytes(32)) + curve + public))


def _pkcs8_key(rng: Random) -> str:
    kind = _der(0x30, _der(6, bytes.fromhex("2b6570")))
    return _pem("PRIVATE " + "KEY", _der(0x30, _der(2, b"\0") + kind + _der(4, _der(4, rng.randbytes(32)))))


def _openssh_key(rng: Random) -> str:
    def field(data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + data

    public, seed, check = rng.randbytes(32), rng.randbytes(32), rng.randbytes(4)
    outer = field(b"ssh-ed25519") + field(public)
    inner = check * 2 + field(b"ssh-ed25519") + field(public) + field(seed + public) + field(b"deploy@build-03")
    inner += bytes(range(1, 8 - len(inner) % 8 + 1)) if len(inner) % 8 else b""
    body = b"openssh-key-v1\0" + field(b"none") + field(b"none") + field(b"") + struct.pack(">I", 1)
    return _pem("OPENSSH " + "PRIVATE KEY", body + field(outer) + field(inner), 70)


def _pgp_key(rng: Random) -> str:
    """An armoured block with a version 4 secret-key packet and the armour's CRC-24 (RFC 4880, 6.1)."""
    packet = b"\x04" + struct.pack(">I", rng.randrange(1_500_000_000, 1_780_000_000)) + b"\x16\x09"
    packet += bytes.fromhex("2b06010401da470f01") + b"\x01\x07\x40" + rng.randbytes(32)
    packet += b"\0\x01\0" + rng.randbytes(34)
    body = bytes((0x94, len(packet))) + packet
    user = b"orders release"
    body += bytes((0xB4, len(user))) + user + b"\x88\x78\x04\x13\x16\x0a" + rng.randbytes(116)
    check = 0xB704CE
    for byte in body:
        check ^= byte << 16
        for _ in range(8):
            check = check << 1 ^ (0x1864CFB if check & 0x800000 else 0)
            check &= 0xFFFFFF
    head, *lines, foot = _pem("PGP " + "PRIVATE KEY BLOCK", body).splitlines()
    return "\n".join([head, "", *lines, "=" + base64.b64encode(check.to_bytes(3, "big")).decode(), foot])


def _putty_key(rng: Random) -> str:
    public = struct.pack(">I", 11) + b"ssh-ed25519" + struct.pack(">I", 32) + rng.randbytes(32)
    private = struct.pack(">I", 32) + rng.randbytes(32)
    text = base64.b64encode(public).decode()
    lines = [text[at:at + 64] for at in range(0, len(text), 64)]
    return "\n".join(["PuTTY-User-" + "Key-File-3: ssh-ed25519", "Encryption: none", "Comment: eddsa-key-20250317",
                      f"Public-Lines: {len(lines)}", *lines, "Private-" + "Lines: 1",
                      base64.b64encode(private).decode(), f"Private-MAC: {pick(rng, HEX, 64)}"])


BLOCKS: tuple[tuple[str, Maker], ...] = (
    ("rsa_private_key", _rsa_key), ("ec_private_key", _ec_key), ("pkcs8_private_key", _pkcs8_key),
    ("openssh_private_key", _openssh_key), ("pgp_private_key", _pgp_key), ("putty_private_key", _putty_key),
)
