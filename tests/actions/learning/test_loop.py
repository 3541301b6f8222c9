"""A model learns from people, takes over what it has proven, and they come back when it errs."""

import json

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canut.actions.datasets.label_exports import export_labels
from canut.actions.learning.drift import check_drift, place_tasks
from canut.actions.learning.loop import LoopRuleIn, propose_imported, set_loop_rule
from canut.actions.learning.provenance import note_actors
from canut.actions.learning.provenance_report import acceptance_of, decision_shares, inside_models
from canut.actions.learning.training import Own, class_named, train
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.arrays import Floats
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput
from canut.core.learning import takeover
from canut.core.learning.hidden_share import is_hidden
from canut.core.learning.model import Items
from canut.core.portrait.decision_roles import DecisionOutcome
from canut.store.models import (
    Import,
    ModelAnswer,
    ModelAuthor,
    Project,
    Proposal,
    Task,
    TaskState,
    Trained,
)
from tests.support.comparisons import whole_lien
from tests.support.factories import NOW, NOW_MS, make_project, make_worker

pytestmark = pytest.mark.django_db

GOOD = ("belle", "douce", "vive", "claire", "solide", "fine")
BAD = ("laide", "rude", "terne", "sale", "fragile", "fausse")
RULE = LoopRuleIn(shows=True, takes_over=True, hidden_per_mille=400)


class Loop:
    """A project of short texts, and people who know what they say."""

    def __init__(self, tasks: int = 120, workers: int = 1) -> None:
        self.made = make_project(tasks=0, workers=workers)
        self.project: Project = self.made.project
        self.rng = np.random.default_rng(7)
        self.truth: dict[int, str] = {}
        self.now_ms = NOW_MS
        whole_lien(self.project)
        self.add(tasks)

    def add(self, count: int, *, is_other: bool = False) -> list[int]:
        """Publish texts; ``is_other``: their words have changed sides."""
        source = Import.objects.create(
            project=self.project, state="published", name="a", path="a", format="csv",
            created_by=self.project.created_by, created_at=NOW,
        )  # fmt: skip
        rows, truths = [], []
        for row in range(count):
            is_good = bool(self.rng.integers(2))
            word = GOOD[self.rng.integers(6)] if is_good else BAD[self.rng.integers(6)]
            text = f"soie {word}, pièce {self.rng.integers(9)}"
            truths.append("oui" if is_good != is_other else "non")
            rows.append(
                Task(project=self.project, source=source, row=row, key=f"{len(self.truth) + row}",
                     data=json.dumps({"text": text}))
            )  # fmt: skip
        tasks = Task.objects.bulk_create(rows)
        TaskState.objects.bulk_create(
            [TaskState(task=one, project=self.project, overlap=1) for one in tasks]
        )
        self.truth |= {one.pk: truth for one, truth in zip(tasks, truths, strict=True)}
        return [one.pk for one in tasks]

    def answer(self, most: int, *, flip: bool = False) -> int:
        """Let people answer what comes next; return how many tasks they were given."""
        done = 0
        for worker in self.made.workers:
            while done < most:
                self.now_ms += 60_000
                lent = lease_tasks(worker.pk, 1, self.now_ms).tasks
                if not lent:
                    break
                right = self.truth[lent[0].task]
                said = {"oui": "non", "non": "oui"}[right] if flip else right
                submission = Submission(lent[0].lease, f"{self.now_ms}", {"q": said})
                submit(worker.pk, submission, self.now_ms + 4_000)
                done += 1
        return done

    def train(self) -> Trained:
        """Teach a new version."""
        self.now_ms += 60_000
        return train(self.project, self.now_ms)

    @property
    def taken(self) -> int:
        """How many tasks the model has taken over."""
        return Proposal.objects.filter(project=self.project, took_ms__isnull=False).count()


@pytest.fixture
def loop() -> Loop:
    made = Loop(tasks=200)
    set_loop_rule(made.project, RULE, NOW_MS)
    return made


@pytest.mark.slow
def test_model_is_measured_on_what_it_did_not_see(loop: Loop) -> None:
    loop.answer(100)

    trained = loop.train()

    assert trained.answers == 100
    assert 20 < trained.held_out < 60
    assert trained.right > 0.9 * trained.held_out
    assert [point[0] for point in trained.curve] == sorted(point[0] for point in trained.curve)
    assert trained.ece is not None
    assert trained.labels_ms == 100 * 4_000


def test_proposals_are_shown_but_on_the_hidden_part(loop: Loop) -> None:
    set_loop_rule(loop.project, LoopRuleIn(shows=True, hidden_per_mille=400), NOW_MS)
    loop.answer(60)
    loop.train()

    hidden = Proposal.objects.filter(is_hidden=True)

    assert 30 < hidden.count() < 80
    assert not hidden.filter(is_shown=True).exists()
    for lent in lease_tasks(loop.made.worker.pk, 20, loop.now_ms).tasks:
        proposal = Proposal.objects.get(task=lent.task)
        seen = (proposal.label, "canut-text 1") if proposal.is_shown else None
        assert lent.proposal == seen


