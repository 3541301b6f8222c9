"""One name for each person, on every page of whoever may see it; never a hash."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from canut.actions.people.accounts import add_member, invitation_token
from canut.actions.people.work_terms import TermsIn, set_terms
from canut.core.places.parameters import Status
from canut.store.models import Membership, Person, Role, Worker
from canut.web.kit.access import Route
from canut.web.urls import PAGES
from tests.support.factories import NOW_MS, answer_next, make_person
from tests.support.instance import House
from tests.web.test_access import example

EN = {"accept-language": "en"}
HASH = re.compile(r"\binvite-[0-9a-f]{6,}")
NUMBER = re.compile(r">\s*Person \d+")


def join(house: House, **fields: str) -> Person:
    client = Client()
    client.post(reverse("join", args=[invitation_token(house.invitation)]), fields, headers=EN)
    return Person.objects.get(id=client.session["_auth_user_id"])


def shown(client: Client, path: str) -> str:
    answer: Any = client.get(path, headers=EN)
    if not answer["Content-Type"].startswith("text/html"):
        return ""
    return re.sub(r'(?:href|action|value)="[^"]*"', "", answer.getvalue().decode())


def test_person_is_called_as_they_wish_at_the_door(house: House) -> None:
    assert str(join(house, nickname="  Nour \n K. ")) == "Nour K."


def test_person_without_a_name_is_called_by_the_link_and_a_number(house: House) -> None:
    assert [str(join(house)), str(join(house))] == ["affiche 1", "affiche 2"]


def test_link_without_a_name_calls_by_the_project(house: House) -> None:
    house.invitation.note = ""
    house.invitation.save()

    assert str(join(house)) == f"{house.project.title} 1"


def test_two_people_of_one_name_get_two_names(house: House) -> None:
    assert [str(join(house, nickname=name)) for name in ("Sam", "sam")] == ["Sam", "sam 2"]


def test_name_to_sign_in_with_does_not_replace_the_name_given(house: House) -> None:
    client = Client()
    client.post(reverse("join", args=[invitation_token(house.invitation)]), {"nickname": "Nour"})

    page = client.get(reverse("account_name")).content.decode()
    client.post(reverse("account_name"), {"username": "nour77", "password": "chaîne trame 12"})

    assert "invite-" not in page
    person = Person.objects.get(username="nour77")
    assert str(person) == "Nour"


def test_requester_names_somebody_who_gave_no_name(house: House) -> None:
    person = join(house)
    membership = Membership.objects.get(person=person, project=house.project)
    path = reverse("project_member_name", args=[house.project.slug, membership.pk])

    answer = house.client("requester").post(path, {"name": "L’étudiante du mardi"})

    assert answer.status_code == 302
    assert str(Person.objects.get(pk=person.pk)) == "L’étudiante du mardi"


@pytest.mark.parametrize("named", [True, False], ids=["gave a name", "came elsewhere first"])
def test_requester_does_not_name_everybody(house: House, named: bool) -> None:
    person = join(house, nickname="Nour") if named else make_person(known_as="Autre 3")
    membership = add_member(person, Role.WORKER, NOW_MS, project=house.project)
    path = reverse("project_member_name", args=[house.project.slug, membership.pk])

    answer = house.client("requester").post(path, {"name": "Autrement"})

    assert answer.status_code == 422
    assert str(Person.objects.get(pk=person.pk)) == str(person)


@pytest.mark.slow
def test_no_page_shows_a_hash_or_two_names_of_one_person(house: House) -> None:
    people = [join(house, nickname="Nour"), join(house)]
    Person.objects.filter(shown_name="", known_as="").update(shown_name="Une personne")
    workers = [Worker.objects.get(person=person, project=house.project) for person in people]
    terms = TermsIn("CA-QC", "America/Toronto", Status.EMPLOYEE)
    for person, worker in zip(people, workers, strict=True):
        set_terms(person, terms, by=house.people["operator"], now_ms=NOW_MS)
        answer_next(worker)
    house.people["worker"], house.worker = people[1], workers[1]
    wrong = []
    for role in ("requester", "operator", "reviewer", "auditor", "worker"):
        for page in PAGES:
            if "GET" not in page.methods or page.json or not _admits(page, role):
                continue
            text = _text_for(house, role, page)
            if any(worker.public_id in text for worker in workers) or HASH.search(text):
                wrong.append((role, page.name, "hash"))
            if role in {"requester", "operator"} and NUMBER.search(text):
                wrong.append((role, page.name, "number"))

    assert wrong == []
    for name in ("project_members", "project", "project_task"):
        page = next(page for page in PAGES if page.name == name)
        text = _text_for(house, "requester", page)
        assert "Nour" in text, name
        assert "affiche 2" in text, name
    task = next(page for page in PAGES if page.name == "project_task")
    assert "Nour" not in _text_for(house, "auditor", task)


def _admits(page: Route, role: str) -> bool:
    return not page.audience.roles or role in page.audience.roles


def _text_for(house: House, role: str, page: Route) -> str:
    with transaction.atomic():
        text = shown(house.client(role), example(page, house))
        transaction.set_rollback(True)
    return text
