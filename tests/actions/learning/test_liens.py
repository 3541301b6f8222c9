"""A model takes nothing over before its ten lines are there; each version's hash is in the log."""

import pytest

from canut.actions.learning.liens import lien_of, write_lien
from canut.actions.learning.loop import LoopRuleIn, set_loop_rule
from canut.core.errors import Conflict, Forbidden, Missing
from canut.core.learning.lien import WRITTEN, LienText
from canut.store.models import EntryPending, LienVersion, LoopRule, ModelAuthor, Trained
from tests.support.comparisons import WHOLE, whole_lien
from tests.support.factories import (
    NOW_MS,
    Made,
    answer_next,
    make_person,
    make_project,
)

pytestmark = pytest.mark.django_db
TAKES = LoopRuleIn(shows=True, takes_over=True)


def trained_on(made: Made, last_answer: int) -> Trained:
    author = ModelAuthor.objects.create(project=made.project, name="canut-text", version="1")
    return Trained.objects.create(
        project=made.project, author=author, form="text", answers=last_answer, tasks=last_answer,
        labels_ms=5_000 * last_answer, last_answer=last_answer, held_out=0, right=0,
        by_people=1.0, fit_ms=1, made_ms=NOW_MS,
    )  # fmt: skip


def test_takeover_waits_for_every_line() -> None:
    project = make_project(tasks=1).project
    with pytest.raises(Conflict) as refusal:
        set_loop_rule(project, TAKES, NOW_MS)
    assert (refusal.value.case, refusal.value.facts["count"]) == ("lien-incomplete", len(WRITTEN))
    assert not LoopRule.objects.filter(project=project).exists()

    by = project.created_by
    half = {**WHOLE, "stop": LienText("La responsable.", "")}
    write_lien(project, half, "Ana Ruiz", by=by, now_ms=NOW_MS)
    with pytest.raises(Conflict):
        set_loop_rule(project, TAKES, NOW_MS)
    write_lien(project, WHOLE, "", by=by, now_ms=NOW_MS)
    with pytest.raises(Conflict):
        set_loop_rule(project, TAKES, NOW_MS)
    write_lien(project, WHOLE, "Ana Ruiz", by=by, now_ms=NOW_MS)

    assert set_loop_rule(project, TAKES, NOW_MS).takes_over


def test_model_in_use_before_goes_on_and_its_page_says_what_is_missing() -> None:
    made = make_project(tasks=1)
    LoopRule.objects.create(project=made.project, shows=True, takes_over=True)

    assert set_loop_rule(made.project, TAKES, NOW_MS).takes_over
    lien = lien_of(trained_on(made, 1).pk, NOW_MS)

    assert lien.missing == list(WRITTEN)
    assert not lien.wrong.is_sought


def test_versions_are_kept_with_their_hash_in_the_log() -> None:
    project = make_project(tasks=1).project
    first = whole_lien(project)
    assert whole_lien(project) == first

    second = whole_lien(project, "Ben Roy")

    assert (first.number, second.number) == (1, 2)
    assert LienVersion.objects.filter(project=project).count() == 2
    assert EntryPending.objects.filter(type="lien").count() == 2
    newest = EntryPending.objects.filter(type="lien").latest("id")
    assert f'"sha256":"{second.sha256}"' in newest.payload
    with pytest.raises(Forbidden):
        write_lien(project, WHOLE, "x", by=make_person(is_service=True), now_ms=NOW_MS)


def test_few_people_are_told_of_by_no_number() -> None:
    made = make_project(tasks=3)
    receipts = [answer_next(made.worker, now_ms=NOW_MS + step * 60_000) for step in range(3)]
    whole_lien(made.project)

    few = lien_of(trained_on(made, receipts[-1].answer).pk, NOW_MS).learnt_from

    assert (few.people, few.ms, few.pay, few.places) == (0, None, None, [])


def test_twenty_people_are_told_of_with_hours_and_pay() -> None:
    made = make_project(tasks=20, workers=20)
    receipts = [answer_next(worker) for worker in made.workers]
    whole_lien(made.project)
    trained = trained_on(made, receipts[-1].answer)

    many = lien_of(trained.pk, NOW_MS).learnt_from

    assert (many.people, many.ms) == (20, trained.labels_ms)
    assert many.pay is not None
    assert many.pay[0].micro == 20 * made.rate.piece_micro
    assert not many.is_simulated


def test_model_nobody_meets_has_no_page() -> None:
    made = make_project(tasks=1)
    trained = trained_on(made, 1)

    with pytest.raises(Missing):
        lien_of(trained.pk, NOW_MS)
    with pytest.raises(Missing):
        lien_of(trained.pk + 1, NOW_MS)
