from datetime import UTC, datetime

import pytest

from canut.actions.people.accounts import add_operator
from canut.actions.projects.setup import create_project, write_question
from canut.actions.tasks.known_labels import write_known
from canut.core.clock import to_ms
from canut.core.errors import BadAnswer, BadInput
from canut.store.models import Import, Organisation, Project, Task

NOW = datetime(2026, 11, 25, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    by = add_operator("ines", None, "Labo", to_ms(NOW))
    project = create_project(Organisation.objects.get(), "Chiffres", by=by, now_ms=to_ms(NOW))
    question = {
        "id": "q",
        "kind": "choice",
        "ask": "?",
        "choices": [{"value": "7"}, {"value": "1"}],
    }
    schema = {"questions": [question], "show": [{"column": "image", "as": "image"}]}
    write_question(project, schema, "", by=by, now_ms=to_ms(NOW))
    source = Import.objects.create(
        project=project, name="a", path="", format="images", created_by=by, created_at=NOW
    )
    for row, key in enumerate(("a.png", "b.png")):
        Task.objects.create(project=project, source=source, row=row, key=key, data="{}")
    return project


def test_known_labels_are_noted_by_key(project: Project) -> None:
    write_known(project.id, {"b.png": "7"})
    write_known(project.id, {"b.png": "1"})

    assert dict(Task.objects.values_list("key", "known")) == {"a.png": None, "b.png": "1"}


def test_label_the_question_does_not_allow_is_refused(project: Project) -> None:
    with pytest.raises(BadAnswer):
        write_known(project.id, {"a.png": "8"})

    assert not Task.objects.exclude(known=None).exists()


def test_key_of_no_task_is_refused(project: Project) -> None:
    with pytest.raises(BadInput, match=r"no task 'c\.png'"):
        write_known(project.id, {"a.png": "7", "c.png": "1"})
