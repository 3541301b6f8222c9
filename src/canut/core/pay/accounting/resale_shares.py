"""Split the workers' share of a dataset's resale between the people whose work is in it.

The share is so many per mille of what the buyer pays, rounded up to the micro-unit. It is split by
the measured time of each person in the dataset version that was sold, to the micro-unit: each part
is rounded down, and the remaining micro-units go to the largest remainders. The share of somebody
who can no longer be paid, because their account was erased, goes to nobody else: it is not paid,
and says so. ``actions.pay.resales`` pays the parts with the next period, beside the floor.
"""

from collections.abc import Mapping
from enum import StrEnum

from canut.core.errors import BadInput
from canut.core.money import divided_up
from canut.core.pay.statement_costs import by_largest_remainder

WHOLE = 1000


class BuyerKind(StrEnum):
    """Who bought or licensed a dataset version."""

    COMPANY = "company"
    PUBLIC = "public"
    RESEARCH = "research"
    NONPROFIT = "nonprofit"
    UNDISCLOSED = "undisclosed"


class ResaleForm(StrEnum):
    """What was sold."""

    SALE = "sale"
    LICENCE = "licence"


def check_resale(fee_micro: int, share_per_mille: int, least_per_mille: int) -> None:
    """Check a declared fee and share.

    Raises:
        BadInput: the fee is not above 0, or the share is below the agreed one or over the whole.
    """
    if fee_micro <= 0:
        raise BadInput(
            f"the fee is {fee_micro} micro-units; it must be above 0",
            code="resale-fee",
            field="fee",
        )
    if not least_per_mille <= share_per_mille <= WHOLE:
        raise BadInput(
            f"the share is {share_per_mille / 10:g} %; expected {least_per_mille / 10:g} to 100 %",
            code="resale-share",
            field="share",
            seen=f"{share_per_mille / 10:g}",
            least=f"{least_per_mille / 10:g}",
        )


def fee_share(fee_micro: int, share_per_mille: int) -> int:
    """Return the workers' share of a fee in micro-units, rounded up.

    Example:
        >>> fee_share(1_000_000_001, 50)
        50000001
    """
    return divided_up(fee_micro * share_per_mille, WHOLE)


def split_share(micro: int, time_ms: Mapping[int, int]) -> dict[int, int]:
    """Split a share between workers by their time; the parts add up to it.

    Args:
        micro: the share.
        time_ms: the time of each worker, by number; whoever has none gets nothing.

    Raises:
        BadInput: nobody's time is in the dataset.

    Example:
        >>> split_share(10, {4: 1, 7: 1, 9: 1})
        {4: 4, 7: 3, 9: 3}
    """
    weights = {worker: ms for worker, ms in sorted(time_ms.items()) if ms > 0}
    if not weights:
        raise BadInput("nobody's time is in this dataset version", code="resale-nobody")
    parts = by_largest_remainder(micro, list(weights.values()))
    return dict(zip(weights, parts, strict=True))
