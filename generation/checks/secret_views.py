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

from generation.checks.secret_looks import BLANK, DIGIT, Look, may_hold
from generation.checks.secret_values import random_bits

AS_WRITTEN = "as written"
MAX_ROUNDS = 3
MAX_BRANCHES = 12
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
BROKEN = re.compile(
    r"\n(?<=[A-Za-z0-9+/_=\-]\n)[ \t]*(?:(?:[>#*|]|//)[ \t]*)?([A-Za-z0-9+/_=.\-]{4,})(?=[\"'`,;)]|\s*$|\s*\n)"
)
RUN_END = re.compile(r"[A-Za-z0-9+/_=.\-]{6,}$")
ADJACENT = re.compile(
    r"([\"'`])(?<=[^\s\"'`(\[{,=:][\"'`])\s{0,20}(?:\\\s*\n|[+.&~]|\.\.|<<|\|\||,\s*\n)?\s{0,24}[rbuf@L]?([\"'`])(?=[^\s\"'`)\]},:;])"
)
CHARACTERS = re.compile(
    r"(?:[\"'`]{2}\.join\(\s{0,8})?[\[(]?\s{0,8}[\"'][^\"'\n]{1,2}[\"'](?:\s{0,8},\s{0,8}[\"'][^\"'\n]{1,2}[\"']){5,}"
    r"(?:\s{0,8},?\s{0,8}[\])](?:\.join\([\"'`]{2}\))?\)?)?"
)
QUICK_CHARACTERS = re.compile(r"[\"'],\s?[\"'][^\"'\n]{1,2}[\"'],\s?[\"']")
NUMBERS = re.compile(r"[\[({]\s{0,8}(?:(?:0x[0-9a-fA-F]{2}|\d{2,3})\s{0,8},\s{0,8}){7,}(?:0x[0-9a-fA-F]{2}|\d{2,3})\b")
CHR_CALLS = re.compile(r"(?:(?:chr|String\.fromCharCode|char)\((?:0x[0-9a-f]{2}|\d{2,3})\)\s*[+.&,]?\s*){5,}")
PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
ENTITY = re.compile(
    r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|amp|lt|gt|quot|apos|equals|colon|commat|nbsp|sol|plus|lowbar|period|excl|dollar|num|ast|percnt|hyphen|shy|zwnj|zwj|zerowidthspace|nobreak);"
)
BASE64 = re.compile(r"[A-Za-z0-9+/_\-]{8,}={0,2}")
WRAP_BITS = 16
QUICK_AT = re.compile(r"[\[({]\s?(?:at|AT)\s?[\])}]")
AT = re.compile(r"(?<=\w)\s?[\[({]\s?(?:at|AT)\s?[\])}]\s?(?=\w)")
DOT = re.compile(r"(?<=\w)\s?[\[({]\s?(?:dot|DOT)\s?[\])}]\s?(?=\w)")
QUICK_HEXES = re.compile(r"[2-7][0-9A-Fa-f](?:[ :]?[2-7][0-9A-Fa-f]){7}")
HEXES = re.compile(r"(?:0x)?([2-7][0-9A-Fa-f](?:[ :]?[2-7][0-9A-Fa-f]){7,2000})(?![0-9A-Za-z])")


def make_views(text: str) -> Iterator[tuple[str, str]]:
    """Yield the text, and of each decoding the lines that it changed, each with the line before it."""
    yield AS_WRITTEN, text
    seen: set[str] = set()  # of most texts no decoding changes anything: their lines are cut when one does
    current = [("normalised", normalise(text))]
    if current[0][1] != text:
        seen.update(text.splitlines())
        yield "normalised", new_lines(current[0][1], seen)
    for _ in range(MAX_ROUNDS):
        changed = []
        for _, shown in current:
            for name, decode in DECODINGS:
                decoded = decode(shown) if name not in LOOKS or may_hold(shown, name) else shown
                if decoded != shown:
                    seen = seen or set(text.splitlines())
                    new = new_lines(decoded, seen)
                    if new:
                        changed.append((name, new))
                        yield name, new
        current = changed[:MAX_BRANCHES]
        if not current:
            return


def new_lines(text: str, seen: set[str]) -> str:
    """Return the lines that were not seen yet, each with the line before it, and note them.

    What is new in a text always shows in a new line, so a text that repeats others costs little.
    """
    kept: list[str] = []
    before, had = "", True
    for line in text.splitlines():
        if line in seen:
            before, had = line, False
            continue
        seen.add(line)
        if not had:
            kept.append(before)
        kept.append(line)
        had = True
    return "\n".join(kept)


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


def spell_addresses(text: str) -> str:
    """Return the text with addresses written with a sign that are spelled with words in brackets."""
    return DOT.sub(".", AT.sub("@", text)) if QUICK_AT.search(text) else text


def unquote_entities(text: str) -> str:
    """Return the text with HTML and XML entities decoded."""
    return html.unescape(text) if "&" in text and ENTITY.search(text.lower()) else text


