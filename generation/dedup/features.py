"""What is kept of a row to find and verify its near-duplicates: keys, sets and hashes, all numbers.

In: an Arrow table of work rows. Out: an Arrow table of features, one row a row, made by a pure
function, so that one process, `datasets.map` and Spark make the same. It compares nothing.

Rows of different task types share no key: the same program explained and mended is two tasks.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from generation.dedup.canonical import hash_code, is_sound, read_docstrings, split_code
from generation.dedup.columns import SetColumn, shrink_keys
from generation.dedup.exact import exact_hash
from generation.dedup.signatures import choose_bands, sign_shingles
from generation.dedup.tokens import (
    Ragged,
    hash_tokens,
    hash_word,
    make_sets,
    make_shingles,
    mix,
    offsets_of,
)
from generation.dedup.vocabulary import POLES, STOPWORDS

SHINGLE_TOKENS = 3  # Source: measured on templated code rows (benchmarks/dedup.py): 3 at .7 tells more than 5
MIN_PROSE_TOKENS = 8  # a shorter request ("Tidy this up.") says nothing of the program
SIGN_JACCARD = 0.6  # bands find nearly all pairs from .7, and most from here
ANSWERS_ABOUT_CODE = frozenset(("unit_test_generation",))  # their own code is not the program that is asked about
LOOSE_JACCARD = 0.8  # for rows whose code is broken: looked up without regard to what the code does


class Features(NamedTuple):
    """What verification reads, one entry a row, in order of survival (round, slot); see `sign_table`."""

    ids: pa.ChunkedArray
    slots: np.ndarray
    prompt: SetColumn
    answer: SetColumn
    words: SetColumn
    same_prompt: np.ndarray
    prose: np.ndarray
    sequence: np.ndarray
    meaning: np.ndarray
    literals: np.ndarray
    sound: np.ndarray
    poles: np.ndarray


@cache
def _pole_tables() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return sorted word hashes, the bit of each, the bits of each axis, and the stop words' sorted hashes."""
    bit, bits, axes = 0, {}, []
    for axis in POLES.strip().split("\n"):
        axes.append(0)
        for words in axis.split("|"):
            bits.update({hash_word(word): 1 << bit for word in words.split()})
            axes[-1] |= 1 << bit
            bit += 1
    hashes = sorted(bits)
    values = np.array([bits[h] for h in hashes], dtype=np.uint64)
    stop = np.sort(np.array([hash_word(word) for word in STOPWORDS], dtype=np.uint64))
    return np.array(hashes, dtype=np.uint64), values, np.array(axes, dtype=np.uint64), stop


def axis_masks() -> np.ndarray:
    """Return, for each axis of opposite words, the bits of its poles."""
    return _pole_tables()[2]


def sign_table(rows: pa.Table) -> pa.Table:
    """Return the features of work rows, in their order.

    Needs id, round, slot, input and output. task_type "" if absent; subject: the prompt without its
    phrasing (else input); code: the answer's code (else what the output shows); a row with a
    `proof` counts as sound, any other where its code compiles.
    """
    columns = {name: rows.column(name).to_pylist() for name in rows.column_names if name in _READ}
    count = rows.num_rows
    outputs = columns["output"]
    subjects = [s or i for s, i in zip(columns.get("subject", [""] * count), columns["input"], strict=True)]
    asked = [split_code(subject) for subject in subjects]
    codes = columns["code"] if "code" in columns else [split_code(output)[1] for output in outputs]
    shown = [code for _, code in asked]
    types = columns.get("task_type", [""] * count)
    task = _hash_words(types)
    programs = ["" if t in ANSWERS_ABOUT_CODE and s else c for t, s, c in zip(types, shown, codes, strict=True)]
    proofs = columns.get("proof", [""] * count)
    sound = np.array([bool(p) or is_sound(c or s) for p, c, s in zip(proofs, programs, shown, strict=True)], dtype=bool)
    sequence, meaning, literals = (
        _join_hashes(of_shown, of_answer, task)
        for of_shown, of_answer in zip(hash_code(shown, sound), hash_code(programs, sound), strict=True)
    )
    tokens = hash_tokens(subjects)
    prompt, answer = make_shingles(tokens, SHINGLE_TOKENS), make_shingles(hash_tokens(outputs), SHINGLE_TOKENS)
    spoken = hash_tokens([prose for prose, _ in asked])
    told = [read_docstrings(code) for code in shown]
    described = hash_tokens([f"{p}\n{t}" for (p, _), t in zip(asked, told, strict=True)]) if any(told) else spoken
    words, poles = _read_words(described, tokens), _read_poles(spoken)
    said = np.where(spoken.lengths() >= MIN_PROSE_TOKENS, _hash_rows(spoken), np.uint64(0))
    same_prompt = np.where(tokens.lengths() > 0, mix(_hash_rows(tokens) + task), np.uint64(0))
    same_doing = mix(np.where(sound, meaning, np.uint64(0)) + task)
    tight, loose = _make_keys(prompt, answer)
    tight = np.where(tight == 0, tight, mix(tight ^ same_doing[:, None]))
    loose = np.where(loose == 0, loose, mix(loose ^ task[:, None]))
    keys = np.concatenate([same_prompt[:, None], sequence[:, None], tight], axis=1)
    return pa.table(
        {
            "id": rows.column("id"),
            "round": rows.column("round").cast(pa.int64()),
            "slot": rows.column("slot").cast(pa.int64()),
            "exact": pa.array(_exact_hashes(columns["input"], outputs), pa.string()),
            "keys": _matrix_column(keys),
            "loose": _matrix_column(loose),
            "prompt": _ragged_column(prompt),
            "answer": _ragged_column(answer),
            "words": _ragged_column(words),
            "same_prompt": pa.array(same_prompt),
            "prose": pa.array(said),
            "sequence": pa.array(sequence),
            "meaning": pa.array(meaning),
            "literals": pa.array(literals),
            "sound": pa.array(sound),
            "poles": pa.array(poles),
        }
    )


