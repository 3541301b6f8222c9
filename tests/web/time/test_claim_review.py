import re
from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone

from canut.actions.time.claims import ClaimIn, contest
from canut.core.clock import DAY_MS, MINUTE_MS, to_ms
from canut.store.models import Claim, Decision, Membership, Person, RecordOpening, Role
from tests.support.claims import have_been_here
from tests.support.factories import make_project
from tests.support.instance import House
from tests.support.working_hours import work

FR = {"accept-language": "fr"}
EN = {"accept-language": "en"}
WAITS = re.compile(r'Temps à vérifier</span>\s*<span class="n new"><span aria-hidden="true">1<')


def page(client: Client, address: str, language: dict[str, str]) -> str:
    answer = client.get(address, headers=language)
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def contested(house: House, project: int | None) -> Claim:
    now = timezone.localtime()
    begin = to_ms(now.replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=1))
    have_been_here(house.people["worker"], project, begin)
    given = ClaimIn(project, begin, begin + 20 * MINUTE_MS, words="Pas juste")
    return contest(house.people["worker"], given, to_ms(now))


def test_operator_grants_time_and_the_person_sees_who_looked(house: House) -> None:
    claim = contested(house, house.project.pk)
    client = house.client("operator")
    assert "worker" in page(client, "/time/review", FR)
    assert "Pas juste" in page(client, f"/time/review/{claim.pk}", FR)

    client.post(f"/time/review/{claim.pk}?answer=grant", {"words": ""})

    claim.refresh_from_db()
    assert claim.state == Claim.State.GRANTED
    opening = RecordOpening.objects.get()
    assert (opening.person_id, opening.opened_by) == (claim.person_id, house.people["operator"])
    assert "pour décider d’un temps en attente" in page(house.client("worker"), "/time/", FR)


def test_refusal_needs_reasons_and_is_kept_as_a_decision_by_name(house: House) -> None:
    claim = contested(house, house.project.pk)
    client, address = house.client("operator"), f"/time/review/{claim.pk}?answer=refuse"
    bare = client.post(address, {"words": " "})
    assert (bare.status_code, Decision.objects.count()) == (422, 0)

    client.post(address, {"words": "La page montre une absence."})

    decision = Decision.objects.get()
    assert (decision.kind, decision.made_by) == ("time_refused", house.people["operator"])
    assert decision.evidence == "La page montre une absence."
    assert "refusé" in page(house.client("worker"), _day_address(claim), FR)


def test_operator_of_another_organisation_sees_no_claim_of_this_one(house: House) -> None:
    claim = contested(house, house.project.pk)

    assert house.client("other").get(f"/time/review/{claim.pk}").status_code == 404
    assert house.client("worker").get(f"/time/review/{claim.pk}").status_code == 403
    assert house.client("operator").get("/time/review/999999").status_code == 404
    assert "Rien n’attend" in page(house.client("other"), "/time/review", FR)


def test_client_decides_and_reads_nothing_of_other_clients(house: House) -> None:
    claim = contested(house, house.project.pk)
    elsewhere = make_project(title="Secret d’ailleurs")
    worker = house.people["worker"]
    work(worker.pk, elsewhere.project.pk, "item:1", claim.begin_ms + 30 * MINUTE_MS, 5)
    work(worker.pk, house.project.pk, "instructions", claim.begin_ms + 40 * MINUTE_MS, 5)
    client = house.client("requester")
    assert "worker" in page(client, "/time/review", FR)

    text = page(client, f"/time/review/{claim.pk}", FR)

    assert "Secret d’ailleurs" not in text
    assert house.project.title in text
    assert "Compté ce jour-là, partout : 10 min 00" in text
    assert "Secret d’ailleurs" in page(house.client("operator"), f"/time/review/{claim.pk}", FR)


def test_navigation_says_how_much_waits_for_whom(house: House) -> None:
    contested(house, house.project.pk)

    for role, waits in (("requester", True), ("operator", True), ("other", False)):
        text = page(house.client(role), "/time/review", FR).partition("<main")[0]
        assert bool(WAITS.search(text)) == waits
    home = page(house.client("requester"), "/", FR).partition("<main")[2]
    assert "Temps à vérifier" in home
    assert "Temps à revoir" not in page(house.client("reviewer"), "/projects/", FR)


def test_time_on_canuts_own_pages_is_the_operators_at_first(house: House) -> None:
    claim = contested(house, None)

    assert "worker" in page(house.client("operator"), "/time/review", FR)
    assert house.client("requester").get(f"/time/review/{claim.pk}").status_code == 404


def test_operator_decides_at_once_where_nobody_of_the_client_can(house: House) -> None:
    claim = contested(house, house.project.pk)
    deciders = [house.people[role] for role in ("requester", "operator")]
    Membership.objects.filter(person__in=deciders, organisation=house.organisation).delete()

    assert house.client("other").get(f"/time/review/{claim.pk}").status_code == 200


def test_operator_knows_what_waits_with_clients_and_decides_after_five_days(house: House) -> None:
    claim = contested(house, house.project.pk)
    assert "1 autre attend la décision d’un client" in page(
        house.client("other"), "/time/review", FR
    )

    Claim.objects.update(made_ms=claim.made_ms - 5 * DAY_MS)

    assert house.client("other").get(f"/time/review/{claim.pk}").status_code == 200


def test_nobody_decides_on_their_own_time(house: House) -> None:
    claim = contested(house, house.project.pk)
    Membership.objects.create(
        person=house.people["worker"],
        organisation=house.organisation,
        role=Role.REQUESTER,
        created_at=timezone.now(),
    )

    assert house.client("worker").get(f"/time/review/{claim.pk}").status_code == 404


def test_what_cannot_be_true_is_said_to_need_a_decision(house: House) -> None:
    claim = contested(house, house.project.pk)
    Person.objects.filter(pk=claim.person_id).update(created_at=timezone.now())

    assert "elle n’avait ni compte" in page(
        house.client("requester"), f"/time/review/{claim.pk}", FR
    )
    assert "Une personne doit décider" in page(house.client("worker"), "/time/", FR)


def _day_address(claim: Claim) -> str:
    day = datetime.fromtimestamp(claim.begin_ms / 1000, timezone.get_current_timezone())
    return f"/time/?day={day:%Y-%m-%d}"
