"""Price agreements and the rounds that lead to them. Public; parties act, operators only read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.participation import price_rounds
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing
from canut.core.participation.accords import AccordTerms, Quantile, RoundState, Standing
from canut.store.models import Person, PriceRound
from canut.store.participation.accords import (
    mandates_of,
    operators_now,
    representatives_now,
    round_or_none,
    rounds,
)
from canut.web.kit.access import get_person
from canut.web.kit.forms import attempt, micro_of
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.participation.accord_forms import PriceOfferForm, PriceRoundForm
from canut.web.participation.accord_view import (
    choice_of,
    counts_of,
    left_to_sign,
    may_vote,
    offer_rows,
    parties_of,
    quantile_words,
    row_of,
    rows_of,
    signed_by,
)


def accords(request: HttpRequest, form: PriceRoundForm | None = None) -> HttpResponse:
    """List the price agreements and the rounds; a representative may open one."""
    person = _person(request)
    listed = rows_of(rounds(), now_ms())
    context = {
        "in_force": [row for row in listed if row.accord and row.standing is not Standing.OVER],
        "open": [row for row in listed if row.round.settled_ms is None],
        "over": [
            row
            for row in listed
            if row.round.state == RoundState.FAILED or row.standing is Standing.OVER
        ],
        "may_open": person is not None
        and person.pk in representatives_now()
        and person.pk not in operators_now(),
        "form": form or PriceRoundForm(),
    }
    is_refused = form is not None and bool(form.errors)
    return render(
        request, "participation/prices/accords.html", context, status=422 if is_refused else 200
    )


def open_round(request: HttpRequest) -> HttpResponse:
    """Open a price round."""
    form = PriceRoundForm(request.POST)
    opened: list[PriceRound] = []

    def act() -> None:
        data = form.cleaned_data
        opened.append(
            price_rounds.open_round(
                get_person(request), data["kind"], data["place"], data["text"], now_ms()
            )
        )

    if not attempt(form, act):
        return accords(request, form)
    messages.success(request, message_now("page.accords.round_is_open"))
    return redirect("accord", opened[0].pk)


def accord(request: HttpRequest, number: int, form: PriceOfferForm | None = None) -> HttpResponse:
    """Show one round with its mandate, offers, votes, and the agreement it ended in."""
    listed = _round(number)
    person, moment = _person(request), now_ms()
    row, offers, mandates = row_of(listed, moment), offer_rows(number), mandates_of(number)
    vote = next((offer.vote for offer in offers if offer.vote), None)
    is_accepted = vote is not None and price_rounds.is_accepted(vote)
    parties = parties_of(person, listed)
    signatures = signed_by(vote) if is_accepted else []
    context = {
        "row": row,
        "accord": row.accord,
        "quantile": quantile_words(row.accord.quantile) if row.accord else "",
        "counts": counts_of(row.accord, moment) if row.accord else None,
        "mandates": mandates,
        "offers": offers,
        "vote": vote,
        "is_voting": vote is not None and vote.counted_ms is None,
        "is_accepted": is_accepted,
        "may_vote": may_vote(person, vote, moment),
        "signatures": signatures,
        "to_sign": left_to_sign(person, parties, signatures),
        "parties": parties,
        "supports": person is not None and any(mandate.by_id == person.pk for mandate in mandates),
        "form": form or PriceOfferForm(parties=parties),
    }
    is_refused = form is not None and bool(form.errors)
    return render(
        request, "participation/prices/accord.html", context, status=422 if is_refused else 200
    )


def support(request: HttpRequest, number: int) -> HttpResponse:
    """Support a round as a representative."""
    price_rounds.support_round(get_person(request), number, "", now_ms())
    return _back(request, number, "page.accords.you_support_it")


def offer(request: HttpRequest, number: int) -> HttpResponse:
    """Make an offer, or a counter-offer."""
    parties = parties_of(get_person(request), _round(number))
    form = PriceOfferForm(request.POST, parties=parties)

    def act() -> None:
        data = form.cleaned_data
        terms = AccordTerms(
            micro_of(data["hour"]) or 0,
            Quantile(data["quantile"]),
            data["currency"],
            data["months"],
        )
        made = price_rounds.OfferIn(terms, data["text"], _organisation(data["side"]))
        price_rounds.make_offer(get_person(request), number, made, now_ms())

    if not attempt(form, act):
        return accord(request, number, form)
    return _back(request, number, "page.accords.offer_is_made")


def call_vote(request: HttpRequest, number: int) -> HttpResponse:
    """Ask the workers about an offer."""
    chosen = number_named(request.POST.get("offer") or "0")
    price_rounds.call_vote(get_person(request), number, chosen, now_ms())
    return _back(request, number, "page.accords.vote_is_open")


def ballot(request: HttpRequest, number: int) -> HttpResponse:
    """Cast a ballot on an offer."""
    opened = _round(number)
    choice = choice_of(request.POST.get("choice", ""))
    price_rounds.vote_on_offer(get_person(request), opened.pk, choice, now_ms())
    return _back(request, number, "page.elections.your_ballot")


def sign(request: HttpRequest, number: int) -> HttpResponse:
    """Sign the offer the workers accepted."""
    side = _organisation(request.POST.get("side", ""))
    signed = price_rounds.sign_accord(get_person(request), number, side, now_ms())
    words = "page.accords.it_is_in_force" if signed else "page.accords.you_signed"
    return _back(request, number, words)


def _organisation(side: str) -> int | None:
    return number_named(side) if side else None


def _back(request: HttpRequest, number: int, words: str) -> HttpResponse:
    messages.success(request, message_now(words))
    return redirect("accord", number)


def _round(number: int) -> PriceRound:
    listed = round_or_none(number)
    if listed is None:
        raise Missing("no such price round")
    return listed


def _person(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None
