"""Organisations and what people may do in them or in one project."""

from django.db import models
from django.db.models import Q


class Role(models.TextChoices):
    """What a membership lets a person do."""

    REQUESTER = "requester"
    WORKER = "worker"
    REVIEWER = "reviewer"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    REPRESENTATIVE = "representative"


class Organisation(models.Model):
    """Who asks for labels, who runs the instance, or who stands between."""

    class Kind(models.TextChoices):
        """Its place in the chain."""

        REQUESTER = "requester"
        OPERATOR = "operator"
        INTERMEDIARY = "intermediary"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    country = models.CharField(max_length=2, blank=True)
    created_at = models.DateTimeField()


class Membership(models.Model):
    """One role of one person, in an organisation (all its projects) or in one project.

    A representative is there by an ``election``, and only by one.
    """

    person = models.ForeignKey("store.Person", models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True)
    project = models.ForeignKey("store.Project", models.CASCADE, null=True)
    role = models.CharField(max_length=14, choices=Role.choices)
    election = models.ForeignKey("store.Election", models.PROTECT, null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) ^ Q(project__isnull=True),
                name="membership_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(role=Role.REPRESENTATIVE, election__isnull=False)
                | (~Q(role=Role.REPRESENTATIVE) & Q(election__isnull=True)),
                name="membership_represents_by_ballot",
            ),
            models.UniqueConstraint(
                fields=("person", "role", "organisation"),
                condition=Q(ended_at__isnull=True, organisation__isnull=False),
                name="membership_once_in_organisation",
            ),
            models.UniqueConstraint(
                fields=("person", "role", "project"),
                condition=Q(ended_at__isnull=True, project__isnull=False),
                name="membership_once_in_project",
            ),
        )


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
