"""The views of a text that are scanned besides it: what a reader or a program would make of it.

In: text. Out: (name, text) pairs, the text itself first, then each further decoding where it changes
something, decodings of decodings included. A decoding replaces in place, so that what stands before
a value still stands before it. Not covered: encryption, compression, arithmetic on characters.
"""

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from urllib.parse import unquote

MAX_ROUNDS = 3
MIN_DECODED = 6

# Characters that show nothing: soft hyphen, joiners, direction marks, variation selectors, tags.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
# Letters of other alphabets that look like a Latin one. Source: Unicode TR 39, confusables.txt
LOOKALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТХУЗаеоросухіјѕһԁԛԝѡвкмнтпгьԍΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικνορτυχγωϲϳոսհցօⅼ∣ǀ⁄∕－‐‑‒–—−＿․‚’‘“”",
    "ABESIJKMHOPCTXY3aeopocyxijshdqwwbkmhtnrbGABEZHIKMNOPTYXaBeikvoptuxywcjnuhgolll//-------_.,''\"\"",
)
ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u\{?([0-9a-fA-F]{4,6})\}?|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|N\{([A-Z -]+)\}|([\"'/`=:@#$&.\-_~+!*]))"
)
WRAP = re.compile(r"\\\r?\n[ \t]*|=\r?\n(?=\S)")
QUOTED_WRAP = re.compile(r"(?<=[A-Za-z0-9+/_\-])(?:\\n|\r?\n[ \t]*(?:[>#*|]|//)?[ \t]*)(?=[A-Za-z0-9+/_\-=]{4,}[\"'`\s,;)]|$)")
ADJACENT = re.compile(
    r"(?<=[^\s\"'`(\[{,=:])([\"'`])\s{0,20}(?:\\\s*\n|[+.&~]|\.\.|<<|\|\||,\s*\n)?\s{0,24}[rbuf@L]?([\"'`])(?=[^\s\"'`)\]},:;])"
)
CHARACTERS = re.compile(r"(?:[\"'](?:\\?[^\"'\n]{1,3})[\"']\s*,\s*){5,}[\"'][^\"'\n]{1,3}[\"']")
NUMBERS = re.compile(r"(?:\b(?:0x[0-9a-fA-F]{2}|\d{2,3})\b\s*,\s*){7,}(?:0x[0-9a-fA-F]{2}|\d{2,3})\b")
CHR_CALLS = re.compile(r"(?:(?:chr|String\.fromCharCode|char)\((?:0x[0-9a-f]{2}|\d{2,3})\)\s*[+.&,]?\s*){5,}")
PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|amp|lt|gt|quot|apos|equals|colon|commat|nbsp|sol|plus|lowbar|period|excl|dollar|num|ast|percnt|hyphen|shy|zwnj|zwj|zerowidthspace|nobreak);")
BASE64 = re.compile(r"(?<![A-Za-z0-9+/_\-])[A-Za-z0-9+/_\-]{12,4000}={0,2}(?![A-Za-z0-9+/_\-])")
HEXES = re.compile(r"(?<![0-9A-Za-z])(?:0x)?((?:[2-7][0-9A-Fa-f][ :]?){8,2000})(?![0-9A-Za-z])")


def make_views(text: str) -> Iterator[tuple[str, str]]:
    """Yield the text and what it decodes to, each text once."""
    yield "as written", text
    seen = {text}
    plain = normalise(text)
    if plain not in seen:
        seen.add(plain)
        yield "normalised", plain
    current = [plain]
    for _ in range(MAX_ROUNDS):
        changed = []
        for shown in current:
            for name, decode in DECODINGS:
                decoded = decode(shown)
                if decoded != shown and decoded not in seen:
                    seen.add(decoded)
                    changed.append(decoded)
                    yield name, decoded
        current = changed[-3:]
        if not current:
            return


def normalise(text: str) -> str:
    """Return the text without invisible characters, in compatibility form, look-alikes made Latin."""
    if text.isascii():
        return text
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", INVISIBLE.sub("", text))).translate(LOOKALIKE)


