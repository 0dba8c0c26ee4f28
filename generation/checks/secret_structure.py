"""Secrets by where they stand: assignments in any notation, prose, lines that speak of secrets, bare random tokens.

In: text. Out: findings. Every rule hangs on a word that it cannot do without, found by a plain search
in the lowered text, so that ordinary text costs little. Values are judged in secret_values.
Fixed shapes (headers, URLs, key bodies) are in secret_shapes, vendors' tokens in secret_rules.yml.
"""

import re

from generation.checks.secret_faults import Finding
from generation.checks.secret_made import is_made_up
from generation.checks.secret_shapes import find_shapes
from generation.checks.secret_values import (
    is_hex_secret,
    is_password,
    is_placeholder,
    is_plain_text,
    is_random,
    is_token,
    random_bits,
)

ENGINE = "structure"
# The words without which no rule of this file applies.
STEMS = (
    "pass", "pwd", "secret", "token", "key", "auth", "cred", "bearer", "salt", "seed", "mnemonic", "psk", "cookie",
    "session", "webhook", "signature", "licen", "contrase", "senha", "kennwort", "otp", "pin", "pw", "cert", "nonce",
    "login", "sid", "jwt", "dsn", "csrf", "sig", "clave",
)  # fmt: skip
PASSWORD = re.compile(
    r"pass(?:wor[dt]s?|wd|phrase|code|wrd|key)?(?![a-z])|pass(?:wor[dt]|wd|phrase|wrd)|pwd|(?<![a-z])p[ws]w?(?![a-z])|psk"
    r"|(?:root|user|db|admin|my)pw(?![a-z])"
    r"|contrase|senha|kennwort|clave(?![a-z])|(?<![a-z])pin(?![a-z])"
)
SURELY = re.compile(r"(?:pass(?:word|wd|phrase|wort|code)|(?<![a-z])pass|pwd|contrase\w+|senha|kennwort)s?\d?$")
FLAG = re.compile(r"(?:^|[\s\"'`])(?:-{1,2}|/|(?:ENV|ARG|env|setx?|export)\s)[\w.\-]*$")
SIGNED = re.compile(r"[A-Za-z0-9][\w!@#$%^&*?~+.\-]+")
ENV_LINE = re.compile(
    r"(?m)^(?:export |set |ENV |ARG |-e |SetEnv )?\s?(?P<name>[A-Z][A-Z0-9_]{2,60})=(?P<value>[^\s\"'`][^\n]{7,300}?)\s*$"
)
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
    r"(?:\s?\([^()\n]{0,30}\))?(?P<close>[\"'`\])}*>]{0,6})"
    r"(?:\s?:\s?(?P<type>[A-Za-z_][\w.\[\]| ?]{0,30}?)(?=\s?=[^=]))?"
    r"(?P<sep>\s{0,12}(?:=>|:=|[=!]==?|\+?=|:{1,2}|<-|->|[,>|(]|\?=|(?:is|was|to|as|are|equals|now|set to)\b:?)?[\s\\]{0,24})"
    r"(?P<field>[\"'`<]?(?i:value|val|default|content|data|secret|text|string)[\"'`]?\s{0,4}[:=>]\s{0,4}>?)?"
    r"(?P<call>(?:new\s)?[A-Za-z_][\w.:]{0,40}\(\s{0,8}){0,2}(?:!<[\w]+>|<!\[CDATA\[|\*\*|__)?"
    r"(?:@?[rbuflLRBUF]{0,2}(?P<q>\"\"\"|'''|\\?[\"'`]|[“«‘])"
    r"(?P<quoted>(?:\\.|(?!(?P=q)|[”»’])[^\n\\]){1,600}?)(?:(?P=q)|[”»’])"
    r"|(?P<bare>[^\s\"'`,;<>]{5,300})(?=[\s\"'`,;<>]|$))"
)
SURE_KEY = re.compile(r"secret|(?:api|access|auth|private)[-_ .]?(?:key|token)|credential|bearer")
APART = ("(", ",", "|", "!=", "!==")  # what stands after these is not the name's value
WHOLE = re.compile(r"[^\s\"'`]+")
LINE_TOKEN = re.compile(r"[^\s\"'`<>(){},;|\[\]“”]{8,400}")
BARE_TOKEN = re.compile(r"[A-Za-z0-9+/_\-~=.%@]{20,}")
MAX_BARE_CHARS = 120
PREFIXED = re.compile(r"((?:[A-Za-z]{2,10}[_-]){1,3})([a-z0-9]{24,64}|[A-Z0-9]{24,64})")
LICENCE = re.compile(r"(?:[A-Z0-9]{4,8}-){2,}[A-Z0-9]{4,8}")
PASSWORD_LINE = re.compile(r"(?<![a-z])pass(?![a-z])|password|passwd|passphrase|pwd|psk|passwort|login|log in")
VENDOR_CHARS = 50
# Companies whose keys are plain hexadecimal or lower-case strings, which no shape tells from a digest.
VENDOR = re.compile(
    r"abstract|adafruit|adobe|airbrake|airtable|aiven|alchemy|algolia|alibaba|amplitude|apify|appid|asana|atlassian|auth0|aws|azure|"
    r"bamboo|beamer|binance|bitbucket|bitly|bittrex|box\b|braintree|browserstack|bugsnag|buildkite|bybit|calendly|circle|clickup|"
    r"cloudflare|cloudinary|codacy|codecov|cohere|coinbase|confluent|contentful|coveralls|crowdin|datadog|deepgram|deepseek|"
    r"digitalocean|discord|disqus|docusign|drone|dropbox|duo\b|elastic|etherscan|etsy|eventbrite|facebook|fastly|fcm|figma|finnhub|"
    r"firebase|flickr|foursquare|freshdesk|fullstory|gemini|giphy|github|gitlab|gitter|godaddy|google|grafana|harvest|helpscout|"
    r"heroku|honeycomb|hubspot|hunter|infura|instagram|intercom|ipinfo|ipstack|jenkins|jira|jumpcloud|kaggle|klaviyo|kraken|kucoin|"
    r"lastfm|launchdarkly|linear|linkedin|linode|lob\b|loggly|mailchimp|mailgun|mailjet|mandrill|mapbox|mattermost|maxmind|messagebird|"
    r"mixpanel|monday|moralis|mux\b|netlify|newrelic|new relic|nexmo|newsapi|notion|npm|okta|omise|onesignal|openai|opencage|"
    r"openweather|opsgenie|pagerduty|paypal|paystack|pendo|percy|pingdom|pinterest|pipedrive|pivotal|plaid|plivo|polygon|postmark|"
    r"pusher|quandl|rapidapi|razorpay|recaptcha|redis|rollbar|salesforce|scaleway|segment|sendbird|sendgrid|sentry|shodan|shopify|"
    r"signalwire|slack|snyk|sonar|spotify|splunk|spoonacular|square|stripe|sumo|tatum|telegram|telnyx|tiingo|tmdb|todoist|travis|"
    r"trello|twilio|twitch|twitter|typeform|unsplash|uptimerobot|vault|vercel|virustotal|vonage|vultr|wakatime|weatherapi|weatherbit|"
    r"webex|wepay|wistia|woocommerce|yandex|yelp|youtube|zapier|zendesk|zoom|zoho|api(?![a-z])|sdk|dsn|consumer|oauth|client"
)
DIGEST = re.compile(r"(?i)sha-?\d|md5|digest|checksum|commit|hash|etag|uuid|guid|integrity|fingerprint|revision")
SPEAKS = re.compile(
    r"(?<![a-z])pass(?![a-z])|psk|pass(?:word|wd|phrase|code|wort)|secret|token|api.?key|access.?key|private.?key|credential|bearer|webhook|pwd"
    r"|(?:auth|encryption|signing|licen[cs]e|account|client|session|master|service|subscription|admin|app|global|cipher)"
    r"[-_ ]?(?:key|code)\b"
)


