"""Planted secrets: right formats and checksums, the same again from the same seed, planted where a person would."""

import binascii
import re
from pathlib import Path
from random import Random

import datasets
import pytest

from generation import canary_drill
from generation.checks import canaries, canary_people, canary_text, canary_tokens
from generation.checks.canaries import CANARY_MAKERS, Canary, make_canaries, plant

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ROW = {
    "id": "round_1_0001", "round": 1, "instruction": "Mend the loop.",
    "input": "The loop stops early.\n\n```python\ndef total(values):\n\n    return sum(values[1:])\n```\n\nSay why.",
    "output": "The slice leaves out the first value.\n\n```python\ndef total(values):\n    return sum(values)\n```",
}


def _token(kind: str, seed: int) -> str:
    return next(make for name, _, _, make in canary_tokens.TOKENS if name == kind)(Random(seed))


def test_there_are_enough_makers_and_each_is_its_own():
    """The list has at least 120 makers, no two with the same kind and context."""
    assert len(CANARY_MAKERS) >= 120
    pairs = [(maker.kind, maker.context) for maker in CANARY_MAKERS]
    assert len(pairs) == len(set(pairs))


def test_the_same_seed_gives_the_same_canaries():
    """Canaries depend on the Random alone, and another seed gives other values."""
    assert make_canaries(Random("round 1"), 400) == make_canaries(Random("round 1"), 400)
    texts = {canary.text for canary in make_canaries(Random(1), 300)}
    assert not texts & {canary.text for canary in make_canaries(Random(2), 300)}


def test_a_full_draw_covers_every_maker():
    """As many canaries as makers means each maker once."""
    drawn = make_canaries(Random(7), len(CANARY_MAKERS))
    assert sorted((c.kind, c.context) for c in drawn) == sorted((m.kind, m.context) for m in CANARY_MAKERS)


def test_the_drill_differs_by_seed_and_round(monkeypatch):
    """The same seed and round plant the same canaries, another round or seed others."""
    drawn = []

    def find_nothing(planted):
        drawn[-1].extend(row["input"] + row["output"] for row in planted)
        return [None] * len(planted)

    monkeypatch.setattr(canary_drill, "find_secrets", find_nothing)
    rows = datasets.Dataset.from_list([{name: _ROW[name] for name in ("instruction", "input", "output")}])
    for seed, round_number in ((0, 1), (0, 1), (0, 2), (1, 1)):
        drawn.append([])
        drill = canary_drill.run_drill(rows, seed, round_number)
        assert (drill.planted, drill.found) == (canary_drill.CANARIES, 0)
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2] != drawn[3] != drawn[0]


def test_values_look_real():
    """No canary gives itself away by a word that scanners skip, or by a test domain."""
    tells = re.compile(r"example|placeholder|changeme|dummy|canary|xxxx|your[_-]|\bfake", re.IGNORECASE)
    for canary in make_canaries(Random(11), 2 * len(CANARY_MAKERS)):
        assert not tells.search(canary.text), canary
        assert 10 < len(canary.text) < 1_400


@pytest.mark.parametrize("kind", ["github_classic", "github_oauth", "npm_token"])
def test_crc_tokens_carry_their_checksum(kind):
    """The last six characters of a GitHub or npm token are the CRC-32 of the thirty before, in base 62."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    for seed in range(50):
        body = _token(kind, seed).split("_")[1]
        value = 0
        for character in body[30:]:
            value = value * 62 + digits.index(character)
        assert len(body) == 36
        assert value == binascii.crc32(body[:30].encode())


def test_cards_pass_luhn():
    """Every card number passes the Luhn test and has 15 or 16 digits."""
    for seed in range(200):
        digits = [int(c) for c in canary_people.make_card(Random(seed)) if c.isdigit()]
        doubled = [sum(divmod(d * 2, 10)) for d in digits[-2::-2]]
        assert len(digits) in (15, 16)
        assert (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def test_ibans_pass_the_check():
    """Every IBAN leaves 1 when divided by 97, and has its country's length."""
    lengths = {"DE": 22, "ES": 24, "AT": 20, "NL": 18, "GB": 22, "BE": 16}
    for seed in range(200):
        text = canary_people.make_iban(Random(seed)).replace(" ", "")
        assert len(text) == lengths[text[:2]]
        assert int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def test_base58_reads_back():
    """A Base58Check text decodes to its payload and checksum, leading zeros included."""
    text = canary_text.encode_base58check(b"\0" * 21)
    assert text == "1111111111111111111114oLvT2"  # the address of an all-zero hash, known from the chain
    number = 0
    for character in canary_text.encode_base58check(b"\x80abc"):
        number = number * 58 + _ALPHABET.index(character)
    assert number.to_bytes(8, "big")[:4] == b"\x80abc"


def test_bech32_agrees_with_the_standard():
    """The segwit address of BIP 173's own public key hash comes out as the standard prints it."""
    data = bytes.fromhex("751e76e8199196d454941c45d1b3a323f1433bd6")
    made = canary_text.encode_bech32("bc", [0, *canary_text.split_in_fives(data)])
    assert made == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


@pytest.mark.parametrize("seed", range(30))
def test_planting_changes_one_field_only(seed):
    """The passage stands whole in exactly one text field, the rest of the row and the original are untouched."""
    rng, before = Random(seed), dict(_ROW)
    for canary in make_canaries(rng, 12):
        planted = plant(_ROW, canary, rng)
        changed = [name for name in _ROW if planted[name] != _ROW[name]]
        assert before == _ROW
        assert len(changed) == 1
        assert changed[0] in ("instruction", "input", "output")
        assert canary.text in planted[changed[0]]
        assert all(line in planted[changed[0]] for line in _ROW[changed[0]].split("\n"))


def test_planting_leaves_fences_whole():
    """A passage never lands inside a fence of the row: every fence still holds what it held."""
    fence = re.compile(r"```python\n(.*?)```", re.S)
    canary = Canary("password_prose", "markdown_prose", "The word for the gate is swordfish.")
    for seed in range(100):
        planted = plant({"input": _ROW["input"]}, canary, Random(seed))
        assert fence.findall(planted["input"]) == fence.findall(_ROW["input"])


def test_planting_needs_a_text_field():
    """A row without any of the three text fields is refused by name."""
    with pytest.raises(ValueError, match="no place"):
        plant({"id": "round_1_0001"}, Canary("jwt", "python", "x"), Random(0))


def test_the_sources_hold_no_secret():
    """The makers' own files have neither a whole token nor a key's first line in them."""
    shapes = re.compile(r"AKIA[A-Z2-7]{16}|gh[pos]_\w{20}|BEGIN [A-Z ]*PRIVATE KEY|sk_live_\w{8}|xox[bp]-\d")
    files = sorted(Path(canaries.__file__).parent.glob("canar*.py"))
    assert len(files) == 6
    for path in files:
        assert not shapes.search(path.read_text()), path.name
