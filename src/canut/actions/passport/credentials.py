"""Make a credential of what somebody has shown, when they ask for it, and take it back.

Evidence is counted at that moment; nothing is made ahead. The text is sealed under the holder's key
and the log holds a commitment alone, so that an erasure leaves the log whole and unlinked. Taking
one back sets its bit in the status list; nothing else ever revokes one here.
"""

import json
import secrets
import uuid
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import transaction

from canut.actions.ledger.entries import EntrySubject, fresh_nonce, record_entry, record_fact
from canut.actions.passport.issuer import issuer_now, method_now, passport_secret
from canut.actions.passport.shown import acts_of, lesson_times, lessons_passed
from canut.actions.platform.person_keys import key_for, sealed_for
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, BadProof, Missing, TooMany
from canut.core.passport.credentials import (
    SKILL_DAYS,
    CredentialOrder,
    StatusEntry,
    WorkShown,
    email_holder,
    key_holder,
    skill_credential,
    work_credential,
)
from canut.core.passport.lesson_credentials import (
    acts_credential,
    course_credential,
    lesson_credential,
    role_credential,
)
from canut.core.passport.lesson_skills import has_course
from canut.core.passport.skills import shipped_skills
from canut.core.passport.status_lists import ENTRIES, is_set, set_bit
from canut.core.proofs.data_integrity import sign_credential
from canut.core.proofs.did_key import public_of_did
from canut.store.passport.credentials import bound_to, own_credential
from canut.store.passport.evidence import skills_of, work_of
from canut.store.passport.lesson_evidence import REPRESENTATIVE, roles_of
from canut.store.tables.passport import PassportCredential, StatusList
from canut.store.tables.people import Person

MOST_A_DAY = 20
COURSE_OF = "ethics"
Kind = PassportCredential.Kind
FULL = ENTRIES // 2  # a place is drawn at random: in a fuller list, drawing takes long
SALT_BYTES = 12
LANGUAGES = frozenset({"fr", "en"})


class CredentialRequest(NamedTuple):
    """What a person asks a credential of.

    Args:
        kind: one of ``PassportCredential.Kind``.
        of: the skill, such as ``S01``; the occupation, such as ``CAN-ANNOT``; the lesson;
            ``ethics`` for the course; the role.
        language: ``fr`` or ``en``.
        holder: a did:key; empty for the e-mail address of the account.
        is_asked_twice: whether the person confirmed it; a credential of an election needs that.
    """

    kind: str
    of: str
    language: str
    holder: str = ""
    is_asked_twice: bool = False


def draft_credential(
    person: Person, request: CredentialRequest, name: str, now_ms: int
) -> dict[str, object]:
    """Return the unsigned credential somebody would get, to be read before it is made.

    Args:
        person: whose.
        request: what is asked for.
        name: the occupation in the language asked for.
        now_ms: when, milliseconds since 1970 UTC.

    Raises:
        Missing: nothing of the kind is shown yet.
        BadInput: no such language, or a holder that is no did:key; or the account has no address.
    """
    place = StatusEntry(f"{issuer_now().url}/passport/status/0", 0)
    parts = CredentialParts(str(uuid.UUID(int=0)), place, now_ms)
    return _document(person, request, name, parts)[0]


@transaction.atomic
def make_credential(
    person: Person, request: CredentialRequest, name: str, now_ms: int
) -> PassportCredential:
    """Sign and store a credential of what the person has shown by now.

    Raises:
        Missing, BadInput: as for ``draft_credential``; or it is of an election, asked for once.
        TooMany: twenty were made within a day.
    """
    lately = PassportCredential.objects.filter(person=person, made_ms__gt=now_ms - DAY_MS)
    if lately.count() >= MOST_A_DAY:
        raise TooMany(
            f"{MOST_A_DAY} credentials were made within a day; make the next one tomorrow",
            code="credential-many",
            limit=MOST_A_DAY,
        )
    if request.of == REPRESENTATIVE and not request.is_asked_twice:
        raise BadInput(
            "a credential of an election is made only when asked for twice", code="credential-twice"
        )
    number = uuid.uuid4()
    listed, index = _take_place()
    place = StatusEntry(f"{issuer_now().url}/passport/status/{listed.pk}", index)
    parts = CredentialParts(str(number), place, now_ms)
    document, level = _document(person, request, name, parts)
    signed = sign_credential(document, passport_secret(), created_at(now_ms), method_now())
    text = json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()
    sealer = key_for(person.pk)
    credential = PassportCredential(
        person=person,
        kind=request.kind,
        of=request.of,
        level=level,
        language=request.language,
        number=number,
        sealed_by=sealer.id,
        status_list=listed,
        status_index=index,
        made_ms=now_ms,
        expires_ms=now_ms + SKILL_DAYS * DAY_MS if request.kind == "skill" else None,
    )
    credential.sealed = sealed_for(sealer, text, bound_to(credential))
    credential.save()
    payload = {"v": 1, "t": "credential.issue", "id": str(number), "at": now_ms}
    subject = EntrySubject(None, sealer=sealer)
    record_entry(subject, "credential.issue", payload, now_ms, fresh_nonce())
    return credential


