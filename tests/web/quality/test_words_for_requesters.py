"""What a requester reads about people: in sentences, and never a letter to somebody else."""

import pytest
from django.urls import reverse

from canut.web.quality.charts import random_words
from tests.support.decision_pages import appealed
from tests.support.instance import House

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def test_rejection_is_told_about_a_person_by_name_to_who_asks(house: House) -> None:
    made = appealed(house)
    client = house.client("requester")
    path = reverse("project_decisions", args=[house.project.slug])

    page = client.get(path, headers=ENGLISH).content.decode()

    assert made.decision.text_en not in page
    assert "rejected the answer of" in page
    assert "Your" not in page.partition("<main")[2]


def test_chance_is_said_as_once_in_so_many() -> None:
    assert random_words(0.001) == "about once in 1,000" or "1 000" in random_words(0.001)
    assert "40" in random_words(0.025)
    assert random_words(0.7) in {"more often than not", "plus d’une fois sur deux"}
