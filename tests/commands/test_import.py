"""``canut import``: a batch of another platform, a model's labels, a file alone."""

import argparse
import json
from pathlib import Path

import pytest
from openpyxl import Workbook
from pytest_django import Settings

from canut.actions.people.accounts import add_operator
from canut.commands import import_data
from canut.core.errors import BadFile, BadInput, Conflict, Incomplete, Missing
from canut.core.kinds import check_schema
from canut.store.models import Import, ModelAnswer, Project, Task
from tests.commands.running import canut_program
from tests.support.factories import NOW_MS, make_project

pytestmark = pytest.mark.django_db
FORM = """<p>${tweet}</p><script>evil()</script>
<label><input type=radio name=kind value=yes>Yes</label>
<label><input type=radio name=kind value=no>No</label>"""


@pytest.fixture
def folder(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.DATA = tmp_path / "data"
    monkeypatch.setenv("CANUT_DATA", str(settings.DATA))
    monkeypatch.setenv("LANG", "en_CA.UTF-8")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "canut.settings")
    (tmp_path / "in.csv").write_text("tweet\nHello\nGo away\n")
    (tmp_path / "form.html").write_text(FORM)
    (tmp_path / "why.html").write_text(f"{FORM}\n<textarea name=why></textarea>")
    add_operator("ada", None, "Les Soies", NOW_MS)
    return tmp_path


def bring(folder: Path, *words: str) -> int:
    """Run the command; a word that names a file of the folder becomes its path."""
    parser = argparse.ArgumentParser()
    import_data.add_arguments(parser)
    paths = [str(folder / word) if (folder / word).is_file() else word for word in words]
    return import_data.run(parser.parse_args(paths))


def test_a_batch_ends_in_a_draft_one_can_open(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(folder, "mturk", "in.csv", "form.html", "--title", "Kind")

    said = capsys.readouterr()
    made = Project.objects.get(title="Kind")
    assert said.out.strip().endswith(f"/projects/{made.slug}/setup")
    assert "<script> was left out" in said.err
    assert Task.objects.filter(project=made).count() == 2


def test_what_cannot_be_asked_is_refused_or_left_out(folder: Path) -> None:
    with pytest.raises(BadFile, match=r"Line 4, <textarea>.*--without why"):
        bring(folder, "mturk", "in.csv", "why.html")
    bring(folder, "mturk", "in.csv", "why.html", "--without", "why")

    assert Project.objects.count() == 1


def test_a_file_alone_begins_a_draft_of_its_name(folder: Path) -> None:
    bring(folder, "in.csv")

    assert Project.objects.get().title == "in"


def test_workbook_is_read_as_the_page_of_imports_reads_it(folder: Path) -> None:
    book, file = Workbook(), folder / "avis.xlsx"
    for row in (["id", "avis"], ["0007", "Très bon"]):
        book.active.append(row)
    book.save(file)

    bring(folder, "avis.xlsx")
    project = Project.objects.get(title="avis")
    assert Import.objects.get(project=project).name == "avis.xlsx"
    bring(folder, project.slug, "avis.xlsx", "--id", "id")

    assert "0007" in Task.objects.filter(project=project).values_list("key", flat=True)
    assert file.is_file()
    with pytest.raises(BadInput, match="it has id, avis"):
        bring(folder, project.slug, "avis.xlsx", "--id", "nothing")
    waiting = Import.objects.get(project=project, state=Import.State.READING)
    assert [path.name for path in (folder / "data" / "imports").rglob("*.csv")] == ["avis.csv"]
    assert Path(waiting.path).is_file()


def test_what_a_model_said_comes_by_the_keys_of_tasks(folder: Path) -> None:
    bring(folder, "mturk", "in.csv", "form.html")
    slug = Project.objects.get().slug
    (folder / "more.csv").write_text("id,tweet\nx,Hey\ny,Oh\n")
    bring(folder, slug, "more.csv", "--id", "id")
    (folder / "said.csv").write_text("key,label\nx,yes\n")

    bring(folder, "prelabels", slug, "said.csv", "--id", "key", "--label", "label")

    assert [(m.task.key, m.label) for m in ModelAnswer.objects.all()] == [("x", "yes")]
    (folder / "said.csv").write_text("key,label\nz,yes\n")
    with pytest.raises(BadInput, match="line 2, column 'key'"):
        bring(folder, "prelabels", slug, "said.csv", "--id", "key", "--label", "label")


def test_file_that_waits_is_published_or_dropped_by_command(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "in.csv").write_text("id,tweet\n1,Hello\n1,Again\n")
    bring(folder, "in.csv")
    source = Import.objects.get()
    source.reading["options"]["id_column"] = "id"
    source.save(update_fields=["reading"])

    with pytest.raises(BadInput, match="1 rows cannot be used and nothing was published"):
        bring(folder, "publish", "in", "--problems", str(folder / "why.csv"))
    bring(folder, "publish", "in", "--keep", "good")

    assert "1 tasks published, 1 set aside." in capsys.readouterr().err
    assert "same-id" in (folder / "why.csv").read_text("utf-8-sig")
    with pytest.raises(Conflict, match="the import is published"):
        bring(folder, "discard", "in", "--import", str(source.pk))
    (folder / "more.csv").write_text("tweet\nBye\n")
    bring(folder, "more.csv")
    bring(folder, "discard", "more")
    with pytest.raises(Missing):
        bring(folder, "publish", "more")


def test_several_people_must_say_who_asks(folder: Path) -> None:
    add_operator("bob", None, "Les Soies", NOW_MS)

    with pytest.raises(Incomplete, match="ada, bob"):
        bring(folder, "in.csv")
    bring(folder, "in.csv", "--by", "bob")

    assert Project.objects.get().created_by.username == "bob"


def test_texts_marked_elsewhere_come_with_their_spans_as_known_answers(folder: Path) -> None:
    question = {"id": "q", "kind": "spans", "ask": "Qui ?", "labels": ["person"]}
    schema = check_schema({"questions": [question], "show": [{"column": "text", "as": "text"}]})
    project = make_project(schema=schema, tasks=0).project
    (folder / "in.conllup").write_text(
        "# global.columns = ID FORM UPOS NER MISC\n# newdoc\n# text = Zoé tisse.\n"
        "1\tZoé\t_\tB-person\t_\n2\ttisse\t_\tO\tSpaceAfter=No\n3\t.\t_\tO\t_\n"
    )

    assert bring(folder, project.slug, "in.conllup", "--known", "spans") == 0

    task = Task.objects.filter(project=project).latest("id")
    assert json.loads(task.data) == {"text": "Zoé tisse."}
    span = {"id": "1", "label": "person", "start": 0, "end": 3}
    assert json.loads(task.known or "") == {"spans": [span], "relations": []}


def parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="canut import")
    import_data.add_arguments(parser)
    return parser.parse_args(words)


