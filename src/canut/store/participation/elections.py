"""Elections of workers' representatives: candidates, voters and an anonymous ballot box.

The box is one list in one row, in an order that the ballots alone give; a voter's row says that
they voted, not when. So neither an order, nor a moment, nor a number ties the two. Only an election
gives the role: the database holds no representative without one.
"""

from django.db import models

from canut.core.participation.ballot import ElectionKind
from canut.store.tables.participation import Call, Candidate, Election, Voter
from canut.store.tables.people import Membership, Person, Role
from canut.store.tables.work import Answer


def running_election(kind: ElectionKind = ElectionKind.REPRESENTATIVES) -> Election | None:
    """Return the election of a kind that is not counted yet, if any."""
    return Election.objects.filter(kind=kind, counted_ms=None).order_by("id").first()


def last_counted(kind: ElectionKind = ElectionKind.REPRESENTATIVES) -> Election | None:
    """Return the last counted election of a kind."""
    rows = Election.objects.filter(kind=kind, counted_ms__isnull=False)
    return rows.order_by("-id").first()


def candidates_of(election: Election) -> list[Candidate]:
    """List the candidates by name."""
    candidates = Candidate.objects.filter(election=election).select_related("person")
    return sorted(candidates, key=lambda candidate: str(candidate.person).casefold())


def voter_of(election: Election, person: Person) -> Voter | None:
    """Return a person's voter row, if they may vote."""
    return Voter.objects.filter(election=election, person=person).first()


def representatives() -> list[Membership]:
    """List the representatives in office."""
    memberships = Membership.objects.filter(role=Role.REPRESENTATIVE, ended_at=None)
    return list(memberships.select_related("person", "election").order_by("created_at", "id"))


def last_active(since_ms: int) -> dict[int, int]:
    """Return when each person last answered, for those active since a time."""
    answered = Answer.objects.filter(
        answered_ms__gte=since_ms,
        worker__person__isnull=False,
        worker__person__is_active=True,
        worker__person__is_service=False,
    )
    rows = answered.values_list("worker__person").annotate(last=models.Max("answered_ms"))
    return dict(rows)


def has_called(person: Person) -> bool:
    """Return whether this person requests an election now."""
    return Call.objects.filter(person=person).exists()
