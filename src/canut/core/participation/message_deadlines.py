"""Compute the deadline of an answer to a message, and whether it is late.

Two working days: Saturdays and Sundays do not count, public holidays do, so the deadline is
sometimes a little strict for the person who answers and never for the person who asks. A question
sent on a weekend counts from Monday. Texts are plain: markup and hidden characters are removed
here.
"""

import unicodedata
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from canut.core.clock import to_ms
from canut.core.errors import Incomplete, TooLarge

REPLY_DAYS = 2
SATURDAY = 5
LONGEST = 2_000


def due_ms(asked_ms: int, zone: ZoneInfo, working_days: int = REPLY_DAYS) -> int:
    """Return the deadline for answering a question.

    Args:
        asked_ms: time of the question, milliseconds since 1970 UTC.
        zone: time zone of the person who answers.
        working_days: number of working days, Monday to Friday.

    Example:
        >>> friday = 1_764_338_400_000  # 28 November 2025, 09:00 in Montréal
        >>> (due_ms(friday, ZoneInfo("America/Toronto")) - friday) // 86_400_000
        4
    """
    at = datetime.fromtimestamp(asked_ms / 1000, zone)
    if at.weekday() >= SATURDAY:
        monday = at.date() + timedelta(days=7 - at.weekday())
        at = datetime.combine(monday, time(0), zone)
    remaining = working_days
    while remaining:
        at += timedelta(days=1)
        remaining -= at.weekday() < SATURDAY
    return to_ms(at)


def plain_text(text: str, most: int = LONGEST) -> str:
    """Clean a message: no control or hidden characters, few empty lines.

    Raises:
        Incomplete: the text is empty after cleaning.
        TooLarge: it is longer than ``most``.

    Example:
        >>> plain_text(f"Bonjour{chr(0x202E)} !{chr(0)}  ")
        'Bonjour !'
    """
    cleaned = "".join(
        letter
        for letter in unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
        if letter in "\n\t\u200d\u200c" or unicodedata.category(letter)[0] != "C"
    )
    lines = [line.rstrip() for line in cleaned.strip().split("\n")]
    tidy = "\n".join(
        line for index, line in enumerate(lines) if line or (index and lines[index - 1])
    )
    if not tidy:
        raise Incomplete("nothing is written", field="text")
    if len(tidy) > most:
        raise TooLarge(f"{len(tidy)} characters; at most {most}", code="too-long", limit=most)
    return tidy
