"""Secrets of fixed shape: key bodies, tokens that carry their own structure, URLs, headers, hashes of passwords.

In: text. Out: (rule, start, end). Each shape is tried only where one of its literals stands in the
lowered text, found by plain search, so that a text without them costs little.
"""

import re
from collections.abc import Iterable, Iterator

from generation.checks.secret_commands import COMMAND_SHAPES
from generation.checks.secret_judges import Shape, judge_token, judge_url, make_shape
from generation.checks.secret_looks import Look, may_hold
from generation.checks.secret_made import is_made_up, is_numbered
from generation.checks.secret_values import is_placeholder

GAP = r"(?:\s|\\[nrt]|\\|[\"'+,;#*/|>]|&#10;|<br>)"
SHAPES = (
    # Source: RFC 7468, RFC 4716, OpenSSH's and OpenPGP's armour
    make_shape(
        "private_key", "begin ",
        r"(?i)BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)? ?-{4,5}" + GAP + r"{0,40}"
        r"(?:(?:[\w-]+: [^\n\\]{1,80})" + GAP + r"{1,20}){0,5}(?:[A-Za-z0-9+/=]" + GAP + r"{0,12}){24,}",
    ),
    # Source: RFC 8017, RFC 5958, RFC 5915 in DER; OpenSSH's key format magic
    make_shape(
        "key_body", "mii¦mhccaqee¦mfecaq¦mig¦mc4caqaw¦b3blbnnzac1rzxktdje",
        r"MII[A-Za-z0-9+/]{3}(?:IBA|ADAN)[A-Za-z0-9+/=\s]{40,}|MHcCAQEE[A-Za-z0-9+/]{30,}|MFECAQ[A-Za-z0-9+/]{30,}"
        r"|MIG[A-Za-z0-9+/]AgEA[A-Za-z0-9+/]{30,}|MC4CAQAw[A-Za-z0-9+/]{30,}|b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/=\s]{40,}",
    ),
    # Source: PuTTY's documentation, appendix C
    make_shape("putty_key", "private-lines", r"(?i)Private-Lines:\s*\d+(?:\s|\\[nr])+[A-Za-z0-9+/=]{20,}"),
    # Source: RFC 7519
    make_shape("jwt", "eyj", r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}"),
    # Source: RFC 7517 (the private members of a JWK)
    make_shape("jwk", "\"kty\"", r"(?i)\"kty\"[\s\S]{0,1500}?\"(?:d|k|p|q|dp|dq|qi)\"\s*:\s*\"(?P<value>[\w-]{20,})\"", judge_token),
    make_shape("rsa_xml", "<rsakeyvalue>", r"(?is)<RSAKeyValue>.{0,3000}<(?:D|P|Q|DP|DQ)>[A-Za-z0-9+/=\s]{20,}"),
    # Source: RFC 3986 (userinfo)
    make_shape("url_password", "://", r"://[^\s:/@\"'<>]{0,80}:(?P<value>[^\s\"'<>@]{3,200})@[^\s\"'<>@/]", judge_url),
    make_shape("cvs_root", ":pserver:", r":pserver:[\w.\-]{1,40}:(?P<value>[^\s@/]{4,100})@", judge_url),
    make_shape("url_token", "://", r"://(?P<value>[\w\-]{16,200})@[\w.]", judge_token),
    make_shape(
        "url_query", "?¦&",
        r"(?i).[\w\-]{0,30}(?:key|token|secret|sig|signature|pass|pwd|password|auth|code|access|sid|hash)(?:_?id)?"
        r"=(?P<value>[^\s&\"'<>#]{6,500})", judge_token,
    ),
    # Source: RFC 7617, RFC 6750
    make_shape(
        "authorization", "authorization¦bearer¦basic",
        r"(?i)(?:authorization\b[\"']?\s{0,3}[:=,>\]]{0,3}\s{0,3}[\"'`]?\s{0,2}(?:bearer|basic|token|apikey|digest|key|jwt)?"
        r"|bearer|basic)[\s:=]{1,3}[\"'`]?(?P<value>[\w.~+/=:\-]{8,})", judge_token,
    ),
    # Source: RFC 9110, section 5.6.2 and 5.5: a field's value may hold any visible character
    make_shape(
        "header", "authorization¦bearer ¦x-",
        r"(?i)(?:(?:proxy-)?authorization[\"']?\s{0,3}[:=,]\s{0,3}[\"'`]?(?:bearer|token|apikey|key|jwt)?|bearer"
        r"|(?<![A-Za-z])x-[\w\-]{0,30}(?:key|token|auth|secret|password)[\"']?\s{0,3}[:=,])\s{0,3}[\"'`]?(?P<value>[^\s\"'`,;<>]{8,200})",
        lambda value: is_made_up(value) or is_numbered(value),
    ),
    # Source: Microsoft's documentation of connection strings
    make_shape(
        "connection_key", "key=¦sig=¦signature=¦secret=",
        r"(?i)(?:key|sig|signature|secret)=(?P<value>[A-Za-z0-9+/%]{30,}={0,2})", judge_token,
    ),
    # Source: crypt(5), passlib's documentation of the modular crypt formats
    make_shape(
        "password_hash", "$2¦$1$¦$5$¦$6$¦$apr1$¦$y$¦$argon2¦{ssha¦{sha¦pbkdf2¦scrypt:",
        r"\$(?:2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|[156]\$(?:rounds=\d+\$)?[^$\s:]{1,16}\$[./A-Za-z0-9]{22,86}"
        r"|apr1\$[^$\s]{1,8}\$[./A-Za-z0-9]{22}|y\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}"
        r"|argon2(?:id?|d)\$v=\d+\$[\w=,]+\$[A-Za-z0-9+/]{8,}\$[A-Za-z0-9+/]{16,})|\{S?SHA(?:256|512)?\}[A-Za-z0-9+/=]{28,}"
        r"|pbkdf2_sha(?:1|256|512)\$\d+\$[^$\s]{1,64}\$[A-Za-z0-9+/=]{20,}|pbkdf2-[0-9a-f]{40},[0-9a-f]{16,},\d+"
        r"|pbkdf2:sha(?:1|256|512):\d+\$[^$\s]{4,64}\$[0-9a-f]{40,}|scrypt:\d+:\d+:\d+\$[^$\s]{4,64}\$[0-9a-f]{64,}",
    ),
    make_shape(
        "mnemonic", "mnemonic¦seed¦recovery¦wallet",
        r"(?i:mnemonic|seed(?:[ _-]?(?:phrase|words))?|recovery[ _-]?(?:phrase|words|key)|wallet)\b[\w \"']{0,30}"
        r"[\"'`\])]{0,3}\s{0,3}(?:[:=,(]|is\b)\s{0,8}[\"'`\[]{0,2}(?:[a-z]{3,8}[\s,\"']{1,4}){11,23}[a-z]{3,8}",
    ),
    # Source: the Web3 Secret Storage definition
    make_shape("keystore", "\"ciphertext\"", r"(?i)\"ciphertext\"\s{0,4}:\s{0,4}\"[0-9a-f]{32,}\"(?=[\s\S]{0,600}?\"(?:kdf|mac)\")"),
    # Source: Ethereum's yellow paper (a private key has 32 bytes); beside an account, where a hash does not stand
    make_shape(
        "account_key", "account¦wallet¦signer¦deployer¦private",
        r"(?i)(?:accounts?|wallet|signer|deployer|private)\w{0,12}\W{1,8}(?:\w{1,20}\W{1,4}){0,2}(?P<value>0x[0-9a-f]{64})\b", judge_token,
    ),
    make_shape("hook_url", "hook", r"(?i)hooks?(?:/[\w\-]{1,40}){0,5}/(?P<value>[\w\-]{20,100})(?=[\s\"'`?)<>]|$)", judge_token),
    make_shape(
        "codes", "recovery¦backup",
        r"(?i)(?:recovery|backup)[ _-]?(?:codes?|keys?)\W{1,6}(?:\w+\W{1,3}){0,3}?(?P<value>(?:[a-z0-9]{4,8}-[a-z0-9]{4,8}[\s,;]{1,3}){1,12}[a-z0-9]{4,8}-[a-z0-9]{4,8})",
        lambda value: any(c.isdigit() for c in value),
    ),
    make_shape(
        "pin", "pin ¦pin:¦pin=¦passcode¦pin*¦pin`",
        r"(?i)(?:(?<![a-z])pin|passcode)\b[\w \"'`*]{0,24}?(?:\bis|:|=)\W{1,4}(?P<value>\d{5,8})\b", lambda value: not is_placeholder(value),
    ),
    make_shape("jdbc_thin", "jdbc:oracle", r"(?i)jdbc:oracle:\w+:[\w$]+/(?P<value>[^\s@/\"']{4,60})@", judge_url),
)  # fmt: skip


