"""Secrets in command lines, calls, scripts and devices' settings, where a name of the secret may be missing.

In: nothing but what secret_shapes gives. Each shape is (rule, literals, pattern, judge); the literals
are what the lowered text must hold where the pattern is tried. Sources: the manuals of the commands.
"""

from generation.checks.secret_judges import judge_chosen, judge_key, judge_mixed, judge_password, make_shape
from generation.checks.secret_made import is_made_up
from generation.checks.secret_values import random_bits

ARGUMENT = r"(?:[\"'][^\"'\n]{0,80}[\"']|[\w.]{1,40})"
COMMANDS = (
    "mysql¦mariadb¦sshpass¦plink¦pscp¦psexec¦mongo¦docker login¦podman login¦redis-cli¦ldapsearch¦ldapadd¦ldapmodify¦"
    "ldapwhoami¦smbclient¦rpcclient¦net use¦lftp¦7z¦unzip¦htpasswd¦cqlsh¦sqlcmd¦sqlplus¦mosquitto_¦az login¦oc login¦"
    "helm ¦xfreerdp¦rdesktop¦winexe¦crackmapexec¦keytool¦jarsigner¦wget¦zip -¦rar ¦ssh-keygen¦useradd¦usermod¦openssl "
)


def judge_device(value: str) -> bool:
    """Return whether a word after a device's keyword is a secret: in prose a plain word stands there."""
    return judge_mixed(value) and (is_made_up(value) or random_bits(value) >= 8)


