"""``Client``: what a program may do on a Canut server, one method each.

Lists are generators that ask for the next page when it is needed. What can be done twice by mistake
is sent under an ``Idempotency-Key``, so that a retry does it once.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from canut.client import schemas
from canut.client.errors import ClientError, ConnectionLostError
from canut.client.progress import Progress, Tell, bar
from canut.client.schemas import Told, read
from canut.client.tables import Table, rows_of, table_in, table_of
from canut.client.transport import LOST, Request, RetryPolicy, Transport
from canut.client.uploads import RowUpload, send_rows

PAGE = 1_000
PATIENCE = RetryPolicy()
CHUNK_BYTES = 2**18
MOST_ANSWERS = 200
FIRST_LOOK_SECONDS, LONGEST_LOOK_SECONDS = 0.1, 2.0
UNDER_WAY = frozenset({"reading", "publishing", "waiting"})
type Json = Mapping[str, object]


class Client:
    """A Canut server, seen through one key. Threads may share it.

    Args:
        url: where the server is, such as ``https://canut.example.org``.
        key: as the page *Keys* or ``canut key create`` gave it.
        progress: hears how far uploads and downloads are; without it, a bar on a terminal.
        patience: how long the server is waited for, and how often asked again.
        language: of the sentences of refusals, ``en`` or ``fr``.

    Raises:
        ValueError: the address is none of a server.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        progress: Tell = bar,
        patience: RetryPolicy = PATIENCE,
        language: str = "en",
    ) -> None:
        self._line = Transport(url, key, patience, language)
        self._tell = progress
        self._rest = patience.rest

    def __enter__(self) -> Self:
        """Use the client for a while."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close its connections."""
        self.close()

    def close(self) -> None:
        """Close its connections, once no thread asks any more."""
        self._line.close()

    # the key and what it reaches

    def key(self) -> schemas.Key:
        """Say what this key is and may do."""
        return read(schemas.Key, self._get("key"))

    def organisations(self) -> list[schemas.Organisation]:
        """List the organisations in whose name this key may begin projects."""
        return [read(schemas.Organisation, one) for one in self._get("organisations")["items"]]

    def projects(self) -> Iterator[schemas.Project]:
        """List the projects this key reaches, newest first."""
        return self._pages(schemas.Project, "projects")

    def project(self, project: str) -> schemas.Project:
        """Read a project: what it asks, pays, is for, and how far it is."""
        return read(schemas.Project, self._get(_at(project)))

    # the life of a project

    def begin_project(
        self, title: str, *, own_staff: bool = False, organisation: int | None = None
    ) -> schemas.Project:
        """Begin a project as a draft; whoever answers is paid through Canut, or is own staff."""
        body = {"title": title, "own_staff": own_staff, "organisation": organisation}
        return read(schemas.Project, self._once("projects", body))

    def write_aims(self, project: str, **aims: str) -> schemas.Project:
        """Say ``business``, ``social``, ``ethical``, ``whose``, ``consent`` and ``paid``."""
        return self._put(project, "aims", aims)

    def write_risk(self, project: str, severity: int, **more: object) -> schemas.Project:
        """Say how hard it is to look at, 0 to 4; ``categories``, ``modality``, ``column``."""
        return self._put(project, "risk", {"severity": severity, **more})

    def write_chain(self, project: str, client: str, **more: object) -> schemas.Project:
        """Say who pays: ``country``, ``price_micro``, ``between``, ``purpose_hidden``."""
        return self._put(project, "chain", {"client": client, **more})

    def ask(self, project: str, schema: Json, instructions: str = "") -> schemas.Question:
        """Write a version of the question; earlier answers keep theirs."""
        body = {"schema": schema, "instructions": instructions}
        return read(schemas.Question, self._once(f"{_at(project)}/questions", body))

    def price(self, project: str, currency: str, **micro: int) -> schemas.Rate:
        """Set what an answer pays: ``piece_micro``, or ``hourly_micro`` and ``task_ms``."""
        return read(
            schemas.Rate, self._once(f"{_at(project)}/rates", {"currency": currency, **micro})
        )

    def set_overlap(self, project: str, overlap: int) -> schemas.Project:
        """Ask for so many answers a task; many tasks follow in the background."""
        return self._put(project, "overlap", {"overlap": overlap})

    def cost(self, project: str) -> schemas.Cost:
        """Read what a project would cost, part by part, and how much of it is there."""
        return read(schemas.Cost, self._get(f"{_at(project)}/cost"))

    def start(self, project: str, reason: str = "") -> schemas.Project:
        """Let people answer: all of it, or first a pilot where people are paid."""
        return self._move(project, "start", reason)

    def open(self, project: str, reason: str = "") -> schemas.Project:
        """Open a project that was tried out, or paused; a paused one with the reason."""
        return self._move(project, "open", reason)

    def pause(self, project: str, reason: str) -> schemas.Project:
        """Lend no more tasks and take back those in hand; late answers are paid."""
        return self._move(project, "pause", reason)

    def close_project(self, project: str, reason: str) -> schemas.Project:
        """End the work for ever; answers can still be corrected."""
        return self._move(project, "close", reason)

    def invite(self, project: str, role: str = "worker", **more: object) -> schemas.Invitation:
        """Make a link that gives a role: ``max_uses``, ``days``, ``note``."""
        body = {"role": role, **more}
        return read(schemas.Invitation, self._once(f"{_at(project)}/invitations", body))

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
        """Add rows as tasks, and wait until they are.

        Args:
            project: its name in addresses.
            rows: a DataFrame (pandas, polars), an Arrow table, or mappings of names to values.
            id_column: names each row; rows that are tasks already are then set aside.
            known_column: holds known answers, which workers never see.
            upload: goes on with an upload that was cut off (``UploadError.upload``), from the same
                rows.

        Raises:
            UploadError: the line stayed broken.
            RefusedError: the server cannot use the rows.
        """
        total = len(rows) if hasattr(rows, "__len__") else None
        at = _at(project)
        name = send_rows(self._line, at, RowUpload(rows_of(rows), total), upload, self._tell)
        query = {"id": id_column, "known": known_column}
        told = self._line.ask(Request("POST", f"{at}/uploads/{name}/finish", query=query))
        return self._settled(schemas.Import, told, f"{at}/imports/{told['id']}")

    def tasks(self, project: str) -> Iterator[schemas.Task]:
        """List the tasks of a project, in the order they came."""
        return self._pages(schemas.Task, f"{_at(project)}/tasks")

    def task(self, project: str, task: int) -> schemas.Task:
        """Read one task with every answer to it."""
        return read(schemas.Task, self._get(f"{_at(project)}/tasks/{task}"))

    # work

    def lease(self, project: str, count: int = 1) -> schemas.Leases:
        """Take tasks until the program holds as many; those it holds already are among them."""
        told = self._line.ask(Request("POST", f"{_at(project)}/leases", {"count": count}))
        return read(schemas.Leases, told)

    def renew(self, project: str, leases: Iterable[int]) -> dict[int, str]:
        """Hold on to tasks for as long again; return until when, of those that go on."""
        body = {"leases": list(leases)}
        told = self._line.ask(Request("POST", f"{_at(project)}/leases/renew", body))
        return {int(lease): until for lease, until in told["leases"].items()}

    def release(self, project: str, leases: Iterable[int]) -> int:
        """Give tasks back unanswered; return how many were held."""
        body = {"leases": list(leases)}
        told = self._line.ask(Request("POST", f"{_at(project)}/leases/release", body))
        return int(told["released"])

    def answer(
        self, project: str, lease: int, values: Json, *, key: str | None = None, **more: object
    ) -> schemas.Receipt:
        """Answer a task that is held; under the same ``key`` it is kept once.

        With ``next=3``, as many tasks are held afterwards: an answer and a lease in one trip.
        """
        body = {"lease": lease, "values": values, "key": key or uuid.uuid4().hex, **more}
        return read(
            schemas.Receipt, self._line.ask(Request("POST", f"{_at(project)}/answers", body))
        )

    def answer_many(self, project: str, given: Mapping[int, Json]) -> schemas.Receipts:
        """Answer tasks that are held, by lease; a refused answer holds back no other."""
        made = [
            {"lease": lease, "values": values, "key": uuid.uuid4().hex}
            for lease, values in given.items()
        ]
        receipts: list[schemas.Receipt] = []
        refused: list[schemas.RefusedAnswer] = []
        for begin in range(0, len(made), MOST_ANSWERS):
            body = {"answers": made[begin : begin + MOST_ANSWERS]}
            told = self._line.ask(Request("POST", f"{_at(project)}/answers/batch", body))
            some = read(schemas.Receipts, told)
            receipts += some.receipts
            refused += some.refused
        return schemas.Receipts(receipts, refused)

    def answers(self, project: str, *, everything: bool = False) -> Iterator[schemas.Answer]:
        """List answers as they came; also the surplus and the corrected ones, if asked."""
        query = {"everything": "true"} if everything else {}
        return self._pages(schemas.Answer, f"{_at(project)}/answers", query)

    # results and review

    def estimate(self, project: str) -> schemas.Estimate:
        """Estimate the labels from the answers there are now, and wait until it is done."""
        address = f"{_at(project)}/estimate"
        return self._settled(schemas.Estimate, self._line.ask(Request("POST", address)), address)

    def results(self, project: str) -> Iterator[schemas.Result]:
        """List every task's label of now; nothing is settled by it."""
        return self._pages(schemas.Result, f"{_at(project)}/results")

    def results_table(self, project: str) -> Table:
        """Return every task's label of now as a table: pandas where it is there, else Arrow."""
        return table_of(list(self.results(project)))

    def unsure(self, project: str) -> Iterator[schemas.Unsure]:
        """List the tasks whose label is least sure, first."""
        return self._pages(schemas.Unsure, f"{_at(project)}/reviews/unsure")

    def known(self, project: str) -> Iterator[schemas.Known]:
        """List the tasks whose right answer is known."""
        return self._pages(schemas.Known, f"{_at(project)}/gold")

    def mark_known(self, project: str, task: int, label: str) -> schemas.Known:
        """Say what the right answer of a task is; it measures, and workers never see it."""
        request = Request("PUT", f"{_at(project)}/tasks/{task}/gold", {"label": label})
        return read(schemas.Known, self._line.ask(request))

    # files to take away

    def exports(self, project: str) -> Iterator[schemas.Export]:
        """List the exports that were asked for, newest first."""
        return self._pages(schemas.Export, f"{_at(project)}/exports")

    def export(
        self, project: str, file: str | Path, what: str = "labels", **more: object
    ) -> schemas.Export:
        """Write labels or answers to a file, in the form of its ending.

        Tasks that leave with a label can no longer be corrected by who answered them.

        Args:
            project: its name in addresses.
            file: ends in ``.csv``, ``.jsonl``, ``.json``, ``.parquet`` or ``.zip``.
            what: ``labels``, ``answers``, ``summary``, ``card`` or ``bundle``: summary and card as
                JSON, the bundle (all of it with a new labour card) as zip.
            more: ``everything``, ``excel``; of a bundle ``licence`` and ``is_public``.

        Raises:
            ClientError: the server could not write it.
        """
        target = Path(file)
        body = {"what": what, "form": target.suffix.lstrip("."), **more}
        told = self._once(f"{_at(project)}/exports", body)
        address = f"{_at(project)}/exports/{told['id']}"
        made = self._settled(schemas.Export, told, address)
        if made.state != "done":
            raise ClientError(f"the export is {made.state}: {made.failure}")
        self._download(f"{address}/file", target, made.size_bytes)
        return made

    def export_table(self, project: str, what: str = "labels") -> Table:
        """Return labels or answers as a table: pandas where it is there, else Arrow."""
        with TemporaryDirectory() as folder:
            file = Path(folder) / "export.parquet"
            self.export(project, file, what)
            return table_in(file)

    # how it is asked

    def _get(self, address: str, query: Mapping[str, object] | None = None) -> Told:
        return self._line.ask(Request("GET", address, query=query))

    def _once(self, address: str, body: Json) -> Told:
        return self._line.ask(Request("POST", address, body, name=uuid.uuid4().hex))

    def _put(self, project: str, part: str, body: Json) -> schemas.Project:
        told = self._line.ask(Request("PUT", f"{_at(project)}/{part}", body))
        return read(schemas.Project, told)

    def _move(self, project: str, act: str, reason: str) -> schemas.Project:
        request = Request("POST", f"{_at(project)}/{act}", {"reason": reason})
        return read(schemas.Project, self._line.ask(request))

    def _pages[Shape](
        self, kind: type[Shape], address: str, query: Mapping[str, object] | None = None
    ) -> Iterator[Shape]:
        cursor: str | None = None
        while True:
            page = self._get(address, {"limit": PAGE, "cursor": cursor, **(query or {})})
            for one in page["items"]:
                yield read(kind, one)
            cursor = page["next"]
            if cursor is None:
                return

    def _settled[Shape: (schemas.Import, schemas.Export, schemas.Estimate)](
        self, kind: type[Shape], told: dict[str, Any], address: str
    ) -> Shape:
        """Look again until a job is done; it needs ``canut work`` on the server."""
        found, seconds = read(kind, told), FIRST_LOOK_SECONDS
        while found.state in UNDER_WAY or _will_be_published(found):
            self._rest(seconds)
            seconds = min(2 * seconds, LONGEST_LOOK_SECONDS)
            found = read(kind, self._get(address))
        return found

    def _download(self, address: str, file: Path, size: int | None) -> None:
        """Download a file, anew after every break; it is there whole or not at all."""
        part = file.with_name(f"{file.name}.part")
        for attempt in range(self._line.retries + 1):
            try:
                self._download_once(address, part, size)
            except LOST as lost:
                self._line.drop()
                if attempt == self._line.retries:
                    part.unlink(missing_ok=True)
                    raise ConnectionLostError(f"the download broke off: {lost}") from lost
                self._line.wait(attempt)
            else:
                part.replace(file)
                return

    def _download_once(self, address: str, part: Path, size: int | None) -> None:
        done = 0
        answer = self._line.opened(Request("GET", address))
        with part.open("wb") as out:
            while chunk := answer.read(CHUNK_BYTES):
                out.write(chunk)
                done += len(chunk)
                self._tell(Progress("download", done, size))
        if size is not None and done != size:
            raise ConnectionError(f"{done} bytes came of {size}")
        self._tell(Progress("download", done, size, is_over=True))


def _at(project: str) -> str:
    return f"projects/{project}"


def _will_be_published(found: object) -> bool:
    """Say whether rows that were read are still to become tasks."""
    return isinstance(found, schemas.Import) and found.state == "ready" and found.tasks > 0
