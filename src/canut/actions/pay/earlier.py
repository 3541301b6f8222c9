"""Read what was paid before: earlier in the year of payment, and in the weeks before a holiday."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Sum

from canut.core.pay.statement_input import Before
from canut.core.places.holidays import WEEKS_BEFORE
from canut.store.models import Contributed, Period, Statement

DAYS_BEFORE = 7 * WEEKS_BEFORE + 7


def before_of(people: Sequence[int], year: int, period: Period) -> dict[tuple[int, str], Before]:
    """Add up what these people were paid in a year before a period, by person and currency."""
    earlier = Statement.objects.filter(
        person__in=people,
        pay_year=year,
        period__state=Period.State.CLOSED,
        period__first_day__lt=period.first_day,
    )
    contributed: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    lines = Contributed.objects.filter(statement__in=earlier)
    for person, currency, name, payer, micro in lines.values_list(
        "statement__person", "statement__currency", "name", "payer"
    ).annotate(sum=Sum("micro")):
        contributed[person, currency][f"{name}/{payer}"] = micro
    sums = earlier.values_list("person", "currency").annotate(
        Sum("gross_micro"), Sum("vacation_micro"), Sum("net_micro")
    )
    return {
        (person, currency): Before(gross, vacation, net, contributed[person, currency])
        for person, currency, gross, vacation, net in sums
    }


def wages_of(people: Sequence[int], period: Period) -> dict[tuple[int, str], dict[date, int]]:
    """Add up wages by day of the weeks before a period, by person and currency."""
    first = date.fromordinal(period.first_day.toordinal() - DAYS_BEFORE)
    earlier = Statement.objects.filter(
        person__in=people,
        period__state=Period.State.CLOSED,
        period__last_day__gte=first,
        period__first_day__lt=period.first_day,
    )
    found: dict[tuple[int, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for one in earlier.iterator():
        for project in json.loads(one.content)["projects"]:
            for each in project["days"]:
                day = date.fromisoformat(each["day"])
                if day >= first:
                    found[one.person_id, one.currency][day] += each["wage_micro"]
    return found
