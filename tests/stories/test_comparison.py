"""A client compares two instructions: workers are told, one leaves, one stops it, pay is equal."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.comparisons.daily_look import look_at_comparisons
from canut.core.clock import DAY_MS
from canut.store.models import (
    ComparedPerson,
    Comparison,
    Decision,
    Membership,
    PayLine,
    Person,
    Project,
)
from tests.support.comparisons import OTHER, answer_leased
from tests.support.factories import NOW, Made, make_person, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FR = {"accept-language": "fr"}
NOTICE = "Deux présentations sont comparées. Votre paie et vos droits sont les mêmes."
FORM = {
    "subject": "instructions",
    "instructions": OTHER,
    "hypothesis": "Lire toute la phrase évite des erreurs.",
    "measure": "strain",
    "margin": "1",
    "spread": "1",
    "ethics_ok_by": "",
}


def signed_in(person: Person) -> Client:
    client = Client(headers=FR)
    client.force_login(person)
    return client


def read(client: Client, path: str) -> str:
    answer = client.get(path, headers=FR, follow=True)
    assert answer.status_code == 200, (path, answer.content[:1500])
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def send(client: Client, path: str, **fields: str) -> str:
    answer = client.post(path, fields, headers=FR, follow=True)
    assert answer.status_code == 200, (path, answer.content.decode()[-3000:])
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def instructions_of(page: str) -> str:
    found = re.search(r'"instructions": ?"([^"]*)"', page)
    assert found
    return found[1].encode().decode("unicode_escape") if "\\u" in found[1] else found[1]


def requesters(project: Project, count: int) -> list[Client]:
    people = [make_person() for _ in range(count)]
    for person in people:
        Membership.objects.create(person=person, project=project, role="requester", created_at=NOW)
    return [signed_in(person) for person in people]


def work_in(made: Made) -> list[Client]:
    clients = []
    for worker in made.workers:
        assert worker.person
        Membership.objects.create(
            person=worker.person, project=made.project, role="worker", created_at=NOW
        )
        clients.append(signed_in(worker.person))
    return clients


def test_comparison_is_told_left_stopped_taken_up_and_ended() -> None:
    made = make_project(tasks=120, workers=8)
    first, second, third = requesters(made.project, 3)
    pages = reverse("project_comparisons", args=[made.project.slug])
    bench = reverse("workbench", args=[made.project.slug])
    own = reverse("work_comparison", args=[made.project.slug])

    refused = first.post(pages + "/open", {**FORM, "measure": "speed"}, headers=FR)
    assert refused.status_code == 422
    opened = send(first, pages + "/open", **FORM)
    assert "La comparaison est ouverte." in opened
    comparison = Comparison.objects.get()
    assert comparison.people == 16

    workers = work_in(made)
    shown = [instructions_of(read(client, bench + "?begun")) for client in workers]
    assert NOTICE in read(workers[0], bench + "?begun")
    assert NOTICE in read(workers[0], reverse("work_home"))
    places = {one.worker_id: one for one in ComparedPerson.objects.all()}
    arms = [places[worker.pk].arm for worker in made.workers]
    assert sorted(arms) == ["a"] * 4 + ["b"] * 4
    assert [text == OTHER for text in shown] == [arm == "b" for arm in arms]

    leaver = arms.index("b")
    assert "Demander la présentation habituelle" in read(workers[leaver], own)
    send(workers[leaver], own + "/usual")
    assert instructions_of(read(workers[leaver], bench)) != OTHER

    for worker in made.workers:
        for step in range(3):
            answer_leased(worker, comparison.opened_ms + step * 60_000)
    lines = PayLine.objects.values_list("worker", "piece_micro", "currency")
    paid: dict[str, set[tuple[int, str]]] = {"a": set(), "b": set()}
    for worker_id, micro, currency in lines:
        paid[places[worker_id].arm].add((micro, currency))
    assert paid["a"] == paid["b"]
    assert len(paid["a"]) == 1

    stopper = next(n for n, arm in enumerate(arms) if arm == "b" and n != leaver)
    send(workers[stopper], own + "/harm", words="Les consignes se contredisent.")
    assert all(instructions_of(read(client, bench)) != OTHER for client in workers)
    held = read(first, pages)
    assert "Les consignes se contredisent." in held

    resume = f"{pages}/{comparison.pk}/resume"
    send(second, resume)
    assert Comparison.objects.get().state == "held"
    assert second.post(resume, headers=FR).status_code == 422
    send(third, resume)
    assert Comparison.objects.get().state == "open"

    for number, client in enumerate(workers):
        strain = "2" if arms[number] == "b" else "4"
        send(client, own, strain=strain, uses_aid="")
    assert look_at_comparisons(comparison.opened_ms + 40 * DAY_MS) == 0  # few people, no rise shown
    assert "B moins A" not in read(first, pages)
    ended = send(first, f"{pages}/{comparison.pk}/end")
    assert "Un essai : moins de 20 personnes dans un groupe. Rien n’est affirmé." in ended
    assert "Un essai" in read(workers[0], own)
    assert NOTICE not in read(workers[0], bench)
    assert not Decision.objects.exclude(kind="not-lent").exists()
