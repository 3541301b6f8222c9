"""A page of boxes, from a file to the card: three people mark, the choices are merged, all is told.

The page is a layout with the elements of crowd-html; what each person's page sends is what those
elements send.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from canut.actions.datasets.bundles import policy_text, write_bundle
from canut.actions.datasets.label_exports import export_labels
from canut.actions.imports.lifecycle import publish_import
from canut.actions.ledger import log_keys
from canut.actions.own_pages.pages import add_page
from canut.actions.own_pages.seats import open_seat, received_fields
from canut.actions.quality.estimates import estimate_labels
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.commands.bundle_files import Folder
from canut.core.clock import DAY_MS
from canut.core.datasets.bundle import CARD, verify_bundle
from canut.core.formats.platforms.mturk_question import parse_layout
from canut.core.kinds import check_schema
from canut.core.proofs.policy import read_policy
from canut.store.models import QuestionVersion, Worker
from tests.support.factories import NOW_MS, make_project
from tests.support.importing import brought

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAGE = """<script src="https://assets.crowd.aws/crowd-html-elements.js"></script><crowd-form>
<crowd-bounding-box name="boxes" src="${picture}" labels="['cat', 'dog']"></crowd-bounding-box>
<crowd-classifier name="animal" categories="['cat', 'dog']" header="Which?"></crowd-classifier>
</crowd-form>"""
ANIMALS = ("cat", "cat", "dog")


@pytest.fixture(autouse=True)
def kept(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Keep the key of the log in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    yield tmp_path
    log_keys.forget_keys()


def sent(animal: str, left: int) -> str:
    """Return what the elements of the page send."""
    box = {"height": 20, "label": animal, "left": left, "top": 5, "width": 30}
    size = {"height": 100, "width": 200}
    boxes = {"boundingBoxes": [box], "inputImageProperties": size}
    return json.dumps([{"boxes": boxes, "animal": {"label": animal}}])


def answer(worker: Worker, animal: str, number: int) -> str:
    """Open the page of a task, send its form and hand it in; return the page."""
    lease = lease_tasks(worker.pk, 1, NOW_MS).tasks[0].lease
    seat = open_seat(worker.pk, lease, NOW_MS)
    page = Client().get(f"/s/{seat.secret}/page").content.decode()
    form = {"assignmentId": seat.public_id, "taskAnswers": sent(animal, number)}
    assert Client().post(f"/s/{seat.secret}/mturk/externalSubmit", form).status_code == 200
    fields = received_fields(worker.pk, lease)
    submit(worker.pk, Submission(lease, f"k{number}", {"p": fields}), NOW_MS + number)
    return page


def test_page_of_boxes_goes_from_a_file_to_the_card(kept: Path) -> None:
    page = parse_layout(PAGE)[0]
    asked = {"id": "p", "kind": "page", "ask": "Mark the animal."}
    made = make_project(schema={"questions": [asked], "show": []}, tasks=0, workers=3, overlap=3)
    stored = add_page(made.project.pk, page, NOW_MS)
    schema = {**asked, "page": stored.sha256, "fields": ["animal.label"]}
    QuestionVersion.objects.filter(pk=made.question.pk).update(
        schema=check_schema({"questions": [schema], "show": []})
    )
    rows = "picture\nhttps://pictures.example/1.png\nhttps://pictures.example/2.png\n"
    (kept / "rows.csv").write_text(rows, encoding="utf-8")
    source = brought(made.project, kept / "rows.csv")
    publish_import(source.pk, NOW_MS)

    for number, (worker, animal) in enumerate(zip(made.workers, ANIMALS, strict=True)):
        answer(worker, animal, 10 * number)  # the task that people practise on comes first
        shown = answer(worker, animal, 10 * number + 1)
        assert 'src="https://pictures.example/1.png"' in shown, number
    estimate_labels(made.project.pk, NOW_MS)

    exported = b"".join(export_labels(made.project.pk, "csv", now_ms=NOW_MS)).decode()
    (row, *_others) = csv.DictReader(exported.splitlines())
    assert row["field.animal.label"] == "cat"
    assert json.loads(row["field.boxes.boundingBoxes"])[0]["label"] == "cat"
    bundle = write_bundle(made.project, kept / "bundle", NOW_MS + DAY_MS)
    verify_bundle(Folder(bundle.folder), read_policy(policy_text().encode()))
    card = json.loads((bundle.folder / CARD).read_bytes())["credentialSubject"]
    assert card["figures"]["answers"]["value"] == 3
