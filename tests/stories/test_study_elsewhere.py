"""A study on another site: set up, walked, come back with each code; the time is paid, to the slip.

Ana completes it, Ben is screened out, Cy brings a code nobody knows, Dora stops; a missed attention
check costs nothing. Quotas count what people say of themselves. Ana takes her part back and a bonus
by file stands on her statement. A next part is open only to who completed the first, from a day on,
under the same pseudonym.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from django.test import Client

from canut.actions.pay.periods import close_period
from canut.actions.people.accounts import add_member, join_as_worker
from canut.actions.people.email_notices import make_letters
from canut.actions.recruiting.studies import study_secret
from canut.actions.work.work_record import whole_record
from canut.core.clock import MINUTE_MS, to_ms
from canut.core.operations.email_texts import EmailKind
from canut.core.recruiting.studies import own_code
from canut.store.models import (
    Answer,
    Participation,
    Person,
    Project,
    QualificationGrant,
    Role,
    Study,
    Worker,
)
from canut.store.tables.people import Letter
from tests.stories.browsing import EN, day, plain, read, send
from tests.support.factories import make_person, make_project
from tests.support.paid_work import fund
from tests.support.payroll import AFTER, agree, content_of, period, policy

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.dialect]
MONDAY = day(4, 27)
MICRO = 1_000_000

BASE = {
    "do": "study",
    "address": "https://study.example/run",
    "preset": "prolific",
    "minutes": "20",
    "completed": "DONE77",
    "screened_out": "OUT12",
    "other_codes": "LOOK5 = attention\nNO9 = no-consent",
    "screened_out_pay": "4",
    "consent": "Vous lisez des phrases.",
    "ethics_number": "CER-26-11",
    "quotas": "device = phone = 2\ndevice = computer = 5",
    "gives_took_part": "on",
}


class Walker:
    """A person who takes part through pages."""

    def __init__(self, project: Project) -> None:
        self.person: Person = make_person()
        agree(self.person)
        self.worker: Worker = join_as_worker(project, self.person, to_ms(MONDAY))
        self.desk = Client()
        self.desk.force_login(self.person)
        self.page = f"/work/{project.slug}/study"

    @property
    def part(self) -> Participation:
        """Return their part as it stands now."""
        return Participation.objects.get(worker=self.worker)


def write_study(office: Client, project: Project) -> Study:
    """Refuse what cannot be, then set the study from its page."""
    page = f"/projects/{project.slug}/study"
    form = BASE | {"address": "http://study.example/run"}
    assert office.post(page, form).status_code == 422
    form["address"] = "https://study.example/run"
    assert office.post(page, form | {"quotas": "religion = none = 3"}).status_code == 422
    assert office.post(page, form).status_code == 302
    return Study.objects.get(project=project)


def begin_within_quotas(walkers: Sequence[Walker]) -> None:
    """Say a device, begin within the quotas, and read the link with one's own pseudonym."""
    ana, ben, cy, dora, eve = walkers
    project = ana.worker.project
    assert ana.desk.get(f"/work/{project.slug}/").status_code == 302
    assert "CER-26-11" in read(ana.desk, ana.page)
    assert ana.desk.post(ana.page, {"do": "begin"}).status_code == 422
    for walker, device in ((ana, "phone"), (ben, "phone"), (cy, "computer"), (dora, "computer")):
        send(walker.desk, "/account/about", device=device)
        send(walker.desk, walker.page, do="begin")
    send(eve.desk, "/account/about", device="phone")
    assert (
        "Enough people like you"
        in eve.desk.post(
            eve.page, {"do": "begin"}, headers={"accept-language": "en"}
        ).content.decode()
    )
    send(eve.desk, "/account/about", device="computer")
    send(eve.desk, eve.page, do="begin")
    names = {walker.part.participant for walker in (ana, ben, cy, dora, eve)}
    assert len(names) == 5
    link = ana.desk.get(ana.page).content.decode()
    assert f"https://study.example/run?PROLIFIC_PID={ana.part.participant}&amp;STUDY_ID=" in link
    assert 'rel="noopener noreferrer"' in link


