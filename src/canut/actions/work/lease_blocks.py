"""Say in words why no more is lent to somebody now, and when more will be.

Each such refusal is an automated decision about a person: it is kept with what it looked at, at
most once an hour for each person and reason. That somebody did not agree to a category is their own
decision, and is told without being kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from canut.actions.decisions.record import Factor, Ruling, decide
from canut.core.protection.exposure import (
    DAY_MS,
    POLICY,
    WEEK_MS,
    ExposureBlock,
    ExposureLimits,
    Past,
    back_at,
)
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
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
LEAST_DOSE = 1
EN_HOUR, FR_HOUR = "%H:%M", "%H h %M"

SAID: Mapping[str, tuple[str, str]] = {
    ExposureBlock.MINOR: (
        "Tasks that are hard to look at are not given to people under 18.",
        "Les tâches éprouvantes ne sont pas confiées aux moins de 18 ans.",
    ),
    ExposureBlock.DECLINED: (
        (
            "You have not agreed to see this kind of material, so only calm tasks are offered."
            " Nothing else changes for you."
        ),
        (
            "Vous n’avez pas accepté ce genre de contenu : seules les tâches calmes vous sont"
            " proposées. Rien d’autre ne change pour vous."
        ),
    ),
    ExposureBlock.OFF_WEEKS: (
        "After eight weeks with hard material, two weeks go without it.",
        "Après huit semaines de contenus éprouvants, deux semaines s’en passent.",
    ),
    ExposureBlock.DAY: (
        "Your limit of hard material for 24 hours is reached.",
        "Votre limite de contenus éprouvants pour 24 heures est atteinte.",
    ),
    ExposureBlock.WEEK: (
        "Your limit of hard material for 7 days is reached.",
        "Votre limite de contenus éprouvants pour 7 jours est atteinte.",
    ),
    ExposureBlock.WORST: (
        "You have seen 20 of the hardest tasks in 24 hours; that is the limit.",
        "Vous avez vu 20 des tâches les plus dures en 24 heures ; c’est la limite.",
    ),
    ExposureBlock.BREAK: (
        "A break of 5 minutes, paid, comes before more hard material.",
        "Une pause de 5 minutes, payée, vient avant d’autres contenus éprouvants.",
    ),
    ExposureBlock.CALM: (
        (
            "A calm task comes first and none is left here. A paid break of 5 minutes does as well,"
            " or work in another project."
        ),
        (
            "Une tâche calme vient d’abord et il n’en reste pas ici. Une pause payée de 5 minutes"
            " fait aussi l’affaire, ou un autre projet."
        ),
    ),
    Rest.DAY: (
        "You have worked {day_en} today; that is the limit.",
        "Vous avez travaillé {day_fr} aujourd’hui ; c’est la limite.",
    ),
    Rest.WEEK: (
        "You have worked {week_en} this week; that is the limit.",
        "Vous avez travaillé {week_fr} cette semaine ; c’est la limite.",
    ),
    Rest.MEAL: (
        "You have worked 5 hours in a row; half an hour for a meal comes first.",
        "Vous avez travaillé 5 heures de suite ; une demi-heure de repas vient d’abord.",
    ),
    Rest.WEEKLY_REST: (
        "32 hours of rest are due each week, and these have not been taken yet.",
        "32 heures de repos sont dues chaque semaine ; elles n’ont pas encore été prises.",
    ),
}


@dataclass(frozen=True, slots=True)
class LeaseBlock:
    """Why no more is lent now: which system, which limit, in words, and when it ends."""

    system: str
    why: str
    text_en: str
    text_fr: str
    back_ms: int | None = None


def protects(system: str) -> bool:
    """Say whether a protection holds back now: until somebody switches it off."""
    return is_on(system)


def explain_block(worker: WorkerNow, why: str, now_ms: int) -> LeaseBlock:
    """Say why a worker is lent no more now, and keep the decision once an hour."""
    person = worker.person or 0
    back: int | None
    if why == HOURS:
        row = protection_of(person)
        why, back = row.rest_why, row.rest_until_ms
        system = "hours"
        hours = hours_at(now_ms)
        inputs: dict[str, object] = {
            "week_ms": row.week_ms,
            "until_ms": back,
            "day_limit_ms": hours.day,
            "week_limit_ms": hours.week,
        }
        factors: list[Factor] = [{"name": why, "value": row.week_ms, "weight": 1}]
    else:
        system = "exposure"
        weight, limits = weight_of(person, now_ms), limits_now(person, now_ms)
        back = _back_ms(person, why, limits, now_ms)
        inputs = {
            **weight._asdict(),
            "day_limit": limits.day,
            "week_limit": limits.week,
            "run_limit": exposure_at(now_ms).streak,
        }
        factors = [
            {"name": name, "value": value, "weight": 1} for name, value in weight._asdict().items()
        ]
    text_en, text_fr = _with_time(person, why, back, now_ms)
    said = LeaseBlock(system, why, text_en, text_fr, back)
    if why != ExposureBlock.DECLINED and worker.person is not None:
        _keep(worker, said, inputs, factors, now_ms)
    return said


def _back_ms(person: int, why: str, limits: ExposureLimits, now_ms: int) -> int | None:
    """Return when a limit has room again; None where that hangs on something else than time."""
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


def _with_time(person: int, why: str, back_ms: int | None, now_ms: int) -> tuple[str, str]:
    """Add when it ends, by the person's own clock."""
    en, fr = _said(why, now_ms)
    if back_ms is None or why == ExposureBlock.BREAK:
        return en, fr
    at = datetime.fromtimestamp(back_ms / 1000, UTC).astimezone(zone_of(person, now_ms))
    hour_en, hour_fr = at.strftime(EN_HOUR), at.strftime(FR_HOUR).replace(" ", "\u00a0")
    if back_ms - now_ms < DAY_MS:
        return (
            f"{en} There is room again at {hour_en}.",
            f"{fr} Il y a de nouveau place à {hour_fr}.",
        )
    day = at.date().isoformat()
    return (
        f"{en} There is room again on {day} at {hour_en}.",
        f"{fr} Il y a de nouveau place le {day} à {hour_fr}.",
    )


