"""The demo's small projects to try: made once, open to who comes in, answered in their kind."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from canut.actions.people.accounts import add_person
from canut.actions.people.organisations import create_organisation
from canut.actions.work.leases import lease_tasks
from canut.core.clock import to_ms
from canut.demo.sample_projects import PICTURES, SOUNDS, TEXTS, TRIES, make_tries
from canut.store.models import Media, Person, Project, TaskState, Worker
from tests.support.factories import answer_next

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
ANSWERS: dict[str, object] = {
    "bobines": [{"label": "bobine", "x": 10, "y": 20, "w": 60, "h": 110}],
    "noms": {"spans": [{"label": "personne", "start": 4, "end": 9}]},
    "metiers": [{"label": "métier", "start": 0.5, "end": 1.5}],
}


@pytest.fixture
def people(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    create_organisation(
        "Atelier", add_person("demo-requester", "Dominique", to_ms(NOW)), to_ms(NOW)
    )
    add_person("demo-worker", "Camille", to_ms(NOW))


@pytest.mark.usefixtures("people")
def test_each_is_open_to_who_comes_in_and_takes_an_answer_of_its_kind() -> None:
    assert make_tries(to_ms(NOW))

    camille = Person.objects.get(username="demo-worker")
    assert ANSWERS.keys() == {one.slug for one in TRIES}
    for slug, answer in ANSWERS.items():
        project = Project.objects.get(slug=slug)
        assert project.state == Project.State.OPEN
        worker = Worker.objects.get(project=project, person=camille)
        assert answer_next(worker, answer, now_ms=NOW_MS).counted
    assert TaskState.objects.count() == PICTURES + TEXTS + SOUNDS
    assert Media.objects.count() == PICTURES + SOUNDS


@pytest.mark.usefixtures("people")
def test_they_are_made_once() -> None:
    make_tries(to_ms(NOW))
    before = TaskState.objects.count()

    assert not make_tries(to_ms(NOW))

    assert TaskState.objects.count() == before
    camille = Worker.objects.get(project__slug="noms")
    assert lease_tasks(camille.pk, 1, NOW_MS).tasks
