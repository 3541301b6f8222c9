import base64
import json

import pytest

from canut.core.errors import BadProof
from canut.core.passport.status_lists import (
    ENTRIES,
    decode_bits,
    encode_bits,
    is_set,
    read_status_jwt,
    set_bit,
    status_list_jwt,
)
from canut.core.proofs.signing import public_of

SECRET = bytes(range(32))
NOW_MS = 1_796_000_000_000
EMPTY = bytes(ENTRIES // 8)


def listed(bits: bytes = EMPTY) -> str:
    address = "https://canut.example/passport/status/1"
    return status_list_jwt(bits, address, ("did:web:canut.example:passport#k", SECRET), NOW_MS)


@pytest.mark.parametrize("index", [0, 7, 8, 94_567, ENTRIES - 1])
def test_bit_that_is_set_is_read_again_and_no_other(index: int) -> None:
    bits = decode_bits(encode_bits(set_bit(EMPTY, index)))

    assert is_set(bits, index)
    assert sum(byte.bit_count() for byte in bits) == 1


def test_first_entry_is_the_leftmost_bit() -> None:
    assert set_bit(EMPTY, 0)[0] == 0b1000_0000


def test_signed_list_is_read_with_the_key_alone_and_for_a_week() -> None:
    text = listed(set_bit(EMPTY, 5))

    assert is_set(read_status_jwt(text, public_of(SECRET), NOW_MS), 5)
    with pytest.raises(BadProof, match="not signed"):
        read_status_jwt(text, public_of(bytes(32)), NOW_MS)
    with pytest.raises(BadProof, match="out of date"):
        read_status_jwt(text, public_of(SECRET), NOW_MS + 8 * 86_400_000)


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "e30.e30.e30", f"{listed()}.x"])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(BadProof):
        read_status_jwt(text, public_of(SECRET), NOW_MS)


def test_list_signed_with_no_algorithm_is_refused() -> None:
    _head, claims, signature = listed().split(".")
    none = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()

    with pytest.raises(BadProof):
        read_status_jwt(f"{none}.{claims}.{signature}", public_of(SECRET), NOW_MS)


def test_list_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(BadProof):
        decode_bits(encode_bits(bytes(3 * 2**20)))


def test_short_list_is_refused_for_it_would_tell_who_is_asked_for() -> None:
    with pytest.raises(BadProof):
        decode_bits(encode_bits(bytes(16)))
