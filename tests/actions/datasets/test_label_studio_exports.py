"""A project leaves for Label Studio and comes back with the same answers."""

import io
import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytest_django import Settings

from canut.actions.datasets.export_jobs import ExportIn, ask_export, file_of
from canut.actions.datasets.label_studio_exports import export_label_studio, label_studio_holds
from canut.actions.imports.lifecycle import publish_import
from canut.actions.projects.from_label_studio import LabelStudioExport, bring_label_studio
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.errors import BadInput, Missing
from canut.core.formats.platforms import label_studio, label_studio_config
from canut.core.formats.platforms.label_studio_writing import write_config
from canut.core.formats.training.labelled_items import Notes
from canut.core.kinds import check_schema, check_values, questions_of, values_of_label
from canut.core.kinds.sample import Sample, samples
from canut.store.models import (
    Media,
    ModelAnswer,
    ModelAuthor,
    Organisation,
    QuestionVersion,
    Task,
    TaskState,
)
from tests.browser.asked import sound
from tests.support.factories import (
    NOW,
    NOW_MS,
    SCHEMA,
    Made,
    answer_next,
    make_person,
    make_project,
)

pytestmark = pytest.mark.django_db
HELD = [one for one in samples() if one.kind not in {"ranking", "chat", "page"}]
WRITTEN = [one for one in HELD if one.kind != "date"]  # its turn comes with the next run of theirs
REFUSED = [one for one in samples() if one.kind in {"ranking", "chat", "page"}]
WIDTH, HEIGHT = 640, 420
WROTE = Path(__file__).parent / "label_studio"
TEXT = "Marie 🧵 vit à Lyon depuis longtemps."


def names(sample: Sample) -> str:
    return f"{sample.kind}-{sample.name}"


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data/media"


def picture(number: int) -> bytes:
    """Draw a picture, none like another."""
    out = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), (number, 90, 90)).save(out, "PNG")
    return out.getvalue()


def schema_of(sample: Sample) -> dict[str, Any]:
    """Return what a sample asks; there the label of points is the name of their control."""
    schema: dict[str, Any] = sample.schema["en"]
    if sample.kind != "keypoints":
        return schema
    (question,) = schema["questions"]
    return check_schema({**schema, "questions": [{**question, "id": "hand"}]})


def answered(schema: dict[str, Any], answers: list[Any]) -> Made:
    """Make a project with a task for each answer, and one more."""
    made = make_project(tasks=len(answers) + 1, schema=schema)
    shown = {one["column"]: one["as"] for one in schema["show"]}
    (question,) = questions_of(schema)
    columns = [*shown, *(str(question[name]) for name in ("column", "a", "b") if name in question)]
    is_picture = "image" in shown.values()
    for number, task in enumerate(made.tasks):
        row = {"file": f"quai/{number}.{'png' if is_picture else 'wav'}"}
        for column in columns:
            row[column] = TEXT
            if shown.get(column, "text") != "text":
                row[column] = f"{number:064x}"
        Media.objects.create(
            project=made.project,
            sha256=f"{number:064x}",
            content_type="image/png" if is_picture else "audio/wav",
            width=WIDTH if is_picture else 0,
            height=HEIGHT if is_picture else 0,
            size_bytes=1,
            duration_ms=None if is_picture else 4000,
        )
        Task.objects.filter(pk=task.pk).update(data=json.dumps(row), row=number + 1)
    for number, answer in enumerate(answers):
        now_ms = NOW_MS + number * 10_000
        (lent,) = lease_tasks(made.worker.pk, 1, now_ms).tasks
        given = Submission(lent.lease, secrets.token_hex(16), {str(question["id"]): answer})
        submit(made.worker.pk, given, now_ms + 5000)
    return made


def written(made: Made, form: str = "json", notes: Notes | None = None) -> bytes:
    return b"".join(export_label_studio(made.project.pk, form, notes=notes))


def back(folder: Path, made: Made) -> list[dict[str, Any]]:
    """Export, bring it back as a project of its own, and return its rows."""
    (folder / "tasks.json").write_bytes(written(made))
    (folder / "config.xml").write_bytes(written(made, "xml"))
    media = folder / "media"
    media.mkdir()
    for number in range(len(made.tasks)):
        (media / f"{number}.png").write_bytes(picture(number))
        (media / f"{number}.wav").write_bytes(sound(number))
    organisation = Organisation.objects.create(name="Labo", kind="requester", created_at=NOW)
    config = (folder / "config.xml").read_bytes()
    has_media = b"<Image" in config or b"<Audio" in config
    files = LabelStudioExport(
        folder / "tasks.json", folder / "config.xml", media if has_media else None
    )
    came = bring_label_studio(organisation, "Avis", files, by=make_person(), now_ms=NOW_MS)
    assert (came.source.rows_good, came.source.rows_bad) == (len(made.tasks), 0)
    publish_import(came.source.pk, NOW_MS)
    found = Task.objects.filter(project=came.project, row__gt=0).order_by("row")
    return [json.loads(task.data) | {"predicted": predicted(task)} for task in found]


def predicted(task: Task) -> list[object]:
    version = QuestionVersion.objects.get(project=task.project_id)
    said = ModelAnswer.objects.filter(task=task)
    return [values_of_label(version.schema, one.label) for one in said]


