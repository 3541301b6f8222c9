"""Tables of the Portrait: its releases, and what each was computed from."""

from django.db import models

from canut.store.tables.people import Person


class PortraitRelease(models.Model):
    """One signed and logged edition of a quarter's figures; immutable.

    ``content`` is the signed document to the byte; ``sha256`` of its figures without signature.
    ``shared`` are the inputs that are no single person's; None in editions that kept none.
    ``withheld`` are the projects whose card is not public beside it; ``waiting_ms`` is when a
    correction was held back because it would show few people.
    """

    period = models.CharField(max_length=7)
    edition = models.PositiveIntegerField()
    made_ms = models.BigIntegerField()
    is_simulated = models.BooleanField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    shared = models.JSONField(null=True)
    withheld = models.JSONField(null=True)
    waiting_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("period", "edition"), name="portrait_release_once"),
        )

    @property
    def name(self) -> str:
        """The edition's name in URLs: ``2026-Q3-1``."""
        return f"{self.period}-{self.edition}"


class PortraitDrawing(models.Model):
    """The charts of an edition as they were drawn, in one language; immutable.

    A permanent address serves these bytes, whatever later versions would draw.
    """

    release = models.ForeignKey(
        PortraitRelease, models.CASCADE, related_name="drawings", db_index=False
    )
    language = models.CharField(max_length=2)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("release", "language"), name="portrait_drawn_once"),
        )


class PortraitInput(models.Model):
    """What one edition was computed from, of one person: amounts by name. Never published."""

    release = models.ForeignKey(PortraitRelease, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    amounts = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("release", "person"), name="portrait_input_once"),
        )
