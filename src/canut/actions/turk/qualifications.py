"""Qualification types of an organisation, and the values people are granted.

A value is kept with the key that granted it; a new one ends the one before. Where it decides who
may work, eligibility is decided again at once, and who is shut out reads why and may appeal.
"""

from collections.abc import Sequence

from django.db import transaction

from canut.actions.turk.calls import Call, Reply, seconds
from canut.actions.turk.names import get_person, name_people, new_object_id
from canut.actions.turk.paging import page_of
from canut.actions.work.eligibility import decide_one
from canut.core.turk.refusals import canut_error, invalid, missing, not_offered, request_error
from canut.core.turk.requirements import SYSTEM_NAMES
from canut.store.models import QualificationGrant, QualificationType, Worker
from canut.store.turk.qualifications import (
    hits_requiring,
    newest_grant,
    newest_grants,
    qualification_named,
    types_matching,
)

ACTIVE, INACTIVE = "Active", "Inactive"
GRANTED, REVOKED = "Granted", "Revoked"
NAME_TAKEN = (
    "You have already created a QualificationType with this name. A QualificationType's name must "
    "be unique among all of the QualificationTypes created by the same user."
)
TEST_MEMBERS = ("Test", "AnswerKey", "TestDurationInSeconds", "AutoGranted", "AutoGrantedValue")


@transaction.atomic
def create_type(call: Call) -> Reply:
    """Create a qualification type, whose name is free.

    Raises:
        TurkError: the name is same_name, or a test is asked for.
    """
    _refuse_tests(call)
    name = call.text("Name").strip()
    if not name or not call.text("Description").strip():
        raise invalid("Name and Description must not be empty")
    same_name = QualificationType.objects.filter(
        organisation=call.organisation, name=name, deleted_ms=None
    )
    if same_name.exists():
        raise request_error("QualificationTypeAlreadyExists", NAME_TAKEN)
    created = QualificationType.objects.create(
        public_id=new_object_id(),
        organisation_id=call.organisation,
        name=name,
        keywords=call.text("Keywords"),
        description=call.text("Description"),
        is_active=call.text("QualificationTypeStatus") == ACTIVE,
        retry_s=call.members.get("RetryDelayInSeconds"),
        created_ms=call.now_ms,
    )
    return {"QualificationType": _shape(created)}


def get_type(call: Call) -> Reply:
    """Return a qualification type, one of the system too."""
    type_id = call.text("QualificationTypeId")
    if type_id in SYSTEM_NAMES:
        return {"QualificationType": _system_shape(type_id)}
    return {"QualificationType": _shape(_own_type(call))}


@transaction.atomic
def update_type(call: Call) -> Reply:
    """Change a qualification type; its name and keywords stay."""
    _refuse_tests(call)
    owned = _own_type(call)
    if "Description" in call.members:
        owned.description = call.text("Description")
    if "QualificationTypeStatus" in call.members:
        owned.is_active = call.text("QualificationTypeStatus") == ACTIVE
    if "RetryDelayInSeconds" in call.members:
        owned.retry_s = call.whole("RetryDelayInSeconds", 0)
    owned.save(update_fields=["description", "is_active", "retry_s"])
    return {"QualificationType": _shape(owned)}


@transaction.atomic
def delete_type(call: Call) -> Reply:
    """Close a qualification type; its name is free again, its grants stay in the history.

    A project that requires it goes on comparing with the values that were granted.
    """
    owned = _own_type(call)
    owned.deleted_ms = call.now_ms
    owned.save(update_fields=["deleted_ms"])
    return {}


def list_types(call: Call) -> Reply:
    """List the qualification types of the organisation, newest first.

    Nobody can ask for one here, so that none is listed as requestable.
    """
    types = types_matching(call.organisation, call.text("Query"))
    if call.flag("MustBeRequestable"):
        types = types.none()
    return page_of(call, types, "QualificationTypes", lambda page: [_shape(row) for row in page])


@transaction.atomic
def associate(call: Call) -> Reply:
    """Grant a value of a type to a person who works for the organisation."""
    owned, person = _own_type(call), get_person(call.organisation, call.text("WorkerId"))
    value = call.whole("IntegerValue", 1)
    standing = QualificationGrant.objects.select_for_update().filter(
        type=owned, person=person, ended_ms=None
    )
    if standing.filter(value=value).exists():
        return {}
    standing.update(ended_ms=call.now_ms)
    QualificationGrant.objects.create(
        type=owned, person_id=person, value=value, at_ms=call.now_ms, key_id=call.signer.key
    )
    _decide_again(call, owned, person)
    return {}


