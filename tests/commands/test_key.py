"""``canut key``, inside this process: what it prints, and what becomes of the key."""

import pytest

from canut.__main__ import main
from canut.commands import key
from canut.store.models import ApiKey, Invitation, Organisation
from tests.support.factories import make_project
from tests.web.api.program import Program

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stay in this process, on the database of tests."""
    monkeypatch.setattr(key, "set_up", lambda _args: None)
    monkeypatch.setattr(key, "migrate_if_new", lambda: None)


def create(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Make a key and return the last line that is printed."""
    assert main(["key", "create", "--role", "requester", "--name", "robot", *words]) == 0
    return capsys.readouterr().out.splitlines()[-1]


def test_key_stands_alone_on_the_last_line_and_works(capsys: pytest.CaptureFixture[str]) -> None:
    token = create(capsys)

    told = Program(ApiKey.objects.get(), token).get("key")

    assert (told["name"], told["role"], told["project"]) == ("robot", "requester", None)


def test_first_key_of_an_instance_can_begin_projects(capsys: pytest.CaptureFixture[str]) -> None:
    token = create(capsys)

    made = Program(ApiKey.objects.get(), token).post("projects", {"title": "Premier"})

    assert made["organisation"]["name"] == Organisation.objects.get().name == "Canut"


def test_key_for_one_project_reaches_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    one, other = make_project().project, make_project().project
    bot = Program(ApiKey(), create(capsys, "--project", one.slug))

    codes = [bot.ask("GET", f"projects/{p.slug}").status_code for p in (one, other)]

    assert codes == [200, 404]


def test_list_shows_no_secret_and_revoke_ends_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    token = create(capsys)
    number = str(ApiKey.objects.get().pk)
    main(["key", "revoke", number])
    capsys.readouterr()

    main(["key", "list"])

    said = capsys.readouterr().out
    assert said.startswith(f"{number}\t{token[:12]}…\trequester\teverywhere\trevoked")
    assert token not in said


@pytest.mark.dialect
@pytest.mark.parametrize(
    ("words", "line", "is_open"),
    [((), "Closed as well: ", False), (("--keep-access",), "Still open: ", True)],
)
def test_revoke_closes_the_links_the_program_made_and_names_them(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], line: str, *, is_open: bool
) -> None:
    project = make_project().project
    bot = Program(ApiKey(), create(capsys, "--project", project.slug))
    made = bot.post(f"projects/{project.slug}/invitations", {"role": "requester"})

    assert main(["key", "revoke", str(ApiKey.objects.get().pk), *words]) == 0

    printed = capsys.readouterr().out
    assert f"{line}invitation {made['id']} as requester, {project.slug}" in printed
    assert (Invitation.objects.get().revoked_at is None) is is_open


@pytest.mark.parametrize(
    "words",
    [
        ["create", "--name", "robot"],
        ["create", "--role", "worker", "--name", "r", "--project", "jamais"],
        ["create", "--role", "worker", "--name", "r", "--organisation", "Jamais"],
        ["create", "--role", "worker", "--name", "r", "--days", "0"],
        ["revoke", "12"],
    ],
)
def test_what_cannot_be_is_refused(words: list[str]) -> None:
    assert main(["key", *words]) == 1
    assert not ApiKey.objects.exists()
