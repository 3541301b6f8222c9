"""``Client``: what a program may do on a Canut server, one method each.

Generated from ``async_client`` by ``tools/sync_client.py``.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from canut_client import schemas
from canut_client.datasets import Datasets
from canut_client.downloads import Download
from canut_client.imports import Imports
from canut_client.progress import Progress
from canut_client.protocol import JsonObject, Request, project_path
from canut_client.schemas import parse
from canut_client.tables import Table, table_of
from canut_client.team import Team

BATCH_ANSWERS, BATCH_PRELABELS = 200, 5_000


class Client(Team, Imports, Datasets):
    """A Canut server and an API key. Threads may share it.

    Args:
        url: of the server, such as ``https://canut.example.org``.
        key: from the page *Keys* or ``canut key create``.
        progress: called with the progress of uploads and downloads; draws a bar on a terminal where
            it is left out.
        retry: how long to wait for the server and how often to retry.
        language: of the sentences of refusals, ``en`` or ``fr``.

    Raises:
        ValueError: the URL is not the address of a server.
    """

    # the key and what it reaches

    def key(self) -> schemas.Key:
        """Fetch what this key is and may do."""
        return parse(schemas.Key, self._get("key"))

    def organisations(self) -> list[schemas.Organisation]:
        """List the organisations for which this key may create projects."""
        page = self._get("organisations")
        return [parse(schemas.Organisation, item) for item in page["items"]]

    def projects(self) -> Iterator[schemas.Project]:
        """List the projects this key reaches, newest first."""
        return self._pages(schemas.Project, "projects")

    def project(self, project: str) -> schemas.Project:
        """Fetch a project with its aims, question, rate and progress."""
        return parse(schemas.Project, self._get(project_path(project)))

    # the life of a project

    def begin_project(
        self, title: str, *, own_staff: bool = False, organisation: int | None = None
    ) -> schemas.Project:
        """Create a project as a draft.

        Args:
            title: at most 120 characters.
            own_staff: the workers are paid elsewhere.
            organisation: its owner; the organisation of the key where it is left out.
        """
        body = {"title": title, "own_staff": own_staff, "organisation": organisation}
        return parse(schemas.Project, self._post_idempotent("projects", body))

    def write_aims(
        self,
        project: str,
        *,
        business: str,
        social: str,
        ethical: str,
        whose: str,
        consent: str,
        paid: str,
    ) -> schemas.Project:
        """Set what the project is for.

        Args:
            project: ``id`` of the project.
            business: why it exists.
            social: what others gain from it.
            ethical: what could go wrong.
            whose: whose material it is.
            consent: what these people agreed to.
            paid: what they were paid.
        """
        aims = {
            "business": business,
            "social": social,
            "ethical": ethical,
            "whose": whose,
            "consent": consent,
            "paid": paid,
        }
        return self._put(project, "aims", aims)

    def write_risk(
        self,
        project: str,
        severity: int,
        *,
        categories: Sequence[str] = (),
        modality: str = "text",
        column: str = "",
    ) -> schemas.Project:
        """Set how hard the material is to look at.

        Args:
            project: ``id`` of the project.
            severity: risk level, 0 to 4.
            categories: kinds of hard content.
            modality: ``text``, ``audio``, ``image`` or ``video``.
            column: names the column with the risk level of each task.
        """
        body = {
            "severity": severity,
            "categories": list(categories),
            "modality": modality,
            "column": column,
        }
        return self._put(project, "risk", body)

    def write_chain(
        self,
        project: str,
        client: str,
        *,
        country: str = "",
        price_micro: int | None = None,
        between: Sequence[JsonObject] = (),
        purpose_hidden: str = "",
    ) -> schemas.Project:
        """Set who pays for the project, and which intermediaries are paid.

        Args:
            project: ``id`` of the project.
            client: who asks for the labels.
            country: of the client, two letters.
            price_micro: what the client pays for an answer, in millionths of the currency.
            between: the intermediaries, with ``role``, ``share_micro``, ``name``, ``country``.
            purpose_hidden: why the purpose is not published.
        """
        body = {
            "client": client,
            "country": country,
            "price_micro": price_micro,
            "between": [dict(party) for party in between],
            "purpose_hidden": purpose_hidden,
        }
        return self._put(project, "chain", body)

    def ask(self, project: str, schema: JsonObject, instructions: str = "") -> schemas.Question:
        """Create a version of the question; earlier answers belong to theirs."""
        body = {"schema": schema, "instructions": instructions}
        path = f"{project_path(project)}/questions"
        return parse(schemas.Question, self._post_idempotent(path, body))

    def price(
        self,
        project: str,
        currency: str,
        *,
        piece_micro: int = 0,
        hourly_micro: int = 0,
        task_ms: int = 0,
        floor_micro: int | None = None,
    ) -> schemas.Rate:
        """Set the price of an answer, by piece or by hour, in millionths of the currency.

        Args:
            project: ``id`` of the project.
            currency: three letters.
            piece_micro: price of an answer.
            hourly_micro: price of an hour, with ``task_ms``.
            task_ms: milliseconds a task takes.
            floor_micro: the least an hour may bring.
        """
        body = {
            "currency": currency,
            "piece_micro": piece_micro,
            "hourly_micro": hourly_micro,
            "task_ms": task_ms,
            "floor_micro": floor_micro,
        }
        path = f"{project_path(project)}/rates"
        return parse(schemas.Rate, self._post_idempotent(path, body))

    def change_project(
        self,
        project: str,
        *,
        title: str | None = None,
        lease_seconds: int | None = None,
    ) -> schemas.Project:
        """Change a project; what is left out stays.

        Args:
            project: ``id`` of the project.
            title: at most 120 characters.
            lease_seconds: how long a worker holds a task.
        """
        fields = {"title": title, "lease_seconds": lease_seconds}
        body = {name: value for name, value in fields.items() if value is not None}
        request = Request("PATCH", project_path(project), body)
        return parse(schemas.Project, self._transport.request(request))

    def set_overlap(self, project: str, overlap: int) -> schemas.Project:
        """Set the number of answers per task; many tasks are updated in the background."""
        return self._put(project, "overlap", {"overlap": overlap})

    def cost(self, project: str) -> schemas.Cost:
        """Fetch the funds a project needs and has."""
        return parse(schemas.Cost, self._get(f"{project_path(project)}/cost"))

    def start(self, project: str, reason: str = "") -> schemas.Project:
        """Start a draft: all of it, or first a pilot where workers are paid."""
        return self._change_state(project, "start", reason)

    def open(self, project: str, reason: str = "") -> schemas.Project:
        """Open a project after its pilot or a pause; a pause needs the reason."""
        return self._change_state(project, "open", reason)

    def pause(self, project: str, reason: str) -> schemas.Project:
        """Pause a project: leases end, answers that are late are still paid."""
        return self._change_state(project, "pause", reason)

    def close_project(self, project: str, reason: str) -> schemas.Project:
        """Close a project for good; answers can still be corrected."""
        return self._change_state(project, "close", reason)

    def wait(self, project: str, *, seconds: float = 3_600, every: float = 10) -> schemas.Project:
        """Wait until every task of a project has the answers it wants, and return the project.

        Progress is told as that of a transfer is: closed tasks of all.

        Args:
            project: ``id`` of the project.
            seconds: how long to wait at most.
            every: seconds between two looks.

        Raises:
            TimeoutError: tasks are still open; it says how many.
        """
        waited = 0.0
        while True:
            current = self.project(project)
            count = current.progress
            total = 0 if count is None else count.to_do + count.in_hand + count.closed
            closed = 0 if count is None else count.closed
            is_over = current.state == "closed" or (total > 0 and closed == total)
            self._progress(Progress("answers", closed, total, is_over=is_over))
            if is_over:
                return current
            if waited >= seconds:
                raise TimeoutError(f"{total - closed} of {total} tasks want answers still")
            self._transport.retry.sleep(every)
            waited += every

    # tasks

    def tasks(self, project: str) -> Iterator[schemas.Task]:
        """List the tasks of a project, in order of import."""
        return self._pages(schemas.Task, f"{project_path(project)}/tasks")

    def task(self, project: str, task: int) -> schemas.Task:
        """Fetch one task with its answers."""
        return parse(schemas.Task, self._get(f"{project_path(project)}/tasks/{task}"))

    def media(self, project: str, sha256: str, file: str | Path) -> Path:
        """Download a picture or sound of a task; return where it is.

        Args:
            project: ``id`` of the project.
            sha256: what the task's cell holds.
            file: where it goes.
        """
        target, path = Path(file), f"{project_path(project)}/media/{sha256}"
        self._download(path, Download(target, None, self._progress))
        return target

    def add_prelabels(
        self,
        project: str,
        model: str,
        labels: Iterable[schemas.Prelabel],
        *,
        version: str = "",
    ) -> schemas.Prelabels:
        """Store what a model said of tasks, apart from people's answers: never counted nor paid.

        They go in batches of 5,000. Each batch is stored whole, or not at all and with its
        problems; later batches are then left unsent.

        Args:
            project: ``id`` of the project.
            model: its name.
            labels: ``Prelabel(key, label, score)``, by the key of the task.
            version: of the model.
        """
        stored, path = 0, f"{project_path(project)}/prelabels"
        rows = [{"key": each.key, "label": each.label, "score": each.score} for each in labels]
        for start in range(0, len(rows), BATCH_PRELABELS):
            batch = rows[start : start + BATCH_PRELABELS]
            body = {"model": model, "version": version, "labels": batch}
            report = parse(schemas.Prelabels, self._post_idempotent(path, body))
            stored += report.stored
            if report.problems:
                return schemas.Prelabels(stored, [item.after(start) for item in report.problems])
        return schemas.Prelabels(stored, [])

    # work

    def lease(self, project: str, count: int = 1) -> schemas.Leases:
        """Lease tasks until the worker holds ``count``; return all open leases."""
        return parse(schemas.Leases, self._post(project, "leases", {"count": count}))

    def renew(self, project: str, leases: Iterable[int]) -> dict[int, str]:
        """Renew leases; return until when each that is still open lasts."""
        renewed = self._post(project, "leases/renew", {"leases": list(leases)})
        return {int(lease): until for lease, until in renewed["leases"].items()}

    def release(self, project: str, leases: Iterable[int]) -> int:
        """Release leases without an answer; return how many were open."""
        released = self._post(project, "leases/release", {"leases": list(leases)})
        return int(released["released"])

    def answer(
        self,
        project: str,
        lease: int,
        values: JsonObject,
        *,
        key: str | None = None,
        question_version: int | None = None,
        replaces: str | None = None,
        revealed: int | None = None,
        lease_next: int | None = None,
    ) -> schemas.Receipt:
        """Submit the answer to a leased task.

        Args:
            project: ``id`` of the project.
            lease: ``id`` of the lease.
            values: the answer to each question, by its id.
            key: the program's own name for the answer; it is stored once under it.
            question_version: the version that was answered; the newest where it is left out.
            replaces: ``key`` of the worker's answer that this one corrects.
            revealed: share of its time that a veiled picture was uncovered, in thousandths.
            lease_next: leases until the worker holds as many, in the same request.
        """
        body = {
            "lease": lease,
            "values": values,
            "key": key or uuid.uuid4().hex,
            "question_version": question_version,
            "replaces": replaces,
            "revealed": revealed,
            "next": lease_next,
        }
        stated = {name: value for name, value in body.items() if value is not None}
        return parse(schemas.Receipt, self._post(project, "answers", stated))

    def answer_many(
        self, project: str, values_by_lease: Mapping[int, JsonObject]
    ) -> schemas.Receipts:
        """Submit answers to leased tasks; one that is refused does not affect the others."""
        answers = [
            {"lease": lease, "values": values, "key": uuid.uuid4().hex}
            for lease, values in values_by_lease.items()
        ]
        receipts: list[schemas.Receipt] = []
        refused: list[schemas.RefusedAnswer] = []
        for start in range(0, len(answers), BATCH_ANSWERS):
            body = {"answers": answers[start : start + BATCH_ANSWERS]}
            batch = parse(schemas.Receipts, self._post(project, "answers/batch", body))
            receipts += batch.receipts
            refused += batch.refused
        return schemas.Receipts(receipts, refused)

    def answers(self, project: str, *, everything: bool = False) -> Iterator[schemas.Answer]:
        """List the answers in order of arrival; ``everything``: surplus and corrected ones too."""
        query = {"everything": "true"} if everything else {}
        return self._pages(schemas.Answer, f"{project_path(project)}/answers", query)

    # results and review

    def estimate(self, project: str) -> schemas.Estimate:
        """Estimate the labels from the answers so far, and wait for the estimate."""
        path = f"{project_path(project)}/estimate"
        started = self._transport.request(Request("POST", path))
        return self._wait_for(schemas.Estimate, started, path)

    def next_answers(self, project: str, target: float = 0.95) -> schemas.NextAnswers:
        """Return what the next answers buy, and what brings a ``target`` share of right labels."""
        path = f"{project_path(project)}/next-answers"
        request = Request("GET", path, query={"target": target})
        return parse(schemas.NextAnswers, self._transport.request(request))

    def results(self, project: str) -> Iterator[schemas.Result]:
        """List the present label of each task; this settles nothing."""
        return self._pages(schemas.Result, f"{project_path(project)}/results")

    def results_table(self, project: str) -> Table:
        """Return the present label of each task: pandas where it is installed, else Arrow."""
        return table_of(list(self.results(project)))

    def unsure(self, project: str) -> Iterator[schemas.Unsure]:
        """List the tasks with the lowest confidence, lowest first."""
        return self._pages(schemas.Unsure, f"{project_path(project)}/reviews/unsure")

    def known(self, project: str) -> Iterator[schemas.Known]:
        """List the tasks with a known label."""
        return self._pages(schemas.Known, f"{project_path(project)}/gold")

    def mark_known(self, project: str, task: int, label: str) -> schemas.Known:
        """Set the known label of a task, which measures workers and is never shown to them."""
        path = f"{project_path(project)}/tasks/{task}/gold"
        request = Request("PUT", path, {"label": label})
        return parse(schemas.Known, self._transport.request(request))

    def unmark_known(self, project: str, task: int) -> None:
        """Remove the known label of a task."""
        self._delete(f"{project_path(project)}/tasks/{task}/gold")
