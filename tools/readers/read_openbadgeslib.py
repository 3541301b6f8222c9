"""Verify badges that Canut signed, with a library of others; refuse each once it is changed.

Writes the statements of each badge by the published vocabularies, and beside Canut's files those
vocabularies, for the reader in JavaScript. Arguments: folder of what Canut wrote, folder to write
to.
"""

import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from openbadgeslib import ob3
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError
from openbadgeslib.ob3.clr import bundled_clr_contexts
from openbadgeslib.ob3.ldp import verify_data_integrity_proof
from openbadgeslib.verify import verify_badge
from pyld import jsonld

CONTEXTS = Path(ob3.__file__).parent / "contexts"


def contexts() -> dict[str, dict]:
    """Return the bundled vocabularies by address."""
    names = {
        "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "ob-v3p0-context-3.0.3.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": "ob-v3p0-extensions.json",
        "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json": "clr_context_2.0.1.json",
    }
    return {address: json.loads((CONTEXTS / name).read_text()) for address, name in names.items()}


LEAST_FORGED = 30


class Reader:
    """Verifies badges with the library's verifier, and learner records by their proof."""

    def __init__(self, pem: bytes) -> None:
        self.pem = pem
        self.badges = OB3LdpVerifier(pem)

    def verify(self, document: dict) -> None:
        """Verify a badge, or a learner record and each badge inside it."""
        if "ClrCredential" not in document["type"]:
            self.badges.verify(json.dumps(document))
            return
        contexts = bundled_clr_contexts()
        verify_data_integrity_proof(document, self.pem, extra_contexts=contexts)
        for member in document["credentialSubject"]["verifiableCredential"]:
            self.badges.verify(json.dumps(member))

    def check_refused(self, document: dict, change: str) -> None:
        """End where a changed badge is verified all the same."""
        try:
            self.verify(document)
        except OB3VerificationError:
            return
        raise SystemExit(f"a changed badge was verified: {document.get('name')}, {change}")


def main(badges: Path, answers: Path) -> None:
    vocabularies = contexts()
    (badges.parent / "vocabularies.json").write_text(json.dumps(vocabularies))
    jsonld.set_document_loader(
        lambda url, _options=None: {
            "contextUrl": None,
            "documentUrl": url,
            "contentType": "application/ld+json",
            "document": vocabularies[url],
        }
    )
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex((badges / "public.hex").read_text()))
    pem = key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    reader = Reader(pem)
    for path in sorted(badges.glob("*.json")):
        document = json.loads(path.read_text())
        reader.verify(document)
        reader.check_refused({**document, "name": document["name"] + "."}, "name")
        reader.check_refused({**document, "validFrom": "2020-01-01T00:00:00Z"}, "validFrom")
        reader.check_refused({**document, "proof": document["proof"][1:]}, "proof")
        options = {"algorithm": "URDNA2015", "format": "application/n-quads"}
        (answers / f"{path.stem}.nq").write_text(jsonld.normalize(document, options))
        (answers / path.name).write_text(path.read_text())
    forged = json.loads((badges / "forged/skill.json").read_text())
    if len(forged) < LEAST_FORGED:
        raise SystemExit(f"{len(forged)} forged badges; {LEAST_FORGED} or more are tried")
    for change, document in forged.items():
        reader.check_refused(document, change)
    print(f"{len(forged)} forged badges were refused")
    for path in sorted([*badges.glob("*.svg"), *badges.glob("*.png")]):
        verify_badge(path.read_bytes(), pubkey_pem=pem)


main(Path(sys.argv[1], "badges"), Path(sys.argv[2]))
