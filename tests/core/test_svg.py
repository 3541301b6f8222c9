"""Drawings are well-formed, hold the words they are given, and carry no style."""

import pytest

from canut.core.svg import Scale, Sheet, element, wrap


def test_words_and_labels_are_escaped() -> None:
    sheet = Sheet(100)
    sheet.text(0, 10, "<script> & 'more'")

    drawing = sheet.close(20, 'a "label" <b>')

    assert 'aria-label="a &quot;label&quot; &lt;b&gt;"' in drawing
    assert ">&lt;script&gt; &amp; &#x27;more&#x27;</text>" in drawing


def test_drawing_without_a_label_is_not_read_aloud() -> None:
    drawing = Sheet(100).close(20)

    assert 'aria-hidden="true"' in drawing
    assert "role=" not in drawing


def test_size_is_left_out_where_the_page_gives_it() -> None:
    assert Sheet(100, "").close(20, "label", width=None, height=None) == (
        '<svg viewBox="0 0 100 20" role="img" aria-label="label"></svg>'
    )


def test_rectangle_without_width_is_not_drawn() -> None:
    sheet = Sheet(100)
    sheet.rect("s1", 0, 0, 0, 10)
    sheet.rect("s1", 0, 0, "0%", 10)

    assert sheet.parts == ['<rect class="s1" x="0" y="0" width="0%" height="10"/>']


def test_interval_has_its_two_ends() -> None:
    sheet = Sheet(100)
    sheet.interval("iv", 10, 30.25, 5, 4)
    sheet.upright_interval("iv", 10, 3, 30)

    assert sheet.parts == [
        '<path class="iv" d="M10 5H30.2M10 1v8M30.2 1v8"/>',
        '<path class="iv" d="M10 3V30M5 3h10M5 30h10"/>',
    ]


@pytest.mark.parametrize(
    ("scale", "ticks", "places"),
    [
        (Scale(0, 100, 10), [0, 5, 10], [0, 50, 100]),
        (Scale(100, 0, 1), [0, 0.5, 1], [100, 50, 0]),
        (Scale(0, 100, 100, 1), [1, 10, 100], [0, 50, 100]),
    ],
)
def test_ticks_of_a_scale_lie_on_the_sheet(
    scale: Scale, ticks: list[float], places: list[float]
) -> None:
    assert scale.ticks(4) == ticks
    assert [scale.at(tick) for tick in ticks] == pytest.approx(places)
    assert scale.at(scale.most * 9) == scale.end


def test_words_are_wrapped_and_a_no_break_space_holds() -> None:
    assert wrap("one two 5\u00a0000 six", 8) == ["one two", "5\u00a0000", "six"]


def test_element_leaves_out_what_is_empty() -> None:
    assert element("g", "", kind="", id=None, text_anchor="end") == '<g text-anchor="end"></g>'
