"""Read what the work of each real person came to by a time: answers, paid time, statements."""

from datetime import date
from typing import NamedTuple

from django.db.models import Max, Min, Sum

from canut.store.tables.pay import PayLine, Period, Statement
from canut.store.tables.work import Answer, Worker


class Stay(NamedTuple):
    """First and last answer of a person, milliseconds since 1970 UTC."""

    first_ms: int
    last_ms: int


def stays(until_ms: int) -> dict[int, Stay]:
    """Return the first and the last answer of each real person before a time."""
    rows = (
        Answer.objects.filter(
            author_kind=Worker.Kind.HUMAN,
            worker__person__is_simulated=False,
            answered_ms__lt=until_ms,
        )
        .values_list("worker__person")
        .annotate(first=Min("answered_ms"), last=Max("answered_ms"))
        .order_by("worker__person")
    )
    return {person: Stay(first, last) for person, first, last in rows}


def worked_by_project(until_ms: int) -> dict[int, dict[int, int]]:
    """Return the time of paid answers of each real person before a time, by project."""
    rows = (
        PayLine.objects.filter(at_ms__lt=until_ms, worker__person__is_simulated=False)
        .values_list("worker__person", "project")
        .annotate(ms=Sum("elapsed_ms"))
        .order_by("worker__person", "project")
    )
    times: dict[int, dict[int, int]] = {}
    for person, project, ms in rows:
        times.setdefault(person, {})[project] = ms
    return times


def pays_by_person(last_day: date) -> dict[int, list[tuple[str, int, int]]]:
    """List the currency, gross pay and time of each real person's closed statements, in order."""
    rows = Statement.objects.filter(
        period__state=Period.State.CLOSED,
        period__last_day__lte=last_day,
        person__is_simulated=False,
    ).order_by("period__last_day", "id")
    pays: dict[int, list[tuple[str, int, int]]] = {}
    for person, currency, micro, ms in rows.values_list(
        "person", "currency", "gross_micro", "time_ms"
    ):
        pays.setdefault(person, []).append((currency, micro, ms))
    return pays