@transaction.atomic
def withdraw_credential(person: Person, number: int, now_ms: int) -> PassportCredential:
    """Take one's own credential back: whoever verifies it learns that it no longer holds.

    Raises:
        Missing: the person has no such credential.
    """
    credential = own_credential(person, number)
    if credential is None:
        raise Missing(f"you have no credential {number}")
    if credential.withdrawn_ms is None:
        listed = StatusList.objects.select_for_update().get(pk=credential.status_list_id)
        listed.revoked = set_bit(bytes(listed.revoked), credential.status_index)
        listed.save(update_fields=["revoked"])
        credential.withdrawn_ms = now_ms
        credential.save(update_fields=["withdrawn_ms"])
        revoked = int.from_bytes(bytes(listed.revoked)).bit_count()
        record_fact(None, "credential.revoke", {"list": listed.pk, "revoked": revoked}, now_ms)
    return credential


class CredentialParts(NamedTuple):
    """What differs between a draft and a credential: number, place of its status, moment."""

    number: str
    place: StatusEntry
    now_ms: int


def _document(
    person: Person, request: CredentialRequest, name: str, parts: CredentialParts
) -> tuple[dict[str, object], int]:
    """Return the unsigned credential, and the level it says; 0 where it says none."""
    if request.language not in LANGUAGES:
        raise BadInput(f"no credential in {request.language!a}", code="credential-language")
    order = CredentialOrder(
        parts.number, _holder(person, request.holder), request.language, parts.place, parts.now_ms
    )
    drafts = {
        Kind.SKILL: _skill_document,
        Kind.LESSON: _lesson_document,
        Kind.COURSE: _course_document,
        Kind.ROLE: _role_document,
    }
    if request.kind == Kind.WORK:
        drafted = _work_document(person, request, name, order)
    else:
        draft = drafts.get(Kind(request.kind)) if request.kind in Kind.values else None
        drafted = draft(person, request, order) if draft else None
    if drafted:
        return drafted
    raise Missing(
        f"nothing is shown of {request.kind} {request.of!a} yet", code="credential-not-shown"
    )


type Drafted = tuple[dict[str, object], int]


def _skill_document(
    person: Person, request: CredentialRequest, order: CredentialOrder
) -> Drafted | None:
    for evidence in skills_of(person.pk, order.now_ms):
        if evidence.skill == request.of and evidence.level:
            skill = shipped_skills()[request.of]
            return skill_credential(issuer_now(), skill, evidence, order), evidence.level
    for acts in acts_of(person.pk, order.now_ms):
        if acts.skill == request.of and acts.level:
            skill = shipped_skills()[request.of]
            return acts_credential(issuer_now(), skill, acts, order), acts.level
    return None


def _work_document(
    person: Person, request: CredentialRequest, name: str, order: CredentialOrder
) -> Drafted | None:
    for time in work_of(person.pk):
        if time.occupation == request.of:
            _occupation, elapsed_ms, first_ms, last_ms = time
            work = WorkShown(request.of, name, elapsed_ms, first_ms, last_ms)
            return work_credential(issuer_now(), work, order), 0
    return None


def _lesson_document(
    person: Person, request: CredentialRequest, order: CredentialOrder
) -> Drafted | None:
    for lesson in lessons_passed(person.pk):
        if lesson.lesson == request.of:
            return lesson_credential(issuer_now(), lesson, order), 0
    return None


def _course_document(
    person: Person, request: CredentialRequest, order: CredentialOrder
) -> Drafted | None:
    passed = lessons_passed(person.pk)
    if request.of != COURSE_OF or not has_course(passed):
        return None
    elapsed_ms = sum(lesson_times(person.pk, order.now_ms).values())
    return course_credential(issuer_now(), passed, elapsed_ms, order), 0


def _role_document(
    person: Person, request: CredentialRequest, order: CredentialOrder
) -> Drafted | None:
    for role, first_ms, last_ms in roles_of(person.pk):
        if role == request.of:
            return role_credential(issuer_now(), role, first_ms, last_ms, order), 0
    return None


def _holder(person: Person, did: str) -> dict[str, object]:
    if did:
        try:
            public_of_did(did)
        except BadProof as problem:
            raise BadInput(
                f"{did[:60]!a} is no did:key of an Ed25519 key", code="credential-holder"
            ) from problem
        return key_holder(did)
    if not person.email:
        raise BadInput("your account has no e-mail address", code="credential-email")
    return email_holder(person.email, secrets.token_urlsafe(SALT_BYTES))


def _take_place() -> tuple[StatusList, int]:
    """Draw a free place at random from the newest list; a half full one is followed by another."""
    listed = StatusList.objects.select_for_update().order_by("-pk").first()
    if listed is None or int.from_bytes(bytes(listed.taken)).bit_count() >= FULL:
        empty = bytes(ENTRIES // 8)
        listed = StatusList.objects.create(taken=empty, revoked=empty)
    taken = bytes(listed.taken)
    index = secrets.randbelow(ENTRIES)
    while is_set(taken, index):
        index = secrets.randbelow(ENTRIES)
    listed.taken = set_bit(taken, index)
    listed.save(update_fields=["taken"])
    return listed, index


def created_at(now_ms: int) -> str:
    """Return a moment as the proof of a credential states it."""
    return datetime.fromtimestamp(now_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
