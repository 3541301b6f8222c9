"""Who did the work is derived from what was kept; every millisecond is charged once."""

import json
import secrets
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from canut.actions.datasets.card_figures import gather_figures
from canut.actions.learning.provenance import note_actors, refresh_provenance
from canut.actions.learning.provenance_report import (
    acceptance_of,
    charge_of,
    decision_shares,
    hours_of,
    inside_in_all,
    inside_models,
    shares,
)
from canut.actions.quality.estimates import estimate_labels
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.errors import Refusal
from canut.core.portrait.decision_roles import Actor, DecisionOutcome, Did
from canut.core.portrait.machine_figures import InAll
from canut.store.models import (
    Decided,
    EntryPending,
    ModelAuthor,
    PayLine,
    Project,
    Proposal,
    TaskState,
    Trained,
    Worker,
)
from canut.store.tables.learning import ActorsNoted
from tests.support.factories import (
    NOW_MS,
    Made,
    answer_next,
    make_project,
    make_worker,
    opened,
)
from tests.support.reviewers import ACCEPT, CORRECT, Team, make_team

pytestmark = pytest.mark.django_db
LONG_MS = 3_600_000


def propose(made: Made, place: int, label: str, **fields: object) -> Proposal:
    """Let a model say something of a task."""
    author, _ = ModelAuthor.objects.get_or_create(
        project=made.project, name="texts", version=str(fields.pop("version", "1"))
    )
    given: dict[str, Any] = {
        "score": 0.9,
        "source": "texts 1",
        "at_ms": 0,
        "is_hidden": False,
        **fields,
    }
    return Proposal.objects.create(
        task=made.tasks[place], project=made.project, author=author, label=label, **given
    )


def train(made: Made, version: str, labels_ms: int, **fields: object) -> Trained:
    """Write a model that learnt from so much time."""
    author, _ = ModelAuthor.objects.get_or_create(
        project=made.project, name="texts", version=version
    )
    given: dict[str, Any] = {
        "form": "text", "answers": 1, "tasks": 1, "last_answer": 0, "held_out": 1, "right": 1,
        "by_people": 1.0, "fit_ms": 1, "made_ms": 1, **fields,
    }  # fmt: skip
    return Trained.objects.create(project=made.project, author=author, labels_ms=labels_ms, **given)


def pick[T](rng: np.random.Generator, among: Sequence[T]) -> T:
    """Draw one of several things."""
    return among[int(rng.integers(len(among)))]


def take_over(made: Made, place: int, label: str, version: str = "1") -> None:
    """Close a task by what a model says."""
    propose(made, place, label, version=version, took_ms=NOW_MS)
    TaskState.objects.filter(task=made.tasks[place]).update(state="closed", label=label)


def test_closed_task_keeps_who_did_what() -> None:
    made = make_project(tasks=2)
    answer_next(made.worker)

    note_actors(made.project.pk, NOW_MS)
    found = Decided.objects.get()

    assert (found.outcome, found.label_ms) == ("human", 5_000)
    assert json.loads(found.acts) == [["label", "human", 5_000, ""]]
    assert found.task_id == made.tasks[0].pk


def test_review_is_an_act_of_its_own() -> None:
    team = make_team()
    team.decide(CORRECT)

    note_actors(team.made.project.pk, NOW_MS)
    who = decision_shares([team.made.project.pk])

    assert who.by_act[Did.LABEL] == 5_000
    assert who.by_act[Did.CORRECT] == 20_000
    assert who.counts[DecisionOutcome.HUMAN] == 1


def test_simulated_people_are_marked_and_counted_apart() -> None:
    made = make_project(tasks=1)
    made.worker.kind = "simulated"
    made.worker.save()
    answer_next(made.worker)

    note_actors(made.project.pk, NOW_MS)
    who = decision_shares([made.project.pk])

    assert who.is_simulated
    assert who.by_actor == {Actor.HUMAN: 0, Actor.SIMULATED: 5_000}


def test_task_asked_again_is_no_decision_any_more() -> None:
    made = make_project(tasks=1)
    answer_next(made.worker)
    note_actors(made.project.pk, NOW_MS)
    TaskState.objects.update(overlap=2, state="open")

    note_actors(made.project.pk, NOW_MS, is_forced=True)

    assert not Decided.objects.exists()
    assert charge_of([made.project.pk]).open_ms == 5_000


def test_project_where_nothing_moved_is_left_alone() -> None:
    made = make_project(tasks=2)
    answer_next(made.worker)

    assert note_actors(made.project.pk, NOW_MS)
    assert not note_actors(made.project.pk, NOW_MS + LONG_MS)
    answer_next(made.worker, now_ms=NOW_MS + LONG_MS)
    assert note_actors(made.project.pk, NOW_MS + 2 * LONG_MS)


