"""What work of a kind is in the making of a model, and in the list of occupations.

Preparation makes what a model learns from; verification judges what a model said; imitation does
what people take for the machine's work. A question may say its role where it is not its kind's. The
codes are those of the Portrait's list of click work.

Source:
    The three roles: Tubaro, Casilli and Coville (2020), https://doi.org/10.1177/2053951720919776.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What the work is to a model."""

    PREPARATION = "preparation"
    VERIFICATION = "verification"
    IMITATION = "imitation"


class Trade(NamedTuple):
    """The occupation of who answers, and what their answers are to a model."""

    occupation: str
    role: Role


ANNOTATING = Trade("CAN-ANNOT", Role.PREPARATION)
TRANSCRIBING = Trade("CAN-TRANSC", Role.PREPARATION)
VERIFYING = Trade("CAN-VERIF", Role.VERIFICATION)
RATING = Trade("CAN-RATER", Role.VERIFICATION)
WRITING_DIALOGUE = Trade("CAN-DIALOG", Role.PREPARATION)
IMITATING = Trade("CAN-IMIT", Role.IMITATION)


def with_role(trade: Trade, role: object) -> Trade:
    """Return the trade of a kind under the role that a question says, if it says one.

    Example:
        >>> with_role(ANNOTATING, "verification").occupation
        'CAN-VERIF'
    """
    if role is None or role == trade.role:
        return trade
    return OF_ROLE[Role(str(role))]


OF_ROLE: Mapping[Role, Trade] = {
    Role.PREPARATION: ANNOTATING,
    Role.VERIFICATION: VERIFYING,
    Role.IMITATION: IMITATING,
}
