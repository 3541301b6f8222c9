"""Sign a JSON document with an embedded proof, and verify such proofs.

Two suites, which hash the proof options and then the document. eddsa-jcs-2022 hashes canonical
JSON: any document, short to verify. eddsa-rdfc-2022 hashes the statements of a credential: what
programs for badges ask for, and only for the vocabularies known here. The key comes from the
document; the caller must check that it is the right person's key before trusting the document.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.proofs.canonical import canonical
from canut.core.proofs.credential_quads import canonical_credential
from canut.core.proofs.did_key import method_of, public_of_method, read_multibase, write_base58
from canut.core.proofs.signing import SIGNATURE_BYTES, is_signed, public_of, sign

SUITE = "eddsa-jcs-2022"
STATEMENT_SUITE = "eddsa-rdfc-2022"
TYPE = "DataIntegrityProof"
ASSERTION = "assertionMethod"
_UNDERSTOOD = {
    "@context", "challenge", "created", "cryptosuite", "domain", "id", "nonce", "proofPurpose",
    "proofValue", "type", "verificationMethod",
}  # fmt: skip

type Document = Mapping[str, object]


class Signature(NamedTuple):
    """A valid signature: its key, method, stated time and purpose."""

    public: bytes
    method: str
    created: str
    purpose: str


class Checked(NamedTuple):
    """The valid signatures, and the suites of proofs this module does not support."""

    signatures: tuple[Signature, ...]
    unread: tuple[str, ...]


def sign_document(
    document: Document, secret: bytes, created: str, method: str | None = None
) -> dict[str, object]:
    """Return the document with an embedded signature.

    Args:
        document: texts, whole numbers, lists and objects of these; not signed yet.
        secret: the signer's 32 secret bytes.
        created: when, such as ``2026-01-31T12:00:00Z``; the signer's own word.
        method: the name of the key; the did:key of the secret when left out.

    Raises:
        BadInput: it is signed already, or holds values canonical JSON does not allow.

    Source:
        W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.3.1.
    """
    proof = _options(document, SUITE, created, method or method_of(public_of(secret)))
    if "@context" in document:
        proof["@context"] = document["@context"]
    signature = sign(secret, hash_data(document, proof))
    return {**document, "proof": {**proof, "proofValue": f"z{write_base58(signature)}"}}


def sign_credential(
    document: Document, secret: bytes, created: str, method: str | None = None
) -> dict[str, object]:
    """Return a credential signed in both suites: for programs that read badges, and for ours.

    Args:
        document: a credential in the vocabularies of ``credential_terms``; not signed yet.
        secret: the signer's 32 secret bytes.
        created: when, such as ``2026-01-31T12:00:00Z``.
        method: the name of the key; the did:key of the secret when left out.

    Raises:
        BadInput: it is signed already, or holds what one of the suites does not allow.

    Source:
        W3C Data Integrity EdDSA Cryptosuites 1.0, sections 3.2.1 and 3.3.1.
    """
    name = method or method_of(public_of(secret))
    proof = _options(document, STATEMENT_SUITE, created, name)
    signature = sign(secret, hash_statements(document, proof))
    by_statements = {**proof, "proofValue": f"z{write_base58(signature)}"}
    by_bytes = sign_document(document, secret, created, name)["proof"]
    return {**document, "proof": [by_statements, by_bytes]}


def _options(document: Document, suite: str, created: str, method: str) -> dict[str, object]:
    if "proof" in document:
        raise BadInput("the document is signed already; sign it without its proof")
    return {
        "type": TYPE,
        "cryptosuite": suite,
        "created": created,
        "verificationMethod": method,
        "proofPurpose": ASSERTION,
    }


def verify_document(document: Document, keys: Mapping[str, bytes] | None = None) -> Checked:
    """Verify every signature of a document that is of a suite read here.

    Args:
        document: as read, with its ``proof``: one, or a list of them.
        keys: public keys by name, for names that are not keys themselves.

    Raises:
        BadProof: there is no proof, or it cannot be read.
        NotProven: a signature is not by the key it names, or none is of a suite read here.

    Source:
        W3C Data Integrity EdDSA Cryptosuites 1.0, sections 3.2.2 and 3.3.2.
    """
    bare = {name: value for name, value in document.items() if name != "proof"}
    signatures: list[Signature] = []
    unread: list[str] = []
    for proof in _proofs(document):
        suite = _text(proof, "cryptosuite")
        if suite == SUITE or (suite == STATEMENT_SUITE and _has_statements(bare)):
            signatures.append(_signature(bare, proof, keys or {}))
        else:
            unread.append(suite)
    if not signatures:
        raise NotProven(f"the document has no signature of {SUITE}; it has {', '.join(unread)!a}")
    return Checked(tuple(signatures), tuple(unread))


def hash_data(document: Document, proof: Document) -> bytes:
    """Return the 64 signed bytes: the hash of the proof options, then of the document.

    Raises:
        BadInput: a value canonical JSON does not allow.

    Source:
        W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.3.4.
    """
    return hashlib.sha256(canonical(proof)).digest() + hashlib.sha256(canonical(document)).digest()


def hash_statements(document: Document, proof: Document) -> bytes:
    """Return the 64 signed bytes: the hash of the statements of the options, then of the document.

    Raises:
        BadInput: a vocabulary, type, term or value that has no statement here.

    Source:
        W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2.4.
    """
    options = {"@context": document.get("@context"), **proof}
    texts = (canonical_credential(options), canonical_credential(document))
    return b"".join(hashlib.sha256(text.encode()).digest() for text in texts)


def _has_statements(bare: Document) -> bool:
    try:
        canonical_credential(bare)
    except BadInput:
        return False
    return True


def _signature(bare: Document, proof: Document, keys: Mapping[str, bytes]) -> Signature:
    method = _text(proof, "verificationMethod")
    odd = sorted(set(proof) - _UNDERSTOOD)
    if odd:
        raise BadProof(f"the proof says {', '.join(odd)!a}, which is not understood here")
    if _text(proof, "type") != TYPE or _text(proof, "proofPurpose") != ASSERTION:
        raise BadProof(f"the proof is no {TYPE} for {ASSERTION}")
    # the statements of the options are read in the document's vocabularies, named again or not
    is_named = "@context" in proof or ("@context" in bare and _text(proof, "cryptosuite") == SUITE)
    if is_named and proof.get("@context") != bare.get("@context"):
        raise NotProven("the proof was made for another @context than the document has")
    created = _text(proof, "created") if "created" in proof else ""
    value = read_multibase(_text(proof, "proofValue"), "the proofValue")
    if len(value) != SIGNATURE_BYTES:
        raise BadProof(f"the proofValue has {len(value)} bytes; expected {SIGNATURE_BYTES}")
    public = keys[method] if method in keys else public_of_method(method)
    options = {name: inner for name, inner in proof.items() if name != "proofValue"}
    if not is_signed(public, value, _hash_read(bare, options)):
        raise NotProven(f"the document is not what {method!a} signed")
    return Signature(public, method, created, ASSERTION)


def _hash_read(bare: Document, options: Document) -> bytes:
    is_json = options.get("cryptosuite") == SUITE
    try:
        return hash_data(bare, options) if is_json else hash_statements(bare, options)
    except BadInput as problem:
        raise BadProof(f"the document cannot be hashed: {problem}") from problem


def _proofs(document: Document) -> list[Document]:
    proof = document.get("proof")
    listed = proof if isinstance(proof, Sequence) and not isinstance(proof, str) else [proof]
    if not listed or not all(isinstance(item, Mapping) for item in listed):
        raise BadProof("the document has no proof; expected one, or a list of them")
    return [cast("Document", item) for item in listed]


def _text(proof: Document, name: str) -> str:
    value = proof.get(name)
    if not isinstance(value, str):
        raise BadProof(f"the proof says no {name}; expected a text")
    return value
