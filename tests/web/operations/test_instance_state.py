"""What the page about the state of the instance says is what was tried on real things."""

import socket
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from canut.actions.operations.backups import make_backup
from canut.actions.people.email_notices import send_letters
from canut.core.operations.findings import Finding, examine
from canut.store.operations.health import read_readiness
from canut.store.tables.people import Letter
from tests.support.factories import NOW_MS
from tests.support.instance import House
from tests.support.s3 import s3_server
from tests.support.smtp import mail_server

EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def state(house: House, settings: Settings, tmp_path: Path) -> Client:
    """Sign in who runs the instance, whose data lie in a folder of their own."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    return house.client("operator")


def findings() -> dict[str, Finding]:
    return {finding.code: finding for finding in examine(read_readiness(NOW_MS))}


def test_page_says_what_the_command_says_in_both_languages(state: Client) -> None:
    page = state.get("/instance/", headers=EN).content.decode()
    page_fr = state.get("/instance/", headers=FR).content.decode()

    assert "No process runs the background jobs" in page
    assert "canut serve --with-jobs" in page
    assert "Files can be written, and there is room" in page
    assert "canut serve --with-jobs" in page_fr
    assert "État de l’instance" in page_fr


def test_storage_of_media_that_cannot_be_written_is_named_until_it_can(
    state: Client, settings: Settings
) -> None:
    del state
    folder = settings.MEDIA_ROOT = Path(settings.DATA) / "elsewhere"
    folder.write_text("no folder")  # which stops root as well

    assert findings()["storage-unwritable"].facts["storage"] == str(folder)

    folder.unlink()
    folder.mkdir()
    assert "storage-unwritable" not in findings()
    assert not list(folder.iterdir()), "trying leaves nothing behind"


def test_storage_that_is_a_file_is_named(state: Client, settings: Settings) -> None:
    settings.MEDIA_ROOT = Path(settings.DATA) / "elsewhere"
    Path(settings.MEDIA_ROOT).write_text("no folder")

    assert "storage-unwritable" in findings()
    assert "Pictures and sounds cannot be stored" in (
        state.get("/instance/", headers=EN).content.decode()
    )


@pytest.mark.slow
def test_bucket_is_asked(
    state: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    del state
    with s3_server() as address:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "canut")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canut")
        settings.MEDIA_STORAGE = f"s3://canut/m?endpoint={address}&region=us-east-1"
        assert "storage-unwritable" not in findings()
        settings.MEDIA_STORAGE = f"s3://nobody/m?endpoint={address}&region=us-east-1"
        found = findings()["storage-unwritable"].facts
    assert found["storage"] == "s3://nobody/m"
    assert "NoSuchBucket" in str(found["problem"])


def test_mail_server_is_spoken_to_without_a_message(state: Client, settings: Settings) -> None:
    settings.SENDS_MAIL = True
    with mail_server() as mail:
        settings.MAILERS = mail.options
        assert "mail-silent" not in findings()
        assert not mail.messages
    silent = findings()["mail-silent"].facts
    assert silent["server"] == f"127.0.0.1:{mail.port}"
    assert "refused" in str(silent["problem"])
    assert "does not answer" in state.get("/instance/", headers=EN).content.decode()


def test_port_that_takes_connections_and_says_nothing_is_no_mail_server(
    state: Client, settings: Settings
) -> None:
    del state
    settings.SENDS_MAIL = True
    with mail_server() as mail, socket.create_server(("127.0.0.1", 0)) as silent:
        options = mail.options
        options["default"]["OPTIONS"] = {
            "host": "127.0.0.1",
            "port": silent.getsockname()[1],
            "timeout": 0.2,
        }
        settings.MAILERS = options
        assert "mail-silent" in findings()


def test_when_the_last_message_failed_is_said_until_one_leaves(
    state: Client, house: House, settings: Settings
) -> None:
    settings.SENDS_MAIL = True
    person = house.people["worker"]
    person.email = "ana@example.org"
    person.save()
    queued = Letter.objects.create(
        kind="statement", number=1, person=person, made_ms=NOW_MS, due_ms=NOW_MS
    )
    with mail_server(refuses=True) as mail:
        settings.MAILERS = mail.options
        send_letters(NOW_MS)
    failed = findings()["mail-failed"].facts
    assert str(failed["when"]).endswith("UTC")
    assert "no such mailbox" in str(failed["problem"])

    with mail_server() as mail:
        settings.MAILERS = mail.options
        Letter.objects.filter(id=queued.pk).update(due_ms=NOW_MS)
        send_letters(NOW_MS)
        state.post("/instance/", {"address": "claire@example.org"}, headers=EN)

    assert "mail-failed" not in findings()
    assert len(mail.messages) == 2


def test_last_copy_is_looked_for_where_it_was_written(state: Client, tmp_path: Path) -> None:
    file = tmp_path / "copy.tar"
    make_backup(file, NOW_MS)
    assert not {"copy-gone", "copy-damaged"} & findings().keys()

    with file.open("ab") as copy:
        copy.truncate(100)
    assert findings()["copy-damaged"].facts == {"file": str(file)}
    assert "cannot be brought back" in state.get("/instance/", headers=EN).content.decode()

    file.unlink()
    assert findings()["copy-gone"].facts == {"file": str(file)}


def test_folder_of_copies_that_is_none_is_named(
    state: Client, settings: Settings, tmp_path: Path
) -> None:
    del state
    settings.BACKUP_FOLDER = str(tmp_path / "copies")
    assert "copy-folder" not in findings()
    assert not (tmp_path / "copies").exists(), "looking makes no folder"

    (tmp_path / "copies").write_text("a file")
    settings.BACKUP_FOLDER = str(tmp_path / "copies" / "daily")

    assert "copy-folder" in findings()


def test_proxy_that_is_not_trusted_is_named_once_it_passed_a_request_on(state: Client) -> None:
    assert "proxy-untrusted" not in findings()

    form = {"login": "nobody", "password": "wrong"}
    Client().post("/accounts/login/", form, headers={"x-forwarded-for": "203.0.113.9"})

    assert "Visits come through a proxy" in state.get("/instance/", headers=EN).content.decode()
