"""The assessment of effects: agreed in one step at first, read by all, answered."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from canut.core.participation.effects_inventory import INVENTORY, RISKS
from canut.core.participation.impact_assessment import Stage
from canut.store.models import WorkerView
from canut.store.participation.impact_assessments import newest_assessment, stage_of
from tests.support.decision_pages import now_ms
from tests.support.instance import House

pytestmark = pytest.mark.django_db
FR, EN = {"accept-language": "fr"}, {"accept-language": "en"}
LEFT = dict.fromkeys(RISKS, "2")


def plain(text: str) -> str:
    bare = re.sub(r"<[^>]*>", " ", text).replace("&#x27;", "'")
    return re.sub(r"\s+", " ", bare.replace("\u00a0", " ").replace("\u202f", " "))


def shown(client: Client, name: str, headers: dict[str, str] = EN) -> str:
    return plain(client.get(reverse(name), headers=headers).content.decode())


def test_new_operator_reads_a_warning_and_agrees_in_one_step(house: House) -> None:
    client = house.client("operator")
    assert "The effects of measuring are not assessed" in shown(client, "home")

    sent = client.post(reverse("effects_make"), {**LEFT, "why": "Nobody’s pay may wait."})

    assert sent["Location"] == reverse("effects")
    assert stage_of(newest_assessment(), now_ms()) == Stage.VIEWS
    assert "The effects of measuring are not assessed" not in shown(client, "home")
    assert "Nobody’s pay may wait." in shown(Client(), "effects")


def test_anybody_reads_what_is_stored_and_why_before_it_is_agreed() -> None:
    said = shown(Client(), "effects")

    assert "Nobody has assessed the effects" in said
    assert "Pay never waits for this paper" in said
    for table in INVENTORY.values():
        assert all(column in said for column in table.columns)
    assert "Effets de la mesure" in shown(Client(), "effects", FR)


def test_assessment_names_the_mail_server_through_which_e_mails_go(
    house: House, settings: Settings
) -> None:
    settings.SENDS_MAIL = True
    smtp = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}
    settings.MAILERS = {"default": smtp | {"OPTIONS": {"host": "mail.example.org", "port": 587}}}
    assert "E-mail goes through mail.example.org" in shown(Client(), "effects")

    client = house.client("operator")
    client.post(reverse("effects_make"), {**LEFT, "why": "Nobody’s pay may wait."})

    assert "E-mail goes through mail.example.org" in shown(Client(), "effects")


def test_worker_says_what_they_think_without_a_name_and_gets_an_answer(house: House) -> None:
    operator, worker = house.client("operator"), house.client("worker")
    operator.post(reverse("effects_make"), {**LEFT, "why": "Ready."})

    worker.post(reverse("effects_view"), {"text": "Why each second?", "nameless": "1"})
    view = WorkerView.objects.get()
    operator.post(reverse("effects_answer"), {"of": view.pk, "text": "To pay silence."})

    said = shown(worker, "effects")
    assert "Somebody at work" in said
    assert "Why each second?" in said
    assert "To pay silence." in said


@pytest.mark.parametrize("role", ["worker", "requester", "reviewer", "auditor"])
def test_nobody_else_agrees(house: House, role: str) -> None:
    sent = house.client(role).post(reverse("effects_make"), {**LEFT, "why": "x"})

    assert sent.status_code == 403
    assert newest_assessment() is None
