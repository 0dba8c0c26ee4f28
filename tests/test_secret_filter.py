"""The secret filter's rules: what is found, what is kept. Secrets are drawn or assembled at run time."""

import os
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.checks.secret_engines import RULES
from generation.checks.secret_filter import check_batch, find_secret
from generation.checks.secret_made import is_made_up, is_noise, is_repeated
from generation.checks.secret_values import is_foreign_text, is_placeholder, random_bits
from generation.checks.secret_views import make_views, normalise
from generation.rows import DropReason

sys.path.append(str(Path(__file__).resolve().parent.parent / "benchmarks"))
from hard_negatives import HARD_NEGATIVES
from secret_cases import make_cases
from secret_examples import make_examples
from secret_formats import make_value

WEAK = "hunter" + "22"
MIXED = "kT9#vq" + "2Lw8"
RANDOM = "q8Zr2Lw9Xk4Tm7" + "VbH3fD6sJ1"
GITHUB = "gh" + "p_" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bD2fG4hJ6"
PLACES = [
    "password: {}", "password = '{}'", '{{"password": "{}"}}', "DB_PASSWORD={}", "<password>{}</password>", "--password {}",
    '<add key="Password" value="{}"/>', "- name: DB_PASSWORD\n  value: {}", 'config["password"] = "{}"', 'setPassword("{}")',
    "define('DB_PASSWORD', '{}');", '#define PASSWORD "{}"', "the password for the admin account is {}", "ENV DB_PASS {}",
    "mysql -u root -p{} shop", "curl -u admin:{} http://h", "machine h login bob password {}", "net user bob {} /add",
    "CREATE USER 'bob'@'%' IDENTIFIED BY '{}';", "postgres://bob:{}@h.corp/x", "Server=h;Uid=sa;Pwd={};", "gpg --passphrase {} x",
    "jdbc:mysql://h/db?user=root&password={}", 'smtp.login("me", "{}")', "requests.get(u, auth=('bob', '{}'))", "sshpass -p {} ssh h",
    "| password | {} |", "log in with admin / {}", "Please use {} as the password.", "redis-cli -a {}", "if password == '{}':",
]  # fmt: skip


def reason(text: str, field: str = "output") -> str:
    """Return the reason for which a row with this text is dropped, "" where it is kept."""
    drop = find_secret({"instruction": "Mend the function.", field: text})
    return str(drop.reason) if drop else ""


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("password", [WEAK, MIXED])
def test_passwords_are_found_wherever_they_stand(place, password):
    """A password beside its name is found in code, settings, command lines, URLs and prose."""
    assert reason(place.format(password)) == "secret"


@pytest.mark.parametrize("batch", range(4))
def test_generated_cases_are_found(batch):
    """Kinds, places and disguises in turn: not one case is missed."""
    missed = [case for case in make_cases(100 + batch, 400) if not reason(case.text)]
    assert not missed


def test_examples_from_documentation_are_found():
    """Two samples written blind, each line drawn once: the lines that are missed are few and known by kind."""
    examples = make_examples(3)
    missed = [example.line for example in examples if not reason(example.text)]
    assert len(examples) > 600
    assert len(missed) <= len(examples) // 50, missed


@pytest.mark.parametrize(
    "text",
    ["| user | password |\n|---|---|\n| bob | {} |", "user,password\nbob,{}\n", "name;secret\nx;{}",
     "INSERT INTO users (id, name, password) VALUES (1, 'bob', '{}');"],
)  # fmt: skip
def test_a_column_headed_as_secret_is_read(text):
    """Tables and lists of values; the same cell in another column is no secret, and a shorter row is no row."""
    assert reason(text.format("Falcon-" + "9271")) == "secret"
    other = text.replace("password", "ticket").replace("secret", "ticket")
    assert reason(other.format("Falcon-" + "9271")) == ""
    assert reason(text.format("")) == ""


