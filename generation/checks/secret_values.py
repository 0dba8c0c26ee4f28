"""Is this value a secret or a placeholder? Judged by the whole value, never by a part of it.

In: the value that stands where a secret would, and how it is written. Out: yes or no.
"""

import math
import re
from collections import Counter

PLACEHOLDER = re.compile(
    r"(?ix) (?:"
    r"  (?:your|my|the|some|an?|new|old|test|dummy|fake|mock|sample|example|demo|default|placeholder|insert|enter|put|"
    r"     replace|change|add|use|this|is|not|no|real|super|very|here|me|in|with|of|to|user|client|server|admin|root|"
    r"     access|refresh|auth|api|app|bearer|private|public|secret|secrets|token|tokens|key|keys|pass|password|passwd|"
    r"     passphrase|pwd|id|name|value|string|hash|code|credentials?|creds|foo|bar|baz|qux|abc|xyz|xxx+|redacted|hidden|"
    r"     masked|removed|none|null|true|false|undefined|empty|required|optional|goes|should|be|from|env|var|config|"
    r"     valid|invalid|wrong|bad|good|expired|missing|unknown|anonymous|guest|it|please|todo|tbd|ok)"
    r"  [\W_]*)+ \d{0,3}"
    r"| [x*.\-_#?0]+ | (.)\1+ | \W* | \d{1,5}"
    r"| (?:sk|pk|ghp|xox[bp]|akia)[-_]?(?:[.*x…]+|your.*)"
)
LOOKUP = re.compile(
    r"(?ix) [<\[{(%$@&!].* | .*[<{(\[$%].*[>})\]%].* | \$\w+ | (?:os\.|process\.|env\.|config\.|settings\.|self\.|this\.|args?\.).*"
    r"| (?:https?|file)://[^@]*"
)
IDENTIFIER = re.compile(r"[A-Za-z_][a-z_]*(?:[A-Z][a-z]+)*\d{0,2}")
WORDS = re.compile(r"(?:[A-Z]?[a-z]+|[A-Z]+)(?:[\s_\-./:,]+(?:[A-Z]?[a-z]+|[A-Z]+|\d{1,4}))*[.!?:,]?")


def entropy_bits(value: str) -> float:
    """Return Shannon's entropy of a string, in bits a character."""
    counts = Counter(value).values()
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts)


def is_placeholder(value: str) -> bool:
    """Return whether the whole value is a stand-in: words of the trade, a look-up, one repeated character."""
    return bool(PLACEHOLDER.fullmatch(value) or LOOKUP.fullmatch(value))


def is_secret(value: str, password: bool, quoted: bool) -> bool:
    """Return whether a value beside a secret's name is a secret.

    password: the name is of the password kind, where short and wordlike values count too.
    quoted: it is a string literal; a bare word in code is most often a name.
    """
    value = value.strip()
    if len(value) < (5 if password else 8) or is_placeholder(value):
        return False
    kinds = sum(bool(re.search(kind, value)) for kind in (r"[a-z]", r"[A-Z]", r"\d", r"[^\w\s]"))
    if any(c.isspace() for c in value):
        return False
    if WORDS.fullmatch(value):
        return False
    if not quoted and (IDENTIFIER.fullmatch(value) or re.fullmatch(r"[\w.]+(?:\(.*)?", value) and not _is_random(value)):
        return False
    if password:
        return kinds >= 2
    return _is_random(value)


def _is_random(value: str) -> bool:
    digits = sum(c.isdigit() for c in value)
    return len(value) >= 8 and entropy_bits(value) >= 2.8 and 0 < digits and len(value) - digits >= 2
