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
