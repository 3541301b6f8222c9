"""Elections of workers' representatives: who stands, who may vote, and a box nobody can sort.

The box is one list in one row, in an order that the ballots alone give; a voter's row says that
they voted, not when. So neither an order, nor a moment, nor a number ties the two. Only an election
gives the role: the database holds no representative without one.
"""

from django.db import models
from django.db.models import Q

from canut.core.participation.ballot import DAY_MS, TERM_DAYS
from canut.store.tables.organisations import Membership, Organisation, Role
from canut.store.tables.people import Person
from canut.store.tables.work import Answer


class Election(models.Model):
    """One election; ``box`` holds the sorted ballots, also after the count, to count again."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    seats = models.PositiveSmallIntegerField()
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    opened_ms = models.BigIntegerField()
    voting_ms = models.BigIntegerField()
    closes_ms = models.BigIntegerField()
    voters = models.PositiveIntegerField()
    box = models.JSONField(default=list)
    counted_ms = models.BigIntegerField(null=True)
    result = models.JSONField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organisation",),
                condition=Q(counted_ms=None),
                name="election_one_at_a_time",
            ),
        )

    @property
    def term_ends_ms(self) -> int:
        """The end of office of those elected."""
        return int(self.closes_ms) + TERM_DAYS * DAY_MS


class Candidate(models.Model):
    """Somebody who stands, and why."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="candidates")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("election", "person"), name="candidate_once"),
        )


class Voter(models.Model):
    """Somebody who may vote, and whether they did; never when, never what."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="electorate")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    has_voted = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("election", "person"), name="voter_once"),)


class Call(models.Model):
    """A worker who asks for an election; taken away once one is opened."""

    person = models.OneToOneField(Person, models.CASCADE)
    at_ms = models.BigIntegerField()


def running_election() -> Election | None:
    """Return the election that is not counted yet, if there is one."""
    return Election.objects.filter(counted_ms=None).order_by("id").first()


def last_counted() -> Election | None:
    """Return the last election that was counted."""
    return Election.objects.filter(counted_ms__isnull=False).order_by("-id").first()


def candidates_of(election: Election) -> list[Candidate]:
    """List who stands, by name."""
    found = Candidate.objects.filter(election=election).select_related("person")
    return sorted(found, key=lambda one: str(one.person).casefold())


def voter_of(election: Election, person: Person) -> Voter | None:
    """Return a person's right to vote, if they have it."""
    return Voter.objects.filter(election=election, person=person).first()


def representatives() -> list[Membership]:
    """List the representatives in office."""
    held = Membership.objects.filter(role=Role.REPRESENTATIVE, ended_at=None)
    return list(held.select_related("person", "election").order_by("created_at", "id"))


def last_active(since_ms: int) -> dict[int, int]:
    """Return when each person last answered, of those who did since a moment."""
    answered = Answer.objects.filter(
        answered_ms__gte=since_ms,
        worker__person__isnull=False,
        worker__person__is_active=True,
        worker__person__is_service=False,
    )
    found = answered.values_list("worker__person").annotate(last=models.Max("answered_ms"))
    return dict(found)


def has_called(person: Person) -> bool:
    """Say whether this person asks for an election now."""
    return Call.objects.filter(person=person).exists()
