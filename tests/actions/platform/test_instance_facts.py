import pytest

from canut.actions.platform.instance_facts import keep_fact
from canut.store.tables.platform import Fact


@pytest.mark.django_db
def test_a_fact_is_kept_over_what_it_said_before() -> None:
    keep_fact("made_by_demo", "0")
    keep_fact("made_by_demo", "1")

    assert Fact.objects.get().value == "1"
