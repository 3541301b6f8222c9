import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.proofs.canonical import canonical
from canut.core.proofs.data_integrity import hash_data, sign_document, verify_document
from canut.core.proofs.did_key import method_of, public_of_method, read_multibase
from canut.core.proofs.signing import is_signed, public_of
from tests.core.proofs.vectors import file, vectors

SECRET = bytes(range(32))
WHEN = "2026-01-31T12:00:00Z"
DOCUMENT: dict[str, object] = {"@context": ["https://a.example/v1"], "id": "urn:a", "n": [1, "é"]}
FOLDER = ("vc-di-eddsa", "eddsa-jcs-2022")


def signed(**changes: object) -> dict[str, Any]:
    return {**sign_document(DOCUMENT, SECRET, WHEN), **changes}


def with_proof(**changes: object) -> dict[str, Any]:
    document = signed()
    return {**document, "proof": {**document["proof"], **changes}}


def test_the_published_document_is_signed_again_byte_for_byte() -> None:
    pair = vectors("vc-di-eddsa", "keyPair.json")
    secret = read_multibase(pair["privateKeyMultibase"], "it").removeprefix(b"\x80\x26")
    unsigned, expected = vectors("vc-di-eddsa", "unsigned.json"), vectors(*FOLDER, "signedJCS.json")

    made = sign_document(unsigned, secret, expected["proof"]["created"])

    assert made == expected
    assert verify_document(expected).signatures[0].public == public_of(secret)


def test_published_canonical_forms_and_hashes_are_made_again() -> None:
    unsigned, proof = (
        vectors("vc-di-eddsa", "unsigned.json"),
        vectors(*FOLDER, "proofConfigJCS.json"),
    )

    assert canonical(unsigned) == file(*FOLDER, "canonDocJCS.txt")
    assert canonical(proof) == file(*FOLDER, "proofCanonJCS.txt")
    assert hash_data(unsigned, proof).hex() == file(*FOLDER, "combinedHashJCS.txt").decode()


@pytest.mark.parametrize("path", [("eddsa-rdfc-2022",), ("eddsa-rdfc-2022", "employ")])
def test_keys_and_signatures_of_the_other_published_suite_read_the_same(path: list[str]) -> None:
    folder = ("vc-di-eddsa", *path)
    proof = vectors(*folder, "signedDataInt.json")["proof"]
    message = bytes.fromhex(file(*folder, "combinedHashDataInt.txt").decode())

    signature = read_multibase(proof["proofValue"], "it")

    assert is_signed(public_of_method(proof["verificationMethod"]), signature, message)


@pytest.mark.parametrize("name", ["signedProofSet1", "signedProofSet2", "signedProofChain2"])
def test_documents_signed_otherwise_alone_are_not_believed(name: str) -> None:
    with pytest.raises(NotProven, match=r"no signature of eddsa-jcs-2022; it has 'eddsa-rdfc-2022"):
        verify_document(vectors("vc-di-eddsa", "proof-set-chain", f"{name}.json"))


@given(st.dictionaries(st.text("abé\U0001f600", min_size=1), st.integers(0, 9) | st.text()))
def test_any_document_that_is_signed_is_believed(document: dict[str, object]) -> None:
    try:
        made = sign_document(document, SECRET, WHEN)
    except BadInput:
        return

    checked = verify_document(json.loads(json.dumps(made)))

    assert checked.signatures[0].method == method_of(public_of(SECRET))
    assert checked.signatures[0].created == WHEN


def test_a_key_may_be_known_by_another_name() -> None:
    document = sign_document(DOCUMENT, SECRET, WHEN, "did:web:a.example#k")

    checked = verify_document(document, {"did:web:a.example#k": public_of(SECRET)})

    assert checked.signatures[0].public == public_of(SECRET)
    with pytest.raises(BadProof, match="no did:key"):
        verify_document(document)


def test_signatures_of_other_suites_are_told_and_not_counted() -> None:
    document = signed()
    other = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}

    checked = verify_document({**document, "proof": [other, document["proof"]]})

    assert checked.unread == ("eddsa-rdfc-2022",)


def test_one_false_signature_among_true_ones_is_refused() -> None:
    document = signed()
    false = sign_document({**DOCUMENT, "id": "urn:b"}, bytes(32), WHEN)

    with pytest.raises(NotProven, match="is not what 'did:key:"):
        verify_document({**document, "proof": [document["proof"], false["proof"]]})


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (signed(id="urn:b"), "is not what"),
        (signed(more=1), "is not what"),
        ({name: value for name, value in signed().items() if name != "n"}, "is not what"),
        (signed(**{"@context": ["https://a.example/v1", "b"]}), "another @context"),
        (with_proof(created="2027-01-31T12:00:00Z"), "is not what"),
        (with_proof(verificationMethod=method_of(public_of(bytes(32)))), "is not what"),
        (with_proof(proofPurpose="authentication"), "for assertionMethod"),
        (with_proof(type="Other"), "for assertionMethod"),
        (with_proof(expires="2027-01-31T12:00:00Z"), "'expires', which is not understood"),
        (with_proof(previousProof="urn:a"), "'previousProof', which is not understood"),
        (with_proof(proofValue="z1"), "has 1 bytes"),
        (with_proof(proofValue="uAQ"), "expected z"),
        (with_proof(proofValue=None), "says no proofValue"),
        (with_proof(cryptosuite="other"), "it has 'other'"),
        (with_proof(cryptosuite=None), "says no cryptosuite"),
        (signed(n=1.5), "cannot be hashed"),
        (DOCUMENT, "has no proof"),
        (signed(proof=[]), "has no proof"),
        (signed(proof="z1"), "has no proof"),
        (signed(proof=["z1"]), "has no proof"),
    ],
)
def test_a_document_with_a_fault_is_refused_with_what_is_wrong(
    document: dict[str, object], said: str
) -> None:
    with pytest.raises((BadProof, NotProven), match=said):
        verify_document(document)


def test_a_signed_document_is_not_signed_over() -> None:
    with pytest.raises(BadInput, match="signed already"):
        sign_document(signed(), SECRET, WHEN)
