"""Run elections of representatives and of ethics reviewers: electorate, count, result.

Elections use approval ballots: a voter names all candidates they trust. No lot is drawn: everyone
tied for the last seat is elected too. The voter of a ballot is never known, so no function here
takes a voter together with a ballot. ``actions.participation.elections`` keeps ballots and voters
apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from canut.core.clock import DAY_MS
from canut.core.errors import BadInput

ACTIVE_DAYS = 90
STANDING_DAYS = 7
VOTING_DAYS = 7
CALL_PER_MILLE = 100
QUORUM_PER_MILLE = 200
FEWEST_BALLOTS = 3
MOST_SEATS = 15


class ElectionKind(StrEnum):
    """Whom an election elects."""

    REPRESENTATIVES = "representatives"
    ETHICS = "ethics"


TERM_DAYS = {ElectionKind.REPRESENTATIVES: 365, ElectionKind.ETHICS: 730}


@dataclass(frozen=True, slots=True)
class Calendar:
    """The dates of an election, in milliseconds since 1970 UTC."""

    opened_ms: int
    voting_ms: int
    closes_ms: int


@dataclass(frozen=True, slots=True)
class Count:
    """The result of a count.

    Args:
        votes: number of ballots that name each candidate; contains every candidate.
        elected: most votes first, by number if equal; empty without a quorum.
        ballots: number of ballots cast, blank ones included.
        quorum: number of ballots required.
        extra: seats added because of a tie for the last one.
    """

    votes: Mapping[int, int]
    elected: tuple[int, ...]
    ballots: int
    quorum: int
    extra: int

    @property
    def is_valid(self) -> bool:
        """Return whether enough people voted."""
        return self.ballots >= self.quorum


def calendar(opened_ms: int) -> Calendar:
    """Schedule an election: a week to stand, a week to vote.

    Example:
        >>> calendar(0).closes_ms // DAY_MS
        14
    """
    voting = opened_ms + STANDING_DAYS * DAY_MS
    return Calendar(opened_ms, voting, voting + VOTING_DAYS * DAY_MS)


def electorate(last_active_ms: Mapping[int, int], opened_ms: int) -> frozenset[int]:
    """Return who may vote: people who worked in the ninety days before the election opened.

    Args:
        last_active_ms: time of the last answer, by person.
        opened_ms: time at which the election opened; nobody joins the list later.
    """
    since = opened_ms - ACTIVE_DAYS * DAY_MS
    return frozenset(who for who, at in last_active_ms.items() if since <= at <= opened_ms)


def is_called(asking: int, active: int) -> bool:
    """Return whether enough workers request an election: one in ten active workers.

    Example:
        >>> is_called(2, 20), is_called(2, 21), is_called(0, 0)
        (True, False, False)
    """
    return asking > 0 and asking * 1000 >= active * CALL_PER_MILLE


def quorum_of(voters: int) -> int:
    """Return how many ballots make an election valid: one voter in five, at least three."""
    return max(FEWEST_BALLOTS, -(-voters * QUORUM_PER_MILLE // 1000))


def count_ballots(
    ballots: Iterable[Sequence[int]], candidates: Iterable[int], seats: int, voters: int
) -> Count:
    """Count approval ballots.

    Args:
        ballots: the candidates that each ballot names, duplicates allowed; empty is a blank ballot.
        candidates: people who stand for election.
        seats: number of seats.
        voters: number of people who may vote.

    Raises:
        BadInput: the number of seats is out of range, a ballot names somebody who is not a
            candidate, or there are more ballots than voters.

    Example:
        >>> count_ballots([[1], [1, 2], [3]], [1, 2, 3], seats=1, voters=5).elected
        (1,)
    """
    check_seats(seats)
    votes = dict.fromkeys(sorted(candidates), 0)
    cast = 0
    for ballot in ballots:
        cast += 1
        for candidate in checked(ballot, votes):
            votes[candidate] += 1
    if cast > voters:
        raise BadInput(f"{cast} ballots of {voters} voters; each has one", code="too-many-ballots")
    quorum = quorum_of(voters)
    named = sorted((name for name in votes if votes[name]), key=lambda name: (-votes[name], name))
    if cast < quorum or not named:
        return Count(votes, (), cast, quorum, 0)
    least = votes[named[min(seats, len(named)) - 1]]
    elected = tuple(name for name in named if votes[name] >= least)
    return Count(votes, elected, cast, quorum, max(0, len(elected) - seats))


def checked(ballot: Sequence[int], candidates: Iterable[int]) -> tuple[int, ...]:
    """Return the candidates on a ballot sorted and without duplicates, so no order is stored.

    Raises:
        BadInput: the ballot names somebody who is not a candidate.
    """
    named = frozenset(ballot)
    strangers = sorted(named - frozenset(candidates))
    if strangers:
        raise BadInput(f"nobody stands under {strangers}", code="not-a-candidate")
    return tuple(sorted(named))


def check_seats(seats: int) -> None:
    """Raise ``BadInput`` unless that many people can be elected."""
    if not 1 <= seats <= MOST_SEATS:
        raise BadInput(
            f"{seats} seats asked; from 1 to {MOST_SEATS} can be",
            code="bad-seats",
            limit=MOST_SEATS,
        )
