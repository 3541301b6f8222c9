"""Public labour cards: the list, and one dataset's card as a page, PDF or file."""

import json
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from canut.actions.datasets.bundles import lack_of
from canut.actions.platform.system_clock import now_ms
from canut.core.datasets.example_bundle import example_bundle
from canut.core.datasets.refusal_texts import refusal_in
from canut.core.errors import Missing, NotReady
from canut.core.ledger.representative_statements import StatementAbout
from canut.core.proofs.strict import write_base64
from canut.store.datasets.card_figures import last_card, public_card, public_cards
from canut.store.datasets.resales import resale_sums
from canut.store.datasets.withdrawals import withdrawn_count, withdrawn_since
from canut.store.ledger.logs import log_named
from canut.store.tables.datasets import Card
from canut.web.datasets.card_check import example_zip
from canut.web.datasets.card_wording import card_in_words, pdf_of_card
from canut.web.participation.representative_statements import spoken_section

FORMS = ("pdf", "json")
CHECKER = "dist/verify.html"
NO_EXAMPLE = ">{}</script>"


def cards(request: HttpRequest) -> HttpResponse:
    """List the newest public card of each dataset."""
    listed = [card_in_words_of(stored) for stored in public_cards()]
    return render(request, "datasets/cards.html", {"cards": listed, "has_cards": bool(listed)})


def card(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one dataset's card, starting with what it cannot prove."""
    stored = _card(slug)
    links = {form: reverse("card_as", args=[slug, form]) for form in FORMS}
    spoken = spoken_section(request, StatementAbout.CARD, stored.sha256, "lead")
    context = {
        "card": card_in_words(stored),
        "links": links,
        "spoken": spoken,
        **withdrawn_facts(stored),
        "resold": resale_sums(stored.project),
        **log_facts(stored),
    }
    return render(request, "datasets/card.html", context)


def withdrawn_facts(stored: Card) -> dict[str, object]:
    """Return how many items were withdrawn, how many since a card, and where to ask for it."""
    return {
        "withdrawn": withdrawn_count(stored.project_id),
        "withdrawn_since": withdrawn_since(stored),
        "slug": stored.project.slug,
    }


def log_facts(stored: Card) -> dict[str, object]:
    """Return the log's key, what its witnesses lack for a card, and the number of a newer card."""
    try:
        lack = lack_of(stored, now_ms() // 1000)
    except NotReady:  # the file of witnesses cannot be read: doctor says so
        lack = ""
    newest = last_card(stored.project)
    return {
        "key": log_named(None).key,
        "lack": refusal_in(get_language() or "fr", lack),
        "newer": newest.number if newest and newest.number > stored.number else None,
    }


def card_as(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """Send a card as signed JSON or as a one-page PDF."""
    return card_file(_card(slug), form)


def card_file(card: Card, form: str) -> HttpResponse:
    """Build the response that sends a card as signed JSON or as a one-page PDF.

    Raises:
        Missing: there is no such form of it.
    """
    if form not in FORMS:
        raise Missing("a card is a page, a pdf or a json")
    if form == "json":
        answer = HttpResponse(card.content, content_type="application/vc; charset=utf-8")
    else:
        printed = pdf_of_card(card_in_words(card), card.made_ms // 1000)
        answer = HttpResponse(printed, content_type="application/pdf")
    name = f"{card.project.slug}-labour-card-{card.number}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def checker(request: HttpRequest) -> HttpResponse:
    """Send the page that verifies a bundle offline, with an example in it, as a download."""
    path = finders.find(CHECKER)
    if not isinstance(path, str):
        raise Missing("the checker is not built here")
    example = {"zip": write_base64(example_zip()), "policy": write_base64(example_bundle().policy)}
    page = Path(path).read_text("utf-8").replace(NO_EXAMPLE, f">{json.dumps(example)}</script>", 1)
    answer = HttpResponse(page, content_type="text/html; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="verify.html"'
    return answer


def card_in_words_of(stored: Card) -> dict[str, object]:
    """Format a card as text, with its address."""
    return {"slug": stored.project.slug, "card": card_in_words(stored)}


def _card(slug: str) -> Card:
    stored = public_card(slug)
    if stored is None:
        raise Missing("there is no such card, or it is not public")
    return stored
