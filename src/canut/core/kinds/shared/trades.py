"""The occupation of each kind of work, and its role in building a model.

Preparation produces training data for a model; verification judges a model's output; imitation
does work that people attribute to the machine. Rating and comparing train a model: they prepare it.
To judge an output that is delivered is to verify it. A question may override the role of its kind.
The codes are those of the Portrait's list of click work.

Source:
    The three roles: Tubaro, Casilli and Coville (2020), https://doi.org/10.1177/2053951720919776.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """The role of the work for a model."""

    PREPARATION = "preparation"
    VERIFICATION = "verification"
    IMITATION = "imitation"


class Trade(NamedTuple):
    """The occupation of those who answer, and the role of their answers for a model."""

    occupation: str
    role: Role


ANNOTATING = Trade("CAN-ANNOT", Role.PREPARATION)
TRANSCRIBING = Trade("CAN-TRANSC", Role.PREPARATION)
VERIFYING = Trade("CAN-VERIF", Role.VERIFICATION)
RATING = Trade("CAN-RATER", Role.PREPARATION)
WRITING_DIALOGUE = Trade("CAN-DIALOG", Role.PREPARATION)
IMITATING = Trade("CAN-IMIT", Role.IMITATION)


def with_role(trade: Trade, role: object) -> Trade:
    """Return the trade of a kind with the role that a question names, if any.

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
