"""The values of 2026 end: a pack that two people confirmed lets the pay day of 2027 close."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from pytest_django import Settings

from canut.__main__ import main
from canut.actions.participation.deadlines import run_deadlines
from canut.actions.pay.exchange_rates import WITNESSES
from canut.actions.pay.floors import check_people_payable
from canut.actions.pay.place_packs import own_secret
from canut.actions.pay.statement_recount import recount
from canut.actions.people.accounts import add_member, join_as_worker
from canut.actions.people.email_notices import make_letters
from canut.commands import places as places_command
from canut.core.clock import HOUR_MS, to_ms
from canut.core.errors import BadInput, Incomplete
from canut.core.operations.finding_texts import page as page_of_findings
from canut.core.operations.findings import examine
from canut.core.places.packs import sign_pack
from canut.core.places.parameters import Status
from canut.core.places.reader import SHIPPED
from canut.core.proofs.did_key import did_of
from canut.core.proofs.signing import public_of
from canut.store.models import (
    Membership,
    Period,
    Person,
    PlacePack,
    RateVersion,
    Role,
    Statement,
)
from canut.store.operations.health import read_readiness
from canut.store.pay.places import places
from canut.store.tables.people import Letter
from canut.web.pay.statement_layout import paper_of
from tests.support.factories import make_person, make_worker
from tests.support.instance import House, make_house
from tests.support.payroll import (
    agree,
    close_from_page,
    moment,
    policy,
    refusal_of_closing,
    work_hours,
)
from tests.support.place_packs import NEW_YEAR, SOURCE, one_value

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
EN = {"accept-language": "en"}
FIRST = (date(2026, 11, 30), date(2026, 12, 13))
SECOND = (date(2026, 12, 14), date(2026, 12, 27))
QUEBEC = ("CA", "CA-QC")
RATE = "qpip.rate_employee"


@pytest.fixture
def house(db: None, settings: Settings, tmp_path: Path) -> House:  # noqa: ARG001 - opens the database
    """Make a house in a folder of its own."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    return make_house()


def at(day: int, month: int = 12, year: int = 2026) -> datetime:
    return datetime(year, month, day, 16, tzinfo=UTC)


def employed(house: House) -> Person:
    policy()
    person = house.people["worker"]
    agree(person)
    return person


def worked(house: House, person: Person, day: date) -> None:
    work_hours(person, house.project.pk, moment(day), 3 * HOUR_MS)


def period(days: tuple[date, date]) -> Period:
    """Make a period that is paid seven days after its end."""
    return Period.objects.create(
        first_day=days[0],
        last_day=days[1],
        pay_day=days[1] + timedelta(days=7),
        created_at=at(1),
    )


def close(house: House, due: Period) -> Period:
    close_from_page(house.client("operator"))
    due.refresh_from_db()
    return due


def alone(house: House) -> None:
    """End the memberships of everybody who could confirm a pack besides the operator."""
    others = Membership.objects.filter(role__in=WITNESSES)
    others.exclude(person=house.people["operator"]).update(
        ended_at=datetime(2026, 1, 1, tzinfo=UTC)
    )


def draft(house: House, code: str = "CA-QC") -> dict[str, Any]:
    """Download a pack to fill in, and fill it in: the values of 2026 again, but for one rate."""
    sent = house.client("operator").get(f"/payroll/places/{code}/draft.json")
    pack: dict[str, Any] = json.loads(sent.content)
    pack["values"] = [value for value in pack["values"] if value["from"] == NEW_YEAR]
    for value in pack["values"]:
        where = value.get("place", code)
        last = places().known(value["parameter"], where, date(2026, 12, 31)).value
        value["value"] = "0.00440" if value["parameter"] == RATE else str(last)
    return pack | {
        "version": "2027.1",
        "prepared_by": "Ana Roy",
        "checked_by": "Ben Li",
        "sources": {"S1": SOURCE},
    }


