"""When people who left are asked where they went, and what they may answer.

A question is asked on leaving, and 3 and 12 months later if the person agreed to it. No share is
told of fewer than twenty answers.
"""

from canut.core.clock import DAY_MS, MINUTE_MS, Ms
from canut.core.errors import BadInput
from canut.core.pathways.pathways import TARGETS, shipped_table

LATER_DAYS = {"3-months": 91, "12-months": 365}
"""Days after leaving, by moment."""
PAID_MS = 3 * MINUTE_MS
FEWEST = 20
OTHER, STUDY, NONE = "OTHER", "STUDY", "NONE"
"""Another paid occupation, studies or training, no paid work now."""
REST = (OTHER, STUDY, NONE)
ANSWERS = {"better": ("yes", "same", "no", "unsaid"), "helped": ("yes", "no", "unsaid")}


def occupations() -> tuple[str, ...]:
    """Return what may be answered: the eleven occupations, click work, or something else."""
    return (*TARGETS, *shipped_table().origins, *REST)


def is_moved_on(occupation: str) -> bool:
    """Return whether an answer names a paid occupation that is no click work.

    >>> is_moved_on("TRA"), is_moved_on("OTHER"), is_moved_on("CAN-ADJUD"), is_moved_on("STUDY")
    (True, True, False, False)
    """
    return occupation in TARGETS or occupation == OTHER


def moments_due(left_ms: Ms, now_ms: Ms) -> tuple[str, ...]:
    """Return the later moments at which somebody who left is asked by now.

    Args:
        left_ms: when they said that they leave, milliseconds since 1970 UTC.
        now_ms: the moment, in milliseconds since 1970 UTC.
    """
    return tuple(moment for moment, days in LATER_DAYS.items() if now_ms >= left_ms + days * DAY_MS)


def check_answer(occupation: str, better: str, helped: str) -> None:
    """Raise unless an answer is one of those that may be given.

    Raises:
        BadInput: ``destination-answer``.
    """
    seen = {"occupation": occupation, "better": better, "helped": helped}
    allowed = {"occupation": occupations(), **ANSWERS}
    for field, answer in seen.items():
        if answer not in allowed[field]:
            raise BadInput(
                f"{field} is {answer[:20]!r}; choose one of the list",
                code="destination-answer",
                field=field,
            )
