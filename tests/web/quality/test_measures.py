import re

import pytest
from django.urls import reverse

from canut.actions.quality.estimates import estimate_labels
from canut.store.models import Estimate, Habits, Task, Worker
from canut.store.quality.known_split import sets_the_model
from canut.store.quality.measures import Confusion
from canut.web.quality.charts import confusion_mark
from tests.support.factories import NOW_MS, answer_next, make_worker
from tests.support.instance import House

FR = {"accept-language": "fr"}


@pytest.fixture
def answered(house: House) -> House:
    """Have three tasks answered twice, and estimated."""
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    for worker in (house.worker, make_worker(house.project, practised_ms=1)):
        for value in ("oui", "non", "oui"):
            answer_next(worker, value)
    estimate_labels(house.project.pk, NOW_MS)
    return house


def plain(text: str) -> str:
    """Return what is read: tags gone, spaces plain."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))


def page(house: House, name: str, role: str = "requester", language: str = "fr") -> str:
    path = reverse(name, args=[house.project.slug])
    headers = {"accept-language": language}
    return house.client(role).get(path, headers=headers).content.decode()


@pytest.mark.parametrize("role", ["requester", "reviewer", "auditor", "operator"])
def test_readers_see_how_labels_are_measured(answered: House, role: str) -> None:
    shown = page(answered, "project_quality", role)

    assert "Résultats" in shown
    assert "Alpha de Krippendorff" in shown or "alpha de Krippendorff" in shown
    assert 'class="ch conf"' in shown
    name = "worker" if role in {"requester", "operator"} else r"Personne \d"
    assert re.search(rf'<th scope="row">{name}</th>', shown)
    assert answered.worker.public_id not in shown


def test_results_lead_to_the_export(house: House) -> None:
    export = f'href="{reverse("project_export", args=[house.project.slug])}"'

    assert export in page(house, "project_quality")
    assert export not in page(house, "project_quality", "reviewer")


def test_the_model_is_named_in_the_language_of_the_page(answered: House) -> None:
    Estimate.objects.update(model="dawid-skene")

    assert "habitudes d’erreur" in page(answered, "project_quality")
    assert "habits of error" in page(answered, "project_quality", language="en")


def answer_twice(house: House) -> None:
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    for worker in (house.worker, make_worker(house.project, practised_ms=1)):
        answer_next(worker, "oui")


@pytest.mark.parametrize("name", ["project_quality", "project"])
@pytest.mark.parametrize("is_first_empty", [True, False])
def test_answers_the_estimate_has_not_seen_are_never_said_to_be_missing(
    house: House, name: str, is_first_empty: bool
) -> None:
    if is_first_empty:  # made when somebody had done the practice task alone
        estimate_labels(house.project.pk, NOW_MS)
    answer_twice(house)

    shown = plain(page(house, name, language="en"))

    assert "Agreement follows with the next estimate." in shown
    assert not re.search("(No two people have|no task was) answered", shown)
    assert "once answers have arrived" not in shown or not is_first_empty
    assert "from 0 answers" not in shown


def test_results_count_what_came_since_the_estimate(house: House) -> None:
    answer_twice(house)
    estimate_labels(house.project.pk, NOW_MS)
    before = plain(page(house, "project_quality", language="en"))
    answer_next(house.worker, "non")

    after = plain(page(house, "project_quality", language="en"))

    assert "came since" not in before
    assert "from 2 answers. 1 answer came since. The next estimate counts it." in after


def test_estimate_that_is_being_stored_has_seen_the_answers_it_read(house: House) -> None:
    answer_twice(house)
    estimate_labels(house.project.pk, NOW_MS)
    Estimate.objects.update(last_answer=0)  # as it stands until its labels are written

    assert "came since" not in plain(page(house, "project_quality", language="en"))
    assert "came since" not in plain(page(house, "project_export", language="en"))


WEIGHTS = {"weight": {"one-coin": 0.75, "weighted": 0.25}}
SCORE = {"one-coin": 0.819, "weighted": 0.7}
MEAN = {"model": "auto", **WEIGHTS, "score": SCORE, "simulated": 900, "known": 0, "right": {}}
RIGHT = {"one-coin": 0.9, "weighted": 0.95}


@pytest.mark.parametrize(
    ("choice", "english", "french"),
    [
        ({"rule": "each-choice"}, "a question of its own", "une question à lui seul"),
        (
            {**MEAN, "rule": "simulated"},
            "crowds simulated after this one, the more it weighs. No known answer",
            "simulés d’après celui-ci, plus il a de poids. Aucune réponse connue",
        ),
        (
            {**MEAN, "rule": "equal", "score": {}, "simulated": 0},
            "too few answers to simulate",
            "trop peu de réponses pour simuler",
        ),
        (
            {**MEAN, "rule": "gold", "known": 80, "right": RIGHT},
            "it weighs. 80 known answers counted too.",
            "80 réponses connues ont compté aussi.",
        ),
    ],
)
def test_why_a_model_was_chosen_is_said_in_the_language_of_the_page(
    answered: House, choice: dict[str, object], english: str, french: str
) -> None:
    Estimate.objects.update(choice=choice)

    shown = [
        plain(page(answered, "project_quality", language=language)) for language in ("en", "fr")
    ]

    assert english in shown[0]
    assert french in shown[1]


def test_models_that_were_compared_stand_with_their_figures(answered: House) -> None:
    Estimate.objects.update(choice={**MEAN, "rule": "gold", "known": 80, "right": RIGHT})

    shown = plain(page(answered, "project_quality"))

    assert "justesse par personne 81,9 % 75,0 %" in shown
    assert "90,0 %" in shown
    assert "Juste : sur les réponses connues qui ont réglé le modèle." in shown


def test_an_older_estimate_shows_no_score_of_another_kind(answered: House) -> None:
    before: dict[str, object] = {**MEAN, "rule": "mean", "score": {"one-coin": -0.2}}
    Estimate.objects.update(
        choice={name: fact for name, fact in before.items() if name != "simulated"}
    )

    shown = plain(page(answered, "project_quality"))

    assert "75,0 %" in shown
    assert "Pourquoi celui-ci" not in shown
    assert "-20" not in shown


def test_an_estimate_without_its_reasons_says_none(answered: House) -> None:
    Estimate.objects.update(choice=None)

    assert "Pourquoi celui-ci" not in page(answered, "project_quality")


def test_quality_says_how_many_known_answers_set_and_how_many_measure(answered: House) -> None:
    Task.objects.filter(project=answered.project).update(known="oui")

    none_sets = plain(page(answered, "project_quality"))
    Estimate.objects.update(known=1)
    measuring = sum(not sets_the_model(task.pk) for task in answered.tasks)
    some_set = plain(page(answered, "project_quality", language="en"))

    assert "3 mesurent les étiquettes, aucune ne règle le modèle" in none_sets
    assert f"1 set the model, {measuring} others measure it" in some_set


def test_nothing_is_measured_before_answers(house: House) -> None:
    assert "quand des réponses sont arrivées" in page(house, "project_quality")


def test_results_lead_to_the_measure_and_only_reviewers_to_the_evidence(answered: House) -> None:
    care = reverse("project_care", args=[answered.project.slug])

    assert reverse("project_quality", args=[answered.project.slug]) in page(answered, "project")
    assert care not in page(answered, "project_quality")
    assert care in page(answered, "project_quality", "reviewer")


def test_evidence_is_shown_to_reviewers_with_its_interval(answered: House) -> None:
    told = {"compared": 40, "share": 0.5, "low": 0.35, "high": 0.65, "usual": 0.9}
    told |= {"bits": 0.1, "bits_low": -0.1, "bits_high": 0.3, "p": 0.025}
    Habits.objects.filter(worker=answered.worker).update(evidence=told)

    shown = page(answered, "project_care", "reviewer")

    assert re.search(r"Personne \d", shown)
    assert "environ une fois sur" in shown
    assert "[35,0" in shown
    assert "jamais un verdict" in shown


@pytest.mark.parametrize("role", ["requester", "auditor", "worker"])
def test_evidence_is_not_for_others(answered: House, role: str) -> None:
    path = reverse("project_care", args=[answered.project.slug])

    assert answered.client(role).get(path).status_code == 403


def test_confusion_is_drawn_with_attributes_alone_and_names_are_escaped() -> None:
    drawn = confusion_mark(Confusion(["<b>", "plain"], [[3.0, 1.0], [0.0, 0.2]]))

    assert "<b>" not in drawn
    assert "&lt;b&gt;" in drawn
    assert not re.search(r"style=|<style|<script", drawn)
    assert drawn.count("<rect") == 2


def test_requester_reads_who_agrees_with_whom_by_name(answered: House) -> None:
    shown = page(answered, "project_quality", language="en")

    table = shown.partition('class="tbl tight pair-table"')[2].partition("</table>")[0]
    assert answered.worker.person is not None
    assert answered.worker.person.shown_name in table
    assert "Who agrees with whom" in shown
    assert re.search(r"[0-9]+/[0-9]+", table)
