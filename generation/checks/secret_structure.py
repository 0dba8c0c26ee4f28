"""Secrets by where they stand: assignments in any notation, prose, lines that speak of secrets, bare random tokens.

In: text. Out: findings. Every rule hangs on a word that it cannot do without, found by a plain search
in the lowered text, so that ordinary text costs little. Values are judged in secret_values.
Fixed shapes (headers, URLs, key bodies) are in secret_shapes, vendors' tokens in secret_rules.yml.
"""

import re

from generation.checks.secret_assignments import ENGINE, read_assignment
from generation.checks.secret_faults import EngineFault, Finding
from generation.checks.secret_looks import Look, may_hold
from generation.checks.secret_shapes import find_shapes
from generation.checks.secret_tables import find_in_tables
from generation.checks.secret_values import (
    is_hex_secret,
    is_placeholder,
    is_plain_text,
    is_random,
    is_token,
    random_bits,
)
from generation.checks.secret_vendors import DIGEST, is_vendors, load_names

# The words without which no rule of this file applies.
STEMS = (
    "pass", "pwd", "secret", "token", "key", "auth", "cred", "bearer", "salt", "seed", "mnemonic", "psk", "cookie",
    "session", "webhook", "signature", "licen", "contrase", "senha", "kennwort", "otp", "pin", "pw", "cert", "nonce",
    "login", "sid", "jwt", "dsn", "csrf", "sig", "clave",
)  # fmt: skip
# Those that one text in a hundred of a round holds: each is searched for, all the others are looked for at once.
COMMON_STEMS = ("pass", "token", "key", "pin", "sid", "sig")
RARE_STEMS = tuple(stem for stem in STEMS if stem not in COMMON_STEMS)
ENV_LINE = re.compile(
    r"(?m)^(?:export |set |ENV |ARG |-e |SetEnv )?\s?(?P<name>[A-Z][A-Z0-9_]{2,60})=(?P<value>[^\s\"'`][^\n]{7,300}?)\s*$"
)
LINE_TOKEN = re.compile(r"[^\s\"'`<>(){},;|\[\]“”]{8,400}")
PUBLIC = re.compile(r"(?<![A-Za-z_\-])(?:id|list|v|slug|ref|rev)[\"']?\s?[:=]\s?[\"']?$")
ENCODED_LINE = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}")
# The base64 of the first bytes of gzip, PNG, JPEG, GIF, zip and PDF files.
MAGIC = ("H4sI", "iVBOR", "/9j/", "R0lGOD", "UEsDB", "JVBERi")
BARE_TOKEN = re.compile(r"[A-Za-z0-9+/_\-~=.%@]{20,}")
MAX_BARE_CHARS = 120
PREFIXED = re.compile(r"((?:[A-Za-z]{2,10}[_-]){1,3})([a-z0-9]{24,64}|[A-Z0-9]{24,64})")
# A vendor's name in capitals before a UUID, as in RGAPI-; identifiers are not written so.
NAMED_UUID = re.compile(r"(?!U?UID|GUID)[A-Z]{4,10}[-_][0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LICENCE = re.compile(r"(?:[A-Z0-9]{4,8}-){2,}[A-Z0-9]{4,8}")
PASSWORD_LINE = re.compile(r"(?<![a-z])pass(?![a-z])|password|passwd|passphrase|pwd|psk|passwort|login|log in")
SPEAKS = re.compile(
    r"(?<![a-z])pass(?![a-z])|psk|pass(?:word|wd|phrase|code|wort)|secret|token|api.?key|access.?key|private.?key|credential|bearer|webhook|pwd|session.?id"
    r"|(?:auth|encryption|signing|licen[cs]e|account|client|session|master|service|subscription|admin|app|global|cipher)"
    r"[-_ ]?(?:key|code)\b"
)

LOOKS = {
    "stems": Look("(?i:" + "|".join(RARE_STEMS) + ")", "Mnemonic"),
    "speaks": Look("(?i:" + re.sub(r"\(\?<?!\[a-z\]\)|\\b", "", SPEAKS.pattern) + ")", "Private Key"),  # without its look-around
}


class Structure:
    """The structural rules behind `scan`."""

    def __init__(self) -> None:
        try:
            load_names()
        except OSError as error:
            raise EngineFault(f"the names of services cannot be read ({error.strerror}); install the package again") from None

    def scan(self, text: str) -> list[Finding]:
        """Return the secrets found in a text."""
        low = text.lower()
        if len(low) != len(text):  # a few capitals lower to two characters
            low = "".join(c.lower() if c.isascii() else c for c in text)
        found = [Finding(ENGINE, *place) for place in find_shapes(text, low)]
        stems = STEMS if may_hold(text, "stems") else COMMON_STEMS
        places = sorted((at, stem) for stem in stems if stem in low for at in _find_all(low, stem))
        read_to = -1
        for at, stem in places:
            if at < read_to:
                continue
            finding, read_to = read_assignment(text, low, at, len(stem))
            if finding:
                found.append(finding)
        if places and not found and "=" in text:
            found.extend(
                Finding(ENGINE, "env_line", *match.span("value"))
                for match in ENV_LINE.finditer(text)
                if SPEAKS.search(match["name"].lower()) and is_token(match["value"], True, 12)
            )
        if places and not found and any(sign in text for sign in "|,;\t"):
            found.extend(Finding(ENGINE, "table", *place) for place in find_in_tables(text, low))
        if places and not found and may_hold(text, "speaks"):
            found.extend(self._read_lines(text, low, places))
        if not found:
            found.extend(self._read_bare(text))
        return found

    def _read_lines(self, text: str, low: str, places: list[tuple[int, str]]) -> list[Finding]:
        """Find random tokens in lines that speak of secrets, and in the line after them."""
        found = []
        read_to = -1
        for at, _ in places:
            if at < read_to:
                continue
            start = low.rfind("\n", 0, at) + 1
            end = low.find("\n", at)
            end = len(low) if end < 0 else end
            after = low.find("\n", end + 1)
            read_to = end
            line = low[start:end]
            if not SPEAKS.search(line) or len(line) > 2000:
                continue
            after = len(low) if after < 0 else after
            digest = DIGEST.search(line)
            for token in LINE_TOKEN.finditer(text, start, min(after, end + 300)):
                value = token[0].strip(".:*_?!=-\\&#$")
                value = value.rpartition("=")[2] if "=" in value.rstrip("=") else value
                if len(value) < 8 or (digest and is_hex(value)) or "://" in value or value.startswith(("/", "./")):
                    continue
                if LICENCE.fullmatch(value) and is_random(value, 0):
                    found.append(Finding(ENGINE, "licence_key", *token.span()))
                if not any(c.isdigit() for c in value) or "\\" in value or (_is_code(value) and not is_hex_secret(value)):
                    continue
                if _is_password_shape(value, line) or is_random(value, 16 if value.isalnum() else 20):
                    found.append(Finding(ENGINE, "near_word", *token.span()))
        return found

    def _read_bare(self, text: str) -> list[Finding]:
        """Find tokens so random that no word beside them is needed; digests, UUIDs and long blobs are test data."""
        return [
            Finding(ENGINE, "random", *token.span())
            for token in BARE_TOKEN.finditer(text)
            if ((_is_bare(token[0].strip("=.-")) and not _is_in_file(token, text)) or is_vendors(token, text))
            and not _is_public(token, text)
        ]


def _is_public(token: re.Match[str], text: str) -> bool:
    """Return whether a token is given as an identifier: `id="call_…"`, `list=…`, `v=…`."""
    value_at = token.end() - len(token[0].rstrip("=").rpartition("=")[2])
    return bool(PUBLIC.search(text, max(0, token.start() - 12), value_at))


def _is_bare(token: str) -> bool:
    token = token.rpartition("=")[2]
    if len(token) > MAX_BARE_CHARS or token.islower() or token.isupper() or is_hex(token):
        return _is_prefixed(token)
    if "@" in token or "%" in token or not any(c.isdigit() for c in token):
        return False
    if sum(token.count(c) for c in "/-_+.") > 3 + len(token) // 16:
        return False
    return random_bits(token) >= 40 and not is_plain_text(token)


def _is_in_file(token: re.Match[str], text: str) -> bool:
    """Return whether a token is a line of an encoded file: one follows or goes before, or its first bytes say so."""
    if token[0].startswith(MAGIC) or text[max(0, token.start() - 3) : token.start()] in ("?b?", "?B?"):
        return True
    start, end = text.rfind("\n", 0, token.start()) + 1, text.find("\n", token.end())
    end = len(text) if end < 0 else end
    if text[start:end].strip() != token[0]:
        return False
    before, after = text[:start].rstrip("\n").rpartition("\n")[2].strip(), text[end + 1 :].partition("\n")[0].strip()
    return bool(ENCODED_LINE.fullmatch(before) or ENCODED_LINE.fullmatch(after))


def _is_prefixed(token: str) -> bool:
    """Return whether a token is a short name, a joint and a random body, as most vendors write theirs."""
    if NAMED_UUID.fullmatch(token):
        return True
    parts = PREFIXED.fullmatch(token)
    return bool(parts) and not DIGEST.search(parts[1]) and is_random(parts[2], 30) and not parts[2].isdigit()


def is_hex(value: str) -> bool:
    """Return whether a value is written in hexadecimal digits and hyphens only."""
    return not value.lower().strip("0123456789abcdefx-")


def _is_password_shape(value: str, line: str) -> bool:
    """Return whether a token in a line on passwords has a letter, a digit and a sign that names and code lack."""
    if not PASSWORD_LINE.search(line) or is_placeholder(value):
        return False
    return (any(c in "!@#$%^&*?~+" for c in value[1:]) and random_bits(value) >= 0) or (
        is_random(value, 12) and value.isalnum()
    )


def _is_code(value: str) -> bool:
    return bool(
        re.fullmatch(
            r"[\w.]*[A-Za-z_]\w*\.[A-Za-z_][\w.]*|[\w.\-]+[=+*/%<>!|&^~-]{1,2}[\w.\-]+|--[\w-]+|[A-Z]+[A-Z0-9]*(?:_[A-Z0-9]{1,12})+|0x[0-9a-fA-F]{1,12}",
            value,
        )
    )


def _find_all(low: str, stem: str) -> list[int]:
    found = []
    at = low.find(stem)
    while at >= 0:
        found.append(at)
        at = low.find(stem, at + 1)
    return found
