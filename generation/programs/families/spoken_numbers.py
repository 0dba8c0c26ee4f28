"""Write numbers as syllables that can be spoken, and read them. Choices: direction, order, filling, bad syllables."""

from random import Random

from generation.programs.family import Draft
from generation.programs.layout import lay_out
from generation.programs.program import Param, Raises, Spec

TOPIC = "encoding"
SPACE = {
    "task": ("speak", "hear"),
    "order": ("high_first", "low_first"),
    "filled": ("shortest", "even_count"),
    "vowels": ("aeiou", "aeio"),
    "idiom": ("loop", "recursion"),
}

# (domain, entry noun, number's name, who needs it)
DOMAINS = (
    ("rescue radio", "position", "position", "A mountain rescue team reads positions over the radio as syllables."),
    ("seed vault", "box", "box", "A seed vault names its boxes by syllables, which are harder to mix up than digits."),
    ("phone banking", "receipt", "receipt", "A bank reads receipt numbers over the phone as syllables."),
    ("sailing", "buoy", "buoy", "Sailors call buoys by syllables that carry over the wind."),
)  # fmt: skip

CONSONANTS = "bdfgklmnprstvz"


def draw(choice: dict[str, str], rng: Random) -> Draft:
    domain, noun, number, context = rng.choice(DOMAINS)
    speak, high, even, vowels, loop = choice["task"] == "speak", choice["order"] == "high_first", choice["filled"] == "even_count", choice["vowels"], choice["idiom"] == "loop"
    entry = f"{'speak' if speak else 'hear'}_{noun}"
    base = len(CONSONANTS) * len(vowels)
    table = f'CONSONANTS = "{CONSONANTS}"\nVOWELS = "{vowels}"\nSYLLABLES = [first + second for first in CONSONANTS for second in VOWELS]\n'
    if speak:
        add = "word = SYLLABLES[rest] + word" if high else "word += SYLLABLES[rest]"
        pad = 'word = SYLLABLES[0] + word' if high else "word += SYLLABLES[0]"
        padding = f"\n# A syllable for zero changes nothing at the {'front' if high else 'end'}.\nif len(word) % 4:\n    {pad}" if even else ""
        check = f'if {number} < 0:\n    raise ValueError("{number} must not be negative")\n'
        if loop:
            body = f'{check}value, rest = divmod({number}, len(SYLLABLES))\nword = SYLLABLES[rest]\nwhile value:\n    value, rest = divmod(value, len(SYLLABLES))\n    {add}{padding}\nreturn word'
        else:
            join = "spell(value) + SYLLABLES[rest]" if high else "SYLLABLES[rest] + spell(value)"
            body = f'{check}# The last step of the division leaves the {"first" if high else "last"} syllable.\nword = spell({number}){padding}\nreturn word'
            table += f"def spell(number: int) -> str:\n    value, rest = divmod(number, len(SYLLABLES))\n    return {join} if value else SYLLABLES[rest]\n"
        text = f"{table}\ndef {entry}({number}: int) -> str:\n    " + body.replace("\n", "\n    ") + "\n"
    else:
        step = 4 if even else 2
        what = "an even number of syllables" if even else "syllables"
        check = f'if not word or len(word) % {step}:\n    raise ValueError("the word does not consist of {what}")\n'
        if loop:
            source = "range(0, len(word), 2)" if high else "range(len(word) - 2, -1, -2)"
            body = f'{check}value = 0\nfor at in {source}:\n    # The index raises a ValueError of its own for a wrong syllable.\n    value = value * len(SYLLABLES) + SYLLABLES.index(word[at : at + 2])\nreturn value'
        else:
            table += "def value_of(word: str) -> int:\n    if not word:\n        return 0\n" + ("    # The last syllable counts once, all before it count in full rounds.\n    return value_of(word[:-2]) * len(SYLLABLES) + SYLLABLES.index(word[-2:])\n" if high else "    # The first syllable counts once, all after it count in full rounds.\n    return SYLLABLES.index(word[:2]) + value_of(word[2:]) * len(SYLLABLES)\n")
            body = f"{check}return value_of(word)"
        text = f"{table}\ndef {entry}(word: str) -> int:\n    " + body.replace("\n", "\n    ") + "\n"
    lines = [f"There are {base} syllables, each a consonant of `{CONSONANTS}` followed by a vowel of `{vowels}`; they stand for 0 to {base - 1}, ordered by consonant and then by vowel, both in the order just given."]
    lines.append(f"They are the digits of the number to base {base}, the {'highest' if high else 'lowest'} one first.")
    if speak:
        lines.append("No syllable for a leading zero is written" + (f", but if the number of syllables would be odd, one more for 0 is put at the {'front' if high else 'end'} as the highest digit." if even else "; 0 itself is one syllable."))
    else:
        lines.append("Syllables for leading zeros are allowed" + (", and the number of syllables must be even." if even else "."))
    spec = Spec(
        title="a number in spoken syllables" if speak else "the number that syllables stand for",
        summary=f"Write the number of a {number} as a word of syllables." if speak else f"Return the number of a {number} that a word of syllables stands for.",
        rules=tuple(lines), params=(Param(number, "int", "the number"),) if speak else (Param("word", "str", "the syllables, in small letters without anything between them"),),
        returns="the word" if speak else "the number", return_annotation="str" if speak else "int",
        raises=(Raises("ValueError", "the number is negative" if speak else "the word is empty, is not made of such syllables, or has an odd number of them" if even else "the word is empty or not made of such syllables"),), context=context,
    )  # fmt: skip

    def write(value: int) -> str:
        power, out = 1, []
        while power * base <= value:
            power *= base
        while power:
            digit = value // power % base
            out.append(CONSONANTS[digit // len(vowels)] + vowels[digit % len(vowels)])
            power //= base
        if even and len(out) % 2:
            out.insert(0, CONSONANTS[0] + vowels[0])
        return "".join(out if high else out[::-1])

    def oracle(given):
        """Work with powers from the highest digit down, and read by dividing letters' places."""
        if speak:
            if given <= -1:
                raise ValueError("negative")
            return write(given)
        if given == "" or len(given) % 2 or (even and len(given) % 4):
            raise ValueError("length")
        total, weight = 0, 1
        pairs = list(zip(given[::2], given[1::2], strict=True))
        for c, v in pairs[::-1] if high else pairs:
            if c not in CONSONANTS or v not in vowels:
                raise ValueError("letters")
            total += weight * (CONSONANTS.find(c) * len(vowels) + vowels.find(v))
            weight *= base
        return total

    def draw_input(rng: Random) -> tuple:
        value = rng.randrange(base ** rng.choice((1, 2, 2, 3, 4)))
        if speak:
            return (value,)
        word = write(value)
        if rng.random() < 0.2:
            word = rng.choice(CONSONANTS[0] + vowels[0] + "bz") + word[1:]
        if rng.random() < 0.3 and high:
            word = (CONSONANTS[0] + vowels[0]) * (2 if even else 1) + word
        return (word,)

    if speak:
        edges = ((0,), (1,), (-1,), (base - 1,), (base,), (base + 1,), (base * base - 1,), (base * base,), (base**3 + 7,), (12345678,))
    else:
        edges = tuple((w,) for w in ("", "b", "ba", "bu", "zo", "baba", "dazo", "zoda", "abab", "bazoka", "bazodaki", "kekikoka", "qaba", "ba ba", "tatatata"))
    return Draft(entry, spec, lay_out(text), oracle, draw_input, edges, domain, choice["idiom"])