COMMAND_SHAPES = (
    make_shape(
        "hmac_call", "hmac.new(¦hmac(¦hmac.digest(",
        r"(?i)hmac(?:\.new|\.digest)?\(\s{0,8}(?:[\"'][\w\-]{2,20}[\"'],\s{0,8})?(?:key\s?=\s?)?b?[\"'](?P<value>[^\"'\n]{8,200})[\"']",
        judge_key,
    ),
    make_shape(
        "command", COMMANDS,
        r"(?i)[^\n|;]{2,220}?\s(?:-p|-P|-N|-a|-w|/p:?|--pass(?:word|in|out)?|-k|-storepass|-keypass)(?:\s+|=|)[\"']?(?P<value>[^\s\"'|;&]{5,100})",
        judge_password,
    ),
    make_shape(
        "command_user", "curl¦ -u¦--user¦--proxy-user¦http -a¦https -a¦--auth",
        r"(?i)(?:curl\b[^\n]{0,300}?|https?)?\s?(?:-[a-zA-Z]{0,3}u|--user|--proxy-user|-a|--auth)(?:\s+|=|[\"',\s]{1,6})[\"']?"
        r"[\w.@\\\-+{}]{0,60}[\"']?[:,][\"']?(?P<value>[^\s\"'|;&]{4,200})", judge_password,
    ),
    make_shape(
        "identity", "identified ¦password '¦password \"",
        r"(?i)(?:identified\s+(?:with\s+\S+\s+)?(?:by|as)(?:\s+values)?|password)\s+[\"'](?P<value>[^\"'\n]{5,100})[\"']",
        judge_password,
    ),
    make_shape("netrc", "machine ", r"(?i)machine\s+\S+\s+login\s+\S+\s+password\s+(?P<value>\S{4,100})", judge_password),
    make_shape("pgpass", ":5432:¦:3306:¦:*:¦:1433:", r":[\d*]+:[\w*\-]+:[\w.\-]+:(?P<value>[^\s:]{5,100})(?=\s|$)", judge_password),
    make_shape(
        "add_user", "add_user ¦change_password ¦htpasswd ¦_passwd ",
        r"(?i)(?:(?:add_user|change_password) \S+|(?:htpasswd|mosquitto_passwd) -\w*b\w* \S+ \S+)\s+[\"']?(?P<value>[^\s\"']{5,100})", judge_password,
    ),
    make_shape(
        "connect_call", "connect(¦pdo(¦mysqli(",
        r"(?i)\w{3,12}\(\s{0,8}" + ARGUMENT + r",\s{0,12}(?:" + ARGUMENT + r",\s{0,12}){0,2}?[\"'](?P<value>[^\"'\s]{6,100})[\"']\s{0,8}[,)]",
        judge_mixed,
    ),
    make_shape("net_user", "net user", r"(?i)net user\s+(?:/add\s+)?\S+\s+(?P<value>[^\s/]{5,100})", judge_password),
    make_shape("secure_string", "securestring", r"(?i)SecureString\s+(?:-String\s+)?[\"']?(?P<value>[^\s\"']{5,200})", judge_password),
    make_shape(
        "use_as", "use ¦using ¦enter ¦try ¦type ¦set ",
        r"(?i)(?:use|using|enter|try|type|set)\s+[`\"'*]{0,3}(?P<value>[^\s`\"'<>(){}]{6,200})[`\"'*]{0,3}\s+(?:as|for)\s+(?:the\s|your\s|my\s|our\s|an?\s)?"
        r"[\w -]{0,40}?(?:pass|pwd|psk|secret|token|key|pin\b|pw\b|credential|login)", judge_mixed,
    ),
    # A call or pair whose last part is the password
    make_shape(
        "login_call", "login¦log_in¦auth¦cred¦connect¦signin¦sign_in¦create_user¦createuser¦add_user¦useradd¦superuser¦wifi.begin¦auth=¦basicauth",
        r"(?i)[\w.]{2,30}\s{0,3}[=:(\s]\s{0,3}[(\[]?\s{0,8}(?:[\w.]{1,20}\s?=\s?)?" + ARGUMENT + r",\s{0,12}"
        r"(?:" + ARGUMENT + r",\s{0,12}){0,3}?(?:\w{1,20}\s?=\s?)?[\"'](?P<value>[^\"'\s]{6,100})[\"'](?=\s{0,8}[)\]]|\s{0,3}(?:\n|;|$))", judge_mixed,
    ),
    make_shape(
        "user_and_password", "login¦log in¦log-in¦sign in¦credential¦creds¦account¦ user¦\nuser¦\"user¦*user¦`user",
        r"(?i)(?:log[ -]?in|sign[ -]?in|credentials?|creds|accounts?|users?(?:name)?)\b(?!-agent)[^\n:=]{0,40}?(?:[:=]|->|\bwith\b|\bare\b|\bis\b|"
        r"\bas\b)\s{0,3}[`\"'*]{0,2}[\w.@\-]{3,40}[`\"'*]{0,2}\s?(?:/|:|\band\b|\||,)\s?[`\"'*]{0,2}(?P<value>[^\s`\"'<>(){}\[\]]{6,60})",
        judge_mixed,
    ),
    # Source: the manuals of net, expect, sudo, chpasswd, cryptsetup
    make_shape(
        "net_use", "net use", r"(?i)net use\s[^\n]{0,80}?/user:\S{1,60}\s+(?P<value>[^\s/\"']{5,100})", judge_password,
    ),
    make_shape(
        "expect", "expect",
        r"(?i)expect\w*\W[^\n]{0,60}pass[^\n]{0,40}\n?[\s{;]*(?:[\w.]{1,20}\.)?send(?:line)?[\s(\-]{1,4}[\"'](?P<value>[^\"'\n\\]{5,100})",
        judge_chosen,
    ),
    make_shape(
        "piped", "echo ¦printf ",
        r"(?i)(?:echo|printf)\s(?:-\w{1,2}\s)?[\"']?(?:[\w.\-]{1,30}:)?(?P<value>[^\s\"'|:]{5,100})[\"']?\s*\|\s*"
        r"(?:sudo\s[^|\n]{0,40}-S|(?:sudo\s+)?chpasswd|[^|\n]{0,120}(?:--?stdin|password-stdin|--passphrase-fd|-pass(?:in|out)? stdin)"
        r"|(?:sudo\s+)?(?:cryptsetup|kinit|smbpasswd|vncpasswd|gh auth|docker login|htpasswd)\b)", judge_chosen,
    ),
    make_shape("here_string", "chpasswd", r"chpasswd\s*<<<?\s*[\"']?\w[\w.\-]*:(?P<value>[^\s\"']{5,100})", judge_chosen),
    # Calls whose argument is a key, whatever its name. Sources: pycryptodome, cryptography, node:crypto, javax.crypto, jsonwebtoken
    make_shape(
        "cipher_call",
        "aes.new(¦fernet(¦secretkeyspec(¦createcipher¦createdecipher¦createhmac(¦secretbox(¦chacha20¦blowfish.new(¦des3.new(¦"
        "jwt.encode(¦jwt.decode(¦jwt.sign(¦jwt.verify(¦cryptojs.¦cookieparser(¦session_opts",
        r"(?i)[\w.]{3,40}\(\s{0,8}(?:[^\"'()\n]{1,40},\s{0,8}|[\"'][\w\-]{2,20}[\"'],\s{0,8}|\{[^{}\n]{0,120}\},\s{0,8}){0,2}"
        r"(?:key\s?=\s?)?b?[\"'](?P<value>[^\"'\n]{8,200})[\"']", judge_key,
    ),
    # Devices. Sources: Cisco IOS and Juniper command references
    make_shape(
        "device", "community ¦secret ¦password ¦pre-shared-key ¦key-string ¦message-digest-key ",
        r"(?i)(?:snmp-server community|(?:enable|username \S{1,40})[^\n]{0,40}? (?:secret|password)|pre-shared-key(?: ascii-text| local| remote)?"
        r"|(?:enable )?secret|key-string|set community|community|password|message-digest-key \d+ md5)(?: \d)? [\"']?(?P<value>[^\s\"'<>(){},;]{6,120})", judge_device,
    ),
)  # fmt: skip
