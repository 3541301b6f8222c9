import csv
import io
import json
import zipfile

import pytest
from django.http import StreamingHttpResponse
from django.urls import reverse

from canut.actions.operations import jobs
from canut.core.kinds import check_schema
from canut.store.models import Estimate, Import, QuestionVersion, Task, Worker
from tests.support.factories import answer_next
from tests.support.instance import House


def export(house: House, what: str, form: str, **query: str) -> tuple[bytes, StreamingHttpResponse]:
    path = reverse("project_export_file", args=[house.project.slug, what, form])
    answer = house.client("requester").get(path, query)
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer), answer


@pytest.fixture
def answered(house: House) -> House:
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    Import.objects.filter(project=house.project).update(reading={"columns": ["text"]})
    for value in ("oui", "non"):
        answer_next(house.worker, value)
    return house


def test_labels_come_as_a_file_with_one_row_a_task(answered: House) -> None:
    content, answer = export(answered, "labels", "csv")

    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert [row["key"] for row in rows] == ["0000", "0001", "0002"]
    assert answer["Content-Disposition"] == (
        f'attachment; filename="{answered.project.slug}-labels.csv"'
    )


def test_labels_are_estimated_before_they_leave_if_something_changed(answered: House) -> None:
    page = reverse("project_export", args=[answered.project.slug])
    english = {"accept-language": "en"}

    export(answered, "labels", "csv")
    export(answered, "labels", "jsonl")
    assert [each.answers for each in Estimate.objects.order_by("id")] == [2]

    answer_next(answered.worker, "oui")
    shown = answered.client("requester").get(page, headers=english).content.decode()
    assert "from 2 answers." in shown
    assert "1 answer came since" in shown

    content, _answer = export(answered, "labels", "csv")
    last = Estimate.objects.latest("id")
    assert last.answers == 3
    confidences = {row["confidence"] for row in csv.DictReader(io.StringIO(content.decode()))}
    assert "" not in confidences
    assert (
        "came since" not in answered.client("requester").get(page, headers=english).content.decode()
    )


def test_many_answers_are_estimated_by_a_job_and_the_page_says_so(
    answered: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "FEW_ANSWERS", 0)
    path = reverse("project_export_file", args=[answered.project.slug, "labels", "csv"])
    requester = answered.client("requester")

    waiting = requester.get(path, headers={"accept-language": "en"}, follow=True)

    shown = waiting.content.decode()
    assert "The labels are being estimated from all answers." in shown
    assert "labels.csv?labels=as-they-are" in shown
    meanwhile = requester.get(path, {"labels": "as-they-are"})
    assert isinstance(meanwhile, StreamingHttpResponse)
    assert b"0000" in b"".join(meanwhile)


def test_answers_equal_what_was_answered(answered: House) -> None:
    content, _answer = export(answered, "answers", "jsonl")

    rows = [json.loads(line) for line in content.splitlines()]
    assert [(row["key"], row["label"]) for row in rows] == [("0000", "oui"), ("0001", "non")]
    assert {row["worker"] for row in rows} == {answered.worker.public_id}


def test_formula_leaves_as_text(answered: House) -> None:
    Task.objects.filter(id=answered.tasks[0].pk).update(data='{"text": "=1+1"}')

    content, _answer = export(answered, "labels", "csv")

    assert b"'=1+1" in content


def test_excel_gets_its_mark_when_asked(answered: House) -> None:
    content, _answer = export(answered, "labels", "csv", excel="1")

    assert content.startswith(b"\xef\xbb\xbf")


def test_csv_for_excel_has_the_separator_of_the_readers_language(answered: House) -> None:
    path = reverse("project_export_file", args=[answered.project.slug, "labels", "csv"])
    client = answered.client("requester")
    heads = {
        language: b"".join(
            client.get(path, {"excel": "1"}, headers={"accept-language": language})
        ).split(b"\r\n")[0]
        for language in ("fr", "en")
    }

    assert heads["fr"].startswith(b"\xef\xbb\xbftask;key;label;")
    assert heads["en"].startswith(b"\xef\xbb\xbftask,key,label,")


