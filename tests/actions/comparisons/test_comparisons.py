"""A comparison is fixed before, drawn in balance, paid alike, held on one word, told once."""

import pytest

from canut.actions.comparisons.comparisons import (
    end_comparison,
    hold_comparison,
    open_comparison,
    resume_comparison,
)
from canut.actions.comparisons.daily_look import look_at, look_at_comparisons
from canut.actions.comparisons.presentation import (
    ask_usual,
    presentation_for,
    report_harm,
    reverse_choices,
    say_strain,
)
from canut.actions.learning.loop import LoopRuleIn, set_loop_rule
from canut.actions.learning.provenance import note_actors
from canut.actions.work.leases import lease_tasks, skip_task
from canut.core.clock import DAY_MS
from canut.core.comparisons.guards import Harm
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Refusal
from canut.store.comparisons.comparisons import places_of
from canut.store.comparisons.scores import scores_by_person
from canut.store.models import (
    ComparedPerson,
    Comparison,
    Decided,
    EntryPending,
    PayLine,
    Person,
    QuestionVersion,
)
from tests.support.comparisons import OTHER, PLAN, compare, join, make_gold, propose_on
from tests.support.factories import (
    NOW,
    NOW_MS,
    Made,
    answer_next,
    make_person,
    make_project,
    make_representative,
    make_worker,
)

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


def by_arm(comparison: Comparison, made: Made) -> tuple[ComparedPerson, ComparedPerson]:
    """Let four workers come; return the first of each group."""
    places = [join(comparison, made, worker) for worker in made.workers]
    return next(p for p in places if p.arm == "a"), next(p for p in places if p.arm == "b")


def test_workers_are_drawn_in_balance_and_keep_what_they_saw() -> None:
    made = make_project(tasks=4, workers=8)
    comparison = compare(made)

    first = [join(comparison, made, worker).arm for worker in made.workers]
    again = [join(comparison, made, worker, NOW_MS + 9).arm for worker in made.workers]

    assert first == again
    assert (first.count("a"), first.count("b")) == (4, 4)
    shown = [presentation_for(w, made.question, NOW_MS).instructions for w in made.workers]
    assert shown == [OTHER if arm == "b" else made.question.instructions for arm in first]


def test_order_turns_the_choices_round_for_one_group_alone() -> None:
    made = make_project(tasks=4, workers=4)
    comparison = compare(made, subject="order")
    a, b = by_arm(comparison, made)

    usual, other = (presentation_for(p.worker, made.question, NOW_MS).schema for p in (a, b))

    assert usual == made.question.schema
    assert other == reverse_choices(made.question.schema) != made.question.schema


def test_both_groups_are_paid_the_same_for_the_same_work() -> None:
    made = make_project(tasks=8, workers=4)
    places = by_arm(compare(made), made)

    for place in places:
        answer_next(place.worker)

    lines = [
        PayLine.objects.values_list("piece_micro", "currency", "rate_version", "elapsed_ms").get(
            worker=place.worker
        )
        for place in places
    ]
    assert lines[0] == lines[1]


def test_who_asks_for_the_usual_one_gets_it_and_nothing_else_changes() -> None:
    made = make_project(tasks=8, workers=4)
    comparison = compare(made)
    _a, b = by_arm(comparison, made)
    before = answer_next(b.worker)

    ask_usual(b.worker, NOW_MS + 60_000)
    after = answer_next(b.worker, now_ms=NOW_MS + 120_000)

    assert presentation_for(b.worker, made.question, NOW_MS).instructions == ""
    assert (before.piece_micro, before.counted) == (after.piece_micro, after.counted)
    b.refresh_from_db()
    assert (b.left_ms, b.asked_usual) == (NOW_MS + 60_000, True)
    b.worker.refresh_from_db()
    assert not b.worker.is_limited
    assert not b.worker.barred


