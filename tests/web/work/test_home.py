import re

from django.urls import reverse
from django.utils import timezone

from canut.actions.people.accounts import join_as_worker
from canut.store.models import Project, Worker
from tests.support.decision_pages import decided
from tests.support.factories import NOW_MS, answer_next
from tests.support.instance import House

FR = {"accept-language": "fr"}


def test_worker_sees_time_pay_and_where_to_go_on(house: House) -> None:
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    answer_next(house.worker, now_ms=int(timezone.now().timestamp() * 1000) - 6_000)

    page = house.client("worker").get("/work/", headers=FR).content.decode().replace("\xa0", " ")

    assert "0,21 $" in page
    assert "5 s" in page
    assert "Reprendre" in page
    assert "Les Soies" in page


def test_what_a_rejection_took_is_in_no_sum_of_today(house: House) -> None:
    house.people["worker"].set_unusable_password()
    house.people["worker"].save()
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    answer_next(house.worker, now_ms=int(timezone.now().timestamp() * 1000) - 90_000)
    decided(house)
    client = house.client("worker")

    bench = client.get(f"/work/{house.project.slug}/", headers=FR).content.decode()
    pages = [
        client.get(path, headers=FR).content.decode().replace("\xa0", " ")
        for path in ("/work/", "/pay/", "/account/leave")
    ]

    earned = re.search(r'"earned_micro": ?(\d+)', bench)
    assert earned
    assert earned[1] == "210000"
    due = re.search(r'<p class="main-sum">([^<]+)<', pages[1])
    assert due
    assert '<dd class="v">0,21 $</dd>' in pages[0]
    assert f"{due[1]} à ce jour" in pages[0]
    assert f"<b>{due[1]}</b> gagnés et pas encore versés" in pages[2]


def test_worker_without_tasks_left_is_told_so(house: House) -> None:
    Project.objects.filter(id=house.project.pk).update(state="paused")

    page = house.client("worker").get("/work/", headers=FR).content.decode()

    assert "en pause" in page
    assert "Reprendre" not in page


def test_work_page_does_not_show_other_projects(house: House) -> None:
    page = house.client("worker").get("/work/", headers=FR).content.decode()

    assert house.draft.title not in page or "brouillon" in page


def test_requester_who_answers_finds_the_labels_after_stopping(house: House) -> None:
    Project.objects.filter(id=house.project.pk).update(is_own_staff=True)
    house.project.refresh_from_db()
    labels = reverse("project_export", args=[house.project.slug])
    client = house.client("requester")
    worker = join_as_worker(house.project, house.people["requester"], NOW_MS)
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    answer_next(worker)

    page = client.get("/work/", headers=FR).content.decode()

    assert f'href="{labels}"' in page
    assert labels not in house.client("worker").get("/work/", headers=FR).content.decode()