def test_reading_acts_takes_the_same_statements_however_many_tasks() -> None:
    counts = []
    for tasks in (2, 12):
        made = make_project(tasks=tasks)
        for _ in range(tasks):
            answer_next(made.worker)
        with CaptureQueriesContext(connection) as seen:
            note_actors(made.project.pk, NOW_MS)
        counts.append(len([q for q in seen if q["sql"].startswith("SELECT")]))

    assert counts[0] == counts[1]


def test_untouched_is_told_and_not_what_machines_closed() -> None:
    made = make_project(tasks=10)
    for place in range(7):
        take_over(made, place, "oui")
    for _ in range(3):
        answer_next(made.worker)
    TaskState.objects.filter(task=made.tasks[0]).update(state="audit")

    note_actors(made.project.pk, NOW_MS)
    found = shares(decision_shares([made.project.pk]))

    assert found is not None
    assert found.untouched.value == pytest.approx(0.7)
    assert found.counts[DecisionOutcome.HUMAN] == 3


def test_card_tells_labels_with_a_human_hand_and_not_answers() -> None:
    made = make_project(tasks=10)
    for place in range(7):
        take_over(made, place, "oui")
    for _ in range(3):
        answer_next(made.worker)

    before = gather_figures(made.project, NOW_MS).figures["human_share"]
    refresh_provenance(made.project.pk, NOW_MS)
    after = gather_figures(made.project, NOW_MS).figures["human_share"]

    assert (before.value, before.reason) == (None, "nothing is decided yet")
    assert after.value == 300


def test_simulated_hand_is_no_human_hand_on_a_card() -> None:
    made = make_project(tasks=2)
    answer_next(made.worker)
    made.worker.kind = "simulated"
    made.worker.save()
    answer_next(made.worker)

    refresh_provenance(made.project.pk, NOW_MS)

    assert gather_figures(made.project, NOW_MS).figures["human_share"].value == 500


def test_share_of_human_hands_is_unknown_where_every_hand_is_simulated() -> None:
    made = make_project(tasks=2)
    made.worker.kind = "simulated"
    made.worker.save()
    answer_next(made.worker)

    refresh_provenance(made.project.pk, NOW_MS)

    share = gather_figures(made.project, NOW_MS).figures["human_share"]
    assert (share.value, share.reason) == (None, "nobody is counted where somebody is simulated")


def test_what_is_signed_is_read_at_once_and_only_where_it_moved() -> None:
    made = make_project(tasks=2)
    answer_next(made.worker)
    note_actors(made.project.pk, NOW_MS)
    answer_next(made.worker)

    refresh_provenance(made.project.pk, NOW_MS + 1)
    refresh_provenance(made.project.pk, NOW_MS + 2)

    assert sum(decision_shares([made.project.pk]).counts.values()) == 2
    assert ActorsNoted.objects.get(project=made.project.pk).at_ms == NOW_MS + 1


def test_showing_a_label_is_measured_against_hiding_it() -> None:
    made = make_project(tasks=4)
    propose(made, 0, "oui", is_shown=True)
    propose(made, 1, "oui", is_shown=True)
    propose(made, 2, "oui", is_hidden=True)
    propose(made, 3, "oui", is_hidden=True)
    for said in ("oui", "oui", "non", "oui"):
        answer_next(made.worker, said)

    note_actors(made.project.pk, NOW_MS)
    found = acceptance_of([made.project.pk])

    assert found is not None
    assert (found.shown.value, found.unseen.value) == (1.0, 0.5)
    assert found.anchoring.value == pytest.approx(0.5)


def test_labels_weigh_on_every_model_that_learnt_from_them() -> None:
    made = make_project(tasks=10)
    train(made, "1", 40 * LONG_MS)
    train(made, "2", 50 * LONG_MS)
    for place in range(10):
        take_over(made, place, "oui", "1" if place < 3 else "2")

    note_actors(made.project.pk, NOW_MS)
    first, second = inside_models([made.project.pk])

    assert first.embodied is not None
    assert second.embodied is not None
    assert float(first.embodied) == pytest.approx(14.4 * 1000)
    assert float(second.embodied) == pytest.approx(19.542857 * 1000, abs=1e-3)
    assert 3 * first.embodied + 7 * second.embodied == 50 * 3600


