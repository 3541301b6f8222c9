"""Table of layouts: pages with ``${name}`` that programs fill for each HIT."""

from django.db import models
from django.db.models import Q

from canut.store.tables.people import Organisation, Person
from canut.store.tables.turk.hits import ID_LENGTH


class TurkLayout(models.Model):
    """A page of an organisation with variables; HITs made of it keep what they were filled with."""

    public_id = models.CharField(max_length=ID_LENGTH, unique=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE, db_index=False)
    name = models.CharField(max_length=120)
    body = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "name"),
                condition=Q(ended_ms=None),
                name="turk_layout_name_once",
            ),
        )