def _said(why: str, now_ms: int) -> tuple[str, str]:
    """Return the sentences of a reason; those of hours name the limit in force."""
    en, fr = SAID[why]
    if why not in {Rest.DAY, Rest.WEEK}:
        return en, fr
    hours = hours_at(now_ms)
    named = {
        "day_en": _length(hours.day, "hours"),
        "day_fr": _length(hours.day, "heures"),
        "week_en": _length(hours.week, "hours"),
        "week_fr": _length(hours.week, "heures"),
    }
    return en.format(**named), fr.format(**named)


def _length(ms: int, word: str) -> str:
    """Write a length of time: ``10 hours``, ``7 h 30``."""
    whole, rest = divmod(ms // MINUTE_MS, 60)
    return f"{whole}\u00a0h\u00a0{rest:02}" if rest else f"{whole} {word}"


@transaction.atomic
def _keep(
    worker: WorkerNow,
    said: LeaseBlock,
    inputs: Mapping[str, object],
    factors: list[Factor],
    now_ms: int,
) -> None:
    """Keep the decision, unless one for the same reason was kept within the hour."""
    before = Decision.objects.filter(
        person_id=worker.person or 0, system=said.system, code=said.why, at_ms__gt=now_ms - HOUR_MS
    )
    if before.exists() or not is_on(said.system):
        return
    ruling = Ruling(
        person=worker.person or 0,
        kind=Decision.Kind.NOT_LENT,
        code=said.why,
        text_en=said.text_en,
        text_fr=said.text_fr,
        system=said.system,
        worker=worker.worker,
        project=worker.project,
        inputs={**inputs, "policy": POLICY.version},
        factors=factors,
    )
    decide(ruling, now_ms)