@transaction.atomic
def disassociate(call: Call) -> Reply:
    """Revoke a person's value of a type; the person reads the reason.

    Raises:
        TurkError: they have none.
    """
    owned, person = _own_type(call), get_person(call.organisation, call.text("WorkerId"))
    revoked = QualificationGrant.objects.filter(type=owned, person=person, ended_ms=None).update(
        ended_ms=call.now_ms, is_revoked=True, reason=call.text("Reason")
    )
    if not revoked:
        raise _no_grant(call)
    _decide_again(call, owned, person)
    return {}


def get_score(call: Call) -> Reply:
    """Return the value of a type that a person has now.

    Raises:
        TurkError: they have none, it was revoked, or the type is one of the system, whose values
            are the person's own affair.
    """
    if call.text("QualificationTypeId") in SYSTEM_NAMES:
        raise canut_error("NotShown", "A person's record is theirs; it is shown to no requester.")
    owned, person = _own_type(call), get_person(call.organisation, call.text("WorkerId"))
    grant = newest_grant(owned.pk, person)
    if grant is None:
        raise _no_grant(call)
    if grant.is_revoked:
        raise request_error(
            "InvalidQualificationState",
            "This Qualification is currently in the state 'Revoked'. "
            "This operation can be called with a status of: Granted",
        )
    return {"Qualification": _grants(call, owned, [grant])[0]}


def list_workers(call: Call) -> Reply:
    """List the people who have a value of a type, or whose value was revoked."""
    owned = _own_type(call)
    grants = newest_grants(owned.pk, is_revoked=call.text("Status", GRANTED) == REVOKED)
    return page_of(call, grants, "Qualifications", lambda page: _grants(call, owned, page))


def list_requests(call: Call) -> Reply:
    """Return an empty list: types are granted here, and nobody asks for one."""
    if "QualificationTypeId" in call.members:
        _own_type(call)
    return {"NumResults": 0, "QualificationRequests": []}


def settle_request(call: Call) -> Reply:
    """Refuse to settle a request: there is none, as nobody asks for a type here.

    Raises:
        TurkError: always.
    """
    raise missing("QualificationRequest", call.text("QualificationRequestId")[:64])


def _own_type(call: Call) -> QualificationType:
    owned = qualification_named(call.organisation, call.text("QualificationTypeId"))
    if owned is None:
        raise missing("QualificationType", call.text("QualificationTypeId"))
    return owned


def _no_grant(call: Call) -> Exception:
    return request_error(
        "QualificationDoesNotExist",
        f"The Qualification {call.text('QualificationTypeId')} of worker {call.text('WorkerId')} "
        "does not exist.",
    )


def _refuse_tests(call: Call) -> None:
    """Refuse tests and automatic grants, which are not offered."""
    for name in TEST_MEMBERS:
        if call.members.get(name) not in {None, False}:
            raise not_offered(
                name, "Ask the test as a paid HIT, and grant the value from its answers."
            )


def _decide_again(call: Call, owned: QualificationType, person: int) -> None:
    """Decide again whether a person may work in the projects that require a type."""
    types = hits_requiring(call.organisation, owned.public_id)
    workers = Worker.objects.filter(
        person=person, project__hit_type__in=types, ended_at=None
    ).select_related("person", "project")
    for worker in workers.order_by("pk"):
        decide_one(worker, call.now_ms)


def _grants(
    call: Call, owned: QualificationType, grants: Sequence[QualificationGrant]
) -> list[Reply]:
    names = name_people(call.organisation, [grant.person_id for grant in grants])
    return [
        {
            "QualificationTypeId": owned.public_id,
            "WorkerId": names[grant.person_id],
            "GrantTime": seconds(grant.at_ms),
            "IntegerValue": grant.value,
            "Status": REVOKED if grant.is_revoked else GRANTED,
        }
        for grant in grants
    ]


def _shape(owned: QualificationType) -> Reply:
    shape: Reply = {
        "QualificationTypeId": owned.public_id,
        "CreationTime": seconds(owned.created_ms),
        "Name": owned.name,
        "Description": owned.description,
        "Keywords": owned.keywords,
        "QualificationTypeStatus": ACTIVE if owned.is_active else INACTIVE,
        "IsRequestable": False,
        "AutoGranted": False,
    }
    if owned.retry_s is not None:
        shape["RetryDelayInSeconds"] = owned.retry_s
    return shape


def _system_shape(type_id: str) -> Reply:
    return {
        "QualificationTypeId": type_id,
        "Name": SYSTEM_NAMES[type_id],
        "Description": "A type of the system, kept for the programs that name it.",
        "QualificationTypeStatus": ACTIVE,
        "IsRequestable": False,
        "AutoGranted": False,
    }
