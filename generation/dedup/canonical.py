"""What a piece of Python does, as two hashes: names, literals, comments and layout left out.

In: texts with code in them. Out: for each, the hash of its canonical token sequence (equal for a
copy with every name changed), the hash of its meaningful tokens alone (equal even where a name
or two was edited; different for `<` against `<=`, `min` against `max`, raise against skip), and
whether it compiles with no name undefined. It reads tokens, not trees, so that broken code has hashes
too. It does not see that two different programs do the same.
"""

import builtins
import re
import symtable
import warnings
import zlib
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from generation.dedup.tokens import Ragged, find_tokens, hash_tokens, hash_word, mix
from generation.dedup.vocabulary import ATTRIBUTES, FREE_NAMES

FENCED = re.compile(r"^[ \t]*```[^\n`]*\n(.*?)(?:^[ \t]*```|\Z)", re.M | re.S)
FIRST_CODE_LINE = re.compile(
    r"^(?:@\w|(?:async )?def \w+ ?\(|class \w+ ?[(:]|import \w|from [\w.]+ import |[A-Z][A-Z0-9_]* ?(?::[^=\n]*)?= )",
    re.M,
)
PROSE_LINE = re.compile(
    r"^(?!(?:@|def|class|async|import|from|if|elif|else|for|while|try|except|finally|with|return|raise|assert"
    r"|print|pass|[\w.]+(?:\[[^\]\n]*\])? ?(?:[-+*/%|&]?=|\(|:)|[)\]}#'\"]|\s|\Z))",
    re.M,
)
# A docstring, another string, or a comment, whichever begins first.
TEXT_IN_CODE = re.compile(
    r"""(?P<doc>^[ \t]*[rRuU]?(?:\"\"\".*?\"\"\"|'''.*?''')[ \t]*$)"""
    r"""|(?P<string>[rRbBfFuU]{0,2}(?:\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))"""
    r"""|(?P<comment>\#[^\n]*)""",
    re.M | re.S,
)
# A message, an f-string, a word: it changes with the domain that a task is told in, not with the task.
DOMAIN_TEXT = re.compile(r"""[rRbBuU]*[fF].*|[rRbBuU]*(['"]+)(?:\w{3,}|.*\w\w,? \w.*)\1""", re.S)
# `return (x)`, `while (x):` and `x = 1;` are what they are without; three levels of brackets inside are enough.
_FLAT = r"[^()\n]*"
_DEEP = rf"{_FLAT}(?:\({_FLAT}(?:\({_FLAT}\){_FLAT})*\){_FLAT})*"
OUTER_BRACKETS = re.compile(rf"^([ \t]*(?:return|while|if|elif|assert)\b)[ \t]*\(({_DEEP})\)[ \t]*(:|$)", re.M)
LAST_SEMICOLON = re.compile(r";[ \t]*$", re.M)
LAST_COMMA = re.compile(r",(\s*[)\]}])")

_NAME, _NUMBER = np.uint64(1 << 40), np.uint64(2)


class CodeHashes(NamedTuple):
    """One entry a text: sequence, meaning, and numbers and telling strings in order (uint64, 0 where none)."""

    sequence: np.ndarray
    meaning: np.ndarray
    literals: np.ndarray


def split_code(text: str) -> tuple[str, str]:
    """Return (prose, code) of a text: fenced blocks, else from the first line of code to the next prose."""
    if "```" in text:
        blocks = FENCED.findall(text)
        return FENCED.sub("\n", text), "\n".join(blocks)
    first = FIRST_CODE_LINE.search(text)
    if not first:
        return text, ""
    end = PROSE_LINE.search(text, first.end())
    stop = end.start() if end else len(text)
    return text[: first.start()] + text[stop:], text[first.start() : stop]


def read_docstrings(code: str) -> str:
    """Return the docstrings of the code: what a request says inside the code that it shows."""
    if '"""' not in code and "'''" not in code:
        return ""
    return "\n".join(found[0] for found in TEXT_IN_CODE.finditer(code) if found.lastgroup == "doc")


def strip_text(code: str, sound: bool = True) -> str:
    """Return the code without docstrings and comments, each other string as one `"`.

    A telling string, such as a separator, a format or a pattern, is followed by a number that stands for it. In
    code that is not sound (another language, for one) every string is telling.
    """
    bare = TEXT_IN_CODE.sub(_replace_text if sound else _keep_text, code)
    if sound:
        bare = OUTER_BRACKETS.sub(r"\1 \2\3", LAST_SEMICOLON.sub("", bare) if ";" in bare else bare)
    return LAST_COMMA.sub(r"\1", bare)


