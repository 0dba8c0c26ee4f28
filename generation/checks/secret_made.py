"""Values that are secrets because of where they stand: word-like with digits and signs, or mixed letters and signs.

In: the value that follows a secret's name, a header's or an option's. Out: whether somebody made it up as a secret.
A stand-in, a look-up, a plain word, a name and an expression of code are none. The place is judged by the callers
(secret_structure, secret_shapes); only where it surely names a secret are these rules sharp enough to be asked.
"""

import re

from generation.checks.secret_values import BRACKET, EXAMPLE, TYPE_NAME, is_pattern, is_placeholder, random_bits

MIN_CHARS = 8
# Words joined and closed by signs and digits, as people make passwords: the signs are ones that names lack.
WORDY = re.compile(r"[A-Za-z0-9]{2,24}(?:[!@#$%^&*~+?=_.\-]{1,2}[A-Za-z0-9]{1,24}){0,4}[!@#$%^&*~+?]{0,3}")
SURE_SIGN = re.compile(r"[A-Za-z0-9][!#$@?](?![=.])(?:[A-Za-z0-9]|[!#$@?]*$)")
OPERATOR = re.compile(r"[%^&*~+=]")
NUMBERED = re.compile(r"[A-Za-z]{3,}(?:[-_.][A-Za-z]{3,}){1,3}\d{3,}")
LAST_DIGITS = re.compile(r"\d{2,}\W{0,3}$")
MIXED = re.compile(r"[a-z].*[A-Z]|[A-Z]{2}.*[a-z]")
CAPITALS = re.compile(r"[a-z][A-Z]{2,}[a-z]")
NO_VALUE = re.compile(r"(?i).*</\w+>.*|https?:.*|[\w.+-]+@[\w-]+\.[\w.-]+|(?:\.{0,2}/|~/)[\w./-]*|\\.*|.*\\[nrtux\\].*")
# Source: the values after a secret's name in the Python 3.11 standard library: names and calls without brackets
# stay below 0 bits, with brackets below 24.
MIN_BITS, MIN_BRACKET_BITS = 0, 32
MIN_SIGNED_BITS, MIN_RUN_BITS, MIN_LOOSE_BITS = -8, -4, 12


def is_made_up(value: str, words: bool = True) -> bool:
    """Return whether a value in a secret's place is one. words: the place is a sure one, where words with signs and digits count too."""
    if len(value) < MIN_CHARS or any(c.isspace() for c in value) or not any(c.isalpha() for c in value):
        return False
    if is_placeholder(value) or is_pattern(value) or EXAMPLE.search(value) or TYPE_NAME.fullmatch(value) or NO_VALUE.fullmatch(value):
        return False
    bits = random_bits(value)
    if BRACKET.search(value):
        return bits >= MIN_BRACKET_BITS
    if not words:
        return bool(MIXED.search(value)) and bits >= MIN_LOOSE_BITS
    least = MIN_SIGNED_BITS if SURE_SIGN.search(value) else MIN_RUN_BITS if CAPITALS.search(value) else MIN_BITS
    return is_wordy(value) or (bool(MIXED.search(value)) and bits >= least)


def is_wordy(value: str) -> bool:
    """Return whether a value is words, a sign that names lack, and digits."""
    if not WORDY.fullmatch(value) or not any(c.isdigit() for c in value):
        return False
    sure, digits = bool(SURE_SIGN.search(value)), LAST_DIGITS.search(value)
    return (sure or bool(OPERATOR.search(value) and random_bits(value) > -10)) and digits is not None


def is_numbered(value: str) -> bool:
    """Return whether a value is joined words and a number: a name anywhere but in a header for keys."""
    return bool(NUMBERED.fullmatch(value)) and not is_placeholder(value) and not EXAMPLE.search(value)


PAIRED = {")": "(", "]": "[", "}": "{"}
MIN_SIGNS, MANY_SIGNS = 4, 7
CALLED = re.compile(r"\w\(|</|\{['\"]")  # a call, a tag's end, an f-string's literal
REPEATED = re.compile(r"([0-9A-Za-z]{4,20}?)\1+[0-9A-Za-z]{0,19}")


def is_noise(value: str, quoted: bool) -> bool:
    """Return whether a value is signs, letters and digits without order, as generators make passwords.

    Its brackets close nothing, or it has signs of many kinds; neither is so in code, words and templates.
    quoted: it is a whole literal; a bare one may have been cut off, so that its brackets stay open.
    """
    signs = {c for c in value if not c.isalnum() and not c.isspace()}
    letters = sum(c.isalnum() for c in value)
    if len(value) < MIN_CHARS or len(signs) < MIN_SIGNS or letters < 3 or "\\" in value or "://" in value or is_pattern(value):
        return False
    if any(c.isspace() for c in value) and random_bits(value) < len(value) / 4:
        return False
    left_open, crossed = _match_brackets(value)
    return crossed or (quoted and not CALLED.search(value) and (left_open or len(signs) >= MANY_SIGNS))


def _match_brackets(value: str) -> tuple[bool, bool]:
    """Return whether a bracket has no partner, and whether one is closed by another kind of bracket."""
    open_ones: list[str] = []
    alone = False
    for char in value:
        if char in "([{":
            open_ones.append(char)
        elif char in PAIRED and not open_ones:
            alone = True
        elif char in PAIRED and open_ones.pop() != PAIRED[char]:
            return True, True
    return alone or bool(open_ones), False


def is_repeated(value: str) -> bool:
    """Return whether a value is a unit written over and over to the length of a key."""
    return len(value) >= 20 and bool(REPEATED.fullmatch(value)) and len(set(value)) >= 6 and not is_placeholder(value)
