"""Secrets of fixed shape: key bodies, tokens that carry their own structure, URLs, headers, command lines, calls.

In: text. Out: (rule, start, end). Each shape names a literal that it cannot do without, so that a
text without it costs one plain search.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from generation.checks.secret_values import is_password, is_placeholder, is_token


class Shape(NamedTuple):
    """literals: one of them must be in the lowered text. judge: how group `value` is judged, "" for not at all."""

    rule: str
    literals: tuple[str, ...]
    pattern: re.Pattern[str]
    judge: str = ""


def _shape(rule: str, literals: str, pattern: str, judge: str = "") -> Shape:
    return Shape(rule, tuple(literals.split("¦")), re.compile(pattern), judge)


GAP = r"(?:\s|\\[nrt]|\\|[\"'+,;#*/|>]|&#10;|<br>)"
SHAPES = (
    # Source: RFC 7468, RFC 4716, OpenSSH and OpenPGP armour
    _shape(
        "private_key", "private key",
        r"(?i)-{4,5} ?BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)? ?-{4,5}" + GAP + r"{0,40}"
        r"(?:(?:[\w-]+: [^\n\\]{1,80})" + GAP + r"{1,20}){0,5}(?:[A-Za-z0-9+/=]" + GAP + r"{0,12}){24,}",
    ),
    # Source: RFC 8017, RFC 5958, RFC 5915 in DER; OpenSSH's key format magic
    _shape("key_body", "mii¦mhcc¦mfec¦b3blbn¦mc4c", r"\b(?:MII[A-Z][A-Za-z0-9+/]{2}(?:IBAAKB|ADANBgkq|IBAAKC|BAAKCA)[A-Za-z0-9+/\s=]{40,}"
           r"|MII[A-Za-z0-9+/]{3}(?:IBAA|ADAN)[A-Za-z0-9+/=]{40,}|MHcCAQEE[A-Za-z0-9+/]{30,}|MFECAQ[A-Za-z0-9+/]{30,}"
           r"|MIG[A-Za-z0-9+/]AgEA[A-Za-z0-9+/]{30,}|MC4CAQAw[A-Za-z0-9+/]{30,}|b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/=\s]{40,})"),
    # Source: PuTTY's documentation, appendix C
    _shape("putty_key", "private-lines", r"Private-Lines:\s*\d+(?:\s|\\[nr])+[A-Za-z0-9+/=]{20,}"),
    # Source: RFC 7519
    _shape("jwt", "eyj", r"\beyJ[\w-]{8,}\.(?:eyJ|[\w-])[\w-]{8,}\.[\w-]{8,}"),
    # Source: RFC 7517 (the private members of a JWK)
    _shape("jwk", "kty", r"\"kty\"[\s\S]{0,1500}?\"(?:d|k|p|q|dp|dq|qi)\"\s*:\s*\"(?P<value>[\w-]{20,})\"", "token"),
    _shape("rsa_xml", "rsakeyvalue", r"(?s)<RSAKeyValue>.{0,3000}<(?:D|P|Q|DP|DQ)>[A-Za-z0-9+/=\s]{20,}"),
    # Source: RFC 3986 (userinfo)
    _shape("url_password", "://", r"(?i)\b[a-z][a-z0-9+.\-]{1,30}://[^\s:/@\"'<>]{0,80}:(?P<value>[^\s\"'<>@]{3,200})@[^\s\"'<>@/]", "url"),
    _shape("url_token", "://", r"(?i)\bhttps?://(?P<value>[\w\-]{16,200})@[\w.]", "token"),
    _shape("url_query", "=", r"(?i)[?&#;][\w\-]{0,30}(?:key|token|secret|sig|signature|pass|pwd|password|auth|code|access|sid|hash)"
           r"(?:_?id)?=(?P<value>[^\s&\"'<>#]{6,500})", "token"),
    # Source: RFC 7617, RFC 6750
    _shape("authorization", "basic ¦bearer¦authorization",
           r"(?i)\b(?:authorization\b[\"']?\s{0,3}[:=,>\]]{0,3}\s{0,3}[\"'`]?\s{0,2}(?:bearer|basic|token|apikey|digest|key|jwt)?"
           r"|bearer|basic)[\s:=]{1,3}[\"'`]?(?P<value>[\w.~+/=:\-]{8,})", "header"),
    # Source: Microsoft's documentation of connection strings
    _shape("connection_key", "key=¦sig=¦signature=", r"(?i)(?:AccountKey|SharedAccessKey|SharedAccessSignature|sig|secret)=(?P<value>[A-Za-z0-9+/%]{30,}={0,2})", ""),
    # Source: crypt(5), passlib's documentation of modular crypt formats
    _shape("password_hash", "$¦{ss", r"\$(?:2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|[156]\$(?:rounds=\d+\$)?[^$\s:]{1,16}\$[./A-Za-z0-9]{22,86}"
           r"|apr1\$[^$\s]{1,8}\$[./A-Za-z0-9]{22}|y\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}"
           r"|argon2(?:id?|d)\$v=\d+\$[\w=,]+\$[A-Za-z0-9+/]{8,}\$[A-Za-z0-9+/]{16,})|\{SSHA(?:256|512)?\}[A-Za-z0-9+/=]{28,}"
           r"|pbkdf2_sha(?:1|256|512)\$\d+\$[^$\s]{1,64}\$[A-Za-z0-9+/=]{20,}"),
    _shape("wif_key", "5¦k¦l", r"(?<![\w/+])(?:5[HJK][1-9A-HJ-NP-Za-km-z]{49}|[KL][1-9A-HJ-NP-Za-km-z]{51}|[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{100,112})(?![\w/+])"),
    _shape("mnemonic", "mnemonic¦seed¦recovery¦wallet",
           r"(?i:mnemonic|seed(?:[ _-]?(?:phrase|words))?|recovery[ _-]?(?:phrase|words|key)|wallet)\b[\w \"']{0,30}[\"'`\])]{0,3}\s{0,3}(?:[:=,(]|is\b)\s{0,8}[\"'`\[]{0,2}"
           r"(?:[a-z]{3,8}[\s,\"']{1,4}){11,23}[a-z]{3,8}"),
    # Command lines
    _shape("command", "-p¦-u¦-a¦-w¦/p¦-k",
           r"(?i)\b(?:mysql\w*|mariadb\w*|sshpass|plink|pscp|psexec|mongo(?:sh|dump|restore|export|import)?|docker\s+login|podman\s+login|"
           r"redis-cli|ldap\w+|smbclient|rpcclient|net\s+use|wget|ftp|lftp|7z|zip|unzip|rar|htpasswd|cqlsh|sqlcmd|bcp|sqlplus|"
           r"mosquitto_\w+|az\s+login|oc\s+login|helm\s+\w+|vault|xfreerdp|rdesktop|winexe|crackmapexec|hydra|keytool|jarsigner|impacket\w*)\b"
           r"[^\n|;]{0,200}?\s(?:-p|-P|-a|-w|/p:?|--pass|-k|-storepass|-keypass)(?:\s+|=|)[\"']?(?P<value>[^\s\"'|;&]{5,100})", "password"),
    _shape("command_user", "-u¦--user¦--proxy-user",
           r"(?:^|\s|[\"'`])(?:-[a-zA-Z]{0,3}u|--user|--proxy-user)(?:\s+|=|[\"',\s]{1,6})[\"']?[\w.@\\\-+]{1,60}:(?P<value>[^\s\"'|;&]{4,200})", "password"),
    _shape("command_identity", "identified by¦password '", r"(?i)\b(?:identified\s+(?:with\s+\S+\s+)?(?:by|as)(?:\s+values)?|password)\s+[\"'](?P<value>[^\"'\n]{5,100})[\"']", "password"),
    _shape("netrc", "machine ", r"\bmachine\s+\S+\s+login\s+\S+\s+password\s+(?P<value>\S{4,100})", "password"),
    _shape("pgpass", ":5432:¦:3306:¦:*:", r"(?m)^[\w.*\-]+:(?:\d{2,5}|\*):[\w*\-]+:[\w.\-]+:(?P<value>[^\s:]{5,100})$", "password"),
    _shape("htpasswd", "$", r"(?m)^[\w.\-]{1,32}:\$\w{1,6}\$[^\s:]{10,}"),
    _shape("secure_string", "securestring", r"(?i)ConvertTo-SecureString\s+(?:-String\s+)?[\"']?(?P<value>[^\s\"']{5,200})", "password"),
    # Calls whose last argument is the password
    _shape("login_call", "login¦auth¦cred¦connect¦sign¦useradd¦adduser¦add_user¦create_user¦createuser",
           r"(?i)\b[\w.]{0,40}(?:log_?(?:in|on)|auth(?:enticate|entication)?|basic_?auth|credentials?|connect(?:ion)?|sign_?in|"
           r"(?:create|add|super)_?user\w*|plainauth)\w{0,20}\s{0,3}(?:=|:|\()\s{0,3}[(\[]?\s{0,8}(?:[\w.]{1,20}\s?=\s?)?"
           r"(?:[\"'][^\"'\n]{0,80}[\"']|[\w.]{1,40}),\s{0,12}(?:(?:[\"'][^\"'\n]{0,80}[\"']|[\w.]{1,40}),\s{0,12}){0,3}?[\"'](?P<value>[^\"'\s]{6,100})[\"']\s{0,8}[)\]]", "mixed"),
    _shape("user_and_password", "login¦cred¦account¦user¦admin¦root¦log in¦sign in",
           r"(?i)\b(?:log[ -]?in|sign[ -]?in|credentials?|creds|accounts?|users?(?:name)?)\b[^\n:=]{0,40}?(?:[:=]|\bwith\b|\bare\b|\bis\b|\bas\b)\s{0,3}[`\"'*]{0,2}"
           r"[\w.@\-]{3,40}[`\"'*]{0,2}\s?(?:/|:|\band\b|\||,)\s?[`\"'*]{0,2}(?P<value>[^\s`\"'<>(){}\[\]]{6,60})", "mixed"),
)  # fmt: skip


def find_shapes(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the rule, start and end of every secret of fixed shape."""
    low = text.lower()
    for shape in SHAPES:
        if any(literal in low for literal in shape.literals):
            for match in shape.pattern.finditer(text):
                if not shape.judge:
                    yield shape.rule, *match.span()
                elif JUDGES[shape.judge](match["value"]):
                    yield shape.rule, *match.span("value")


def _judge_url(value: str) -> bool:
    return not is_placeholder(value) and not value.isdigit() and "/" not in value[:1]


def _judge_header(value: str) -> bool:
    return is_token(value, True, 5)


def _judge_password(value: str) -> bool:
    return is_password(value, True) and not value.startswith(("-", "$", "<", "{"))


def _judge_mixed(value: str) -> bool:
    value = value.rstrip(".,;:)")
    varied = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return varied and is_password(value, True) and not value.lower().startswith(("http", "utf", "/"))


def _judge_token(value: str) -> bool:
    return is_token(value, True, 5)


JUDGES = {
    "url": _judge_url,
    "header": _judge_header,
    "password": _judge_password,
    "mixed": _judge_mixed,
    "token": _judge_token,
}
