"""Every operation, from the model of a published client: inputs, unknown ids, outputs."""

import re
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError, ParamValidationError
from botocore.model import ServiceModel, StructureShape

from canut.actions.platform.system_clock import now_ms
from canut.actions.turk.operations import CHANGES, READS
from canut.actions.work.qualification_requests import request_qualification
from canut.core.turk.shapes import shapes
from canut.store.models import Qualification, Worker
from tests.support.turk import (
    HIT,
    HIT_TYPE,
    Requester,
    answer_hit,
    connect,
    hire,
    make_hit,
    make_requester,
    project_of,
)

pytestmark = pytest.mark.django_db
NOT_OFFERED = {
    "GetFileUploadURL",
    "SendTestEventNotification",
    "UpdateNotificationSettings",
}
"""Operations that answer with an error whatever they are sent."""


@cache
def model() -> ServiceModel:
    """Return the service model of the published client."""
    session: Any = botocore.session.get_session()
    described: ServiceModel = session.get_service_model("mturk")
    return described


def method_of(operation: str) -> str:
    """Return the name of a client's method."""
    snake = re.sub(r"(HIT|URL|[A-Z][a-z]+)", r"_\1", operation).strip("_").lower()
    return re.sub("_+", "_", snake)


def sample(shape: Any, name: str = "") -> Any:
    """Return a value that fits a shape, with ids that nobody has."""
    if shape.type_name == "structure":
        return {key: sample(member, key) for key, member in shape.members.items()}
    if shape.type_name == "list":
        return [sample(shape.member, name)]
    if getattr(shape, "enum", None):
        return shape.enum[0]
    by_name = {"EntityId": "3NOBODYHASIT", "CustomerId": "ANOBODY", "CurrencyAmount": "0.50"}
    by_type = {"integer": 1, "long": 60, "boolean": False, "timestamp": 1_900_000_000}
    if shape.name in by_name:
        return by_name[shape.name]
    if shape.type_name in by_type:
        return by_type[shape.type_name]
    return "CA" if shape.name == "CountryParameters" else f"sample {name}"[:40]


@pytest.fixture
def requester() -> Requester:
    """Return an organisation whose workers are its own staff."""
    return make_requester()


def test_each_of_the_39_operations_has_its_function() -> None:
    assert set(READS) | set(CHANGES) == set(shapes().operations)
    assert not set(READS) & set(CHANGES)


def test_full_input_with_ids_nobody_has_is_an_error_or_a_reply_never_a_fault(
    requester: Requester,
) -> None:
    for operation in model().operation_names:
        described: Any = model().operation_model(operation).input_shape
        members = sample(described)
        members.pop("NextToken", None)
        try:
            getattr(requester.turk, method_of(operation))(**members)
        except ClientError as error:
            response: Any = error.response
            kind, status = response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]
            assert status == 400, (operation, response)
            assert kind in {"RequestError", "ValidationException"}, (operation, response)
            assert (kind == "RequestError") == bool(response.get("TurkErrorCode")), operation
            assert re.search(r" \(\d{13}\)$", response["Error"]["Message"]), operation


def test_required_members_are_required_by_the_server_too(requester: Requester) -> None:
    turk = requester.turk
    for operation in model().operation_names:
        described: Any = model().operation_model(operation).input_shape
        for missing in described.required_members:
            members = sample(described)
            del members[missing]
            with pytest.raises(ParamValidationError):
                getattr(turk, method_of(operation))(**members)
    unchecked = Unchecked(requester)
    for operation in model().operation_names:
        described = model().operation_model(operation).input_shape
        for missing in described.required_members:
            members = sample(described)
            del members[missing]
            assert missing in unchecked.refusal(operation, members), operation


class Unchecked:
    """A client that sends what its model forbids."""

    def __init__(self, requester: Requester) -> None:
        self.turk = connect(requester.access_id, requester.secret, checks=False)

    def refusal(self, operation: str, members: dict[str, Any]) -> str:
        """Return the words of the error of a call."""
        with pytest.raises(ClientError) as error:
            getattr(self.turk, method_of(operation))(**members)
        response: Any = error.value.response
        assert response["Error"]["Code"] == "ValidationException", operation
        return str(response["Error"]["Message"])


