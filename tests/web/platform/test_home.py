import pytest
from django.test import Client
from pytest_django import Settings

from canut.store.models import Fact
from tests.support.factories import make_person
from tests.support.instance import House

pytestmark = pytest.mark.django_db
FR, EN = {"accept-language": "fr"}, {"accept-language": "en"}


@pytest.fixture
def demo() -> None:
    Fact.objects.create(name="made_by_demo", value="1")


def test_first_page_names_canut_to_a_stranger_in_both_languages(client: Client) -> None:
    french, english = client.get("/", headers=FR), client.get("/", headers=EN)

    assert french.status_code == english.status_code == 200
    assert "Canut est une plateforme de microtâches payées" in french.content.decode()
    assert "Canut is a platform for paid microtasks" in english.content.decode()


def test_visitor_finds_what_anyone_may_read_in_the_navigation(client: Client) -> None:
    page = client.get("/portrait/", headers=EN).content.decode()

    for nav in ('<nav class="nav wide"', '<nav class="tabbar narrow"'):
        links = page.partition(nav)[2].partition("</nav>")[0]
        assert 'href="/portrait/" aria-current="page"' in links
        assert 'href="/cards/"' in links
        assert 'href="/ledger/"' in links


def test_first_page_offers_a_worker_their_project_and_a_requester_theirs(house: House) -> None:
    worker = house.client("worker").get("/").content.decode()
    requester = house.client("requester").get("/").content.decode()

    assert f"/work/{house.project.slug}/" in worker
    assert f"/projects/{house.project.slug}/" in requester


def test_first_page_tells_somebody_without_a_project_what_to_do(house: House) -> None:
    page = house.client("nobody").get("/", headers=FR).content.decode()

    assert "Rien à faire ici" in page


def test_language_is_kept_and_leads_back_to_the_page(client: Client) -> None:
    answer = client.post("/language", {"language": "en", "next": "/accounts/login/"})

    assert answer["Location"] == "/accounts/login/"
    assert "Sign in" in client.get("/accounts/login/", headers=FR).content.decode()


AWAY = ["https://example.org/", "//example.org", "javascript:alert(1)"]
NO_ADDRESSES = ["ledger", "+1", "work/", "", " ", "1" * 5_000]


@pytest.mark.parametrize("back", [*AWAY, *NO_ADDRESSES])
def test_language_leads_nowhere_else(client: Client, back: str) -> None:
    answer = client.post("/language", {"language": "fr", "next": back})

    assert answer["Location"] == "/"


def test_language_that_canut_does_not_speak_is_refused(client: Client) -> None:
    assert client.post("/language", {"language": "xx"}).status_code == 422


@pytest.mark.usefixtures("demo")
def test_one_click_enters_the_demo(client: Client) -> None:
    person = make_person(username="demo-worker")

    answer = client.post("/demo/enter/worker")

    assert answer["Location"] == "/work/"
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("role", ["auditor", "king"])
def test_demo_has_no_other_entrance(client: Client, role: str) -> None:
    assert client.post(f"/demo/enter/{role}").status_code == 404


@pytest.mark.usefixtures("demo")
def test_demo_cannot_be_entered_from_another_machine(client: Client) -> None:
    make_person(username="demo-worker")

    answer = client.post("/demo/enter/worker", REMOTE_ADDR="192.0.2.7")
    page = client.get("/", REMOTE_ADDR="192.0.2.7").content.decode()

    assert answer.status_code == 404
    assert "/demo/enter/" not in page


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Proto"])
@pytest.mark.parametrize("trusted", [0, 1])
def test_demo_cannot_be_entered_through_a_proxy_on_this_machine(
    client: Client, settings: Settings, name: str, trusted: int
) -> None:
    settings.TRUSTED_PROXIES = trusted
    make_person(username="demo-worker")

    answer = client.post("/demo/enter/worker", headers={name: "127.0.0.1"})
    page = client.get("/", headers={name: "127.0.0.1"}).content.decode()

    assert answer.status_code == 404
    assert "/demo/enter/" not in page


def test_pages_run_no_inline_script_and_no_inline_style(house: House) -> None:
    answer = house.client("requester").get(f"/projects/{house.project.slug}/")

    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert " style=" not in answer.content.decode()