@pytest.mark.slow
def test_what_was_drawn_hidden_stays_hidden_for_every_version(loop: Loop) -> None:
    loop.answer(40)
    loop.train()
    before = dict(Proposal.objects.values_list("task", "is_hidden"))
    loop.answer(30)
    loop.train()

    after = dict(Proposal.objects.values_list("task", "is_hidden"))

    assert after == before


@pytest.mark.slow
def test_people_keep_the_proposal_they_saw(loop: Loop) -> None:
    loop.answer(40)
    loop.train()
    loop.answer(20)
    begun = set(Proposal.objects.filter(task__now__counted=1).values_list("task", "author"))
    loop.train()

    assert begun
    assert begun == set(
        Proposal.objects.filter(task__in=[t for t, _ in begun]).values_list("task", "author")
    )


@pytest.mark.slow
def test_model_takes_over_what_it_has_proven(loop: Loop) -> None:
    loop.answer(140)
    loop.train()

    taken = Proposal.objects.filter(took_ms__isnull=False).select_related("task__now")

    assert taken.count() > 10
    assert not taken.filter(is_hidden=True).exists()
    assert {one.task.now.state for one in taken} == {"closed"}
    right = sum(one.task.now.label == loop.truth[one.task_id] for one in taken)
    assert right == taken.count()


@pytest.mark.slow
def test_every_decision_says_who_made_it(loop: Loop) -> None:
    loop.answer(140)
    loop.train()
    note_actors(loop.project.pk, loop.now_ms, is_forced=True)

    who = decision_shares([loop.project.pk])
    (inside,) = inside_models([loop.project.pk])

    assert who.counts[DecisionOutcome.UNTOUCHED] == loop.taken == inside.decisions
    assert inside.embodied is not None
    assert inside.embodied * inside.decisions == 140 * 4


@pytest.mark.slow
def test_broken_model_takes_over_nothing(loop: Loop) -> None:
    rng = np.random.default_rng(3)
    loop.truth = {task: str(rng.choice(["oui", "non"])) for task in loop.truth}
    loop.answer(140)

    loop.train()

    assert loop.taken == 0


@pytest.mark.slow
def test_models_of_a_held_project_take_nothing_over(loop: Loop) -> None:
    loop.answer(140)
    Project.objects.filter(pk=loop.project.pk).update(held_ms=loop.now_ms)

    loop.train()

    assert loop.taken == 0


def test_nothing_is_taken_over_unless_the_requester_says_so(loop: Loop) -> None:
    set_loop_rule(loop.project, LoopRuleIn(shows=True, hidden_per_mille=400), NOW_MS)
    loop.answer(140)

    loop.train()

    assert loop.taken == 0


@pytest.mark.slow
def test_taking_the_leave_back_asks_people_again(loop: Loop) -> None:
    loop.answer(140)
    loop.train()
    taken = loop.taken
    set_loop_rule(loop.project, LoopRuleIn(shows=True, hidden_per_mille=400), loop.now_ms)

    assert taken > 0
    assert loop.taken == 0
    assert TaskState.objects.filter(state="open", label=None).count() == 60


@pytest.mark.slow
def test_least_sure_and_hidden_tasks_come_first(loop: Loop) -> None:
    set_loop_rule(loop.project, LoopRuleIn(shows=True, hidden_per_mille=100), NOW_MS)
    loop.answer(60)
    loop.train()

    place_tasks(loop.project.pk)
    rows = Proposal.objects.filter(task__now__state="open").values_list(
        "task__now__priority", "score", "is_hidden"
    )
    others = sorted((score, place) for place, score, hidden in rows if not hidden)

    assert {place for place, _, hidden in rows if hidden} == {0}
    assert [place for _, place in others] == sorted(place for _, place in others)
    assert {place for _, place in others} == {0, 1, 2, 3}


@pytest.mark.slow
def test_showing_proposals_costs_no_statement(loop: Loop) -> None:
    worker = make_worker(loop.project)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as said:
            lease_tasks(worker.pk, 4, loop.now_ms)
        counts.append(len(said))
        loop.answer(40)
        loop.train()
        worker = make_worker(loop.project)

    assert counts[0] == counts[1]


