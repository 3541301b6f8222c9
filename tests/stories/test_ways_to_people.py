"""A list is invited by letter, one joins, works, is paid; the pool, the board, a qualification.

The requester sends a list with bad lines, two people come by letter and by the board. One agrees to
be asked again, is called to a second project and leaves; addresses are erased on their day.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from canut.actions.operations.scheduler import HOURLY_STEPS, STEPS
from canut.actions.pay.periods import close_period
from canut.actions.people.accounts import add_member, join_as_worker
from canut.actions.recruiting.invited_lists import erase_contacts, send_invited
from canut.actions.work.eligibility_upkeep import decide_waiting
from canut.core.clock import MINUTE_MS, to_ms
from canut.store.models import (
    Decision,
    InvitedContact,
    InvitedList,
    Organisation,
    Person,
    PoolCall,
    PoolGroup,
    PoolMember,
    Project,
    QualificationGrant,
    Role,
    TaskPace,
    Worker,
)
from tests.stories.browsing import EN, FR, day, read, send
from tests.support.factories import answer_next, make_person, make_project
from tests.support.payroll import AFTER, agree, content_of, period, policy, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.dialect]
FILE = """courriel;nom
Ana@Example.org;Ana
+1 (514) 555-0123;Ben
pas une adresse;x
ana@example.org;Ana encore
;
non@example.org;Non
"""
MONDAY = day(4, 27)


def desk_of(person: Person) -> Client:
    desk = Client()
    desk.force_login(person)
    return desk


def invite_a_list(office: Client, base: str) -> tuple[str, str]:
    """Send a list with bad lines, read why, send its letters; return a link and a stop link."""
    page = office.post(
        base,
        {"do": "list", "name": "Voisins", "days": "30", "language": "fr",
         "file": SimpleUploadedFile("liste.csv", FILE.encode())},
        headers=EN, follow=True,
    ).content.decode()  # fmt: skip
    for words in ("the same as line 2", "neither an e-mail nor a phone number", "an empty line"):
        assert words in page
    contacts = {row.address: row for row in InvitedContact.objects.all()}
    assert set(contacts) == {"Ana@example.org", "+15145550123", "non@example.org"}
    invited = InvitedList.objects.get()
    assert send_invited(to_ms(MONDAY)) == 2
    assert send_invited(to_ms(MONDAY)) == 0
    letters = {message.to[0]: str(message.body) for message in mail.outbox}
    assert "Canut: You are invited" not in letters["Ana@example.org"]
    stop = re.search(r"https?://\S+(/invited/\S+/no)", letters["non@example.org"])
    link = re.search(r"https?://\S+(/join/\S+)", letters["Ana@example.org"])
    assert stop is not None
    assert link is not None
    list_page = f"{base}/{invited.pk}"
    assert "The e-mail as sent" in read(office, list_page)
    assert "+15145550123" in office.get(f"{list_page}/links").content.decode()
    return link[1], stop[1]


def refuse_letters_for_good(office: Client, base: str, stop: str) -> None:
    """Refuse letters; a later list cannot write to the address again."""
    list_page = f"{base}/{InvitedList.objects.get().pk}"
    stranger = Client()
    assert "Les Soies" in read(stranger, stop)
    assert "The address is erased" in send(stranger, stop)
    assert "wants no more e-mails" in read(office, list_page)
    again = office.post(
        base,
        {"do": "list", "name": "Encore", "days": "30", "language": "fr",
         "file": SimpleUploadedFile("l.csv", b"non@example.org\nana@EXAMPLE.org\n")},
        headers=EN, follow=True,
    ).content.decode()  # fmt: skip
    assert "wants no more e-mails from you" in again
    assert "invited to this project before" in again


def join_from_the_board(office: Client, project: Project) -> None:
    """Publish, read unknown then measured pay, join, take off."""
    base = f"/projects/{project.slug}/crowd"
    assert "not known yet" not in read(Client(), "/board/")
    send(office, base, do="board", places="2")
    board = read(Client(), "/board/")
    assert "not known yet" in board
    assert "2 places left" in board
    assert "Les Soies" in board
    TaskPace.objects.create(
        project=project, at_ms=to_ms(MONDAY), tasks=3, people=1, by_beats=1, p50_ms=60_000,
        p90_ms=60_000, currency="CAD", median_micro=24_690_000, lowest_decile_micro=20_000_000,
    )  # fmt: skip
    board = read(Client(), "/board/")
    assert "24.69" in board
    assert "measured with 1 person" in board
    ben_desk = Client()
    entry = re.search(r'href="(/join/[^"]+)"', Client().get("/board/").content.decode())
    assert entry is not None
    assert ben_desk.post(entry[1], {"nickname": "Ben"}, headers=FR).status_code == 302
    assert "1 place left" in read(Client(), "/board/")
    send(office, base, do="off")
    assert "Lettres" not in read(Client(), "/board/")


def agree_to_be_asked(office: Client, ana_desk: Client, client: Organisation) -> PoolGroup:
    """Join the pool and get a group; another organisation sees nothing of it."""
    assert "Agree to be asked again" in read(ana_desk, "/pools/")
    send(ana_desk, "/pools/", do="join", organisation=str(client.pk))
    member = PoolMember.objects.get()
    send(office, f"/pools/{client.pk}", do="group", name="Soigneuses")
    group = PoolGroup.objects.get(organisation=client)
    send(office, f"/pools/{client.pk}", do="member", member=str(member.pk), groups=str(group.pk))
    assert "Soigneuses" in read(ana_desk, "/pools/")
    rival = make_project(tasks=1, workers=0)
    rival_person = make_person()
    add_member(rival_person, Role.REQUESTER, to_ms(MONDAY), organisation=rival.project.organisation)
    assert desk_of(rival_person).get(f"/pools/{client.pk}").status_code == 404
    assert "Ana" not in read(desk_of(rival_person), f"/pools/{rival.project.organisation_id}")
    return group


def called_then_leaves(
    office: Client, ana_desk: Client, client: Organisation, group: PoolGroup
) -> Project:
    """Call the group to a second project; leaving ends the call at once."""
    member = PoolMember.objects.get()
    second = make_project(tasks=2, workers=0, title="Suite")
    second.project.organisation = client
    second.project.save(update_fields=["organisation"])
    second_base = f"/projects/{second.project.slug}/crowd"
    assert "1 person agreed" in read(office, second_base)
    send(office, second_base, do="call", group=str(group.pk))
    assert PoolCall.objects.get().member == member
    call_page = ana_desk.get("/board/").content.decode()
    call = re.search(r'href="(/join/[^"]+)"', call_page)
    assert "Suite" in call_page
    assert call is not None
    send(ana_desk, "/pools/", do="leave", organisation=str(client.pk))
    assert not PoolMember.objects.exists()
    assert "Suite" not in read(ana_desk, "/board/")
    assert ana_desk.get(call[1]).status_code == 409
    return second.project


def earn_a_qualification(office: Client, ana_desk: Client, worker: Worker, second: Project) -> None:
    """Be kept out, earn it in paid training, lose it with a reason."""
    project, client, ana = worker.project, second.organisation, worker.person
    assert ana is not None
    send(office, "/qualifications/", name="Lettres anciennes", description="Lire l’encre pâle",
         training=str(project.pk), at_least="40")  # fmt: skip
    qualification = client.qualifications.get()
    send(office, f"/projects/{second.slug}/who", qualification=str(qualification.pk))
    newcomer = join_as_worker(second, ana, to_ms(MONDAY))
    decide_waiting(to_ms(MONDAY))
    newcomer.refresh_from_db()
    assert newcomer.barred == "training"
    told = Decision.objects.get(worker=newcomer, undone_ms=None)
    assert "You can earn it in “Lettres”, which is paid." in told.text_en
    Worker.objects.filter(pk=worker.pk).update(checks_right=9, checks_answered=10)
    decide_waiting(to_ms(MONDAY))
    newcomer.refresh_from_db()
    assert newcomer.barred == ""
    assert "Earned in paid training" in read(ana_desk, "/pools/")
    send(office, f"/qualifications/{qualification.pk}", do="revoke", person=str(ana.pk),
         reason="Donnée par erreur")  # fmt: skip
    newcomer.refresh_from_db()
    assert newcomer.barred == "training"
    assert QualificationGrant.objects.get().end_reason == "Donnée par erreur"
    assert "Donnée par erreur" in read(ana_desk, "/pools/")
    assert decide_waiting(to_ms(MONDAY)) == 0, "what a person took back is not earned again"
    page = f"/qualifications/{qualification.pk}"
    assert second.title in read(office, page).partition("End the qualification")[2]
    assert "Lettres anciennes" not in send(office, page, do="end").partition("Qualifications")[2]
    assert office.get(page).status_code == 404
    decide_waiting(to_ms(MONDAY))
    told = Decision.objects.filter(worker=newcomer).latest("pk")
    assert "Nobody can get it any more" in told.text_en


def test_a_list_the_board_and_the_pool_bring_people_who_are_paid(
    stop_clock: Callable[[datetime], None], settings: Settings
) -> None:
    settings.SENDS_MAIL = True
    assert {send_invited, decide_waiting} <= set(STEPS)
    assert erase_contacts in HOURLY_STEPS
    policy()
    stop_clock(MONDAY)
    made = make_project(tasks=8, workers=0, title="Lettres", piece_micro=2_000_000)
    project, client = made.project, made.project.organisation
    requester = make_person(shown_name="Luce")
    add_member(requester, Role.REQUESTER, to_ms(MONDAY), organisation=client)
    office = desk_of(requester)
    base = f"/projects/{project.slug}/crowd"

    link, stop = invite_a_list(office, base)
    refuse_letters_for_good(office, base, stop)
    list_page = f"{base}/{InvitedList.objects.order_by('pk')[0].pk}"

    ana_desk = Client()
    assert ana_desk.post(link, {"nickname": "Ana"}, headers=FR).status_code == 302
    ana = Worker.objects.get(project=project).person
    assert ana is not None
    agree(ana)
    worker = Worker.objects.get(person=ana, project=project)
    for number in range(3):
        answer_next(worker, now_ms=to_ms(MONDAY) + number * MINUTE_MS)
    work_hours(ana, project.pk, to_ms(MONDAY), 3 * MINUTE_MS)
    assert "joined" in read(office, list_page)
    assert Client().get(link).status_code == 409

    join_from_the_board(office, project)
    group = agree_to_be_asked(office, ana_desk, client)
    second = called_then_leaves(office, ana_desk, client, group)
    earn_a_qualification(office, ana_desk, worker, second)

    stop_clock(MONDAY + timedelta(days=31))
    assert erase_contacts(to_ms(MONDAY + timedelta(days=31))) == 2
    assert set(InvitedContact.objects.values_list("address", "letter")) == {("", "")}
    assert "pas une adresse" not in str(list(InvitedList.objects.values_list("refusals")))
    assert "erased" in read(office, list_page)

    stop_clock(AFTER)
    closed = close_period(period().pk, make_person(), to_ms(AFTER))
    (line,) = [row for row in content_of(ana, closed)["projects"] if row["title"] == "Lettres"]
    assert line["earned_micro"] >= 6_000_000
    assert "Lettres" in read(ana_desk, f"/pay/{ana.statements.get().pk}")
