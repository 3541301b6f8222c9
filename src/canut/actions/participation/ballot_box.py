"""Put an anonymous ballot in a box, and mark that its voter has voted.

Elections, votes on offers and recalls share this: both happen in one transaction, and the box is
sorted each time, so that not even the order of voting links a ballot to a voter.
"""

from collections.abc import Sequence

from django.db.models import QuerySet

from canut.core.errors import Conflict
from canut.store.tables.ethics import EthicsRecall, EthicsRecallVoter
from canut.store.tables.participation import (
    Election,
    Voter,
)
from canut.store.tables.prices import (
    PriceVote,
    PriceVoter,
)


def cast_ballot(
    vote: Election | PriceVote | EthicsRecall,
    right: QuerySet[Voter] | QuerySet[PriceVoter] | QuerySet[EthicsRecallVoter],
    cast: Sequence[int],
) -> None:
    """Use a person's right to vote and put their ballot in the box, in the caller's transaction.

    Args:
        vote: the election or the vote, locked by the caller.
        right: the rows of this person's right in it.
        cast: what the ballot names, sorted.

    Raises:
        Conflict: the right is used.
    """
    if not right.filter(has_voted=False).update(has_voted=True):
        raise Conflict("you have voted", code="voted")
    vote.box = sorted([*vote.box, list(cast)])
    vote.save(update_fields=["box"])
