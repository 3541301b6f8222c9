"""A person's own pay an hour over the last 28 days, where two hours or more are known.

Prices of answers and reviews and agreed hours count, before any top-up: the floor is compared
with it anyway. Reads only.
"""

from collections import defaultdict
from datetime import timedelta

from canut.actions.pay.payable_time import Who, midnight_ms
from canut.actions.pay.piecework import pieces_of
from canut.actions.time.measure import time_by_day
from canut.core.clock import DAY_MS, HOUR_MS, Ms
from canut.core.money import Money
from canut.core.pay.hourly_price import hour_price
from canut.store.models import Project, RateVersion
from canut.store.people.work_terms import zone_of
from canut.store.work.pilots import hour_prices

WINDOW_MS = 28 * DAY_MS
LEAST_MS = 2 * HOUR_MS


def own_hour(person_id: int, now_ms: Ms) -> Money | None:
    """Return what a person earned an hour in their projects, in the currency of most time.

    Returns:
        None where less than two hours are known, or nothing was earned.
    """
    zone = zone_of(person_id, now_ms)
    begin_ms = now_ms - WINDOW_MS
    rows = time_by_day([person_id], begin_ms, now_ms, now_ms, zone)
    worked = [row for row in rows if row.project is not None]
    paid = Project.objects.filter(id__in={row.project for row in worked}, is_own_staff=False)
    ids = set(paid.values_list("id", flat=True))
    currencies = dict(
        RateVersion.objects.filter(project__in=ids)
        .order_by("number")
        .values_list("project_id", "currency")
    )
    hours = hour_prices(ids)
    time_ms: dict[str, int] = defaultdict(int)
    micro: dict[str, int] = defaultdict(int)
    for row in worked:
        if row.project not in currencies:
            continue
        currency = currencies[row.project]
        time_ms[currency] += row.ms
        price = hour_price(
            hours.get(row.project, ()),
            midnight_ms(row.day, zone.key),
            midnight_ms(row.day + timedelta(days=1), zone.key),
        )
        micro[currency] += price * row.ms // HOUR_MS
    earned = pieces_of([Who(person_id, zone.key, begin_ms, now_ms)], now_ms)[person_id]
    for (project, currency), counts in (*earned.prices.items(), *earned.reviews.items()):
        if project in ids:
            micro[currency] += sum(each.count * each.micro for each in counts)
    for (project, currency), adjustments in earned.adjusted.items():
        if project in ids:
            micro[currency] += sum(each.micro for each in adjustments)
    return _hour(time_ms, micro)


def _hour(time_ms: dict[str, int], micro: dict[str, int]) -> Money | None:
    """Return the pay an hour in the currency of most time; None where too little is known."""
    if not time_ms:
        return None
    currency = max(sorted(time_ms), key=lambda code: time_ms[code])
    if time_ms[currency] < LEAST_MS or micro[currency] <= 0:
        return None
    return Money(micro[currency] * HOUR_MS // time_ms[currency], currency)
