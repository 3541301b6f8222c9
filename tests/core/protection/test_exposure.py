"""What may be lent of what is hard to look at: doses, limits, ramp, rest, and their order."""

import pytest

from canut.core.clock import DAY_MS, MINUTE_MS, WEEK_MS
from canut.core.errors import BadInput
from canut.core.protection.exposure import (
    POLICY,
    Bearer,
    Borne,
    ExposureBlock,
    ExposureCandidate,
    ExposureLimits,
    Past,
    Veil,
    back_at,
    block_reason,
    carry,
    choose,
    dose,
    exposed_now,
    limits_for,
    retained_dose,
    share_seen,
)

NOW = 1_764_000_000_000
FULL = ExposureLimits(POLICY.day, POLICY.week)
USED_TO_IT = Bearer(first_ms=NOW - 5 * WEEK_MS, began_ms=NOW - 5 * WEEK_MS, last_ms=NOW - DAY_MS)


@pytest.mark.parametrize(
    ("severity", "modality", "seconds", "expected"),
    [
        (0, "video", 600, 0),
        (1, "text", 60, 125),
        (2, "audio", 60, 1000),
        (2, "image", 60, 1000),
        (3, "image", 30, 1500),
        (4, "video", 60, 7500),
        (4, "image", 0, 200),
        (1, "text", 1, 5),
    ],
)
def test_dose_weighs_severity_and_sense_by_the_minute_and_no_look_is_under_two_seconds(
    severity: int, modality: str, seconds: int, expected: int
) -> None:
    found = dose(POLICY, severity, modality, seconds * 1000)

    assert found == expected


def test_muting_takes_away_what_is_heard_alone() -> None:
    video, sound, image = (
        dose(POLICY, 3, modality, MINUTE_MS, muted=True) for modality in ("video", "audio", "image")
    )

    assert (video, sound, image) == (3000, 0, 3000)


@pytest.mark.parametrize("bad", [(5, "text", 1), (-1, "text", 1), (2, "smell", 1), (2, "text", -1)])
def test_dose_of_what_is_unknown_is_refused(bad: tuple[int, str, int]) -> None:
    with pytest.raises(BadInput):
        dose(POLICY, *bad)


@pytest.mark.parametrize("veil", [Veil.NONE, Veil.BLUR, Veil.GREY])
def test_passive_blur_or_grey_takes_nothing_off(veil: Veil) -> None:
    assert share_seen(veil, 100) == 1000


def test_what_a_person_uncovers_themselves_is_what_counts() -> None:
    assert retained_dose(3000, 2000, share_seen(Veil.REVEAL, 250)) == 500


def test_longer_look_never_counts_for_more_than_was_reserved() -> None:
    assert retained_dose(1000, 4000) == 1000


# who


@pytest.mark.parametrize(
    ("weeks", "day", "week"),
    [(0, 15_000, 60_000), (1, 30_000, 120_000), (2, 45_000, 180_000), (3, 60_000, 240_000)],
)
def test_new_people_begin_with_a_quarter_and_reach_all_in_four_weeks(
    weeks: int, day: int, week: int
) -> None:
    began = NOW - weeks * WEEK_MS
    bearer = Bearer(first_ms=began, began_ms=began, last_ms=NOW - DAY_MS)

    assert limits_for(POLICY, bearer, NOW) == ExposureLimits(day, week)


def test_who_was_never_exposed_or_is_back_after_eight_weeks_is_new() -> None:
    back = Bearer(first_ms=0, began_ms=0, last_ms=NOW - 8 * WEEK_MS)

    assert (
        limits_for(POLICY, Bearer(), NOW) == limits_for(POLICY, back, NOW) == (15_000, 60_000, None)
    )
    assert exposed_now(POLICY, back, NOW).first_ms == NOW


def test_minors_and_who_did_not_agree_are_lent_nothing_disturbing() -> None:
    minor = limits_for(POLICY, Bearer(is_minor=True), NOW)
    declined = limits_for(POLICY, Bearer(has_agreed=False), NOW)

    assert minor == ExposureLimits(0, 0, ExposureBlock.MINOR)
    assert declined == ExposureLimits(0, 0, ExposureBlock.DECLINED)
    assert (
        block_reason(POLICY, minor, Borne(run=(0,)), ExposureCandidate(1, 1, 1))
        is ExposureBlock.MINOR
    )
    assert block_reason(POLICY, minor, Borne(), ExposureCandidate(1, 0, 0)) is None


