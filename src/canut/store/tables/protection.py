"""Tables of protection: limits, choices, breaks."""

from django.db import connection, models

from canut.store.tables.people import Person


def watched_ms(person_id: int) -> int:
    """Return when a person's hours were last checked; 0 if never."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT watched_ms FROM store_protection WHERE person_id = %s", (person_id,))
        row = cursor.fetchone()
    return int(row[0]) if row else 0


class Protection(models.Model):
    """One person's own limit, first exposure, last break, and break due.

    ``lower_day``: a limit the person set for themselves, in thousandths. ``first_ms``,
    ``began_ms``, ``last_ms``: see ``core.protection.exposure.Bearer``. ``pause_ms``: when the last
    break ended. ``break_ms``: when one was begun that has not ended. ``rest_until_ms``: nothing is
    offered before; ``rest_why`` says which limit of hours asks for it. ``week_ms``: worked
    this week when that was last looked at; ``spans``: when, in the last two weeks, roughly.
    """

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
    lower_day = models.PositiveIntegerField(null=True)
    first_ms = models.BigIntegerField(null=True)
    began_ms = models.BigIntegerField(null=True)
    last_ms = models.BigIntegerField(null=True)
    pause_ms = models.BigIntegerField(default=0)
    break_ms = models.BigIntegerField(null=True)
    rest_until_ms = models.BigIntegerField(default=0)
    rest_why = models.CharField(max_length=12, blank=True)
    watched_ms = models.BigIntegerField(default=0)
    week_ms = models.BigIntegerField(default=0)
    spans = models.JSONField(default=list)


class RiskChoice(models.Model):
    """Whether a person accepts one risk category; the last choice counts."""

    person = models.ForeignKey(Person, models.CASCADE, db_index=False)
    category = models.CharField(max_length=20)
    agreed = models.BooleanField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "category"), name="risk_choice_once"),
        )
