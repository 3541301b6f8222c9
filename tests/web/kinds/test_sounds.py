"""A sound is sent whole or in the part asked for, to the project's people, as what it is."""

import time
import urllib.error
import urllib.request

import pytest
from pytest_django import Settings

from canut.store.media.files import keep_picture
from canut.store.media.signed_urls import address_of
from canut.store.models import Media
from tests.support import sounds
from tests.support.instance import House
from tests.support.s3 import s3_server

SOUND = sounds.wav(2)
SIZE = len(SOUND)


@pytest.fixture
def sound(house: House) -> str:
    """Keep a sound in the project; return its hash."""
    kept = keep_picture(house.project.pk, SOUND)
    Media.objects.create(project=house.project, **kept._asdict())
    return kept.sha256


def test_sound_comes_as_what_it_is_and_cannot_run_script(house: House, sound: str) -> None:
    answer = house.client("worker").get(f"/media/{house.project.slug}/{sound}")

    assert (answer.status_code, answer.content) == (200, SOUND)
    assert answer["Content-Type"] == "audio/wav"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "status", "begin", "end"),
    [
        ("bytes=0-", 206, 0, SIZE),
        ("bytes=44-143", 206, 44, 144),
        ("bytes=-100", 206, SIZE - 100, SIZE),
        (f"bytes=100-{10 * SIZE}", 206, 100, SIZE),
        ("bytes=0-9,20-29", 200, 0, SIZE),
        ("lines=1-2", 200, 0, SIZE),
        ("bytes=-", 200, 0, SIZE),
    ],
)
def test_part_that_is_asked_for_comes_alone(
    house: House, sound: str, asked: str, status: int, begin: int, end: int
) -> None:
    client = house.client("worker")

    answer = client.get(f"/media/{house.project.slug}/{sound}", headers={"Range": asked})

    assert (answer.status_code, answer.content) == (status, SOUND[begin:end])
    if status == 206:
        assert answer["Content-Range"] == f"bytes {begin}-{end - 1}/{SIZE}"


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=9-3", "bytes=-0"])
def test_part_that_is_not_there_is_refused_with_the_size(
    house: House, sound: str, asked: str
) -> None:
    client = house.client("worker")

    answer = client.get(f"/media/{house.project.slug}/{sound}", headers={"Range": asked})

    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{SIZE}")


def test_signed_address_opens_a_sound_for_a_while(house: House, sound: str) -> None:
    now = int(time.time())
    fresh = address_of(house.project.pk, sound, now)
    ended = address_of(house.project.pk, sound, now - 301)
    stranger = house.client("stranger")

    part = stranger.get(fresh, headers={"Range": "bytes=0-3"})
    late = stranger.get(ended)

    assert (part.status_code, part.content, part["Content-Type"]) == (206, b"RIFF", "audio/wav")
    assert late.status_code == 404


def test_sound_of_another_project_is_missing(house: House, sound: str) -> None:
    answer = house.client("worker").get(f"/media/{house.draft.slug}/{sound}")

    assert answer.status_code == 404


def test_sound_in_s3_is_fetched_there_part_by_part(house: House, settings: Settings) -> None:
    with s3_server() as where:
        settings.MEDIA_STORAGE = f"s3://canut/sons?endpoint={where}&region=us-east-1"
        kept = keep_picture(house.project.pk, SOUND)
        Media.objects.create(project=house.project, **kept._asdict())

        moved = house.client("worker").get(f"/media/{house.project.slug}/{kept.sha256}")
        request = urllib.request.Request(moved["Location"], headers={"Range": "bytes=0-3"})
        with urllib.request.urlopen(request) as answer:
            got = answer.status, answer.read(), answer.headers["Content-Type"]

    assert moved.status_code == 302
    assert got == (206, b"RIFF", "audio/wav")
