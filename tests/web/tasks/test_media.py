import io
import json
import re
import time
import urllib.request

from django.test import Client
from PIL import Image
from pytest_django import Settings

from canut.actions.imports.thumbnails import draw_smaller
from canut.store.media.files import keep_picture
from canut.store.media.signed_urls import address_of
from canut.store.models import Media, Task
from tests.support.factories import NOW, SCHEMA
from tests.support.instance import House, make_picture
from tests.support.s3 import s3_server


def test_picture_comes_smooth_and_cannot_run_script(house: House) -> None:
    answer = house.client("worker").get(f"/media/{house.project.slug}/{house.picture}")

    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert min(Image.open(io.BytesIO(answer.content)).size) >= 368


def test_picture_comes_as_it_is_when_asked(house: House) -> None:
    answer = house.client("worker").get(f"/media/{house.project.slug}/{house.picture}?raw=1")

    assert Image.open(io.BytesIO(answer.content)).size == (8, 8)


def test_picture_of_another_project_is_missing(house: House) -> None:
    answer = house.client("worker").get(f"/media/{house.draft.slug}/{house.picture}")

    assert answer.status_code == 404


def test_refused_picture_brings_neither_a_page_nor_a_cookie(client: Client, house: House) -> None:
    """A cookie that comes with it would undo the forms of the page around it."""
    mine = f"/media/{house.project.slug}/{house.picture}"
    for address, status in ((mine, 401), ("/files/nothing", 404), ("/nowhere", 404)):
        answer = client.get(address, headers={"Sec-Fetch-Dest": "image"})

        assert (answer.status_code, dict(answer.cookies)) == (status, {})
        assert answer["Content-Type"] == "application/problem+json"


def test_a_smaller_copy_comes_once_it_is_drawn(house: House) -> None:
    out = io.BytesIO()
    Image.new("RGB", (600, 300)).save(out, "PNG")
    kept = keep_picture(house.project.pk, out.getvalue())
    Media.objects.create(project=house.project, **kept._asdict())
    client, address = house.client("worker"), f"/media/{house.project.slug}/{kept.sha256}?size=480"

    before = client.get(address)
    draw_smaller.call(house.project.pk)
    after = client.get(address)

    assert (before["Content-Type"], before["Cache-Control"]) == (
        "image/png",
        "private, max-age=240",
    )
    assert (after["Content-Type"], Image.open(io.BytesIO(after.content)).size) == (
        "image/webp",
        (480, 240),
    )


def test_a_signed_address_opens_for_whoever_has_it_until_it_ends(house: House) -> None:
    now = int(time.time())
    fresh = address_of(house.project.pk, house.picture, now)
    ended = address_of(house.project.pk, house.picture, now - 301)

    answers = [house.client("stranger").get(address) for address in (fresh, ended)]

    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0]["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "max-age=300" in answers[0]["Cache-Control"]


def test_the_page_of_a_task_leads_to_the_picture_itself(house: House) -> None:
    task = house.tasks[0]
    Task.objects.filter(pk=task.pk).update(data=json.dumps({"text": house.picture}))
    house.project.questions.create(
        number=9,
        schema=SCHEMA | {"show": [{"column": "text", "as": "image"}]},
        created_by=house.people["requester"],
        created_at=NOW,
    )

    page = house.client("requester").get(f"/projects/{house.project.slug}/tasks/{task.pk}")

    (address,) = re.findall(r'href="(/files/[^"]+)"', page.content.decode())
    assert house.client("stranger").get(address).status_code == 200


def test_pictures_elsewhere_are_fetched_there_by_whoever_may_see_them(
    house: House, settings: Settings
) -> None:
    with s3_server() as address:
        settings.MEDIA_STORAGE = f"s3://canut/web?endpoint={address}&region=us-east-1"
        out = io.BytesIO()
        Image.new("RGB", (300, 200)).save(out, "PNG")
        large = keep_picture(house.project.pk, out.getvalue())
        Media.objects.create(project=house.project, **large._asdict())
        tiny = make_picture(house.draft)
        path = f"/media/{house.project.slug}/{large.sha256}?size=480"

        moved = house.client("worker").get(path)
        enlarged = house.client("requester").get(f"/media/{house.draft.slug}/{tiny}")
        strangers = house.client("other").get(path)
        along = house.client("worker").get(f"{path}&along=1")

        assert (moved.status_code, strangers.status_code) == (302, 404)
        assert (along.status_code, along.content) == (200, out.getvalue())
        with urllib.request.urlopen(moved["Location"]) as answer:
            assert answer.read() == out.getvalue()
    assert min(Image.open(io.BytesIO(enlarged.content)).size) >= 368
