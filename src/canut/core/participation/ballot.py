"""Run an election of workers' representatives: who may vote, what is counted, who is elected.

Approval ballots: a voter names as many candidates as they trust. Nobody's lot decides: whoever ties
for the last seat is elected too. Which ballot is whose is known nowhere, so nothing here takes a
voter together with a ballot. How ballots are kept apart from voters is decided in
``actions.participation.elections``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from canut.core.clock import DAY_MS
from canut.core.errors import BadInput

ACTIVE_DAYS = 90
STANDING_DAYS = 7
VOTING_DAYS = 7
TERM_DAYS = 365
CALL_PER_MILLE = 100
QUORUM_PER_MILLE = 200
FEWEST_BALLOTS = 3
MOST_SEATS = 15


@dataclass(frozen=True, slots=True)
class Calendar:
    """When an election takes place, in milliseconds since 1970 UTC."""

    opened_ms: int
    voting_ms: int
    closes_ms: int

    @property
    def term_ends_ms(self) -> int:
        """The end of office of those elected."""
        return self.closes_ms + TERM_DAYS * DAY_MS


@dataclass(frozen=True, slots=True)
class Count:
    """What the ballots say.

    Args:
        votes: by candidate, how many ballots name them; every candidate is there.
        elected: most votes first, in order of number where equal; empty without a quorum.
        ballots: how many were cast, blank ones too.
        quorum: how many had to be.
        extra: seats added because of a tie for the last one.
    """

    votes: Mapping[int, int]
    elected: tuple[int, ...]
    ballots: int
    quorum: int
    extra: int

    @property
    def is_valid(self) -> bool:
        """Whether enough people voted."""
        return self.ballots >= self.quorum


def calendar(opened_ms: int) -> Calendar:
    """Lay out an election: a week to stand, a week to vote.

    Example:
        >>> calendar(0).closes_ms // DAY_MS
        14
    """
    voting = opened_ms + STANDING_DAYS * DAY_MS
    return Calendar(opened_ms, voting, voting + VOTING_DAYS * DAY_MS)


def electorate(last_active_ms: Mapping[int, int], opened_ms: int) -> frozenset[int]:
    """Name who may vote: whoever worked in the ninety days before the election was opened.

    Args:
        last_active_ms: by person, their last answer.
        opened_ms: when the election was opened; nobody joins the list later.
    """
    since = opened_ms - ACTIVE_DAYS * DAY_MS
    return frozenset(who for who, at in last_active_ms.items() if since <= at <= opened_ms)


def is_called(asking: int, active: int) -> bool:
    """Say whether enough workers ask for an election: one in ten of those active.

    Example:
        >>> is_called(2, 20), is_called(2, 21), is_called(0, 0)
        (True, False, False)
    """
    return asking > 0 and asking * 1000 >= active * CALL_PER_MILLE


def quorum_of(voters: int) -> int:
    """Return how many ballots make an election count: one voter in five, three at least."""
    return max(FEWEST_BALLOTS, -(-voters * QUORUM_PER_MILLE // 1000))


def count_ballots(
    ballots: Iterable[Sequence[int]], candidates: Iterable[int], seats: int, voters: int
) -> Count:
    """Count approval ballots.

    Args:
        ballots: each the candidates it names, once or more; empty is a blank ballot.
        candidates: who stands.
        seats: how many are to be elected.
        voters: how many people may vote.

    Raises:
        BadInput: no seats or too many, a ballot names somebody who does not stand, or there are
            more ballots than voters.

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
    named = sorted((who for who in votes if votes[who]), key=lambda who: (-votes[who], who))
    if cast < quorum or not named:
        return Count(votes, (), cast, quorum, 0)
    least = votes[named[min(seats, len(named)) - 1]]
    elected = tuple(who for who in named if votes[who] >= least)
    return Count(votes, elected, cast, quorum, max(0, len(elected) - seats))


def checked(ballot: Sequence[int], candidates: Iterable[int]) -> tuple[int, ...]:
    """Return whom a ballot names, each once and in order of number: it keeps no order of hand.

    Raises:
        BadInput: it names somebody who does not stand.
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
