"""Tests of qualifications: who can take which, and how each attempt stands. Reads only."""

from typing import NamedTuple

from canut.core.clock import SECOND_MS, Ms
from canut.store.tables.projects import Project
from canut.store.tables.work import (
    Qualification,
    QualificationAttempt,
    QualificationGrant,
    QualificationRequest,
    Worker,
)


class OfferedTest(NamedTuple):
    """A qualification with a test, as one person sees it.

    Args:
        qualification: which.
        attempt: their newest; None before the first.
        value: they have now; None without one.
        is_waiting: whether a named person of the organisation still decides.
        begins_ms: from when they can begin it, which may be past; None: no more.
    """

    qualification: Qualification
    attempt: QualificationAttempt | None
    value: int | None
    is_waiting: bool
    begins_ms: Ms | None

    @property
    def is_open(self) -> bool:
        """Return whether an attempt was begun and not handed in."""
        return self.attempt is not None and self.attempt.submitted_ms is None


def offered_tests(person_id: int) -> list[OfferedTest]:
    """List the tests a person can take or took, of organisations they work for.

    Who was given the qualification otherwise is not asked to take its test.
    """
    workers = Worker.objects.filter(person=person_id, ended_at=None).values("project__organisation")
    tested = Qualification.objects.exclude(test="").filter(
        is_active=True, ended_ms=None, organisation__in=workers
    )
    qualifications = list(
        tested.select_related("organisation").order_by("organisation__name", "name")
    )
    numbers = [qualification.pk for qualification in qualifications]
    attempts = {
        attempt.qualification_id: attempt
        for attempt in QualificationAttempt.objects.filter(
            person=person_id, qualification__in=numbers
        ).order_by("id")
    }
    grants = QualificationGrant.objects.filter(
        person=person_id, qualification__in=numbers, ended_ms=None
    )
    values = dict(grants.values_list("qualification", "value"))
    requests = {
        request.qualification_id: request
        for request in QualificationRequest.objects.filter(
            person=person_id, qualification__in=numbers
        ).order_by("id")
    }
    return [
        offered_test
        for qualification in qualifications
        if qualification.pk in attempts or qualification.pk not in values
        for offered_test in [
            _offered(
                qualification,
                attempts.get(qualification.pk),
                values.get(qualification.pk),
                requests.get(qualification.pk),
            )
        ]
    ]


def offered_test(person_id: int, number: int) -> OfferedTest | None:
    """Return the test of a qualification as a person sees it; None if it is not offered to them."""
    tests = offered_tests(person_id)
    return next((each for each in tests if each.qualification.pk == number), None)


def paying_project(person_id: int, organisation_id: int) -> Project | None:
    """Return where the time of a test is paid: the newest place of work, a paid one if any."""
    workers = Worker.objects.filter(
        person=person_id, project__organisation=organisation_id, ended_at=None
    ).select_related("project")
    places = sorted(workers, key=lambda worker: (worker.project.is_own_staff, -worker.pk))
    return places[0].project if places else None


def attempts_waiting(qualification_id: int) -> dict[int, QualificationAttempt]:
    """Return the attempts that a named person decides on, by request."""
    rows = QualificationAttempt.objects.filter(
        qualification=qualification_id, request__outcome="", request__isnull=False
    )
    return {attempt.request_id or 0: attempt for attempt in rows}


def _offered(
    qualification: Qualification,
    attempt: QualificationAttempt | None,
    value: int | None,
    request: QualificationRequest | None,
) -> OfferedTest:
    is_waiting = request is not None and not request.outcome
    begins_ms: Ms | None = 0
    if is_waiting or (attempt is not None and qualification.retry_s is None):
        begins_ms = None
    elif attempt is not None:
        ended_ms = attempt.ends_ms if attempt.submitted_ms is None else attempt.submitted_ms
        settled_ms = (request.settled_ms or 0) if request is not None else 0
        begins_ms = max(ended_ms, settled_ms) + (qualification.retry_s or 0) * SECOND_MS
    return OfferedTest(qualification, attempt, value, is_waiting, begins_ms)
