import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from canut.actions.decisions.sanctions import Limit, limit_worker
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import BadFile, BadInput, Conflict, Missing, NotOpen, Refusal, TooLarge
from canut.web.kit.problems import fault, status_of, title_of
from canut.web.kit.refusals import words_for, words_of
from tests.support.factories import answer_next
from tests.support.instance import House


def test_case_without_words_is_told_by_its_class() -> None:
    with translation.override("en"):
        assert title_of(NotOpen("x", code="never-heard-of")) == "This project takes no answers now"
        assert title_of(Conflict("x", code="never-heard-of")) == "This has just changed"


def test_fact_that_was_not_given_reads_as_unknown() -> None:
    with translation.override("en"):
        assert "unknown" in words_of(TooLarge("x")).detail


def test_number_among_the_facts_is_written_as_it_is() -> None:
    with translation.override("en"):
        assert "at most 4000 characters." in words_for("too-long", {"limit": 4_000}).detail


def test_refused_file_says_what_would_do() -> None:
    with translation.override("fr"):
        assert "CSV UTF-8" in words_of(BadFile("x", code="file-is-excel")).detail


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Missing("x"), 404),
        (Conflict("x"), 409),
        (BadInput("x"), 422),
        (TooLarge("x"), 413),
        (Refusal("x"), 400),
        (Refusal("x", code="signed-out"), 401),
    ],
)
def test_each_refusal_has_its_status(refusal: Refusal, status: int) -> None:
    assert status_of(refusal) == status


def test_script_is_answered_with_problem_details(house: House) -> None:
    path = reverse("workbench_answers", args=[house.project.slug])

    answer = house.client("worker").post(
        path, "not json", content_type="application/json", headers={"accept-language": "fr"}
    )

    problem = json.loads(answer.content)
    assert answer["Content-Type"] == "application/problem+json"
    assert (problem["status"], problem["code"]) == (422, "bad-request")
    assert problem["type"] == "urn:canut:problem:bad-request"
    assert problem["title"] == "Ces valeurs ne conviennent pas"


@pytest.mark.django_db
def test_address_that_leads_nowhere_shows_the_broken_thread(client: Client) -> None:
    answer = client.get("/nowhere", headers={"accept-language": "fr"})

    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.content.decode()
    assert "weftt" in answer.content.decode()


@pytest.mark.django_db
def test_form_that_waited_too_long_says_so() -> None:
    answer = Client(enforce_csrf_checks=True).post("/language", headers={"accept-language": "fr"})

    assert answer.status_code == 403
    assert "restée ouverte trop longtemps" in answer.content.decode()


@pytest.mark.django_db
def test_fault_of_ours_says_that_nothing_is_lost(client: Client) -> None:
    request = client.get("/").wsgi_request

    answer = fault(request)

    assert answer.status_code == 500
    assert "Rien n’est perdu" in answer.content.decode() or "Nothing is lost" in str(answer.content)


def test_day_among_the_facts_is_written_in_words() -> None:
    with translation.override("fr"):
        text = words_for("worker-suspended", {"until": "2026-12-01"}).detail
    with translation.override("en"):
        english = words_for("worker-suspended", {"until": "2026-12-08"}).detail

    assert "jusqu’au 1er décembre 2026" in text
    assert "until December 8, 2026" in english


def test_page_that_says_a_decision_stands_in_the_way_leads_to_it(house: House) -> None:
    moment = now_ms()
    about = Limit("suspension", 7, "harm-to-others", "Threats in a message of this morning.")
    answer_next(house.worker, now_ms=moment)
    limit_worker(house.worker.pk, about, by=house.people["requester"], now_ms=moment)

    page = house.client("worker").get(reverse("workbench", args=[house.project.slug]))

    assert page.status_code == 403
    assert f'href="{reverse("decisions")}"' in page.content.decode().partition("<main")[2]
