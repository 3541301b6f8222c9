"""Bundle chosen credentials in one Comprehensive Learner Record 2.0, each with its own proofs.

Nothing is added to what the credentials say; nobody is in a bundle who did not choose it. A record
over 256 KiB is refused, as readers of others refuse it, and the number of files it takes is told.
"""

import json
from collections.abc import Mapping, Sequence

from canut.core.errors import BadInput
from canut.core.passport.credentials import Issuer, day_moment
from canut.core.proofs.credential_terms import (
    BADGE_EXTENSIONS,
    BADGES,
    CREDENTIALS,
    LEARNER_RECORD,
)

LARGEST_RECORD = 256 * 1024


def learner_record(
    issuer: Issuer,
    members: Sequence[Mapping[str, object]],
    number: str,
    language: str,
    now_ms: int,
) -> dict[str, object]:
    """Return an unsigned record of signed credentials.

    Args:
        issuer: who signs the record; each credential names its own issuer.
        members: the credentials, with their proofs.
        number: a fresh UUID.
        language: ``fr`` or ``en``.
        now_ms: when, milliseconds since 1970 UTC.

    Raises:
        BadInput: there is none, or together they are over 256 KiB.

    Source:
        1EdTech Comprehensive Learner Record 2.0, ClrCredential and ClrSubject.
    """
    if not members:
        raise BadInput("no credential is chosen", code="link-empty", field="credentials")
    size = len(json.dumps(members, ensure_ascii=False).encode())
    if size > LARGEST_RECORD - 4096:
        parts = -(-size // (LARGEST_RECORD - 16_384))
        raise BadInput(
            f"the record would have {size} bytes; make {parts} of it",
            code="record-large",
            parts=parts,
        )
    return {
        "@context": [CREDENTIALS, BADGES, LEARNER_RECORD, BADGE_EXTENSIONS],
        "id": f"urn:uuid:{number}",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Attestations choisies" if language == "fr" else "Chosen credentials",
        "issuer": {
            "id": issuer.did,
            "type": ["Profile"],
            "name": issuer.name,
            "url": issuer.url,
        },
        "validFrom": day_moment(now_ms),
        "credentialSubject": {
            "type": ["ClrSubject"],
            "verifiableCredential": [dict(member) for member in members],
        },
    }
