"""Read an organisation's qualifications, who has them, and which projects train for them."""

from django.db.models import Count, Q

from canut.store.tables.work import Eligibility, Qualification, QualificationGrant

IN_FORCE = Q(grants__ended_ms=None, grants__isnull=False)


def qualifications_of(organisation_id: int) -> list[Qualification]:
    """List an organisation's qualifications by name, with how many people have each (``held``)."""
    rows = Qualification.objects.filter(organisation=organisation_id, ended_ms=None)
    counted = rows.annotate(holders=Count("grants", filter=IN_FORCE))
    return list(counted.select_related("training").order_by("name"))


def find_qualification(organisation_id: int, number: int) -> Qualification | None:
    """Return a qualification of an organisation that is in use; None if there is none."""
    rows = Qualification.objects.filter(organisation=organisation_id, ended_ms=None)
    return rows.filter(pk=number).first()


def grants_of(qualification_id: int) -> list[QualificationGrant]:
    """List who has a qualification now, newest first."""
    rows = QualificationGrant.objects.filter(qualification=qualification_id, ended_ms=None)
    return list(rows.select_related("person").order_by("-at_ms", "-id"))


def has_qualification(person_id: int, qualification_id: int) -> bool:
    """Return whether a person has a qualification now."""
    rows = QualificationGrant.objects.filter(qualification=qualification_id, person=person_id)
    return rows.filter(ended_ms=None, qualification__ended_ms=None).exists()


def qualifications_by(person_id: int) -> list[QualificationGrant]:
    """List the qualifications a person has or had, newest first."""
    rows = QualificationGrant.objects.filter(person=person_id)
    return list(rows.select_related("qualification__organisation", "by").order_by("-at_ms", "-id"))


def trained_by(project_id: int) -> list[Qualification]:
    """List the qualifications that a project's gold checks earn."""
    return list(Qualification.objects.filter(training=project_id, ended_ms=None).order_by("id"))


def asking_for(qualification_id: int) -> list[int]:
    """List the projects that ask for a qualification."""
    rows = Eligibility.objects.filter(qualification=qualification_id)
    return list(rows.order_by("project").values_list("project", flat=True))
