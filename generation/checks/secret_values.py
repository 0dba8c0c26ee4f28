"""Is this value a secret or a placeholder? Judged by the whole value, never by a part of it.

In: the value that stands where a secret would. Out: whether it is a placeholder, and how far it
looks random rather than like words and names, in bits. What stands around it is not looked at.
"""

import base64
import binascii
import itertools
import re

# How much more likely the second character follows the first in names and words than in a random
# base-62 string: log2 of the ratio + 9, one hexadecimal digit. Rows and columns: a-z, digit, other.
# Source: counted over the identifiers and words of the Python 3.11 standard library, tests excluded.
PAIRS = (
    "49aa5794938baa2a3bab88777448",
    "b797a664aa4b76a93a97b463966a",
    "b486b65b91aa76c6598b96427259",
    "a779c775b54a67a639989554736b",
    "97aa8875635b9b687bba687a744b",
    "94779a64b11955b63a889250705d",
    "9676c599a1298a870aa89652364b",
    "c567c535b06876b5198a9342611a",
    "89a99892525a9cb939ab38280817",
    "a286c524838642b82696b342625b",
    "9687c786b259587767a78690633c",
    "a769cc44b25a56b705999540942a",
    "c967c544a16896bb06988331702a",
    "a6abb9b5938768a746ab9843523a",
    "89aa58837389ac9a0b99a8974549",
    "b578b747a05a65aa4b8a9651904a",
    "66676446311849477896e461115a",
    "b698c794b27798b709aa8763902a",
    "8496c679a278669956ab9574822b",
    "a688c74ab16876a83a999565953b",
    "8988a982903bab7a0bab53251377",
    "c674d655b0257685267535633369",
    "b578a759c2487aa65ba75585144b",
    "86a7a857a038957a368c6668948b",
    "6888986680399a7c48bb6784664c",
    "a466d737b11887a716676153756a",
    "999a8924533655550355533342bb",
    "a9aaaa99a579999a6aba8885556b",
)
WEIGHT = [[9 - int(digit, 16) for digit in row] for row in PAIRS]
CODE = {chr(c): (c | 32) - 97 for c in (*range(65, 91), *range(97, 123))} | {str(d): 26 for d in range(10)}
RUN_BITS = -4  # a repeated or counted-up character: abc, 1234, aaaa
SIGNS, SIGN_BITS = frozenset("!@#$%^&*+~?=()"), 1  # signs that names and words lack
HUMP_BITS = 2  # a capital amid a word

TRADE = (
    "your|my|the|some|an?|new|old|test(?:ing)?|dummy|fake|mock|sample|example|demo|default|placeholder|insert|enter|put|"
    "replace|change|add|use|this|is|not|no|real|super|very|here|me|in|with|of|to|user|client|server|admin|root|db|"
    "access|refresh|auth|api|app|bearer|basic|private|public|secrets?|tokens?|keys?|pass|password|passwd|passphrase|pwd|"
    "id|name|value|string|hash|code|credentials?|creds|foo|bar|baz|qux|abc|xyz|x{3,}|redacted|hidden|masked|removed|none|"
    "null|true|false|undefined|empty|required|optional|goes|should|be|from|env|var|config|valid|invalid|wrong|bad|good|"
    "expired|missing|unknown|anonymous|guest|it|please|todo|tbd|ok|and|or|for|on|data|text|field|type|account|login|"
    "session|connection|service|aws|github|openai|google|azure|stripe|slack|production|prod|dev|staging|local|live|"
    "changeme|changeit|your[a-z]+|my[a-z]+|some[a-z]+"
)
PLACEHOLDER = re.compile(
    rf"(?i)[\W_]{{0,3}}(?:(?:{TRADE})[\W_]*)+\d{{0,2}}|[x*.\-_#?0•…]+|(.)\1+|\W*|\d{{1,5}}|(?:%[-+#\d.]*\w|\{{\w*\}}|\W)+|0x[0-9a-f]{{1,12}}"
    r"|(?:[a-z]{2,5}[-_])+(?:[.*x•…]{2,}|(?:your|my|example|xxx).*)|[a-z]{2,4}[-_][.*x•…]+"
)
LOOKUP = re.compile(
    r"(?is)<[^<>]*>|\[[^\[\]]*\]|\{+[^{}]*\}+|\$\{?[\w.:]+\}?|\$\{.*\}|\$\(.*\)|%\(?\w+\)?[%s]?|@\w+@|__\w+__|\$\$?[\w.]+"
    r"|(?:os|process|env|config|settings|self|this|args?|options|opts|params|request|req|var|local|data|secrets|vault)"
    r"\.[\w.]+(?:[\[(][\"']?\w*[\"']?[\])])?|(?:get|fetch|load|read|env|require|base64|hash|encrypt|decrypt|str|getenv|get_\w+)\(.*"
)
LOOKUP_BITS = 12  # the names of variables stay below
EXAMPLE = re.compile(
    r"(?i)(?:^|[-_./])(?:example|your|placeholder|redacted|dummy|changeme|xxxx+)(?:$|[-_./])|EXAMPLE(?:KEY)?$"
)


