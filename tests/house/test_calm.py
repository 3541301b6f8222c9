"""Nothing a person sees presses them: no countdown, no streak, no words of loss."""

import re

from babel.messages.pofile import read_po

from canut.core.messages import catalogue_files, read_catalogue
from tests.house.tree import ROOT, SOURCE, TEMPLATES, at, files

PRESSING = re.compile(
    r"count(?:ing)?[- ]?down|compte à rebours|time left|temps restant|il vous reste|seconds left"
    r"|minutes left|secondes restantes|minutes restantes|hurry up|dépêche|vite\s?!|last chance"
    r"|dernière chance|streak|d’affilée|in a row|you will lose|vous perdrez|don’t miss"
    r"|ne manquez pas|leader ?board|classement|badge earned|niveau suivant|level up|expires in"
    r"|expire dans",
    re.IGNORECASE,
)
OF_PAGES = ("page.", "form.", "common.", "refusal.", "email.")
CLOCKS = re.compile(
    r"countdown|timeLeft|remainingMs|expires_ms\s*-\s*(?:Date\.)?now", re.IGNORECASE
)


def test_no_word_of_a_page_presses_anybody() -> None:
    with (SOURCE / "locale/fr/LC_MESSAGES/django.po").open("rb") as source:
        catalog = read_po(source)
    said = [
        str(text)
        for message in catalog
        for text in (*_all(message.id), *_all(message.string))
        if text
    ]
    for language in ("en", "fr"):
        for path in catalogue_files(SOURCE / "locale" / language):
            texts = read_catalogue(path).items()
            said += [text for message_id, text in texts if message_id.startswith(OF_PAGES)]
    said += [(ROOT / "frontend/src/i18n/workbench_words.ts").read_text()]
    said += [page.read_text() for page in files(".html", under="src/canut/web/templates")]
    assert len(said) > 500

    assert [found.group() for text in said if (found := PRESSING.search(text))] == []


def test_no_script_or_template_shows_a_clock_that_runs_out() -> None:
    shown = files(".ts", under="frontend/src") + files(
        ".html", under=f"{TEMPLATES.relative_to(ROOT)}"
    )
    assert len(shown) > 40

    running = [
        at(file, number)
        for file in shown
        if not file.name.endswith(".test.ts")
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if CLOCKS.search(line)
    ]

    assert running == []


def _all(text: object) -> tuple[object, ...]:
    return tuple(text) if isinstance(text, tuple | list) else (text,)
