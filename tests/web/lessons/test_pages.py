"""Pages of lessons: refused input stays typed, figures appear at twenty, a signature is shown."""

import re

import pytest
from django.test import Client

from canut.actions.lessons.attempts import begin_lesson
from canut.actions.lessons.catalogue import get_lesson
from canut.actions.lessons.marking import mark_case
from canut.actions.people.accounts import add_member
from canut.actions.platform.system_clock import now_ms
from canut.store.models import LessonAnswer, LessonAttempt, LessonReview, Organisation, Person, Role
from tests.support.factories import make_person, make_project
from tests.support.lessons import REASONS, lesson_one, make_marker, send_case

pytestmark = pytest.mark.django_db
EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def worker() -> Person:
    person = make_person()
    add_member(person, Role.WORKER, now_ms(), project=make_project(tasks=1).project)
    return person


def read(client: Client, path: str, language: dict[str, str] = FR) -> str:
    answer = client.get(path, headers=language)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def test_list_is_for_anyone_and_says_what_is_not_reviewed() -> None:
    page = read(Client(), "/lessons/")
    assert "Ce que devient un clic" in page
    assert "pas encore relue" in page
    assert "not reviewed yet" in read(Client(), "/lessons/", EN)


def test_number_that_cannot_be_read_stays_typed(worker: Person) -> None:
    client = signed_in(worker)
    begin_lesson(worker, lesson_one(), now_ms())

    answer = client.post("/lessons/click-life/s05", {"do": "answer", "q3": "presque"}, headers=FR)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="presque"' in page
    assert "Ce n’est pas un nombre" in page
    assert not LessonAnswer.objects.exists()


def test_next_without_an_answer_moves_on_and_is_where_one_resumes(worker: Person) -> None:
    client = signed_in(worker)
    begin_lesson(worker, lesson_one(), now_ms())
    answer = client.post("/lessons/click-life/s03", {"do": "next"}, headers=FR)
    assert answer["Location"] == "/lessons/click-life/s04#main"
    assert LessonAttempt.objects.get().screen == "s04"
    answer = client.post("/lessons/click-life/begin", headers=FR)
    assert answer["Location"] == "/lessons/click-life/s04"


def test_screens_have_no_timer_streak_rank_or_key(worker: Person) -> None:
    client = signed_in(worker)
    begin_lesson(worker, lesson_one(), now_ms())
    for screen_id in lesson_one().screen_ids():
        page = read(client, f"/lessons/click-life/{screen_id}")
        main = page[page.index("<main") : page.index("</main>")]
        assert not re.search(r"<progress|countdown|data-timer|classement|meilleur", main)
        assert "Une autre réponse" not in main
        if screen_id != "s01":
            assert ">Retour</a>" in main


def test_screen_of_nobody_else_opens(worker: Person) -> None:
    begin_lesson(worker, lesson_one(), now_ms())
    other = make_person()
    add_member(other, Role.WORKER, now_ms(), project=make_project(tasks=1).project)
    answer = signed_in(other).get("/lessons/click-life/s03")
    assert (answer.status_code, answer["Location"]) == (302, "/lessons/click-life/")


def test_agreement_is_published_from_twenty_cases_on(worker: Person) -> None:
    markers = [make_marker(now_ms()) for _ in range(2)]
    for number in range(20):
        script = send_case(make_person(), now_ms())
        for marker in markers:
            mark_case(script.pk, [number % 3 + 1] * 4, REASONS, by=marker, now_ms=now_ms())
        if number == 18:
            assert not re.search(r"1[.,]00", read(signed_in(worker), "/lessons/figures"))
    assert re.search(r"1[.,]00", read(Client(), "/lessons/figures"))


def test_page_of_a_lesson_says_how_far_its_markers_agree() -> None:
    markers = [make_marker(now_ms()) for _ in range(2)]
    assert "publié à partir de 20 textes" in read(Client(), "/lessons/click-life/")
    for number in range(20):
        script = send_case(make_person(), now_ms())
        for marker, levels in zip(
            markers, ([number % 3 + 1] * 4, [number % 3 + 1] * 4), strict=True
        ):
            mark_case(script.pk, levels, REASONS, by=marker, now_ms=now_ms())
    page = read(Client(), "/lessons/click-life/")
    assert (
        "Accord des notes : 1,00 sur 20 textes ; une troisième personne pour 0 % d’entre eux"
        in page
    )


