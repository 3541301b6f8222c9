"""People whom a panel sends: Prolific, CloudResearch, a university's own.

A link says which panel it is for, the code that proves the work was done there, and where people
go back to. What the panel calls them is kept sealed off from datasets: only counts leave.
"""

from collections import Counter

from django.db import models

from canut.store.tables.people import Invitation, Person
from canut.store.tables.projects import Project

FEWEST_SHOWN = 10


class PanelLink(models.Model):
    """How a panel's people come in and go back, for one invitation.

    ``tasks``: how many answers finish the work; ``code`` is shown then.
    """

    class Panel(models.TextChoices):
        """Whose people they are."""

        PROLIFIC = "prolific"
        CLOUDRESEARCH = "cloudresearch"
        OTHER = "other"

    invitation = models.OneToOneField(
        Invitation, models.CASCADE, primary_key=True, related_name="panel"
    )
    panel = models.CharField(max_length=13, choices=Panel.choices)
    code = models.CharField(max_length=60)
    return_url = models.URLField(max_length=400, blank=True)
    tasks = models.PositiveIntegerField()


class Recruited(models.Model):
    """By whom a person was sent to a project, and what they are called there."""

    person = models.ForeignKey(Person, models.CASCADE)
    project = models.ForeignKey(Project, models.CASCADE)
    invitation = models.ForeignKey(Invitation, models.SET_NULL, null=True)
    panel = models.CharField(max_length=13)
    member = models.CharField(max_length=100, blank=True)
    study = models.CharField(max_length=100, blank=True)
    session = models.CharField(max_length=100, blank=True)
    came_ms = models.BigIntegerField()
    finished_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "person"), name="recruited_once"),
            models.UniqueConstraint(
                fields=("project", "panel", "member"),
                condition=~models.Q(member=""),
                name="panel_member_once",
            ),
        )


def recruitment_of(project_id: int) -> dict[str, int]:
    """Count a project's people by the panel that sent them; counts under ten are left out.

    ``""`` counts those who came by a plain link.
    """
    panels = Counter(
        Recruited.objects.filter(project_id=project_id).values_list("panel", flat=True)
    )
    return {panel: count for panel, count in sorted(panels.items()) if count >= FEWEST_SHOWN}
