"""Read the question of a HIT, and keep its page beside its task.

How the forms of a question are read is decided in ``core.formats.platforms.mturk_question``.
"""

from canut.actions.own_pages.pages import add_page, assign_page
from canut.core.clock import Ms
from canut.core.errors import BadFile
from canut.core.formats.platforms.mturk_question import ParsedPage, parse_question
from canut.core.turk.refusals import TurkError, request_error
from canut.store.models import Hit, RequesterPage, Task, TaskPage
from canut.store.sql.written_once import FixedInsert

PAGES = FixedInsert(TaskPage)


def read_question(question: str) -> ParsedPage:
    """Read a question.

    Raises:
        TurkError: it is no XML, of no known form, or needs what is not here; with its position.
    """
    try:
        return parse_question(question.strip().removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))
    except BadFile as refusal:
        raise parse_error(refusal) from refusal


def parse_error(refusal: BadFile) -> TurkError:
    """Return the error of XML that cannot be read, with its position."""
    line, column = refusal.facts.get("line", 1), refusal.facts.get("column", 1)
    return request_error(
        "XMLParseError",
        "There was an error parsing the XML question or answer data in your request, at line "
        f"{line}, column {column}: {refusal}.",
    )


def keep_page(task: Task, hit_id: str, page: ParsedPage, question: str, now_ms: Ms) -> None:
    """Keep the page of a new task, with the name of its HIT."""
    stored = add_page(task.project_id, page, now_ms, sent=question)
    PAGES.add(TaskPage(task=task, page=stored, public_id=hit_id))


def move_page(hit: Hit, task: Task, now_ms: Ms) -> None:
    """Let another task show the page of a HIT, in its own project."""
    before = TaskPage.objects.select_related("page").get(task=hit.task_id)
    page = before.page
    TaskPage.objects.filter(pk=before.pk).update(public_id="")
    twin, _made = RequesterPage.objects.get_or_create(
        project_id=task.project_id,
        sha256=page.sha256,
        defaults={
            "form": page.form,
            "body": page.body,
            "sent": page.sent,
            "frame_height": page.frame_height,
            "hosts": page.hosts,
            "at_ms": now_ms,
        },
    )
    assign_page(twin, [task.pk], [hit.public_id])
