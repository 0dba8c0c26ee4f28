"""Personal data: e-mail, IP, card, IBAN, wallet and social-security numbers, by presidio's recognizers.

In: text. Out: findings. Test data is kept: reserved domains, private and documentation addresses,
card numbers without a card's grouping or prefix. Names, phones and postal addresses are not looked for.
"""

import importlib
import importlib.util
import ipaddress
import logging
import os
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generation.checks.secret_faults import EngineFault, Finding, ScanFailed
from generation.checks.secret_looks import DIGIT, WORD, Look, may_hold

ENGINE = "presidio"
# What each recognizer cannot match without: a cheap look first, so it loses nothing. A sign comes first, and what
# stands before it is looked back at: signs are rarer than digits and letters.
NEEDS = {
    "EMAIL_ADDRESS": re.compile(r"@(?<=\w@)\w"),
    "IP_ADDRESS": re.compile(r"[.:](?:(?<=\d\.)\d{1,3}\.\d{1,3}\.\d|(?<=[0-9A-Fa-f]:)[0-9A-Fa-f]{1,4}:)"),
    "CREDIT_CARD": re.compile(r"[1-6]\d{3}[- ]?\d{3,4}[- ]?\d{3}"),
    "IBAN_CODE": re.compile(r"[A-Z]{2}\d{2}[ -]?[A-Z0-9]{4}"),
    "CRYPTO": re.compile(r"(?:bc1|BC1|[13])[A-Za-z0-9]{25}"),
    "US_SSN": re.compile(r"[- .](?<=\d{3}[- .])\d{2}[- .]\d{4}"),
}
# The same for all texts of a batch at once.
LOOKS = {
    "EMAIL_ADDRESS": Look(f"{WORD}@{WORD}", "a@b"),
    "IP_ADDRESS": Look(rf"{DIGIT}\.{DIGIT}{{1,3}}\.{DIGIT}{{1,3}}\.{DIGIT}|[0-9A-Fa-f]:[0-9A-Fa-f]{{1,4}}:", "81.2.69.160"),
    "CREDIT_CARD": Look(rf"[1-6]{DIGIT}{{3}}[- ]?{DIGIT}{{3,4}}[- ]?{DIGIT}{{3}}", "4000 0000 000"),
    "IBAN_CODE": Look(rf"[A-Z]{{2}}{DIGIT}{{2}}[ -]?[A-Z0-9]{{4}}", "DE89 3704"),
    "CRYPTO": Look(r"(?:bc1|BC1|[13])[A-Za-z0-9]{25}", "1" * 26),
    "US_SSN": Look(rf"{DIGIT}{{3}}[- .]{DIGIT}{{2}}[- .]{DIGIT}{{4}}", "000-00-0000"),
    "NAMED_SSN": Look("ssn|SSN|ocial|OCIAL", "Social security"),
}
LIST_BEFORE, LIST_AFTER = re.compile(r"\d $"), re.compile(r" \d")
CLASSES = {
    "EMAIL_ADDRESS": ("generic.email_recognizer", "EmailRecognizer"),
    "IP_ADDRESS": ("generic.ip_recognizer", "IpRecognizer"),
    "CREDIT_CARD": ("generic.credit_card_recognizer", "CreditCardRecognizer"),
    "IBAN_CODE": ("generic.iban_recognizer", "IbanRecognizer"),
    "CRYPTO": ("generic.crypto_recognizer", "CryptoRecognizer"),
    "US_SSN": ("country_specific.us.us_ssn_recognizer", "UsSsnRecognizer"),
}
MIN_SCORE = 0.5
# Source: Mastercard's range 2221-2720, of 2017, which presidio's pattern lacks; its own Luhn test follows.
NEW_CARDS = r"\b2[2-7]\d{2}(?:[- ]?\d{4}){3}\b"
# Nine digits are a social-security number where they are called so.
NAMED_SSN = re.compile(
    r"(?i)(?<![a-z])(?:ssn|social[ _-]?security(?:[ _-]?(?:no|num|number))?)\b[\"'`*]{0,2}\W{1,4}(?:is\s)?[\"'`]?(\d{9})\b"
)
# Ranges that few cards have and many numbers fall into count beside a card's name only.
# Source: UnionPay 62, Maestro 50 and 56-69 (ISO/IEC 7812 registrations)
RARE_CARD = re.compile(r"62|5[0678]|6")
CARD_NAMED = re.compile(r"(?i)card|(?<![a-z])(?:pan|cc|maestro|unionpay|visa|mastercard|amex)(?![a-z])|charged|paid")
PACKAGE = "presidio_analyzer"
RECOGNIZERS = f"{PACKAGE}.predefined_recognizers"


