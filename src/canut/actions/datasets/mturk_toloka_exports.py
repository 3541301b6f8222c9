"""Take work out as other platforms wrote it: a batch of Mechanical Turk, a pool of Toloka.

What read those files before reads these: the same columns, in the same order. What Canut does not
keep or would not tell (a person's rate of approval elsewhere) stays empty. Work is submitted until
it is accepted or not: after seven days it is accepted.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec
from django.utils import timezone

from canut.actions.datasets.label_exports import CHUNK_ROWS, check_export, data_columns, mark_left
from canut.core.decisions.deadlines import REJECTION_DAYS
from canut.core.errors import BadInput
from canut.core.formats import Column, stream_rows
from canut.core.formats.tables.writing import Batch
from canut.core.kinds import is_plain_choice, label_of_values, labels_of_values, questions_of
from canut.store.datasets import export_rows
from canut.store.datasets.export_rows import WorkRow
from canut.store.models import Import, Project, QuestionVersion
from canut.store.tables.tasks import decode_row

BATCH = (
    "HITId",
    "HITTypeId",
    "Title",
    "Description",
    "Keywords",
    "Reward",
    "CreationTime",
    "MaxAssignments",
    "RequesterAnnotation",
    "AssignmentDurationInSeconds",
    "AutoApprovalDelayInSeconds",
    "Expiration",
    "NumberOfSimilarHITs",
    "LifetimeInSeconds",
    "AssignmentId",
    "WorkerId",
    "AssignmentStatus",
    "AcceptTime",
    "SubmitTime",
    "AutoApprovalTime",
    "ApprovalTime",
    "RejectionTime",
    "RequesterFeedback",
    "WorkTimeInSeconds",
    "LifetimeApprovalRate",
    "Last30DaysApprovalRate",
    "Last7DaysApprovalRate",
)
POOL = (
    "ASSIGNMENT:link",
    "ASSIGNMENT:task_id",
    "ASSIGNMENT:assignment_id",
    "ASSIGNMENT:task_suite_id",
    "ASSIGNMENT:worker_id",
    "ASSIGNMENT:status",
    "ASSIGNMENT:started",
    "ASSIGNMENT:submitted",
    "ASSIGNMENT:reward",
)
ACCEPTED_AFTER_MS = REJECTION_DAYS * 86_400_000
MICRO = 1_000_000
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
decode_values = msgspec.json.Decoder(dict[str, Any]).decode

type Told = Callable[[WorkRow], list[str | None]]


class _Project:
    """What the rows of a project's work have in common."""

    def __init__(self, project_id: int, now: datetime | None) -> None:
        self.project = Project.objects.get(id=project_id)
        self.now_ms = int((now or timezone.now()).timestamp() * 1000)
        published = Import.objects.filter(project_id=project_id, state=Import.State.PUBLISHED)
        self.inputs = data_columns(published.order_by("id"))
        versions = QuestionVersion.objects.filter(project_id=project_id).order_by("number")
        self.schemas = dict(versions.values_list("number", "schema"))
        if not self.schemas:
            raise BadInput("nothing is asked yet; there is no work to tell", code="nothing-asked")
        asked = self.schemas[max(self.schemas)]
        newest = questions_of(asked)[0]
        self.names = [str(one["id"]) for one in questions_of(asked)]
        self.name = self.names[0]
        self.choices = [
            str(choice["value"])
            for schema in filter(is_plain_choice, self.schemas.values())
            for choice in schema["questions"][0].get("choices", ())
        ]
        self.is_multiple = is_plain_choice(asked) and bool(newest.get("multiple"))

    def state(self, row: WorkRow) -> str:
        """Say what came of a piece of work: submitted, approved or rejected."""
        if row.rejected_ms is not None:
            return "Rejected"
        is_accepted = self.now_ms - row.answered_ms > ACCEPTED_AFTER_MS
        return "Approved" if is_accepted else "Submitted"

    def label(self, row: WorkRow) -> str:
        """Return what was answered, as one text."""
        return label_of_values(self.schemas[row.question_version], decode_values(row.values))

    def labels(self, row: WorkRow) -> list[str | None]:
        """Return what was answered to each question, as texts."""
        if len(self.names) == 1:
            return [self.label(row)]
        schema = self.schemas[row.question_version]
        said = labels_of_values(schema, decode_values(row.values))
        return [said.get(name) for name in self.names]

    def chosen(self, row: WorkRow) -> set[str]:
        """Return every choice that was made."""
        value = next(iter(decode_values(row.values).values()))
        return {value} if isinstance(value, str) else set(value)

    def batches(self, told: Told) -> Iterator[Batch]:
        """Yield the work told, a chunk at a time; its tasks are marked as left first."""
        last = 0
        while True:
            found, until = export_rows.work_of(self.project.pk, last, CHUNK_ROWS)
            if not until:
                return
            if mark_left(sorted({row.task for row in found}), self.now_ms):
                again, _ = export_rows.work_of(self.project.pk, last, CHUNK_ROWS)
                found = [row for row in again if row.answer <= until]
            last = until
            yield [told(row) for row in found]


