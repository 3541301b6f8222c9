"""Rules for changes of a person's status and place of work: what needs a second person, and when.

Hours already worked are never given another status or place by one person alone. Who may be the
second person is decided in ``store.people.terms_changes``; the steps are in
``actions.people.terms_changes``.
"""

from collections.abc import Mapping

from canut.core.clock import DAY_MS, Ms
from canut.core.places.parameters import Status

WAIT_DAYS = 7
"""How long a change waits where there is no second person."""
CONTEST_DAYS = 90
"""How long a change can be contested, from the day the person was told."""
REASON_LENGTH = 20
LONGEST_TEXT = 1_000
LONGEST_NOTICE_DAYS = 366


def is_against_facts(status: Status, facts: Mapping[str, bool], control_facts: int) -> bool:
    """Return whether the facts of control say employee and the status says something else.

    Example:
        >>> is_against_facts(Status.SELF_EMPLOYED, {"hours_set": True, "watched": True}, 2)
        True
        >>> is_against_facts(Status.EMPLOYEE, {"hours_set": True, "watched": True}, 2)
        False
    """
    return status is not Status.EMPLOYEE and sum(facts.values()) >= control_facts


def counts_by_waiting_from(told_ms: Ms) -> Ms:
    """Return from when a change counts without a second person, unless it is contested before."""
    return told_ms + WAIT_DAYS * DAY_MS


def contestable_until(told_ms: Ms) -> Ms:
    """Return the last moment at which a change can be contested."""
    return told_ms + CONTEST_DAYS * DAY_MS


def pay_effect(before: Status | None, after: Status) -> str:
    """Name what a change of status does to pay, for the texts of pages and messages.

    Example:
        >>> pay_effect(Status.EMPLOYEE, Status.VOLUNTEER)
        'unpaid'
        >>> pay_effect(Status.VOLUNTEER, Status.SELF_EMPLOYED)
        'self-employed'
        >>> pay_effect(Status.EMPLOYEE, Status.EMPLOYEE)
        'same'
    """
    if before is after:
        return "same"
    if after is Status.OWN_STAFF:
        return "own-staff"
    if not after.is_paid_here:
        return "unpaid"
    if after is Status.EMPLOYEE:
        return "employee"
    return "no-longer-employee" if before is Status.EMPLOYEE else "self-employed"