def test_imported_labels_are_shown_and_hidden_alike() -> None:
    loop = Loop(tasks=60)
    author = ModelAuthor.objects.create(project=loop.project, name="ailleurs", version="3")
    ModelAnswer.objects.bulk_create(
        [ModelAnswer(task_id=task, author=author, label="oui", score=0.7) for task in loop.truth]
    )
    set_loop_rule(loop.project, LoopRuleIn(shows=True, hidden_per_mille=300), NOW_MS)

    propose_imported(loop.project, NOW_MS)
    loop.answer(60)
    note_actors(loop.project.pk, loop.now_ms, is_forced=True)
    found = acceptance_of([loop.project.pk])

    assert Proposal.objects.filter(source="ailleurs 3").count() == 60
    assert found is not None
    assert 0 < found.unseen.value < 1


def test_too_few_labels_teach_nothing(loop: Loop) -> None:
    loop.answer(5)

    with pytest.raises(BadInput, match="a model learns from 20 on"):
        loop.train()


class Always:
    """A model of one's own that says the same of everything, on a foreign base."""

    base = "some embeddings"

    def fit(self, items: Items, chances: Floats) -> None:
        """Remember how common each class is; what the items are changes nothing."""
        self.seen = len(items)
        self.share = chances.mean(axis=0)

    def predict(self, items: Items) -> Floats:
        """Say it of each."""
        return np.repeat(self.share[None], len(items), axis=0)


def test_model_of_ones_own_joins_by_two_words(loop: Loop) -> None:
    loop.answer(60)

    trained = train(loop.project, loop.now_ms, own=Own(Always, "always"))
    note_actors(loop.project.pk, loop.now_ms, is_forced=True)

    assert (trained.form, trained.base) == ("outside", "some embeddings")
    assert Proposal.objects.filter(source="always 1").count() == 140
    assert inside_models([loop.project.pk])[0].embodied is None


def test_class_is_found_by_its_name_or_refused() -> None:
    assert class_named("tests.actions.learning.test_loop:Always") is not None
    with pytest.raises(BadInput, match="cannot be found"):
        class_named("tests.actions.learning.test_loop:Nothing")
    with pytest.raises(BadInput, match="no fit and predict"):
        class_named("json:JSONDecoder")


@pytest.mark.slow
def test_exported_labels_say_which_are_a_models(loop: Loop) -> None:
    loop.answer(140)
    loop.train()

    text = b"".join(export_labels(loop.project.pk, "jsonl")).decode()
    decided = [json.loads(line)["decided"] for line in text.splitlines()]

    assert decided.count("model") == loop.taken > 10
    assert decided.count("consensus") == 140


def test_labels_of_people_who_stand_in_for_a_machine_are_told_apart(loop: Loop) -> None:
    set_loop_rule(loop.project, LoopRuleIn(role="imitate"), NOW_MS)
    loop.answer(10)

    text = b"".join(export_labels(loop.project.pk, "jsonl")).decode()

    assert [json.loads(line)["decided"] for line in text.splitlines()].count("imitation") == 10
    assert "consensus" not in text


@pytest.mark.slow
def test_what_is_proven_stands_until_a_later_version_says_something_else(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop.answer(140)
    loop.train()
    taken = list(Proposal.objects.filter(took_ms__isnull=False).values_list("task", flat=True))
    Proposal.objects.filter(task__in=taken[:5]).update(label="x")
    monkeypatch.setattr(takeover, "FEWEST", 10_000)

    later = loop.train()

    assert not any(band[-1] for band in later.bands)
    assert loop.taken == len(taken) - 5
    assert TaskState.objects.filter(task__in=taken[:5], state="open").count() == 5


@pytest.mark.slow
def test_version_that_the_draw_cannot_tell_yet_spends_no_luck(loop: Loop) -> None:
    loop.answer(30)
    early = loop.train()
    loop.answer(110)

    first = takeover.ConfidenceBand(*loop.train().bands[0])

    assert early.bands == []
    assert first.worst == takeover.at_worst(first.right, first.seen, takeover.luck_of(1))


@pytest.mark.slow
def test_tasks_whose_proposal_was_shown_are_not_of_a_draw_made_larger(loop: Loop) -> None:
    set_loop_rule(loop.project, LoopRuleIn(shows=True, hidden_per_mille=100), NOW_MS)
    loop.answer(40)
    loop.train()
    set_loop_rule(loop.project, RULE, loop.now_ms)
    loop.answer(60)

    held = loop.train().held_out
    known = TaskState.objects.filter(counted=1).values_list("task", "task__proposal__is_hidden")
    drawn = [
        hidden for task, hidden in known if is_hidden(task, loop.project.pk, RULE.hidden_per_mille)
    ]

    assert drawn.count(False) > 0
    assert held == len(drawn) - drawn.count(False)


@pytest.mark.slow
def test_quiet_project_costs_one_read_and_its_rule(loop: Loop) -> None:
    loop.answer(60)
    loop.train()
    check_drift(loop.project, loop.now_ms + DAY_MS)

    with CaptureQueriesContext(connection) as said:
        check_drift(loop.project, loop.now_ms + 2 * DAY_MS)

    assert len(said) <= 8
