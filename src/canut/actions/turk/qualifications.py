"""Qualification types as programs make them, and the values they grant to people.

They are the qualifications of the organisation that its pages show (``work.qualifications``).
"""

from collections.abc import Sequence

from django.db import transaction

from canut.actions.people.worker_aliases import name_people
from canut.actions.turk.calls import Call, Reply, seconds
from canut.actions.turk.names import get_person
from canut.actions.turk.paging import page_of
from canut.actions.turk.questions import parse_error
from canut.actions.work.qualification_requests import propose_refusal
from canut.actions.work.qualification_tests import QualificationTestIn, form_of, set_test
from canut.actions.work.qualifications import (
    LONGEST_NAME,
    GrantIn,
    QualificationIn,
    end_qualification,
    grant_qualification,
    make_qualification,
    revoke_qualification,
)
from canut.core.errors import BadFile, Conflict, Missing
from canut.core.turk.answer_xml import write_answers
from canut.core.turk.refusals import canut_error, invalid, missing, request_error
from canut.core.turk.requirements import SYSTEM_NAMES
from canut.store.models import (
    Person,
    Qualification,
    QualificationAttempt,
    QualificationGrant,
    QualificationRequest,
)
from canut.store.turk.qualifications import (
    newest_grants,
    qualification_named,
    qualifications_matching,
    waiting_requests,
)
from canut.store.work.qualifications import newest_grant

ACTIVE, INACTIVE = "Active", "Inactive"
GRANTED, REVOKED = "Granted", "Revoked"
NAME_TAKEN = (
    "You have already created a QualificationType with this name. A QualificationType's name must "
    "be unique among all of the QualificationTypes created by the same user."
)
LONGEST_KEYWORDS = 1000
TEST_OR_AUTOMATIC = "A type has a Test or is AutoGranted, not both"


@transaction.atomic
def create_type(call: Call) -> Reply:
    """Create a qualification type, whose name is free.

    Raises:
        TurkError: the name is taken or too long, or a test is asked for.
    """
    name, keywords = call.text("Name").strip(), call.text("Keywords")
    if not name or not call.text("Description").strip():
        raise invalid("Name and Description must not be empty")
    if len(name) > LONGEST_NAME or len(keywords) > LONGEST_KEYWORDS:
        raise invalid(
            f"Name takes at most {LONGEST_NAME} letters, Keywords at most {LONGEST_KEYWORDS}"
        )
    qualification_in = QualificationIn(
        name,
        call.text("Description"),
        keywords=keywords,
        is_active=call.text("QualificationTypeStatus") == ACTIVE,
        retry_s=call.members.get("RetryDelayInSeconds"),
        auto_value=call.whole("AutoGrantedValue", 1) if call.flag("AutoGranted") else None,
    )
    test_in = _read_test(call)
    if qualification_in.auto_value is not None and test_in is not None:
        raise invalid(TEST_OR_AUTOMATIC)
    try:
        created = make_qualification(
            call.organisation, qualification_in, by=call.program(), now_ms=call.now_ms
        )
    except Conflict as refusal:
        raise request_error("QualificationTypeAlreadyExists", NAME_TAKEN) from refusal
    if test_in is not None:
        _keep_test(created, test_in)
    return {"QualificationType": _shape(created)}


def get_type(call: Call) -> Reply:
    """Return a qualification type, one of the system too."""
    type_id = call.text("QualificationTypeId")
    if type_id in SYSTEM_NAMES:
        return {"QualificationType": _system_shape(type_id)}
    return {"QualificationType": _shape(_own_type(call))}


@transaction.atomic
def update_type(call: Call) -> Reply:
    """Change a qualification type; its name and keywords stay.

    A new test without a key has none. Who began the test before goes on with that one.

    Raises:
        TurkError: the test or its key cannot be read, or the type is granted to whoever asks.
    """
    owned = _own_type(call)
    if "Description" in call.members:
        owned.description = call.text("Description")
    if "QualificationTypeStatus" in call.members:
        owned.is_active = call.text("QualificationTypeStatus") == ACTIVE
    if "RetryDelayInSeconds" in call.members:
        owned.retry_s = call.whole("RetryDelayInSeconds", 0)
    if "AutoGranted" in call.members or "AutoGrantedValue" in call.members:
        is_automatic = bool(call.members.get("AutoGranted", owned.auto_value is not None))
        owned.auto_value = call.whole("AutoGrantedValue", 1) if is_automatic else None
    test_in = _read_test(call, owned)
    if owned.auto_value is not None and (owned.test or test_in is not None):
        raise invalid(TEST_OR_AUTOMATIC)
    owned.save(update_fields=["description", "is_active", "retry_s", "auto_value"])
    if test_in is not None:
        _keep_test(owned, test_in)
    return {"QualificationType": _shape(owned)}


def delete_type(call: Call) -> Reply:
    """End a qualification type; its name is free again, its grants stay in the history."""
    end_qualification(_own_type(call), call.now_ms)
    return {}


def list_types(call: Call) -> Reply:
    """List the qualification types of the organisation, newest first."""
    types = qualifications_matching(call.organisation, call.text("Query"))
    if call.flag("MustBeRequestable"):
        types = types.filter(is_active=True)
    return page_of(call, types, "QualificationTypes", lambda page: [_shape(row) for row in page])


