import re

import pytest
from django.test import Client
from django.urls import reverse

from canut.core.labour.systems import SYSTEMS
from canut.store.models import Fact
from canut.store.systems import is_on
from tests.web.house import House

pytestmark = pytest.mark.django_db
FR, EN = {"accept-language": "fr"}, {"accept-language": "en"}


def shown(headers: dict[str, str]) -> str:
    """Return what anybody reads of the rules: tags gone, spaces plain."""
    page = Client().get(reverse("systems"), headers=headers).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page).replace("&#x27;", "'"))


def test_anybody_reads_what_decides_here_in_both_languages() -> None:
    english, french = (shown(headers) for headers in (EN, FR))

    for system in SYSTEMS.values():
        assert system.version in english
        assert system.purpose[0] in english
        assert system.purpose[1].replace("\u00a0", " ").replace("\u202f", " ") in french
        assert system.effect[0] in english
    assert "List 1, in force since January 31, 2024" in english


def test_operator_switches_a_rule_off_and_everybody_reads_why(house: House) -> None:
    house.client("operator").post(
        reverse("system_switch", args=["careless"]), {"on": "0", "why": "Wrong people."}
    )

    assert not is_on("careless")
    assert "operator" in (said := shown(EN))
    assert "Wrong people." in said
    assert "switched off" in said


@pytest.mark.parametrize("role", ["worker", "requester", "reviewer", "auditor"])
def test_nobody_else_switches_a_rule(house: House, role: str) -> None:
    sent = house.client(role).post(
        reverse("system_switch", args=["careless"]), {"on": "0", "why": "x"}
    )

    assert sent.status_code == 403
    assert not Fact.objects.filter(name__startswith="system-off").exists()
