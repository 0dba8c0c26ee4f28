"""Deduplication: tokens, exact and near duplicates, the survivors, the index across rounds."""

import itertools
import multiprocessing
import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.dedup.near import mark_later, survive_near_dedup
from generation.dedup.pairs import measure_jaccard, pair_across, pair_within
from generation.dedup.signatures import load_text_dedup
from generation.dedup.tokens import hash_tokens, make_shingles, shingle_texts

PLAIN_TOKENS = re.compile(r"[<>=!+\-*/%:|&^@]=|->|>>|<<|\*\*|//|[^\W]+|[^\w\s]", re.ASCII)
CODE_LIKE = st.text(alphabet="abcXYZ_09 <>=!+-*/.()[]:#\n\t", max_size=80)


@settings(deadline=None)
@given(st.lists(CODE_LIKE, max_size=6))
def test_tokens_are_those_of_a_plain_regular_expression(texts):
    """The vectorised tokeniser finds the same tokens as a regular expression, equal ones with equal hashes."""
    tokens = hash_tokens(texts)
    expected = [PLAIN_TOKENS.findall(text.lower()) for text in texts]
    assert tokens.lengths().tolist() == [len(words) for words in expected]
    words = list(itertools.chain.from_iterable(expected))
    pairs = set(zip(words, tokens.values.tolist(), strict=True))
    assert len(pairs) == len(set(words)) == len(set(tokens.values.tolist()))


@settings(deadline=None)
@given(st.lists(CODE_LIKE, min_size=1, max_size=6), st.integers(1, 5))
def test_jaccard_is_that_of_the_sets_of_token_runs(texts, size):
    """Similarity of every pair equals the Jaccard index computed with Python sets."""
    shingles = shingle_texts(texts, size)
    words = [PLAIN_TOKENS.findall(text.lower()) for text in texts]
    sets = [{tuple(w[i : i + size]) for i in range(max(1, len(w) - size + 1))} if w else set() for w in words]
    pairs = np.array(list(itertools.product(range(len(texts)), repeat=2)), dtype=np.int64)
    measured = measure_jaccard(shingles, shingles, pairs)
    for (i, j), value in zip(pairs.tolist(), measured.tolist(), strict=True):
        assert value == len(sets[i] & sets[j]) / max(1, len(sets[i] | sets[j]))


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), max_size=12))
def test_pairs_are_all_rows_that_share_a_key(rows):
    """Candidate pairs are exactly the rows with an equal key in some column, 0 matching nothing, each once."""
    keys = np.array(rows, dtype=np.uint64).reshape(len(rows), 2)
    expected = [
        [i, j]
        for i, j in itertools.combinations(range(len(rows)), 2)
        if any(a == b != 0 for a, b in zip(rows[i], rows[j], strict=True))
    ]
    assert pair_within(keys).tolist() == expected
    order = np.argsort(keys, axis=0, kind="stable").T
    across = pair_across(keys, np.take_along_axis(keys.T, order, axis=1), order)
    assert [pair for pair in across.tolist() if pair[0] < pair[1]] == expected


def test_similar_text_goes_and_different_text_stays():
    """A copy with one changed word goes, the same words about another thing stay, short texts stay."""
    first = "def total(prices, limit):\n    return sum(price for price in prices if price < limit)\n" * 2
    texts = [first, first.replace("return", "yield", 1), "def area(w, h):\n    return w * h\n", "x = 1", "x = 2", ""]
    assert survive_near_dedup(texts, 0.6, 3) == [0, 2, 3, 4, 5]


def test_a_chain_loses_only_rows_that_resemble_a_kept_one():
    """Of a chain 0~1~2 the middle goes; 2 stays, for the row that it resembles is itself gone."""
    assert mark_later(4, np.array([[0, 1], [1, 2], [2, 3]])).tolist() == [-1, 0, -1, 2]


def test_importing_text_dedup_leaves_the_start_method_alone():
    """text-dedup forces "fork" on import; after our loader the start method is what it was."""
    before = multiprocessing.get_start_method(allow_none=True)
    load_text_dedup()
    assert multiprocessing.get_start_method(allow_none=True) == before


def test_shingles_of_short_rows():
    """A row shorter than a shingle has one, an empty row none, and the two orders of two words differ."""
    sets = make_shingles(hash_tokens(["", "a", "a b", "b a", "a b c d"]), 3)
    assert sets.lengths().tolist() == [0, 1, 1, 1, 2]
    assert len(set(sets.values.tolist())) == 5