# Source: BIP 39. The whole literal is 12 to 24 words of 3 to 8 letters, none of them an article or the like.
WORDS = re.compile(
    r"[\"'`](?=(?:[a-z]{3,8} ){11})(?![^\"'`\n]*\b(?:the|and|for|are|was|with|from|has|its|not|but|you|lorem)\b)"
    r"(?:[a-z]{3,8} ){11,23}[a-z]{3,8}[\"'`]"
)


def _by_literal(shapes: Iterable[Shape]) -> tuple[tuple[str, tuple[Shape, ...]], ...]:
    shapes = tuple(shapes)
    literals = sorted({literal for shape in shapes for literal in shape.literals})
    return tuple((literal, tuple(shape for shape in shapes if literal in shape.literals)) for literal in literals)


# Groups of shapes, and the literals of which any of them needs one: a few searches in place of many.
HASH_SIGNS, OPTION_SIGNS = ("$", "{ssha", "{sha", "pbkdf2", "scrypt:"), (" -", " /p", '"-', "'-")
OPTION = re.compile(r"[ \"'](?:-[a-z]*[pnawku]|--(?:pass|user|proxy-user|auth)|-(?:store|key)pass|/p)")
HASHES, OPTIONS = ("password_hash",), ("command", "command_user")
ALL = (*SHAPES, *COMMAND_SHAPES)
GROUPS = (
    (HASH_SIGNS, _by_literal(shape for shape in ALL if shape.rule in HASHES)),
    (OPTION_SIGNS, _by_literal(shape for shape in ALL if shape.rule in OPTIONS)),
    ((), _by_literal(shape for shape in ALL if shape.rule not in HASHES + OPTIONS)),
)
# Literals that one text in a hundred of a round holds: each is searched for, all the others are looked for at once.
COMMON = frozenset(("expect", "key=", "set ", "use ", "?", "try ", "machine ", "begin ", "&"))
COMMON_GROUP = tuple((literal, shapes) for _, group in GROUPS for literal, shapes in group if literal in COMMON)
RARE = sorted({literal for _, group in GROUPS for literal, _ in group} - COMMON)
LOOKS = {
    "shapes": Look("(?i:" + "|".join(map(re.escape, RARE)) + ")", "AES.NEW("),
    "options": Look(r"(?i:" + OPTION.pattern + ")", "mysql -uroot"),
    "words": Look(r"[\"'`](?:[a-z]{3,8} ){11}", "'" + "word " * 11),
}


def find_shapes(text: str, low: str) -> Iterator[tuple[str, int, int]]:
    """Yield the rule, start and end of every secret of fixed shape. low: the text in lower case."""
    if may_hold(text, "shapes"):
        for needed, group in GROUPS:
            if needed and not any(sign in low for sign in needed):
                continue
            if needed is not OPTION_SIGNS or (may_hold(text, "options") and OPTION.search(low)):
                yield from _find_group(group, text, low)
    else:
        yield from _find_group(COMMON_GROUP, text, low)
    words = WORDS.search(text) if may_hold(text, "words") else None
    if words:
        yield "mnemonic", *words.span()


def _find_group(group: tuple, text: str, low: str) -> Iterator[tuple[str, int, int]]:
    for literal, shapes in group:
        at = low.find(literal)
        while at >= 0:
            for shape in shapes:
                match = shape.pattern.match(text, at)
                if not match:
                    continue
                if shape.judge is None:
                    yield shape.rule, *match.span()
                elif shape.judge(match["value"]):
                    yield shape.rule, *match.span("value")
            at = low.find(literal, at + 1)