@pytest.mark.parametrize(
    "place",
    ['password = os.environ.get("PW") or "{}"', "const pass = process.env.PASS || '{}';", "DB_PASSWORD=${{DB_PASSWORD:-{}}}",
     "$pass = getenv('P') ?: '{}';", "spring.datasource.password=${{DB_PASS:{}}}"],
)  # fmt: skip
def test_a_default_beside_a_look_up_is_found(place):
    """The look-up is kept, the password that stands in for it is not."""
    assert reason(place.format(MIXED)) == "secret"
    assert reason(place.format("changeme")) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [("q}}T)8{{x[Z" + "w#", True), ("h}}o)p$" + "{{e]nob(ody", True), ("get(name)[0]", False), ("{{{{ db_password }}}}", False),
     ("%(user)s:%(word)s@%(host)s", False), ("Use (a) letters, [b] digits and 'c' signs!", False), (r"[^\s(){{}}]+", False)],
)  # fmt: skip
def test_noise_is_told_by_brackets_that_close_nothing(value, expected):
    """Generated passwords are; calls, templates, sentences and patterns are not."""
    assert is_noise(value.format(), quoted=True) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("Tr0ub4dor" + "!37", True), ("river#stone" + "-42", True), ("order_total", False), ("getElementById", False),
     ("YOUR_API_KEY", False), ("config.get('key')", False), ("int32", False)],
)  # fmt: skip
def test_made_up_values_are_told_from_names(value, expected):
    """In a secret's place: words with signs and digits, mixed letters; not names, calls and stand-ins."""
    assert is_made_up(value) == expected


def test_a_unit_repeated_to_the_length_of_a_key_counts_as_one():
    """In a key's place a full-length value is one, however it was typed; a stand-in is none."""
    assert is_repeated("1234567890abcdef" * 2)
    assert not is_repeated("x" * 32)
    assert not is_repeated("testtesttesttesttesttest")


@pytest.mark.parametrize("word", ["md5", "commit", "etag", "object"])
def test_a_service_is_named_before_its_key(word):
    """The same digits are a key after a service's name, and a digest or nothing known after another word."""
    digits = "4f0c9e1a7b3d5862" + "e8a1c47f09d3b56e"
    assert reason(f"mixpanel '{digits}'") == "secret"
    assert reason(f"{word} '{digits}'") == ""


def test_base64_of_foreign_text_is_text():
    """Letters beyond ASCII are UTF-8, which random bytes are not."""
    import base64

    text = "Größe und Höhe über alles, schön!".encode()
    assert is_foreign_text(base64.b64encode(text).decode())
    assert is_foreign_text(base64.b64encode(text).decode()[3:-2])  # a line amid a longer one
    assert not is_foreign_text(base64.b64encode(bytes(range(120, 160))).decode())


@pytest.mark.parametrize("text", HARD_NEGATIVES)
def test_ordinary_text_is_kept(text):
    """Placeholders, look-ups, digests, reserved addresses and long names are no secrets."""
    assert reason(text) == ""


@pytest.mark.parametrize(
    "text",
    ["anna.berg" + "@posteo.de", "ping 81.2.69" + ".160", "paid by 4539 1488" + " 0343 6467", "DE89 3704 0044" + " 0532 0130 00",
     "ssn 536-22" + "-8145", "ssn = '5362" + "28145'", "card 6212 3456" + " 7890 1232", "paid by 2221 0012" + " 3412 3450",
     "anna.berg [at] " + "posteo [dot] de", "2a02:8108:50bf:" + "d694:5d6:9a3b:1c2d:77aa"],
)  # fmt: skip
def test_personal_data_is_found(text):
    """E-mail, IP, card, IBAN, wallet and social-security numbers."""
    assert reason(text) == "personal_data"
    assert reason("1BoatSLRHtKNngkdX" + "EeobR76b53LETtpyT")


def test_a_line_of_numbers_is_no_social_security_number():
    """Three numbers amid others are readings; alone, or in hyphens, they are what they look like."""
    assert reason("P3: 12 750" + " 60 2000") == reason("536 22" + " 8145 7 readings") == ""
    assert reason("number 536 22" + " 8145") == reason("12 536-22" + "-8145 7") == "personal_data"


@pytest.mark.parametrize(
    "comment", ["pragma: allowlist secret", "gitleaks:allow", "kingfisher:ignore", "nosec", "noqa: S105"]
)
def test_ignore_comments_have_no_effect(comment):
    """A text cannot tell the filter to look away."""
    assert reason(f"token = '{GITHUB}'  # {comment}") == "secret"


@pytest.mark.parametrize("word", ["EXAMPLE", "example", "test", "dummy", "placeholder"])
def test_a_word_never_excuses_a_vendor_format(word):
    """Placeholders are judged by the whole value, not by a word within or beside it."""
    assert reason(f"{word}_token = '{GITHUB}'  # {word} only") == "secret"
    assert reason("AK" + "IAIOSFODNN7EXAMPLE") == "secret"


