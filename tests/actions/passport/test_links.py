"""A link shows what was chosen, until its day or until its owner ends it."""

import pytest

from canut.actions.passport.credentials import (
    CredentialRequest,
    make_credential,
    withdraw_credential,
)
from canut.actions.passport.links import MOST_OPEN, end_link, make_link, open_link
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, Missing, TooMany
from canut.store.models import PassportCredential, PassportLink, Person
from tests.support.factories import NOW_MS, make_person
from tests.support.known_tasks import answered_known

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder() -> Person:
    person = answered_known(20).worker.person
    assert person is not None
    person.email = "nadia@exemple.org"
    person.save()
    return person


def made(person: Person) -> PassportCredential:
    return make_credential(person, CredentialRequest("skill", "S01", "fr"), "", NOW_MS)


def test_link_shows_what_was_chosen_and_each_opening_is_counted(holder: Person) -> None:
    chosen, other = made(holder), made(holder)
    link, token = make_link(holder, [chosen.pk], 7, " Atelier  du Nord ", NOW_MS)

    opened = open_link(token, NOW_MS + 1)

    assert [each.pk for each in opened.credentials.all()] == [chosen.pk]
    assert other.pk != chosen.pk
    kept = PassportLink.objects.get(pk=link.pk)
    assert (kept.audience, kept.openings, kept.opened_ms) == ("Atelier du Nord", 1, NOW_MS + 1)
    assert token not in kept.token_sha256


def test_link_ends_on_its_day_or_at_once(holder: Person) -> None:
    number = made(holder).pk
    link, token = make_link(holder, [number], 7, "", NOW_MS)
    _other, until = make_link(holder, [number], 1, "", NOW_MS)

    end_link(holder, link.pk, NOW_MS + 5)

    for gone in (token, "", "x"):
        with pytest.raises(Missing):
            open_link(gone, NOW_MS + 6)
    open_link(until, NOW_MS + DAY_MS - 1)
    with pytest.raises(Missing):
        open_link(until, NOW_MS + DAY_MS)


def test_only_own_credentials_that_hold_can_be_shared(holder: Person) -> None:
    own, stranger = made(holder), make_person()

    with pytest.raises(BadInput):
        make_link(stranger, [own.pk], 7, "", NOW_MS)
    with pytest.raises(BadInput):
        make_link(holder, [], 7, "", NOW_MS)
    with pytest.raises(BadInput):
        make_link(holder, [own.pk], 8, "", NOW_MS)
    with pytest.raises(BadInput):
        make_link(holder, [own.pk], 7, "x" * 121, NOW_MS)
    withdraw_credential(holder, own.pk, NOW_MS)
    with pytest.raises(BadInput):
        make_link(holder, [own.pk], 7, "", NOW_MS)
    link, _token = make_link(holder, [made(holder).pk], 7, "", NOW_MS)
    with pytest.raises(Missing):
        end_link(stranger, link.pk, NOW_MS)


def test_open_links_are_limited(holder: Person) -> None:
    number = made(holder).pk
    for _ in range(MOST_OPEN):
        make_link(holder, [number], 7, "", NOW_MS)

    with pytest.raises(TooMany):
        make_link(holder, [number], 7, "", NOW_MS)
    make_link(holder, [number], 7, "", NOW_MS + 8 * DAY_MS)
