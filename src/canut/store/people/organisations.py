"""Organisations and what people may do in them or in one project."""

from django.db import models

from canut.store.tables.people import Membership, Organisation


def all_organisations() -> list[Organisation]:
    """List every organisation of this instance by name."""
    return list(Organisation.objects.order_by("name"))


def members_of(whole: models.Model) -> list[Membership]:
    """List the memberships in force in an organisation, or in one project alone."""
    field = "organisation" if isinstance(whole, Organisation) else "project"
    held = Membership.objects.filter(**{field: whole}, ended_at=None)
    return list(held.select_related("person").order_by("role", "created_at"))


def memberships_of(person: models.Model) -> list[Membership]:
    """List the memberships in force of one person, oldest first."""
    held = Membership.objects.filter(person_id=person.pk, ended_at=None)
    return list(held.select_related("organisation", "project").order_by("created_at"))
