"""Letters by mail that left or are to leave: what each is about, never what it says."""

from django.db import models
from django.db.models import Q

from canut.store.tables.people import Person


class Letter(models.Model):
    """One letter to one person about one thing; sent once, tried again while it fails.

    ``number``: of the statement, payment, decision, appeal or message. ``due_ms``: when it is tried
    next; None once it was sent or given up.
    """

    kind = models.CharField(max_length=12)
    number = models.BigIntegerField()
    person = models.ForeignKey(Person, models.CASCADE)
    made_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "number", "person"), name="letter_once"),
        )
        indexes = (
            models.Index(fields=("due_ms",), name="letter_due", condition=Q(due_ms__isnull=False)),
        )


def letters_given_up() -> int:
    """Count the letters that never left, however often they were tried."""
    return Letter.objects.filter(due_ms=None, sent_ms=None).count()