def test_after_eight_weeks_two_weeks_are_free_then_counting_begins_anew() -> None:
    began = NOW - 8 * WEEK_MS
    tired = Bearer(first_ms=began, began_ms=began, last_ms=NOW - DAY_MS)
    nearly = tired._replace(began_ms=began + 1)
    rested = tired._replace(last_ms=NOW - 2 * WEEK_MS)

    assert limits_for(POLICY, tired, NOW).why is ExposureBlock.OFF_WEEKS
    assert limits_for(POLICY, nearly, NOW) == FULL
    assert limits_for(POLICY, rested, NOW) == FULL
    assert exposed_now(POLICY, rested, NOW) == rested._replace(began_ms=NOW, last_ms=NOW)


def test_own_lower_limit_holds_and_a_higher_one_does_not() -> None:
    lower = limits_for(POLICY, USED_TO_IT._replace(lower_day=7000), NOW)
    higher = limits_for(POLICY, USED_TO_IT._replace(lower_day=90_000), NOW)

    assert (lower.day, higher.day) == (7000, 60_000)


# what


@pytest.mark.parametrize(
    ("borne", "item", "expected"),
    [
        (Borne(day=59_000, run=(0,)), ExposureCandidate(1, 2, 1000), None),
        (Borne(day=59_001, run=(0,)), ExposureCandidate(1, 2, 1000), ExposureBlock.DAY),
        (Borne(week=239_000, run=(0,)), ExposureCandidate(1, 2, 1000), None),
        (Borne(week=239_001, run=(0,)), ExposureCandidate(1, 2, 1000), ExposureBlock.WEEK),
        (Borne(streak=9000, run=(0,)), ExposureCandidate(1, 2, 1000), None),
        (Borne(streak=9001, run=(0,)), ExposureCandidate(1, 2, 1000), ExposureBlock.BREAK),
        (Borne(streak=0, run=(0,)), ExposureCandidate(1, 4, 12_000), None),
        (Borne(worst=19, run=(0,)), ExposureCandidate(1, 4, 10), None),
        (Borne(worst=20, run=(0,)), ExposureCandidate(1, 4, 10), ExposureBlock.WORST),
        (Borne(worst=20, run=(0,)), ExposureCandidate(1, 3, 10), None),
        (Borne(run=()), ExposureCandidate(1, 2, 10), ExposureBlock.CALM),
        (Borne(run=()), ExposureCandidate(1, 1, 10), None),
        (Borne(run=(0, 2)), ExposureCandidate(1, 2, 10), None),
        (Borne(run=(0, 2, 3)), ExposureCandidate(1, 2, 10), ExposureBlock.CALM),
        (Borne(run=(0, 2, 1)), ExposureCandidate(1, 2, 10), None),
        (Borne(day=60_000, week=240_000, streak=10_000), ExposureCandidate(1, 0, 0), None),
    ],
)
def test_each_limit_holds_to_the_thousandth(
    borne: Borne, item: ExposureCandidate, expected: ExposureBlock | None
) -> None:
    assert block_reason(POLICY, FULL, borne, item) is expected


def test_hand_keeps_the_order_of_the_queue_and_begins_with_a_calm_task() -> None:
    items = [
        ExposureCandidate(1, 3, 100),
        ExposureCandidate(2, 2, 100),
        ExposureCandidate(3, 0, 0),
        ExposureCandidate(4, 2, 100),
        ExposureCandidate(5, 0, 0),
    ]

    chosen = choose(POLICY, FULL, Borne(), items, 5)

    assert [item.task for item in chosen.items] == [3, 1, 2, 5, 4]
    assert chosen.why is None


def test_hand_says_what_is_used_up_after_it() -> None:
    items = [ExposureCandidate(1, 0, 0), ExposureCandidate(2, 3, 600), ExposureCandidate(3, 3, 600)]

    chosen = choose(POLICY, ExposureLimits(1000, 9000), Borne(), items, 3)

    assert [item.task for item in chosen.items] == [1, 2]
    assert chosen.why is ExposureBlock.DAY


def test_nothing_left_in_the_queue_is_no_limit() -> None:
    assert choose(POLICY, FULL, Borne(), [ExposureCandidate(1, 0, 0)], 3).why is None


# when


def test_room_comes_back_when_enough_has_grown_old() -> None:
    pasts = [Past(400, NOW - 100), Past(600, NOW - 300), Past(100, None)]

    assert back_at(pasts, 1000, DAY_MS, 500) == NOW - 300 + DAY_MS
    assert back_at(pasts, 1000, DAY_MS, 800) == NOW - 100 + DAY_MS
    assert back_at(pasts, 1000, DAY_MS, 950) is None


def test_what_is_carried_halves_every_week() -> None:
    pasts = [Past(1000, NOW), Past(1000, NOW - WEEK_MS), Past(1000, NOW - 2 * WEEK_MS)]

    assert carry(7, pasts, NOW) == 1750
