import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from canut.actions.people.accounts import invitation_token, revoke_invitation
from canut.actions.platform.system_clock import now_ms
from canut.store.models import (
    Decision,
    Invitation,
    Membership,
    Person,
    PlaceWord,
    Project,
    ReviewRule,
    Role,
    Worker,
)
from tests.support.instance import House, make_invitation

EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}


def made_by_page(house: House, **fields: object) -> Client:
    client = house.client("requester")
    given = {"role": "worker", "days": 3, "max_uses": 5, "note": "affiche"} | fields
    client.post(reverse("project_invitations", args=[house.project.slug]), given)
    return client


def join(house: House) -> str:
    return reverse("join", args=[invitation_token(house.invitation)])


def test_link_is_made_and_shown_with_its_whole_address(house: House) -> None:
    client = made_by_page(house, note="à l’entrée")

    page = client.get(reverse("project_invitations", args=[house.project.slug])).content.decode()

    made = Invitation.objects.latest("id")
    assert (made.role, made.max_uses, made.note) == ("worker", 5, "à l’entrée")
    assert f"http://127.0.0.1:8000/join/{invitation_token(made)}" in page


@pytest.mark.parametrize(
    "fields", [{"days": 0}, {"max_uses": 0}, {"max_uses": 10_001}, {"role": "king"}]
)
def test_link_that_could_not_be_is_refused_beside_its_field(
    house: House, fields: dict[str, object]
) -> None:
    before = Invitation.objects.count()
    given = {"role": "worker", "days": 3, "max_uses": 5, "note": "gardé"} | fields

    answer = house.client("requester").post(
        reverse("project_invitations", args=[house.project.slug]), given
    )

    assert answer.status_code == 422
    assert Invitation.objects.count() == before
    assert "gardé" in answer.content.decode()
    assert "msg err" in answer.content.decode()


def test_page_of_a_link_says_what_why_for_whom_and_the_pay(house: House, client: Client) -> None:
    page = client.get(join(house), headers=FR).content.decode()

    for words in ("Avis", "Les Soies", "Positif ou négatif", "0,21\xa0$", "horloge du serveur"):
        assert words in page


def test_accepting_makes_a_nameless_worker_and_leads_to_the_workbench(
    house: House, client: Client
) -> None:
    answer = client.post(join(house))

    person = Person.objects.get(id=client.session["_auth_user_id"])
    assert answer["Location"] == f"/work/{house.project.slug}/?begun"
    assert not person.has_named_themselves
    assert Worker.objects.filter(project=house.project, person=person).exists()


def test_accepting_twice_uses_the_link_once(house: House, client: Client) -> None:
    client.post(join(house))

    client.post(join(house))

    house.invitation.refresh_from_db()
    assert house.invitation.uses == 1


def test_reviewer_is_led_to_the_results(house: House, client: Client) -> None:
    link = make_invitation(house.project, house.people["requester"], Role.REVIEWER)

    answer = client.post(reverse("join", args=[invitation_token(link)]))

    assert answer["Location"] == f"/projects/{house.project.slug}/"
    assert client.get(answer["Location"]).status_code == 200


def test_link_that_is_closed_says_why(house: House, client: Client) -> None:
    said = {}
    revoke_invitation(house.invitation, now_ms())
    said["withdrawn"] = client.get(join(house), headers=FR)
    past = timezone.now() - timedelta(days=1)
    Invitation.objects.update(revoked_at=None, expires_at=past)
    said["expired"] = client.get(join(house), headers=FR)
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1), uses=2)
    said["used up"] = client.get(join(house), headers=FR)

    assert {answer.status_code for answer in said.values()} == {409}
    assert "a été retirée" in said["withdrawn"].content.decode()
    assert "a expiré" in said["expired"].content.decode()
    assert "est complète" in said["used up"].content.decode()


def test_withdrawing_closes_the_link_and_keeps_who_came(house: House, client: Client) -> None:
    client.post(join(house))
    path = reverse("project_invitation_revoke", args=[house.project.slug, house.invitation.pk])

    answer = house.client("requester").post(path)

    assert answer.status_code == 302
    assert Client().get(join(house)).status_code == 409
    assert client.get(f"/work/{house.project.slug}/").status_code == 200


