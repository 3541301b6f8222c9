"""A client's wish becomes a project; its results are accepted, told, read by five, and paid.

The wish is written, priced and refused until its aims are measured and its contradictions answered.
Once open, results come in, their acceptance is told, and five readers are paid for their time.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from canut.actions.pay.periods import close_period
from canut.actions.people.accounts import add_member
from canut.core.clock import MINUTE_MS, to_ms
from canut.store.models import (
    AcceptanceTask,
    Commission,
    PlainText,
    Project,
    Reader,
    ReaderTest,
    Role,
    Statement,
    Task,
    TaskState,
    Worker,
)
from tests.support.commissions import AIMS
from tests.support.factories import Made, make_person, make_project
from tests.support.payroll import (
    AFTER,
    agree,
    content_of,
    period,
    person_of,
    policy,
    work_hours,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.dialect]
FR = {"accept-language": "fr"}
DAY = datetime(2026, 5, 1, 15, tzinfo=UTC)
WISH = {
    "need": "Nous recevons 200 lettres par jour et trouvons trop tard celles qui pressent.",
    "decision_served": "Quelle lettre lire d’abord",
    "touched": "locataires",
    "harm_if_wrong": "Une personne reste sans chauffage.",
    "redress": "Une personne relit la lettre le jour même.",
    "is_about_people": "on",
    "people": "5",
    "hours_a_day": "2",
}
ANSWER = "Mme Roy n’est pas encore nommée ; le conseil la nomme en juin."
QUESTIONS = {
    "fact": "Combien de lettres ont un résultat ?",
    "fact_options": "20\n90",
    "fact_key": "2",
    "so_what": "Qu’est-ce qui change ?",
    "so_what_options": "Rien\nLes lettres pressées passent d’abord",
    "so_what_key": "2",
    "not_known": "Que ne sait-on pas ?",
    "not_known_options": "Tout est connu\nSi cela vaut pour d’autres lettres",
    "not_known_key": "2",
}


def plain(answer: object) -> str:
    content = getattr(answer, "content", b"").decode()
    return str(content).replace("\xa0", " ").replace("\u202f", " ")


def read(client: Client, path: str) -> str:
    answer = client.get(path, headers=FR)
    assert answer.status_code == 200, (path, plain(answer)[:1500])
    return plain(answer)


def send(client: Client, path: str, expected: int = 302, /, **form: str) -> str:
    answer = client.post(path, form, headers=FR)
    assert answer.status_code == expected, (path, answer.status_code, plain(answer)[:3000])
    return plain(answer)


def aims_form(*, measured: bool = True) -> dict[str, str]:
    """Return the three aims as the form sends them."""
    form: dict[str, str] = {}
    for name, aim in AIMS.items():
        form |= {name: aim.text, f"{name}_noticed_by": aim.noticed_by}
        form[f"{name}_measure"] = aim.measure if measured else ""
    return form


def wish_becomes_a_project(client: Client, project: Project) -> None:
    """Write the commission; what is not ready is refused, by name."""
    base = f"/projects/{project.slug}"
    refused = send(
        client, f"{base}/commission", 422, **WISH, **aims_form() | {"social": "Répondre plus vite"}
    )
    assert "Dites ce que des personnes y gagnent" in refused
    send(client, f"{base}/commission", **WISH, **aims_form(measured=False))
    assert "Un but n’a pas de mesure" in send(client, f"{base}/state", 422, state="open")
    send(client, f"{base}/commission", **WISH, **aims_form())
    page = read(client, f"{base}/commission")
    assert page.count('name="scenario"') == 3
    assert "20 % (de 10 % à 30 %)" in page
    send(client, f"{base}/commission/scenario", scenario="three")
    send(client, f"{base}/commission/acceptance", bar="90", slips="0", decided_by="Mme Roy")
    assert "29 tâches cachées" in read(client, f"{base}/commission")
    assert "Une contradiction attend une réponse" in send(
        client, f"{base}/state", 422, state="open"
    )
    assert "personne n’est nommé pour en répondre" in read(client, f"{base}/commission")
    send(client, f"{base}/commission/answer", number="0", words=ANSWER)
    send(client, f"{base}/state", state="open")
    project.refresh_from_db()
    assert (project.state, project.overlap) == ("open", 3)
    assert AcceptanceTask.objects.filter(commission=project.pk).count() == 29


def results_are_accepted(client: Client, made: Made) -> None:
    """Give every task its result, and tell the acceptance."""
    project = made.project
    page = read(client, f"/projects/{project.slug}/findings")
    assert "Pas décidé : 0 tâche cachée sur 29" in page
    states = TaskState.objects.filter(project=project)
    states.update(state="closed", label="oui", confidence=0.99, counted=1)
    worker = Worker.objects.get(pk=made.worker.pk)
    assert worker.project_id == project.pk
    page = read(client, f"/projects/{project.slug}/findings")
    assert "Accepté : 29 réponses cachées sur 29 sont justes" in page
    assert "entre 90,2 % et 100,0 %" in page
    send(client, f"/projects/{project.slug}/findings/tell")
    commission = Commission.objects.get(project=project)
    assert (commission.told_right, commission.told_total) == (29, 29)
    assert "c’est pareil" in read(client, f"/projects/{project.slug}/findings")


def text_is_put_to_readers(client: Client, project: Project) -> ReaderTest:
    """Make a text of what was found and put it to readers."""
    answer = client.post(f"/projects/{project.slug}/findings/text", headers=FR)
    assert answer.status_code == 302
    text = PlainText.objects.get(project=project)
    assert (text.language, text.version, text.is_about_people) == ("fr", 1, True)
    page = read(client, f"/projects/{project.slug}/texts/{text.pk}")
    assert "10 personnes payées" in page
    for share in ("5 %", "38 %", "93 %"):
        assert share in page
    Commission.objects.filter(project=project).update(is_about_people=False)
    send(
        client,
        f"/projects/{project.slug}/texts/",
        of="result",
        name=text.name,
        language="fr",
        text="90 lettres ont un résultat. Les lettres pressées passent d’abord.",
    )
    second = PlainText.objects.get(project=project, version=2)
    send(client, f"/projects/{project.slug}/texts/{second.pk}", **QUESTIONS)
    return ReaderTest.objects.get(text=second)


def reader_reads(client: Client, test: ReaderTest, answers: tuple[str, str, str]) -> None:
    """Agree to read on the account page, read the text, answer three questions."""
    account = read(client, "/account")
    assert "J’accepte de lire des textes" in account
    send(client, "/readers/choice", do="agree", languages="fr")
    assert "1 texte payé à lire" in read(client, "/work/")
    page = read(client, f"/readers/{test.pk}")
    assert '"surface": "reading"' in page
    assert "passent d’abord" not in page
    send(client, f"/readers/{test.pk}", do="begin")
    page = read(client, f"/readers/{test.pk}")
    assert "passent d’abord" in page
    names = re.findall(r'type="radio" name="(\w+)" value="1"', page)
    assert names == ["fact", "so_what", "not_known"]
    send(client, f"/readers/{test.pk}", do="answer", **dict(zip(names, answers, strict=True)))
    assert client.get(f"/readers/{test.pk}", headers=FR).status_code == 404


def test_a_wish_is_framed_opened_accepted_told_read_by_five_and_their_time_is_paid(
    stop_clock: Callable[[datetime], None],
) -> None:
    policy()
    made = make_project(tasks=90, state="draft", is_own_staff=True, overlap=1)
    Task.objects.filter(project=made.project).update(known="oui")
    Project.objects.filter(pk=made.project.pk).update(
        severity=2, risk_categories=["violence"], severity_most=2
    )
    TaskState.objects.filter(project=made.project).update(severity=0)
    made.project.refresh_from_db()
    translator = make_person()
    add_member(translator, Role.REQUESTER, to_ms(DAY), project=made.project)
    client = Client(headers=FR)
    client.force_login(translator)
    stop_clock(DAY)
    assert "Commande manquante" in send(
        client, f"/projects/{made.project.slug}/state", 422, state="open"
    )

    wish_becomes_a_project(client, made.project)
    results_are_accepted(client, made)
    test = text_is_put_to_readers(client, made.project)

    elsewhere = make_project(tasks=1, workers=5)
    readers = [person_of(elsewhere, number) for number in range(5)]
    for number, person in enumerate(readers):
        agree(person)
        add_member(person, Role.WORKER, to_ms(DAY), project=elsewhere.project)
        desk = Client(headers=FR)
        desk.force_login(person)
        reader_reads(desk, test, ("1", "1", "1") if number else ("0", "0", "1"))
        work_hours(person, None, to_ms(DAY), 4 * MINUTE_MS, surface="reading")
    path = f"/projects/{made.project.slug}/texts/{test.pk}"
    assert "Comprise par 4 lecteurs sur 5 (version 2)" in read(client, path)
    assert Reader.objects.count() == 5

    stop_clock(AFTER)
    closed = close_period(period().pk, make_person(), to_ms(AFTER))
    for person in readers:
        (line,) = [row for row in content_of(person, closed)["projects"] if row["is_platform"]]
        assert line["surfaces"] == {"reading": 4 * MINUTE_MS}
        assert line["top_up_micro"] + line["earned_micro"] > 0
    statement = Statement.objects.get(person=readers[0], period=closed)
    desk = Client(headers=FR)
    desk.force_login(readers[0])
    assert "Lecture de textes" in read(desk, f"/pay/{statement.pk}")
