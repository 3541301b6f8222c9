"""Tables of recruiting on Prolific by its API: the account, the study there, the top-ups."""

from django.db import models
from django.db.models import Q

from canut.store.tables.people import Invitation, Organisation, Person
from canut.store.tables.projects import Project


class ProlificAccount(models.Model):
    """An organisation's token of Prolific's API; ``sealed`` is bound to the organisation."""

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="prolific"
    )
    sealed = models.BinaryField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()


class ProlificStudy(models.Model):
    """The study by which Prolific sends people to a project.

    ``number``: Prolific's id of it. ``invitation``: the link people come by. ``state``: as Prolific
    last gave it, in lower case. ``reward_micro``: what Prolific pays for it, in ``currency``.
    """

    project = models.OneToOneField(
        Project, models.CASCADE, primary_key=True, related_name="prolific"
    )
    invitation = models.ForeignKey(Invitation, models.SET_NULL, null=True, related_name="+")
    number = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    places = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField()
    reward_micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(reward_micro__gt=0), name="prolific_reward"),
        )


class TopUpBatch(models.Model):
    """Top-ups set up at Prolific in one call, and paid by a second one.

    ``number``: Prolific's id of them. ``fees_micro``: its fees and tax on them. ``SENT`` stays
    where Prolific's answer never came: a person looks there, because a second call pays twice.
    """

    class State(models.TextChoices):
        """How far the payment is."""

        SET_UP = "set-up"
        SENT = "sent"
        PAID = "paid"
        REFUSED = "refused"

    study = models.ForeignKey(ProlificStudy, models.CASCADE, related_name="batches")
    number = models.CharField(max_length=60)
    amount_micro = models.BigIntegerField()
    fees_micro = models.BigIntegerField()
    state = models.CharField(max_length=7, choices=State.choices)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    set_up_ms = models.BigIntegerField()
    sent_ms = models.BigIntegerField(null=True)


class TopUp(models.Model):
    """What one person gets through Prolific besides its reward, up to the minimum of their time."""

    batch = models.ForeignKey(TopUpBatch, models.CASCADE, related_name="top_ups")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    time_ms = models.BigIntegerField()
    micro = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("batch", "person"), name="top_up_once"),
            models.CheckConstraint(condition=Q(micro__gt=0), name="top_up_amount"),
        )