def come_back(
    office: Client, study: Study, walkers: Sequence[Walker], stop_clock: Callable[[datetime], None]
) -> None:
    """Come back with each sort of code, or none."""
    ana, ben, cy, dora, eve = walkers
    project = study.project
    stop_clock(MONDAY + timedelta(minutes=15))
    back = ana.desk.get(f"/back/{project.pk}?cc=DONE77")
    assert back["Location"] == f"{ana.page}?cc=DONE77"
    assert 'value="DONE77"' in ana.desk.get(back["Location"]).content.decode()
    own = own_code(study_secret(study), ana.part.participant)
    send(ana.desk, ana.page, do="return", code=own.lower(), minutes="")
    assert (ana.part.meaning, ana.part.is_own_code) == ("completed", True)
    send(ben.desk, ben.page, do="return", code="out12", minutes="3")
    assert ben.desk.post(cy.page, {"do": "return", "code": "X"}).status_code == 422
    assert (
        cy.desk.post(cy.page, {"do": "return", "code": "HUH", "minutes": "40"}).status_code == 422
    )
    for sent, told in (
        ({"code": " ", "minutes": "4"}, ("The completion code is missing", 'value="4"')),
        ({"code": "HUH", "minutes": "4.5"}, ("cannot be read", 'value="HUH"', 'value="4.5"')),
    ):  # nothing ends by an empty field, and what was typed stays
        answer = cy.desk.post(cy.page, {"do": "return", **sent}, headers={"accept-language": "en"})
        assert answer.status_code == 422
        assert all(words in answer.content.decode() for words in told)
    assert cy.part.returned_ms is None
    send(cy.desk, cy.page, do="return", code="HUH")
    send(dora.desk, dora.page, do="left", minutes="9")
    stop_clock(MONDAY + timedelta(minutes=50))
    send(eve.desk, eve.page, do="return", code="LOOK5")
    assert "The client is asked" in read(cy.desk, cy.page)
    assert [walker.part.meaning for walker in (ben, cy, dora, eve)] == [
        *("screened-out", "unknown", "broken-off", "attention"),
    ]
    assert Answer.objects.filter(project=project).count() == 3
    claim = eve.part.claim
    assert claim is not None
    assert (claim.accepted_ms, claim.pending_ms) == (20 * MINUTE_MS, 30 * MINUTE_MS)
    assert {grant.person_id for grant in QualificationGrant.objects.all()} == {
        ana.person.pk,
        eve.person.pk,
    }
    sheet = read(office, f"/projects/{project.slug}/study")
    assert "The code “HUH” is not one of yours" in sheet
    assert "The device I work with, phone 1 / 2" in sheet


def withdraw_and_reward(office: Client, ana: Walker) -> None:
    """Take a part back, say that it is deleted, pay a bonus by file."""
    project = ana.worker.project
    send(ana.desk, ana.page, do="withdraw")
    assert "delete the data of this pseudonym" in read(office, f"/projects/{project.slug}/study")
    send(office, f"/projects/{project.slug}/study", do="deleted", number=str(ana.part.pk))
    assert "it was deleted on" in read(ana.desk, ana.page)
    lines = f"participant,amount,reason\n{ana.part.participant},2.50,Bonne main\nnobody,1,x\n"
    paid = send(office, f"/projects/{project.slug}/study", do="bonus", lines=lines)
    assert "1 bonus is paid" in paid
    assert "nobody here has this name" in paid


def get_one_mail(walkers: Sequence[Walker], who: set[int]) -> None:
    """Who may take the next part gets one e-mail when it opens; nobody gets one before."""
    for walker in walkers:
        Person.objects.filter(pk=walker.person.pk).update(email=f"p{walker.person.pk}@example.org")
    mailed = Letter.objects.filter(kind=EmailKind.NEXT_PART).values_list("person", flat=True)
    make_letters(to_ms(MONDAY + timedelta(days=6)))
    assert not mailed.exists(), "it opens in a day"
    for _minute in range(2):
        make_letters(to_ms(MONDAY + timedelta(days=8)))
    assert sorted(mailed) == sorted(who)


