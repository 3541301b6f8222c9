"""Duplicating, putting away and deleting a project: what is copied, what stays, what goes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from canut.actions.projects.removal import (
    GRACE,
    ask_removal,
    duplicate_project,
    put_away,
    remove_due,
    take_back_removal,
)
from canut.actions.projects.setup import close_project
from canut.actions.tasks.search_index import index_texts
from canut.core.clock import to_ms
from canut.core.errors import Conflict, Incomplete, Missing
from canut.store.models import (
    Answer,
    EntryPending,
    PayLine,
    Project,
    QuestionVersion,
    RateVersion,
    Removal,
    SetupDraft,
    Task,
    TaskPace,
    TaskState,
    Worker,
)
from tests.support.factories import NOW, NOW_MS, Made, answer_next, make_project, opened

pytestmark = pytest.mark.django_db


def ended(*, answered: bool) -> Made:
    made = make_project(tasks=2)
    if answered:
        answer_next(made.worker)
    close_project(made.project, NOW_MS)
    return made


def delete(made: Made) -> None:
    ask_removal(made.project, by=made.project.created_by, now_ms=NOW_MS)
    remove_due(to_ms(NOW + GRACE))


def test_copy_asks_the_same_and_brings_nobody_and_nothing() -> None:
    made = make_project(tasks=2, workers=2, overlap=2, overlap_most=5, tasks_a_day=7)

    copy = duplicate_project(made.project, "Avis, suite", by=made.project.created_by, now_ms=NOW_MS)

    assert (copy.state, copy.title, copy.aim_social) == ("draft", "Avis, suite", "dit")
    assert (copy.overlap, copy.overlap_most, copy.tasks_a_day) == (2, 5, 7)
    assert QuestionVersion.objects.get(project=copy).schema == made.question.schema
    assert RateVersion.objects.get(project=copy).piece_micro == made.rate.piece_micro
    assert not Task.objects.filter(project=copy).exists()
    assert not Worker.objects.filter(project=copy).exists()


def test_copy_begins_with_the_measured_time_and_the_price_follows() -> None:
    made = make_project(workers=1)
    RateVersion.objects.filter(pk=made.rate.pk).update(hourly_micro=18_000_000, task_ms=60_000)
    TaskPace.objects.create(
        project=made.project,
        at_ms=NOW_MS,
        tasks=40,
        people=5,
        by_beats=5,
        p50_ms=20_000,
        p90_ms=50_000,
        currency=made.rate.currency,
        median_micro=1,
        lowest_decile_micro=1,
    )

    copy = duplicate_project(made.project, "Suite", by=made.project.created_by, now_ms=NOW_MS)

    rate = RateVersion.objects.get(project=copy)
    assert (rate.task_ms, rate.hourly_micro, rate.piece_micro) == (20_000, 18_000_000, 100_000)


def test_copy_needs_a_name() -> None:
    made = make_project()

    with pytest.raises(Incomplete):
        duplicate_project(made.project, " ", by=made.project.created_by, now_ms=NOW_MS)


def test_project_that_lends_is_neither_put_away_nor_deleted() -> None:
    made = make_project()

    with pytest.raises(Conflict):
        put_away(made.project, NOW_MS)
    with pytest.raises(Conflict):
        ask_removal(made.project, by=made.project.created_by, now_ms=NOW_MS)


def test_project_put_away_comes_back() -> None:
    made = ended(answered=False)
    put_away(made.project, NOW_MS)
    away = Project.objects.get().archived_ms

    put_away(made.project, None)

    assert (away, Project.objects.get().archived_ms) == (NOW_MS, None)


def test_nothing_is_deleted_before_the_thirty_days_are_over_or_once_it_is_kept() -> None:
    made = ended(answered=False)
    ask_removal(made.project, by=made.project.created_by, now_ms=NOW_MS)
    too_soon = remove_due(to_ms(NOW + GRACE - timedelta(seconds=1)))

    take_back_removal(made.project, NOW_MS)

    assert (too_soon, remove_due(to_ms(NOW + GRACE))) == (0, 0)
    assert Project.objects.exists()


def test_project_nobody_was_paid_for_is_deleted_whole() -> None:
    made = ended(answered=False)

    delete(made)

    assert not Project.objects.exists()
    assert not Task.objects.exists()
    assert not Removal.objects.exists()


@pytest.mark.parametrize("answered", [True, False])
def test_words_of_deleted_content_are_in_no_index(*, answered: bool) -> None:
    made, other = ended(answered=answered), make_project(tasks=1)
    Task.objects.update(row=F("row") + 1)  # 0 is for practice
    task_ids = {made.tasks[0].pk, other.tasks[0].pk}
    index_texts(made.tasks[0].source_id)
    index_texts(other.tasks[0].source_id)
    before = indexed_tasks("avis")

    delete(made)

    assert task_ids <= before
    assert indexed_tasks("avis") == {other.tasks[0].pk}
    assert remove_due(to_ms(NOW + GRACE)) == 0


def test_what_was_typed_in_the_setup_goes_with_the_content() -> None:
    made = ended(answered=True)
    SetupDraft.objects.create(project=made.project, fields={"aim": ["Trier"]}, changed_ms=NOW_MS)

    delete(made)

    assert Project.objects.filter(pk=made.project.pk).exists()
    assert not SetupDraft.objects.exists()


def test_content_never_indexed_leaves_the_index_whole() -> None:
    made, other = ended(answered=True), make_project(tasks=1)
    Task.objects.update(row=F("row") + 1)
    index_texts(other.tasks[0].source_id)

    delete(made)

    assert indexed_tasks("avis") == {other.tasks[0].pk}


def indexed_tasks(word: str) -> set[int]:
    """Return the tasks that the index has for a word, whether their rows are there or not."""
    sql = {
        "sqlite": "SELECT rowid FROM store_tasktext WHERE store_tasktext MATCH %s",
        "postgresql": "SELECT task_id FROM store_tasktext WHERE words @@ to_tsquery('simple', %s)",
    }
    with connection.cursor() as cursor:
        cursor.execute(sql[connection.vendor], (word,))
        return {number for (number,) in cursor.fetchall()}


def test_where_people_were_paid_pay_and_ledger_stay_and_content_goes() -> None:
    made = ended(answered=True)
    line, entry = PayLine.objects.get(), EntryPending.objects.get()
    before = (line.piece_micro, line.elapsed_ms, bytes(entry.commitment), opened(entry).payload)

    delete(made)

    line, entry = PayLine.objects.get(), EntryPending.objects.get()
    assert (
        line.piece_micro,
        line.elapsed_ms,
        bytes(entry.commitment),
        opened(entry).payload,
    ) == before
    assert set(Task.objects.values_list("data", "known")) == {("{}", None)}
    assert set(TaskState.objects.values_list("label", flat=True)) == {None}
    assert Answer.objects.get().values == "{}"
    assert Removal.objects.get().is_stripped
    assert remove_due(to_ms(NOW + GRACE)) == 0


def test_deletion_is_asked_for_once_and_kept_only_where_it_waits() -> None:
    made = ended(answered=False)
    ask_removal(made.project, by=made.project.created_by, now_ms=NOW_MS)

    with pytest.raises(Conflict):
        ask_removal(made.project, by=made.project.created_by, now_ms=NOW_MS)
    take_back_removal(made.project, NOW_MS)
    with pytest.raises(Missing):
        take_back_removal(made.project, NOW_MS)
