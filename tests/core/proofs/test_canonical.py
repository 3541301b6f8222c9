import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput
from canut.core.proofs.canonical import canonical, commitment

VECTORS = Path(__file__).parents[4] / "shared" / "data" / "vectors" / "jcs"
type Payload = Any
payloads = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("ab\u20ac\U0001f602\ufb33"), inner),
)


@pytest.mark.parametrize("name", ["arrays", "french", "unicode", "weird"])
def test_published_vectors(name: str) -> None:
    if not VECTORS.is_dir():
        pytest.skip("needs ../shared/data/vectors/jcs: vectors kept out of the repository")
    payload = json.loads((VECTORS / "input" / f"{name}.json").read_bytes())

    assert canonical(payload) == (VECTORS / "output" / f"{name}.json").read_bytes().rstrip(b"\n")


@pytest.mark.parametrize("name", ["structures", "values"])
def test_published_vectors_with_fractions_are_refused(name: str) -> None:
    if not VECTORS.is_dir():
        pytest.skip("needs ../shared/data/vectors/jcs: vectors kept out of the repository")
    payload = json.loads((VECTORS / "input" / f"{name}.json").read_bytes())

    with pytest.raises(BadInput, match="expected texts, whole numbers"):
        canonical(payload)


@given(payloads)
def test_reads_back_the_same(payload: object) -> None:
    written = canonical(payload)

    assert json.loads(written) == payload
    assert canonical(json.loads(written)) == written


@pytest.mark.slow
@given(payloads | st.dictionaries(st.text(), payloads))
def test_every_payload_is_written_as_the_standard_says(payload: Payload) -> None:
    try:
        expected = rfc8785.dumps(payload)
    except rfc8785.CanonicalizationError:
        return

    assert canonical(payload) == expected


@given(st.dictionaries(st.text("ab\u20ac\U0001f602"), st.integers(0, 9)))
def test_order_of_keys_does_not_matter(payload: dict[str, int]) -> None:
    backwards = dict(reversed(payload.items()))

    assert canonical(payload) == canonical(backwards)


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"a": [1.0]}, r"payload\.a\[0\] is 1\.0"),
        ({"a": 2**53}, r"payload\.a is 9007199254740992"),
        ({1: "a"}, "keys must be texts"),
        ({"a": b"x"}, "expected texts"),
        ({"a": "\ud800"}, "valid Unicode"),
    ],
)
def test_what_two_programs_may_write_differently_is_refused(payload: object, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        canonical(payload)


def test_commitment_is_the_hash_of_prefix_nonce_and_payload() -> None:
    nonce, payload = bytes(range(32)), canonical({"v": 1})

    expected = hashlib.sha256(b"canut/commit/v1\x00" + nonce + b'{"v":1}').digest()

    assert commitment(payload, nonce) == expected


def test_a_nonce_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(BadInput, match="nonce has 16 bytes"):
        commitment(b"{}", bytes(16))