def test_link_to_work_lets_nobody_into_a_closed_project(house: House) -> None:
    Project.objects.filter(pk=house.project.pk).update(state="closed")
    people = Person.objects.count()

    shown = Client().get(join(house), headers=EN)
    sent = Client().post(join(house), {"place": "FR"}, headers=EN)
    made = house.client("requester").get(
        reverse("project_invitations", args=[house.project.slug]), headers=EN
    )

    assert (shown.status_code, sent.status_code) == (409, 409)
    assert "This project has ended" in shown.content.decode()
    assert Person.objects.count() == people
    listed = made.content.decode()
    assert "nobody comes in any more: the project is closed" in listed
    assert "work: answer tasks" not in listed
    assert "review: read the results" in listed


def test_withdrawing_is_asked_before_it_is_done(house: House) -> None:
    page = house.client("requester").get(
        reverse("project_invitations", args=[house.project.slug]), headers=FR
    )

    assert re.search(r"<dialog[^>]*>\s*<p[^>]*>Retirer ce lien", page.content.decode())


def test_ending_a_membership_takes_the_role_back(house: House) -> None:
    path = reverse("project_member_end", args=[house.project.slug, house.membership.pk])

    house.client("requester").post(path)

    assert Membership.objects.get(id=house.membership.pk).ended_at is not None


def test_members_page_lists_roles_without_answers(house: House) -> None:
    page = house.client("requester").get(
        reverse("project_members", args=[house.project.slug]), headers=FR
    )

    assert "audit" in page.content.decode()
    assert house.worker.public_id not in page.content.decode()


def test_work_of_somebody_ends_with_a_reason_from_the_list_or_their_own_wish(house: House) -> None:
    held = Membership.objects.get(
        person=house.people["worker"], project=house.project, role="worker"
    )
    path = reverse("project_member_end", args=[house.project.slug, held.pk])
    client = house.client("requester")

    asked = client.get(path, headers=FR).content.decode()
    plain = client.post(path)
    shared = {"code": "shared-account", "evidence": "Deux voix à la fois dans le micro."}
    first = client.post(path, shared, headers=FR)
    done = client.post(path, {"code": "own-wish", "evidence": "Elle l’a écrit lundi."})

    assert "le compte a servi à plusieurs personnes" in asked.lower()
    assert (plain.status_code, first.status_code, done.status_code) == (422, 422, 302)
    assert "une suspension" in first.content.decode()
    assert Membership.objects.get(id=held.pk).ended_at is not None
    assert Decision.objects.get().kind == "closure"


def test_place_of_work_is_asked_at_the_door_and_is_their_own_word(
    house: House, client: Client
) -> None:
    Project.objects.filter(id=house.project.pk).update(client_country="CA")

    page = client.get(join(house), headers=FR).content.decode()
    client.post(join(house), {"place": "CA-QC"})

    assert '<option value="CA-QC" selected>' in page
    person = client.session["_auth_user_id"]
    assert list(PlaceWord.objects.values_list("person", "place")) == [(int(person), "CA-QC")]
    again = client.get(join(house), headers=FR).content.decode()
    assert 'name="place"' not in again
    assert 'name="nickname"' not in again


@pytest.mark.parametrize("place", ["", "XX", "Québec"])
def test_place_that_is_not_listed_is_asked_again_later(
    house: House, client: Client, place: str
) -> None:
    client.post(join(house), {"place": place})

    assert not PlaceWord.objects.exists()
    assert "Où travaillez-vous" in client.get("/work/", headers=FR).content.decode()


def test_reviewer_reads_what_a_review_pays_not_an_answer(house: House, client: Client) -> None:
    ReviewRule.objects.create(project=house.project, piece_micro=450_000)
    link = make_invitation(house.project, house.people["requester"], Role.REVIEWER)

    page = client.get(reverse("join", args=[invitation_token(link)]), headers=FR).content.decode()

    assert "Une relecture paie" in page
    assert "0,45\xa0$" in page
    assert "0,21\xa0$" not in page


def test_own_staff_read_of_no_pay(house: House, client: Client) -> None:
    Project.objects.filter(id=house.project.pk).update(is_own_staff=True)

    page = client.get(join(house), headers=FR).content.decode()

    for words in ("Paie et temps", "Ce qui est vraiment payé", "0,21\xa0$", 'name="place"'):
        assert words not in page


def test_who_has_just_read_the_invitation_starts_with_a_task(house: House, client: Client) -> None:
    answer = client.post(join(house))

    page = client.get(answer["Location"]).content.decode()

    data = re.search(r'id="workbench-data"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert data is not None
    assert json.loads(data[1])["leased"]["tasks"]


def test_no_rating_is_not_said_to_be_too_few(house: House, client: Client) -> None:
    assert "0 avis" not in client.get(join(house), headers=FR).content.decode()
