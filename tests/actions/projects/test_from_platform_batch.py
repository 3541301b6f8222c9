"""A batch of another platform becomes a draft that only lacks its reasons and its price."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings

from canut.actions.imports.lifecycle import ImportOptions, publish_import
from canut.actions.projects.from_platform_batch import (
    PlatformBatch,
    begin_batch,
    begin_draft,
    options_of_pool,
)
from canut.core.errors import BadInput, Refusal
from canut.core.formats import sniff
from canut.store.media.files import media_bytes
from canut.store.models import Import, Organisation, Person, Project, Task
from canut.store.projects.versions import question_or_none
from tests.support.factories import NOW_MS, make_person, make_project
from tests.support.importing import NOW, brought

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
FORM = """<crowd-form><p>Is it kind?</p><p>${tweet}</p><script>evil()</script>
<crowd-classifier name="kind" header="Is it kind?" categories="['yes','no']"></crowd-classifier>
</crowd-form>"""
PICTURES = """<crowd-image-classifier name="a" src="${image_url}" header="A cat?"
categories="['yes','no']"></crowd-image-classifier>"""


@pytest.fixture
def asker(settings: Settings, tmp_path: Path) -> tuple[Person, Organisation]:
    settings.DATA = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data/media"
    organisation = Organisation.objects.create(name="Soies", kind="requester", created_at=NOW)
    return make_person(), organisation


def batch(folder: Path, rows: str, form: str, pictures: Path | None = None) -> PlatformBatch:
    (folder / "input.csv").write_text(rows)
    (folder / "form.html").write_text(form)
    return PlatformBatch(folder / "input.csv", folder / "form.html", pictures)


def test_a_batch_becomes_a_draft_with_its_rows_and_question(
    asker: tuple[Person, Organisation], tmp_path: Path
) -> None:
    files = batch(tmp_path, 'tweet,by\n"Hello, you",a\nGo away,b\n', FORM)

    made, _, source = begin_batch(asker[1], "Tweets", files, by=asker[0], now_ms=NOW_MS)

    source.refresh_from_db()
    question = question_or_none(made.pk)
    assert (made.state, source.state, source.rows_good) == ("draft", "ready", 2)
    assert question is not None
    assert question.schema["questions"][0]["id"] == "kind.label"
    assert question.schema["show"] == [{"column": "tweet", "as": "text"}]
    (tmp_path / "input.csv").unlink()
    publish_import(source.pk, NOW_MS)
    assert Task.objects.filter(source=source, now__isnull=False, row__gt=0).count() == 2


def test_pictures_are_found_by_the_last_part_of_their_address(
    asker: tuple[Person, Organisation], tmp_path: Path
) -> None:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), (200, 0, 0)).save(out, "PNG")
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("cats/1.png", out.getvalue())
        archive.writestr("notes.csv", "x\n1\n")
    rows = "image_url\nhttps://example.org/cats/1.png\nhttps://example.org/2.png\n"
    files = batch(tmp_path, rows, PICTURES, tmp_path / "p.zip")

    made, _, source = begin_batch(asker[1], "Cats", files, by=asker[0], now_ms=NOW_MS)

    source.refresh_from_db()
    (task,) = Task.objects.filter(source=source)
    row = json.loads(task.data)
    assert media_bytes(made.pk, row["image_url"], smooth=False)[0] == out.getvalue()
    assert row["image_url.file"] == "https://example.org/cats/1.png"
    problems = source.problems.values_list("line", "column", "code")
    assert list(problems) == [(3, "image_url", "picture-not-beside")]


@pytest.mark.parametrize(
    ("rows", "form", "code"),
    [
        ("text\na\n", FORM, "template-variable"),
        ("image_url\nhttps://x/1.png\n", PICTURES, "template-pictures"),
        ("tweet\na\n", "<p>${tweet}</p><textarea name=why></textarea>", "template-free-text"),
    ],
)
def test_what_cannot_become_a_project_leaves_nothing(
    asker: tuple[Person, Organisation], tmp_path: Path, rows: str, form: str, code: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        begin_batch(asker[1], "T", batch(tmp_path, rows, form), by=asker[0], now_ms=NOW_MS)

    assert refusal.value.case == code
    assert not Project.objects.exists()
    kept = tmp_path / "data/imports"
    assert not kept.is_dir() or not list(kept.iterdir())


def test_a_file_alone_begins_a_draft_and_stays_where_it_is(
    asker: tuple[Person, Organisation], tmp_path: Path
) -> None:
    path = tmp_path / "avis.csv"
    path.write_text("text\nun\n")

    made = begin_draft(asker[1], "Avis", path, by=asker[0], now_ms=NOW_MS)

    assert Import.objects.get(project=made).path == str(path)


def test_a_pool_of_toloka_brings_its_known_answers(tmp_path: Path) -> None:
    path = tmp_path / "pool.tsv"
    path.write_text('INPUT:text\tGOLDEN:label\tHINT:text\n"dit ""oui"""\toui\tlu\nnon\t\t\n')
    options = options_of_pool(sniff(path), ImportOptions())

    source = brought(make_project(tasks=0).project, path, options)

    rows = Task.objects.filter(source=source).order_by("row").values_list("data", "known")
    assert [(json.loads(data)["INPUT:text"], known) for data, known in rows] == [
        ('dit "oui"', "oui"),
        ("non", None),
    ]


@pytest.mark.parametrize(
    "header", ["HITId,AssignmentId,WorkerId,Answer.q", "INPUT:text\tOUTPUT:q\tASSIGNMENT:worker_id"]
)
def test_finished_work_is_not_taken_for_tasks(
    asker: tuple[Person, Organisation], tmp_path: Path, header: str
) -> None:
    path = tmp_path / "results.csv"
    path.write_text(f"{header}\n" + header.replace("HITId", "1") + "\n")

    with pytest.raises(BadInput) as refusal:
        begin_draft(asker[1], "R", path, by=asker[0], now_ms=NOW_MS)

    assert refusal.value.case == "import-of-results"
