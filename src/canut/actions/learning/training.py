"""Train a model on a project's labels, measure it, and store its proposals.

The model learns the consensus with its uncertainty and is measured on held-out tasks; its
predictions of open tasks become proposals (``loop``). Each version is stored with the lineage of
its training data.
"""

import hashlib
import importlib
import time
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import Max

from canut.actions.integrations.http_client import check_url
from canut.actions.learning.loop import Speaker, propose
from canut.actions.learning.one_first import DrawVerdict, grow_draw, look_at_draw, settle
from canut.actions.learning.remote_model_client import RemoteModel, lesson_kept
from canut.actions.learning.training_data import (
    LearningTarget,
    Lesson,
    answered_since,
    known_to,
    lesson_of,
    subject_of,
    unhidden_of,
    votes_of,
)
from canut.actions.ledger.entries import fresh_nonce, record_entry
from canut.core.errors import BadInput, Conflict, NotReady
from canut.core.learning.disputes import FIRST_BAND
from canut.core.learning.hidden_share import is_hidden
from canut.core.learning.measure import FEWEST, ModelScore, measure
from canut.core.learning.model import Maker, Model, soft_targets
from canut.core.learning.takeover import (
    ConfidenceBand,
    DrawLook,
    bands_of,
    look_number,
    people_again,
)
from canut.core.learning.training_manifest import join_leaves, manifest_root
from canut.store.learning.incidents import weighing
from canut.store.learning.loop import rule_of_loop, trained_in
from canut.store.learning.manifests import leaves_of, salt_of
from canut.store.models import ModelAuthor, Person, Project, Task
from canut.store.tables.learning import LoopRule, Trained, TrainingManifest

PER_MILLE = 1000
OUTSIDE, ENDPOINT = "outside", "endpoint"
NAME_LENGTH = 120


class Own(NamedTuple):
    """A custom model: its factory, its name, and the foreign base it builds on, if any."""

    make: Maker
    name: str = "model"
    base: str = ""
    form: str = OUTSIDE


def learner_of(subject: LearningTarget) -> Maker:
    """Return the factory of the baseline model for such items.

    Raises:
        NotReady: ``learn-missing``: scikit-learn is not installed.
    """
    try:
        baselines = importlib.import_module("canut.core.learning.baselines")
    except ModuleNotFoundError as missing:
        raise NotReady(
            "models are taught with scikit-learn; install it: pip install 'canut[learn]'",
            code="learn-missing",
        ) from missing
    baseline: Callable[..., Model] = baselines.Baseline
    return lambda: baseline(subject.form)


def far_model(subject: LearningTarget, rule: LoopRule) -> Own | None:
    """Return the remote model at a project's address, named by its host; None without one.

    What it stands on is not seen from here: where it names nothing, its host stands for it, and
    the labour in it is unknown.

    Raises:
        BadInput: the address may not be called.
    """
    if not rule.endpoint:
        return None
    host = (urlsplit(rule.endpoint).hostname or "")[:NAME_LENGTH]
    check_url(rule.endpoint, inside=settings.WEBHOOKS_INSIDE)
    return Own(lambda: RemoteModel(rule.endpoint, subject.labels, host), host, form=ENDPOINT)


def check_ready(project: Project) -> int:
    """Return how many tasks could be trained on, before any training.

    Raises:
        BadInput: what is asked cannot be learnt, or people said too little yet.
        NotReady: ``learn-missing``.
    """
    subject = subject_of(project)
    if far_model(subject, rule_of_loop(project.pk)) is None:
        learner_of(subject)
    count = known_to(subject).count()
    if count < FEWEST:
        raise BadInput(
            f"{count} tasks have a label; a model learns from {FEWEST} on",
            code="train-too-few",
            seen=count,
            limit=FEWEST,
        )
    return count


