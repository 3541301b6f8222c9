"""Tables of the people of a requester: their names there, and proposals about them."""

from django.db import models
from django.db.models import Q

from canut.store.tables.decisions import Decision
from canut.store.tables.integrations import ApiKey
from canut.store.tables.people import Organisation, Person
from canut.store.tables.work import Answer

ID_LENGTH = 32


class WorkerAlias(models.Model):
    """The name of a person at one organisation, as its programs see it; gone with the person."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    public_id = models.CharField(max_length=ID_LENGTH, unique=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "person"), name="alias_of_person_once"),
        )


class TurkProposal(models.Model):
    """What a program proposed against a person; nothing follows before a named person decides.

    ``words``: the reason the program gave, for who decides. A rejection that nobody confirms within
    the seven days of its answer has lapsed.
    """

    class Kind(models.TextChoices):
        """What is proposed."""

        REJECTION = "rejection"
        BLOCK = "block"

    class Outcome(models.TextChoices):
        """What became of it; empty while it waits."""

        CONFIRMED = "confirmed"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    organisation = models.ForeignKey(Organisation, models.CASCADE, db_index=False)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, related_name="turk_proposals")
    words = models.TextField(blank=True)
    key = models.ForeignKey(ApiKey, models.SET_NULL, null=True, related_name="+")
    at_ms = models.BigIntegerField()
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    settled_ms = models.BigIntegerField(null=True)
    settled_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    decision = models.ForeignKey(Decision, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("answer",),
                condition=Q(kind="rejection", outcome=""),
                name="turk_rejection_proposed_once",
            ),
            models.UniqueConstraint(
                fields=("organisation", "person"),
                condition=Q(kind="block", outcome=""),
                name="turk_block_proposed_once",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_ms=None) | ~Q(outcome="") & Q(settled_ms__gt=0),
                name="turk_proposal_settled_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="block", answer=None) | Q(kind="rejection", answer__isnull=False),
                name="turk_proposal_of_its_kind",
            ),
        )
        indexes = (models.Index(fields=("organisation", "id"), name="turk_proposal_of"),)
