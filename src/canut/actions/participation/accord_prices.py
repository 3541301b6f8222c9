"""The least price an accord sets in a project, from the measured time of its tasks.

A project that opens after the accord began, or changes its price, is refused below it. One that was
open before is compared, and not refused; its price may rise and not fall below both. Time is
measured again each month: over a tenth of drift reopens the price, and never the accord.
"""

from dataclasses import dataclass
from functools import partial

from django.db.models import Max

from canut.actions.pay.floors import policy_of
from canut.actions.platform.row_faults import attempt_each
from canut.actions.time.task_times import worked
from canut.core.clock import DAY_MS, to_ms
from canut.core.errors import Conflict
from canut.core.money import Money
from canut.core.participation.accords import (
    REMEASURE_DAYS,
    Quantile,
    has_drifted,
    least_piece,
)
from canut.core.pay.floor import exchanged
from canut.core.pay.price import ranked
from canut.store.participation.accords import AT_WORK, accords_of, last_price, projects_covered
from canut.store.projects.versions import rate_or_none
from canut.store.tables.prices import (
    Accord,
    AccordPrice,
)
from canut.store.tables.projects import Project, RateVersion
from canut.store.tables.work import Pilot
from canut.store.work.pilots import has_paid_people


@dataclass(frozen=True, slots=True)
class LeastPrice:
    """The least price of an answer that an accord sets in a project.

    Args:
        accord: which accord.
        piece: the least price.
        time_ms: the task time it is built on.
        measured_ms: the task time measured now, at the accord's quantile.
        is_binding: whether the project opens, or opened, after the accord began.
        is_reopened: whether the time drifted so that the price is to be set again.
    """

    accord: Accord
    piece: Money
    time_ms: int
    measured_ms: int
    is_binding: bool
    is_reopened: bool


def least_price(
    project: Project, rate: RateVersion, now_ms: int, *, renews: bool = False
) -> LeastPrice | None:
    """Return the least price in a project; None without an accord or before any task was timed.

    The highest of the accords that bind it; where none binds it, the highest of the others.

    Args:
        project: which one.
        rate: its price, whose currency and hourly part count.
        now_ms: the moment.
        renews: whether a time that drifted replaces the one the price was built on.

    Raises:
        Incomplete: the exchange rate to the currency of an accord is not known.
    """
    accords = accords_of(project, now_ms)
    times = task_times(project, now_ms) if accords else []
    if not times:
        return None
    policy, last = policy_of(project, rate.currency), last_price(project.pk)
    prices: list[LeastPrice] = []
    for accord in accords:
        measured_ms = ranked(times, Quantile(accord.quantile).of_hundred)
        built_on = last.time_ms if last and last.accord_id == accord.pk else measured_ms
        is_reopened = has_drifted(built_on, measured_ms)
        time_ms = measured_ms if is_reopened and renews else built_on
        hour = exchanged(Money(accord.hour_micro, accord.currency), policy)
        piece = least_piece(hour, time_ms, rate.by_hour_micro)
        is_binding = project.opened_at is None or to_ms(project.opened_at) >= accord.starts_ms
        prices.append(
            LeastPrice(accord, piece, time_ms, measured_ms, is_binding, is_reopened and renews)
        )
    return max(prices, key=lambda price: (price.is_binding, price.piece.micro))


def task_times(project: Project, now_ms: int) -> list[int]:
    """Return the times of a project's tasks in the last thirty days, else of all since its pilot.

    In milliseconds, by heartbeats where there are any.
    """
    begun_ms = Pilot.objects.filter(project=project).values_list("begun_ms", flat=True).first()
    since_ms = begun_ms or 0
    recent_ms = max(since_ms, now_ms - REMEASURE_DAYS * DAY_MS)
    for begin_ms in dict.fromkeys((recent_ms, since_ms)):
        records = worked(project, begin_ms, now_ms + 1).values()
        times = [task_ms for record in records for task_ms in record.tasks_ms]
        if times:
            return times
    return []


