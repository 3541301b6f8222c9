"""Decide when a change to a worker protection takes effect.

A change of a floor, a cap, an exposure limit or an hours limit waits for the written opinion of the
workers' representatives. If they agree, it takes effect; without an opinion within fourteen days,
it does too; if they refuse, it does not, and the refusal is shown until the change is withdrawn or
they agree.

No change goes beyond ``BOUNDS``: no dose is known to be safe and no day to be too short, so what
protects may be made stricter than what Canut comes with and loosened back to it, never further;
time is never held back that is within the usual. What a value does is decided in ``in_force``.
"""

from collections.abc import Iterable
from enum import StrEnum

from canut.core.clock import DAY_MS, MINUTE_MS
from canut.core.errors import BadInput
from canut.core.protection import exposure
from canut.core.time import working_hours

OPINION_DAYS = 14
FEWEST_WORDS = 3


class PolicyName(StrEnum):
    """A policy that only a recorded change can alter; units are in ``UNITS``."""

    FLOOR = "floor"
    ITEM_CAP = "item_cap"
    PERIOD_CAP = "period_cap"
    EXPOSURE_DAY = "exposure_day"
    EXPOSURE_WEEK = "exposure_week"
    EXPOSURE_RUN = "exposure_run"
    HOURS_DAY = "hours_day"
    HOURS_WEEK = "hours_week"


UNITS = {
    PolicyName.FLOOR: "micro/hour",
    PolicyName.ITEM_CAP: "thousandths",
    PolicyName.PERIOD_CAP: "thousandths",
    PolicyName.EXPOSURE_DAY: "thousandths",
    PolicyName.EXPOSURE_WEEK: "thousandths",
    PolicyName.EXPOSURE_RUN: "thousandths",
    PolicyName.HOURS_DAY: "minutes",
    PolicyName.HOURS_WEEK: "minutes",
}
MOST = 10**12
BOUNDS: dict[PolicyName, tuple[int, int]] = {
    PolicyName.FLOOR: (0, MOST),
    PolicyName.ITEM_CAP: (1_000, 100_000),
    PolicyName.PERIOD_CAP: (1_000, 10_000),
    PolicyName.EXPOSURE_DAY: (0, exposure.POLICY.day),
    PolicyName.EXPOSURE_WEEK: (0, exposure.POLICY.week),
    PolicyName.EXPOSURE_RUN: (1_000, exposure.POLICY.streak),
    PolicyName.HOURS_DAY: (60, working_hours.POLICY.day // MINUTE_MS),
    PolicyName.HOURS_WEEK: (60, working_hours.POLICY.week // MINUTE_MS),
}


class ChangeState(StrEnum):
    """The state of a change."""

    WAITING = "waiting"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def state_of(
    opinions: Iterable[bool], representatives: int, proposed_ms: int, now_ms: int
) -> ChangeState:
    """Return the state of a change that was not withdrawn.

    Args:
        opinions: one per representative who wrote: True if they agree.
        representatives: number of representatives in office.
        proposed_ms: time of the proposal, milliseconds since 1970 UTC.
        now_ms: current time, milliseconds since 1970 UTC.

    Returns:
        In force once more than half agree; refused once half or more refuse; after fourteen days
        refused if more refuse than agree, else in force.

    Example:
        >>> state_of([True], 1, 0, 1), state_of([], 0, 0, 14 * DAY_MS)
        (<ChangeState.IN_FORCE: 'in_force'>, <ChangeState.IN_FORCE: 'in_force'>)
    """
    answers = list(opinions)
    agree = sum(answers)
    refuse = len(answers) - agree
    of = max(representatives, len(answers))
    if 2 * agree > of:
        return ChangeState.IN_FORCE
    if answers and 2 * refuse >= of:
        return ChangeState.REFUSED
    if now_ms < deadline_ms(proposed_ms):
        return ChangeState.WAITING
    return ChangeState.REFUSED if refuse > agree else ChangeState.IN_FORCE


def deadline_ms(proposed_ms: int) -> int:
    """Return when a change takes effect unless it is refused, in milliseconds since 1970."""
    return proposed_ms + OPINION_DAYS * DAY_MS


def check_change(policy: PolicyName, old: int | None, new: int, reason: str) -> None:
    """Raise ``BadInput`` unless a change is possible, within its bounds and has a reason."""
    least, most = BOUNDS[policy]
    if not least <= new <= most:
        raise BadInput(
            f"the new value of {policy} is {new}; expected from {least} to {most}",
            code="policy-bounds",
            least=least,
            most=most,
        )
    if new == old:
        raise BadInput(f"the value is {old} already; nothing would change", code="same-policy")
    check_words(reason)


def check_words(text: str) -> None:
    """Raise ``BadInput`` unless the text is a sentence: a reason, an opinion."""
    if len(text.split()) < FEWEST_WORDS:
        raise BadInput(
            f"{text!r} says too little; write at least {FEWEST_WORDS} words",
            code="too-few-words",
            limit=FEWEST_WORDS,
        )
