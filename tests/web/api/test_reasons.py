"""Why a project's state changes is in the body, and stays in its history."""

import pytest

from canut.store.models import Project
from canut.store.projects.state_changes import changes_of
from tests.support.factories import make_project
from tests.web.api.program import Program, program

pytestmark = pytest.mark.django_db
ROWS = [{"id": "1", "text": "un"}, {"id": "2", "text": "deux"}]


@pytest.fixture
def project() -> Project:
    return make_project(is_own_staff=True).project


@pytest.fixture
def bot(project: Project) -> Program:
    return program("requester", organisation=project.organisation)


def at(project: Project, act: str) -> str:
    return f"projects/{project.slug}/{act}"


def test_reason_of_each_change_is_kept_with_who_made_it(project: Project, bot: Program) -> None:
    for act, reason in (("pause", "nuit"), ("open", "jour"), ("close", "fini")):
        bot.post(at(project, act), {"reason": reason})

    kept = [(one.after, one.reason) for one in reversed(changes_of(project.pk))]
    assert kept == [("paused", "nuit"), ("open", "jour"), ("closed", "fini")]
    assert all(one.made_by for one in changes_of(project.pk))


def test_reason_after_the_question_mark_is_refused(project: Project, bot: Program) -> None:
    answer = bot.ask("POST", at(project, "pause") + "?reason=nuit", {"reason": "nuit"})

    assert answer.status_code == 422
    project.refresh_from_db()
    assert project.state == "open"


@pytest.mark.parametrize("body", [{"reason": "nuit", "by": 3}, {"reason": 3}, [], "nuit"])
def test_nothing_but_a_reason_is_taken(project: Project, bot: Program, body: object) -> None:
    assert bot.ask("POST", at(project, "pause"), body).status_code == 422


def test_pausing_without_a_body_or_a_reason_is_refused(project: Project, bot: Program) -> None:
    assert bot.ask("POST", at(project, "pause"), kind="").status_code == 415
    assert bot.ask("POST", at(project, "pause"), {}).json()["code"] == "change-unsaid"


def test_starting_needs_no_body(bot: Program) -> None:
    draft = make_project(
        is_own_staff=True, state="draft", organisation=Project.objects.get().organisation
    ).project

    bot.post(at(draft, "start"))

    draft.refresh_from_db()
    assert draft.state == "open"