def load_recognizers() -> dict[str, Any]:
    """Return presidio's recognizers by entity, without what their package imports besides (spaCy: 4 s, 200 MB).

    The package's own __init__ imports every language engine. Its modules need six of its names, so
    bare packages stand in for it while they load; they are taken away again afterwards.
    Raises EngineFault where presidio is missing or laid out otherwise.
    """
    os.environ.setdefault("TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS", "")  # else the first e-mail goes to the network
    # Other libraries load in a thread beside this: the list is taken at once, as the table may grow meanwhile.
    before = {name for name in list(sys.modules) if name.partition(".")[0] == PACKAGE}
    try:
        if PACKAGE not in sys.modules:
            _stand_in()
        found = {}
        for entity, (module, name) in CLASSES.items():
            found[entity] = getattr(importlib.import_module(f"{RECOGNIZERS}.{module}"), name)()
        pattern = sys.modules[f"{PACKAGE}.pattern"].Pattern("cards since 2017", NEW_CARDS, 0.3)
        found["CREDIT_CARD"].patterns = [*found["CREDIT_CARD"].patterns, pattern]
    except (ImportError, AttributeError, TypeError) as error:
        raise EngineFault(f"presidio-analyzer cannot be used ({error}); install requirements.txt") from None
    finally:
        for name in [n for n in list(sys.modules) if n.partition(".")[0] == PACKAGE and n not in before]:
            del sys.modules[name]
    logger = logging.getLogger("presidio-analyzer")
    logger.setLevel(logging.WARNING)
    if _refuse_to_skip not in logger.filters:
        logger.addFilter(_refuse_to_skip)
    return found


def _stand_in() -> None:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ImportError("not installed")
    root = Path(next(iter(found.submodule_search_locations)))
    bare = ("", ".predefined_recognizers", ".predefined_recognizers.generic")
    bare += (".predefined_recognizers.country_specific", ".predefined_recognizers.country_specific.us")
    for name in bare:
        package = types.ModuleType(PACKAGE + name)
        package.__path__ = [str(root.joinpath(*name.split(".")))]
        sys.modules[PACKAGE + name] = package
    language = types.ModuleType(f"{PACKAGE}.nlp_engine")
    language.NlpArtifacts = object
    sys.modules[language.__name__] = language
    package = sys.modules[PACKAGE]
    for module, name in (
        ("analysis_explanation", "AnalysisExplanation"),
        ("recognizer_result", "RecognizerResult"),
        ("entity_recognizer", "EntityRecognizer"),
        ("local_recognizer", "LocalRecognizer"),
        ("pattern", "Pattern"),
        ("pattern_recognizer", "PatternRecognizer"),
    ):
        setattr(package, name, getattr(importlib.import_module(f"{PACKAGE}.{module}"), name))


def _refuse_to_skip(record: logging.LogRecord) -> bool:
    """Turn "timed out, skipping" into an error, and keep every other message, which may hold a value, off the log."""
    if "timed out" in str(record.msg):
        raise ScanFailed("presidio timed out")
    return False


class PersonalData:
    """Presidio's recognizers behind `scan`, with the post-filters."""

    def __init__(self) -> None:
        self.recognizers = load_recognizers()

    def scan(self, text: str) -> list[Finding]:
        """Return the personal data found in a text; ScanFailed where a recognizer times out."""
        found = []
        if may_hold(text, "NAMED_SSN") and any(word in text for word in ("ssn", "SSN", "ocial", "OCIAL")):
            found = [Finding(ENGINE, "us_ssn", *match.span(1), True) for match in NAMED_SSN.finditer(text)]
        for entity, recognizer in self.recognizers.items():
            for start, end in _lines_with(NEEDS[entity], text) if may_hold(text, entity) else ():
                line = text[start:end]
                for result in recognizer.analyze(line, [entity]):
                    value = line[result.start : result.end]
                    if result.score >= MIN_SCORE and not KEPT[entity](value, line, result.start):
                        found.append(Finding(ENGINE, entity.lower(), start + result.start, start + result.end, True))
        return found


