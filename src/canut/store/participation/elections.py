"""Elections of workers' representatives: who stands, who may vote, and a box nobody can sort.

The box is one list in one row, in an order that the ballots alone give; a voter's row says that
they voted, not when. So neither an order, nor a moment, nor a number ties the two. Only an election
gives the role: the database holds no representative without one.
"""

from django.db import models

from canut.store.tables.participation import Call, Candidate, Election, Voter
from canut.store.tables.people import Membership, Person, Role
from canut.store.tables.work import Answer


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
