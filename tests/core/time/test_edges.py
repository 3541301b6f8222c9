"""What happens to people's time when machines, clocks and days misbehave: one test a case."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from canut.core.time.activity import CreditedTime, WorkedTime, measure, times_of
from canut.core.time.beats import (
    Beat,
    Beats,
    Session,
    Sessions,
    Surface,
    Surfaces,
    columns_of,
)
from canut.core.time.credit import CutReason
from tests.support.heartbeats import (
    HOUR,
    MINUTE,
    NOON,
    PROJECT,
    SECOND,
    SURFACES,
    Page,
    credited,
    intervals,
    times,
)

DAY = 24 * HOUR
MONTREAL = ZoneInfo("America/Toronto")


def _at(when: str) -> int:
    return int(datetime.fromisoformat(when).replace(tzinfo=MONTREAL).timestamp() * 1000)


def test_computer_that_sleeps_is_credited_before_and_after_where_each_was() -> None:
    page = Page().stay(10 * MINUTE, hands=SECOND).sleep(4 * HOUR)
    page.stay(10 * MINUTE, hands=SECOND).leave()

    found = intervals([page])

    after = [i for i in found if i.begin_ms >= NOON + 4 * HOUR]
    assert abs(sum(i.end_ms - i.begin_ms for i in after) - 10 * MINUTE) <= 15_000
    assert 20 * MINUTE <= sum(i.end_ms - i.begin_ms for i in found) <= 22 * MINUTE


def test_computer_that_sleeps_while_a_phone_works_loses_neither() -> None:
    laptop = Page().stay(10 * MINUTE, hands=SECOND).sleep(4 * HOUR)
    laptop.stay(10 * MINUTE, hands=SECOND).leave()
    phone = Page("phone", now=NOON + 10 * MINUTE, person=1).stay(HOUR, hands=SECOND).leave()

    found = credited(laptop, phone)

    assert found >= 80 * MINUTE - 15 * SECOND


def test_clock_that_goes_back_in_autumn_gives_every_second_once() -> None:
    page = Page(now=_at("2026-11-01T00:30")).stay(2 * HOUR, hands=5 * SECOND).leave()

    found = intervals([page])

    local = [datetime.fromtimestamp(ms / 1000, MONTREAL) for ms in found[0][2:4]]
    assert [f"{t:%H:%M}" for t in local] == ["00:30", "01:30"]
    assert found[0].end_ms - found[0].begin_ms == 2 * HOUR


def test_person_who_travels_across_time_zones_is_credited_in_utc() -> None:
    home = Page("home").stay(HOUR, hands=5 * SECOND).leave()
    away = Page("away", now=NOON + 8 * HOUR).stay(HOUR, hands=5 * SECOND).leave()

    found = intervals([home, away])

    begins = [datetime.fromtimestamp(i.begin_ms / 1000, UTC).hour for i in found]
    assert begins == [datetime.fromtimestamp(NOON / 1000, UTC).hour, begins[0] + 8]


def test_item_whose_lease_runs_out_midway_keeps_its_time() -> None:
    page = Page().stay(50 * SECOND, hands=SECOND).see("queue").stay(5 * SECOND).leave()

    found = times(page)

    assert found == [WorkedTime(1, PROJECT, 50_000, 5_000)]


def test_browser_that_crashes_is_credited_half_a_minute_after_the_last_sign() -> None:
    page = Page().stay(30 * SECOND, hands=5 * SECOND).stay(2 * MINUTE)

    found = intervals([page])

    assert [(i.end_ms - i.begin_ms, i.why) for i in found] == [(60_000, CutReason.CRASHED)]


def test_two_tabs_on_one_item_are_credited_once() -> None:
    pages = [Page(name).stay(MINUTE, hands=SECOND).leave() for name in ("left", "right")]

    found = times(*pages)

    assert found == [WorkedTime(1, PROJECT, 60_000, 0)]


def test_phone_and_laptop_at_once_share_the_time_between_their_projects() -> None:
    laptop = Page("laptop").stay(MINUTE, hands=SECOND).leave()
    phone = Page("phone", "other", now=NOON + 30 * SECOND).stay(MINUTE, hands=SECOND).leave()

    found = times(laptop, phone)

    assert found == [WorkedTime(1, PROJECT, 45_000, 0), WorkedTime(1, 4, 45_000, 0)]


def test_three_days_offline_are_credited_on_the_days_they_were_worked() -> None:
    page = Page(now=_at("2026-04-29T12:00")).stay(MINUTE, hands=SECOND)
    page.is_online = False
    for _day in range(3):
        page.stay(HOUR, hands=SECOND).show(visible=False).stay(DAY - HOUR).show(visible=True)
    page.sync().leave()

    found = intervals([page])

    may = _at("2026-05-01")
    before = sum(i.end_ms - i.begin_ms for i in found if i.end_ms <= may)
    after = sum(i.end_ms - i.begin_ms for i in found if i.begin_ms >= may)
    assert (before, after) == (2 * HOUR + MINUTE, HOUR)


def test_server_clock_that_jumps_ahead_gives_no_time_that_did_not_pass() -> None:
    page = Page().stay(10 * MINUTE, hands=SECOND)
    page.server_ahead = HOUR
    page.stay(10 * MINUTE, hands=SECOND).leave()

    found = credited(page)

    assert 20 * MINUTE <= found <= 22 * MINUTE


def test_server_clock_set_back_a_little_costs_at_most_that_little() -> None:
    page = Page().stay(10 * MINUTE, hands=SECOND)
    page.server_ahead = -5 * SECOND
    page.stay(10 * MINUTE, hands=SECOND).leave()

    found = credited(page)

    assert 20 * MINUTE - 5 * SECOND <= found <= 20 * MINUTE


def test_screen_reader_switch_or_dictation_is_allowed_twice_the_silence() -> None:
    page = Page(assistive=True).stay(190 * SECOND).press().stay(10 * SECOND).leave()

    found = credited(page)

    assert found == 200_000


def test_sound_that_plays_on_a_hidden_page_is_credited_while_it_plays_and_no_longer() -> None:
    page = Page().stay(20 * SECOND, hands=5 * SECOND).show(visible=False)
    page.stay(2 * MINUTE, plays=True).stay(5 * MINUTE).show(visible=True)
    page.stay(20 * SECOND, hands=5 * SECOND).leave()

    found = credited(page)

    assert 160_000 <= found <= 175_000


def test_two_beats_with_minutes_between_vouch_for_half_a_minute_each() -> None:
    page = Page().stay(15 * SECOND, hands=5 * SECOND)
    for _ in range(2):
        page.now, page.mono = page.now + 90 * SECOND, page.mono + 90 * SECOND
        page.press()
        page.close()
    page.leave()

    found = credited(page)

    assert found <= 80_000


def test_silence_learnt_before_a_page_was_opened_is_credited_on_its_items_alone() -> None:
    page = Page().stay(190 * SECOND).see("queue").stay(190 * SECOND).leave()
    columns = columns_of(page.beats, {"page": Session(1, NOON, silence_ms=200_000)}, SURFACES)

    found = times_of(measure(*columns[:3]), columns.surfaces)

    assert found == [WorkedTime(1, PROJECT, 190_000, 60_000)]


def test_video_at_double_speed_is_credited_the_time_it_took() -> None:
    page = Page().stay(2 * MINUTE, plays=True).leave()
    page.beats = [beat._replace(media_ms=2 * beat.media_ms) for beat in page.beats]

    found = credited(page)

    assert found == 120_000


def test_made_up_events_and_a_held_key_are_no_sign() -> None:
    page = Page()
    for _minute in range(10):
        page.press(count=0).stay(MINUTE)
    page.leave()

    found = intervals([page])

    assert [(i.end_ms - i.begin_ms, i.why) for i in found] == [(100_000, CutReason.ALLOWANCE)]


def test_answers_at_the_speed_of_a_machine_give_the_short_time_they_took() -> None:
    page = Page()
    for number in range(20):
        page.press().stay(300).see(f"item:{1 + number % 2}")
    page.leave()

    found = times(page)

    assert found == [WorkedTime(1, PROJECT, 6_000, 0)]


def test_item_skipped_and_returned_to_is_credited_both_times() -> None:
    page = Page().stay(20 * SECOND).see("item:2").stay(SECOND).see("item:1").stay(9_000).leave()

    found = intervals([page])

    assert [(i.surface, i.end_ms - i.begin_ms) for i in found] == [
        ("item:1", 20_000),
        ("item:2", 1_000),
        ("item:1", 9_000),
    ]


def test_item_withdrawn_since_keeps_its_time() -> None:
    page = Page().stay(50 * SECOND).leave()

    found = credited(page, surfaces={})

    assert found == 50_000


def test_answers_rejected_later_change_no_time() -> None:
    inputs = {*Beats._fields, *Sessions._fields, *Surfaces._fields, *Beat._fields}

    verdicts = {name for name in inputs if "reject" in name or "accept" in name}

    assert not verdicts, "what came of an answer cannot be told to the measure"


def test_answers_wrong_on_gold_change_no_time() -> None:
    page = Page(surface="gold").stay(50 * SECOND).leave()

    found = times(page, surfaces={"gold": Surface(PROJECT)})

    assert found == [WorkedTime(1, PROJECT, 50_000, 0)]


def test_item_that_took_no_time_is_credited_nothing() -> None:
    page = Page().see("item:2").stay(10 * SECOND).see("item:1").see("queue").leave()

    found = times(page)

    assert found == [WorkedTime(1, PROJECT, 10_000, 0)]


def test_item_open_when_hours_run_out_is_credited_to_its_end_and_nothing_after() -> None:
    page = Page().stay(10 * MINUTE, hands=5 * SECOND).see("locked").stay(MINUTE, hands=SECOND)
    page.leave()
    surfaces = {"locked": Surface(PROJECT, is_item=False, is_counted=False)}

    found = intervals([page], surfaces)

    assert [(i.surface, i.end_ms - i.begin_ms) for i in found] == [("item:1", 600_000)]


def test_age_and_place_are_not_known_to_the_measure() -> None:
    known = {*CreditedTime._fields, *Sessions._fields, *Surfaces._fields}

    asked = {name for name in known if "place" in name or "age" in name.split("_")}

    assert not asked, "an unknown floor stops a launch, never the measure of time worked"


def test_work_kept_offline_for_days_falls_on_the_days_it_was_done() -> None:
    page = Page(is_online=False).stay(5 * MINUTE, hands=5_000).leave()
    page.now += 3 * 24 * HOUR

    (one,) = intervals([page.sync()])

    assert (one.begin_ms, one.end_ms) == (NOON, NOON + 5 * MINUTE)
