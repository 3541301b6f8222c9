"""The page of a pilot: six lines, one action each, and what is left to do next."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.participation.place_questions import ask_places
from canut.actions.projects.setup import open_project
from canut.core.clock import to_ms
from canut.store.models import Person, Project, Role, Terms, Worker
from canut.store.tables.participation import Message
from tests.support.factories import NOW, NOW_MS
from tests.support.instance import House, make_invitation
from tests.support.paid_work import begin_pilot, hire, try_out

EN = {"accept-language": "en"}
SECOND = 1000
LATER = NOW + timedelta(hours=1)
LINE = re.compile(r'<li class="(done|now|todo)">(.*?)</li>\s*(?=<li|</ol>)', re.DOTALL)


def pilot_of(house: House, people: int = 5, **fields: int) -> tuple[Project, list[Worker]]:
    project, workers = begin_pilot(people=people, **fields)
    Project.objects.filter(id=project.pk).update(organisation=house.organisation)
    project.refresh_from_db()
    return project, workers


def page_of(house: House, project: Project, role: str = "requester") -> str:
    path = reverse("project_pilot", args=[project.slug])
    return house.client(role).get(path, headers=EN).content.decode()


def states(page: str) -> list[str]:
    return [state for state, _line in LINE.findall(page)]


def forget_terms(worker: Worker, name: str) -> Person:
    Terms.objects.filter(person=worker.person_id).delete()
    Person.objects.filter(workers=worker).update(shown_name=name)
    return Person.objects.get(workers=worker)


def test_six_lines_have_one_primary_action_among_them(house: House) -> None:
    project, workers = pilot_of(house)
    try_out(workers, [15 * SECOND] * 5)

    page = page_of(house, project)

    assert states(page) == ["done"] * 5 + ["now"]
    main = page[page.index("<main") :]
    assert len(re.findall(r'class="btn pri"', main)) == 1
    assert "Open to everybody" in main


def test_pilot_nobody_answered_waits_and_says_until_when(house: House) -> None:
    project, _workers = pilot_of(house)
    make_invitation(project, house.people["requester"])

    page = page_of(house, project)

    assert states(page) == ["done", "done", "now", "todo", "todo", "todo"]
    assert "Nobody has answered yet" in page
    assert "This comes by itself: the link is open until" in page


def test_three_of_five_may_be_judged_with_one_press(house: House) -> None:
    project, workers = pilot_of(house, people=8)
    try_out(workers[:3], [15 * SECOND] * 3)
    client = house.client("requester")

    assert "Judge with these 3" in page_of(house, project)
    client.post(reverse("project_pilot_judge", args=[project.slug]))

    page = page_of(house, project)
    assert states(page) == ["done"] * 5 + ["now"]
    assert "You judge with 3 instead of five." in page


def test_two_of_five_may_not(house: House) -> None:
    project, workers = pilot_of(house, people=8)
    try_out(workers[:2], [15 * SECOND] * 2)

    answer = house.client("requester").post(reverse("project_pilot_judge", args=[project.slug]))

    assert "Judge with these" not in page_of(house, project)
    assert answer.status_code == 422


def test_those_without_a_place_are_named_and_asked_once(house: House) -> None:
    project, workers = pilot_of(house)
    people = [forget_terms(workers[0], "Nour"), forget_terms(workers[1], "Sam")]
    try_out(workers, [15 * SECOND] * 5)
    path = reverse("project_pilot_ask", args=[project.slug])

    assert "Ask Nour and Sam" in page_of(house, project)
    for _ in range(2):
        house.client("requester").post(path)

    page = page_of(house, project)
    assert states(page)[3] == "now"
    assert "Ask Nour and Sam" not in page
    sent = Message.objects.filter(thread__project=project)
    assert sorted(row.thread.opened_by_id for row in sent) == sorted(one.pk for one in people)
    assert "/pay/terms" in sent[0].text


def test_place_said_after_the_question_lets_the_project_open(house: House) -> None:
    project, workers = pilot_of(house)
    person = forget_terms(workers[0], "Nour")
    try_out(workers, [15 * SECOND] * 5)
    ask_places(project, [person], by=house.people["requester"], now_ms=NOW_MS)
    worker = Client()
    worker.force_login(person)

    first = worker.get(reverse("workbench", args=[project.slug]))
    worker.post(first["Location"], {"place": "CA-QC"})

    assert first["Location"].startswith(reverse("my_terms"))
    assert worker.get(reverse("workbench", args=[project.slug])).status_code == 200
    assert states(page_of(house, project)) == ["done"] * 5 + ["now"]


def test_from_first_answers_to_open_takes_at_most_eight_presses(house: House) -> None:
    project, workers = pilot_of(house, people=8, piece_micro=50_000)
    nour = forget_terms(workers[0], "Nour")
    try_out(workers[:3], [15 * SECOND] * 3)
    client, presses = house.client("requester"), 0
    worker = Client()
    worker.force_login(nour)

    while project.state != Project.State.OPEN and presses < 8:
        page = page_of(house, project)
        main = page[page.index("<main") :]
        forms = re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', main, re.DOTALL)
        primary = [(path, form) for path, form in forms if 'class="btn pri"' in form]
        if primary:
            ((path, form),) = primary
            fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
            client.post(path, dict(fields))
            presses += 1
        else:  # what is left comes by itself: who was asked says where they work
            worker.post(reverse("my_terms"), {"place": "CA-QC"})
        project.refresh_from_db()

    assert project.state == Project.State.OPEN
    assert presses <= 8


def test_after_opening_the_road_is_one_line(house: House) -> None:
    project, workers = pilot_of(house)
    try_out(workers, [15 * SECOND] * 5)
    open_project(project, to_ms(LATER))

    page = page_of(house, project)

    assert "Open since" in page
    assert "What the pilot showed" in page
    assert 'class="btn pri"' not in page[page.index("<main") :]


@pytest.mark.parametrize(("state", "is_offered"), [("open", True), ("closed", False)])
def test_settings_lead_to_a_price_that_is_not_folded_away(
    house: House, state: str, is_offered: bool
) -> None:
    project, workers = pilot_of(house)
    try_out(workers, [15 * SECOND] * 5)
    open_project(project, to_ms(LATER))
    Project.objects.filter(pk=project.pk).update(state=state)
    address = reverse("project_pilot", args=[project.slug])
    settings = reverse("project_settings", args=[project.slug])

    page = page_of(house, project)
    listed = house.client("requester").get(settings, headers=EN).content.decode()

    assert (f'href="{address}#price"' in listed) is is_offered
    assert ('name="overlap"' in listed) is is_offered
    before_folds = page.partition("What the pilot showed")[0]
    assert ('id="price"' in before_folds and 'name="hourly"' in before_folds) is is_offered
    assert page.count('name="hourly"') == int(is_offered)


def test_people_stand_as_dots_beside_minimum_and_aim_by_name(house: House) -> None:
    project, workers = pilot_of(house, people=3)
    for worker, name in zip(workers, ("Nour", "<b>Sam</b>", "Lou"), strict=True):
        Person.objects.filter(workers=worker).update(shown_name=name)
    try_out(workers, [10 * SECOND, 15 * SECOND, 24 * SECOND])

    page = page_of(house, project)

    drawing = re.search(r'<svg class="dots".*?</svg>', page, re.DOTALL)
    assert drawing is not None
    assert drawing[0].count("<circle") == 3
    assert "&lt;b&gt;Sam&lt;/b&gt;" in drawing[0]
    assert "minimum $16.60" in drawing[0]


def test_operator_is_led_to_write_a_place_and_a_requester_is_not(house: House) -> None:
    project, workers = pilot_of(house)
    person = forget_terms(workers[0], "Nour")
    try_out(workers, [15 * SECOND] * 5)
    path = reverse("payroll_terms", args=[person.pk])

    assert path in page_of(house, project, Role.OPERATOR)
    assert path not in page_of(house, project)


@pytest.mark.parametrize("place", ["", "CA-QC"])
def test_somebody_who_was_asked_is_led_there_once_a_visit(house: House, place: str) -> None:
    project, workers = pilot_of(house)
    person = forget_terms(workers[0], "Nour")
    worker = hire(project)
    ask_places(project, [person], by=house.people["requester"], now_ms=NOW_MS)
    client = Client()
    client.force_login(person)
    bench = reverse("workbench", args=[project.slug])

    client.get(bench)
    client.post(reverse("my_terms"), {"place": place})

    assert client.get(bench).status_code == 200
    other = Client()
    assert worker.person is not None
    other.force_login(worker.person)
    assert other.get(bench).status_code == 200
