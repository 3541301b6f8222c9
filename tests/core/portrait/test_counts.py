"""Every figure of hours and pay, against values worked out by hand."""

import numpy as np
import pytest

from canut.core.errors import BadInput
from canut.core.money import Money
from canut.core.portrait import counts
from canut.core.portrait.counts import RealPay, TimeUse

PAY, HOURS = (20.0, 16.0, 10.0, 18.0), (10.0, 2.0, 40.0, 8.0)
MINUTE = 60_000


def dollars(amount: float) -> Money:
    return Money(round(amount * 1_000_000), "CAD")


def test_concentration_is_that_of_the_worked_example() -> None:
    found = counts.concentration([10, 65, 0, 20, 5])

    assert found.gini == pytest.approx(0.58, abs=1e-9)
    assert found.corrected == pytest.approx(0.725, abs=1e-9)
    assert found.lorenz == pytest.approx([0, 0, 0.05, 0.15, 0.35, 1], abs=1e-9)
    assert found.top == pytest.approx(0.65, abs=1e-9)
    assert found.theil == pytest.approx(0.6274963, abs=5e-8)


def test_equal_shares_are_not_concentrated() -> None:
    found = counts.concentration([7, 7, 7])

    assert (found.gini, found.theil) == pytest.approx((0, 0))


@pytest.mark.parametrize("amounts", [[], [5.0], [0.0, 0.0], [-1.0, 2.0], [1.0, float("nan")]])
def test_nothing_to_share_is_refused(amounts: list[float]) -> None:
    with pytest.raises(BadInput, match="expected two or more"):
        counts.concentration(amounts)


def test_a_tail_without_a_mean_is_told() -> None:
    found = counts.tail([1, 2, 3, 4, 10, 20, 40, 80], 4)

    assert found.alpha == pytest.approx(0.5112444, abs=5e-8)
    assert found.has_no_mean


@pytest.mark.parametrize("largest", [0, 3, 4])
def test_a_tail_of_nobody_or_of_all_is_refused(largest: int) -> None:
    with pytest.raises(BadInput, match="tail of"):
        counts.tail([1, 2, 3], largest)


def test_unpaid_minutes_lower_the_pay_of_an_hour() -> None:
    work = RealPay(dollars(9), {TimeUse.PAID: 30 * MINUTE, TimeUse.READING: 6 * MINUTE})

    assert work.nominal == dollars(18)
    assert work.effective == dollars(15)
    assert work.unpaid_share == pytest.approx(1 / 6)


def test_rejected_work_and_search_count_in_the_time_and_the_top_up() -> None:
    times = {TimeUse.PAID: 1_200_000, TimeUse.REJECTED: 600_000, TimeUse.SEARCH: 360_000}
    work = RealPay(dollars(5), times)

    assert float(work.effective.decimal) == pytest.approx(8.3333, abs=5e-5)
    assert work.top_up(dollars(16.60)) == dollars(4.96)


def test_pay_over_the_floor_needs_no_top_up() -> None:
    assert RealPay(dollars(9), {TimeUse.PAID: MINUTE}).top_up(dollars(16.60)) == dollars(0)


def test_an_hour_of_work_has_sixty_minutes() -> None:
    minutes = RealPay(dollars(9), {TimeUse.PAID: 30 * MINUTE, TimeUse.BREAKS: 6 * MINUTE}).minutes()

    assert sum(minutes.values()) == pytest.approx(60)
    assert minutes[TimeUse.BREAKS] == pytest.approx(10)


def test_work_that_was_never_paid_has_no_nominal_pay() -> None:
    assert RealPay(dollars(0), {TimeUse.REJECTED: MINUTE}).nominal is None


@pytest.mark.parametrize("times", [{}, {TimeUse.PAID: -1}, {TimeUse.PAID: 0}])
def test_pay_without_time_is_refused(times: dict[TimeUse, int]) -> None:
    with pytest.raises(BadInput, match="some in all"):
        RealPay(dollars(1), times)


def test_both_weightings_are_those_of_the_worked_example() -> None:
    found = counts.weighted(PAY, HOURS, 16.60)

    assert found.mean_by_person == pytest.approx(16, abs=1e-9)
    assert found.mean_by_hour == pytest.approx(12.9333333, abs=5e-8)
    assert found.median_by_person == pytest.approx(17)
    assert found.median_by_hour == pytest.approx(10)
    assert (found.under_by_person, found.under_by_hour) == pytest.approx((0.5, 0.7))


def test_drawing_people_anew_gives_the_corrected_interval_of_the_worked_example() -> None:
    found = counts.ratio_interval(PAY, HOURS, np.random.default_rng(0))

    assert found.value == pytest.approx(12.9333333, abs=5e-8)
    assert (found.low, found.high) == pytest.approx((10.10, 19.20), abs=0.05)


