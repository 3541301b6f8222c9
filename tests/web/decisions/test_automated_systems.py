import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from canut.actions.decisions.automated_systems import note_versions
from canut.core.decisions.automated_systems import SYSTEMS
from canut.core.decisions.system_changes import changes_of
from canut.store.decisions.automated_systems import is_on
from canut.store.models import Fact, Person, PolicyChange, SystemsRead
from tests.support.factories import NOW
from tests.support.instance import House

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


def test_register_says_what_each_version_changed_and_the_limits_in_force(house: House) -> None:
    at_ms = int(house.worker.created_at.timestamp() * 1000)
    PolicyChange.objects.create(
        name="hours_day", new=450, reason="Comme entendu", by=house.people["operator"],
        proposed_ms=at_ms, state="in_force", agreed=1, takes_effect_ms=at_ms, settled_ms=at_ms,
    )  # fmt: skip
    english, french = (shown(headers) for headers in (EN, FR))

    assert "7 h 30 a day, 48 h a week" in english
    assert "7 h 30 par jour" in french
    for key in SYSTEMS:
        assert all(one.what.en in english for one in changes_of(key))


def test_change_of_what_decides_is_told_at_home_and_with_decisions_until_read(
    house: House,
) -> None:
    person = house.people["worker"]
    Person.objects.update(created_at=NOW - timedelta(days=99))
    note_versions(int(timezone.now().timestamp() * 1000))
    client = house.client("worker")
    pages = [reverse("work_home"), reverse("decisions")]
    before = [client.get(page, headers=EN).content.decode() for page in pages]

    answer = client.post(reverse("systems_read"))

    after = [client.get(page, headers=EN).content.decode() for page in pages]
    assert answer["Location"] == reverse("systems")
    assert all("The automated rules have changed" in page for page in before)
    assert not any("The automated rules have changed" in page for page in after)
    assert SystemsRead.objects.get().person == person