def test_one_word_holds_and_two_people_let_it_go_on() -> None:
    made = make_project(tasks=8, workers=4)
    comparison = compare(made)
    _a, b = by_arm(comparison, made)

    report_harm(b.worker, make_person(), "Je ne comprends plus rien.", NOW_MS)

    comparison.refresh_from_db()
    assert (comparison.state, comparison.harm) == ("held", "person")
    assert presentation_for(b.worker, made.question, NOW_MS).instructions == ""
    one, two = make_person(), make_person()
    assert resume_comparison(comparison.pk, one, NOW_MS).state == "held"
    with pytest.raises(Forbidden) as refusal:
        resume_comparison(comparison.pk, one, NOW_MS)
    assert refusal.value.case == "comparison-second"
    assert resume_comparison(comparison.pk, two, NOW_MS).state == "open"
    assert presentation_for(b.worker, made.question, NOW_MS).instructions == OTHER


def test_held_comparison_ends_without_a_result() -> None:
    made = make_project(tasks=8, workers=4)
    comparison = compare(made)
    by_arm(comparison, made)
    hold_comparison(comparison.pk, Harm.STRAIN, "", NOW_MS)

    ended = end_comparison(comparison.pk, NOW_MS)

    assert (ended.state, ended.result) == ("stopped", {})
    with pytest.raises(Conflict):
        resume_comparison(comparison.pk, make_person(), NOW_MS)


def give_scores(comparison: Comparison, share: dict[str, list[float]]) -> None:
    """Let each person say how hard the work is: 1 plus four times a share."""
    for place in ComparedPerson.objects.filter(comparison=comparison):
        say_strain(place.worker, round(1 + 4 * share[place.arm].pop()), uses_aid=None)


def test_few_people_are_a_try_out_and_many_a_result() -> None:
    made = make_project(tasks=2, workers=40)
    comparison = compare(made, measure="strain", margin=1.0, spread=1.0)
    assert comparison.people == 16
    for worker in made.workers:
        join(comparison, made, worker)
    give_scores(comparison, {"a": [0.75, 1.0] * 10, "b": [0.25, 0.5] * 10})

    result = end_comparison(comparison.pk, NOW_MS).result

    assert (result["people_a"], result["people_b"]) == (20, 20)
    assert result["difference"] == -2.0
    assert result["verdict"] == "b"  # lower strain is better
    assert result["permutation"] < 0.001
    assert result["low"] < -2 < result["high"] < 0
    few = compare(made, measure="strain", margin=1.0, spread=1.0)
    for worker in made.workers[:8]:
        join(few, made, worker)
    give_scores(few, {"a": [0.75, 1.0] * 2, "b": [0.0, 0.25] * 2})
    assert end_comparison(few.pk, NOW_MS).result["verdict"] == "too-few"


def test_guard_holds_for_skips_once_a_day() -> None:
    made = make_project(tasks=200, workers=12)
    comparison = compare(made)
    places = [join(comparison, made, worker) for worker in made.workers]
    for number, place in enumerate(places):
        for step in range(4):
            at_ms = NOW_MS + step * 60_000
            lent = lease_tasks(place.worker_id, 1, at_ms).tasks[0]
            if place.arm == "b" and step < 2 + number % 2:
                skip_task(place.worker_id, lent.lease, "unclear", at_ms)
            else:
                answer_next(place.worker, now_ms=at_ms)

    assert look_at_comparisons(NOW_MS + DAY_MS - 1) == 0
    assert look_at_comparisons(NOW_MS + DAY_MS) == 1

    comparison.refresh_from_db()
    assert (comparison.state, comparison.harm, comparison.held_by) == ("held", "skips", None)
    assert EntryPending.objects.filter(type="comparison.hold").count() == 1


def test_calm_comparison_goes_on_and_ends_when_its_people_are_complete() -> None:
    made = make_project(tasks=60, workers=8)
    comparison = compare(made, measure="changes", margin=0.5, spread=0.3)
    assert comparison.people == 6
    for worker in made.workers:
        join(comparison, made, worker)
        answer_next(worker)
    assert not look_at(comparison.pk, NOW_MS + DAY_MS)
    for worker in [make_worker(made.project) for _ in range(4)]:
        join(comparison, made, worker)
        answer_next(worker)

    assert look_at(comparison.pk, NOW_MS + 2 * DAY_MS)

    comparison.refresh_from_db()
    assert comparison.state == "ended"
    assert comparison.result["verdict"] == "too-few"


