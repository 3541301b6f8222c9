"""Let people ask for a qualification, and let a named person refuse it, with the words why.

A program may grant what was asked for; to refuse it, it can only propose so. A request that nobody
settles waits. Who is refused reads why, and can ask again after the time the qualification sets.
"""

import secrets

from django.db import transaction

from canut.actions.work.qualifications import AUTOMATIC, GrantIn, grant_qualification
from canut.core.clock import SECOND_MS, Ms
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing
from canut.core.turk.ids import RANDOM_BYTES, object_id
from canut.store.tables.people import Person
from canut.store.tables.work import Qualification, QualificationRequest
from canut.store.work.qualifications import newest_grant, requestable_by

LONGEST_WORDS = 1000


@transaction.atomic
def request_qualification(
    person: Person, number: int, words: str, now_ms: Ms
) -> QualificationRequest:
    """Ask for a qualification of an organisation one worked for; some are granted at once.

    Who had it before is not granted it again without a person of the organisation.

    Args:
        person: who asks.
        number: of the qualification.
        words: why they ask; may be empty.
        now_ms: the moment.

    Raises:
        BadInput: ``too-long``: more than a thousand characters.
        Missing: ``qualification-gone``: nobody can ask for it, or they have it or asked already.
        Conflict: ``qualification-refused``: they were refused and cannot ask again yet.
    """
    plain = words.strip()
    if len(plain) > LONGEST_WORDS:
        raise BadInput(
            f"{len(plain)} characters; write at most {LONGEST_WORDS}",
            code="too-long",
            limit=LONGEST_WORDS,
        )
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    offered = {qualification.pk: qualification for qualification in requestable_by(person.pk)}
    if number not in offered:
        raise Missing("this qualification cannot be asked for", code="qualification-gone")
    qualification = offered[number]
    if not may_ask_again(qualification, person.pk, now_ms):
        raise Conflict("it was refused; it cannot be asked for yet", code="qualification-refused")
    request = QualificationRequest.objects.create(
        public_id=object_id(secrets.token_bytes(RANDOM_BYTES)),
        qualification=qualification,
        person=person,
        words=plain,
        at_ms=now_ms,
    )
    auto_value = qualification.auto_value
    if auto_value is not None and newest_grant(qualification.pk, person.pk) is None:
        grant_in = GrantIn(AUTOMATIC, None, value=auto_value)
        grant_qualification(qualification, person, grant_in, now_ms)
        request.refresh_from_db()
    return request


def may_ask_again(qualification: Qualification, person_id: int, now_ms: Ms) -> bool:
    """Return whether a person who was refused a qualification can ask for it by now."""
    refused = QualificationRequest.objects.filter(
        qualification=qualification, person=person_id, outcome="refused"
    )
    latest_ms = refused.order_by("-id").values_list("settled_ms", flat=True).first()
    if latest_ms is None:
        return True
    retry_s = qualification.retry_s
    return retry_s is not None and latest_ms + retry_s * SECOND_MS <= now_ms


def propose_refusal(request: QualificationRequest, words: str, now_ms: Ms) -> None:
    """Propose, as a program, to refuse a request; the person is told nothing yet."""
    waiting = QualificationRequest.objects.filter(pk=request.pk, outcome="", proposed_ms=None)
    waiting.update(proposed_ms=now_ms, proposed_words=words.strip())


@transaction.atomic
def refuse_request(request: QualificationRequest, reason: str, *, by: Person, now_ms: Ms) -> None:
    """Refuse a request, with the words why, which the person reads.

    Raises:
        Forbidden: ``service-actor``: a program refuses it.
        Incomplete: ``qualification-reason``.
        Conflict: ``qualification-settled``: somebody settled it meanwhile.
    """
    plain = reason.strip()
    if by.is_service:
        raise Forbidden("a request is refused by a named person", code="service-actor")
    if not plain:
        raise Incomplete("say why; the person reads it", code="qualification-reason")
    waiting = QualificationRequest.objects.filter(pk=request.pk, outcome="")
    if not waiting.update(outcome="refused", settled_ms=now_ms, settled_by=by, reason=plain):
        raise Conflict("this request is settled already", code="qualification-settled")
