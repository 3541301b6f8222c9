from datetime import UTC, datetime

import pytest

from canut.actions.people.accounts import add_operator
from canut.actions.projects.setup import (
    close_project,
    create_project,
    open_project,
    pause_project,
    set_rate,
    set_work,
    write_aims,
    write_question,
)
from canut.actions.protection.risk_preferences import set_risk
from canut.core.clock import to_ms
from canut.core.errors import BadInput, BadQuestion, Incomplete, NotOpen
from canut.store.models import Import, Organisation, Project

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SCHEMA = {
    "questions": [
        {
            "id": "q",
            "kind": "choice",
            "ask": "Positif ?",
            "multiple": False,
            "choices": [{"value": "oui"}, {"value": "non"}],
        }
    ],
    "show": [{"column": "avis", "as": "text"}],
}
AIMS = {
    "business": "Trier les avis.",
    "social": "Maison Bréval.",
    "ethical": "Rien de connu.",
    "whose": "Clientes et clients",
    "consent": "inconnu",
    "paid": "inconnu",
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    by = add_operator("ines", None, "Labo", to_ms(NOW))
    return create_project(Organisation.objects.get(), "Avis clients", by=by, now_ms=to_ms(NOW))


def ready(project: Project, *, without: str = "") -> None:
    by = project.created_by
    if without != "question":
        write_question(project, SCHEMA, "", by=by, now_ms=to_ms(NOW))
    if without != "price":
        set_rate(project, 40_000, "CAD", by=by, now_ms=to_ms(NOW))
    if without != "tasks":
        Import.objects.create(
            project=project,
            name="a.csv",
            path="",
            format="csv",
            state="published",
            created_by=by,
            created_at=NOW,
        )
    write_aims(project, **{k: "" if k == without else v for k, v in AIMS.items()})
    if without != "severity":
        set_risk(project, 0, [], "text")


def test_two_projects_of_one_title_have_two_addresses(project: Project) -> None:
    other = create_project(
        project.organisation, "Avis clients", by=project.created_by, now_ms=to_ms(NOW)
    )

    assert project.slug == "avis-clients"
    assert other.slug.startswith("avis-clients-")


@pytest.mark.parametrize("missing", [*AIMS, "question", "price", "tasks", "severity"])
def test_project_cannot_open_without(project: Project, missing: str) -> None:
    ready(project, without=missing)

    with pytest.raises(Incomplete) as refusal:
        open_project(project, to_ms(NOW))

    assert missing in str(refusal.value.facts["field"])
    project.refresh_from_db()
    assert project.state == "draft"


def test_project_opens_pauses_goes_on_and_closes(project: Project) -> None:
    ready(project)
    project.is_own_staff = True

    states = []
    open_project(project, to_ms(NOW))
    states.append(project.state)
    pause_project(project, to_ms(NOW))
    states.append(project.state)
    open_project(project, to_ms(NOW))
    states.append(project.state)
    close_project(project, to_ms(NOW))
    states.append(project.state)

    assert states == ["open", "paused", "open", "closed"]


def test_draft_can_be_neither_paused_nor_closed(project: Project) -> None:
    with pytest.raises(NotOpen):
        pause_project(project, to_ms(NOW))
    with pytest.raises(NotOpen):
        close_project(project, to_ms(NOW))


def test_versions_follow_one_another_and_none_is_changed(project: Project) -> None:
    by = project.created_by

    first = write_question(project, SCHEMA, "Lisez.", by=by, now_ms=to_ms(NOW))
    second = write_question(project, SCHEMA, "Lisez bien.", by=by, now_ms=to_ms(NOW))
    rate = set_rate(project, 1, "cad", by=by, now_ms=to_ms(NOW))

    first.refresh_from_db()
    assert (first.number, second.number, first.instructions) == (1, 2, "Lisez.")
    assert rate.currency == "CAD"


def test_question_nobody_could_answer_is_refused(project: Project) -> None:
    with pytest.raises(BadQuestion):
        write_question(
            project, {"questions": [], "show": []}, "", by=project.created_by, now_ms=to_ms(NOW)
        )


@pytest.mark.parametrize(
    ("micro", "currency"), [(-1, "CAD"), (10**12, "CAD"), (1, "dollars"), (1, "")]
)
def test_price_that_cannot_be_meant_is_refused(project: Project, micro: int, currency: str) -> None:
    with pytest.raises(BadInput):
        set_rate(project, micro, currency, by=project.created_by, now_ms=to_ms(NOW))


def test_overlong_aim_says_its_limit(project: Project) -> None:
    with pytest.raises(BadInput) as refusal:
        write_aims(project, **AIMS | {"business": "a" * 601})

    assert refusal.value.facts["limit"] == 600


def test_lease_is_from_a_minute_to_a_day(project: Project) -> None:
    set_work(project, lease_seconds=60)

    with pytest.raises(BadInput):
        set_work(project, lease_seconds=59)


def test_project_needs_a_title(project: Project) -> None:
    with pytest.raises(Incomplete):
        create_project(project.organisation, " ", by=project.created_by, now_ms=to_ms(NOW))
