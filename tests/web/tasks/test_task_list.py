"""The page over all tasks: filters in the address, and changes that say first how many."""

import re
from urllib.parse import parse_qsl

import pytest
from django.urls import reverse

from canut.actions.tasks.search_index import index_texts
from canut.store.models import Answer, Bulk, SavedView, TaskState, Worker
from canut.store.tasks.task_list import PAGE
from tests.support.factories import answer_next, make_tasks
from tests.support.instance import House

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
ENGLISH = {"accept-language": "en"}
VIEW = r'<a href="\?[^"]*"(?: aria-current="true")?>([^<]* <span class="n num">[^<]*</span>)</a>'


def at(house: House, name: str = "project_tasks", *more: int) -> str:
    return reverse(name, args=[house.project.slug, *more])


def listed(house: House, query: str = "") -> str:
    client = house.client("requester")
    return client.get(f"{at(house)}?{query}", headers=ENGLISH).content.decode()


def test_search_says_that_it_is_being_prepared_until_it_is(house: House) -> None:
    before = listed(house)

    index_texts(house.tasks[0].source_id)

    assert "being prepared" in before
    assert "being prepared" not in listed(house)


def test_filter_of_the_address_chooses_the_tasks(house: House) -> None:
    index_texts(house.tasks[0].source_id)

    page = listed(house, "q=avis+1")

    links = [reverse("project_task", args=[house.project.slug, t.pk]) for t in house.tasks]
    assert [link in page for link in links] == [False, True, False]


@pytest.mark.parametrize(
    "query",
    ["state=x", "sure=x", "order=x", "after=x", "before=nan~1", "after=1~", "worker=x"],
)
def test_address_that_cannot_be_read_lists_all_the_same(house: House, query: str) -> None:
    answer = house.client("requester").get(f"{at(house)}?{query}")

    assert answer.status_code == 200


def test_pages_follow_each_other_both_ways(house: House) -> None:
    make_tasks(house.project, PAGE)
    first = listed(house, "order=task")
    following = first.split("The following ones")[0].rsplit('href="?', 1)[1].split('"')[0]

    second = listed(house, following.replace("&amp;", "&"))

    assert second.count('name="task"') == 3
    assert "The ones before" in second


def test_change_says_how_many_first_and_is_undone_from_the_list(house: House) -> None:
    client = house.client("requester")
    path = at(house, "project_tasks_change")
    asked = {"change": "aside", "state": "open"}

    said = client.post(path, asked, headers=ENGLISH).content.decode()
    assert "3 tasks: withdrawn from the queue" in said
    assert not Bulk.objects.exists()

    client.post(path, asked | {"said": "3"})
    assert set(TaskState.objects.values_list("state", flat=True)) == {"aside"}

    client.post(at(house, "project_change_undo", Bulk.objects.get().pk))
    assert set(TaskState.objects.values_list("state", flat=True)) == {"open"}


def test_marked_tasks_alone_are_asked_about(house: House) -> None:
    marked = {"change": "answers:1", "marked": "", "task": [house.tasks[1].pk]}

    said = house.client("requester").post(
        at(house, "project_tasks_change"), marked, headers=ENGLISH
    )

    assert "1 task: " in said.content.decode()


def test_picked_tasks_change_at_once_where_it_costs_nothing_and_undo_stands_there(
    house: House,
) -> None:
    client = house.client("requester")
    picked = {"change": "priority:-1", "marked": "1", "task": [house.tasks[1].pk]}

    page = client.post(at(house, "project_tasks_change"), picked, headers=ENGLISH, follow=True)

    assert TaskState.objects.get(task=house.tasks[1]).priority == -1
    undo = reverse("project_change_undo", args=[house.project.slug, Bulk.objects.get().pk])
    assert f'action="{undo}" class="undo-line"' in page.content.decode()


def test_row_without_an_answer_has_no_word_for_it(house: House) -> None:
    page = listed(house)

    assert "unknown" not in page.lower()
    assert page.count("0 of 2") == 3


