"""A balancer knows whom to send people to, and whoever watches gets figures without people."""

import json
import logging
import re

import pytest
from django.http import HttpRequest, HttpResponseBase
from django.test import Client, RequestFactory
from pytest_django import Settings

from canut.store.operations import health
from canut.web.platform import metrics
from canut.web.platform.log_format import JsonLines, Plain, clean
from canut.web.platform.request_middleware import RequestMiddleware
from tests.support.instance import House

pytestmark = pytest.mark.django_db
SHUTTLE = "une-navette"
SAMPLE = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+')


def test_ready_server_says_so_by_whatever_name_it_is_asked() -> None:
    answer = Client().get("/readyz", headers={"host": "10.0.0.7:8000"})

    assert answer.status_code == 200
    assert answer.json()["checks"] == {"database": True, "migrations": True, "space": True}


@pytest.mark.parametrize("check", ["database", "migrations", "space"])
def test_server_that_is_not_ready_names_the_check(
    check: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = health.Readiness(
        **{"database": True, "migrations": True, "space": True} | {check: False}
    )
    monkeypatch.setattr(health, "readiness", lambda: seen)

    answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"][check] is False
    assert Client().get("/healthz").status_code == 200


def test_migration_that_waits_or_is_unknown_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    known = health.known_migrations()
    monkeypatch.setattr(health, "known_migrations", lambda: known | {("store", "9999_later")})
    waits = health.readiness().migrations
    monkeypatch.setattr(health, "known_migrations", lambda: known - {max(known)})

    assert not waits
    assert not health.readiness().migrations


def test_disk_without_room_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "free_bytes", lambda: 1000)

    assert not health.readiness().space


def test_figures_are_as_prometheus_reads_them_and_name_nobody(house: House) -> None:
    for _ in range(3):
        Client().get("/healthz")

    said = Client().get("/metrics").content.decode()

    lines = [line for line in said.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not SAMPLE.fullmatch(line)] == []
    assert 'canut_tasks{state="open"} 3' in lines
    assert any('method="GET",status="200"' in line for line in lines)
    names = {person.username for person in house.people.values()} | {house.project.slug}
    assert not [name for name in names if name in said]


def test_figures_are_for_this_machine_or_whoever_has_the_token(settings: Settings) -> None:
    client = Client()
    near = client.get("/metrics").status_code
    proxied = client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code
    far = client.get("/metrics", REMOTE_ADDR="192.0.2.1").status_code
    settings.METRICS_TOKEN = SHUTTLE
    without = client.get("/metrics").status_code
    right = client.get("/metrics", headers={"Authorization": f"Bearer {SHUTTLE}"}).status_code

    assert (near, proxied, far, without, right) == (200, 404, 404, 404, 200)


def test_name_of_a_request_comes_back_and_a_bad_one_is_replaced() -> None:
    given = Client().get("/healthz", headers={"X-Request-ID": "abc-123"})
    bad = Client().get("/healthz", headers={"X-Request-ID": "a b\tc"})

    assert given["X-Request-ID"] == "abc-123"
    assert re.fullmatch("[0-9a-f]{16}", bad["X-Request-ID"])


def test_line_of_a_request_holds_its_name_and_pattern_and_no_token(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.handler.setFormatter(JsonLines())

    with caplog.at_level(logging.INFO, "canut.request"):
        Client().get("/enter/tres-secret-123", headers={"X-Request-ID": "abc-123"})

    told = json.loads(caplog.text.splitlines()[-1])
    assert told["request"] == "abc-123"
    assert (told["route"], told["status"]) == ("/enter/<str:token>", 404)
    assert "tres-secret" not in caplog.text


def test_fault_is_logged_under_the_pattern_of_its_address() -> None:
    request = RequestFactory().get("/enter/tres-secret-123")
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "%s: %s", ("Internal", request.path), None
    )
    record.request = request

    said = [form.format(record) for form in (Plain("%(message)s"), JsonLines())]

    assert not [line for line in said if "tres-secret" in line]


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.org wrote",
        "postgresql://canut:hunter22@db/canut",
        "GET /join/x1y2z3w4v5",
        "Authorization: Bearer abcdef123",
        "duplicate key\nDETAIL: Key (username)=(hunter22) exists",
        "to FR7630006000011234567890189",
    ],
    ids=["mail", "password", "link", "bearer", "row", "account"],
)
def test_nothing_secret_or_personal_is_logged(text: str) -> None:
    said = clean(text)

    assert said != text
    assert not re.search("ada@|hunter22|x1y2z3|abcdef123|FR7630006", said)


def test_request_that_fails_is_counted_as_a_fault_of_ours() -> None:
    def fails(_request: HttpRequest) -> HttpResponseBase:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        RequestMiddleware(fails)(RequestFactory().patch("/"))

    said = "\n".join(metrics.of_process())
    assert 'method="PATCH",status="500"} 1' in said
    assert "canut_requests_now 0" in said.splitlines()


def test_series_are_bounded_whatever_the_number_of_starts() -> None:
    labels = {name for line in metrics.of_process() for name in re.findall(r'([a-z]+)="', line)}

    assert labels <= {"method", "status", "le"}