def _replace_text(found: re.Match) -> str:
    return '"' if found.lastgroup == "string" and DOMAIN_TEXT.fullmatch(found[0]) else _keep_text(found)


def _keep_text(found: re.Match) -> str:
    if found.lastgroup != "string":
        return ""
    text = found[0]
    return f'" 9{zlib.crc32(text.strip(chr(34) + chr(39)).encode("utf-8", "surrogatepass"))} '


def is_sound(code: str) -> bool:
    """Tell whether the code compiles and reads no name that it never binds; False for no code."""
    if not code.strip():
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            top = symtable.symtable(code, "row", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    bound, read, tables = set(_BUILTINS), set(), [top]
    for symbol in top.get_symbols():
        named = symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
        (bound if named else read).add(symbol.get_name())
    for table in tables:
        tables += table.get_children()
        if isinstance(table, symtable.Function):
            read.update(table.get_globals())
        elif table is not top:
            read.update(symbol.get_name() for symbol in table.get_symbols() if symbol.is_global())
    missing = read - bound
    return not missing or missing <= {name for table in tables[1:] for name in _bind_globally(table)}


def _bind_globally(table: symtable.SymbolTable) -> set[str]:
    """Return the names that a scope binds in the module by `global`."""
    return {symbol.get_name() for symbol in table.get_symbols() if symbol.is_declared_global() and symbol.is_assigned()}


_BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__"}


@cache
def _token_tables() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the sorted hashes of free names, attributes, signs that carry no meaning, and signs with a direction."""
    words = FREE_NAMES, ATTRIBUTES
    silent = list("()[]{},:.;\"'`\\") + ["->"]
    directed = ["<", ">", "<=", ">=", "-", "/", "//", "%", "**", "<<", ">>"]
    made = [np.sort(np.array([hash_word(w) for w in group], dtype=np.uint64)) for group in (*words, silent, directed)]
    return made[0], made[1], made[2], made[3]


def _among(values: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Tell which values are in the ascending table."""
    return table[np.minimum(np.searchsorted(table, values), len(table) - 1)] == values


def hash_code(codes: Sequence[str], sound: Sequence[bool]) -> CodeHashes:
    """Return both hashes of each code; codes that differ in names, other literals, comments or layout agree."""
    stripped = [strip_text(code, compiles) for code, compiles in zip(codes, sound, strict=True)]
    tokens = hash_tokens(stripped)
    kinds = _classify(tokens, stripped, np.asarray(sound, dtype=bool))
    plain = np.where(kinds == 0, _number_names(tokens, kinds == 0), np.where(kinds == 1, _NUMBER, tokens.values))
    row = tokens.row_of_value()
    _, _, silent, directed = _token_tables()
    loud = np.flatnonzero((kinds == 2) & ~_among(tokens.values, silent))
    sequence = _hash_in_order(plain, np.arange(len(plain)), tokens)
    meaning = _hash_in_order(plain, loud, tokens)
    # `a - b` against `b - a`: the same signs, another order of two names.
    middle = np.flatnonzero(_among(tokens.values, directed))
    middle = middle[(middle > 0) & (middle < len(plain) - 1)]
    middle = middle[(kinds[middle - 1] == 0) & (kinds[middle + 1] == 0)]
    swapped = (plain[middle - 1] > plain[middle + 1]).astype(np.uint64)
    np.add.at(meaning, row[middle], mix(tokens.values[middle] + swapped))
    numbers = np.flatnonzero(kinds == 1)
    literals = _hash_in_order(tokens.values, numbers, tokens)
    empty = tokens.lengths() == 0
    sequence[empty], meaning[empty] = 0, 0
    return CodeHashes(sequence, meaning, literals)


def _hash_in_order(values: np.ndarray, chosen: np.ndarray, tokens: Ragged) -> np.ndarray:
    """Return one hash a row of the chosen values (ascending places) in their order; 0 for a row without any."""
    row = tokens.row_of_value()[chosen]
    place = np.arange(len(chosen)) - np.searchsorted(chosen, tokens.offsets)[row] + 1
    out = np.zeros(len(tokens.offsets) - 1, dtype=np.uint64)
    np.add.at(out, row, mix(mix(values[chosen]) + place.astype(np.uint64)))
    return out


def _classify(tokens: Ragged, texts: Sequence[str], sound: np.ndarray) -> np.ndarray:
    """Return 0 for a name, 1 for a number other than 0 and 1, 2 for what stands for itself."""
    free, attributes, _, _ = _token_tables()
    digits, signs = _first_characters(texts)
    kinds = np.zeros(len(tokens.values), dtype=np.uint8)
    after_dot = np.append(False, tokens.values[:-1] == _sign(".")) if len(kinds) else np.zeros(0, dtype=bool)
    known = np.where(after_dot, _among(tokens.values, attributes), False) | _among(tokens.values, free)
    kinds[signs | known] = 2
    kinds[_find_foreign_names(tokens, kinds == 0, after_dot, sound)] = 2
    small = np.isin(tokens.values, np.array([hash_word("0"), hash_word("1")], dtype=np.uint64))
    kinds[digits] = np.where(small[digits], 2, 1)
    return kinds


def _find_foreign_names(tokens: Ragged, is_name: np.ndarray, after_dot: np.ndarray, sound: np.ndarray) -> np.ndarray:
    """Tell which names are others' and so cannot be renamed: imported ones, and attributes that the code never sets.

    `math.sin` and `math.cos`, or `push` and `unshift` of another language, are no two names of one thing. Where
    the code of a row is not sound Python, so are words that come once and are not called, such as commands.
    """
    if not len(is_name):
        return is_name
    follows = np.append(tokens.values[1:], np.uint64(0))
    before = np.append(np.uint64(0), tokens.values[:-1])
    imported = is_name & ((before == _sign("import")) | (before == _sign("from")))
    while True:  # from x import a, b, c: one more of the list at each turn
        next_of_list = np.append([False, False], imported[:-2])[: len(imported)] & (before == _sign(",")) & is_name
        if not (next_of_list & ~imported).any():
            break
        imported |= next_of_list
    place = tokens.values ^ mix(tokens.row_of_value().astype(np.uint64) + np.uint64(1))
    set_here = np.sort(place[is_name & (~after_dot | (follows == _sign("=")))])
    others = is_name & after_dot
    if len(set_here):
        others[others] = ~_among(place[others], set_here)
    strange = np.flatnonzero(is_name & ~sound[tokens.row_of_value()])
    if len(strange):
        _, which, times = np.unique(place[strange], return_inverse=True, return_counts=True)
        others[strange[(times[which] == 1) & (follows[strange] != _sign("("))]] = True
    taken = np.sort(place[imported])
    return others | (is_name & _among(place, taken)) if len(taken) else others


@cache
def _sign(word: str) -> np.uint64:
    return np.uint64(hash_word(word))


def _first_characters(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each token of the texts, whether it begins with a digit, and whether it is a sign."""
    starts, _, raw, _ = find_tokens(texts)
    first = raw[starts]
    digits = (first >= 48) & (first <= 57)
    letters = (first >= 97) & (first <= 122) | (first == 95) | (first >= 128)
    return digits, ~digits & ~letters


def _number_names(tokens: Ragged, is_name: np.ndarray) -> np.ndarray:
    """Return each name's place in its row's order of first appearance, offset so that it meets no hash."""
    where = np.flatnonzero(is_name)
    row, value = tokens.row_of_value()[where], tokens.values[where]
    order = np.lexsort((where, value, row))
    new = np.ones(len(order), dtype=bool)
    same_row = row[order][1:] == row[order][:-1]
    new[1:] = ~(same_row & (value[order][1:] == value[order][:-1]))
    group = np.cumsum(new) - 1
    first_place = where[order][new]  # of each group, where it appears first
    group_row = row[order][new]
    by_place = np.lexsort((first_place, group_row))
    rank = np.empty(len(by_place), dtype=np.int64)
    heads = np.append(0, np.flatnonzero(np.diff(group_row[by_place])) + 1) if len(by_place) else np.empty(0, np.int64)
    sizes = np.diff(np.append(heads, len(by_place)))
    rank[by_place] = np.arange(len(by_place)) - np.repeat(heads, sizes)
    out = np.zeros(len(is_name), dtype=np.uint64)
    out[where[order]] = _NAME + rank[group].astype(np.uint64)
    return out
