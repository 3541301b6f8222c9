"""The least price of an accord: at opening, at a change of price, and when time drifts."""

from dataclasses import replace
from decimal import Decimal

import pytest

from canut.actions.participation.accord_prices import remeasure_prices
from canut.actions.projects.setup import open_project, pause_project
from canut.actions.work.eligibility import EligibilityRules, set_eligibility
from canut.core.clock import DAY_MS
from canut.core.errors import Conflict
from canut.core.money import Money
from canut.core.participation.accords import AccordTerms, Quantile, least_piece
from canut.store.models import Accord, AccordPrice, Project, RateVersion, Worker
from canut.store.rules.evidence import EvidenceRow, Scope
from canut.store.rules.register import QUERIES
from tests.support.accords import FLOOR, VOTED, make_accord, set_table
from tests.support.paid_work import answer, begin_pilot, raise_price, try_out
from tests.support.rule_rows import TODAY

pytestmark = pytest.mark.django_db
FAST_MS, SLOW_MS = 22_097, 39_833
PAID_MICRO = 163_334
NINETY = AccordTerms(16_600_000, Quantile.P90, "CAD", 12)


def tried_project(
    piece_micro: int = PAID_MICRO, tasks: int = 90
) -> tuple[Project, list[Worker], int]:
    """Make a pilot in which half the tasks take 22.097 s or less, and nine tenths 39.833 s."""
    project, workers = begin_pilot(9, tasks=tasks, piece_micro=piece_micro)
    end_ms = try_out(workers, [FAST_MS] * 8 + [SLOW_MS])
    return project, workers, end_ms


def last_price(project: Project) -> AccordPrice:
    return AccordPrice.objects.filter(project=project).latest("pk")


@pytest.mark.parametrize(
    ("task_ms", "price"), [(FAST_MS, "0.1019"), (SLOW_MS, "0.1837"), (3_600_000, "16.6")]
)
def test_least_price_is_rounded_up_to_a_ten_thousandth(task_ms: int, price: str) -> None:
    assert least_piece(Money(16_600_000, "CAD"), task_ms).decimal == Decimal(price)


def test_project_below_the_accord_does_not_open_and_is_told_the_price_that_would_do() -> None:
    accord = make_accord(set_table(), NINETY, at_ms=VOTED)
    project, _workers, end_ms = tried_project()

    with pytest.raises(Conflict) as refused:
        open_project(project, max(end_ms, VOTED + 1))

    assert refused.value.case == "price-below-accord"
    assert refused.value.facts["proposed_micro"] == 183_700
    assert refused.value.facts["number"] == accord.number
    assert Project.objects.get(pk=project.pk).state == Project.State.PILOT
    raise_price(project, 183_699)
    with pytest.raises(Conflict):
        open_project(project, VOTED + 1)
    raise_price(project, 183_700)
    open_project(project, VOTED + 1)
    stored = last_price(project)
    assert (stored.time_ms, stored.minimum_micro, stored.is_binding) == (SLOW_MS, 183_700, True)


def test_same_pilot_opens_under_an_accord_at_the_median_time() -> None:
    make_accord(set_table())
    project, _workers, _end_ms = tried_project()

    open_project(project, VOTED + 1)

    assert (last_price(project).time_ms, last_price(project).minimum_micro) == (FAST_MS, 101_900)


def test_price_below_the_accord_is_refused_to_a_project_that_opened_under_it() -> None:
    make_accord(set_table(), at_ms=VOTED)
    project, _workers, _end_ms = tried_project()
    open_project(project, VOTED + 1)

    with pytest.raises(Conflict) as refused:
        raise_price(project, 101_899, VOTED + 2)

    assert refused.value.facts["proposed_micro"] == 101_900
    assert RateVersion.objects.filter(project=project).count() == 1
    raise_price(project, 101_900, VOTED + 2)


