"""A question has two working days, and its text is only text."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from canut.core.errors import Incomplete, TooLarge
from canut.core.participation.message_deadlines import due_ms, plain_text

ZONE = ZoneInfo("America/Toronto")


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-23T09:00", "2026-11-25T09:00"),  # Monday
        ("2026-11-26T09:00", "2026-11-30T09:00"),  # Thursday: Friday, then Monday
        ("2026-11-27T17:30", "2026-12-01T17:30"),  # Friday
        ("2026-11-28T10:00", "2026-12-02T00:00"),  # Saturday waits from the Monday
        ("2026-11-29T23:59", "2026-12-02T00:00"),  # Sunday
        ("2026-10-30T09:00", "2026-11-03T09:00"),  # over the end of summer time
    ],
)
def test_answer_is_due_after_two_working_days(asked: str, due: str) -> None:
    assert due_ms(at(asked), ZONE) == at(due)


def test_text_keeps_accents_and_lines_and_nothing_hidden() -> None:
    assert plain_text(" Où\r\n\r\n\r\n\r\nça\u202e\x07 <b>?</b> ") == "Où\n\nça <b>?</b>"


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b\x00"])
def test_empty_text_is_refused(text: str) -> None:
    with pytest.raises(Incomplete):
        plain_text(text)


def test_long_text_is_refused() -> None:
    with pytest.raises(TooLarge) as refused:
        plain_text("a" * 2001)

    assert refused.value.facts == {"limit": 2000}