def bring(house: House, content: bytes | dict[str, Any], *, own: bool = True) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    form: dict[str, Any] = {"file": SimpleUploadedFile("pack.json", raw)}
    form |= {"own": "on"} if own else {}
    page = house.client("operator").post("/payroll/places/bring", form, headers=EN, follow=True)
    return page.content.decode().replace("\xa0", " ")


def decide(house: House, role: str, number: int, what: str = "confirm", reason: str = "") -> str:
    form = {"what": what, "reason": reason}
    page = house.client(role).post(f"/payroll/places/{number}", form, headers=EN, follow=True)
    return page.content.decode()


def signed(pack: dict[str, Any], secret: bytes | None = None) -> bytes:
    raw = json.dumps(pack).encode()
    return sign_pack(raw, secret or own_secret(), "2026-12-20T12:00:00Z")


def figures_of(statement: Statement) -> dict[str, str]:
    """Return by figure where its value comes from, as page and PDF say it."""
    with override("en"):
        paper = paper_of(json.loads(statement.content), statement.sha256)
    (table,) = next(fold.tables for fold in paper.folds if "Figures of law" in fold.name)
    at = [name for name, _side in table.head].index("Values of")
    return {row[0]: row[at] for row in table.rows}


def test_pay_day_of_2027_closes_once_two_people_confirmed_a_pack_and_old_statements_stay(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    person = employed(house)
    worked(house, person, date(2026, 12, 8))
    worked(house, person, date(2026, 12, 16))
    stop_clock(at(14))
    before = close(house, period(FIRST))
    old = Statement.objects.get(period=before).content
    stop_clock(at(28))
    due = period(SECOND)
    assert refusal_of_closing(house.client("operator"), due) == "parameter-expired"

    assert "waits for a second person" in bring(house, draft(house))
    row = PlacePack.objects.get()
    assert refusal_of_closing(house.client("operator"), due) == "parameter-expired"
    assert "Somebody else says the second yes" in decide(house, "operator", row.pk)
    page = house.client("auditor").get("/payroll/places", headers=EN).content.decode()
    assert "0.44%" in page
    assert SOURCE["url"] in page
    assert "Prepared by Ana Roy, checked by Ben Li" in page
    assert "is in force" in decide(house, "auditor", row.pk)

    assert close(house, due).state == "closed"
    content = json.loads(Statement.objects.get(period=due).content)
    line = next(
        one
        for one in content["pay"]["contributions"]
        if (one["name"], one["payer"]) == ("qpip", "employee")
    )
    assert line["rate"] == "0.00440"
    cited = [content["parameters"][number] for number in line["rests_on"]]
    assert {(one["pack"], one["file_sha256"], one["url"]) for one in cited} == {
        ("2027.1", row.sha256, SOURCE["url"])
    }
    old_paper, paper = (figures_of(Statement.objects.get(period=one)) for one in (before, due))
    assert paper["Parental insurance, the employee’s rate"] == "CA-QC, pack 2027.1"
    shipped = {
        f"{place}, shipped ({text.sha256[:8]})" for text in places().texts for place in QUEBEC
    }
    assert set(old_paper.values()) <= shipped
    statement = Statement.objects.get(period=due)
    page = house.client("worker").get(f"/pay/{statement.pk}", headers=EN).content.decode()
    assert "CA-QC, pack 2027.1" in page.replace("\xa0", " ")
    assert Statement.objects.get(period=before).content == old
    assert not [*recount(before), *recount(due)]
    assert places().known(RATE, "CA-QC", date(2026, 12, 31)).value == Decimal("0.00430")


def test_altered_pack_and_foreign_key_are_refused(
    house: House, stop_clock: Callable[[datetime], None], settings: Settings
) -> None:
    employed(house)
    stop_clock(at(28))
    pack = signed(draft(house))
    stranger = b"\7" * 32
    assert b'"0.00440"' in pack

    altered = bring(house, pack.replace(b'"0.00440"', b'"0.00340"'), own=False)
    assert "The pack was changed after it was signed" in altered
    assert "The pack is not signed" in bring(house, draft(house), own=False)
    foreign = signed(draft(house), stranger)
    assert "Nobody here trusts who signed this pack" in bring(house, foreign, own=False)
    assert not PlacePack.objects.exists()

    settings.PLACE_KEYS = f"La Fédération {did_of(public_of(stranger))}"
    bring(house, foreign, own=False)
    assert PlacePack.objects.get().author_name == "La Fédération"
    assert "This pack is already here" in bring(house, foreign, own=False)


@pytest.mark.parametrize(
    ("pack", "words"),
    [
        (one_value("qpp.rate_base", "5.3"), "0.053) or a percentage"),
        (one_value("qpp.ympe", "7460"), "CA-QC qpp.ympe, 2027-01-01: 7460, and before it 74600"),
        (
            one_value("qpp.ympe", "75000", **{"from": "2026-01-01"}),
            "last value is from January 1, 2026",
        ),
        (one_value("qpp.speed", "75000"), "CA-QC has no value named qpp.speed"),
        (one_value("qpp.ympe", "75000", until="2026-12-31"), "values[0] until"),
        (one_value("qpp.ympe", "75 000"), "values[0] value"),
        (one_value("qpp.ympe", "75000") | {"checked_by": "ana roy"}, "Correct checked_by"),
        (one_value("qpp.ympe", "75000") | {"checked_by": ""}, "Correct checked_by"),
        (
            one_value("qpp.ympe", "75000")
            | {"sources": {"S1": SOURCE | {"url": "https://www.example.org/"}}},
            "Correct sources.S1 url",
        ),
        ({"schema": "canut.labour-params/1"}, "This is not a pack of legal values"),
    ],
)
def test_pack_that_cannot_be_meant_is_refused_with_what_and_where(
    house: House, stop_clock: Callable[[datetime], None], pack: dict[str, Any], words: str
) -> None:
    stop_clock(at(28))

    assert words in bring(house, pack)
    assert not PlacePack.objects.exists()


def test_operator_who_is_alone_waits_seven_days_and_the_people_concerned_read_of_it(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    person = employed(house)
    Person.objects.filter(pk=person.pk).update(email="ana@example.org")
    alone(house)
    stop_clock(at(20))
    assert "The pack waits 7 days" in bring(house, draft(house))
    row = PlacePack.objects.get()
    assert "Somebody else says the second yes" in decide(house, "operator", row.pk)

    notice = house.client("worker").get("/pay/", headers=EN).content.decode()
    assert "brought new legal values for Quebec (CA-QC)" in notice
    assert "December 27, 2026" in notice
    make_letters(to_ms(at(20)))
    assert Letter.objects.filter(kind="law", person=person).count() == 1
    run_deadlines(to_ms(at(26)))
    row.refresh_from_db()
    assert row.state == "waiting"

    run_deadlines(to_ms(at(28)))

    row.refresh_from_db()
    assert (row.state, row.second_by) == ("in_force", None)
    assert "brought new" not in house.client("worker").get("/pay/", headers=EN).content.decode()


def test_second_person_who_joins_within_the_seven_days_has_the_word(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    employed(house)
    alone(house)
    stop_clock(at(20))
    bring(house, draft(house))
    row = PlacePack.objects.get()
    auditor = make_person()
    add_member(auditor, Role.AUDITOR, to_ms(at(22)), organisation=house.organisation)

    run_deadlines(to_ms(at(28)))

    row.refresh_from_db()
    assert (row.state, row.alone_until_ms) == ("waiting", None)
    house.people["auditor"] = auditor
    assert "Write it in a sentence" in decide(house, "auditor", row.pk, "refuse")
    decide(house, "auditor", row.pk, "refuse", "the ceiling is that of 2026")
    row.refresh_from_db()
    assert (row.state, row.refused_by) == ("refused", auditor)


def test_value_that_nobody_has_published_keeps_only_those_waiting_whom_it_touches(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    person = employed(house)
    other = make_person(shown_name="Noémie")
    agree(other, Status.SELF_EMPLOYED)
    make_worker(house.project, person=other)
    for one in (person, other):
        worked(house, one, date(2026, 12, 16))
    stop_clock(at(28))
    pack = draft(house)
    for value in pack["values"]:
        if value["parameter"] == "cnt.rate":
            value["value"] = None
    bring(house, pack)
    decide(house, "auditor", PlacePack.objects.get().pk)

    due = close(house, period(SECOND))

    assert due.state == "closed"
    assert Statement.objects.get(period=due).person == other
    assert due.failure is not None
    assert [(one["person"], one["code"]) for one in due.failure["people"]] == [
        (person.pk, "parameter-unknown")
    ]
    page = house.client("operator").get(f"/payroll/{due.pk}", headers=EN).content.decode()
    assert "cnt.rate is unknown for CA-QC" in page


def test_doctor_and_payroll_say_sixty_days_ahead_from_when_who_cannot_be_paid(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    employed(house)
    stop_clock(at(1, 11))
    assert not read_readiness(to_ms(at(1, 11))).pay_stops
    assert "Values that end" not in payroll(house)
    stop_clock(at(3, 11))

    (stop,) = read_readiness(to_ms(at(3, 11))).pay_stops

    assert (stop.place, stop.day, stop.people) == ("CA-QC", NEW_YEAR, 1)
    text = " ".join(page_of_findings(examine(read_readiness(to_ms(at(3, 11)))), "en").split())
    assert "From 2027-01-01, nobody in CA-QC can be paid (people: 1)" in text
    assert "pension plan (QPP)" in text
    assert "canut places draft CA-QC" in text
    page = payroll(house)
    assert "Quebec (CA-QC): minimum wage or rates known until January 1, 2027 only" in page
    assert "periods that end from December 25, 2026 on wait" in page
    stop_clock(at(28))
    bring(house, draft(house))
    decide(house, "auditor", PlacePack.objects.get().pk)
    assert "Values that end" not in payroll(house)


def payroll(house: House) -> str:
    page = house.client("operator").get("/payroll/", headers=EN).content.decode()
    return page.replace("\xa0", " ")


def test_corrected_minimum_is_paid_with_the_next_statement_and_a_past_contribution_is_refused(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    person = employed(house)
    RateVersion.objects.filter(project=house.project).update(piece_micro=0)
    worked(house, person, date(2026, 12, 8))
    stop_clock(at(14))
    before = close(house, period(FIRST))
    old = Statement.objects.get(period=before).content
    later = {"corrects": "2026-05-01", "from": "2026-05-01", "until": "2027-05-01"}
    wage = one_value("minimum_wage.general", "17.60", **later)
    assert "a correction names the day of a value there is, and says why" in bring(house, wage)
    past = {"corrects": "2026-01-01", "from": "2026-01-01", "reason": "misread"}
    rate = one_value("qpip.rate_employee", "0.0044", **past)
    assert "Canut corrects wages of closed periods, not contributions" in bring(house, rate)

    bring(house, one_value("minimum_wage.general", "17.60", reason="misread", **later))
    decide(house, "auditor", PlacePack.objects.get().pk)
    stop_clock(at(28))
    bring(house, draft(house))
    decide(house, "auditor", PlacePack.objects.exclude(state="in_force").get().pk)
    worked(house, person, date(2026, 12, 16))
    due = close(house, period(SECOND))

    content = json.loads(Statement.objects.get(period=due).content)
    assert content["pay"]["corrections"][0]["wages_micro"] == 3_000_000
    assert content["projects"][0]["earned_micro"] == 3 * 17_600_000
    assert Statement.objects.get(period=before).content == old
    assert not [*recount(before), *recount(due)]
    third = period((date(2026, 12, 28), date(2027, 1, 10)))
    worked(house, person, date(2026, 12, 30))
    stop_clock(at(11, 1, 2027))
    assert close(house, third).state == "closed"
    assert "corrections" not in json.loads(Statement.objects.get(period=third).content)["pay"]


def test_period_closed_with_an_operators_own_file_is_counted_again_from_that_file(
    house: House, stop_clock: Callable[[datetime], None], tmp_path: Path
) -> None:
    (tmp_path / "places").mkdir()
    text = (SHIPPED / "CA-QC.yaml").read_text().replace('value: "16.60"', 'value: "19.00"')
    (tmp_path / "places/CA-QC.yaml").write_text(text)
    person = employed(house)
    worked(house, person, date(2026, 12, 8))
    stop_clock(at(14))

    due = close(house, period(FIRST))

    content = json.loads(Statement.objects.get(period=due).content)
    assert content["projects"][0]["days"][0]["floor_micro"] == 19_000_000
    assert due.places.get(name="CA-QC.yaml").content == text
    assert not [*recount(due)]


def test_status_and_place_that_cannot_be_paid_are_refused_before_work(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    stop_clock(at(1))
    person = house.people["worker"]
    form = {"zone": "Europe/Paris", "status": "employee", "pace": "100"}
    client = house.client("operator")
    page = client.post(f"/payroll/people/{person.pk}", form | {"place": "FR"}, headers=EN)
    assert page.status_code == 422
    assert "What the law asks of an employer in FR is not described" in page.content.decode()
    page = client.post(f"/payroll/people/{person.pk}", form | {"place": "CA"}, headers=EN)
    assert page.status_code == 422
    agree(person, Status.SELF_EMPLOYED, "FR", "Europe/Paris")

    RateVersion.objects.filter(project=house.project).update(currency="EUR")
    page = client.post(
        f"/payroll/people/{person.pk}",
        form | {"place": "CA-QC", "zone": "America/Toronto"},
        headers=EN,
    )
    assert "paid in the currency of their place, CAD. This project pays in EUR" in (
        page.content.decode()
    )
    quebec = make_person()
    agree(quebec)
    with pytest.raises(BadInput) as refusal:
        join_as_worker(house.project, quebec, to_ms(at(1)))
    assert refusal.value.case == "currencies-differ"


def test_project_does_not_open_while_somebody_in_it_cannot_be_paid_in_its_currency(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    stop_clock(at(1))
    person = employed(house)

    with pytest.raises(Incomplete) as refusal:
        check_people_payable(house.project, "EUR", to_ms(at(1)))

    assert refusal.value.case == "people-currency"
    assert refusal.value.facts["people"] == str(person)
    check_people_payable(house.project, "CAD", to_ms(at(1)))


def test_command_signs_and_imports_a_pack_that_two_people_confirm(
    house: House,
    stop_clock: Callable[[datetime], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(places_command, "set_up", lambda _args: None)
    monkeypatch.setattr(places_command, "migrate_if_new", lambda: None)
    employed(house)
    stop_clock(at(28))
    plain, file = tmp_path / "plain.json", tmp_path / "pack.json"
    plain.write_text(json.dumps(draft(house)))

    assert main(["places", "sign", str(plain)]) == 0
    file.write_text(capsys.readouterr().out)
    assert main(["places", "check", str(file)]) == 0
    assert "CA-QC 2027.1:" in capsys.readouterr().out
    assert main(["places", "import", str(file)]) == 0
    row = PlacePack.objects.get()
    assert row.first_by is None
    decide(house, "auditor", row.pk)
    row.refresh_from_db()
    assert row.state == "waiting"
    assert "is in force" in decide(house, "operator", row.pk)
    assert main(["places", "draft", "XX"]) == 1
    assert main(["places", "key"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == did_of(public_of(own_secret()))


def test_stranger_to_packs_reads_no_page_of_them(house: House) -> None:
    for role in ("worker", "requester"):
        assert house.client(role).get("/payroll/places").status_code in {403, 404}
    assert house.client("auditor").post("/payroll/places/bring").status_code in {403, 404}
