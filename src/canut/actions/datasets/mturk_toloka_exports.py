"""Export work in the formats of other platforms: Mechanical Turk batches, Toloka pools.

What read those files before reads these: the same columns, in the same order. What Canut does not
keep or would not tell (a person's rate of approval elsewhere) stays empty. Work is submitted until
it is accepted or not: after seven days it is accepted.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import msgspec

from canut.actions.datasets.label_exports import CHUNK_ROWS, check_export, data_columns, mark_left
from canut.actions.platform import system_clock
from canut.core.clock import DAY_MS, Ms, from_ms, to_ms
from canut.core.decisions.deadlines import REJECTION_DAYS
from canut.core.errors import BadInput
from canut.core.formats import FileColumn, stream_rows
from canut.core.formats.tables.columns import Batch
from canut.core.kinds import is_plain_choice, label_of_values, labels_of_values, questions_of
from canut.store.datasets import export_rows
from canut.store.datasets.export_rows import WorkRow
from canut.store.datasets.hit_work import HitWork, hit_work_of
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
ACCEPTED_AFTER_MS = REJECTION_DAYS * DAY_MS
MICRO = 1_000_000
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
decode_values = msgspec.json.Decoder(dict[str, Any]).decode

type Told = Callable[[WorkRow], list[str | None]]


class _Project:
    """The common inputs of a project's rows of work."""

    def __init__(self, project_id: int, now_ms: Ms | None) -> None:
        self.project = Project.objects.get(id=project_id)
        self.now_ms = system_clock.now_ms() if now_ms is None else now_ms
        published = Import.objects.filter(project_id=project_id, state=Import.State.PUBLISHED)
        self.inputs = data_columns(published.order_by("id"))
        versions = QuestionVersion.objects.filter(project_id=project_id).order_by("number")
        self.schemas = dict(versions.values_list("number", "schema"))
        if not self.schemas:
            raise BadInput("nothing is asked yet; there is no work to tell", code="nothing-asked")
        schema_now = self.schemas[max(self.schemas)]
        newest = questions_of(schema_now)[0]
        self.names = [str(question["id"]) for question in questions_of(schema_now)]
        self.name = self.names[0]
        self.choices = [
            str(choice["value"])
            for schema in filter(is_plain_choice, self.schemas.values())
            for choice in schema["questions"][0].get("choices", ())
        ]
        self.is_multiple = is_plain_choice(schema_now) and bool(newest.get("multiple"))
        self.hits: dict[int, HitWork] = {}

    def state(self, row: WorkRow) -> str:
        """Return the state of an assignment: submitted, approved or rejected."""
        if row.rejected_ms is not None:
            return "Rejected"
        return "Approved" if self.approved_ms(row) < self.now_ms else "Submitted"

    def approved_ms(self, row: WorkRow) -> Ms:
        """Return when work was approved by a word, or will be without one."""
        by_itself = row.answered_ms + ACCEPTED_AFTER_MS
        hit = self.hits.get(row.answer)
        return by_itself if hit is None else min(by_itself, hit.approved_ms)

    def label(self, row: WorkRow) -> str:
        """Return the answer as one text."""
        return label_of_values(self.schemas[row.question_version], decode_values(row.values))

    def labels(self, row: WorkRow) -> list[str | None]:
        """Return the answer to each question, as texts."""
        if len(self.names) == 1:
            return [self.label(row)]
        schema = self.schemas[row.question_version]
        labels = labels_of_values(schema, decode_values(row.values))
        return [labels.get(name) for name in self.names]

    def chosen(self, row: WorkRow) -> set[str]:
        """Return all selected choices."""
        value = next(iter(decode_values(row.values).values()))
        return {value} if isinstance(value, str) else set(value)

    def batches(self, format_row: Told) -> Iterator[Batch]:
        """Yield formatted work in chunks; its tasks are marked as exported first."""
        last = 0
        while True:
            rows, until = export_rows.work_of(self.project.pk, last, CHUNK_ROWS)
            if not until:
                return
            if mark_left(sorted({row.task for row in rows}), self.now_ms):
                again, _ = export_rows.work_of(self.project.pk, last, CHUNK_ROWS)
                rows = [row for row in again if row.answer <= until]
            last = until
            self.hits = hit_work_of([row.answer for row in rows])
            yield [format_row(row) for row in rows]