class Structure:
    """The structural rules behind `scan`."""

    def scan(self, text: str) -> list[Finding]:
        """Return the secrets found in a text."""
        low = text.lower()
        if len(low) != len(text):  # a few capitals lower to two characters
            low = "".join(c.lower() if c.isascii() else c for c in text)
        found = [Finding(ENGINE, *place) for place in find_shapes(text, low)]
        places = sorted((at, stem) for stem in STEMS if stem in low for at in _find_all(low, stem))
        read_to = -1
        for at, stem in places:
            if at < read_to:
                continue
            finding, read_to = self._read_assignment(text, low, at, len(stem))
            if finding:
                found.append(finding)
        if places and not found and "=" in text:
            found.extend(
                Finding(ENGINE, "env_line", *match.span("value"))
                for match in ENV_LINE.finditer(text)
                if SPEAKS.search(match["name"].lower()) and is_token(match["value"], True, 12)
            )
        if places and not found:
            found.extend(self._read_lines(text, low, places))
        if not found:
            found.extend(self._read_bare(text))
        return found

    def _read_assignment(self, text: str, low: str, at: int, length: int) -> tuple[Finding | None, int]:
        match = JOIN.match(text, at + length)
        if not match:
            return None, at
        left = LEFT.search(low, max(0, at - 40), at)[0].rpartition("\n")[2]
        name = left + low[at : match.end("rest")]
        group = "quoted" if match["quoted"] is not None else "bare"
        value, quoted = match[group].strip(), group == "quoted"
        # Nothing but blanks between name and value: a command line, or prose.
        loose = not match["sep"].strip() and not match["field"] and ">" not in match["close"]
        if not quoted:
            value = value.rstrip(".:)]}*_\\")
        flag = at >= 2 and bool(FLAG.search(text, max(0, at - 45), at))
        loose = loose and not flag
        joint = match["sep"].strip()
        surely = bool(SURELY.search(name.rsplit(" ", 1)[-1])) and joint != ","
        far = loose and "\n" in match["sep"]  # the next line, which nothing joins to this one
        name_in_call = (joint == "(" or match["call"]) and not quoted
        secretive = joint not in APART and bool(PASSWORD.search(name) or SECRET.search(name))
        if secretive and (match["type"] or (joint and match["call"])) and not quoted and not far:
            # A random value may begin like a call or like a type before its default.
            whole = WHOLE.match(text, match.start("type" if match["type"] else "call"))
            if is_made_up(whole[0]):
                return Finding(ENGINE, "made_up", *whole.span()), at + 1
        if far or name_in_call or value.endswith(":") or value.count("\\") > 1:
            return None, at + 1
        if PASSWORD.search(name):
            weak = surely and bool(WEAK.fullmatch(value))
            hit = is_password(value, quoted and not loose, (surely and not loose) or flag or weak)
            if hit and loose:
                hit = is_token(value, quoted, 0) or _is_mixed(value) or weak
            elif hit and not quoted and not flag:
                hit = is_token(value, quoted, -2) or _is_mixed(value) or bool(WEAK.fullmatch(value))
            rule = "password"
        else:
            named = bool(SECRET.search(name)) and not loose
            hit = is_token(value, quoted, 5 if named else 14) or (named and _is_signed(value, quoted))
            rule = "assignment"
        if not hit and secretive and (quoted or not loose):
            hit, rule = is_made_up(value, words=bool(PASSWORD.search(name) or SURE_KEY.search(name))), "made_up"
        return (Finding(ENGINE, rule, *match.span(group)) if hit else None), at + 1

    def _read_lines(self, text: str, low: str, places: list[tuple[int, str]]) -> list[Finding]:
        """Find random tokens in lines that speak of secrets, and in the line after them."""
        found = []
        read_to = -1
        for at, _ in places:
            if at < read_to:
                continue
            start = low.rfind("\n", 0, at) + 1
            end = low.find("\n", at)
            end = len(low) if end < 0 else end
            after = low.find("\n", end + 1)
            read_to = end
            line = low[start:end]
            if not SPEAKS.search(line) or len(line) > 2000:
                continue
            after = len(low) if after < 0 else after
            digest = DIGEST.search(line)
            for token in LINE_TOKEN.finditer(text, start, min(after, end + 300)):
                value = token[0].strip(".:*_?!=-\\&#$")
                value = value.rpartition("=")[2] if "=" in value.rstrip("=") else value
                if len(value) < 8 or (digest and is_hex(value)) or "://" in value or value.startswith(("/", "./")):
                    continue
                if LICENCE.fullmatch(value) and is_random(value, 0):
                    found.append(Finding(ENGINE, "licence_key", *token.span()))
                if not any(c.isdigit() for c in value) or _is_code(value) or "\\" in value:
                    continue
                if _is_password_shape(value, line) or is_random(value, 16 if value.isalnum() else 20):
                    found.append(Finding(ENGINE, "near_word", *token.span()))
        return found

    def _read_bare(self, text: str) -> list[Finding]:
        """Find tokens so random that no word beside them is needed; digests, UUIDs and long blobs are test data."""
        return [
            Finding(ENGINE, "random", *token.span())
            for token in BARE_TOKEN.finditer(text)
            if _is_bare(token[0].strip("=.-")) or _is_vendors(token, text)
        ]