def _lines_with(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the lines in which a pattern matches; no entity spans lines."""
    match = pattern.search(text)
    while match:
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        end = len(text) if end < 0 else end
        yield start, end
        match = pattern.search(text, end)


GLOBAL_V6 = ipaddress.ip_network("2000::/3")  # Source: RFC 4291
# Source: RFC 2606, RFC 6761 (reserved names)
RESERVED = re.compile(
    r"(?i)(?:^|[.@])(?:example\.(?:com|org|net|edu|io|co)|(?:test|example|invalid|localhost|local|internal|lan)|"
    r"(?:your|my|some)[-_]?(?:domain|company|org|site)\.\w+|(?:domain|company|acme|foo|bar|test|email|mail)\.(?:com|org|net|io))$"
)
NO_PEOPLE = re.compile(
    r"(?i)^(?:no-?reply|git|user(?:name)?|example|test|foo|bar|me|you|your[-_.]?e?mail|name|someone)@"
)


def keep_email(value: str, text: str, start: int) -> bool:
    """Return whether an address cannot be a person's: reserved domain, or `git@host:path`."""
    return bool(RESERVED.search(value) or NO_PEOPLE.search(value)) or text[max(0, start - 3) : start] == "://"


def keep_ip(value: str, text: str, start: int) -> bool:
    """Return whether an address names no one's machine: private, documentation, reserved, or a version number."""
    address = ipaddress.ip_interface(value).ip
    before = text[max(0, start - 12) : start].lower()
    if address.version == 4 and (
        re.search(r"(?:version|release|ver|v|sections?|chapter|rfc\d+)\W{0,4}$", before) or before.endswith(".")
    ):
        return True
    if address.version == 6 and (value.count(":") < 4 or address not in GLOBAL_V6):
        return True
    octets = str(address).split(".")
    if address.version == 4 and (all(len(octet) == 1 for octet in octets[:3]) or octets[:2] == octets[2:]):
        return True  # 7.1.1.12 numbers a section or a version; 170.85.170.85 is a pattern of bits
    if "/" in value and ipaddress.ip_interface(value).network.network_address == address:
        return True  # a network, not a machine
    if text.startswith(".in-addr", start + len(value)):
        return True
    if _is_in_list(value, text, start):
        return True
    known = {
        "8.8.8.8",
        "8.8.4.4",
        "1.1.1.1",
        "1.0.0.1",
        "9.9.9.9",
        "1.2.3.4",
        "4.3.2.1",
        "1.2.3.5",
        "123.45.67.89",
        "12.34.56.78",
        "11.22.33.44",
    }
    return (
        not address.is_global
        or address.is_multicast
        or str(address) in known
        or value.startswith(("1.2.3.", "1.1.1."))
        or value.endswith((".0", ".255"))
    )


def keep_card(value: str, text: str, start: int) -> bool:
    """Return whether digits that pass Luhn are no card: wrong length, prefix or grouping, or part of a longer number."""
    digits = re.sub(r"\D", "", value)
    common = re.match(r"4|5[1-5]|2[2-7]|3[47]|6(?:011|5|4[4-9])|35|30[0-5]|36|38", digits)
    rare = RARE_CARD.match(digits) and CARD_NAMED.search(text[max(0, start - 40) : start])
    if len(set(digits)) < 4 or not (common or rare):
        return True
    lengths = {"3": (14, 15, 16)}.get(digits[0], (16,))
    groups = [len(group) for group in re.split(r"[- ]", value)]
    grouped = groups in ([len(digits)], [4, 4, 4, 4], [4, 6, 5], [4, 6, 4])
    around = text[max(0, start - 2) : start] + " " + text[start + len(value) : start + len(value) + 2]
    return len(digits) not in lengths or not grouped or bool(re.search(r"\d[.\-_ ] | [.\-_]\d|\. ", around))


def _is_in_list(value: str, text: str, start: int) -> bool:
    """Return whether numbers set off by spaces go on, before or after, to a line of numbers."""
    return " " in value and bool(LIST_BEFORE.search(text, 0, start) or LIST_AFTER.match(text, start + len(value)))


def keep_ssn(value: str, text: str, start: int) -> bool:
    """Return whether digits are no US number: never issued, or one that the administration published."""
    area, group, serial = re.split(r"[- .]", value)
    if text.startswith(".in-addr", start + len(value)):
        return True
    if _is_in_list(value, text, start):
        return True
    known = {"078-05-1120", "219-09-9999", "123-45-6789", "987-65-4321", "111-22-3333"}
    never = area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000"
    return never or f"{area}-{group}-{serial}" in known


def keep_nothing(value: str, text: str, start: int) -> bool:
    """Return False: the recognizer's own checksum decides."""
    return False


KEPT = {
    "EMAIL_ADDRESS": keep_email,
    "IP_ADDRESS": keep_ip,
    "CREDIT_CARD": keep_card,
    "IBAN_CODE": keep_nothing,
    "CRYPTO": keep_nothing,
    "US_SSN": keep_ssn,
}
