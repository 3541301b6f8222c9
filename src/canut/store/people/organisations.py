"""Organisations, projects and their memberships."""

from django.db import models

from canut.store.tables.people import Membership, Organisation, Role


def all_organisations() -> list[Organisation]:
    """List the organisations of this instance by name."""
    return list(Organisation.objects.order_by("name"))


def members_of(whole: models.Model) -> list[Membership]:
    """List the current memberships of an organisation, or of one project."""
    field = "organisation" if isinstance(whole, Organisation) else "project"
    memberships = Membership.objects.filter(**{field: whole}, ended_at=None)
    return list(memberships.select_related("person").order_by("role", "created_at"))


def memberships_of(person: models.Model) -> list[Membership]:
    """List the current memberships of one person, oldest first."""
    memberships = Membership.objects.filter(person_id=person.pk, ended_at=None)
    return list(memberships.select_related("organisation", "project").order_by("created_at"))


def has_operator() -> bool:
    """Return whether anybody runs this instance."""
    operators = Membership.objects.filter(role=Role.OPERATOR, ended_at=None)
    return operators.filter(person__is_active=True).exists()


def operating_organisation(person: models.Model) -> Organisation:
    """Return the organisation in which a person is operator: the first of them."""
    memberships = Membership.objects.filter(
        person_id=person.pk, role=Role.OPERATOR, ended_at=None, organisation__isnull=False
    )
    return Organisation.objects.get(id__in=memberships.order_by("id").values("organisation")[:1])
