"""Organisations, projects and their memberships."""

from django.db import models

from canut.store.tables.people import Membership, Organisation


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