@pytest.mark.parametrize(
    ("words", "what", "expected"),
    [
        ("in.csv", "tasks", {"project": None, "file": "in.csv"}),
        ("reviews in.csv", "tasks", {"project": "reviews", "file": "in.csv"}),
        ("tasks reviews in.csv --id ref", "tasks", {"project": "reviews", "id": "ref"}),
        ("--id ref --keep good reviews in.csv", "tasks", {"id": "ref", "keep": "good"}),
        ("mturk in.csv f.html --without a --without b", "mturk", {"without": ["a", "b"]}),
        ("--without a mturk in.csv f.html", "mturk", {"without": ["a"], "template": "f.html"}),
        ("label-studio e.json --config c.xml", "label-studio", {"config": "c.xml"}),
        ("prelabels p s.csv --id k --label l", "predictions", {"project": "p", "label": "l"}),
        ("predictions p s.csv --id k --label l", "predictions", {"project": "p", "label": "l"}),
        ("coco p d.json --model m", "coco", {"file": "d.json", "model": "m"}),
        ("yolo p runs --data d", "yolo", {"file": "runs", "data": "d"}),
    ],
)
def test_line_with_or_without_a_subcommand_is_parsed(
    words: str, what: str, expected: dict[str, object]
) -> None:
    args = parse(*words.split())

    assert args.what == what
    assert {name: getattr(args, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "required"),
        ("mturk in.csv", "TEMPLATE.html"),
        ("label-studio e.json", "--config"),
        ("predictions p s.csv --id k", "--label"),
        ("coco p d.json --keep good", "--keep"),
        ("p in.csv --config c.xml", "--config"),
        ("a b c", "unrecognized"),
    ],
)
def test_what_a_subcommand_does_not_take_is_refused(
    words: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse(*words.split())

    assert message in capsys.readouterr().err


def test_help_lists_the_subcommands_and_each_has_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for words in (["--help"], ["mturk", "--help"], ["in.csv", "--help"]):
        with pytest.raises(SystemExit):
            parse(*words)
    general, of_mturk, of_tasks = capsys.readouterr().out.split("usage:")[1:]

    assert all(f"\n  {command.name} " in general for command in import_data.SUBCOMMANDS)
    assert "TEMPLATE.html" in of_mturk
    assert "--known" not in of_mturk
    assert of_tasks.startswith(" canut import tasks")


@pytest.mark.process
def test_program_begins_a_draft_in_an_instance(instance: Path, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("tweet\nHello\nGo away\n")

    made = canut_program("operator", "add", "ada", "--organisation", "Soies", data=instance)
    done = canut_program("import", str(tmp_path / "in.csv"), data=instance)

    assert (made.returncode, done.returncode) == (0, 0), done.stderr
    assert done.stdout.strip().endswith("/setup")
