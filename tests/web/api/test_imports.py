"""Files over the API: sent as they are, read, looked at, then published or discarded."""

import io
import zipfile

import pytest
from openpyxl import Workbook
from PIL import Image

from canut.actions.platform.uploads import keep_upload
from canut.actions.projects.drafts import begin_import
from canut.store.media.files import media_bytes
from canut.store.models import Import, Project, Task
from tests.support.factories import NOW_MS, make_project
from tests.web.api.program import Program, program

pytestmark = pytest.mark.django_db
STREAM = "application/octet-stream"
ROWS = b"id,text\n1,un\n2,\n2,deux\n2,encore\n"


def picture(shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (8, 8), shade).save(out, "PNG")
    return out.getvalue()


def pictures() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.png", picture(0))
        archive.writestr("b.png", picture(255))
        archive.writestr("c.png", b"no picture")
    return out.getvalue()


def workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (("id", "text"), (3, "trois"), (4, "quatre")):
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def send_file(bot: Program, project: Project, name: str, content: bytes, query: str = "") -> int:
    """Send a file in two pieces; return the number of its import."""
    at = f"projects/{project.slug}/uploads"
    token, half = bot.post(f"{at}?name={name}")["upload"], len(content) // 2
    for offset, piece in ((0, content[:half]), (half, content[half:])):
        sent = bot.ask("PATCH", f"{at}/{token}?offset={offset}", piece, kind=STREAM)
        assert sent.json()["offset"] == offset + len(piece)
    return int(bot.post(f"{at}/{token}/finish{query}")["id"])


def test_zip_of_pictures_waits_is_looked_at_and_published_once() -> None:
    project = make_project(tasks=0).project
    bot = program("requester", project=project)
    number = send_file(bot, project, "photos.zip", pictures(), "?publish=false")
    at = f"projects/{project.slug}/imports"

    waiting = bot.get(at)["items"][0]
    (problem,) = bot.get(f"{at}/{number}/problems")["items"]
    refused = bot.ask("POST", f"{at}/{number}/publish")
    before = Task.objects.filter(project=project).exclude(now=None).count()
    twice = [bot.post(f"{at}/{number}/publish?keep=good") for _ in range(2)]
    late = bot.ask("POST", f"{at}/{number}/discard")

    assert (waiting["name"], waiting["state"]) == ("photos.zip", "ready")
    assert (waiting["tasks"], waiting["set_aside"]) == (2, 1)
    assert problem["code"] == "not-a-picture"
    assert "c.png" in problem["column"] + problem["text"]
    assert (refused.status_code, refused.json()["code"], before) == (422, "rows-bad", 0)
    assert [each["state"] for each in twice] == ["published", "published"]
    assert (late.status_code, late.json()["code"]) == (409, "import-not-ready")
    tasks = bot.get(f"projects/{project.slug}/tasks")["items"]
    shown = [media_bytes(project.pk, task["data"]["image"], smooth=False)[0] for task in tasks]
    assert sorted(shown) == sorted([picture(0), picture(255)])


def test_file_is_read_by_what_it_holds_and_published_where_nothing_else_is_asked() -> None:
    project = make_project(tasks=0).project
    bot = program("requester", project=project)

    table = send_file(bot, project, "lignes.csv", ROWS, "?id=id")
    book = send_file(bot, project, "livre.xlsx", workbook(), "?id=id")

    at = f"projects/{project.slug}/imports"
    assert [bot.get(f"{at}/{number}")["state"] for number in (table, book)] == ["published"] * 2
    codes = [each["code"] for each in bot.get(f"{at}/{table}/problems?limit=1000")["items"]]
    assert codes == ["same-id"] * len(codes) != []
    assert [each["id"] for each in bot.get(f"{at}?limit=1")["items"]] == [book]


def test_file_that_a_page_received_is_published_or_discarded_by_a_program() -> None:
    project = make_project(tasks=0).project
    Project.objects.filter(pk=project.pk).update(state=Project.State.DRAFT)
    project.refresh_from_db()
    bot, at = program("requester", project=project), f"projects/{project.slug}/imports"
    by = project.created_by
    token = keep_upload("a.csv", [b"text\nun\n"])
    first = begin_import(project, token, by=by, now_ms=NOW_MS)
    assert bot.post(f"{at}/{first.pk}/discard")["state"] == "discarded"
    second = begin_import(project, keep_upload("b.csv", [b"text\ndeux\n"]), by=by, now_ms=NOW_MS)

    published = bot.post(f"{at}/{second.pk}/publish")

    assert (published["state"], published["tasks"]) == ("published", 1)
    assert Import.objects.get(pk=first.pk).state == Import.State.DISCARDED