def test_under_twenty_people_there_is_no_figure() -> None:
    rng = np.random.default_rng(0)

    assert counts.published_ratio([15.0] * 19, [1.0] * 19, rng) is None
    assert counts.published_ratio([15.0] * 20, [1.0] * 20, rng) is not None


@pytest.mark.parametrize(("pay", "hours"), [([], []), ([1.0], []), ([1.0], [0.0]), ([-1.0], [1.0])])
def test_hours_that_do_not_fit_pay_are_refused(pay: list[float], hours: list[float]) -> None:
    with pytest.raises(BadInput, match="expected as many"):
        counts.weighted(pay, hours, 16.60)


def test_a_share_has_wilsons_interval() -> None:
    found = counts.share(8, 10)

    assert (found.low, found.high) == pytest.approx((0.4901568, 0.9433190), abs=1e-7)


def test_a_share_of_none_and_of_all_stays_within_0_and_1() -> None:
    none, every = counts.share(0, 5), counts.share(5, 5)

    assert none.low == 0 < none.high
    assert every.low < 1 == every.high


def test_a_share_of_few_is_drawn_to_a_half() -> None:
    assert counts.cautious_share(8, 10) == 0.75


@pytest.mark.parametrize(("count", "total"), [(-1, 5), (6, 5), (0, 0)])
def test_what_is_no_share_is_refused(count: int, total: int) -> None:
    with pytest.raises(BadInput, match="not a share"):
        counts.share(count, total)


def test_a_difference_of_shares_holds_zero_when_they_are_alike() -> None:
    found = counts.difference(counts.share(40, 50), counts.share(39, 50))

    assert found.low < 0 < found.high


def test_steps_rise_to_all_people_and_all_hours() -> None:
    found = counts.steps(PAY, HOURS, together=1)

    assert found.values.tolist() == [10, 16, 18, 20]
    assert found.by_person == pytest.approx([0.25, 0.5, 0.75, 1])
    assert found.by_hour == pytest.approx([40 / 60, 42 / 60, 50 / 60, 1])


@pytest.mark.parametrize(("people", "means"), [(3, [2]), (12, [3, 9]), (15, [3, 8, 13])])
def test_a_step_of_pay_stands_for_five_people_or_more(people: int, means: list[int]) -> None:
    found = counts.steps([float(rank) for rank in range(1, people + 1)], [1.0] * people)

    assert found.values.tolist() == means
    assert found.by_person[-1] == found.by_hour[-1] == pytest.approx(1)


def test_effective_number_of_people_is_that_of_the_worked_example() -> None:
    assert counts.effective_n([10, 2, 40, 8]) == pytest.approx(2.036, abs=5e-4)
    assert counts.effective_n([7.0] * 24) == pytest.approx(24)
    assert counts.published_effective([7.0] * 24) == 20, "never the count itself"


def test_under_ten_effective_people_there_is_no_interval() -> None:
    rng = np.random.default_rng(0)
    hours = [60.0, *[1.0] * 24]

    assert counts.effective_n(hours) < counts.LEAST_EFFECTIVE
    assert not counts.has_interval(hours)
    assert counts.published_ratio([15.0] * 25, hours, rng) is None


def test_interval_covers_better_than_percentiles_where_experience_pays() -> None:
    """Who works more earns more an hour: the target is another group of 24 of the same crowd."""
    rng, people, inside, plain = np.random.default_rng(11), 24, 0, 0
    crowd = rng.lognormal(0, 1, 200_000)
    truth = float((crowd * crowd**0.5).sum() / crowd.sum())
    for _ in range(120):
        hours = rng.lognormal(0, 1, people)
        rates = hours**0.5
        found = counts.ratio_interval(rates.tolist(), hours.tolist(), rng, 500)
        inside += found.low <= truth <= found.high
        samples = rng.integers(0, people, (500, people))
        ratios = (rates * hours)[samples].sum(axis=1) / hours[samples].sum(axis=1)
        low, high = np.quantile(ratios, [0.025, 0.975])
        plain += low <= truth <= high

    assert inside > plain


def test_interval_does_not_change_with_the_unit_of_money() -> None:
    cents = [100 * pay for pay in PAY]
    first = counts.ratio_interval(PAY, HOURS, np.random.default_rng(0))
    second = counts.ratio_interval(cents, HOURS, np.random.default_rng(0))

    assert [100 * one for one in first] == pytest.approx(list(second))


def test_equal_pay_has_an_interval_of_no_width() -> None:
    found = counts.ratio_interval([15.0] * 30, [2.0] * 30, np.random.default_rng(0))

    assert found == pytest.approx((15, 15, 15))


def test_none_observed_is_at_most_what_the_published_band_allows() -> None:
    assert counts.most_of_none(20) == pytest.approx(0.1611, abs=5e-5)
    assert counts.share(0, 24).high == pytest.approx(0.138, abs=5e-4), "that would tell 24 people"
