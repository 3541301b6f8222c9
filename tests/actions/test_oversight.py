"""What a client really pays is measured daily, and nothing is said of fewer than ten people."""

import pytest

from canut.actions.clients import rate_client
from canut.actions.oversight import measure_daily, report_if_due
from canut.actions.saying import do_what_is_due
from canut.core.errors import Forbidden
from canut.core.labour.ballot import DAY_MS
from canut.store.clients import client, rating_of
from canut.store.models import ClientMeasure, ClientRating, OversightReport, Person
from tests.actions.test_records import RATING
from tests.factories import NOW_MS, PIECE_MICRO, Made, answer_next, make_project

LATER = NOW_MS + 60_000
pytestmark = pytest.mark.django_db


def worked(people: int) -> Made:
    """Make a project in which so many people answered once, in five seconds each."""
    made = make_project(tasks=people, workers=people)
    for worker in made.workers:
        answer_next(worker)
    return made


def test_client_shows_what_an_hour_brought_ten_people() -> None:
    made = worked(10)

    measure_daily(LATER)

    measured = client(made.project.organisation).measure
    assert measured is not None
    assert (measured.people, measured.by_elapsed, measured.answers) == (10, 10, 10)
    assert measured.middle_micro == measured.lowest_micro == PIECE_MICRO * 720
    assert measured.rejected_per_mille == 0


def test_nothing_is_kept_of_nine_people() -> None:
    made = worked(9)

    measure_daily(LATER)

    measured = ClientMeasure.objects.get(organisation=made.project.organisation)
    assert (measured.people, measured.middle_micro, measured.answers) == (None, None, None)


def test_clients_are_measured_once_a_day() -> None:
    worked(10)

    done = [measure_daily(at) for at in (LATER, LATER + DAY_MS - 1, LATER + DAY_MS)]

    assert done == [True, False, True]


def test_report_is_made_every_half_year_and_kept() -> None:
    worked(10)

    made = [
        report_if_due(NOW_MS + days * DAY_MS + 5000) is not None for days in (181, 182, 183, 364)
    ]

    assert made == [False, True, False, True]
    assert OversightReport.objects.filter(kind="half").count() == 2


def test_no_report_is_due_where_nobody_worked() -> None:
    assert report_if_due(NOW_MS * 2) is None


def test_job_makes_the_report() -> None:
    made = worked(12)
    Person.objects.filter(workers__in=made.workers[:10]).update(language="fr")

    do_what_is_due(NOW_MS + 183 * DAY_MS)

    content = OversightReport.objects.get(kind="half").content
    assert (content["people"], content["currency"]) == (12, "CAD")
    assert [one["is_hidden"] for one in content["cuts"]["language"]] == [True, True]


def test_rating_is_one_a_worker_and_project_and_can_be_changed() -> None:
    made = worked(1)

    for text in ("Bien", "Finalement non"):
        rate_client(made.worker, RATING, text, NOW_MS)

    kept = rating_of(made.worker)
    assert ClientRating.objects.count() == 1
    assert kept is not None
    assert (kept.text, kept.rating()) == ("Finalement non", RATING)


def test_who_did_not_answer_does_not_rate() -> None:
    with pytest.raises(Forbidden) as refused:
        rate_client(make_project().worker, RATING, "", NOW_MS)

    assert refused.value.case == "not-answered"


def test_ratings_of_fewer_than_three_people_are_only_counted() -> None:
    made = worked(3)
    shown = []
    for worker in made.workers:
        rate_client(worker, RATING, "Paie tard", NOW_MS)
        shown.append(client(made.project.organisation))

    assert [(one.count, one.summary is None, len(one.texts)) for one in shown] == [
        (1, True, 0),
        (2, True, 0),
        (3, False, 3),
    ]
