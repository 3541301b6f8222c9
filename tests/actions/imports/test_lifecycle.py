import io
import json
from pathlib import Path
from typing import Self

import pytest
from pytest_django import Settings

from canut.actions.imports.lifecycle import (
    ImportOptions,
    discard_import,
    publish_import,
    read_import,
    start_import,
    write_problems,
)
from canut.actions.platform.bulk_pacing import BulkPacer
from canut.actions.platform.uploads import keep_upload, upload_at
from canut.core.clock import from_ms
from canut.core.errors import BadInput, Conflict, Missing
from canut.core.formats import ReadOptions
from canut.store.models import (
    Import,
    ImportProblem,
    Project,
    Task,
    TaskState,
)
from tests.support.factories import NOW_MS, make_project
from tests.support.importing import brought, started

FRENCH = (
    'id;avis;note\r\n0007;"Très bon,\r\nmerci";=1+1\r\n0008;Moyen;9007199254740993\r\n'
    "0009;court\r\n0010;NA;\r\n0008;Moyen;9007199254740993\r\n0010;Autre;3\r\n"
).encode("cp1252")

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(settings: Settings, tmp_path: Path) -> Project:
    settings.DATA = tmp_path / "data"
    return make_project(tasks=0, overlap=3).project


def test_french_excel_file_comes_in_with_its_problems(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "avis.csv"
    path.write_bytes(FRENCH)

    source = brought(project, path, ImportOptions(id_column="id"))

    assert (source.state, source.rows_good, source.rows_bad) == ("ready", 3, 3)
    assert [warning["code"] for warning in source.warnings] == ["encoding-cp1252"]
    tasks = list(Task.objects.order_by("row").values_list("row", "key", "data"))
    assert tasks == [
        (2, "0007", '{"id":"0007","avis":"Très bon,\\r\\nmerci","note":"=1+1"}'),
        (3, "0008", '{"id":"0008","avis":"Moyen","note":"9007199254740993"}'),
        (5, "0010", '{"id":"0010","avis":"NA","note":""}'),
    ]
    problems = ImportProblem.objects.order_by("line").values_list("line", "column", "code", "facts")
    assert list(problems) == [
        (4, "note", "row-short", {"seen": 2, "expected": 3}),
        (6, "id", "same-as", {"line": 3}),
        (7, "id", "same-id", {"line": 5}),
    ]
    assert not TaskState.objects.exists()


def test_problems_can_be_downloaded_in_french(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "avis.csv"
    path.write_bytes(FRENCH)
    source = brought(project, path, ImportOptions(id_column="id"))
    out = io.BytesIO()

    write_problems(source.id, "fr", out)

    lines = out.getvalue().decode("utf-8-sig").splitlines()
    assert lines[:3] == [
        "ligne;colonne;code;problème",
        "4;note;row-short;La ligne a 2 cellules au lieu de 3.",
        "6;id;same-as;La même ligne qu’à la ligne 3.",
    ]


def test_publishing_makes_good_rows_lendable_and_one_practice_task(
    project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "avis.csv"
    path.write_bytes(FRENCH)
    source = brought(project, path)

    publish_import(source.id, NOW_MS)

    project.refresh_from_db()
    source.refresh_from_db()
    states = TaskState.objects.filter(state="open").values_list("overlap", "counted", "live")
    practice = project.practice_task
    assert list(states) == [(3, 0, 0)] * source.rows_good
    assert (source.state, source.published_at) == ("published", from_ms(NOW_MS))
    assert practice is not None
    assert (practice.row, practice.key, practice.now.state) == (0, "practice-2", "practice")


def test_practice_is_a_row_whose_answer_is_known(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,answer\nun,\ndeux,oui\ntrois,non\nquatre,autre\n")
    source = brought(project, path, ImportOptions(known_column="answer"))

    publish_import(source.id, NOW_MS)

    project.refresh_from_db()
    practice = project.practice_task
    assert practice is not None
    assert (practice.key, practice.known, practice.data) == (
        "practice-4",
        "non",
        '{"text":"trois"}',
    )


def test_own_staff_needs_no_practice(project: Project, tmp_path: Path) -> None:
    Project.objects.update(is_own_staff=True)
    path = tmp_path / "a.csv"
    path.write_text("text\nun\ndeux\n")
    source = brought(project, path)

    publish_import(source.id, NOW_MS)

    assert set(TaskState.objects.values_list("state", flat=True)) == {"open"}


def test_known_answers_are_kept_out_of_what_is_shown(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,answer,junk\nun,a,x\ndeux,,y\n")

    brought(project, path, ImportOptions(known_column="answer", columns=("text", "answer")))

    tasks = Task.objects.order_by("row").values_list("data", "known")
    assert list(tasks) == [('{"text":"un"}', "a"), ('{"text":"deux"}', None)]


def test_rows_without_id_or_without_what_is_shown_are_set_aside(
    project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id,text\n,un\n2,\n{'x' * 201},trois\n4,quatre\n")

    brought(project, path, ImportOptions(id_column="id", required=("text",)))

    problems = ImportProblem.objects.order_by("line").values_list("line", "column", "code")
    assert list(problems) == [
        (2, "id", "id-empty"),
        (3, "text", "cell-missing"),
        (4, "id", "id-too-long"),
    ]


def test_any_text_comes_back_as_it_was(project: Project, tmp_path: Path) -> None:
    texts = ["a\tb", "\\N", "c\\nd", "e\r\nf", "\x1f'\"%s?", "é\u2028𝄞"]
    path = tmp_path / "a.csv"
    path.write_text(
        'id,"n\\m"\n' + "".join(f'"{t.replace('"', '""')}",x\n' for t in texts), "utf-8", newline=""
    )

    brought(project, path, ImportOptions(id_column="id"))

    found = Task.objects.order_by("row").values_list("key", "data")
    assert [key for key, _ in found] == texts
    assert [json.loads(data) for _, data in found] == [{"id": text, "n\\m": "x"} for text in texts]


def test_late_keys_of_jsonl_become_columns(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n' * 1 + "".join(f'{{"a":"{n}"}}\n' for n in range(1000)) + '{"b":2}')

    source = brought(project, path)

    source.refresh_from_db()
    assert source.reading["columns"] == ["a", "b"]


def test_a_file_that_is_gone_fails_the_import(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nun\n")
    source = started(project, path)
    path.unlink()

    read_import(source.id, NOW_MS)

    assert Import.objects.get(id=source.id).failure == {"code": "file-lost", "facts": {}}
    with pytest.raises(Missing):
        start_import(
            project.id,
            path,
            "a",
            ReadOptions("csv", ("text",)),
            ImportOptions(),
            by=project.created_by,
            now_ms=NOW_MS,
        )


def test_reading_again_after_a_kill_begins_anew(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nun\ndeux\n")
    source = started(project, path)
    Task.objects.create(project=project, source=source, row=9, key="9", data="{}")
    Import.objects.update(rows_good=1)

    read_import(source.id, NOW_MS)

    assert list(Task.objects.order_by("row").values_list("row", flat=True)) == [2, 3]


def test_publishing_again_after_a_kill_goes_on(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nun\ndeux\ntrois\n")
    source = brought(project, path)
    first = Task.objects.get(row=2)
    TaskState.objects.create(task=first, project=project, overlap=3)
    Import.objects.update(state="publishing")

    publish_import(source.id, NOW_MS)

    assert TaskState.objects.filter(state="open").count() == 3


def test_a_file_that_changed_fails_the_import_in_words(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nun\n")
    source = started(project, path)
    path.write_text("other\nun\n")

    read_import(source.id, NOW_MS)

    source.refresh_from_db()
    assert source.state == "failed"
    assert source.failure is not None
    assert source.failure["code"] == "file-changed"
    assert not Task.objects.exists()


def test_a_fault_of_the_machine_leaves_nothing(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nun\n")
    source = started(project, path)

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("canut.store.imports.bulk_rows.insert_problems", broken)
    with pytest.raises(OSError, match="disk full"):
        read_import(source.id, NOW_MS)

    source.refresh_from_db()
    assert source.failure == {
        "code": "import-broken",
        "facts": {"reason": "OSError: disk full"},
    }
    assert not Task.objects.exists()


def test_discarding_stops_whoever_reads(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nun\n")
    source = started(project, path)

    class Discarded(BulkPacer):
        """A pace that somebody's discarding comes before."""

        def __enter__(self) -> Self:
            discard_import(source.id, NOW_MS)
            return super().__enter__()

    monkeypatch.setattr("canut.actions.imports.import_writer.BulkPacer", Discarded)
    with pytest.raises(Conflict, match="discarded"):
        read_import(source.id, NOW_MS)

    source.refresh_from_db()
    assert source.state == "discarded"
    assert not Task.objects.exists()


def test_uploads_are_forgotten_once_published(project: Project) -> None:
    token = keep_upload("../a.csv", [b"text\n", b"un\n"])
    path = upload_at(token)
    source = brought(project, path)

    publish_import(source.id, NOW_MS)

    assert path.name == "a.csv"
    assert not path.parent.exists()
    with pytest.raises(Missing):
        upload_at(token)


def test_a_file_of_ones_own_is_never_removed(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nun\n")
    source = brought(project, path)

    discard_import(source.id, NOW_MS)

    assert path.exists()


def test_decisions_come_in_order(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nun\n")
    source = started(project, path)

    with pytest.raises(Conflict):
        publish_import(source.id, NOW_MS)
    read_import(source.id, NOW_MS)
    with pytest.raises(Conflict):
        read_import(source.id, NOW_MS)
    publish_import(source.id, NOW_MS)
    with pytest.raises(Conflict):
        discard_import(source.id, NOW_MS)
    with pytest.raises(Missing):
        read_import(source.id + 1, NOW_MS)


def test_nothing_good_is_not_published(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\nun\n")
    source = brought(project, path)

    with pytest.raises(BadInput):
        publish_import(source.id, NOW_MS)


def test_an_unknown_column_is_refused(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\nun,deux\n")

    with pytest.raises(BadInput, match="no column 'c'"):
        started(project, path, ImportOptions(id_column="c"))
