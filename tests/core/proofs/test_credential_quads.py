from typing import Any

import pytest

from canut.core.errors import BadInput, NotProven
from canut.core.proofs.credential_quads import canonical_credential
from canut.core.proofs.credential_terms import (
    BADGE_EXTENSIONS,
    BADGES,
    CREDENTIALS,
    LEARNER_RECORD,
)
from canut.core.proofs.data_integrity import (
    hash_statements,
    sign_credential,
    sign_document,
    verify_document,
)
from canut.core.proofs.did_key import did_of, public_of_method
from canut.core.proofs.signing import public_of
from tests.core.proofs.vectors import file, vectors

SECRET = bytes(range(32))
PUBLISHED = ("ob3", "test-vectors", "obv3p0")
WHEN = "2026-11-28T00:00:00Z"


def badge(**changes: object) -> dict[str, Any]:
    return {
        "@context": [CREDENTIALS, BADGES, BADGE_EXTENSIONS],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Étiqueter avec soin",
        "issuer": {"id": did_of(public_of(SECRET)), "type": ["Profile"], "name": "Canut"},
        "validFrom": WHEN,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "urn:uuid:a",
                "type": ["Achievement"],
                "name": "Étiqueter",
                "criteria": {"narrative": "Vingt tâches."},
            },
        },
        **changes,
    }


def test_published_badge_gives_the_published_statements_and_its_signature_holds() -> None:
    signed = vectors(*PUBLISHED, "signed-credential.json")
    bare = {name: value for name, value in signed.items() if name != "proof"}
    proof = signed["proof"]
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    method = proof["verificationMethod"]
    public = public_of_method(f"did:key:{method.partition('#')[2]}#{method.partition('#')[2]}")

    assert (
        canonical_credential(bare).strip()
        == file(*PUBLISHED, "document-canon.txt").decode().strip()
    )
    assert (
        canonical_credential({"@context": bare["@context"], **options}).strip()
        == file(*PUBLISHED, "proof-canon.txt").decode().strip()
    )
    assert len(hash_statements(bare, options)) == 64
    assert verify_document(signed, {method: public}).signatures[0].public == public
    with pytest.raises(NotProven):
        verify_document({**signed, "name": "Teamwork badge"}, {method: public})


def test_signed_credential_holds_in_both_suites_and_either_way() -> None:
    signed = sign_credential(badge(), SECRET, WHEN)

    proofs = signed["proof"]
    assert isinstance(proofs, list)
    assert [proof["cryptosuite"] for proof in proofs] == ["eddsa-rdfc-2022", "eddsa-jcs-2022"]
    assert len(verify_document(signed).signatures) == 2
    assert len(verify_document({**signed, "proof": proofs[::-1]}).signatures) == 2
    for proof in proofs:
        assert len(verify_document({**signed, "proof": proof}).signatures) == 1


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("name", "Étiqueter sans soin"),
        ("validFrom", "2026-11-29T00:00:00Z"),
        ("validUntil", "2036-11-29T00:00:00Z"),
        ("issuer", {"id": did_of(public_of(SECRET)), "type": ["Profile"], "name": "Autre"}),
        ("type", ["VerifiableCredential", "EndorsementCredential"]),
    ],
)
@pytest.mark.parametrize("suite", [0, 1])
def test_changed_credential_is_refused_by_each_suite(at: str, value: object, suite: int) -> None:
    signed = sign_credential(badge(), SECRET, WHEN)
    proofs = signed["proof"]
    assert isinstance(proofs, list)

    with pytest.raises(NotProven):
        verify_document({**signed, at: value, "proof": proofs[suite]})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"nom": "x"}, "no term"),
        ({"@context": [CREDENTIALS, "https://a.example/v1"]}, "not known here"),
        ({"@context": []}, "names no @context"),
        ({"type": ["VerifiableCredential", "ClrCredential"]}, "no type"),
        ({"validFrom": 2.5}, "write it as text"),
        ({"name": None}, "write it as text"),
        ({"id": "relative"}, "no absolute address"),
        ({"id": "urn:a b"}, "no absolute address"),
        ({"id": "_:b0"}, "no absolute address"),
        ({"issuer": "nobody"}, "no absolute address"),
        ({"credentialSubject": {"@context": [LEARNER_RECORD], "type": []}}, "another @context"),
    ],
)
def test_what_others_would_read_otherwise_is_not_signed(
    changes: dict[str, object], told: str
) -> None:
    with pytest.raises(BadInput, match=told):
        sign_credential(badge(**changes), SECRET, WHEN)


def test_suite_that_cannot_be_read_is_named_as_unread() -> None:
    odd = sign_document({**badge(), "extra": "x"}, SECRET, WHEN)
    proof = odd["proof"]
    assert isinstance(proof, dict)
    both = {**odd, "proof": [{**proof, "cryptosuite": "eddsa-rdfc-2022"}, proof]}

    assert verify_document(both).unread == ("eddsa-rdfc-2022",)