def join_literals(text: str) -> str:
    """Return the text with adjacent and concatenated string literals joined."""
    if '"' not in text and "'" not in text and "`" not in text:
        return text
    return ADJACENT.sub(lambda m: "" if m[1] == m[2] else m[0], text)


def join_characters(text: str) -> str:
    """Return the text with lists of characters, of pairs and of character codes made one literal."""
    if text.count(",") >= 5:
        if QUICK_CHARACTERS.search(text):
            text = CHARACTERS.sub(lambda m: '"' + "".join(re.findall(r"[\"']([^\"'\n]{1,2})[\"']", m[0])) + '"', text)
        text = NUMBERS.sub(_join_codes, text)
    return CHR_CALLS.sub(_join_codes, text) if "chr(" in text or "CharCode(" in text or "char(" in text else text


def _join_codes(match: re.Match[str]) -> str:
    codes = [int(n, 0) for n in re.findall(r"0x[0-9a-fA-F]{2}|(?<!\w)[1-9]\d{1,2}", match[0])]
    if len(codes) < 6 or not all(32 <= code < 127 for code in codes):
        return match[0]
    return '"' + "".join(map(chr, codes)) + '"'


def join_lines(text: str) -> str:
    """Return the text with lines joined that a backslash, a soft break or a wrapped random token continues."""
    if "\n" not in text:
        return text
    text = WRAP.sub("", text)
    out, done = [], 0
    for match in BROKEN.finditer(text):
        before = RUN_END.search(text, max(done, match.start() - 200), match.start())
        if before and random_bits(before[0]) + random_bits(match[1]) >= WRAP_BITS:
            out.append(text[done : match.start()])
            done = match.start(1)
    return "".join(out) + text[done:] if out else text


def decode_base64(text: str) -> str:
    """Return the text with every base64 run replaced that decodes to printable text."""
    return BASE64.sub(_decode_run, text)


def _decode_run(match: re.Match[str]) -> str:
    run = match[0].rstrip("=").replace("-", "+").replace("_", "/")
    if run.islower() or run.isdigit() or len(run) % 4 == 1 or (run.isalpha() and run.istitle()):
        return match[0]
    try:
        raw = base64.b64decode(run + "=" * (-len(run) % 4), validate=True)
    except (binascii.Error, ValueError):
        return match[0]
    return _printable(raw) or match[0]


def decode_hex(text: str) -> str:
    """Return the text with every run of hexadecimal codes replaced that decodes to printable text."""
    if not QUICK_HEXES.search(text):
        return text
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
    ("addresses spelled", spell_addresses),
    ("literals joined", join_literals),
    ("characters joined", join_characters),
    ("lines joined", join_lines),
    ("base64 decoded", decode_base64),
    ("hex decoded", decode_hex),
)


# Base64 of printable ASCII: of each four characters the first, second and third hold the high bits of the bytes.
FOUR = "[CDI-Za-f][AC-HQS-Xgi-nwyz0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/_-]"
RUN = r"[A-Za-z0-9+/_=.\-]"
# By decoding: what it changes nothing without.
LOOKS = {
    "addresses spelled": Look(r"(?s:[\[({].?(?:at|AT).?[\])}])", "bob (at) host"),
    "literals joined": Look(
        "|".join(
            rf"[^\s\"'`(\[{{,=:]{quote}{BLANK}{{0,20}}(?:\\{BLANK}*\n|[+.&~]|\.\.|<<|\|\||,{BLANK}*\n)?{BLANK}{{0,24}}[rbuf@L]?{quote}"
            r"[^\s\"'`)\]},:;]"
            for quote in "\"'`"
        ),
        "'ab' + 'cd'",
    ),
    "characters joined": Look(
        rf"[\"'],{BLANK}?[\"'][^\"'\n]{{1,2}}[\"'],{BLANK}?[\"']|cha?r\(|CharCode\("
        rf"|[\[({{]{BLANK}{{0,8}}(?:(?:0x[0-9a-fA-F]{{2}}|{DIGIT}{{2,3}}){BLANK}{{0,8}},{BLANK}{{0,8}}){{7}}",
        "['a', 'b', 'c', 'd', 'e', 'f']",
    ),
    "lines joined": Look(
        rf"[\\=]\r?\n|{RUN}{{6}}\n[ \t]*(?:(?:[>#*|]|//)[ \t]*)?{RUN}{{4,}}(?:[\"'`,;)]|{BLANK}*\n|{BLANK}*$)",
        "q8Zr2Lw9\nXk4Tm7Vb",
    ),
    "base64 decoded": Look(rf"(?:^|[^A-Za-z0-9+/_\-])(?:{FOUR}){{2}}", "cGFzc3dvcmQ="),
    "hex decoded": Look(r"[2-7][0-9A-Fa-f](?:[ :]?[2-7][0-9A-Fa-f]){7}", "70617373776f7264"),
}
