"""Two organisations on one instance: nobody of one reaches, reads or counts what the other has.

Every text of the second one holds a mark. People of the first ask for every address of the table,
with objects of the second and with their own; the mark must never come back.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model, QuerySet
from django.test import override_settings
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from canut.actions.participation.messages import write_to
from canut.store.models import (
    ApiKey,
    Appeal,
    Claim,
    Decision,
    Import,
    Invitation,
    ModelAuthor,
    Organisation,
    Person,
    Project,
    QuestionVersion,
    Task,
    WaitingRejection,
    Webhook,
)
from canut.store.tables.participation import Message, Thread
from canut.web.kit.access import Route
from canut.web.kit.audiences import OPERATORS
from canut.web.urls import PAGES
from tests.support.factories import NOW_MS
from tests.support.instance import House, make_house
from tests.web.test_access import PART, example

pytestmark = pytest.mark.slow
MARK = "zqxdeux"
ROLES = ("requester", "operator", "reviewer", "worker", "auditor", "representative")
MARKED: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Organisation, ("name",)),
    (Project, ("title", "aim_business", "aim_social", "aim_ethical", "origin_whose")),
    (QuestionVersion, ("instructions",)),
    (Task, ("data", "key")),
    (Import, ("name",)),
    (Person, ("shown_name", "username")),
    (Invitation, ("note",)),
    (ApiKey, ("name",)),
    (Webhook, ("url",)),
    (Decision, ("evidence", "text_en", "text_fr")),
    (Appeal, ("words",)),
    (WaitingRejection, ("evidence",)),
    (Claim, ("words",)),
    (ModelAuthor, ("name",)),
    (Message, ("text",)),
)


REFUSED = {403, 404, 422}  # 422: a form that says nothing of the object
RUN = {
    *("pay_statement", "pay_statement_pdf", "pay_statement_file", "pay_statement_signature"),
    *("system_switch", "time_review", "time_review_one"),
}
"""What whoever runs the instance reads of everybody."""
FOR_ALL = {
    "client",  # how clients are rated is read by whoever may work for them
    "representatives",  # elected by all workers of the instance
    # legal values hold for the instance: who runs, audits or represents agrees to them by name
    *("payroll_places", "payroll_places_decide", "payroll_places_file"),
    *("portrait_deposit", "portrait_deposit_decide"),  # the Portrait is of the instance
    *("portrait_draft", "portrait_draft_file"),
    # a price is negotiated between the workers and all clients with work of that kind
    *("accord_support", "accord_offer", "accord_vote", "accord_ballot", "accord_sign"),
    "lesson_mark",  # a case is marked by who does not know its author, of any organisation
    *("pathways", "openings"),  # openings are published for everybody
    *("ethics_act", "ethics_reading"),  # a reviewer is elected by all workers of the instance
    "opening_down",  # who runs the instance takes any opening down, with reasons
    "inspect",  # files for an authority are of the instance, and say who made them
}
OWN_PART = {
    *("fairwork_as", "place", "record_as", "passport_recognition_file"),
    *("lesson_begin", "lesson_review", "lesson_recall", "lesson_screen", "lesson_training"),
}
"""What names no object of an organisation: a country, a file format, a lesson."""


WITHOUT_OBJECT = [page for page in PAGES if not PART.search(page.address)]


def texts() -> dict[type[Model], set[int]]:
    """Return the rows that are there, by table."""
    return {table: set(ids(table)) for table, _ in MARKED}


def ids(table: type[Model]) -> list[int]:
    return list(QuerySet(table).values_list("pk", flat=True))


def mark(before: dict[type[Model], set[int]]) -> None:
    """Put the mark into every text of rows that came since."""
    for table, names in MARKED:
        rows: QuerySet[Model] = QuerySet(table)
        for row in rows.exclude(pk__in=before[table]):
            for name in names:
                text = f'{{"text":"{MARK}"}}' if name == "data" else f"{MARK} {row.pk}"
                if MARK not in str(getattr(row, name)):
                    rows.filter(pk=row.pk).update(**{name: text})


@pytest.fixture(scope="module")
def second_once(house_once: House, folder_once: Path, django_db_blocker: DjangoDbBlocker) -> House:
    """Make the second house, marked, and sign the people of the first in."""
    with django_db_blocker.unblock():
        before = texts()
        with override_settings(DATA=folder_once, MEDIA_ROOT=folder_once / "media"):
            second = make_house()
            for page in PAGES:
                example(page, second)
        write_to(second.people["worker"], Thread.To.REQUESTER, second.project, "Quoi ?", NOW_MS)
        mark(before)
        house_once.sign_in(ROLES)
    return second


@pytest.fixture
def house(shared: House, second_once: House) -> House:
    """Return the first house; the second is there too."""
    assert second_once.project.pk != shared.project.pk
    return shared


def asked(house: House, role: str, page: Route, path: str) -> tuple[int, str]:
    """Ask for an address; return the status and all that came back. What it did is undone."""
    client = house.client(role)
    with transaction.atomic():
        answer: Any
        if page.json:
            answer = client.post(path, "{}", content_type="application/json")
        else:
            answer = client.post(path) if "GET" not in page.methods else client.get(path)
        transaction.set_rollback(True)
    return answer.status_code, answer.getvalue().decode(errors="replace") + str(answer.headers)


def has_object(page: Route) -> bool:
    return "<slug:project>" in page.address or bool(PART.search(page.address))


@pytest.mark.django_db
def test_mark_reaches_every_text_of_a_house() -> None:
    before = texts()
    house = make_house()

    mark(before)

    house.project.refresh_from_db()
    house.organisation.refresh_from_db()
    assert house.project.title.startswith(MARK)
    assert house.organisation.name.startswith(MARK)


def tells_by_design(page: Route, role: str) -> bool:
    """Return whether an address is for this role whatever the organisation."""
    is_run = page.audience is OPERATORS or page.name in RUN
    return not page.audience.signed_in or page.name in FOR_ALL or (role == "operator" and is_run)


@pytest.mark.parametrize("page", [p for p in PAGES if has_object(p)], ids=lambda page: page.name)
def test_object_of_the_second_is_out_of_reach(
    page: Route, house: House, second_once: House
) -> None:
    before = texts()
    path = example(page, second_once)
    mark(before)

    got = {
        role: asked(house, role, page, path)
        for role in ROLES
        if not tells_by_design(page, role) and page.name not in OWN_PART
    }

    assert {role: code for role, (code, _) in got.items() if code not in REFUSED} == {}
    assert [role for role, (_, body) in got.items() if MARK in body] == []


@pytest.mark.parametrize(
    "page", [p for p in PAGES if not PART.search(p.address)], ids=lambda page: page.name
)
def test_page_of_ones_own_tells_nothing_of_the_second(
    page: Route, house: House, second_once: House
) -> None:
    assert Project.objects.get(pk=second_once.project.pk).title.startswith(MARK)
    path = example(page, house)

    got = {
        role: asked(house, role, page, path) for role in ROLES if not tells_by_design(page, role)
    }

    assert [role for role, (_, body) in got.items() if MARK in body] == []


def test_search_and_lists_find_nothing_of_the_second(house: House, second_once: House) -> None:
    task = Task.objects.filter(project=second_once.project).order_by("pk")[0]
    base = reverse("project_tasks", args=[house.project.slug])
    client = house.client("requester")

    for query in (f"text={MARK}", f"key={task.key}", f"task={task.pk}", f"q={MARK}"):
        answer = client.get(f"{base}?{query}")
        assert answer.status_code in {200, 302, 404, 422}
        assert f'"text":"{MARK}"' not in answer.content.decode()
        assert str(task.pk) not in re.findall(r"tasks/(\d+)", answer.content.decode())
