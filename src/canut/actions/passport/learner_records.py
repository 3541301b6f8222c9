"""Bundle the credentials somebody ticks in one signed file, which is not kept here."""

import json
import uuid
from collections.abc import Iterable

from canut.actions.passport.credentials import LANGUAGES, created_at
from canut.actions.passport.issuer import issuer_now, method_now, passport_secret
from canut.core.errors import BadInput
from canut.core.passport.learner_records import learner_record
from canut.core.proofs.data_integrity import sign_credential
from canut.store.passport.credentials import documents_of, holding_among
from canut.store.tables.people import Person


def make_learner_record(
    person: Person, numbers: Iterable[int], language: str, now_ms: int
) -> bytes:
    """Return a signed record of some of one's credentials that were not taken back, as JSON.

    Raises:
        BadInput: none of theirs is chosen, no such language, or it would be over 256 KiB.
    """
    if language not in LANGUAGES:
        raise BadInput(f"no record in {language!a}", code="credential-language")
    members = documents_of(holding_among(person, numbers))
    record = learner_record(issuer_now(), members, str(uuid.uuid4()), language, now_ms)
    signed = sign_credential(record, passport_secret(), created_at(now_ms), method_now())
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()
