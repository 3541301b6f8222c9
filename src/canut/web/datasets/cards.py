"""Labour cards for anyone: the list, one dataset's card as a page, a sheet of paper or a file."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from canut.core.errors import Missing
from canut.store.datasets.card_figures import public_card, public_cards
from canut.store.ledger.logs import log_named
from canut.store.tables.datasets import Card
from canut.web.datasets.card_wording import card_in_words, pdf_of_card

FORMS = ("pdf", "json")
CHECKER = "dist/verify.html"


def cards(request: HttpRequest) -> HttpResponse:
    """List the newest public card of every dataset."""
    return render(request, "datasets/cards.html", {"cards": map(card_in_words_of, public_cards())})


def card(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one dataset's card, what it cannot prove first."""
    found = _card(slug)
    links = {form: reverse("card_as", args=[slug, form]) for form in FORMS}
    shown = {"card": card_in_words(found), "links": links, "key": log_named(None).key}
    return render(request, "datasets/card.html", shown)


def card_as(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """Send a card as it was signed, or on one sheet of paper."""
    return card_file(_card(slug), form)


def card_file(found: Card, form: str) -> HttpResponse:
    """Write a card as it was signed, or on one sheet of paper.

    Raises:
        Missing: there is no such form of it.
    """
    if form not in FORMS:
        raise Missing("a card is a page, a pdf or a json")
    if form == "json":
        answer = HttpResponse(found.content, content_type="application/vc; charset=utf-8")
    else:
        printed = pdf_of_card(card_in_words(found), found.made_ms // 1000)
        answer = HttpResponse(printed, content_type="application/pdf")
    name = f"{found.project.slug}-labour-card-{found.number}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def checker(request: HttpRequest) -> HttpResponse:
    """Send the page that checks a bundle without a server, to be kept."""
    path = finders.find(CHECKER)
    if not isinstance(path, str):
        raise Missing("the checker is not built here")
    answer = HttpResponse(Path(path).read_bytes(), content_type="text/html; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="verify.html"'
    return answer


def card_in_words_of(found: Card) -> dict[str, object]:
    """Say a card in words, beside its address."""
    return {"slug": found.project.slug, "card": card_in_words(found)}


def _card(slug: str) -> Card:
    found = public_card(slug)
    if found is None:
        raise Missing("there is no such card, or it is not public")
    return found
