"""Refuse a reward that measured times show to be under the floors of too many people.

The times are those of a pilot of the same work: a type of the organisation with the same title and
description. Where nobody has tried the work, the pilot finds out.

Reads only.
"""

from canut.actions.time.task_times import time_of, worked
from canut.actions.turk.calls import Call
from canut.actions.work.pilot import pilot_outcomes, standing_of
from canut.core.errors import Incomplete
from canut.core.money import MICRO, Money
from canut.core.pay.pilot import judge
from canut.core.turk.amounts import write_amount
from canut.core.turk.refusals import canut_error
from canut.store.models import HitType
from canut.store.projects.versions import rate_or_none
from canut.store.work.pilots import pilot_of

CENT_MICRO = MICRO // 100


def check_reward(call: Call, title: str, description: str, reward_micro: int) -> None:
    """Check a reward against the times of the same work, where they were measured.

    Raises:
        TurkError: ``Canut.PriceTooLow``, with the time and the smallest reward that would do.
    """
    if call.profile.is_own_staff:
        return
    same = HitType.objects.select_related("project__organisation").filter(
        organisation=call.organisation,
        title=title,
        description=description,
        project__pilot__isnull=False,
        project__is_own_staff=False,
    )
    for hit_type in same.order_by("-pk"):
        _check_against(call, hit_type, reward_micro)


def _check_against(call: Call, hit_type: HitType, reward_micro: int) -> None:
    project, now_ms = hit_type.project, call.now_ms
    pilot, rate = pilot_of(project.pk), rate_or_none(project.pk)
    if pilot is None or rate is None or rate.currency != call.profile.currency:
        return
    try:
        if not standing_of(project, now_ms).reach.is_enough:
            return
        results = list(worked(project, pilot.begun_ms, now_ms + 1).values())
        tried, _unknown = pilot_outcomes(project, rate, results, now_ms)
    except Incomplete:
        return
    if not tried:
        return
    verdict = judge(Money(reward_micro, rate.currency), tried, time_of(results))
    if verdict.may_open:
        return
    enough = _in_cents(verdict.proposed)
    answers = sum(person.pieces for person in tried)
    time = f"a median of {round(verdict.time.p50_ms / 1000)} s" if verdict.time else "times"
    raise canut_error(
        "PriceTooLow",
        f"The Reward is {write_amount(reward_micro)}. {verdict.people_short} of {len(tried)} people"
        f" would be under their floor: {time} was measured on {answers} answers. The smallest"
        f" Reward that would do is {enough}. UpdateHITTypeOfHIT with a type of that Reward raises"
        " it.",
    )


def _in_cents(proposed: Money | None) -> str:
    """Return a price as programs write it, rounded up to two decimals."""
    if proposed is None:
        return "not known"
    return write_amount(-(-proposed.micro // CENT_MICRO) * CENT_MICRO)
