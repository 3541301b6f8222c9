"""Give a question its clock: when an answer is due, and whether it is late.

Two working days: Saturdays and Sundays do not count, public holidays do, so the clock is at times a
little strict towards who answers and never towards who asks. A question of a weekend waits from the
Monday. Texts are plain: what would be read as something else is taken out here.
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
    """Return until when a question is to be answered.

    Args:
        asked_ms: when it was asked, in milliseconds since 1970 UTC.
        zone: where whoever answers keeps their days.
        working_days: how many Mondays to Fridays may pass.

    Example:
        >>> friday = 1_764_338_400_000  # 28 November 2025, 09:00 in Montréal
        >>> (due_ms(friday, ZoneInfo("America/Toronto")) - friday) // 86_400_000
        4
    """
    at = datetime.fromtimestamp(asked_ms / 1000, zone)
    if at.weekday() >= SATURDAY:
        monday = at.date() + timedelta(days=7 - at.weekday())
        at = datetime.combine(monday, time(0), zone)
    left = working_days
    while left:
        at += timedelta(days=1)
        left -= at.weekday() < SATURDAY
    return to_ms(at)


def plain_text(text: str, most: int = LONGEST) -> str:
    """Return what somebody wrote as plain text: no control or hidden characters, few empty lines.

    Raises:
        Incomplete: nothing is left.
        TooLarge: it is longer than ``most``.

    Example:
        >>> plain_text(f"Bonjour{chr(0x202E)} !{chr(0)}  ")
        'Bonjour !'
    """
    kept = "".join(
        letter
        for letter in unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
        if letter in "\n\t\u200d\u200c" or unicodedata.category(letter)[0] != "C"
    )
    lines = [line.rstrip() for line in kept.strip().split("\n")]
    tidy = "\n".join(
        line for place, line in enumerate(lines) if line or (place and lines[place - 1])
    )
    if not tidy:
        raise Incomplete("nothing is written", field="text")
    if len(tidy) > most:
        raise TooLarge(f"{len(tidy)} characters; at most {most}", code="too-long", limit=most)
    return tidy
