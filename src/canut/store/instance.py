"""Facts about this instance: who it is, whether the demo made it."""

from django.db import models


class Fact(models.Model):
    """One named fact, such as ``made_by_demo``."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.TextField()


def is_demo() -> bool:
    """Say whether the demo made this database; only then do its one-click entrances exist."""
    return Fact.objects.filter(name="made_by_demo", value="1").exists()