def near(value: object) -> object:
    """Round places to a thousandth of a pixel: they go as shares of the picture."""
    if isinstance(value, dict):
        return {name: near(one) for name, one in value.items() if name != "id" and one != []}
    if isinstance(value, list | tuple):
        return [near(one) for one in value]
    return round(float(value), 3) if isinstance(value, int | float) else value


@pytest.mark.parametrize("sample", HELD, ids=names)
def test_what_left_comes_back_with_the_same_values(sample: Sample, tmp_path: Path) -> None:
    schema = schema_of(sample)
    made = answered(schema, sample.answers)
    given = made.project.answer_set.order_by("id").values_list("values", flat=True)

    rows = back(tmp_path, made)

    came = [json.loads(row["ls_answers"])[0] for row in rows if "ls_answers" in row]
    wanted = [expected(json.loads(values)) for values in given]
    assert near([one["values"] for one in came]) == near(wanted)
    assert {(one["by"], one["seconds"]) for one in came} == {("1", 5)}
    assert len(rows) == len(sample.answers) + 1


@pytest.mark.parametrize("sample", WRITTEN, ids=names)
def test_what_label_studio_wrote_of_it_holds_the_same_values(sample: Sample) -> None:
    """The files are its own exports of ours; ``tools/label_studio_live.py --write`` makes them."""
    schema = schema_of(sample)
    config = label_studio_config.read(write_config(schema, Notes()), "config.xml", Notes())
    content = (WROTE / f"{names(sample)}.json").read_bytes()

    tasks = [*label_studio.read([content], "export.json", config, Notes())]

    came = [one for task in tasks for one in task.answers]
    (question,) = questions_of(schema)
    name = str(question["id"])
    values = [check_values(schema, {name: answer}) for answer in sample.answers]
    assert near([one.values for one in came]) == near([expected(dict(one)) for one in values])
    assert {one.seconds for one in came} == {5}


def expected(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what has no place there: that neither of a pair is better, and why one is."""
    (value,) = values.values()
    if not isinstance(value, dict) or "choice" not in value:
        return values
    return {} if value["choice"] == "tie" else {"q": {"choice": value["choice"], "reasons": []}}


def test_people_are_numbers_and_labels_and_models_are_predictions() -> None:
    made = make_project(tasks=2, workers=2, overlap=2)
    for worker, value in zip(made.workers, ("oui", "non"), strict=True):
        answer_next(worker, value)
    first = made.tasks[0]
    TaskState.objects.filter(task=first).update(label="oui", confidence=0.75)
    model = ModelAuthor.objects.create(project=made.project, name="tonal", version="2")
    ModelAnswer.objects.create(task=first, author=model, label="non", score=0.5)

    said, other = json.loads(written(made))

    assert [one["worker"] for one in said["annotations"]] == ["1", "2"]
    assert all("completed_by" not in one for one in said["annotations"])
    assert [one["lead_time"] for one in said["annotations"]] == [5, 5]
    told = [
        (one["model_version"], one["score"], one["result"][0]["value"]["choices"])
        for one in said["predictions"]
    ]
    assert told == [("canut-consensus", 0.75, ["oui"]), ("tonal 2", 0.5, ["non"])]
    assert (other["annotations"], other["predictions"]) == ([], [])
    assert all(worker.public_id not in written(made).decode() for worker in made.workers)
    assert TaskState.objects.get(task=first).exported_ms is not None
    assert TaskState.objects.get(task=made.tasks[1]).exported_ms is None


def test_answer_to_what_is_asked_no_more_is_left_out_and_said() -> None:
    made, notes = make_project(tasks=1), Notes()
    answer_next(made.worker, "oui")
    TaskState.objects.filter(task=made.tasks[0]).update(label="oui")
    (question,) = SCHEMA["questions"]
    anew = {**SCHEMA, "questions": [{**question, "choices": [{"value": "a"}, {"value": "b"}]}]}
    by = made.project.created_by
    QuestionVersion.objects.create(
        project=made.project, number=2, schema=anew, created_by=by, created_at=NOW
    )

    (task,) = json.loads(written(made, notes=notes))

    assert (task["annotations"], task["predictions"]) == ([], [])
    assert {(one.code, one.facts["field"]) for one in notes} == {
        ("note-unwritten", "answer"),
        ("note-unwritten", "label"),
    }


@pytest.mark.parametrize("sample", REFUSED, ids=names)
def test_question_without_a_counterpart_is_refused_by_name(sample: Sample) -> None:
    schema: dict[str, Any] = sample.schema["en"]
    made = make_project(tasks=1, schema=schema)

    with pytest.raises(BadInput) as refusal:
        export_label_studio(made.project.pk)

    assert refusal.value.case == "label-studio-unheld"
    assert refusal.value.facts["ask"] == schema["questions"][0]["ask"]
    assert not label_studio_holds(made.project.pk)


def test_another_form_and_no_project_are_refused() -> None:
    made = make_project(tasks=1)

    with pytest.raises(BadInput):
        export_label_studio(made.project.pk, "csv")
    with pytest.raises(Missing):
        export_label_studio(0)

    assert label_studio_holds(made.project.pk)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_it_is_asked_for_as_a_job_too(form: str) -> None:
    made = make_project(tasks=1)

    wanted = ExportIn("label-studio", form)
    one = ask_export(made.project, wanted, by=made.project.created_by, now_ms=NOW_MS)

    assert file_of(one).read_bytes() == written(made, form)
    with pytest.raises(BadInput):
        ask_export(
            made.project, ExportIn("label-studio", "csv"), by=made.project.created_by, now_ms=NOW_MS
        )
