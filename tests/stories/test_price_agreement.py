"""A price round on its pages: mandate, counter-offer, vote, signatures, a refused price, expiry."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.participation.deadlines import run_deadlines
from canut.actions.people.accounts import add_member
from canut.core.clock import to_ms
from canut.store.models import Accord, Person, PriceOffer, PriceRound, Project, RateVersion, Role
from tests.support.accords import KIND, Table, set_table
from tests.support.factories import NOW, NOW_MS
from tests.support.paid_work import begin_pilot, try_out

pytestmark = pytest.mark.django_db
FAST_MS, SLOW_MS = 22_097, 39_833
type Clock = Callable[[datetime], None]


def browser_of(person: Person) -> Client:
    browser = Client(headers={"accept-language": "fr"})
    browser.force_login(person)
    return browser


def send(browser: Client, name: str, *args: object, **form: str) -> tuple[int, str]:
    """Send a form; return the status and the words of where it leads."""
    page = browser.post(reverse(name, args=args), form, follow=True)
    return page.status_code, words_of(page.content.decode())


def read(browser: Client, name: str, *args: object) -> str:
    return words_of(browser.get(reverse(name, args=args)).content.decode())


def words_of(page: str) -> str:
    return page.replace("\xa0", " ").replace("\u202f", " ")


def own_pilot(table: Table) -> Project:
    """Let the client of the table try out another project, at the price of its first."""
    project, workers = begin_pilot(9, tasks=90, piece_micro=163_334)
    Project.objects.filter(pk=project.pk).update(organisation=table.organisation)
    try_out(workers, [FAST_MS] * 8 + [SLOW_MS])
    return Project.objects.get(pk=project.pk)


def negotiate(table: Table, stop_clock: Clock) -> Accord:
    """Bring a round from its opening to a signed accord, each step on its page."""
    speaks, asks, runs = (
        browser_of(person) for person in (table.representative, table.client, table.operator)
    )
    status, page = send(speaks, "accord_open", kind=KIND, place="", text="Le loyer a monté.")
    number = PriceRound.objects.get().pk
    assert (status, f"Négociation n° {number}" in page) == (200, True)
    terms = {"hour": "19", "currency": "CAD", "quantile": "P90", "months": "6", "side": ""}
    send(speaks, "accord_offer", number, **terms, text="Neuf tâches sur dix.")
    assert "Accepter cette offre" in read(asks, "accord", number)
    counter = terms | {"hour": "16,60", "side": str(table.organisation), "text": "Pas plus."}
    status, page = send(asks, "accord_offer", number, **counter)
    assert (status, "Les Soies" in page) == (200, True)
    offer = PriceOffer.objects.latest("pk")
    assert send(runs, "accord_offer", number, **counter)[0] == 403
    send(speaks, "accord_vote", number, offer=str(offer.pk))
    for person, choice in zip(table.workers, ("yes", "yes", "yes", "no", "blank"), strict=True):
        status, page = send(browser_of(person), "accord_ballot", number, choice=choice)
        assert (status, "Acceptez-vous cette offre" in page) == (200, False)
    assert send(runs, "accord_ballot", number, choice="no")[0] == 403
    voted = NOW + timedelta(days=7)
    stop_clock(voted)
    run_deadlines(to_ms(voted))
    page = read(Client(headers={"accept-language": "fr"}), "accord", number)
    assert "Acceptée : 3 oui, 1 non, 5 bulletins" in page
    send(speaks, "accord_sign", number, side="")
    status, page = send(asks, "accord_sign", number, side=str(table.organisation))
    assert (status, "L’accord est signé et en vigueur." in page) == (200, True)
    return Accord.objects.get()


def test_price_agreement_from_its_round_to_its_expiry(stop_clock: Clock) -> None:
    stop_clock(NOW)
    table = set_table()
    project = own_pilot(table)

    accord = negotiate(table, stop_clock)

    asks = browser_of(table.client)
    status, page = send(asks, "project_state", project.slug, state="open")
    assert status == 409
    assert f"Ce prix est sous le tarif n° {accord.number}" in page
    assert "Une réponse paie 0,163334 $" in page
    assert "le tarif demande au moins 0,1837 $" in page
    road = read(asks, "project_pilot", project.slug)
    assert f"Le tarif n° {accord.number} demande au moins 0,1837 $ la réponse." in road
    send(asks, "project_price", project.slug, price="0,1837", pays="piece")
    assert RateVersion.objects.filter(project=project).latest("number").piece_micro == 183_700
    status, page = send(asks, "project_state", project.slug, state="open")
    assert status == 200
    assert Project.objects.get(pk=project.pk).state == Project.State.OPEN

    worker = Person.objects.filter(workers__project=project).first()
    assert worker is not None
    add_member(worker, Role.WORKER, NOW_MS, project=project)
    home = read(browser_of(worker), "work_home")
    assert f"Tarif n° {accord.number}" in home
    assert "valable jusqu’au 2 juin 2027" in home

    stop_clock(NOW + timedelta(days=200))
    page = read(browser_of(worker), "accord", accord.number)
    assert "Échu le 2 juin 2027. Son prix reste le minimum jusqu’au 31 août 2027." in page
    stop_clock(NOW + timedelta(days=300))
    page = read(browser_of(worker), "accord", accord.number)
    assert "Échu le 2 juin 2027. Il ne fixe plus de prix." in page
    assert "Aucun tarif ne compte aujourd’hui." in read(browser_of(worker), "accords")
