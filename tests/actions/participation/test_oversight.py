"""What a client really pays is measured daily, and nothing is said of fewer than ten people."""

import pytest

from canut.actions.participation.client_ratings import rate_client
from canut.actions.participation.deadlines import run_deadlines
from canut.actions.participation.oversight import measure_daily, report_if_due
from canut.core.clock import DAY_MS
from canut.core.errors import Forbidden
from canut.store.decisions.appeals import appealed
from canut.store.models import (
    Appeal,
    ClientMeasure,
    ClientRating,
    Decision,
    Lease,
    OversightReport,
    Period,
    Person,
    RiskChoice,
    Statement,
    StatementCost,
)
from canut.store.participation.clients import client, rating_of
from tests.actions.work.test_work_record import RATING
from tests.support.factories import (
    NOW,
    NOW_MS,
    PIECE_MICRO,
    Made,
    answer_next,
    make_person,
    make_project,
)

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

    run_deadlines(NOW_MS + 183 * DAY_MS)

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


def test_who_left_rates_the_client_for_ninety_days() -> None:
    made = worked(1)
    made.worker.ended_at = NOW
    made.worker.save()

    kept = rate_client(made.worker, RATING, "Bien", NOW_MS + 90 * DAY_MS)

    assert kept.text == "Bien"
    with pytest.raises(Forbidden) as refused:
        rate_client(made.worker, RATING, "Bien", NOW_MS + 90 * DAY_MS + 1)
    assert refused.value.case == "rating-over"


def test_report_tells_top_ups_appeals_and_exposure_of_ten_people() -> None:
    made = worked(12)
    people = [worker.person for worker in made.workers if worker.person]
    due = Period.objects.create(
        first_day=NOW.date(), last_day=NOW.date(), pay_day=NOW.date(), state="closed",
        closed_by=people[0], closed_at=NOW, measured_ms=NOW_MS, created_at=NOW,
    )  # fmt: skip
    for person in people:
        sent = Statement.objects.create(
            period=due, person=person, currency="CAD", content="{}", sha256="", time_ms=0,
            top_up_micro=0, gross_micro=0, vacation_micro=0, net_micro=0, pay_year=2026,
            begin_ms=0, end_ms=NOW_MS,
        )  # fmt: skip
        StatementCost.objects.create(
            statement=sent, project=made.project, answers=1, time_ms=3_600_000, pieces_micro=1,
            hours_micro=0, top_up_micro=2_000_000, on_top_micro=0,
        )  # fmt: skip
        RiskChoice.objects.create(person=person, category="violence", agreed=False, at_ms=NOW_MS)
    lent = Lease.objects.filter(project=made.project)
    for lease, person in zip(lent.order_by("id"), people, strict=True):
        Lease.objects.filter(pk=lease.pk).update(bearer=person, dose=100_000, ended_ms=LATER)

    report_if_due(NOW_MS + 183 * DAY_MS)

    content = OversightReport.objects.get(kind="half").content
    assert content["top_ups"] == {
        "currency": "CAD", "people_per_mille": 1000, "hours_per_mille": 1000, "micro": 24_000_000
    }  # fmt: skip
    assert {one["name"]: one["people"] for one in content["exposure"]["bands"]}["under-half"] == 12
    assert content["exposure"]["refused"] == 12
    assert content["appeals"]["many"] is None


def test_appeals_are_listed_with_their_end_and_days() -> None:
    made = worked(2)
    appeals = [make_appeal(worker.person, at_ms=NOW_MS) for worker in made.workers if worker.person]
    Appeal.objects.filter(pk=appeals[0].pk).update(
        answered_by=make_person(), answer="Oui", outcome="overturned", answered_ms=NOW_MS + DAY_MS
    )

    found = appealed(NOW_MS, NOW_MS + 1)

    assert [one[1:] for one in found] == [("overturned", 1), ("", None)]


def make_appeal(person: Person, at_ms: int) -> Appeal:
    """Write an objection to a decision somebody took."""
    decision = Decision.objects.create(
        person=person, kind="rejection", code="off-instructions", made_by=make_person(),
        text_en="No.", text_fr="Non.", evidence="Voir.", at_ms=at_ms,
    )  # fmt: skip
    return Appeal.objects.create(
        decision=decision, by=person, author=decision.made_by, words="Non.", at_ms=at_ms,
        due_ms=at_ms + 14 * DAY_MS,
    )  # fmt: skip
