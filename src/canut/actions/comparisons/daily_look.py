"""Look at each comparison once a day: hold it for harm, or end it once its people are complete.

The guards never see the measure. The result is not computed before the end.
"""

from collections.abc import Sequence

from canut.actions.comparisons.comparisons import (
    end_comparison,
    has_other_question,
    hold_comparison,
)
from canut.actions.pay.floors import floor_of
from canut.actions.platform.row_faults import attempt_each
from canut.core.clock import DAY_MS, HOUR_MS, Ms
from canut.core.comparisons.assignment import Arm
from canut.core.comparisons.guards import ArmFacts, find_harm
from canut.core.comparisons.welch import scores_of
from canut.core.errors import Refusal
from canut.store.comparisons.comparisons import places_of
from canut.store.comparisons.scores import (
    WorkedPay,
    pay_by_person,
    scores_by_person,
    skip_shares,
)
from canut.store.people.work_terms import terms_expected
from canut.store.tables.comparisons import ComparedPerson, Comparison
from canut.store.tables.projects import Project


def look_at_comparisons(now_ms: Ms) -> int:
    """Look at each open comparison that was not looked at for a day; return how many changed."""
    due = Comparison.objects.filter(
        state=Comparison.State.OPEN, looked_ms__lte=now_ms - DAY_MS
    ).order_by("id")
    numbers = list(due.values_list("id", flat=True))
    return attempt_each("comparison", numbers, lambda number: look_at(number, now_ms))


def look_at(comparison_id: int, now_ms: Ms) -> bool:
    """Look at one comparison; return whether it was held or ended."""
    comparison = Comparison.objects.select_related("project").get(pk=comparison_id)
    Comparison.objects.filter(pk=comparison_id).update(looked_ms=now_ms)
    people = places_of(comparison_id)
    harms = find_harm(*(facts_of(comparison, people, arm, now_ms) for arm in Arm))
    if harms:
        hold_comparison(comparison_id, harms[0], "", now_ms)
        return True
    if has_other_question(comparison) or _is_complete(comparison, people, now_ms):
        end_comparison(comparison_id, now_ms)
        return True
    return False


def facts_of(
    comparison: Comparison, people: Sequence[ComparedPerson], arm: Arm, now_ms: Ms
) -> ArmFacts:
    """Return what the guards look at of one group."""
    group = [place for place in people if place.arm == arm]
    skips = skip_shares(comparison.pk, now_ms)
    paid = pay_by_person(comparison.pk, now_ms)
    pay, top_up = 0, 0
    for place in group:
        for line in paid.get(place.worker_id, []):
            pay += line.piece_micro
            top_up += _top_up(comparison.project, place, line, now_ms)
    return ArmFacts(
        skips=scores_of([skips[place.worker_id] for place in group if place.worker_id in skips]),
        strain=scores_of([float(place.strain) for place in group if place.strain is not None]),
        paid_micro=pay,
        top_up_micro=top_up,
        access_failures=sum(place.access_failed for place in group),
    )


def _top_up(project: Project, place: ComparedPerson, line: WorkedPay, now_ms: Ms) -> int:
    """Return what the floor adds to a person's answers, by their own time; 0 where unknown."""
    person_id = place.worker.person_id
    terms = terms_expected(person_id, now_ms) if person_id else None
    if terms is None or project.is_own_staff:
        return 0
    try:
        floor = floor_of(project, line.currency, terms, now_ms).per_hour
    except Refusal:  # a place whose minimum is not known: its people are not paid either
        return 0
    return max(0, floor.micro * line.elapsed_ms // HOUR_MS - line.piece_micro)


def _is_complete(comparison: Comparison, people: Sequence[ComparedPerson], now_ms: Ms) -> bool:
    """Return whether both groups have as many people with a score as were planned.

    Which scores they are plays no part.
    """
    scored = scores_by_person(comparison, people, now_ms).keys()
    return all(
        sum(place.arm == arm and place.worker_id in scored for place in people) >= comparison.people
        for arm in Arm
    )
