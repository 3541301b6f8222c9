from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import F, Sum
from pytest_django import Settings

from canut.actions.work.overlap import set_overlap
from canut.core.clock import to_ms
from canut.core.errors import Conflict
from canut.demo import project as demo
from canut.demo.digits import Digits, read_digits
from canut.demo.project import prepare_demo
from canut.store.models import (
    Answer,
    Consensus,
    EntryPending,
    PayLine,
    Person,
    Project,
    Role,
    Task,
    TaskState,
)
from canut.store.platform.instance import is_demo
from canut.web.kit.access import get_demo_person, roles_in
from tests.support.invariants import broken

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def few_digits() -> Digits:
    digits = read_digits()
    return Digits(digits.ink[:120], digits.digit[:120])


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr("os.fsync", lambda _file: None)  # hundreds of pictures on a busy disk
    monkeypatch.setattr(demo, "read_digits", few_digits)
    monkeypatch.setattr(demo, "ANSWERS", 300)
    monkeypatch.setattr(demo, "PILOT_ANSWERS", 80)


def said() -> list[tuple[str, str, str, int, bool]]:
    answers = Answer.objects.order_by("id")
    return list(
        answers.values_list(
            "task__key", "worker__person__username", "values", "elapsed_ms", "counted"
        )
    )


@pytest.mark.slow
def test_the_demo_is_whole_and_says_that_it_is_simulated() -> None:
    made = prepare_demo(to_ms(NOW))

    project = Project.objects.get(slug="demo")
    assert made
    assert is_demo()
    assert project.state == Project.State.OPEN
    assert project.is_simulated
    assert set(Answer.objects.values_list("author_kind", flat=True)) == {"simulated"}
    assert Person.objects.filter(is_simulated=True).count() == 25
    assert get_demo_person(Role.WORKER).is_simulated
    assert Task.objects.exclude(known=None).count() == 121
    assert Consensus.objects.filter(label=F("task__known")).count() > 60
    states = TaskState.objects.exclude(state="practice")
    assert set(states.filter(state="closed").values_list("counted", flat=True)) <= {3, 4, 5}
    assert states.filter(state="open", counted=0).exists()


@pytest.mark.slow
def test_every_answer_has_its_pay_line_and_its_entry() -> None:
    prepare_demo(to_ms(NOW))

    answers = Answer.objects.count()
    assert EntryPending.objects.filter(type="answer").count() == answers > 250
    assert PayLine.objects.count() == answers
    total = PayLine.objects.aggregate(total=Sum("piece_micro"))["total"]
    assert total == answers * demo.PIECE_MICRO


@pytest.mark.slow
def test_answers_lie_in_the_past_days() -> None:
    prepare_demo(to_ms(NOW))

    moments = Answer.objects.order_by("answered_ms").values_list("answered_ms", flat=True)
    now_ms = int(NOW.timestamp() * 1000)
    assert now_ms - 13 * 86_400_000 < moments[0]
    assert moments.reverse()[0] < now_ms


@pytest.mark.slow
def test_answers_beyond_the_overlap_are_of_before_it_was_lowered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changes: list[tuple[int, int]] = []

    def note(project: int, overlap: int, now_ms: int) -> None:
        last = Answer.objects.order_by("-id").first()
        changes.append((overlap, last.pk if last else 0))
        set_overlap(project, overlap, now_ms)

    monkeypatch.setattr(demo, "set_overlap", note)
    prepare_demo(to_ms(NOW))

    ((first, none), (lowered, last)) = changes
    assert (first, none, lowered) == (demo.PILOT_OVERLAP, 0, demo.OVERLAP)
    beyond = TaskState.objects.filter(counted__gt=F("overlap"))
    assert beyond.exists()
    for state in beyond:
        answers = Answer.objects.filter(task=state.task_id, counted=True).order_by("id")
        assert state.counted <= demo.PILOT_OVERLAP
        assert all(number <= last for number in answers.values_list("id", flat=True)[lowered:])
        assert (state.state, state.live) == ("closed", 0)
    assert broken() == []


@pytest.mark.slow
def test_one_click_entrances_lead_to_people_with_their_roles() -> None:
    prepare_demo(to_ms(NOW))

    project = Project.objects.get(slug="demo")
    for role in ("worker", "requester", "reviewer", "operator"):
        person = get_demo_person(Role(role))
        assert role in roles_in(person, project)
        assert str(person).endswith(" (démo)")


@pytest.mark.slow
def test_a_demo_that_is_there_is_left_as_it_is() -> None:
    prepare_demo(to_ms(NOW))
    before = said()

    again = prepare_demo(to_ms(NOW))

    assert not again
    assert said() == before


@pytest.mark.slow
def test_interrupted_while_answering_it_goes_on_where_it_was() -> None:
    with transaction.atomic():
        prepare_demo(to_ms(NOW))
        whole = said()
        transaction.set_rollback(True)

    def stop(done: int, total: int) -> None:
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare_demo(to_ms(NOW), stop)
    made = prepare_demo(to_ms(NOW))

    assert made
    assert said() == whole


@pytest.mark.slow
def test_interrupted_while_importing_it_begins_the_import_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(_import_id: int, _now: datetime) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(demo, "publish_import", stop)
        with pytest.raises(KeyboardInterrupt):
            prepare_demo(to_ms(NOW))
    prepare_demo(to_ms(NOW))

    assert Task.objects.filter(now__isnull=False).count() == 121
    assert Task.objects.filter(now__isnull=True).count() == 0


def test_an_instance_that_the_demo_did_not_make_is_left_alone() -> None:
    Person.objects.create(username="ada")

    with pytest.raises(Conflict, match="did not make"):
        prepare_demo(to_ms(NOW))

    assert not is_demo()
