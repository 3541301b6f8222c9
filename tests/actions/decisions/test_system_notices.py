from dataclasses import replace

import pytest

from canut.actions.decisions.system_notices import (
    check_shown,
    name_contact,
    note_shown,
    notice_now,
)
from canut.core.decisions.automated_systems import SYSTEMS
from canut.core.decisions.system_notice import ALL, Contact
from canut.core.errors import BadInput, Forbidden, Missing
from canut.store.decisions.system_notices import contacts_named, count_shown, shown_to
from canut.store.models import PlatformEntry, SystemNotice, SystemsShown
from tests.support.factories import NOW_MS, make_person, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.shown_first]


def test_first_lease_is_refused_until_the_text_was_shown() -> None:
    person = make_person()
    with pytest.raises(Forbidden) as refused:
        check_shown(person.pk, 0)
    assert refused.value.case == "systems-not-shown"

    note_shown(person, NOW_MS)

    check_shown(person.pk, 0)


def test_staff_of_the_client_in_their_own_project_are_asked_for_nothing() -> None:
    made = make_project(is_own_staff=True)
    assert made.worker.person is not None

    check_shown(made.worker.person.pk, made.project.pk)


def test_change_of_version_shows_the_text_again(monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person()
    note_shown(person, NOW_MS)

    monkeypatch.setitem(SYSTEMS, "practice", replace(SYSTEMS["practice"], version="practice/2"))

    with pytest.raises(Forbidden):
        check_shown(person.pk, 0)
    note_shown(person, NOW_MS + 1)
    check_shown(person.pk, 0)
    assert SystemNotice.objects.count() == 2
    assert [one.at_ms for one in shown_to(person)] == [NOW_MS + 1, NOW_MS]


def test_another_name_or_setting_asks_nobody_again() -> None:
    person = make_person()
    note_shown(person, NOW_MS)

    name_contact(ALL, Contact("Léa Roy"), make_person())

    check_shown(person.pk, 0)
    assert notice_now(NOW_MS).pk is None


def test_hash_of_what_was_shown_is_kept_per_person_and_entered_once() -> None:
    people = [make_person(), make_person()]

    for person in people:
        note_shown(person, NOW_MS)
        note_shown(person, NOW_MS + 5)

    sha256 = notice_now(NOW_MS).sha256
    rows = SystemsShown.objects.select_related("notice").order_by("person")
    assert [(one.person_id, one.notice.sha256, one.at_ms) for one in rows] == [
        (person.pk, sha256, NOW_MS) for person in people
    ]
    assert PlatformEntry.objects.filter(type="policy.set").count() == 1
    assert sha256 in PlatformEntry.objects.get(type="policy.set").payload


def test_everybody_at_work_is_counted_until_all_were_shown() -> None:
    made = make_project(workers=3)
    assert count_shown() == (0, 3)

    for worker in made.workers:
        assert worker.person is not None
        note_shown(worker.person, NOW_MS)

    assert count_shown() == (3, 3)


def test_name_is_set_replaced_and_taken_away() -> None:
    by = make_person()

    name_contact(ALL, Contact("  Léa  Roy ", "lea@x.example"), by)
    name_contact("caps", Contact("Ana Diaz"), by)
    assert contacts_named() == {ALL: ("Léa Roy", "lea@x.example"), "caps": ("Ana Diaz", "")}

    name_contact("caps", Contact(""), by)

    assert contacts_named().keys() == {ALL}


def test_name_is_refused_for_no_system_from_a_program_and_when_too_long() -> None:
    with pytest.raises(Missing):
        name_contact("mood", Contact("Léa"), make_person())
    with pytest.raises(Forbidden):
        name_contact(ALL, Contact("Léa"), make_person(is_service=True))
    with pytest.raises(BadInput):
        name_contact(ALL, Contact("x" * 121), make_person())