def test_another_question_stops_it() -> None:
    made = make_project(tasks=4, workers=4)
    comparison = compare(made)
    _a, b = by_arm(comparison, made)
    newer = QuestionVersion.objects.create(
        project=made.project, number=2, schema=made.question.schema, instructions="Neuf.",
        created_by=made.project.created_by, created_at=NOW,
    )  # fmt: skip

    assert presentation_for(b.worker, newer, NOW_MS).instructions == "Neuf."
    assert look_at(comparison.pk, NOW_MS + DAY_MS)
    comparison.refresh_from_db()
    assert comparison.state == "stopped"


def test_group_without_proposals_sees_none_and_is_not_said_to_have_seen_them() -> None:
    made = make_project(tasks=6, workers=4, overlap=4)
    set_loop_rule(made.project, LoopRuleIn(shows=True), NOW_MS - 1)
    propose_on(made.project, made.tasks)
    comparison = compare(made, subject="proposals", measure="agreement")
    a, b = by_arm(comparison, made)

    seen = {p.arm: lease_tasks(p.worker_id, 1, NOW_MS).tasks for p in (a, b)}

    assert all(task.proposal == ("oui", "canut-text 1") for task in seen["a"])
    assert all(task.proposal is None for task in seen["b"])
    for worker in made.workers:
        answer_next(worker)
    note_actors(made.project.pk, NOW_MS + 60_000, is_forced=True)
    decided = Decided.objects.get(task=made.tasks[0])
    assert decided.shown == sum(
        place.arm == "a" for place in ComparedPerson.objects.filter(comparison=comparison)
    )
    hold_comparison(comparison.pk, Harm.PERSON, "", NOW_MS)
    assert not ComparedPerson.objects.filter(hides_proposals=True).exists()


def test_what_cannot_be_opened() -> None:
    made = make_project(tasks=1)
    by = made.project.created_by
    service = make_person(is_service=True)
    outsider = make_person()

    def refused(who: Person = by, ethics_ok_by: Person | None = None) -> str:
        with pytest.raises(Refusal) as refusal:
            open_comparison(made.project, PLAN, by=who, now_ms=NOW_MS, ethics_ok_by=ethics_ok_by)
        return refusal.value.case

    assert refused(service) == "service-actor"
    assert refused(by, outsider) == "comparison-ethics"
    compare(made)
    assert refused() == "comparison-live"
    made.project.state = "closed"
    made.project.save()
    assert refused() == "comparison-closed"


def test_representative_may_have_agreed() -> None:
    made = make_project(tasks=1)
    person = make_person()
    make_representative(person, made.project.organisation)

    comparison = open_comparison(
        made.project, PLAN, by=made.project.created_by, now_ms=NOW_MS, ethics_ok_by=person
    )

    assert comparison.ethics_ok_by == person


def test_worker_outside_a_comparison_has_nothing_to_say() -> None:
    worker = make_project(tasks=1).worker

    with pytest.raises(Conflict):
        ask_usual(worker, NOW_MS)
    with pytest.raises(Incomplete):
        report_harm(worker, make_person(), " ", NOW_MS)


def test_strain_is_one_to_five() -> None:
    made = make_project(tasks=1)
    join(compare(made), made, made.worker)

    with pytest.raises(BadInput):
        say_strain(made.worker, 6, uses_aid=None)


def test_share_right_is_of_gold_tasks_met_in_the_comparison(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = make_project(tasks=3, workers=4, overlap=4)
    make_gold(made.tasks[:2])
    monkeypatch.setattr(
        "canut.actions.work.leases.check_due", lambda worker, _count: worker.rules.check
    )
    comparison = compare(made)
    places = [join(comparison, made, worker, NOW_MS + 1) for worker in made.workers]
    answer_next(made.workers[0])  # before they joined: it does not count
    for place in places:
        for step in (1, 2):
            value = "oui" if place.arm == "b" or step == 1 else "non"
            answer_next(place.worker, value, now_ms=NOW_MS + step * 60_000)

    scores = scores_by_person(comparison, places_of(comparison.pk), NOW_MS + DAY_MS)

    first = made.workers[0].pk
    expected = {place.worker_id: 1.0 if place.arm == "b" else 0.5 for place in places}
    assert {key: scores[key] for key in scores if key != first} == {
        key: expected[key] for key in expected if key != first
    }
    assert scores[first] == 1.0  # of the one gold task left to them then