_READ = frozenset(("task_type", "subject", "input", "output", "code", "proof"))


def _exact_hashes(inputs: Sequence[str], outputs: Sequence[str]) -> list[str]:
    return [exact_hash({"input": i, "output": o}) for i, o in zip(inputs, outputs, strict=True)]


def _hash_words(words: Sequence[str]) -> np.ndarray:
    made = {word: _hash_rows(hash_tokens([word]))[0] if word else np.uint64(0) for word in set(words)}
    return np.array([made[word] for word in words], dtype=np.uint64)


def _hash_rows(tokens: Ragged) -> np.ndarray:
    """Return one hash a row of its tokens in order."""
    row = tokens.row_of_value()
    place = np.arange(len(row)) - tokens.offsets[row] + 1
    out = np.zeros(len(tokens.offsets) - 1, dtype=np.uint64)
    np.add.at(out, row, mix(tokens.values + mix(place.astype(np.uint64))))
    return out


def _join_hashes(first: np.ndarray, second: np.ndarray, task: np.ndarray) -> np.ndarray:
    """Return one hash of both codes and the task type; 0 where there is no code at all."""
    return np.where((first | second) == 0, np.uint64(0), mix(mix(first + np.uint64(1)) + second + task))


def _make_keys(prompt: Ragged, answer: Ragged) -> tuple[np.ndarray, np.ndarray]:
    """Return the keys of all bands of both views: those for SIGN_JACCARD, those for LOOSE_JACCARD."""
    families = (choose_bands(SIGN_JACCARD), choose_bands(LOOSE_JACCARD))
    (tight, loose), (tight_too, loose_too) = (sign_shingles(view, families) for view in (prompt, answer))
    # The answer's keys are salted: a prompt and another row's answer are never compared.
    salted = [np.where(keys == 0, keys, mix(keys + np.uint64(1))) for keys in (tight_too, loose_too)]
    return np.concatenate([tight, salted[0]], axis=1), np.concatenate([loose, salted[1]], axis=1)


def _read_poles(tokens: Ragged) -> np.ndarray:
    """Return the poles that each request names, as bits."""
    hashes, bits, _, _ = _pole_tables()
    at = np.minimum(np.searchsorted(hashes, tokens.values), len(hashes) - 1)
    poles = np.zeros(len(tokens.offsets) - 1, dtype=np.uint64)
    np.bitwise_or.at(poles, tokens.row_of_value(), np.where(hashes[at] == tokens.values, bits[at], np.uint64(0)))
    return poles


def _read_words(tokens: Ragged, whole: Ragged) -> Ragged:
    """Return each request's set of words (its code's too where it has no prose)."""
    stop = _pole_tables()[3]
    spoken = _take_words(tokens, stop)
    fallback = _take_words(whole, stop)
    use_prose = spoken.lengths() >= 4
    parts = [spoken if says else fallback for says in use_prose]
    lengths = np.where(use_prose, spoken.lengths(), fallback.lengths())
    values = [part.values[part.offsets[i] : part.offsets[i + 1]] for i, part in enumerate(parts)]
    return Ragged(np.concatenate(values) if values else spoken.values, offsets_of(lengths))


def _take_words(tokens: Ragged, stop: np.ndarray) -> Ragged:
    """Return each row's set of tokens that are not stop words."""
    at = np.minimum(np.searchsorted(stop, tokens.values), len(stop) - 1)
    kept = stop[at] != tokens.values
    lengths = np.bincount(tokens.row_of_value()[kept], minlength=len(tokens.offsets) - 1)
    return make_sets(Ragged(tokens.values[kept] >> np.uint64(32), offsets_of(lengths)))


def _ragged_column(sets: Ragged) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array(sets.offsets, pa.int32()), pa.array(sets.values))


def _matrix_column(keys: np.ndarray) -> pa.FixedSizeListArray:
    matrix = shrink_keys(keys)
    return pa.FixedSizeListArray.from_arrays(pa.array(matrix.reshape(-1)), matrix.shape[1])


def sort_signed(signed: pa.Table) -> pa.Table:
    """Return a table made by `sign_table` in order of (round, slot); itself where it is so already."""
    rounds, slots = signed.column("round").to_numpy(), signed.column("slot").to_numpy()
    order = np.lexsort((slots, rounds))
    return signed if np.array_equal(order, np.arange(len(order))) else signed.take(pa.array(order))


def read_features(signed: pa.Table) -> Features:
    """Return the features of a table made by `sign_table` that is in order; the sets are read when asked for."""
    column = signed.column
    return Features(
        ids=column("id"),
        slots=column("slot").to_numpy(),
        prompt=SetColumn(column("prompt")),
        answer=SetColumn(column("answer")),
        words=SetColumn(column("words")),
        same_prompt=column("same_prompt").to_numpy(),
        prose=column("prose").to_numpy(),
        sequence=column("sequence").to_numpy(),
        meaning=column("meaning").to_numpy(),
        literals=column("literals").to_numpy(),
        sound=column("sound").to_numpy(),
        poles=column("poles").to_numpy(),
    )
