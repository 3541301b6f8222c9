"""``Client``: what a program may do on a Canut server, one method each.

Generated from ``async_client`` by ``tools/sync_client.py``.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from canut_client import schemas
from canut_client.downloads import Download
from canut_client.errors import ClientError, ConnectionLostError, RefusedError
from canut_client.progress import OnProgress, show_bar
from canut_client.protocol import JsonObject, JsonValue, Request, project_path
from canut_client.rows import RowUpload
from canut_client.schemas import Schema, parse
from canut_client.tables import Table, read_parquet, rows_of, table_of
from canut_client.transport import RetryPolicy, Transport
from canut_client.uploads import send_rows

if TYPE_CHECKING:
    from typing_extensions import Self

PAGE_ROWS = 1_000
BATCH_ANSWERS = 200
FIRST_POLL_SECONDS, LONGEST_POLL_SECONDS = 0.1, 2.0
UNFINISHED = frozenset({"reading", "publishing", "waiting"})
DEFAULT_RETRY = RetryPolicy()
Job = TypeVar("Job", schemas.Import, schemas.Export, schemas.Estimate)


class Client:
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

    def __init__(
        self,
        url: str,
        key: str,
        *,
        progress: OnProgress = show_bar,
        retry: RetryPolicy = DEFAULT_RETRY,
        language: str = "en",
    ) -> None:
        self._transport = Transport(url, key, retry, language)
        self._progress = progress

    def __enter__(self) -> "Self":
        """Return the client itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

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

    def invite(
        self,
        project: str,
        role: str = "worker",
        *,
        max_uses: int = 1,
        days: int = 30,
        note: str = "",
    ) -> schemas.Invitation:
        """Create an invitation: a link that gives a role in the project.

        Args:
            project: ``id`` of the project.
            role: ``worker``, ``reviewer``, ``requester`` or ``auditor``.
            max_uses: how many people may use it, 1 to 10,000.
            days: how long it is valid, 1 to 365.
            note: for the list of invitations.
        """
        body = {"role": role, "max_uses": max_uses, "days": days, "note": note}
        path = f"{project_path(project)}/invitations"
        return parse(schemas.Invitation, self._post_idempotent(path, body))

    # tasks

    def add_tasks(
        self,
        project: str,
        rows: Table,
        *,
        id_column: str | None = None,
        known_column: str | None = None,
        upload: str | None = None,
    ) -> schemas.Import:
        """Import rows as tasks, and wait until they are published.

        Args:
            project: ``id`` of the project.
            rows: a DataFrame (pandas, polars), an Arrow table, or mappings of names to values.
            id_column: names each row; rows that are tasks already are set aside.
            known_column: has known answers, which workers never see.
            upload: resumes an interrupted upload (``UploadError.upload``) of the same rows.

        Raises:
            TypeError: the rows are of another type.
            UploadError: the connection stayed broken.
            RefusedError: the server cannot use the rows.
        """
        total = len(rows) if hasattr(rows, "__len__") else None
        path = project_path(project)
        source = RowUpload(rows_of(rows), total)
        name = send_rows(self._transport, path, source, upload, self._progress)
        query = {"id": id_column, "known": known_column}
        finish = Request("POST", f"{path}/uploads/{name}/finish", query=query)
        started = self._transport.request(finish)
        return self._wait_for(schemas.Import, started, f"{path}/imports/{started['id']}")

    def tasks(self, project: str) -> Iterator[schemas.Task]:
        """List the tasks of a project, in order of import."""
        return self._pages(schemas.Task, f"{project_path(project)}/tasks")

    def task(self, project: str, task: int) -> schemas.Task:
        """Fetch one task with its answers."""
        return parse(schemas.Task, self._get(f"{project_path(project)}/tasks/{task}"))

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

    # exports

    def exports(self, project: str) -> Iterator[schemas.Export]:
        """List the exports, newest first."""
        return self._pages(schemas.Export, f"{project_path(project)}/exports")

    def export(
        self,
        project: str,
        file: str | Path,
        what: str = "labels",
        *,
        everything: bool = False,
        excel: bool = False,
        licence: str = "",
        is_public: bool = False,
    ) -> schemas.Export:
        """Export to a file, whose suffix is the format.

        The answers to tasks that are exported with a label can no longer be corrected.

        Args:
            project: ``id`` of the project.
            file: ends in ``.csv``, ``.jsonl``, ``.json``, ``.parquet`` or ``.zip``, or another
                suffix of the API.
            what: ``labels``, ``answers``, ``summary``, ``card``, ``bundle``, or another word of the
                API: summary and card as JSON, the bundle (all of it with a new card) as zip.
            everything: of answers, surplus and corrected ones too.
            excel: a CSV that Excel reads with its accents.
            licence: of a bundle, its SPDX name.
            is_public: of a bundle, whether its card is published.

        Raises:
            ClientError: the server could not write the file.
        """
        target = Path(file)
        body = {
            "what": what,
            "form": target.suffix.lstrip("."),
            "everything": everything,
            "excel": excel,
            "licence": licence,
            "is_public": is_public,
        }
        started = self._post_idempotent(f"{project_path(project)}/exports", body)
        path = f"{project_path(project)}/exports/{started['id']}"
        export = self._wait_for(schemas.Export, started, path)
        if export.state != "done":
            raise ClientError(f"export {export.id} is {export.state}: {export.failure}")
        self._download(f"{path}/file", Download(target, export.size_bytes, self._progress))
        return export

    def export_table(self, project: str, what: str = "labels") -> Table:
        """Export labels or answers as a table: pandas where it is installed, else Arrow."""
        with TemporaryDirectory() as folder:
            file = Path(folder) / "export.parquet"
            self.export(project, file, what)
            return read_parquet(file)

    # requests

    def _get(self, path: str, query: Mapping[str, object] | None = None) -> JsonValue:
        return self._transport.request(Request("GET", path, query=query))

    def _post(self, project: str, part: str, body: JsonObject) -> JsonValue:
        """Send a POST that the server may do twice without harm."""
        return self._transport.request(Request("POST", f"{project_path(project)}/{part}", body))

    def _post_idempotent(self, path: str, body: JsonObject) -> JsonValue:
        """Send a POST under a new idempotency key, which its retries share."""
        key = uuid.uuid4().hex
        return self._transport.request(Request("POST", path, body, idempotency_key=key))

    def _put(self, project: str, part: str, body: JsonObject) -> schemas.Project:
        request = Request("PUT", f"{project_path(project)}/{part}", body)
        return parse(schemas.Project, self._transport.request(request))

    def _change_state(self, project: str, action: str, reason: str) -> schemas.Project:
        return parse(schemas.Project, self._post(project, action, {"reason": reason}))

    def _pages(
        self, schema: type[Schema], path: str, query: Mapping[str, object] | None = None
    ) -> Iterator[Schema]:
        cursor: str | None = None
        while True:
            page = self._get(path, {"limit": PAGE_ROWS, "cursor": cursor, **(query or {})})
            for item in page["items"]:
                yield parse(schema, item)
            cursor = page["next"]
            if cursor is None:
                return

    def _wait_for(self, schema: type[Job], started: JsonValue, path: str) -> Job:
        """Poll a job until it has ended; ``canut work`` runs it on the server."""
        job, seconds = parse(schema, started), FIRST_POLL_SECONDS
        while job.state in UNFINISHED or _will_be_published(job):
            self._transport.retry.sleep(seconds)
            seconds = min(2 * seconds, LONGEST_POLL_SECONDS)
            job = parse(schema, self._get(path))
        return job

    def _download(self, path: str, download: Download) -> None:
        """Download a file, from its beginning after every break."""
        with download:
            attempt = 0
            while True:
                try:
                    return self._download_once(path, download)
                except (RefusedError, ConnectionLostError) as error:
                    self._transport.wait_to_retry(error, attempt)
                attempt += 1

    def _download_once(self, path: str, download: Download) -> None:
        with self._transport.stream(Request("GET", path)) as chunks:
            download.restart()
            for chunk in chunks:
                download.write(chunk)
        download.finish()


def _will_be_published(job: object) -> bool:
    """Return whether rows of an import are still to become tasks."""
    return isinstance(job, schemas.Import) and job.state == "ready" and job.tasks > 0
