"""Tables of price rounds: what representatives and clients negotiate, and what they agree on."""

from django.db import models
from django.db.models import F, Q

from canut.core.clock import DAY_MS
from canut.core.participation.accords import (
    DAYS_OF_MONTHS,
    MOST_MONTHS,
    OPEN_STATES,
    Quantile,
    RoundState,
)
from canut.store.tables.participation import Election
from canut.store.tables.people import Organisation, Person
from canut.store.tables.projects import Project, RateVersion


class PriceRound(models.Model):
    """A negotiation of prices for one kind of work in one place; empty for every place."""

    kind = models.CharField(max_length=30)
    place = models.CharField(max_length=12, blank=True)
    opened_ms = models.BigIntegerField()
    closes_ms = models.BigIntegerField()
    state = models.CharField(max_length=7, choices=[(one.value, one.name) for one in RoundState])
    settled_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "place"),
                condition=Q(state__in=[state.value for state in OPEN_STATES]),
                name="price_round_one_at_a_time",
            ),
        )


class PriceMandate(models.Model):
    """A representative's agreement to open a round; ``text``: what they ask for.

    ``election``: the one that put them in office.
    """

    round = models.ForeignKey(PriceRound, models.CASCADE, related_name="mandates")
    election = models.ForeignKey(Election, models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    text = models.TextField(blank=True)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("round", "by"), name="price_mandate_once"),)


class PriceOffer(models.Model):
    """An offer of a client, or of the representatives where ``organisation`` is empty; immutable.

    ``hour_micro`` is what an hour of work brings at the task time that the ``quantile`` names.
    """

    round = models.ForeignKey(PriceRound, models.CASCADE, related_name="offers")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", db_index=False
    )
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    hour_micro = models.BigIntegerField()
    quantile = models.CharField(max_length=3, choices=[(one.value, one.name) for one in Quantile])
    currency = models.CharField(max_length=3)
    months = models.PositiveSmallIntegerField()
    text = models.TextField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=MOST_MONTHS, hour_micro__gt=0) & ~Q(text=""),
                name="price_offer_in_bounds",
            ),
        )


class PriceVote(models.Model):
    """A secret vote of the workers on an offer; ``box`` holds the sorted ballots."""

    round = models.ForeignKey(PriceRound, models.CASCADE, related_name="votes")
    offer = models.OneToOneField(PriceOffer, models.CASCADE, related_name="vote")
    opened_ms = models.BigIntegerField()
    closes_ms = models.BigIntegerField()
    voters = models.PositiveIntegerField()
    box = models.JSONField(default=list)
    counted_ms = models.BigIntegerField(null=True)
    result = models.JSONField(null=True)


class PriceVoter(models.Model):
    """A person who may vote on an offer, and whether they did; never when or how."""

    vote = models.ForeignKey(PriceVote, models.CASCADE, related_name="electorate")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    has_voted = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("vote", "person"), name="price_voter_once"),)


class AccordSignature(models.Model):
    """A signature under an offer that the workers accepted; of a client, or a representative."""

    offer = models.ForeignKey(PriceOffer, models.CASCADE, related_name="signatures")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", db_index=False
    )
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("offer", "by"),
                condition=Q(organisation=None),
                name="accord_signed_once_by_representative",
            ),
            models.UniqueConstraint(
                fields=("offer", "organisation"),
                condition=Q(organisation__isnull=False),
                name="accord_signed_once_by_client",
            ),
        )


class Accord(models.Model):
    """A price agreement: the accepted offer, since when and until when; immutable.

    ``sha256``: of its canonical content, which the platform log holds. It hangs on no operator.
    """

    round = models.OneToOneField(PriceRound, models.PROTECT, related_name="accord")
    offer = models.OneToOneField(PriceOffer, models.PROTECT, related_name="accord")
    kind = models.CharField(max_length=30)
    place = models.CharField(max_length=12, blank=True)
    hour_micro = models.BigIntegerField()
    quantile = models.CharField(max_length=3, choices=[(one.value, one.name) for one in Quantile])
    currency = models.CharField(max_length=3)
    starts_ms = models.BigIntegerField()
    ends_ms = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_ms__gt=F("starts_ms"))
                & Q(ends_ms__lte=F("starts_ms") + DAYS_OF_MONTHS * DAY_MS),
                name="accord_at_most_24_months",
            ),
        )

    @property
    def number(self) -> int:
        """The number by which people name it: that of its round."""
        return int(self.round_id)


class AccordPrice(models.Model):
    """The least price an accord sets in a project, from a measured task time; the last one counts.

    ``time_ms``: what the price is built on; ``measured_ms``: what was measured this time, within a
    tenth of it unless ``is_reopened``. ``is_binding``: the project opened after the accord began.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    accord = models.ForeignKey(Accord, models.PROTECT, related_name="prices")
    rate = models.ForeignKey(RateVersion, models.CASCADE, related_name="+", db_index=False)
    time_ms = models.BigIntegerField()
    measured_ms = models.BigIntegerField()
    minimum_micro = models.BigIntegerField()
    is_binding = models.BooleanField()
    is_reopened = models.BooleanField(default=False)
    at_ms = models.BigIntegerField()
