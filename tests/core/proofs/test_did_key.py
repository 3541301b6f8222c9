import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput, BadProof
from canut.core.proofs.did_key import (
    did_of,
    method_of,
    public_of_did,
    public_of_method,
    read_base58,
    read_multibase,
    write_base58,
)
from canut.core.proofs.signing import public_of
from tests.core.proofs.vectors import vectors


def test_published_names_are_those_of_the_published_keys() -> None:
    published = vectors("did-key", "ed25519-x25519.json")
    assert len(published) == 5

    for did, case in published.items():
        public = public_of(bytes.fromhex(case["seed"]))

        assert did_of(public) == did
        assert public_of_did(did) == public
        assert public_of_method(case["didDocument"]["verificationMethod"][0]["id"]) == public
        if "publicKeyBase58" in case["verificationKeyPair"]:
            assert write_base58(public) == case["verificationKeyPair"]["publicKeyBase58"]


@given(st.binary(max_size=100))
def test_base58_reads_back_zeros_in_front_included(raw: bytes) -> None:
    assert read_base58(write_base58(raw)) == raw


@given(st.text("12z", max_size=8))
def test_a_text_in_base58_is_the_only_one_of_its_bytes(text: str) -> None:
    assert write_base58(read_base58(text)) == text


@given(st.binary(min_size=32, max_size=32))
def test_names_read_back(public: bytes) -> None:
    assert public_of_did(did_of(public)) == public
    assert public_of_method(method_of(public)) == public


@pytest.mark.parametrize(
    ("text", "said"),
    [("0", "no letter"), ("l", "no letter"), ("é", "no letter"), ("1" * 201, "201 letters")],
)
def test_what_is_no_base58_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadProof, match=said):
        read_base58(text)


@pytest.mark.parametrize(
    ("did", "said"),
    [
        ("did:web:a.example", "no did:key"),
        ("did:key:u7QEB", "expected z"),
        ("did:key:", "expected z"),
        ("did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc", "no Ed25519 key"),
        (f"did:key:z{write_base58(bytes([0xED, 1]) + bytes(31))}", "this one has 31"),
        (f"did:key:z1{write_base58(bytes([0xED, 1]) + bytes(32))}", "no Ed25519 key"),
    ],
)
def test_what_names_no_ed25519_key_is_refused(did: str, said: str) -> None:
    with pytest.raises(BadProof, match=said):
        public_of_did(did)


def test_a_key_has_one_name_within_its_document() -> None:
    did = did_of(bytes(32))

    for method in (did, f"{did}#", f"{did}#key-1", f"{method_of(bytes(32))}#"):
        with pytest.raises(BadProof, match="has no key named"):
            public_of_method(method)


def test_keys_of_another_length_have_no_name() -> None:
    with pytest.raises(BadInput, match="this one has 31"):
        did_of(bytes(31))


def test_published_secret_keys_read_as_multibase() -> None:
    pair = vectors("vc-di-eddsa", "keyPair.json")

    secret = read_multibase(pair["privateKeyMultibase"], "it").removeprefix(b"\x80\x26")

    assert did_of(public_of(secret)) == f"did:key:{pair['publicKeyMultibase']}"
