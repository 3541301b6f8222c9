"""Apply settled policy changes to the limits: exposure, working hours, time caps.

Without changes, the constants of ``exposure``, ``working_hours`` and ``time_caps`` apply. A value
is never used beyond the bounds of ``policy_changes``, whatever is stored. That module decides how a
change is settled; the three others apply the limits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from canut.core.clock import MINUTE_MS
from canut.core.participation.policy_changes import BOUNDS, PolicyName
from canut.core.protection import exposure
from canut.core.time import time_caps, working_hours

type Values = Mapping[PolicyName, int]


class PolicyInForce(NamedTuple):
    """A change in force: its policy, its value, and since when."""

    policy: PolicyName
    new: int
    at_ms: int


SHIPPED: Values = {
    PolicyName.ITEM_CAP: time_caps.ITEM_TIMES * time_caps.THOUSAND,
    PolicyName.PERIOD_CAP: time_caps.WINDOW_PERCENT * time_caps.THOUSAND // 100,
    PolicyName.EXPOSURE_DAY: exposure.POLICY.day,
    PolicyName.EXPOSURE_WEEK: exposure.POLICY.week,
    PolicyName.EXPOSURE_RUN: exposure.POLICY.streak,
    PolicyName.HOURS_DAY: working_hours.POLICY.day // MINUTE_MS,
    PolicyName.HOURS_WEEK: working_hours.POLICY.week // MINUTE_MS,
}


def values_at(changes: Iterable[PolicyInForce], at_ms: int) -> Values:
    """Return the value of each policy except the floor at a moment.

    Args:
        changes: changes in force, earliest first.
        at_ms: time, milliseconds since 1970 UTC; a change applies from its own time on.

    Example:
        >>> day = PolicyName.HOURS_DAY
        >>> [values_at([PolicyInForce(day, 480, 7)], at)[day] for at in (6, 7)]
        [600, 480]
    """
    last = {change.policy: change.new for change in changes if change.at_ms <= at_ms}
    return {policy: _within(policy, last.get(policy, usual)) for policy, usual in SHIPPED.items()}


def exposure_under(values: Values) -> exposure.ExposurePolicy:
    """Return the exposure limits under these values."""
    return replace(
        exposure.POLICY,
        day=values[PolicyName.EXPOSURE_DAY],
        week=values[PolicyName.EXPOSURE_WEEK],
        streak=values[PolicyName.EXPOSURE_RUN],
    )


def exposure_with(day: int | None, week: int | None, run: int | None) -> exposure.ExposurePolicy:
    """Return the exposure limits; None uses the default."""
    inputs = {
        PolicyName.EXPOSURE_DAY: day,
        PolicyName.EXPOSURE_WEEK: week,
        PolicyName.EXPOSURE_RUN: run,
    }
    values = {policy: _within(policy, new) for policy, new in inputs.items() if new is not None}
    return exposure_under({**SHIPPED, **values}) if values else exposure.POLICY


def hours_under(values: Values) -> working_hours.WorkingHoursPolicy:
    """Return the working hours limits under these values; the alert comes before the maximum."""
    week = values[PolicyName.HOURS_WEEK] * MINUTE_MS
    return replace(
        working_hours.POLICY,
        day=values[PolicyName.HOURS_DAY] * MINUTE_MS,
        week=week,
        alert_week=min(working_hours.POLICY.alert_week, week),
    )


def caps_of(changes: Sequence[PolicyInForce], moments: Sequence[int]) -> time_caps.TimeCaps:
    """Return the time caps of items, by when each was begun.

    Args:
        changes: changes in force, earliest first.
        moments: begin of each item, milliseconds since 1970 UTC.
    """
    values_of_items = [values_at(changes, moment) for moment in moments]
    return time_caps.TimeCaps(
        np.array([values[PolicyName.ITEM_CAP] for values in values_of_items], dtype=np.int64),
        np.array([values[PolicyName.PERIOD_CAP] for values in values_of_items], dtype=np.int64),
    )


def written(values: Values, language: str) -> dict[str, str]:
    """Format each value as text, by the name of its policy.

    Example:
        >>> said = written(SHIPPED, "fr")
        >>> said["period_cap"], said["exposure_day"], said["hours_day"].split()
        ('1,25', '60', ['10', 'h'])
    """
    texts: dict[str, str] = {}
    for policy, value in values.items():
        if policy in {PolicyName.HOURS_DAY, PolicyName.HOURS_WEEK}:
            whole, minutes = divmod(value, 60)
            texts[policy.value] = (
                f"{whole}\u00a0h\u00a0{minutes:02}" if minutes else f"{whole}\u00a0h"
            )
        else:
            whole, decimals = divmod(value, time_caps.THOUSAND)
            number = f"{whole}.{decimals:03}".rstrip("0").rstrip(".")
            texts[policy.value] = number.replace(".", ",") if language == "fr" else number
    return texts


def _within(policy: PolicyName, value: int) -> int:
    least, most = BOUNDS[policy]
    return min(max(value, least), most)
