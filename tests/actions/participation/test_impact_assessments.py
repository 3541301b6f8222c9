"""An assessment is agreed by a person, with the views of those it is about."""

import pytest

from canut.actions.participation.impact_assessments import (
    agree_to_assessment,
    answer_view,
    conclude_assessment,
    give_view,
    make_assessment,
)
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete
from canut.core.participation.effects_inventory import RISKS
from canut.core.participation.impact_assessment import Stage
from canut.store.models import Person, PlatformEntry, WorkerView
from canut.store.participation.impact_assessments import (
    assessment_in_force,
    is_overdue,
    newest_assessment,
    stage_of,
)
from tests.support.factories import NOW_MS, make_person, make_project

pytestmark = pytest.mark.django_db
LEFT = dict.fromkeys(RISKS, 2)
LATER = NOW_MS + 14 * DAY_MS


def worker() -> Person:
    person = make_project().worker.person
    assert person is not None
    return person


def test_first_assessment_is_agreed_in_one_step_and_its_views_stay_open() -> None:
    by = make_person()
    assert stage_of(newest_assessment(), NOW_MS) == Stage.NONE
    assert is_overdue(None, NOW_MS)

    made = make_assessment(LEFT, by, NOW_MS)
    agreed = agree_to_assessment(made.number, by, "Nobody’s pay may wait.", NOW_MS)

    assert stage_of(agreed, NOW_MS) == Stage.VIEWS
    assert not is_overdue(agreed, NOW_MS)
    assert PlatformEntry.objects.get().payload.count(agreed.sha256) == 1
    view = give_view(worker(), "Keys are counted too closely.", NOW_MS, is_anonymous=True)
    assert view.person is None
    assert stage_of(agreed, LATER) == Stage.ANSWERS
    assert not is_overdue(agreed, LATER)
    assert is_overdue(agreed, LATER + 15 * DAY_MS)


def test_conclusion_waits_for_fourteen_days_and_for_every_answer() -> None:
    by = make_person()
    made = make_assessment(LEFT, by, NOW_MS)
    agree_to_assessment(made.number, by, "Ready.", NOW_MS)
    view = give_view(worker(), "Why each second?", NOW_MS, is_anonymous=False)
    with pytest.raises(Conflict):
        conclude_assessment(made.number, by, "Nothing.", LATER - 1)
    with pytest.raises(Conflict):
        conclude_assessment(made.number, by, "Nothing.", LATER)

    answer_view(view.pk, by, "To pay silence.", LATER)
    concluded = conclude_assessment(made.number, by, "We say so on the page.", LATER)

    assert stage_of(concluded, LATER) == Stage.IN_FORCE
    with pytest.raises(Conflict):
        answer_view(view.pk, by, "Again.", LATER)


def test_later_assessment_is_agreed_after_its_views_only() -> None:
    by = make_person()
    agree_to_assessment(make_assessment(LEFT, by, NOW_MS).number, by, "Ready.", NOW_MS)
    second = make_assessment(LEFT, by, NOW_MS + DAY_MS)

    with pytest.raises(Conflict):
        agree_to_assessment(second.number, by, "At once.", LATER)
    agreed = agree_to_assessment(second.number, by, "Heard.", LATER + DAY_MS)

    assert assessment_in_force() == agreed
    assert agreed.concluded_ms == agreed.agreed_ms


def test_views_are_of_people_at_work_and_in_time() -> None:
    make_assessment(LEFT, make_person(), NOW_MS)
    person = worker()

    with pytest.raises(Forbidden):
        give_view(make_person(), "I only look.", NOW_MS, is_anonymous=False)
    with pytest.raises(BadInput):
        give_view(person, " ", NOW_MS, is_anonymous=False)
    with pytest.raises(Conflict):
        give_view(person, "Too late?", LATER, is_anonymous=False)
    assert not WorkerView.objects.exists()


def test_person_says_what_is_left_of_every_risk() -> None:
    with pytest.raises(Incomplete):
        make_assessment({"tracing": 2}, make_person(), NOW_MS)
    with pytest.raises(BadInput):
        make_assessment(LEFT | {"bank": 5}, make_person(), NOW_MS)
    with pytest.raises(Forbidden):
        make_assessment(LEFT, make_person(is_service=True), NOW_MS)


def test_new_column_or_rule_makes_the_assessment_out_of_date(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by = make_person()
    made = make_assessment(LEFT, by, NOW_MS)
    agree_to_assessment(made.number, by, "Ready.", NOW_MS)
    concluded = conclude_assessment(made.number, by, "Nobody said anything.", LATER)
    assert stage_of(concluded, LATER) == Stage.IN_FORCE

    monkeypatch.setattr(
        "canut.core.participation.impact_assessment.inventory_columns", lambda: {"Beat.mood"}
    )

    assert stage_of(concluded, LATER) == Stage.OUTDATED
    assert is_overdue(concluded, LATER)
