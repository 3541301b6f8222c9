import datetime as dt
import io
import json
from collections.abc import Iterable

import pyarrow.parquet as pq
import pytest

from canut.actions.datasets.label_exports import export_answers, export_labels
from canut.core.clock import to_ms
from canut.core.errors import BadInput, Missing
from canut.store.models import (
    Answer,
    Import,
    Organisation,
    PayLine,
    Person,
    Project,
    QuestionVersion,
    RateVersion,
    Task,
    TaskState,
    Worker,
)

NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
NOW_MS = int(NOW.timestamp() * 1000)
SCHEMA = {
    "questions": [
        {
            "id": "q",
            "kind": "choice",
            "ask": "Lequel ?",
            "multiple": False,
            "choices": [{"value": "oui"}, {"value": "non"}],
        }
    ],
    "show": [{"column": "avis", "as": "text"}],
}

pytestmark = pytest.mark.django_db


class Shop:
    """A project with three tasks, two answers and a practice answer."""

    def __init__(self) -> None:
        organisation = Organisation.objects.create(name="A", kind="requester", created_at=NOW)
        ada = Person.objects.create(username="ada")
        self.project = Project.objects.create(
            slug="avis", title="Avis", organisation=organisation, created_by=ada, created_at=NOW
        )
        about = {"created_by": ada, "created_at": NOW, "project": self.project}
        self.question = QuestionVersion.objects.create(number=1, schema=SCHEMA, **about)
        self.rate = RateVersion.objects.create(
            number=1, piece_micro=210_000, currency="CAD", **about
        )
        self.source = Import.objects.create(
            state="published",
            name="a.csv",
            format="csv",
            reading={"columns": ["avis", "label"], "options": {}},
            **about,
        )
        self.worker = Worker.objects.create(
            project=self.project, person=ada, public_id="w1", created_at=NOW
        )
        self.practice = self.task(0, "p", "exemple", state="practice")
        self.first = self.task(2, "0007", "=1+1", label="oui", confidence=0.9)
        self.second = self.task(3, "0008", "bon", label="non", confidence=0.8)
        self.third = self.task(4, "0009", "-3")

    def task(self, row: int, key: str, text: str, **state: object) -> Task:
        """Make one task, with a state."""
        task = Task.objects.create(
            project=self.project,
            source=self.source,
            row=row,
            key=key,
            data=json.dumps({"avis": text, "label": "x"}),
        )
        counted = 1 if state.get("label") else 0
        TaskState.objects.create(
            task=task, project=self.project, overlap=3, counted=counted, **state
        )
        return task

    def answer(self, task: Task, value: str, *, counted: bool = True, **more: bool) -> Answer:
        """Make one answer, with its pay line."""
        number = Answer.objects.count()
        answer = Answer.objects.create(
            task=task,
            worker=self.worker,
            project=self.project,
            question_version=self.question,
            values=json.dumps({"q": value}),
            author_kind="human",
            client_key=f"k{number}",
            counted=counted,
            elapsed_ms=4_000,
            answered_ms=NOW_MS + 1,
            **more,
        )
        PayLine.objects.create(
            answer=answer,
            worker=self.worker,
            project=self.project,
            rate_version=self.rate,
            piece_micro=210_000,
            currency="CAD",
            elapsed_ms=4_000,
            time_basis="elapsed",
            at_ms=NOW_MS,
        )
        return answer


@pytest.fixture
def shop() -> Shop:
    return Shop()


def objects(parts: Iterable[bytes]) -> list[dict[str, object]]:
    return [json.loads(line) for line in b"".join(parts).splitlines()]


def test_labels_leave_with_the_tasks_own_data_and_no_formula(shop: Shop) -> None:
    parts = export_labels(shop.project.id, "csv", now_ms=to_ms(NOW))

    first, second, third = shop.first.id, shop.second.id, shop.third.id
    assert b"".join(parts).decode().splitlines() == [
        "task,key,label,confidence,answers,decided,decided_by,avis,data.label",
        f"{first},0007,oui,0.9,1,consensus,,'=1+1,x",
        f"{second},0008,non,0.8,1,consensus,,bon,x",
        f"{third},0009,,,0,,,-3,x",
    ]