def test_screen_with_a_lab_says_whose_data_it_shows(worker: Person) -> None:
    client = signed_in(worker)
    begin_lesson(worker, lesson_one(), now_ms())
    assert '<span class="badge">exemple</span>' in read(client, "/lessons/click-life/s03")
    assert '<span class="badge">sample</span>' in read(client, "/lessons/click-life/s03", EN)
    assert "exemple</span>" not in read(client, "/lessons/click-life/s02")


def test_training_refuses_a_missing_level_and_who_may_not_mark(worker: Person) -> None:
    desk = signed_in(make_marker(now_ms(), trained=False))
    page = read(desk, "/marking/train/click-life")
    anchor = re.search(r'name="text" value="([^"]+)"', page)
    assert anchor is not None
    assert "Vos notes et la référence" not in page
    form = {"text": anchor[1], "level.path": "2"}
    assert desk.post("/marking/train/click-life", form, headers=FR).status_code == 422
    assert signed_in(worker).get("/marking/train/click-life", headers=FR).status_code == 403


def test_version_is_signed_by_a_named_teacher() -> None:
    operator = make_person(shown_name="Rosa")
    home = Organisation.objects.create(
        name="Canut", kind=Organisation.Kind.OPERATOR, created_at="2026-01-01T00:00:00Z"
    )
    add_member(operator, Role.OPERATOR, now_ms(), organisation=home)
    client = signed_in(operator)
    sheet = read(client, "/lessons/click-life/review")
    assert "Guide de correction" in sheet
    assert 'value="97,6"' in sheet  # the keys are shown
    form = {"name": "Anne Martel", "role": "teacher", "text": "", "signs": "1"}
    assert client.post("/lessons/click-life/review", form, headers=FR).status_code == 302
    assert LessonReview.objects.get().sha256 == lesson_one().sha256
    page = read(Client(), "/lessons/click-life/")
    assert "Signée par Anne Martel, personne enseignante" in page
    assert "pas encore relue" not in page
    form = {"name": "", "role": "teacher", "text": "", "signs": "1"}
    assert client.post("/lessons/click-life/review", form, headers=FR).status_code == 422


@pytest.mark.parametrize(
    ("language", "percent", "money"),
    [("fr", "97,6\u00a0%", "6,61\u00a0$"), ("en", "97.6%", "$6.61")],
)
def test_right_number_is_printed_as_its_language_writes_it(
    worker: Person, language: str, percent: str, money: str
) -> None:
    client = signed_in(worker)
    begin_lesson(worker, lesson_one(), now_ms())
    headers = {"accept-language": language}
    for screen, item, right in (("s05", "q3", percent), ("s08", "q6", money)):
        path = f"/lessons/click-life/{screen}"
        client.post(path, {"do": "answer", item: "1"}, headers=headers)
        assert f"<li>{right}</li>" in client.get(path, headers=headers).content.decode()


def test_numbered_line_says_its_number_once(worker: Person) -> None:
    client = signed_in(worker)
    begin_lesson(worker, get_lesson("naming"), now_ms())
    page = client.get("/lessons/naming/s06", headers=FR).content.decode()
    assert '<b class="b num">4.</b> Facturation' in page
    assert "Ligne 4" not in page
    assert "Plusieurs peuvent être justes" not in page
    client.post("/lessons/naming/s06", {"do": "answer", "q3": "1"}, headers=FR)
    assert "<li>9. Impolitesse" in client.get("/lessons/naming/s06", headers=FR).content.decode()


def test_reviewer_reads_the_whole_text_with_open_sources_before_signing() -> None:
    operator = make_person()
    organisation = make_project(tasks=1).project.organisation
    add_member(operator, Role.OPERATOR, now_ms(), organisation=organisation)
    page = signed_in(operator).get("/lessons/time-pay/review", headers=FR).content.decode()
    assert page.count('lesson-facts" open') >= 7
    assert page.index("Guide de correction") < page.index('name="signs"')
    assert 'value="10,8"' in page
    assert "lesson-verdict" not in page
