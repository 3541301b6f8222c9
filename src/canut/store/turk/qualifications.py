"""Qualification types, the values people have, and the HIT types that require them. Reads only."""

from typing import NamedTuple

from django.db.models import Q, QuerySet

from canut.core.turk.requirements import SYSTEM_NAMES, Requirement, meets, read_requirements
from canut.store.tables.turk.hits import HitType
from canut.store.tables.turk.people import QualificationGrant, QualificationType


def qualification_named(organisation: int, public_id: str) -> QualificationType | None:
    """Return a qualification type of an organisation that is not deleted; None if none is so."""
    types = QualificationType.objects.filter(organisation=organisation, deleted_ms=None)
    return types.filter(public_id=public_id).first()


def is_known_type(organisation: int, public_id: str) -> bool:
    """Return whether an id is a qualification type of the organisation, or of the system."""
    own = QualificationType.objects.filter(organisation=organisation, public_id=public_id)
    return public_id in SYSTEM_NAMES or own.exists()


def hits_requiring(organisation: int, public_id: str) -> list[int]:
    """Return the HIT types whose request named a qualification type."""
    rows = HitType.objects.filter(organisation=organisation).values_list("pk", "requirements")
    return [
        number
        for number, requirements in rows
        if any(row["QualificationTypeId"] == public_id for row in requirements)
    ]


def newest_grant(type_id: int, person: int) -> QualificationGrant | None:
    """Return the newest grant of a type to a person, one that was revoked too."""
    grants = QualificationGrant.objects.filter(type=type_id, person=person)
    return grants.order_by("-pk").first()


def newest_grants(type_id: int, *, is_revoked: bool) -> QuerySet[QualificationGrant]:
    """Select the grants of a type in force, or those that were revoked and not granted again."""
    grants = QualificationGrant.objects.filter(type=type_id, is_revoked=is_revoked)
    if not is_revoked:
        return grants.filter(ended_ms=None)
    granted = QualificationGrant.objects.filter(type=type_id, ended_ms=None).values("person")
    return grants.exclude(person__in=granted)


class Unmet(NamedTuple):
    """A requirement that a person does not meet, and the name of its type."""

    requirement: Requirement
    name: str


def unmet_requirement(project: int, person: int) -> Unmet | None:
    """Return the first requirement of a project's HIT type that a person does not meet."""
    rows = HitType.objects.filter(project=project).values_list("requirements", flat=True).first()
    own = [
        requirement
        for requirement in read_requirements(rows or [])
        if requirement.type_id not in SYSTEM_NAMES
    ]
    if not own:
        return None
    types = QualificationType.objects.filter(public_id__in=[need.type_id for need in own])
    names = dict(types.values_list("public_id", "name"))
    grants = QualificationGrant.objects.filter(type__in=types, person=person, ended_ms=None)
    values = dict(grants.values_list("type__public_id", "value"))
    for requirement in own:
        if not meets(requirement, values.get(requirement.type_id)):
            return Unmet(requirement, names.get(requirement.type_id, requirement.type_id))
    return None


def types_matching(organisation: int, query: str) -> QuerySet[QualificationType]:
    """Select the qualification types of an organisation whose name or keywords hold some words."""
    types = QualificationType.objects.filter(organisation=organisation, deleted_ms=None)
    if query:
        types = types.filter(Q(name__icontains=query) | Q(keywords__icontains=query))
    return types