def class_named(path: str) -> Maker:
    """Find a custom model class by ``package.module:Class``.

    Raises:
        BadInput: ``train-class``: nothing of that name makes a model.
    """
    module, _, name = path.partition(":")
    try:
        model_class = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as failure:
        raise BadInput(
            f"{path!r} cannot be found: {failure}; expected package.module:Class",
            code="train-class",
        ) from failure
    if not all(hasattr(model_class, word) for word in ("fit", "predict")):
        raise BadInput(
            f"{path!r} has no fit and predict; see the guide of models", code="train-class"
        )
    make: Maker = model_class
    return make


def train(
    project: Project,
    now_ms: int,
    *,
    by: Person | None = None,
    own: Own | None = None,
) -> Trained:
    """Train a new version of a project's model, measure it, and store its proposals.

    Args:
        project: whose answers.
        now_ms: milliseconds since 1970 UTC.
        by: who asked for it; None where nobody did.
        own: a model of your own to teach; where left out, the one at the project's address, or
            the baseline for such items.

    Raises:
        BadInput: what is asked cannot be learnt, or people said too little yet.
        Conflict: ``model-endpoint``: the one at the project's address did not answer as it should.
        NotReady: ``learn-missing``.
    """
    project.refresh_from_db(fields=["overlap", "overlap_first"])
    subject = subject_of(project)
    rule = rule_of_loop(project.pk)
    own = own or far_model(subject, rule)
    factory = own.make if own else learner_of(subject)
    lesson = lesson_of(subject)
    started = time.perf_counter()
    chances = soft_targets(lesson.label, lesson.confidence, len(subject.labels))
    rng = np.random.default_rng(len(trained_in(project.pk)))
    measured = measure(factory, lesson.items, chances, lesson.answers, rng)
    model = factory()
    model.fit(lesson.items, chances)
    model.predict(lesson.items[:1])  # an outside model says only now on what it stands
    fit_ms = round((time.perf_counter() - started) * 1000)
    measures, verdict = _measured_of(subject, lesson, measured, rule)
    arrays = getattr(model, "arrays", None)
    weights = None
    if own is not None and own.form == ENDPOINT:
        weights = lesson_kept(lesson.task, chances)
    elif arrays is not None and own is None:
        weights = importlib.import_module("canut.core.learning.baselines").to_bytes(arrays)
    trained = _keep(
        subject,
        lesson,
        measures
        | {
            "form": subject.form.value if own is None else own.form,
            "base": (own and own.base) or getattr(model, "base", ""),
            "fit_ms": fit_ms,
            "weights": weights,
            "made_by": by,
            "made_ms": now_ms,
        },
        own.name if own else f"canut-{subject.form}",
    )
    if verdict is not None:
        settle(subject, lesson, measured.foretold, verdict, now_ms)
        grow_draw(project, rule, trained)
    propose(Speaker(subject, trained, model), rule, now_ms)
    return trained


