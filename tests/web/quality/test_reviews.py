"""Reading and answering appeals is work: the page counts for whoever may answer one."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.decisions.appeals import take_appeal
from canut.actions.people.accounts import add_member
from canut.actions.protection.risk_preferences import agree
from canut.actions.time.measure import time_by_day
from canut.store.models import Person, Project, Role
from tests.support.decision_pages import appealed, now_ms
from tests.support.factories import NOW_MS, make_person
from tests.support.instance import House

pytestmark = pytest.mark.django_db
DATA = re.compile(r'<script id="beats-data" type="application/json">(.*?)</script>')


@pytest.fixture
def reviewer(house: House) -> Person:
    person = make_person(shown_name="Léa Roy")
    add_member(person, Role.REVIEWER, NOW_MS, project=house.project)
    return person


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def beats_data(client: Client) -> dict[str, str] | None:
    """Return what the page of appeals beats under; nothing where it does not count."""
    found = DATA.search(client.get(reverse("appeals")).content.decode())
    return json.loads(found[1]) if found else None


def test_appeal_that_is_read_counts_as_work_of_whoever_reads_it(
    house: House, reviewer: Person
) -> None:
    made = appealed(house)
    take_appeal(made.pk, by=reviewer, now_ms=now_ms())
    client = client_of(reviewer)
    data = beats_data(client)
    assert data is not None
    assert data["surface"] == f"appeals:{made.pk}"
    begin = now_ms()

    for seq in range(8):
        beat = {
            "session": data["session"],
            "seq": seq,
            "mono_ms": 15_000 * (seq + 1),
            "visible": True,
            "focused": True,
            "surface": data["surface"],
            "buckets": [[15 * seq, 1, 0, 0, 0]],
            "media_ms": 0,
            "previous": "",
        }
        sent = client.post(data["url"], {"beats": [beat]}, content_type="application/json")
        assert sent.status_code < 300

    (one,) = time_by_day([reviewer.pk], begin - 60_000, begin + 600_000)
    assert (one.project, one.surface) == (None, "appeals")


def test_page_counts_for_nobody_else(house: House, reviewer: Person) -> None:
    assert beats_data(client_of(reviewer)) is None
    appealed(house)

    assert beats_data(house.client("requester")) is None
    assert beats_data(house.client("auditor")) is None


def test_hard_material_of_an_appeal_is_covered_until_its_reader_uncovers_it(
    house: House, reviewer: Person
) -> None:
    client, made = client_of(reviewer), appealed(house)
    answer = made.decision.answer
    assert answer is not None
    Project.objects.update(severity=3, risk_categories=["violence"])
    agree(reviewer.pk, ["violence"], now_ms())
    shown = next(iter(json.loads(answer.task.data).values()))

    client.post(reverse("appeal_take", args=[made.pk]))
    covered = client.get(reverse("appeals")).content.decode()
    client.post(reverse("appeal_reveal", args=[made.pk]))
    uncovered = client.get(reverse("appeals")).content.decode()

    assert reverse("appeal_reveal", args=[made.pk]) in covered
    assert (shown in covered, shown in uncovered) == (False, True)
