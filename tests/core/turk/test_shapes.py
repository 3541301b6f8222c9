"""The table of the interface says what the service model of a published client says."""

from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore.model import ServiceModel, Shape, StructureShape

from canut.core.turk.refusals import TurkError
from canut.core.turk.shapes import (
    LONGEST,
    MOST_OF,
    SECONDS,
    TARGET,
    Members,
    check_input,
    operation_named,
    shapes,
)

PLAIN = {
    "String": "text",
    "EntityId": "id",
    "CustomerId": "worker",
    "Integer": "int",
    "Long": "long",
    "Boolean": "flag",
    "Timestamp": "time",
    "CurrencyAmount": "money",
    "PaginationToken": "next",
    "ResultSize": "size",
    "IdempotencyToken": "token",
    "CountryParameters": "country",
}


@cache
def model() -> ServiceModel:
    """Return the service model of the published client."""
    session: Any = botocore.session.get_session()
    described: ServiceModel = session.get_service_model("mturk")
    return described


def sort_of(shape: Shape) -> str:
    """Return the name of a shape in our table."""
    if shape.type_name == "list":
        return f"[{sort_of(shape.member)}]"
    return str(PLAIN.get(shape.name, shape.name))


def members_of(shape: StructureShape | None) -> set[tuple[str, str, bool]]:
    """Return the members of a structure of the model."""
    assert shape is not None
    return {
        (name, sort_of(member), name in shape.required_members)
        for name, member in shape.members.items()
    }


def ours(members: Members) -> set[tuple[str, str, bool]]:
    """Return the members of a structure of our table."""
    return {(member.name, member.type, member.is_required) for member in members}


def test_all_39_operations_have_the_members_of_the_model() -> None:
    table = shapes()
    assert set(table.operations) == set(model().operation_names)
    assert len(table.operations) == 39

    for name, operation in table.operations.items():
        described: Any = model().operation_model(name)
        assert ours(operation.takes) == members_of(described.input_shape), name
        assert ours(operation.returns) == members_of(described.output_shape), name


def test_structures_and_enumerations_are_those_of_the_model() -> None:
    table, described = shapes(), model()

    for name, members in table.structures.items():
        shape: Any = described.shape_for(name)
        assert ours(members) == members_of(shape), name
    for name, words in table.words.items():
        shape = described.shape_for(name)
        assert list(words) == shape.enum, name
    sorts = {
        member.type.strip("[]")
        for members in (
            *table.structures.values(),
            *(operation.takes for operation in table.operations.values()),
            *(operation.returns for operation in table.operations.values()),
        )
        for member in members
    }
    assert sorts <= {*table.structures, *table.words, *PLAIN.values()}


def test_bounds_name_members_that_exist() -> None:
    table = shapes()
    named = {
        member.name
        for members in (
            *table.structures.values(),
            *(operation.takes for operation in table.operations.values()),
        )
        for member in members
    }

    assert set(LONGEST) | set(MOST_OF) | set(SECONDS) <= named


@pytest.mark.parametrize(
    ("operation", "sent", "words"),
    [
        ("GetHIT", {}, "'HITId' failed: Member must not be null"),
        ("GetHIT", {"HITId": None}, "must not be null"),
        ("GetHIT", {"HITId": "lower"}, "capital letters and digits"),
        ("GetHIT", {"HITId": 7}, "must be text"),
        ("GetHIT", [], "one JSON object"),
        ("ListHITs", {"MaxResults": 500}, "from 1 to 100"),
        ("ListHITs", {"MaxResults": True}, "whole number"),
        ("ListHITs", {"NextToken": ""}, "1 to 255 characters"),
        ("ListReviewableHITs", {"Status": "Disposed"}, "one of: Reviewable, Reviewing"),
        ("ListAssignmentsForHIT", {"HITId": "3A", "AssignmentStatuses": "Submitted"}, "a list"),
        ("NotifyWorkers", {"Subject": "s", "MessageText": "\ud800", "WorkerIds": []}, "character"),
        ("NotifyWorkers", {"Subject": "s" * 201, "MessageText": "m", "WorkerIds": []}, "at most"),
        ("NotifyWorkers", {"Subject": "s", "MessageText": "m", "WorkerIds": ["A1"] * 101}, "100"),
        ("UpdateExpirationForHIT", {"HITId": "3A", "ExpireAt": "soon"}, "no moment"),
        ("UpdateExpirationForHIT", {"HITId": "3A", "ExpireAt": 1e300}, "no moment"),
        (
            "SendBonus",
            {"WorkerId": "A1", "BonusAmount": "-1", "AssignmentId": "3A", "Reason": "r"},
            "two decimals",
        ),
        ("CreateHITWithHITType", {"HITTypeId": "3A", "LifetimeInSeconds": 5}, "from 30"),
    ],
)
def test_input_that_does_not_fit_is_refused_by_name(
    operation: str, sent: object, words: str
) -> None:
    named = operation_named(TARGET + operation)
    assert named is not None

    with pytest.raises(TurkError, match=words) as refused:
        check_input(named, sent)

    assert refused.value.kind == "ValidationException"
    assert not refused.value.code


@pytest.mark.parametrize("moment", [1_420_070_400, 1_420_070_400.0, "2015-01-01T00:00:00Z"])
def test_moments_are_read_in_each_form_clients_send(moment: object) -> None:
    named = operation_named(TARGET + "UpdateExpirationForHIT")
    assert named is not None

    read = check_input(named, {"HITId": "3A", "ExpireAt": moment, "Unknown": 1})

    assert read == {"HITId": "3A", "ExpireAt": 1_420_070_400_000}


def test_unknown_targets_are_no_operation() -> None:
    assert operation_named("MTurkRequesterServiceV20170117.Nothing") is None
    assert operation_named("GetHIT") is None