def export_mturk(
    project_id: int, form: str = "csv", *, for_excel: bool = False, now: datetime | None = None
) -> Iterator[bytes]:
    """Stream the work of a project as the results of a batch: ``Batch_…_batch_results.csv``.

    Args:
        project_id: whose work; who may take it is checked by the caller.
        form: csv.
        for_excel: begin with a byte order mark.
        now: when the tasks left, and up to when work is still only submitted.

    Raises:
        Missing: there is no such project.
        BadInput: another format than csv; nothing is asked yet.
    """
    _only(project_id, form, "csv")
    told = _Project(project_id, now)
    names = [f"Answer.{name}" for name in told.names]
    if told.is_multiple:
        told.choices = list(dict.fromkeys(told.choices))
        names = [f"Answer.{told.name}.{value}" for value in told.choices]
    inputs = [f"Input.{column}" for column in told.inputs]
    columns = [Column(name) for name in (*BATCH, *inputs, *names, "Approve", "Reject")]
    rows = told.batches(lambda row: _assignment(told, row))
    return stream_rows("csv", columns, rows, for_excel=for_excel)


def _assignment(told: _Project, row: WorkRow) -> list[str | None]:
    project, state = told.project, told.state(row)
    data, micro = decode_row(row.data), row.piece_micro or 0
    accepted_ms = row.answered_ms + ACCEPTED_AFTER_MS
    answers = told.labels(row)
    if told.is_multiple:
        chosen = told.chosen(row)
        answers = ["true" if value in chosen else "false" for value in told.choices]
    return [
        f"T{row.task}",
        f"P{project.pk}",
        project.title,
        project.aim_business[:200],
        "",
        _reward(micro, row.currency or "USD"),
        _spoken(int(project.created_at.timestamp() * 1000)),
        str(row.overlap),
        f"BatchId:{project.pk};OriginalHitTemplateId:{row.question_version};",
        str(project.lease_seconds),
        str(ACCEPTED_AFTER_MS // 1000),
        "",
        "",
        "",
        f"A{row.answer}",
        row.worker,
        state,
        _spoken(row.lent_ms),
        _spoken(row.answered_ms),
        _spoken(accepted_ms),
        _spoken(accepted_ms) if state == "Approved" else "",
        _spoken(row.rejected_ms) if row.rejected_ms is not None else "",
        row.evidence or "",
        str(max(0, row.answered_ms - row.lent_ms) // 1000),
        "",
        "",
        "",
        *(data.get(column) for column in told.inputs),
        *answers,
        "",
        "",
    ]


def export_toloka(
    project_id: int, form: str = "tsv", *, for_excel: bool = False, now: datetime | None = None
) -> Iterator[bytes]:
    """Stream the work of a project as the assignments of a pool.

    Args:
        project_id: whose work; who may take it is checked by the caller.
        form: tsv.
        for_excel: begin with a byte order mark.
        now: when the tasks left, and up to when work is still only submitted.

    Raises:
        Missing: there is no such project.
        BadInput: another format than tsv; nothing is asked yet.
    """
    _only(project_id, form, "tsv")
    told = _Project(project_id, now)
    plain = [column for column in told.inputs if not column.startswith(("GOLDEN:", "HINT:"))]
    names = [column if column.startswith("INPUT:") else f"INPUT:{column}" for column in plain]
    output = [f"OUTPUT:{told.name}", f"GOLDEN:{told.name}", "HINT:text"]
    columns = [Column(name) for name in (*names, *output, *POOL)]
    rows = told.batches(lambda row: _of_pool(told, row, plain))
    return stream_rows("tsv", columns, rows, for_excel=for_excel)


def _of_pool(told: _Project, row: WorkRow, inputs: list[str]) -> list[str | None]:
    data = decode_row(row.data)
    return [
        *(data.get(column) for column in inputs),
        told.label(row),
        row.known or "",
        data.get("HINT:text", ""),
        "",
        str(row.task),
        str(row.answer),
        str(row.task),
        row.worker,
        told.state(row).upper(),
        _iso(row.lent_ms),
        _iso(row.answered_ms),
        "" if row.piece_micro is None else _amount(row.piece_micro),
    ]


def _only(project_id: int, form: str, known: str) -> None:
    if form != known:
        raise BadInput(
            f"this export is written as {known}, not as {form}", code="format-unknown", format=form
        )
    check_export(project_id, form)


def _amount(micro: int) -> str:
    """Write micro-units with two decimals at least.

    >>> _amount(50_000), _amount(5_500), _amount(1_000_000)
    ('0.05', '0.0055', '1.00')
    """
    whole, part = divmod(micro, MICRO)
    decimals = f"{part:06}".rstrip("0").ljust(2, "0")
    return f"{whole}.{decimals}"


def _reward(micro: int, currency: str) -> str:
    return f"${_amount(micro)}" if currency == "USD" else f"{_amount(micro)} {currency}"


@lru_cache(maxsize=4096)
def _spoken(ms: int) -> str:
    """Write a moment as a batch does; the zone is always named.

    >>> _spoken(1_436_356_800_000)
    'Wed Jul 08 12:00:00 UTC 2015'
    """
    at = _moment(ms)
    return f"{DAYS[at.weekday()]} {MONTHS[at.month - 1]} {at.day:02} {at:%H:%M:%S} UTC {at.year}"


def _iso(ms: int) -> str:
    return _moment(ms).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms)