def _is_bare(token: str) -> bool:
    token = token.rpartition("=")[2]
    if len(token) > MAX_BARE_CHARS or token.islower() or token.isupper() or is_hex(token):
        return _is_prefixed(token)
    if "@" in token or "%" in token or not any(c.isdigit() for c in token):
        return False
    if sum(token.count(c) for c in "/-_+.") > 3 + len(token) // 16:
        return False
    return random_bits(token) >= 40 and not is_plain_text(token)


def _is_vendors(token: re.Match[str], text: str) -> bool:
    """Return whether a hexadecimal token, or one without capitals, stands just after the name of a vendor of keys."""
    value = token[0].rpartition("=")[2] if "=" in token[0].rstrip("=") else token[0]
    if len(value) < 20 or not (is_hex_secret(value) or (value.isalnum() and is_random(value, 20))):
        return False
    before = text[max(0, token.start() - VENDOR_CHARS) : token.start() + len(token[0]) - len(value)].lower()
    return bool(VENDOR.search(before)) and not DIGEST.search(before)


def _is_prefixed(token: str) -> bool:
    """Return whether a token is a short name, a joint and a random body, as most vendors write theirs."""
    parts = PREFIXED.fullmatch(token)
    return bool(parts) and not DIGEST.search(parts[1]) and is_random(parts[2], 30) and not parts[2].isdigit()