def _measured_of(
    subject: LearningTarget, lesson: Lesson, measured: ModelScore, rule: LoopRule
) -> tuple[dict[str, object], DrawVerdict | None]:
    """Measure a model on the hidden tasks; on all tasks while those are too few.

    Once something went wrong, what people said before counts no more for what is proven. Where one
    person is asked first, the draw is returned as well, and its look waits until it is settled.
    """
    project = subject.project.pk
    hidden = np.array(
        [is_hidden(task, project, rule.hidden_per_mille) for task in lesson.task.tolist()],
        np.bool_,
    )
    hidden &= ~np.isin(lesson.task, list(unhidden_of(lesson.task[hidden].tolist())))
    wrong_ms = weighing(project).aggregate(last=Max("at_ms"))["last"] or 0
    if wrong_ms:
        since = answered_since(lesson.task[hidden].tolist(), wrong_ms)
        hidden &= np.isin(lesson.task, list(since))
    hit = measured.foretold.argmax(axis=1) == lesson.label
    sure = measured.foretold.max(axis=1)
    bar = rule.bar_per_mille / PER_MILLE
    verdict = None
    if subject.project.overlap_first:
        verdict = look_at_draw(subject, lesson, measured.foretold, hidden, bar)
        by_people, hit[hidden] = verdict.draw.by_people, verdict.draw.right
    else:
        true_labels = [subject.labels[label] for label in lesson.label[hidden].tolist()]
        same, n_answers = votes_of(lesson.task[hidden].tolist(), true_labels)
        by_people = people_again(lesson.confidence[hidden], same, n_answers)
    bands: list[ConfidenceBand] = []
    if verdict is None or verdict.is_settled:
        number = look_number(_looks(project, wrong_ms), draw_grows=verdict is not None)
        look = DrawLook(number, 0.0 if verdict is None else FIRST_BAND)
        bands = bands_of(sure[hidden], hit[hidden], by_people, bar, look)
    measured_on = hidden if hidden.any() else np.ones_like(hidden)
    measures: dict[str, object] = {
        "held_out": int(measured_on.sum()),
        "right": int(hit[measured_on].sum()),
        "by_people": by_people,
        "ece": measured.ece,
        "temperature": measured.temperature,
        "curve": [list(point) for point in measured.curve],
        "bands": [list(band) for band in bands],
    }
    return measures, verdict


def _looks(project_id: int, since_ms: int) -> list[bool]:
    """Return whether each look at the same hidden tasks since a moment proved anything."""
    versions = Trained.objects.filter(project=project_id, made_ms__gte=since_ms).order_by("id")
    return [
        any(ConfidenceBand(*band).is_proven for band in bands)
        for bands in versions.values_list("bands", flat=True)
        if bands
    ]


@transaction.atomic
def _keep(
    subject: LearningTarget, lesson: Lesson, measures: dict[str, object], name: str
) -> Trained:
    """Store a version with its training facts and its manifest; append its ledger entry.

    Raises:
        Conflict: ``train-withdrawn``: an item was withdrawn while the model learnt from it.
    """
    project = subject.project
    leaves = _lock_items(project.pk, lesson.task.tolist())
    number = 1 + ModelAuthor.objects.filter(project=project, name=name).count()
    author = ModelAuthor.objects.create(project=project, name=name, version=str(number))
    trained = Trained.objects.create(
        project=project,
        author=author,
        labels=subject.labels,
        answers=int(lesson.answers.sum()),
        tasks=len(lesson.task),
        labels_ms=lesson.labels_ms,
        simulated_ms=lesson.simulated_ms,
        last_answer=lesson.last_answer,
        **measures,
    )
    root = manifest_root(leaves).hex()
    TrainingManifest.objects.create(
        trained=trained, size=len(leaves), root=root, leaves=join_leaves(leaves)
    )
    payload = {
        "v": 1,
        "t": "model",
        "p": project.slug,
        "model": name,
        "version": str(number),
        "base": trained.base,
        "answers": trained.answers,
        "ms": trained.labels_ms,
        "held_out": trained.held_out,
        "right": trained.right,
        "items": len(leaves),
        "items_root": root,
        "items_salt": hashlib.sha256(salt_of(project.pk)).hexdigest(),
        "at": trained.made_ms,
    }
    record_entry(project.pk, "model", payload, trained.made_ms, fresh_nonce())
    return trained


def _lock_items(project_id: int, tasks: list[int]) -> list[bytes]:
    """Hash what a model learnt from, ascending; nobody withdraws it until it is stored."""
    Project.objects.select_for_update(no_key=True).get(pk=project_id)
    leaves = leaves_of(project_id, tasks)
    withdrawn = Task.objects.filter(project=project_id, withdrawn__isnull=False)
    if leaves.keys() & set(withdrawn.values_list("pk", flat=True)):
        raise Conflict(
            "an item was withdrawn while the model learnt from it; train again",
            code="train-withdrawn",
        )
    return sorted(leaves.values())
