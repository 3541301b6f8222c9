import ast
from datetime import timedelta

import pytest

from canut.actions.decisions.automated_systems import note_read, note_versions, switch_system
from canut.actions.decisions.record import Ruling, decide
from canut.actions.work.lease_blocks import protects
from canut.actions.work.leases import lease_tasks
from canut.core.clock import DAY_MS
from canut.core.decisions.automated_systems import SYSTEMS
from canut.core.errors import BadInput, Conflict, Forbidden, Missing
from canut.store.decisions.automated_systems import changes_to_tell, is_on, switch_of
from canut.store.models import Decision, Person
from tests.house.tree import SOURCE, at, calls, dotted, files, tree
from tests.support.factories import NOW, NOW_MS, answer_next, make_person, make_project

pytestmark = pytest.mark.django_db
WHY = "It points at the wrong people."


def rulings() -> list[tuple[str, str]]:
    """List every place that rules by a system, with the system's name as the code says it."""
    found = []
    for file in files(".py", under="src/canut/actions"):
        constants = {
            target.id: node.value.value
            for node in ast.walk(tree(file))
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in calls(file):
            given = next((k.value for k in call.keywords if k.arg == "system"), None)
            if dotted(call.func) == "Ruling" and given is not None:
                name = given.value if isinstance(given, ast.Constant) else None
                if isinstance(given, ast.Name):
                    name = constants.get(given.id, given.id)
                if isinstance(given, ast.Attribute):  # of a value made elsewhere
                    name = given.attr
                found.append((at(file, call.lineno), str(name)))
    return found


def test_every_system_that_decides_is_in_the_register() -> None:
    named = {name for _where, name in rulings()}
    assert {"practice", "system"} <= named  # of flags, one place rules by either of two

    unknown = [f"{where} {name}" for where, name in rulings() if name not in {*SYSTEMS, "system"}]

    assert not unknown, "add it to core/decisions/automated_systems.py"


def test_every_place_that_rules_by_a_system_asks_whether_it_is_on() -> None:
    places = {where.rpartition(":")[0] for where, _name in rulings()}

    deaf = [
        place for place in sorted(places) if "is_on(" not in (SOURCE.parents[1] / place).read_text()
    ]

    assert not deaf, "ask store.systems.is_on before deciding"


def test_register_is_written_in_both_languages_with_what_it_is_set_to() -> None:
    said = [
        (name, pair)
        for name, system in SYSTEMS.items()
        for pair in (system.name, system.purpose, system.data, system.effect, system.parameters)
    ]

    assert [name for name, (english, french) in said if not english or english == french] == []


def test_version_names_the_system_and_counts() -> None:
    assert all(
        system.version.partition("/")[0] == name and system.version.partition("/")[2].isdigit()
        for name, system in SYSTEMS.items()
    )


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_system_that_is_switched_off_decides_nothing_from_that_moment(name: str) -> None:
    ruling = Ruling(
        person=make_person().pk,
        kind=Decision.Kind.NOT_LENT,
        code="any",
        text_en="Later.",
        text_fr="Plus tard.",
        system=name,
        factors=[{"name": "ms", "value": 1}],
    )
    decide(ruling, NOW_MS)

    switch_system(name, on=False, by=make_person(shown_name="Léa"), reason=WHY, now_ms=NOW_MS)

    with pytest.raises(Conflict):
        decide(ruling, NOW_MS)
    switch_system(name, on=True, by=make_person(), reason="Mended.", now_ms=NOW_MS)
    decide(ruling, NOW_MS)


def test_switch_says_who_when_and_why() -> None:
    switch_system("hours", on=False, by=make_person(shown_name="Léa"), reason=WHY, now_ms=NOW_MS)

    assert switch_of("hours") == (False, "Léa", WHY, NOW_MS)
    assert is_on("caps")


def test_program_switches_nothing() -> None:
    with pytest.raises(Forbidden):
        switch_system("hours", on=False, by=make_person(is_service=True), reason=WHY, now_ms=1)


def test_system_that_is_not_there_cannot_be_switched() -> None:
    with pytest.raises(Missing):
        switch_system("mood", on=False, by=make_person(), reason=WHY, now_ms=1)


def test_switch_needs_a_reason() -> None:
    with pytest.raises(BadInput):
        switch_system("hours", on=False, by=make_person(), reason=" ", now_ms=1)


def test_newcomer_is_told_once_that_practice_comes_first() -> None:
    made = make_project(practice=True)

    lease_tasks(made.worker.pk, 1, NOW_MS)
    lease_tasks(made.worker.pk, 1, NOW_MS + 1)

    told = Decision.objects.get()
    assert (told.system, told.kind, told.worker) == ("practice", "not_lent", made.worker)
    assert "In “Avis”, the first task is a practice task" in told.text_en


def test_nobody_practises_while_that_is_switched_off() -> None:
    made = make_project(practice=True)
    switch_system("practice", on=False, by=make_person(), reason=WHY, now_ms=1)

    receipt = answer_next(made.worker)

    assert receipt.counted
    assert not Decision.objects.exists()


@pytest.mark.parametrize("system", ["hours", "exposure"])
def test_protection_that_is_switched_off_holds_nobody_back(system: str) -> None:
    assert protects(system)

    switch_system(system, on=False, by=make_person(), reason=WHY, now_ms=1)

    assert not protects(system)


def told(person: Person, at_ms: int) -> list[str]:
    return [one.version for one in changes_to_tell(person, at_ms)]


def test_new_version_is_told_to_who_worked_before_until_they_read_it_or_thirty_days() -> None:
    person = make_project().worker.person
    assert person is not None
    Person.objects.update(created_at=NOW - timedelta(days=3))
    person.refresh_from_db()

    note_versions(NOW_MS)

    assert "caps/4" in told(person, NOW_MS + 1)
    assert "practice/1" not in told(person, NOW_MS + 1)
    assert told(person, NOW_MS + 30 * DAY_MS) == []
    note_read(person, NOW_MS + 1)
    assert told(person, NOW_MS + 2) == []
    assert note_versions(NOW_MS + DAY_MS) == 0


def test_who_comes_later_and_a_fresh_instance_are_told_of_no_change() -> None:
    note_versions(NOW_MS)
    person = make_person()

    assert told(person, NOW_MS + 1) == []
