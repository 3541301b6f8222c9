"""Steps of a story through pages: read one, send a form, on a day."""

import re
from datetime import UTC, datetime

from django.test import Client

FR, EN = {"accept-language": "fr"}, {"accept-language": "en"}


def day(month: int, number: int, hour: int = 15) -> datetime:
    """Return a moment of 2026 UTC."""
    return datetime(2026, month, number, hour, tzinfo=UTC)


def plain(page: str) -> str:
    """Return the words of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def read(client: Client, path: str, language: dict[str, str] = EN) -> str:
    """Open a page and return its words."""
    answer = client.get(path, headers=language)
    assert answer.status_code == 200, (path, answer.status_code)
    return plain(answer.content.decode())


def send(client: Client, path: str, **form: str) -> str:
    """Send a form and return the words of the page it leads to."""
    answer = client.post(path, form, headers=EN, follow=True)
    assert answer.status_code == 200, (path, answer.status_code, plain(answer.content.decode()))
    return plain(answer.content.decode())
