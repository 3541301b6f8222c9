"""The first steps of an empty instance, through its pages."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from canut.actions.operations.first_run import begin_home, steps_left, zone_of_machine
from canut.actions.people.accounts import add_operator
from canut.core.clock import to_ms
from canut.store.models import Organisation, Person
from canut.store.platform.home import forget_home, home, home_currency, home_zone
from canut.store.tables.ledger import Log
from tests.support.instance import House
from tests.support.smtp import mail_server

NOW = datetime(2026, 11, 29, 14, 31, tzinfo=UTC)
EN, FR = {"accept-language": "en"}, {"accept-language": "fr-FR,fr"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(settings: Settings, tmp_path: Path) -> Client:
    """Sign in who has just been made operator of an empty instance."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    begin_home()
    person = add_operator("claire", None, "Canut", to_ms(NOW))
    client = Client()
    client.force_login(person)
    return client


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def read(client: Client, path: str, language: dict[str, str] = EN) -> str:
    answer = client.get(path, headers=language)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def save(client: Client, at: str, **typed: str) -> str:
    """Send an open step; return the page it leads to."""
    form = {"at": at, "go": "next"} | typed
    return client.post("/first/save", form, headers=EN, follow=True).content.decode()


def test_an_instance_that_nobody_runs_says_what_to_do() -> None:
    Organisation.objects.all().delete()
    client = Client()

    page, page_fr = read(client, "/"), read(client, "/", FR)

    assert "Nobody runs this instance yet" in page
    assert "canut operator add NAME --link" in page
    assert "Personne n’administre encore cette instance" in page_fr
    add_operator("claire", None, "Canut", to_ms(NOW))
    assert "Nobody runs this instance yet" not in read(client, "/")


def test_the_first_page_of_the_operator_is_the_first_step(operator: Client) -> None:
    page = operator.get("/", headers=EN, follow=True)

    assert page.redirect_chain == [("/first/", 302)]
    words = page.content.decode()
    assert "Set up this instance" in words
    assert 'name="organisation"' in words
    assert 'name="country"' not in words
    assert operator.get("/first/?step=nothing").status_code == 404


def test_choosing_a_name_after_a_link_leads_to_the_first_steps(operator: Client) -> None:
    form = {"username": "claire", "password": "une-navette-de-soie-9"}

    answer = operator.post("/account/name", form)

    assert (answer.status_code, answer["Location"]) == (302, "/first/")


def test_country_sets_currency_clock_and_law_and_never_those_of_quebec(operator: Client) -> None:
    save(operator, "name", organisation="La Fabrique", called="Claire Morel")
    page = read(operator, "/first/", FR)
    assert re.search(r'<option value="FR" selected', page), "what the browser says is proposed"

    save(operator, "place", country="FR", region="", currency="", zone="")

    assert home() is not None
    assert (home_currency(), home_zone()) == ("EUR", "Europe/Paris")
    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.country) == ("La Fabrique", "FR")
    assert Person.objects.get().shown_name == "Claire Morel"
    rules = read(operator, "/payroll/rules")
    assert re.search(r'<option value="EUR" selected', rules)
    assert "France" in plain(read(operator, "/places/"))
    assert "CA-QC" not in re.findall(r"<h1[^>]*>(.*?)</h1>", read(operator, "/places/"))[0]
    assert re.search(r'<option value="FR" selected', read(operator, "/payroll/costs"))


def test_region_has_its_own_law_and_a_country_without_law_says_so(operator: Client) -> None:
    california = plain(read(operator, "/first/sets?country=US&region=US-CA"))
    assert "America/Los_Angeles" in california
    assert "an hour" in california

    senegal = plain(read(operator, "/first/sets?country=SN"))

    assert "XOF" in senegal
    assert "Africa/Dakar" in senegal
    assert "Not known for this place" in senegal
    page = save(operator, "place", country="FR", region="US-CA")
    assert "This region is in another country" in page
    page = save(operator, "place", country="CU")
    assert "Choose a currency" in page
    save(operator, "place", country="CU", currency="USD", zone="America/Havana")
    assert home() == ("CU", "USD", "America/Havana")


def test_moments_are_shown_by_the_clock_that_was_chosen(operator: Client, house: House) -> None:
    del house
    before = read(operator, "/organisations/")

    save(operator, "place", country="IN", currency="", zone="")

    after = read(operator, "/organisations/")
    assert "14:31" not in after
    assert "20:01" in after
    assert before != after
    forget_home()
    assert "20:01" in read(operator, "/organisations/")


def test_what_is_typed_stays_when_another_step_is_opened(operator: Client) -> None:
    page = save(operator, "name", organisation="La Fabrique", called="", go="place")
    assert 'name="country"' in page, "an unfinished step does not hold one back"

    page = read(operator, "/first/?step=name")

    assert 'value="La Fabrique"' in page
    page = save(operator, "name", organisation="La Fabrique", called="")
    assert "Write something here" in page
    assert 'value="La Fabrique"' in page
    save(operator, "name", organisation="La Fabrique", called="Claire", go="mail")
    assert "name" not in steps_left()


