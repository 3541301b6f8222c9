"""Table of the Portrait's releases."""

from django.db import models


class PortraitRelease(models.Model):
    """One signed and logged edition of a quarter's figures; immutable.

    ``content`` is the signed document to the byte; ``sha256`` of its figures without signature.
    """

    period = models.CharField(max_length=7)
    edition = models.PositiveIntegerField()
    made_ms = models.BigIntegerField()
    is_simulated = models.BooleanField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)

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