def fits(shape: Any, content: object, at: str) -> None:
    """Check that a reply has the members of its shape and no others, of the right type."""
    if isinstance(shape, StructureShape):
        assert isinstance(content, dict), at
        assert set(content) <= set(shape.members), (at, set(content) - set(shape.members))
        for name, member in content.items():
            fits(shape.members[name], member, f"{at}.{name}")
    elif shape.type_name == "list":
        assert isinstance(content, list), at
        for element in content:
            fits(shape.member, element, at)
    else:
        types = {"string": str, "integer": int, "long": int, "boolean": bool}
        assert shape.type_name == "timestamp" or isinstance(content, types[shape.type_name]), at
        if getattr(shape, "enum", None):
            assert content in shape.enum, at


def each_of_qualifications(turk: Any, worker: Worker) -> None:
    """Call each operation of qualifications once."""
    made = turk.create_qualification_type(
        Name="Part A", Description="Took part", QualificationTypeStatus="Active"
    )["QualificationType"]
    qualification = {"QualificationTypeId": made["QualificationTypeId"]}
    turk.get_qualification_type(**qualification)
    turk.update_qualification_type(**qualification, Description="Took part in A")
    turk.list_qualification_types(MustBeRequestable=False, Query="part")
    assert worker.person is not None
    number = Qualification.objects.get().pk
    request_qualification(worker.person, number, "I took part", now_ms())
    (asked,) = turk.list_qualification_requests(**qualification)["QualificationRequests"]
    request = {"QualificationRequestId": asked["QualificationRequestId"]}
    turk.reject_qualification_request(**request, Reason="Too short")
    turk.accept_qualification_request(**request, IntegerValue=70)
    who = {**qualification, "WorkerId": asked["WorkerId"]}
    turk.associate_qualification_with_worker(**who, IntegerValue=80)
    turk.get_qualification_score(**who)
    turk.list_workers_with_qualification_type(**qualification)
    turk.list_hits_for_qualification_type(**qualification)
    turk.disassociate_qualification_from_worker(**who, Reason="Part B is over")
    turk.delete_qualification_type(**qualification)


def test_each_operation_that_is_offered_returns_what_its_shape_says(requester: Requester) -> None:
    turk = requester.turk
    replies = Replies()
    turk.meta.events.register("after-call.mturk", replies.keep)

    hit = make_hit(turk, MaxAssignments=2, AutoApprovalDelayInSeconds=2_592_000)
    type_id = turk.create_hit_type(**{**HIT_TYPE, "Reward": "0.70"})["HITTypeId"]
    turk.create_hit_with_hit_type(HITTypeId=type_id, **HIT)
    workers = [hire(project_of(hit)) for _ in range(2)]
    for worker in workers:
        answer_hit(worker)
    first, second = turk.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
    one = {"AssignmentId": first["AssignmentId"]}
    turk.get_assignment(**one)
    turk.reject_assignment(**one, RequesterFeedback="")
    turk.approve_assignment(**one, RequesterFeedback="Thank you")
    turk.approve_assignment(AssignmentId=second["AssignmentId"])
    turk.list_bonus_payments(HITId=hit["HITId"])
    turk.get_hit(HITId=hit["HITId"])
    turk.list_hits()
    turk.list_reviewable_hits()
    turk.list_review_policy_results_for_hit(HITId=hit["HITId"])
    turk.update_hit_review_status(HITId=hit["HITId"])
    turk.create_additional_assignments_for_hit(HITId=hit["HITId"], NumberOfAdditionalAssignments=1)
    turk.update_expiration_for_hit(HITId=hit["HITId"], ExpireAt=0)
    turk.delete_hit(HITId=hit["HITId"])
    other = make_hit(turk)
    turk.update_hit_type_of_hit(HITId=other["HITId"], HITTypeId=type_id)
    each_of_qualifications(turk, workers[0])
    turk.create_worker_block(WorkerId=first["WorkerId"], Reason="Two accounts")
    turk.list_worker_blocks()
    turk.delete_worker_block(WorkerId=first["WorkerId"])
    turk.notify_workers(Subject="B", MessageText="Monday.", WorkerIds=[first["WorkerId"]])
    turk.get_account_balance()

    assert set(replies.kept) == set(model().operation_names) - NOT_OFFERED - {"SendBonus"}
    for operation, content in replies.kept.items():
        shape: Any = model().operation_model(operation).output_shape
        fits(shape, content, operation)
        if not shape.members:
            assert content == {}, operation


class Replies:
    """The last good reply of each operation, as the client parsed it."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    def keep(self, parsed: dict[str, Any], model: Any, **_other: Any) -> None:
        """Keep one reply."""
        if "Error" not in parsed:
            members = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
            self.kept[model.name] = members