def is_hex(value: str) -> bool:
    """Return whether a value is written in hexadecimal digits and hyphens only."""
    return not value.lower().strip("0123456789abcdefx-")


def _is_mixed(value: str) -> bool:
    kinds = any(c.islower() for c in value) + any(c.isupper() for c in value) + any(c.isdigit() for c in value)
    return len(value) >= 6 and any(c.isdigit() for c in value) and kinds + (not value.isalnum()) >= 3


def _is_signed(value: str, quoted: bool) -> bool:
    """Return whether a value beside a secret's name is made like a password: letters, digits and a sign."""
    if len(value) < 8 or not _is_mixed(value) or not SIGNED.fullmatch(value) or is_placeholder(value):
        return False
    return any(c in "!@#$%^&*?~+" for c in value) and (quoted or "=" not in value) and random_bits(value) > -10


def _is_password_shape(value: str, line: str) -> bool:
    """Return whether a token in a line on passwords has a letter, a digit and a sign that names and code lack."""
    if not PASSWORD_LINE.search(line) or is_placeholder(value):
        return False
    return (any(c in "!@#$%^&*?~+" for c in value[1:]) and random_bits(value) >= 0) or (
        is_random(value, 12) and value.isalnum()
    )


def _is_code(value: str) -> bool:
    return bool(
        re.fullmatch(
            r"[\w.]*[A-Za-z_]\w*\.[A-Za-z_][\w.]*|[\w.\-]+[=+*/%<>!|&^~-]{1,2}[\w.\-]+|--[\w-]+|[A-Z]+[A-Z0-9]*(?:_[A-Z0-9]{1,12})+|0x[0-9a-fA-F]{1,12}",
            value,
        )
    )


def _find_all(low: str, stem: str) -> list[int]:
    found = []
    at = low.find(stem)
    while at >= 0:
        found.append(at)
        at = low.find(stem, at + 1)
    return found
