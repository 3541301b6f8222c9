import json
import re

import pytest
from django.urls import reverse

from canut.actions.decisions.rejections import reject_answer
from canut.actions.operations import jobs
from canut.actions.pay.bills import sums_of
from canut.actions.platform.system_clock import now_ms
from canut.actions.quality.estimates import estimate_labels
from canut.store.models import (
    Answer,
    Consensus,
    Estimate,
    Incident,
    LoopRule,
    ModelAuthor,
    PayLine,
    Project,
    Proposal,
    Task,
    TaskState,
    Worker,
)
from canut.store.pay.pay_lines import spend_after_decisions, spend_by_currency
from canut.store.quality import results
from canut.store.quality.known_split import sets_the_model
from tests.support.factories import NOW, NOW_MS, answer_next, make_person, make_tasks, make_worker
from tests.support.instance import House, make_model

FR = {"accept-language": "fr"}


@pytest.fixture
def answered(house: House) -> House:
    """Have three tasks answered twice: all agree on two, nobody on the last."""
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    first, second = house.worker, make_worker(house.project, practised_ms=1)
    for values in (("oui", "oui"), ("oui", "oui"), ("oui", "non")):
        answer_next(first, values[0])
        answer_next(second, values[1])
    known = dict(zip(house.tasks, ("oui", "non", "oui"), strict=True))
    for task, label in known.items():
        Task.objects.filter(id=task.pk).update(known=label)
    estimate_labels(house.project.pk, NOW_MS)
    return house


def page(house: House, name: str, *parts: object, role: str = "requester") -> str:
    path = reverse(name, args=[house.project.slug, *parts])
    return house.client(role).get(path, headers=FR).content.decode()


