"""Who was removed does not come back by an old link, and what they made is closed with the role."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from canut.actions.integrations.webhooks import WebhookSpec, create_webhook
from canut.actions.people.accounts import add_member, create_invitation, invitation_token
from canut.actions.platform.system_clock import now_ms
from canut.core.decisions.misconduct import acts_for
from canut.store.models import ApiKey, Invitation, Membership, Person, Role, Webhook, Worker
from canut.store.tables.learning import LoopRule
from tests.support.factories import make_person
from tests.support.instance import House
from tests.web.api.program import Program, program

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
EN = {"accept-language": "en"}


def make_link(house: House, role: Role = Role.WORKER, note: str = "") -> Invitation:
    """Make a link now."""
    return create_invitation(
        house.project,
        role,
        by=house.people["requester"],
        expires_at=timezone.now() + timedelta(days=7),
        max_uses=9,
        note=note,
        now_ms=now_ms(),
    )


def open_link(client: Client, link: Invitation, method: str = "post") -> int:
    """Open a link's page, or accept it; return the status."""
    address = reverse("join", args=[invitation_token(link)])
    return int(client.generic(method.upper(), address, headers=EN).status_code)


def join(link: Invitation) -> tuple[Client, Person]:
    """Come by a link as somebody new."""
    client = Client()
    assert open_link(client, link) == 302
    return client, Person.objects.get(id=client.session["_auth_user_id"])


def remove(house: House, person: Person, code: str = "fraud", **fields: str) -> None:
    """End a worker's work on its page."""
    membership = Membership.objects.get(person=person, project=house.project, ended_at=None)
    page = reverse("project_member_end", args=[house.project.slug, membership.pk])
    sent = {"code": code, "evidence": "Trois comptes, une personne.", **fields}
    answer = house.client("requester").post(page, sent)
    assert answer.status_code == 302, answer.content


def may_work(house: House, client: Client) -> bool:
    """Return whether the workbench opens."""
    return client.get(f"/work/{house.project.slug}/").status_code == 200


@pytest.fixture
def act() -> str:
    """Return an act that ends somebody's work at once."""
    acts = acts_for("suspension", timezone.localdate())
    return next(code for code, act in acts.items() if act.is_safety)


def test_removed_worker_comes_back_by_a_new_link_alone(house: House, act: str) -> None:
    used, other = make_link(house), make_link(house)
    client, person = join(used)
    assert may_work(house, client)

    remove(house, person, act, access="keep")

    assert [open_link(client, link) for link in (used, other)] == [403, 403]
    assert open_link(client, used, "get") == 403
    assert not may_work(house, client)
    assert open_link(client, make_link(house)) == 302
    assert may_work(house, client)
    assert open_link(client, used) == 302  # it leads back to the work they have again


def test_refusal_says_what_to_do_in_both_languages(house: House, act: str) -> None:
    link = make_link(house)
    client, person = join(link)
    remove(house, person, act, access="keep")
    address = reverse("join", args=[invitation_token(link)])

    pages = [client.get(address, headers={"accept-language": x}) for x in ("en", "fr")]

    assert "Ask the client for a new invitation." in pages[0].content.decode()
    assert "Demandez une nouvelle invitation au client." in pages[1].content.decode()


def test_worker_who_wished_to_leave_comes_back_by_the_same_link(house: House) -> None:
    link = make_link(house)
    client, person = join(link)

    remove(house, person, "own-wish", access="keep")

    assert not may_work(house, client)
    assert open_link(client, link) == 302
    assert may_work(house, client)


def test_removal_closes_the_links_the_worker_knows_and_names_them(house: House, act: str) -> None:
    link, foreign = make_link(house, note="à l'entrée"), make_link(house)
    _client, person = join(link)
    membership = Membership.objects.get(person=person)
    page = reverse("project_member_end", args=[house.project.slug, membership.pk])
    requester = house.client("requester")

    shown = requester.get(page, headers=EN).content.decode()
    remove(house, person, act)

    assert "invitation “à l&#x27;entrée” to work" in shown
    assert 'value="close" id="access' in shown
    link.refresh_from_db()
    foreign.refresh_from_db()
    assert (link.revoked_at is not None, foreign.revoked_at) == (True, None)
    assert open_link(Client(), link) == 409


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.REQUESTER, Role.AUDITOR])
def test_no_other_role_comes_back_either(house: House, role: Role) -> None:
    person = make_person()
    membership = add_member(person, role, now_ms(), project=house.project)
    link = make_link(house, Role.WORKER)
    client = Client()
    client.force_login(person)
    page = reverse("project_member_end", args=[house.project.slug, membership.pk])

    house.client("requester").post(page)

    assert open_link(client, link) == 403
    assert not Worker.objects.filter(person=person).exists()


def test_removal_from_the_organisation_holds_in_its_projects(house: House) -> None:
    person, link = house.people["auditor"], make_link(house, Role.AUDITOR)
    membership = Membership.objects.get(person=person, organisation=house.organisation)
    Membership.objects.filter(pk=membership.pk).update(ended_at=timezone.now())

    assert open_link(house.client("auditor"), link) == 403


def test_requester_who_leaves_by_their_own_wish_may_come_back(house: House) -> None:
    person = make_person()
    membership = add_member(person, Role.REQUESTER, now_ms(), project=house.project)
    link = make_link(house, Role.REQUESTER)
    client = Client()
    client.force_login(person)

    client.post(reverse("project_member_end", args=[house.project.slug, membership.pk]))

    assert open_link(client, link) == 302


