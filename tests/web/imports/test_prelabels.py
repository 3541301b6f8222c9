"""What a model said, from the form of a new project to the page of a task."""

import pytest

from canut.actions.platform.uploads import keep_upload
from canut.actions.projects.drafts import begin_import
from canut.store.models import Import, ModelAnswer, ModelAuthor, Project
from tests.support.factories import NOW_MS
from tests.support.instance import House

ROWS = b"id,text,said,sure\n1,un,oui,0.9\n2,deux,peut-\xc3\xaatre,0.6\n"
COLUMNS = {"judged": "text", "label_column": "said", "score_column": "sure", "model": "bert"}
QUESTION = {"ask": "Oui ?", "choices": ["oui", "non"]}


@pytest.fixture
def draft(house: House) -> Project:
    by = house.people["requester"]
    made = house.draft
    made.questions.all().delete()
    begin_import(made, keep_upload("avis.csv", [ROWS]), by=by, now_ms=NOW_MS)
    return made


def test_columns_are_chosen_in_the_form_and_stay_chosen(house: House, draft: Project) -> None:
    client, address = house.client("requester"), f"/projects/{draft.slug}/setup"

    answer = client.post(f"{address}/columns", COLUMNS)

    assert answer.status_code == 302
    said = ModelAnswer.objects.order_by("task__row").values_list("label", "score", "author__name")
    assert list(said) == [("oui", 0.9, "bert"), ("peut-être", 0.6, "bert")]
    page = client.get(address).content.decode()
    assert '<option value="said" selected>' in page


def test_a_question_that_does_not_know_a_label_says_which_row(house: House, draft: Project) -> None:
    client, address = house.client("requester"), f"/projects/{draft.slug}/setup"
    client.post(f"{address}/columns", COLUMNS)

    refused = client.post(f"{address}/question", QUESTION, headers={"accept-language": "fr"})
    kept = client.post(f"{address}/question", {**QUESTION, "choices": ["oui", "peut-être"]})

    assert (refused.status_code, kept.status_code) == (422, 302)
    assert "Ligne 3, colonne « said » : « peut-être »" in refused.content.decode()


def test_a_judged_column_cannot_be_what_a_model_said(house: House, draft: Project) -> None:
    answer = house.client("requester").post(
        f"/projects/{draft.slug}/setup/columns", COLUMNS | {"label_column": "text"}
    )

    assert answer.status_code == 422


def test_the_page_of_a_task_shows_it_with_its_source(house: House) -> None:
    author = ModelAuthor.objects.create(project=house.project, name="bert", version="7")
    task = house.tasks[0]
    ModelAnswer.objects.create(task=task, author=author, label="oui", score=0.93)
    client = house.client("requester")

    page = client.get(f"/projects/{house.project.slug}/tasks/{task.pk}").content.decode()
    export = client.get(f"/projects/{house.project.slug}/export").content.decode()
    other = client.get(f"/projects/{house.draft.slug}/export").content.decode()

    assert "bert" in page
    assert "93" in page
    assert "prelabels.csv" in export
    assert "prelabels.csv" not in other


def test_reading_again_without_the_columns_forgets_it(house: House, draft: Project) -> None:
    client, address = house.client("requester"), f"/projects/{draft.slug}/setup"
    client.post(f"{address}/columns", COLUMNS)

    client.post(f"{address}/columns", {"judged": "text"})

    source = Import.objects.filter(project=draft).latest("id")
    assert source.rows_good == 2
    assert not ModelAnswer.objects.exists()
