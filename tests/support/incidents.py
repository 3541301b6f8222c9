"""A project whose model errs on one kind of task, its people, and the repair of its incident."""

import json
from collections.abc import Sequence
from typing import Any

from canut.actions.learning.incidents import (
    StepFields,
    name_incident_owner,
    open_by_alarm,
    take_incident_step,
)
from canut.actions.learning.repairs import RepairIn, make_repair
from canut.actions.people.accounts import add_member
from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.learning.incident_terms import IncidentStep
from canut.store.models import (
    Decided,
    Import,
    Incident,
    ModelAuthor,
    Person,
    Project,
    Proposal,
    Role,
    Task,
    TaskState,
    Trained,
    Worker,
)
from tests.support.factories import NOW, NOW_MS, answer_next, make_person, make_project, make_worker
from tests.support.lessons import pass_lessons

Step = IncidentStep
NORTH, SOUTH = "region = Nord", "region = Sud"
POSTMORTEM = """Des gens ont vu des réponses inversées.
Depuis mardi, trouvé par l’alarme.
12 décisions, personne de touché.
Cause : deux classes inversées dans un fichier.
Réparé par des réponses payées, puis vérifié."""


class Workshop:
    """A project with a model, who answers for its incidents, and who verifies."""

    def __init__(
        self,
        project: Project | None = None,
        workers: Sequence[Worker] = (),
        begin_ms: int = NOW_MS,
    ) -> None:
        if project is None:
            made = make_project(tasks=0, workers=2)
            project, workers = made.project, made.workers
        self.project = project
        self.workers = list(workers)
        self.owner, self.verifier = make_person(), make_person()
        pass_lessons(self.owner, ["diagnose"])
        add_member(self.verifier, Role.REVIEWER, NOW_MS, project=project)
        self.begin_ms = begin_ms
        self.now_ms = begin_ms + DAY_MS
        self.first = self.version(begin_ms)

    def version(self, made_ms: int) -> Trained:
        """Teach a version."""
        number = str(Trained.objects.count() + 1)
        author = ModelAuthor.objects.create(project=self.project, name="m", version=number)
        return Trained.objects.create(
            project=self.project, author=author, form="text", answers=10, tasks=5, labels_ms=1,
            last_answer=1, held_out=5, right=4, by_people=0.9, fit_ms=1, made_ms=made_ms,
        )  # fmt: skip

    def tasks(self, count: int, region: str) -> list[Task]:
        """Publish tasks of a region."""
        source = Import.objects.create(
            project=self.project, state="published", name="f", path="f", format="csv",
            created_by=self.project.created_by, created_at=NOW,
        )  # fmt: skip
        begin = Task.objects.count()
        tasks = Task.objects.bulk_create(
            Task(
                project=self.project, source=source, row=at, key=f"t{begin + at}",
                data=json.dumps({"text": "soie", "region": region}),
            )
            for at in range(count)
        )  # fmt: skip
        TaskState.objects.bulk_create(
            TaskState(task=task, project=self.project, overlap=self.project.overlap)
            for task in tasks
        )
        return tasks

    def propose(
        self, trained: Trained, tasks: Sequence[Task], wrong: int = 0, *, is_hidden: bool = True
    ) -> None:
        """Let a version propose; it errs on the first ones."""
        Proposal.objects.filter(task__in=tasks).delete()
        Proposal.objects.bulk_create(
            Proposal(
                task=task, project=self.project, author=trained.author, source="m", score=0.9,
                label="non" if at < wrong else "oui", is_hidden=is_hidden,
                is_shown=not is_hidden, at_ms=self.now_ms,
            )
            for at, task in enumerate(tasks)
        )  # fmt: skip

    def decided(self, count: int, region: str, wrong: int) -> list[Task]:
        """Have people decide hidden tasks of the first version, before anybody saw anything."""
        tasks = self.tasks(count, region)
        self.propose(self.first, tasks, wrong)
        TaskState.objects.filter(task__in=tasks).update(
            state="closed", counted=1, label="oui", confidence=0.99, overlap=1
        )
        Decided.objects.bulk_create(
            Decided(
                task=task, project=self.project, outcome="human", unseen=1, acts="[]",
                decided_ms=self.begin_ms + at, version=self.first.author,
            )
            for at, task in enumerate(tasks)
        )  # fmt: skip
        return tasks

    def alarm(self) -> Incident:
        """Let the alarm ring."""
        return open_by_alarm(
            self.first, {"right": 40, "seen": 60, "by_people": 0.99, "bar": 0.98}, self.now_ms
        )

    def step(
        self, incident: Incident, step: Step, by: Person | None = None, **said: Any
    ) -> Incident:
        """Take a step as its owner, or as somebody else."""
        self.now_ms += HOUR_MS
        fields = StepFields(words="dit")._replace(**said)
        who = by or self.owner
        return take_incident_step(incident.pk, step, fields, by=who, now_ms=self.now_ms)

    def repair(self, incident: Incident, kind: str, **said: Any) -> None:
        """Make a repair as the owner."""
        self.now_ms += HOUR_MS
        asked = RepairIn(kind)._replace(**said)
        make_repair(incident.pk, asked, by=self.owner, now_ms=self.now_ms)

    def own(self, incident: Incident) -> None:
        """Name the owner."""
        name_incident_owner(incident.pk, self.owner, by=self.project.created_by, now_ms=self.now_ms)

    def diagnose(self, incident: Incident, **said: Any) -> Incident:
        """Bring an incident as far as its diagnosis."""
        self.own(incident)
        self.step(incident, Step.CONFIRM)
        self.step(incident, Step.CONTAIN)
        return self.step(incident, Step.DIAGNOSE, **{"cause": "data", "slice": NORTH, **said})

    def declare_repaired(self, incident: Incident, **said: Any) -> Incident:
        """Bring an incident as far as the proof of its repair."""
        self.diagnose(incident, **said)
        self.step(incident, Step.REPAIR)
        self.repair(incident, "relabel", amount=5)
        return self.step(incident, Step.PROVE)

    def answer_all(self, by: Worker | None = None) -> int:
        """Let somebody answer whatever is lent; return how many."""
        count = 0
        while TaskState.objects.filter(project=self.project, state="open", live=0).exists():
            self.now_ms += 60_000
            answer_next(by or self.workers[0], "oui", now_ms=self.now_ms)
            count += 1
        return count

    def prove(
        self, count: int, region: str, wrong: int = 0, by: Worker | None = None
    ) -> list[Task]:
        """Have people answer hidden tasks on which a newer version spoke."""
        newest = Trained.objects.filter(project=self.project).order_by("-pk").first()
        assert newest is not None
        tasks = self.tasks(count, region)
        self.propose(newest, tasks, wrong)
        self.answer_all(by)
        return tasks

    def worker_of(self, person: Person) -> Worker:
        """Let a person work in the project."""
        return make_worker(self.project, person=person)