def plain(text: str) -> str:
    """Return what is read: tags gone, spaces plain."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))


def test_where_are_we_is_a_bar_and_three_figures(answered: House) -> None:
    shown = plain(page(answered, "project"))

    assert "3 closes, 100 %" in shown
    assert "0 à faire" in shown


def test_cost_is_the_sum_of_pay_lines(answered: House) -> None:
    total = sum(PayLine.objects.values_list("piece_micro", flat=True))

    assert spend_by_currency(answered.project.pk)[0].piece_micro == total == 6 * 210_000
    assert "1,26 $" in plain(page(answered, "project"))
    assert "pas encore mesurées" in page(answered, "project_pay")


def test_rejected_answer_is_no_longer_among_what_was_spent(answered: House) -> None:
    answer = Answer.objects.filter(worker=answered.worker).latest("id")
    by, evidence = answered.people["requester"], "The text praises it, so the answer is yes."
    reject_answer(answer.pk, by=by, code="off-instructions", evidence=evidence, now_ms=now_ms())

    bill = sums_of(answered.project, now_ms()).bill

    assert bill is not None
    (spend,) = spend_after_decisions(answered.project.pk)
    assert spend.paid_micro == bill.pieces.micro == 5 * 210_000
    assert "1,05 $" in plain(page(answered, "project"))
    assert "1,05 $" in plain(
        answered.client("requester").get("/projects/", headers=FR).content.decode()
    )


@pytest.mark.parametrize(("state", "count"), [("open", 0), ("closed", 1)])
def test_task_that_waits_for_answers_is_not_unsure_before_the_project_ends(
    answered: House, state: str, count: int
) -> None:
    Project.objects.filter(pk=answered.project.pk).update(state=state)
    TaskState.objects.filter(task=answered.tasks[0]).update(
        state="open", overlap=5, label="oui", confidence=0.56
    )
    before = TaskState.objects.filter(confidence__lt=0.8, state="closed").count()

    assert results.count_unsure(answered.project.pk) == before + count


def test_consensus_and_majority_stand_beside_the_known_labels(answered: House) -> None:
    shown = plain(page(answered, "project_quality"))

    assert "Consensus juste" in shown
    assert "Vote majoritaire juste" in shown
    assert "3 réponses connues" in shown
    assert "mesuré par toutes les réponses connues ; aucune n’a réglé le modèle" in shown


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Juste : mesuré par les réponses connues qui n’ont pas réglé le modèle."),
        ("en", "Right: measured by the known answers that did not set the model."),
    ],
)
def test_page_says_that_known_answers_which_set_the_model_do_not_measure_it(
    house: House, language: str, words: str
) -> None:
    tasks = [*house.tasks]
    while sum(not sets_the_model(task.pk) for task in tasks) < 28:  # by chance, two of three
        tasks += make_tasks(house.project, 1)
    for worker in (house.worker, make_worker(house.project)):
        Worker.objects.filter(id=worker.pk).update(practised_ms=1)
        for _ in tasks:
            answer_next(worker)
    Task.objects.filter(project=house.project).update(known="oui")
    estimate_labels(house.project.pk, NOW_MS)
    path = reverse("project_quality", args=[house.project.slug])

    shown = house.client("requester").get(path, headers={"accept-language": language})

    measuring = sum(not sets_the_model(task.pk) for task in tasks)
    assert measuring < len(tasks)
    assert f" {measuring} " in plain(shown.content.decode())
    assert words in plain(shown.content.decode())


def test_weights_of_the_models_add_up(answered: House) -> None:
    weights = {"mace-dawid-skene": 0.416, "dawid-skene-pooled": 0.236, "one-coin": 0.228}
    Estimate.objects.create(
        project=answered.project,
        model="auto",
        answers=400,
        tasks=100,
        iterations=1,
        converged=True,
        seconds=1.0,
        last_answer=0,
        choice={
            "rule": "simulated",
            "known": 0,
            "weight": weights | {"weighted": 0.12},
            "simulated": {},
            "right": {},
        },
        created_at=NOW,
    )

    shown = plain(page(answered, "project_quality"))

    shares = [shown.count(f"{share} %") for share in ("41,6", "23,6", "22,8", "12,0")]
    assert shares == [1, 1, 1, 1]


def test_interval_holds_the_share_and_stays_within_bounds() -> None:
    all_right, half = results.Proportion(20, 20), results.Proportion(5, 10)

    assert all_right.interval[1] == 1
    assert 0.83 < all_right.interval[0] < 0.84
    assert half.interval[0] == pytest.approx(0.2366, abs=1e-4)
    assert half.interval[1] == pytest.approx(0.7634, abs=1e-4)


def test_wrong_and_sure_lists_a_task_with_both_labels(answered: House) -> None:
    Consensus.objects.filter(task=answered.tasks[1]).update(label="oui", confidence=0.97)

    shown = plain(page(answered, "project_wrong"))

    assert "0001" in shown
    assert "97,0 %" in shown


def test_least_sure_names_the_labels_that_compete(answered: House) -> None:
    doubtful = results.least_sure(answered.project.pk)

    assert [set(item.labels) for item in doubtful if len(item.labels) > 1] == [{"oui", "non"}]
    assert "oui ou non" in page(answered, "project_unsure") or "non ou oui" in page(
        answered, "project_unsure"
    )


def test_least_sure_goes_on_after_the_last_one(answered: House) -> None:
    whole = results.least_sure(answered.project.pk)
    last = whole[0]

    rest = results.least_sure(answered.project.pk, after=(last.confidence, last.task.pk))

    assert [item.task.pk for item in rest] == [item.task.pk for item in whole[1:]]


def test_task_shows_its_answers_without_names(answered: House) -> None:
    shown = page(answered, "project_task", answered.tasks[2].pk, role="reviewer")

    assert re.search(r"Personne \d", shown)
    assert answered.people["worker"].username not in shown
    assert "Réponse connue" in shown


def test_workers_are_counted_without_rank(answered: House) -> None:
    shown = plain(page(answered, "project"))

    assert str(answered.worker.person) in shown
    assert "pas un jugement" in shown
    order = [worker.pk for worker in results.workers(answered.project.pk)]
    assert order == sorted(order)


def test_more_than_five_people_are_a_click_away(house: House) -> None:
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    Project.objects.filter(id=house.project.pk).update(overlap=12)
    TaskState.objects.update(overlap=12)
    everybody = [
        make_worker(house.project, practised_ms=1, person=make_person(shown_name=f"Nom {n:02}"))
        for n in range(12)
    ]
    for worker in everybody:
        answer_next(worker)
    path = reverse("project", args=[house.project.slug])

    first = house.client("requester").get(path, headers=FR).content.decode()
    whole = house.client("requester").get(f"{path}?people=all", headers=FR).content.decode()

    assert [str(worker.person) in first for worker in everybody] == [True] * 5 + [False] * 7
    assert "Voir les 7 autres personnes" in first
    assert all(str(worker.person) in whole for worker in everybody)


@pytest.mark.parametrize("state", ["open", "paused", "closed"])
def test_what_next_is_three_things_at_most(answered: House, state: str) -> None:
    Project.objects.filter(id=answered.project.pk).update(state=state)
    Consensus.objects.update(confidence=0.5)

    shown = page(answered, "project")

    assert 1 <= shown.count('class="voice nx"') <= 3
    assert "Réglages" in shown


def test_how_far_can_be_asked_for_alone(answered: House) -> None:
    path = reverse("project", args=[answered.project.slug])

    part = answered.client("auditor").get(f"{path}?part=far", headers=FR).content.decode()

    assert 'id="far"' in part
    assert "Mis à jour" in part
    assert "<html" not in part


def test_pay_lines_come_page_by_page(answered: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canut.web.quality.results.LINES_A_PAGE", 4)
    client, path = answered.client("auditor"), reverse("project_pay", args=[answered.project.slug])

    first = client.get(path)
    second = client.get(path, {"after": first.context["next"]})

    ids = [line.pk for answer in (first, second) for line in answer.context["lines"]]
    assert ids == list(PayLine.objects.order_by("id").values_list("id", flat=True))
    assert second.context["next"] is None


@pytest.mark.parametrize("query", ["after=x", "after=9e99", "sure=x&after=-1", "after=" + "9" * 40])
def test_cursor_that_is_not_one_begins_anew(answered: House, query: str) -> None:
    for name in ("project_pay", "project_unsure"):
        path = reverse(name, args=[answered.project.slug])
        assert answered.client("auditor").get(f"{path}?{query}").status_code == 200


def test_project_without_answers_says_unknown_and_not_zero(house: House) -> None:
    overview, quality = plain(page(house, "project")), plain(page(house, "project_quality"))

    assert "Accord inconnu" in overview
    assert "rien n’est dû" in overview
    assert "l’accord est inconnu" in quality


def test_simulated_crowd_is_said_on_every_page(answered: House) -> None:
    Project.objects.update(is_simulated=True)

    pages = [
        page(answered, name)
        for name in ("project", "project_pay", "project_unsure", "project_wrong", "project_export")
    ]

    assert all("Foule simulée" in shown for shown in pages)


def test_estimating_again_says_from_how_many_answers(answered: House) -> None:
    answer = answered.client("requester").post(
        reverse("project_estimate", args=[answered.project.slug]), headers=FR, follow=True
    )

    assert "6 réponses" in answer.content.decode()


def test_many_answers_are_estimated_by_a_job_and_the_page_says_so(
    answered: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "FEW_ANSWERS", 1)

    answer = answered.client("requester").post(
        reverse("project_estimate", args=[answered.project.slug]), headers=FR, follow=True
    )

    shown = answer.content.decode()
    assert "estimation des étiquettes est en cours" in shown
    assert "Estimer de nouveau" not in shown
    assert "canut work" in shown  # nothing runs it here, and it is said


@pytest.mark.parametrize("state", ["paused", "closed", "open"])
def test_requester_opens_pauses_and_closes(house: House, state: str) -> None:
    path = reverse("project_state", args=[house.project.slug])
    if state == "open":
        Project.objects.filter(id=house.project.id).update(is_own_staff=True)
        house.project.imports.update(state="published")
        house.client("requester").post(path, {"state": "paused", "reason": "Vacances."})

    house.client("requester").post(path, {"state": state, "reason": "Reprise.", "sure": "1"})

    house.project.refresh_from_db()
    assert house.project.state == state


def test_state_that_is_none_is_refused(house: House) -> None:
    path = reverse("project_state", args=[house.project.slug])

    assert house.client("requester").post(path, {"state": "burnt"}).status_code == 422


def test_changing_the_overlap_reopens_tasks(answered: House) -> None:
    path = reverse("project_overlap", args=[answered.project.slug])

    answered.client("requester").post(path, {"overlap": 3})

    assert results.progress(answered.project.pk).to_do == 3
    assert answered.client("requester").post(path, {"overlap": 0}).status_code == 422


def test_reviewer_sees_results_without_the_buttons_that_change(house: House) -> None:
    shown = page(house, "project", role="reviewer")

    assert reverse("project_invitations", args=[house.project.slug]) not in shown
    assert reverse("project_state", args=[house.project.slug]) not in shown


def test_list_shows_progress_and_nothing_of_others(answered: House) -> None:
    mine = answered.client("requester").get("/projects/", headers=FR).content.decode()
    theirs = answered.client("other").get("/projects/", headers=FR).content.decode()

    assert "100 %" in mine.replace("\xa0", " ")
    assert "Rien à faire ici" in theirs


def test_text_of_a_task_is_never_run(answered: House) -> None:
    evil = json.dumps({"text": "<script>alert(1)</script>"})
    Task.objects.filter(id=answered.tasks[0].pk).update(data=evil)

    shown = page(answered, "project_task", answered.tasks[0].pk)

    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


def test_answers_without_a_readable_label_are_shown_as_they_stand(answered: House) -> None:
    Answer.objects.update(values='{"old": 1}')

    assert "&quot;old&quot;" in page(answered, "project_task", answered.tasks[0].pk)


def test_overview_shows_the_newest_model_with_its_interval_and_what_it_decides(
    house: House,
) -> None:
    make_model(house)
    rule = LoopRule.objects.create(project=house.project, takes_over=True)
    Proposal.objects.create(
        task=house.tasks[0],
        project=house.project,
        author=ModelAuthor.objects.get(),
        label="oui",
        score=0.99,
        source="canut-text 1",
        is_hidden=False,
        at_ms=NOW_MS,
        took_ms=NOW_MS,
    )

    shown = page(house, "project")
    LoopRule.objects.filter(pk=rule.pk).update(takes_over=False)

    assert "80,0 % [37,6 – 96,4]" in plain(shown)
    assert "il décide seul d’1 tâche" in plain(shown)
    assert f"{reverse('project_actors', args=[house.project.slug])}#models" in shown
    assert "il ne décide seul d’aucune" in plain(page(house, "project"))


def test_overview_says_that_the_model_fell_behind(house: House) -> None:
    trained = make_model(house)
    Incident.objects.create(project=house.project, author=trained.author, at_ms=NOW_MS)

    assert "il a décroché" in plain(page(house, "project"))


def test_overview_of_a_project_without_a_model_has_no_word_of_one(house: House) -> None:
    assert "Modèle juste" not in plain(page(house, "project"))
