"""The measured vectors: reading, listening, a parked tab, a forged clock; and how tails end."""

import numpy as np
import pytest

from canut.core.errors import BadInput, ShapeError
from canut.core.time.activity import WorkedTime, measure
from canut.core.time.beats import Beat, Session, Surface, columns_of
from canut.core.time.credit import CutReason
from canut.core.time.silence_allowance import allowance_ms
from tests.support.heartbeats import (
    HOUR,
    MINUTE,
    NOON,
    PROJECT,
    SECOND,
    Page,
    credited,
    intervals,
    times,
)


def test_silent_reading_is_credited_whole() -> None:
    page = Page().stay(200 * SECOND).leave()

    found = credited(page, surfaces={"item:1": Surface(3, allowance_ms=allowance_ms(words=900))})

    assert found == 200_000


def test_listening_is_credited_whole() -> None:
    page = Page().stay(240 * SECOND, plays=True).leave()

    found = credited(page)

    assert found == 240_000


def test_sound_that_sends_no_beats_is_allowed_for_by_its_length() -> None:
    page = Page().stay(240 * SECOND).leave()
    sound = Surface(PROJECT, allowance_ms=allowance_ms(media_ms=240_000))

    found = credited(page, surfaces={"item:1": sound})

    assert found == 240_000


def test_tab_parked_for_eight_hours_is_credited_what_is_allowed_once() -> None:
    page = Page().stay(8 * HOUR).leave()

    found = intervals([page])

    assert [(i.end_ms - i.begin_ms, i.why) for i in found] == [(100_000, CutReason.ALLOWANCE)]


@pytest.mark.slow
def test_forged_clock_gains_no_more_than_the_server_saw_pass() -> None:
    page = Page(delay=0).stay(10 * HOUR, hands=SECOND)
    page.beats = [beat._replace(received_ms=NOON + HOUR * (beat.seq > 0)) for beat in page.beats]

    found = credited(page)

    assert found == 3_600_000


def test_long_silence_between_signs_is_cut_short_not_thrown_away() -> None:
    page = Page().stay(MINUTE, hands=5 * SECOND).stay(5 * MINUTE).press().stay(MINUTE).leave()

    found = credited(page)

    assert found == 60_000 + 100_000 + 60_000


def test_tail_to_a_page_one_closes_is_credited_as_far_as_allowed() -> None:
    page = Page().stay(70 * SECOND).leave()

    found = intervals([page])

    assert [(i.end_ms - i.begin_ms, i.why) for i in found] == [(70_000, CutReason.CLOSED)]


def test_page_hidden_for_a_while_is_not_credited() -> None:
    page = Page().stay(20 * SECOND).show(visible=False).stay(MINUTE).show(visible=True)
    page.stay(10 * SECOND).leave()

    found = credited(page)

    assert found == 30_000


def test_looking_something_up_elsewhere_is_credited_where_the_task_sends_people_out() -> None:
    page = Page().stay(20 * SECOND).show(visible=False).stay(MINUTE).show(visible=True)
    page.stay(10 * SECOND).leave()
    lookup = Surface(PROJECT, allowance_ms=100_000, grace_ms=120_000)

    found = credited(page, surfaces={"item:1": lookup})

    assert found == 90_000


def test_beats_that_stop_for_a_while_give_half_a_minute() -> None:
    page = Page().stay(30 * SECOND)
    page.now, page.mono = page.now + 10 * MINUTE, page.mono + 10 * MINUTE
    page.close()
    page.press().stay(15 * SECOND).leave()

    found = intervals([page])

    assert found[0].why is CutReason.MISSING
    assert found[0].end_ms - found[0].begin_ms == 60_000


def test_instructions_queue_and_the_platforms_pages_are_overhead() -> None:
    page = Page(surface="why").stay(20 * SECOND).see("queue").stay(5 * SECOND).see("item:1")
    page.stay(30 * SECOND).see("account").stay(10 * SECOND).leave()

    found = times(page)

    assert found == [WorkedTime(1, -1, 0, 10_000), WorkedTime(1, PROJECT, 30_000, 25_000)]


def test_declared_pause_is_not_counted() -> None:
    page = Page().stay(20 * SECOND).see("pause").stay(MINUTE).see("item:1").stay(9_000).leave()

    found = times(page)

    assert found == [WorkedTime(1, PROJECT, 29_000, 0)]


def test_no_beats_give_no_time() -> None:
    found = times()

    assert found == []


def test_beat_of_an_unknown_session_is_refused() -> None:
    with pytest.raises(BadInput) as refusal:
        columns_of([Beat("nobody", 0, 15_000, NOON, "item:1")], {}, {})

    assert "nobody" in str(refusal.value)


def test_columns_that_do_not_fit_are_refused() -> None:
    columns = columns_of(Page().stay(MINUTE).beats, {"page": Session(1)}, {})
    short = columns.beats._replace(media=np.zeros(1, np.int64))

    with pytest.raises(ShapeError) as refusal:
        measure(short, columns.sessions, columns.surfaces)

    assert "columns_of" in str(refusal.value)


def test_bucket_that_is_not_a_second_and_four_counts_is_refused() -> None:
    beat = Beat("page", 0, 15_000, NOON, "item:1", [[3, 1]])

    with pytest.raises(ShapeError) as refusal:
        columns_of([beat], {"page": Session(1)}, {})

    assert "four counts" in str(refusal.value)


def test_beat_sent_twice_counts_as_it_first_came() -> None:
    first = Beat("page", 0, 15_000, NOON, "item:1", [[3, 1, 0, 0, 0], [1, 0, 0, 0, 2]])
    again = first._replace(received_ms=NOON + HOUR)

    beats = columns_of([again, first], {"page": Session(1)}, {}).beats

    assert [beats.received.tolist(), beats.second.tolist()] == [[NOON], [1, 3]]