def take_the_next_part(
    office: Client, study: Study, walkers: Sequence[Walker], stop_clock: Callable[[datetime], None]
) -> None:
    """Set a second part after a week; Eve joins it then, Ben never can, a late one is closed."""
    ana, ben, _cy, _dora, eve = walkers
    second = make_project(tasks=1, workers=0, overlap=20, title="Suite").project
    Project.objects.filter(pk=second.pk).update(organisation=study.project.organisation)
    second.refresh_from_db()
    fund(second)
    form = {
        "do": "study",
        "address": "https://study.example/two",
        "preset": "otree",
        "minutes": "20",
        "completed": "TWO",
        "screened_out": "OUT",
        "follows": str(study.pk),
        "wait_days": "7",
        "open_days": "2",
    }
    page = f"/projects/{second.slug}/study"
    assert office.post(page, form | {"follows": str(second.pk)}).status_code == 422
    assert office.post(page, form | {"wait_days": "9999"}).status_code == 422
    send(office, page, **form)
    ring = BASE | {"do": "study", "follows": str(second.pk)}
    assert "does not come after this one" in plain(
        office.post(f"/projects/{study.project.slug}/study", ring, headers=EN).content.decode()
    )

    assert "This part opens to you on" in read(eve.desk, "/board/")
    join = {"do": "next", "part": str(second.pk)}
    assert eve.desk.post(eve.page, join).status_code == 422, "it opens in a week"
    get_one_mail(walkers, {ana.person.pk, eve.person.pk})
    stop_clock(MONDAY + timedelta(days=8))
    assert "2 completed the part before; 2 of them can take part now" in read(office, page)
    assert "Suite" not in read(ben.desk, "/board/")
    assert ben.desk.post(ben.page, join).status_code == 422
    assert "Completing it pays" in send(eve.desk, eve.page, **join)
    send(eve.desk, f"/work/{second.slug}/study", do="begin")
    part = Participation.objects.get(study=second.pk)
    assert part.participant == eve.part.participant
    send(eve.desk, f"/work/{second.slug}/study", do="return", code="TWO")
    assert "Suite" not in read(eve.desk, "/board/")
    stop_clock(MONDAY + timedelta(days=12))
    assert ana.desk.post(ana.page, join).status_code == 422, "it was open for two days"
    stop_clock(MONDAY + timedelta(minutes=50))


def test_whatever_the_code_the_time_is_paid_and_what_was_done_stands_on_the_slip(
    stop_clock: Callable[[datetime], None],
) -> None:
    policy()
    stop_clock(MONDAY)
    project = make_project(
        tasks=1, workers=0, overlap=20, title="Phrases", piece_micro=6 * MICRO
    ).project
    fund(project)
    requester = make_person(shown_name="Luce")
    add_member(requester, Role.REQUESTER, to_ms(MONDAY), organisation=project.organisation)
    office = Client()
    office.force_login(requester)
    study = write_study(office, project)
    ana, ben, cy, dora, eve = (Walker(project) for _ in range(5))

    walkers = [ana, ben, cy, dora, eve]
    begin_within_quotas(walkers)
    come_back(office, study, walkers, stop_clock)
    take_the_next_part(office, study, walkers, stop_clock)
    withdraw_and_reward(office, ana)

    record = whole_record(ana.person, to_ms(MONDAY))
    assert record.rows("participations")[0]["participant"] == ana.part.participant
    assert record.rows("prescreening")[0]["answer"] == "phone"
    assert record.rows("qualifications")[0]["reason"] == "Phrases"

    stop_clock(AFTER)
    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    def line(walker: Walker) -> dict[str, object]:
        (row,) = [
            row
            for row in content_of(walker.person, closed)["projects"]
            if row["title"] == "Phrases"
        ]
        return dict(row)

    assert line(ana)["piece_micro"] == 6 * MICRO
    assert line(ana)["adjusted_micro"] == 2_500_000
    assert line(ana)["time_ms"] == 15 * MINUTE_MS
    assert line(ben)["adjusted_micro"] == 4 * MICRO, "the fixed sum is more than three minutes"
    assert line(cy)["piece_micro"] == 6 * MICRO, "an unknown code costs no pay"
    assert line(eve)["piece_micro"] == 6 * MICRO, "nor does a missed attention check"
    assert line(dora)["piece_micro"] == 0
    floor_of_nine_minutes = int(str(line(dora)["top_up_micro"]))
    assert line(dora)["time_ms"] == 9 * MINUTE_MS
    assert floor_of_nine_minutes > 2 * MICRO
    slip = read(ana.desk, f"/pay/{ana.person.statements.get().pk}")
    assert "Bonne main" in slip
    assert "screened out of a study" in read(ben.desk, f"/pay/{ben.person.statements.get().pk}")
