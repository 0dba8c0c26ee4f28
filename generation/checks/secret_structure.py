"""Secrets by where they stand: assignments, headers, URLs, command lines, key bodies, tokens of known shape.

In: text. Out: findings. Every rule is found by a word that it cannot do without, so that ordinary
text costs one search. Values are judged in secret_values.
"""

import re

from generation.checks.secret_faults import Finding
from generation.checks.secret_values import is_placeholder, is_secret

ENGINE = "structure"
WORD = re.compile(
    r"(?i)pass(?:wor[dt]|wd|phrase|code|\b|_)|pwd|secret|token|api[-_ ]?key|apikey|private[-_ ]?key|access[-_ ]?key|"
    r"(?:auth|account|encryption|signing|master|license|storage|session|ssh|service|client|shared|app|user|host|db)"
    r"[-_ ]?(?:key|secret|pw)\b|authorization|bearer|credential|webhook|\bauth\b|\bpw\b|\bsalt\b|passkey|\bpin\b"
)
PASSWORD = re.compile(r"(?i)pass|pwd|pw\b|pin\b")
LEFT = re.compile(r"[\w.\-]*$")
JOIN = re.compile(
    r"[\w.\-]{0,40}[\"'`\]\)*]{0,4}(?::\s{0,2}(?:str|String|string|char|bytes|Optional\[str\])(?=\s*=))?"
    r"\s{0,8}(?:=>|:=|={1,3}|!==?|:{1,2}|<-|\bis\b|\bto\b|,|>)\s{0,8}"
    r"(?:[rbuf@L]{0,2}(?P<q>\"\"\"|[\"'`])(?P<quoted>(?:\\.|(?!(?P=q))[^\n\\]){1,400})(?P=q)"
    r"|(?P<bare>[^\s\"'`,;<>(){}\[\]|\\]{5,200})(?=[\s\"'`,;<>)}\]|\\]|$))",
)
URL = re.compile(r"(?i)\b[a-z][a-z0-9+.\-]{1,30}://(?P<user>[^\s:/@\"'<>]{0,80}):(?P<value>[^\s/@\"'<>]{3,200})@[^\s\"'<>]")
SHAPES = {
    "jwt": re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"),
    "private_key": re.compile(
        r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[nr]|[\"'+,]){0,20}[A-Za-z0-9+/=:\s\\,-]{32,}"
    ),
    "putty_key": re.compile(r"Private-Lines:\s*\d+\s+[A-Za-z0-9+/=]{20,}"),
    "authorization": re.compile(
        r"(?i)(?:authorization|bearer|basic)[\"']?\s*[:=, ]\s*[\"']?(?:bearer|basic|token|apikey)\s+(?P<value>[\w.~+/=-]{12,})"
    ),
    "azure_connection": re.compile(r"(?i)(?:AccountKey|SharedAccessKey|sig)=(?P<value>[A-Za-z0-9+/%]{30,}={0,2})"),
}
NEEDED = {"jwt": "eyJ", "private_key": "-----BEGIN", "putty_key": "Private-Lines"}


class Structure:
    """The structural rules behind `scan`."""

    def scan(self, text: str) -> list[Finding]:
        """Return the secrets found in a text."""
        found = [finding for word in WORD.finditer(text) if (finding := self._read_assignment(text, word))]
        if "://" in text:
            for match in URL.finditer(text):
                if not is_placeholder(match["value"]) and match["value"] not in (match["user"], "password"):
                    found.append(Finding(ENGINE, "url_password", *match.span("value")))
        for rule, shape in SHAPES.items():
            if NEEDED.get(rule, "") in text:
                for match in shape.finditer(text):
                    span = match.span("value") if "value" in shape.groupindex else match.span()
                    if not is_placeholder(text[slice(*span)]):
                        found.append(Finding(ENGINE, rule, *span))
        return found

    def _read_assignment(self, text: str, word: re.Match) -> Finding | None:
        match = JOIN.match(text, word.end())
        if not match:
            return None
        group = "quoted" if match["quoted"] is not None else "bare"
        name = LEFT.search(text[max(0, word.start() - 40) : word.start()])[0] + word[0]
        password = bool(PASSWORD.search(name))
        if is_secret(match[group], password, group == "quoted"):
            return Finding(ENGINE, "password" if password else "assignment", *match.span(group))
        return None
