import json
from pathlib import Path

import pytest
from pytest_django import Settings

from canut.store.models import Project
from tests.support.instance import House

TYPE = "application/offset+octet-stream"


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def test_a_file_sent_in_parts_begins_a_project(house: House) -> None:
    client = house.client("requester")
    content = b"text\nun\ndeux\n"
    said = json.dumps({"name": "avis.csv", "size": len(content)})
    begun = client.post("/uploads/", said, "application/json")
    address = f"/uploads/{begun.json()['token']}"
    parts = [
        client.post(address, content[at : at + 5], TYPE, headers={"Upload-Offset": str(at)})
        for at in (0, 5, 10)
    ]

    made = client.post(
        "/projects/new",
        {
            "title": "En parts",
            "organisation": house.organisation.pk,
            "upload": begun.json()["token"],
        },
    )

    assert (begun.status_code, [part.json()["offset"] for part in parts]) == (201, [5, 10, 13])
    assert made.status_code == 302
    source = Project.objects.get(title="En parts").imports.get()
    assert (source.name, source.bytes_total) == ("avis.csv", 13)


def test_a_part_out_of_place_says_where_the_file_stands(house: House) -> None:
    client = house.client("requester")
    begun = client.post("/uploads/", '{"name": "a", "size": 9}', "application/json")
    address = f"/uploads/{begun.json()['token']}"

    answers = [
        client.post(address, b"x", TYPE, headers={"Upload-Offset": "4"}),
        client.post(address, b"x", TYPE),
        client.post("/uploads/", '{"name": "a"}', "application/json"),
        house.client("other").get(address),
        client.get(address),
    ]

    assert [answer.status_code for answer in answers] == [409, 422, 422, 404, 200]
    assert answers[0].json()["code"] == "upload-offset"
    assert answers[4]["Upload-Offset"] == "0"
