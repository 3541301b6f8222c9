"""Which silence was the longest: signs, what comes in view, hidden pages, sound, lost beats."""

from canut.core.time.beats import Session, columns_of
from canut.core.time.silences import longest_silences
from tests.support.heartbeats import MINUTE, SECOND, Page


def silences(*pages: Page) -> dict[str, int]:
    """Return the longest silence on each surface, in milliseconds."""
    beats = [beat for page in pages for beat in page.beats]
    columns = columns_of(beats, {page.session: Session(1) for page in pages}, {})
    longest = longest_silences(columns.beats, len(columns.surface_names))
    return dict(zip(columns.surface_names, longest.tolist(), strict=True))


def test_longest_stretch_without_a_sign_is_found_for_each_surface() -> None:
    page = Page().stay(20 * SECOND).press().stay(70 * SECOND).press().stay(5 * SECOND)
    page.see("item:2").stay(40 * SECOND).leave()

    assert silences(page) == {"item:1": 70_000, "item:2": 40_000}


def test_hidden_page_and_sound_that_plays_are_no_silence() -> None:
    hidden = Page().stay(20 * SECOND).show(visible=False).stay(5 * MINUTE).show(visible=True)
    hidden.stay(10 * SECOND).leave()
    played = Page("other", "item:2").stay(20 * SECOND).stay(3 * MINUTE, plays=True)
    played.stay(15 * SECOND).leave()

    found = silences(hidden, played)

    assert found["item:1"] <= 20_000
    assert found["item:2"] <= 30_000


def test_beats_that_are_missing_are_no_silence() -> None:
    page = Page().stay(30 * SECOND)
    page.now, page.mono = page.now + 10 * MINUTE, page.mono + 10 * MINUTE
    page.close()
    page.press().stay(15 * SECOND).leave()

    assert silences(page) == {"item:1": 30_000}


def test_no_beats_have_no_silence() -> None:
    assert silences() == {}


def test_silence_of_hours_is_cut_at_the_most_that_is_ever_allowed() -> None:
    page = Page().stay(19 * MINUTE).leave()

    assert silences(page) == {"item:1": 600_000}
