"""Secrets after their names: assignments in any notation, arguments, options, and prose that says "the password is".

In: text and the place of a word that names secrets. Out: a finding, or none. Values are judged in
secret_values and secret_made; what stands for a value that comes from elsewhere (a look-up) is none,
but the default beside it may be.
"""

import re

from generation.checks.secret_faults import Finding
from generation.checks.secret_made import is_made_up, is_noise, is_repeated
from generation.checks.secret_values import is_password, is_placeholder, is_token, is_uuid, random_bits

ENGINE = "structure"
PASSWORD = re.compile(
    r"(?<!surrogate)pass(?:wor[dt]s?|wd|phrase|code|wrd|key)?(?![a-z])|pass(?:wor[dt]|wd|phrase|wrd)|pwd|(?<![a-z])p[ws]w?(?![a-z])|psk"
    r"|(?:root|user|db|admin|my)pw(?![a-z])"
    r"|contrase|senha|kennwort|clave(?![a-z])|(?<![a-z])pin(?![a-z])"
)
SURELY = re.compile(r"(?:pass(?:word|wd|phrase|wort|code)|(?<![a-z])pass|pwd|contrase\w+|senha|kennwort)s?\d?$")
FLAG = re.compile(r"(?:^|[\s\"'`])(?:-{1,2}|/|(?:ENV|ARG|env|setx?|export)\s)[\w.\-]*$")
SIGNED = re.compile(r"[A-Za-z0-9][\w!@#$%^&*?~+.\-]+")
WEAK = re.compile(r"[A-Za-z][A-Za-z._-]{2,20}\d{1,6}[!?*#$]?|\d{4,}[a-z]+")
SECRET = re.compile(
    r"secret|token|(?:api|auth|access|priv(?:ate)?|encrypt(?:ion)?|sign(?:ing)?|master|licen[cs]e|storage|session|ssh|"
    r"service|client|shared|app|application|account|user|deploy|webhook|hmac|jwt|aes|rsa|gpg|subscription|"
    r"publish(?:able)?|integration|sdk|server|admin|consumer|customer|project|bot|cipher|crypto|security|sec|secure|db|"
    r"[a-z]{3,20}[-_ .])[-_ .]?keys?(?![a-z])|apikey|bearer|cred|authorization|auth(?![a-z])|salt(?![a-z])|psk|"
    r"licen[cs]e|webhook|cookie|session|signature|csrf|jwt|otp|dsn|(?<![a-z])sid(?![a-z])|(?<![a-z])sig(?![a-z])|nonce"
)
LEFT = re.compile(r"[\w.\- ]{0,40}$")
JOIN = re.compile(
    r"(?P<rest>[\w.\-]{0,40})(?:\s\(?(?:for|of|to|in|on|at|from)\s[\w .@'/\-]{1,40}?\)?(?=\s*(?:[:=]|is\b|was\b)))?"
    r"(?:\s?\([^()\n]{0,30}\))?(?:(?:\s[\w:\-]{1,30}=\"[^\"<>\n]{0,60}\")+(?=>))?(?P<close>(?:\[\]|[\"'`\])}*>]){0,6})"
    r"(?:\s?(?::|\s[Aa][Ss]\s)\s?(?P<type>[A-Za-z_][\w.\[\]| ?]{0,30}?)(?=\s?=[^=]))?"
    r"(?P<sep>\s{0,12}(?:=>|:=|[=!]==?|\+?=|:{1,2}|<-|->|[,>|(]|\?=|[-–—](?=\s)|(?:is|was|to|as|are|equals|now|set to)\b:?)?[\s\\]{0,24})"
    r"(?P<field>[\"'`<]?(?i:value|val|default|content|data|secret|text|string)[\"'`]?\s{0,4}[:=>]\s{0,4}>?)?"
    r"(?P<call>(?:new\s)?[A-Za-z_][\w.:]{0,40}\(\s{0,8}){0,2}(?:!<[\w]+>|<!\[CDATA\[|\*\*|__)?"
    r"(?:@?[rbuflLRBUFN]{0,2}(?P<q>\"\"\"|'''|\\?[\"'`]|[“«‘])"
    r"(?P<quoted>(?:\\.|(?!(?P=q)|[”»’])[^\n\\]){1,600}?)(?:(?P=q)|[”»’])"
    r"|(?P<bare>[^\s\"'`,;<>]{5,300})(?=[\s\"'`,;<>]|$))"
)
SURE_KEY = re.compile(r"secret|(?:api|access|auth|private)[-_ .]?(?:key|token)|credential|bearer")
APART = ("(", ",", "|", "!=", "!==")  # what stands after these is not the name's value
SETTING = re.compile(r"[A-Za-z_]\w*=[\w.]*")  # an argument of which prose says "pass x=1"
WHOLE = re.compile(r"[^\s\"'`]+")
# A default: after a look-up in code, or within one of the shell, of Compose and of Spring.
SPARE = re.compile(r"[\w.\[\]()\"']{0,60}?\s{0,3}(?:\bor\b|\|\||\?\?=?|\?:)\s{0,3}(?P<q>[\"'`])(?P<value>[^\"'`\n]{5,200})(?P=q)")
SECOND = re.compile(r"\s{0,3},\s{0,3}(?P<q>[\"'`])(?P<value>[^\"'`\n]{5,200})(?P=q)\s{0,3}\)")
DEFAULT = re.compile(r"\$\{[\w.\-]+:[-=]?(?P<value>[^{}$]{5,200})\}")