def test_a_file_that_came_with_semicolons_leaves_with_them_for_excel(answered: House) -> None:
    Import.objects.filter(project=answered.project).update(reading={"separator": ";"})

    content, _answer = export(answered, "labels", "csv", excel="1")
    plain, _answer = export(answered, "labels", "csv")

    assert content.startswith(b"\xef\xbb\xbftask;key;")
    assert plain.startswith(b"task,key,"), "programs read commas"


def test_workbook_is_offered_and_opens(answered: House) -> None:
    path = reverse("project_export", args=[answered.project.slug])
    page = answered.client("requester").get(path, headers={"accept-language": "en"})
    assert "Excel (.xlsx)" in page.content.decode()

    content, answer = export(answered, "labels", "xlsx")

    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b'<is><t xml:space="preserve">confidence</t>' in sheet


def test_parquet_is_parquet(answered: House) -> None:
    content, _answer = export(answered, "answers", "parquet")

    assert content[:4] == content[-4:] == b"PAR1"


def test_export_page_says_how_much_is_done(answered: House) -> None:
    path = reverse("project_export", args=[answered.project.slug])

    page = answered.client("requester").get(path, headers={"accept-language": "fr"})

    assert "0 tâche sur 3" in page.content.decode().replace("\xa0", " ")


@pytest.mark.parametrize(
    ("name", "kind", "begins"),
    [
        ("mturk.csv", "text/csv", "HITId,HITTypeId,Title"),
        ("toloka.tsv", "text/tab-separated-values", "INPUT:"),
        ("ground-truth.jsonl", "application/jsonl", '{"source":'),
        ("prelabels.csv", "text/csv", "task,key,author_kind,model"),
    ],
)
def test_work_leaves_as_other_platforms_know_it(
    house: House, name: str, kind: str, begins: str
) -> None:
    what, _, form = name.partition(".")
    content, answer = export(house, what, form)

    assert answer["Content-Type"].split(";")[0] == kind
    assert content.decode().startswith(begins)


@pytest.mark.parametrize("name", ["mturk.parquet", "toloka.csv", "labels.tsv", "else.csv"])
def test_other_formats_are_missing(house: House, name: str) -> None:
    answer = house.client("requester").get(f"/projects/{house.project.slug}/export/{name}")

    assert answer.status_code == 404


@pytest.mark.parametrize("form", ["json", "xml"])
def test_label_studio_is_offered_where_it_holds_what_is_asked(answered: House, form: str) -> None:
    address = reverse("project_export_file", args=[answered.project.slug, "label-studio", form])
    page = answered.client("requester").get(reverse("project_export", args=[answered.project.slug]))

    content, answer = export(answered, "label-studio", form)

    assert address in page.content.decode()
    assert answer["Content-Disposition"].endswith(f'-label-studio.{form}"')
    assert b"<Choices" in content if form == "xml" else len(json.loads(content)) == 3


ITEMS = [{"value": "a"}, {"value": "b"}]


def test_label_studio_is_refused_by_the_name_of_the_question(answered: House) -> None:
    version = answered.project.questions.get()
    ranked = {"id": "q", "kind": "ranking", "ask": "Lequel d’abord ?", "items": ITEMS}
    version.schema = check_schema(
        {"questions": [ranked], "show": [{"column": "text", "as": "text"}]}
    )
    QuestionVersion.objects.filter(pk=version.pk).update(schema=version.schema)
    client = answered.client("requester")
    address = reverse("project_export_file", args=[answered.project.slug, "label-studio", "json"])

    page = client.get(reverse("project_export", args=[answered.project.slug]))
    refused = client.get(address)

    assert address not in page.content.decode()
    assert refused.status_code == 422
    assert "Lequel d’abord ?" in refused.content.decode()
