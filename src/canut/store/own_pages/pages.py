"""Find the page that a task shows. Reads only."""

from canut.core.kinds import Schema, questions_of
from canut.store.sql.written_once import FixedQuery
from canut.store.tables.tasks import RequesterPage, Task, TaskPage, decode_row

KIND = "page"
_STORED = FixedQuery(
    lambda project_id, sha256: RequesterPage.objects.filter(
        project=project_id, sha256=sha256
    ).values_list("pk"),
    [-1, "sha256"],
)


def asks_own_page(schema: Schema) -> bool:
    """Return whether a schema asks on an own page."""
    return any(question["kind"] == KIND for question in questions_of(schema))


def page_stored(project_id: int, sha256: str) -> int:
    """Return the number of the page of a document, which the project has."""
    ((number,),) = _STORED.rows(project_id, sha256)
    return int(number)


def has_task_pages(project_id: int) -> bool:
    """Return whether tasks of a project have a page of their own each."""
    return TaskPage.objects.filter(task__project=project_id).exists()


def first_tasks(project_id: int, most: int) -> list[tuple[int, dict[str, str]]]:
    """Return the first tasks of a project: the number of each, and its cells."""
    tasks = Task.objects.filter(project=project_id).order_by("pk")
    return [(task, decode_row(row)) for task, row in tasks.values_list("pk", "data")[:most]]


def page_of_task(project_id: int, task_id: int, schema: Schema) -> RequesterPage | None:
    """Return the page of a task: its own, else the one its question names; None if neither is."""
    own = TaskPage.objects.select_related("page").filter(task_id=task_id).first()
    return own.page if own is not None else page_of_question(project_id, schema)


def page_of_question(project_id: int, schema: Schema) -> RequesterPage | None:
    """Return the page that all tasks of a question show; None if each has its own."""
    digests = [
        str(question["page"])
        for question in questions_of(schema)
        if question["kind"] == KIND and "page" in question
    ]
    if not digests:
        return None
    return RequesterPage.objects.filter(project_id=project_id, sha256=digests[0]).first()