def test_done_task_is_not_called_sooner(house: House) -> None:
    TaskState.objects.filter(task=house.tasks[0]).update(priority=-1, state="closed")

    assert ">sooner<" not in listed(house)


def test_typed_line_becomes_terms_that_can_be_dropped(house: House) -> None:
    client = house.client("requester")
    typed = {"f": 'sure:<80 by:"worker" avis', "order": "sure"}

    page = client.get(at(house), typed, headers=ENGLISH, follow=True)

    query = dict(parse_qsl(page.redirect_chain[-1][0].partition("?")[2]))
    assert query == {"sure": "<80", "worker": "worker", "q": "avis", "order": "sure"}
    text = page.content.decode()
    assert "sure under 80%" in text
    assert "Drop: by worker" in text
    assert "Without “words avis”" in text


def test_person_is_found_by_name_by_who_may_read_it(house: House) -> None:
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    answer_next(house.worker)

    for role, count in (("requester", 1), ("reviewer", 0)):
        page = house.client(role).get(at(house), {"worker": "worker"}).content.decode()
        assert page.count("data-opens") == count


def test_views_say_how_many_and_known_answers_stay_in_the_list(house: House) -> None:
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    answer_next(house.worker)
    answered = Answer.objects.get().task
    client = house.client("requester")

    client.post(at(house, "project_tasks_known"), {"task": [answered.pk], "list": "1"})

    page = listed(house)
    assert TaskState.objects.get(task=answered).state == "gold"
    assert page.count("data-opens") == 3
    views = [re.sub(r"<[^>]*>", "", view) for view in re.findall(VIEW, page)]
    assert views == [
        "All 3",
        "Unsure 0",
        "Done 0",
        "Under way 0",
        "No answer yet 2",
        "Flagged 0",
        "Known answers 1",
    ]


def test_reviewer_reads_the_list_and_changes_nothing(house: House) -> None:
    client = house.client("reviewer")

    read = client.get(at(house))
    refused = client.post(at(house, "project_tasks_change"), {"change": "aside"})

    assert (read.status_code, refused.status_code) == (200, 403)


def test_filter_is_kept_under_a_name_by_one_person_and_deleted(house: House) -> None:
    client, address = house.client("requester"), at(house, "project_tasks_view")
    offered = listed(house, "state=open")

    kept = client.post(address, {"state": "open", "order": "task", "name": " Still open "})
    mine = listed(house)
    other = house.client("operator").get(at(house), headers=ENGLISH).content.decode()

    assert "Keep this view" in offered
    assert "Keep this view" not in mine
    assert kept["Location"].startswith(f"{at(house)}?state=open")
    assert re.search(r'href="\?state=open[^"]*">Still open <', mine)
    assert "Still open" not in other
    assert "Keep this view" not in listed(house, kept["Location"].partition("?")[2])

    view = SavedView.objects.get()
    house.client("operator").post(at(house, "project_tasks_view_delete", view.pk))
    assert SavedView.objects.exists()
    client.post(at(house, "project_tasks_view_delete", view.pk))
    assert "Still open" not in re.sub("(?s)<ul class=.messages.*?</ul>", "", listed(house))
    assert not SavedView.objects.exists()


def test_view_of_a_kept_name_is_replaced_and_twelve_are_enough(house: House) -> None:
    client, address = house.client("requester"), at(house, "project_tasks_view")

    for number in range(12):
        client.post(address, {"q": f"mot{number}", "name": f"Vue {number}"})
    again = client.post(address, {"q": "autre", "name": "Vue 3"})
    full = client.post(address, {"q": "autre", "name": "Une de plus"})
    unnamed = client.post(address, {"q": "autre", "name": "  "})

    assert (again.status_code, full.status_code, unnamed.status_code) == (302, 409, 422)
    assert SavedView.objects.count() == 12
    assert "q=autre" in SavedView.objects.get(name="Vue 3").query
