"""A rejected answer, from the notice to the bank: appealed, won, and paid with the next slip.

Everything is done and read on pages, by a clock that is moved from one day to the next.
"""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from canut.actions.people.accounts import add_member
from canut.core.places.parameters import Status
from canut.store.models import Answer, Decision, Payment, Period, Role, Statement
from canut.store.tables.decisions import Appeal
from tests.stories.browsing import EN, FR, day, plain, read, send
from tests.support.factories import NOW_MS, make_person
from tests.support.instance import House, make_house
from tests.support.payroll import agree, close_from_page, policy

PAYER = {"holder": "Les Soies", "iban": "FR7630006000011234567890189", "bic": "AGRIFRPPXXX"}
IBAN = "DE89370400440532013000"
WHY = "The text says the opposite of what this answer says, in its second sentence."
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
type StopClock = Callable[[datetime], None]


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> House:
    """Make a house in a folder of its own, whose worker is self-employed in Quebec."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    house = make_house()
    policy(PAYER)
    agree(house.people["worker"], Status.SELF_EMPLOYED)
    return house


def independent(house: House) -> Client:
    """Return a browser of a reviewer who is not of the client's organisation."""
    person, client = make_person(shown_name="Ines"), Client()
    add_member(person, Role.REVIEWER, NOW_MS, project=house.project)
    client.force_login(person)
    return client


def work(client: Client, house: House, count: int) -> list[int]:
    """Lease tasks on the workbench and answer them; return the numbers of the answers."""
    at = f"/work/{house.project.slug}"
    body = {"count": count, "have": []}
    leased = client.post(f"{at}/lease", body, content_type="application/json").json()
    answers = [
        {"lease": task["lease"], "key": f"{task['lease']}-key", "values": {"q": "oui"}}
        for task in leased["tasks"][:count]
    ]
    sent = client.post(f"{at}/answers", {"answers": answers}, content_type="application/json")
    assert sent.status_code == 200, sent.content
    newest = Answer.objects.filter(worker=house.worker).order_by("-id")
    return list(newest.values_list("id", flat=True)[:count])[::-1]


def close(operator: Client) -> Period:
    """Close what is proposed, by its confirmation; return the closed period."""
    close_from_page(operator)
    period = Period.objects.latest("id")
    assert period.state == "closed", period.failure
    return period


def slip_of(house: House, period: Period) -> int:
    """Return the number of the worker's slip of a period."""
    return Statement.objects.get(period=period, person=house.people["worker"]).pk


def sums_in_bank_file(operator: Client, page: str) -> dict[str, str]:
    """Return who gets how much in the file that a page of a period links."""
    link = re.search(r'href="(/payroll/files/\d+)"', page)
    assert link, plain(page)
    file = operator.get(link[1])
    orders = re.findall(
        r"<InstdAmt[^>]*>([\d.]+)<.*?<CdtrAcct>.*?<IBAN>(\w+)<", file.content.decode(), re.DOTALL
    )
    return {account: amount for amount, account in orders}


def test_won_appeal_is_paid_in_a_line_of_its_period_and_reaches_the_bank(
    house: House, stop_clock: StopClock
) -> None:
    worker, requester = house.client("worker"), house.client("requester")
    reviewer, operator = independent(house), house.client("operator")
    stop_clock(day(4, 20))
    account = {"kind": "bank", "holder": "Nour", "number": IBAN, "bank": ""}
    send(worker, "/pay/", **account)
    first, _second = work(worker, house, 2)

    # Rejected: the worker reads it before anything else, in both languages.
    stop_clock(day(4, 21))
    at = f"/projects/{house.project.slug}/answers/{first}/reject"
    send(requester, at, code="off-instructions", evidence=WHY)
    decision = Decision.objects.get(kind="rejection")
    for language, words in ((EN, "was rejected"), (FR, "a été rejetée")):
        assert words in read(worker, "/work/", language).replace("’", "'"), language
    assert WHY in read(worker, "/decisions/")

    # The first period closes without the piece.
    stop_clock(day(5, 2))
    send(operator, "/payroll/", first_day="2026-04-16", last_day="2026-04-30")
    before = close(operator)
    assert "Net pay $0.21" in read(worker, f"/pay/{slip_of(house, before)}")
    file = operator.get(f"/payroll/{before.pk}", headers=EN).content.decode()
    assert sums_in_bank_file(operator, file) == {IBAN: "0.21"}

    # Appealed, and won before somebody who did not decide it.
    stop_clock(day(5, 4))
    send(worker, f"/decisions/{decision.pk}/appeal", words="It says so in its first sentence.")
    appeal = Appeal.objects.get()
    send(reviewer, f"/appeals/{appeal.pk}/take")
    send(reviewer, f"/appeals/{appeal.pk}/answer", outcome="overturned", words="It is right.")
    stop_clock(day(5, 5))
    assert "It is right." in read(worker, "/decisions/")
    assert "It is right." in read(worker, "/decisions/", FR)

    # The next slip pays it in a line of its own, which names the period it belongs to.
    work(worker, house, 1)
    stop_clock(day(5, 18))
    after = close(operator)
    number = slip_of(house, after)
    slip, slip_fr = read(worker, f"/pay/{number}"), read(worker, f"/pay/{number}", FR)
    assert "Correction of the period from April 16, 2026 to April 30, 2026 $0.21" in slip
    assert "Correction de la période du 16 avril 2026 au 30 avril 2026 0,21 $" in slip_fr
    assert "Wages 0 s $0.21" in slip, "what was earned since stands beside it"
    assert "whatever you earned in the new period" in slip
    assert ("Net pay $0.42" in slip, "Paie nette 0,42 $" in slip_fr) == (True, True)
    assert "$0.42" in read(worker, "/pay/")
    assert worker.get(f"/pay/{number}/fr.pdf").content.startswith(b"%PDF-")

    # The file for the bank has both, and nothing is paid a third time.
    file = operator.get(f"/payroll/{after.pk}", headers=EN).content.decode()
    assert sums_in_bank_file(operator, file) == {IBAN: "0.42"}
    assert list(Payment.objects.order_by("id").values_list("amount_micro", flat=True)) == [
        210_000,
        420_000,
    ]
    stop_clock(day(6, 2))
    assert "Everybody is paid up to" in read(operator, "/payroll/")
