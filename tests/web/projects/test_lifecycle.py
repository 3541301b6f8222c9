"""The pages of a project's life: its history, its question, checks, who may work, panels."""

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.quality.gold import make_known
from canut.actions.work.submission import Submission, submit
from canut.store.models import (
    Eligibility,
    Gold,
    Invitation,
    Lease,
    Project,
    ProjectChange,
    QuestionVersion,
    Recruited,
    Removal,
    Task,
    TaskState,
)
from tests.support.factories import NOW_MS, answer_next
from tests.support.instance import House

EN = {"accept-language": "en"}


@pytest.fixture
def client(house: House) -> Client:
    return house.client("requester")


def read(client: Client, name: str, house: House, language: str = "en") -> str:
    path = reverse(name, args=[house.project.slug])
    shown = client.get(path, headers={"accept-language": language}).content.decode()
    return " ".join(shown.replace("\xa0", " ").replace("\u202f", " ").split())


def send(client: Client, name: str, house: House, **form: object) -> tuple[int, str]:
    path = reverse(name, args=[house.project.slug])
    answer = client.post(path, form, headers=EN, follow=True)
    return answer.status_code, answer.content.decode()


def test_pause_is_in_the_history_with_its_reason_and_author(house: House, client: Client) -> None:
    send(client, "project_state", house, state="paused", reason="The file was wrong.")

    shown = read(client, "project_life", house)

    assert "The file was wrong." in shown
    assert "open → paused" in shown
    assert ProjectChange.objects.get().made_by == house.people["requester"]


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_what_stops_work_without_a_reason_asks_for_it_beside_its_field(
    house: House, client: Client, state: str
) -> None:
    status, page = send(client, "project_state", house, state=state)

    assert status == 422
    assert 'aria-invalid="true"' in page
    assert 'name="state" value="paused"' in page


def test_closing_for_good_is_asked_once_more(house: House, client: Client) -> None:
    status, page = send(client, "project_state", house, state="closed", reason="Done.")

    house.project.refresh_from_db()
    assert (status, house.project.state) == (200, "open")
    assert "Close for good?" in page
    assert 'value="Done."' in page


def test_closed_project_offers_no_way_back(house: House, client: Client) -> None:
    send(client, "project_state", house, state="closed", reason="Done.", sure="1")

    shown = read(client, "project_life", house)
    status, words = send(client, "project_state", house, state="open", reason="Again.")

    assert "Closing is final" in shown
    assert 'value="open"' not in shown
    assert status == 409
    assert "To ask again, duplicate it" in words


def test_question_is_changed_while_people_work(house: House, client: Client) -> None:
    answer_next(house.worker)
    form = {"ask": "Quel ton ?", "choices": ["oui", "non", "mixte"], "instructions": ""}

    send(client, "project_question", house, **form)

    version = QuestionVersion.objects.filter(project=house.project).latest("number")
    assert version.number == 2
    assert version.schema["show"] == [{"column": "text", "as": "text"}]
    assert "oui, non, mixte" in read(client, "project_question", house)


def test_asking_until_sure_is_said_in_plain_words(house: House, client: Client) -> None:
    send(client, "project_asking", house, do="asking", how="sure", least=2, most=5)

    shown = read(client, "project_asking", house)

    project = Project.objects.get(id=house.project.pk)
    assert (project.overlap, project.overlap_most) == (2, 5)
    assert "We ask 2 people each task, then one more at a time, up to 5" in shown


@pytest.mark.parametrize(
    "form", [{"how": "sure", "least": 4, "most": 2}, {"how": "sure"}, {"how": "fixed"}]
)
def test_asking_that_cannot_be_meant_changes_nothing(
    house: House, client: Client, form: dict[str, object]
) -> None:
    status, _words = send(client, "project_asking", house, do="asking", **form)

    assert status == 422
    assert Project.objects.get(id=house.project.pk).overlap_rule == 0


def test_named_tasks_come_first(house: House, client: Client) -> None:
    send(client, "project_asking", house, do="first", named="0002\r\n", place="first")

    assert TaskState.objects.get(task__key="0002").priority < 0


def test_reviewed_task_becomes_gold_and_a_wrong_one_is_put_right(
    house: House, client: Client
) -> None:
    send(client, "project_checks", house, do="one", key="0000", label="oui", why="Net.")
    made = Gold.objects.get()

    send(client, "project_checks", house, do="wrong", key="0000", label="non", reason="Erreur.")

    assert made.why == "Net."
    assert Task.objects.get(id=made.task_id).known == "non"
    assert "0000" in read(client, "project_checks", house)


