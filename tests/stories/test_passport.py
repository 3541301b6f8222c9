"""A lesson passed becomes a credential, is brought to a second instance, shown, and erased."""

import json
import re
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from canut.actions.integrations.http_client import HttpResult
from canut.actions.people.erasure import erase_entries
from canut.actions.platform.system_clock import now_ms
from canut.store.models import PassportCredential, PassportLink
from tests.support.factories import make_person
from tests.support.lessons import passed_lesson

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
FR = {"accept-language": "fr"}
HOME = "/account/passport/"
FIRST, SECOND = "https://canut.example", "https://ailleurs.example"


def text_of(content: bytes) -> str:
    return re.sub(r"\s+", " ", content.decode())


def graded(page: str) -> str:
    """Return what a page says of the one that was brought, for a failure to be read."""
    return page[page.index("Leçon réussie") :][:400]


def test_lesson_becomes_a_credential_is_brought_elsewhere_shown_and_erased(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.URL = FIRST
    lea = passed_lesson(now_ms())
    own = Client(headers=FR)
    own.force_login(lea)

    draft = text_of(own.get(f"{HOME}make?kind=lesson&of=click-life").content)
    assert "noté par 2 personnes" in draft
    assert "Reconnaissable" in draft
    made = own.post(f"{HOME}make", {"kind": "lesson", "of": "click-life", "language": "fr"})
    assert made.status_code == 302
    number = PassportCredential.objects.get().pk
    file = own.get(f"{HOME}{number}/credential.png").content
    document = json.loads(own.get(f"{HOME}{number}/credential.json").content)
    listed = document["credentialStatus"]["statusListCredential"]
    served = {
        f"{FIRST}/passport/did.json": Client().get("/passport/did.json").content.decode(),
        listed: Client().get(listed.removeprefix(FIRST)).content.decode(),
    }
    asked: list[str] = []

    def fetch(url: str, *_more: object) -> HttpResult:
        asked.append(url)
        return HttpResult(200, "", served[url])

    with monkeypatch.context() as second:
        settings.URL = SECOND
        key = SimpleNamespace(secret=b"another instance, another secret")
        second.setattr("canut.actions.passport.issuer.signer_of", lambda _name: key)
        second.setattr("canut.actions.passport.brought.get", fetch)
        there = Client(headers=FR)
        there.force_login(make_person(email="lea@exemple.org"))
        there.post(f"{HOME}bring", {"file": SimpleUploadedFile("lecon.png", file)})
        before = text_of(there.get(f"{HOME}bring").content)
        row = re.search(r"bring/(\d+)/ask", before)
        assert row is not None
        assert "Leçon réussie" in before
        assert "Que la clé soit à canut.example est sa seule parole." in before, graded(before)
        assert asked == []
        there.post(f"{HOME}bring/{row[1]}/ask")
        after = text_of(there.get(f"{HOME}bring").content)
        assert asked == list(served)
        assert "Signée par canut.example, qui dit que cette clé est la sienne." in after
        assert "Non reprise" in after
        assert "Aucune leçon réussie" in text_of(there.get(HOME).content)

    settings.URL = FIRST
    own.post(f"{HOME}share", {"credentials": str(number), "days": "7", "audience": "Atelier"})
    link = re.search(r"/passport/shown/[\w-]+", own.get(HOME).content.decode())
    assert link is not None
    assert "Leçon réussie" in text_of(Client(headers=FR).get(link[0]).content)

    erase_entries(lea, now_ms())

    assert not PassportCredential.objects.exists()
    assert not PassportLink.objects.exists()
    assert Client().get(link[0]).status_code == 404
    upload = SimpleUploadedFile("lecon.png", file)
    told = text_of(Client(headers=FR).post("/passport/verify", {"file": upload}).content)
    assert "Elle tient." in told
    assert "10–12 points sur 12" in json.dumps(document, ensure_ascii=False)