def test_only_tasks_with_a_label_have_left(shop: Shop) -> None:
    list(export_labels(shop.project.id, "jsonl", now_ms=to_ms(NOW)))

    left = TaskState.objects.filter(exported_ms=NOW_MS).values_list("task_id", flat=True)
    assert set(left) == {shop.first.id, shop.second.id}


def test_leaving_again_keeps_the_first_moment(shop: Shop) -> None:
    TaskState.objects.filter(task=shop.first).update(exported_ms=5)

    list(export_labels(shop.project.id, "jsonl", now_ms=to_ms(NOW)))

    assert TaskState.objects.get(task=shop.first).exported_ms == 5


def test_answers_leave_with_time_and_pay(shop: Shop) -> None:
    answer = shop.answer(shop.first, "oui")

    found = objects(export_answers(shop.project.id, "jsonl", now_ms=to_ms(NOW)))

    assert found == [
        {
            "answer": answer.id,
            "task": shop.first.id,
            "key": "0007",
            "worker": "w1",
            "author_kind": "human",
            "label": "oui",
            "values": '{"q": "oui"}',
            "question_version": 1,
            "answered_at": "2026-11-25T00:00:00.001Z",
            "elapsed_ms": 4000,
            "piece_micro": 210000,
            "currency": "CAD",
            "counted": True,
            "surplus": False,
        }
    ]
    assert TaskState.objects.get(task=shop.first).exported_ms == NOW_MS


def test_surplus_replaced_and_practice_answers_stay_unless_asked_for(shop: Shop) -> None:
    counted = shop.answer(shop.first, "oui")
    surplus = shop.answer(shop.second, "non", counted=False, surplus=True)
    replaced = shop.answer(shop.first, "non", counted=False)
    shop.answer(shop.practice, "oui", counted=False)

    some = objects(export_answers(shop.project.id, "jsonl"))
    everything = objects(export_answers(shop.project.id, "jsonl", everything=True))

    assert [row["answer"] for row in some] == [counted.id]
    assert [row["answer"] for row in everything] == [counted.id, surplus.id, replaced.id]


def test_long_exports_go_on_chunk_after_chunk(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canut.actions.datasets.label_exports.CHUNK_ROWS", 2)
    for task in (shop.first, shop.second, shop.third):
        shop.answer(task, "oui")

    answers = objects(export_answers(shop.project.id, "jsonl"))
    labels = objects(export_labels(shop.project.id, "jsonl"))

    assert len(answers) == 3
    assert [row["key"] for row in labels] == ["0007", "0008", "0009"]


def test_parquet_is_written_as_it_is_read(shop: Shop) -> None:
    table = pq.read_table(io.BytesIO(b"".join(export_labels(shop.project.id, "parquet"))))

    assert table.column("confidence").to_pylist() == [0.9, 0.8, None]
    assert table.column("avis").to_pylist() == ["=1+1", "bon", "-3"]
    assert str(table.schema.field("task").type) == "int64"


def test_an_import_that_names_no_columns_is_asked_its_first_task(shop: Shop) -> None:
    shop.source.reading = {}
    shop.source.save()

    first = objects(export_labels(shop.project.id, "jsonl"))[0]

    assert (first["avis"], first["data.label"]) == ("=1+1", "x")


def test_a_project_without_tasks_gives_an_empty_file(shop: Shop) -> None:
    shop.source.state = "discarded"
    shop.source.save()

    assert json.loads(b"".join(export_labels(shop.project.id, "json"))) == []
    assert b"".join(export_answers(shop.project.id, "csv")).startswith(b"answer,task,key,worker")


def test_excel_gets_its_mark(shop: Shop) -> None:
    parts = export_labels(shop.project.id, "csv", for_excel=",")

    assert next(parts) == b"\xef\xbb\xbf"


def test_unknown_projects_and_formats_are_refused(shop: Shop) -> None:
    with pytest.raises(Missing):
        export_labels(shop.project.id + 1, "csv")
    with pytest.raises(BadInput, match="csv, jsonl, json, parquet"):
        export_answers(shop.project.id, "odt")