def test_label_the_question_does_not_allow_is_refused_beside_the_form(
    house: House, client: Client
) -> None:
    status, _words = send(client, "project_checks", house, do="one", key="0000", label="peut-être")

    assert status == 422
    assert not Gold.objects.exists()


def test_gold_of_the_file_and_the_audit_share_are_set(house: House, client: Client) -> None:
    Task.objects.filter(project=house.project).update(known="oui")

    send(client, "project_checks", house, do="some", wanted=2)
    send(client, "project_checks", house, do="audit", share=20)

    assert Gold.objects.filter(source="import").count() == 2
    assert Project.objects.get(id=house.project.pk).audit_per_mille == 20


def test_worker_reads_their_check_after_answering_and_not_before(house: House) -> None:
    by, task = house.people["requester"], house.tasks[0]
    make_known(task.pk, "non", "Un reproche.", by=by, now_ms=NOW_MS)
    worker = house.client("worker")
    before = read(worker, "work_standing", house)
    lease = Lease.objects.create(
        task=task, worker=house.worker, project=house.project, lent_ms=0, expires_ms=NOW_MS
    )
    submit(house.worker.pk, Submission(lease.pk, "k", {"q": "oui"}), NOW_MS)

    after = read(worker, "work_standing", house, "fr")

    assert "Un reproche." not in before
    assert "Un reproche." in after


def test_who_may_work_is_kept_and_told(house: House, client: Client) -> None:
    send(client, "project_who", house, given="ja", a_day=30)

    worker = house.client("worker")
    told = read(worker, "work_standing", house)
    send(worker, "work_standing", house, given="fr, ja")

    assert Eligibility.objects.get().languages == ["ja"]
    assert "asks for one of these languages: ja" in told
    house.worker.refresh_from_db()
    assert house.worker.barred == ""


def test_place_without_a_law_is_refused_beside_the_form(house: House, client: Client) -> None:
    status, words = send(client, "project_who", house, place="CA")

    assert status == 422
    assert "Without it, nobody is left out because of their place." in words
    assert not Eligibility.objects.exists()


def test_panel_link_brings_people_in_and_sends_them_back(house: House, client: Client) -> None:
    send(client, "project_panels", house, panel="prolific", code="CX7", tasks=1, people=5)
    shown = read(client, "project_panels", house)
    link = reverse("join", args=["x"]).removesuffix("x")
    token = shown.split(link, 1)[1].split("?", 1)[0]
    stranger = Client()

    stranger.post(f"{link}{token}?PROLIFIC_PID=5f0a&STUDY_ID=s", headers=EN)
    worker = house.project.workers.latest("id")
    before = read(stranger, "work_standing", house)
    answer_next(worker)
    after = read(stranger, "work_standing", house)

    assert Recruited.objects.get().member == "5f0a"
    assert "0 of 1 answers." in before
    assert "CX7" not in before
    assert "https://app.prolific.com/submissions/complete?cc=CX7" in after


def test_same_member_of_a_panel_is_led_to_where_they_began(house: House, client: Client) -> None:
    send(client, "project_panels", house, panel="prolific", code="CX7", tasks=1, people=5)
    link = read(client, "project_panels", house).split("/join/", 1)[1].split("?", 1)[0]
    path = f"{reverse('join', args=[link])}?PROLIFIC_PID=5f0a"
    Client().post(path, headers=EN)

    again = Client().post(path, headers=EN)

    assert again.status_code == 409
    assert Invitation.objects.latest("id").uses == 1


def test_project_is_copied_put_away_and_deleted_later(house: House, client: Client) -> None:
    send(client, "project_state", house, state="closed", reason="Done.", sure="1")
    send(client, "project_copy", house, title="Encore")
    send(client, "project_away", house)
    send(client, "project_delete", house)

    assert Project.objects.get(title="Encore").state == "draft"
    assert Project.objects.get(id=house.project.pk).archived_ms
    assert house.project.slug not in client.get(reverse("projects")).content.decode()
    assert Removal.objects.get().taken_back_ms is None
    send(client, "project_delete", house, keep="1")
    assert Removal.objects.get().taken_back_ms
