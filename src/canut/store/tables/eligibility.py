"""Who may work in a project: languages, a qualification earned on gold, an invited team, a place.

Nothing here is read from a person's floor, speed, top-ups, complaints or choices of exposure; a
place only where a law asks for it, and the law is written beside it.
"""

from django.db import models
from django.db.models import Q

from canut.store.tables.decisions import Decision
from canut.store.tables.people import Person
from canut.store.tables.projects import Project


class Eligibility(models.Model):
    """What a project asks of whoever works in it; what is empty asks nothing.

    ``at_least``: thousandths of gold tasks right in ``earned_in``, surely (the low end of the
    interval). ``team_of``: whoever works there is the team. ``place``: how codes of places begin,
    with the legal reason.
    """

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True)
    languages = models.JSONField(default=list)
    earned_in = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+")
    at_least = models.PositiveSmallIntegerField(default=0)
    team_of = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=12, blank=True)
    legal_reason = models.CharField(max_length=400, blank=True)
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    set_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(place="") | ~Q(legal_reason=""), name="place_with_legal_reason"
            ),
        )


class Speaks(models.Model):
    """Which languages a person says they work in."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
    languages = models.JSONField(default=list)
    said_ms = models.BigIntegerField()


def eligibility_of(project_id: int) -> Eligibility | None:
    """Return what a project asks of whoever works in it; None where it asks nothing."""
    return Eligibility.objects.filter(project_id=project_id).first()


def what_bars(worker_id: int) -> Decision | None:
    """Return the decision that keeps a worker from the tasks of their project; None for none."""
    standing = Decision.objects.filter(worker=worker_id, system="eligibility", undone_ms=None)
    return standing.order_by("-id").first()


def languages_of(person: Person) -> list[str]:
    """Return the languages somebody says they work in; that of their pages where they said none."""
    said = Speaks.objects.filter(person=person).first()
    if said is not None:
        return list(said.languages)
    return [person.language[:2]] if person.language else []
