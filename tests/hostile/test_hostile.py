"""Every address and operation, as everybody, with hostile values in every place.

Addresses, the names they read, the forms they show and the bodies they take are found out by
watching the application, so a new one is covered without an edit here. An ordinary run sends a few
cases of each, the same ones each time, ``make test`` to every eighth address; ``make soak`` sends
them all and writes its counts to ``.shown/hostile-DATABASE-whole.json``. Another seed:
``CANUT_HOSTILE_SEED``.
"""

import pytest

from tests.hostile.battery import Battery, crawl, forms_near
from tests.hostile.recording import Form
from tests.hostile.targets import Target, all_targets, is_fillable

TARGETS = all_targets()
NAMES = [target.name for target in TARGETS]
SOME_QUICKLY = [
    pytest.param(target, id=target.name, marks=[] if number % 8 == 0 else [pytest.mark.slow])
    for number, target in enumerate(TARGETS)
]
_forms: list[Form] = []


@pytest.fixture
def forms(battery: Battery) -> list[Form]:
    """Return the forms of all pages, collected the first time they are asked for."""
    if not _forms:
        _forms.extend(crawl(battery, TARGETS))
    return _forms


def test_every_address_can_be_filled_in() -> None:
    assert [target.name for target in TARGETS if not is_fillable(target)] == []
    assert len(TARGETS) > 280


@pytest.mark.parametrize("target", SOME_QUICKLY)
def test_hostile_values_are_refused_or_taken_as_they_are(target: Target, battery: Battery) -> None:
    forms = forms_near(battery, target, TARGETS)

    assert battery.run(target, forms, is_whole=False) == []


@pytest.mark.soak
@pytest.mark.parametrize("target", TARGETS, ids=NAMES)
def test_all_hostile_values_are_refused_or_taken_as_they_are(
    target: Target, battery: Battery, forms: list[Form]
) -> None:
    assert battery.run(target, forms, is_whole=True) == []