def read_assignment(text: str, low: str, at: int, length: int) -> tuple[Finding | None, int]:
    """Return the secret that a name at `at`, with a stem of `length` characters, is given, and where to read on."""
    match = JOIN.match(text, at + length)
    if not match:
        return None, at
    left = LEFT.search(low, max(0, at - 40), at)[0].rpartition("\n")[2]
    name = left + low[at : match.end("rest")]
    place = _Place(match, name, at >= 2 and bool(FLAG.search(text, max(0, at - 45), at)))
    secretive = place.joint not in APART and bool(PASSWORD.search(name) or SECRET.search(name))
    if secretive and (match["type"] or (place.joint and match["call"])) and not place.quoted and not place.far:
        # A random value may begin like a call or like a type before its default.
        whole = WHOLE.match(text, match.start("type" if match["type"] else "call"))
        if is_made_up(whole[0]):
            return Finding(ENGINE, "made_up", *whole.span()), at + 1
    if secretive and place.joint:
        spare = DEFAULT.fullmatch(place.value) or SPARE.match(text, match.end())
        if not spare and match["call"] and place.quoted:
            spare = SECOND.match(text, match.end())
        if spare and is_chosen(spare["value"], place.surely):
            return Finding(ENGINE, "default", *match.span(place.group)), at + 1
    name_in_call = (place.joint == "(" or match["call"]) and not place.quoted
    if place.far or name_in_call or place.value.endswith(":") or place.value.count("\\") > 1:
        return None, at + 1
    rule = _judge(place, name, secretive)
    return (Finding(ENGINE, rule, *match.span(place.group)) if rule else None), at + 1


class _Place:
    """What JOIN has matched: the value, and how it is joined to its name."""

    def __init__(self, match: re.Match[str], name: str, flag: bool) -> None:
        self.group = "quoted" if match["quoted"] is not None else "bare"
        self.quoted = self.group == "quoted"
        self.value = match[self.group].strip()
        if not self.quoted:
            self.value = self.value.rstrip(".:)]}*_\\")
        self.joint = match["sep"].strip()
        self.flag = flag
        # Nothing but blanks between name and value: a command line, or prose.
        blank = self.joint in ("", "-", "–", "—") and not match["field"] and ">" not in match["close"]
        self.loose = blank and not flag
        self.lines = "\n" in match["sep"]
        self.surely = bool(SURELY.search(name.rsplit(" ", 1)[-1])) and self.joint != ","
        self.next_argument = self.joint == "," and (")" in match["close"] or (not self.quoted and bool(re.search("[=(]", self.value))))
        self.far = self.loose and self.lines  # the next line, which nothing joins to this one


def _judge(place: _Place, name: str, secretive: bool) -> str:
    """Return the rule by which a value is a secret, "" where it is none."""
    value, quoted, loose = place.value, place.quoted, place.loose
    if PASSWORD.search(name):
        rule, hit = "password", _is_named_password(place, name)
    else:
        if not SECRET.search(name) and (is_uuid(value) or (loose and not any(c.isdigit() for c in value))):
            return ""  # "clsid", "sign": the stem alone says little
        call = place.joint == "(" and not SURE_KEY.search(name)  # part_key("..."), a function
        named = bool(SECRET.search(name)) and not loose and not call
        rule, hit = "assignment", is_token(value, quoted, 5 if named else 14) or (named and _is_signed(value, quoted))
    if not hit and secretive and (quoted or not loose):
        sure = bool(PASSWORD.search(name) or SURE_KEY.search(name))
        rule, hit = "made_up", is_made_up(value, words=sure) or is_repeated(value) or (sure and is_noise(value, quoted))
    if not hit and quoted and is_noise(value, quoted) and bool(PASSWORD.search(name) or SECRET.search(name)):
        rule, hit = "noise", True
    return rule if hit else ""


def _is_named_password(place: _Place, name: str) -> bool:
    value, quoted, loose, flag = place.value, place.quoted, place.loose, place.flag
    weak = place.surely and bool(WEAK.fullmatch(value))
    if loose and "_" in value and name.endswith("pass"):
        weak = False  # "pass force_zip64 to", the verb
    if place.next_argument or (loose and (value[0] == "@" or SETTING.fullmatch(value))):
        return False
    if place.joint == "," and place.lines and not is_made_up(value) and not is_token(value, quoted, 8):
        return False  # the next of a list of names
    if not is_password(value, quoted and not loose, (place.surely and not loose) or flag or weak):
        return False
    if loose:
        return is_token(value, quoted, 0) or _is_mixed(value) or weak
    return quoted or flag or is_token(value, quoted, -2) or _is_mixed(value) or bool(WEAK.fullmatch(value))


def is_chosen(value: str, surely: bool) -> bool:
    """Return whether a literal in a secret's place is one. surely: the name is surely a password's."""
    if is_placeholder(value):
        return False
    return is_made_up(value) or is_token(value, True, 5) or is_password(value, True, surely) or is_noise(value, True)


def _is_mixed(value: str) -> bool:
    kinds = any(c.islower() for c in value) + any(c.isupper() for c in value) + any(c.isdigit() for c in value)
    return len(value) >= 6 and any(c.isdigit() for c in value) and kinds + (not value.isalnum()) >= 3


def _is_signed(value: str, quoted: bool) -> bool:
    """Return whether a value beside a secret's name is made like a password: letters, digits and a sign."""
    if len(value) < 8 or not _is_mixed(value) or not SIGNED.fullmatch(value) or is_placeholder(value):
        return False
    return any(c in "!@#$%^&*?~+" for c in value) and (quoted or "=" not in value) and random_bits(value) > -10
