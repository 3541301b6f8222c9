"""Anybody reads a model's lien in both languages; who answers for the model writes it."""

import pytest
from django.test import Client
from django.urls import reverse

from canut.core.learning.lien import WRITTEN
from canut.store.models import LienVersion, LoopRule
from tests.support.comparisons import WHOLE, whole_lien
from tests.support.instance import House, make_model

pytestmark = pytest.mark.django_db


def read(address: str, language: str) -> str:
    answer = Client(headers={"accept-language": language}).get(address)
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def test_stranger_reads_ten_lines_in_either_language(house: House) -> None:
    version = whole_lien(house.project)
    address = reverse("model_lien", args=[make_model(house).pk])

    for language in ("fr", "en"):
        page = read(address, language)
        for name in WRITTEN:
            assert getattr(WHOLE[name], language) in page
        assert version.sha256 in page
        assert "Ana Ruiz" in page
    assert "Pas cherché" in read(address, "fr")
    assert "Moins de 20 personnes" in read(address, "fr")


def test_page_of_a_model_in_use_says_which_lines_are_missing(house: House) -> None:
    LoopRule.objects.create(project=house.project, shows=True, takes_over=True)

    page = read(reverse("model_lien", args=[make_model(house).pk]), "en")

    assert "Missing lines: What it decides, On what" in page
    assert "in use before these lines were asked for" in page


def test_requester_writes_it_and_is_told_what_is_missing(house: House) -> None:
    client = house.client("requester")
    address = reverse("project_lien", args=[house.project.slug])
    fields = {f"{name}_{language}": getattr(text, language)
              for name, text in WHOLE.items() for language in ("fr", "en")}  # fmt: skip

    long = client.post(address, {**fields, "how_fr": "mot " * 81})
    saved = client.post(address, {**fields, "responsible": "Ana Ruiz", "stop_en": ""}, follow=True)

    assert long.status_code == 422
    assert LienVersion.objects.get().responsible == "Ana Ruiz"
    assert "Who can stop it" in saved.content.decode() or "Qui peut l’arrêter" in (
        saved.content.decode()
    )


def test_takeover_without_lien_is_refused_at_the_form(house: House) -> None:
    rule = {"role": "train", "takes_over": "on", "hidden": "10", "bar": "98"}

    answer = house.client("requester").post(
        reverse("project_loop", args=[house.project.slug]), rule
    )

    assert answer.status_code == 422
    assert not LoopRule.objects.filter(takes_over=True).exists()