def check_opening_price(project: Project, now_ms: int) -> None:
    """Refuse to open a project below the least price of an accord, and store the comparison.

    Raises:
        Conflict: ``price-below-accord``, with the price that would do.
        Incomplete: the exchange rate to the currency of an accord is not known.
    """
    rate = rate_or_none(project.pk)
    if rate is None or not has_paid_people(project):
        return
    least = least_price(project, rate, now_ms)
    if least is None:
        return
    if least.is_binding:
        _check(rate, least)
    _keep(project, rate, least, now_ms)


def price_below(project: Project, rate: RateVersion, now_ms: int) -> LeastPrice | None:
    """Return the least price that keeps a project from opening at its price; None if none does.

    Raises:
        Incomplete: the exchange rate to the currency of an accord is not known.
    """
    least = least_price(project, rate, now_ms)
    is_below = least is not None and least.is_binding and rate.piece_micro < least.piece.micro
    return least if is_below else None


def check_new_price(project: Project, rate: RateVersion, before: RateVersion, now_ms: int) -> None:
    """Refuse a new price of a project that has opened, where an accord forbids it.

    A project that opened before the accord may raise its price by steps, and not lower it.

    Raises:
        Conflict: ``price-below-accord``, with the price that would do.
        Incomplete: the exchange rate to the currency of an accord is not known.
    """
    if not has_paid_people(project):
        return
    least = least_price(project, rate, now_ms, renews=True)
    if least is None:
        return
    is_rise = (
        rate.currency == before.currency
        and rate.piece_micro >= before.piece_micro
        and rate.by_hour_micro >= before.by_hour_micro
    )
    if least.is_binding or not is_rise:
        _check(rate, least)
    _keep(project, rate, least, now_ms)


def compare_projects(accord: Accord, now_ms: int) -> int:
    """Compare the projects at work when an accord is signed; return how many were."""
    numbers = [project.pk for project in projects_covered(accord.kind, accord.place)]
    return attempt_each("project", numbers, partial(_compare, now_ms=now_ms))


def remeasure_prices(now_ms: int) -> int:
    """Measure again the projects compared a month ago; return how many were compared."""
    return attempt_each("project", projects_to_measure(now_ms), partial(_compare, now_ms=now_ms))


def projects_to_measure(now_ms: int) -> list[int]:
    """List the projects at work that were last compared a month ago."""
    last = AccordPrice.objects.filter(project__state__in=AT_WORK).order_by().values("project")
    due = last.annotate(last_ms=Max("at_ms")).filter(last_ms__lte=now_ms - REMEASURE_DAYS * DAY_MS)
    return sorted(due.values_list("project", flat=True))


def _compare(project_id: int, *, now_ms: int) -> bool:
    project = Project.objects.get(pk=project_id)
    rate = rate_or_none(project_id)
    if rate is None or project.state not in AT_WORK or not has_paid_people(project):
        return False
    least = least_price(project, rate, now_ms, renews=True)
    if least is None:
        return False
    _keep(project, rate, least, now_ms)
    return True


def _check(rate: RateVersion, least: LeastPrice) -> None:
    if rate.piece_micro < least.piece.micro:
        raise Conflict(
            f"an answer pays {rate.piece_micro} micro-units; price agreement "
            f"{least.accord.number} asks for {least.piece.micro}",
            code="price-below-accord",
            number=least.accord.number,
            proposed_micro=least.piece.micro,
            piece_micro=rate.piece_micro,
            currency=rate.currency,
        )


def _keep(project: Project, rate: RateVersion, least: LeastPrice, now_ms: int) -> None:
    AccordPrice.objects.create(
        project=project,
        accord=least.accord,
        rate=rate,
        time_ms=least.time_ms,
        measured_ms=least.measured_ms,
        minimum_micro=least.piece.micro,
        is_binding=least.is_binding,
        is_reopened=least.is_reopened,
        at_ms=now_ms,
    )
