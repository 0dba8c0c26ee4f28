"""Other deduplicators on the same texts, run by `benchmarks/dedup.py --peers` in a Python that has them.

In: a JSON list of texts on standard input. Out: a JSON list of (name, seconds, rows kept). Whole rows, 5-grams
of words, Jaccard .7, 128 permutations, as their documentation shows; a row goes where an earlier one matches.
"""

import importlib.util
import json
import re
import sys
import time


def split_shingles(text: str) -> set[str]:
    """Return the sets of five words in a row."""
    words = re.findall(r"\w+|[^\w\s]", text.lower())
    return {" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))}


def run_datasketch(texts: list[str]) -> int:
    """Return the rows kept by datasketch's MinHashLSH."""
    from datasketch import MinHash, MinHashLSH

    index, kept = MinHashLSH(threshold=0.7, num_perm=128), 0
    for place, text in enumerate(texts):
        signature = MinHash(num_perm=128)
        signature.update_batch([shingle.encode() for shingle in split_shingles(text)])
        if not index.query(signature):
            index.insert(str(place), signature)
            kept += 1
    return kept


def run_rensa(texts: list[str]) -> int:
    """Return the rows kept by rensa's RMinHash and its LSH."""
    from rensa import RMinHash, RMinHashLSH

    index, kept = RMinHashLSH(threshold=0.7, num_perm=128, num_bands=16), 0
    for place, text in enumerate(texts):
        signature = RMinHash(num_perm=128, seed=42)
        signature.update(list(split_shingles(text)))
        if not index.query(signature):
            index.insert(place, signature)
            kept += 1
    return kept


def main() -> None:
    """Time each library that is installed."""
    texts, said = json.load(sys.stdin), []
    for name, run in (("datasketch", run_datasketch), ("rensa", run_rensa)):
        if importlib.util.find_spec(name):
            start = time.perf_counter()
            kept = run(texts)
            said.append((name, time.perf_counter() - start, kept))
    print(json.dumps(said))


if __name__ == "__main__":
    main()
