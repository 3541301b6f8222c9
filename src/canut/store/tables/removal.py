"""Projects that are put away, or on their way to be deleted."""

from django.db import models
from django.db.models import Q

from canut.store.tables.people import Person
from canut.store.tables.projects import Project


class Removal(models.Model):
    """A wish to delete a project: it is done after a grace period unless taken back.

    ``is_stripped``: people were paid for it, so its pay lines, answers' times and ledger entries
    stayed, and what was to be judged went.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="removals")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField()
    taken_back_ms = models.BigIntegerField(null=True)
    done_ms = models.BigIntegerField(null=True)
    is_stripped = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("project",),
                condition=Q(taken_back_ms=None, done_ms=None),
                name="removal_once_at_a_time",
            ),
        )


def removal_of(project_id: int) -> Removal | None:
    """Return the deletion that waits for its day, or was done; None where there is none."""
    found = Removal.objects.filter(project_id=project_id, taken_back_ms=None)
    return found.order_by("-id").first()