@pytest.mark.parametrize(
    "field", ["instruction", "input", "output", "answer", "proof", "completions", "family", "code", "new"]
)
def test_every_text_field_is_scanned(field):
    """Whatever the column is called; short ones too."""
    drop = find_secret({"instruction": "Mend it.", field: f"see {GITHUB}"})
    assert drop.reason == DropReason.SECRET
    assert field in drop.detail


def test_metadata_and_nested_values_are_scanned():
    """Secrets in nested dicts and lists of a row, and in JSON within a text."""
    assert find_secret({"metadata": {"notes": [{"text": GITHUB}]}})
    assert find_secret({"answer": '{"code": "x = \\u0022' + GITHUB.replace("_", "\\u005f") + '\\u0022"}'})


def test_a_secret_split_across_fields_is_found():
    """The end of one field and the start of the next are read as one, values after their names too."""
    assert find_secret({"input": "the token is " + GITHUB[:18], "output": GITHUB[18:] + " and no more"})
    assert find_secret({"input": "The password:", "output": MIXED})


def test_a_drop_names_rule_and_place_and_never_the_value():
    """The detail is for a log that anyone may read."""
    drop = find_secret({"input": "a\nb", "output": f"x = 1\npassword = '{MIXED}'\n"})
    assert drop.detail == "structure password in output, line 2, as written"
    assert MIXED not in drop.detail


def test_a_secret_in_a_repeated_proof_is_found():
    """Lines that other fields hold already are skipped, new ones are not."""
    code = "def f(x):\n    return x + 1\n"
    row = {"output": code, "proof": '{"mutants": [' + '"' + code.replace("\n", "\\n") + f"    t = '{GITHUB}'" + '"]}'}
    assert "in proof" in find_secret(row).detail
    assert (
        find_secret({"output": code, "proof": '{"inputs": ["(4539148803436467,)"]}'}).reason == DropReason.PERSONAL_DATA
    )


def test_a_batch_gives_a_reason_and_a_detail_a_row():
    """Columns of the batch's length, "" to keep."""
    said = check_batch({"slot": [1, 2, 3], "output": ["x = 1", f"see {GITHUB}", "mail anna.berg" + "@posteo.de"]})
    assert said["drop_reason"] == ["", "secret", "personal_data"]
    assert [bool(detail) for detail in said["drop_detail"]] == [False, True, True]


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_scanned(text):
    """No text makes the filter fail, and views are never the text itself again."""
    drop = find_secret({"output": text})
    assert drop is None or drop.reason != DropReason.SECRET_SCAN_FAILED
    assert [shown for _, shown in make_views(text)][1:].count(text) == 0


@given(st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=24, max_size=60))
@settings(max_examples=60, deadline=None)
def test_invisible_characters_change_nothing(text):
    """A text with zero-width characters strewn in is normalised to the text."""
    assert normalise("\u200b".join(text)) == text
    assert normalise("".join(chr(ord(c) + 0xFEE0) for c in text)) == text


def test_words_look_like_words_and_random_strings_random():
    """The measure behind the rules: negative bits for names, many for random characters."""
    names = [
        "getElementById",
        "application/x-www-form-urlencoded",
        "NCryptImportKey",
        "merge_overlapping_intervals",
        "utf8_to_latin1",
    ]
    assert all(random_bits(name) <= 0 for name in names)
    assert random_bits(RANDOM) > 40


@pytest.mark.parametrize(
    "value", ["YOUR_API_KEY", "<token>", "sk-...", "${DB_PASSWORD}", "changeme", "xxxxxxxx", "os.environ['X']", "%s:%s"]
)
def test_placeholders_are_told_by_the_whole_value(value):
    """A placeholder is one as a whole; with random characters after it, it is none."""
    assert is_placeholder(value)
    assert not is_placeholder(value + RANDOM)


def test_every_vendor_rule_finds_a_value_of_its_format():
    """The rule file is read, whole, by kingfisher; ids are unique and each names its source."""
    text = RULES.read_text()
    ids = re.findall(r"id: (\S+)", text)
    assert len(ids) == len(set(ids)) >= 45
    assert text.count("references: [https://") == len(ids)


def test_the_rows_of_a_build_are_kept(built):
    """The project's own rows hold nothing that the filter takes for a secret."""
    for path in sorted(built.published.glob("clean_round_*.jsonl")):
        from generation.checks.secret_filter import main

        assert main([os.fspath(path)]) == 0


def test_values_are_drawn_from_formats():
    """The case generator draws what its format says."""
    from random import Random

    assert re.fullmatch(r"gh" + r"p_[A-Za-z0-9]{36}", make_value("gh~p_{A:36}", Random(1)))
