"""Say what settled changes make of the limits: of exposure, of hours, of time on tasks.

Where nobody changed anything, the constants of ``exposure``, ``hours`` and ``caps`` hold. A value
is never taken beyond the bounds of ``changes``, whatever was kept. How a change comes to be settled
is decided there; what the limits then do, in the three.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from canut.core.participation.policy_changes import BOUNDS, PolicyName
from canut.core.protection import exposure
from canut.core.time import time_caps, working_hours

type Values = Mapping[PolicyName, int]


class PolicyInForce(NamedTuple):
    """A change in force: of what, what holds since, and since when."""

    policy: PolicyName
    new: int
    at_ms: int


SHIPPED: Values = {
    PolicyName.ITEM_CAP: time_caps.ITEM_TIMES * time_caps.THOUSAND,
    PolicyName.PERIOD_CAP: time_caps.WINDOW_PERCENT * time_caps.THOUSAND // 100,
    PolicyName.EXPOSURE_DAY: exposure.POLICY.day,
    PolicyName.EXPOSURE_WEEK: exposure.POLICY.week,
    PolicyName.EXPOSURE_RUN: exposure.POLICY.streak,
    PolicyName.HOURS_DAY: working_hours.POLICY.day // working_hours.MINUTE_MS,
    PolicyName.HOURS_WEEK: working_hours.POLICY.week // working_hours.MINUTE_MS,
}


def values_at(changes: Iterable[PolicyInForce], at_ms: int) -> Values:
    """Return what each policy but the floor was at a moment.

    Args:
        changes: in force, those that took effect earlier first.
        at_ms: the moment, in milliseconds since 1970 UTC; a change holds from its own on.

    Example:
        >>> day = PolicyName.HOURS_DAY
        >>> [values_at([PolicyInForce(day, 480, 7)], at)[day] for at in (6, 7)]
        [600, 480]
    """
    last = {one.policy: one.new for one in changes if one.at_ms <= at_ms}
    return {policy: _within(policy, last.get(policy, usual)) for policy, usual in SHIPPED.items()}


def exposure_under(values: Values) -> exposure.ExposurePolicy:
    """Return the limits of exposure under these values."""
    return replace(
        exposure.POLICY,
        day=values[PolicyName.EXPOSURE_DAY],
        week=values[PolicyName.EXPOSURE_WEEK],
        streak=values[PolicyName.EXPOSURE_RUN],
    )


def exposure_with(day: int | None, week: int | None, run: int | None) -> exposure.ExposurePolicy:
    """Return the limits of exposure; None where nobody changed one."""
    given = {
        PolicyName.EXPOSURE_DAY: day,
        PolicyName.EXPOSURE_WEEK: week,
        PolicyName.EXPOSURE_RUN: run,
    }
    said = {policy: _within(policy, new) for policy, new in given.items() if new is not None}
    return exposure_under({**SHIPPED, **said}) if said else exposure.POLICY


def hours_under(values: Values) -> working_hours.WorkingHoursPolicy:
    """Return the limits of working hours under these values; it is said before the week is full."""
    week = values[PolicyName.HOURS_WEEK] * working_hours.MINUTE_MS
    return replace(
        working_hours.POLICY,
        day=values[PolicyName.HOURS_DAY] * working_hours.MINUTE_MS,
        week=week,
        alert_week=min(working_hours.POLICY.alert_week, week),
    )


def caps_of(changes: Sequence[PolicyInForce], moments: Sequence[int]) -> time_caps.TimeCaps:
    """Return the limits of time of items by when each was begun.

    Args:
        changes: in force, those that took effect earlier first.
        moments: when each item was begun, in milliseconds since 1970 UTC.
    """
    found = [values_at(changes, moment) for moment in moments]
    return time_caps.TimeCaps(
        np.array([values[PolicyName.ITEM_CAP] for values in found], dtype=np.int64),
        np.array([values[PolicyName.PERIOD_CAP] for values in found], dtype=np.int64),
    )


def written(values: Values, language: str) -> dict[str, str]:
    """Write each value as a sentence would, by the name of its policy.

    Example:
        >>> said = written(SHIPPED, "fr")
        >>> said["period_cap"], said["exposure_day"], said["hours_day"].split()
        ('1,25', '60', ['10', 'h'])
    """
    found: dict[str, str] = {}
    for policy, value in values.items():
        if policy in {PolicyName.HOURS_DAY, PolicyName.HOURS_WEEK}:
            whole, rest = divmod(value, 60)
            found[policy.value] = f"{whole}\u00a0h\u00a0{rest:02}" if rest else f"{whole}\u00a0h"
        else:
            whole, part = divmod(value, time_caps.THOUSAND)
            said = f"{whole}.{part:03}".rstrip("0").rstrip(".")
            found[policy.value] = said.replace(".", ",") if language == "fr" else said
    return found


def _within(policy: PolicyName, value: int) -> int:
    least, most = BOUNDS[policy]
    return min(max(value, least), most)