class Doors:
    """A project requester with a link, a key with a link of its own, a webhook, and a model."""

    def __init__(self, house: House) -> None:
        self.person = make_person(shown_name="Zoé")
        self.membership = add_member(self.person, Role.REQUESTER, now_ms(), project=house.project)
        self.link = make_link(house, Role.REVIEWER)
        self.bot = program("requester", project=house.project)
        ApiKey.objects.update(made_by=self.person)
        made = self.bot.post(f"projects/{house.project.slug}/invitations", {"role": "requester"})
        self.link_of_key = Invitation.objects.get(pk=made["id"])
        self.link = make_link(house)
        Invitation.objects.filter(pk=self.link.pk).update(created_by=self.person)
        spec = WebhookSpec("https://example.org/hook", ["export.ready"])
        self.webhook = create_webhook(house.project, spec, by=self.person, now_ms=now_ms())[0]
        LoopRule.objects.create(
            project=house.project, endpoint="https://example.org/model", endpoint_by=self.person
        )

    def open(self) -> list[bool]:
        """Return whether key, its link, the person's link, webhook and model are open."""
        for row in (self.link, self.link_of_key, self.webhook):
            row.refresh_from_db()
        return [
            self.bot.ask("GET", "key").status_code == 200,
            self.link_of_key.revoked_at is None,
            self.link.revoked_at is None,
            self.webhook.state == Webhook.State.ACTIVE,
            LoopRule.objects.get().endpoint != "",
        ]


@pytest.mark.parametrize(("access", "stays"), [({}, False), ({"access": "keep"}, True)])
def test_page_ends_what_a_requester_made_with_the_role(
    house: House, access: dict[str, str], *, stays: bool
) -> None:
    doors = Doors(house)
    requester, slug = house.client("requester"), house.project.slug

    page = reverse("project_member_end", args=[slug, doors.membership.pk])
    shown = requester.get(page, headers=EN).content.decode()
    answer = requester.post(page, access, headers=EN, follow=True)

    for text in ("https://example.org/hook", "https://example.org/model", "requester bot"):
        assert text in shown
        assert text in answer.content.decode()
    assert doors.open() == [stays] * 5


@pytest.mark.parametrize(("query", "stays"), [("", False), ("?access=keep", True)])
def test_program_ends_what_a_requester_made_with_the_role(
    house: House, query: str, *, stays: bool
) -> None:
    doors = Doors(house)
    bot = program("requester", organisation=house.organisation)
    address = f"projects/{house.project.slug}/members/{doors.membership.pk}"

    shown = bot.get(address)["access"]
    ended = bot.ask("DELETE", address + query).json()

    assert sorted(shown["invitations"]) == sorted([doors.link.pk, doors.link_of_key.pk])
    assert shown["keys"] == [doors.bot.key.pk]
    assert shown["webhooks"] == [doors.webhook.public_id]
    assert shown["endpoints"] == ["https://example.org/model"]
    assert ended["open" if stays else "closed"] == shown
    assert doors.open() == [stays] * 5


def test_what_another_role_still_allows_stays_open(house: House) -> None:
    doors = Doors(house)
    add_member(doors.person, Role.REQUESTER, now_ms(), organisation=house.organisation)

    house.client("requester").post(
        reverse("project_member_end", args=[house.project.slug, doors.membership.pk])
    )

    assert doors.open() == [True] * 5


@pytest.mark.parametrize(("access", "stays"), [({}, False), ({"access": "keep"}, True)])
def test_page_closes_what_a_revoked_key_made(
    house: House, access: dict[str, str], *, stays: bool
) -> None:
    doors = Doors(house)
    client = house.client("requester")
    key = doors.bot.key

    shown = client.get("/keys/", headers=EN).content.decode()
    client.post(f"/keys/{key.pk}/revoke", access)

    assert "to request labels in" in shown
    assert doors.open() == [False, stays, True, True, True]


def test_person_let_in_by_a_program_stays(house: House) -> None:
    bot: Program = program("requester", project=house.project)
    made = bot.post(f"projects/{house.project.slug}/invitations", {"role": "worker"})
    client, _person = join(Invitation.objects.get(pk=made["id"]))

    house.client("requester").post(f"/keys/{bot.key.pk}/revoke")

    assert may_work(house, client)


def test_end_of_a_role_is_asked_on_a_page_that_says_what_cannot_be_undone(house: House) -> None:
    membership = house.membership
    client = house.client("requester")
    people = reverse("project_members", args=[house.project.slug])
    page = reverse("project_member_end", args=[house.project.slug, membership.pk])

    listed = client.get(people, headers=EN).content.decode()
    asked = client.get(page, headers=EN).content.decode()

    assert f'href="{page}"' in listed
    assert f'action="{page}"' not in listed
    assert "It cannot be undone." in asked
    assert "needs a new invitation" in asked
    assert Membership.objects.get(pk=membership.pk).ended_at is None


def test_page_of_people_has_the_name_of_its_tab(house: House) -> None:
    people = reverse("project_members", args=[house.project.slug])

    page = house.client("requester").get(people, headers=EN).content.decode()

    assert "<h1>People</h1>" in page
    assert "Members" not in page