def test_project_that_was_open_before_may_raise_its_price_by_steps_and_not_lower_it() -> None:
    project, _workers, end_ms = tried_project()
    open_project(project, end_ms)
    make_accord(set_table(), NINETY, at_ms=VOTED)
    assert (last_price(project).minimum_micro, last_price(project).is_binding) == (183_700, False)

    raise_price(project, 170_000, VOTED + 1)
    with pytest.raises(Conflict):
        raise_price(project, 169_999, VOTED + 2)
    pause_project(project, VOTED + 3)
    open_project(project, VOTED + 4)


@pytest.mark.parametrize(("days", "is_refused"), [(32, True), (31 + 89, True), (31 + 91, False)])
def test_price_of_an_expired_accord_stays_the_least_one_for_ninety_days(
    days: int, *, is_refused: bool
) -> None:
    make_accord(set_table(), replace(NINETY, months=1), at_ms=VOTED)
    project, _workers, _end_ms = tried_project()

    at_ms = VOTED + days * DAY_MS
    if is_refused:
        with pytest.raises(Conflict):
            open_project(project, at_ms)
    else:
        open_project(project, at_ms)

    assert AccordPrice.objects.filter(project=project).exists() is False


def test_accord_of_another_place_or_kind_sets_no_price() -> None:
    table = set_table()
    make_accord(table, NINETY, "FR", at_ms=VOTED)
    project, _workers, _end_ms = tried_project()
    rules = EligibilityRules(place="CA", legal_reason="La loi du lieu le demande.")
    set_eligibility(project, rules, by=project.created_by, now_ms=VOTED)

    open_project(project, VOTED + 1)

    assert not AccordPrice.objects.filter(project=project).exists()


def test_newer_accord_of_the_same_kind_and_place_replaces_the_older() -> None:
    table = set_table()
    make_accord(table, NINETY, at_ms=VOTED)
    make_accord(table, FLOOR, at_ms=VOTED)
    project, _workers, _end_ms = tried_project()

    open_project(project, VOTED + 1)

    assert last_price(project).minimum_micro == 101_900


def test_drift_over_a_tenth_reopens_the_price_and_not_the_accord() -> None:
    make_accord(set_table(), at_ms=VOTED)
    project, workers, _end_ms = tried_project()
    open_project(project, VOTED + 1)
    later_ms = VOTED + 31 * DAY_MS
    for worker in workers[:4]:
        answer(worker, 4, 25_000, from_ms=later_ms - DAY_MS)

    assert remeasure_prices(later_ms - 2 * DAY_MS) == 0
    assert remeasure_prices(later_ms) == 2  # that of the table is measured again too
    stored = last_price(project)
    assert (stored.measured_ms, stored.time_ms, stored.is_reopened) == (25_000, 25_000, True)
    assert stored.minimum_micro == least_piece(Money(16_600_000, "CAD"), 25_000).micro
    assert Accord.objects.get().hour_micro == 16_600_000


def test_drift_within_a_tenth_leaves_the_price_on_the_time_it_was_built_on() -> None:
    make_accord(set_table(), at_ms=VOTED)
    project, workers, _end_ms = tried_project()
    open_project(project, VOTED + 1)
    later_ms = VOTED + 31 * DAY_MS
    for worker in workers[:4]:
        answer(worker, 4, 24_000, from_ms=later_ms - DAY_MS)

    remeasure_prices(later_ms)

    stored = last_price(project)
    assert (stored.measured_ms, stored.time_ms, stored.is_reopened) == (24_000, FAST_MS, False)
    assert stored.minimum_micro == 101_900


def test_q49_is_red_for_the_price_that_nine_tenths_of_the_tasks_do_not_allow() -> None:
    project, _workers, end_ms = tried_project()
    open_project(project, end_ms)
    table = set_table(piece_micro=10**8)
    query, scope = QUERIES["Q49"], Scope(VOTED, TODAY)
    assert (query(scope).cases, query(scope).bad) == (0, 0)

    make_accord(table, FLOOR, at_ms=VOTED)
    assert (query(scope).cases, query(scope).bad) == (2, 0)
    make_accord(table, NINETY, at_ms=VOTED)

    red = query(scope)
    assert (red.cases, red.bad, red.rows) == (2, 1, (EvidenceRow("project", project.pk),))
    raise_price(project, 183_700, VOTED + 1)
    assert query(scope).bad == 0