def unescape(text: str) -> str:
    """Return the text with the escapes of Python, JSON, JavaScript and the shell decoded, line breaks aside."""
    if "\\" not in text:
        return text
    return ESCAPE.sub(_unescape_one, text)


def _unescape_one(match: re.Match[str]) -> str:
    for group in (1, 2, 3):
        if match[group]:
            code = int(match[group], 16)
            return chr(code) if 9 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else match[0]
    if match[4]:
        return chr(int(match[4], 8)) if int(match[4], 8) >= 32 else match[0]
    if match[5]:
        try:
            return unicodedata.lookup(match[5])
        except KeyError:
            return match[0]
    return match[6]


def unquote_percent(text: str) -> str:
    """Return the text with percent-encoding decoded."""
    if "%" not in text or not PERCENT.search(text):
        return text
    return unquote(text, errors="replace")


def unquote_entities(text: str) -> str:
    """Return the text with HTML and XML entities decoded."""
    return html.unescape(text) if "&" in text and ENTITY.search(text.lower()) else text


def join_literals(text: str) -> str:
    """Return the text with adjacent and concatenated string literals joined."""
    if '"' not in text and "'" not in text and "`" not in text:
        return text
    return ADJACENT.sub(lambda m: "" if m[1] == m[2] else m[0], text)


def join_characters(text: str) -> str:
    """Return the text with lists of characters, of short pieces and of character codes made one literal."""
    if "," not in text and "chr(" not in text and "CharCode(" not in text:
        return text
    text = CHARACTERS.sub(lambda m: '"' + "".join(re.findall(r"[\"'](\\?[^\"'\n]{1,3})[\"']", m[0])) + '"', text)
    text = NUMBERS.sub(_join_codes, text)
    return CHR_CALLS.sub(_join_codes, text)


def _join_codes(match: re.Match[str]) -> str:
    codes = [int(n, 0) for n in re.findall(r"0x[0-9a-fA-F]{2}|(?<![\w])[1-9]\d{1,2}", match[0])]
    if len(codes) < 6 or not all(32 < code < 127 for code in codes):
        return match[0]
    return '"' + "".join(map(chr, codes)) + '"'


def join_lines(text: str) -> str:
    """Return the text with lines joined that a backslash, a soft break or a wrapped token continues."""
    if "\n" not in text and "\\n" not in text:
        return text
    return QUOTED_WRAP.sub("", WRAP.sub("", text))


def decode_base64(text: str) -> str:
    """Return the text with every base64 run replaced that decodes to printable text."""
    return BASE64.sub(_decode_run, text)


def _decode_run(match: re.Match[str]) -> str:
    run = match[0].rstrip("=").replace("-", "+").replace("_", "/")
    if run.islower() or run.isdigit() or len(run) % 4 == 1 or run.isalpha() and run.istitle():
        return match[0]
    try:
        raw = base64.b64decode(run + "=" * (-len(run) % 4), validate=True)
    except (binascii.Error, ValueError):
        return match[0]
    return _printable(raw) or match[0]


def decode_hex(text: str) -> str:
    """Return the text with every run of hexadecimal codes replaced that decodes to printable text."""
    return HEXES.sub(lambda m: _printable(bytes.fromhex(re.sub(r"[ :]", "", m[1]))) or m[0], text)


def _printable(raw: bytes) -> str:
    try:
        shown = raw.decode("ascii")
    except UnicodeDecodeError:
        return ""
    return shown if len(shown) >= MIN_DECODED and all(c.isprintable() or c in "\r\n\t" for c in shown) else ""


DECODINGS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("unescaped", unescape),
    ("percent-decoded", unquote_percent),
    ("entities decoded", unquote_entities),
    ("literals joined", join_literals),
    ("characters joined", join_characters),
    ("lines joined", join_lines),
    ("base64 decoded", decode_base64),
    ("hex decoded", decode_hex),
)
