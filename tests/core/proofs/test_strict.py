import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadProof
from canut.core.proofs.canonical import canonical
from canut.core.proofs.strict import (
    LARGEST,
    read_base64,
    read_canonical,
    read_decimal,
    read_json,
    write_base64,
)


@given(st.binary())
def test_base64_reads_back(raw: bytes) -> None:
    written = write_base64(raw)

    assert read_base64(written, "it") == raw
    assert written == base64.b64encode(raw).decode()


@pytest.mark.parametrize(
    "text",
    ["AQ", "AQ=", "AR==", "AQJ=", "AQ==\n", " AQ==", "A-==", "A_==", "AQ==AQ==", "====", "é==="],
)
def test_a_second_spelling_of_base64_is_refused(text: str) -> None:
    with pytest.raises(BadProof, match="it is"):
        read_base64(text, "it")


@given(st.text("AQgw+/=\n -_", max_size=8))
def test_whatever_base64_is_read_is_written_the_same(text: str) -> None:
    try:
        raw = read_base64(text, "it")
    except BadProof:
        return

    assert write_base64(raw) == text


@given(st.integers(0, LARGEST))
def test_whole_numbers_read_back(number: int) -> None:
    assert read_decimal(str(number), "it") == number


@pytest.mark.parametrize("text", ["", "00", "01", "+1", "-1", "1 ", "1\n", "1_0", "²", str(2**63)])
def test_a_second_spelling_of_a_number_is_refused(text: str) -> None:
    with pytest.raises(BadProof, match="it is"):
        read_decimal(text, "it")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"a":1,"a":2}', "names 'a' twice"),
        (b'[{"x":{"b":1,"b":1}}]', "names 'b' twice"),
        (b"[1.0]", "fractions"),
        (b"[1e2]", "fractions"),
        (b"[NaN]", "fractions"),
        (b"[Infinity]", "fractions"),
        (b"[9007199254740992]", r"2\^53"),
        (b"[" + b"9" * 5000 + b"]", r"2\^53"),
        (b"[-0]", "write 0"),
        (b'["\\ud800"]', "cannot be written canonically"),
        (b'["\xff"]', "not UTF-8"),
        (b"\xef\xbb\xbf[]", "not JSON"),
        (b"[] []", "not JSON"),
        (b'["\x01"]', "not JSON"),
        (b"[01]", "not JSON"),
        (b"", "not JSON"),
        (b"[" * 200_000 + b"]" * 200_000, "too deep"),
    ],
)
def test_json_two_readers_might_differ_on_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(BadProof, match=said):
        read_json(raw)


@pytest.mark.parametrize("raw", [b'{"a": 1}', b'{"b":1,"a":2}', b'"\\u00e9"', b"[1]\n", b'"\\/"'])
def test_json_written_otherwise_is_read_but_is_not_canonical(raw: bytes) -> None:
    assert read_json(raw) == json.loads(raw)
    with pytest.raises(BadProof, match="not written canonically"):
        read_canonical(raw)


def test_half_a_letter_in_a_pair_is_read() -> None:
    assert read_json(b'["\\ud83d\\ude00"]') == ["\U0001f600"]


@given(st.dictionaries(st.text("aé\U0001f600"), st.integers(0, 9) | st.lists(st.booleans())))
def test_canonical_json_reads_back(value: dict[str, object]) -> None:
    assert read_canonical(canonical(value)) == value
