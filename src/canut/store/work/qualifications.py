"""Read qualifications, who has them, which projects require them, and who meets that."""

from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from canut.core.turk.requirements import (
    LOCALE,
    SYSTEM_NAMES,
    Requirement,
    is_in_force,
    read_requirements,
)
from canut.core.work.qualifications import Comparator, meets
from canut.store.tables.projects import Project
from canut.store.tables.turk.hits import HitType
from canut.store.tables.work import (
    Eligibility,
    Qualification,
    QualificationGrant,
    QualificationRequest,
    Worker,
)

IN_FORCE = Q(grants__ended_ms=None, grants__isnull=False)


class Unmet(NamedTuple):
    """A qualification a project requires, and the value of a person who does not meet that."""

    qualification: Qualification
    value: int | None


class SentRequirement(NamedTuple):
    """What a program requires, by the name of its qualification, and whether that decides."""

    name: str
    requirement: Requirement
    is_in_force: bool


def in_use(organisation_id: int) -> QuerySet[Qualification]:
    """Select the qualifications of an organisation that are not ended."""
    return Qualification.objects.filter(organisation=organisation_id, ended_ms=None)


def qualifications_of(organisation_id: int) -> list[Qualification]:
    """List an organisation's qualifications by name, with how many people have each.

    The number is ``holders``.
    """
    counted = in_use(organisation_id).annotate(holders=Count("grants", filter=IN_FORCE))
    return list(counted.select_related("training").order_by("name"))


def find_qualification(organisation_id: int, number: int) -> Qualification | None:
    """Return a qualification of an organisation that is in use; None if there is none."""
    return in_use(organisation_id).filter(pk=number).first()


def grants_of(qualification_id: int) -> list[QualificationGrant]:
    """List who has a qualification now, newest first."""
    rows = QualificationGrant.objects.filter(qualification=qualification_id, ended_ms=None)
    return list(rows.select_related("person").order_by("-at_ms", "-id"))


def qualifications_by(person_id: int) -> list[QualificationGrant]:
    """List the qualifications a person has or had, newest first."""
    rows = QualificationGrant.objects.filter(person=person_id)
    return list(rows.select_related("qualification__organisation", "by").order_by("-at_ms", "-id"))


def newest_grant(qualification_id: int, person_id: int) -> QualificationGrant | None:
    """Return the newest grant of a qualification to a person, one that was revoked too."""
    grants = QualificationGrant.objects.filter(qualification=qualification_id, person=person_id)
    return grants.order_by("-pk").first()


def requestable_by(person_id: int) -> list[Qualification]:
    """List what a person can ask for: open to requests, of organisations they worked for.

    Those they have, those they have asked for, and those with a test are left out.
    """
    workers = Worker.objects.filter(person=person_id).values("project__organisation")
    open_ones = Qualification.objects.filter(
        is_active=True, ended_ms=None, test="", organisation__in=workers
    )
    granted = QualificationGrant.objects.filter(person=person_id, ended_ms=None)
    asked = QualificationRequest.objects.filter(person=person_id, outcome="")
    free = open_ones.exclude(pk__in=granted.values("qualification"))
    rows = free.exclude(pk__in=asked.values("qualification")).select_related("organisation")
    return list(rows.order_by("organisation__name", "name"))


def requests_by(person_id: int) -> list[QualificationRequest]:
    """List the requests of a person that wait or were refused, without tests, newest first."""
    rows = QualificationRequest.objects.filter(person=person_id, attempt=None).exclude(
        outcome="granted"
    )
    return list(rows.select_related("qualification__organisation").order_by("-id"))


def requests_for(qualification_id: int) -> list[QualificationRequest]:
    """List the requests for a qualification that wait, oldest first."""
    rows = QualificationRequest.objects.filter(qualification=qualification_id, outcome="")
    return list(rows.select_related("person").order_by("id"))


def trained_by(project_id: int) -> list[Qualification]:
    """List the qualifications that a project's gold checks earn."""
    return list(Qualification.objects.filter(training=project_id, ended_ms=None).order_by("id"))


def hit_types_requiring(organisation_id: int, public_id: str) -> list[int]:
    """Return the HIT types whose request named a qualification, or one of the system."""
    rows = HitType.objects.filter(organisation=organisation_id).values_list("pk", "requirements")
    return [
        number
        for number, requirements in rows
        if any(row["QualificationTypeId"] == public_id for row in requirements)
    ]


def workers_required(qualification: Qualification, person_id: int) -> list[Worker]:
    """List where a person works in projects that require a qualification."""
    by_page = Eligibility.objects.filter(qualification=qualification).values("project")
    by_program = hit_types_requiring(qualification.organisation_id, qualification.public_id)
    requiring = Q(project__in=by_page) | Q(project__hit_type__in=by_program)
    workers = Worker.objects.filter(requiring, person=person_id, ended_at=None)
    return list(workers.select_related("person", "project__organisation").order_by("id"))


def requirements_sent(project_id: int) -> list[SentRequirement]:
    """List what the program that made a project requires of people, in the order sent."""
    sent = HitType.objects.filter(project=project_id).values_list("requirements", flat=True).first()
    requirements = read_requirements(sent or [])
    own = Qualification.objects.filter(
        public_id__in=[requirement.type_id for requirement in requirements]
    )
    names = {**SYSTEM_NAMES, **dict(own.values_list("public_id", "name"))}
    places = Eligibility.objects.filter(project=project_id).exclude(place="")
    asks_place = any(row.type_id == LOCALE for row in requirements) and places.exists()
    return [
        SentRequirement(
            names.get(requirement.type_id, requirement.type_id),
            requirement,
            is_in_force(requirement, asks_place=asks_place),
        )
        for requirement in requirements
    ]


def projects_requiring(qualification: Qualification) -> list[Project]:
    """List the projects that require a qualification and are not archived, by title."""
    rows = Project.objects.filter(eligibility__qualification=qualification, archived_ms=None)
    return list(rows.order_by("title", "id"))


def unmet_qualification(project_id: int, person_id: int) -> Unmet | None:
    """Return the first qualification a project requires and a person does not meet.

    A project requires what its page chose, and what the request of its HIT type named.
    """
    required = _required(project_id)
    if not required:
        return None
    named = {
        qualification.public_id: qualification
        for qualification in Qualification.objects.filter(
            public_id__in=[public_id for public_id, _comparator, _values in required]
        ).select_related("training")
    }
    grants = QualificationGrant.objects.filter(
        qualification__in=named.values(), person=person_id, ended_ms=None
    )
    values = dict(grants.values_list("qualification__public_id", "value"))
    for public_id, comparator, wanted_values in required:
        value = values.get(public_id)
        if public_id in named and not meets(comparator, wanted_values, value):
            return Unmet(named[public_id], value)
    return None


def _required(project_id: int) -> list[tuple[str, Comparator, tuple[int, ...]]]:
    """List what a project requires: a qualification's name, the comparison, its values."""
    chosen = Eligibility.objects.filter(project=project_id, qualification__isnull=False)
    by_page = chosen.values_list("qualification__public_id", flat=True)
    sent = HitType.objects.filter(project=project_id).values_list("requirements", flat=True).first()
    return [
        *((public_id, Comparator.EXISTS, ()) for public_id in by_page if public_id),
        *(
            (requirement.type_id, requirement.comparator, requirement.values)
            for requirement in read_requirements(sent or [])
            if requirement.type_id not in SYSTEM_NAMES
        ),
    ]