def associate(call: Call) -> Reply:
    """Grant a value of a type to a person who works for the organisation."""
    owned, person = _own_type(call), get_person(call.organisation, call.text("WorkerId"))
    grant_in = GrantIn("", call.program(), call.signer.key, call.whole("IntegerValue", 1))
    grant_qualification(owned, Person.objects.get(pk=person), grant_in, call.now_ms)
    return {}


def disassociate(call: Call) -> Reply:
    """Revoke a person's value of a type; the person reads the reason.

    Raises:
        TurkError: they have none.
    """
    owned, person = _own_type(call), get_person(call.organisation, call.text("WorkerId"))
    try:
        revoke_qualification(owned, person, call.text("Reason"), call.now_ms, key=call.signer.key)
    except Missing as refusal:
        raise _no_grant(call) from refusal
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
    """List who asks for the qualifications of the organisation; not whom a program would refuse."""
    requests = waiting_requests(call.organisation).filter(proposed_ms=None)
    if "QualificationTypeId" in call.members:
        requests = requests.filter(qualification=_own_type(call))
    return page_of(call, requests, "QualificationRequests", lambda page: _requests(call, page))


def accept_request(call: Call) -> Reply:
    """Grant what a person asked for, with a value.

    Raises:
        TurkError: there is no such request, or it is settled.
    """
    asked = _waiting_request(call)
    grant_in = GrantIn("", call.program(), call.signer.key, call.whole("IntegerValue", 1))
    grant_qualification(asked.qualification, asked.person, grant_in, call.now_ms)
    return {}


def reject_request(call: Call) -> Reply:
    """Propose to refuse what a person asked for; a named person decides.

    Raises:
        TurkError: there is no such request, or it is settled.
    """
    propose_refusal(_waiting_request(call), call.text("Reason"), call.now_ms)
    call.notices.add("refusal-proposed")
    return {}


def _waiting_request(call: Call) -> QualificationRequest:
    public_id = call.text("QualificationRequestId")
    request = waiting_requests(call.organisation).filter(public_id=public_id).first()
    if request is None:
        raise missing("QualificationRequest", public_id[:64])
    return request


def _own_type(call: Call) -> Qualification:
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


def _read_test(call: Call, owned: Qualification | None = None) -> QualificationTestIn | None:
    """Return the test of a call, or a new key or time for the test there is; None: neither.

    Raises:
        TurkError: a test has no time, or a key has no test.
    """
    form, seconds_sent = call.text("Test"), call.members.get("TestDurationInSeconds")
    key = call.text("AnswerKey")
    existing = owned if owned is not None and owned.test else None
    if form:
        if seconds_sent is None:
            raise invalid("A Test needs TestDurationInSeconds")
        return QualificationTestIn(form, seconds_sent, key)
    if existing is not None and (key or seconds_sent is not None):
        return QualificationTestIn(
            existing.test, seconds_sent or existing.test_s or 0, key or existing.answer_key
        )
    if key or seconds_sent is not None:
        raise invalid("AnswerKey and TestDurationInSeconds need a Test")
    return None


def _keep_test(owned: Qualification, test_in: QualificationTestIn) -> None:
    try:
        set_test(owned, test_in)
    except BadFile as refusal:
        raise parse_error(refusal) from refusal


def _grants(call: Call, owned: Qualification, grants: Sequence[QualificationGrant]) -> list[Reply]:
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


def _requests(call: Call, requests: Sequence[QualificationRequest]) -> list[Reply]:
    names = name_people(call.organisation, [request.person_id for request in requests])
    return [
        {
            "QualificationRequestId": request.public_id,
            "QualificationTypeId": request.qualification.public_id,
            "WorkerId": names[request.person_id],
            "SubmitTime": seconds(request.at_ms),
            **_answered(request),
        }
        for request in requests
    ]


def _answered(request: QualificationRequest) -> Reply:
    """Return the test somebody handed in with their request, and their answers to it."""
    attempt = QualificationAttempt.objects.filter(request=request).first()
    if attempt is None:
        return {}
    chosen = {each.name for each in form_of(attempt.test).questions if each.selections}
    return {
        "Test": attempt.test,
        "Answer": write_answers(attempt.answers, frozenset(chosen)),
    }


def _shape(owned: Qualification) -> Reply:
    shape: Reply = {
        "QualificationTypeId": owned.public_id,
        "CreationTime": seconds(owned.at_ms),
        "Name": owned.name,
        "Description": owned.description,
        "Keywords": owned.keywords,
        "QualificationTypeStatus": ACTIVE if owned.is_active else INACTIVE,
        "IsRequestable": owned.is_active,
        "AutoGranted": owned.auto_value is not None,
    }
    present = {
        "RetryDelayInSeconds": owned.retry_s,
        "AutoGrantedValue": owned.auto_value,
        "Test": owned.test or None,
        "TestDurationInSeconds": owned.test_s,
        "AnswerKey": owned.answer_key or None,
    }
    return shape | {name: content for name, content in present.items() if content is not None}


def _system_shape(type_id: str) -> Reply:
    return {
        "QualificationTypeId": type_id,
        "Name": SYSTEM_NAMES[type_id],
        "Description": "A type of the system, kept for the programs that name it.",
        "QualificationTypeStatus": ACTIVE,
        "IsRequestable": False,
        "AutoGranted": False,
    }
