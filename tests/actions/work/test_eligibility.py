"""Who may work in a project, what it may look at, and what somebody is told."""

import ast

import pytest

from canut.actions.decisions.automated_systems import switch_system
from canut.actions.work.eligibility import (
    EligibilityRules,
    decide_one,
    say_languages,
    set_caps,
    set_eligibility,
)
from canut.actions.work.leases import lease_tasks
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, Incomplete
from canut.core.places.parameters import Status
from canut.store.models import Decision, Worker
from tests.house.tree import SOURCE
from tests.support.factories import (
    NOW_MS,
    Made,
    answer_next,
    make_person,
    make_project,
    make_worker,
)
from tests.support.payroll import agree

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

NEVER_READ = (  # DESIGN §6.6: protection never costs the protected
    "floor",
    "zone",
    "pace",
    "speed",
    "elapsed",
    "topup",
    "top_up",
    "complaint",
    "appeal",
    "riskchoice",
    "protection",
    "severity",
    "assistive",
    "is_minor",
    "payline",
    "credited",
)


def ask(made: Made, asked: EligibilityRules) -> None:
    set_eligibility(made.project, asked, by=made.project.created_by, now_ms=NOW_MS)


def barred(worker: Worker) -> str:
    worker.refresh_from_db()
    return worker.barred


@pytest.mark.parametrize("file", ["actions/work/eligibility.py", "store/work/eligibility.py"])
def test_eligibility_reads_nothing_that_protects(file: str) -> None:
    module = ast.parse((SOURCE / file).read_text())
    names = {
        str(getattr(node, "attr", getattr(node, "id", getattr(node, "arg", "")))).lower()
        for node in ast.walk(module)
    }

    read = {name for name in names for word in NEVER_READ if word in name}

    assert read == set()


def test_two_people_of_other_places_and_choices_are_lent_the_same() -> None:
    made = make_project(tasks=3, workers=2, overlap=2)
    here, there = (worker.person for worker in made.workers)
    assert here is not None
    assert there is not None
    agree(here, place="CA-QC")
    agree(there, Status.SELF_EMPLOYED, "FR")
    ask(made, EligibilityRules(languages=("fr",)))
    for worker in made.workers:
        assert worker.person is not None
        say_languages(worker.person, ("fr",), NOW_MS)

    lent = [[t.task for t in lease_tasks(w.pk, 3, NOW_MS).tasks] for w in made.workers]

    assert lent[0] == lent[1]


def test_language_that_is_lacking_is_said_and_taken_back_at_once() -> None:
    made = make_project(tasks=2)
    person = made.worker.person
    assert person is not None
    ask(made, EligibilityRules(languages=("en", "fr")))
    before = lease_tasks(made.worker.pk, 1, NOW_MS)
    reason = Decision.objects.get(worker=made.worker)

    say_languages(person, ("fr",), NOW_MS)

    assert before.tasks == []
    assert before.held_back is not None
    assert "en, fr" in before.held_back.text_en
    assert reason.inputs == {"asked": "en, fr", "spoken": ""}
    assert len(lease_tasks(made.worker.pk, 1, NOW_MS).tasks) == 1
    reason.refresh_from_db()
    assert reason.undone_ms == NOW_MS


def test_team_is_who_works_in_another_project() -> None:
    team = make_project(workers=1)
    made = make_project(workers=1)
    team.project.organisation = made.project.organisation
    team.project.save()
    member = make_worker(made.project, person=team.worker.person)

    ask(made, EligibilityRules(team_of=team.project))

    assert [barred(made.worker), barred(member)] == ["team", ""]


@pytest.mark.parametrize(
    ("right", "answered", "lack"), [(0, 0, "qualification"), (9, 10, "qualification"), (40, 40, "")]
)
def test_score_counts_by_the_low_end_of_its_interval(right: int, answered: int, lack: str) -> None:
    made = make_project(workers=1)
    Worker.objects.update(checks_right=right, checks_answered=answered)

    ask(made, EligibilityRules(earned_in=made.project, at_least=800))

    assert barred(made.worker) == lack


def test_place_is_asked_for_only_with_the_law_that_asks_for_it() -> None:
    made = make_project(workers=2)
    here = made.worker.person
    assert here is not None
    agree(here, place="CA-QC")

    with pytest.raises(Incomplete) as refusal:
        ask(made, EligibilityRules(place="CA"))
    ask(made, EligibilityRules(place="CA", legal_reason="Loi 25, art. 17."))

    assert refusal.value.case == "place-unlawful"
    assert [barred(worker) for worker in made.workers] == ["", "place"]
    assert "Loi 25" in Decision.objects.get().text_fr


def test_nobody_is_decided_about_twice_for_the_same_thing() -> None:
    made = make_project(workers=1)
    ask(made, EligibilityRules(languages=("ja",)))

    ask(made, EligibilityRules(languages=("ja", "ko")))

    assert Decision.objects.count() == 1
    assert not decide_one(made.worker, NOW_MS) or barred(made.worker) == "language"


def test_switched_off_nobody_is_kept_out() -> None:
    made = make_project(tasks=1)
    ask(made, EligibilityRules(languages=("ja",)))
    switch_system("eligibility", on=False, reason="Essai.", by=make_person(), now_ms=NOW_MS)

    assert len(lease_tasks(made.worker.pk, 1, NOW_MS).tasks) == 1


@pytest.mark.parametrize(
    "asked",
    [
        EligibilityRules(languages=("français",)),
        EligibilityRules(at_least=1000),
        EligibilityRules(languages=("FR",)),
    ],
)
def test_what_cannot_be_meant_is_refused(asked: EligibilityRules) -> None:
    with pytest.raises(BadInput):
        ask(make_project(), asked)


def test_cap_for_a_person_holds_whatever_is_asked_for() -> None:
    made = make_project(tasks=9)
    set_caps(made.project, 3, None)
    answer_next(made.worker)

    lent = lease_tasks(made.worker.pk, 5, NOW_MS)

    assert len(lent.tasks) == 2
    assert lease_tasks(made.worker.pk, 5, NOW_MS).tasks == lent.tasks


def test_cap_of_a_day_ends_24_hours_later_and_says_so() -> None:
    made = make_project(tasks=9)
    set_caps(made.project, None, 2)
    for number in range(2):
        answer_next(made.worker, now_ms=NOW_MS + number)

    held = lease_tasks(made.worker.pk, 1, NOW_MS + 10_000)
    after = lease_tasks(made.worker.pk, 1, NOW_MS + DAY_MS + 10_000)

    assert held.tasks == []
    assert held.held_back is not None
    assert "24" in held.held_back.text_fr
    assert len(after.tasks) == 1


@pytest.mark.parametrize("cap", [0, 9_001])
def test_cap_out_of_range_is_refused(cap: int) -> None:
    with pytest.raises(BadInput):
        set_caps(make_project().project, cap, None)
