"""Secrets of fixed shape: key bodies, tokens that carry their own structure, URLs, headers, command lines, calls.

In: text. Out: (rule, start, end). Each shape is tried only where one of its literals stands in the
lowered text, found by plain search, so that a text without them costs little.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from generation.checks.secret_made import is_made_up, is_numbered
from generation.checks.secret_values import is_password, is_placeholder, is_token


class Shape(NamedTuple):
    """literals: where the pattern is tried. judge: how group `value` is judged, None for not at all."""

    rule: str
    literals: tuple[str, ...]
    pattern: re.Pattern[str]
    judge: Callable[[str], bool] | None


def _judge_url(value: str) -> bool:
    return not is_placeholder(value) and not value.isdigit() and not value.startswith("/")


def _judge_password(value: str) -> bool:
    return is_made_up(value) or (is_password(value, True) and not value.startswith(("-", "$", "<", "{")))


def _judge_mixed(value: str) -> bool:
    value = value.rstrip(".,;:)")
    varied = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return varied and is_password(value, True) and not value.lower().startswith(("http", "utf", "/"))


def _judge_token(value: str) -> bool:
    return is_token(value, True, 5)


def _judge_key(value: str) -> bool:
    return is_made_up(value) or _judge_token(value)


def _shape(rule: str, literals: str, pattern: str, judge: Callable[[str], bool] | None = None) -> Shape:
    return Shape(rule, tuple(literals.split("¦")), re.compile(pattern), judge)


GAP = r"(?:\s|\\[nrt]|\\|[\"'+,;#*/|>]|&#10;|<br>)"
ARGUMENT = r"(?:[\"'][^\"'\n]{0,80}[\"']|[\w.]{1,40})"
COMMANDS = (
    "mysql¦mariadb¦sshpass¦plink¦pscp¦psexec¦mongo¦docker login¦podman login¦redis-cli¦ldapsearch¦ldapadd¦ldapmodify¦"
    "ldapwhoami¦smbclient¦rpcclient¦net use¦lftp¦7z¦unzip¦htpasswd¦cqlsh¦sqlcmd¦sqlplus¦mosquitto_¦az login¦oc login¦"
    "helm ¦xfreerdp¦rdesktop¦winexe¦crackmapexec¦keytool¦jarsigner¦wget¦zip -¦rar "
)
SHAPES = (
    # Source: RFC 7468, RFC 4716, OpenSSH's and OpenPGP's armour
    _shape(
        "private_key", "begin ",
        r"(?i)BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)? ?-{4,5}" + GAP + r"{0,40}"
        r"(?:(?:[\w-]+: [^\n\\]{1,80})" + GAP + r"{1,20}){0,5}(?:[A-Za-z0-9+/=]" + GAP + r"{0,12}){24,}",
    ),
    # Source: RFC 8017, RFC 5958, RFC 5915 in DER; OpenSSH's key format magic
    _shape(
        "key_body", "mii¦mhccaqee¦mfecaq¦mig¦mc4caqaw¦b3blbnnzac1rzxktdje",
        r"MII[A-Za-z0-9+/]{3}(?:IBA|ADAN)[A-Za-z0-9+/=\s]{40,}|MHcCAQEE[A-Za-z0-9+/]{30,}|MFECAQ[A-Za-z0-9+/]{30,}"
        r"|MIG[A-Za-z0-9+/]AgEA[A-Za-z0-9+/]{30,}|MC4CAQAw[A-Za-z0-9+/]{30,}|b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/=\s]{40,}",
    ),
    # Source: PuTTY's documentation, appendix C
    _shape("putty_key", "private-lines", r"(?i)Private-Lines:\s*\d+(?:\s|\\[nr])+[A-Za-z0-9+/=]{20,}"),
    # Source: RFC 7519
    _shape("jwt", "eyj", r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}"),
    # Source: RFC 7517 (the private members of a JWK)
    _shape("jwk", "\"kty\"", r"(?i)\"kty\"[\s\S]{0,1500}?\"(?:d|k|p|q|dp|dq|qi)\"\s*:\s*\"(?P<value>[\w-]{20,})\"", _judge_token),
    _shape("rsa_xml", "<rsakeyvalue>", r"(?is)<RSAKeyValue>.{0,3000}<(?:D|P|Q|DP|DQ)>[A-Za-z0-9+/=\s]{20,}"),
    # Source: RFC 3986 (userinfo)
    _shape("url_password", "://", r"://[^\s:/@\"'<>]{0,80}:(?P<value>[^\s\"'<>@]{3,200})@[^\s\"'<>@/]", _judge_url),
    _shape("url_token", "://", r"://(?P<value>[\w\-]{16,200})@[\w.]", _judge_token),
    _shape(
        "url_query", "?¦&",
        r"(?i).[\w\-]{0,30}(?:key|token|secret|sig|signature|pass|pwd|password|auth|code|access|sid|hash)(?:_?id)?"
        r"=(?P<value>[^\s&\"'<>#]{6,500})", _judge_token,
    ),
    # Source: RFC 7617, RFC 6750
    _shape(
        "authorization", "authorization¦bearer¦basic",
        r"(?i)(?:authorization\b[\"']?\s{0,3}[:=,>\]]{0,3}\s{0,3}[\"'`]?\s{0,2}(?:bearer|basic|token|apikey|digest|key|jwt)?"
        r"|bearer|basic)[\s:=]{1,3}[\"'`]?(?P<value>[\w.~+/=:\-]{8,})", _judge_token,
    ),
    # Source: RFC 9110, section 5.6.2 and 5.5: a field's value may hold any visible character
    _shape(
        "header", "authorization¦bearer ¦x-",
        r"(?i)(?:(?:proxy-)?authorization[\"']?\s{0,3}[:=,]\s{0,3}[\"'`]?(?:bearer|token|apikey|key|jwt)?|bearer"
        r"|(?<![A-Za-z])x-[\w\-]{0,30}(?:key|token|auth|secret|password)[\"']?\s{0,3}[:=,])\s{0,3}[\"'`]?(?P<value>[^\s\"'`,;<>]{8,200})",
        lambda value: is_made_up(value) or is_numbered(value),
    ),
    _shape(
        "hmac_call", "hmac.new(¦hmac(¦hmac.digest(",
        r"(?i)hmac(?:\.new|\.digest)?\(\s{0,8}(?:[\"'][\w\-]{2,20}[\"'],\s{0,8})?(?:key\s?=\s?)?b?[\"'](?P<value>[^\"'\n]{8,200})[\"']",
        _judge_key,
    ),
    # Source: Microsoft's documentation of connection strings
    _shape(
        "connection_key", "key=¦sig=¦signature=¦secret=",
        r"(?i)(?:key|sig|signature|secret)=(?P<value>[A-Za-z0-9+/%]{30,}={0,2})", _judge_token,
    ),
    # Source: crypt(5), passlib's documentation of the modular crypt formats
    _shape(
        "password_hash", "$2¦$1$¦$5$¦$6$¦$apr1$¦$y$¦$argon2¦{ssha¦pbkdf2_",
        r"\$(?:2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|[156]\$(?:rounds=\d+\$)?[^$\s:]{1,16}\$[./A-Za-z0-9]{22,86}"
        r"|apr1\$[^$\s]{1,8}\$[./A-Za-z0-9]{22}|y\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}"
        r"|argon2(?:id?|d)\$v=\d+\$[\w=,]+\$[A-Za-z0-9+/]{8,}\$[A-Za-z0-9+/]{16,})|\{SSHA(?:256|512)?\}[A-Za-z0-9+/=]{28,}"
        r"|pbkdf2_sha(?:1|256|512)\$\d+\$[^$\s]{1,64}\$[A-Za-z0-9+/=]{20,}",
    ),
    _shape(
        "mnemonic", "mnemonic¦seed¦recovery¦wallet",
        r"(?i:mnemonic|seed(?:[ _-]?(?:phrase|words))?|recovery[ _-]?(?:phrase|words|key)|wallet)\b[\w \"']{0,30}"
        r"[\"'`\])]{0,3}\s{0,3}(?:[:=,(]|is\b)\s{0,8}[\"'`\[]{0,2}(?:[a-z]{3,8}[\s,\"']{1,4}){11,23}[a-z]{3,8}",
    ),
    _shape(
        "command", COMMANDS,
        r"(?i)[^\n|;]{2,220}?\s(?:-p|-P|-a|-w|/p:?|--pass|-k|-storepass|-keypass)(?:\s+|=|)[\"']?(?P<value>[^\s\"'|;&]{5,100})",
        _judge_password,
    ),
    _shape(
        "command_user", "curl¦ -u¦--user¦--proxy-user",
        r"(?i)(?:curl\b[^\n]{0,300}?)?\s?(?:-[a-zA-Z]{0,3}u|--user|--proxy-user)(?:\s+|=|[\"',\s]{1,6})[\"']?"
        r"[\w.@\\\-+]{1,60}:(?P<value>[^\s\"'|;&]{4,200})", _judge_password,
    ),
    _shape(
        "identity", "identified ¦password '¦password \"",
        r"(?i)(?:identified\s+(?:with\s+\S+\s+)?(?:by|as)(?:\s+values)?|password)\s+[\"'](?P<value>[^\"'\n]{5,100})[\"']",
        _judge_password,
    ),
    _shape("netrc", "machine ", r"(?i)machine\s+\S+\s+login\s+\S+\s+password\s+(?P<value>\S{4,100})", _judge_password),
    _shape("pgpass", ":5432:¦:3306:¦:*:¦:1433:", r":[\d*]+:[\w*\-]+:[\w.\-]+:(?P<value>[^\s:]{5,100})(?=\s|$)", _judge_password),
    _shape("net_user", "net user", r"(?i)net user\s+(?:/add\s+)?\S+\s+(?P<value>[^\s/]{5,100})", _judge_password),
    _shape("jdbc_thin", "jdbc:oracle", r"(?i)jdbc:oracle:\w+:[\w$]+/(?P<value>[^\s@/\"']{4,60})@", _judge_url),
    _shape("secure_string", "securestring", r"(?i)SecureString\s+(?:-String\s+)?[\"']?(?P<value>[^\s\"']{5,200})", _judge_password),
    _shape(
        "use_as", "use ¦using ¦enter ¦try ¦type ¦set ",
        r"(?i)(?:use|using|enter|try|type|set)\s+[`\"'*]{0,3}(?P<value>[^\s`\"'<>(){}]{6,200})[`\"'*]{0,3}\s+(?:as|for)\s+(?:the\s|your\s|my\s|our\s|an?\s)?"
        r"[\w -]{0,40}?(?:pass|pwd|psk|secret|token|key|pin\b|pw\b|credential|login)", _judge_mixed,
    ),
    # A call or pair whose last part is the password
    _shape(
        "login_call", "login¦log_in¦auth¦cred¦connect¦signin¦sign_in¦create_user¦createuser¦add_user¦useradd¦superuser",
        r"(?i)\w{2,30}\s{0,3}[=:(\s]\s{0,3}[(\[]?\s{0,8}(?:[\w.]{1,20}\s?=\s?)?" + ARGUMENT + r",\s{0,12}"
        r"(?:" + ARGUMENT + r",\s{0,12}){0,3}?(?:\w{1,20}\s?=\s?)?[\"'](?P<value>[^\"'\s]{6,100})[\"'](?=\s{0,8}[)\]]|\s{0,3}(?:\n|;|$))", _judge_mixed,
    ),
    _shape(
        "user_and_password", "login¦log in¦log-in¦sign in¦credential¦creds¦account¦user",
        r"(?i)(?:log[ -]?in|sign[ -]?in|credentials?|creds|accounts?|users?(?:name)?)\b[^\n:=]{0,40}?(?:[:=]|\bwith\b|\bare\b|\bis\b|"
        r"\bas\b)\s{0,3}[`\"'*]{0,2}[\w.@\-]{3,40}[`\"'*]{0,2}\s?(?:/|:|\band\b|\||,)\s?[`\"'*]{0,2}(?P<value>[^\s`\"'<>(){}\[\]]{6,60})",
        _judge_mixed,
    ),
)  # fmt: skip
BY_LITERAL = tuple(
    (literal, tuple(shape for shape in SHAPES if literal in shape.literals))
    for literal in sorted({literal for shape in SHAPES for literal in shape.literals})
)


# Groups of literals, and what must be there for any of them: one search in place of many.
GROUPS = (
    (("$", "{ssha", "pbkdf2_"), tuple(p for p in BY_LITERAL if p[1][0].rule == "password_hash")),
    ((" -", " /p", '"-', "'-"), tuple(p for p in BY_LITERAL if p[1][0].rule in ("command", "command_user"))),
    (("",), tuple(p for p in BY_LITERAL if p[1][0].rule not in ("password_hash", "command", "command_user"))),
)


def find_shapes(text: str, low: str) -> Iterator[tuple[str, int, int]]:
    """Yield the rule, start and end of every secret of fixed shape. low: the text in lower case."""
    for needed, group in GROUPS:
        if any(need in low for need in needed):
            yield from _find_group(group, text, low)


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
