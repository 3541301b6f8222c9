"""What holds whatever people do: more signs never cost time, and no moment is credited twice."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canut.core import arrays
from canut.core.time.activity import CreditedInterval, intervals_of, measure
from canut.core.time.beats import Beat, Session, columns_of
from canut.core.time.page_union import Pages, Slices, united
from tests.support.heartbeats import NOON, SURFACES, Page

type Lives = dict[str, list[tuple[str, int]]]
type Span = tuple[int, int, int, bool, int, int]

SESSIONS = {"left": Session(1, NOON), "right": Session(1, NOON), "else": Session(2, NOON)}
ACTS = ("item:1", "item:2", "other", "queue", "account", "pause", "hide", "show", "play", "press")
DEEDS = st.tuples(st.sampled_from(ACTS), st.integers(0, 200_000))
LIVES = st.dictionaries(
    st.sampled_from(list(SESSIONS)), st.lists(DEEDS, min_size=1, max_size=10), min_size=1
)
SPANS = st.lists(
    st.tuples(st.integers(1, 2), st.integers(-1, 2), st.integers(0, 3), st.booleans(),
              st.integers(0, 2_000_000), st.integers(0, 2_000_000)),
    max_size=12,
)  # fmt: skip


def _lived(lives: Lives) -> list[Beat]:
    """Let each page live its deeds, and then be left."""
    beats: list[Beat] = []
    for session, deeds in lives.items():
        page = Page(session)
        for act, ms in deeds:
            if act in SURFACES:
                page.see(act)
            elif act in {"hide", "show"}:
                page.show(visible=act == "show")
            elif act == "press":
                page.press()
            page.stay(ms, plays=act == "play")
        page.leave()
        beats += page.beats
    return beats


def _measured(beats: list[Beat]) -> list[CreditedInterval]:
    columns = columns_of(beats, SESSIONS, SURFACES)
    return intervals_of(columns, measure(columns.beats, columns.sessions, columns.surfaces))


def _total(found: list[CreditedInterval]) -> int:
    return sum(i.end_ms - i.begin_ms for i in found)


def _pages(spans: list[Span]) -> Pages:
    columns = [np.array(column, np.int64) for column in zip(*spans, strict=True)]
    person, project, surface, is_item, one, other = columns or [np.zeros(0, np.int64)] * 6
    code = ((project + 1) * 8 + surface * 2 + is_item).astype(np.int32)
    begin, end = np.minimum(one, other), np.maximum(one, other)
    return Pages(person, project, code, is_item.astype(np.bool_), begin, end)


def _again(pages: Pages, cut: Slices) -> Pages:
    of = cut.page
    return Pages(
        pages.person[of], pages.project[of], pages.surface[of], pages.is_item[of],
        cut.begin, cut.end,
    )  # fmt: skip


@given(LIVES, st.integers(0, 2**32), st.booleans())
def test_one_more_sign_never_lowers_the_credit(lives: Lives, choice: int, plays: bool) -> None:
    beats = _lived(lives)
    which = choice % len(beats)
    beat = beats[which]
    before = [b.mono_ms for b in beats if b.session == beat.session and b.seq < beat.seq]
    second = (max(before, default=0) + beat.mono_ms) // 2000
    sign = [*beat.buckets, [second, 1, 0, 0, 0]]
    louder = beat._replace(media_ms=beat.media_ms + 1_000) if plays else beat._replace(buckets=sign)
    more = [*beats[:which], louder, *beats[which + 1 :]]

    with_more = _total(_measured(more))

    assert with_more >= _total(_measured(beats))


@given(LIVES)
def test_credit_is_never_more_than_the_time_that_passed(
    lives: Lives,
) -> None:
    beats = _lived(lives)

    found = _measured(beats)

    for person, names in ((1, {"left", "right"}), (2, {"else"})):
        last = max((b.received_ms for b in beats if b.session in names), default=NOON)
        assert _total([i for i in found if i.session in names]) <= last - NOON, person
    assert all(i.begin_ms < i.end_ms for i in found)


@given(LIVES, st.randoms(use_true_random=False))
def test_order_in_which_beats_come_does_not_matter(lives: Lives, chance: Random) -> None:
    beats = _lived(lives)
    shuffled = [*beats, *beats[:3]]
    chance.shuffle(shuffled)

    found = _measured(shuffled)

    assert found == _measured(beats)


@given(SPANS)
def test_uniting_what_is_united_changes_nothing(
    spans: list[Span],
) -> None:
    pages = _pages(spans)
    once = _again(pages, united(pages))

    twice = _again(once, united(once))

    assert [c.tolist() for c in twice] == [c.tolist() for c in once]


@given(SPANS)
def test_shares_of_projects_add_up_to_the_union_to_the_millisecond(
    spans: list[Span],
) -> None:
    pages = _pages(spans)

    cut = united(pages)

    for person in (1, 2):
        ends = sorted(
            (begin, end)
            for who, begin, end in zip(pages.person, pages.begin, pages.end, strict=True)
            if who == person
        )
        length = reached = 0
        for begin, end in ends:
            length += max(0, int(end) - max(int(begin), reached))
            reached = max(reached, int(end))
        of = pages.person[cut.page] == person
        assert int((cut.end - cut.begin)[of].sum()) == length
        assert (cut.begin[of][1:] >= cut.end[of][:-1]).all()


@settings(max_examples=50)
@given(st.integers(1, 5), st.integers(0, 10_000))
def test_projects_at_once_have_equal_shares(n_projects: int, ms: int) -> None:
    pages = _pages([(1, project, 0, True, 0, ms) for project in range(n_projects)])

    cut = united(pages)

    sums = np.bincount(cut.page, cut.end - cut.begin, minlength=n_projects)
    assert sums.sum() == ms
    assert sums.max() - sums.min() <= 1


def test_share_of_work_across_midnight_stays_on_its_day() -> None:
    midnight = 96 * 900_000
    pages = _pages([(1, p, 0, True, midnight - 60_000, midnight + 20_000) for p in (1, 2)])

    cut = united(pages)

    before = np.minimum(cut.end, midnight) - np.minimum(cut.begin, midnight)
    assert np.bincount(pages.project[cut.page], before).tolist() == [0, 30_000, 30_000]


def test_platforms_pages_count_where_no_project_does() -> None:
    pages = _pages([(1, -1, 0, False, 0, 100), (1, 1, 0, False, 40, 60)])

    cut = united(pages)

    found = np.bincount(pages.project[cut.page] + 1, cut.end - cut.begin)
    assert found.tolist() == [80, 0, 20]


@pytest.mark.slow
@settings(max_examples=25)
@given(LIVES)
def test_few_beats_are_measured_as_many_would_be(lives: Lives) -> None:
    beats = _lived(lives)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "FEW_ROWS", -1)
        compiled = _measured(beats)

    assert _measured(beats) == compiled
