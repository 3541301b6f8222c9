"""Explain why a person gets no more tasks now, and when they will.

Each block is an automated decision about a person: it is recorded with its inputs, at most once an
hour per person and reason. Declining a category is the person's own decision, and is explained
without being recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from canut.actions.decisions.record import Factor, Ruling, decide
from canut.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS, from_ms
from canut.core.day_names import day_in
from canut.core.messages import message
from canut.core.protection.exposure import POLICY, ExposureBlock, ExposureLimits, Past, back_at
from canut.core.time.working_hours import RestReason as Rest
from canut.store.decisions.automated_systems import is_on
from canut.store.people.work_terms import zone_of
from canut.store.protection.exposure import (
    exposure_at,
    hours_at,
    limits_now,
    pasts_of,
    protection_of,
    weight_of,
)
from canut.store.sql.dialect import WorkerNow
from canut.store.tables.decisions import Decision

HOURS = "hours"
REST = frozenset({HOURS})

LEAST_DOSE = 1


@dataclass(frozen=True, slots=True)
class LeaseBlock:
    """Why no task is leased now: system, limit, explanation, and when it ends."""

    system: str
    why: str
    text_en: str
    text_fr: str
    back_ms: int | None = None


def protects(system: str) -> bool:
    """Return whether a protection is enforced: unless the operator switched it off."""
    return is_on(system)


def explain_block(worker: WorkerNow, limit: str, now_ms: int) -> LeaseBlock:
    """Explain why a worker gets no more tasks now; record the decision once an hour."""
    person = worker.person or 0
    back: int | None
    if limit == HOURS:
        row = protection_of(person)
        limit, back = row.rest_why, row.rest_until_ms
        system = "hours"
        hours = hours_at(now_ms)
        inputs: dict[str, object] = {
            "week_ms": row.week_ms,
            "until_ms": back,
            "day_limit_ms": hours.day,
            "week_limit_ms": hours.week,
        }
        factors: list[Factor] = [{"name": limit, "value": row.week_ms, "weight": 1}]
    else:
        system = "exposure"
        weight, limits = weight_of(person, now_ms), limits_now(person, now_ms)
        back = _back_ms(person, limit, limits, now_ms)
        inputs = {
            **weight._asdict(),
            "day_limit": limits.day,
            "week_limit": limits.week,
            "run_limit": exposure_at(now_ms).streak,
        }
        factors = [
            {"name": name, "value": value, "weight": 1} for name, value in weight._asdict().items()
        ]
    blocked = f"{system}.{limit}"
    text_en, text_fr = (_explain(person, blocked, back, now_ms, code) for code in ("en", "fr"))
    block = LeaseBlock(system, limit, text_en, text_fr, back)
    if limit != ExposureBlock.DECLINED and worker.person is not None:
        _keep(worker, block, inputs, factors, now_ms)
    return block


def _back_ms(person: int, why: str, limits: ExposureLimits, now_ms: int) -> int | None:
    """Return when a limit allows tasks again; None if that does not depend on time."""
    if why == ExposureBlock.DAY:
        pasts = pasts_of(person, now_ms - DAY_MS, now_ms)
        return back_at(pasts, limits.day, DAY_MS, LEAST_DOSE)
    if why == ExposureBlock.WEEK:
        return back_at(pasts_of(person, now_ms - WEEK_MS, now_ms), limits.week, WEEK_MS, LEAST_DOSE)
    if why == ExposureBlock.WORST:
        pasts = [Past(1, past.ended_ms) for past in pasts_of(person, now_ms - DAY_MS, now_ms)]
        return back_at(pasts, len(pasts), DAY_MS, 1)
    if why == ExposureBlock.OFF_WEEKS:
        last = protection_of(person).last_ms or now_ms
        return last + POLICY.weeks_off * WEEK_MS
    return now_ms + POLICY.break_ms if why == ExposureBlock.BREAK else None


def _explain(person: int, blocked: str, back_ms: int | None, now_ms: int, language: str) -> str:
    """Write a reason and when it ends, by the person's own clock.

    A reason comes with its system (``hours.day``): those of two systems have the same names.
    """
    hours = hours_at(now_ms)
    limits = {f"{HOURS}.{Rest.DAY}": hours.day, f"{HOURS}.{Rest.WEEK}": hours.week}
    facts = {"limit": _length(limits[blocked], language)} if blocked in limits else {}
    text = message(language, f"lease_block.{blocked}", **facts)
    if back_ms is None or blocked.endswith(f".{ExposureBlock.BREAK}"):
        return text
    at = from_ms(back_ms).astimezone(zone_of(person, now_ms))
    sign = "\u00a0h\u00a0" if language == "fr" else ":"
    hour = f"{at.hour}{sign}{at.minute:02}"
    if back_ms - now_ms < DAY_MS:
        return f"{text} {message(language, 'lease_block_until.hour', hour=hour)}"
    day = day_in(language, at.date())
    return f"{text} {message(language, 'lease_block_until.day', day=day, hour=hour)}"


def _length(ms: int, language: str) -> str:
    """Format a length of time: ``10 hours``, ``7 h 30``."""
    whole, minutes = divmod(ms // MINUTE_MS, 60)
    if minutes:
        return f"{whole}\u00a0h\u00a0{minutes:02}"
    return message(language, "lease_block_length.hours", hours=str(whole))


@transaction.atomic
def _keep(
    worker: WorkerNow,
    block: LeaseBlock,
    inputs: Mapping[str, object],
    factors: list[Factor],
    now_ms: int,
) -> None:
    """Record the decision, unless one for the same reason was recorded within the hour."""
    before = Decision.objects.filter(
        person_id=worker.person or 0,
        system=block.system,
        code=block.why,
        at_ms__gt=now_ms - HOUR_MS,
    )
    if before.exists() or not is_on(block.system):
        return
    ruling = Ruling(
        person=worker.person or 0,
        kind=Decision.Kind.NOT_LENT,
        code=block.why,
        text_en=block.text_en,
        text_fr=block.text_fr,
        system=block.system,
        worker=worker.worker,
        project=worker.project,
        inputs={**inputs, "policy": POLICY.version},
        factors=factors,
    )
    decide(ruling, now_ms)
