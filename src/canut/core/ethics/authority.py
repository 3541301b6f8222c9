"""Who decides what about a held project, and who overrules whom: the table that acts obey.

The documentation prints this table; ``check_authority`` refuses every act that it does not give to
an office. Nobody acts about a project they ask for, mark in or run.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

from canut.core.errors import Forbidden


class Office(StrEnum):
    """The position from which somebody acts."""

    REVIEWER = "reviewer"
    COUNCIL = "council"
    REQUESTER = "requester"
    OPERATOR = "operator"
    CANDIDATE = "candidate"
    NONE = "none"


class EthicsAct(StrEnum):
    """What can be done about a project."""

    REQUEST = "request"
    READ = "read"
    WORD = "word"
    ASK = "ask"
    ANSWER = "answer"
    OPINION = "opinion"
    RENEW = "renew"
    REPLY = "reply"
    LIFT = "lift"
    APPEAL = "appeal"
    VOTE = "vote"
    OVERRIDE = "override"
    MASK = "mask"
    COMPARE = "compare"


class Power(NamedTuple):
    """One line of the table.

    Args:
        act: what is done.
        by: the offices that may.
        overruled_by: the offices that may undo its effect; none where nobody may.
    """

    act: EthicsAct
    by: frozenset[Office]
    overruled_by: frozenset[Office] = frozenset()


def _power(act: EthicsAct, by: tuple[Office, ...], overruled_by: tuple[Office, ...] = ()) -> Power:
    return Power(act, frozenset(by), frozenset(overruled_by))


POWERS: tuple[Power, ...] = (
    _power(EthicsAct.REQUEST, (Office.REQUESTER, Office.OPERATOR)),
    _power(EthicsAct.READ, (Office.REVIEWER, Office.CANDIDATE)),
    _power(EthicsAct.WORD, (Office.COUNCIL,), (Office.REVIEWER,)),
    _power(EthicsAct.ASK, (Office.REVIEWER,)),
    _power(EthicsAct.ANSWER, (Office.REQUESTER,)),
    _power(EthicsAct.OPINION, (Office.REVIEWER,), (Office.COUNCIL, Office.OPERATOR)),
    _power(EthicsAct.RENEW, (Office.REVIEWER,), (Office.COUNCIL,)),
    _power(EthicsAct.REPLY, (Office.REQUESTER,)),
    _power(EthicsAct.LIFT, (Office.REVIEWER,)),
    _power(EthicsAct.APPEAL, (Office.REQUESTER,)),
    _power(EthicsAct.VOTE, (Office.COUNCIL,)),
    _power(EthicsAct.OVERRIDE, (Office.OPERATOR,), (Office.REVIEWER,)),
    _power(EthicsAct.MASK, (Office.REVIEWER,)),
    _power(EthicsAct.COMPARE, (Office.CANDIDATE,)),
)
"""The order in which the documentation prints them."""


def power_of(act: EthicsAct) -> Power:
    """Return the line of an act."""
    return next(power for power in POWERS if power.act is act)


def check_authority(act: EthicsAct, offices: Collection[Office]) -> None:
    """Refuse an act that none of these offices has.

    Raises:
        Forbidden: the table gives it to others.
    """
    may = power_of(act).by
    if not may & frozenset(offices):
        names = ", ".join(sorted(may))
        raise Forbidden(f"{act} is for: {names}", code="ethics-office")
