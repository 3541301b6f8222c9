"""Tables of infrastructure: facts and encryption keys."""

import hashlib
from functools import lru_cache

from django.conf import settings
from django.db import models


class Fact(models.Model):
    """One named fact, such as ``made_by_demo``."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.TextField()


def under() -> str:
    """Return an id of the current secret key that reveals no key."""
    return _told(settings.SECRET_KEY)


class PersonKey(models.Model):
    """One person's key for one use, wrapped under the secret key ``under``.

    ``person`` is their number. It is no foreign key: so SQLite overwrites the table as a whole.
    """

    class Use(models.TextChoices):
        """What the key seals."""

        WORK = "work"
        PAY = "pay"

    id = models.BigIntegerField(primary_key=True)
    person = models.BigIntegerField()
    use = models.CharField(max_length=4, choices=Use.choices)
    under = models.CharField(max_length=16)
    wrapped = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "use", "under"), name="key_once_a_use"),
        )


class Erased(models.Model):
    """An erased person, as a pseudonym, and when.

    ``pay_ms``: when the data that pay law retains was erased too.

    It outlives the account, so that the person is erased again after a restore from a backup.
    """

    mark = models.CharField(max_length=64, primary_key=True)
    at_ms = models.BigIntegerField()
    pay_ms = models.BigIntegerField(null=True)


@lru_cache(maxsize=4)
def _told(secret: str) -> str:
    return hashlib.sha256(f"canut.key-check:{secret}".encode()).hexdigest()[:16]
