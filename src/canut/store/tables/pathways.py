"""Tables of pathways: openings for an occupation, who left, and where people say they went."""

from django.db import models
from django.db.models import F, Q

from canut.store.tables.decisions import Decision
from canut.store.tables.people import Organisation, Person


class Opening(models.Model):
    """A job somebody offers, shown on the pathway of its occupation until a day.

    Pay is in micro-units of the currency, by ``per``. ``apply_to``: an address or an e-mail; nobody
    applies through Canut. ``decision``: the one that took it down. ``ended_ms``: when it was ended
    early, or taken down.
    """

    class Per(models.TextChoices):
        """The time that the pay is for."""

        HOUR = "hour"
        MONTH = "month"
        YEAR = "year"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="openings")
    occupation = models.CharField(max_length=20)
    title_en = models.CharField(max_length=120)
    title_fr = models.CharField(max_length=120)
    text_en = models.CharField(max_length=1000, blank=True)
    text_fr = models.CharField(max_length=1000, blank=True)
    place = models.CharField(max_length=120)
    low_micro = models.BigIntegerField()
    high_micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    per = models.CharField(max_length=5, choices=Per.choices)
    hours_week = models.PositiveSmallIntegerField()
    apply_to = models.CharField(max_length=300)
    until = models.DateField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(low_micro__gt=0, high_micro__gte=F("low_micro")),
                name="opening_pay_range",
            ),
            models.CheckConstraint(
                condition=~Q(title_en="") & ~Q(title_fr="") & ~Q(apply_to="") & ~Q(currency=""),
                name="opening_says_it_all",
            ),
            models.CheckConstraint(
                condition=Q(hours_week__gte=1, hours_week__lte=60), name="opening_hours"
            ),
        )
        indexes = (models.Index(fields=("occupation", "until"), name="opening_of_occupation"),)


class Departure(models.Model):
    """That a person said they leave, and whether they agreed to be asked where they went."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="+")
    at_ms = models.BigIntegerField()
    agreed = models.BooleanField()


class Destination(models.Model):
    """One question about where somebody went, and their answer; deleted when they ask.

    ``occupation``: a key of the Portrait's table, or one of ``core.pathways.destinations``.
    """

    class Moment(models.TextChoices):
        """When it is asked."""

        LEAVING = "leaving"
        THREE_MONTHS = "3-months"
        TWELVE_MONTHS = "12-months"
        OWN = "own"
        """The person told it at will."""

    class Better(models.TextChoices):
        """Whether the work is paid better than here."""

        YES = "yes"
        SAME = "same"
        NO = "no"
        UNSAID = "unsaid"

    class Helped(models.TextChoices):
        """Whether the passport helped."""

        YES = "yes"
        NO = "no"
        UNSAID = "unsaid"

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    moment = models.CharField(max_length=9, choices=Moment.choices)
    asked_ms = models.BigIntegerField()
    answered_ms = models.BigIntegerField(null=True)
    occupation = models.CharField(max_length=20, blank=True)
    better = models.CharField(max_length=6, choices=Better.choices, blank=True)
    helped = models.CharField(max_length=6, choices=Helped.choices, blank=True)
    paid_ms = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "moment"), name="destination_once"),
            models.CheckConstraint(
                condition=Q(answered_ms=None, occupation="", better="", helped="")
                | (
                    Q(answered_ms__isnull=False) & ~Q(occupation="") & ~Q(better="") & ~Q(helped="")
                ),
                name="destination_answered_whole",
            ),
        )


class FollowedPathway(models.Model):
    """An occupation that a person said they follow the pathway of; only they see it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    target = models.CharField(max_length=20)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "target"), name="pathway_followed_once"),
        )
        indexes = (models.Index(fields=("target",), name="pathway_followers"),)
