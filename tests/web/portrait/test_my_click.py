"""What becomes of a visitor's click: a hypothetical from public figures, with nothing recorded."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.support.factories import make_project

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_visitor_reads_every_stop_and_what_is_unknown(language: str) -> None:
    make_project()
    client = Client(headers={"accept-language": language})

    text = client.get(reverse("my_click")).content.decode()

    for stop in ("click", "gesture", "label", "dataset", "model", "money"):
        assert f'id="{stop}"' in text
    assert "arxiv.org/abs/2311.10911" in text
    assert ("unknown" if language == "en" else "inconnu") in text


def test_a_captcha_is_worth_its_longest_time_at_the_newest_minimum_wage() -> None:
    text = Client(headers={"accept-language": "en"}).get(reverse("my_click")).content.decode()

    assert "0.047495" in text  # 10.3 s at 16.60 an hour, rounded up


def test_the_visit_writes_no_row() -> None:
    with CaptureQueriesContext(connection) as queries:
        response = Client().get(reverse("my_click"))

    assert response.status_code == 200
    assert "sessionid" not in response.cookies
    assert not [row for row in queries if row["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
