"""Protect who serves as an ethics reviewer, and for twelve months after.

Nobody restricts or suspends them, or ends their work, for an act that harms nobody; a rejection of
their answer waits for a second person, as a client's eleventh in a day does. Lending, prices and
scores never read the office.
"""

from canut.core.clock import Ms
from canut.core.errors import Conflict
from canut.core.ethics.office import is_protected
from canut.store.ethics.offices import last_served_ms


def serves_ethics(person_id: int | None, now_ms: Ms) -> bool:
    """Return whether a person serves as an ethics reviewer, or did within twelve months."""
    ended_ms = None if person_id is None else last_served_ms(person_id)
    return ended_ms is not None and is_protected(None if ended_ms < 0 else ended_ms, now_ms)


def check_unprotected(person_id: int, now_ms: Ms, *, is_safety: bool) -> None:
    """Refuse a limit or an end of work of a protected person.

    Args:
        person_id: about whom it is.
        now_ms: the moment, in milliseconds since 1970 UTC.
        is_safety: whether the act harms others.

    Raises:
        Conflict: they serve, or served within twelve months.
    """
    if not is_safety and serves_ethics(person_id, now_ms):
        raise Conflict(
            "they serve as an ethics reviewer, or did within twelve months; only an act that harms"
            " others limits their work",
            code="ethics-protected",
        )