@pytest.mark.parametrize("seed", range(3))
def test_hours_inside_all_models_are_those_of_the_ledger_they_learnt_from(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ledger_ms = 0
    numbers = []
    for _ in range(2):
        made = make_project(tasks=8)
        version = learnt_ms = 0
        for _ in range(6):
            answer_next(made.worker)
            if rng.random() < 0.5 or not version:
                paid = PayLine.objects.filter(project=made.project)
                learnt_ms = paid.aggregate(ms=Sum("elapsed_ms"))["ms"]
                version += 1
                train(made, str(version), learnt_ms)
        for place in (6, 7):
            take_over(made, place, "oui", str(version))
        note_actors(made.project.pk, NOW_MS)
        ledger_ms += learnt_ms
        numbers.append(made.project.pk)

    counted = inside_in_all(numbers)

    assert counted == InAll(ledger_ms)
    borne = [(one.embodied or 0) * one.decisions for one in inside_models(numbers)]
    assert sum(borne) * 1000 == ledger_ms


def test_hours_on_a_foreign_base_are_at_least_those_known_here() -> None:
    made = make_project(tasks=1)

    assert inside_in_all([made.project.pk]) is None
    train(made, "1", LONG_MS, base="some embeddings")
    assert inside_in_all([made.project.pk]) == InAll(LONG_MS, has_foreign=True)


def test_labour_of_a_foreign_base_is_unknown() -> None:
    made = make_project(tasks=1)
    train(made, "1", LONG_MS, base="some embeddings")
    take_over(made, 0, "oui")

    note_actors(made.project.pk, NOW_MS)

    assert [one.embodied for one in inside_models([made.project.pk])] == [None]


def test_hours_created_and_displaced_stand_side_by_side() -> None:
    made = make_project(tasks=4)
    team_ms = 5_000
    answer_next(made.worker)
    answer_next(made.worker, now_ms=NOW_MS + 60_000)
    take_over(made, 2, "oui")
    take_over(made, 3, "oui")

    note_actors(made.project.pk, NOW_MS)
    found = hours_of([made.project.pk], np.random.default_rng(0))

    assert found is not None
    assert found.displaced is not None
    assert found.displaced.value == pytest.approx(2 * team_ms / LONG_MS)
    assert found.created["label"] == pytest.approx(2 * team_ms / LONG_MS)
    assert not hasattr(found, "net")


@pytest.mark.parametrize("seed", range(4))
def test_every_hour_of_the_ledger_is_charged_once(seed: int) -> None:
    rng = np.random.default_rng(seed)
    team = make_team(tasks=12, second=pick(rng, ["none", "change", "always"]))
    project = team.made.project
    Project.objects.filter(pk=project.pk).update(overlap=2, has_checks=True, audit_per_mille=300)
    TaskState.objects.filter(task__in=team.made.tasks[1:]).update(overlap=2)
    TaskState.objects.filter(task=team.made.tasks[11]).update(state="gold")
    for place in range(1, 6):
        propose(team.made, place, "oui", **{pick(rng, ["is_shown", "is_hidden"]): True})
    workers = [*team.made.workers, make_worker(project, kind="simulated"), make_worker(project)]
    now_ms = NOW_MS + LONG_MS
    for _ in range(40):
        now_ms += int(rng.integers(1_000, 90_000))
        _do_something(rng, team, workers, now_ms)
    estimate_labels(project.pk, NOW_MS)
    note_actors(project.pk, now_ms)

    charge = charge_of([project.pk])
    entries = EntryPending.objects.filter(project=project.pk, type__in=("answer", "review"))

    assert charge.unread_ms == 0
    assert charge.decided_ms > 0
    assert charge.ledger_ms == sum(json.loads(opened(one).payload)["ms"] for one in entries)


def _do_something(rng: np.random.Generator, team: Team, workers: list[Worker], now_ms: int) -> None:
    """Answer, answer anew, or review; what is refused changes nothing."""
    worker = pick(rng, workers)
    try:
        if rng.random() < 0.2:
            team.decide(pick(rng, [ACCEPT, CORRECT]), int(rng.integers(3)), now_ms)
            return
        lent = lease_tasks(worker.pk, int(rng.integers(1, 4)), now_ms).tasks
        for one in lent[: int(rng.integers(0, 4))]:
            key = secrets.token_hex(16)
            values = {"q": pick(rng, ["oui", "oui", "non"])}
            submit(worker.pk, Submission(one.lease, key, values), now_ms + 4_000)
            if rng.random() < 0.2:
                again = Submission(one.lease, secrets.token_hex(16), {"q": "non"}, replaces=key)
                submit(worker.pk, again, now_ms + 9_000)
    except (Refusal, AssertionError):
        return
