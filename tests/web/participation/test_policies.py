"""Elections, rules, terms, clients and figures on pages."""

import pytest

from canut.actions.participation.elections import close_elections
from canut.actions.participation.oversight import measure_daily
from canut.actions.participation.policy_changes import PolicyProposal, propose_change
from canut.actions.people.accounts import invitation_token
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import DAY_MS
from canut.store.models import (
    ClientRating,
    Election,
    Membership,
    Organisation,
    OversightReport,
    PolicyChange,
    Role,
    TermsAccepted,
    TermsOfUse,
    Voter,
)
from tests.support.factories import NOW, answer_next, make_project
from tests.support.instance import House

FR, EN = {"accept-language": "fr"}, {"accept-language": "en"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Organisation:
    return Organisation.objects.create(name="Coopérative", kind="operator", created_at=NOW)


@pytest.fixture
def change(house: House) -> PolicyChange:
    proposal = PolicyProposal("floor", 18_000_000, "Le loyer a monté", "CAD")
    return propose_change(house.people["operator"], proposal, now_ms())


def text(house: House, role: str, path: str) -> str:
    return house.client(role).get(path, headers=FR).content.decode()


def test_worker_calls_stands_votes_and_is_elected(house: House, home: Organisation) -> None:
    answer_next(house.worker, now_ms=now_ms() - DAY_MS)
    client = house.client("worker")
    client.post("/representatives/call")
    client.post("/representatives/stand", {"text": "Pour nous toutes"})
    page = text(house, "worker", "/representatives/")
    election = Election.objects.get(counted_ms=None)
    Election.objects.filter(id=election.pk).update(voting_ms=now_ms() - 1, voters=1)
    (candidate,) = election.candidates.all()

    client.post("/representatives/vote", {"candidates": [candidate.pk]})

    assert home.election_set.count() == 1
    assert "Pour nous toutes" in page
    assert Voter.objects.get().has_voted
    voted = text(house, "worker", "/representatives/")
    assert "Rien ne permet de savoir quel bulletin est le vôtre" in voted
    Election.objects.filter(id=election.pk).update(closes_ms=now_ms() - 1)
    close_elections(now_ms())
    assert "1 bulletins sur 1" in text(house, "worker", "/representatives/")


@pytest.mark.usefixtures("home")
def test_operator_opens_an_election_and_nothing_more(house: House) -> None:
    answer_next(house.worker, now_ms=now_ms() - DAY_MS)
    client = house.client("operator")

    client.post("/representatives/open", {"seats": "2"})

    assert Election.objects.get(counted_ms=None).seats == 2
    assert client.post("/representatives/resign").status_code == 403
    assert client.post("/representatives/open", {"seats": "x"}).status_code == 422


def test_operator_has_no_address_that_makes_or_ends_a_representative(house: House) -> None:
    client = house.client("operator")
    slug = house.project.slug
    held = Membership.objects.filter(role=Role.REPRESENTATIVE, ended_at=None)
    before = list(held.order_by("id").values_list("id", flat=True))

    client.post(
        f"/projects/{slug}/invitations",
        {"role": "representative", "days": 5, "max_uses": 1, "note": ""},
    )
    for number in before:
        client.post(f"/projects/{slug}/members/{number}/end")

    assert list(held.order_by("id").values_list("id", flat=True)) == before
    assert not house.project.invitations.filter(role=Role.REPRESENTATIVE).exists()


def test_anyone_reads_what_was_refused_until_it_is_settled(
    house: House, change: PolicyChange
) -> None:
    given = {"change": change.pk, "text": "C’est trop peu pour vivre.", "agrees": "0"}
    house.client("representative").post("/rules/opinion", given)

    page = text(house, "stranger", "/rules/")

    assert "C’est trop peu pour vivre." in page
    assert "refusé" in page
    house.client("operator").post("/rules/withdraw", {"change": change.pk})
    assert PolicyChange.objects.get().state == "withdrawn"


def test_agreement_puts_a_change_in_force(house: House, change: PolicyChange) -> None:
    for role in ("representative", "other"):
        given = {"change": change.pk, "text": "Nous sommes d’accord.", "agrees": "1"}
        house.client(role).post("/rules/opinion", given)

    assert PolicyChange.objects.get().state == "in_force"
    assert "18,00" in text(house, "stranger", "/rules/")


def test_operator_proposes_a_floor_as_an_amount(house: House) -> None:
    given = {"name": "floor", "value": "18,50", "currency": "CAD", "reason": "Le loyer a monté"}

    house.client("operator").post("/rules/propose", given)

    assert PolicyChange.objects.get().new == 18_500_000


@pytest.mark.parametrize(
    ("value", "reason"), [("beaucoup", "Le loyer a monté"), ("480", "Voilà"), ("", "")]
)
def test_change_that_cannot_be_stays_in_its_form(house: House, value: str, reason: str) -> None:
    given = {"name": "hours_day", "value": value, "currency": "", "reason": reason}

    answer = house.client("operator").post("/rules/propose", given)

    assert answer.status_code == 422
    assert not PolicyChange.objects.exists()


def test_terms_are_read_by_anyone_and_accepted_once(house: House) -> None:
    page = text(house, "stranger", "/terms/")
    client = house.client("worker")

    client.post("/terms/accept", {"version": "1"}, headers=EN)

    assert "sans frais" in page
    assert TermsAccepted.objects.get().language == "en"
    assert "Vous avez accepté cette version" in text(house, "worker", "/terms/")
    assert client.post("/terms/accept", {}).status_code == 422
    assert client.get("/terms/?version=9").status_code == 404


def test_operator_publishes_terms_that_are_announced(house: House) -> None:
    client = house.client("operator")
    given = {"text_fr": "## Ici\n- Soyez aimables.", "text_en": "## Here\n- Be kind."}
    soon = client.post("/terms/publish", given | {"day": "2026-01-01"})

    client.post("/terms/publish", given | {"day": "2100-01-01"})

    assert soon.status_code == 422
    assert TermsOfUse.objects.get().number == 2
    assert "1er janvier 2100" in text(house, "stranger", "/terms/")
    assert "Soyez aimables" in text(house, "stranger", "/terms/?version=2")
    assert "1er janvier 2100" in text(house, "worker", "/work/")


def test_who_joins_accepts_the_terms_in_force(house: House) -> None:
    path = f"/join/{invitation_token(house.invitation)}"
    assert "conditions d’utilisation" in text(house, "stranger", path)

    house.client("nobody").post(path, headers=FR)

    noted = TermsAccepted.objects.get()
    assert (noted.person, noted.number) == (house.people["nobody"], 1)


def test_worker_rates_who_asks_and_changes_it(house: House) -> None:
    answer_next(house.worker)
    client = house.client("worker")
    path = f"/work/{house.project.slug}/rating"
    given = {"recommend": "no", "rejected": "none", "comm": "none", "currency": "CAD"}
    client.post(path, given | {"reward": "5,00", "minutes": "30", "text": "Paie tard"})

    client.post(path, given | {"recommend": "yes", "reward": ""})

    kept = ClientRating.objects.get()
    assert (kept.recommend, kept.reward_micro, kept.text) == ("yes", None, "")
    assert "checked" in client.get(path, headers=FR).content.decode()


def test_rating_of_who_did_not_answer_or_makes_no_sense_is_refused(house: House) -> None:
    path = f"/work/{house.project.slug}/rating"
    given = {"recommend": "no", "rejected": "none", "comm": "none", "currency": "CAD"}
    client = house.client("worker")

    got = [
        client.post(path, one).status_code
        for one in (given, given | {"reward": "beaucoup"}, {"recommend": "x"})
    ]

    assert got == [422, 422, 422]


def test_client_shows_what_it_really_pays_from_ten_people_on(house: House) -> None:
    made = make_project(tasks=10, workers=10)
    for worker in made.workers:
        answer_next(worker, now_ms=now_ms() - DAY_MS)
    measure_daily(now_ms())

    pages = [
        text(house, "worker", f"/clients/{one.pk}")
        for one in (made.project.organisation, house.organisation)
    ]

    assert "151,20" in pages[0]
    assert "trop peu pour montrer" in pages[1]


def test_overseers_read_figures_by_group(house: House) -> None:
    made = make_project(tasks=12, workers=12)
    for worker in made.workers:
        answer_next(worker, now_ms=now_ms() - DAY_MS)
    before = text(house, "representative", "/oversight/")
    measure_daily(now_ms())

    pages = [text(house, role, "/oversight/") for role in ("representative", "operator")]

    assert "une fois par jour" in before
    assert all("90 derniers jours" in page and "151,20" in page for page in pages)


def test_half_year_report_shows_from_whom_time_was_held_back(house: House) -> None:
    groups = [
        {"name": "fr", "people": 30, "is_hidden": False, "stands_out": True, "held_per_mille": 41},
        {"name": "en", "people": None, "is_hidden": True, "stands_out": False},
    ]
    held = {"people": 52, "held_per_mille": 17, "growing_per_mille": None}
    content = {"people": None, "cuts": {}, "held": held | {"cuts": {"language": groups}}}
    OversightReport.objects.create(kind="half", begin_ms=0, end_ms=1, content=content, made_ms=1)

    page = text(house, "representative", "/oversight/")

    assert "Temps mis de côté, par langue" in page
    assert all(figure in page for figure in (">52<", ">17<", ">41<"))
