"""Try and close periods while somebody waits, or as a job where there are many people."""

from django.tasks import task
from django.utils import timezone

from canut.actions.pay.gathering import people_of_projects
from canut.actions.pay.periods import close_period, preview
from canut.core.errors import Refusal
from canut.store.models import Period, Person

FEW_PEOPLE = 200


def try_soon(period: Period, by: Person) -> bool:
    """Count a period dry; says whether it is done, or will be by a job."""
    if len(people_of_projects()) > FEW_PEOPLE:
        try_period.enqueue(period.pk, by.pk)
        return False
    preview(period, by, timezone.now())
    return True


def close_soon(period: Period, by: Person) -> bool:
    """Close a period; says whether it is done, or will be by a job.

    Raises:
        Refusal: it cannot be closed; where a job closes it, the period keeps the reason.
    """
    if len(people_of_projects()) > FEW_PEOPLE:
        close_later.enqueue(period.pk, by.pk)
        return False
    close_period(period.pk, by, timezone.now())
    return True


@task
def try_period(period_id: int, by_id: int) -> None:
    """Count a period dry while others work."""
    found = Period.objects.get(id=period_id)
    preview(found, Person.objects.get(id=by_id), timezone.now())


@task
def close_later(period_id: int, by_id: int) -> None:
    """Close a period while others work; the period keeps the reason of a refusal."""
    try:
        close_period(period_id, Person.objects.get(id=by_id), timezone.now())
    except Refusal:
        return
