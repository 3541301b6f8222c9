"""The register of rules as JSON-LD."""

import json

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_register_is_linked_data_with_an_address_for_each_rule() -> None:
    answer = Client().get(reverse("law_jsonld"))
    rows = Client().get(reverse("law_json")).json()["rules"]

    assert answer["Content-Type"] == "application/ld+json"
    document = json.loads(answer.content)
    assert document["@type"] == "Dataset"
    assert document["@context"]["@vocab"] == "https://schema.org/"
    assert [part["legislationIdentifier"] for part in document["hasPart"]] == [
        row["rule"] for row in rows
    ]
    (first, *_rest) = document["hasPart"]
    assert first["@id"].endswith(f"/rules/law/{first['legislationIdentifier']}/")
    assert first["canut:verdict"] == rows[0]["verdict"]
    assert reverse("law_jsonld") in Client().get(reverse("law")).content.decode()
