"""Small tools for sentences and Markdown: first letters, full stops, lists of words, fences.

In: text. Out: text. It knows no program.
"""

import re


def lower_first(text: str) -> str:
    """Return the text with a small first letter, unless its first word is a name, code or an acronym."""
    if len(text) > 1 and (text[1].isupper() or not text[0].isupper()):
        return text
    return text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Return the text with a capital first letter (a leading backtick is left alone)."""
    return text[:1].upper() + text[1:]


def without_stop(sentence: str) -> str:
    """Return the sentence without its full stop."""
    return sentence.rstrip().removesuffix(".")


def with_article(name: str) -> str:
    """Return the name in backticks with its indefinite article ("an `IndexError`", "a `Cloakroom`")."""
    return f"{'an' if name[:1].lower() in 'aeio' else 'a'} `{name}`"


def with_stop(sentence: str) -> str:
    """Return the sentence with exactly one full stop."""
    return without_stop(sentence) + "."


def join_words(words: list[str] | tuple[str, ...], last: str = "and") -> str:
    """Return "a", "a and b" or "a, b and c"."""
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + f" {last} " + words[-1]


def fence(code: str, language: str = "python") -> str:
    """Return the code as a fenced Markdown block; the fence is longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    bar = "`" * max(3, longest + 1)
    return f"{bar}{language}\n{code.strip(chr(10))}\n{bar}"


_SECOND_VERBS = "return|list|rank|find|count|report"


def third_person(summary: str) -> str:
    """Return an imperative summary as what something does ("Read lines and rank x" gives "reads lines and ranks x")."""
    first, _, rest = without_stop(summary).partition(" ")
    rest = re.sub(rf"\band ({_SECOND_VERBS})\b(?= )", lambda m: f"and {_with_s(m.group(1))}", rest)
    return f"{_with_s(first.lower())} {rest}"


def _with_s(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + "s"


_CODE_WORD = re.compile(
    r"(?<![`\w])([A-Za-z_]\w*(?:\[[^\]\s]*(?: [-+] [^\]\s]+)?\])+|[A-Za-z]\w*_\w+|[A-Za-z_][\w.]*\(\))(?![`\w])"
)


def mark_code(sentence: str) -> str:
    """Return the sentence with what is plainly code (`a_b`, `a[i]`, `f()`) in backticks; what is quoted stays as it is."""
    parts = re.split(r"(`[^`]*`)", sentence)
    return "".join(part if part.startswith("`") else _CODE_WORD.sub(r"`\1`", part) for part in parts)