def export_mturk(
    project_id: int, form: str = "csv", *, for_excel: str = "", now_ms: Ms | None = None
) -> Iterator[bytes]:
    """Stream the work of a project as the results of a batch: ``Batch_…_batch_results.csv``.

    Args:
        project_id: whose work; who may take it is checked by the caller.
        form: csv.
        for_excel: the separator of a CSV for Excel; empty for programs.
        now_ms: when the tasks left, and up to when work is still only submitted.

    Raises:
        Missing: there is no such project.
        BadInput: another format than csv; nothing is asked yet.
    """
    _only(project_id, form, "csv")
    source = _Project(project_id, now_ms)
    names = [f"Answer.{name}" for name in source.names]
    if source.is_multiple:
        source.choices = list(dict.fromkeys(source.choices))
        names = [f"Answer.{source.name}.{value}" for value in source.choices]
    inputs = [f"Input.{column}" for column in source.inputs]
    columns = [FileColumn(name) for name in (*BATCH, *inputs, *names, "Approve", "Reject")]
    rows = source.batches(lambda row: _assignment(source, row))
    return stream_rows("csv", columns, rows, for_excel=for_excel)


def _assignment(source: _Project, row: WorkRow) -> list[str | None]:
    project, state = source.project, source.state(row)
    data, micro = decode_row(row.data), row.piece_micro or 0
    hit = source.hits.get(row.answer)
    answers = source.labels(row)
    if source.is_multiple:
        chosen = source.chosen(row)
        answers = ["true" if value in chosen else "false" for value in source.choices]
    return [
        hit.hit if hit else f"T{row.task}",
        hit.hit_type if hit else f"P{project.pk}",
        project.title,
        project.aim_business[:200],
        "",
        _reward(micro, row.currency or "USD"),
        _spoken(to_ms(project.created_at)),
        str(row.overlap),
        hit.annotation
        if hit
        else f"BatchId:{project.pk};OriginalHitTemplateId:{row.question_version};",
        str(project.lease_seconds),
        str(ACCEPTED_AFTER_MS // 1000),
        _spoken(hit.expires_ms) if hit else "",
        "",
        "",
        (hit and hit.assignment) or f"A{row.answer}",
        (hit and hit.worker) or row.worker,
        state,
        _spoken(row.lent_ms),
        _spoken(row.answered_ms),
        _spoken(row.answered_ms + ACCEPTED_AFTER_MS),
        _spoken(source.approved_ms(row)) if state == "Approved" else "",
        _spoken(row.rejected_ms) if row.rejected_ms is not None else "",
        row.evidence or (hit.feedback if hit else ""),
        str(max(0, row.answered_ms - row.lent_ms) // 1000),
        "",
        "",
        "",
        *(data.get(column) for column in source.inputs),
        *answers,
        "",
        "",
    ]


def export_toloka(
    project_id: int, form: str = "tsv", *, for_excel: str = "", now_ms: Ms | None = None
) -> Iterator[bytes]:
    """Stream the work of a project as the assignments of a pool.

    Args:
        project_id: whose work; who may take it is checked by the caller.
        form: tsv.
        for_excel: the separator of a CSV for Excel; empty for programs.
        now_ms: when the tasks left, and up to when work is still only submitted.

    Raises:
        Missing: there is no such project.
        BadInput: another format than tsv; nothing is asked yet.
    """
    _only(project_id, form, "tsv")
    source = _Project(project_id, now_ms)
    plain = [column for column in source.inputs if not column.startswith(("GOLDEN:", "HINT:"))]
    names = [column if column.startswith("INPUT:") else f"INPUT:{column}" for column in plain]
    output = [f"OUTPUT:{source.name}", f"GOLDEN:{source.name}", "HINT:text"]
    columns = [FileColumn(name) for name in (*names, *output, *POOL)]
    rows = source.batches(lambda row: _of_pool(source, row, plain))
    return stream_rows("tsv", columns, rows, for_excel=for_excel)


def _of_pool(source: _Project, row: WorkRow, inputs: list[str]) -> list[str | None]:
    data = decode_row(row.data)
    return [
        *(data.get(column) for column in inputs),
        source.label(row),
        row.known or "",
        data.get("HINT:text", ""),
        "",
        str(row.task),
        str(row.answer),
        str(row.task),
        row.worker,
        source.state(row).upper(),
        _iso(row.lent_ms),
        _iso(row.answered_ms),
        "" if row.piece_micro is None else _amount(row.piece_micro),
    ]


def _only(project_id: int, form: str, expected: str) -> None:
    if form != expected:
        raise BadInput(
            f"this export is written as {expected}, not as {form}",
            code="format-unknown",
            format=form,
        )
    check_export(project_id, form)


def _amount(micro: int) -> str:
    """Format micro-units with at least two decimals.

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
    """Format a moment as a batch does; the zone is always named.

    >>> _spoken(1_436_356_800_000)
    'Wed Jul 08 12:00:00 UTC 2015'
    """
    at = from_ms(ms)
    return f"{DAYS[at.weekday()]} {MONTHS[at.month - 1]} {at.day:02} {at:%H:%M:%S} UTC {at.year}"


def _iso(ms: int) -> str:
    return from_ms(ms).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
