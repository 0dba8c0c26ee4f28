"""English pieces: articles, lists, numbers, sentences.

In: nouns and clauses. Out: text with one space between words. It knows no domain.
"""

from random import Random

_AN = ("a", "e", "i", "o", "u", "8", "11", "18")
_A_ANYWAY = ("uni", "use", "one", "eu", "us")
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def a(noun: str) -> str:
    """Return the noun with its indefinite article."""
    low = noun.lower()
    if low.startswith(("hour", "honest", "unins", "unopen", "unpaid", "unknown", "uninterr")):
        return f"an {noun}"
    return f"{'an' if low.startswith(_AN) and not low.startswith(_A_ANYWAY) else 'a'} {noun}"


def sentence(text: str) -> str:
    """Return the text with a capital and a full stop."""
    return text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")


def both(items: list[str], word: str = "and") -> str:
    """Return "x", "x and y" or "x, y and z"."""
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + f" {word} " + items[-1]


def spell(number: int) -> str:
    """Return a small number in words, a larger one in digits."""
    return _SMALL[number] if 0 <= number < len(_SMALL) else str(number)


def count(number: int, one: str, many: str) -> str:
    """Return "1 day" or "3 days"."""
    return f"{number} {one if number == 1 else many}"


def say(rng: Random, *phrasings: str) -> str:
    """Return one of the phrasings."""
    return phrasings[int(rng.random() * len(phrasings))]
