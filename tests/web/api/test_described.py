"""What the OpenAPI file says is what the API does, whatever is sent to it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from canut.web.api.addresses import ENDPOINTS
from canut.web.api.service import make_api, openapi_text
from tests.house.tree import ROOT
from tests.support.instance import House
from tests.web.api.program import Program, program

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]
SETTINGS = settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
)


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Keep the test's connection open between requests, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("_one_connection")
def test_no_request_gets_an_answer_that_is_not_described(house: House) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    bots = [program(role, organisation=house.organisation) for role in ("operator", "worker")]
    there = {
        "project": house.project.slug,
        "task": house.tasks[0].pk,
        "member": house.membership.pk,
        "invitation": house.invitation.pk,
    }
    asked = 0

    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        cases = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]

        @SETTINGS
        @given(case=st.one_of(cases), bot=st.sampled_from(bots), is_there=st.booleans())
        def send(case: Case[Any], bot: Program, *, is_there: bool) -> None:
            nonlocal asked
            asked += 1
            parts = dict(case.path_parameters or {})
            known = there if is_there else {"project": there["project"]}
            case.path_parameters = parts | {one: known[one] for one in parts if one in known}
            key = {"Authorization": f"Bearer {bot.token}"}
            case.call_and_validate(headers=key, checks=CHECKS)

        send()

    assert asked > len(ENDPOINTS)


def test_file_kept_in_the_docs_is_that_of_the_code() -> None:
    kept = json.loads((ROOT / "docs/en/developers/openapi.json").read_text())

    assert kept == json.loads(openapi_text())


def test_every_body_and_file_has_a_type_that_generators_of_clients_know() -> None:
    known = {"application/json", "application/octet-stream"}
    operations = [
        operation
        for item in make_api().get_openapi_schema()["paths"].values()
        for operation in item.values()
    ]

    bodies = [set(one["requestBody"]["content"]) for one in operations if "requestBody" in one]
    files = [
        set(answer["content"])
        for one in operations
        for status, answer in one["responses"].items()
        if status.startswith("2") and answer.get("content")
    ]
    assert all(kinds <= known for kinds in bodies)
    assert all(kinds & known for kinds in files)


def test_every_operation_says_how_it_refuses_and_shows_a_body() -> None:
    document = make_api().get_openapi_schema()
    said = [
        document["paths"]["/api/v1/" + one.address.replace("{slug:", "{")][one.method.lower()]
        for one in ENDPOINTS
    ]

    unsaid = [
        one["operationId"]
        for one in said
        if not {"401", "403", "404", "405", "409", "413", "415", "422", "429"}
        <= set(one["responses"])
    ]

    assert document["openapi"] == "3.1.0"
    assert not unsaid
    assert len(said) == len(ENDPOINTS)
