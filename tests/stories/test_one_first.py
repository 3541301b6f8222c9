"""One person is asked first, more where a model disagrees, and nobody where it has proven it can.

Texts come in by a file; people answer on the workbench, are paid as ever, and every label tells how
many answers it rests on. Then the model fails, and every task gets its usual number of answers.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from canut.actions.datasets.label_exports import export_labels
from canut.actions.imports.lifecycle import publish_import
from canut.actions.learning import one_first
from canut.actions.operations.jobs import train_model
from canut.actions.operations.scheduler import run_projects
from canut.actions.people.accounts import add_member
from canut.core.clock import MINUTE_MS, from_ms
from canut.store.models import (
    PayLine,
    Person,
    Proposal,
    Role,
    TaskState,
    Trained,
)
from tests.support.comparisons import whole_lien
from tests.support.factories import NOW_MS, PIECE_MICRO, make_person, make_project, make_worker
from tests.support.importing import brought

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.dialect]
type StopClock = Callable[[datetime], None]
EN = {"accept-language": "en"}
GOOD = ("belle", "douce", "vive", "claire", "solide", "fine")
BAD = ("laide", "rude", "terne", "sale", "fragile", "fausse")
TASKS, PEOPLE, USUAL, AT_ONCE = 330, 4, 3, 20
ONCE = {"asks_one": "on", "takes_over": "on", "hidden": "70", "bar": "90", "role": "train"}


class Shop:
    """A project of short texts, the people who answer, and the clock."""

    def __init__(self, stop_clock: StopClock, folder: Path) -> None:
        self.stop, self.now_ms, self.rng = stop_clock, NOW_MS, np.random.default_rng(11)
        self.made = make_project(tasks=0, workers=0, overlap=USUAL)
        self.project = self.made.project
        whole_lien(self.project)
        self.people = [make_worker(self.project, practised_ms=1) for _ in range(PEOPLE)]
        requester = make_person()
        add_member(requester, Role.REQUESTER, NOW_MS, organisation=self.project.organisation)
        self.requester = _signed_in(requester)
        self.browsers = [_signed_in(worker.person) for worker in self.people]
        self.texts: dict[str, str] = {}
        self.path = folder / "textes.csv"

    def bring(self, count: int) -> None:
        """Import a file of texts, and publish it."""
        rows = io.StringIO()
        writer = csv.writer(rows)
        writer.writerow(["text"])
        for number in range(count):
            is_good = bool(self.rng.integers(2))
            word = str(self.rng.choice(GOOD if is_good else BAD))
            text = f"soie {word}, pièce {number}"
            self.texts[text] = "oui" if is_good else "non"
            writer.writerow([text])
        self.path.write_text(rows.getvalue(), encoding="utf-8")
        publish_import(brought(self.project, self.path).id, self.tick())

    def tick(self) -> int:
        """Let a minute pass."""
        self.now_ms += MINUTE_MS
        self.stop(from_ms(self.now_ms))
        return self.now_ms

    def answer(self, place: int, *, errs: float = 0.04, most: int = AT_ONCE) -> int:
        """Let a person answer what the workbench gives them; return how many tasks."""
        self.tick()
        browser, at = self.browsers[place], f"/work/{self.project.slug}"
        leased = browser.post(
            f"{at}/lease", {"count": most, "have": []}, content_type="application/json"
        ).json()["tasks"]
        answers = []
        for task in leased:
            right = self.texts[task["show"][0]["value"]]
            is_wrong = self.rng.random() < errs
            said = {"oui": "non", "non": "oui"}[right] if is_wrong else right
            answers.append(
                {"lease": task["lease"], "key": f"key-{task['lease']}", "values": {"q": said}}
            )
        if answers:
            sent = browser.post(
                f"{at}/answers", {"answers": answers}, content_type="application/json"
            )
            assert sent.status_code == 200, sent.content
        return len(answers)

    def run(self) -> bool:
        """Let the scheduler pass once, and run the training it asks for; return whether it did."""
        run_projects(self.tick())
        jobs = DBTaskResult.objects.filter(task_path=train_model.module_path, status="READY")
        for job in jobs:
            train_model.call(*job.args_kwargs["args"])
            job.delete()
            return True
        return False

    def work_until_taught(self) -> None:
        """Let everybody answer in turn until a new version has learnt."""
        for turn in range(100):
            self.answer(turn % PEOPLE)
            if self.run():
                return
        pytest.fail("no version learns")

    def finish(self) -> None:
        """Let everybody answer until nothing is left, with every training on the way."""
        while any([self.answer(place) for place in range(PEOPLE)] + [self.run()]):
            continue

    def states(self) -> Counter[tuple[str, int, int]]:
        """Count tasks by state, overlap and counted answers."""
        rows = TaskState.objects.filter(project=self.project)
        return Counter(rows.values_list("state", "overlap", "counted"))

    def page(self, name: str) -> str:
        """Read a page of the project."""
        address = reverse(name, args=[self.project.slug])
        return self.requester.get(address, headers=EN).content.decode()


def _signed_in(person: Person | None) -> Client:
    client = Client(headers=EN)
    assert person is not None
    client.force_login(person)
    return client


@pytest.fixture
def shop(stop_clock: StopClock, tmp_path: Path) -> Shop:
    return Shop(stop_clock, tmp_path)


def test_from_the_file_to_the_labels_and_back(shop: Shop) -> None:
    shop.bring(TASKS)
    rule = reverse("project_loop", args=[shop.project.slug])
    refused = shop.requester.post(rule, ONCE | {"shows": "on"})
    assert refused.status_code == 422
    assert "cannot check an answer given in view" in refused.content.decode()
    shop.requester.post(rule, ONCE)
    assert "has not begun: every task gets 3 answers" in shop.page("project_actors")
    assert not shop.run()
    assert shop.states()["open", 1, 0] == TASKS
    assert "One person is asked first" in shop.page("project_asking")

    shop.work_until_taught()
    first = Trained.objects.get()
    hidden = Proposal.objects.filter(is_hidden=True).count()
    assert first.answers >= hidden > one_first.FEWEST_HIDDEN
    assert first.bands == [], "no look before the first disputes are settled"
    assert shop.states()["closed", 1, 1] == 0, "nothing stands before one answer is known to do"
    disputed = TaskState.objects.filter(project=shop.project, state="open", overlap=USUAL)
    assert 0 < disputed.count() < 0.1 * TASKS

    shop.work_until_taught()
    taken = Proposal.objects.filter(took_ms__isnull=False).count()
    states = shop.states()
    assert taken > 10
    assert states["closed", 1, 0] == taken
    assert states["closed", 1, 1] > hidden * 0.8
    shop.finish()
    exported = export_labels(shop.project.pk, "jsonl")
    rows = [json.loads(line) for line in b"".join(exported).decode().splitlines()]
    behind = Counter((row["decided"], row["answers"]) for row in rows)
    assert behind["model", 0] == taken
    assert set(behind) <= {("model", 0), ("consensus", 1), ("consensus", 2), ("consensus", 3)}
    right = sum(row["label"] == shop.texts[row["text"]] for row in rows)
    assert right > 0.97 * TASKS
    page = shop.page("project_actors")
    assert f'<th scope="row">None: a model’s label</th><td class="r">{taken}</td>' in page
    answers = PayLine.objects.filter(worker__project=shop.project).count()
    assert answers == sum(row["answers"] for row in rows) < 1.1 * TASKS
    pieces = PayLine.objects.filter(worker__project=shop.project).values_list("piece_micro")
    assert set(pieces) == {(PIECE_MICRO,)}

    shop.requester.post(
        rule, {name: ONCE[name] for name in ("takes_over", "hidden", "bar", "role")}
    )
    states = shop.states()
    assert states["closed", USUAL, 0] == taken, "what the model has proven stands"
    assert states["open", USUAL, 1] == behind["consensus", 1]
    assert not any(overlap < USUAL for _, overlap, _ in states)
