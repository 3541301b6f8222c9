"""Text that no database can store is refused before a view reads it, on either database."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import encode_multipart

from canut.core.outside_text import is_storable
from canut.store.models import Flag, Message
from tests.support.instance import House

NUL = "a\0b"
BOUNDARY = "b0undary"


@pytest.mark.parametrize(
    ("role", "address", "fields"),
    [
        ("worker", "/messages/", {"to": "operator", "text": NUL}),
        ("worker", "/messages/", {"to": "operator", "text": "x", "nobody\0reads": "x"}),
        ("requester", "/projects/{project}/life/copy", {"title": NUL}),
        ("requester", "/projects/{draft}/setup/told", {"business": NUL}),
        ("requester", "/projects/{project}/state", {"state": "paused", "reason": NUL}),
        ("worker", "/account/name", {"username": NUL}),
        ("worker", "/work/{project}/release", {"leases": "1\0"}),
        ("operator", "/organisations/", {"title": NUL, "requester": "x"}),
        ("stranger", "/accounts/login/", {"login": NUL, "password": "x"}),
        ("stranger", "/language", {"language": "fr", "next": "/\0"}),
    ],
)
def test_form_with_such_a_text_is_refused(
    shared: House, role: str, address: str, fields: dict[str, str]
) -> None:
    answer = shared.client(role).post(filled(shared, address), fields)

    assert answer.status_code == 422
    assert "U+0000" in answer.content.decode()


@pytest.mark.parametrize("charset", ["unicode_escape", "raw_unicode_escape", "utf-7"])
def test_encoding_that_a_form_names_brings_no_half_of_a_character(
    shared: House, charset: str
) -> None:
    half = "+2AA-" if charset == "utf-7" else r"\ud800"
    body = encode_multipart(BOUNDARY, {"to": "operator", "text": half})

    answer = shared.client("worker").post(
        "/messages/", body, f"multipart/form-data; boundary={BOUNDARY}; charset={charset}"
    )

    assert answer.status_code < 500
    assert all(map(is_storable, Message.objects.values_list("text", flat=True)))


@pytest.mark.parametrize(
    "address",
    [
        "/messages/?of=1%00",
        "/projects/{project}/tasks?q=%00",
        "/projects/{project}/tasks?%00=1",
        "/?x=%00",
        "/accounts/login/?next=%00",
    ],
)
def test_query_with_such_a_text_is_refused(shared: House, address: str) -> None:
    assert shared.client("requester").get(filled(shared, address)).status_code == 422


@pytest.mark.parametrize(
    "address",
    [
        "/media/{project}/%00",
        "/files/%00",
        "/join/%00",
        "/enter/%00",
        "/record/%00",
        "/uploads/%00",
        "/places/%00",
        "/portrait/releases/%00/",
        "/log/%00",
        "/%00",
        "/media/{project}/%ed%a0%80",
        "/api/v1/projects/{project}/uploads/%00",
    ],
)
def test_address_with_such_a_text_is_missing(shared: House, address: str) -> None:
    answer = shared.client("worker").get(filled(shared, address))

    assert answer.status_code in {401, 404}


def test_cookie_with_such_a_text_is_as_none(shared: House) -> None:
    client = Client(headers={"Cookie": 'sessionid="aaaaaaaa\\000aaaaaaaa"; messages="\\000"'})

    assert client.get("/messages/").status_code == 302
    assert client.get("/nowhere").status_code == 404
    assert client.get("/").status_code == 200
    lease = client.post(f"/work/{shared.project.slug}/lease", "{}", "application/json")
    assert lease.status_code == 401


def test_name_of_a_file_loses_such_a_text(shared: House, tmp_path: Path) -> None:
    file = SimpleUploadedFile("avis\0.csv", b"text\nun\n")

    answer = shared.client("requester").post("/projects/new", {"title": "Avis", "files": file})

    assert answer.status_code in {302, 422}
    assert not [path for path in tmp_path.rglob("*") if "\0" in path.name]


@pytest.mark.parametrize("text", [r"a\u0000b", r"\ud800", r"\udfff\ud800"])
@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("flag", '{{"lease": 1, "text": "{}"}}'),
        ("skip", '{{"lease": 1, "reason": "{}"}}'),
        ("ask", '{{"lease": 1, "text": "{}"}}'),
        ("answers", '{{"answers": [{{"lease": 1, "key": "{}", "values": {{}}}}]}}'),
        ("begun", '{{"lease": 1, "values": {{"q": "{}"}}}}'),
    ],
)
def test_body_with_such_a_text_is_refused(shared: House, name: str, body: str, text: str) -> None:
    answer = shared.client("worker").post(
        f"/work/{shared.project.slug}/{name}", body.format(text), "application/json"
    )

    assert answer.status_code == 422
    assert not Flag.objects.exists()


def filled(house: House, address: str) -> str:
    return address.format(project=house.project.slug, draft=house.draft.slug)
