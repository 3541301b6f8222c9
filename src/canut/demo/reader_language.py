"""Show the demo's own texts in the language of who reads a page.

Only pages are translated, and what the workbench asks for: files, exports, signed cards and the API
send what is stored. Nothing is translated on its way in, so nothing stored changes by being read.

``english.json`` holds the English of each stored French text: ``texts``, those of several lines
line by line as pages break them; ``alone``, short ones that are also words of other sentences;
``values``, names of labels in stored answers, replaced only where one is all that an element shows.
The modules that hold the French make a demo, and are not loaded to serve one.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

STORED_IN = "fr"
PAGES = ("text/html", "application/json")
AS_STORED = "/api/"
ENGLISH = Path(__file__).with_name("english.json")
DECLARED = rf' lang="{STORED_IN}"'


class Dictionary(NamedTuple):
    """A pattern of all stored texts as pages write them, and the English of each."""

    pattern: re.Pattern[str]
    english: Mapping[str, str]


class ReaderLanguageMiddleware:
    """Replace the demo's French texts in pages for readers of another language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the demo's texts in the page's language."""
        answer = self.get_response(request)
        is_french = (get_language() or STORED_IN).startswith(STORED_IN)
        if is_french or not isinstance(answer, HttpResponse) or not _is_page(request, answer):
            return answer
        answer.content = in_english(answer.content.decode()).encode()
        return answer


def _is_page(request: HttpRequest, answer: HttpResponse) -> bool:
    is_shown = answer.headers.get("Content-Type", "").startswith(PAGES)
    is_file = "Content-Disposition" in answer.headers or request.path.startswith(AS_STORED)
    return is_shown and not is_file


def in_english(page: str) -> str:
    """Return a page with the demo's texts in English, and without saying that these are French.

    Args:
        page: HTML, with JSON inside, or JSON.
    """
    dictionary = _dictionary()

    def replaced(match: re.Match[str]) -> str:
        return (match["tag"] or "") + dictionary.english[match["text"]]

    return dictionary.pattern.sub(replaced, page).replace('"tongue": "fr"', '"tongue": "en"')


@cache
def _dictionary() -> Dictionary:
    """Build the pattern: each text as in HTML and as in JSON, the longest first.

    The English has no character that either of them would escape, so one form serves both.
    """
    kinds: Mapping[str, Mapping[str, str]] = json.loads(ENGLISH.read_bytes())
    english: dict[str, str] = {}
    for stored, text in kinds["texts"].items():
        english |= dict.fromkeys((stored, _json(stored)), text)
    for stored, text in kinds["alone"].items():
        for before, after in (">", "<"), ('"', '"'):
            english[before + stored + after] = before + text + after
    for stored, text in kinds["values"].items():
        english[f">{stored}<"] = f">{text}<"
    longest = sorted(english, key=len, reverse=True)
    texts = "|".join(map(re.escape, longest))
    return Dictionary(re.compile(rf"(?:{DECLARED}(?P<tag>[^<>]*>))?(?P<text>{texts})"), english)


def _json(text: str) -> str:
    return json.dumps(text)[1:-1]
