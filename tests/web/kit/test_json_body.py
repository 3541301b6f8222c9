"""Every address that takes JSON refuses what would end the process, and what cannot be stored."""

import json
from typing import Any

import msgspec
import pytest
from django.test import Client

from canut.core.errors import BadInput
from canut.store.models import Project
from canut.web.api.addresses import ENDPOINTS, Endpoint
from canut.web.kit.access import Route
from canut.web.kit.json_body import read_json
from canut.web.urls import PAGES
from canut.web.work.schemas import AnswersRequest
from tests.support.instance import House, make_house
from tests.web.api.program import program

TAKEN = {
    "time_beats": "worker",
    "project_review_beats": "reviewer",
    "answers_went_places": "worker",
    "pay_sign": "worker",
    "upload_begin": "requester",
    "project_setup_draft": "requester",
}
DEEP = {
    "lists": b"[" * 100_000,
    "objects": b'{"a":' * 50_000,
    "inside": b'{"answers":[{"lease":1,"key":"k","values":{"q":' + b"[" * 30_000,
    "short": b"[" * 101 + b"]" * 101,
}
ABSURD = (
    b'[{"text": ' + b"9" * 30 + b"}]",
    b'[{"text": ' + b"9" * 5_000 + b"}]",
    b'{"text": 1e999}',
    rb'[{"text": "a\u0000"}]',
    rb'[{"text": "\ud800"}]',
)


@pytest.mark.parametrize("raw", DEEP.values(), ids=DEEP)
def test_reader_refuses_depth_before_it_decodes(raw: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        read_json(raw)

    assert refused.value.case == "json-too-deep"
    assert refused.value.facts["limit"] == 100
    assert isinstance(byte := refused.value.facts["byte"], int)
    assert raw[byte : byte + 1] in b"[{"


@pytest.mark.parametrize(
    ("raw", "case", "fact"),
    [
        (rb'{"a": "x\u0000"}', "bad-character", ("byte", 8)),
        (rb'{"a": "x\\\u0000"}', "bad-character", ("byte", 10)),
        (b'{"a": [1, 9223372036854775808]}', "json-number", ("at", "$.a[1]")),
        (b'{"a": -9223372036854775809}', "json-number", ("at", "$.a")),
        (b'{"a": ' + b"9" * 4000 + b"}", "json-number", ("at", "$.a")),
        (b'{"a": ' + b"9" * 5000 + b"}", "bad-request", None),
        (b'{"a": 1e999}', "bad-request", None),
        (b'{"a": NaN}', "bad-request", None),
        (rb'{"a": "\ud800"}', "bad-request", None),
        (rb'{"a": "\ud800x"}', "bad-request", None),
        (b'{"a": "\xed\xa0\x80"}', "bad-request", None),
        (b'{"a": "\xff"}', "bad-request", None),
        (b'{"a": "\x00"}', "bad-request", None),
        (b"", "bad-request", None),
    ],
)
def test_reader_refuses_what_cannot_be_stored(
    raw: bytes, case: str, fact: tuple[str, int | str] | None
) -> None:
    with pytest.raises(BadInput) as refused:
        read_json(raw)

    assert refused.value.case == case
    if fact:
        assert refused.value.facts[fact[0]] == fact[1]


@pytest.mark.parametrize(
    "value",
    [
        {"a": 2**63 - 1, "b": -(2**63), "c": 0.1234567890123456789},
        {"a": "9" * 40, "b": "\\u0000", "c": "\\\\u0000 é 😀"},
        {"a": [[[]]] * 200},
    ],
)
def test_reader_takes_the_rest_as_it_is(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(msgspec.json.encode(value)) == value


def test_wrong_kind_is_refused_where_it_is() -> None:
    with pytest.raises(BadInput, match=r"\$\.answers\[0\]\.lease"):
        read_json(b'{"answers": [{"lease": "1"}]}', AnswersRequest)


@pytest.mark.django_db
@pytest.mark.parametrize("raw", [DEEP["lists"], DEEP["objects"]], ids=["lists", "objects"])
def test_every_page_that_takes_json_refuses_depth(raw: bytes) -> None:
    house = make_house()
    asked = [one for one in PAGES if one.json and "POST" in one.methods and one.name not in NO_BODY]
    assert len(asked) >= 12

    for page in asked:
        answer = _client(house, page).post(
            _address(house, page), raw, content_type="application/json"
        )

        assert answer.status_code in {404, 422}, (page.name, answer.status_code, answer.content)
        if page.for_worker:
            assert answer.json()["code"] == "json-too-deep", page.name


NO_BODY = {"workbench_rest", "own_page_received", "own_page_finished"}


def _client(house: House, page: Route) -> Client:
    return house.client(TAKEN.get(page.name, "worker"))


def _address(house: House, page: Route) -> str:
    told = page.address.replace("<slug:project>", house.project.slug)
    return "/" + told.replace("<whole:number>", str(house.project.pk)).replace(
        "<str:token>", "t" * 32
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "endpoint",
    [one for one in ENDPOINTS if "application/json" in one.takes],
    ids=lambda one: f"{one.method} {one.address}",
)
def test_every_operation_that_takes_json_refuses_depth(endpoint: Endpoint) -> None:
    house = make_house()
    role = next(iter(sorted(endpoint.audience.roles or {"worker"})))
    bot = program(str(role), project=_project(house, endpoint))
    address = _filled(house, endpoint)

    for raw in (DEEP["lists"], DEEP["objects"], *ABSURD):
        answer = bot.ask(endpoint.method, address, raw)

        assert answer.status_code in {403, 404, 409, 422}, answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("number", [str(2**63), "9" * 5_000, "²", "1_0", "-1", "%00"])
def test_no_number_of_an_address_or_query_fails_an_operation(number: str) -> None:
    house = make_house()
    bots = {role: program(role, project=house.project) for role in ("requester", "worker")}
    asked = [one for one in ENDPOINTS if one.method in {"GET", "DELETE"}]
    assert len(asked) > 20

    for endpoint in asked:
        role = (
            "requester" if "requester" in (endpoint.audience.roles or {"requester"}) else "worker"
        )
        address = _filled(house, endpoint, number)
        for path in (address, f"{address}?limit={number}", f"{address}?cursor={number}"):
            answer = bots[role].ask(endpoint.method, path)

            assert answer.status_code < 500, (endpoint.address, answer.content)


def _project(house: House, endpoint: Endpoint) -> Project | None:
    return house.project if "{slug:project}" in endpoint.address else None


def _filled(house: House, endpoint: Endpoint, number: str = "1") -> str:
    parts: dict[str, Any] = {"{slug:project}": house.project.slug}
    told = endpoint.address
    for name, value in parts.items():
        told = told.replace(name, str(value))
    return "/".join(number if part.startswith("{") else part for part in told.split("/"))
