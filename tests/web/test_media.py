import io

from PIL import Image

from tests.web.house import House


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
