"""What is sealed opens under its key, for what it is of, whole, and in no other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadProof
from canut.core.proofs.sealed import FRESH_BYTES, KEY_BYTES, seal, unseal

KEY, FRESH = bytes(range(KEY_BYTES)), bytes(range(FRESH_BYTES))


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_what_was_sealed_opens(text: bytes, bound: bytes) -> None:
    assert unseal(KEY, seal(KEY, FRESH, text, bound), bound) == text


def test_what_is_sealed_shows_nothing_of_the_text() -> None:
    sealed = seal(KEY, FRESH, b"a name" * 20, b"row")

    assert b"name" not in sealed


def test_no_byte_may_be_another() -> None:
    sealed = seal(KEY, FRESH, b"text", b"row")

    for place in range(len(sealed)):
        harmed = bytearray(sealed)
        harmed[place] ^= 1
        with pytest.raises(BadProof):
            unseal(KEY, bytes(harmed), b"row")


def test_what_was_cut_short_does_not_open() -> None:
    sealed = seal(KEY, FRESH, b"text", b"row")

    for length in range(len(sealed)):
        with pytest.raises(BadProof):
            unseal(KEY, sealed[:length], b"row")


def test_it_opens_neither_under_another_key_nor_for_something_else() -> None:
    sealed = seal(KEY, FRESH, b"text", b"row")

    with pytest.raises(BadProof):
        unseal(bytes(KEY_BYTES), sealed, b"row")
    with pytest.raises(BadProof):
        unseal(KEY, sealed, b"other row")