def random_bits(value: str) -> float:
    """Return how much better "random" explains a value than "words and names", in bits; below 0 for words."""
    bits = 0
    before = " "
    for char in value:
        if char in SIGNS or before in SIGNS:
            bits += SIGN_BITS if char != before else 0
        elif char == before or ord(char) - ord(before) == 1:
            bits += RUN_BITS
        else:
            bits += WEIGHT[CODE.get(before, 27)][CODE.get(char, 27)]
            if (char.isupper() and before.isdigit()) or (char.islower() and before.isdigit()):
                bits += HUMP_BITS
            elif char.isupper() and before.islower():
                bits += HUMP_BITS if len(value) > 1 else 0
        before = char
    return bits


def is_placeholder(value: str) -> bool:
    """Return whether the whole value is a stand-in: words of the trade, a look-up, one repeated character."""
    if value[:1] in ("%", "$") and value[1:].isalnum() and random_bits(value) >= LOOKUP_BITS:
        return False  # a password may begin with the sign of a look-up
    return bool(PLACEHOLDER.fullmatch(value) or LOOKUP.fullmatch(value))


def decode_plain(value: str) -> str:
    """Return the printable ASCII text that a value is the base64 of, "" where it is none."""
    body = value.rstrip("=")
    if len(body) < 8 or len(body) % 4 == 1:
        return ""
    try:
        raw = base64.b64decode(body.replace("-", "+").replace("_", "/") + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return ""
    if all(32 <= byte < 127 or byte in (9, 10, 13) for byte in raw):
        return raw.decode("ascii")
    return ""


def is_plain_text(value: str) -> bool:
    """Return whether a value is the base64 of ordinary words, which its decoded view is judged by."""
    plain = decode_plain(value)
    return (len(plain) >= 9 and random_bits(plain) < 0) or is_foreign_text(value)


def is_foreign_text(value: str) -> bool:
    """Return whether a value is the base64 of text with letters beyond ASCII: random bytes are no UTF-8."""
    body = value.rstrip("=").replace("-", "+").replace("_", "/")
    if len(body) < 24:
        return False
    try:
        # A line of a longer text may begin amid four characters of the base64, and end amid one of the text.
        raws = [base64.b64decode(body[at : at + (len(body) - at) // 4 * 4], validate=True) for at in range(4)]
    except (binascii.Error, ValueError):
        return False
    pieces = (raw[first : len(raw) - last] for raw in raws for first in range(3) for last in range(3))
    return any(not piece.isascii() and _is_letters(piece) for piece in pieces)


def _is_letters(raw: bytes) -> bool:
    try:
        return raw.decode("utf-8").replace("\n", "").isprintable()
    except UnicodeDecodeError:
        return False


# Thresholds in bits are set where 99 % of random strings of the length pass; `benchmarks/secret_filter_rates.py` has the figures.
HEX = re.compile(r"(?:0x)?[0-9a-fA-F]{16,}")
UUID = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NAME_LIKE = re.compile(r"[A-Za-z_$][A-Za-z_]*\d{0,2}(?:[.\-/:][A-Za-z_][A-Za-z_]*\d{0,2})*(?:\(\))?")
FUNCTION_WORDS = re.compile(
    r"(?i)\b(?:the|an?|is|are|your|my|our|for|to|of|not|must|in|on|and|or|enter|with|at|no|be|this|from)\b"
)


PATTERN = re.compile(r"\ba-z|A-Z0-9|A-Za-z|a-zA-Z|\(\?[:P=!<]|\[\^|->|\{[A-Za-z_]{2,}\}")
BRACKET = re.compile(r"[()\[\]{}]")
CALL = re.compile(r"^[A-Za-z_][\w.]*[(\[{]|^[(\[{]|[\w)]\)+$|\[\d*\]|\(\)")
TYPE_NAME = re.compile(
    r"(?i)(?:u?int|float|str|string|utf-?|base|bytes|sha-?|md|uint|latin|iso|arg|var|line|field|item|row|col|part|word|node)\d+"
)
# Source: the words that head every published list of leaked passwords
COMMON = frozenset(
    [
        "qwerty",
        "letmein",
        "iloveyou",
        "monkey",
        "dragon",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "superman",
        "batman",
        "trustno1",
        "whatever",
        "starwars",
        "shadow",
        "master",
        "michael",
        "jennifer",
        "hunter",
        "freedom",
        "ninja",
        "mustang",
        "welcome",
        "passw0rd",
        "p@ssw0rd",
        "p@ssword",
        "pa$$word",
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "qazwsx",
        "1q2w3e4r",
        "1qaz2wsx",
        "q1w2e3r4",
        "123456",
        "1234567",
        "12345678",
        "123456789",
        "111111",
        "123123",
        "654321",
        "000000",
        "toor",
        "r00t",
        "hunter2",
        "abc123",
        "opensesame",
        "swordfish",
    ]
)


def is_hex_secret(value: str) -> bool:
    """Return whether a value is a long run of hexadecimal digits, or a UUID, that is not a pattern."""
    body = value.removeprefix("0x").replace("-", "").lower()
    if not (HEX.fullmatch(value) or UUID.fullmatch(value)) or len(set(body)) < 7:
        return False
    return sum(abs(ord(b) - ord(a)) != 1 for a, b in itertools.pairwise(body)) > len(body) * 0.6


def is_uuid(value: str) -> bool:
    """Return whether a value has a UUID's form."""
    return bool(UUID.fullmatch(value))


def is_random(value: str, min_bits: float) -> bool:
    """Return whether a value looks random: digits and letters, no words, not the base64 of plain words."""
    if is_hex_secret(value):
        return True
    if value.isalpha():
        min_bits += 8
    return random_bits(value) >= min_bits and not is_placeholder(value) and not is_plain_text(value)


def is_password(value: str, quoted: bool, strict: bool = False) -> bool:
    """Return whether a value beside a password's name is one: short and wordlike values count too.

    quoted: it is a string literal; a bare word in code is most often a name.
    strict: the name is surely a password's; plain words count then.
    """
    if len(value) < 5 or is_placeholder(value) or TYPE_NAME.fullmatch(value):
        return False
    if value.lower() in COMMON:
        return quoted or strict
    if any(c.isspace() for c in value):
        words = value.split()
        return (
            strict
            and len(words) >= 4
            and all(w.isalpha() and w.islower() for w in words)
            and not FUNCTION_WORDS.search(value)
        )
    lower, upper = any(c.islower() for c in value), any(c.isupper() for c in value)
    digit, other = any(c.isdigit() for c in value), not value.isalnum()
    if NAME_LIKE.fullmatch(value):
        wordy = value.isalpha() and quoted and strict and len(value) >= 6
        single = value.isalnum() or (strict and value[-2:].isdigit())
        weak = digit and single and len(value) >= 6 and (quoted or strict)
        return wordy or weak or random_bits(value) >= 12
    if not quoted and re.fullmatch(r"[\w.]+\(.*|.*[()\[\]{}].*|\W.*=.*|[\d.,:%/-]+", value):
        return False
    if not (lower or upper):
        return digit and len(set(value)) >= 4 and quoted and strict and not re.fullmatch(r"\d*\.[\d.]*", value)
    return digit or (other and quoted and random_bits(value) >= -10)


def is_token(value: str, quoted: bool, min_bits: float = 5) -> bool:
    """Return whether a value beside a secret's name is one."""
    if len(value) < 8 or any(c.isspace() for c in value) or not any(c.isalpha() for c in value) or is_pattern(value):
        return False
    if not quoted and BRACKET.search(value):
        return random_bits(value) >= 16 and not CALL.search(value) and any(c.isdigit() for c in value)
    return is_random(value, min_bits) or is_basic(value)


def is_pattern(value: str) -> bool:
    """Return whether a value is a regular expression, a template or a signature: ranges, groups, arrows."""
    return bool(PATTERN.search(value))


def is_basic(value: str) -> bool:
    """Return whether a value is the base64 of `user:password`. Source: RFC 7617."""
    user, colon, password = decode_plain(value).partition(":")
    return (
        bool(colon)
        and re.fullmatch(r"[\w.@+\-]{2,60}", user) is not None
        and re.fullmatch(r"[!-~]{4,100}", password) is not None
    )