def test_later_leaves_the_steps_under_today_and_everything_changes_later(operator: Client) -> None:
    save(operator, "name", organisation="La Fabrique", called="Claire")

    today = save(operator, "place", country="FR", go="later")

    assert "3 first steps are left" in plain(today)
    assert operator.get("/").status_code == 200
    save(operator, "name", organisation="La Manufacture", called="Claire M.")
    save(operator, "place", country="FR", currency="CHF", zone="Europe/Zurich")
    assert Organisation.objects.get().name == "La Manufacture"
    page = read(operator, "/first/?step=place")
    assert re.search(r'<option value="CHF" selected', page)
    assert home() == ("FR", "CHF", "Europe/Zurich")


def test_name_of_the_log_is_told_before_it_is_chosen_for_good(
    operator: Client, settings: Settings
) -> None:
    assert "random name" in plain(read(operator, "/first/"))
    settings.URL = "https://canut.example.org"
    assert "canut.example.org/log" in plain(read(operator, "/first/"))
    settings.LOG_NAME = "fabrique/log"
    words = plain(read(operator, "/first/"))
    assert "will be named fabrique/log" in words
    assert "CANUT_LOG_NAME" in words
    assert not Log.objects.exists(), "looking names nothing"


def test_mail_is_tried_with_a_message_that_leaves(operator: Client, settings: Settings) -> None:
    assert "No e-mail server" in plain(read(operator, "/first/?step=mail"))
    settings.SENDS_MAIL = True
    with mail_server() as mail:
        settings.MAILERS = mail.options
        page = save(operator, "mail", address="claire@example.org", go="test")
    assert "A test message left for claire@example.org" in plain(page)
    assert "Canut: a test message" in mail.messages[0]

    page = save(operator, "mail", address="claire@example.org", go="test")

    assert "The e-mail server answered" in plain(page)
    assert 'value="claire@example.org"' in page
    assert "The last message did not leave" in plain(read(operator, "/instance/"))
    assert "mail" in steps_left()
    page = save(operator, "mail", address="", go="test")
    assert "Write something here" in page


def test_mail_written_into_a_folder_is_never_said_to_leave(
    operator: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.SENDS_MAIL = True
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(tmp_path / "letters")},
        }
    }
    stays = f"EMAIL_URL=file:{tmp_path / 'letters'}"

    page = plain(save(operator, "mail", address="claire@example.org", go="test"))

    assert f"The test message stayed on this machine, by {stays}" in page
    assert "Canut" in next((tmp_path / "letters").iterdir()).read_text()
    page += plain(read(operator, "/first/?step=mail")) + plain(read(operator, "/first/"))
    assert stays in page
    assert "A test message left" not in page
    assert "The e-mail server answers" not in page
    assert "e-mail leaves" not in page
    assert f"E-mails stay on this machine by {stays}" in plain(read(operator, "/instance/"))


def test_folder_of_copies_is_shown_and_a_copy_made(
    operator: Client, settings: Settings, tmp_path: Path
) -> None:
    words = plain(read(operator, "/first/?step=backups"))
    assert "CANUT_BACKUP_FOLDER=" in words
    settings.BACKUP_FOLDER = str(tmp_path / "copies")

    page = save(operator, "backups", go="copy")

    assert "The copy is being made" in plain(page)
    assert str(tmp_path / "copies") in page
    settings.BACKUP_FOLDER = ""
    assert "Set CANUT_BACKUP_FOLDER" in plain(save(operator, "backups", go="copy"))


def test_last_step_leads_to_a_project_then_to_its_invitation(
    operator: Client, house: House
) -> None:
    del house
    page = read(operator, "/first/?step=project")

    assert "/invitations" in page
    assert "canut operator add NAME --link" in page
    assert "project" not in steps_left()


def test_instance_with_projects_leads_nobody_away_from_today(house: House) -> None:
    assert house.client("operator").get("/", headers=EN).status_code == 200


def test_nobody_else_opens_the_first_steps(house: House) -> None:
    for name in ("worker", "requester", "reviewer"):
        assert house.client(name).get("/first/").status_code == 403
        assert house.client(name).post("/first/save", {"at": "name"}).status_code == 403
        assert house.client(name).get("/instance/").status_code == 403


def test_new_instance_runs_by_the_clock_of_its_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    assert zone_of_machine() == "Asia/Kolkata"

    begin_home()

    assert home_zone() == "Asia/Kolkata"


def test_earlier_instance_keeps_its_clock(house: House) -> None:
    del house
    begin_home()

    assert home() is None
    assert home_zone() == "America/Toronto"
