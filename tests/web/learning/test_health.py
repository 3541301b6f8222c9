"""The page of a model's health says where it errs, and says nothing where little is known."""

import json
from collections.abc import Sequence

import pytest
from django.test import Client
from django.urls import reverse

from canut.core.clock import DAY_MS
from canut.store.models import Decided, Import, Incident, Proposal, Task, TaskState, Trained
from tests.support.factories import NOW, NOW_MS
from tests.support.instance import House, make_model

pytestmark = pytest.mark.django_db


NORTH, SOUTH = {"region": "Nord"}, {"region": "Sud"}


@pytest.fixture
def requester(house: House) -> Client:
    """Sign in as who asks."""
    return house.client("requester")


def decide_hidden(
    trained: Trained, contents: Sequence[dict[str, str]], wrong: set[int], score: float = 0.9
) -> None:
    """Let people decide tasks of the hidden share, one an hour; the model errs on some."""
    project = trained.project
    source = Import.objects.create(
        project=project, state="published", name="h", path="h", format="csv",
        created_by=project.created_by, created_at=NOW,
    )  # fmt: skip
    for at, content in enumerate(contents):
        task = Task.objects.create(
            project=project, source=source, row=at, key=f"h{at}", data=json.dumps(content)
        )
        TaskState.objects.create(
            task=task, project=project, state="closed", overlap=1, counted=1, label="oui",
            confidence=0.9,
        )  # fmt: skip
        Decided.objects.create(
            task=task, project=project, outcome="human", unseen=1, same=int(at not in wrong),
            decided_ms=NOW_MS + at * DAY_MS // 24, acts="[]",
        )  # fmt: skip
        Proposal.objects.create(
            task=task, project=project, author=trained.author, source="m", score=score,
            label="non" if at in wrong else "oui", is_hidden=True, at_ms=NOW_MS,
        )  # fmt: skip


def page_of(client: Client, trained: Trained, language: str = "en") -> str:
    address = reverse("project_model_health", args=[trained.project.slug, trained.pk])
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def test_fewer_than_twenty_hidden_tasks_give_no_figure(house: House, requester: Client) -> None:
    trained = make_model(house)
    decide_hidden(trained, [NORTH] * 19, {1, 2})

    shown = page_of(requester, trained)

    assert "answered 19 hidden tasks" in shown
    assert "%" not in shown.partition("<main")[2]


@pytest.mark.parametrize(("language", "said"), [("en", "suspected"), ("fr", "soupçonnée")])
def test_slice_where_a_model_errs_is_named(
    house: House, requester: Client, language: str, said: str
) -> None:
    trained = make_model(house)
    decide_hidden(trained, [NORTH] * 60 + [SOUTH] * 240, {*range(12), *range(100, 106)})

    shown = page_of(requester, trained, language)

    assert "region = Nord" in shown
    assert said in shown
    assert "12 / 60" in shown.replace("\xa0", " ").replace("\u202f", " ")


def test_errors_spread_evenly_name_no_slice(house: House, requester: Client) -> None:
    trained = make_model(house)
    contents = [NORTH if at % 2 else SOUTH for at in range(120)]
    decide_hidden(trained, contents, {10, 31, 52, 73})

    shown = page_of(requester, trained)

    assert "Nowhere more than chance explains" in shown
    assert "suspected" not in shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({*range(60, 90)}, "It fell below the bar. This is confirmed."),
        ({60}, "It may have fallen below the bar"),
    ],
)
def test_fall_is_suspected_until_it_is_confirmed(
    house: House, requester: Client, wrong: set[int], said: str
) -> None:
    trained = make_model(house)
    decide_hidden(trained, [SOUTH] * 90, wrong)
    Incident.objects.create(project=house.project, author=trained.author, at_ms=NOW_MS)

    assert said in page_of(requester, trained)


def test_confirmed_fall_is_said_after_a_good_stretch_too(house: House, requester: Client) -> None:
    trained = make_model(house)
    decide_hidden(trained, [SOUTH] * 400, {*range(60, 90)})

    assert "It fell below the bar. This is confirmed." in page_of(requester, trained)


def test_bar_is_of_how_often_people_repeat_themselves(house: House, requester: Client) -> None:
    trained = make_model(house)  # the project asks 98 %, and people are sure at 90 %
    decide_hidden(trained, [SOUTH] * 200, {*range(0, 200, 10)})

    shown = page_of(requester, trained)

    assert "88.2%" in shown
    assert "No fall is shown." in shown


def test_confidence_far_from_what_is_right_is_told(house: House, requester: Client) -> None:
    trained = make_model(house)
    decide_hidden(trained, [SOUTH] * 100, {*range(0, 100, 3)}, score=0.99)

    assert "Its confidence is off" in page_of(requester, trained)


def test_whoever_is_of_another_organisation_does_not_see_it(house: House) -> None:
    trained = make_model(house)
    address = reverse("project_model_health", args=[trained.project.slug, trained.pk])

    assert Client().get(address).status_code in {302, 404}
