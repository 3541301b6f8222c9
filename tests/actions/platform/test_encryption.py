"""Secrets of the instance open with its key alone, and so do those stored long ago."""

import pytest
from pytest_django import Settings

from canut.actions.platform.encryption import seal, unseal
from canut.core.errors import NotReady

LABEL, ROW = b"canut/tests/v1", b"row/7"
STORED = bytes.fromhex("119aec7ca41af240362e38a903921cdc9e401630c3c1a65894e6d6887f43ce7a3b")


@pytest.fixture(autouse=True)
def _secret_key(settings: Settings) -> None:
    settings.SECRET_KEY = "of tests " * 9


def test_bytes_stored_before_still_open() -> None:
    assert unseal(STORED, LABEL, ROW) == b"five!"


def test_sealed_bytes_keep_their_length_and_differ_each_time() -> None:
    first, second = seal(b"five!", LABEL, ROW), seal(b"five!", LABEL, ROW)

    assert first != second
    assert len(first) == len(second) == len(STORED)


def test_bytes_sealed_with_another_key_do_not_open(settings: Settings) -> None:
    settings.SECRET_KEY = "another" * 9

    with pytest.raises(NotReady) as refusal:
        unseal(STORED, LABEL, ROW)

    assert refusal.value.case == "sealed"
